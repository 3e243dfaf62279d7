"""The ``check`` of the notebooks: one method for each exercise, hints and progress."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from course.checks import frozen, notebook
from course.checks.exercises import EXERCISES, UNITS, Exercise
from course.checks.judge import judge, not_judged
from course.checks.show import CourseProgress, Progress, Text, read_saved_verdicts
from course.checks.verdict import Verdict

_FROM_NOTEBOOK = object()  # instead of an answer: take the one that has the exercise's name
# For one call of an answer. A right one takes a twentieth of that, or less; of a class, one call trains many networks.
_SECONDS = {"function": 10, "dict": 10, "class": 60}


def check_answer(name: str, answer: Any, seconds: float | None = None) -> Verdict:
    """Check an answer on the frozen cases; needs no reference.

    Parameters
    ----------
    name : the exercise, for instance "softmax"
    answer : the student's function
    seconds : how long one call of it may take, by default 10, or 60 for a class; what takes longer is stopped, not judged

    Raises
    ------
    ValueError : if there is no exercise of that name
    """
    exercise = require_exercise(name)
    result = judge(frozen.load(name), answer, seconds or _SECONDS[exercise.is_a])
    if result.passed or result.kind in ("not attempted", "not judged"):
        return result
    return _name_broken_helper(exercise, answer, result)


def _name_broken_helper(exercise: Exercise, answer: Any, result: Verdict) -> Verdict:
    """Say so if a function that the answer calls does not pass its own check: that is the one to mend first."""
    named = getattr(getattr(answer, "__code__", None), "co_names", ())
    for helper in (name for name in exercise.uses if name in named):
        function = answer.__globals__.get(helper)
        if function is None:
            continue
        found = check_answer(helper, function)
        if not found.passed and found.kind != "not judged":
            message = f"{exercise.name} calls your {helper}, which does not pass its own check. Mend {helper} first."
            return replace(result, message=f"{message} {result.message}")
    return result


def require_exercise(name: str) -> Exercise:
    """Return the exercise of that name.

    Raises
    ------
    ValueError : if there is none; it says which name is close
    """
    if name in EXERCISES:
        return EXERCISES[name]
    close = difflib.get_close_matches(str(name), EXERCISES, n=1)
    more = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(EXERCISES)}."
    raise notebook.Refused(f"There is no exercise {name!r}. {more}")


_OLDER = "So the check would judge an older version. Mend it and run that cell, then run this one again."


def _take_from_notebook(name: str) -> Any:
    """Return what has the exercise's name in the notebook.

    Raises
    ------
    ValueError : if there is none
    """
    if name in notebook.namespace():
        return notebook.namespace()[name]
    if notebook.namespace():
        raise notebook.Refused(notebook.explain_missing(name))
    raise notebook.Refused(f"check.{name} needs your answer. Write check.{name}({name}).")


def _next_step(exercise: Exercise, kind: str) -> str:
    """Return what to do about an answer whose cause is not known."""
    if exercise.is_a != "function":
        return (
            "Change one thing, and see what becomes of it." if exercise.is_a == "class" else "Look at the curves again."
        )
    if kind == "raised":
        return "Print the shapes of what stands in that line, just before it."
    if kind in ("type", "shape"):
        return "Print what your function returns in that call: its type, its shape, and the shapes on the way there."
    if kind == "value" and "epochs" in exercise.parameters:
        return "Start with a single epoch and a few rows, and compare it with one step that you work out by hand."
    if kind == "value" and not exercise.random:
        return "Take that call, and work the first wrong entry out by hand, step by step."
    return ""


class Check:
    """One method for each exercise, and the student's way through the notebook.

    ``check.softmax(softmax)`` returns a :class:`Verdict`, which a notebook shows.
    """

    def __init__(self) -> None:
        self.seconds: float | None = None  # for one call of an answer, if a student sets it
        self._verdicts: dict[str, Verdict] = {}
        self._steps: dict[str, int] = {}

    def __getattr__(self, name: str) -> Callable:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            require_exercise(name)
        except ValueError as problem:
            raise notebook.NoSuchCheck(str(problem)) from None

        def check_one(answer: Any = _FROM_NOTEBOOK) -> Verdict:
            return self._check(name, _take_from_notebook(name) if answer is _FROM_NOTEBOOK else answer)

        check_one.__name__ = name
        check_one.__doc__ = f"Check your function {name}."
        return check_one

    def _check(self, name: str, answer: Any) -> Verdict:
        """Return the verdict, and remember it; for nbgrader's validation raise what does not pass."""
        unreadable = notebook.find_unreadable(name)
        if unreadable:
            result = not_judged(EXERCISES[name], f"{unreadable} {_OLDER}")
        else:
            result = check_answer(name, answer, self.seconds)
        if result.passed and notebook.namespace() and name not in notebook.namespace():
            result = replace(
                result, notes=(*result.notes, f"The grader looks for the name {name}. Give your answer this name.")
            )
        self._verdicts[name] = result
        if os.environ.get("NBGRADER_VALIDATING") and not result.passed:
            raise notebook.NotPassed(str(result))
        return result

    def __repr__(self) -> str:
        example = self._exercises_here()[0]
        return (
            f"check.{example}({example}) checks what you wrote.\n"
            f'check.hint("{example}") gives a hint.\n'
            "check.progress() shows your points.\n"
            f"{self._names_here()}"
        ).strip()

    def _names_here(self) -> str:
        names = self._exercises_here()
        return f"The exercises of this unit: {', '.join(names)}." if len(names) < len(EXERCISES) else ""

    def __dir__(self) -> list[str]:
        return [*EXERCISES, "hint", "progress"]

    def hint(self, name: str = "", step: int | None = None) -> Text:
        """Show the next of three hints: a nudge, where to look, and the cause that the last check found.

        Parameters
        ----------
        name : the exercise; without one, you are told which there are
        step : 1, 2 or 3 to choose; by default each call goes one step further

        Raises
        ------
        ValueError : if there is no such exercise or step
        """
        if not name:
            example = self._exercises_here()[0]
            return Text(f'Say for which exercise: check.hint("{example}"). {self._names_here()}')
        name = getattr(name, "__name__", name)  # check.hint(softmax) is as clear
        exercise = require_exercise(name)
        if step not in (None, 1, 2, 3):
            raise notebook.Refused(f"A hint has the steps 1, 2 and 3, not {step!r}.")
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
        if last.kind == "not judged":
            return last.message
        if last.cause:
            return f"{last.cause} {last.advice}"
        return f"{last.message} {_next_step(EXERCISES[name], last.kind)}".strip()

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
