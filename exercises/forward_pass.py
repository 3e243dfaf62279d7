"""forward_pass: samples go through both layers and come out as probabilities."""

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers
from solutions.reference import forward_pass, sigmoid, softmax

EXERCISE = Exercise(
    unit="03-forward-pass",
    points=3,
    parameters=("W", "b", "X"),
    returns=("Z_1", "A_1", "Y_hat"),
    uses=("sigmoid", "softmax"),
    hints=(
        "Two layers do the same: multiply, add the bias, then a function. Only the function differs.",
        "Write the shape of each step beside it: X (n, d), W_1 (h, d), Z_1 (n, h). What must be transposed?",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    return network_cases(rng)


def network_cases(rng):
    n, d, h, k = different_sizes(rng, 4, smallest=3)
    k_many = 8  # then most largest probabilities are below one half
    size = int(rng.integers(3, 6))
    return [
        Case("ordinary samples", (*network(rng, d, h, k), numbers(rng, n, d))),
        Case("ordinary samples", (*network(rng, size, size, size), numbers(rng, size, size))),
        Case("ordinary samples", (*network(rng, d, h, k_many, scale=0.4), numbers(rng, n + 4, d))),
        Case("ordinary samples", (*network(rng, d, h, k), np.asfortranarray(numbers(rng, 12, d)))),
        Case("a single sample", (*network(rng, d, h, k), numbers(rng, 1, d))),
        Case("layers of one", (*network(rng, 1, h, k), numbers(rng, n, 1))),
        Case("layers of one", (*network(rng, d, 1, 2), numbers(rng, n, d))),
        Case("layers of one", (*network(rng, d, h, 1), numbers(rng, n, d))),
        Case("layers of one", (*network(rng, 1, 1, 1), numbers(rng, 1, 1))),
        Case("large weights", (*network(rng, d, h, k, scale=1000), numbers(rng, n, d, scale=20))),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="Each layer is weights and bias: add b[0] in the first, b[1] in the second.")
def no_biases(W, b, X):
    """The biases are left out, which nobody notices as long as they are zero."""
    Z_1 = X @ W[0].T
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T)


@mistake(advice="Which bias belongs to the second layer?")
def no_second_bias(W, b, X):
    """The bias of the second layer is left out."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T)


@mistake(advice="X is (n, d) and W_1 is (h, d). What makes the inner sizes meet?")
def first_not_transposed(W, b, X):
    """W_1 is not transposed; for square matrices nobody notices."""
    Z_1 = X @ W[0] + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake(advice="A_1 is (n, h) and W_2 is (k, h). What makes the inner sizes meet?")
def second_not_transposed(W, b, X):
    """W_2 is not transposed; for square matrices nobody notices."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1] + b[1])


@mistake(advice="The second layer reads what comes out of the sigmoid.")
def feeds_z_on(W, b, X):
    """The second layer gets Z_1 instead of A_1."""
    Z_1 = X @ W[0].T + b[0]
    return Z_1, sigmoid(Z_1), softmax(Z_1 @ W[1].T + b[1])


@mistake(advice="At the output the classes share one whole: which of your functions does that?")
def sigmoid_at_the_output(W, b, X):
    """The output layer ends with the sigmoid instead of softmax, so that the rows do not sum to 1."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, sigmoid(A_1 @ W[1].T + b[1])


@mistake(advice="Y_hat holds probabilities. Which step makes them from the scores Z_2?")
def no_softmax(W, b, X):
    """You return the scores Z_2 instead of the probabilities."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, A_1 @ W[1].T + b[1]


@mistake(advice="softmax belongs to the output only. What does the hidden layer end with?")
def softmax_in_the_hidden_layer(W, b, X):
    """The hidden layer uses softmax instead of the sigmoid."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = softmax(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake(advice="The probabilities of one sample sum to 1: softmax goes along axis 1.")
def softmax_over_samples(W, b, X):
    """softmax runs over the samples (axis 0) instead of the classes."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1], 0)


@mistake(advice="The second layer has weights of its own, W[1].")
def first_weights_twice(W, b, X):
    """The first layer's weights are used in both layers; that works only if d = h = k."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[0].T + b[1])


@mistake(advice="Return Z_1 first, then A_1, then Y_hat.")
def wrong_order(W, b, X):
    """Z_1 and A_1 come back in the wrong order."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return A_1, Z_1, Y_hat


@mistake(advice="Backpropagation will need Z_1 and A_1 too: return all three.")
def only_the_output(W, b, X):
    """Only Y_hat comes back; Z_1 and A_1 are missing."""
    return forward_pass(W, b, X)[2]


@mistake(advice="Columns are swapped with rows somewhere. Samples are rows in the result too.")
def samples_as_columns(W, b, X):
    """The results are transposed: samples have become columns."""
    return tuple(array.T for array in forward_pass(W, b, X))


@mistake(advice="`Z += …` on an array that is X itself writes into X. Make new arrays.")
def changes_x_in_place(W, b, X):
    """You change the caller's X."""
    result = forward_pass(W, b, X)
    X -= X.mean(axis=0)
    return result


@mistake(advice="softmax wants the scores as they are. What stands between them and it?")
def sigmoid_before_softmax(W, b, X):
    """The scores go through the sigmoid before they go through softmax."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(sigmoid(A_1 @ W[1].T + b[1]))


@mistake(advice="Rows are samples: A_1 stands first, (n, h), and W_2 must bring (h, k).")
def second_layer_turned(W, b, X):
    """In the second layer you compute W_2 @ A_1.T: then the samples are columns, and the bias does not fit."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(W[1] @ A_1.T + b[1])


@mistake(advice="Rows are samples: A_1 stands first, (n, h), and W_2 must bring (h, k).")
def second_layer_in_columns(W, b, X):
    """In the second layer you compute W_2 @ A_1.T: the samples are columns there, and softmax goes over them."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(W[1] @ A_1.T + b[1][:, np.newaxis])


@mistake(advice="Rows are samples here: X stands first, (n, d), and W_1 must bring (d, h).")
def both_layers_in_columns(W, b, X):
    """You compute with samples as columns, W @ X.T, so that everything is turned and softmax goes over the samples."""
    Z_1 = W[0] @ X.T + b[0][:, np.newaxis]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(W[1] @ A_1 + b[1][:, np.newaxis])


@mistake(advice="X is (n, d), W_1 is (h, d), W_2 is (k, h). What makes the inner sizes meet?")
def neither_transposed(W, b, X):
    """Neither W_1 nor W_2 is transposed; for square matrices nobody notices."""
    Z_1 = X @ W[0] + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1] + b[1])


@mistake(advice="Each layer is weights and bias. Which bias belongs to the hidden layer?")
def no_first_bias(W, b, X):
    """The bias of the first layer is left out."""
    Z_1 = X @ W[0].T
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake(advice="The second layer has a bias of its own, b[1].")
def first_bias_twice(W, b, X):
    """The first layer's bias is added in both layers; that works only if h = k."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[0])


@mistake(advice="Between Z_1 and A_1 stands a function that bends. Which one?")
def no_sigmoid(W, b, X):
    """The hidden layer has no sigmoid: A_1 is the same as Z_1."""
    Z_1 = X @ W[0].T + b[0]
    return Z_1, Z_1.copy(), softmax(Z_1 @ W[1].T + b[1])


@mistake(advice="This course's hidden layer uses the sigmoid until unit 10.")
def relu_in_the_hidden_layer(W, b, X):
    """The hidden layer uses ReLU instead of the sigmoid."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = np.maximum(Z_1, 0)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake(advice="This course's hidden layer uses the sigmoid until unit 10.")
def tanh_in_the_hidden_layer(W, b, X):
    """The hidden layer uses tanh instead of the sigmoid."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = np.tanh(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake(advice="Which of the two makes probabilities that sum to 1? It belongs to the output.")
def functions_swapped(W, b, X):
    """Sigmoid and softmax are swapped: softmax in the hidden layer, the sigmoid at the output."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = softmax(Z_1)
    return Z_1, A_1, sigmoid(A_1 @ W[1].T + b[1])


@mistake(advice="Return Z_1, A_1 and Y_hat. The scores of the output layer stay inside.")
def scores_for_a_1(W, b, X):
    """You return the scores Z_2 in the place of A_1."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return Z_1, A_1 @ W[1].T + b[1], Y_hat


@mistake(advice="Return Z_1, A_1 and Y_hat. The scores of the output layer stay inside.")
def four_things(W, b, X):
    """You return four things: the scores Z_2 are among them."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return Z_1, A_1, A_1 @ W[1].T + b[1], Y_hat


@mistake(advice="Y_hat holds the probabilities. The most likely class is the next exercise.")
def classes_for_probabilities(W, b, X):
    """You return the most likely classes in the place of the probabilities."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return Z_1, A_1, np.argmax(Y_hat, axis=1)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def bias_as_a_column(W, b, X):
    ones = np.ones((len(X), 1))
    Z_1 = np.hstack([X, ones]) @ np.column_stack([W[0], b[0]]).T
    A_1 = scipy.special.expit(Z_1)
    Z_2 = np.hstack([A_1, ones]) @ np.column_stack([W[1], b[1]]).T
    return Z_1, A_1, scipy.special.softmax(Z_2, axis=1)


@variant
def samples_as_columns_inside(W, b, X):
    Z_1 = W[0] @ X.T + b[0][:, np.newaxis]
    A_1 = sigmoid(Z_1)
    Z_2 = W[1] @ A_1 + b[1].reshape(-1, 1)
    return Z_1.T, A_1.T, softmax(Z_2, 0).T


@variant
def einsum_layers(W, b, X):
    Z_1 = np.einsum("nd,hd->nh", X, W[0]) + b[0]
    A_1 = sigmoid(Z_1)
    return [Z_1, A_1, softmax(np.tensordot(A_1, W[1], axes=(1, 1)) + b[1], axis=-1)]


@variant
def sample_by_sample(W, b, X):
    rows = []
    for x in X:
        z = np.array([sum(w * value for w, value in zip(row, x, strict=True)) for row in W[0]]) + b[0]
        a = sigmoid(z)
        rows.append((z, a, softmax((W[1] @ a + b[1])[np.newaxis])[0]))
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@variant
def any_number_of_layers(W, b, X):
    cache, A = [], X
    for w, bias in zip(W[:-1], b[:-1], strict=True):
        Z = np.add(np.inner(A, w), bias)
        A = sigmoid(Z)
        cache += [Z, A]
    return (*cache, softmax(np.inner(A, W[-1]) + b[-1]))
