"""Unit 04: any finite loss above a bound is right for a probability of 0, and what the notebook says holds."""

import json
import math

import numpy as np
import pytest

from course import data, plots
from course.checks import check_answer, frozen
from course.checks.compare import compare
from course.plain import Between, decode, encode


@pytest.mark.parametrize("got", [3.75, 4, np.float32(27.6), np.array(1e300)])
def test_any_finite_number_in_the_range_is_right(got):
    assert compare(Between(3.75, math.inf), got) is None


@pytest.mark.parametrize(
    ("got", "kind", "words"),
    [
        (3.7, "value", "finite number, at least 3.75; yours is 3.7"),
        (math.inf, "value", "yours is inf"),
        (math.nan, "value", "yours is nan"),
        (np.array([4.0]), "shape", "(1,)"),
        (None, "type", "None"),
        ("4", "type", "a string"),
    ],
)
def test_what_is_outside_the_range_is_told(got, kind, words):
    difference = compare(Between(3.75, math.inf), got, "loss")
    assert difference.kind == kind and words in difference.message


def test_a_range_survives_being_stored():
    for limits in (Between(3.75, math.inf), Between(-1e-6, 1e-6)):
        assert decode(json.loads(json.dumps(encode(limits, 10)))) == limits


def _loss(replace):
    """Make a cross-entropy that does ``replace`` to the true class's probabilities."""
    return lambda Y_hat, Y: -np.mean(np.log(replace(np.sum(Y_hat * Y, axis=1))))


@pytest.mark.parametrize("tiny", [1e-300, 1e-15, 1e-8])
def test_every_epsilon_that_the_contract_allows_is_right(tiny):
    for replace in (lambda p: p + tiny, lambda p: np.clip(p, tiny, 1 - tiny), lambda p: np.where(p == 0, tiny, p)):
        assert check_answer("calc_loss", _loss(replace)).passed


@pytest.mark.parametrize("large", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
def test_a_larger_epsilon_is_not(large):
    for replace in (lambda p: p + large, lambda p: np.clip(p, large, 1), lambda p: np.where(p == 0, large, p)):
        assert not check_answer("calc_loss", _loss(replace)).passed


def test_a_price_of_15_is_enough_and_14_9_is_not():
    for price, enough in ((15, True), (14.9, False)):
        answer = _loss(lambda p, price=price: np.where(p == 0, np.exp(-price), p))
        assert check_answer("calc_loss", answer).passed == enough


def test_a_result_that_agrees_by_chance_names_no_mistake():
    for answer in (lambda Y_hat, Y: 0.0, lambda Y_hat, Y: float(np.sum(Y_hat))):
        assert check_answer("calc_loss", answer).mistake is None


def test_the_cases_keep_to_what_the_contract_leaves_open():
    for case in frozen.load("calc_loss").cases:
        Y_hat, Y = case.args
        p = np.sum(Y_hat * Y, axis=1)
        assert np.all((p == 0) | (p >= 1e-3)) and np.allclose(Y_hat.sum(axis=1), 1)
    for case in frozen.load("accuracy").cases:
        ordered = np.sort(case.args[1], axis=1)
        assert ordered.shape[1] == 1 or np.all(ordered[:, -1] - ordered[:, -2] > 1e-3)


def test_untrained_networks_lose_about_ln_10_and_knowing_nothing_exactly_that(reference):
    images, labels = data.load_digits()
    X, Y = reference.min_max(images).reshape(len(images), -1), reference.one_hot(labels)
    W, b = reference.init_weights(64, 20, 10, np.random.default_rng(1234))
    assert 2.3 < reference.calc_loss(reference.forward_pass(W, b, X)[2], Y) < 2.9
    W[1][:] = 0
    assert reference.calc_loss(reference.forward_pass(W, b, X)[2], Y) == pytest.approx(math.log(10))


def test_accuracy_and_loss_can_disagree(reference):
    labels = np.array([0, 1, 2, 0])
    careful = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.3, 0.2, 0.5], [0.3, 0.45, 0.25]])
    bold = np.array([[0.97, 0.02, 0.01], [0.01, 0.98, 0.01], [0.02, 0.02, 0.96], [0.001, 0.998, 0.001]])
    assert reference.accuracy(labels, careful) == reference.accuracy(labels, bold) == 0.75
    losses = [reference.calc_loss(Y_hat, reference.one_hot(labels, 3)) for Y_hat in (careful, bold)]
    assert losses == pytest.approx([0.69, 1.75], abs=0.005)


def test_figures_tell_in_words_what_they_show():
    p = np.array([0.1, 0.5, 1])
    figures = {
        "-ln(p) goes from 2.30 at 0.1 to 0.00 at 1": plots.price_curves(p, {"-ln(p)": -np.log(p)}, marks=(0.5,)),
        "0.4 for its true class 1, price 0.916": plots.true_class_prices(
            [[0.6, 0.4], [0.5, 0.5]], [1, 0], -np.log([0.4, 0.5])
        ),
        "between 2.20 and 2.60. A dashed line stands at 2.303; 1 networks": plots.loss_histogram(
            [2.2, 2.5, 2.6], 2.303
        ),
        "bold: 0.10, 3.00, mean 1.55": plots.prices_side_by_side({"careful": [0.5, 1], "bold": [0.1, 3]}),
        "lowest with 0.30 at 1.00. Right, the accuracy: a staircase with 1 jumps": plots.loss_and_accuracy(
            [0, 1, 2], [0.5, 0.3, 0.4], [0.5, 1, 1]
        ),
    }
    for words, figure in figures.items():
        assert words in figure.alt
        assert figure.table and figure.caption.endswith(".") and len(figure.svg) < 150_000


def test_the_five_broken_losses_give_the_numbers_in_the_notebook(reference):
    n, k = 1797, 10
    uniform, Y = np.full((n, k), 1 / k), reference.one_hot(np.arange(n) % k)
    right = reference.calc_loss(uniform, Y)
    wrong_classes = -np.mean(np.sum((1 - Y) * np.log(1 - uniform), axis=1))
    five = [right / k, -right, right + wrong_classes, right * n, right / np.log(2)]
    assert [round(loss, places) for loss, places in zip(five, (3, 3, 3, 1, 3), strict=True)] == [
        0.230, -2.303, 3.251, 4137.7, 3.322
    ]  # fmt: skip


def test_a_constant_opinion_pays_only_where_classes_are_not_equally_frequent(reference):
    def loss(shares, labels):
        return reference.calc_loss(np.tile(shares, (len(labels), 1)), reference.one_hot(np.array(labels), 2))

    assert loss([0.8, 0.2], [0, 1]) == pytest.approx(0.916, abs=5e-4)
    assert loss([0.5, 0.5], [0, 1]) == pytest.approx(0.693, abs=5e-4)
    assert loss([0.9, 0.1], [0] * 9 + [1]) == pytest.approx(0.325, abs=5e-4)
