"""What is special about unit 08: the recorded runs, a diagnosis that is a dictionary, and lists with ties."""

import itertools
import json

import numpy as np
import pytest

from course import data, plots
from course.checks import EXERCISES, check, check_answer, frozen
from course.checks.judge import judge
from course.checks.measures.diagnosis import FAULTS, RUNS
from course.grading import draw_exam
from exercises import recorded_runs
from tests.conftest import read_given

POINTS = EXERCISES["diagnosis"].points


@pytest.fixture(scope="module")
def recorded():
    return data.load_runs()


# --- the recorded runs -------------------------------------------------------------------------------------------------


def test_the_recorded_runs_are_what_the_build_writes_and_do_not_depend_on_rounding_errors(root):
    stored = (root / "course" / "runs.json").read_text(encoding="utf-8")
    assert recorded_runs.dump(nudge=1e-13) == stored


def test_which_fault_is_whose_cannot_be_read_from_what_students_get(root, reference):
    recorded = json.loads((root / "course" / "runs.json").read_text(encoding="utf-8"))
    assert recorded["faults"] == sorted(FAULTS) and tuple(recorded["runs"]) == RUNS
    assert set(recorded) == {"faults", "healthy", "runs"}
    assert all(set(run) == set(recorded["healthy"]) for run in recorded["runs"].values())
    assert all(not isinstance(value, str) for run in recorded["runs"].values() for value in run.values())
    frozen_cases = json.loads((root / "course" / "exercises" / "diagnosis.json").read_text(encoding="utf-8"))
    assert not any(fault in str((frozen_cases["cases"], frozen_cases["expected"])) for fault in FAULTS)
    release = (root / "release" / "08-error-inspection" / "08-error-inspection.ipynb").read_text(encoding="utf-8")
    assert not any(f'{run}": \\"{fault}' in release.replace('\\"', '"') for run, fault in reference.diagnosis.items())


def test_each_fault_shows_in_one_number_that_no_other_run_has(recorded, reference):
    """Which is what makes the diagnosis possible."""
    run_of = {fault: recorded["runs"][run] for run, fault in reference.diagnosis.items()}
    signs = {
        "wrong gradient": lambda run: max(run["gradient_error"].values()) > 0.5,
        "learning rate too small": lambda run: run["step_size"][0] < 0.001 * run["weight_size"][0],
        "learning rate too large": lambda run: max(run["loss"]) > 2 * run["loss"][0],
        "zero weights": lambda run: run["weight_size"][0] == run["hidden_spread"][0] == 0,
        "tested on the training data": lambda run: run["test_loss"] == run["loss"],
    }
    for fault, sign in signs.items():
        assert [name for name, run in run_of.items() if sign(run)] == [fault]
        assert not sign(recorded["healthy"])
    right = max(run["gradient_error"]["dW_1"] for fault, run in run_of.items() if fault != "wrong gradient")
    assert right == 0


def test_only_the_shuffled_run_has_pictures_that_do_not_fit_their_labels(recorded, reference):
    images, labels = data.load_digits()
    for run, fault in reference.diagnosis.items():
        shown = recorded["runs"][run]
        fits = [
            label in labels[np.all(images == np.array(image), axis=(1, 2))]
            for image, label in zip(shown["first_images"], shown["first_labels"], strict=True)
        ]
        assert not any(fits) if fault == "images and labels shuffled apart" else all(fits)


def test_three_runs_stay_flat_and_the_wrong_gradient_still_learns(recorded, reference):
    last = {fault: recorded["runs"][run]["accuracy"][-1] for run, fault in reference.diagnosis.items()}
    assert sum(accuracy < 0.2 for accuracy in last.values()) == 4  # three flat ones, and the one that jumps
    assert last["wrong gradient"] > 0.7 and last["tested on the training data"] > 0.9


# --- the diagnosis -----------------------------------------------------------------------------------------------------


def test_each_run_earns_a_sixth(reference):
    for exam in (frozen.load("diagnosis"), draw_exam(EXERCISES["diagnosis"], 1)):
        for right in range(7):
            answer = {run: fault if i < right else None for i, (run, fault) in enumerate(reference.diagnosis.items())}
            assert judge(exam, answer).earned == pytest.approx(POINTS * right / 6)


@pytest.mark.parametrize("empty", [{}, dict.fromkeys(RUNS)])
def test_an_empty_diagnosis_is_not_attempted(empty):
    assert check_answer("diagnosis", empty).kind == "not attempted"


def test_every_single_confusion_costs_exactly_one_sixth(reference):
    for run, fault in itertools.product(RUNS, FAULTS):
        result = check_answer("diagnosis", {**reference.diagnosis, run: fault})
        assert result.score == pytest.approx(1 if reference.diagnosis[run] == fault else 5 / 6)
        if not result.passed:
            assert f"The fault of {run} is another one." in result.message
            assert reference.diagnosis[run] not in str(result)  # what is right must not be told


@pytest.mark.parametrize("fault", FAULTS)
def test_one_name_for_many_runs_tells_nothing(fault):
    """Or its points would say which run has it."""
    for runs in (RUNS, RUNS[:3]):
        result = check_answer("diagnosis", dict.fromkeys(runs, fault))
        assert result.score == 0 and "runs have the same one" in result.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"run A": "zero weight"}, "(perhaps 'zero weights')"),
        ({"run A": ["zero weights"]}, "is not one of the six names"),
        ({"run A": np.array(["zero", "weights"])}, "is not one of the six names"),
        ({"run B": "zero weights"}, "The fault of run A is not named yet."),
        ([1, 2], "check.diagnosis needs your dictionary"),
        (None, "check.diagnosis needs your dictionary"),
    ],
)
def test_what_is_no_name_is_told_so(answer, words):
    assert words in str(check_answer("diagnosis", answer))


def test_the_check_shows_the_entry_and_gives_a_hint(reference):
    result = check.diagnosis({**reference.diagnosis, "run B": "learning rate too small"})
    assert "diagnosis['run B']" in str(result) and result.mistake == "run_b_too_small"
    assert "gradient check" in repr(check.hint("diagnosis", 3))


def test_a_diagnosis_is_no_tool_for_later_units():
    given = read_given("12-any-depth")
    assert "def top_confusions" in given and "diagnosis" not in given


# --- ties and nothing at all -------------------------------------------------------------------------------------------


def test_equal_probabilities_come_in_any_order():
    labels = np.array([0, 1, 2, 0])
    Y_hat = np.array([[0.2, 0.5, 0.3], [0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.3, 0.6, 0.1]])
    canonical = EXERCISES["misclassified"].canonical
    for order in ([2, 0, 1, 3], (2, 1, 0, 3), np.array([2, 1, 0, 3], dtype=np.int32)):
        assert list(canonical(order, labels, Y_hat)) == [2, 0, 1, 3]
    for wrong in ([0, 2, 1, 3], [2, 0, 3, 1], [2, 0, 1], [2, 0, 0, 3], [2, 0, 1, -1], [2, 0, 1, 4]):
        assert list(canonical(wrong, labels, Y_hat)) != [2, 0, 1, 3]


@pytest.mark.parametrize(
    "nothing", [[], (), np.array([]), np.zeros((0, 3)), np.zeros(0, dtype=bool), np.array([], str)]
)
def test_nothing_may_be_any_empty_list_or_array(nothing, reference):
    def misclassified(labels, Y_hat):
        found = reference.misclassified(labels, Y_hat)
        return found if len(found) else nothing

    def top_confusions(matrix, count):
        return reference.top_confusions(matrix, count) or nothing

    for answer in (misclassified, top_confusions):
        assert check_answer(answer.__name__, answer).passed


def test_nothing_returned_is_no_evidence_for_a_mistake(reference):
    """An answer that loses its last row gives [] for a single wrong sample, as does the answer with the right rows."""
    assert (
        check_answer("misclassified", lambda labels, Y_hat: reference.misclassified(labels, Y_hat)[:-1]).mistake is None
    )


def test_any_choice_among_equal_numbers_at_the_edge_will_do(reference):
    matrix = np.array([[9, 2, 1], [1, 9, 1], [0, 1, 9]])
    canonical = EXERCISES["top_confusions"].canonical
    right = canonical(reference.top_confusions(matrix, 2), matrix, 2)
    for pair in [(0, 2), (1, 0), (1, 2), (2, 1)]:
        assert np.array_equal(canonical([(0, 1, 2), (*pair, 1)], matrix, 2), right)
    for wrong in ([(0, 1, 2), (2, 0, 1)], [(0, 1, 2), (0, 1, 2)], [(2, 1, 1), (0, 1, 2)], [(0, 1, 2), (0, 3, 1)]):
        assert not np.array_equal(canonical(wrong, matrix, 2), right)


# --- the notebook's figures --------------------------------------------------------------------------------------------


def test_figures_say_what_they_show(recorded):
    images, labels = data.load_digits()
    Y_hat = np.eye(10)[(labels[:20] + 1) % 10] * 0.9 + 0.01
    W, b = [np.ones((20, 64)), np.ones((10, 20))], [np.zeros(20), np.zeros(10)]
    figures = [
        plots.surest_mistakes(images, labels, Y_hat, range(13)),
        plots.surest_mistakes(images, labels, Y_hat, [3]),
        plots.surest_mistakes(images, labels, Y_hat, []),
        plots.confusion_heatmap(np.array([[3, 2], [0, 4]])),
        plots.hidden_weights(W[0]),
        plots.output_weights(W[1]),
        plots.through_the_network(images[0], labels[0], W, b, np.full(20, 0.5), Y_hat[0]),
        plots.run_curves(recorded["runs"], recorded["healthy"]),
        plots.run_curves(recorded["runs"], recorded["healthy"], "accuracy"),
        plots.training_pictures(recorded["runs"]),
    ]
    for figure in figures:
        assert len(figure.alt) > 20 and figure.svg.startswith("<?xml")
    assert figures[0].alt.startswith("12 digits") and "read as" in figures[0].alt
    assert "7 of 9 lie on the diagonal" in figures[3].alt and "row 0 and column 1" in figures[3].alt
    without = np.full((3, 2), 0.9)
    without[1, 0] = 0.2
    lost = plots.recall_by_neuron(without, [0.9, np.nan])
    assert "without neuron 1, the recall of the 0 falls from 90% to 20%" in lost.alt and len(lost.table) == 3


# --- what the prose says -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[0, 1e-12])
def trained(request, reference):
    """The notebook's data and network; once with a start that differs in the last bits."""
    images, labels = data.load_digits()
    X = images.reshape(len(images), -1) / 16
    W, b = reference.init_weights(64, 20, 10, np.random.default_rng(1234))
    start = [w * (1 + request.param) for w in W]
    W, b, _ = reference.train(start, b, X[:1000], reference.one_hot(labels[:1000]), 200, 1.0)
    return X, labels, start, W, b


def test_the_numbers_about_the_test_images(trained, reference):
    X, labels, start, W, b = trained
    X_test, labels_test = X[1000:], labels[1000:]
    Y_hat = reference.forward_pass(W, b, X_test)[2]
    predicted = Y_hat.argmax(axis=1)
    assert (predicted == labels_test).mean() == pytest.approx(0.926, abs=0.002)
    matrix = reference.confusion_matrix(labels_test, predicted, 10)
    assert reference.top_confusions(matrix, 1) == [(1, 9, 11)] and matrix[9, 1] == 0
    third, fourth = reference.misclassified(labels_test, Y_hat)[2:4]
    assert [Y_hat[row].max().round(2) for row in (third, fourth)] == [0.92, 0.41]
    assert all(Y_hat[row, labels_test[row]] < 0.01 for row in (third, fourth))
    white = X.max(axis=0) == 0
    assert np.flatnonzero(white).tolist() == [0, 32, 39]
    change = np.abs(W[0] - start[0])
    assert change[:, white].max() == 0 and change.max() == pytest.approx(1.4, abs=0.05)


def test_no_neuron_is_missed_on_average_but_some_by_one_digit(trained, reference):
    X, labels, _, W, b = trained
    without = np.array([reference.recall_without(W, b, X[1000:], labels[1000:], neuron) for neuron in range(20)])
    predicted = reference.predict(W, b, X[1000:])
    full = np.array([(predicted[labels[1000:] == c] == c).mean() for c in range(10)])
    assert full.mean() - without.mean() < 0.05
    assert (full[8].round(2), without[:, 8].min().round(2)) == (0.86, 0.34)
    assert (full[7].round(2), without[:, 7].min().round(2)) == (0.96, 0.55)


def test_six_more_ones_of_that_kind_mend_little(trained, reference):
    X, labels, start, W, b = trained
    strange = 1000 + np.flatnonzero((labels[1000:] == 1) & (reference.predict(W, b, X[1000:]) == 9))
    rows = np.concatenate([np.arange(1000), strange[:6]])
    more_W, more_b, _ = reference.train(
        start, [np.zeros(20), np.zeros(10)], X[rows], reference.one_hot(labels[rows]), 200, 1.0
    )
    assert np.sum(reference.predict(more_W, more_b, X[strange[6:]]) == 9) == 4
