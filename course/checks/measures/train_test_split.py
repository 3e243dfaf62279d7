"""What is measured of a split: rows that are lost, made up, or parted from their label, and how random it is."""

from __future__ import annotations

import numpy as np

from course.checks.compare import describe_value
from course.checks.measures import Malformed
from course.checks.measures.rows import COUNT, ENOUGH, as_numbers, completeness, find_rows, mean, require_some

TOLERANCES = {
    "number of made-up rows of X_train": COUNT,
    "number of made-up rows of X_test": COUNT,
    "number of lost rows of the division": COUNT,
    "number of repeated rows of the division": COUNT,
    "number of rows with another row's label of labels_train": COUNT,
    "number of rows with another row's label of labels_test": COUNT,
    "mean row number / n of X_test": (0, 0.1),
    "share of rows whose neighbour is in it too of X_test": (0, 0.16),
}


def measure(result, X, labels, *_arguments) -> dict[str, float | tuple]:
    """Measure ``(X_train, X_test, labels_train, labels_test)``. The first column of ``X`` tells the rows apart.

    Raises
    ------
    Malformed : if ``result`` does not hold four arrays of numbers, or a part is no matrix, or no row is one of ``X``
    """
    names = ("X_train", "X_test", "labels_train", "labels_test")
    if not isinstance(result, list | tuple) or len(result) != 4:
        wanted = f"train_test_split should return four arrays, ({', '.join(names)})"
        raise Malformed(f"{wanted}; yours returned {describe_value(result)}")
    arrays = [as_numbers(array, name) for array, name in zip(result, names, strict=True)]
    parts = [_matrix(array, name, X.shape[1]) for array, name in zip(arrays[:2], names[:2], strict=True)]
    measured = {f"shape of {name}": a.shape for name, a in zip(names, [*parts, *arrays[2:]], strict=True)}
    numbers = [find_rows(part, X) for part in parts]
    if all(part.shape[1] == X.shape[1] for part in parts):
        require_some(np.concatenate(numbers), "X_train and X_test")
    for name, found in zip(names[:2], numbers, strict=True):
        measured[f"number of made-up rows of {name}"] = int(np.sum(found < 0))
    measured |= completeness(np.concatenate(numbers), len(X), "the division")
    for name, found, given in zip(names[2:], numbers, arrays[2:], strict=True):
        foreign = (found >= 0) & (labels[found] != given) if given.shape == found.shape else np.zeros(0)
        measured[f"number of rows with another row's label of {name}"] = int(np.sum(foreign))
    if len(X) >= ENOUGH:
        test = np.isin(np.arange(len(X)), numbers[1])
        measured["mean row number / n of X_test"] = mean(np.flatnonzero(test)) / len(X)
        measured["share of rows whose neighbour is in it too of X_test"] = mean(test[1:][test[:-1]])
    return measured


def _matrix(array: np.ndarray, name: str, columns: int) -> np.ndarray:
    if array.shape == (0,):
        return np.zeros((0, columns))  # no rows: an empty list is as good as an empty matrix
    if array.ndim != 2:
        raise Malformed(f"{name} should be a matrix, one sample a row; yours has the shape {array.shape}")
    return array
