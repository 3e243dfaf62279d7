"""`course grade`: a whole class, as a map over an executor.

Workers are handed a notebook and an assignment and hand back a result; they need neither the gradebook nor a shared disk.
Only this process, the coordinator, writes: per submission first the gradebook, in one transaction, then the graded notebook,
then a record. A run that was killed goes on with the submissions that have no record.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course.build import CourseError, replace_file
from course.grading import books
from course.grading.repository import find_root, use_packed_solutions
from course.grading.sandbox import Limits
from course.grading.submission import LARGEST_NOTEBOOK, Assignment, Graded, broken, grade_submission, load_assignment

_RECORD = ".graded.json"


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


def grade_task(
    submission: Submission, assignment: Assignment, solutions: bytes, seed: int | None, limits: Limits, isolation: str
) -> Graded:
    """Grade one submission; runs in a worker, on this machine or another one."""
    from course.grading.preprocessors import shared_sandbox

    if submission.problem:
        return broken(assignment, submission.problem)
    use_packed_solutions(solutions)
    return grade_submission(submission.content, assignment, shared_sandbox(isolation), seed=seed, limits=limits)


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
    database = database or books.database(folder)
    assignment = _find_assignment(source or folder / "source", unit)
    submissions = list(find_submissions(folder / "submitted", unit))
    if not submissions:
        raise CourseError(f"{folder / 'submitted'} holds no submission to {unit}: there is no folder STUDENT/{unit}.")
    _require_in_gradebook(folder, unit, database, source or folder / "source")
    solutions = pack_solutions(find_root())
    waiting = {s: s.digest(assignment, seed, solutions) for s in submissions}
    with Gradebook(database) as gradebook:
        todo = {s: digest for s, digest in waiting.items() if not _is_done(folder, gradebook, s.student, unit, digest)}
        problems = {s.student: s.problem for s in submissions if s.problem}
        with _open_executor(jobs, scheduler) as executor, _progress(console) as progress:
            task = progress.add_task(unit, total=len(submissions), completed=len(submissions) - len(todo))
            futures = {
                executor.submit(grade_task, s, assignment, solutions, _seed_for(seed, digest), limits, isolation): s
                for s, digest in todo.items()
            }
            for future in as_completed(futures):
                submission = futures[future]
                graded = future.result()
                if graded.reason:
                    problems[submission.student] = graded.reason
                write_result(folder, gradebook, unit, submission.student, graded, todo[submission])
                progress.advance(task)
    return Summary(len(todo), len(submissions) - len(todo), problems)


def _seed_for(seed: int | None, digest: str) -> int:
    """Return the seed of one submission: the class's, or one that only its own content decides."""
    return int(digest[:8], 16) if seed is None else seed


def _find_assignment(source: Path, unit: str) -> Assignment:
    try:
        return load_assignment(source, unit)
    except OSError as problem:
        raise CourseError(f"the source notebook of {unit} cannot be read: {problem}") from None


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


def _require_in_gradebook(folder: Path, unit: str, database: str, source: Path) -> None:
    """Let nbgrader enter the assignment into the gradebook, if it is not there yet."""
    try:
        with Gradebook(database) as gradebook:
            if gradebook.find_assignment(unit).notebooks:
                return
    except MissingEntry:
        pass
    except Exception as problem:  # SQLAlchemy and the database's driver raise many kinds
        raise CourseError(f"the gradebook {database} cannot be opened: {problem}") from None
    config = books.configure(folder, unit, source=source)
    config.CourseDirectory.db_url = database
    config.GenerateAssignment.force = True
    try:
        books.run(GenerateAssignment, config)
    except books.NbgraderFailed as problem:
        raise CourseError(f"nbgrader could not enter {unit} into the gradebook:\n{problem}") from None


def pack_solutions(root: Path) -> bytes:
    """Return solutions/ as a zip file, the same bytes each time, for workers that have no repository."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((root / "solutions").rglob("*.py")):
            if not path.relative_to(root).parts[1][:2].isdigit():  # not the executed notebooks
                archive.writestr(zipfile.ZipInfo(path.relative_to(root).as_posix()), path.read_bytes())
    return packed.getvalue()


@contextmanager
def _open_executor(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    if scheduler:
        try:
            from distributed import Client
        except ImportError:
            raise CourseError("--scheduler needs Dask: install the extra `dask` of this package") from None
        try:
            client = Client(scheduler, timeout=20)
        except (OSError, ValueError) as problem:
            raise CourseError(f"no Dask scheduler answers at {scheduler}: {problem}") from None
        with client, client.get_executor(pure=False) as executor:
            yield executor
        return
    with ProcessPoolExecutor(jobs) as executor:
        try:
            yield executor
        finally:
            executor.shutdown(cancel_futures=True)  # after an error nobody waits for the rest


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


# --- writing -----------------------------------------------------------------------------------------------------------


def _is_done(folder: Path, gradebook: Gradebook, student: str, unit: str, digest: str) -> bool:
    """Return whether this very submission was graded, and the gradebook has what came out."""
    try:
        record = json.loads((folder / "autograded" / student / unit / _RECORD).read_text(encoding="utf-8"))
        if record["digest"] != digest:
            return False
        grades = gradebook.find_submission_notebook(unit, unit, student).grades
    except (OSError, ValueError, KeyError, MissingEntry):
        return False
    return {grade.name: grade.auto_score for grade in grades if grade.name in record["points"]} == record["points"]


def write_result(folder: Path, gradebook: Gradebook, unit: str, student: str, graded: Graded, digest: str) -> None:
    """Write one result: the gradebook first, the record last, so that a record means that all is there."""
    _save_points(gradebook, unit, student, graded.points)
    target = folder / "autograded" / student / unit
    replace_file(target / f"{unit}.ipynb", (graded.notebook + "\n").encode())
    record = {"digest": digest, "points": graded.points, "reason": graded.reason, "verdicts": graded.verdicts}
    replace_file(target / _RECORD, (json.dumps(record, indent=1) + "\n").encode())


def _save_points(gradebook: Gradebook, unit: str, student: str, points: dict[str, float]) -> None:
    gradebook.update_or_create_student(student)
    gradebook.update_or_create_submission(unit, student)
    for grade in gradebook.find_submission_notebook(unit, unit, student).grades:
        if grade.name in points:
            grade.auto_score = points[grade.name]
            grade.needs_manual_grade = grade.manual_score is not None
    gradebook.db.commit()


def default_jobs() -> int:
    """Return one job for each processor."""
    return os.cpu_count() or 1
