"""How an exercise is written down. A decorator learns from its module which exercise it belongs to.

`exercises/softmax.py` holds one ``EXERCISE``, one function under ``@cases``, and any number under ``@mistake`` and
``@variant``. Nothing here is secret from an instructor, and nothing of it goes to a student but what `course build` writes
to ``course/exercises/softmax.json``: the contract, frozen numbers, and what each mistake gives.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from course.checks.exercises import Exercise

# The course map: the units that each unit builds on. What these and theirs built is in its given.py.
NEEDS = {
    "01-one-hot": (),
    "02-initialisation": ("01-one-hot",),
    "03-forward-pass": ("01-one-hot", "02-initialisation"),
    "04-loss": ("01-one-hot", "03-forward-pass"),
    "05-backpropagation": ("04-loss",),
    "06-update": ("05-backpropagation",),
    "07-training-loop": ("06-update",),
    "08-error-inspection": ("07-training-loop",),
    "09-mini-batches": ("08-error-inspection",),
    "10-two-moons": ("06-update",),
    "11-neuron-by-neuron": ("06-update",),
    "12-any-depth": ("09-mini-batches", "10-two-moons"),
}

_NO_EXERCISES = ("catalogue", "draw", "recorded_runs")  # the other files of this folder


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation. Its name is the function's name, its cause is the docstring.

    Where the exercise is no function but a dictionary, ``function`` is the wrong dictionary.
    """

    name: str
    cause: str
    advice: str
    function: Any


@dataclass(frozen=True)
class Entry:
    """All that one file says: the contract, how cases are drawn (``rng`` → a list of Case), mistakes and variants."""

    exercise: Exercise
    draw: Callable
    mistakes: list[Mistake]
    variants: list[Any]


_cases: dict[str, Callable] = {}
_mistakes: dict[str, list[Mistake]] = defaultdict(list)
_variants: dict[str, list[Any]] = defaultdict(list)


def cases(draw: Callable) -> Callable:
    """Register the function that draws the calls on which an answer is tried: ``rng`` → a list of Case.

    Cases are drawn with a fixed seed for students, with a fresh one for grading. The first part of the list is the ordinary
    case; every further part is a special one, and earns only where the ordinary one is right. Let sizes n, d, h and k
    differ and biases not be zero; square and single-row cases come on top.
    """
    _cases[_exercise_of_caller()] = draw
    return draw


def mistake(advice: str) -> Callable:
    """Register a wrong answer that people really give. The docstring is the cause that a student reads.

    More basic mistakes come first: where two explain the same, the first one is named.

    Parameters
    ----------
    advice : one sentence for the student: where to look next, without giving the code
    """
    exercise = _exercise_of_caller()

    def register(function: Callable) -> Callable:
        cause = " ".join((function.__doc__ or "").split())
        if not cause:
            raise ValueError(f"{function.__name__} needs a docstring: it is the cause that the student reads")
        _mistakes[exercise].append(Mistake(function.__name__, cause, advice, function))
        return function

    return register


def variant(answer: Callable) -> Callable:
    """Register a right answer in an unusual style; every check and every grade must give it full points."""
    _variants[_exercise_of_caller()].append(answer)
    return answer


def _exercise_of_caller() -> str:
    """Return the name of the module that calls a decorator; an answer itself may be a ufunc or an object of elsewhere."""
    return sys._getframe(2).f_globals["__name__"].rpartition(".")[2]


@functools.cache
def load_entries() -> dict[str, Entry]:
    """Import all exercises, and return them by name.

    Raises
    ------
    ValueError : if a file lacks its contract or its cases
    """
    folder = importlib.import_module(__package__)
    names = [module.name for module in pkgutil.iter_modules(folder.__path__) if module.name not in _NO_EXERCISES]
    return {name: _load_entry(name) for name in names}


def _load_entry(name: str) -> Entry:
    module = importlib.import_module(f"{__package__}.{name}")
    if not isinstance(getattr(module, "EXERCISE", None), Exercise) or name not in _cases:
        raise ValueError(f"exercises/{name}.py needs EXERCISE = Exercise(…) and a function under @cases")
    exercise = replace(module.EXERCISE, name=name)
    mistakes, variants = _mistakes[name], _variants[name]
    if exercise.is_a == "dict":  # the functions write the dictionaries that are judged
        mistakes = [replace(known, function=known.function()) for known in mistakes]
        variants = [write() for write in variants]
    return Entry(exercise, _cases[name], mistakes, variants)
