"""Cases for 04-loss.

The true class's probability is 0, or 0.001 and more, and never in between: there the contract leaves it open how far a
loss may be off. Where it is 0, every finite loss is right that charges 15 or more for such a sample. All probabilities
have three decimals, and the rows sum to 1.
"""

import math

import numpy as np

from course.checks.calls import Case
from course.plain import Between
from solutions.cases.draw import different_sizes
from solutions.catalogue import cases

_NOTHING = Between(-1e-6, 1e-6)  # an added epsilon makes the loss of an exact prediction a little negative


@cases("calc_loss")
def calc_loss_cases(rng):
    k, n, many, size = different_sizes(rng, 4, smallest=3, largest=8)
    unlikely = _probabilities(rng, 3, k)
    unlikely[1] = _row(k, {1: 0.001, 0: 0.999})
    sure = _probabilities(rng, n, k)
    sure[0], sure[1] = _row(k, {2: 0.4, 0: 0.6}), _row(k, {0: 1.0})
    missed = _probabilities(rng, n, k)
    missed[2] = _row(k, {1: 0.3, 2: 0.7})
    certain = np.eye(k)[[1, 1, 2, 0]]
    return [
        Case("ordinary predictions", _ordinary(rng, n, k)),
        Case("ordinary predictions", _ordinary(rng, size, size)),
        Case("ordinary predictions", _ordinary(rng, many + 9, many)),
        Case("ordinary predictions", _ordinary(rng, 2, many)),
        Case("a single sample", _ordinary(rng, 1, k)),
        Case("a single sample", _ordinary(rng, 1, 2)),
        Case("a true class that gets 0.001", (_row(k, {0: 0.999, 2: 0.001})[np.newaxis], np.eye(k)[[2]])),
        Case("a true class that gets 0.001", (unlikely, np.eye(k)[[0, 1, 2]])),
        Case("a wrong class that gets exactly 0", (sure, np.eye(k)[np.append([2, 0], _labels(rng, n - 2, k))])),
        Case("a wrong class that gets exactly 0", (_row(k, {0: 0.25, 2: 0.75})[np.newaxis], np.eye(k)[[2]])),
        _missed(missed, np.append(_labels(rng, 2, k), [0, *_labels(rng, n - 3, k)])),
        _missed(certain, np.array([1, 1, 0, 0])),
        _missed(_row(k, {1: 1.0})[np.newaxis], np.array([2])),
        Case("an exact prediction", (certain, certain.copy()), expected=_NOTHING),
        Case("an exact prediction", (np.eye(k)[[2]], np.eye(k)[[2]]), expected=_NOTHING),
        Case("a single class", (np.ones((n, 1)), np.ones((n, 1))), expected=_NOTHING),
    ]


def _ordinary(rng, n, k):
    """Draw Y_hat and Y in which the first sample is wrong, as far as it can be, and the last one right."""
    Y_hat = _probabilities(rng, n, k)
    labels = _labels(rng, n, k)
    labels[-1] = np.argmax(Y_hat[-1])
    labels[0] = np.argmin(Y_hat[0])
    return Y_hat, np.eye(k)[labels]


def _missed(Y_hat, labels):
    """Make a case of which exactly one sample's true class has the probability 0."""
    prices = [-math.log(p) if p > 0 else 15 for p in Y_hat[np.arange(len(labels)), labels]]
    least = 15 + 0.99 * (sum(prices) - 15)  # what the other samples cost may be a little off, in float32 for instance
    Y = np.eye(Y_hat.shape[1])[labels]
    return Case("a true class that gets exactly 0", (Y_hat, Y), expected=Between(least / len(labels), math.inf))


def _probabilities(rng, n, k):
    """Draw (n, k) probabilities of at least 0.02 with three decimals; no two rows of one kind."""
    counts = [20 + rng.multinomial(1000 - 20 * k, rng.dirichlet(np.ones(k))) for _ in range(n)]
    return np.array(counts) / 1000


def _row(k, entries):
    """Return (k,) probabilities that are 0 but for these entries."""
    row = np.zeros(k)
    row[list(entries)] = list(entries.values())
    return row


def _labels(rng, n, k):
    return rng.integers(0, k, size=n)


# --- accuracy --------------------------------------------------------------------------------------------------------

_RIGHT, _SURE, _SECOND, _THIRD = (0, False), (0, True), (1, True), (2, False)  # the true class's place, and how clear


@cases("accuracy")
def accuracy_cases(rng):
    k, size, many = different_sizes(rng, 3, smallest=4, largest=8)
    rather_good = [_RIGHT, _RIGHT, _RIGHT, _SURE, _SURE, _SECOND, _THIRD, (1, False), _RIGHT, _THIRD, _SURE]
    rather_bad = [_THIRD, _SECOND, _RIGHT, _SURE, (1, False), _THIRD, (2, True)]
    square = [_RIGHT, _THIRD, _SURE, *([_SECOND] * (size - 3))]
    return [
        Case("ordinary predictions", _ranked(rng, rather_good, k)),
        Case("ordinary predictions", _ranked(rng, rather_bad, many)),
        Case("ordinary predictions", _ranked(rng, square, size)),
        Case("ordinary predictions", _ranked(rng, [_THIRD, _RIGHT, _SECOND], many)),
        Case("a single sample", _ranked(rng, [_RIGHT], k)),
        Case("a single sample", _ranked(rng, [_SECOND], many)),
        Case("all right", _ranked(rng, [_RIGHT, _SURE, _SURE, _RIGHT, _RIGHT, _SURE], 3)),
        Case("all wrong", _ranked(rng, [_SECOND, _THIRD, (1, False), _THIRD, _SECOND], 3)),
        Case("two classes", _ranked(rng, [_SURE, _SECOND, _SURE, _SECOND, _SURE, _SURE, _SURE], 2)),
        Case("a single class", (np.zeros(3, dtype=np.int64), np.ones((3, 1)))),
    ]


def _ranked(rng, places, k):
    """Draw labels and Y_hat in which the true class has these places; the largest probability has no rival."""
    labels, rows = rng.integers(0, k, size=len(places)), []
    for label, (place, sure) in zip(labels, rng.permutation(places), strict=True):
        weights = (0 if sure else 100) + np.cumsum(rng.integers(12, 31, size=k))[::-1]
        values = weights / weights.sum()
        if sure:
            values = np.append(0.6, 0.4 * values[1:] / values[1:].sum()) if k > 2 else np.array([0.7, 0.3])
        values = np.round(values, 3)
        values[0] = np.round(1 - values[1:].sum(), 3)
        others = rng.permutation(np.delete(np.arange(k), place))
        row = np.empty(k)
        row[label] = values[place]
        row[np.delete(np.arange(k), label)] = values[others]
        rows.append(row)
    return labels, np.array(rows)
