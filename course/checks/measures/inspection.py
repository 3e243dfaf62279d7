"""Lists with ties: several orders are right. Here each right one becomes the same one; all others stay as they are."""

from __future__ import annotations

import numpy as np


def misclassified(result, labels, Y_hat) -> object:
    """Put rows with the same probability of the true class in the order of their numbers."""
    array = _numbers(result)
    if array is None or (array.size and array.ndim != 1):
        return result
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)  # nothing is wrong: then any empty array will do
    if not _are_positions(array, len(labels)):
        return result
    indices = array.astype(np.int64)
    probability = np.asarray(Y_hat)[indices, np.asarray(labels)[indices]]
    if np.any(np.diff(probability) < 0):
        return result
    return indices[np.lexsort((indices, probability))]


def top_confusions(result, matrix, count) -> object:
    """Replace pairs with the same number by the first such pairs of the matrix, row by row."""
    array = _numbers(result)
    if array is None or (array.size and (array.ndim != 2 or array.shape[1] != 3)):
        return result
    if array.size == 0:
        return np.zeros((0, 3), dtype=np.int64)
    true, predicted, numbers = array.T
    if not (_are_positions(true, len(matrix)) and _are_positions(predicted, len(matrix))):
        return array
    pairs = list(zip(true.astype(np.int64).tolist(), predicted.astype(np.int64).tolist(), strict=True))
    listed = all(t != p and matrix[t, p] == number for (t, p), number in zip(pairs, numbers, strict=True))
    if not listed or len(set(pairs)) < len(pairs) or np.any(np.diff(numbers) > 0):
        return array
    rows = []
    for number in dict.fromkeys(numbers.tolist()):
        same = [(t, p, int(number)) for (t, p), other in np.ndenumerate(matrix) if other == number and t != p]
        rows += same[: int(np.sum(numbers == number))]
    return np.array(rows)


def _numbers(result) -> np.ndarray | None:
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


def _are_positions(array, size) -> bool:
    return bool(np.all((array >= 0) & (array < size) & (array == np.floor(array))))
