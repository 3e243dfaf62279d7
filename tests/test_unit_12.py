"""Unit 12: a network class of any depth, tried by its behaviour."""

import inspect
import itertools
import subprocess
import sys

import numpy as np
import pytest

from course import check, data, plots
from course.checks import check_answer, frozen
from course.checks.exercises import EXERCISES
from course.checks.judge import judge
from course.checks.measures import NeuralNetwork as measures
from course.grading.repository import load_solutions


@pytest.fixture(scope="module")
def digits():
    images, labels = data.load_digits()
    return images.reshape(len(images), -1) / 16, labels


def test_import_course_leaves_scikit_learn_out():
    code = "import sys, course.checks, course.plots; print(sorted({'sklearn', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_the_gradients_are_the_numeric_ones(reference, activation):
    rng = np.random.default_rng(3)
    W, _ = reference.init_layers([4, 5, 5, 3], rng)
    b = [rng.normal(size=len(w)) for w in W]
    X, Y = rng.normal(size=(6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    grad_W, grad_b = reference.backward_layers(W, reference.forward_layers(W, b, X, activation), Y, activation)
    for lists, gradients in ((W, grad_W), (b, grad_b)):
        for array, gradient in zip(lists, gradients, strict=True):
            for index in np.ndindex(array.shape):
                losses = []
                for step in (1e-5, -1e-5):
                    array[index] += step
                    losses.append(reference.calc_loss(reference.forward_layers(W, b, X, activation)[-1], Y))
                    array[index] -= step
                assert (losses[0] - losses[1]) / 2e-5 == pytest.approx(gradient[index], rel=1e-5, abs=1e-8)


def test_what_the_prose_says_of_depth(reference, digits):
    X, y = digits
    deep = {
        activation: reference.NeuralNetwork((30,) * 5, activation, lr=lr, random_state=1).fit(X, y)
        for activation, lr in (("sigmoid", 0.5), ("relu", 0.1))
    }
    assert deep["sigmoid"].loss_curve_[-1] == pytest.approx(np.log(10), abs=0.1)
    assert deep["relu"].loss_curve_[-1] < 0.5


def test_no_hidden_layer_does_not_learn_xor(reference):
    X = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]] * 5, dtype=float)
    y = (X[:, 0] != X[:, 1]).astype(int)
    options = {"activation": "relu", "lr": 0.1, "epochs": 300, "batch_size": 4, "random_state": 0}
    assert reference.NeuralNetwork((), **options).fit(X, y).score(X, y) <= 0.75
    assert reference.NeuralNetwork((16,), **options).fit(X, y).score(X, y) == 1


def test_the_check_says_which_part_fails_in_plain_words(reference):
    class NeuralNetwork(reference.NeuralNetwork):
        def fit(self, X, y):
            super().fit(X, y)

    seen = check_answer("NeuralNetwork", NeuralNetwork)
    assert "scikit-learn's rules" in seen.message and "fit should return self." in seen.message
    assert seen.mistake == "fit_returns_nothing"
    assert "check_estimator" in seen.call
    assert 4 < seen.earned < 5


@pytest.mark.parametrize("helper", ["forward_layers", "backward_layers"])
def test_a_class_that_calls_a_wrong_helper_is_told_to_mend_that_first(reference, helper):
    """So the message speaks of forward or backward, and not of a step that is too long."""
    namespace = dict(vars(reference))
    exec(inspect.getsource(reference.NetworkSettings), namespace)
    exec(inspect.getsource(reference.TrainableNetwork), namespace)
    exec(inspect.getsource(reference.NeuralNetwork), namespace)
    right = getattr(reference, helper)
    exec(f"def {helper}(*args): return right(*args)[::-1]", namespace | {"right": right}, wrong := {})
    namespace[helper] = wrong[helper]
    told = check_answer("NeuralNetwork", namespace["NeuralNetwork"]).message
    assert told.startswith(
        f"NeuralNetwork calls your {helper}, which does not pass its own check. Mend {helper} first."
    )


def test_what_the_notebook_says_of_vanishing_gradients(reference, digits):
    X, y = digits
    ratios = {"sigmoid": [], "relu": []}
    for activation, seed in itertools.product(ratios, range(10, 20)):  # other starts than the notebook's
        W, b = reference.init_layers([64, 30, 30, 30, 30, 30, 10], np.random.default_rng(seed))
        A = reference.forward_layers(W, b, X, activation)
        sizes = [np.sqrt(np.mean(g**2)) for g in reference.backward_layers(W, A, reference.one_hot(y), activation)[0]]
        ratios[activation].append(sizes[0] / sizes[-1])
    assert 0.001 < np.median(ratios["sigmoid"]) < 0.004 and 0.3 < np.median(ratios["relu"]) < 1.5


def test_a_first_layer_that_never_learns_is_right_for_most_digits(reference, digits):
    X, y = digits
    for seed in range(3):
        rng = np.random.default_rng(seed)
        W, b = reference.init_layers([64, 100, 10], rng)
        for _ in range(30):
            for X_batch, Y_batch in reference.minibatches(X[:1437], reference.one_hot(y[:1437]), 50, rng):
                grad_W, grad_b = reference.back_prop(W, X_batch, *reference.forward_pass(W, b, X_batch), Y_batch)
                W, b = reference.update(W, b, [0 * grad_W[0], grad_W[1]], [0 * grad_b[0], grad_b[1]], 0.5)
        assert np.mean(reference.predict(W, b, X[1437:]) == y[1437:]) > 0.8


def test_a_broken_fit_earns_nothing(reference):
    class NeuralNetwork(reference.NeuralNetwork):
        def predict_proba(self, X):
            return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    assert check_answer("NeuralNetwork", NeuralNetwork).earned == 0


def test_a_shape_is_told_in_plain_numbers(reference):
    class NeuralNetwork(reference.NeuralNetwork):
        def predict_proba(self, X):
            return np.pad(super().predict_proba(X), ((0, 0), (0, 7)))

    verdict = judge(frozen.load("NeuralNetwork"), NeuralNetwork)
    assert "should return the shape (" in verdict.message and "np." not in verdict.message


def test_an_empty_blank_is_told_calmly(reference):
    class NeuralNetwork(reference.NeuralNetwork):
        def fit(self, X, y):
            raise NotImplementedError()

    seen = check_answer("NeuralNetwork", NeuralNetwork)
    assert seen.kind == "not attempted" and seen.earned == 0
    assert "The blank in fit is still empty." in seen.message


def test_misuse_is_told(reference):
    assert "the class itself" in check.NeuralNetwork(reference.NeuralNetwork()).message


def test_a_check_is_silent_and_leaves_the_random_state(reference, capfd):
    before = np.random.get_state()  # noqa: NPY002
    assert check_answer("NeuralNetwork", reference.NeuralNetwork).passed
    after = np.random.get_state()  # noqa: NPY002
    assert before[2] == after[2] and np.array_equal(before[1], after[1])
    assert capfd.readouterr() == ("", "")


def test_without_random_state_the_global_one_may_be_used(reference):
    class NeuralNetwork(reference.NeuralNetwork):
        def fit(self, X, y):
            if self.random_state is not None:
                return super().fit(X, y)
            self.random_state = np.random.randint(1000)  # noqa: NPY002
            try:
                return super().fit(X, y)
            finally:
                self.random_state = None

    assert check_answer("NeuralNetwork", NeuralNetwork).passed


def test_every_scenario_says_what_it_does():
    for name in measures.SCENARIOS:
        assert len(measures.shown(name)) > 20


def test_the_rules_in_plain_words_exist_in_scikit_learn():
    from sklearn.utils import estimator_checks

    missing = {name for name in measures.RULES if not hasattr(estimator_checks, name)}
    assert len(missing) <= 5, f"renamed in scikit-learn? {sorted(missing)}"


def test_every_known_mistake_has_a_frozen_outcome():
    from course.checks import frozen

    assert EXERCISES["NeuralNetwork"].steady
    frozen_names = [known.name for known in frozen.load("NeuralNetwork").mistakes]
    assert frozen_names == [known.name for known in load_solutions().mistakes["NeuralNetwork"]]


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (plots.layer_chain([4, 3, 2]), "A chain of 3 boxes"),
        (
            plots.layer_gradients({"sigmoid": [1e-4, 1e-2], "relu": [1e-2, 2e-2]}),
            "sigmoid: in the first layer 0.01 times",
        ),
        (plots.depth_curves({"relu": {"1 hidden layer": [2.0, 1.0, 0.5]}}), "1 hidden layer 0.5"),
        (plots.score_grid([[0.5, 0.6], [0.9, 0.1]], [0.1, 1.0], [0, 0.01]), "the best is at lr = 1, lmbd = 0"),
    ],
)
def test_figures_have_alt_text_and_a_table(figure, words):
    assert words in figure.alt
    assert "<table>" in figure.to_html() and figure.svg.startswith("<?xml")
    assert len(figure.svg) < 150_000
