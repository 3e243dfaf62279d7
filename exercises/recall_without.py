"""recall_without: what the network still gets right when one hidden neuron is switched off."""

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers
from solutions.reference import forward_pass, predict, recall_without, sigmoid

EXERCISE = Exercise(
    unit="08-error-inspection",
    points=2,
    parameters=("W", "b", "X", "labels", "neuron"),
    returns=("recall",),
    uses=("predict", "forward_pass"),
    hints=(
        "Two steps: predict with the neuron switched off; then, for each class, look at the rows of this class only.",
        "A neuron whose activation is 0 adds nothing to any score. Which numbers of W_2 does it go through? Leave W itself alone.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    d, h, k = different_sizes(rng, 3, smallest=3, largest=6)
    return [
        Case("ordinary rows", _draw(rng, d, h, k, neuron=int(rng.integers(1, h)))),
        Case("ordinary rows", _draw(rng, d, 4, 4, neuron=2)),
        Case("ordinary rows", _draw(rng, d, h, k, neuron=0)),
        Case("ordinary rows", _draw(rng, h, k, d, neuron=k - 1)),
        Case("a class without rows", _draw(rng, d, h, k, neuron=1, missing=1)),
        Case("a class without rows", _draw(rng, d, h, k, neuron=2, missing=k - 1)),
        Case("a class without rows", _draw(rng, d, h, k, neuron=1, missing=0)),
        Case("a class without rows", _draw(rng, 2, 3, 4, neuron=1, n=2)),
        Case("a single row", _draw(rng, 3, 4, 2, neuron=1, n=1)),
        Case("a single hidden unit", _draw(rng, 3, 1, 4, neuron=0)),
        Case("one class, two and many", _draw(rng, 1, 3, 1, neuron=1)),
        Case("one class, two and many", _draw(rng, 2, 4, 2, neuron=3)),
        Case("one class, two and many", _draw(rng, 2, 4, 11, neuron=2)),
        Case("many rows", _draw(rng, 1, 3, 2, neuron=1, n=520)),
        Case("large weights", _draw(rng, d, h, k, neuron=1, scale=300.0)),
    ]


def _draw(rng, d, h, k, neuron, n=0, missing=None, scale=2.0):
    """Draw a network whose neurons matter, and rows whose labels are its predictions, every third one changed."""
    X = numbers(rng, n or 12 * k, d)
    W, b = network(rng, d, h, k, scale=2.0)
    W[1] = np.round(W[1] * scale / 2, 3)
    labels = predict(W, b, X)
    labels[::3] = rng.integers(0, k, size=len(labels[::3]))
    if len(labels) >= k:
        labels[:k] = np.arange(k)
    if missing is not None:
        labels[labels == missing] = (missing + 1) % k
    return W, b, np.asfortranarray(X) if scale > 2 else X, labels, neuron


# --- mistakes --------------------------------------------------------------------------------------------------------


def _predict_without(W, b, X, neuron):
    W_2 = W[1].copy()
    W_2[:, neuron] = 0
    return predict([W[0], W_2], b, X)


def _recall(labels, predicted, k):
    return np.array([np.mean(predicted[labels == c] == c) if np.any(labels == c) else np.nan for c in range(k)])


@mistake(advice="`W[1].copy()` makes an array of your own. `W.copy()` and `list(W)` still hold the caller's arrays.")
def changes_the_weights(W, b, X, labels, neuron):
    """You switch the neuron off in the caller's own weights."""
    result = recall_without(W, b, X, labels, neuron)
    W[1][:, neuron] = 0
    return result


@mistake(advice="What must be 0 for the neuron to be silent, and where does your prediction use it?")
def nothing_switched_off(W, b, X, labels, neuron):
    """The neuron is still on: this is the recall of the whole network."""
    return _recall(labels, predict(W, b, X), len(W[1]))


@mistake(advice="In W_2 a row belongs to a class. What belongs to a hidden neuron?")
def switches_off_a_class(W, b, X, labels, neuron):
    """You put 0 into a row of W_2, which silences a class, instead of into the column of the hidden neuron."""
    W_2 = W[1].copy()
    W_2[neuron, :] = 0
    return _recall(labels, predict([W[0], W_2], b, X), len(W_2))


@mistake(advice="What is the sigmoid of 0? Look at the other side of the neuron: where does its activation go?")
def weights_into_the_unit(W, b, X, labels, neuron):
    """You put 0 into the weights that lead into the neuron. Its activation is then sigmoid(bias), and not 0."""
    W_1 = W[0].copy()
    W_1[neuron] = 0
    return _recall(labels, predict([W_1, W[1]], b, X), len(W[1]))


@mistake(advice="The sigmoid of 0 is 0.5, so such a neuron is only half off. What must be 0 is its activation.")
def silent_before_the_sigmoid(W, b, X, labels, neuron):
    """You put 0 in before the sigmoid, so that the neuron always gives 0.5."""
    Z_1 = X @ W[0].T + b[0]
    Z_1[:, neuron] = 0
    return _recall(labels, np.argmax(sigmoid(Z_1) @ W[1].T + b[1], axis=1), len(W[1]))


@mistake(advice="Switch off this one neuron, and leave all others on.")
def all_others_switched_off(W, b, X, labels, neuron):
    """You switch off all neurons but this one."""
    W_2 = np.zeros(W[1].shape)
    W_2[:, neuron] = W[1][:, neuron]
    return _recall(labels, predict([W[0], W_2], b, X), len(W_2))


@mistake(advice="Units count from 0, as rows and columns do.")
def counts_units_from_one(W, b, X, labels, neuron):
    """You switch off the neuron before this one: neurons count from 0."""
    return recall_without(W, b, X, labels, neuron - 1)


@mistake(advice="Of the rows of a class: which share is read as this class? Select by the labels.")
def share_of_the_predictions(W, b, X, labels, neuron):
    """You select the rows that are read as a class. Recall selects the rows that are of this class."""
    predicted = _predict_without(W, b, X, neuron)
    return _recall(predicted, labels, len(W[1]))


@mistake(advice="One number for each class: look at the rows of this class only.")
def one_number_for_all(W, b, X, labels, neuron):
    """You return the accuracy over all rows instead of a number for each class."""
    return np.mean(_predict_without(W, b, X, neuron) == labels)


@mistake(advice="How many of the rows of this class? Divide by their number.")
def counts_instead_of_shares(W, b, X, labels, neuron):
    """You count the right rows of each class, and do not divide by how many there are."""
    recall = recall_without(W, b, X, labels, neuron)
    return np.nan_to_num(recall) * np.bincount(labels, minlength=len(recall))


@mistake(advice="By how many must you divide: by all rows, or by the rows of this class?")
def shares_of_all_rows(W, b, X, labels, neuron):
    """You divide by the number of all rows instead of by the number of rows of the class."""
    recall = recall_without(W, b, X, labels, neuron)
    return np.nan_to_num(recall) * np.bincount(labels, minlength=len(recall)) / len(labels)


@mistake(advice="Recall counts what is right. What you have is what is left to 1.")
def share_of_the_wrong(W, b, X, labels, neuron):
    """You return the share that is wrong, not the share that is right."""
    return 1 - recall_without(W, b, X, labels, neuron)


@mistake(advice="Of a class without rows nobody can say which share is right: its number is NaN.")
def zero_for_a_missing_class(W, b, X, labels, neuron):
    """A class without rows gets 0, as if all of them were wrong."""
    return np.nan_to_num(recall_without(W, b, X, labels, neuron))


@mistake(advice="The result has a number for every class that the network knows. How many rows has W_2?")
def only_classes_that_occur(W, b, X, labels, neuron):
    """A class without rows is left out, so that the result is too short."""
    recall = recall_without(W, b, X, labels, neuron)
    return recall[np.isfinite(recall)]


@mistake(advice="How much is left, not how much is lost: the result is a share of the rows of each class.")
def what_is_lost(W, b, X, labels, neuron):
    """You return how much the recall falls, not the recall itself."""
    return _recall(labels, predict(W, b, X), len(W[1])) - recall_without(W, b, X, labels, neuron)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def activation_set_to_zero(W, b, X, labels, neuron):
    A_1 = forward_pass(W, b, X)[1]
    A_1[:, neuron] = 0
    right = np.argmax(A_1 @ W[1].T + b[1], axis=1) == labels
    with np.errstate(invalid="ignore"):
        counts = np.bincount(labels, minlength=len(b[1]))
        return np.bincount(labels, weights=right, minlength=len(b[1])) / counts


@variant
def unit_taken_out(W, b, X, labels, neuron):
    smaller = [np.delete(W[0], neuron, axis=0), np.delete(W[1], neuron, axis=1)]
    predicted = predict(smaller, [np.delete(b[0], neuron), b[1]], X)
    return [float((predicted[labels == c] == c).mean()) if c in labels else float("nan") for c in range(W[1].shape[0])]


@variant
def mask_of_ones(W, b, X, labels, neuron):
    mask = np.arange(len(b[0])) != neuron
    scores = (sigmoid(X @ W[0].T + b[0]) * mask) @ W[1].T + b[1]
    of_class = np.eye(len(b[1]), dtype=bool)[labels]
    right = (scores.argmax(axis=1) == labels)[:, np.newaxis] & of_class
    rows = of_class.sum(axis=0)
    return np.where(rows > 0, right.sum(axis=0) / np.maximum(rows, 1), np.nan)


@variant
def from_a_confusion_matrix(W, b, X, labels, neuron):
    k = len(W[1])
    matrix = np.zeros((k, k))
    np.add.at(matrix, (labels, _predict_without(W, b, X, neuron)), 1)
    rows = matrix.sum(axis=1)
    return np.divide(np.diag(matrix), rows, out=np.full(k, np.nan), where=rows > 0)


@variant
def mean_of_nothing(W, b, X, labels, neuron):
    """NumPy warns about the mean of no rows, and gives NaN: that is what is asked for."""
    right = _predict_without(W, b, X, neuron) == labels
    return np.array([np.mean(right[labels == c]) for c in range(len(W[1]))], dtype=np.float32)
