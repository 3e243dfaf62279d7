"""Cases for 10-two-moons."""

import numpy as np

from course.checks.calls import Case
from solutions.cases.draw import different_sizes, network, numbers
from solutions.catalogue import cases
from solutions.reference import relu, sigmoid


@cases("relu")
def relu_cases(rng):
    return _elementwise_cases(rng)


@cases("relu_prime")
def relu_prime_cases(rng):
    rows, columns = different_sizes(rng, 2, smallest=3)
    some_zeros = numbers(rng, rows, columns)
    some_zeros[rng.random(some_zeros.shape) < 0.3] = 0
    some_zeros[0, 0] = 0
    return [
        *_elementwise_cases(rng),
        Case("exactly zero", (some_zeros,)),
        Case("exactly zero", (np.array([0.0, -0.0, 1.0]),)),
        Case("exactly zero", (np.array([[0, 2, -1], [3, 0, 0]]),)),
    ]


def _elementwise_cases(rng):
    rows, columns = different_sizes(rng, 2)
    whole = rng.integers(1, 10, size=(rows, columns)) * rng.choice([-1, 1], size=(rows, columns))
    return [
        Case("ordinary numbers", (numbers(rng, rows, columns, scale=2),)),
        Case("ordinary numbers", (numbers(rng, columns, rows, scale=0.3),)),
        Case("ordinary numbers", (np.array([[-1.5, 0.25, 0.5], [3.0, -0.125, -2.0]]),)),
        Case("other shapes", (np.append(numbers(rng, rows), [-0.5, 0.75]),)),
        Case("other shapes", (numbers(rng, 2, rows, columns),)),
        Case("other shapes", (np.array(float(rng.integers(1, 9)) / 4),)),
        Case("other shapes", (np.array(-float(rng.integers(1, 9)) / 4),)),
        Case("whole numbers", (whole,)),
        Case("whole numbers", (np.array([-3, 1, 2, -1], dtype=np.int32),)),
        Case(
            "very large and very small numbers", (np.array([[-1e4, 1e4, 700.0, -700.0], [1e-4, -1e-4, 2e-6, -2e-6]]),)
        ),
    ]


@cases("binary_cross_entropy")
def binary_cross_entropy_cases(rng):
    n, more = different_sizes(rng, 2, smallest=4, largest=9)
    p, y = _probabilities(rng, n), _targets(rng, n)
    small = np.round(rng.uniform(0.001, 0.01, size=(more, 1)), 4)
    small[0] = 0.001
    true = _targets(rng, more)
    ones, zeros = np.ones((n, 1)), np.zeros((n, 1))
    some_certain = np.where(np.arange(n)[:, np.newaxis] % 2 == 0, y, p)
    one_wrong = p.copy()
    one_wrong[1] = 1 - y[1]
    return [
        Case("ordinary probabilities", (p, y)),
        Case("ordinary probabilities", (_probabilities(rng, more), _targets(rng, more))),
        Case("ordinary probabilities", (p, ones)),
        Case("ordinary probabilities", (p, zeros)),
        Case("ordinary probabilities", (some_certain, y)),
        Case("targets that are whole numbers", (_probabilities(rng, more), _targets(rng, more).astype(np.int64))),
        Case("a single sample", (np.array([[0.8]]), np.array([[1.0]]))),
        Case("a single sample", (np.array([[0.7]]), np.array([[0.0]]))),
        Case("small probabilities of the true class", (np.where(true == 1, small, 1 - small), true)),
        Case("small probabilities of the true class", (np.array([[0.001]]), np.array([[1.0]]))),
        Case("exact predictions", (y.copy(), y)),
        Case("exact predictions", (np.array([[1.0]]), np.array([[1.0]]))),
        Case("exact predictions", (np.array([[0.0]]), np.array([[0]]))),
        Case("certain and wrong predictions", (np.array([[0.0]]), np.array([[1.0]]))),
        Case("certain and wrong predictions", (np.array([[1.0]]), np.array([[0.0]]))),
        Case("certain and wrong predictions", (1 - y, y)),
        Case("certain and wrong predictions", (one_wrong, y)),
        Case("certain and wrong predictions", (np.array([[1.0], [0.0], [0.0]]), np.array([[1], [1], [0]]))),
    ]


def _probabilities(rng, n):
    return np.round(rng.uniform(0.02, 0.98, size=(n, 1)), 3)


def _targets(rng, n):
    """Draw 0 and 1, both of them at least once if n is 2 or more, as floats (n, 1)."""
    y = rng.integers(0, 2, size=(n, 1)).astype(float)
    y[:2] = rng.permutation([0.0, 1.0])[: len(y[:2]), np.newaxis]
    return y


@cases("forward_binary")
def forward_binary_cases(rng):
    n, d, h = different_sizes(rng, 3, smallest=3)
    size = int(rng.integers(3, 6))

    def sample(part, n, d, h, **scale):
        return Case(part, (*network(rng, d, h, 1, **scale), numbers(rng, n, d, scale=20 if scale else 1)))

    return [
        sample("ordinary samples", n, d, h),
        sample("ordinary samples", size, size, size),
        sample("ordinary samples", n + 3, 2, 5),
        sample("ordinary samples", n, d, 1),
        sample("a single sample", 1, d, h),
        sample("a single sample", 1, 1, 1),
        sample("large weights", n, d, h, scale=1000),
    ]


@cases("back_prop_binary")
def back_prop_binary_cases(rng):
    n, d, h = different_sizes(rng, 3, smallest=3)
    size = int(rng.integers(3, 6))
    W, X, Z_1, A_1, P, y = _after_a_forward_pass(rng, n + 2, d, h)
    return [
        Case("ordinary samples", _after_a_forward_pass(rng, n, d, h)),
        Case("ordinary samples", _after_a_forward_pass(rng, size, size, size)),
        Case("ordinary samples", _after_a_forward_pass(rng, size, d, size)),
        Case("ordinary samples", _after_a_forward_pass(rng, n + 8, 2, 5)),
        Case("ordinary samples", _after_a_forward_pass(rng, n, d, 1)),
        Case("targets that are whole numbers", (W, X, Z_1, A_1, P, y.astype(np.int64))),
        Case("a single sample", _after_a_forward_pass(rng, 1, d, h)),
        Case("a single sample", _after_a_forward_pass(rng, 1, 1, 1)),
    ]


def _after_a_forward_pass(rng, n, d, h):
    """Draw W, X, Z_1, A_1, P, y: no entry of Z_1 at the kink of the ReLU, both its sides in use, P not near 0 or 1."""
    while True:
        W, b = network(rng, d, h, 1)
        X = numbers(rng, n, d)
        Z_1 = np.round(X @ W[0].T + b[0], 6)  # exact: three decimals times three; so every machine has the same
        A_1 = relu(Z_1)
        Z_2 = np.round(A_1 @ W[1].T + b[1], 9)
        on = A_1 > 0
        if np.abs(Z_1).min() > 0.002 and np.abs(Z_2).max() < 6 and on.any() and (n * h == 1 or not on.all()):
            return W, X, Z_1, A_1, np.round(sigmoid(Z_2), 12), _targets(rng, n)
