"""The exercises: what each function takes and returns, its points, and the first two steps of its hint.

No formula stands here: the contracts are data, which `course build` wrote to ``course/exercises`` together with the frozen
cases. What is right comes from these (for students) or from the reference (for grading).
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib import resources
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Exercise:
    """One function (or class, or dictionary) that a student writes.

    Attributes
    ----------
    parameters : the names of the arguments in order, with their defaults: ``("x", "axis=1")``
    returns : the names of what comes back, in order; a single name means the value itself, and a tuple of names stands for
        a list: ``(("dW_1", "dW_2"), ("db_1", "db_2"))``. Each name is scored on its own
    hints : a nudge, then where to look; the third step of a hint is the cause that the last check found
    name, place : of its file, and its number in the unit; the build fills them in
    is_a : "function", "class" or "dict"
    dtype : "int", "float64" or "list" (plain lists, no arrays) where the task names a type, else ""
    biases : which of the returned values are biases, so that (1, h) is as good as (h,)
    uses : the other exercises that the answer may call
    consume : what comes back is an iterable, whose items are compared
    steady : what a mistake gives does not depend on the numbers drawn, so that grading need not try each one again
    norm_tolerance : if above 0, how large the norm of the error may be, as a share of the norm of what is right
    """

    unit: str
    points: int
    parameters: tuple[str, ...]
    returns: tuple[str | tuple[str, ...], ...]
    hints: tuple[str, str]
    name: str = ""
    place: int = 0
    is_a: str = "function"
    dtype: str = ""
    biases: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    consume: bool = False
    steady: bool = False
    norm_tolerance: float = 0.0

    @property
    def random(self) -> bool:
        """Whether the answer draws random numbers from an ``rng`` argument."""
        return "rng" in self.parameters

    @property
    def argument_names(self) -> tuple[str, ...]:
        """The names of the arguments, without their defaults."""
        return tuple(parameter.split("=")[0] for parameter in self.parameters)

    # What only some exercises need stands in the module of their name in course/checks/measures.

    @functools.cached_property
    def _measures(self) -> ModuleType | None:
        module = f"course.checks.measures.{self.name}"
        return importlib.import_module(module) if importlib.util.find_spec(module) else None

    @property
    def probe(self) -> Callable | None:
        """How to call an answer that is no function: ``probe(answer, *args)``."""
        return getattr(self._measures, "probe", None)

    @property
    def shown(self) -> Callable | None:
        """What a probe does, for a reader: ``shown(*args)``."""
        return getattr(self._measures, "shown", None)

    @property
    def measure(self) -> Callable | None:
        """For results that are random or have many right forms: ``measure(result, *args)`` turns what came back into named
        numbers; or sentences that say what is wrong, empty if nothing is (what follows a line break is a detail)."""
        return getattr(self._measures, "measure", None)

    @property
    def tolerances(self) -> Mapping[str, tuple[float, float]]:
        """The (relative, absolute) tolerance of each measured number, by name."""
        return getattr(self._measures, "TOLERANCES", {})

    @property
    def sentences(self) -> Mapping[str, str]:
        """What to say where a measured number is wrong, by its name, if the number alone tells a reader nothing; it may hold
        ``{right}`` and ``{got}``."""
        return getattr(self._measures, "SENTENCES", {})

    @property
    def canonical(self) -> Callable | None:
        """For results with ties: ``canonical(result, *args)`` rewrites each of the right forms to the same one, and gives
        anything else back as it is."""
        return getattr(self._measures, "canonical", None)


def to_json(exercise: Exercise) -> dict[str, Any]:
    """Return a contract as what ``json.dumps`` takes, without what is as by default."""
    return {
        field.name: value for field in fields(exercise) if (value := getattr(exercise, field.name)) != field.default
    }


def _from_json(stored: dict[str, Any]) -> Exercise:
    return Exercise(**{name: _as_tuples(value) for name, value in stored.items()})


def _as_tuples(value: Any) -> Any:
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


@functools.cache
def stored(name: str) -> dict[str, Any]:
    """Return what `course build` wrote of one exercise."""
    return json.loads((resources.files("course.exercises") / f"{name}.json").read_text(encoding="utf-8"))


def _load_all() -> dict[str, Exercise]:
    files = resources.files("course.exercises").iterdir()
    names = [path.name.removesuffix(".json") for path in files if path.name.endswith(".json")]
    exercises = [_from_json(stored(name)["exercise"]) for name in names]
    return {exercise.name: exercise for exercise in sorted(exercises, key=lambda one: (one.unit, one.place))}


EXERCISES: dict[str, Exercise] = _load_all()
UNITS: tuple[str, ...] = tuple(dict.fromkeys(exercise.unit for exercise in EXERCISES.values()))
