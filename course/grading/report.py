"""The class report: who earned what in which unit, and which mistakes were made how often."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.engine import make_url

from course.checks.exercises import EXERCISES, UNITS
from course.checks.verdict import MIME
from course.errors import CourseError
from course.files import printable, replace_file
from course.grading.gradebook import RECORD, all_submissions, configure, course_directory, open_gradebook

_MOST_STUDENTS = 20  # on one screen
_MOST_MISTAKES = 10
_MOST_REFUSED = 10
REFUSED = "Tried what the sandbox refuses (a library may do it, too: read the notebook before you judge)"


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

    Raises
    ------
    CourseError : if there is no gradebook, or nothing in it
    """
    config = configure(folder, database=address)
    directory = course_directory(config)
    results, file = [], make_url(config.CourseDirectory.db_url)
    if file.get_backend_name() == "sqlite" and not Path(file.database or "").is_file():
        raise CourseError(f"{file.database} is missing. Grade something first: `course grade UNIT`.")
    with open_gradebook(config.CourseDirectory.db_url, directory.course_id) as gradebook:
        for submission in all_submissions(gradebook):
            student, unit = submission.student.id, submission.assignment.assignment.name
            graded = Path(directory.format_path(directory.autograded_directory, student, unit))
            verdicts = read_verdicts(graded / f"{submission.name}.ipynb")
            for grade in submission.grades:
                name = grade.name.removeprefix("check_")
                seen = verdicts.get(name, {})
                attempted = seen.get("kind") != "not attempted"
                results.append(
                    Result(student, unit, name, grade.score, grade.max_score, seen.get("mistake"), attempted)
                )
    if not results:
        raise CourseError("the gradebook holds no submission. Grade something first: `course grade UNIT`.")
    order = {name: number for number, name in enumerate(EXERCISES)}  # an instructor's own assignments come last
    return sorted(results, key=lambda result: (result.student, order.get(result.exercise, len(order)), result.exercise))


def read_verdicts(path: Path) -> dict[str, dict]:
    """Return the verdict on each exercise, as it stands in the outputs of an autograded notebook, if there is one."""
    if not path.is_file():
        return {}
    verdicts = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        for output in cell.get("outputs", []):
            if name.startswith("check_") and MIME in output.get("data", {}):
                verdicts[name.removeprefix("check_")] = output["data"][MIME]
    return verdicts


def read_refused(folder: Path, results: list[Result]) -> dict[str, list[str]]:
    """Return which system calls the sandbox refused to whom, in which unit, as it stands beside the autograded notebooks.

    Parameters
    ----------
    folder : as for :func:`read_results`
    """
    directory = course_directory(configure(folder))
    refused = {}
    for student, unit in dict.fromkeys((result.student, result.unit) for result in results):
        record = Path(directory.format_path(directory.autograded_directory, student, unit)) / RECORD
        with contextlib.suppress(OSError, ValueError):
            if calls := json.loads(record.read_text(encoding="utf-8")).get("refused"):
                refused[f"{student}, {unit}"] = [str(call) for call in calls]
    return refused


def show_report(results: list[Result], console: Console, refused: dict[str, list[str]]) -> None:
    """Print one screen: the points of each student in each unit, the most frequent mistakes, and what was refused."""
    console.print(_points_table(results, _MOST_STUDENTS))
    console.print(_mistakes_table(results, _MOST_MISTAKES))
    for line in _refused_lines(refused, _MOST_REFUSED):
        console.print(line, markup=False, highlight=False)


def _refused_lines(refused: dict[str, list[str]], most: int) -> list[str]:
    lines = [f"{printable(who)}: {', '.join(calls)}" for who, calls in refused.items()]
    more = [f"… {len(lines) - most} more"] if len(lines) > most else []
    return ["", REFUSED, *lines[:most], *more] if lines else []


def write_report(results: list[Result], folder: Path, refused: dict[str, list[str]]) -> Path:
    """Write all of it to ``report.txt``: every student, every mistake, and who made which; return where.

    Raises
    ------
    CourseError : if it cannot be written
    """
    path = folder / "report.txt"
    lines = []
    for student, own in _by_student(results).items():
        lines += ["", f"{printable(student)}: {_total(own)} of {_most(own):g} points"]
        for result in own:
            if result.points < result.max_points:
                why = (
                    "not attempted"
                    if not result.attempted
                    else (result.mistake or "no known mistake").replace("_", " ")
                )
                lines.append(f"    {result.exercise}, {result.points:g} of {result.max_points:g}: {why}")
    console = Console(width=120, color_system=None)
    with console.capture() as captured:
        console.print(_points_table(results, len(results)))
        console.print(_mistakes_table(results, len(results)))
    try:
        lines += _refused_lines(refused, len(refused))
        replace_file(path, (captured.get() + "\n".join(lines) + "\n").encode())
    except OSError as problem:
        raise CourseError(f"{path} cannot be written: {problem.strerror}.") from None
    return path


def _points_table(results: list[Result], most: int) -> Table:
    """Return a table with a row for each student, and a column for each unit."""
    graded = {result.unit for result in results}
    units = [*(unit for unit in UNITS if unit in graded), *sorted(graded - set(UNITS))]
    students = _by_student(results)
    table = Table(title="Points by unit", title_justify="left", box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column("student", max_width=13, no_wrap=True)
    for unit in units:
        table.add_column(str(int(unit[:2])) if unit in UNITS else unit, justify="right")
    table.add_column("all", justify="right", no_wrap=True, min_width=5)
    some = next(iter(students.values()))
    table.add_row("(most)", *(f"{_most(_of_unit(some, unit)):g}" for unit in units), f"{_most(some):g}", style="dim")
    for student, own in list(students.items())[:most]:
        table.add_row(escape(printable(student)), *(_total(_of_unit(own, unit)) for unit in units), _total(own))
    if len(students) > most:
        table.add_row(f"… {len(students) - most} more")
    return table


def _mistakes_table(results: list[Result], most: int) -> Table:
    """Return a table of mistakes, by how many students made them."""
    counted = Counter((result.exercise, result.mistake) for result in results if result.mistake)
    table = Table(title="Most frequent mistakes", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("students", justify="right")
    table.add_column("exercise")
    table.add_column("mistake", no_wrap=True)
    for (exercise, mistake), count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:most]:
        table.add_row(str(count), exercise, mistake.replace("_", " "))
    return table


def _by_student(results: list[Result]) -> dict[str, list[Result]]:
    return {
        name: [result for result in results if result.student == name] for name in sorted({r.student for r in results})
    }


def _of_unit(results: Iterable[Result], unit: str) -> list[Result]:
    return [result for result in results if result.unit == unit]


def _total(results: list[Result]) -> str:
    return f"{sum(result.points for result in results):g}" if results else "–"


def _most(results: list[Result]) -> float:
    return sum(result.max_points for result in results)
