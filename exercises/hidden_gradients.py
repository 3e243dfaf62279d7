"""hidden_gradients: from the slopes of the scores back to those of the hidden layer."""

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.output_gradients import draw_passes, ten_digits
from solutions.reference import hidden_gradients, sigmoid

EXERCISE = Exercise(
    unit="05-backpropagation",
    points=2,
    parameters=("W", "A_1", "dZ_2"),
    returns=("dA_1", "dZ_1"),
    hints=(
        "Two steps. Through which weights did A_1 reach the scores? And what lies between Z_1 and A_1?",
        "Both results have the shape of A_1, (n, h). dZ_2 is (n, k), and W_2 is (k, h): which product has no k left?",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    return [
        Case(part, (W, A_1, ten_digits((Y_hat - Y) / len(Y)))) for part, (W, _, _, A_1, Y_hat, Y) in draw_passes(rng)
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _with_slope(W, A_1, dZ_2, slope):
    """Return the two gradients with another slope in place of the sigmoid's."""
    dA_1 = dZ_2 @ W[1]
    return dA_1, dA_1 * slope


@mistake(advice="Between Z_1 and A_1 lies the sigmoid. By what does it multiply a small change?")
def no_slope(W, A_1, dZ_2):
    """dZ_1 is the same as dA_1: the slope of the sigmoid is missing."""
    return _with_slope(W, A_1, dZ_2, 1)


@mistake(advice="dZ_2 is (n, k), W_2 is (k, h), dA_1 is (n, h). Must anything be transposed?")
def weights_transposed(W, A_1, dZ_2):
    """W_2 is turned the wrong way; if h = k, nobody notices."""
    dA_1 = dZ_2 @ W[1].T
    return dA_1, dA_1 * A_1 * (1 - A_1)


@mistake(advice="Through which weights did A_1 reach the scores? Lists count from 0.")
def first_weights(W, A_1, dZ_2):
    """You go back through W_1 instead of W_2; that runs only if the shapes fit by chance."""
    dA_1 = dZ_2 @ W[0]
    return dA_1, dA_1 * A_1 * (1 - A_1)


@mistake(advice="a reaches the loss through every score. What must be done over several paths?")
def one_path_only(W, A_1, dZ_2):
    """You follow only the path through the first score; the paths through the other scores are missing."""
    dA_1 = dZ_2[:, :1] * W[1][0]
    return dA_1, dA_1 * A_1 * (1 - A_1)


@mistake(advice="Every entry has a slope of its own: `*` multiplies entry by entry, `@` multiplies and adds up.")
def matrix_product_at_the_sigmoid(W, A_1, dZ_2):
    """At the sigmoid you take a matrix product; that runs only if the shapes fit by chance."""
    dA_1 = dZ_2 @ W[1]
    return dA_1, dA_1 @ (A_1 * (1 - A_1))


@mistake(advice="Along a path, multiply: what comes from behind times the slope of the sigmoid.")
def slope_alone(W, A_1, dZ_2):
    """dZ_1 is the slope of the sigmoid alone: it is not multiplied by dA_1."""
    return dZ_2 @ W[1], A_1 * (1 - A_1)


@mistake(advice="A_1 has been through the sigmoid already. The slope is a * (1 - a), with a as it is.")
def sigmoid_once_more(W, A_1, dZ_2):
    """You put A_1 through the sigmoid once more before you take the slope."""
    return _with_slope(W, A_1, dZ_2, sigmoid(A_1) * (1 - sigmoid(A_1)))


@mistake(advice="The slope of the sigmoid is a * (1 - a). Which half of it is missing?")
def slope_is_a(W, A_1, dZ_2):
    """You multiply by A_1 alone: the factor 1 - A_1 of the slope is missing."""
    return _with_slope(W, A_1, dZ_2, A_1)


@mistake(advice="The slope of the sigmoid is a * (1 - a). Which half of it is missing?")
def slope_is_one_minus_a(W, A_1, dZ_2):
    """You multiply by 1 - A_1 alone: the factor A_1 of the slope is missing."""
    return _with_slope(W, A_1, dZ_2, 1 - A_1)


@mistake(advice="The slope of the sigmoid is a * (1 - a). Which sign stands in the brackets?")
def slope_with_plus(W, A_1, dZ_2):
    """You use A_1 * (1 + A_1) as the slope of the sigmoid: one sign is wrong."""
    return _with_slope(W, A_1, dZ_2, A_1 * (1 + A_1))


@mistake(advice="Which function does the hidden layer use? Its slope belongs here.")
def slope_of_tanh(W, A_1, dZ_2):
    """You use 1 - A_1 ** 2, the slope of tanh; the hidden layer has a sigmoid."""
    return _with_slope(W, A_1, dZ_2, 1 - A_1**2)


@mistake(advice="Multiplication comes before subtraction. Which brackets does a * (1 - a) need?")
def slope_without_brackets(W, A_1, dZ_2):
    """Without brackets, dA_1 * A_1 * 1 - A_1 subtracts A_1 at the end."""
    dA_1 = dZ_2 @ W[1]
    return dA_1, dA_1 * A_1 * 1 - A_1


@mistake(advice="The sigmoid lies behind A_1, on the way back to Z_1. Does dA_1 know of it already?")
def slope_in_both(W, A_1, dZ_2):
    """The slope of the sigmoid is in dA_1 too; it belongs to the step from A_1 to Z_1 only."""
    dZ_1 = dZ_2 @ W[1] * A_1 * (1 - A_1)
    return dZ_1, dZ_1


@mistake(advice="dZ_2 holds the 1/n already, and it travels along.")
def mean_again(W, A_1, dZ_2):
    """You divide by n once more."""
    dA_1, dZ_1 = hidden_gradients(W, A_1, dZ_2)
    return dA_1 / len(A_1), dZ_1 / len(A_1)


@mistake(advice="Each sample keeps its own row here. Samples are added up later, for the weights and biases.")
def summed_over_the_samples(W, A_1, dZ_2):
    """You add up the samples, so that one row is left."""
    dA_1, dZ_1 = hidden_gradients(W, A_1, dZ_2)
    return dA_1.sum(axis=0), dZ_1.sum(axis=0)


@mistake(advice="Return dA_1 first, then dZ_1.")
def last_step_first(W, A_1, dZ_2):
    """The two come back in the wrong order."""
    return hidden_gradients(W, A_1, dZ_2)[::-1]


@mistake(advice="Return two things: dA_1, dZ_1.")
def only_the_second(W, A_1, dZ_2):
    """Only dZ_1 comes back."""
    return hidden_gradients(W, A_1, dZ_2)[1]


@mistake(advice="`A_1 *= …` writes into the caller's array. Make a new one.")
def changes_the_activations(W, A_1, dZ_2):
    """You compute the slope in place, which changes the caller's A_1."""
    dA_1 = dZ_2 @ W[1]
    A_1 *= 1 - A_1
    return dA_1, dA_1 * A_1


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def transposed_twice(W, A_1, dZ_2):
    back = np.dot(W[1].T, dZ_2.T).T
    return [back, np.multiply(back, A_1 - A_1**2)]


@variant
def slope_from_the_scores(W, A_1, dZ_2):
    """Compute z again from a, and the slope from z."""
    z = np.log(A_1 / (1 - A_1))
    dA_1 = np.einsum("nk,kh->nh", dZ_2, W[1])
    return dA_1, dA_1 / (2 + np.exp(z) + np.exp(-z))


@variant
def sample_by_sample(W, A_1, dZ_2):
    dA_1 = np.zeros_like(A_1)
    for i, error in enumerate(dZ_2):
        for path, weights in zip(error, W[1], strict=True):
            dA_1[i] += path * weights
    return dA_1, np.array([row * a * (1 - a) for row, a in zip(dA_1, A_1, strict=True)])


@variant
def plain_loops(W, A_1, dZ_2):
    n, h, k = len(A_1), len(A_1[0]), len(W[1])
    dA_1 = [[sum(dZ_2[i][c] * W[1][c][j] for c in range(k)) for j in range(h)] for i in range(n)]
    dZ_1 = [[dA_1[i][j] * A_1[i][j] * (1 - A_1[i][j]) for j in range(h)] for i in range(n)]
    return dA_1, dZ_1


@variant
def single_precision(W, A_1, dZ_2):
    a = A_1.astype(np.float32)
    dA_1 = dZ_2.astype(np.float32) @ W[-1].astype(np.float32)
    return dA_1, dA_1 * a * (np.float32(1) - a)
