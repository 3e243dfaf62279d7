"""`course grade --dry-run`: whose points would change if the class was graded now. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from rich.console import Console

from course.files import printable
from course.grading.classroom import find_assignment, find_submissions, is_done, progress_bar
from course.grading.collect import SECRET, Submission, own_seed, read_secret
from course.grading.gradebook import add_checksums, configure, course_directory, open_gradebook
from course.grading.repository import find_root, load_solutions
from course.grading.results import parse_graded, read_graded, require_gradebook
from course.grading.sandbox import Limits
from course.grading.submission import Assignment, Graded
from course.grading.workers import grade_task, open_executor, pack_solutions, results_of


@dataclass(frozen=True)
class Change:
    """The points of one test that would be others.

    Attributes
    ----------
    before : None if it was never graded
    why : what the grader would say of the answer
    by_hand : points that a person gave, which stay whatever the grader says; None if nobody did
    """

    student: str
    unit: str
    test: str
    before: float | None
    after: float
    why: str
    by_hand: float | None = None


@dataclass
class Preview:
    """What a run would do.

    Attributes
    ----------
    changes : in the order of units and students
    graded : how many submissions would be graded again, of which ``same`` would keep their points
    kept : how many would not, since nothing has changed
    problems : who → why nothing can be said
    """

    changes: list[Change] = field(default_factory=list)
    graded: int = 0
    same: int = 0
    kept: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def preview_class(
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
) -> Preview:
    """Grade what `course grade` would grade, and compare the points; parameters and errors are those of ``grade_class``."""
    config, limits = configure(folder, source=source, database=database), limits or Limits()
    require_gradebook(config.CourseDirectory.db_url)
    directory = course_directory(config)
    seed = config.RunInSandbox.get("seed") if seed is None else seed
    isolation = isolation or config.RunInSandbox.get("isolation", "bubblewrap")
    assignments = {unit: find_assignment(directory, unit) for unit in units}
    submissions = [found for unit in assignments for found in find_submissions(directory, unit)]
    load_solutions()
    solutions, seen = pack_solutions(find_root()), Preview()
    drawn: dict[Submission, int] = {}
    secret = read_secret(folder) if (folder / SECRET).is_file() else b""  # to read one that is not there would make it

    def start(executor, one: Submission):
        sent = solutions if scheduler else None
        return executor.submit(grade_task, one, assignments[one.unit], sent, drawn[one], limits, isolation)

    with (
        open_executor(jobs, scheduler) as executor,
        open_gradebook(config.CourseDirectory.db_url, directory.course_id) as gradebook,
        progress_bar(console) as progress,
    ):
        task = progress.add_task("trying", total=len(submissions))
        for unit in assignments:
            assignments[unit] = _as_released(gradebook, assignments[unit])
        futures = {}
        for one in submissions:
            digest = one.digest(assignments[one.unit], seed, solutions)
            drawn[one] = own_seed(digest, secret) if seed is None else seed
            if is_done(directory, gradebook, one, digest):
                seen.kept += 1
                progress.advance(task)
            else:
                futures[start(executor, one)] = one
        seen.graded = len(futures)
        for one, graded in results_of(futures, start):
            who = one.student if len(units) == 1 else f"{one.student}, {one.unit}"
            if isinstance(graded, str) or graded.not_judged:
                seen.problems[who] = graded if isinstance(graded, str) else graded.not_judged
            else:
                path = Path(directory.format_path(directory.autograded_directory, one.student, one.unit))
                changes = _changes(gradebook, one, graded, path / f"{one.unit}.ipynb")
                seen.changes += changes
                seen.same += not changes
            progress.advance(task)
    seen.changes.sort(key=lambda one: (list(units).index(one.unit), one.student))
    return seen


def _as_released(gradebook: Gradebook, assignment: Assignment) -> Assignment:
    """Return the assignment as `course grade` would take it, as far as the gradebook knows it already."""
    try:
        return add_checksums(gradebook, assignment)
    except MissingEntry:
        return assignment


def _changes(gradebook: Gradebook, one: Submission, graded: Graded, autograded: Path) -> list[Change]:
    try:
        grades = {
            grade.name: grade for grade in gradebook.find_submission_notebook(one.unit, one.unit, one.student).grades
        }
    except MissingEntry:
        grades = {}
    before, after = read_graded(autograded), parse_graded(graded.notebook)
    changes = []
    for name, points in graded.points.items():
        old = grades[name].auto_score if name in grades else None
        if old == points:
            continue
        told = after[name].told or graded.reason or "it is right now"
        was = before[name].told if name in before else ""
        why = f"{told} (before: {was})" if was and was != told else told
        by_hand = grades[name].manual_score if name in grades else None
        changes.append(Change(one.student, one.unit, name.removeprefix("check_"), old, points, why, by_hand))
    return changes


def show_preview(seen: Preview, say: Callable[[str], None]) -> None:
    """Print a line for each change, and how many there are."""
    for one in seen.changes:
        before = "not graded yet" if one.before is None else f"{one.before:g}"
        stays = f"; the {one.by_hand:g} given by hand stay" if one.by_hand is not None else ""
        say(f"{printable(one.student)}, {one.unit}, {one.test}: {before} → {one.after:g}{stays}: {printable(one.why)}")
    for who, why in sorted(seen.problems.items()):
        say(f"{printable(who)}: nothing can be said: {why}")
    say(
        f"{seen.graded} would be graded again, {seen.same} of them with the same points; {seen.kept} are as they were graded."
    )
    say("Nothing was written.")
