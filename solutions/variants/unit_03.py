"""Odd but right answers to 03-forward-pass."""

import functools
import math

import numpy as np
import scipy.special

from solutions.catalogue import variant
from solutions.reference import forward_pass, sigmoid, softmax

# --- sigmoid ---------------------------------------------------------------------------------------------------------

variant("sigmoid")(scipy.special.expit)  # a ufunc: no signature, no source


@variant("sigmoid")
def plain_formula(x):
    return 1 / (1 + np.exp(-x))  # warns of an overflow; the value is right


@variant("sigmoid")
def half_tanh(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


@variant("sigmoid")
def through_the_logarithm(x):
    return np.exp(-np.logaddexp(0, -x))


@variant("sigmoid")
def two_branches(x):
    result = np.empty(x.shape)
    positive = x >= 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    powers = np.exp(x[~positive])
    result[~positive] = powers / (1 + powers)
    return result


@variant("sigmoid")
def clipped(x):
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def _sigmoid_of_one(number):
    return 1 / (1 + math.exp(-number)) if number > -700 else 0.0


variant("sigmoid")(np.vectorize(_sigmoid_of_one, otypes=[float]))


@variant("sigmoid")
def single_precision(x):
    return scipy.special.expit(x.astype(np.float32))


# --- softmax ---------------------------------------------------------------------------------------------------------


class ScipySoftmax:
    """An object with ``__call__`` may be an answer."""

    def __call__(self, x, axis=1):
        return scipy.special.softmax(x, axis)


variant("softmax")(functools.partial(ScipySoftmax()))


@variant("softmax")
def log_sum_exp(x, axis=1):
    return np.exp(x - scipy.special.logsumexp(x, axis=axis, keepdims=True))


@variant("softmax")
def one_slice_at_a_time(x, axis=1):
    def share(scores):
        powers = [math.exp(score - max(scores)) for score in scores]
        return np.array(powers) / sum(powers)

    return np.apply_along_axis(share, axis, x)


@variant("softmax")
def transposed_and_back(x, axis=1):
    rows = x if axis in (1, -1) else x.T
    powers = np.exp((rows.T - rows.max(axis=1)).T)
    result = (powers.T / np.einsum("nk->n", powers)).T
    return result if axis in (1, -1) else result.T


@variant("softmax")
def copy_then_in_place(x, axis=1):
    result = np.array(x)
    result -= np.expand_dims(result.max(axis), axis)
    np.exp(result, out=result)
    result /= np.expand_dims(result.sum(axis), axis)
    return result


@variant("softmax")
def shifted_a_little_more(x, axis=1):
    powers = np.exp(x - np.amax(x, axis=axis, keepdims=True) - 3)
    return powers / np.add.reduce(powers, axis=axis, keepdims=True)


@variant("softmax")
class SoftmaxObject:
    """Calling a class is as good as calling a function; the result is a list of rows."""

    def __new__(cls, x, axis=1):
        return softmax(x, axis).tolist()


# --- forward_pass ----------------------------------------------------------------------------------------------------


@variant("forward_pass")
def bias_as_a_column(W, b, X):
    ones = np.ones((len(X), 1))
    Z_1 = np.hstack([X, ones]) @ np.column_stack([W[0], b[0]]).T
    A_1 = scipy.special.expit(Z_1)
    Z_2 = np.hstack([A_1, ones]) @ np.column_stack([W[1], b[1]]).T
    return Z_1, A_1, scipy.special.softmax(Z_2, axis=1)


@variant("forward_pass")
def samples_as_columns_inside(W, b, X):
    Z_1 = W[0] @ X.T + b[0][:, np.newaxis]
    A_1 = sigmoid(Z_1)
    Z_2 = W[1] @ A_1 + b[1].reshape(-1, 1)
    return Z_1.T, A_1.T, softmax(Z_2, 0).T


@variant("forward_pass")
def einsum_layers(W, b, X):
    Z_1 = np.einsum("nd,hd->nh", X, W[0]) + b[0]
    A_1 = sigmoid(Z_1)
    return [Z_1, A_1, softmax(np.tensordot(A_1, W[1], axes=(1, 1)) + b[1], axis=-1)]


@variant("forward_pass")
def sample_by_sample(W, b, X):
    rows = []
    for x in X:
        z = np.array([sum(w * value for w, value in zip(row, x, strict=True)) for row in W[0]]) + b[0]
        a = sigmoid(z)
        rows.append((z, a, softmax((W[1] @ a + b[1])[np.newaxis])[0]))
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@variant("forward_pass")
def any_number_of_layers(W, b, X):
    cache, A = [], X
    for w, bias in zip(W[:-1], b[:-1], strict=True):
        Z = np.add(np.inner(A, w), bias)
        A = sigmoid(Z)
        cache += [Z, A]
    return (*cache, softmax(np.inner(A, W[-1]) + b[-1]))


# --- predict ---------------------------------------------------------------------------------------------------------


@variant("predict")
def largest_score(W, b, X):
    Z_2 = sigmoid(X @ W[0].T + b[0]) @ W[1].T + b[1]
    return Z_2.argmax(-1)  # softmax does not change which score is the largest


@variant("predict")
def one_sample_at_a_time(W, b, X):
    return [int(np.argmax(forward_pass(W, b, x[np.newaxis])[2])) for x in X]


@variant("predict")
def sorted_classes(W, b, X):
    return np.argsort(-forward_pass(W, b, X)[2], axis=1)[:, 0].astype(np.int32)


@variant("predict")
def running_maximum(W, b, X):
    _, _, Y_hat = forward_pass(W, b, X)
    best = np.zeros(len(X), dtype=int)
    for c in range(1, Y_hat.shape[1]):
        best = np.where(Y_hat[:, c] > Y_hat[np.arange(len(X)), best], c, best)
    return best
