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
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course.errors import CourseError
from course.files import replace_file
from course.grading.collect import Submission, find_submissions
from course.grading.gradebook import default_address, enter_assignment, holds_points, open_gradebook, save_points
from course.grading.repository import find_root, load_solutions
from course.grading.sandbox import Limits
from course.grading.submission import Assignment, Graded, broken, load_assignment
from course.grading.workers import grade_task, open_executor, pack_solutions, results_of

_RECORD = ".graded.json"


@dataclass
class Summary:
    """What a run did.

    Attributes
    ----------
    graded, kept : how many submissions it graded, and how many had been graded before and have not changed
    problems : who → why a submission could not be graded
    not_judged : who → why time was up before all of a submission was judged; the next run grades it again
    """

    graded: int = 0
    kept: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    not_judged: dict[str, str] = field(default_factory=dict)


def grade_class(
    folder: Path,
    *units: str,
    jobs: int = 2,
    scheduler: str | None = None,
    seed: int | None = None,
    isolation: str = "bubblewrap",
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
    seed : of the hidden cases; None lets each submission have its own, from its fingerprint
    database : any address that nbgrader takes; by default gradebook.db in ``folder``
    source : where the source notebooks are; by default in ``folder``

    Raises
    ------
    CourseError : if there is nothing to grade or the gradebook cannot be opened
    IsolationMissing : if the sandbox cannot be started
    """
    address, source, limits = database or default_address(folder), source or folder / "source", limits or Limits()
    assignments = {unit: _find_assignment(source, unit) for unit in units}
    submissions = [found for unit in units for found in _find_submissions(folder, unit)]
    load_solutions()  # the processes that are started from this one have the same
    solutions = pack_solutions(find_root())
    digests = {one: one.digest(assignments[one.unit], seed, solutions) for one in submissions}
    who = {one: one.student if len(units) == 1 else f"{one.student}, {one.unit}" for one in submissions}
    summary = Summary(problems={who[one]: one.problem for one in submissions if one.problem})

    def start(executor: Executor, one: Submission) -> Future:
        own_seed = int(digests[one][:8], 16) if seed is None else seed  # what only its own content decides
        sent = solutions if scheduler else None  # a process on this machine has them
        return executor.submit(grade_task, one, assignments[one.unit], sent, own_seed, limits, isolation)

    # The processes come first, so that none of them inherits the gradebook's connection.
    with (
        open_executor(jobs, scheduler) as executor,
        _alone_in(folder),
        open_gradebook(address) as gradebook,
        progress_bar(console) as progress,
    ):
        todo = [one for one in submissions if not _is_done(folder, gradebook, one, digests[one])]
        summary.graded, summary.kept = len(todo), len(submissions) - len(todo)
        task = progress.add_task("grading", total=len(submissions), completed=summary.kept)
        futures = {start(executor, one): one for one in todo}
        for assignment in assignments.values():
            enter_assignment(gradebook, assignment, folder, address, source)
        for one, graded in results_of(futures, start):
            digest = digests[one]
            if isinstance(graded, str):  # the grader's fault
                graded, digest = broken(assignments[one.unit], graded), ""
            if graded.reason:
                summary.problems[who[one]] = graded.reason
            if graded.not_judged:
                summary.not_judged[who[one]], digest = graded.not_judged, ""
            _write(folder, gradebook, one, graded, digest)
            progress.advance(task)
    return summary


def _find_assignment(source: Path, unit: str) -> Assignment:
    try:
        assignment = load_assignment(source, unit)
        nbformat.reads(assignment.notebook, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as problem:
        raise CourseError(f"the source notebook of {unit} cannot be read: {problem}") from None
    return assignment


def _find_submissions(folder: Path, unit: str) -> list[Submission]:
    submissions = list(find_submissions(folder / "submitted", unit))
    if not submissions:
        raise CourseError(f"{folder / 'submitted'} holds no submission to {unit}: there is no folder STUDENT/{unit}.")
    return submissions


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


def progress_bar(console: Console | None) -> Progress:
    """Return a bar with a count and the time that is left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console or Console())


# --- one result --------------------------------------------------------------------------------------------------------


def _is_done(folder: Path, gradebook: Gradebook, submission: Submission, digest: str) -> bool:
    """Return whether this very submission was graded, and the gradebook has what came out."""
    target = folder / "autograded" / submission.student / submission.unit
    try:
        record = json.loads((target / _RECORD).read_text(encoding="utf-8"))
        there = record["digest"] == digest and (target / f"{submission.unit}.ipynb").is_file()
        return there and holds_points(gradebook, submission.unit, submission.student, record["points"])
    except (OSError, ValueError, KeyError):
        return False


def _write(folder: Path, gradebook: Gradebook, submission: Submission, graded: Graded, digest: str) -> None:
    """Write one result: the gradebook first, the record last, so that a record means that all is there.

    An empty digest means that the next run is to grade it again.
    """
    target = folder / "autograded" / submission.student / submission.unit
    record = {"digest": digest, "points": graded.points, "reason": graded.reason, "verdicts": graded.verdicts}
    try:
        (target / _RECORD).unlink(missing_ok=True)
        save_points(gradebook, submission.unit, submission.student, graded.points)
        replace_file(target / f"{submission.unit}.ipynb", (graded.notebook + "\n").encode())
        replace_file(target / _RECORD, (json.dumps(record, indent=1) + "\n").encode())
    except OSError as problem:
        raise CourseError(
            f"the result of {submission.student} cannot be written: {problem}. "
            "What was graded before is kept; run it again."
        ) from None
