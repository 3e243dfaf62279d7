"""Plain values: arrays, numbers, strings, lists and dictionaries as JSON, and back. Never pickle.

The frozen cases are stored this way. Whatever else an answer returns becomes a :class:`Foreign`, which equals nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


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
class Sealed:
    """A word of which only a hash is kept, so that a stored answer can be compared but not read."""

    digest: str


@dataclass(frozen=True)
class Foreign:
    """A value that is not plain: only the name of its type is kept."""

    type_name: str


def encode(value: Any, digits: int | None = None) -> Any:
    """Turn a plain value into what ``json.dumps`` takes.

    Parameters
    ----------
    digits : round floats to so many significant digits, and what is below 1e-13 to zero, so that every machine writes
        the same text; None keeps them exact
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case float():
            return _encode_float(float(value), digits)
        case np.ndarray() | np.generic() if np.asarray(value).dtype.kind in "biuf":
            array = np.asarray(value)
            data = [_encode_float(x, digits) if isinstance(x, float) else x for x in array.ravel().tolist()]
            return {"array": data, "shape": list(array.shape), "dtype": str(array.dtype)}
        case tuple():
            return {"tuple": [encode(item, digits) for item in value]}
        case list():
            return {"list": [encode(item, digits) for item in value]}
        case dict():
            return {"dict": [[encode(key, digits), encode(item, digits)] for key, item in value.items()]}
        case Rng():
            return {"rng": value.seed}
        case Function():
            return {"function": value.name}
        case AnyOf():
            return {"any of": [encode(item, digits) for item in value.values]}
        case Sealed():
            return {"sealed": value.digest}
    return {"foreign": type(value).__name__}


def decode(value: Any) -> Any:
    """Turn what :func:`encode` wrote back into the value."""
    if not isinstance(value, dict):
        return value
    match value:
        case {"array": data, "shape": shape, "dtype": dtype}:
            return np.array([decode(x) for x in data], dtype=dtype).reshape(shape)
        case {"tuple": items}:
            return tuple(decode(item) for item in items)
        case {"list": items}:
            return [decode(item) for item in items]
        case {"dict": items}:
            return {decode(key): decode(item) for key, item in items}
        case {"rng": seed}:
            return Rng(seed)
        case {"function": name}:
            return Function(name)
        case {"any of": values}:
            return AnyOf(tuple(decode(item) for item in values))
        case {"sealed": digest}:
            return Sealed(digest)
        case {"float": text}:
            return float(text)
        case {"foreign": type_name}:
            return Foreign(type_name)
    raise ValueError(f"not a plain value: {value!r}")


def _encode_float(x: float, digits: int | None) -> float | dict:
    if not math.isfinite(x):
        return {"float": str(x)}
    if digits is None:
        return x
    return float(f"{x:.{digits}g}") if abs(x) >= 1e-13 else 0.0
