"""What is measured of a split, of mini-batches, of training on them, and of a grid of accuracies.

Honest answers draw another order of the rows, so no drawn value is compared. What must hold for every order is counted:
rows that are lost, rows that met another row's label. How random an order is, is measured where there are many rows.
"""

from __future__ import annotations

import numpy as np

from course.checks.measures import Malformed

# Name → (relative, absolute) tolerance. What is counted is 0 for an honest answer, whatever the relative tolerance; that
# one is for recognising a known mistake which is random itself. The absolute ones are at least five standard deviations
# of what honest answers give for the sizes in solutions/cases/unit_09.py.
_COUNT = (0.35, 0)
TOLERANCES_SPLIT = {
    "number of made-up rows of X_train": _COUNT,
    "number of made-up rows of X_test": _COUNT,
    "number of lost rows of the division": _COUNT,
    "number of repeated rows of the division": _COUNT,
    "number of rows with another row's label of labels_train": _COUNT,
    "number of rows with another row's label of labels_test": _COUNT,
    "mean row number / n of X_test": (0, 0.1),
    "share of rows whose neighbour is in it too of X_test": (0, 0.16),
}
TOLERANCES_BATCHES = {
    "number of made-up rows of X_batch": _COUNT,
    "number of lost rows of the epoch": _COUNT,
    "number of repeated rows of the epoch": _COUNT,
    "number of rows with another row's target of Y_batch": _COUNT,
    "correlation between old and new place of the order": (0, 0.4),
    "share of neighbours that stay in one batch of the order": (0, 0.12),
}
TOLERANCES_SGD = {
    "scale of W_1": (1e-4, 0),
    "sum of all steps of W_2": (5e-3, 0),
    "number of rows without influence on W_2": _COUNT,
    "number of rows with another row's target in W_2": _COUNT,
    "correlation of place in X and time of use": (0, 0.7),
    "correlation of neighbours' times of use": (0, 0.7),
    "spread of the rows' influence on W_2": (0, 0.012),
    "largest change of b_1": (0.01, 1e-3),
    "sum of all steps of b_2": (5e-3, 0),
}
_ENOUGH = 150  # rows: with fewer, an order cannot be told from a random one
_FEW = 4  # rows: with so few, every possible result can be listed
_LITTLE = 0.08  # a learning rate below this does not get far, and how far depends on the start that was drawn


def train_test_split(result, X, labels, *_arguments) -> dict[str, float | tuple]:
    """Measure ``(X_train, X_test, labels_train, labels_test)``. The first column of ``X`` tells the rows apart.

    Raises
    ------
    Malformed : if ``result`` does not hold four arrays of numbers, or a part is no matrix
    """
    names = ("X_train", "X_test", "labels_train", "labels_test")
    if not isinstance(result, list | tuple) or len(result) != 4:
        raise Malformed(f"train_test_split should return four arrays, ({', '.join(names)})")
    arrays = [_numbers(array, name) for array, name in zip(result, names, strict=True)]
    parts = [_matrix(array, name, X.shape[1]) for array, name in zip(arrays[:2], names[:2], strict=True)]
    measured = {f"shape of {name}": a.shape for name, a in zip(names, [*parts, *arrays[2:]], strict=True)}
    numbers = [_find_rows(part, X) for part in parts]
    for name, found in zip(names[:2], numbers, strict=True):
        measured[f"number of made-up rows of {name}"] = int(np.sum(found < 0))
    measured |= _completeness(np.concatenate(numbers), len(X), "the division")
    for name, found, given in zip(names[2:], numbers, arrays[2:], strict=True):
        right = given.shape == found.shape and (found < 0) | (labels[found] == given)
        measured[f"number of rows with another row's label of {name}"] = len(found) - int(np.sum(right))
    if len(X) >= _ENOUGH:
        test = np.isin(np.arange(len(X)), numbers[1])
        measured["mean row number / n of X_test"] = _mean(np.flatnonzero(test)) / len(X)
        measured["share of rows whose neighbour is in it too of X_test"] = _mean(test[1:][test[:-1]])
    return measured


def minibatches(result, X, Y, batch_size, *_arguments) -> dict[str, float | tuple]:
    """Measure a list of ``(X_batch, Y_batch)``. The first column of ``X`` tells the rows apart.

    Raises
    ------
    Malformed : if an item is not a pair of matrices
    """
    batches = [_pair(item) for item in result[: len(X) + 2]]  # more than n of them are wrong, however many follow
    sizes = [tuple(len(batch[part]) for batch in batches[:30]) for part in (0, 1)]
    measured = {"sizes of X_batch": sizes[0], "sizes of Y_batch": sizes[1]}
    for part, name, columns in ((0, "X_batch", X.shape[1]), (1, "Y_batch", Y.shape[1])):
        other = [batch[part].shape[1] for batch in batches if batch[part].shape[1] != columns]
        measured[f"number of columns of {name}"] = other[0] if other else columns
    found = [_find_rows(x, X) for x, _ in batches]
    numbers = np.concatenate([*found, np.array([], dtype=int)])
    measured["number of made-up rows of X_batch"] = int(np.sum(numbers < 0))
    measured |= _completeness(numbers, len(X), "the epoch")
    measured["number of rows with another row's target of Y_batch"] = sum(
        _count_foreign(y, Y, rows) for (_, y), rows in zip(batches, found, strict=True)
    )
    if len(X) >= _ENOUGH:
        known = numbers[numbers >= 0]
        measured["correlation between old and new place of the order"] = _correlation(known, np.arange(len(known)))
        if 1 < batch_size < len(X):
            batch_of = np.full(len(X), -1.0)
            for number, rows in enumerate(found):
                batch_of[rows[rows >= 0]] = number
            together = _mean(batch_of[1:] == batch_of[:-1])
            measured["share of neighbours that stay in one batch of the order"] = together
    return measured


def sgd(result, W, b, X, Y, epochs, batch_size, lr, *_arguments) -> dict[str, float | tuple | np.ndarray]:
    """Measure ``(W, b)``: the arrays themselves where each possible result can be listed, else the trace of each row.

    With more than four rows and ``batch_size < n``, the case must be one of ``solutions/cases/unit_09.py``, in which
    column j of W_2 moves whenever a row from j on is used.

    Raises
    ------
    Malformed : if ``result`` is not a pair of lists with two numeric arrays each, or a trace cannot be read for its shape
    """
    arrays = _two_layers(result)
    if len(X) <= _FEW or batch_size >= len(X) or epochs == 0:
        return arrays
    start = dict(zip(arrays, [*W, *b], strict=True))
    for name, array in arrays.items():
        if array.shape != start[name].shape:
            raise Malformed(f"{name} should have the shape {start[name].shape}; yours has {array.shape}")
    with np.errstate(all="ignore"):
        return {name: round(value, 6) for name, value in _traces(arrays, start, Y, lr).items()}


def grid_search(result, X, Y, X_val, labels_val, lrs, *_arguments) -> dict[str, float | tuple]:
    """Measure a matrix of accuracies: its entries, with names that tell which of them depend on the draw.

    Raises
    ------
    Malformed : if ``result`` does not hold numbers
    """
    scores = _numbers(result, "the grid")
    measured = {"shape of the grid": scores.shape}
    if scores.ndim == 2:
        for (i, j), score in np.ndenumerate(scores):
            measured[name_cell(i, j, little=i < len(lrs) and lrs[i] < _LITTLE)] = float(score)
    return measured


def name_cell(i: int, j: int, *, little: bool) -> str:
    """Name an entry of the grid; what a network scores that has learned little depends on the draw."""
    return f"entry [{i}, {j}]{', after very small steps,' if little else ''} of the grid"


TOLERANCES_GRID = {
    name_cell(i, j, little=little): (0, 0.4 if little else 0.15)
    for i in range(6)
    for j in range(6)
    for little in (True, False)
}


def _traces(arrays, start, Y, lr) -> dict[str, float]:
    """Read from W_2 how strongly each row was used, and with which target; what was used later has decayed less."""
    moved = arrays["W_2"][1:].astype(np.float64) / lr  # class 0 is what the network says of every row
    influence = moved - np.append(moved[:, 1:], np.zeros((len(moved), 1)), axis=1)
    used = np.max(np.abs(influence), axis=0) > 1e-6
    targets = np.argmax(np.abs(influence), axis=0) + 1
    sizes = np.round(influence.sum(axis=0), 5)
    return {
        "scale of W_1": float(np.sum(arrays["W_1"] * start["W_1"]) / np.sum(start["W_1"] ** 2)),
        "sum of all steps of W_2": float(np.sum(influence)),
        "number of rows without influence on W_2": int(np.sum(~used)),
        "number of rows with another row's target in W_2": int(np.sum(used & (targets != np.argmax(Y, axis=1)))),
        "correlation of place in X and time of use": _correlation(np.arange(len(sizes)), sizes),
        "correlation of neighbours' times of use": _correlation(sizes[1:], sizes[:-1]),
        "spread of the rows' influence on W_2": float(np.std(sizes) / np.mean(sizes)),
        "largest change of b_1": float(np.max(np.abs(arrays["b_1"] - start["b_1"]))),
        "sum of all steps of b_2": float((start["b_2"][0] - arrays["b_2"][0]) / lr),
    }


def _two_layers(result) -> dict[str, np.ndarray]:
    if not isinstance(result, list | tuple) or len(result) != 2:
        raise Malformed("sgd should return two things, W and b, as in `return W, b`")
    arrays = {}
    for name, part in zip(("W", "b"), result, strict=True):
        if not isinstance(part, list | tuple) or len(part) != 2:
            raise Malformed(f"{name} should be a list of two arrays, [{name}_1, {name}_2]")
        arrays |= {f"{name}_{i}": _numbers(array, f"{name}_{i}") for i, array in enumerate(part, 1)}
    for name in ("b_1", "b_2"):
        if arrays[name].ndim == 2 and len(arrays[name]) == 1:
            arrays[name] = arrays[name][0]  # (1, h) is as good as (h,)
    return arrays


def _numbers(value, name: str) -> np.ndarray:
    try:
        array = np.asarray(value)
        array = array.astype(np.float64) if array.dtype.kind == "O" else array
    except (TypeError, ValueError):
        raise Malformed(f"{name} should be an array of numbers") from None
    if array.dtype.kind not in "biuf":
        raise Malformed(f"{name} should be an array of numbers")
    return array


def _matrix(array: np.ndarray, name: str, columns: int) -> np.ndarray:
    if array.shape == (0,):
        return np.zeros((0, columns))  # no rows: an empty list is as good as an empty matrix
    if array.ndim != 2:
        raise Malformed(f"{name} should be a matrix, one sample a row; yours has the shape {array.shape}")
    return array


def _pair(item) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(item, list | tuple) or len(item) != 2:
        raise Malformed("minibatches should give pairs, (X_batch, Y_batch)")
    pair = [_numbers(array, name) for array, name in zip(item, ("X_batch", "Y_batch"), strict=True)]
    for array, name in zip(pair, ("X_batch", "Y_batch"), strict=True):
        if array.ndim != 2:
            raise Malformed(f"each {name} should be a matrix, one sample a row; yours has the shape {array.shape}")
    return pair[0], pair[1]


def _find_rows(rows: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return the number of each row in ``X``, or -1 for a row that is not there: (m,) ints."""
    if rows.shape[1] != X.shape[1]:
        return np.full(len(rows), -1)
    order = np.argsort(X[:, 0])
    above = np.clip(np.searchsorted(X[order, 0], rows[:, 0]), 1, max(len(X) - 1, 1))
    low, high = order[above - 1], order[np.minimum(above, len(X) - 1)]
    nearest = np.where(np.abs(X[low, 0] - rows[:, 0]) < np.abs(X[high, 0] - rows[:, 0]), low, high)
    same = np.all(np.isclose(X[nearest], rows, rtol=1e-5, atol=1e-5), axis=1)
    return np.where(same, nearest, -1)


def _completeness(numbers: np.ndarray, n: int, where: str) -> dict[str, int]:
    times = np.bincount(numbers[numbers >= 0], minlength=n)
    return {
        f"number of lost rows of {where}": int(np.sum(times == 0)),
        f"number of repeated rows of {where}": int(np.sum(np.maximum(times - 1, 0))),
    }


def _count_foreign(y: np.ndarray, Y: np.ndarray, rows: np.ndarray) -> int:
    if y.shape != (len(rows), Y.shape[1]):
        return len(rows)
    return int(np.sum((rows >= 0) & ~np.all(np.isclose(Y[rows], y), axis=1)))


def _mean(numbers: np.ndarray) -> float:
    return float(np.mean(numbers)) if len(numbers) else 0.0


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return Pearson's correlation, or 0 where one of the two does not vary."""
    one, other = one - _mean(one), other - _mean(other)
    size = float(np.sqrt(np.sum(one**2) * np.sum(other**2)))
    return float(np.sum(one * other)) / size if size > 1e-12 else 0.0
