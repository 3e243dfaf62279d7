"""`course demo`: a small class whose true scores are known, graded as an instructor grades: by `course grade`.

The class is made from the variants and mistakes of the catalogue: perfect, odd but right, one systematic mistake, half done,
empty.
"""

from __future__ import annotations

import inspect
import json
import multiprocessing
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from course.checks.exercises import EXERCISES, UNITS
from course.errors import CourseError, IsolationMissing
from course.grading import verdict
from course.grading.answers import answer_source
from course.grading.classroom import Summary, grade_class, progress_bar
from course.grading.feedback import write_feedback
from course.grading.report import show_report, write_report
from course.grading.repository import load_solutions
from course.grading.results import Result, read_class

SEED = 7  # of the hidden cases, so that the demo says the same each time
_MARK = ".course-demo"  # only a folder with this file in it is ever emptied
_SHOWN = "mia", "05-backpropagation"  # whose feedback page is written, of which unit


@dataclass(frozen=True)
class Student:
    """A made-up student: for each exercise a function of the catalogue, or None for a blank."""

    name: str
    answers: dict[str, Callable | None]


def sample_class() -> list[Student]:
    """Return the class: eight students of five kinds."""
    solutions = load_solutions()
    perfect = {name: getattr(solutions.reference, name) for name in EXERCISES}
    known = {name: [mistake.function for mistake in solutions.mistakes[name]] for name in EXERCISES}
    usual = {name: _pick(known[name], 0) for name in EXERCISES}
    other = {name: _pick(known[name], 1) if number % 3 else usual[name] for number, name in enumerate(EXERCISES)}
    half = {name: perfect[name] if number % 2 == 0 else None for number, name in enumerate(EXERCISES)}
    return [
        Student("ada (perfect)", perfect),
        Student("emil (blank)", dict.fromkeys(EXERCISES)),
        Student("hal (half)", half),
        Student("mia", usual),  # a known mistake in each exercise
        Student("milan", other),
        Student("sam", perfect | {name: usual[name] for name in list(EXERCISES)[::2]}),  # in every second one
        *(  # right, but written in an odd way
            Student(name, {exercise: _pick(solutions.variants[exercise], number) for exercise in EXERCISES})
            for number, name in enumerate(("odette", "otto"))
        ),
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
    console.print(f"{len(students)} made-up students hand in {len(UNITS)} notebooks each, from blank to perfect.")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as other:
        handed_in = other.submit(_hand_in_all, root, folder)
        # Meanwhile the true scores. The processes that grade inherit the exams that are drawn for it.
        truth = true_scores(students, console)
        handed_in.result()
    summary = _grade(root, folder, jobs, console)
    student, unit = _SHOWN
    write_feedback(folder, unit, [student], console=console)
    found = read_class(folder)
    results = found.results
    wrong = [*compare_with_truth(truth, results), *(f"{who}: {why}" for who, why in summary.not_judged.items())]
    show_report(results, console)
    report = write_report(found, folder / "report.html")
    for line in (
        f"{len(results)} answers graded in {time.monotonic() - started:.0f} s, {len(wrong)} not as they should be.",
        f"Feedback, as a student gets it: {folder / 'feedback' / student / unit / f'{unit}.html'}",
        f"The class report, all of it:     {report}",
        "Next: `make lab` opens the notebooks; docs/grading.md says how to grade a class of your own.",
    ):
        console.print(line, soft_wrap=True, highlight=False)
    if wrong:
        raise CourseError("not as it should be:\n" + "\n".join(f"  {line}" for line in wrong))


def _grade(root: Path, folder: Path, jobs: int, console: Console) -> Summary:
    """Grade as `course grade` does; where bubblewrap cannot run, without it: the class is our own, so it may be trusted."""
    options = {"jobs": jobs, "seed": SEED, "source": root / "source", "console": console}
    units = reversed(UNITS)  # the last one takes longest
    try:
        return grade_class(folder, *units, **options)
    except IsolationMissing as problem:
        console.print(f"{problem}\nThis class is made up, so it is graded without isolation. Real submissions are not.")
        return grade_class(folder, *UNITS, isolation="none", **options)


def true_scores(
    students: list[Student], console: Console | None = None
) -> dict[tuple[str, str], tuple[float, str | None]]:
    """Return what is known of each answer: student and exercise → points and mistake."""
    known_names = {
        (name, id(known.function)): known.name for name in EXERCISES for known in load_solutions().mistakes[name]
    }
    answers = [(student.name, *answer) for student in students for answer in student.answers.items()]
    with progress_bar(console) as progress:
        return {
            (student, name): _truth(name, function, known_names)
            for student, name, function in progress.track(answers, description="true scores")
        }


def _truth(name: str, function: Callable | None, known_names: dict) -> tuple[float, str | None]:
    """Return the points and the mistake: none for a blank, all for what is right, a share for a known mistake."""
    if function is None:
        return 0.0, None
    if (name, id(function)) not in known_names:
        return float(EXERCISES[name].points), None
    return verdict(name, function, SEED).earned, known_names[name, id(function)]


def compare_with_truth(truth: dict[tuple[str, str], tuple[float, str | None]], results: list[Result]) -> list[str]:
    """Return a line for each answer whose points or mistake are not the known ones."""
    found = {(result.student, result.exercise): (result.points, result.mistake) for result in results}
    wrong = []
    for (student, name), (points, mistake) in truth.items():
        got = found.get((student, name))
        if got != (points, mistake):
            said = "nothing" if got is None else f"{got[0]:g} points and {got[1]}"
            wrong.append(f"{student}, {name}: {said} instead of {points:g} points and {mistake}")
    return wrong


def _prepare(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise CourseError(f"{folder} is not empty and not a demo. Name another one with --folder.")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / _MARK).touch()
    except OSError as problem:
        raise CourseError(f"{folder} cannot be written: {problem.strerror}. Name another one with --folder.") from None


def _hand_in_all(root: Path, folder: Path) -> None:
    """Fill the blanks of the released notebooks, as the students would, and hand them in."""
    students = sample_class()
    for unit in UNITS:
        text = (root / "release" / unit / f"{unit}.ipynb").read_text(encoding="utf-8")
        for student in students:
            notebook = json.loads(text)
            for cell in notebook["cells"]:
                marks = cell["metadata"].get("nbgrader", {})
                function = student.answers.get(marks.get("grade_id")) if marks.get("solution") else None
                if function is not None:
                    cell["source"] = answer_source(marks["grade_id"], function)
            path = folder / "submitted" / student.name / unit / f"{unit}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(notebook), encoding="utf-8")
