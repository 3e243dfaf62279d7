"""Plain values: arrays, numbers, strings, lists and dictionaries as JSON, and back. Never pickle.

The frozen cases are stored this way, and nothing else crosses between the grader and a student's process. Whatever is not
plain becomes a :class:`Foreign`, which equals nothing.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_KINDS = "biufU"  # the kinds of NumPy arrays that are plain: bool, integers, floats, text


@dataclass(frozen=True)
class Rng:
    """A ``numpy.random.Generator`` that has not been used yet: its seed."""

    seed: int


@dataclass(frozen=True)
class Function:
    """A function that is an argument: its name in :mod:`course.checks.functions`, where every side has it."""

    name: str


@dataclass(frozen=True)
class AnyOf:
    """Several right values, of which any will do."""

    values: tuple


@dataclass(frozen=True)
class Between:
    """Any finite number from ``low`` to ``high`` is right; either may be infinite."""

    low: float
    high: float


@dataclass(frozen=True)
class Sealed:
    """A word of which only a hash is kept, so that a stored answer can be compared but not read."""

    digest: str


@dataclass(frozen=True)
class Foreign:
    """A value that is not plain: only the name of its type is kept."""

    type_name: str


def encode(
    value: Any, digits: int | None = None, *, binary: bool = False, special: Callable[[Any], dict | None] | None = None
) -> Any:
    """Turn a plain value into what ``json.dumps`` takes.

    Parameters
    ----------
    digits : round floats to so many significant digits, and what is below 1e-13 to zero, so that every machine writes
        the same text; None keeps them exact
    binary : write arrays as bytes (base64), which is exact and quick, instead of as numbers, which people can read
    special : is asked for the code of a value that is not plain, and may answer with a dictionary or None

    Values nested more than 50 deep become foreign.
    """
    return _encode(value, digits, binary, special or (lambda value: None), 50)


def _encode(value, digits, binary, special, depth) -> Any:
    def inner(item):
        return _encode(item, digits, binary, special, depth - 1)

    if depth == 0:
        return {"foreign": type(value).__name__}
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case float():
            return _encode_float(float(value), digits)
        case np.ndarray() | np.generic() if np.asarray(value).dtype.kind in _KINDS:
            array = np.asarray(value)
            if binary:
                data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
                stored = {"array": data, "shape": list(array.shape), "dtype": array.dtype.str}
                return stored | ({"order": "F"} if _lies_in_columns(array) else {})
            data = [_encode_float(x, digits) if isinstance(x, float) else x for x in array.ravel().tolist()]
            stored = {"array": data, "shape": list(array.shape), "dtype": str(array.dtype)}
            return stored | ({"order": "F"} if _lies_in_columns(array) else {})
        case tuple():
            return {"tuple": [inner(item) for item in value]}
        case list():
            return {"list": [inner(item) for item in value]}
        case dict():
            return {"dict": [[inner(key), inner(item)] for key, item in value.items()]}
        case Rng():
            return {"rng": value.seed}
        case Function():
            return {"function": value.name}
        case AnyOf():
            return {"any of": [inner(item) for item in value.values]}
        case Between():
            return {"between": [inner(float(value.low)), inner(float(value.high))]}
        case Sealed():
            return {"sealed": value.digest}
    return special(value) or {"foreign": type(value).__name__}


def decode(value: Any, special: Callable[[dict], Any] | None = None, *, trusted: bool = True) -> Any:
    """Turn what :func:`encode` wrote back into the value.

    Parameters
    ----------
    special : is given the dictionaries that are not known here
    trusted : False for what student code may have written: then only values come back that an answer can be, and an array
        is exactly as large as the text that it came in

    Raises
    ------
    ValueError : if it is nothing that ``encode`` writes
    """
    if not isinstance(value, dict):
        if isinstance(value, list):
            raise ValueError("not a plain value: a bare list")
        return value

    def inner(item):
        return decode(item, special, trusted=trusted)

    match value:
        case {"array": data, "shape": shape, "dtype": dtype}:
            array = _decode_array(data, shape, dtype) if trusted else _decode_bytes(data, shape, dtype)
            return np.asfortranarray(array) if value.get("order") == "F" else array
        case {"tuple": items}:
            return tuple(inner(item) for item in items)
        case {"list": items}:
            return [inner(item) for item in items]
        case {"dict": items}:
            return {inner(key): inner(item) for key, item in items}
        case {"float": str() as text}:
            return float(text)
        case {"foreign": str() as type_name}:
            return Foreign(type_name)
        case {"rng": seed} if trusted:
            return Rng(seed)
        case {"function": name} if trusted:
            return Function(name)
        case {"any of": values} if trusted:
            return AnyOf(tuple(inner(item) for item in values))
        case {"between": [low, high]} if trusted:
            return Between(inner(low), inner(high))
        case {"sealed": digest} if trusted:
            return Sealed(digest)
    if special is None:
        raise ValueError(f"not a plain value: {value!r:.200}")
    return special(value)


def _decode_array(data: str | list, shape: list[int], dtype: str) -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind not in _KINDS:
        raise ValueError(f"not a plain value: an array of {dtype}")
    if isinstance(data, list):
        return np.array([decode(x) for x in data], dtype=kind).reshape(shape)
    return np.frombuffer(base64.b64decode(data), dtype=kind).reshape(shape).copy()


def _decode_bytes(data: Any, shape: Any, dtype: Any) -> np.ndarray:
    """Decode an array that ``encode`` wrote as bytes, from a sender that is not trusted."""
    if not isinstance(data, str) or not isinstance(dtype, str) or not re.fullmatch(r"[<>|=]?[biufU]\d{1,8}", dtype):
        raise ValueError("not a plain array")
    if not isinstance(shape, list) or not all(type(length) is int and length >= 0 for length in shape):
        raise ValueError("not the shape of an array")
    content, kind = base64.b64decode(data, validate=True), np.dtype(dtype)
    if math.prod(shape) * kind.itemsize != len(content):
        raise ValueError("an array of another size than its bytes")
    if kind.kind == "b":  # bytes other than 0 and 1 would be neither true nor false
        return (np.frombuffer(content, np.uint8) != 0).reshape(shape)
    return np.frombuffer(content, kind).reshape(shape).copy() if content else np.zeros(shape, kind)


def _lies_in_columns(array: np.ndarray) -> bool:
    """Return whether an array lies in memory column by column: whoever gets it back may notice."""
    return array.flags.f_contiguous and not array.flags.c_contiguous


def _encode_float(x: float, digits: int | None) -> float | dict:
    if not math.isfinite(x):
        return {"float": str(x)}
    if digits is None:
        return x
    return float(f"{x:.{digits}g}") if abs(x) >= 1e-13 else 0.0
