"""Which cells a grader leaves out: demonstrations that nobody changed and on which nothing graded rests, and no others."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.checks import UNITS
from course.grading.needed import cells_to_run
from course.grading.notebook import restore
from tests.conftest import ROOT

MARKS = {"schema_version": 3, "grade": False, "locked": False, "solution": False, "task": False}
IMPORTS = "import numpy as np\n\nX = np.arange(6)"
DEMONSTRATION = "rng = np.random.default_rng(1)\ncurve = [double(x) for x in X for _ in range(9)]"
ANSWER = "def double(x):\n    return 2 * x"


def cell(source, grade_id="", **marks):
    found = new_code_cell(source)
    if grade_id:
        found.metadata["nbgrader"] = MARKS | {"grade_id": grade_id} | marks
    return found


def notebook(*own, answer=ANSWER, demonstration=DEMONSTRATION):
    cells = [cell(IMPORTS), cell(answer, "double", solution=True), cell(demonstration), *own]
    return new_notebook(
        cells=[*cells, cell("assert double(2) == 4", "check_double", grade=True, locked=True, points=1)]
    )


def run(submitted, source=None):
    """Return the texts of the cells that are run."""
    restored = restore(submitted, source or notebook())
    return [restored.cells[place].source for place in cells_to_run(restored, source or notebook())]


def test_a_demonstration_is_left_out():
    assert run(notebook()) == [IMPORTS, ANSWER, "assert double(2) == 4"]


@pytest.mark.parametrize(
    "answer",
    [
        "def double(x):\n    return x + x if len(curve) else 0",  # reads what the demonstration makes
        "def double(x):\n    return 2 * x + 0 * X.sum()",  # reads data that it reads, too, and may change
        "def double(x):\n    return 2 * x + 0 * len(globals())",  # may read anything
        "def double(x):\n    return eval('2 * x')",
        "%%time\ndef double(x):\n    return 2 * x +",  # what it reads cannot be known
    ],
)
def test_it_is_run_where_an_answer_may_rest_on_it(answer):
    assert DEMONSTRATION in run(notebook(answer=answer))


def test_it_is_run_where_a_cell_of_the_students_own_reads_what_it_makes():
    assert DEMONSTRATION in run(
        notebook(cell("factor = len(curve)"), answer="def double(x):\n    return factor * x / 3")
    )
    assert DEMONSTRATION not in run(notebook(cell("factor = 2"), answer="def double(x):\n    return factor * x"))


def test_it_is_run_if_somebody_changed_it():
    changed = DEMONSTRATION.replace("9", "10")
    assert changed in run(notebook(demonstration=changed))


def test_a_magic_beside_python_hides_no_name():
    assert DEMONSTRATION not in run(notebook(cell("%matplotlib widget\n!ls\nother = 3")))


def test_an_import_is_always_run():
    source = notebook(cell("from math import pi"))
    assert "from math import pi" in run(source, source)


@pytest.mark.parametrize("unit", UNITS)
def test_no_network_of_a_released_unit_is_trained(unit):
    source, released = (nbformat.read(ROOT / step / unit / f"{unit}.ipynb", 4) for step in ("source", "release"))
    kept = set(run(released, source)) - {
        cell.source for cell in source.cells + released.cells if "nbgrader" in cell.metadata
    }
    assert not [text for text in kept if re.search(r"\b(train|sgd|grid_search|fit)\(", text)]
