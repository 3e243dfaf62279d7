"""What an instructor runs: verdicts against the reference, on fresh random cases."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.checks import frozen, require_exercise
from course.checks.calls import Outcome, call
from course.checks.exercises import Exercise
from course.checks.judge import Exam, KnownMistake, judge, observe
from course.checks.verdict import Verdict
from course.grading.helpers import reference_helpers
from course.grading.repository import load_solutions

__all__ = ["draw_exam", "grade", "verdict"]


def verdict(name: str, answer: Any, seed: int | None = None) -> Verdict:
    """Grade an answer against the reference on random cases.

    Parameters
    ----------
    name : the exercise, for instance "softmax"
    answer : the student's function; other exercises that it calls by name may be wrong without a loss here
    seed : the same seed draws the same cases; None draws fresh ones

    Raises
    ------
    ValueError : if there is no exercise of that name
    FileNotFoundError : if the solutions are not on this machine
    """
    exercise = require_exercise(name)
    exam = draw_exam(exercise, secrets.randbits(32) if seed is None else seed)
    result = judge(exam, answer)
    if result.passed or result.kind in ("not attempted", "misuse") or not exercise.uses:
        return result
    # One mistake costs once: what the answer calls may be wrong, so it gets a second chance with the reference's version.
    with reference_helpers(answer, exercise.uses):
        second = judge(exam, answer)
    return max(result, second, key=lambda result: result.score)


def draw_exam(exercise: Exercise, seed: int, *, hidden: bool = True) -> Exam:
    """Draw random cases, and say what the reference and each known mistake give for them."""
    solutions = load_solutions()
    cases = tuple(solutions.cases[exercise.name](np.random.default_rng(seed)))
    reference = getattr(solutions.reference, exercise.name)
    return Exam(
        exercise=exercise,
        cases=cases,
        expected=tuple(
            _require_sound(call(reference, exercise, case)) if case.expected is None else Outcome(value=case.expected)
            for case in cases
        ),
        find_mistakes=lambda: (
            frozen.load(exercise.name).mistakes if exercise.steady and hidden else _observe_mistakes(exercise, cases)
        ),
        hidden=hidden,
    )


def _observe_mistakes(exercise: Exercise, cases: tuple) -> tuple[KnownMistake, ...]:
    return tuple(
        KnownMistake(known.name, known.cause, known.advice, observe(exercise, cases, known.function))
        for known in load_solutions().mistakes[exercise.name]
    )


def _require_sound(outcome: Outcome) -> Outcome:
    if outcome.malformed or outcome.changed:
        raise AssertionError(f"the reference breaks its contract: {outcome}")
    return outcome


@dataclass
class Book:
    """Where verdicts are written while a grader runs an instructor's test cell.

    Attributes
    ----------
    seed : of the hidden cases; None draws fresh ones
    """

    seed: int | None = None
    verdicts: list[Verdict] = field(default_factory=list)


_book: ContextVar[Book | None] = ContextVar("book", default=None)


@contextlib.contextmanager
def keeping(book: Book) -> Iterator[None]:
    """Let ``grade.softmax(…)`` write into ``book`` instead of showing the verdict."""
    token = _book.set(book)
    try:
        yield
    finally:
        _book.reset(token)


class Grade:
    """One method for each exercise, for nbgrader's hidden tests: ``grade.softmax(softmax)``.

    A method shows the verdict and returns the points as a plain float, which nbgrader reads as partial credit.
    """

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        require_exercise(name)

        def grade_one(answer: Any) -> float:
            book = _book.get()
            result = verdict(name, answer, book.seed if book else None)
            if book:
                book.verdicts.append(result)
            else:
                from IPython.display import display

                display(result)
            return result.earned

        return grade_one


grade = Grade()
