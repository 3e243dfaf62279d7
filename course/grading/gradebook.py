"""All that touches nbgrader's database and its converters.

nbgrader keeps the gradebook: assignments, points, feedback. Only the coordinator, :mod:`course.grading.classroom`, writes to
it, each result once.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log, is_grade, is_solution
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config, PyFileConfigLoader

from course.errors import CourseError, NbgraderFailed
from course.grading.repository import find_root
from course.grading.submission import Assignment

# --- nbgrader's converters ---------------------------------------------------------------------------------------------


def configure(root: Path, unit: str, student: str = ".", source: Path | None = None) -> Config:
    """Return nbgrader's configuration for one assignment in the course directory ``root``."""
    # The repository's nbgrader_config.py, so that nobody grades by other rules.
    config = PyFileConfigLoader("nbgrader_config.py", path=str(find_root())).load_config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.source_directory = str(source or root / "source")
    config.CourseDirectory.solution_directory = "solutions"
    config.CourseDirectory.db_url = default_address(root)
    config.CourseDirectory.assignment_id = unit
    config.CourseDirectory.student_id = student
    config.Execute.timeout = 300  # for the executed solutions
    config.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]  # each start would warn of TCP on this machine
    return config


def convert(converter: type, config: Config) -> None:
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


def write_feedback_page(folder: Path, unit: str, student: str, address: str, *, reveal: bool = False) -> None:
    """Let nbgrader write one student's feedback page.

    Raises
    ------
    CourseError : if it fails
    """
    config = configure(folder, unit, student)
    config.CourseDirectory.db_url = address
    config.GenerateFeedback.force = True
    config.HideTests.reveal = reveal
    try:
        convert(GenerateFeedback, config)
    except NbgraderFailed as problem:
        raise CourseError(f"nbgrader could not write the feedback for {student}: {problem.reason}") from None


def _put_scripts_on_path() -> None:
    """Let nbgrader find `alembic`, which it calls by name, also in a virtual environment that is not activated."""
    scripts = str(Path(sys.executable).parent)
    if scripts not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])


_put_scripts_on_path()  # whoever imports this is about to open a gradebook


# --- the database ------------------------------------------------------------------------------------------------------


def default_address(folder: Path) -> str:
    """Return the address of the gradebook in a course directory.

    SQLite waits a minute, not five seconds, for another process that writes, such as formgrader.
    """
    return f"sqlite:///{folder / 'gradebook.db'}?timeout=60"


@contextmanager
def open_gradebook(address: str) -> Iterator[Gradebook]:
    """Open the gradebook; what its database complains of becomes one sentence, without the password.

    Raises
    ------
    CourseError : if it cannot be opened, or fails while it is open
    """
    try:
        gradebook = Gradebook(address)
    except Exception as problem:  # SQLAlchemy and the database's driver raise many kinds
        raise CourseError(f"the gradebook {_shown(address)} cannot be opened: {_first_line(problem)}") from None
    with gradebook:
        gradebook.db().expire_on_commit = False  # nobody else writes while this runs, so nothing must be read again
        try:
            yield gradebook
        except SQLAlchemyError as problem:
            raise CourseError(
                f"the gradebook {_shown(address)} failed: {_first_line(problem)}. Nothing is lost; run it again."
            ) from None


def _shown(address: str) -> str:
    try:
        return make_url(address).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "address"


def _first_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0].strip()


def enter_assignment(gradebook: Gradebook, assignment: Assignment, folder: Path, address: str, source: Path) -> None:
    """Let nbgrader enter the assignment into the gradebook, unless it is there as it is now.

    Raises
    ------
    CourseError : if it cannot be entered, or other cells of it were graded before
    """
    unit = assignment.unit
    if _cells_in(gradebook, unit) == _cells_of(assignment):
        return
    with tempfile.TemporaryDirectory() as elsewhere:  # nbgrader makes a release, too; this is not the time for one
        config = configure(folder, unit, source=source)
        config.CourseDirectory.db_url = address
        config.CourseDirectory.release_directory = elsewhere
        config.GenerateAssignment.force = True
        try:
            convert(GenerateAssignment, config)
        except NbgraderFailed as problem:
            if "Cannot add or remove cells" in str(problem):
                raise CourseError(
                    f"{unit} has other graded cells than when its first submission was graded, and nbgrader keeps points by "
                    f"cell. Run `nbgrader db assignment remove {unit} --force`, then grade again."
                ) from None
            raise CourseError(f"nbgrader could not enter {unit} into the gradebook: {problem.reason}") from None
    gradebook.db.expire_all()


def _cells_in(gradebook: Gradebook, unit: str) -> tuple[dict, set, set]:
    """Return what the gradebook has of an assignment: the points of each graded cell, the answers, all its cells."""
    try:
        notebook = gradebook.find_notebook(unit, unit)
    except MissingEntry:
        return {}, set(), set()
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    return points, {cell.name for cell in notebook.solution_cells}, {cell.name for cell in notebook.source_cells}


def _cells_of(assignment: Assignment) -> tuple[dict, set, set]:
    cells = nbformat.reads(assignment.notebook, as_version=4).cells
    marked = {cell.metadata.nbgrader.grade_id: cell for cell in cells if cell.metadata.get("nbgrader")}
    points = {name: float(cell.metadata.nbgrader.points) for name, cell in marked.items() if is_grade(cell)}
    return points, {name for name, cell in marked.items() if is_solution(cell)}, set(marked)


def holds_points(gradebook: Gradebook, unit: str, student: str, points: dict[str, float]) -> bool:
    """Return whether these are the points that the gradebook has of a submission."""
    try:
        grades = gradebook.find_submission_notebook(unit, unit, student).grades
    except MissingEntry:
        return False
    return {grade.name: grade.auto_score for grade in grades if grade.name in points} == points


def save_points(gradebook: Gradebook, unit: str, student: str, points: dict[str, float]) -> None:
    """Write what a submission earned; what a person gave stays, and is marked for another look."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader 0.9 with SQLAlchemy 2.1: harmless, but on every call
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(unit, student)
    for grade in gradebook.find_submission_notebook(unit, unit, student).grades:
        grade.auto_score = points.get(grade.name)
        grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
    gradebook.db.commit()


def all_submissions(gradebook: Gradebook) -> list[SubmittedNotebook]:
    """Return every submission, of all students and assignments."""
    return gradebook.db.query(SubmittedNotebook).all()
