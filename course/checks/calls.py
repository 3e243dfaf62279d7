"""Calling an answer: fresh copies of the arguments in, everything that happened out."""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import io
import itertools
import linecache
import re
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from course.checks import functions
from course.checks.exercises import Exercise
from course.checks.limit import run_for
from course.checks.measures import Malformed
from course.plain import Function, Rng

_MOST_ITEMS = 10_000  # of an iterable that comes back
_MOST_PRINTED = 2_000  # characters
_ROUNDING = 1e-12  # what may be left of a step to and fro in an argument, where the task is to take such steps
# Whose lines are not the student's: libraries, and what earlier units built.
_LIBRARIES = ("site-packages", "dist-packages", "<__array_function__ internals>", "<frozen", "given.py")


@dataclass(frozen=True)
class Case:
    """One call of an answer.

    Attributes
    ----------
    part : what this call tries, in words that a student reads: "ordinary numbers", "far apart rows"
    args, kwargs : the arguments; a random generator is given as :class:`course.plain.Rng`, a function as
        :class:`course.plain.Function`
    expected : what is right, if the reference's result is not the only right one; None asks the reference
    """

    part: str
    args: tuple
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    expected: Any = None

    def named(self, exercise: Exercise) -> list[tuple[str, Any]]:
        """Return all arguments with their names."""
        return [*zip(exercise.argument_names, self.args, strict=False), *self.kwargs.items()]

    @property
    def size(self) -> int:
        """How many numbers are given; nothing at all counts as more than anything, since nobody can work with it by hand."""
        return _count([*self.args, *self.kwargs.values()]) or _MOST_ITEMS


def _count(value) -> int:
    if isinstance(value, list | tuple):
        return sum(map(_count, value))
    return int(np.size(value)) if isinstance(value, np.ndarray) else 0


@dataclass(frozen=True)
class Failure:
    """An exception that an answer raised.

    Attributes
    ----------
    type_name, message : of the exception
    types : the names of its class and of all base classes
    line, number : the student's line that raised it, and its number in the cell; empty and 0 if unknown
    unwritten : the name of the function that is still a blank, if that is the reason
    code_above : whether something was written above that blank's ``raise NotImplementedError()``
    shapes : for each array in that line its name and shape; for each list of arrays a list of shapes
    """

    type_name: str
    message: str = ""
    types: tuple[str, ...] = ()
    line: str = ""
    number: int = 0
    unwritten: str = ""
    code_above: bool = False
    shapes: tuple[tuple[str, tuple | list], ...] = ()


@dataclass
class Outcome:
    """What one call gave.

    Attributes
    ----------
    value : what came back; for an exercise with a measure, the measured numbers; with ``canonical``, what that makes of it
    failure : the exception instead
    malformed : why the value could not be measured
    changed : the names of the arguments that were changed
    used_global_random : whether NumPy's global random state moved
    warnings : NumPy's warnings, each with the name of the exercise's function in which it arose, or ""
    printed : what was printed on the way
    raw, returned : the very object that came back, and a copy of what it was then
    """

    value: Any = None
    failure: Failure | None = None
    malformed: str = ""
    changed: tuple[str, ...] = ()
    used_global_random: bool = False
    warnings: tuple[tuple[str, str], ...] = ()
    printed: str = ""
    raw: Any = None
    returned: Any = None


class _Printed(io.StringIO):
    """What an answer prints, up to a bound: a loop without end prints without end."""

    def write(self, text: str) -> int:
        room = _MOST_PRINTED - self.tell()
        super().write(text[: max(room, 0)])
        return len(text)


def call(answer: Callable, exercise: Exercise, case: Case, seconds: float | None = None) -> Outcome:
    """Call ``answer`` with fresh copies of the case's arguments, and note all that happens.

    Parameters
    ----------
    seconds : how long the call may take; None sets no limit

    Raises
    ------
    TimeUp : if it took longer
    """
    outcome = Outcome()
    args, kwargs = fresh(case.args), fresh(dict(case.kwargs))
    mismatch = _signature_mismatch(answer, exercise, args, kwargs)
    if mismatch:
        outcome.failure = Failure("TypeError", mismatch, ("TypeError", "Exception"))
        return outcome
    printed = _Printed()
    random_state = _global_random_state()
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(divide="warn", over="warn", invalid="warn", under="ignore"),  # NumPy's default
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("always")
        try:
            outcome.raw = run_for(seconds, lambda: _run(answer, exercise, args, kwargs))
            outcome.returned = _copy(outcome.raw)
            rewrite = exercise.measure or exercise.canonical
            outcome.value = rewrite(outcome.returned, *case.args) if rewrite else outcome.returned
        except Malformed as problem:
            outcome.malformed = str(problem)
        except (Exception, SystemExit) as exception:
            outcome.failure = describe_failure(exception)
    outcome.used_global_random = _global_random_state() != random_state
    outcome.changed = _changed(exercise, case, args, kwargs)
    outcome.warnings = tuple(
        dict.fromkeys((str(warning.message), _warned_in(answer, exercise, warning)) for warning in caught)
    )
    outcome.printed = printed.getvalue()
    return outcome


def _run(answer, exercise, args, kwargs):
    result = exercise.probe(answer, *args, **kwargs) if exercise.probe else answer(*args, **kwargs)
    if _holds_itself(result):
        raise Malformed("What came back holds itself: a list was appended to itself")
    # A list of all items, as a caller would make it: then a buffer that is used again shows.
    return list(itertools.islice(result, _MOST_ITEMS)) if exercise.consume else result


def _holds_itself(value, above=()) -> bool:
    """Return whether a list, tuple or dictionary is among its own items, at any depth: nobody could walk through it."""
    if not isinstance(value, list | tuple | dict):
        return False
    items = value.values() if isinstance(value, dict) else value
    return id(value) in above or any(_holds_itself(item, (*above, id(value))) for item in items)


def fresh(value: Any) -> Any:
    """Copy arrays and the lists that hold them; start generators anew."""
    match value:
        case Rng():
            return np.random.default_rng(value.seed)
        case Function():
            return getattr(functions, value.name)
        case list() | tuple():
            return type(value)(fresh(item) for item in value)
        case dict():
            return {key: fresh(item) for key, item in value.items()}
    return copy.deepcopy(value)


def _copy(raw):
    """Copy arrays and the lists that hold them; anything else stays the object that it is."""
    if isinstance(raw, np.ndarray):
        return raw.copy()
    if type(raw) in (list, tuple):
        return type(raw)(_copy(item) for item in raw)
    return {key: _copy(item) for key, item in raw.items()} if type(raw) is dict else raw


def _signature_mismatch(answer, exercise, args, kwargs) -> str:
    if exercise.probe:
        return ""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # a ufunc, for instance, does not tell
        return ""
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        wanted = f"{exercise.name}({', '.join(exercise.parameters)})"
        return f"the function should take the arguments {wanted}; yours takes {signature}"
    return ""


def _global_random_state() -> tuple:
    name, keys, position, has_gauss, cached = np.random.get_state()  # noqa: NPY002  (to see whether the answer used it)
    return name, keys.tobytes(), position, has_gauss, cached


def _changed(exercise, case, args, kwargs) -> tuple[str, ...]:
    pairs = zip(exercise.argument_names, case.args, args, strict=False)
    named = [*pairs, *((name, case.kwargs[name], kwargs[name]) for name in case.kwargs)]
    rounding = _ROUNDING if exercise.norm_tolerance else 0.0
    return tuple(name for name, before, after in named if not _unchanged(before, after, rounding))


def _unchanged(before, after, rounding: float) -> bool:
    """Return whether an argument still is exactly what it was, or to within ``rounding``."""
    if isinstance(before, Rng | Function):
        return True  # drawing from a generator is what it is for
    if isinstance(before, list | tuple):
        return (
            type(before) is type(after)
            and len(before) == len(after)
            and all(_unchanged(*pair, rounding) for pair in zip(before, after, strict=True))
        )
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and after.shape == before.shape
            and bool(np.allclose(after, before, rtol=0, atol=rounding, equal_nan=True))
        )
    return before is after or before == after


def _warned_in(answer, exercise, warning: warnings.WarningMessage) -> str:
    """Return which of the exercises' functions holds the line that warned: the answer, or one that it calls; else ""."""
    named = {name: getattr(answer, "__globals__", {}).get(name) for name in exercise.uses} | {exercise.name: answer}
    for name, function in named.items():
        code = getattr(function, "__code__", None)
        if code and code.co_filename == warning.filename:
            lines = [line for *_, line in code.co_lines() if line]
            if min(lines) <= warning.lineno <= max(lines):
                return name
    return ""


def describe_failure(exception: BaseException) -> Failure:
    """Describe an exception, with the last line of the student's own code on its way."""
    if isinstance(getattr(exception, "failure", None), Failure):
        return exception.failure  # it was raised in a student's kernel, and described there
    steps = traceback.walk_tb(exception.__traceback__)
    frames = zip(traceback.extract_tb(exception.__traceback__), (frame for frame, _ in steps), strict=True)
    ours = str(Path(__file__).parents[1])
    theirs = [
        (frame, live)
        for frame, live in frames
        if not frame.filename.startswith(ours) and not any(part in frame.filename for part in _LIBRARIES)
    ]
    last, live = theirs[-1] if theirs else (None, None)
    unwritten = last.name if last and isinstance(exception, NotImplementedError) else ""
    types = tuple(kind.__name__ for kind in type(exception).__mro__)
    return Failure(
        type_name=type(exception).__name__,
        message=str(exception)[:500],
        types=types,
        line=(last.line or "") if last else "",
        number=(last.lineno or 0) if last else 0,
        unwritten=unwritten,
        code_above=bool(unwritten) and _code_above(last),
        shapes=_shapes_in(last.line or "", live.f_locals) if last else (),
    )


def _shapes_in(line: str, values: Mapping[str, Any]) -> tuple[tuple[str, tuple | list], ...]:
    """Return the shapes of the arrays, and of the lists of arrays, that are named in a line."""
    found = []
    for name in dict.fromkeys(re.findall(r"\b[A-Za-z_]\w*", line)):
        value = values.get(name)
        if type(value) is np.ndarray:
            found.append((name, value.shape))
        elif type(value) in (list, tuple) and value and all(type(item) is np.ndarray for item in value):
            found.append((name, [item.shape for item in value]))
    return tuple(found)


def _code_above(frame: traceback.FrameSummary) -> bool:
    """Return whether the last line above this one is code; above an untouched blank there is a comment."""
    above = (linecache.getline(frame.filename, number).strip() for number in range(frame.lineno - 1, 0, -1))
    nearest = next(filter(None, above), "")
    return bool(nearest) and not nearest.startswith("#") and not nearest.endswith((":", '"""', "'''"))


def describe(exercise: Exercise, case: Case) -> str:
    """Write the call for a reader: ``one_hot(labels, 5) with labels = [3 0 2]``."""
    if exercise.shown:
        return exercise.shown(*case.args, **case.kwargs)
    pairs = zip(exercise.argument_names, case.args, strict=False)
    where = [describe_argument(name, value) for name, value in pairs if not isinstance(value, int | float | str)]
    sentence = written_call(exercise, case)
    return f"{sentence} with {', '.join(where)}" if where else sentence


def written_call(exercise: Exercise, case: Case) -> str:
    """Write the call alone: ``one_hot(labels, 5)``."""
    pairs = zip(exercise.argument_names, case.args, strict=False)
    written = [repr(value) if isinstance(value, int | float | str) else name for name, value in pairs]
    written += [f"{name}={value!r}" for name, value in case.kwargs.items()]
    brackets = "[]" if exercise.is_a == "dict" else "()"
    return f"{exercise.name}{brackets[0]}{', '.join(written)}{brackets[1]}"


def call_again(exercise: Exercise, case: Case) -> tuple:
    """Return fresh arguments of a case, all by position: what stands between two of them by default is written out."""
    given = dict(case.named(exercise))
    last = max((place for place, name in enumerate(exercise.argument_names) if name in given), default=-1)
    defaults = dict(parameter.split("=") for parameter in exercise.parameters if "=" in parameter)
    return tuple(
        fresh(given[name]) if name in given else ast.literal_eval(defaults[name])
        for name in exercise.argument_names[: last + 1]
    )


def _type_note(value: np.ndarray) -> str:
    return "" if value.dtype in (np.float64, np.int64) else f" ({value.dtype})"


def describe_argument(name: str, value: Any) -> str:
    """Write an argument for a reader: ``labels = [3 0 2]``, or the shape of a large one."""
    if isinstance(value, Rng):
        return f"{name} = numpy.random.default_rng({value.seed})"
    if isinstance(value, Function):
        return f"{name} = course.checks.functions.{value.name}"
    if isinstance(value, np.ndarray):
        if value.size <= 12:
            text = np.array2string(value, separator=", ", precision=6).replace("\n", "")
            return f"{name} = {text}" + _type_note(value)
        return f"{name} of shape {value.shape}" + _type_note(value)
    if isinstance(value, Sequence) and any(isinstance(item, np.ndarray) for item in value):
        return f"{name} of shapes {', '.join(str(item.shape) for item in value)}"
    return f"{name} = {value!r}"
