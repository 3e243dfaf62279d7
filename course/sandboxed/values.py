"""Values that :mod:`course.plain` does not know and that cross between the grader and a student's kernel all the same.

These are random generators, by their state, and what scikit-learn's tests give to an estimator: complex numbers, arrays of
objects, sparse matrices, odd containers. Of the latter only arrays of objects are taken from a kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def encode_test_input(value: Any, encode: Callable[[Any], Any]) -> dict | None:
    """Return the code of such a value, or None if it is none of them; ``encode`` does what is plain."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return {"objects": [encode(item) for item in value.ravel().tolist()], "shape": list(value.shape)}
    if isinstance(value, complex | np.complexfloating) or (isinstance(value, np.ndarray) and value.dtype.kind == "c"):
        return {"complex": encode(np.real(value)), "imaginary": encode(np.imag(value))}
    if hasattr(value, "tocoo"):  # a sparse matrix or array of SciPy
        coo = value.tocoo()
        parts = [encode(np.asarray(part)) for part in (coo.data, coo.row, coo.col)]
        return {"sparse": type(value).__name__, "parts": parts, "shape": [int(length) for length in value.shape]}
    if type(value).__name__ == "_NotAnArray":
        return {"not an array": encode(value.data)}
    return None


def decode_test_input(value: dict, decode: Callable[[Any], Any]) -> Any:
    """Return the value of such a code.

    Raises
    ------
    ValueError : if it is none
    """
    match value:
        case {"objects": items, "shape": shape}:
            array = np.empty(len(items), dtype=object)
            array[:] = [decode(item) for item in items]
            return array.reshape(shape)
        case {"complex": real, "imaginary": imaginary}:
            return decode(real) + 1j * decode(imaginary)
        case {"sparse": name, "parts": parts, "shape": shape}:
            from scipy import sparse

            data, row, column = (decode(part) for part in parts)
            matrix = sparse.coo_matrix((data, (row, column)), shape=tuple(shape))
            return getattr(sparse, name)(matrix)
        case {"not an array": data}:
            from sklearn.utils.estimator_checks import _NotAnArray

            return _NotAnArray(decode(data))
    raise ValueError("unknown value")


def generator_state(rng: np.random.Generator) -> dict:
    """Return a generator's state as JSON; integers of 128 bits as text."""
    return _plain_state(rng.bit_generator.state)


def _plain_state(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _plain_state(item) for key, item in state.items()}
    if isinstance(state, np.ndarray):
        return {"words": [str(word) for word in state.tolist()]}
    return {"integer": str(int(state))} if isinstance(state, int | np.integer) else state


def make_generator(state: dict) -> np.random.Generator:
    """Return a generator in the state that :func:`generator_state` told.

    Raises
    ------
    ValueError : if this is no state of a bit generator of NumPy
    """
    name = state.get("bit_generator")
    if name not in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"):
        raise ValueError(f"no bit generator: {name!r}")
    bits = getattr(np.random, name)()
    bits.state = _state_from_plain(state)
    return np.random.Generator(bits)


def _state_from_plain(state: Any) -> Any:
    if isinstance(state, dict):
        if "words" in state:
            return np.array([int(word) for word in state["words"]], dtype=np.uint64)
        if "integer" in state:
            return int(state["integer"])
        return {key: _state_from_plain(item) for key, item in state.items()}
    return state
