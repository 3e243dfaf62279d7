"""What a student runs: ``check.softmax(softmax)``, ``check.hint("softmax")``, ``check.progress()``."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path
from typing import Any

from course.checks import frozen
from course.checks.exercises import EXERCISES, UNITS, Exercise
from course.checks.judge import judge
from course.checks.show import CourseProgress, Progress, Text, read_saved_verdicts
from course.checks.verdict import Verdict

__all__ = ["Check", "Verdict", "check", "verdict"]


def verdict(name: str, answer: Any) -> Verdict:
    """Check an answer on the frozen cases; needs no reference.

    Parameters
    ----------
    name : the exercise, for instance "softmax"
    answer : the student's function

    Raises
    ------
    ValueError : if there is no exercise of that name
    """
    exercise = require_exercise(name)
    result = judge(frozen.load(name), answer)
    if result.passed or result.kind == "not attempted":
        return result
    return _name_broken_helper(exercise, answer, result)


def _name_broken_helper(exercise: Exercise, answer: Any, result: Verdict) -> Verdict:
    """Say so if a function that the answer calls does not pass its own check: that is the one to mend first."""
    named = getattr(getattr(answer, "__code__", None), "co_names", ())
    for helper in (name for name in exercise.uses if name in named):
        function = answer.__globals__.get(helper)
        if function is not None and not verdict(helper, function).passed:
            message = f"{exercise.name} calls your {helper}, which does not pass its own check. Mend {helper} first."
            return replace(result, message=f"{message} {result.message}")
    return result


def require_exercise(name: str) -> Exercise:
    """Return the exercise of that name, or raise a ValueError that says which name is close."""
    if name in EXERCISES:
        return EXERCISES[name]
    close = difflib.get_close_matches(str(name), EXERCISES, n=1)
    more = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(EXERCISES)}."
    raise ValueError(f"There is no exercise {name!r}. {more}")


class Check:
    """One method for each exercise, and the student's way through the notebook.

    ``check.softmax(softmax)`` returns a :class:`Verdict`, which a notebook shows.
    """

    def __init__(self) -> None:
        self._verdicts: dict[str, Verdict] = {}
        self._steps: dict[str, int] = {}

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            require_exercise(name)
        except ValueError as problem:
            raise AttributeError(str(problem)) from None

        def check_one(answer: Any) -> Verdict:
            self._verdicts[name] = verdict(name, answer)
            return self._verdicts[name]

        check_one.__name__ = name
        check_one.__doc__ = f"Check your function {name}."
        return check_one

    def __dir__(self) -> list[str]:
        return [*EXERCISES, "hint", "progress"]

    def hint(self, name: str, step: int | None = None) -> Text:
        """Show the next of three hints: a nudge, where to look, and the cause that the last check found.

        Parameters
        ----------
        name : the exercise
        step : 1, 2 or 3 to choose; by default each call goes one step further

        Raises
        ------
        ValueError : if there is no such exercise or step
        """
        exercise = require_exercise(name)
        if step not in (None, 1, 2, 3):
            raise ValueError(f"A hint has the steps 1, 2 and 3, not {step!r}.")
        step = step or min(self._steps.get(name, 0) + 1, 3)
        self._steps[name] = step
        more = "" if step == 3 else f'\nStill stuck? Call check.hint("{name}") again.'
        text = exercise.hints[step - 1] if step < 3 else self._cause(name)
        return Text(f"Hint {step} of 3 for {name}. {text}{more}")

    def _cause(self, name: str) -> str:
        last = self._verdicts.get(name)
        if last is None or last.kind == "not attempted":
            return f"Write a first version, run check.{name}({name}), then ask again: this step explains what it found."
        if last.passed:
            return "Your last check passed. There is nothing left to find."
        if last.mistake:
            return f"{last.cause} {last.advice}"
        return f"{last.message} Take that call, and work the first wrong entry out by hand, step by step."

    def progress(self, everything: bool = False) -> Progress | CourseProgress:
        """Show what is done in this notebook, and the points so far.

        Parameters
        ----------
        everything : show all units of your folder instead, as their notebooks were last saved
        """
        if everything:
            return CourseProgress(read_saved_verdicts(Path.cwd().parent) | self._verdicts)
        return Progress({name: self._verdicts.get(name) for name in self._exercises_here()})

    def _exercises_here(self) -> list[str]:
        folder = Path.cwd().name
        units = {EXERCISES[name].unit for name in self._verdicts} | ({folder} & set(UNITS))
        return [exercise.name for exercise in EXERCISES.values() if exercise.unit in (units or UNITS)]


check = Check()
