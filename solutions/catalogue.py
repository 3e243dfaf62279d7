"""How mistakes, variants and cases are written down: a decorated function each, found by its exercise's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course.checks.exercises import EXERCISES


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation. Its name is the function's name, its cause is the docstring.

    Where the exercise is no function but a dictionary, ``function`` is the wrong dictionary.
    """

    name: str
    cause: str
    advice: str
    function: Any


MISTAKES: dict[str, list[Mistake]] = defaultdict(list)
VARIANTS: dict[str, list[Any]] = defaultdict(list)
CASES: dict[str, Callable] = {}


def _answer(exercise: str, function: Callable) -> Any:
    """Return what is judged: the function; or what it returns, where the exercise is a dictionary."""
    return function() if EXERCISES[exercise].is_a == "dict" else function


def mistake(exercise: str, advice: str) -> Callable:
    """Register a wrong implementation of an exercise.

    Parameters
    ----------
    advice : one sentence for the student: where to look next, without giving the code
    """

    def register(function: Callable) -> Callable:
        cause = " ".join((function.__doc__ or "").split())
        if not cause:
            raise ValueError(f"{function.__name__} needs a docstring: it is the cause that the student reads")
        MISTAKES[exercise].append(Mistake(function.__name__, cause, advice, _answer(exercise, function)))
        return function

    return register


def variant(exercise: str) -> Callable:
    """Register a right answer in an unusual style; it must get full points."""

    def register(function: Callable) -> Callable:
        VARIANTS[exercise].append(_answer(exercise, function))
        return function

    return register


def cases(exercise: str) -> Callable:
    """Register the function that draws the cases of an exercise: ``rng`` → a list of Case, ordinary ones first."""

    def register(function: Callable) -> Callable:
        CASES[exercise] = function
        return function

    return register
