"""Cases for 12-any-depth: small sets of points, and what is tried with them."""

import numpy as np

from course.checks.calls import Case
from solutions.catalogue import cases


@cases("NeuralNetwork")
def neural_network_cases(rng):
    three, corners = _three_groups(rng), _xor(rng)
    small = _few_rows(rng, [0] * 5 + [1] * 4 + [2] * 3)
    seeds = (int(seed) for seed in rng.integers(0, 2**31 - 100, size=100))

    def case(part, scenario, data=small):
        return Case(part, (scenario, *data, next(seeds)))

    return [
        case("three groups of points", "groups", three),
        case("probabilities and score", "probabilities", three),
        case("a network without hidden layers", "no hidden layer"),
        case("mini-batches", "mini-batches", _few_rows(rng, [0, 1, 2, 0])),
        case("a hidden layer with one sigmoid unit", "one hidden unit"),
        case("ReLU", "ReLU"),
        case("deep networks", "deep", _few_rows(rng, [0] * 5 + [1, 2, 1, 2], d=3, scale=2)),
        case("lmbd", "weight decay"),
        case("XOR, which needs a hidden layer", "XOR", corners),
        case("loss_curve_", "loss curve", _few_rows(rng, [0, 0, 1, 1, 1, 2, 2])),
        case("labels of any kind", "labels", three),
        case("settings, and fits one after the other", "settings", three),
        case("a constructor that only stores", "unknown activation stored"),
        case("an unknown activation", "unknown activation"),
        case("input that cannot be used", "not fitted"),
        case("input that cannot be used", "missing number"),
        case("input that cannot be used", "another width"),
        case("scikit-learn's rules", "estimator rules", three),
    ]


def _few_rows(rng, labels, d=2, scale=1):
    """Draw points whose classes overlap, so that a network never gets certain."""
    y = rng.permutation(np.array(labels))
    return np.round(scale * (rng.normal(size=(len(y), d)) + 0.5 * np.eye(3)[y][:, :d]), 3), y


def _three_groups(rng, each=12):
    """Draw three groups of points, far apart, none of them between the two others."""
    y = rng.permutation(np.repeat([0, 1, 2], each))
    centres = np.array([[0.0, 2.0], [-2.0, -1.5], [2.0, -1.0]])
    return np.round(centres[y] + rng.normal(scale=0.4, size=(len(y), 2)), 3), y


def _xor(rng, each=8):
    """Draw points around the corners of a square; opposite corners are of the same class."""
    corners = np.repeat([[-1, -1], [-1, 1], [1, -1], [1, 1]], each, axis=0)[rng.permutation(4 * each)]
    y = (corners[:, 0] != corners[:, 1]).astype(np.int64)
    return np.round(corners + rng.normal(scale=0.2, size=corners.shape), 3), y
