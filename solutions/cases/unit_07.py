"""Cases for 07-training-loop."""

from course.checks.calls import Case
from solutions.cases.draw import different_sizes, network
from solutions.cases.unit_06 import is_clear, samples
from solutions.catalogue import cases
from solutions.reference import train, train_and_test


@cases("train")
def train_cases(rng):
    d, h, k = different_sizes(rng, 3, largest=4)
    n = int(rng.integers(6, 9))
    size = int(rng.integers(3, 5))
    lr, other_lr, third_lr = (round(float(value), 3) for value in rng.permutation([0.7, 0.4, 1.2]))
    return [
        Case("a few epochs", (*_start(rng, n, d, h, k, 5, lr), 5, lr)),
        Case("a few epochs", (*_start(rng, n + 3, k, d, h, 3, other_lr), 3, other_lr)),
        Case("a few epochs", (*_start(rng, size, size, size, size, 4, third_lr), 4, third_lr)),
        Case("a single epoch", (*_start(rng, n, d, h, k, 1, third_lr), 1, third_lr)),
        Case("no epoch at all", (*_start(rng, n, d, h, k, 0, lr), 0, lr)),
        Case("many epochs of a tiny network", (*_start(rng, n, 1, 1, 2, 20, other_lr), 20, other_lr)),
        Case("a single sample", (*_start(rng, 1, d, h, k, 2, other_lr), 2, other_lr)),
    ]


@cases("train_and_test")
def train_and_test_cases(rng):
    d, h, k = different_sizes(rng, 3, largest=5)
    n = int(rng.integers(7, 9))
    m = int(rng.integers(4, 6))
    size = int(rng.integers(3, 5))
    lr, other_lr, third_lr = (round(float(value), 3) for value in rng.permutation([0.7, 0.4, 1.2]))
    ordinary = _start_with_test(rng, n, m, d, h, k, 4, lr)
    return [
        Case("a few epochs", (*ordinary, 4, lr)),
        Case("a few epochs", (*_start_with_test(rng, m, n, k, d, h, 3, other_lr), 3, other_lr)),
        Case("a few epochs", (*_start_with_test(rng, *[size] * 5, 3, third_lr), 3, third_lr)),
        Case("a single epoch", (*_start_with_test(rng, n, m, d, h, k, 1, third_lr), 1, third_lr)),
        Case("no epoch at all", (*ordinary, 0, lr)),
        Case("a single test sample", (*_start_with_test(rng, n, 1, d, h, k, 2, other_lr), 2, other_lr)),
    ]


def _start(rng, n, d, h, k, epochs, lr):
    """Draw ``(W, b, X, Y)`` until training is clear, and with more samples than one the accuracy tells something."""
    while True:
        W, b = network(rng, d, h, k)
        X, Y = samples(rng, n, d, k)
        if not is_clear(W, b, X, Y, [(X, Y)], epochs, lr):
            continue
        accuracies = train(W, b, X, Y, epochs + 1, lr)[2]["accuracy"]
        if n == 1 or (0 < min(accuracies) < 1 and (epochs < 3 or len(set(accuracies[:5])) > 1)):
            return W, b, X, Y


def _start_with_test(rng, n, m, d, h, k, epochs, lr):
    """Draw ``(W, b, X, Y, X_test, Y_test)`` with n and m samples in the same way; the accuracies differ, the test loss rises."""
    while True:
        W, b = network(rng, d, h, k)
        X, Y = samples(rng, n, d, k)
        X_test, Y_test = samples(rng, m, d, k)
        if not is_clear(W, b, X, Y, [(X, Y), (X_test, Y_test)], epochs, lr):
            continue
        history = train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)[2]
        pairs = zip(history["accuracy"], history["test_accuracy"], strict=True)
        if not all(one != other for one, other in pairs) or (m > 1 and max(history["test_accuracy"]) == 0):
            continue
        if epochs < 3 or history["test_loss"][epochs] > min(
            history["test_loss"]
        ):  # then the last epoch is not the best
            return W, b, X, Y, X_test, Y_test
