"""What is special about 09-mini-batches: the claims of its text, its checks of random results, its figures."""

import re
import warnings

import numpy as np
import pytest

from course import data, plots
from course.checks import EXERCISES, frozen
from course.checks.compare import distance
from course.checks.judge import judge
from course.checks.measures import Malformed
from course.plain import AnyOf


@pytest.fixture(scope="module")
def digits(reference):
    images, labels = data.load_digits()
    return images.reshape(len(images), -1) / 16, labels


# --- what the notebook claims ----------------------------------------------------------------------------------------


def test_the_recipe_reaches_97_percent_of_unseen_digits(reference, digits):
    """Three new splits and networks, not one lucky one, with the pair that the notebook's grid chooses."""
    scores = []
    for seed in (101, 102, 103):
        rng = np.random.default_rng(seed)
        X, X_test, labels, labels_test = reference.train_test_split(*digits, 0.2, rng)
        W, b = reference.init_weights(64, 50, 10, rng)
        W, b = reference.sgd(W, b, X, reference.one_hot(labels), 30, 10, 2.0, 0.0, rng)
        scores.append(np.mean(reference.predict(W, b, X_test) == labels_test))
    assert np.mean(scores) >= 0.97


def test_summed_gradients_and_apart_shuffled_rows_fail_as_the_text_says(reference, digits):
    X, labels = digits
    rng = np.random.default_rng(1)
    start, Y = reference.init_weights(64, 20, 10, rng), reference.one_hot(labels)

    def accuracy(Y, lr):
        W, b = reference.sgd(*start, X, Y, 5, 100, lr, 0.0, np.random.default_rng(2))
        return np.mean(reference.predict(W, b, X) == labels)

    assert accuracy(Y, 0.5) > 0.75
    assert accuracy(Y, 0.5 * 100) < 0.4  # the sum over 100 rows
    assert accuracy(rng.permutation(Y), 0.5) < 0.3


def test_unscaled_pixels_and_weights_sit_on_the_flat_ends(reference, digits):
    X = 16 * digits[0]
    for seed in range(3):
        rng = np.random.default_rng(seed)
        W, b = [rng.normal(size=(50, 64)), rng.normal(size=(10, 50))], [np.zeros(50), np.zeros(10)]
        A_1 = reference.forward_pass(W, b, X)[1]
        assert np.mean((A_1 < 0.01) | (A_1 > 0.99)) > 0.9


def test_a_penalty_makes_weights_paler(digits):
    """Which the pictures of unit 09 show: weights shrink as lambda grows, and at 0.1 nothing is left of them."""
    from sklearn.neural_network import MLPClassifier

    sizes = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for lmbd in (0.0, 0.001, 0.01, 0.1):
            settings = {"solver": "sgd", "momentum": 0, "batch_size": 10, "learning_rate_init": 0.5, "max_iter": 30}
            model = MLPClassifier((20,), activation="logistic", alpha=10 * lmbd, random_state=1, **settings)
            sizes.append(np.linalg.norm(model.fit(*digits).coefs_[0]))
    assert sizes == sorted(sizes, reverse=True) and sizes[-1] < 0.1 * sizes[-2]


def test_paths_of_small_batches_end_nearer_to_the_lowest_place():
    """For other orders than the notebook's, too."""
    for seed in range(1, 6):
        alt = plots.descent_paths((40, 4, 1), 0.2, 4, seed).alt
        full, few, one = (float(far) for far in re.findall(r"at the end ([\d.]+) from", alt))
        assert full > 2 and few < 0.7 and one < 0.7
    with pytest.raises(ValueError, match="divide"):
        plots.descent_paths((7,))


# --- the challenge ---------------------------------------------------------------------------------------------------


def test_sensible_recipes_arrive_and_careless_ones_do_not():
    """The sizes behind the limits 0.93 and 0.90, also for the reference's own sgd: docs/instructors/09-mini-batches.md."""
    sensible = {"hidden_size": 50, "lr": 0.5, "lmbd": 0, "epochs": 60, "batch_size": 10}
    assert judge(frozen.load("recipe"), sensible).earned == 2
    assert judge(frozen.load("recipe"), {**sensible, "lr": 0.1, "epochs": 20}).earned == 1
    assert judge(frozen.load("recipe"), {**sensible, "lr": 0.1, "epochs": 20, "batch_size": 100}).earned == 0


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"lr": None}, "no number for 'lr'"),
        ({"lr": "fast"}, "should be a number"),
        ({"lr": -1}, "above 0"),
        ({"lmbd": -0.1}, "0 or more"),
        ({"epochs": 61}, "whole number from 1 to 60"),
        ({"hidden_size": 101}, "whole number from 1 to 100"),
        ({"batch_size": 2.5}, "whole number"),
        ({"hidden_size": True}, "should be a number"),
    ],
)
def test_numbers_that_cannot_be_used_are_named(reference, numbers, words):
    verdict = judge(frozen.load("recipe"), {**reference.recipe, **numbers})
    assert not verdict.passed and words in verdict.message


def test_an_empty_recipe_is_not_attempted(reference):
    assert judge(frozen.load("recipe"), dict.fromkeys(reference.recipe)).kind == "not attempted"


# --- what a published lesson did -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published():
    """The published lesson's raw pixels, split and start: the same draws from NumPy's older generator, with its seed 0.

    ``X, X_test, labels, labels_test, W, b``
    """
    from sklearn.model_selection import train_test_split

    images, labels = data.load_digits()
    rng = np.random.RandomState(0)
    rng.choice(len(images), size=5)  # it showed five images first
    parts = train_test_split(images.reshape(len(images), -1).astype(float), labels, test_size=0.2, random_state=rng)
    W = [rng.randn(64, 50).T, rng.randn(50, 10).T]
    return *parts, W, [np.full(50, 0.01), np.full(10, 0.01)]


def test_the_published_run_on_all_images_falls_from_14_to_10_percent(reference, published):
    """Which digit it names in the end depends on the last bits; that it names one only does not."""
    X, _, labels, _, W, b = published
    assert np.mean(reference.predict(W, b, X) == labels) == pytest.approx(0.144, abs=0.002)
    n = len(X)
    W, b = reference.sgd(W, b, X, reference.one_hot(labels), 100, n, 0.01 * n, 0.01 / n, np.random.default_rng(0))
    named = np.unique(reference.predict(W, b, X))
    assert len(named) <= 2
    shares = np.bincount(labels) / n
    assert np.all((shares > 0.09) & (shares < 0.11))
    assert shares.round(3)[[0, 5]].tolist() == [0.104, 0.104]  # the lesson's figure: it named 0, or 5


def test_the_published_class_at_eta_0_1_scores_the_share_of_one_digit(reference, published):
    """Sums over batches of 100, raw pixels: 0.1 names one digit, a hundredth of it learns."""
    X, X_test, labels, labels_test, _, b = published
    shares = np.bincount(labels_test) / len(labels_test)
    assert shares.round(3)[[4, 5]].tolist() == [0.089, 0.089]  # the lesson's figure: it named 4, or 5

    def predicted(eta, seed):
        rng = np.random.default_rng(seed)
        W = [rng.normal(size=(50, 64)), rng.normal(size=(10, 50))]
        W, b_after = reference.sgd(W, b, X, reference.one_hot(labels), 60, 100, eta * 100, 0.0, rng)
        return reference.predict(W, b_after, X_test)

    for seed in range(2):
        assert len(np.unique(predicted(0.1, seed))) <= 2
        assert 0.75 < np.mean(predicted(0.001, seed) == labels_test) < 0.99  # 0.914 was the best of its grid


def test_the_published_best_of_scikit_learn_comes_out_where_the_test_part_chooses(published):
    """0.992 is 357 of 360 images: the luckiest of a grid, and above what the same settings give with other starts."""
    from sklearn.neural_network import MLPClassifier

    X, X_test, labels, labels_test, *_ = published
    settings = {"activation": "logistic", "learning_rate_init": 0.01, "max_iter": 100}
    scores = np.zeros((2, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like to train longer
        for i in range(2):
            for j, alpha in enumerate((0.001, 0.01, 0.1)):
                model = MLPClassifier((50,), alpha=alpha, random_state=i, **settings)
                scores[i, j] = model.fit(X, labels).score(X_test, labels_test)
    assert 0.98 < scores.max() < 0.996
    assert scores.mean() < scores.max()


# --- the checks ------------------------------------------------------------------------------------------------------


def test_the_frozen_cases_list_every_order_of_up_to_four_rows():
    listed = [o.value.values for o in frozen.load("sgd").expected if isinstance(o.value, AnyOf)]
    assert [len(values) for values in listed] == [9, 24]  # (3 rows in batches of 2) twice, and 4! orders


def test_any_listed_result_passes_but_no_mixture(reference):
    exam = frozen.load("sgd")
    number = next(i for i, outcome in enumerate(exam.expected) if isinstance(outcome.value, AnyOf))
    values = exam.expected[number].value.values

    def answer(*args):
        arrays = chosen if args[0][0].shape == values[0]["W_1"].shape and len(args[2]) == 3 else None
        if arrays is None:
            return reference.sgd(*args)
        return [arrays["W_1"], arrays["W_2"]], [arrays["b_1"], arrays["b_2"]]

    chosen = values[-1]
    assert judge(exam, answer).kind != "value"
    chosen = {**values[0], "W_1": values[-1]["W_1"]}
    assert judge(exam, answer).kind == "value"


def test_an_unknown_mistake_in_small_batches_is_not_given_a_wrong_name(reference):
    """That an answer is wrong where any of several results is right says nothing about the cause."""

    def answer(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
        W, b = reference.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)
        return [w + 0.3 for w in W], b

    assert judge(frozen.load("sgd"), answer).mistake is None


def test_an_exception_where_several_results_are_right_is_told(reference):
    def answer(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
        if batch_size == 1 < len(X):
            raise IndexError("too small")
        return reference.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)

    verdict = judge(frozen.load("sgd"), answer)
    assert verdict.kind == "raised" and "too small" in verdict.message


def test_biases_may_be_rows(reference):
    exam = frozen.load("sgd")

    def rows(*args):
        W, b = reference.sgd(*args)
        return W, [bias[np.newaxis] for bias in b]

    assert judge(exam, rows).passed


def test_measured_arrays_are_told_by_their_entries(reference):
    verdict = judge(frozen.load("sgd"), lambda *args: reference.sgd(*args[:6], -args[6], *args[7:]))
    assert verdict.mistake == "sgd_uphill"
    wrong_only_in_one_batch = judge(
        frozen.load("sgd"), lambda *args: reference.sgd(*args[:6], args[6] * (1 + (args[5] == len(args[2]))), *args[7:])
    )
    assert "[0, 0] should be" in wrong_only_in_one_batch.message and wrong_only_in_one_batch.expected is not None


@pytest.mark.parametrize(
    ("name", "result", "words"),
    [
        ("train_test_split", (1, 2), "four arrays"),
        ("train_test_split", ([[1.0]], ["a"], [1], [1]), "array of numbers"),
        ("train_test_split", (np.ones(3), np.ones(3), [1], [1]), "matrix"),
        ("minibatches", [1, 2], "pairs"),
        ("minibatches", [(np.ones(3), np.ones((3, 2)))], "matrix"),
        ("sgd", [np.ones((2, 2))], "W and b"),
        ("sgd", ([np.ones((2, 2))], [np.ones(2)]), "list of two arrays"),
        ("grid_search", "best", "numbers"),
    ],
)
def test_what_cannot_be_measured_is_said_in_words(name, result, words):
    case = frozen.load(name).cases[0]
    with pytest.raises(Malformed, match=words):
        EXERCISES[name].measure(result, *case.args)


@pytest.mark.parametrize("nothing", [[], np.zeros((0, 2)), np.array([])])
def test_an_empty_part_may_be_an_empty_list(nothing):
    X, labels = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1])
    measured = EXERCISES["train_test_split"].measure([X, nothing, labels, []], X, labels, 0.0)
    assert measured["shape of X_test"] == (0, 2) and measured["shape of labels_test"] == (0,)


def test_an_endless_iterable_is_judged(reference):
    def endless(X, Y, batch_size, rng):
        while True:
            yield from reference.minibatches(X, Y, batch_size, rng)

    assert not judge(frozen.load("minibatches"), endless).passed


def test_distance_is_infinite_between_values_of_other_forms():
    assert distance({"a": [1.0]}, {"a": [1.5]}) == 0.5
    assert distance({"a": [1.0]}, None) == distance([1.0, 2.0], [1.0]) == distance(1.0, np.nan) == np.inf


def test_batches_that_are_used_up_are_not_called_a_new_start(reference):
    def sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
        batches = reference.minibatches(X, Y, batch_size, rng)
        for _ in range(epochs):
            for X_batch, Y_batch in batches:
                W, b = reference.sgd(W, b, X_batch, Y_batch, 1, batch_size, lr, lmbd, rng)
        return W, b

    verdict = judge(frozen.load("sgd"), sgd)
    assert "Only one epoch is in your result" in verdict.cause and "batches left" in verdict.cause


# --- figures -------------------------------------------------------------------------------------------------------


def test_figures_have_alt_text_a_caption_and_a_table():
    grid = np.array([[0.9, np.nan], [0.5, 0.1]])
    rng = np.random.default_rng(0)
    figures = [
        plots.accuracy_by_pass({"batches of 10": [0.5, 0.9], "batches of 100": [0.2, 0.4]}),
        plots.samples_per_second([1, 10, 100], [1e4, 1e5, 5e5]),
        plots.accuracy_grids({"ours": grid, "theirs": grid}, [0.1, 1.0], [0.0, 1.0], reason="it stopped"),
        plots.descent_paths((40, 5)),
        plots.weights_by_lambda({0: rng.normal(size=(8, 64)), 0.1: 0.1 * rng.normal(size=(8, 64))}),
    ]
    for figure in figures:
        assert len(figure.alt) > 80 and figure.caption and len(figure.table) > 2
        assert len(figure.svg) < 150_000
    assert "90%" in figures[2].alt and "it stopped" in figures[2].alt
    assert "worst ≈10%" in figures[2].alt and "about 10%, as good as a guess" in figures[2].caption
    assert "50 times" in figures[1].alt
