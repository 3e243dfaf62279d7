"""Lists with ties: several orders are right. Each right one becomes the same one; all others stay as they are."""

from __future__ import annotations

import numpy as np


def plain_numbers(result) -> np.ndarray | None:
    """Return a list or an array of real numbers as an array, or None if it is neither."""
    if not isinstance(result, list | tuple | np.ndarray):
        return None
    try:
        array = np.asarray(result)
        if array.dtype.kind == "O":
            array = array.astype(np.float64)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "biuf" or array.size == 0 else None


def are_positions(array, size) -> bool:
    return bool(np.all((array >= 0) & (array < size) & (array == np.floor(array))))
