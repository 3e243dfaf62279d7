"""Right answers in unusual styles for 06-update."""

import copy
import functools

import numpy as np
import scipy.special

from solutions.catalogue import variant
from solutions.reference import back_prop, calc_loss, forward_pass, softmax, update

# --- update ----------------------------------------------------------------------------------------------------------


@variant("update")
def deep_copies_changed_in_place(W, b, grad_W, grad_b, lr=0.1):
    W, b = copy.deepcopy(W), [bias.copy() for bias in b]
    for layer in range(len(W)):
        W[layer] -= lr * grad_W[layer]
        b[layer] -= lr * grad_b[layer]
    return W, b


@variant("update")
def tuples_of_results(W, b, grad_W, grad_b, lr=0.1):
    def step(theta, gradient):
        return np.subtract(theta, np.multiply(gradient, lr))

    return tuple(map(step, W, grad_W)), tuple(map(step, b, grad_b))


@variant("update")
def one_long_vector(W, b, grad_W, grad_b, lr=0.1):
    arrays = [*W, *b]
    theta = np.concatenate([array.ravel() for array in arrays])
    theta = theta - lr * np.concatenate([array.ravel() for array in [*grad_W, *grad_b]])
    parts = np.split(theta, np.cumsum([array.size for array in arrays])[:-1])
    parts = [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]
    return parts[: len(W)], parts[len(W) :]


@variant("update")
def single_precision(W, b, grad_W, grad_b, lr=0.1):
    def step(theta, gradient):
        return theta.astype(np.float32) - np.float32(lr) * gradient.astype(np.float32)

    return [step(*pair) for pair in zip(W, grad_W, strict=True)], [step(*pair) for pair in zip(b, grad_b, strict=True)]


@variant("update")
def number_by_number(W, b, grad_W, grad_b, lr=0.1):
    new_W = [
        [[w - lr * g for w, g in zip(*rows, strict=True)] for rows in zip(*pair, strict=True)]
        for pair in zip(W, grad_W, strict=True)
    ]
    new_b = [[value - lr * g for value, g in zip(*pair, strict=True)] for pair in zip(b, grad_b, strict=True)]
    return [new_W, new_b]


@variant("update")
def biases_as_rows(W, b, grad_W, grad_b, lr=0.1):
    new_W, new_b = list(W), list(b)
    for layer in reversed(range(len(W))):
        new_W[layer] = W[layer] + (-lr) * grad_W[layer]
        new_b[layer] = (b[layer] - lr * grad_b[layer]).reshape(1, -1)
    return new_W, new_b


class _Descent:
    """An optimiser as an object that can be called."""

    def __call__(self, W, b, grad_W, grad_b, lr=0.1):
        return self.step(W, grad_W, lr), self.step(b, grad_b, lr)

    @staticmethod
    def step(arrays, gradients, lr):
        return [array - gradient * lr for array, gradient in zip(arrays, gradients, strict=True)]


variant("update")(_Descent())


# --- train_step ------------------------------------------------------------------------------------------------------


@variant("train_step")
def all_in_one(W, b, X, Y, lr):
    (W_1, W_2), (b_1, b_2) = W, b
    A = scipy.special.expit(X @ W_1.T + b_1)
    log_p = scipy.special.log_softmax(A @ W_2.T + b_2, axis=1)
    D_2 = (np.exp(log_p) - Y) / X.shape[0]
    D_1 = D_2 @ W_2 * A * (1 - A)
    W = (W_1 - lr * D_1.T @ X, W_2 - lr * D_2.T @ A)
    return W, (b_1 - lr * D_1.sum(0), b_2 - lr * D_2.sum(0)), -np.sum(log_p * Y) / X.shape[0]


@variant("train_step")
def single_precision_step(W, b, X, Y, lr):
    W, b = [w.astype(np.float32) for w in W], [bias.astype(np.float32) for bias in b]
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    A = 1 / (1 + np.exp(-(X @ W[0].T + b[0])))
    P = np.exp(A @ W[1].T + b[1])
    P /= P.sum(axis=1, keepdims=True)
    D_2 = (P - Y) / np.float32(len(X))
    D_1 = D_2 @ W[1] * A * (1 - A)
    lr = np.float32(lr)
    W = [W[0] - lr * (D_1.T @ X), W[1] - lr * (D_2.T @ A)]
    b = [b[0] - lr * D_1.sum(axis=0), b[1] - lr * D_2.sum(axis=0)]
    return [W, b, -np.mean(np.log(np.sum(P * Y, axis=1)))]


@variant("train_step")
def sample_by_sample_sums(W, b, X, Y, lr):
    """Add up the gradients of the samples, and only then step."""
    totals, loss = [np.zeros(array.shape) for array in [*W, *b]], 0.0
    for x, y in zip(X, Y, strict=True):
        Z_1, A_1, Y_hat = forward_pass(W, b, x[np.newaxis])
        loss -= float(np.log(Y_hat[0, np.argmax(y)]))
        grad_W, grad_b = back_prop(W, x[np.newaxis], Z_1, A_1, Y_hat, y[np.newaxis])
        totals = [total + part for total, part in zip(totals, [*grad_W, *grad_b], strict=True)]
    steps = [lr * total / len(X) for total in totals]
    return *update(W, b, steps[:2], steps[2:], lr=1.0), loss / len(X)


@variant("train_step")
def samples_as_columns_inside_the_step(W, b, X, Y, lr):
    A = scipy.special.expit(W[0] @ X.T + b[0][:, np.newaxis])
    P = softmax(W[1] @ A + b[1][:, np.newaxis], 0)
    D_2 = (P - Y.T) / len(X)
    D_1 = W[1].T @ D_2 * A * (1 - A)
    ones = np.ones((len(X), 1))
    W = [W[0] - lr * (D_1 @ X), W[1] - lr * np.einsum("kn,hn->kh", D_2, A)]
    b = [b[0] - lr * (D_1 @ ones).T, b[1] - lr * (D_2 @ ones).T]
    return W, b, np.array(-np.log(np.clip(P[np.argmax(Y, axis=1), np.arange(len(X))], 1e-8, None)).mean())


@variant("train_step")
def copies_and_chatter(W, b, X, Y, lr):
    W, b = copy.deepcopy(W), copy.deepcopy(b)
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    grad_W, grad_b = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    for array, gradient in zip([*W, *b], [*grad_W, *grad_b], strict=True):
        array -= lr * gradient
    print("one step", lr)
    return W, b, -np.sum(Y * np.log(Y_hat + 1e-8)) / len(X)


def _configured_step(loss_function, W, b, X, Y, lr):
    cache = forward_pass(W, b, X)
    return *update(W, b, *back_prop(W, X, *cache, Y), lr), loss_function(cache[-1], Y)


variant("train_step")(functools.partial(_configured_step, calc_loss))
