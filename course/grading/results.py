"""What a class has earned so far, read from the gradebook and the autograded notebooks: the data of every report and export."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nbgrader.api import SubmittedNotebook
from sqlalchemy.engine import make_url

from course.checks.exercises import EXERCISES, UNITS
from course.checks.verdict import MIME
from course.errors import CourseError
from course.grading.gradebook import RECORD, all_submissions, configure, course_directory, open_gradebook
from course.grading.notebook import REASON

_CUT_OFF = "This test was stopped: "  # how the grader's sentence begins where time was up


@dataclass(frozen=True)
class Result:
    """One graded answer.

    Attributes
    ----------
    points : as nbgrader's gradebook has them
    mistake : the known mistake's name, or None
    attempted : False for a blank
    kind, summary, cause, advice : of the verdict; empty for a test with plain asserts
    source : the code of the answer
    reason : why the test stopped, in words for the student; empty if it did not
    by_hand : a person grades it
    open : and has not done so yet
    """

    student: str
    unit: str
    exercise: str
    points: float
    max_points: float
    mistake: str | None
    attempted: bool
    kind: str = ""
    summary: str = ""
    cause: str = ""
    advice: str = ""
    source: str = ""
    reason: str = ""
    by_hand: bool = False
    open: bool = False

    @property
    def share(self) -> float:
        """The share of the points that was earned, from 0 to 1."""
        return self.points / self.max_points if self.max_points else 1.0

    @property
    def passed(self) -> bool:
        return self.points >= self.max_points

    @property
    def cut_off(self) -> bool:
        """Whether time was up before it was judged."""
        return self.kind == "not judged" or self.reason.startswith(_CUT_OFF)


@dataclass(frozen=True)
class HandedIn:
    """One submission, as a whole.

    Attributes
    ----------
    handed_in : in UTC; None if nobody wrote it down
    seconds_late, penalty : 0 if it was in time
    reason : why it could not be graded at all; empty if it could
    refused : the system calls that its code tried and the sandbox refused
    """

    student: str
    unit: str
    points: float
    max_points: float
    handed_in: datetime | None = None
    seconds_late: float = 0.0
    penalty: float = 0.0
    reason: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClassResults:
    """All that is known of a class.

    Attributes
    ----------
    students : id → name, of everybody in the gradebook
    units : of which something was handed in, in the course's order
    """

    students: dict[str, str]
    units: list[str]
    results: list[Result]
    submissions: list[HandedIn] = field(default_factory=list)

    def of_unit(self, unit: str) -> ClassResults:
        """Return the same, of one unit only."""
        results = [one for one in self.results if one.unit == unit]
        return ClassResults(self.students, [unit], results, [one for one in self.submissions if one.unit == unit])

    @property
    def missing(self) -> list[tuple[str, str]]:
        """Who handed in nothing of a unit that others have handed in: (student, unit)."""
        there = {(one.student, one.unit) for one in self.submissions}
        return [(student, unit) for unit in self.units for student in self.students if (student, unit) not in there]


def read_class(folder: Path, address: str | None = None) -> ClassResults:
    """Read the points from nbgrader's gradebook, and the rest from the autograded notebooks.

    Parameters
    ----------
    folder : a course directory of nbgrader, with autograded/
    address : the gradebook's; by default gradebook.db in ``folder``

    Raises
    ------
    CourseError : if there is no gradebook, or nothing in it
    """
    config = configure(folder, database=address)
    directory = course_directory(config)
    require_gradebook(config.CourseDirectory.db_url)
    results, submissions = [], []
    with open_gradebook(config.CourseDirectory.db_url, directory.course_id) as gradebook:
        students = {student.id: name_of(student) for student in gradebook.students}
        for saved in all_submissions(gradebook):
            student, unit = saved.student.id, saved.assignment.assignment.name
            graded = Path(directory.format_path(directory.autograded_directory, student, unit))
            results += _results_of(saved, student, unit, read_graded(graded / f"{saved.name}.ipynb"))
            submissions.append(_handed_in(saved, student, unit, graded))
    if not submissions:
        raise CourseError("the gradebook holds no submission. Grade something first: `course grade UNIT`.")
    order = {name: number for number, name in enumerate(EXERCISES)}  # an instructor's own assignments come last
    results.sort(key=lambda one: (one.student, order.get(one.exercise, len(order)), one.exercise))
    return ClassResults(
        dict(sorted(students.items())), in_order({one.unit for one in submissions}), results, submissions
    )


def require_gradebook(address: str) -> None:
    """Make sure that there is a gradebook: to open one that is not there would make it.

    Raises
    ------
    CourseError : if there is none
    """
    file = make_url(address)
    if file.get_backend_name() == "sqlite" and not Path(file.database or "").is_file():
        raise CourseError(f"{file.database} is missing. Grade something first: `course grade UNIT`.")


def name_of(student) -> str:
    """Return a student's name as the class list has it, or the id."""
    return " ".join(part for part in (student.first_name, student.last_name) if part) or student.id


def in_order(units: Iterable[str]) -> list[str]:
    """Return units in the order of the course; an instructor's own come last."""
    found = set(units)
    return [*(unit for unit in UNITS if unit in found), *sorted(found - set(UNITS))]


def _results_of(saved: SubmittedNotebook, student: str, unit: str, graded: dict[str, Graded]) -> list[Result]:
    results = []
    for grade in saved.grades:
        seen = graded.get(grade.name, Graded())
        verdict = seen.verdict
        by_hand = grade.cell.cell_type != "code" or grade.name in {comment.name for comment in saved.comments}
        results.append(
            Result(
                student,
                unit,
                grade.name.removeprefix("check_"),
                grade.score,
                grade.max_score,
                verdict.get("mistake"),
                verdict.get("kind") != "not attempted",
                **{name: verdict.get(name) or "" for name in ("kind", "summary", "cause", "advice")},
                source=seen.source,
                reason=seen.reason,
                by_hand=by_hand,
                open=grade.auto_score is None and grade.manual_score is None,
            )
        )
    return results


def _handed_in(saved: SubmittedNotebook, student: str, unit: str, graded: Path) -> HandedIn:
    submission = saved.assignment
    try:
        record = json.loads((graded / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        record = {}
    return HandedIn(
        student,
        unit,
        saved.score,
        saved.max_score,
        submission.timestamp,
        submission.total_seconds_late,
        saved.late_submission_penalty or 0.0,
        record.get("reason", ""),
        tuple(map(str, record.get("refused", ()))),
    )


# --- an autograded notebook --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Graded:
    """What stands in an autograded notebook of one test: the verdict, the answer above it, and why the test stopped."""

    verdict: dict = field(default_factory=dict)
    source: str = ""
    reason: str = ""

    @property
    def told(self) -> str:
        """What is the matter with the answer, in a few words; empty if nothing is known to be."""
        mistake = (self.verdict.get("mistake") or "").replace("_", " ")
        return self.reason or mistake or ("" if self.verdict.get("passed") else self.verdict.get("summary") or "")


def read_graded(path: Path) -> dict[str, Graded]:
    """Return grade_id → what an autograded notebook says of it; empty if there is no notebook."""
    return parse_graded(path.read_text(encoding="utf-8")) if path.is_file() else {}


def parse_graded(notebook: str) -> dict[str, Graded]:
    """Return grade_id → what an autograded notebook, as JSON text, says of it."""
    found, answers = {}, []
    for cell in json.loads(notebook)["cells"]:
        marks, source = cell["metadata"].get("nbgrader", {}), "".join(cell["source"])
        if marks.get("grade") and not marks.get("solution"):
            outputs = cell.get("outputs", [])
            verdicts = [one["data"][MIME] for one in outputs if MIME in one.get("data", {})]
            reasons = [one["metadata"][REASON] for one in outputs if REASON in one.get("metadata", {})]
            found[marks["grade_id"]] = Graded(
                verdicts[-1] if verdicts else {}, "\n\n".join(answers), reasons[-1] if reasons else ""
            )
            answers = []
        elif marks.get("grade"):
            found[marks["grade_id"]] = Graded(source=source)
        elif marks.get("solution"):
            answers.append(source)
    return found
