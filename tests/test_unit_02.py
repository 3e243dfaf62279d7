"""Unit 02: what the notebook says of equal units, of large weights, and of weights that are all positive."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from course import data


@pytest.fixture(scope="module")
def digits(reference):
    images, labels = data.load_digits()
    return reference.min_max(images).reshape(len(images), -1), labels


def trained(reference, digits, W, b, epochs, lr=1.0):
    X, labels = digits
    with threadpool_limits(1):
        return reference.train(W, b, X, reference.one_hot(labels), epochs, lr)[0:2]


def different_units(W_1):
    return len(np.unique(W_1.round(9), axis=0))


def test_equal_units_stay_copies_only_if_the_next_layer_treats_them_alike(reference, digits):
    W, b = reference.init_weights(64, 20, 10, np.random.default_rng(0))
    alike, _ = trained(reference, digits, [np.full((20, 64), 0.01), np.full((10, 20), 0.01)], b, 10)
    assert different_units(alike[0]) == 1 and not np.allclose(alike[0], 0.01)
    apart, _ = trained(reference, digits, [np.zeros((20, 64)), W[1]], b, 10)
    assert different_units(apart[0]) == 20


def test_a_start_with_spread_1_learns_more_slowly_and_one_without_negative_weights_nothing(reference, digits):
    X, labels = digits
    right = {}
    for seed in (0, 1):
        W, b = reference.init_weights(64, 20, 10, np.random.default_rng(seed))
        starts = {"He": W, "spread 1": [W[0] / np.sqrt(2 / 64), W[1] / np.sqrt(2 / 20)]}
        for name, start in starts.items():
            predicted = reference.predict(*trained(reference, digits, start, b, 100), X)
            right.setdefault(name, []).append(np.mean(predicted == labels))
    assert np.mean(right["He"]) == pytest.approx(0.924, abs=0.01)
    assert np.mean(right["spread 1"]) == pytest.approx(0.874, abs=0.015)
    positive = np.random.default_rng(6).random(size=(20, 64))
    assert len(np.unique(reference.predict(*trained(reference, digits, [positive, W[1]], b, 100), X))) == 1
