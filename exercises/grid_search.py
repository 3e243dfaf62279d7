"""grid_search: one trained network for each pair of settings, scored on validation data.

An honest answer may draw anything, so what is expected holds for every draw."""

import itertools

import numpy as np

from course.checks.calls import Case
from course.checks.measures.grid_search import measure
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.sgd import single_precision, weight_decay
from exercises.train_test_split import draw_seed
from solutions import reference
from solutions.reference import forward_pass, init_weights, predict

EXERCISE = Exercise(
    unit="09-mini-batches",
    points=1,
    parameters=("X", "Y", "X_val", "labels_val", "lrs", "lmbds", "rng"),
    returns=("scores",),
    uses=(
        "init_weights",
        "sigmoid",
        "softmax",
        "forward_pass",
        "predict",
        "accuracy",
        "output_gradients",
        "back_prop",
        "update",
        "minibatches",
        "sgd",
    ),
    hints=(
        "One row for each learning rate, one column for each lambda. What has to happen for one entry?",
        "Look at where each network starts, on which data it is trained, and on which data it is scored.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    def search(part, samples, lrs, lmbds, scores):
        args = *samples, lrs, lmbds, draw_seed(rng)
        return Case(part, args, expected=measure(scores, *args))

    # Every honest network knows the ten groups by heart, and says so of the 80% of the labels that are right. One that
    # made only very small steps scores 0.105 on average.
    groups = _groups(rng, np.arange(21) % 10, np.arange(150) % 10, swapped=30)
    # A strong penalty leaves the biases only, and these say the class of most of the training samples.
    half_twos = np.append(np.arange(16) % 4, [2] * 16 + [0] * 4 + [1] * 4)
    most = _groups(rng, np.array([2] * 12 + [0, 0, 0, 1, 1, 3, 3, 3]), half_twos, swapped=4, size=6.0)
    # (1 - lr * lmbd) to the power of 88 is too large for a float; only 87 steps would not be enough.
    X, Y, X_val, labels_val = _groups(rng, np.arange(21) % 10, np.arange(45) % 9 + 1, swapped=0)
    shown = np.arange(45)
    diverging = X, Y, X_val, np.where((shown % 9 < 5) | np.isin(shown, (5, 14)), 0, labels_val)
    # How far small steps get depends on the hidden units, the epochs and the batches: 0.4 is the mean for the right ones.
    many_classes = _groups(rng, np.arange(30), np.arange(60) % 30, swapped=0, size=8.0)
    one = _groups(rng, np.array([1]), np.array([1, 1, 0, 1]), swapped=0)
    return [
        search(
            "some learning rates and lambdas",
            groups,
            [1.0, 0.002, 0.5],
            [0.0, 1e-4],
            [[0.8, 0.8], [0.105, 0.105], [0.8, 0.8]],
        ),
        search("as many learning rates as lambdas", most, [0.2, 0.3], [0.0, 2.0], [[0.9, 0.5], [0.9, 0.5]]),
        search("runs that diverge", diverging, [1.0], [0.0, 3243.0, 1e-4], [[0.4, 0.6, 0.4]]),
        search("many classes", many_classes, [0.055, 0.2], [0.0], [[0.4], [1.0]]),
        search("a single sample", one, [0.5], [0.0], [[0.75]]),
    ]


def _groups(rng, labels, labels_val, *, swapped, size=3.0):
    """Draw well separated groups, one for each class; the first validation labels are wrong on purpose.

    Parameters
    ----------
    swapped : how many validation samples get the label of another class
    size : how far each group is from 0, along an axis of its own
    """
    k = int(max(labels.max(), labels_val.max())) + 1
    X, X_val = (
        np.round(size * np.eye(k + 1)[rows] + rng.normal(scale=0.05, size=(len(rows), k + 1)), 3)
        for rows in (labels, labels_val)
    )
    shift = np.where(np.arange(len(labels_val)) < swapped, 1, 0)
    return X, np.eye(k)[labels], X_val, (labels_val + shift) % k


# --- mistakes --------------------------------------------------------------------------------------------------------


def _search(X, Y, X_val, labels_val, lrs, lmbds, rng, *, hidden=20, epochs=30, batch_size=10, score=None):
    """Fill the grid like the reference, with other settings or another ``score(W, b)``."""
    score = score or (lambda W, b: np.mean(predict(W, b, X_val) == labels_val))

    def run(lr, lmbd):
        W, b = init_weights(X.shape[1], hidden, Y.shape[1], rng)
        return score(*reference.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng))

    with np.errstate(all="ignore"):
        return np.array([[run(lr, lmbd) for lmbd in lmbds] for lr in lrs])


@mistake(advice="One row for each learning rate, one column for each lambda.")
def grid_transposed(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Rows and columns are swapped: the rows belong to the lambdas."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng).T


@mistake(advice="sgd takes lr first and lmbd after it. What do you pass?")
def grid_lr_and_lmbd_swapped(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """The learning rate and lambda are passed to sgd in the wrong order."""
    return _search(X, Y, X_val, labels_val, lmbds, lrs, rng).T


@mistake(advice="A network may know the training data by heart. On which data do you want to compare?")
def grid_scores_training_data(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """The accuracies are measured on the training data, not on the validation data."""
    labels = np.argmax(Y, axis=1)
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, score=lambda W, b: np.mean(predict(W, b, X) == labels))


@mistake(advice="Call init_weights inside the inner loop: every run starts anew.")
def grid_goes_on_training(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Each run goes on with the network of the run before, instead of starting anew."""
    W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
    scores = np.zeros((len(lrs), len(lmbds)))
    with np.errstate(all="ignore"):
        for i, lr in enumerate(lrs):
            for j, lmbd in enumerate(lmbds):
                W, b = reference.sgd(W, b, X, Y, 30, 10, lr, lmbd, rng)
                scores[i, j] = np.mean(predict(W, b, X_val) == labels_val)
    return scores


@mistake(advice="Call init_weights inside the inner loop, not once for each learning rate.")
def grid_starts_once_a_row(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Only the first run of each row starts anew; the others go on with the network of the run before."""
    rows = [grid_goes_on_training(X, Y, X_val, labels_val, [lr], lmbds, rng)[0] for lr in lrs]
    return np.array(rows)


@mistake(advice="The task asks for the share of right answers, a number from 0 to 1.")
def grid_counts(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You count the right answers instead of taking their share."""
    return _search(
        X, Y, X_val, labels_val, lrs, lmbds, rng, score=lambda W, b: np.sum(predict(W, b, X_val) == labels_val)
    )


@mistake(advice="The task asks for a number from 0 to 1.")
def grid_percent(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """The accuracies are percentages, 100 times too large."""
    return 100 * _search(X, Y, X_val, labels_val, lrs, lmbds, rng)


@mistake(advice="An accuracy is the share of right answers.")
def grid_error_rates(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You return the share of wrong answers."""
    return 1 - _search(X, Y, X_val, labels_val, lrs, lmbds, rng)


@mistake(advice="The task says which class NaN counts as. What does predict say of such a row?")
def grid_diverged_is_zero(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """A run that diverged scores 0, instead of what its network scores with NaN as class 0."""

    def score(W, b):
        finite = all(np.isfinite(array).all() for array in [*W, *b])
        return np.mean(predict(W, b, X_val) == labels_val) if finite else 0.0

    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, score=score)


@mistake(advice="The task says which class NaN counts as. What does predict say of such a row?")
def grid_diverged_is_nan(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """A run that diverged scores NaN, instead of what its network scores with NaN as class 0."""

    def score(W, b):
        finite = all(np.isfinite(array).all() for array in [*W, *b])
        return np.mean(predict(W, b, X_val) == labels_val) if finite else np.nan

    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, score=score)


@mistake(advice="A run that diverges ends only itself. What happens to the runs after it?")
def grid_stops_at_divergence(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """After a run that diverged, the other runs are left out."""
    scores = np.zeros((len(lrs), len(lmbds)))
    with np.errstate(all="ignore"):
        for i, lr in enumerate(lrs):
            for j, lmbd in enumerate(lmbds):
                W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
                W, b = reference.sgd(W, b, X, Y, 30, 10, lr, lmbd, rng)
                scores[i, j] = np.mean(predict(W, b, X_val) == labels_val)
                if not np.isfinite(W[0]).all():
                    return scores
    return scores


@mistake(advice="Which of the arguments of sgd is lmbd? Give it the lambda of the column.")
def grid_forgets_lmbd(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Every run is trained without a penalty."""
    return _search(X, Y, X_val, labels_val, lrs, [0.0 for _ in lmbds], rng)


@mistake(advice="Which of the arguments of sgd is lr? Give it the learning rate of the row.")
def grid_first_lr_only(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Every run uses the first learning rate."""
    return _search(X, Y, X_val, labels_val, [lrs[0] for _ in lrs], lmbds, rng)


@mistake(advice="The task asks for 30 epochs.")
def grid_one_epoch(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Each run trains far fewer epochs than 30."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, epochs=1)


@mistake(advice="The task asks for 20 hidden units.")
def grid_too_few_hidden_units(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """The networks have far fewer hidden units than 20."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, hidden=3)


@mistake(advice="The task asks for batches of 10, so that an epoch has about n / 10 steps.")
def grid_full_batch(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Each step uses all rows instead of a batch of 10."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, batch_size=len(X))


@mistake(advice="Which pair is the best is asked later. Return all accuracies.")
def grid_best_only(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You return only the best accuracy."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng).max()


@mistake(advice="Whoever calls chooses the seed: use the argument rng, and make no generator of your own.")
def grid_own_seed(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You make a generator of your own, so that every seed gives the same grid."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, np.random.default_rng(1))


@mistake(advice="The validation data only measures. Train on X and Y, and nothing else.")
def grid_trains_on_validation_data(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You train on the validation data, and then measure on it."""
    return reference.grid_search(X_val, np.eye(Y.shape[1])[labels_val], X_val, labels_val, lrs, lmbds, rng)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def columns_first(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = np.empty((len(lrs), len(lmbds)))
    for (j, lmbd), (i, lr) in itertools.product(enumerate(lmbds), enumerate(lrs)):
        start = init_weights(X.shape[1], 20, Y.shape[1], rng)
        W, b = reference.sgd(*start, X, Y, 30, 10, lr, lmbd, rng)
        scores[i, j] = np.count_nonzero(reference.predict(W, b, X_val) == labels_val) / len(labels_val)
    return scores


@variant
def the_same_start_for_all(X, Y, X_val, labels_val, lrs, lmbds, rng):
    start = init_weights(X.shape[1], 20, Y.shape[1], rng)

    def score(lr, lmbd):
        W, b = reference.sgd(*start, X, Y, 30, 10, lr, lmbd, rng)
        return float(np.mean(np.argmax(forward_pass(W, b, X_val)[2], axis=1) == labels_val))

    return [[score(lr, lmbd) for lmbd in lmbds] for lr in lrs]


@variant
def a_generator_for_each_run(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = []
    for lr, lmbd in itertools.product(lrs, lmbds):
        own = np.random.default_rng(int(rng.integers(2**60)))
        result = init_weights(X.shape[1], 20, Y.shape[1], own)
        for _ in range(30):  # one epoch after the other
            result = reference.sgd(*result, X, Y, 1, 10, lr, lmbd, own)
        scores.append(reference.accuracy(labels_val, forward_pass(*result, X_val)[2]))
    return np.array(scores).reshape(len(lrs), len(lmbds))


@variant
def all_in_single_precision(X, Y, X_val, labels_val, lrs, lmbds, rng):
    X, X_val = X.astype(np.float32), X_val.astype(np.float32)
    scores = np.zeros((len(lrs), len(lmbds)), dtype=np.float32)
    for i, j in np.ndindex(scores.shape):
        W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
        W, b = single_precision(W, b, X, Y, 30, 10, lrs[i], lmbds[j], rng)
        scores[i, j] = (reference.predict(W, b, X_val) == labels_val).mean()
    return scores


@variant
def scores_with_nan_replaced(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = np.zeros((len(lrs), len(lmbds)))
    for i, lr in enumerate(lrs):
        for j, lmbd in enumerate(lmbds):
            W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
            W, b = weight_decay(W, b, X, Y, 30, 10, lr, lmbd, rng)
            Y_hat = forward_pass(W, b, X_val)[2]
            Y_hat[np.isnan(Y_hat).any(axis=1)] = np.eye(Y.shape[1])[0]
            scores[i, j] = np.mean(np.argmax(Y_hat, axis=1) == labels_val)
    return scores
