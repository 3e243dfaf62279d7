"""`course build`: the same bytes each time, a named difference, and clear errors with nothing half-written."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from course import build
from course.checks import UNITS
from course.cli import main
from tests.conftest import ROOT


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A copy of the repository in which nothing takes long: the build of a case and of a unit is stood in for."""
    for name in ("source", "release", "solutions", "course"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        )
    monkeypatch.setenv("COURSE_ROOT", str(tmp_path))

    def copy_unit(root, unit):
        build.read_notebook(root / "source" / unit / f"{unit}.ipynb")
        paths = [p for step in ("release", "solutions") for p in (ROOT / step / unit).rglob("*")]
        return {p.relative_to(ROOT): p.read_bytes() for p in paths if p.is_file() and "__pycache__" not in p.parts}

    def copy_case(name):
        path = Path("course/checks/cases", f"{name}.json")
        return {path: (ROOT / path).read_bytes()}

    monkeypatch.setattr(build, "build_unit", copy_unit)
    monkeypatch.setattr(build, "build_case", copy_case)
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
        (lambda root: (root / "release" / UNITS[0] / f"{UNITS[0]}.ipynb").write_text("{}"), "differs"),
        (lambda root: (root / "course/checks/cases/softmax.json").unlink(), "softmax.json: is missing"),
        (lambda root: (root / "release" / UNITS[0] / "answers.txt").write_text("x"), "answers.txt: is not made"),
    ],
)
def test_check_names_each_file_that_differs_and_build_mends_it(small, change, words):
    change(small)
    result = run("build", "--check")
    assert result.exit_code == 1 and words in result.output
    assert run("build").exit_code == 0
    assert run("build", "--check").exit_code == 0


@pytest.mark.parametrize("name", ["init_weights", "minibatches", "NeuralNetwork"])
def test_frozen_cases_are_the_same_bytes_each_time(name):
    for path, content in build.build_case(name).items():
        assert content == (ROOT / path).read_bytes()


def test_one_unit_is_built_like_the_committed_one():
    """The real thing, with nbgrader and a kernel: the release and the executed solution are what is committed."""
    files = build.build_unit(ROOT, UNITS[0])
    assert build.differing(ROOT, files, UNITS[:1]) == []


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
    assert result.exit_code == 1 and "source is missing" in result.output


def test_a_unit_that_does_not_exist():
    result = run("build", "99-nothing")
    assert result.exit_code == 2 and "there is no unit '99-nothing'" in result.output


def test_a_unit_by_its_number(small):
    result = run("build", "1", "--check")
    assert result.exit_code == 0 and UNITS[0] in result.output and UNITS[1] not in result.output


def test_an_output_folder_that_cannot_be_written(small):
    shutil.rmtree(small / "release")
    (small / "release").write_text("a file where a folder should be")
    result = run("build")
    assert result.exit_code == 1 and "cannot be written" in result.output and "Traceback" not in result.output
    assert not list(small.rglob(".*.tmp"))


def test_without_the_repository(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_ROOT", str(tmp_path))
    result = run("build")
    assert result.exit_code == 1 and "solutions/reference.py was not found" in result.output


def test_a_demo_never_empties_a_folder_that_is_not_its_own(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    result = run("demo", "--folder", str(tmp_path))
    assert result.exit_code == 1 and "not empty and not a demo" in result.output
    assert (tmp_path / "thesis.txt").exists()
