"""An instructor's desk: a new course folder, collecting, regrading, notes, and grades that leave for other systems."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.converters import GenerateAssignment
from traitlets.config import PyFileConfigLoader

from course.checks.exercises import UNITS
from course.cli import main
from course.grading import gradebook
from tests.conftest import ROOT


def run(*arguments) -> str:
    """Run `course …`, and return what it printed; it must succeed."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments) -> str:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 1, result.output
    return result.output


# --- course new --------------------------------------------------------------------------------------------------------


def test_a_new_course_folder_grades_in_the_sandbox_and_hands_out_what_students_get(tmp_path):
    folder = tmp_path / "nn 2026"
    assert "README.md" in run("new", folder)
    assert {path.name for path in tmp_path.iterdir()} == {"nn 2026"}  # no temporary folder is left
    assert {path.name for path in (folder / "source").iterdir()} == set(UNITS)
    # what `nbgrader` alone reads there is what the repository says
    own = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    repository = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    assert own == repository
    unit = UNITS[2]  # the third has a given.py
    gradebook.convert(GenerateAssignment, gradebook.configure(folder, unit))
    for path in (ROOT / "release" / unit).iterdir():
        if path.suffix != ".ipynb" and not path.name.startswith("."):
            assert (folder / "release" / unit / path.name).read_bytes() == path.read_bytes(), path.name
    assert "BEGIN SOLUTION" not in (folder / "release" / unit / f"{unit}.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["is-there", "is-a-file"])
def test_a_folder_that_holds_something_is_left_alone(tmp_path, name):
    (tmp_path / "is-there").mkdir()
    for path in (tmp_path / "is-there" / "precious.txt", tmp_path / "is-a-file"):
        path.write_text("x")
    assert "nothing was changed" in refused("new", tmp_path / name)
    assert sorted(path.name for path in Path(tmp_path).rglob("*")) == ["is-a-file", "is-there", "precious.txt"]
