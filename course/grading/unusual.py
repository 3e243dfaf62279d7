"""Input that scikit-learn's tests give to an estimator: complex numbers, arrays of objects, sparse matrices, odd containers.

The grader sends these to a student's kernel. Of them only arrays of objects are taken from there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def encode_unusual(value: Any, encode: Callable[[Any], Any]) -> dict | None:
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


def decode_unusual(value: dict, decode: Callable[[Any], Any]) -> Any:
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
