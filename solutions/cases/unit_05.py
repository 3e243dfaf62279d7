"""Cases for 05-backpropagation."""

import numpy as np

from course.checks.calls import Case
from course.plain import Function
from solutions.cases.draw import different_sizes, network, numbers
from solutions.catalogue import cases
from solutions.reference import forward_pass, one_hot


@cases("numeric_gradient")
def numeric_gradient_cases(rng):
    rows, columns = different_sizes(rng, 2, smallest=2, largest=4)
    return [
        Case("a matrix", (Function("quartic"), numbers(rng, rows, columns))),
        Case("a matrix", (Function("neighbours"), numbers(rng, columns, rows))),
        Case("a matrix", (Function("quartic"), numbers(rng, rows, rows))),
        Case("other shapes", (Function("bells"), numbers(rng, rows + 1, scale=0.3) + 3)),  # a small gradient
        Case("other shapes", (Function("neighbours"), numbers(rng, 2, columns, rows))),
        Case("other shapes", (Function("quartic"), np.array(2 + float(rng.integers(0, 10)) / 8))),
        Case("other shapes", (Function("bells"), np.array([[0.1 + float(rng.integers(0, 9)) / 100]]))),
        # For steps of 0.5 and of 0.25 central differences of `wave` at 0 agree with each other, not with the slope there.
        Case("another eps", (Function("wave"), np.zeros((rows, columns)), 0.5)),
        Case("another eps", (Function("wave"), np.zeros(columns + 1)), {"eps": 0.5}),
        Case("another eps", (Function("quartic"), numbers(rng, columns, 2)), {"eps": 1e-4}),
    ]


@cases("output_gradients")
def output_gradients_cases(rng):
    return [Case(part, (A_1, Y_hat, Y)) for part, (_, _, _, A_1, Y_hat, Y) in _passes(rng)]


@cases("back_prop")
def back_prop_cases(rng):
    return [Case(part, arguments) for part, arguments in _passes(rng)]


def _passes(rng):
    """Draw networks and samples, and give what back_prop receives after a forward pass."""
    d, h, k = different_sizes(rng, 3, smallest=2, largest=4)
    n = int(rng.integers(5, 8))
    return [
        ("ordinary samples", _forward(rng, n, d, h, k)),
        ("ordinary samples", _forward(rng, 3, 3, 3, 3)),
        ("ordinary samples", _forward(rng, 2, h, k, d)),
        ("a single sample", _forward(rng, 1, 2, 2, 2)),
        ("layers of one", _forward(rng, n, d, 1, k)),
        ("layers of one", _forward(rng, 2, 1, h, k)),
        ("layers of one", _forward(rng, 4, d, h, 1)),
        ("a network that is sure of itself", _forward(rng, 4, 2, 2, 2, scale=3)),
    ]


def _forward(rng, n, d, h, k, scale=1.0):
    X = numbers(rng, n, d)
    W, b = network(rng, d, h, k, scale=scale)
    Y = one_hot(rng.integers(0, k, size=n), k)
    return W, X, *(_rounded(array) for array in forward_pass(W, b, X)), Y


def _rounded(array):
    """Round to ten significant digits, which every machine computes alike and which leave no probability at 0."""
    return np.array([float(f"{number:.10g}") for number in array.flat]).reshape(array.shape)
