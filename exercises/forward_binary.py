"""forward_binary: a ReLU layer, then one sigmoid for the probability of class 1."""

import math

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers
from solutions.reference import forward_binary, relu, relu_prime, sigmoid

EXERCISE = Exercise(
    unit="10-two-moons",
    points=2,
    parameters=("W", "b", "X"),
    returns=("Z_1", "A_1", "P"),
    uses=("relu", "sigmoid"),
    hints=(
        "It is the forward pass of unit 3 with two changes. Which function stands where?",
        "X (n, d), W_1 (h, d), A_1 (n, h), W_2 (1, h): write the shape of each product, and add each bias.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, d, h = different_sizes(rng, 3, smallest=3)
    size = int(rng.integers(3, 6))

    def sample(part, n, d, h, **scale):
        return Case(part, (*network(rng, d, h, 1, **scale), numbers(rng, n, d, scale=20 if scale else 1)))

    return [
        sample("ordinary samples", n, d, h),
        sample("ordinary samples", size, size, size),
        sample("ordinary samples", n + 3, 2, 5),
        sample("ordinary samples", n, d, 1),
        sample("ordinary samples", 12, 1, h),
        sample("a single sample", 1, d, h),
        sample("a single sample", 1, 1, 1),
        sample("large weights", n, d, h, scale=1000),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _layers(W, b, X, hidden=relu, output=sigmoid):
    Z_1 = X @ W[0].T + b[0]
    A_1 = hidden(Z_1)
    return Z_1, A_1, output(A_1 @ W[1].T + b[1])


@mistake(advice="Each layer is weights and bias: add b[0] in the first, b[1] in the second.")
def both_biases_left_out(W, b, X):
    """The biases are left out, which nobody notices as long as they are zero."""
    return _layers(W, [0 * bias for bias in b], X)


@mistake(advice="Which bias belongs to the hidden layer?")
def first_bias_left_out(W, b, X):
    """The bias of the hidden layer is left out."""
    return _layers(W, [0 * b[0], b[1]], X)


@mistake(advice="Which bias belongs to the output?")
def second_bias_left_out(W, b, X):
    """The bias of the output is left out."""
    return _layers(W, [b[0], 0 * b[1]], X)


@mistake(advice="A bias shifts z, so that the corner of the ReLU moves. Add it before the ReLU.")
def bias_after_the_relu(W, b, X):
    """The first bias is added after the ReLU, not before."""
    Z_1 = X @ W[0].T
    A_1 = relu(Z_1) + b[0]
    return Z_1, A_1, sigmoid(A_1 @ W[1].T + b[1])


@mistake(advice="X is (n, d) and W_1 is (h, d). What makes the inner sizes meet?")
def w_1_not_transposed(W, b, X):
    """W_1 is not transposed; for square matrices nobody notices."""
    return _layers([W[0].T, W[1]], b, X)


@mistake(advice="A_1 is (n, h) and W_2 is (1, h). What makes the inner sizes meet?")
def w_2_not_transposed(W, b, X):
    """W_2 is not transposed, which works only with a single hidden unit."""
    return _layers([W[0], W[1].T], b, X)


@mistake(advice="`A_1 * W[1]` multiplies only; the products of a row must be added up as well.")
def products_not_added(W, b, X):
    """A_1 and W_2 are multiplied entry by entry, and their products are not added up."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = relu(Z_1)
    return Z_1, A_1, sigmoid(A_1 * W[1] + b[1])


@mistake(advice="The hidden layer of this unit ends with the ReLU.")
def sigmoid_in_the_hidden_layer(W, b, X):
    """The hidden layer uses the sigmoid, as in unit 3, instead of the ReLU."""
    return _layers(W, b, X, hidden=sigmoid)


@mistake(advice="The output reads what comes out of the ReLU.")
def relu_skipped(W, b, X):
    """The output gets Z_1 instead of A_1, so that the network can only draw a straight border."""
    Z_1 = X @ W[0].T + b[0]
    return Z_1, relu(Z_1), sigmoid(Z_1 @ W[1].T + b[1])


@mistake(advice="Where does the ReLU belong, and where its slope?")
def slope_in_the_forward_pass(W, b, X):
    """The hidden layer uses relu_prime, the slope, instead of relu."""
    return _layers(W, b, X, hidden=relu_prime)


@mistake(advice="P holds probabilities. Which function turns the last number into one?")
def no_sigmoid_at_the_output(W, b, X):
    """The sigmoid at the output is missing: P can be negative or above 1."""
    return _layers(W, b, X, output=lambda z: z)


@mistake(advice="The ReLU has no upper end. Which function ends between 0 and 1?")
def relu_at_the_output(W, b, X):
    """The output ends with the ReLU instead of the sigmoid."""
    return _layers(W, b, X, output=relu)


@mistake(
    advice="With one column there is nothing to share among classes. The sigmoid looks at one number alone.",
)
def softmax_of_one_column(W, b, X):
    """Softmax over a single column gives 1 for every sample."""
    return _layers(W, b, X, output=np.ones_like)


@mistake(advice="Each sample has a probability of its own: the sigmoid looks at one number alone.")
def softmax_over_the_samples(W, b, X):
    """The output is a softmax over the samples, so that all samples share a probability of 1."""

    def share(z):
        powers = np.exp(z - z.max())
        return powers / powers.sum()

    return _layers(W, b, X, output=share)


@mistake(advice="One sigmoid is enough: it stands at the very end.")
def sigmoid_twice(W, b, X):
    """The output goes through the sigmoid twice, so that P lies between 0.5 and 0.73."""
    return _layers(W, b, X, output=lambda z: sigmoid(sigmoid(z)))


@mistake(advice="Where z is large, P should be close to 1. Which sign belongs in the exponent?")
def probability_of_class_zero(W, b, X):
    """You return the probability of class 0 instead of class 1."""
    return _layers(W, b, X, output=lambda z: sigmoid(-z))


@mistake(advice="Return the probabilities. To decide between the classes comes later.")
def classes_for_probabilities(W, b, X):
    """P holds 0 and 1, the decisions, instead of the probabilities."""
    return _layers(W, b, X, output=lambda z: (z > 0).astype(float))


@mistake(advice="The task says P (n, 1): a matrix with one column, as y is.")
def p_as_a_row(W, b, X):
    """P comes back with the shape (n,) instead of (n, 1)."""
    Z_1, A_1, P = forward_binary(W, b, X)
    return Z_1, A_1, P.ravel()


@mistake(advice="Return Z_1 first, then A_1, then P.")
def z_and_a_exchanged(W, b, X):
    """Z_1 and A_1 come back in the wrong order."""
    Z_1, A_1, P = forward_binary(W, b, X)
    return A_1, Z_1, P


@mistake(
    advice="`np.maximum(…, out=Z_1)` and `Z_1[Z_1 < 0] = 0` change Z_1 too. A_1 needs an array of its own.",
)
def relu_in_place(W, b, X):
    """The ReLU works in place, so that Z_1 has lost its negative numbers."""
    _, A_1, P = forward_binary(W, b, X)
    return A_1, A_1, P


@mistake(advice="Backpropagation will need Z_1 and A_1 too: return all three.")
def only_p(W, b, X):
    """Only P comes back; Z_1 and A_1 are missing."""
    return forward_binary(W, b, X)[2]


@mistake(advice="Columns are exchanged with rows somewhere. Samples are rows in the result too.")
def samples_in_columns(W, b, X):
    """The results are transposed: samples have become columns."""
    return tuple(array.T for array in forward_binary(W, b, X))


@mistake(
    advice="Scaling the data is not part of the forward pass, and `X -= …` writes into the caller's array.",
)
def x_changed_in_place(W, b, X):
    """You change the caller's X."""
    result = forward_binary(W, b, X)
    X -= X.mean(axis=0) + 1
    return result


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def bias_in_an_extra_column(W, b, X):
    ones = np.ones((len(X), 1))
    Z_1 = np.hstack([X, ones]) @ np.column_stack([W[0], b[0]]).T
    A_1 = relu(Z_1)
    return Z_1, A_1, scipy.special.expit(np.hstack([A_1, ones]) @ np.column_stack([W[1], b[1]]).T)


@variant
def all_transposed_inside(W, b, X):
    Z_1 = W[0] @ X.T + b[0][:, np.newaxis]
    A_1 = np.maximum(0, Z_1)
    Z_2 = W[1] @ A_1 + b[1].reshape(-1, 1)
    return [Z_1.T, A_1.T, (1 / (1 + np.exp(-Z_2))).T]


@variant
def weighted_sums(W, b, X):
    Z_1 = np.einsum("nd,hd->nh", X, W[0]) + b[0]
    A_1 = np.where(Z_1 > 0, Z_1, 0)
    z = (A_1 * W[1]).sum(axis=1, keepdims=True) + b[1]
    return Z_1, A_1, sigmoid(z)


@variant
def row_by_row(W, b, X):
    rows = []
    for x in X:
        z = [
            sum(w * value for w, value in zip(row, x, strict=True)) + bias for row, bias in zip(W[0], b[0], strict=True)
        ]
        a = [max(0.0, value) for value in z]
        total = sum(w * value for w, value in zip(W[1][0], a, strict=True)) + b[1][0]
        rows.append((z, a, [math.exp(-np.logaddexp(0, -total))]))
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@variant
def tanh_at_the_output(W, b, X):
    Z_1 = np.inner(X, W[0]) + b[0]
    A_1 = Z_1 * (Z_1 > 0)
    return Z_1, A_1, 0.5 * (1 + np.tanh(0.5 * (np.inner(A_1, W[1]) + b[1])))


@variant
def forward_in_single_precision(W, b, X):
    (W_1, W_2), (b_1, b_2) = ([array.astype(np.float32) for array in arrays] for arrays in (W, b))
    Z_1 = X.astype(np.float32) @ W_1.T + b_1
    A_1 = relu(Z_1)
    return Z_1, A_1, scipy.special.expit(A_1 @ W_2.T + b_2)
