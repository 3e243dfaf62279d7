"""output_gradients: the gradients of the output layer."""

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers
from solutions.reference import forward_pass, one_hot, output_gradients

EXERCISE = Exercise(
    unit="05-backpropagation",
    points=2,
    parameters=("A_1", "Y_hat", "Y"),
    returns=("dW_2", "db_2"),
    biases=("db_2",),
    hints=(
        "dW_2 has the shape of W_2, (k, h), and db_2 that of b_2, (k,). Over what is summed in each?",
        "Write the shapes down: dZ_2 is (n, k), A_1 is (n, h). Which product has no n left? 1/n belongs in once.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    return [Case(part, (A_1, Y_hat, Y)) for part, (_, _, _, A_1, Y_hat, Y) in draw_passes(rng)]


def draw_passes(rng):
    """Draw networks and samples, and give what back_prop receives after a forward pass."""
    d, h, k = different_sizes(rng, 3, smallest=2, largest=4)
    n = int(rng.integers(5, 8))
    return [
        ("ordinary samples", draw_pass(rng, n, d, h, k)),
        ("ordinary samples", draw_pass(rng, 3, 3, 3, 3)),
        ("ordinary samples", draw_pass(rng, 2, h, k, d)),
        ("a single sample", draw_pass(rng, 1, 2, 2, 2)),
        ("layers of one", draw_pass(rng, n, d, 1, k)),
        ("layers of one", draw_pass(rng, 2, 1, h, k)),
        ("layers of one", draw_pass(rng, 4, d, h, 1)),
        ("layers of one", draw_pass(rng, 1, 1, 1, 1)),
        ("a network that is sure of itself", _sure(rng)),
        ("many samples", draw_pass(rng, 24, d, 2, k)),
        ("large inputs", _large_inputs(rng)),
    ]


def draw_pass(rng, n, d, h, k, scale=1.0, input_scale=1.0, weight_scale=1.0):
    X = numbers(rng, n, d, scale=input_scale)
    W, b = network(rng, d, h, k, scale=scale)
    W[0] = W[0] * weight_scale
    Y = one_hot(rng.integers(0, k, size=n), k)
    return W, X, *(ten_digits(array) for array in forward_pass(W, b, X)), Y


def _sure(rng):
    """Draw a pass in which a class gets more than 0.99."""
    while True:
        drawn = draw_pass(rng, 4, 2, 2, 2, scale=3)
        if drawn[4].max() > 0.99:
            return drawn


def _large_inputs(rng):
    """Draw a pass of which the gradient of W_1 has entries above 20: inputs of some hundreds, and small weights."""
    while True:
        W, X, Z_1, A_1, Y_hat, Y = draw_pass(rng, 5, 3, 2, 2, input_scale=400, weight_scale=0.004)
        dZ_1 = (Y_hat - Y) / 5 @ W[1] * A_1 * (1 - A_1)
        if np.abs(dZ_1.T @ X).max() > 20:
            return W, np.asfortranarray(X), Z_1, A_1, Y_hat, Y


def ten_digits(array):
    """Round to ten significant digits, which every machine computes alike and which leave no probability at 0."""
    return np.array([float(f"{number:.10g}") for number in array.flat]).reshape(array.shape)


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="The loss is a mean over n samples. What does that make of each sample's share?")
def no_mean(A_1, Y_hat, Y):
    """The factor 1/n is missing: these are the gradients of the sum over the samples, not of the mean."""
    n = len(Y)
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return n * dW_2, n * db_2


@mistake(advice="When a probability is too high, the gradient of its score must be positive.")
def truth_minus_prediction(A_1, Y_hat, Y):
    """You take Y - Y_hat instead of Y_hat - Y, so that every sign is wrong."""
    return output_gradients(A_1, Y, Y_hat)


@mistake(advice="Over what does the loss take its mean: over samples, or over all entries of Y?")
def mean_over_all_entries(A_1, Y_hat, Y):
    """You divide by all entries of Y, n times k, instead of by the n samples."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2 / Y.shape[1], db_2 / Y.shape[1]


@mistake(advice="Samples are rows. Which number in Y.shape counts them?")
def divides_by_classes(A_1, Y_hat, Y):
    """You divide by the number of classes k instead of by the number of samples n."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2 * len(Y) / Y.shape[1], db_2 * len(Y) / Y.shape[1]


@mistake(advice="The mean is over samples for both gradients: db_2 needs the 1/n too.")
def bias_without_mean(A_1, Y_hat, Y):
    """The factor 1/n is missing in db_2."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2, len(Y) * db_2


@mistake(advice="The mean is over samples for both gradients: dW_2 needs the 1/n too.")
def weights_without_mean(A_1, Y_hat, Y):
    """The factor 1/n is missing in dW_2."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return len(Y) * dW_2, db_2


@mistake(advice="If 1/n is in dZ_2 already, what is left to do over the samples: a mean or a sum?")
def bias_mean_twice(A_1, Y_hat, Y):
    """In db_2 you divide by n twice: once in dZ_2 and once more, perhaps by np.mean."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2, db_2 / len(Y)


@mistake(advice="1/n belongs in once. Is it in dZ_2 already?")
def mean_twice(A_1, Y_hat, Y):
    """You divide by n twice: once in dZ_2, and once more afterwards."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2 / len(Y), db_2 / len(Y)


@mistake(advice="dW_2 has the shape of W_2, (k, h). Which factor of the product comes first?")
def weights_transposed(A_1, Y_hat, Y):
    """dW_2 is transposed: its rows should be classes, its columns hidden units."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2.T, db_2


@mistake(advice="The n samples must vanish in the product: (k, n) times (n, h). What must be transposed?")
def nothing_transposed(A_1, Y_hat, Y):
    """You multiply dZ_2 by A_1 without transposing dZ_2; that runs only if n = k."""
    _, db_2 = output_gradients(A_1, Y_hat, Y)
    return (Y_hat - Y) / len(Y) @ A_1, db_2


@mistake(advice="db_2 has one entry for each class. Sum over the samples, which lie along axis 0.")
def bias_over_classes(A_1, Y_hat, Y):
    """In db_2 you sum over the classes instead of over the samples."""
    dW_2, _ = output_gradients(A_1, Y_hat, Y)
    return dW_2, np.sum((Y_hat - Y) / len(Y), axis=1)


@mistake(advice="Each class has a bias of its own. Name the axis of the sum.")
def bias_as_one_number(A_1, Y_hat, Y):
    """You sum db_2 over everything, so that a single number is left."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2, np.sum(db_2)


@mistake(advice="The bias is added to every sample's scores. So what happens to their gradients?")
def bias_not_summed(A_1, Y_hat, Y):
    """db_2 is not summed over the samples: it still has a row for each of them."""
    dW_2, _ = output_gradients(A_1, Y_hat, Y)
    return dW_2, (Y_hat - Y) / len(Y)


@mistake(advice="A bias is a plain vector, (k,), and so is its gradient.")
def bias_as_a_column(A_1, Y_hat, Y):
    """db_2 comes back as a column, (k, 1)."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2, db_2[:, np.newaxis]


@mistake(advice="Return the gradient of the weights first, then that of the biases.")
def bias_first(A_1, Y_hat, Y):
    """The two gradients come back in the wrong order."""
    return output_gradients(A_1, Y_hat, Y)[::-1]


@mistake(advice="Softmax and cross-entropy together give Y_hat - Y. Nothing is left to multiply by.")
def squared_error_habit(A_1, Y_hat, Y):
    """You multiply by Y_hat * (1 - Y_hat) as well; that belongs to a squared error after a sigmoid."""
    dZ_2 = (Y_hat - Y) * Y_hat * (1 - Y_hat) / len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@mistake(advice="-Y / Y_hat is how the loss depends on Y_hat. How does Y_hat depend on the scores Z_2?")
def without_softmax(A_1, Y_hat, Y):
    """You take -Y / Y_hat, the gradient for the probabilities, as if it were the one for the scores."""
    dZ_2 = -Y / Y_hat / len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@mistake(advice="-Y / Y_hat times the slope of softmax: each probability depends on every score.")
def softmax_diagonal_only(A_1, Y_hat, Y):
    """Of softmax you use only how a probability depends on its own score, not how it depends on the others."""
    dZ_2 = -Y * (1 - Y_hat) / len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@mistake(advice="A perfect prediction needs no change. What is left then, if you use Y_hat alone?")
def forgets_the_truth(A_1, Y_hat, Y):
    """You use Y_hat alone: the true labels Y are missing."""
    return output_gradients(A_1, Y_hat, np.zeros(Y.shape))


@mistake(advice="Cross-entropy has no square, so nothing brings a 2.")
def factor_two(A_1, Y_hat, Y):
    """A factor 2 is too much; it belongs to the squared error."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return 2 * dW_2, 2 * db_2


@mistake(advice="`Y_hat -= Y` and `Y_hat[…] -= 1` write into the caller's array. Make a new one.")
def changes_the_probabilities(A_1, Y_hat, Y):
    """You subtract in place, which changes the caller's Y_hat."""
    result = output_gradients(A_1, Y_hat, Y)
    Y_hat -= Y
    return result


@mistake(advice="The slope of the sigmoid belongs to the hidden layer, which back_prop adds later.")
def slope_of_the_hidden_layer(A_1, Y_hat, Y):
    """In dW_2 you use A_1 * (1 - A_1), the slope of the sigmoid, instead of A_1 itself."""
    return output_gradients(A_1 * (1 - A_1), Y_hat, Y)


@mistake(advice="Samples are rows. Which number in A_1.shape counts them?")
def divides_by_hidden_units(A_1, Y_hat, Y):
    """You divide by the number of hidden units h instead of by the number of samples n."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2 * len(Y) / A_1.shape[1], db_2 * len(Y) / A_1.shape[1]


@mistake(advice="In each row a single entry loses 1: row i at its own label. Give both a row and a column.")
def one_off_in_whole_columns(A_1, Y_hat, Y):
    """`dscores[:, labels] -= 1` takes 1 off whole columns, not one entry of each row."""
    dZ_2 = Y_hat.copy()
    dZ_2[:, np.argmax(Y, axis=1)] -= 1
    dZ_2 /= len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@mistake(advice="A bias has no input. Which matrix do you sum for it, dZ_2 or dW_2?")
def bias_from_the_weights(A_1, Y_hat, Y):
    """You sum the rows of dW_2 for the bias; its gradient is the sum of dZ_2 over the samples."""
    dW_2, _ = output_gradients(A_1, Y_hat, Y)
    return dW_2, dW_2.sum(axis=1)


# --- variants --------------------------------------------------------------------------------------------------------


def gradient_of_scores(Y_hat, Y):
    """Go back through softmax with its full Jacobian, one sample after the other."""
    rows = []
    for p, y in zip(Y_hat, Y, strict=True):
        jacobian = np.diag(p) - np.outer(p, p)
        rows.append(jacobian @ (-y / p))
    return np.array(rows) / len(Y)


@variant
def full_jacobian(A_1, Y_hat, Y):
    dZ_2 = gradient_of_scores(Y_hat, Y)
    return [dZ_2.T @ A_1, np.ones(len(Y)) @ dZ_2]


@variant
def outer_products(A_1, Y_hat, Y):
    errors = Y_hat - Y
    return sum(np.outer(e, a) for e, a in zip(errors, A_1, strict=True)) / len(Y), errors.mean(axis=0, keepdims=True)


@variant
def einsum_with_mean_at_the_end(A_1, Y_hat, Y):
    return np.einsum("nk,nh->kh", Y_hat - Y, A_1) / Y.shape[0], np.einsum("nk->k", Y_hat - Y) / Y.shape[0]


@variant
def ones_times_errors(A_1, Y_hat, Y):
    ones = np.full((1, len(Y)), 1 / len(Y))
    return (A_1.T @ (Y_hat - Y)).T / len(Y), ones @ (Y_hat - Y)


@variant
def bias_as_one_more_column(A_1, Y_hat, Y):
    together = (Y_hat - Y).T @ np.column_stack([A_1, np.ones(len(A_1))]) / len(Y)
    return together[:, :-1], together[:, -1]


@variant
def minus_one_at_the_label(A_1, Y_hat, Y):
    dZ_2 = Y_hat.copy()
    dZ_2[np.arange(len(Y)), Y.argmax(axis=1)] -= 1
    dZ_2 /= len(Y)
    return np.tensordot(dZ_2, A_1, axes=(0, 0)), np.add.reduce(dZ_2)


@variant
def plain_loops(A_1, Y_hat, Y):
    n, k, h = len(Y), len(Y[0]), len(A_1[0])
    error = [[(Y_hat[i][c] - Y[i][c]) / n for c in range(k)] for i in range(n)]
    dW_2 = [[sum(error[i][c] * A_1[i][j] for i in range(n)) for j in range(h)] for c in range(k)]
    return dW_2, [sum(row[c] for row in error) for c in range(k)]


@variant
def single_precision(A_1, Y_hat, Y):
    dZ_2 = (Y_hat.astype(np.float32) - Y.astype(np.float32)) / np.float32(len(Y))
    return dZ_2.T @ A_1.astype(np.float32), dZ_2.sum(axis=0)
