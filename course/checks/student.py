"""The ``check`` of the notebooks: one method for each exercise, hints and progress."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import Any

from course.checks import frozen, notebook
from course.checks.calls import call_again
from course.checks.exercises import EXERCISES, UNITS, Exercise
from course.checks.guess import NOTHING, Guesses
from course.checks.judge import judge, not_judged
from course.checks.line import explains, find_line, takes_long
from course.checks.show import CourseProgress, Hint, Progress, Text, read_saved_verdicts
from course.checks.verdict import HINTS, Verdict

_FROM_NOTEBOOK = object()  # instead of an answer: take the one that has the exercise's name
# For one call of an answer. A right one takes a twentieth of that, or less; of a class, one call trains many networks. With
# the numbers of a dictionary the check itself trains, so that no loop of a student can be endless.
_SECONDS = {"function": 10, "dict": 600, "class": 60}
_SECONDS_FOR_LINE = 2.0  # of CPU, to find your line when a student asks for a hint that says where to look


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
    if helper := _find_broken_helper(exercise, answer):
        message = f"{name} calls your {helper}, which does not pass its own check. Mend {helper} first."
        return replace(result, message=f"{message} {result.message}")
    return result if takes_long(exercise) else _with_line(result, answer)


def _with_line(result: Verdict, answer: Any, seconds: float | None = None) -> Verdict:
    """Add the line at which a wrong answer goes wrong, if it is found, unless a known mistake explains the answer."""
    exam = frozen.load(result.exercise)
    if result.mistake and explains(exam, result.mistake, answer):
        return result
    line = find_line(exam, answer, seconds)
    return replace(result, line=line, mistake=None, cause="", advice="") if line else result


def _find_broken_helper(exercise: Exercise, answer: Any) -> str:
    """Return the name of a function that the answer calls and that does not pass its own check: it is the one to mend first."""
    called = {name: part.__globals__.get(name) for part in _functions_of(answer) for name in part.__code__.co_names}
    for helper in exercise.uses:
        function = called.get(helper)
        if function is None:
            continue
        found = check_answer(helper, function)
        if not found.passed and found.kind != "not judged":
            return helper
    return ""


def _functions_of(answer: Any) -> list[FunctionType]:
    """Return the function that an answer is, or the methods of a class and of what it is made from."""
    parts = [part for base in answer.__mro__ for part in vars(base).values()] if isinstance(answer, type) else [answer]
    return [part for part in parts if isinstance(part, FunctionType)]


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
        self._answers: dict[str, Any] = {}
        self._steps: dict[str, int] = {}
        self._guesses: dict[Path, Guesses] = {}  # by the folder that they are kept in

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
        result = replace(result, hints_used=self._steps.get(name, 0))
        self._verdicts[name], self._answers[name] = result, answer
        if os.environ.get("NBGRADER_VALIDATING") and not result.passed:
            raise notebook.NotPassed(str(result))
        return result

    def __repr__(self) -> str:
        example = self._exercises_here()[0]
        return (
            f"check.{example}({example}) checks what you wrote.\n"
            f'check.hint("{example}") gives a hint.\n'
            f'check.call("{example}") gives the arguments of the call that failed.\n'
            "check.progress() shows your points.\n"
            f"{self._names_here()}"
        ).strip()

    def _names_here(self) -> str:
        names = self._exercises_here()
        return f"The exercises of this unit: {', '.join(names)}." if len(names) < len(EXERCISES) else ""

    def __dir__(self) -> list[str]:
        return [*EXERCISES, "call", "guess", "hint", "progress"]

    def call(self, name: str) -> tuple:
        """Return the arguments of the call that the last check showed, fresh each time.

        ``softmax(*check.call("softmax"))`` makes that call again.

        Raises
        ------
        ValueError : if there is no such exercise, or no call to be made again
        """
        name = getattr(name, "__name__", name)
        exercise, last = require_exercise(name), self._verdicts.get(name)
        if last is None:
            raise notebook.Refused(f"Run check.{name}({name}) first: this gives the arguments of the call that failed.")
        if last.passed:
            raise notebook.Refused(f"No call of {name} failed in your last check.")
        if last.case is None or exercise.probe:
            raise notebook.Refused(f"The last check of {name} showed no call that could be made again.")
        return call_again(exercise, last.case)

    def hint(self, name: str = "", step: int | None = None) -> Hint | Text:
        """Show the next of three hints, with those before it: a nudge, where to look, and the cause that the last check found.

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
        require_exercise(name)
        if step not in (None, 1, 2, 3):
            raise notebook.Refused(f"A hint has the steps 1, 2 and 3, not {step!r}.")
        step = step or min(self._steps.get(name, 0) + 1, HINTS)
        self._steps[name] = max(step, self._steps.get(name, 0))
        says = (self._nudge, self._where, self._cause)[:step]
        return Hint(name, [say(name) for say in says])

    def _nudge(self, name: str) -> str:
        return EXERCISES[name].hints[0]

    def _where(self, name: str) -> str:
        """Return where to look: the line, if it was found."""
        hint, last = EXERCISES[name].hints[1], self._with_line(name)
        return f"{hint} In your code: line {last.line.number}, `{last.line.text}`." if last and last.line else hint

    def _with_line(self, name: str) -> Verdict | None:
        """Return the last verdict, with the line if it can be found, which is looked for longer than in a check."""
        last = self._verdicts.get(name)
        if last is None or last.passed or last.line or last.kind in ("not attempted", "not judged", "misuse"):
            return last
        if not _find_broken_helper(EXERCISES[name], self._answers[name]):
            self._verdicts[name] = _with_line(last, self._answers[name], _SECONDS_FOR_LINE)
        return self._verdicts[name]

    def _cause(self, name: str) -> str:
        last = self._with_line(name)
        if last is None or last.kind == "not attempted":
            return f"Write a first version, run check.{name}({name}), then ask again: this step explains what it found."
        if last.passed:
            return "Your last check passed. There is nothing left to find."
        if last.kind == "not judged":
            return last.message
        if last.line:
            return f"{last.message} Your line: {last.line}"
        if last.cause:
            return f"{last.message} The likely cause: {last.cause} {last.advice}".strip()
        return f"{last.message} {_next_step(EXERCISES[name], last.kind)}".strip()

    def progress(self, everything: bool = False) -> Progress | CourseProgress:
        """Show what is done in this notebook, the points so far, the guesses, and what to do next.

        Parameters
        ----------
        everything : show all units of your folder instead, as their notebooks were last saved
        """
        if everything:
            return CourseProgress(read_saved_verdicts(Path.cwd().parent) | self._verdicts)
        here = {name: self._verdicts.get(name) for name in self._exercises_here()}
        return Progress(here, self._guesses_here().rows())

    def guess(self, name: str = "", value: Any = NOTHING, *, is_: Any = NOTHING) -> Text:
        """Note what you expect, before a run; or compare it with what came out, after it.

        ``check.guess("best step", 0.01)``, then ``check.guess("best step", is_=best)``. The guesses are kept in the
        notebook's folder, and ``check.progress()`` shows them again.

        Parameters
        ----------
        name : what the guess is about, as the notebook calls it
        value : the guess: a number, a word, a shape, a list; nothing is wrong. None is the place for one
        is_ : what was measured
        """
        guesses = self._guesses_here()
        name = str(name)
        noted = guesses.show(name) if value is NOTHING else guesses.note(name, value)
        return noted if is_ is NOTHING else guesses.compare(name, is_)

    def _guesses_here(self) -> Guesses:
        folder = Path.cwd()
        if folder not in self._guesses:
            self._guesses[folder] = Guesses(folder)
        return self._guesses[folder]

    def _exercises_here(self) -> list[str]:
        here = {Path.cwd().name, notebook.path().stem} & set(UNITS)
        units = {EXERCISES[name].unit for name in self._verdicts} | here
        return [exercise.name for exercise in EXERCISES.values() if exercise.unit in (units or UNITS)]


check = Check()
