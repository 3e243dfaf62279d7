"""`course demo`: a small class whose true scores are known, graded by nbgrader from release to feedback.

The class is made from solutions/variants and solutions/mistakes: perfect, odd but right, one systematic mistake,
half done, empty.
"""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course.checks.exercises import EXERCISES, UNITS
from course.errors import CourseError
from course.grading import books, verdict
from course.grading.answers import answer_source
from course.grading.report import Result, read_results, show_report
from course.grading.repository import load_solutions
from course.grading.sandbox import IsolationMissing, Sandbox
from course.reference import read_notebook

SEED = 7  # of the hidden cases, so that the demo says the same each time
_MARK = ".course-demo"  # only a folder with this file in it is ever emptied


@dataclass(frozen=True)
class Student:
    """A made-up student: for each exercise a function of solutions/, or None for a blank."""

    name: str
    answers: dict[str, Callable | None]


def sample_class() -> list[Student]:
    """Return the class: fourteen students of five kinds."""
    solutions = load_solutions()
    perfect = {name: getattr(solutions.reference, name) for name in EXERCISES}
    blank = dict.fromkeys(EXERCISES)
    names = list(EXERCISES)
    students = [Student("ada", perfect), Student("empty-handed-emil", blank)]
    for number, name in enumerate(("odette", "otto", "olga")):  # odd, but right
        students.append(Student(name, {ex: _pick(solutions.variants[ex], number) for ex in names}))
    for number, name in enumerate(("mia", "milan", "mona", "marek", "miriam", "mats")):  # one mistake in each exercise
        known = {ex: [mistake.function for mistake in solutions.mistakes[ex]] for ex in names}
        students.append(Student(name, {ex: _pick(known[ex], number) for ex in names}))
    half = {ex: perfect[ex] if number % 2 == 0 else None for number, ex in enumerate(names)}
    students.append(Student("hal", half))
    one_slip = perfect | {ex: _pick([m.function for m in solutions.mistakes[ex]], 6) for ex in names[::3]}
    students.append(Student("sam", one_slip))
    mixed = {ex: _pick(solutions.variants[ex], 3) if number % 3 else None for number, ex in enumerate(names)}
    return [*students, Student("mixed-up-max", mixed)]


def _pick(functions: list[Callable], number: int) -> Callable:
    """Choose one that has a text which can stand in a notebook."""
    written = [answer for answer in functions if isinstance(answer, type | dict) or inspect.isfunction(answer)]
    return written[number % len(written)]


def run_demo(root: Path, folder: Path, jobs: int) -> list[str]:
    """Grade the class in ``folder``, show the report, and return a line for each score that is not the true one.

    Raises
    ------
    CourseError : if the folder holds something else, or nbgrader fails
    """
    console = Console()
    _prepare(folder)
    students = sample_class()
    for unit in UNITS:
        _release(root, folder, unit)
    with Gradebook(books.database(folder)) as gradebook:
        for student in students:
            gradebook.add_student(student.name)
    for student in students:
        for unit in UNITS:
            _submit(folder, student, unit)
    _grade_all(root, folder, students, jobs, choose_isolation(console), console)
    results = read_results(folder)
    show_report(results, console)
    wrong = compare_with_truth(students, results)
    page = folder / "feedback" / "mia" / UNITS[-1] / f"{UNITS[-1]}.html"
    console.print(f"\n{len(students)} students, {len(results)} answers, {len(wrong)} scores not as they should be.")
    console.print("A feedback page, as a student gets it:", style="bold")
    console.print(str(page), soft_wrap=True)
    return wrong


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


# --- the steps, as an instructor and a student would take them ---------------------------------------------------------


def _prepare(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise CourseError(f"{folder} is not empty and not a demo. Name another one with --folder.")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / _MARK).touch()
    except OSError as problem:
        raise CourseError(f"{folder} cannot be written: {problem.strerror}. Name another one with --folder.") from None


def _release(root: Path, folder: Path, unit: str) -> None:
    try:
        books.run(GenerateAssignment, books.configure(folder, unit, source=root / "source"))
    except books.NbgraderFailed as problem:
        raise CourseError(f"nbgrader could not release {unit}:\n{problem}") from None


def _submit(folder: Path, student: Student, unit: str) -> None:
    """Fill the blanks of the released notebook and hand it in."""
    notebook = read_notebook(folder / "release" / unit / f"{unit}.ipynb")
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        function = student.answers.get(marks.get("grade_id")) if marks.get("solution") else None
        if function is not None:
            cell.source = answer_source(marks["grade_id"], function)
    handed_in = folder / "submitted" / student.name / unit
    handed_in.mkdir(parents=True)
    nbformat.write(notebook, handed_in / f"{unit}.ipynb")


def _grade_all(root: Path, folder: Path, students: list[Student], jobs: int, isolation: str, console: Console) -> None:
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress, ProcessPoolExecutor(jobs) as pool:
        task = progress.add_task("", total=len(students) * len(UNITS))
        waiting = [
            pool.submit(_grade, root, folder, unit, student.name, isolation) for student in students for unit in UNITS
        ]
        try:
            for done in as_completed(waiting):
                done.result()
                progress.advance(task)
        finally:
            pool.shutdown(cancel_futures=True)  # after an error nobody waits for the rest


def _grade(root: Path, folder: Path, unit: str, student: str, isolation: str) -> None:
    """Autograde one submission and write its feedback page."""
    try:
        config = books.configure(folder, unit, student, source=root / "source")
        config.RunInSandbox.seed = SEED
        config.RunInSandbox.isolation = isolation
        for converter in (Autograde, GenerateFeedback):
            books.run(converter, config)
    except books.NbgraderFailed as problem:
        raise CourseError(f"nbgrader could not grade {student}'s {unit}:\n{problem}") from None
