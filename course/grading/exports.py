"""Grades for other systems: Canvas, Moodle, and plain CSV, through nbgrader's export plugins.

Only what was graded is a number, and a zero is one that somebody earned. What is missing, still to be graded, or could not be graded
is an empty cell, and is named.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from course.errors import CourseError
from course.files import replace_file
from course.grading.collect import find_folders
from course.grading.gradebook import configure, course_directory, open_gradebook
from course.grading.results import ClassResults, read_class

GRADED, MISSING, OPEN, FAILED = "graded", "missing", "still to be graded", "could not be graded"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a formula begins in a spreadsheet


@dataclass(frozen=True)
class Grade:
    """What one student has for one unit.

    Attributes
    ----------
    status : one of the four words above
    score : after the penalty for being late; None if it is not graded
    """

    student: str
    unit: str
    status: str
    score: float | None
    max_score: float
    penalty: float = 0.0
    handed_in: datetime | None = None


@dataclass(frozen=True)
class Person:
    """A student, as the class list has it."""

    id: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str


@dataclass(frozen=True)
class Grades:
    """All grades of a class: of the units that at least one student has handed in, for everybody in the class list."""

    people: list[Person]
    units: list[str]
    grades: dict[tuple[str, str], Grade]

    def of(self, person: Person, unit: str) -> Grade:
        return self.grades[person.id, unit]

    @property
    def left_out(self) -> list[Grade]:
        """All that is no number."""
        return [grade for grade in self.grades.values() if grade.score is None]


def read_grades(
    folder: Path, address: str | None = None, students: Iterable[str] = (), units: Iterable[str] = ()
) -> Grades:
    """Read the grades from nbgrader's gradebook.

    Parameters
    ----------
    students, units : only these; by default all

    Raises
    ------
    CourseError : if there is no gradebook, or nothing in it
    """
    found = read_class(folder, address)
    config = configure(folder, database=address)
    directory = course_directory(config)
    wanted, only = {str(one) for one in units}, {str(one) for one in students}
    chosen = [unit for unit in found.units if not wanted or unit in wanted]
    if unknown := sorted(wanted - set(found.units)):
        raise CourseError(f"nothing was handed in of {', '.join(unknown)}.")
    waiting = {unit: find_folders(directory, directory.submitted_directory, unit) for unit in chosen}
    with open_gradebook(config.CourseDirectory.db_url, directory.course_id) as gradebook:
        people = [
            Person(
                one.id, *((getattr(one, name) or "") for name in ("first_name", "last_name", "email", "lms_user_id"))
            )
            for one in sorted(gradebook.students, key=lambda one: one.id)
            if not only or one.id in only
        ]
        most = {unit: gradebook.find_assignment(unit).max_score for unit in chosen}
    grades = {
        (person.id, unit): _grade(found, person.id, unit, most[unit], person.id in waiting[unit])
        for person in people
        for unit in chosen
    }
    return Grades(people, chosen, grades)


def _grade(found: ClassResults, student: str, unit: str, most: float, waits: bool) -> Grade:
    handed_in = [one for one in found.submissions if (one.student, one.unit) == (student, unit)]
    if not handed_in:
        return Grade(student, unit, OPEN if waits else MISSING, None, most)
    (one,) = handed_in
    answers = [answer for answer in found.results if (answer.student, answer.unit) == (student, unit)]
    if one.reason:
        return Grade(student, unit, FAILED, None, most, handed_in=one.handed_in)
    if any(answer.open or answer.cut_off for answer in answers):
        return Grade(student, unit, OPEN, None, most, handed_in=one.handed_in)
    score = max(0.0, one.points - one.penalty)
    return Grade(student, unit, GRADED, score, most, one.penalty, one.handed_in)


# --- the formats -------------------------------------------------------------------------------------------------------


def to_canvas(grades: Grades, missing: str = "") -> list[list[str]]:
    """Return the rows for Canvas' *Gradebook → Import*: an empty cell changes nothing there.

    Canvas knows a student by its own number (``lms_user_id``), else by the login (the id).
    """
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    most = [next(_number(grade.max_score) for grade in grades.grades.values() if grade.unit == u) for u in grades.units]
    rows = [[*head, *grades.units], ["    Points Possible", "", "", "", "", *most]]
    for one in grades.people:
        name = ", ".join(part for part in (one.last_name, one.first_name) if part) or one.id
        cells = [_cell(grades.of(one, unit), missing) for unit in grades.units]
        rows.append([_harmless(name), _harmless(one.lms_user_id), "", _harmless(one.id), "", *cells])
    return rows


def to_moodle(grades: Grades, missing: str = "") -> list[list[str]]:
    """Return the rows for Moodle's *Grades → Import → CSV file*: of each unit the points, and why there are none as feedback."""
    head = ["Username", "Email address", "First name", "Last name"]
    rows = [[*head, *(column for unit in grades.units for column in (unit, f"{unit} (feedback)"))]]
    for one in grades.people:
        row = [_harmless(text) for text in (one.id, one.email, one.first_name, one.last_name)]
        for grade in (grades.of(one, unit) for unit in grades.units):
            row += [_cell(grade, missing), "" if grade.status == GRADED else grade.status]
        rows.append(row)
    return rows


def to_csv(grades: Grades, missing: str = "") -> list[list[str]]:
    """Return a row for each student and unit, with all that is known."""
    names = ["student_id", "last_name", "first_name", "email", "assignment", "status", "score", "max_score"]
    rows = [[*names, "late_submission_penalty", "timestamp"]]
    for one in grades.people:
        person = [_harmless(text) for text in (one.id, one.last_name, one.first_name, one.email)]
        for grade in (grades.of(one, unit) for unit in grades.units):
            numbers = [_cell(grade, missing), _number(grade.max_score), _number(grade.penalty)]
            when = f"{grade.handed_in:%Y-%m-%d %H:%M:%S} UTC" if grade.handed_in else ""
            rows.append([*person, _harmless(grade.unit), grade.status, *numbers, when])
    return rows


FORMATS: dict[str, Callable[[Grades, str], list[list[str]]]] = {"canvas": to_canvas, "moodle": to_moodle, "csv": to_csv}


def _cell(grade: Grade, missing: str) -> str:
    if grade.score is None:
        return missing if grade.status == MISSING else ""
    return _number(grade.score)


def _number(value: float) -> str:
    return f"{value:.10g}"


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_grades(grades: Grades, kind: str, path: Path, *, missing: str = "") -> None:
    """Write a file for one system.

    Parameters
    ----------
    kind : "canvas", "moodle" or "csv"
    missing : what stands for a unit that was not handed in: nothing, or 0 if that is your rule

    Raises
    ------
    CourseError : if it cannot be written
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(FORMATS[kind](grades, missing))
    try:
        replace_file(path, text.getvalue().encode())
    except OSError as problem:
        raise CourseError(f"{path} cannot be written: {problem.strerror}.") from None


# --- nbgrader's plugins ------------------------------------------------------------------------------------------------


class _Exporter(ExportPlugin):
    """What the three plugins share; ``nbgrader export --exporter=course.grading.exports.Canvas`` names one."""

    kind = ""
    missing = Unicode("", help="what stands for a unit that was not handed in: nothing, or 0").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        directory = self.parent.coursedir
        grades = read_grades(Path(directory.root), directory.db_url, self.student, self.assignment)
        write_grades(grades, self.kind, Path(self.to or f"grades-{self.kind}.csv"), missing=self.missing)
        for grade in grades.left_out:
            self.log.info("No number: %s, %s: %s", grade.student, grade.unit, grade.status)


class Canvas(_Exporter):
    """Writes what Canvas imports."""

    kind = "canvas"


class Moodle(_Exporter):
    """Writes what Moodle imports."""

    kind = "moodle"


class Csv(_Exporter):
    """Writes a row for each student and unit."""

    kind = "csv"
