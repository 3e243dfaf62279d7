"""What is measured of mini-batches: rows that are lost, made up, or parted from their target, and how random the order is."""

from __future__ import annotations

import numpy as np

from course.checks.compare import describe_value
from course.checks.measures import Malformed
from course.checks.measures.rows import (
    COUNT,
    ENOUGH,
    as_numbers,
    completeness,
    correlation,
    find_rows,
    mean,
    require_some,
)

TOLERANCES = {
    "number of made-up rows of X_batch": COUNT,
    "number of lost rows of the epoch": COUNT,
    "number of repeated rows of the epoch": COUNT,
    "number of rows with another row's target of Y_batch": COUNT,
    "correlation between old and new place of the order": (0, 0.4),
    "share of neighbours that stay in one batch of the order": (0, 0.12),
}


def measure(result, X, Y, batch_size, *_arguments) -> dict[str, float | tuple]:
    """Measure a list of ``(X_batch, Y_batch)``. The first column of ``X`` tells the rows apart.

    Raises
    ------
    Malformed : if an item is not a pair of matrices, or no row is one of ``X``
    """
    batches = [_pair(item) for item in result[: len(X) + 2]]  # more than n of them are wrong, however many follow
    sizes = [tuple(len(batch[part]) for batch in batches[:30]) for part in (0, 1)]
    measured = {"sizes of X_batch": sizes[0], "sizes of Y_batch": sizes[1]}
    for part, name, columns in ((0, "X_batch", X.shape[1]), (1, "Y_batch", Y.shape[1])):
        other = [batch[part].shape[1] for batch in batches if batch[part].shape[1] != columns]
        measured[f"number of columns of {name}"] = other[0] if other else columns
    found = [find_rows(x, X) for x, _ in batches]
    numbers = np.concatenate([*found, np.array([], dtype=int)])
    if measured["number of columns of X_batch"] == X.shape[1]:
        require_some(numbers, "X_batch")
    measured["number of made-up rows of X_batch"] = int(np.sum(numbers < 0))
    measured |= completeness(numbers, len(X), "the epoch")
    measured["number of rows with another row's target of Y_batch"] = sum(
        _count_foreign(y, Y, rows) for (_, y), rows in zip(batches, found, strict=True)
    )
    if len(X) >= ENOUGH:
        known = numbers[numbers >= 0]
        measured["correlation between old and new place of the order"] = correlation(known, np.arange(len(known)))
        if 1 < batch_size < len(X):
            batch_of = np.full(len(X), -1.0)
            for number, rows in enumerate(found):
                batch_of[rows[rows >= 0]] = number
            together = mean(batch_of[1:] == batch_of[:-1])
            measured["share of neighbours that stay in one batch of the order"] = together
    return measured


def _pair(item) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(item, list | tuple) or len(item) != 2:
        raise Malformed(f"minibatches should give pairs, (X_batch, Y_batch); yours gave {describe_value(item)}")
    pair = [as_numbers(array, name) for array, name in zip(item, ("X_batch", "Y_batch"), strict=True)]
    for array, name in zip(pair, ("X_batch", "Y_batch"), strict=True):
        if array.ndim != 2:
            raise Malformed(f"each {name} should be a matrix, one sample a row; yours has the shape {array.shape}")
    return pair[0], pair[1]


def _count_foreign(y: np.ndarray, Y: np.ndarray, rows: np.ndarray) -> int:
    if y.shape != (len(rows), Y.shape[1]):
        return 0  # it is the shape that is told
    return int(np.sum((rows >= 0) & ~np.all(np.isclose(Y[rows], y), axis=1)))
