"""A student's network class, graded outside of its process by scikit-learn's own tests."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("nbgrader")

from course.grading import verdict
from course.grading.answers import answer_source
from course.grading.repository import load_solutions
from course.grading.sandbox import Limits
from course.grading.session import Session

SOLUTIONS = load_solutions()
MISTAKES = {known.name: known.function for known in SOLUTIONS.mistakes["NeuralNetwork"]}
VARIANTS = {odd.__name__: odd for odd in SOLUTIONS.variants["NeuralNetwork"]}


@pytest.fixture
def run(sandbox):
    """Return a function that runs cells in a new kernel and returns what NeuralNetwork means there."""
    sessions = []

    def start(*cells):
        session = Session(sandbox, Limits(), {})
        sessions.append(session)
        for cell in cells:
            assert session.run_cell(cell) == []
        return session.look_up("NeuralNetwork")

    yield start
    for session in sessions:
        session.close()


def written(network):
    return answer_source("NeuralNetwork", network)


@pytest.mark.parametrize("name", ["reference", "LayerObjects", "SinglePrecision"])
def test_a_right_class_gets_full_points(name, run):
    network = VARIANTS.get(name, SOLUTIONS.reference.NeuralNetwork)
    seen = verdict("NeuralNetwork", run(written(network)), 1)
    assert seen.passed and seen.earned == seen.points, str(seen)


@pytest.mark.parametrize(
    "name",
    [
        "fit_returns_nothing", "constructor_converts", "constructor_checks", "predict_reads_too_early", "takes_any_data",
        "bases_in_the_wrong_order", "takes_measurements_as_classes", "centres_x_in_place", "goes_on_learning",
        "seeds_the_global_generator",
    ],
)  # fmt: skip
def test_a_broken_rule_is_found_and_named(name, run):
    here = verdict("NeuralNetwork", MISTAKES[name], 1)
    there = verdict("NeuralNetwork", run(written(MISTAKES[name])), 1)
    assert (there.mistake, there.earned) == (name, here.earned), str(there)


def test_scikit_learn_patched_by_a_student_changes_nothing(run):
    patch = "import sklearn.utils.estimator_checks as e\ne.check_estimator = lambda *a, **k: []"
    network = run(patch, written(MISTAKES["fit_returns_nothing"]))
    assert verdict("NeuralNetwork", network, 1).mistake == "fit_returns_nothing"


def test_an_estimator_here_is_like_the_one_there(run):
    network = run(written(SOLUTIONS.reference.NeuralNetwork)).as_estimator()
    sizes = (3, 2)
    estimator = network(hidden_layer_sizes=sizes, epochs=2, random_state=0)
    assert estimator.get_params()["hidden_layer_sizes"] is sizes and estimator.get_params()["lr"] == 0.5
    X, y = np.random.default_rng(0).normal(size=(12, 2)), np.repeat(["cat", "dog"], 6)
    assert estimator.fit(X, y) is estimator
    assert list(estimator.classes_) == ["cat", "dog"] and [w.shape for w in estimator.W_] == [(3, 2), (2, 3), (2, 2)]
    before = vars(estimator).copy()
    right = SOLUTIONS.reference.NeuralNetwork(hidden_layer_sizes=sizes, epochs=2, random_state=0).fit(X, y)
    assert np.allclose(estimator.predict_proba(X), right.predict_proba(X))
    assert vars(estimator) == before  # the very same arrays: asking changes nothing
    with pytest.raises(ValueError, match="NaN"):
        estimator.fit(X * np.nan, y)


def test_input_of_every_kind_crosses(run):
    sparse = pytest.importorskip("scipy.sparse")
    echo = (
        "class NeuralNetwork:\n    def fit(self, X, y=None): return [type(X).__name__, str(getattr(X, 'dtype', '')), "
    )
    network = run(echo + "getattr(X, 'shape', None), repr(X)]")()
    objects = np.array([[1, "a"], [{"b": 2}, None]], dtype=object)
    kinds = [objects, np.array([1 + 2j, 3]), sparse.csr_array(np.eye(2)), sparse.dok_matrix(np.eye(2)), 2.5 + 1j]
    for value in kinds:
        seen = network.fit(value)
        dtype = str(getattr(value, "dtype", ""))
        assert seen == [type(value).__name__, dtype, getattr(value, "shape", None), repr(value)]
