"""Comparing what an answer gave with what is right, and saying where and how they differ.

``compare_outcomes`` compares what one call gave, value by value; ``compare`` one value.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.checks.calls import Failure, Outcome
from course.checks.exercises import Exercise
from course.plain import AnyOf, Between, Sealed

RTOL, ATOL = 1e-5, 1e-8
FLOAT32_RTOL, FLOAT32_ATOL = 1e-3, 1e-6


@dataclass(frozen=True)
class Difference:
    """One difference between what is right and what came back.

    Attributes
    ----------
    kind : "type", "shape" or "value"
    message : one sentence or two
    summary : the same without the values, for who must not see a hidden case; by default the message itself
    expected, got : the arrays, where they can be shown side by side
    wrong : a boolean array that marks the entries that differ
    relation : what relates a wrong array to the right one, if it is something simple, with a place for its name:
        "all of {} are 6 times as large"
    """

    kind: str
    message: str
    summary: str = ""
    expected: np.ndarray | None = None
    got: np.ndarray | None = None
    wrong: np.ndarray | None = None
    relation: str = ""


def compare(
    expected: Any,
    got: Any,
    name: str = "the result",
    *,
    dtype: str = "",
    is_bias: bool = False,
    tolerance: tuple[float, float] | None = None,
    norm_tolerance: float = 0.0,
) -> Difference | None:
    """Return the first difference between ``expected`` and ``got``, or None if they agree.

    Parameters
    ----------
    expected : an array or a number, or a list, tuple or dictionary of them; or AnyOf several, or any number Between two
    got : anything
    name : what the value is called in messages
    dtype : "int", "float64" or "list" (plain lists of numbers, no arrays) if the type matters, else ""
    is_bias : (1, h) is as good as (h,)
    tolerance : (relative, absolute); by default what the course promises, wider for float32
    norm_tolerance : if above 0, the norm of the error may be this share of the norm of what is right
    """
    options = {"dtype": dtype, "is_bias": is_bias, "tolerance": tolerance, "norm_tolerance": norm_tolerance}
    if isinstance(expected, AnyOf):
        differences = [compare(value, got, name, **options) for value in expected.values]
        return None if None in differences else differences[0]
    if isinstance(expected, dict):
        return _compare_dicts(expected, got, name, options)
    if dtype == "list":
        return _compare_plain(expected, got, name)
    if isinstance(expected, list | tuple) and not _is_row_of_numbers(expected):
        return _compare_lists(expected, got, name, options)
    problem = _not_numbers(got, name)
    if problem:
        return Difference("type", problem)
    if isinstance(expected, Between):
        return _compare_range(expected, _as_array(got), name)
    right, array = np.asarray(expected), _as_array(got)
    if dtype in ("int", "float64") and not _has_dtype(array, dtype):
        wanted = {"int": "whole numbers (an integer type)", "float64": "64-bit floats (float64)"}[dtype]
        return Difference("type", f"{name} should hold {wanted}; yours has the type {array.dtype}.")
    if is_bias and right.ndim == 1 and array.shape == (1, *right.shape):
        array = array[0]
    if array.shape != right.shape:
        swapped = array.shape == right.shape[::-1] and agree(right.T, array)
        relation = "rows and columns of {} are swapped" if swapped else ""
        return Difference("shape", _shape_message(name, right.shape, array.shape), relation=relation)
    return _compare_numbers(right, array, name, options)


def _is_row_of_numbers(expected) -> bool:
    """Return whether a list holds numbers only, so that an array is as good."""
    return bool(expected) and all(isinstance(item, int | float | np.generic) for item in expected)


def _compare_dicts(expected, got, name, options) -> Difference | None:
    if not isinstance(got, Mapping):
        return Difference("type", f"{name} should be a dictionary; yours is {describe_value(got)}.")
    for key, right in expected.items():
        if key not in got:
            wanted = f"{name} should have the key {key!r}"
            return Difference("type", f"{wanted}; yours has {sorted(map(str, got))}.", f"{wanted}.")
        difference = compare(right, got[key], f"{name}[{key!r}]", **options)
        if difference:
            return difference
    return None


def _compare_lists(expected, got, name, options) -> Difference | None:
    if not expected and isinstance(got, np.ndarray) and got.size == 0:
        return None  # an empty list of numbers may be an array, as any other list of numbers
    if not isinstance(got, list | tuple):
        return Difference("type", f"{name} should be a list of {len(expected)}; yours is {describe_value(got)}.")
    if len(got) != len(expected):
        return Difference("shape", f"{name} should hold {len(expected)} items; yours holds {len(got)}.")
    for number, pair in enumerate(zip(expected, got, strict=True)):
        difference = compare(*pair, f"{name}[{number}]", **options)
        if difference:
            return difference
    return None


def _compare_plain(expected, got, name) -> Difference | None:
    """Compare a number, or lists in lists of numbers: first what they are made of, then all numbers together."""
    difference = _not_plain(got, name) or _built_otherwise(expected, got, name)
    if difference:
        return difference
    values = [value for _, value in _leaves(got, name)]
    right = np.array([value for _, value in _leaves(expected, name)], dtype=np.float64)
    array = np.array(values, dtype=np.float64)
    narrow = np.array([getattr(value, "dtype", None) == np.float32 for value in values], dtype=bool)
    close = np.isclose(array, right, rtol=RTOL, atol=ATOL, equal_nan=True)
    wrong = ~(close | (narrow & np.isclose(array, right, rtol=FLOAT32_RTOL, atol=FLOAT32_ATOL, equal_nan=True)))
    if not wrong.any():
        return None
    first = int(np.argmax(wrong))
    should, yours = format_pair(right[first], array[first])
    place = _leaves(got, name)[first][0]
    how_many = f" {wrong.sum()} of {wrong.size} numbers differ.{_count_strange(array)}" if right.size > 1 else ""
    return Difference(
        "value",
        f"{place} should be {should}; yours is {yours}.{how_many}",
        f"{place} is wrong.{how_many}",
        right,
        array,
        wrong,
        find_relation(right, array),
    )


def _not_plain(got, name) -> Difference | None:
    arrays = [place for place, value in _leaves(got, name) if isinstance(value, np.ndarray) and value.ndim]
    if not arrays:
        return None
    message = (
        f"{arrays[0]} is a NumPy array. This unit does without NumPy: return plain lists and numbers, at every level. "
        "The method .tolist() turns an array into a list."
    )
    return Difference("type", message)


def _built_otherwise(expected, got, name) -> Difference | None:
    """Return the first place where one has a list and the other has not, or a list of another length."""
    if not isinstance(expected, list | tuple):
        if isinstance(got, list | tuple):
            return Difference("shape", f"{name} should be a single number; yours is {describe_value(got)}.")
        problem = _not_numbers(got, name, wanted="a number")
        return Difference("type", problem) if problem else None
    wanted = f"a list of {len(expected)}"
    if not isinstance(got, list | tuple):
        return Difference("type", _not_wanted(got, name, wanted))
    if len(got) != len(expected):
        return Difference("shape", f"{name} should be {wanted}; yours is {describe_value(got)}.")
    pairs = enumerate(zip(expected, got, strict=True))
    return next(filter(None, (_built_otherwise(*pair, f"{name}[{i}]") for i, pair in pairs)), None)


def _leaves(value, name) -> list[tuple[str, Any]]:
    """List what lists in lists hold, each with its place: ``network[0][2]``."""
    if not isinstance(value, list | tuple):
        return [(name, value)]
    return [leaf for i, item in enumerate(value) for leaf in _leaves(item, f"{name}[{i}]")]


def same_plain(one: Any, other: Any) -> bool:
    """Return whether two results of an exercise without NumPy are the same, an array being no list."""
    if one is None or other is None:
        return one is other
    if (_not_plain(one, "") is None) != (_not_plain(other, "") is None):
        return False
    return _compare_plain(_without_arrays(one), _without_arrays(other), "") is None


def _without_arrays(value):
    if isinstance(value, list | tuple):
        return [_without_arrays(item) for item in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def _not_wanted(got, name, wanted) -> str:
    if got is None:
        return f"{name} should be {wanted}; your function returned None. Does it end with `return`?"
    return f"{name} should be {wanted}; yours is {describe_value(got)}."


def _not_numbers(got, name, wanted="an array or a number") -> str:
    """Return why ``got`` is no array of real numbers, as a sentence, or an empty string."""
    if got is None or isinstance(got, str | bytes | dict | set) or callable(got):
        return _not_wanted(got, name, wanted)
    try:
        kind = _as_array(got).dtype.kind
    except (TypeError, ValueError):
        return f"{name} should be an array of numbers; yours is {describe_value(got)}."
    if kind == "c":
        return f"{name} should hold real numbers; yours holds complex ones."
    return "" if kind in "biuf" else f"{name} should hold numbers; yours is {describe_value(got)}."


def _as_array(got) -> np.ndarray:
    array = np.asarray(got)
    return array.astype(np.float64) if array.dtype.kind == "O" else array


def _has_dtype(array, dtype) -> bool:
    return array.dtype.kind in "iu" if dtype == "int" else array.dtype == np.float64


def _shape_message(name, right, got) -> str:
    message = f"{name} should have the shape {right}; yours has {got}."
    if len(right) == 2 and got == right[::-1]:
        return message + " Rows and columns are swapped."
    if int(np.prod(right)) == int(np.prod(got)):
        return message + " The number of entries is right, their arrangement is not."
    return message


def _compare_numbers(right, array, name, options) -> Difference | None:
    tolerance, norm_tolerance = options["tolerance"], options["norm_tolerance"]
    if options["dtype"] == "int":
        wrong = right != array
    elif norm_tolerance:
        error = np.abs(array.astype(np.float64) - right)
        size, allowed = np.linalg.norm(error), norm_tolerance * np.linalg.norm(right)
        close = size <= allowed
        wrong = np.zeros(right.shape, dtype=bool) if close else ~(error <= norm_tolerance * np.abs(right))
    else:
        narrow = array.dtype == np.float32
        rtol, atol = tolerance or ((FLOAT32_RTOL, FLOAT32_ATOL) if narrow else (RTOL, ATOL))
        wrong = ~np.isclose(array.astype(np.float64), right, rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    expected, got = format_pair(right[index], array[index])
    how_many = f" {wrong.sum()} of {wrong.size} entries differ." if right.size > 1 else ""
    if norm_tolerance and 0 < size <= 0.01 * np.linalg.norm(right):
        how_many += f" Close, but the error is {size / allowed:.2g} times what is allowed."
    how_many += _count_strange(array) if right.size > 1 else ""
    return Difference(
        "value",
        f"{place} should be {expected}; yours is {got}.{how_many}",
        f"{place} is wrong.{how_many}",
        right,
        array,
        wrong,
        find_relation(right, array, norm_tolerance or RTOL),
    )


def _compare_range(expected: Between, array, name) -> Difference | None:
    if array.shape != ():
        return Difference("shape", _shape_message(name, (), array.shape))
    if np.isfinite(array) and expected.low <= array <= expected.high:
        return None
    limits = ("at least", expected.low), ("at most", expected.high)
    wanted = " and ".join(f"{word} {limit:.5g}" for word, limit in limits if np.isfinite(limit))
    message = f"{name} should be a finite number, {wanted}; yours is {array:.5g}."
    return Difference("value", message, f"{name} is not in the range where it should be.")


def format_pair(expected, got, fewest: int = 5) -> tuple[str, str]:
    """Write two numbers with as few digits as show that they differ, but no fewer than ``fewest``."""
    for digits in sorted({fewest, 5, 8, 12}):
        texts = tuple(f"{x:.{digits}g}" if isinstance(x, float | np.floating) else str(x) for x in (expected, got))
        if texts[0] != texts[1]:
            return texts
    return str(expected), str(got)


def _count_strange(got) -> str:
    if np.isnan(got).any():
        return f" {int(np.isnan(got).sum())} of them are NaN (not a number)."
    if np.isinf(got).any():
        return f" {int(np.isinf(got).sum())} of them are infinite."
    return ""


def agree(one, other, rtol: float = RTOL) -> bool:
    """Return whether two arrays of the same shape hold the same numbers."""
    return bool(np.allclose(one, other, rtol=rtol, atol=ATOL))


def find_relation(right, got, rtol: float = RTOL) -> str:
    """Return what relates a wrong array to the right one, if it is something simple: "all of {} are 6 times as large"."""
    right, got = right.astype(np.float64), got.astype(np.float64)
    if right.size < 2 or not np.isfinite(got).all() or not np.isfinite(right).all() or np.ptp(right) == 0:
        return ""
    if not got.any():
        return "all of {} are 0"
    if right.ndim == 2 and right.shape[0] == right.shape[1] and agree(got, right.T, rtol):
        return "rows and columns of {} are swapped"
    with np.errstate(over="ignore"):
        scale = float(np.sum(got * right) / np.sum(right * right))
    if abs(scale - 1) > 1e-3 and agree(got, scale * right, rtol):
        return (
            "only the sign of {} is wrong" if np.isclose(scale, -1) else f"all of {{}} are {scale:.4g} times as large"
        )
    offsets = got - right
    if agree(offsets, offsets.flat[0], rtol):
        return f"all of {{}} are off by {offsets.flat[0]:.4g}"
    if agree(np.sort(got, axis=None), np.sort(right, axis=None), rtol):
        return "the right numbers are in {}, but in another order"
    return ""


def identical(one: Any, other: Any) -> bool:
    """Return whether two values are the same to the last bit, NaN included."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(identical(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(identical(*pair) for pair in zip(one, other, strict=True))
    try:
        one, other = np.asarray(one), np.asarray(other)
        return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    except (TypeError, ValueError):
        return False


def distance(one: Any, other: Any) -> float:
    """Return the sum of all absolute differences between two values, infinite if they are not of the same form."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return sum(distance(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        return sum(distance(*pair) for pair in zip(one, other, strict=True))
    try:
        one, other = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    except (TypeError, ValueError):
        return np.inf
    total = float(np.sum(np.abs(one - other))) if one.shape == other.shape else np.inf
    return np.inf if np.isnan(total) else total


def describe_value(got: Any) -> str:
    """Name a value that should have been something else: "a string", "a tuple of 2", "an array of shape (3,)"."""
    names = {str: "a string", dict: "a dictionary", set: "a set", float: "a number", int: "a number", bool: "a bool"}
    if got is None or got is Ellipsis:
        return str(got)
    if type(got) in names:
        return names[type(got)]
    if isinstance(got, np.number):
        return "a number"
    if isinstance(got, BaseException) or (isinstance(got, type) and issubclass(got, BaseException)):
        return "an exception (write raise, not return)"
    if isinstance(got, np.ndarray):
        return f"an array of shape {got.shape} and type {got.dtype}"
    if isinstance(got, list | tuple):
        return f"a {type(got).__name__} of {len(got)}"
    if callable(got):
        return f"the function {getattr(got, '__name__', type(got).__name__)}"
    if isinstance(got, Iterable):
        return f"a {type(got).__name__}"
    return f"of the type {type(got).__name__}"


def join_words(words: list[str]) -> str:
    """Write a list as in a sentence: "W, b and X"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


# --- what a whole call gave --------------------------------------------------------------------------------------------


def compare_outcomes(exercise: Exercise, right: Outcome, seen: Outcome) -> Iterator[tuple[str, Difference | None]]:
    """Compare what one call gave with what is right: a pair for each returned value (or each group of measured ones)."""
    if isinstance(right.value, AnyOf):
        nearest = min(right.value.values, key=lambda value: distance(value, seen.value))
        yield from compare_outcomes(exercise, Outcome(value=nearest), seen)
        return
    if right.failure:
        yield "", _compare_failures(exercise, right.failure, seen)
        return
    labels = _labels(exercise, right.value)
    if seen.failure:
        raised = Difference("raised", _raised(exercise, seen.failure), _raised_where(exercise, seen.failure))
        yield from ((label, raised) for label in labels)
    elif seen.malformed:
        yield from ((label, Difference("type", seen.malformed + ".")) for label in labels)
    elif exercise.measure:
        for name, value in right.value.items():
            yield name.rsplit(" of ")[-1], compare_measured(exercise, name, value, seen.value)
    elif (got := split(exercise, seen.value)) is None:
        yield from ((label, Difference("type", _other_parts(exercise, seen.value))) for label in labels)
    else:
        for label, expected in split(exercise, right.value).items():
            yield label, _compare_returned(exercise, label, expected, got[label])


def _labels(exercise: Exercise, value: Any) -> tuple[str, ...]:
    if exercise.measure:
        return tuple(dict.fromkeys(name.rsplit(" of ")[-1] for name in value))
    return tuple(label for name in exercise.returns for label in ([name] if isinstance(name, str) else name))


def split(exercise: Exercise, value: Any) -> dict[str, Any] | None:
    """Return the value of each label, or None if what came back is not built of as many parts."""
    if len(exercise.returns) == 1:
        return {exercise.returns[0]: value}
    parts: dict[str, Any] = {}
    if not _holds(value, len(exercise.returns)):
        return None
    for name, part in zip(exercise.returns, value, strict=True):
        if isinstance(name, str):
            parts[name] = part
        elif _holds(part, len(name)):
            parts |= dict(zip(name, part, strict=True))
        else:
            return None
    return parts


def _holds(value: Any, count: int) -> bool:
    return isinstance(value, list | tuple) and len(value) == count


def _other_parts(exercise: Exercise, value: Any) -> str:
    wanted = ", ".join(name if isinstance(name, str) else f"[{', '.join(name)}]" for name in exercise.returns)
    given = describe_value(value)
    if _holds(value, len(exercise.returns)):
        given += f": {join_words([describe_value(part) for part in value])}"
    return f"{exercise.name} should return {len(exercise.returns)} things, ({wanted}); yours returned {given}."


def _compare_returned(exercise, label, right, got) -> Difference | None:
    return compare(
        right,
        got,
        label,
        dtype=exercise.dtype,
        is_bias=label in exercise.biases,
        norm_tolerance=exercise.norm_tolerance,
    )


def compare_measured(exercise: Exercise, name: str, right: Any, got: Mapping) -> Difference | None:
    """Compare one measured number (or sentence, or shape) with what it should be."""
    if name not in got or identical(right, got[name]):
        return None  # a wrong shape has been told already; then nothing more was measured
    if isinstance(right, str):
        finding, _, detail = got[name].partition("\n")
        return (
            None if finding == right.partition("\n")[0] else Difference("value", f"{finding} {detail}".strip(), finding)
        )
    if isinstance(right, tuple):
        return Difference("shape", f"The {name} should be {_in_short(right)}; you have {_in_short(got[name])}.")
    if isinstance(right, Sealed):
        return Difference("value", f"The {name} {'is another one' if isinstance(got[name], Sealed) else got[name]}.")
    relative, absolute = tolerance = exercise.tolerances.get(name, (0, 0))
    difference = compare(right, got[name], name, tolerance=tolerance if any(tolerance) else None)
    if difference is None or isinstance(right, np.ndarray):
        return difference
    if name in exercise.sentences:
        sentence = exercise.sentences[name].format(right=right, got=got[name])
        return Difference("value", sentence, sentence.partition(";")[0].rstrip(".") + ".")
    about = "about " if relative * right or absolute else ""
    expected, wrong = format_pair(right, got[name], fewest=3)
    message = f"The {name} should be {about}{expected}; yours is {wrong}."
    return Difference("value", message, f"The {name} is not what it should be.")


def _in_short(numbers: Any) -> str:
    """Write a long tuple with what repeats told once: ``20 times 10, 6``."""
    if not isinstance(numbers, tuple) or len(numbers) < 6:
        return str(numbers)
    groups = [(value, len(list(group))) for value, group in itertools.groupby(numbers)]
    return ", ".join(f"{count} times {value}" if count > 1 else str(value) for value, count in groups)


def _compare_failures(exercise: Exercise, right: Failure, seen: Outcome) -> Difference | None:
    if seen.failure is None:
        given = "yours raised nothing" if exercise.probe else f"yours returned {describe_value(seen.value)}"
        return Difference("value", f"{exercise.name} should raise {right.type_name} here; {given}.")
    if right.type_name in seen.failure.types:
        return None
    here = f"Here {right.type_name} is right."
    return Difference(
        "raised", f"{here} {_raised(exercise, seen.failure)}", f"{here} {_raised_where(exercise, seen.failure)}"
    )


def _raised(exercise: Exercise, failure: Failure) -> str:
    message = f": {failure.message}" if failure.message and failure.type_name != "KernelDied" else ""
    return f"{_raised_where(exercise, failure).rstrip('.')}{message.rstrip('. ')}."


def _raised_where(exercise: Exercise, failure: Failure) -> str:
    """Say where an exception was raised, without its message, which may hold the arguments of a hidden case."""
    if failure.type_name == "KernelDied":
        return f"{exercise.name} could not be called to its end: {failure.message}."
    where = f" in line {failure.number}, `{failure.line}`" if failure.line else ""
    return f"{exercise.name} stopped with {failure.type_name}{where}."
