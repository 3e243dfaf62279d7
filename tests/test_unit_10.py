"""What is special about unit 10: the moons, the loss that has many right values, the gradient that is wrong and learns."""

import itertools

import numpy as np
import pytest

from course import data, plots
from course.checks import check_answer
from course.grading import verdict as graded

X, labels = data.load_moons()
y = labels[:, np.newaxis]
TRAIN, TEST = slice(0, 240), slice(240, 300)
STARTS = range(20)


def test_moons_are_points_of_two_classes_in_random_order():
    assert X.shape == (300, 2) and X.dtype == np.float64
    assert labels.dtype == np.int64 and np.bincount(labels).tolist() == [150, 150]
    assert 0.4 < labels[TRAIN].mean() < 0.6
    for one, same in zip(data.load_moons(random_state=0), (X, labels), strict=True):
        np.testing.assert_array_equal(one, same)
    assert not np.array_equal(data.load_moons(random_state=1)[0], X)
    assert len(data.load_moons(n=7)[0]) == 7


# --- the loss --------------------------------------------------------------------------------------------------------


def clipped(epsilon):
    """Return a loss that keeps probabilities away from 0 and 1."""

    def binary_cross_entropy(p, y):
        p = np.clip(p, epsilon, 1 - epsilon)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    return binary_cross_entropy


def wrong_and_certain(cost):
    """Return a right loss, except that a certain and wrong sample costs this much."""

    def binary_cross_entropy(p, y):
        hopeless = np.abs(p - y) == 1
        true = np.where(y == 1, p, 1 - p)
        return np.mean(np.where(hopeless, cost, -np.log(np.where(hopeless, 1, true))))

    return binary_cross_entropy


@pytest.mark.parametrize("judge", [check_answer, graded])
@pytest.mark.parametrize("epsilon", [1e-15, 1e-10, 1e-8, 2e-7])
def test_any_small_epsilon_is_right(judge, epsilon):
    assert judge("binary_cross_entropy", clipped(epsilon)).passed


@pytest.mark.parametrize("judge", [check_answer, graded])
@pytest.mark.parametrize("epsilon", [1e-6, 1e-4, 1e-2])
def test_a_large_epsilon_is_wrong(judge, epsilon):
    assert not judge("binary_cross_entropy", clipped(epsilon)).passed


@pytest.mark.parametrize("cost", [15, 15.1, 100, 745, 1e300])
def test_a_certain_and_wrong_prediction_may_cost_any_large_number(cost):
    assert check_answer("binary_cross_entropy", wrong_and_certain(cost)).passed


@pytest.mark.parametrize("cost", [14.9, 1, 0, -20, np.inf, -np.inf, np.nan])
def test_a_certain_and_wrong_prediction_must_cost_much_and_finitely(cost):
    result = check_answer("binary_cross_entropy", wrong_and_certain(cost))
    assert not result.passed and result.score > 0.5
    assert "certain and wrong" in result.message


@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_a_loss_is_one_number_and_no_array(shape, reference):
    result = check_answer("binary_cross_entropy", lambda p, y: np.full(shape, reference.binary_cross_entropy(p, y)))
    assert result.kind == "shape" and result.score == 0


@pytest.mark.parametrize("result", [None, "0.3", {}, 1j, np.log])
def test_what_is_no_number_is_told_in_one_sentence(result):
    seen = check_answer("binary_cross_entropy", lambda p, y: result)
    assert not seen.passed and "should return one number" in seen.message


# --- the story -------------------------------------------------------------------------------------------------------


def suspicious(reference):
    def gradient(W, X, Z_1, A_1, P, y):
        _, second = reference.back_prop_binary(W, X, Z_1, A_1, P, y)[0]
        return reference.back_prop_binary([W[0], second], X, Z_1, A_1, P, y)

    return gradient


def output_only(reference):
    def gradient(W, X, Z_1, A_1, P, y):
        (dW_1, dW_2), (db_1, db_2) = reference.back_prop_binary(W, X, Z_1, A_1, P, y)
        return [0 * dW_1, dW_2], [0 * db_1, db_2]

    return gradient


def train(reference, gradient, start, steps, lr):
    """Return the loss and the shares of right points, on the training and on the test data."""
    W, b = reference.init_weights(2, 5, 1, np.random.default_rng(start))
    for _ in range(steps):
        W, b = reference.update(W, b, *gradient(W, X[TRAIN], *reference.forward_binary(W, b, X[TRAIN]), y[TRAIN]), lr)
    P = reference.forward_binary(W, b, X)[2]
    right = (P >= 0.5) == y
    return reference.binary_cross_entropy(P[TRAIN], y[TRAIN]), right[TRAIN].mean(), right[TEST].mean()


def test_the_right_gradient_is_the_measured_one(reference):
    W, b = reference.init_weights(2, 5, 1, np.random.default_rng(18))
    grad_W, grad_b = reference.back_prop_binary(W, X, *reference.forward_binary(W, b, X), y)
    for arrays, gradients in ((W, grad_W), (b, grad_b)):
        for array, gradient in zip(arrays, gradients, strict=True):
            assert gradient.shape == array.shape
            for index in np.ndindex(array.shape):
                before, values = array[index], []
                for step in (1e-5, -1e-5):
                    array[index] = before + step
                    values.append(reference.binary_cross_entropy(reference.forward_binary(W, b, X)[2], y))
                array[index] = before
                assert gradient[index] == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-6, abs=1e-9)


def test_the_wrong_gradient_learns_in_the_lessons_network_too(reference):
    """One hidden layer of ReLUs; 2,000 steps of 0.03 lead where the published 20,000 steps of 0.003 do."""
    loss, trained, tested = train(reference, suspicious(reference), 18, 2000, 0.03)
    assert round(loss, 2) == 0.33 and round(trained, 2) == 0.85 and round(tested, 2) == 0.80
    loss, trained, tested = train(reference, reference.back_prop_binary, 18, 2000, 0.03)
    assert round(loss, 2) == 0.28 and round(trained, 2) == 0.86 and round(tested, 2) == 0.87


def test_the_right_gradient_wins_and_none_beats_the_wrong_one(reference):
    kinds = (suspicious(reference), output_only(reference), reference.back_prop_binary)
    wrong, none, right = (np.array([train(reference, kind, start, 600, 0.1) for start in STARTS]) for kind in kinds)
    assert np.sum(right[:, 0] < wrong[:, 0]) == 20
    assert np.sum(right[:, 2] > wrong[:, 2]) == 19
    assert np.sum(none[:, 0] < wrong[:, 0]) == 19


def test_the_border_bends_after_a_plateau(reference):
    assert train(reference, reference.back_prop_binary, 18, 1500, 1.0)[1] < 0.88
    loss, trained, tested = train(reference, reference.back_prop_binary, 18, 2000, 1.0)
    assert loss < 0.07 and trained > 0.97 and tested > 0.95
    assert train(reference, suspicious(reference), 18, 2000, 1.0)[1] < 0.86


def train_softmax(reference, gradient, start, nudge=0.0):
    """Do as the puzzle's cell does, in the network of unit 05."""
    W, b = reference.init_weights(2, 5, 2, np.random.default_rng(start))
    W = [w + nudge * np.random.default_rng(1).normal(size=w.shape) for w in W]
    Y = reference.one_hot(labels, 2)
    for _ in range(2000):
        Z_1, A_1, Y_hat = reference.forward_pass(W, b, X[TRAIN])
        W, b = reference.update(W, b, *gradient(W, X[TRAIN], Z_1, A_1, Y_hat, Y[TRAIN]), 1.0)
    right = reference.predict(W, b, X) == labels
    return (
        reference.calc_loss(reference.forward_pass(W, b, X[TRAIN])[2], Y[TRAIN]),
        right[TRAIN].mean(),
        right[TEST].mean(),
    )


def test_the_puzzle_of_the_notebook(reference):
    """The wrong gradient of start 3 ends where the published one did, and no last bit decides about that."""

    def wrong(W, *rest):
        return reference.back_prop([W[0], reference.back_prop(W, *rest)[0][1]], *rest)

    def none(W, *rest):
        (dW_1, dW_2), (db_1, db_2) = reference.back_prop(W, *rest)
        return [0 * dW_1, dW_2], [0 * db_1, db_2]

    assert np.round(train_softmax(reference, wrong, 3), 2).tolist() == [0.30, 0.85, 0.83]
    assert train_softmax(reference, wrong, 3, nudge=1e-9) == pytest.approx(train_softmax(reference, wrong, 3), abs=1e-4)
    assert np.round(train_softmax(reference, reference.back_prop, 3), 2).tolist() == [0.07, 0.98, 0.95]
    for start in (1, 2, 3):
        assert train_softmax(reference, wrong, start)[0] > train_softmax(reference, none, start)[0] - 0.01
    assert train_softmax(reference, wrong, 0)[1] < 0.6  # from start 0 it does not learn at all


def test_a_straight_line_has_85_percent_and_the_best_one_209_points():
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e6).fit(X[TRAIN], labels[TRAIN])
    assert (
        round(240 * line.score(X[TRAIN], labels[TRAIN])) == 203 and round(60 * line.score(X[TEST], labels[TEST])) == 51
    )
    points, most = X[TRAIN], 0
    for i, j in itertools.combinations(range(240), 2):
        along = points[j] - points[i]
        side = along[0] * (points[:, 1] - points[i, 1]) - along[1] * (points[:, 0] - points[i, 0])
        side[[i, j]] = np.nan  # the line may be turned a little: each of the two may lie on either side
        right = np.sum((side > 0) == labels[TRAIN]) - np.sum(labels[TRAIN][[i, j]] == 0)
        most = max(most, right + 2, 240 - right)
    assert most == 209


# --- the figures -----------------------------------------------------------------------------------------------------


def figures(reference):
    W, b = reference.init_weights(2, 5, 1, np.random.default_rng(18))

    def probability(points):
        return reference.forward_binary(W, b, points)[2]

    yield plots.moons(X, y)
    yield plots.decision_borders(X, y, {"start": probability})
    yield plots.decision_borders(X, y, {f"panel {number}": probability for number in range(4)})
    yield plots.decision_borders(X, y, {"always one": lambda points: np.ones((len(points), 1))})
    yield plots.relu_and_slope(reference.relu, reference.relu_prime)
    yield plots.network_of_regressions()
    yield plots.hidden_units(X, y, W, b, reference.forward_binary)
    yield plots.training_losses({"one": [1.0, 0.5, 0.4], "other": [1.0, 0.7, 0.6]}, [0, 10, 20])


@pytest.mark.filterwarnings("error", "ignore::DeprecationWarning")  # the oldest matplotlib uses old names of pyparsing
def test_figures_say_what_they_show_and_are_the_same_each_time(reference):
    for one, again in zip(figures(reference), figures(reference), strict=True):
        assert one.svg == again.svg and len(one.svg) < 160_000
        assert len(one.alt) > 40 and one.caption.endswith(".")
    borders = plots.decision_borders(X, y, {"always one": lambda points: np.ones((len(points), 1))})
    assert "150 of 300" in borders.alt
