"""What the tests share: the repository's folder, its solutions, and exams that take long to draw."""

import functools
import sys
from pathlib import Path

import pytest

from course.checks import EXERCISES, frozen
from course.checks.judge import Exam
from course.errors import IsolationMissing
from course.grading import draw_exam
from course.grading.repository import load_solutions
from course.grading.sandbox import Sandbox

ROOT = Path(__file__).parents[1]

# A submission runs in what Linux alone has. Elsewhere all the rest is tested: checks, notebooks, the build.
ON_LINUX = sys.platform == "linux"
collect_ignore = (
    []
    if ON_LINUX
    else [
        "test_classroom.py",
        "test_estimator.py",
        "test_field.py",
        "test_hostile.py",
        "test_session.py",
        "test_walls.py",
    ]
)


def pytest_report_header() -> str:
    return "" if ON_LINUX else f"grading runs on Linux; not tested here: {', '.join(collect_ignore)}"


# Their tests share what takes long to make.
ONE_PROCESS = ("bundle", "desk", "elsewhere", "package", "student", "unit_08", "unit_09", "unit_12", "website")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items) -> None:
    """Let all that concerns one exercise run in one process, so that its exams are drawn once; and some files as a whole."""
    for item in items:
        name = item.callspec.params.get("name") if hasattr(item, "callspec") else None
        file = item.path.stem.removeprefix("test_")
        if name in EXERCISES:
            item.add_marker(pytest.mark.xdist_group(name))
        elif file in ONE_PROCESS:
            item.add_marker(pytest.mark.xdist_group(file))


@functools.cache
def exam(name: str, seed: int | None = None) -> Exam:
    """Return an exercise's frozen cases, as a check has them, or what a grade draws with a seed."""
    return frozen.load(name) if seed is None else draw_exam(EXERCISES[name], seed)


def read_given(unit: str) -> str:
    """Return the text of the given.py that students get with a unit; the first one has none."""
    path = ROOT / "release" / unit / "given.py"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def reference():
    """The module of the reference solution."""
    return load_solutions().reference


@pytest.fixture(scope="module")
def sandbox():
    """A running sandbox; where there is none to be had, the test is skipped and says why."""
    try:
        with Sandbox() as started:
            yield started
    except IsolationMissing as problem:
        pytest.skip(str(problem))
