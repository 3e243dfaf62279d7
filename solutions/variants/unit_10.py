"""Odd but right answers to 10-two-moons."""

import functools
import math

import numpy as np
import scipy.special

from solutions.catalogue import variant
from solutions.reference import relu, relu_prime, sigmoid

# --- relu ------------------------------------------------------------------------------------------------------------

variant("relu")(functools.partial(np.maximum, 0))  # a ufunc: no signature, no source


@variant("relu")
def masked(z):
    return z * (z > 0)


@variant("relu")
def half_of_z_and_its_size(z):
    return (z + np.abs(z)) / 2


@variant("relu")
def clipped_from_below(z):
    return np.clip(z, 0, None)


@variant("relu")
def chosen_into_a_copy(z):
    result = np.array(z)
    result[result < 0] = 0
    return result


@variant("relu")
def as_nested_lists(z):
    return np.where(z > 0, z, 0).tolist()


def _relu_of_one(number):
    return float(max(0.0, number))


variant("relu")(np.vectorize(_relu_of_one, otypes=[float]))


@variant("relu")
def relu_in_single_precision(z):
    return np.fmax(z.astype(np.float32), np.float32(0))


# --- relu_prime ------------------------------------------------------------------------------------------------------


@variant("relu_prime")
def bools(z):
    return z > 0


@variant("relu_prime")
def heaviside(z):
    return np.heaviside(z, 0)


@variant("relu_prime")
def where_one(z):
    return np.where(z > 0, 1, 0)


@variant("relu_prime")
def sign_of_the_relu(z):
    return np.sign(relu(z))


@variant("relu_prime")
def ones_with_holes(z):
    result = np.ones_like(z, dtype=np.int8)
    result[z <= 0] = 0
    return result


variant("relu_prime")(functools.partial(np.less, 0))


@variant("relu_prime")
def number_by_number(z):
    flat = [1.0 if number > 0 else 0.0 for number in np.ravel(z)]
    return np.reshape(flat, np.shape(z))


# --- binary_cross_entropy --------------------------------------------------------------------------------------------


@variant("binary_cross_entropy")
def epsilon_inside(p, y):
    return -np.mean(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8))


@variant("binary_cross_entropy")
def clipped_as_keras_does(p, y):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).sum() / len(y))


@variant("binary_cross_entropy")
def logarithms_no_lower_than_minus_100(p, y):
    with np.errstate(divide="ignore"):
        log_p, log_q = np.maximum(np.log(p), -100), np.maximum(np.log(1 - p), -100)
    return np.mean(-(y * log_p + (1 - y) * log_q))


@variant("binary_cross_entropy")
def warns_but_is_finite(p, y):
    return np.mean(-np.maximum(np.log(np.where(y == 1, p, 1 - p)), -745))


@variant("binary_cross_entropy")
def from_the_distance(p, y):
    return -np.log(np.maximum(1 - np.abs(y - p), 1e-15)).mean()


@variant("binary_cross_entropy")
def smallest_number_there_is(p, y):
    tiny = np.finfo(float).tiny
    return -np.mean(scipy.special.xlogy(y, np.maximum(p, tiny)) + scipy.special.xlogy(1 - y, np.maximum(1 - p, tiny)))


@variant("binary_cross_entropy")
def as_two_classes(p, y):
    Y_hat, Y = np.hstack([1 - p, p]), np.eye(2)[y.ravel().astype(int)]
    return -np.sum(Y * np.log(Y_hat + 1e-10)) / Y.shape[0]


@variant("binary_cross_entropy")
def sample_by_sample_in_python(p, y):
    total = 0.0
    for (probability,), (target,) in zip(p.tolist(), y.tolist(), strict=True):
        total -= math.log(max(probability if target == 1 else 1 - probability, 1e-300))
    return total / len(p)


@variant("binary_cross_entropy")
def products_of_matrices(p, y):
    p = np.minimum(np.maximum(p, 1e-9), 1 - 1e-9)
    return (-(y.T @ np.log(p) + (1 - y).T @ np.log(1 - p)) / p.shape[0]).squeeze()  # 0-d


@variant("binary_cross_entropy")
def loss_in_single_precision(p, y):
    true = np.where(y == 1, p, 1 - p).astype(np.float32)
    return -np.log(np.maximum(true, np.float32(1e-10))).mean()


# --- forward_binary --------------------------------------------------------------------------------------------------


@variant("forward_binary")
def bias_in_an_extra_column(W, b, X):
    ones = np.ones((len(X), 1))
    Z_1 = np.hstack([X, ones]) @ np.column_stack([W[0], b[0]]).T
    A_1 = relu(Z_1)
    return Z_1, A_1, scipy.special.expit(np.hstack([A_1, ones]) @ np.column_stack([W[1], b[1]]).T)


@variant("forward_binary")
def all_transposed_inside(W, b, X):
    Z_1 = W[0] @ X.T + b[0][:, np.newaxis]
    A_1 = np.maximum(0, Z_1)
    Z_2 = W[1] @ A_1 + b[1].reshape(-1, 1)
    return [Z_1.T, A_1.T, (1 / (1 + np.exp(-Z_2))).T]


@variant("forward_binary")
def weighted_sums(W, b, X):
    Z_1 = np.einsum("nd,hd->nh", X, W[0]) + b[0]
    A_1 = np.where(Z_1 > 0, Z_1, 0)
    z = (A_1 * W[1]).sum(axis=1, keepdims=True) + b[1]
    return Z_1, A_1, sigmoid(z)


@variant("forward_binary")
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


@variant("forward_binary")
def tanh_at_the_output(W, b, X):
    Z_1 = np.inner(X, W[0]) + b[0]
    A_1 = Z_1 * (Z_1 > 0)
    return Z_1, A_1, 0.5 * (1 + np.tanh(0.5 * (np.inner(A_1, W[1]) + b[1])))


@variant("forward_binary")
def forward_in_single_precision(W, b, X):
    (W_1, W_2), (b_1, b_2) = ([array.astype(np.float32) for array in arrays] for arrays in (W, b))
    Z_1 = X.astype(np.float32) @ W_1.T + b_1
    A_1 = relu(Z_1)
    return Z_1, A_1, scipy.special.expit(A_1 @ W_2.T + b_2)


# --- back_prop_binary ------------------------------------------------------------------------------------------------


@variant("back_prop_binary")
def divided_late(W, X, Z_1, A_1, P, y):
    n = y.shape[0]
    dZ_2 = P - y
    dZ_1 = np.where(Z_1 > 0, dZ_2 * W[1], 0)  # (n, 1) * (1, h)
    return (dZ_1.T @ X / n, dZ_2.T @ A_1 / n), (dZ_1.mean(axis=0), dZ_2.mean(axis=0))


@variant("back_prop_binary")
def slope_from_a_1(W, X, Z_1, A_1, P, y):
    dZ_2 = (P - y) / len(y)
    dZ_1 = dZ_2 @ W[1]
    dZ_1[A_1 <= 0] = 0
    grad_b = [np.sum(dZ, axis=0, keepdims=True) for dZ in (dZ_1, dZ_2)]  # (1, h)
    return [np.einsum("nh,nd->hd", dZ_1, X), np.einsum("nk,nh->kh", dZ_2, A_1)], grad_b


@variant("back_prop_binary")
def through_the_probability(W, X, Z_1, A_1, P, y):
    dP = (-(y / P) + (1 - y) / (1 - P)) / len(P)
    dZ_2 = dP * P * (1 - P)
    dZ_1 = np.dot(dZ_2, W[1]) * np.heaviside(Z_1, 0)
    ones = np.ones(len(P))
    return [np.dot(dZ_1.T, X), np.dot(dZ_2.T, A_1)], [ones @ dZ_1, ones @ dZ_2]


@variant("back_prop_binary")
def sum_of_outer_products(W, X, Z_1, A_1, P, y):
    dW, db = [np.zeros_like(w) for w in W], [np.zeros(len(w)) for w in W]
    for x, z, a, p, target in zip(X, Z_1, A_1, P, y, strict=True):
        delta_2 = (p - target) / len(X)
        delta_1 = W[1].T @ delta_2 * (z > 0)
        dW[0] += np.outer(delta_1, x)
        dW[1] += np.outer(delta_2, a)
        db[0] += delta_1
        db[1] += delta_2
    return dW, db


@variant("back_prop_binary")
def samples_in_columns_inside(W, X, Z_1, A_1, P, y):
    dZ_2 = (P - y).T / X.shape[0]
    dZ_1 = (W[1].T @ dZ_2) * (Z_1.T > 0)
    ones = np.ones((X.shape[0], 1))
    full_1, full_2 = dZ_1 @ np.hstack([X, ones]), dZ_2 @ np.hstack([A_1, ones])
    return [full_1[:, :-1], full_2[:, :-1]], [full_1[:, -1], full_2[:, -1]]


@variant("back_prop_binary")
def plain_python(W, X, Z_1, A_1, P, y):
    n, d, h = len(X), len(X[0]), len(W[0])
    error = [(float(P[i, 0]) - float(y[i, 0])) / n for i in range(n)]
    back = [[error[i] * float(W[1][0, j]) if Z_1[i, j] > 0 else 0.0 for j in range(h)] for i in range(n)]
    dW_1 = [[sum(back[i][j] * float(X[i, f]) for i in range(n)) for f in range(d)] for j in range(h)]
    dW_2 = [[sum(error[i] * float(A_1[i, j]) for i in range(n)) for j in range(h)]]
    return [np.array(dW_1), np.array(dW_2)], [[sum(back[i][j] for i in range(n)) for j in range(h)], [sum(error)]]


@variant("back_prop_binary")
def gradients_in_single_precision(W, X, Z_1, A_1, P, y):
    X, A_1, error = (array.astype(np.float32) for array in (X, A_1, (P - y) / len(X)))
    back = error @ W[1].astype(np.float32) * relu_prime(Z_1).astype(np.float32)
    return [back.T @ X, error.T @ A_1], [back.sum(0), error.sum(0)]
