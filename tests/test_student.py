"""A student's way through the course: the released notebooks, in order, in one folder, with the blanks filled by hand."""

import re
import shutil

import nbformat
import pytest
from nbclient import NotebookClient

from course.checks import EXERCISES, UNITS
from course.grading.answers import answer_source
from course.grading.repository import load_solutions
from tests.conftest import ROOT

FIRST_EIGHT = UNITS[:8]


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder after units 01 to 08; each notebook was filled, run and saved before the next one was opened."""
    folder = tmp_path_factory.mktemp("student") / "release"
    shutil.copytree(ROOT / "release", folder)
    for unit in FIRST_EIGHT:
        path = folder / unit / f"{unit}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            marks = cell.metadata.get("nbgrader", {})
            if marks.get("solution"):
                cell.source = typed(marks.grade_id)
        notebook.cells.append(nbformat.v4.new_code_cell("check.progress(everything=True)"))
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
        nbformat.write(notebook, path)
    return folder


def typed(name):
    """Return an answer as somebody might write it: an odd but right one, if it can stand in a cell, else the reference."""
    solutions = load_solutions()
    for function in (*solutions.variants[name], getattr(solutions.reference, name)):
        try:
            return answer_source(name, function)
        except ValueError:
            continue
    raise AssertionError(name)


def texts(folder, unit):
    notebook = nbformat.read(folder / unit / f"{unit}.ipynb", as_version=4)
    return [
        "".join(output.get("text") or output.get("data", {}).get("text/plain", "")) for cell in notebook.cells
        for output in cell.get("outputs", ())
    ]  # fmt: skip


@pytest.mark.parametrize("unit", FIRST_EIGHT)
def test_every_check_of_a_filled_notebook_passes(walked, unit):
    shown = "\n".join(texts(walked, unit))
    for exercise in EXERCISES.values():
        if exercise.unit == unit:
            assert f"{exercise.name}: right ({exercise.points} of {exercise.points} points)" in shown


@pytest.mark.parametrize("number", range(1, 9))
def test_progress_adds_up_over_the_folder(walked, number):
    lines = texts(walked, UNITS[number - 1])[-1].splitlines()
    done = [line for line in lines if "10 of 10 points" in line]
    assert len(done) == number and len(lines) == len(UNITS)


def test_the_network_that_was_written_reads_more_than_nine_of_ten_unseen_digits(walked):
    shown = "\n".join(texts(walked, "07-training-loop"))
    (share,) = re.findall(r"(\d+)% of the 359 unseen digits are right", shown)
    assert int(share) > 90
