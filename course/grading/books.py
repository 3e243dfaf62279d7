"""Calling nbgrader, which keeps the books: one configuration, and errors as exceptions with nbgrader's own log."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, PyFileConfigLoader

from course.grading.repository import find_root


class NbgraderFailed(Exception):
    """An nbgrader command did not succeed; the message is its log."""


def _settings() -> Config:
    """Return what the repository's nbgrader_config.py says, so that nobody grades by other rules."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(find_root())).load_config()


def database(root: Path) -> str:
    """Return the address of the gradebook in the course directory ``root``.

    SQLite waits a minute, not five seconds, for another process that writes, such as formgrader.
    """
    return f"sqlite:///{root / 'gradebook.db'}?timeout=60"


def configure(root: Path, unit: str, student: str = ".", source: Path | None = None) -> Config:
    """Return nbgrader's configuration for one assignment in the course directory ``root``."""
    config = _settings()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.source_directory = str(source or root / "source")
    config.CourseDirectory.solution_directory = "solutions"
    config.CourseDirectory.db_url = database(root)
    config.CourseDirectory.assignment_id = unit
    config.CourseDirectory.student_id = student
    config.Execute.timeout = 300  # for the executed solutions
    config.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]  # each start would warn of TCP on this machine
    return config


def run(converter: type, config: Config) -> None:
    """Run one of nbgrader's converters, such as ``GenerateAssignment`` or ``Autograde``.

    Raises
    ------
    NbgraderFailed : if it does not succeed
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader 0.9 with SQLAlchemy 2.1: harmless, but on every call
        done = capture_log(converter(coursedir=CourseDirectory(config=config), config=config))
    if not done["success"]:
        raise NbgraderFailed(f"{done.get('log', '')}{done['error']}")


def reason(problem: NbgraderFailed) -> str:
    """Return the one line of nbgrader's log that says what was wrong."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    errors = [line.removeprefix("[ERROR] ") for line in lines if line.startswith("[ERROR]")]
    return (errors or lines[-1:] or ["it did not say why"])[0]


def _put_scripts_on_path() -> None:
    """Let nbgrader find `alembic`, which it calls by name, also in a virtual environment that is not activated."""
    scripts = str(Path(sys.executable).parent)
    if scripts not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])


_put_scripts_on_path()  # whoever imports this is about to open a gradebook
