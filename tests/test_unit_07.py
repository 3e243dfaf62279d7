"""What unit 07 says and promises beyond the matrix."""

import inspect

import numpy as np
import pytest

from course import data, grading, plots
from course.checks import frozen
from course.checks.judge import judge
from course.checks.measures import plan


@pytest.fixture(scope="module")
def digits(reference):
    """The notebook's data and start: ``W, b, X, Y, X_test, Y_test``."""
    images, labels = data.load_digits()
    X, Y = images.reshape(len(images), -1) / 16, reference.one_hot(labels)
    order = np.random.default_rng(1234).permutation(len(X))
    learn, unseen = order[:1438], order[1438:]
    W, b = reference.init_weights(64, 20, 10, np.random.default_rng(1234))
    return W, b, X[learn], Y[learn], X[unseen], Y[unseen]


def test_fifty_epochs_and_then_twenty_five_equal_seventy_five(reference, digits):
    W, b, X, Y, *_ = digits
    half_W, half_b, first = reference.train(W, b, X, Y, 50, 0.3)
    two = reference.train(half_W, half_b, X, Y, 25, 0.3)
    one = reference.train(W, b, X, Y, 75, 0.3)
    for got, right in zip([*two[0], *two[1]], [*one[0], *one[1]], strict=True):
        np.testing.assert_allclose(got, right, rtol=0, atol=1e-12)
    for key in ("loss", "accuracy"):
        np.testing.assert_allclose(first[key] + two[2][key], one[2][key], rtol=0, atol=1e-12)


def test_the_first_loss_is_near_ln_k_and_the_last_test_accuracy_above_nine_tenths(reference, digits):
    W, b, X, Y, X_test, Y_test = digits
    W, b, history = reference.train_and_test(W, b, X, Y, X_test, Y_test, 200, 1.0)
    assert np.log(10) < history["loss"][0] < np.log(10) + 0.4
    assert history["test_accuracy"][-1] > 0.9
    assert {len(values) for values in history.values()} == {200}


def test_the_test_data_never_changes_the_weights(reference, digits):
    W, b, X, Y, X_test, Y_test = digits
    tested = reference.train_and_test(W, b, X, Y, X_test, Y_test, 3, 0.3)
    alone = reference.train(W, b, X, Y, 3, 0.3)
    for got, right in zip([*tested[0], *tested[1]], [*alone[0], *alone[1]], strict=True):
        np.testing.assert_array_equal(got, right)


@pytest.mark.parametrize("name", ["train", "train_and_test"])
def test_a_history_of_arrays_is_as_good_also_an_empty_one(reference, name):
    def with_arrays(*arguments):
        W, b, history = getattr(reference, name)(*arguments)
        return tuple(W), b, {key: np.array(values) for key, values in history.items()}

    assert judge(frozen.load(name), lambda *arguments: with_arrays(*arguments)).passed


def test_a_missing_key_is_not_blamed_where_only_the_accuracy_is_wrong(reference):
    def train(W, b, X, Y, epochs, lr):
        W, b, history = reference.train(W, b, X, Y, epochs, lr)
        return W, b, history | {"accuracy": [share / 2 for share in history["accuracy"]]}

    verdict = judge(frozen.load("train"), train)
    assert not verdict.passed and verdict.mistake is None
    assert "history['accuracy']" in verdict.message


def test_a_broken_train_costs_nothing_in_train_and_test(reference):
    def train(W, b, X, Y, epochs, lr):
        return W, b, {"loss": [0.0] * epochs, "accuracy": [0.0] * epochs}

    notebook = dict(vars(reference)) | {"train": train}
    exec(inspect.getsource(reference.train_and_test), notebook)
    assert not judge(frozen.load("train_and_test"), notebook["train_and_test"]).passed
    assert grading.verdict("train_and_test", notebook["train_and_test"], seed=7).score == 1


def test_a_history_that_is_kept_between_calls_is_rejected(reference):
    kept = {"loss": [], "accuracy": []}

    def train(W, b, X, Y, epochs, lr):
        W, b, history = reference.train(W, b, X, Y, epochs, lr)
        for key in kept:
            kept[key].extend(history[key])
        return W, b, kept

    assert not judge(frozen.load("train"), train).passed


# --- what the prose says -----------------------------------------------------------------------------------------------


def test_twenty_digits_are_learned_by_heart_and_the_test_loss_rises_in_the_end(reference, digits):
    W, b, X, Y, X_test, Y_test = digits
    _, _, few = reference.train_and_test(W, b, X[:20], Y[:20], X_test, Y_test, 300, 1.0)
    assert few["accuracy"][-1] == 1 and few["loss"][-1] < 0.05 and few["test_accuracy"][-1] < 0.7
    lowest = int(np.argmin(few["test_loss"]))
    assert 10 < lowest < 290 and few["test_loss"][-1] > few["test_loss"][lowest] + 0.05
    sure_and_wrong = []  # how sure the network is where it is wrong, at the lowest test loss and at the end
    for epochs in (lowest, 300):
        Y_hat = reference.forward_pass(*reference.train(W, b, X[:20], Y[:20], epochs, 1.0)[:2], X_test)[2]
        sure_and_wrong.append(Y_hat.max(axis=1)[Y_hat.argmax(axis=1) != Y_test.argmax(axis=1)].mean())
    assert sure_and_wrong[1] > sure_and_wrong[0] + 0.05
    _, _, every = reference.train_and_test(W, b, X, Y, X_test, Y_test, 300, 1.0)
    assert all(np.all(np.diff(every[key][-50:]) < 0) for key in ("loss", "test_loss"))  # both still fall
    assert abs(every["loss"][-1] - every["test_loss"][-1]) < 0.1


def test_networks_that_know_nothing_start_a_little_above_ln_10(reference, digits):
    *_, X, Y, _, _ = digits
    for seed in range(5):
        W, b = reference.init_weights(64, 20, 10, np.random.default_rng(seed))
        assert np.log(10) < reference.calc_loss(reference.forward_pass(W, b, X)[2], Y) < 2.7
        smaller = reference.forward_pass([W[0], W[1] / 100], b, X)[2]
        assert reference.calc_loss(smaller, Y) == pytest.approx(np.log(10), abs=0.01)


# --- the plan ----------------------------------------------------------------------------------------------------------


def test_the_plan_is_judged_by_what_the_reference_reaches(reference):
    """scikit-learn's network is the engine; its steps are the course's own."""
    images, labels = data.load_digits()
    X = images.reshape(len(images), -1) / 16
    shares, losses = [], []
    for split in range(plan.SPLITS):
        rng = np.random.default_rng([7, split])
        order = rng.permutation(len(X))
        learn, unseen = np.split(order, [round(0.8 * len(X))])
        W, b = reference.init_weights(64, 20, 10, rng)
        W, b, history = reference.train(W, b, X[learn], reference.one_hot(labels[learn]), plan.EPOCHS, 2.0)
        shares.append(reference.accuracy(labels[unseen], reference.forward_pass(W, b, X[unseen])[2]))
        losses.append(history["loss"])
    accuracy, seen = plan.try_plan(20, 2.0, 7)
    assert accuracy == pytest.approx(np.mean(shares))
    np.testing.assert_allclose(seen, losses, rtol=1e-6)


@pytest.mark.parametrize(
    ("chosen", "score", "words"),
    [
        ({"hidden_size": 20, "lr": 2.0}, 0.5, "Goal 0.93 is right"),
        ({"hidden_size": 20, "lr": 0.1}, 0, "did not bring it far enough"),
        ({"hidden_size": 50, "lr": 300.0}, 0, "no lower than it began"),
        ({"hidden_size": 50}, 0, "plan['lr'] is not there yet"),
        ({"hidden_size": 20, "lr": float("nan")}, 0, "should be a number above 0"),
        ({"hidden_size": 10**9, "lr": 1.0}, 0, "above 100"),
    ],
)
def test_a_plan_earns_what_it_reaches(chosen, score, words):
    verdict = judge(frozen.load("plan"), chosen)
    assert verdict.score == score and words.casefold() in str(verdict).casefold()


def test_an_accuracy_below_a_goal_does_not_look_like_it(monkeypatch):
    monkeypatch.setattr(plan, "try_plan", lambda *_: (0.95499, np.linspace(2, 1, 300).reshape(3, 100)))
    told = plan.measure({"hidden_size": 50, "lr": 2.0}, 1)
    assert told["goal 0.93"] == plan.REACHED and told["goal 0.955"].endswith("is 0.954.")


def test_no_start_decides_by_luck():
    from exercises.plan import STARTS

    for seed in STARTS:
        good = [plan.try_plan(units, lr, seed)[0] for units, lr in ((50, 4.0), (20, 3.0))]
        weak = plan.try_plan(50, 1.0, seed)[0]
        assert min(good) >= 0.957 and weak < 0.93


def test_an_empty_plan_is_not_attempted():
    assert judge(frozen.load("plan"), {"hidden_size": None, "lr": None}).kind == "not attempted"


def test_learning_curves_of_different_lengths_and_with_test_data():
    short = {"loss": [2.0, 1.0], "accuracy": [0.1, 0.5]}
    long = {key: values * 20 for key, values in short.items()}
    figure = plots.learning_curves({"short": short, "long": long})
    assert "short: loss from 2.00 to 1.00, accuracy from 10% to 50%." in figure.alt and "40 epochs" in figure.alt
    assert figure.table[-1] == (39, "", "", "1.00", "50%") and len(figure.table) <= 14
    tested = plots.learning_curves({"all": short | {"test_loss": [3.0, 2.0], "test_accuracy": [0.0, 0.2]}})
    assert "all, test: loss from 3.00 to 2.00" in tested.alt and "Dashed" in tested.caption
