"""What a browser lacks is not needed: no thread, process, signal or socket to check an answer, draw a figure or stop a loop."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from course.checks import EXERCISES
from tests.conftest import ROOT

LONG = ("plan", "recipe")  # their checks train networks for seconds, in scikit-learn


def run(*arguments, folder=ROOT):
    """Run ``tests/like_pyodide.py`` and return the lines that it prints."""
    command = [sys.executable, "-m", "tests.like_pyodide", *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "names", [[name for name in EXERCISES if name not in LONG], pytest.param(LONG, marks=pytest.mark.site)]
)
def test_every_check_judges_a_right_and_a_wrong_answer(names):
    lines = [json.loads(line) for line in run(*names)]
    assert len(lines) == 2 * len(names)
    for name, which, passed, mistake in lines:
        assert (passed, mistake) == ((True, None) if which == "reference" else (False, which)), name


def test_a_loop_that_never_ends_is_stopped():
    assert run("--loop") == ["not judged"]


def test_a_unit_runs_from_its_first_to_its_last_cell(tmp_path):
    unit = "03-forward-pass"
    folder = shutil.copytree(ROOT / "release" / unit, tmp_path / unit)
    assert run("--unit", unit, folder=folder)[-1] == "10.0"


def test_the_course_is_imported_without_scikit_learn():
    code = "import sys; from course import check, data, network, plots; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
