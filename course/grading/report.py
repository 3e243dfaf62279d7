"""`course report`: one screen, and one page that needs nothing else: who earned what, which mistakes were made, who needs help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import jinja2
import numpy as np
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from course.checks.exercises import UNITS
from course.errors import CourseError
from course.files import printable, replace_file
from course.grading import charts, statistics
from course.grading.results import ClassResults, Result, in_order

_MOST_STUDENTS = 20  # on one screen
_MOST_MISTAKES = 10
_MOST_REFUSED = 10
REFUSED = "Tried what the sandbox refuses (a library may do it, too: read the notebook before you judge)"
_A_LOT = 0.25  # of the points, from one unit to the next

# --- the screen --------------------------------------------------------------------------------------------------------


def show_report(results: list[Result], console: Console, *, anonymous: bool = False) -> None:
    """Print one screen: the points of each student in each unit, and the most frequent mistakes."""
    if not anonymous:
        console.print(_points_table(results, _MOST_STUDENTS))
    console.print(_mistakes_table(results, _MOST_MISTAKES))


def show_unit(found: ClassResults, console: Console) -> None:
    """Print one screen about one unit: its exercises, and the most frequent mistakes."""
    table = Table(
        title=f"Exercises of {found.units[0]}", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column("exercise")
    for name in ("answers", "all points", "mean share", "discrimination"):
        table.add_column(name, justify="right")
    for item in statistics.items(found.results):
        table.add_row(escape(printable(item.exercise)), *map(str, _numbers(item)))
    console.print(table)
    if any(one.mistake for one in found.results):
        console.print(_mistakes_table(found.results, _MOST_MISTAKES))


def show_lists(found: ClassResults, console: Console, *, anonymous: bool = False) -> None:
    """Print how many are missing, late and so on, and what the sandbox refused to whom."""
    label = {student: student for student in found.students}
    counts = [f"{name.lower()}: {len(rows)}" for name, _, rows in _lists(found, label)]
    unforeseen = len(statistics.unforeseen(found.results))
    console.print(" · ".join([*counts, f"answers that nobody foresaw: {unforeseen}"]), markup=False, highlight=False)
    refused = [f"{one.student}, {one.unit}: {', '.join(one.refused)}" for one in found.submissions if one.refused]
    if refused and not anonymous:
        for line in [REFUSED, *map(printable, refused[:_MOST_REFUSED])]:
            console.print(line, markup=False, highlight=False)


def _points_table(results: list[Result], most: int) -> Table:
    """Return a table with a row for each student, and a column for each unit."""
    units = in_order({result.unit for result in results})
    students = _by_student(results)
    table = Table(title="Points by unit", title_justify="left", box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column("student", max_width=13, no_wrap=True)
    for unit in units:
        table.add_column(_short(unit), justify="right")
    table.add_column("all", justify="right", no_wrap=True, min_width=5)
    possible = _possible(results)
    table.add_row("(most)", *(f"{possible[unit]:g}" for unit in units), f"{sum(possible.values()):g}", style="dim")
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


def _possible(results: list[Result]) -> dict[str, float]:
    """Return unit → the points that can be earned in it."""
    each = {(result.unit, result.exercise): result.max_points for result in results}
    return {unit: sum(most for (of, _), most in each.items() if of == unit) for unit, _ in each}


def _short(unit: str) -> str:
    return str(int(unit[:2])) if unit in UNITS else unit


def _numbers(item: statistics.Item) -> tuple:
    correlation = "–" if item.discrimination is None else f"{item.discrimination:.2f}"
    return item.answers, f"{item.pass_rate:.0%}", f"{item.difficulty:.0%}", correlation


# --- the page ----------------------------------------------------------------------------------------------------------


def write_report(found: ClassResults, path: Path, *, anonymous: bool = False, notes: Mapping | None = None) -> Path:
    """Write the page; return where.

    Parameters
    ----------
    anonymous : no name and no id of a student is on it
    notes : exercise → mistake → the instructor's own sentence

    Raises
    ------
    CourseError : if it cannot be written
    """
    page = _template().render(_content(found, _labels(found, anonymous), notes or {}))
    try:
        replace_file(path, page.encode())
    except OSError as problem:
        raise CourseError(f"{path} cannot be written: {problem.strerror}.") from None
    return path


@cache
def _template() -> jinja2.Template:
    text = (resources.files("course.grading") / "report.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["words"] = lambda name: name.replace("_", " ")
    return environment.from_string(text)


def _labels(found: ClassResults, anonymous: bool) -> dict[str, str]:
    """Return id → how a student is called on the page."""
    if anonymous:
        return statistics.aliases(list(found.students))
    return {one: printable(one if name == one else f"{name} ({one})") for one, name in found.students.items()}


def _content(found: ClassResults, label: dict[str, str], notes: Mapping) -> dict:
    made = statistics.mistakes(found.results)
    answers = Counter(one.exercise for one in found.results)
    stuck = [
        (exercise, unit, len(who), "; ".join(f"{label[student]}: {what}" for student, what in who.items()))
        for (unit, exercise), who in statistics.stuck(found.results).items()
    ]
    return {
        "title": f"Class report: {found.units[0]}" if len(found.units) == 1 else "Class report",
        "students": len(found.students),
        "handed_in": len(found.submissions),
        "units": found.units,
        "separates": statistics.separating(made),
        "lists": _lists(found, label),
        "distribution": _distribution(found),
        "points": _points(found, label),
        "exercises": _exercises(found),
        "mistakes": [vars(one) | {"note": notes.get(one.exercise, {}).get(one.name, "")} for one in made],
        "answered": answers,
        "unforeseen": statistics.unforeseen(found.results),
        "stuck": stuck,
        "movement": _movement(found) if len(found.units) > 1 else None,
    }


def _lists(found: ClassResults, label: Mapping[str, str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return what a person must look at: a name, what it means, and who with what; each kind apart."""
    late = [
        (
            label[one.student],
            f"{one.unit}, {_duration(one.seconds_late)}" + (f", −{one.penalty:g} points" if one.penalty else ""),
        )
        for one in found.submissions
        if one.seconds_late > 0
    ]
    return [
        (
            "Missing",
            "Nothing was handed in of a unit that others have handed in.",
            [(label[student], unit) for student, unit in found.missing],
        ),
        ("Late", "Handed in after the due date.", late),
        (
            "Could not be graded",
            "No points; the student was told why.",
            [(label[one.student], f"{one.unit}, {one.reason}") for one in found.submissions if one.reason],
        ),
        (
            "Ran out of time",
            "Not judged, which is not wrong: the next `course grade` tries again, and --seconds gives more time.",
            [(label[one.student], f"{one.unit}, {one.exercise}") for one in found.results if one.cut_off],
        ),
        (
            "Still to be graded by hand",
            "In formgrader.",
            [(label[one.student], f"{one.unit}, {one.exercise}") for one in found.results if one.open],
        ),
        (
            REFUSED.partition(" (")[0],
            "A library may do it, too: read the notebook before you judge.",
            [(label[one.student], f"{one.unit}, {', '.join(one.refused)}") for one in found.submissions if one.refused],
        ),
    ]


def _duration(seconds: float) -> str:
    days, rest = divmod(int(seconds), 86_400)
    hours, minutes = divmod(rest // 60, 60)
    parts = [f"{days} d"] * (days > 0) + [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (not days)
    return " ".join(parts) + " late"


def _distribution(found: ClassResults) -> dict:
    points, most = statistics.totals([one for one in found.results if not one.open])
    counts = charts.counts_in_tenths([points[student] / most[student] for student in points if most[student]])
    labels = [f"{10 * place}–{10 * place + 10}%" for place in range(10)]
    alt = "Columns: " + ", ".join(f"{count} at {label}" for label, count in zip(labels, counts, strict=True) if count)
    return {"picture": charts.columns(labels, counts, alt), "rows": list(zip(labels, counts, strict=True))}


def _points(found: ClassResults, label: Mapping[str, str]) -> dict:
    possible, students = _possible(found.results), _by_student(found.results)
    rows = [("(most)", *(f"{possible.get(unit, 0):g}" for unit in found.units), f"{sum(possible.values()):g}")]
    for student in sorted(found.students, key=label.get):
        own = students.get(student, [])
        rows.append((label[student], *(_total(_of_unit(own, unit)) for unit in found.units), _total(own)))
    return {"head": ["student", *found.units, "all"], "rows": rows}


def _exercises(found: ClassResults) -> dict:
    items = statistics.items(found.results)
    alt = "Bars: " + ", ".join(f"{item.exercise} {item.difficulty:.0%}" for item in items)
    picture = charts.bars([item.exercise for item in items], [min(item.difficulty, 1) for item in items], alt)
    return {"picture": picture, "rows": [(item.exercise, item.unit, *_numbers(item)) for item in items]}


def _movement(found: ClassResults) -> dict:
    shares = statistics.shares_by_unit(found)
    medians = [float(np.median(list(shares[unit].values()))) if shares[unit] else None for unit in found.units]
    series = [[shares[unit].get(student) for unit in found.units] for student in found.students]
    rows, before = [], {}
    for unit in found.units:
        own = shares[unit]
        quarters = np.percentile(list(own.values()), [25, 50, 75]) if own else [float("nan")] * 3
        change = [own[student] - before[student] for student in own if student in before]
        fell, rose = sum(one <= -_A_LOT for one in change), sum(one >= _A_LOT for one in change)
        rows.append((unit, len(own), *(f"{one:.0%}" for one in quarters), *((fell, rose) if before else ("–", "–"))))
        before = own
    told = ", ".join(f"{unit} {row[3]}" for unit, row in zip(found.units, rows, strict=True))
    picture = charts.lines([_short(unit) for unit in found.units], series, medians, f"The median by unit: {told}.")
    return {"picture": picture, "rows": rows}
