"""What the tests share: the repository's folder and its solutions."""

from pathlib import Path

import pytest

from course.errors import IsolationMissing
from course.grading.repository import load_solutions
from course.grading.sandbox import Sandbox

ROOT = Path(__file__).parents[1]


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
