"""Odd but right answers to 05-backpropagation."""

import functools

import numpy as np
import scipy.special

from solutions.catalogue import variant
from solutions.reference import output_gradients

# --- numeric_gradient ------------------------------------------------------------------------------------------------


@variant("numeric_gradient")
def in_place_and_back(f, theta, eps=1e-5):
    gradient = np.empty_like(theta)
    with np.nditer(theta, flags=["multi_index"], op_flags=["readwrite"]) as entries:
        for entry in entries:
            old = float(entry)
            entry[...] = old + eps
            upper = f(theta)
            entry[...] = old - eps
            gradient[entries.multi_index] = (upper - f(theta)) / (2 * eps)
            entry[...] = old
    return gradient


@variant("numeric_gradient")
def half_a_step_each_way(f, theta, eps=1e-5):
    steps = eps / 2 * np.eye(theta.size).reshape(theta.size, *theta.shape)
    return np.array([(f(theta + step) - f(theta - step)) / eps for step in steps]).reshape(theta.shape)


@variant("numeric_gradient")
def flat_view_of_a_copy(f, theta, eps=1e-5):
    work = np.array(theta)
    flat, slopes = work.reshape(-1), []
    for place in range(work.size):
        flat[place] += eps
        upper = f(work)
        flat[place] -= 2 * eps
        slopes.append((upper - f(work)) / 2 / eps)
        flat[place] += eps
    return np.reshape(slopes, theta.shape)


@variant("numeric_gradient")
def undone_by_adding(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for index, _ in np.ndenumerate(theta.copy()):
        theta[index] += eps
        gradient[index] += f(theta)
        theta[index] -= eps
        theta[index] -= eps
        gradient[index] -= f(theta)
        theta[index] += eps  # back to within the last bit
    gradient /= 2 * eps
    return gradient


@variant("numeric_gradient")
def mean_of_two_one_sided(f, theta, eps=1e-5):
    here, slopes = f(theta), {}
    for index in np.ndindex(theta.shape):
        move = np.zeros(theta.shape)
        move[index] = eps
        slopes[index] = ((f(theta + move) - here) / eps + (here - f(theta - move)) / eps) / 2
    return np.array(list(slopes.values())).reshape(theta.shape)


@variant("numeric_gradient")
def lists_in_lists(f, theta, eps=1e-5):
    def slopes(where):
        if len(where) == theta.ndim:
            up, down = np.array(theta), np.array(theta)
            up[where], down[where] = theta[where] + eps, theta[where] - eps
            return (f(up) - f(down)) / (up[where] - down[where])
        return [slopes((*where, i)) for i in range(theta.shape[len(where)])]

    return slopes(())


# --- output_gradients ------------------------------------------------------------------------------------------------


def _scores_gradient(Y_hat, Y):
    """Go back through softmax with its full Jacobian, one sample after the other."""
    rows = []
    for p, y in zip(Y_hat, Y, strict=True):
        jacobian = np.diag(p) - np.outer(p, p)
        rows.append(jacobian @ (-y / p))
    return np.array(rows) / len(Y)


@variant("output_gradients")
def full_jacobian(A_1, Y_hat, Y):
    dZ_2 = _scores_gradient(Y_hat, Y)
    return [dZ_2.T @ A_1, np.ones(len(Y)) @ dZ_2]


@variant("output_gradients")
def outer_products(A_1, Y_hat, Y):
    errors = Y_hat - Y
    return sum(np.outer(e, a) for e, a in zip(errors, A_1, strict=True)) / len(Y), errors.mean(axis=0, keepdims=True)


@variant("output_gradients")
def einsum_with_mean_at_the_end(A_1, Y_hat, Y):
    return np.einsum("nk,nh->kh", Y_hat - Y, A_1) / Y.shape[0], np.einsum("nk->k", Y_hat - Y) / Y.shape[0]


@variant("output_gradients")
def ones_times_errors(A_1, Y_hat, Y):
    ones = np.full((1, len(Y)), 1 / len(Y))
    return (A_1.T @ (Y_hat - Y)).T / len(Y), ones @ (Y_hat - Y)


@variant("output_gradients")
def bias_as_one_more_column(A_1, Y_hat, Y):
    together = (Y_hat - Y).T @ np.column_stack([A_1, np.ones(len(A_1))]) / len(Y)
    return together[:, :-1], together[:, -1]


@variant("output_gradients")
def minus_one_at_the_label(A_1, Y_hat, Y):
    dZ_2 = Y_hat.copy()
    dZ_2[np.arange(len(Y)), Y.argmax(axis=1)] -= 1
    dZ_2 /= len(Y)
    return np.tensordot(dZ_2, A_1, axes=(0, 0)), np.add.reduce(dZ_2)


@variant("output_gradients")
def plain_loops(A_1, Y_hat, Y):
    n, k, h = len(Y), len(Y[0]), len(A_1[0])
    error = [[(Y_hat[i][c] - Y[i][c]) / n for c in range(k)] for i in range(n)]
    dW_2 = [[sum(error[i][c] * A_1[i][j] for i in range(n)) for j in range(h)] for c in range(k)]
    return dW_2, [sum(row[c] for row in error) for c in range(k)]


@variant("output_gradients")
def single_precision(A_1, Y_hat, Y):
    dZ_2 = (Y_hat.astype(np.float32) - Y.astype(np.float32)) / np.float32(len(Y))
    return dZ_2.T @ A_1.astype(np.float32), dZ_2.sum(axis=0)


# --- back_prop -------------------------------------------------------------------------------------------------------


@variant("back_prop")
def mean_at_the_end(W, X, Z_1, A_1, Y_hat, Y):
    n = X.shape[0]
    delta_2 = Y_hat - Y
    delta_1 = (W[1].T @ delta_2.T).T * (A_1 - A_1**2)
    weights = [np.dot(delta_1.T, X) / n, np.dot(delta_2.T, A_1) / n]
    return weights, [np.mean(delta_1, axis=0), np.mean(delta_2, axis=0)]


@variant("back_prop")
def slope_from_z_again(W, X, Z_1, A_1, Y_hat, Y):
    s = scipy.special.expit(Z_1)
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    dZ_1 = np.multiply((Y_hat - Y) @ W[1] / len(Y), s * (1 - s))
    return (dZ_1.T @ X, dW_2), (dZ_1.sum(axis=0, keepdims=True), db_2.reshape(1, -1))


@variant("back_prop")
def slope_without_the_sigmoid(W, X, Z_1, A_1, Y_hat, Y):
    dZ_2 = _scores_gradient(Y_hat, Y)
    dZ_1 = dZ_2 @ W[1] / (2 + np.exp(Z_1) + np.exp(-Z_1))
    ones = np.ones((1, len(X)))
    return [dZ_1.T @ X, dZ_2.T @ A_1], [ones @ dZ_1, ones @ dZ_2]


@variant("back_prop")
def samples_as_columns(W, X, Z_1, A_1, Y_hat, Y):
    inputs, hidden, error = X.T, A_1.T, (Y_hat - Y).T / len(Y)
    back = W[1].T @ error * hidden * (1 - hidden)
    return [back @ inputs.T, error @ hidden.T], [back.sum(axis=1), error.sum(axis=1)]


@variant("back_prop")
def sample_by_sample(W, X, Z_1, A_1, Y_hat, Y):
    weights = [np.zeros_like(w) for w in W]
    biases = [np.zeros(len(w)) for w in W]
    for x, a, p, y in zip(X, A_1, Y_hat, Y, strict=True):
        delta = p - y
        back = (W[1].T @ delta) * a * (1 - a)
        for layer, (error, inputs) in enumerate([(back, x), (delta, a)]):
            weights[layer] += np.outer(error, inputs) / len(X)
            biases[layer] += error / len(X)
    return weights, biases


@variant("back_prop")
def einsum_all_the_way(W, X, Z_1, A_1, Y_hat, Y):
    error = Y_hat - Y
    back = np.einsum("nk,kh,nh,nh->nh", error, W[1], A_1, 1 - A_1)
    weights = [np.einsum("nh,nd->hd", back, X), np.einsum("nk,nh->kh", error, A_1)]
    return [w / len(Y) for w in weights], [np.einsum("nu->u", array) / len(Y) for array in (back, error)]


@variant("back_prop")
def from_the_last_layer_on(W, X, Z_1, A_1, Y_hat, Y):
    """A loop over the layers, from the last one to the first."""
    inputs, weights, biases = [X, A_1], [], []
    delta = (Y_hat - Y) / len(Y)
    for layer in reversed(range(2)):
        weights.insert(0, delta.T @ inputs[layer])
        biases.insert(0, delta.sum(0))
        if layer:
            delta = delta @ W[layer] * (inputs[layer] * (1 - inputs[layer]))
    return weights, biases


class BackProp:
    """An object with ``__call__``; the first weights are never needed."""

    def __init__(self, precision):
        self.precision = precision

    def __call__(self, W, X, Z_1, A_1, Y_hat, Y):
        X, A_1, Y_hat, Y, W_2 = (array.astype(self.precision) for array in (X, A_1, Y_hat, Y, W[1]))
        dZ_2 = np.divide(np.subtract(Y_hat, Y), self.precision(len(Y)))
        dZ_1 = dZ_2 @ W_2 * A_1 * (1 - A_1)
        return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


variant("back_prop")(functools.partial(BackProp(np.float32)))
