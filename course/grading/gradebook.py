"""All that touches nbgrader's database, its converters and its configuration.

nbgrader keeps the gradebook: assignments, points, comments, penalties, feedback. Only the coordinator,
:mod:`course.grading.classroom`, writes to it, each result once, and leaves what `nbgrader autograde` would leave.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import (
    capture_log,
    compute_checksum,
    determine_grade,
    find_all_files,
    is_grade,
    is_solution,
    is_task,
    parse_utc,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader
from traitlets.utils.importstring import import_item

from course.errors import CourseError, NbgraderFailed
from course.grading.notebook import grade_id
from course.grading.repository import find_root
from course.grading.submission import Assignment

RECORD = ".graded.json"  # beside an autograded notebook; not for students
_OWN_STEPS = ("RunInSandbox", "SaveAutoGrades", "AssignLatePenalties")  # of autograde: what is done here
_OTHER_VERSION = re.compile("no such (table|column)|has no column|Undefined(Table|Column)")

# --- nbgrader's configuration ------------------------------------------------------------------------------------------


def configure(root: Path, unit: str = "", source: Path | None = None, database: str | None = None) -> Config:
    """Return nbgrader's configuration for the course directory ``root``.

    It is the repository's nbgrader_config.py, and over it the course directory's own, if it has one: so grading runs in the
    sandbox and feedback hides hidden tests, unless that file says otherwise.

    Parameters
    ----------
    source : where the source notebooks are, instead of where the configuration says
    database : the gradebook's address, likewise

    Raises
    ------
    CourseError : if the file cannot be read
    """
    config = _load_config(find_root())
    if (root / "nbgrader_config.py").is_file() and root.resolve() != find_root():
        if str(root) not in sys.path:
            sys.path.append(str(root))  # as nbgrader does, for a plugin that lies there
        config.merge(_load_config(root))
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = unit
    if source:
        config.CourseDirectory.source_directory = str(source)
    if database or "db_url" not in config.CourseDirectory:
        config.CourseDirectory.db_url = database or default_address(root)
    config.Execute.timeout = 300  # for the executed solutions
    config.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]  # each start would warn of TCP on this machine
    return config


def _load_config(folder: Path) -> Config:
    try:
        return PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    except Exception as problem:  # it is a program: anything can happen
        raise CourseError(
            f"{folder / 'nbgrader_config.py'} cannot be read: {type(problem).__name__}: {_first_line(problem)}"
        ) from None


def course_directory(config: Config) -> CourseDirectory:
    """Return nbgrader's view of the course directory; the grader's own record is never copied from one step to the next.

    Raises
    ------
    CourseError : if the configuration, or the assignment's name, is not one that nbgrader takes
    """
    try:
        directory = CourseDirectory(config=config)
    except TraitError as problem:
        raise CourseError(f"nbgrader does not take this: {_first_line(problem)}") from None
    directory.ignore = [*directory.ignore, RECORD]
    return directory


# --- nbgrader's converters ---------------------------------------------------------------------------------------------


def convert(converter: type, config: Config, files: dict[str, list[str]] | None = None) -> None:
    """Run one of nbgrader's converters, such as ``GenerateAssignment`` or ``Autograde``.

    Parameters
    ----------
    files : folder → notebooks, for what nbgrader would not find, since it looks by patterns: a folder may be called [A]

    Raises
    ------
    NbgraderFailed : if it does not succeed
    """
    work = converter(coursedir=course_directory(config), config=config)
    if files:
        work.init_notebooks = lambda: setattr(work, "assignments", files)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader 0.9 with SQLAlchemy 2.1: harmless, but on every call
        done = capture_log(work)
    if not done["success"]:
        raise NbgraderFailed(f"{done.get('log', '')}{done['error']}")


def write_feedback_page(config: Config, folder: Path, unit: str, *, reveal: bool = False) -> None:
    """Let nbgrader write one student's feedback page.

    Parameters
    ----------
    folder : of the autograded notebook

    Raises
    ------
    NbgraderFailed : if it fails
    """
    config = Config(config)
    config.GenerateFeedback.force = True
    config.HideTests.reveal = reveal
    convert(GenerateFeedback, config, {str(folder): [str(folder / f"{unit}.ipynb")]})


def remaining_steps(config: Config, unit: str, student: str, notebook: NotebookNode) -> NotebookNode:
    """Do what the configuration lets `nbgrader autograde` do between running a notebook and keeping it, such as LimitOutput."""
    resources = {"nbgrader": {"assignment": unit, "student": student, "notebook": unit}}
    resources["nbgrader"]["db_url"] = config.CourseDirectory.db_url
    steps = [str(step) for step in Autograde(config=config).autograde_preprocessors]
    own = [number for number, step in enumerate(steps) if step.endswith("RunInSandbox")]
    for step in steps[own[0] + 1 :] if own else ():
        if not step.endswith(_OWN_STEPS):
            notebook, resources = import_item(step)(config=config).preprocess(notebook, resources)
    return notebook


def copy_files(config: Config, unit: str, student: str) -> None:
    """Copy to autograded/ what nbgrader copies: the instructor's files, and of the submission's what is not among them.

    No link is followed. What lies there from an earlier submission goes.
    """
    directory = course_directory(config)
    source = Path(directory.format_path(directory.source_directory, ".", unit))
    submitted = Path(directory.format_path(directory.submitted_directory, student, unit))
    target = Path(directory.format_path(directory.autograded_directory, student, unit))
    for path in target.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in (f"{unit}.ipynb", RECORD):
            path.unlink()
    left_to_students = {source / name for name in Autograde(config=config).exclude_overwriting.get(unit, [])}
    linked = submitted.is_symlink() or submitted.parent.is_symlink()
    for folder in (source,) if linked else (source, submitted):
        for path in map(Path, find_all_files(str(folder), [*directory.ignore, "*.ipynb"])):
            copy = target / path.relative_to(folder)
            if path.is_symlink() or not path.is_file() or path in left_to_students:
                continue
            if not copy.exists() and not any(parent.is_file() for parent in copy.parents):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)


def set_permissions(config: Config, unit: str, student: str) -> None:
    """Give an autograded submission the permissions that nbgrader gives it."""
    Autograde(coursedir=course_directory(config), config=config).set_permissions(unit, student)


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

    Raises
    ------
    CourseError : if the folder's name would be cut there, by nbgrader, too
    """
    if "?" in str(folder):
        raise CourseError(f"nbgrader cannot keep a gradebook in {folder}: a folder's name must not have a ? in it.")
    return f"sqlite:///{folder / 'gradebook.db'}?timeout=60"


@contextmanager
def open_gradebook(address: str, course: str = "default_course") -> Iterator[Gradebook]:
    """Open the gradebook; what its database complains of becomes one sentence, without the password.

    Raises
    ------
    CourseError : if it cannot be opened, or fails while it is open
    """
    try:
        gradebook = Gradebook(address, course)
    except Exception as problem:  # SQLAlchemy and the database's driver raise many kinds
        raise CourseError(
            _made_by_another(problem, address)
            or f"the gradebook {_shown(address)} cannot be opened: {_first_line(problem)}"
        ) from None
    with gradebook:
        gradebook.db().expire_on_commit = False  # nobody else writes while this runs, so nothing must be read again
        try:
            yield gradebook
        except SQLAlchemyError as problem:
            raise CourseError(
                _made_by_another(problem, address)
                or f"the gradebook {_shown(address)} failed: {_first_line(problem)}. Nothing is lost; run it again."
            ) from None


def _made_by_another(problem: Exception, address: str) -> str:
    """Return what to say if a gradebook has not the tables and columns of this nbgrader, else an empty string."""
    if not _OTHER_VERSION.search(str(problem)):
        return ""
    return (
        f"the gradebook {_shown(address)} was made by another version of nbgrader ({_first_line(problem)}). "
        "Make a copy of it, then run `nbgrader db upgrade` in the course folder."
    )


def _shown(address: str) -> str:
    try:
        return make_url(address).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "address"


def _first_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0].strip()


def enter_assignment(gradebook: Gradebook, config: Config, assignment: Assignment) -> Assignment:
    """Let nbgrader enter the assignment into the gradebook, unless it is there as it is now.

    Return it with the checksums of what students got: an answer that still has its checksum was not touched.

    Raises
    ------
    CourseError : if it cannot be entered, or other cells of it were graded before
    """
    unit = assignment.unit
    if _cells_in(gradebook, unit) != _cells_of(assignment):
        with tempfile.TemporaryDirectory() as elsewhere:  # nbgrader makes a release, too; this is not the time for one
            config = Config(config)
            config.CourseDirectory.release_directory = elsewhere
            config.CourseDirectory.assignment_id = unit
            config.GenerateAssignment.force = True
            directory = course_directory(config)
            folder = directory.format_path(directory.source_directory, ".", unit)
            try:
                convert(GenerateAssignment, config, {folder: [f"{folder}/{unit}.ipynb"]})
            except NbgraderFailed as problem:
                if "Cannot add or remove cells" in str(problem):
                    raise CourseError(
                        f"{unit} has other graded cells than when its first submission was graded, and nbgrader keeps "
                        f"points by cell. Run `nbgrader db assignment remove {unit} --force`, then grade again."
                    ) from None
                raise CourseError(f"nbgrader could not enter {unit} into the gradebook: {problem.reason}") from None
        gradebook.db.expire_all()
    return add_checksums(gradebook, assignment)


def add_checksums(gradebook: Gradebook, assignment: Assignment) -> Assignment:
    """Return an assignment whose answer cells know the checksums that they had when students got them."""
    released = {
        cell.name: cell.checksum for cell in gradebook.find_notebook(assignment.unit, assignment.unit).source_cells
    }
    source = nbformat.reads(assignment.notebook, as_version=4)
    for cell in filter(is_solution, source.cells):
        cell.metadata.nbgrader["checksum"] = released.get(grade_id(cell))
    return dataclasses.replace(assignment, notebook=nbformat.writes(source))


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


def save_grades(gradebook: Gradebook, config: Config, unit: str, student: str, notebook: NotebookNode) -> None:
    """Write what a graded notebook earned, as nbgrader does; what a person gave stays, and is marked for another look."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader 0.9 with SQLAlchemy 2.1: harmless, but on every call
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(unit, student)
    saved = gradebook.find_submission_notebook(unit, unit, student)
    grades = {grade.name: grade for grade in saved.grades}
    comments = {comment.name: comment for comment in saved.comments}
    for cell in notebook.cells:
        if is_grade(cell):
            grade = grades[grade_id(cell)]
            grade.auto_score, _ = determine_grade(cell)
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        if is_solution(cell):
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comments[grade_id(cell)].auto_comment = "No response." if untouched else None
        elif is_task(cell):
            comments[grade_id(cell)].auto_comment = None
    gradebook.db.commit()
    save_lateness(gradebook, config, unit, student)


def save_lateness(gradebook: Gradebook, config: Config, unit: str, student: str) -> None:
    """Write when a submission was handed in, and what the course's plugin takes off if that was too late.

    Raises
    ------
    CourseError : if the plugin fails
    """
    submission = gradebook.find_submission(unit, student)
    saved = gradebook.find_submission_notebook(unit, unit, student)
    if handed_in := read_timestamp(config, unit, student):
        submission.timestamp = handed_in
    seconds, penalty = submission.total_seconds_late, None
    if seconds > 0:
        gradebook.db.flush()
        gradebook.db.refresh(saved)  # its score is a sum that the database makes
        try:
            step = AssignLatePenalties(config=config)
            step.init_plugin()
            penalty = step.plugin_inst.late_submission_penalty(student, saved.score, seconds)
            penalty = None if penalty is None else step._check_late_penalty(saved, penalty)
        except Exception as problem:  # it is the instructor's own code
            raise CourseError(
                f"the plugin for late submissions failed on {student}: {type(problem).__name__}: {_first_line(problem)}"
            ) from None
    saved.late_submission_penalty = penalty
    gradebook.db.commit()


def read_timestamp(config: Config, unit: str, student: str) -> datetime | None:
    """Return when a submission was handed in, in UTC, as its timestamp.txt says; None if it does not say."""
    directory = course_directory(config)
    path = Path(directory.format_path(directory.submitted_directory, student, unit), "timestamp.txt")
    try:
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None


def all_submissions(gradebook: Gradebook) -> list[SubmittedNotebook]:
    """Return every submission, of all students and assignments."""
    return gradebook.db.query(SubmittedNotebook).all()
