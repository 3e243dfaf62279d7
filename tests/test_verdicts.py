"""What a student reads: every wrong thing that can be handed to a check gets one clear answer, never a traceback."""

import json
import math
import os
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest

import course.grading
from course.checks import EXERCISES, Check, check_answer, frozen
from course.checks.compare import format_pair
from course.checks.verdict import MIME


@pytest.fixture
def check():
    """A fresh check, without the memory of other tests."""
    return Check()


def right(name, reference):
    return getattr(reference, name)


# --- what is handed in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", [3, 2.5, "softmax", None, [1, 2], np.eye(2), np])
@pytest.mark.parametrize("name", ["softmax", "min_max"])
def test_something_that_is_no_function_gets_one_sentence(name, thing):
    for give in (check_answer, course.grading.verdict):
        answer = give(name, thing)
        assert not answer.passed and answer.score == 0 and answer.mistake is None
        assert f"check.{name}({name})" in answer.message
        assert "\n" not in answer.message


def test_the_wrong_function_is_named(reference):
    answer = check_answer("softmax", reference.sigmoid)
    assert not answer.passed
    assert answer.message.startswith("This is your sigmoid. Write check.softmax(softmax).")


def test_a_function_of_other_arguments_is_told_which_ones(reference):
    answer = check_answer("softmax", lambda scores, a, b, c: scores)
    assert "softmax(x, axis=1)" in answer.message and "(scores, a, b, c)" in answer.message


def test_an_unknown_exercise_is_a_value_error_that_names_a_close_one(check):
    with pytest.raises(ValueError, match="Did you mean 'softmax'"):
        check_answer("sotfmax", len)
    with pytest.raises(ValueError, match="Did you mean 'softmax'"):
        course.grading.verdict("sotfmax", len)
    with pytest.raises(AttributeError, match="Did you mean 'softmax'"):
        _ = check.sotfmax
    with pytest.raises(ValueError, match="no exercise"):
        check.hint("nothing")


def test_a_blank_is_one_calm_sentence(check):
    def softmax(x, axis=1):
        # YOUR CODE HERE
        raise NotImplementedError()

    answer = check.softmax(softmax)
    assert answer.kind == "not attempted" and answer.score == 0
    assert "still empty" in answer.message and "Traceback" not in str(answer)


def test_code_above_a_forgotten_line_is_no_empty_blank(check):
    def sigmoid(x):
        # YOUR CODE HERE
        1 / (1 + np.exp(-x))
        raise NotImplementedError()

    answer = check.sigmoid(sigmoid)
    assert answer.kind == "raised" and answer.score == 0
    assert "Delete that line" in answer.message and "empty" not in answer.message


def test_code_that_was_given_above_a_blank_is_not_taken_for_the_student_s(check):
    def forward_pass(W, b, X):
        Z_1 = X @ W[0].T + b[0]
        # YOUR CODE HERE
        raise NotImplementedError()
        return Z_1

    assert check.forward_pass(forward_pass).kind == "not attempted"


def test_a_blank_helper_is_named():
    namespace = {"np": np}
    exec(
        "def sigmoid(x):\n    raise NotImplementedError()\ndef forward_pass(W, b, X):\n    return sigmoid(X)", namespace
    )
    answer = check_answer("forward_pass", namespace["forward_pass"])
    assert "forward_pass calls sigmoid, which is not written yet" in answer.message


def test_a_wrong_helper_is_named_by_the_check_and_forgiven_by_the_grade(reference):
    namespace = {"np": np, "sigmoid": np.tanh, "softmax": reference.softmax}
    exec(
        "def forward_pass(W, b, X):\n"
        "    Z_1 = X @ W[0].T + b[0]\n"
        "    A_1 = sigmoid(Z_1)\n"
        "    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])",
        namespace,
    )
    answer = check_answer("forward_pass", namespace["forward_pass"])
    assert not answer.passed and "Mend sigmoid first" in answer.message
    assert course.grading.verdict("forward_pass", namespace["forward_pass"], seed=1).score == 1
    assert namespace["sigmoid"] is np.tanh


def test_an_answer_may_define_a_helper_that_has_another_exercise_s_name():
    namespace = {"np": np}
    exec(
        "def softmax(row):\n"  # another contract than the exercise's, but its own cell may define what it likes
        "    powers = np.exp(row - row.max())\n"
        "    return powers / powers.sum()\n"
        "def forward_pass(W, b, X):\n"
        "    Z_1 = X @ W[0].T + b[0]\n"
        "    A_1 = 0.5 * (1 + np.tanh(Z_1 / 2))\n"
        "    return Z_1, A_1, np.array([softmax(row) for row in A_1 @ W[1].T + b[1]])",
        namespace,
    )
    assert check_answer("forward_pass", namespace["forward_pass"]).passed
    assert course.grading.verdict("forward_pass", namespace["forward_pass"], seed=3).passed


# --- what a verdict says -----------------------------------------------------------------------------------------------


def test_an_unknown_wrong_value_is_shown_with_index_expected_and_got(reference):
    def softmax(x, axis=1):
        result = reference.softmax(x, axis)
        result[0, 0] += 0.25
        return result

    for answer in (check_answer("softmax", softmax), course.grading.verdict("softmax", softmax, seed=4)):
        assert not answer.passed and answer.mistake is None
        assert "probabilities[0, 0] should be" in answer.message and "yours is" in answer.message


def test_an_exception_is_told_with_the_student_s_own_line():
    def from_one_hot(Y):
        columns = Y.shape[7]
        return columns

    answer = check_answer("from_one_hot", from_one_hot)
    assert answer.kind == "raised"
    assert "IndexError" in answer.message and "columns = Y.shape[7]" in answer.message


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (lambda Y: None, "returned None"),
        (lambda Y: "labels", "a string"),
        (lambda Y: {"labels": 1}, "a dictionary"),
        (lambda Y: np.zeros(len(Y) + 1, dtype=int), "should have the shape"),
        (lambda Y: [[1], [2, 3]], "array of numbers"),
        (lambda Y: np.zeros(len(Y), dtype=complex), "complex"),
        (lambda Y: len, "the function len"),
        (lambda Y: (i for i in range(3)), "generator"),
    ],
)
def test_a_wrong_type_or_shape_is_said_in_words(returned, words):
    answer = check_answer("from_one_hot", returned)
    assert answer.kind in ("type", "shape") and words in answer.message


def test_a_simple_relation_to_the_right_answer_is_named(reference):
    doubled = check_answer("sigmoid", lambda x: 2 * reference.sigmoid(x))
    assert "2 times as large" in doubled.message
    negative = check_answer("sigmoid", lambda x: -reference.sigmoid(x))
    assert "Only the sign of yours is wrong" in negative.message


def test_properties_are_told_when_all_values_are_right(reference):
    buffer = {}

    def reuses_a_buffer(x):
        kept = buffer.setdefault(x.shape, np.empty(x.shape))
        kept[...] = reference.sigmoid(x)
        return kept

    assert "later call changes" in check_answer("sigmoid", reuses_a_buffer).message

    def uses_global_random_numbers(x):
        np.random.rand()  # noqa: NPY002
        return reference.sigmoid(x)

    assert "global random" in check_answer("sigmoid", uses_global_random_numbers).message


def test_which_of_two_changed_arguments_is_told_does_not_depend_on_the_run():
    """Python's order of a set of words changes from run to run."""
    code = (
        "from course.checks import check_answer; from course.grading.repository import load_solutions\n"
        "right = load_solutions().reference.update\n"
        "def update(W, b, grad_W, grad_b, lr=0.1):\n"
        "    new = right(W, b, grad_W, grad_b, lr); W[0] = b[0] = 0 * b[0]; return new\n"
        "print(check_answer('update', update).message)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in range(4)
    }
    assert len(told) == 1 and b"changes its argument W" in told.pop()


def constant(value):
    """Return an answer that gives the same value whatever it is called with."""
    return lambda *arguments, **named: value


@pytest.mark.parametrize(
    "name", ["calc_loss", "accuracy", "count_parameters", "sigmoid", "predict", "confusion_matrix"]
)
@pytest.mark.parametrize("value", [0, 0.0, 0.5, 1, 1.0, np.zeros(3), np.ones((3, 3)), True, None])
def test_a_constant_is_accused_of_nothing_but_of_being_one(name, value):
    assert check_answer(name, constant(value)).mistake in (None, "always_zero")


def test_one_number_is_compared_with_a_known_mistake_that_returns_nothing():
    assert check_answer("update", constant(0.5)).kind == "type"


def test_the_mistake_in_ordinary_cases_is_named_before_the_one_in_special_cases():
    def calc_loss(Y_hat, Y):
        return np.sum(Y * np.log(Y_hat)) / len(Y)  # no minus; and NaN where a probability is 0

    assert check_answer("calc_loss", calc_loss).mistake == "no_minus"


def test_an_array_of_the_notebook_that_is_used_for_an_argument_is_named(reference):
    namespace = {"np": np, "W": [np.ones((3, 3)), np.ones((3, 3))], "LAYERS": 2, "output_gradients": None}
    exec(
        "def back_prop(weights, X, Z_1, A_1, Y_hat, Y):\n"
        "    dZ_2 = (Y_hat - Y) / len(Y)\n"
        "    dZ_1 = dZ_2 @ W[1] * A_1 * (1 - A_1)\n"
        "    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]",
        namespace,
    )
    answer = check_answer("back_prop", namespace["back_prop"])
    assert any("uses W of the notebook" in note for note in answer.notes)
    wrong = check_answer("sigmoid", lambda x: np.where(x > 0, 1.0, LAYERS))
    assert not any("of the notebook" in note for note in wrong.notes)


LAYERS = 2  # a number of the notebook's, which is no array


def test_a_warning_of_a_function_that_is_called_is_not_taken_for_the_answer_s(reference):
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    namespace = {"sigmoid": sigmoid, "softmax": reference.softmax}
    exec(
        "def forward_pass(W, b, X):\n"
        "    Z_1 = X @ W[0].T + b[0]\n"
        "    A_1 = sigmoid(Z_1)\n"
        "    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])",
        namespace,
    )
    answer = check_answer("forward_pass", namespace["forward_pass"])
    assert answer.passed
    assert "warned in sigmoid, which forward_pass calls" in answer.notes[0]


def test_a_warning_costs_nothing_and_is_reported():
    answer = check_answer("sigmoid", lambda x: 1 / (1 + np.exp(-x)))
    assert answer.passed and answer.score == 1
    assert "overflow" in answer.notes[0]


def test_printing_costs_nothing_and_is_shown_when_something_is_wrong(capsys):
    def sigmoid(x):
        print("x has the shape", x.shape)
        return x

    assert "x has the shape" in str(check_answer("sigmoid", sigmoid))
    assert capsys.readouterr().out == ""


def test_a_partly_right_answer_earns_part_and_a_trivial_one_nothing():
    def one_hot(labels, num_classes=10):  # right, but accepts wrong labels
        return (labels[:, None] == np.arange(num_classes)) * 1

    assert 0.3 < check_answer("one_hot", one_hot).score < 1
    for constant in (lambda x: np.zeros(x.shape), lambda x: x * 0.0):
        assert check_answer("min_max", constant).score == 0

    def always_raises(labels, num_classes=10):
        raise ValueError("no")

    assert check_answer("one_hot", always_raises).score == 0


def test_a_grade_never_shows_its_hidden_call():
    answer = course.grading.verdict("softmax", lambda x, axis=1: x, seed=1)
    assert answer.call == ""


def test_the_same_seed_gives_the_same_grade(reference):
    def wrong(x):
        return x

    one, two = (course.grading.verdict("sigmoid", wrong, seed=11) for _ in range(2))
    assert one.message == two.message
    assert one.message != course.grading.verdict("sigmoid", wrong, seed=12).message


def test_a_verdict_shows_as_text_html_and_json(reference):
    answer = check_answer("sigmoid", lambda x: -x)
    bundle = answer._repr_mimebundle_()
    assert bundle["text/plain"] == str(answer)
    assert (
        'role="group" aria-label="sigmoid: not right yet (0 of 2 points)"' in bundle["text/html"]
        and "<script" not in bundle["text/html"]
    )
    assert bundle[MIME]["exercise"] == "sigmoid" and isinstance(answer.earned, float)


def test_html_is_escaped():
    def sigmoid(x):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in check_answer("sigmoid", sigmoid).to_html()


def test_code_in_a_sentence_is_code_in_html():
    def sigmoid(x):
        return x @ np.ones((99, 98))

    answer = check_answer("sigmoid", sigmoid)
    assert ">return x @ np.ones((99, 98))</code>" in answer.to_html() and "`" not in answer.to_html()
    unlike = check_answer("sigmoid", lambda x: x + np.ones((99, 98)))  # its message ends with a space
    assert unlike.message.endswith("(99,98).")


# --- hints and progress ------------------------------------------------------------------------------------------------


def test_hints_go_from_a_nudge_to_the_cause(check, reference):
    steps = [str(check.hint("softmax")) for _ in range(4)]
    assert ["Hint 1 of 3" in steps[0], "Hint 2 of 3" in steps[1], "Hint 3 of 3" in steps[2]] == [True] * 3
    assert steps[2] == steps[3]
    assert "run check.softmax(softmax)" in steps[2]
    check.softmax(lambda x, axis=1: np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True))
    assert "inf / inf is NaN" in str(check.hint("softmax"))
    check.softmax(reference.softmax)
    assert "passed" in str(check.hint("softmax"))
    with pytest.raises(ValueError, match="steps 1, 2 and 3"):
        check.hint("softmax", 4)


def test_progress_counts_points(check, reference):
    check.sigmoid(reference.sigmoid)
    text = repr(check.progress())
    assert "sigmoid" in text and "right" in text and "not checked yet" in text
    assert check.progress().earned == EXERCISES["sigmoid"].points
    assert "<table" in check.progress()._repr_html_()


def test_progress_over_all_units_reads_the_saved_notebooks(check, reference, tmp_path, monkeypatch):
    """A student's folder: one unit saved with a right answer, one that is no notebook, and the one at work."""
    saved = check_answer("min_max", reference.min_max)._repr_mimebundle_()
    cell = {"cell_type": "code", "outputs": [{"output_type": "execute_result", "data": saved}]}
    for unit, content in (
        ("01-one-hot", json.dumps({"cells": [cell]})),
        ("02-initialisation", "{"),
        ("03-forward-pass", ""),
    ):
        (tmp_path / unit).mkdir()
        (tmp_path / unit / f"{unit}.ipynb").write_text(content)
    monkeypatch.chdir(tmp_path / "03-forward-pass")
    check.sigmoid(reference.sigmoid)
    lines = repr(check.progress(everything=True)).splitlines()
    assert "1 of 3 right" in lines[0] and "3 of 10 points" in lines[0]
    assert "0 of 2 right" in lines[1]
    assert "1 of 4 right" in lines[2] and "2 of 10 points" in lines[2]


# --- speed -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, exercise in EXERCISES.items() if exercise.is_a == "function"])
def test_a_check_answers_at_once(name, reference):
    """The promise is 100 ms; a busy machine gets three tries and twice the time."""
    check_answer(name, right(name, reference))
    times = []
    for _ in range(3):
        start = time.perf_counter()
        check_answer(name, right(name, reference))
        times.append(time.perf_counter() - start)
    assert min(times) < (0.2 if EXERCISES[name].unit < "04" else 0.6)  # later ones train whole networks


def test_import_is_quick_and_leaves_scikit_learn_alone():
    code = (
        "import sys, time; start = time.perf_counter(); import course; from course import check; "
        "check.sigmoid(len); assert 'sklearn' not in sys.modules and 'matplotlib' not in sys.modules; "
        "print(time.perf_counter() - start)"
    )
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(3)
    ]
    assert min(times) < 1  # half a second on a quiet machine


def test_a_check_warns_nobody(reference):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("softmax", "min_max"):
            for known in course.grading.load_solutions().mistakes[name]:
                check_answer(name, known.function)


# --- what raised -------------------------------------------------------------------------------------------------------


def test_arithmetic_on_lists_is_named_from_the_line_and_not_from_the_message():
    def update(W, b, grad_W, grad_b, lr=0.1):
        return W - lr * grad_W, b

    answer = check_answer("update", update)
    assert answer.kind == "raised" and answer.mistake is None
    assert "`grad_W` is a list of arrays" in answer.cause and "W[0] is an array" in answer.advice


def test_math_on_an_array_is_named():
    def sigmoid(x):
        return 1 / (1 + math.exp(-x))

    assert "`math.exp` takes one number, and `x` is an array." in check_answer("sigmoid", sigmoid).cause


def test_inner_sizes_that_differ_are_told_with_both_shapes():
    def forward_pass(W, b, X):
        return X @ W[0] + b[0]

    answer = check_answer("forward_pass", forward_pass)
    shapes = [array.shape for array in (frozen.load("forward_pass").cases[0].args[2], frozen_weights("forward_pass"))]
    assert f"In `X @ W[0]` the inner sizes differ: {shapes[0]} and {shapes[1]}." in answer.cause


def frozen_weights(name):
    return frozen.load(name).cases[0].args[0][0]


def test_an_axis_that_is_missing_is_told_with_the_shape():
    def accuracy(labels, Y_hat):
        return np.mean(labels.argmax(axis=1) == Y_hat.argmax(axis=1))

    answer = check_answer("accuracy", accuracy)
    assert "`labels` has the shape" in answer.cause and "no axis 1" in answer.cause


def test_an_exception_without_a_certain_cause_gets_none():
    def softmax(x, axis=1):
        raise ValueError("grad_W is a list, operands could not be broadcast together with shapes (2,) (3,)")

    answer = check_answer("softmax", softmax)
    assert answer.kind == "raised" and answer.cause == ""


# --- what is not said --------------------------------------------------------------------------------------------------


def test_one_name_for_all_runs_tells_how_many_are_right_and_not_which(reference):
    for name in set(reference.diagnosis.values()):
        answer = check_answer("diagnosis", dict.fromkeys(reference.diagnosis, name))
        assert answer.message.startswith("1 of 6 are right.") and answer.mistake is None
        assert not any(run in str(answer) for run in reference.diagnosis)


def test_global_random_numbers_are_told_apart_where_there_is_no_rng(reference):
    def relu(z):
        np.random.rand()  # noqa: NPY002
        return reference.relu(z)

    answer = check_answer("relu", relu)
    assert answer.kind == "property" and "Nothing in this task is random" in answer.message


def test_two_numbers_that_differ_are_never_written_alike():
    assert format_pair(0.24912, 0.24934, fewest=3) == ("0.24912", "0.24934")
    assert format_pair(6.91, 6.91) == ("6.91", "6.91")


def test_a_warning_is_told_only_with_the_call_in_which_it_arose():
    def softmax(x, axis=1):  # it overflows only for large scores
        powers = np.exp(x)
        return 2 * powers / powers.sum(axis=axis, keepdims=True)

    answer = check_answer("softmax", softmax)
    assert "ordinary" not in answer.message and not any("NumPy warned" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("name", "answer", "advice"),
    [
        ("softmax", lambda x, axis=1: x.missing, "Print the shapes"),
        ("relu", lambda z: np.maximum(z, 0)[..., None], "its type, its shape"),
        (
            "train",
            lambda W, b, X, Y, epochs, lr: (
                [w + 1 for w in W],
                b,
                {"loss": [1.5] * epochs, "accuracy": [0.3] * epochs},
            ),
            "single epoch",
        ),
    ],
)
def test_the_third_hint_without_a_cause_says_what_to_try(check, name, answer, advice):
    getattr(check, name)(answer)
    assert advice in str(check.hint(name, 3))


def test_an_argument_that_changes_by_very_little_has_changed(reference):
    def calc_loss(Y_hat, Y):
        result = reference.calc_loss(Y_hat, Y)
        Y_hat[Y_hat == 0] = 1e-15
        return result

    answer = check_answer("calc_loss", calc_loss)
    assert answer.kind == "property" and "changes its argument Y_hat" in answer.message


def test_where_only_ordinary_cases_agree_no_more_is_said(reference):
    def softmax(x, axis=1):  # the whole matrix sums to 1, but only where it is small
        powers = np.exp(x - x.max(axis=axis, keepdims=True))
        return powers / powers.sum() if np.abs(x).max() < 50 and axis == 1 else reference.softmax(x, axis)

    answer = check_answer("softmax", softmax)
    assert answer.mistake is None
