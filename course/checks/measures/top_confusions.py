"""Pairs with the same number: any of them are right, and become the same ones here."""

from __future__ import annotations

import numpy as np

from course.checks.measures.ties import are_positions, plain_numbers


def canonical(result, matrix, count) -> object:
    """Replace pairs with the same number by the first such pairs of the matrix, row by row."""
    array = plain_numbers(result)
    if array is None or (array.size and (array.ndim != 2 or array.shape[1] != 3)):
        return result
    if array.size == 0:
        return np.zeros((0, 3), dtype=np.int64)
    true, predicted, numbers = array.T
    if not (are_positions(true, len(matrix)) and are_positions(predicted, len(matrix))):
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
