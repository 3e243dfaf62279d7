"""`course grade`: a whole class, as a map over an executor.

Workers are handed a notebook and an assignment and hand back a result; they need neither the gradebook nor a shared disk.
Only this process, the coordinator, writes: per submission first the gradebook, then the graded notebook, then a record that
both are there. A run that was killed goes on with the submissions that have no record.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import io
import json
import logging
import multiprocessing
import os
import signal
import tempfile
import threading
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.utils import is_grade, is_solution
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from course.errors import CourseError
from course.files import replace_file
from course.grading import books
from course.grading.repository import find_root, use_packed_solutions
from course.grading.sandbox import IsolationMissing, Limits
from course.grading.submission import LARGEST_NOTEBOOK, Assignment, Graded, broken, grade_submission, load_assignment

_RECORD = ".graded.json"
_PATIENCE = 20  # seconds that a Dask scheduler and its first worker have to answer

Task = Callable[["Submission"], Graded]


@dataclass(frozen=True)
class Submission:
    """What one student handed in for a unit.

    Attributes
    ----------
    content : the notebook's bytes; empty if there is a problem
    problem : why there is no notebook to grade, in words for the student
    """

    student: str
    content: bytes
    problem: str = ""

    def digest(self, assignment: Assignment, seed: int | None, solutions: bytes) -> str:
        """A fingerprint of all that the result depends on."""
        parts = [self.content, self.problem.encode(), assignment.digest.encode(), repr(seed).encode(), solutions]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


@dataclass(frozen=True)
class Summary:
    """What a run did: how many submissions it graded, how many had been graded before, and those with a problem."""

    graded: int
    kept: int
    problems: dict[str, str]


# --- in a worker -------------------------------------------------------------------------------------------------------

_one_at_a_time = threading.Lock()  # a Dask worker may have many threads, but a process has one stdout


def grade_task(
    submission: Submission, assignment: Assignment, solutions: bytes, seed: int | None, limits: Limits, isolation: str
) -> Graded:
    """Grade one submission; runs in a worker, on this machine or another one."""
    from course.grading.preprocessors import shared_sandbox

    if submission.problem:
        return broken(assignment, submission.problem)
    with _one_at_a_time:
        use_packed_solutions(solutions)
        return grade_submission(submission.content, assignment, shared_sandbox(isolation), seed=seed, limits=limits)


def _end_with(parent: int) -> None:
    """Let this worker end when the coordinator ends, even by SIGKILL, and leave Ctrl-C to the coordinator."""
    death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# --- the coordinator ---------------------------------------------------------------------------------------------------


def grade_class(
    folder: Path,
    unit: str,
    *,
    jobs: int = 2,
    scheduler: str | None = None,
    seed: int | None = None,
    isolation: str = "bubblewrap",
    limits: Limits | None = None,
    database: str | None = None,
    source: Path | None = None,
    console: Console | None = None,
) -> Summary:
    """Grade all submissions to a unit that have changed since they were graded last.

    Parameters
    ----------
    folder : nbgrader's course directory, with submitted/
    jobs : how many processes, if no scheduler is given
    scheduler : the address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``
    seed : of the hidden cases; None lets each exercise draw its own, from the submission's fingerprint
    database : any address that nbgrader takes; by default gradebook.db in ``folder``
    source : where the source notebooks are; by default in ``folder``

    Raises
    ------
    CourseError : if there is nothing to grade or the gradebook cannot be opened
    IsolationMissing : if the sandbox cannot be started
    """
    console, limits = console or Console(), limits or Limits()
    database, source = database or books.database(folder), source or folder / "source"
    assignment = _find_assignment(source, unit)
    submissions = list(find_submissions(folder / "submitted", unit))
    if not submissions:
        raise CourseError(f"{folder / 'submitted'} holds no submission to {unit}: there is no folder STUDENT/{unit}.")
    solutions = _pack_own_solutions()
    waiting = {s: s.digest(assignment, seed, solutions) for s in submissions}
    # The processes come first, so that none of them inherits the gradebook's connection.
    with _open_executor(jobs, scheduler) as executor, _alone_in(folder), _open_gradebook(database) as gradebook:
        _enter_assignment(gradebook, assignment, folder, database, source)
        todo = {s: digest for s, digest in waiting.items() if not _is_done(folder, gradebook, s.student, unit, digest)}
        problems = {s.student: s.problem for s in submissions if s.problem}

        def start(executor: Executor, submission: Submission):
            own_seed = _seed_for(seed, todo[submission])
            return executor.submit(grade_task, submission, assignment, solutions, own_seed, limits, isolation)

        with _progress(console) as progress:
            task = progress.add_task(unit, total=len(submissions), completed=len(submissions) - len(todo))
            for submission, graded in _grade_all(list(todo), start, executor):
                digest = todo[submission]
                if isinstance(graded, str):  # the grader's fault: the next run tries again
                    graded, digest = broken(assignment, graded), ""
                if graded.reason:
                    problems[submission.student] = graded.reason
                _write(folder, gradebook, unit, submission.student, graded, digest)
                progress.advance(task)
    return Summary(len(todo), len(submissions) - len(todo), problems)


def _grade_all(
    submissions: list[Submission], start: Callable, executor: Executor
) -> Iterator[tuple[Submission, Graded | str]]:
    """Yield each submission with its result, as they come, or with a sentence if the grader itself failed on it.

    If a worker process dies, the pool is lost and does not say over which submission. Those that are left are graded by one
    process, in turn, until it has shown who it was.
    """
    left = dict.fromkeys(submissions)
    futures = {start(executor, submission): submission for submission in left}
    for future in as_completed(futures):
        try:
            graded = _result_of(future)
        except BrokenExecutor:
            continue
        del left[futures[future]]
        yield futures[future], graded
    while left:  # the pool is lost
        with _open_pool(1) as single:
            for suspect in list(left):
                del left[suspect]
                try:
                    yield suspect, _result_of(start(single, suspect))
                except BrokenExecutor:
                    yield suspect, "the grader was ended while it worked on it; it probably used too much memory"
                    break


def _result_of(future: Future) -> Graded | str:
    try:
        return future.result()
    except (BrokenExecutor, IsolationMissing):
        raise
    except Exception as problem:
        return f"the grader failed on it ({type(problem).__name__}: {_first_line(problem)})"


def _seed_for(seed: int | None, digest: str) -> int:
    """Return the seed of one submission: the class's, or one that only its own content decides."""
    return int(digest[:8], 16) if seed is None else seed


def _find_assignment(source: Path, unit: str) -> Assignment:
    try:
        assignment = load_assignment(source, unit)
        nbformat.reads(assignment.notebook, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as problem:
        raise CourseError(f"the source notebook of {unit} cannot be read: {problem}") from None
    return assignment


def _pack_own_solutions() -> bytes:
    try:
        return pack_solutions(find_root())
    except OSError as problem:
        raise CourseError(str(problem)) from None


def find_submissions(submitted: Path, unit: str) -> Iterator[Submission]:
    """Yield what each student handed in for a unit, in the order of their names."""
    for folder in sorted(submitted.glob("*")) if submitted.is_dir() else ():
        if (folder / unit).is_dir() and not folder.name.startswith("."):
            yield _read_submission(folder.name, folder / unit, f"{unit}.ipynb")


def _read_submission(student: str, folder: Path, name: str) -> Submission:
    """Read the notebook, following no link: what lies outside of the folder was not handed in."""
    path = folder / name
    others = sorted(other.name for other in folder.glob("*.ipynb") if other.name != name)
    if folder.is_symlink() or folder.parent.is_symlink() or path.is_symlink():
        return Submission(student, b"", "the notebook is a link, not a file")
    if not path.is_file():
        found = f"; found {', '.join(others)[:200]}" if others else ""
        return Submission(student, b"", f"there is no {name} in it{found}")
    if path.stat().st_size > LARGEST_NOTEBOOK:
        return Submission(student, b"", f"the notebook has more than {LARGEST_NOTEBOOK // 2**20} MB")
    try:
        return Submission(student, path.read_bytes())
    except OSError as problem:
        return Submission(student, b"", f"the notebook cannot be read ({problem.strerror})")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep a second `course grade` out of the same folder; the lock ends with this process, however it ends."""
    with (folder / ".course-grade.lock").open("w") as lock:
        until = time.monotonic() + 3  # a run that was killed a moment ago may still hold it
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise CourseError(
                        f"another `course grade` is at work in {folder}; wait until it is done."
                    ) from None
                time.sleep(0.1)
        yield


@contextmanager
def _open_gradebook(database: str) -> Iterator[Gradebook]:
    """Open the gradebook; what its database complains of becomes one sentence, without the password."""
    try:
        gradebook = Gradebook(database)
    except Exception as problem:  # SQLAlchemy and the database's driver raise many kinds
        raise CourseError(f"the gradebook {_address(database)} cannot be opened: {_first_line(problem)}") from None
    with gradebook:
        gradebook.db().expire_on_commit = False  # nobody else writes while this runs, so nothing must be read again
        try:
            yield gradebook
        except SQLAlchemyError as problem:
            raise CourseError(
                f"the gradebook {_address(database)} failed: {_first_line(problem)}. Nothing is lost; run it again."
            ) from None


def _address(database: str) -> str:
    try:
        return make_url(database).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "address"


def _first_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0].strip()


def _enter_assignment(gradebook: Gradebook, assignment: Assignment, folder: Path, database: str, source: Path) -> None:
    """Let nbgrader enter the assignment into the gradebook, unless it is there as it is now."""
    unit = assignment.unit
    if _cells_in(gradebook, unit) == _cells_of(assignment):
        return
    with tempfile.TemporaryDirectory() as elsewhere:  # nbgrader makes a release, too; this is not the time for one
        config = books.configure(folder, unit, source=source)
        config.CourseDirectory.db_url = database
        config.CourseDirectory.release_directory = elsewhere
        config.GenerateAssignment.force = True
        try:
            books.run(GenerateAssignment, config)
        except books.NbgraderFailed as problem:
            if "Cannot add or remove cells" in str(problem):
                raise CourseError(
                    f"{unit} has other graded cells than when its first submission was graded, and nbgrader keeps points by "
                    f"cell. Run `nbgrader db assignment remove {unit} --force`, then grade again."
                ) from None
            raise CourseError(f"nbgrader could not enter {unit} into the gradebook: {books.reason(problem)}") from None
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


def pack_solutions(root: Path) -> bytes:
    """Return the reference and exercises/ as a zip file, the same bytes each time, for workers that have no repository."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in [*sorted((root / "solutions").glob("*.py")), *sorted((root / "exercises").glob("*.py"))]:
            name = zipfile.ZipInfo(path.relative_to(root).as_posix())  # with a date that is always the same
            archive.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@contextmanager
def _open_executor(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    with _open_dask(scheduler) if scheduler else _open_pool(jobs) as executor:
        yield executor


@contextmanager
def _open_pool(jobs: int) -> Iterator[Executor]:
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("fork")
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with, initargs=(os.getpid(),))
    try:
        executor.submit(int).result()  # starts all processes, now, before there are threads and connections to inherit
        yield executor
    except BaseException:  # nobody waits for the rest
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def _open_dask(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise CourseError("--scheduler needs Dask: install the extra `dask` of this package") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in one sentence
    try:
        client = Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError, ImportError) as problem:
        raise CourseError(f"no Dask scheduler answers at {scheduler}: {_first_line(problem)}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise CourseError(
                f"the Dask scheduler at {scheduler} has no workers; start one with `dask worker`"
            ) from None
        with client.get_executor(pure=False) as executor:
            yield executor


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


# --- writing -----------------------------------------------------------------------------------------------------------


def _is_done(folder: Path, gradebook: Gradebook, student: str, unit: str, digest: str) -> bool:
    """Return whether this very submission was graded, and the gradebook has what came out."""
    target = folder / "autograded" / student / unit
    try:
        record = json.loads((target / _RECORD).read_text(encoding="utf-8"))
        if record["digest"] != digest or not (target / f"{unit}.ipynb").is_file():
            return False
        grades = gradebook.find_submission_notebook(unit, unit, student).grades
    except (OSError, ValueError, KeyError, MissingEntry):
        return False
    return {grade.name: grade.auto_score for grade in grades if grade.name in record["points"]} == record["points"]


def _write(folder: Path, gradebook: Gradebook, unit: str, student: str, graded: Graded, digest: str) -> None:
    try:
        write_result(folder, gradebook, unit, student, graded, digest)
    except OSError as problem:
        raise CourseError(
            f"the result of {student} cannot be written: {problem}. What was graded before is kept; run it again."
        ) from None


def write_result(folder: Path, gradebook: Gradebook, unit: str, student: str, graded: Graded, digest: str) -> None:
    """Write one result: the gradebook first, the record last, so that a record means that all is there."""
    target = folder / "autograded" / student / unit
    (target / _RECORD).unlink(missing_ok=True)
    _save_points(gradebook, unit, student, graded.points)
    replace_file(target / f"{unit}.ipynb", (graded.notebook + "\n").encode())
    record = {"digest": digest, "points": graded.points, "reason": graded.reason, "verdicts": graded.verdicts}
    replace_file(target / _RECORD, (json.dumps(record, indent=1) + "\n").encode())


def _save_points(gradebook: Gradebook, unit: str, student: str, points: dict[str, float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader 0.9 with SQLAlchemy 2.1: harmless, but on every call
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(unit, student)
    for grade in gradebook.find_submission_notebook(unit, unit, student).grades:
        grade.auto_score = points.get(grade.name)
        grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
    gradebook.db.commit()


# --- feedback ----------------------------------------------------------------------------------------------------------


def write_feedback(
    folder: Path, unit: str, *, reveal: bool = False, database: str | None = None, console: Console | None = None
) -> int:
    """Write a page for each student whose submission was graded, with nbgrader; return how many.

    Parameters
    ----------
    reveal : show the hidden tests and what they expected

    Raises
    ------
    CourseError : if nothing was graded, or nbgrader fails
    """
    students = sorted(path.parents[1].name for path in (folder / "autograded").glob(f"*/{unit}/{unit}.ipynb"))
    if not students:
        raise CourseError(f"{folder / 'autograded'} holds nothing of {unit}. Grade it first: `course grade {unit}`.")
    with _progress(console or Console()) as progress:
        task = progress.add_task(unit, total=len(students))
        for student in students:
            config = books.configure(folder, unit, student)
            config.CourseDirectory.db_url = database or books.database(folder)
            config.GenerateFeedback.force = True
            if reveal:
                config.HideTests.reveal = True
            try:
                books.run(GenerateFeedback, config)
            except books.NbgraderFailed as problem:
                raise CourseError(
                    f"nbgrader could not write the feedback for {student}: {books.reason(problem)}"
                ) from None
            progress.advance(task)
    return len(students)
