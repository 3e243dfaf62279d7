"""What the tests share: the repository's folder and its solutions."""

from pathlib import Path

import pytest

from course.grading.repository import load_solutions

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def reference():
    """The module of the reference solution."""
    return load_solutions().reference
