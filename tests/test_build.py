"""`course build`: the same bytes each time, a named difference, and clear errors with nothing half-written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from course import build
from course.checks import UNITS
from course.cli import main
from tests.conftest import ROOT, read_given


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A copy of the repository in which nothing takes long: what is built is what is committed."""
    for name in ("source", "exercises", "release", "solutions", "course"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        )
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    monkeypatch.setenv("COURSE_ROOT", str(tmp_path))

    def committed(*patterns):
        paths = [path for pattern in patterns for path in ROOT.glob(pattern)]
        return {p.relative_to(ROOT): p.read_bytes() for p in paths if p.is_file() and "__pycache__" not in p.parts}

    monkeypatch.setattr(
        build, "build_unit", lambda plan, unit, execute: committed(f"release/{unit}/**/*", f"solutions/{unit}/**/*")
    )
    monkeypatch.setattr(build, "build_exercise", lambda plan, name: committed(f"course/exercises/{name}.json"))
    monkeypatch.setattr(build, "build_runs", lambda: committed("course/runs.json"))
    return tmp_path


def run(*arguments):
    jobs = ("--jobs", "1") if arguments[0] == "build" else ()  # in this process, where the stand-in is
    return CliRunner().invoke(main, (*arguments, *jobs))


def test_check_accepts_what_the_build_made(small):
    result = run("build", "--check")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda root: (root / "release" / UNITS[0] / f"{UNITS[0]}.ipynb").write_text("{}"), "is not a notebook"),
        (lambda root: (root / "course/exercises/softmax.json").unlink(), "softmax.json: is missing"),
        (lambda root: (root / "solutions/reference.py").write_text("x = 1"), "reference.py: it says"),
    ],
)
def test_check_names_each_file_that_differs_and_build_mends_it(small, change, words):
    change(small)
    result = run("build", "--check")
    assert result.exit_code == 1 and words in result.output
    assert run("build").exit_code == 0
    assert run("build", "--check").exit_code == 0


def test_a_file_that_the_build_does_not_make_is_named_and_left_alone(small):
    notes = small / "release" / UNITS[0] / "notes.txt"
    notes.write_text("an hour of thought")
    assert "notes.txt: is not made" in run("build", "--check").output
    assert "left as it is" in run("build").output and notes.read_text() == "an hour of thought"


def test_a_notebook_in_which_somebody_worked_is_not_overwritten(small):
    path = small / "release" / UNITS[0] / f"{UNITS[0]}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    cell.source += "\n    return 42"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    result = run("build", "1")
    assert result.exit_code == 1 and cell.metadata.nbgrader.grade_id in result.output and "work/" in result.output
    assert path.read_bytes() == before


def test_what_has_not_changed_is_not_built_again(small):
    assert "softmax" in run("build", "softmax").output
    assert "softmax" not in run("build", "softmax").output
    source = small / "exercises" / "softmax.py"
    source.write_text(source.read_text() + "# a new thought\n")
    assert "softmax" in run("build", "softmax").output
    (small / "course" / "exercises" / "softmax.json").write_text("{}")
    assert "softmax" in run("build", "softmax").output


def test_a_changed_exercise_is_built_with_those_that_import_it_and_its_unit(small):
    run("build")
    source = small / "exercises" / "forward_pass.py"  # predict draws its cases with it
    source.write_text(source.read_text() + "# a new thought\n")
    assert set(run("build").output.split()) >= {"forward_pass", "predict"}


def test_a_unit_is_built_with_its_exercises(small):
    assert set(run("build", "1").output.splitlines()[:-1]) == {UNITS[0], "min_max", "one_hot", "from_one_hot"}


@pytest.fixture(scope="module")
def plan():
    """What there is to build in the repository."""
    plan = build.read_plan(ROOT)
    plan.load()
    return plan


@pytest.mark.parametrize("name", ["init_weights", "minibatches"])
def test_frozen_cases_are_the_same_each_time(plan, name):
    assert build.differing(ROOT, build.build_exercise(plan, name)) == []


def test_one_unit_is_built_like_the_committed_one(plan):
    """The real thing, with nbgrader and a kernel: the release and the executed solution are what is committed."""
    files = build.build_unit(plan, UNITS[0])
    assert build.differing(ROOT, files) == [] and build.leftovers(plan, files) == []


def test_the_reference_is_what_the_answer_cells_say(plan):
    assert (ROOT / "solutions" / "reference.py").read_text(encoding="utf-8") == plan.reference


def test_given_holds_what_the_course_map_says_and_nothing_of_the_unit_itself(plan):
    for unit in plan.notebooks:
        units = {plan.exercises[name].unit for name in re.findall(r"^def (\w+)", read_given(unit), re.MULTILINE)}
        assert units == plan.before(unit)
    assert "07-training-loop" not in plan.before("10-two-moons")


def test_generate_assignment_of_nbgrader_puts_given_beside_the_notebook(tmp_path):
    """In a fresh clone source/ holds no given.py, and formgrader's button makes releases too."""
    unit = UNITS[2]
    ignore = shutil.ignore_patterns("given.py", ".ipynb_checkpoints", "__pycache__")
    shutil.copytree(ROOT / "source" / unit, tmp_path / "source" / unit, ignore=ignore)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", unit]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # where nbgrader looks for alembic
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, check=True, capture_output=True)
    assert (tmp_path / "release" / unit / "given.py").read_text(encoding="utf-8") == read_given(unit)


def test_a_source_that_is_not_json(small):
    before = (small / "release" / UNITS[1] / f"{UNITS[1]}.ipynb").read_bytes()
    (small / "source" / UNITS[1] / f"{UNITS[1]}.ipynb").write_text("not json")
    result = run("build")
    assert result.exit_code == 1 and "is not a notebook" in result.output and UNITS[1] in result.output
    assert "Traceback" not in result.output
    assert (small / "release" / UNITS[1] / f"{UNITS[1]}.ipynb").read_bytes() == before


def test_a_missing_source_folder_and_notebook(small):
    (small / "source" / UNITS[0] / f"{UNITS[0]}.ipynb").unlink()
    result = run("build", UNITS[0])
    assert result.exit_code == 1 and "is missing" in result.output
    shutil.rmtree(small / "source")
    result = run("build")
    assert result.exit_code == 1 and "holds no units" in result.output


def test_a_unit_that_does_not_exist():
    result = run("build", "99-nothing")
    assert result.exit_code == 2 and "there is no unit and no exercise '99-nothing'" in result.output


def test_an_output_folder_that_cannot_be_written(small):
    shutil.rmtree(small / "release")
    (small / "release").write_text("a file where a folder should be")
    result = run("build")
    assert result.exit_code == 1 and "cannot be written" in result.output and "Traceback" not in result.output
    assert not list(small.rglob(".*.tmp*"))


def test_without_the_repository(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_ROOT", str(tmp_path))
    result = run("build")
    assert result.exit_code == 1 and "exercises/catalogue.py was not found" in result.output


def test_a_demo_never_empties_a_folder_that_is_not_its_own(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    result = run("demo", "--folder", str(tmp_path))
    assert result.exit_code == 1 and "not empty and not a demo" in result.output
    assert (tmp_path / "thesis.txt").exists()
