"""Cases for 03-forward-pass."""

import numpy as np

from course.checks.calls import Case
from solutions.cases.draw import different_sizes, network, numbers
from solutions.catalogue import cases


@cases("sigmoid")
def sigmoid_cases(rng):
    rows, columns = different_sizes(rng, 2)
    large = np.array([-1e4, -800.0, -50.0, 0.0, 50.0, 800.0, 1e4]) + numbers(rng, 7)
    return [
        Case("ordinary numbers", (numbers(rng, rows, columns, scale=2),)),
        Case("ordinary numbers", (np.array([-1.5, 0.0, 0.5, 3.0]),)),
        Case("other shapes", (numbers(rng, rows),)),
        Case("other shapes", (numbers(rng, 2, rows, columns),)),
        Case("other shapes", (np.array(float(numbers(rng, 1)[0])),)),
        Case("whole numbers", (np.array([[-3, 0, 2], [1, -1, 4]]),)),
        Case("whole numbers", (rng.integers(-9, 10, size=columns).astype(np.int32),)),
        Case("whole numbers", (np.array([-10_000, -2, 3, 10_000]),)),
        Case("very large numbers", (large,)),
        Case("very large numbers", (rng.permutation(large)[:6].reshape(2, 3),)),
    ]


@cases("softmax")
def softmax_cases(rng):
    n, k = different_sizes(rng, 2, smallest=3)
    x = numbers(rng, n, k)
    far_apart = numbers(rng, n, k) + np.where(np.arange(n) % 2 == 0, 1e4, -1e4)[:, np.newaxis]
    return [
        Case("ordinary scores", (x,)),
        Case("ordinary scores", (numbers(rng, k, k),)),
        Case("ordinary scores", (numbers(rng, n, k, scale=3) + 2,)),
        Case("another axis", (x, 0)),
        Case("another axis", (numbers(rng, k, k), 0)),
        Case("another axis", (x,), {"axis": 0}),
        Case("another axis", (x,), {"axis": -1}),
        Case("a single row", (numbers(rng, 1, k),)),
        Case("a single row", (numbers(rng, n, 1),)),
        Case("very large scores", (numbers(rng, n, k) + 1e4,)),
        Case("very large scores", (numbers(rng, n, k, scale=1e4),)),
        Case("very large scores", (numbers(rng, n, k, scale=1e4), 0)),
        Case("rows that are far apart", (far_apart,)),
        Case("rows that are far apart", (np.ascontiguousarray(far_apart.T),), {"axis": 0}),
    ]


@cases("forward_pass")
def forward_pass_cases(rng):
    return _network_cases(rng)


@cases("predict")
def predict_cases(rng):
    return _network_cases(rng)


def _network_cases(rng):
    n, d, h, k = different_sizes(rng, 4, smallest=3)
    k_many = 8  # then most largest probabilities are below one half
    size = int(rng.integers(3, 6))
    return [
        Case("ordinary samples", (*network(rng, d, h, k), numbers(rng, n, d))),
        Case("ordinary samples", (*network(rng, size, size, size), numbers(rng, size, size))),
        Case("ordinary samples", (*network(rng, d, h, k_many, scale=0.4), numbers(rng, n + 4, d))),
        Case("a single sample", (*network(rng, d, h, k), numbers(rng, 1, d))),
        Case("large weights", (*network(rng, d, h, k, scale=1000), numbers(rng, n, d, scale=20))),
    ]
