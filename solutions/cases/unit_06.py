"""Cases for 06-update."""

import itertools

import numpy as np

from course.checks.calls import Case
from solutions.cases.draw import different_sizes, network, numbers
from solutions.catalogue import cases
from solutions.reference import calc_loss, forward_pass, train


@cases("update")
def update_cases(rng):
    d, h, k, more = different_sizes(rng, 4, largest=5)
    size = int(rng.integers(3, 5))
    lr, other_lr, third_lr = (round(float(value), 3) for value in rng.permutation([0.7, 0.3, 0.025]))
    return [
        Case("two layers", (*_parameters(rng, d, h, k), *_parameters(rng, d, h, k), lr)),
        Case("two layers", (*_parameters(rng, size, size, size), *_parameters(rng, size, size, size), other_lr)),
        Case("two layers", (*_parameters(rng, 1, 1, 1), *_parameters(rng, 1, 1, 1), third_lr)),
        Case("the default learning rate", (*_parameters(rng, d, h, k), *_parameters(rng, d, h, k))),
        Case("lr by name", (*_parameters(rng, k, d, h), *_parameters(rng, k, d, h)), {"lr": other_lr}),
        Case("one layer", (*_parameters(rng, d, k), *_parameters(rng, d, k), other_lr)),
        Case("more than two layers", (*_parameters(rng, d, h, k, more), *_parameters(rng, d, h, k, more), third_lr)),
        Case("more than two layers", (*_parameters(rng, *[size] * 4), *_parameters(rng, *[size] * 4), lr)),
    ]


@cases("train_step")
def train_step_cases(rng):
    n, d, h, k = different_sizes(rng, 4, largest=6)
    size = int(rng.integers(3, 5))
    lr, other_lr, third_lr = (round(float(value), 3) for value in rng.permutation([0.7, 0.3, 1.2]))
    return [
        Case("ordinary samples", clear_start(rng, n, d, h, k, 1, lr)),
        Case("ordinary samples", clear_start(rng, n + 5, k, d, h, 1, other_lr)),
        Case("ordinary samples", clear_start(rng, size, size, size, size, 1, third_lr)),
        Case("a tiny learning rate", clear_start(rng, n, h, d, k, 1, 0.003)),
        Case("a single sample", clear_start(rng, 1, d, h, k, 1, lr)),
        Case("a single hidden unit", clear_start(rng, n, 1, 1, 2, 1, other_lr)),
    ]


def _parameters(rng, *sizes):
    """Draw W and b, or gradients of their shapes, for layers of these sizes, inputs first."""
    W = [numbers(rng, rows, columns) for columns, rows in itertools.pairwise(sizes)]
    return W, [numbers(rng, rows) for rows in sizes[1:]]


def samples(rng, n, d, k):
    """Draw ``X (n, d)`` and one-hot ``Y (n, k)``."""
    return numbers(rng, n, d), np.eye(k)[rng.integers(0, k, size=n)]


def clear_start(rng, n, d, h, k, epochs, lr):
    """Draw ``(W, b, X, Y, lr)`` until training from there is clear: see :func:`is_clear`."""
    while True:
        W, b = network(rng, d, h, k)
        X, Y = samples(rng, n, d, k)
        if is_clear(W, b, X, Y, [(X, Y)], epochs, lr):
            return W, b, X, Y, lr


def is_clear(W, b, X, Y, measured, epochs, lr):
    """Return whether every right answer measures the same in each epoch and after the last one.

    No probability of a true class is so small that an epsilon in the logarithm shows, none so large that the loss is all
    rounding, and no two classes are so close that float32 names another one.

    Parameters
    ----------
    measured : pairs (X, Y) of the samples that are measured
    """
    for epoch in range(epochs + 1):
        for some_X, some_Y in measured:
            Y_hat = forward_pass(W, b, some_X)[2]
            ranked = np.sort(Y_hat, axis=1)
            right = np.sum(some_Y * Y_hat, axis=1)
            if np.any(ranked[:, -1] - ranked[:, -2] < 1e-3) or right.min() < 0.01 or calc_loss(Y_hat, some_Y) < 0.05:
                return False
        if epoch < epochs:
            W, b, _ = train(W, b, X, Y, 1, lr)
    return True
