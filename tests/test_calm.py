"""A notebook speaks calmly: whatever goes wrong around a check, a student reads a sentence and the next step."""

import contextlib
import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import threading
import time

import nbformat
import numpy as np
import pytest
from jupyter_client.manager import run_kernel

import course.checks
from course.checks import Check, check_answer
from tests.conftest import ROOT

BLANK = 'def softmax(x, axis=1):\n    """Scores become probabilities."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
RIGHT = "def softmax(x, axis=1):\n    powers = np.exp(x - x.max(axis=axis, keepdims=True))\n    return powers / powers.sum(axis=axis, keepdims=True)"
BROKEN = RIGHT.replace("axis=1):", "axis=1)")
ENDLESS = "def sigmoid(x):\n    while True:\n        x = x + 1"


# --- in a notebook -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work") / "03-forward-pass"
    shutil.copytree(ROOT / "release" / "03-forward-pass", folder)
    with run_kernel(kernel_name="python3", cwd=str(folder)) as client:
        yield client


@pytest.fixture
def run(kernel):
    """Run cells in a notebook that is new, and return what the last one shows, as text."""

    def run_cells(*sources, imports="import numpy as np\nfrom course import check"):
        for source in ("get_ipython().reset()", imports, *sources):
            shown = []
            kernel.execute_interactive(source, store_history=True, output_hook=shown.append, timeout=60)
        contents = [message["content"] for message in shown if message["msg_type"] not in ("status", "execute_input")]
        return "\n".join(
            re.sub(r"\x1b\[[\d;]*m", "", " ".join(" ".join(content["traceback"]).split()))
            if "traceback" in content
            else content["text"]
            if "text" in content
            else content["data"]["text/plain"]
            for content in contents
        )

    return run_cells


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["check.softmax(softmax)"], "softmax is not defined yet. Run the cell in which you write it"),
        (["check.softmax()"], "softmax is not defined yet. Run the cell in which you write it"),
        (["min_max(np.eye(2))"], "min_max comes from an earlier unit. Run the first code cell"),
        ([RIGHT.replace("softmax", "soft_max"), "check.softmax(softmax)"], "but there is soft_max. Give your function"),
        ([RIGHT.replace("softmax", "my_softmax"), "check.softmax()"], "but there is my_softmax. Give your function"),
        ([BLANK, "softmax(np.eye(2))"], "The blank in softmax is still empty. Replace its line"),
        (["# YOUR CODE HERE\nraise NotImplementedError()"], "The blank in this cell is still empty."),
        ([BLANK.replace("# YOUR CODE HERE", "x = 1"), "softmax(3)"], "Your code in softmax stops at the line"),
        ([BLANK, RIGHT, BROKEN, "check.softmax(softmax)"], "Python could not read line 1: expected ':'"),
        ([BROKEN, "check.softmax(softmax)"], "Python could not read line 1: expected ':'"),
        (['check.hint("minmax")'], "There is no exercise 'minmax'. Did you mean 'min_max'?"),
        (["check.minmax(3)"], "There is no exercise 'minmax'. Did you mean 'min_max'?"),
        (["check.hint()"], 'Say for which exercise: check.hint("sigmoid"). The exercises of this unit: sigmoid, softmax'),
        (['check.hint("softmax", 4)'], "A hint has the steps 1, 2 and 3"),
        (["check"], "check.sigmoid(sigmoid) checks what you wrote."),
    ],
)  # fmt: skip
def test_a_sentence_says_what_to_do_next(run, cells, words):
    told = run(*cells)
    assert words in told
    assert "Traceback" not in told and "course/" not in told and len(told) < 300


def test_a_lone_notebook_is_told_to_take_its_folder_along(run):
    shut = "import sys\nsys.path = [path for path in sys.path if path]\nsys.modules.pop('given', None)"
    told = run(shut, "from course import check\nfrom given import min_max")
    assert told == (
        "The file given.py is not beside this notebook. "
        "Copy the whole folder of this unit, with all files in it, and open the notebook there."
    )


def test_a_notebook_that_works_in_another_folder_is_told_to_change_it(run):
    away = (
        "import sys, os\nsys.path = [path for path in sys.path if path]\nsys.modules.pop('given', None)\nos.chdir('..')"
    )
    told = run(away, "from course import check\nfrom given import min_max")
    run("import os\nos.chdir('03-forward-pass')")
    assert "given.py is in the folder of the unit. Write %cd 03-forward-pass" in told


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("from course import nothing", "course has no nothing. If it is spelled right, the package is too old"),
        ("from course import plots\nplots.nothing()", "course.plots has no nothing. If it is spelled right"),
        ("from course import check\ncheck.call('predict')", "first: this gives the arguments of the call that failed."),
    ],
)
def test_what_an_old_package_does_not_have_is_one_sentence(run, cell, words):
    told = run(cell)
    assert words.split()[0] in told and words in told and "Traceback" not in told


def test_given_of_another_unit_is_told_from_a_missing_one(run):
    told = run("import sys\nsys.path.insert(0, '')", "from given import nothing_of_the_kind")
    assert "holds no nothing_of_the_kind" in told and "Copy the whole folder of this unit again" in told


def test_a_notebook_of_another_version_is_told_so_at_once(tmp_path, monkeypatch):
    from course.checks import notebook

    path = tmp_path / "01-one-hot.ipynb"
    path.write_text('{"metadata": {"course": {"version": "9.9"}}, "cells": []}')
    told = notebook.explain_versions(notebook.notebook_version(path))
    assert told.startswith("This notebook is of version 9.9 of the course, but version") and "Install the wheel" in told
    assert notebook.explain_versions(notebook.installed_version()) == ""
    path.write_text("{")
    assert notebook.notebook_version(path) == notebook.notebook_version(tmp_path) == ""


def test_a_check_without_an_argument_takes_the_name_from_the_notebook(run):
    assert "softmax: right (3 of 3 points)" in run(RIGHT, "check.softmax()")
    assert "softmax: not attempted yet" in run(BLANK, "check.softmax()")


def test_after_a_syntax_error_is_mended_the_check_judges_again(run):
    assert "softmax: right" in run(RIGHT, BROKEN, RIGHT, "check.softmax(softmax)")
    assert "softmax: right" in run(RIGHT, BROKEN, "%%time\n" + RIGHT, "check.softmax(softmax)")


def test_a_right_answer_of_another_name_is_told_the_name_that_counts(run):
    told = run(RIGHT.replace("softmax", "my_softmax"), "check.softmax(my_softmax)")
    assert "softmax: right" in told and "The grader looks for the name softmax" in told
    assert "the grader" not in run(RIGHT.replace("softmax", "mine"), "softmax = mine", "check.softmax(softmax)")


@pytest.mark.parametrize("cell", ["nobody_knows_this", "raise NotImplementedError('of my own')", "{}['a']"])
def test_other_exceptions_are_shown_as_ever(run, cell):
    told = run(cell)
    assert "Traceback" in told and "----> 1" in told


def test_the_notebook_goes_on_after_an_endless_loop(run):
    told = run(ENDLESS, "check.seconds = 0.5", "check.sigmoid(sigmoid)")
    assert "sigmoid was stopped after 0.5 seconds, in line" in told and "not judged yet" in told
    assert run("check.seconds = None", RIGHT, "check.softmax(softmax)").startswith("✓")


# --- without a notebook ------------------------------------------------------------------------------------------------


def test_plain_python_gets_ordinary_exceptions():
    check = Check()
    with pytest.raises(ValueError, match=r"Write check\.softmax\(softmax\)"):
        check.softmax()
    with pytest.raises(ValueError, match="Did you mean 'min_max'"):
        check.hint("minmax")
    with pytest.raises(AttributeError, match="Did you mean 'min_max'"):
        _ = check.minmax
    assert "check.hint(" in str(check.hint()) and "check.progress()" in repr(check)


def test_a_module_has_the_name_that_it_is_imported_by():
    for module in pkgutil.iter_modules(course.checks.__path__):
        imported = importlib.import_module(f"course.checks.{module.name}")
        assert getattr(course.checks, module.name) is imported


# --- the limit on time -------------------------------------------------------------------------------------------------


def endless(x):
    while True:
        x = x + 1


def endless_and_deaf(x):
    while True:
        with contextlib.suppress(Exception):
            x = x + 1


@pytest.mark.parametrize("answer", [endless, endless_and_deaf])
def test_an_endless_loop_is_stopped_and_accused_of_nothing(answer):
    found = check_answer("sigmoid", answer, seconds=0.3)
    assert (found.kind, found.mistake, found.passed) == ("not judged", None, False)
    assert "was stopped after 0.3 seconds, in line" in found.message and "check.seconds = " in found.message
    assert "points" not in found.title
    time.sleep(0.7)  # nothing comes after the end


def test_waiting_for_a_busy_machine_is_no_endless_loop(reference):
    def slow(x):
        time.sleep(0.35)  # the clock runs on, the CPU does not
        return reference.sigmoid(x)

    assert check_answer("sigmoid", slow, seconds=0.3).passed


def test_an_endless_loop_is_stopped_in_another_thread_too():
    found = []
    thread = threading.Thread(target=lambda: found.append(check_answer("sigmoid", endless, seconds=0.3)))
    thread.start()
    thread.join(timeout=30)
    assert [one.kind for one in found] == ["not judged"]


def test_a_function_that_hangs_in_another_one_is_not_called_wrong(reference):
    namespace = {"sigmoid": endless, "softmax": reference.softmax}
    exec("def forward_pass(W, b, X):\n    return sigmoid(X)", namespace)
    found = check_answer("forward_pass", namespace["forward_pass"], seconds=0.3)
    assert found.kind == "not judged" and "`while True:`" in found.message


# --- what a warning costs ----------------------------------------------------------------------------------------------


def test_a_warning_is_free_only_where_nothing_is_lost():
    passed = check_answer("sigmoid", lambda x: 1 / (1 + np.exp(-x)))
    assert passed.passed and "It costs no points." in passed.notes[0]
    failed = check_answer("softmax", lambda x, axis=1: np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True))
    assert not failed.passed and "NumPy warned" in failed.notes[0] and "costs no points" not in str(failed)


# --- nbgrader's validation ---------------------------------------------------------------------------------------------


STANDARDISES = "def min_max(x):\n    return (x - x.mean()) / x.std()"


def fill(notebook, kind):
    """Write right answers into the blanks, and for "wrong" one that is not; "blank" leaves them as they are."""
    solved = nbformat.read(ROOT / "solutions" / "01-one-hot" / "01-one-hot.ipynb", as_version=4)
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in solved.cells if "nbgrader" in cell.metadata}
    answers |= {"min_max": STANDARDISES} if kind == "wrong" else {}
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution") and kind != "blank":
            cell.source = answers[marks.grade_id]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("right", ["Success! Your notebook passes all the tests."]),
        ("wrong", ["VALIDATION FAILED ON 1 CELL(S)!", "✗ min_max: not right yet", "Likely cause: ", "check.min_max"]),
        ("blank", ["VALIDATION FAILED ON 3 CELL(S)!", "○ one_hot: not attempted yet", "This blank is still empty."]),
    ],
)
def test_nbgrader_validate_says_what_the_checks_say(kind, words, tmp_path):
    folder = tmp_path / "01-one-hot"
    shutil.copytree(ROOT / "release" / "01-one-hot", folder)
    path = folder / "01-one-hot.ipynb"
    notebook = nbformat.read(path, as_version=4)
    fill(notebook, kind)
    nbformat.write(notebook, path)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", path.name],
        cwd=folder, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    for text in words:
        assert text in done.stdout
    for text in ("Traceback", "course/", "..."):
        assert text not in done.stdout


def test_while_nbgrader_validates_a_check_that_does_not_pass_is_an_error(monkeypatch, reference):
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    with pytest.raises(AssertionError, match="sigmoid: not right yet"):
        Check().sigmoid(lambda x: -x)
    assert Check().sigmoid(reference.sigmoid).passed
