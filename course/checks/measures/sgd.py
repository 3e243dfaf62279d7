"""What is measured of training on mini-batches: the weights, or what they tell of when each row was used, and how."""

from __future__ import annotations

import numpy as np

from course.checks.compare import describe_value
from course.checks.measures import Malformed
from course.checks.measures.rows import COUNT, as_numbers, correlation

TOLERANCES = {
    "scale of W_1": (1e-4, 0),
    "sum of all steps of W_2": (5e-3, 0),
    "number of rows without influence on W_2": COUNT,
    "number of rows with another row's target in W_2": COUNT,
    "correlation of place in X and time of use": (0, 0.7),
    "correlation of neighbours' times of use": (0, 0.7),
    "spread of the rows' influence on W_2": (0, 0.012),
    "largest change of b_1": (0.01, 1e-3),
    "sum of all steps of b_2": (5e-3, 0),
}

SENTENCES = {
    "scale of W_1": "The penalty should shrink W_1 to {right:.4g} of what it was; yours has {got:.4g} of it.",
    "sum of all steps of W_2": "All steps of W_2 together are {got:.4g}, in units of lr; they should be {right:.4g}.",
    "sum of all steps of b_2": "All steps of b_2 together are {got:.4g}, in units of lr; they should be {right:.4g}.",
    "number of rows without influence on W_2": "{got} rows are never used, or without any effect on W_2.",
    "number of rows with another row's target in W_2": "{got} rows move W_2 as if they had another row's target.",
    "correlation of place in X and time of use": "The rows are used in an order that follows their order in X.",
    "correlation of neighbours' times of use": "Rows that are neighbours in X are used at nearly the same time.",
    "spread of the rows' influence on W_2": "How much each row counts does not fit to a new order in every epoch.",
    "largest change of b_1": "b_1 changes by {got:.4g}; it should change by {right:.4g}.",
}

_FEW = 4  # rows: with so few, every possible result can be listed


def measure(result, W, b, X, Y, epochs, batch_size, lr, *_arguments) -> dict[str, float | tuple | np.ndarray]:
    """Measure ``(W, b)``: the arrays themselves where each possible result can be listed, else the trace of each row.

    With more than four rows and ``batch_size < n``, the case must be one of ``exercises/sgd.py``, in which
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


def _traces(arrays, start, Y, lr) -> dict[str, float]:
    """Read from W_2 how strongly each row was used, and with which target; what was used later has decayed less."""
    moved = arrays["W_2"][1:].astype(np.float64) / lr  # class 0 is what the network says of every row
    influence = moved - np.append(moved[:, 1:], np.zeros((len(moved), 1)), axis=1)
    used = np.max(np.abs(influence), axis=0) > 1e-6
    own = np.abs(influence)[np.argmax(Y, axis=1) - 1, np.arange(influence.shape[1])]
    foreign = used & (np.max(np.abs(influence), axis=0) > 3 * own)  # by far; a little of it has other reasons
    sizes = np.round(influence.sum(axis=0), 5)
    return {
        "scale of W_1": float(np.sum(arrays["W_1"] * start["W_1"]) / np.sum(start["W_1"] ** 2)),
        "sum of all steps of W_2": float(np.sum(influence)),
        "number of rows without influence on W_2": int(np.sum(~used)),
        "number of rows with another row's target in W_2": int(np.sum(foreign)),
        "correlation of place in X and time of use": correlation(np.arange(len(sizes)), sizes),
        "correlation of neighbours' times of use": correlation(sizes[1:], sizes[:-1]),
        "spread of the rows' influence on W_2": float(np.std(sizes) / np.mean(sizes)),
        "largest change of b_1": float(np.max(np.abs(arrays["b_1"] - start["b_1"]))),
        "sum of all steps of b_2": float((start["b_2"][0] - arrays["b_2"][0]) / lr),
    }


def _two_layers(result) -> dict[str, np.ndarray]:
    if not isinstance(result, list | tuple) or len(result) != 2:
        raise Malformed(f"sgd should return two things, W and b; yours returned {describe_value(result)}")
    arrays = {}
    for name, part in zip(("W", "b"), result, strict=True):
        if not isinstance(part, list | tuple) or len(part) != 2:
            wanted = f"{name} should be a list of two arrays, [{name}_1, {name}_2]"
            raise Malformed(f"{wanted}; yours is {describe_value(part)}")
        arrays |= {f"{name}_{i}": as_numbers(array, f"{name}_{i}") for i, array in enumerate(part, 1)}
    for name in ("b_1", "b_2"):
        if arrays[name].ndim == 2 and len(arrays[name]) == 1:
            arrays[name] = arrays[name][0]  # (1, h) is as good as (h,)
    return arrays
