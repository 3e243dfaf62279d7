"""Grading one answer: draw an exam, judge the answer, and lend it the reference where another exercise is to blame."""

from __future__ import annotations

import contextlib
import functools
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from types import ModuleType
from typing import Any

import numpy as np

from course.checks import frozen, require_exercise
from course.checks.calls import Outcome, call
from course.checks.exercises import EXERCISES, Exercise
from course.checks.judge import Exam, KnownMistake, judge, observe
from course.checks.verdict import Verdict
from course.grading.repository import load_solutions
from course.grading.session import StandIn, lend


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
    course.errors.CourseError : if the solutions are not on this machine
    """
    exercise = require_exercise(name)
    exam = _draw_once(load_solutions().reference, name, secrets.randbits(32) if seed is None else seed)
    result = judge(exam, answer)
    if result.passed or result.kind in ("not attempted", "misuse") or not exercise.uses:
        return result
    # One mistake costs once: what the answer calls may be wrong, so it gets a second chance with the reference's version.
    with _lend_reference(answer, exercise.uses):
        second = judge(exam, answer)
    return max(result, second, key=lambda result: result.score)


@functools.lru_cache(maxsize=64)
def _draw_once(reference: ModuleType, name: str, seed: int) -> Exam:
    """Draw an exam, or give the one that was drawn before: with a seed for the class it is the same for everybody."""
    return draw_exam(EXERCISES[name], seed)


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


# --- lending -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _lend_reference(answer: Callable, names: Sequence[str]) -> Iterator[None]:
    """Let the names of other exercises mean the reference's functions while the answer runs."""
    lent = {name: getattr(load_solutions().reference, name) for name in names}
    if isinstance(answer, StandIn):
        with lend(answer, lent):  # the kernel calls back for them
            yield
        return
    namespace = _globals_of(answer)
    before = {name: namespace[name] for name in names if name in namespace}
    namespace.update(lent)
    try:
        yield
    finally:
        for name in names:
            del namespace[name]
        namespace.update(before)


def _globals_of(answer: Callable) -> dict:
    """Return the globals that a function, a partial or an object with ``__call__`` sees."""
    while isinstance(answer, functools.partial):
        answer = answer.func
    function = answer if hasattr(answer, "__globals__") else getattr(type(answer), "__call__", None)  # noqa: B004
    return getattr(function, "__globals__", {})


# --- grade.softmax(softmax) --------------------------------------------------------------------------------------------

_collected: ContextVar[tuple[int | None, list[Verdict]] | None] = ContextVar("collected", default=None)


@contextlib.contextmanager
def collect_verdicts(seed: int | None) -> Iterator[list[Verdict]]:
    """Let ``grade.softmax(…)`` add its verdict to a list instead of showing it, while a grader runs a test cell.

    Parameters
    ----------
    seed : of the hidden cases; None draws fresh ones
    """
    verdicts: list[Verdict] = []
    token = _collected.set((seed, verdicts))
    try:
        yield verdicts
    finally:
        _collected.reset(token)


class Grade:
    """One method for each exercise, for nbgrader's hidden tests: ``grade.softmax(softmax)``.

    A method shows the verdict and returns the points as a plain float, which nbgrader reads as partial credit.
    """

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        require_exercise(name)

        def grade_one(answer: Any) -> float:
            seed, verdicts = _collected.get() or (None, None)
            result = verdict(name, answer, seed)
            if verdicts is None:
                from IPython.display import display

                display(result)
            else:
                verdicts.append(result)
            return result.earned

        return grade_one


grade = Grade()
