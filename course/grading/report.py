"""The class report: who earned what in which exercise, and which mistakes were made how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, SubmittedNotebook
from rich.console import Console
from rich.table import Table

from course.checks.exercises import EXERCISES, UNITS
from course.checks.verdict import MIME
from course.grading.books import database


@dataclass(frozen=True)
class Result:
    """One graded answer.

    Attributes
    ----------
    points : as nbgrader's gradebook has them
    mistake : the known mistake's name, or None
    attempted : False for a blank
    """

    student: str
    unit: str
    exercise: str
    points: float
    max_points: float
    mistake: str | None
    attempted: bool


def read_results(folder: Path, address: str | None = None) -> list[Result]:
    """Read the points from nbgrader's gradebook, and the mistakes from the verdicts in the autograded notebooks.

    Parameters
    ----------
    folder : a course directory of nbgrader, with autograded/
    address : the gradebook's; by default gradebook.db in ``folder``
    """
    results = []
    with Gradebook(address or database(folder)) as gradebook:
        for submission in gradebook.db.query(SubmittedNotebook).all():
            student, unit = submission.student.id, submission.assignment.assignment.name
            verdicts = read_verdicts(folder / "autograded" / student / unit / f"{submission.name}.ipynb")
            for grade in submission.grades:
                name = grade.name.removeprefix("check_")
                seen = verdicts.get(name, {})
                attempted = seen.get("kind") != "not attempted"
                results.append(
                    Result(student, unit, name, grade.score, grade.max_score, seen.get("mistake"), attempted)
                )
    order = {name: number for number, name in enumerate(EXERCISES)}  # an instructor's own assignments come last
    return sorted(results, key=lambda result: (result.student, order.get(result.exercise, len(order)), result.exercise))


def read_verdicts(path: Path) -> dict[str, dict]:
    """Return the verdict on each exercise, as it stands in the outputs of an autograded notebook, if there is one."""
    if not path.is_file():
        return {}
    notebook = nbformat.read(path, as_version=4)
    verdicts = {}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        for output in cell.get("outputs", []):
            if name.startswith("check_") and MIME in output.get("data", {}):
                verdicts[name.removeprefix("check_")] = output.data[MIME]
    return verdicts


def show_report(results: list[Result], console: Console) -> None:
    """Print the class as a table, and the mistakes by how many students made them."""
    table = Table(title="The class")
    graded = {result.unit for result in results}
    units = [*(unit for unit in UNITS if unit in graded), *sorted(graded - set(UNITS))]
    for column in ("student", *units, "together"):
        table.add_column(column, justify="left" if column == "student" else "right")
    table.add_column("mistakes")
    for student in dict.fromkeys(result.student for result in results):
        own = [result for result in results if result.student == student]
        points = [_total([result for result in own if result.unit == unit]) for unit in units]
        table.add_row(student, *points, _total(own), _mistakes(own))
    console.print(table)
    counted = Counter((result.exercise, result.mistake) for result in results if result.mistake)
    mistakes = Table(title="Mistakes")
    for column in ("exercise", "mistake"):
        mistakes.add_column(column)
    mistakes.add_column("students", justify="right")
    for (exercise, mistake), count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        mistakes.add_row(exercise, mistake.replace("_", " "), str(count))
    console.print(mistakes)


def _total(results: list[Result]) -> str:
    return f"{sum(result.points for result in results):.4g} of {sum(result.max_points for result in results):g}"


def _mistakes(results: list[Result]) -> str:
    blanks = sum(not result.attempted for result in results)
    known = [f"{result.exercise}: {result.mistake.replace('_', ' ')}" for result in results if result.mistake]
    return "\n".join(known + ([f"{blanks} not attempted"] if blanks else []))
