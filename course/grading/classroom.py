"""`course grade`: a whole class, as a map over an executor.

Only this process, the coordinator, writes: per submission first the gradebook, then the graded notebook, then a record that
both are there. A run that was killed goes on with the submissions that have no record.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from traitlets.config import Config

from course.errors import CourseError
from course.files import replace_file
from course.grading.collect import Submission, find_folders, find_unused, own_seed, read_secret, read_submission
from course.grading.gradebook import (
    RECORD,
    configure,
    copy_files,
    course_directory,
    enter_assignment,
    holds_points,
    open_gradebook,
    read_timestamp,
    remaining_steps,
    save_grades,
    save_lateness,
    set_permissions,
)
from course.grading.notebook import write
from course.grading.repository import find_root, load_solutions
from course.grading.sandbox import Limits, describe_walls
from course.grading.submission import Assignment, Graded, broken, load_assignment
from course.grading.workers import grade_task, open_executor, pack_solutions, results_of

_STAMP = "timestamp.txt"


@dataclass
class Summary:
    """What a run did.

    Attributes
    ----------
    graded, kept : how many submissions it graded, and how many had been graded before and have not changed
    problems : who → why a submission could not be graded
    not_judged : who → why time was up before all of a submission was judged; the next run grades it again
    refused : who → the system calls that their code tried and the sandbox refused
    unused : path → what it looks like, of all in submitted/ that was not used
    walls : what stood around the submissions; empty if another machine graded them
    """

    graded: int = 0
    kept: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    not_judged: dict[str, str] = field(default_factory=dict)
    refused: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unused: dict[str, str] = field(default_factory=dict)
    walls: str = ""


def grade_class(
    folder: Path,
    *units: str,
    jobs: int = 2,
    scheduler: str | None = None,
    seed: int | None = None,
    isolation: str | None = None,
    limits: Limits | None = None,
    database: str | None = None,
    source: Path | None = None,
    console: Console | None = None,
) -> Summary:
    """Grade all submissions to these units that have changed since they were graded last.

    Parameters
    ----------
    folder : nbgrader's course directory, with submitted/
    jobs : how many processes, if no scheduler is given
    scheduler : the address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``
    seed : of the hidden cases; None lets each submission have its own, from its fingerprint and the folder's secret
    isolation : "bubblewrap" or "none"
    database : any address that nbgrader takes; by default gradebook.db in ``folder``
    source : where the source notebooks are; by default in ``folder``

    What is None is as nbgrader_config.py says.

    Raises
    ------
    CourseError : if there is nothing to grade or the gradebook cannot be opened
    IsolationMissing : if the sandbox cannot be started
    """
    config, limits = configure(folder, source=source, database=database), limits or Limits()
    directory = course_directory(config)
    seed = config.RunInSandbox.get("seed") if seed is None else seed
    isolation = isolation or config.RunInSandbox.get("isolation", "bubblewrap")
    assignments = {unit: find_assignment(directory, unit) for unit in units}
    submissions = [found for unit in assignments for found in find_submissions(directory, unit)]
    load_solutions()  # the processes that are started from this one have the same
    solutions = pack_solutions(find_root())
    who = {one: one.student if len(assignments) == 1 else f"{one.student}, {one.unit}" for one in submissions}
    secret = read_secret(folder) if seed is None else b""
    summary = Summary(problems={who[one]: one.problem for one in submissions if one.problem})
    digests: dict[Submission, str] = {}

    def start(executor: Executor, one: Submission) -> Future:
        drawn = own_seed(digests[one], secret) if seed is None else seed
        sent = solutions if scheduler else None  # a process on this machine has them
        return executor.submit(grade_task, one, assignments[one.unit], sent, drawn, limits, isolation)

    # The processes come first, so that none of them inherits the gradebook's connection.
    with (
        open_executor(jobs, scheduler) as executor,
        _alone_in(folder),
        open_gradebook(config.CourseDirectory.db_url, directory.course_id) as gradebook,
        progress_bar(console) as progress,
    ):
        task = progress.add_task("grading", total=len(submissions))
        futures: dict[Future, Submission] = {}
        for unit in assignments:  # while one is entered, those before it are being graded
            assignments[unit] = enter_assignment(gradebook, config, assignments[unit])
            for one in (one for one in submissions if one.unit == unit):
                digests[one] = one.digest(assignments[unit], seed, solutions)
                if is_done(directory, gradebook, one, digests[one]):
                    save_lateness(gradebook, config, unit, one.student)  # the due date may have changed
                    progress.advance(task)
                else:
                    futures[start(executor, one)] = one
        summary.graded, summary.kept = len(futures), len(submissions) - len(futures)
        summary.unused = find_unused(directory, assignments, submissions)
        summary.walls = "" if scheduler else describe_walls(isolation)
        for one, graded in results_of(futures, start):
            digest = digests[one]
            if isinstance(graded, str):  # the grader's fault
                graded, digest = broken(assignments[one.unit], graded), ""
            if graded.reason:
                summary.problems[who[one]] = graded.reason
            if graded.not_judged:
                summary.not_judged[who[one]] = graded.not_judged
            if graded.refused:
                summary.refused[who[one]] = graded.refused
            _write(config, directory, gradebook, one, graded, digest)
            progress.advance(task)
        for one in submissions:
            stamp = _folder(directory, directory.submitted_directory, one) / _STAMP
            if stamp.is_file() and read_timestamp(config, one.unit, one.student) is None:
                summary.problems.setdefault(who[one], "graded, but its timestamp.txt holds no date")
    return summary


def find_assignment(directory: CourseDirectory, unit: str) -> Assignment:
    """Read a unit's assignment.

    Raises
    ------
    CourseError : if it cannot be read, or nbgrader cannot work with one of that name
    """
    if set(unit) & set("*?[+"):
        raise CourseError(f"nbgrader cannot work with an assignment named {unit}: rename it, without any of * ? [ +")
    try:
        assignment = load_assignment(Path(directory.format_path(directory.source_directory, ".", unit)), unit)
        nbformat.reads(assignment.notebook, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as problem:
        raise CourseError(f"the source notebook of {unit} cannot be read: {problem}") from None
    return assignment


def find_submissions(directory: CourseDirectory, unit: str) -> list[Submission]:
    """Read all that was handed in for a unit.

    Raises
    ------
    CourseError : if there is nothing
    """
    folders = find_folders(directory, directory.submitted_directory, unit)
    if not folders:
        place = Path(directory.root, directory.submitted_directory)
        raise CourseError(f"{place} holds no submission to {unit}: there is no folder STUDENT/{unit}.")
    return [read_submission(path, student, unit) for student, path in folders.items()]


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep a second `course grade` out of the same folder; the lock ends with this process, however it ends."""
    path = folder / ".course-grade.lock"
    try:
        opened = path.open("a")
    except OSError as problem:
        raise CourseError(
            f"{path} cannot be opened ({problem.strerror}): does this folder belong to somebody else?"
        ) from None
    with opened as lock:
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


def progress_bar(console: Console | None) -> Progress:
    """Return a bar with a count and the time that is left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console or Console())


# --- one result --------------------------------------------------------------------------------------------------------


def _folder(directory: CourseDirectory, step: str, submission: Submission) -> Path:
    return Path(directory.format_path(step, submission.student, submission.unit))


def is_done(directory: CourseDirectory, gradebook: Gradebook, submission: Submission, digest: str) -> bool:
    """Return whether this very submission, with this timestamp, was graded, and the gradebook has what came out."""
    target = _folder(directory, directory.autograded_directory, submission)
    handed_in = _folder(directory, directory.submitted_directory, submission)
    stamps = [path.read_bytes() if path.is_file() else b"" for path in (target / _STAMP, handed_in / _STAMP)]
    try:
        record = json.loads((target / RECORD).read_text(encoding="utf-8"))
        there = (
            record["digest"] == digest and stamps[0] == stamps[1] and (target / f"{submission.unit}.ipynb").is_file()
        )
        return there and holds_points(gradebook, submission.unit, submission.student, record["points"])
    except (OSError, ValueError, KeyError):
        return False


def _write(
    config: Config,
    directory: CourseDirectory,
    gradebook: Gradebook,
    submission: Submission,
    graded: Graded,
    digest: str,
) -> None:
    """Write one result: the gradebook first, the record last, so that a record means that all is there.

    An empty digest means that the next run is to grade it again.
    """
    unit, student = submission.unit, submission.student
    target = _folder(directory, directory.autograded_directory, submission)
    notebook = remaining_steps(config, unit, student, nbformat.reads(graded.notebook, as_version=4))
    try:
        (target / RECORD).unlink(missing_ok=True)
        save_grades(gradebook, config, unit, student, notebook)
        replace_file(target / f"{unit}.ipynb", (write(notebook) + "\n").encode())
        copy_files(config, unit, student)
        replace_file(target / RECORD, graded.record(digest).encode())
        set_permissions(config, unit, student)
    except OSError as problem:
        raise CourseError(
            f"the result of {student} cannot be written: {problem}. What was graded before is kept; run it again."
        ) from None
