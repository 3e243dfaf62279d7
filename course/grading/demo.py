"""`course demo`: a small class whose true scores are known, graded as an instructor grades: by `course grade`.

The class is made from the variants and mistakes of the catalogue: perfect, odd but right, one systematic mistake, half done,
empty.
"""

from __future__ import annotations

import inspect
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from rich.console import Console

from course.checks.exercises import EXERCISES, UNITS
from course.errors import CourseError, IsolationMissing
from course.grading import verdict
from course.grading.answers import answer_source
from course.grading.classroom import grade_class
from course.grading.feedback import write_feedback
from course.grading.report import Result, read_results, show_report, write_report
from course.grading.repository import load_solutions
from course.grading.sandbox import Sandbox

SEED = 7  # of the hidden cases, so that the demo says the same each time
_MARK = ".course-demo"  # only a folder with this file in it is ever emptied
_SHOWN = "mia", "05-backpropagation"  # whose feedback page is written, of which unit


@dataclass(frozen=True)
class Student:
    """A made-up student: for each exercise a function of the catalogue, or None for a blank."""

    name: str
    answers: dict[str, Callable | None]


def sample_class() -> list[Student]:
    """Return the class: twelve students of five kinds."""
    solutions = load_solutions()
    perfect = {name: getattr(solutions.reference, name) for name in EXERCISES}
    mistakes = {name: [known.function for known in solutions.mistakes[name]] for name in EXERCISES}
    half = {name: perfect[name] if number % 2 == 0 else None for number, name in enumerate(EXERCISES)}
    mixed = {n: _pick(solutions.variants[n], 3) if number % 3 else None for number, n in enumerate(EXERCISES)}
    one_slip = perfect | {name: _pick(mistakes[name], 6) for name in list(EXERCISES)[::3]}
    return [
        Student("ada", perfect),
        Student("emil (all blank)", dict.fromkeys(EXERCISES)),
        *(  # odd, but right
            Student(name, {exercise: _pick(solutions.variants[exercise], number) for exercise in EXERCISES})
            for number, name in enumerate(("odette", "otto", "olga"))
        ),
        *(  # one mistake in each exercise
            Student(name, {exercise: _pick(mistakes[exercise], number) for exercise in EXERCISES})
            for number, name in enumerate(("mia", "milan", "mona", "marek"))
        ),
        Student("hal", half),
        Student("sam", one_slip),
        Student("max", mixed),
    ]


def _pick(functions: list[Callable], number: int) -> Callable:
    """Choose one that has a text which can stand in a notebook."""
    written = [answer for answer in functions if isinstance(answer, type | dict) or inspect.isfunction(answer)]
    return written[number % len(written)]


def run_demo(root: Path, folder: Path, jobs: int) -> None:
    """Grade the class in ``folder`` and show the report.

    Raises
    ------
    CourseError : if the folder holds something else, the grading fails, or a score is not the true one
    """
    console, started = Console(), time.monotonic()
    _prepare(folder)
    students = sample_class()
    for unit in UNITS:
        for student in students:
            _hand_in(root, folder, student, unit)
    console.print(f"{len(students)} made-up students hand in {len(UNITS)} notebooks each, from blank to perfect.")
    isolation = choose_isolation(console)
    # The last unit takes longest, so that it comes first.
    summary = grade_class(
        folder, *reversed(UNITS), jobs=jobs, seed=SEED, isolation=isolation, source=root / "source", console=console
    )
    student, unit = _SHOWN
    write_feedback(folder, unit, [student], console=console)
    results = read_results(folder)
    wrong = compare_with_truth(students, results)
    show_report(results, console)
    page, report = folder / "feedback" / student / unit / f"{unit}.html", write_report(results, folder)
    for line in (
        f"{len(students)} students, {len(results)} answers, {time.monotonic() - started:.0f} seconds, "
        f"{len(wrong)} scores not as they should be.",
        f"Feedback, as a student gets it: {page}",
        f"Each student's mistakes:        {report}",
        "Next: `make lab` opens the notebooks; docs/grading.md says how to grade your own class.",
    ):
        console.print(line, soft_wrap=True, highlight=False)
    not_judged = [f"{who}: {why}" for who, why in summary.not_judged.items()]
    if wrong or not_judged:
        raise CourseError("not as it should be:\n" + "\n".join(f"  {line}" for line in [*wrong, *not_judged]))


def choose_isolation(console: Console) -> str:
    """Return "bubblewrap", or "none" where it cannot run: the sample class is our own, so it may be trusted."""
    try:
        Sandbox("bubblewrap").close()
    except IsolationMissing as problem:
        console.print(f"{problem}\nThe sample class needs no isolation, so it is graded without. Real submissions do.")
        return "none"
    return "bubblewrap"


def compare_with_truth(students: list[Student], results: list[Result]) -> list[str]:
    """Return a line for each answer whose points or mistake are not the known ones."""
    by_answer = {(result.student, result.exercise): result for result in results}
    known_names = {
        (name, id(known.function)): known.name for name in EXERCISES for known in load_solutions().mistakes[name]
    }
    wrong = []
    for student in students:
        for name, function in student.answers.items():
            result = by_answer.get((student.name, name))
            points, mistake = _truth(name, function, known_names)
            if result is None or (result.points, result.mistake) != (points, mistake):
                got = "nothing" if result is None else f"{result.points:g} points and {result.mistake}"
                wrong.append(f"{student.name}, {name}: {got} instead of {points:g} points and {mistake}")
    return wrong


def _truth(name: str, function: Callable | None, known_names: dict) -> tuple[float, str | None]:
    """Return the points and the mistake: none for a blank, all for what is right, a share for a known mistake."""
    if function is None:
        return 0.0, None
    if (name, id(function)) not in known_names:
        return float(EXERCISES[name].points), None
    return verdict(name, function, SEED).earned, known_names[name, id(function)]


def _prepare(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise CourseError(f"{folder} is not empty and not a demo. Name another one with --folder.")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / _MARK).touch()
    except OSError as problem:
        raise CourseError(f"{folder} cannot be written: {problem.strerror}. Name another one with --folder.") from None


def _hand_in(root: Path, folder: Path, student: Student, unit: str) -> None:
    """Fill the blanks of the released notebook, as the student would, and hand it in."""
    notebook = nbformat.read(root / "release" / unit / f"{unit}.ipynb", as_version=4)
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        function = student.answers.get(marks.get("grade_id")) if marks.get("solution") else None
        if function is not None:
            cell.source = answer_source(marks["grade_id"], function)
    handed_in = folder / "submitted" / student.name / unit
    handed_in.mkdir(parents=True)
    nbformat.write(notebook, handed_in / f"{unit}.ipynb")
