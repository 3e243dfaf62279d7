"""Rows with the same probability: each order of them is right, and becomes the same one here."""

from __future__ import annotations

import numpy as np

from course.checks.measures.ties import are_positions, plain_numbers


def canonical(result, labels, Y_hat) -> object:
    """Put rows with the same probability of the true class in the order of their numbers."""
    array = plain_numbers(result)
    if array is None or (array.size and array.ndim != 1):
        return result
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)  # nothing is wrong: then any empty array will do
    if not are_positions(array, len(labels)):
        return result
    indices = array.astype(np.int64)
    probability = np.asarray(Y_hat)[indices, np.asarray(labels)[indices]]
    if np.any(np.diff(probability) < 0):
        return result
    return indices[np.lexsort((indices, probability))]
