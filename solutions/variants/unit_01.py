"""Odd but right answers to 01-one-hot."""

import numpy as np

from solutions.catalogue import variant

# --- min_max ---------------------------------------------------------------------------------------------------------


@variant("min_max")
def python_loop(x):
    numbers = [float(value) for value in x.ravel()]
    low, high = min(numbers), max(numbers)
    scaled = [(value - low) / (high - low) if high > low else 0.0 for value in numbers]
    return np.array(scaled).reshape(x.shape)


@variant("min_max")
def interpolation(x):
    low, high = float(x.min()), float(x.max())
    if low == high:
        return np.zeros(x.shape)
    return np.interp(x, [low, high], [0, 1])


@variant("min_max")
def guarded_divide(x):
    x = np.array(x, dtype=float)
    shifted = x - x.min()
    return np.divide(shifted, np.ptp(x), out=np.zeros_like(x), where=np.ptp(x) > 0)


@variant("min_max")
def nan_to_num(x):
    wide = x * 1.0
    with np.errstate(invalid="ignore"):
        return np.nan_to_num((wide - wide.min()) / (wide.max() - wide.min()), nan=0.0)


@variant("min_max")
def in_place_on_a_copy(x):
    result = x.astype(float)
    result -= result.min()
    if result.max() > 0:
        result /= result.max()
    return result


@variant("min_max")
def nested_lists(x):
    wide = x.astype(float)
    span = (wide.max() - wide.min()) or 1.0
    return ((wide - wide.min()) / span).tolist()


# --- one_hot ---------------------------------------------------------------------------------------------------------


def _require_valid(labels, num_classes):
    for label in labels:
        if not 0 <= label < num_classes:
            raise ValueError(f"label {label} is not between 0 and {num_classes - 1}")


@variant("one_hot")
def compare_with_arange(labels, num_classes=10):
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError("bad label")
    return (labels.reshape(-1, 1) == np.arange(num_classes)).astype(float)


@variant("one_hot")
def put_along_axis(labels, num_classes=10):
    _require_valid(labels, num_classes)
    Y = np.zeros((labels.size, num_classes))
    np.put_along_axis(Y, labels[:, np.newaxis], 1, axis=1)
    return Y


@variant("one_hot")
def row_and_column_index(labels, num_classes=10):
    _require_valid(labels, num_classes)
    Y = np.zeros((len(labels), num_classes))
    Y[np.arange(len(labels)), labels] = 1
    return Y


@variant("one_hot")
def lists_of_lists(labels, num_classes=10):
    _require_valid(labels, num_classes)
    rows = [[int(column == label) for column in range(num_classes)] for label in labels]
    return np.array(rows).reshape(len(labels), num_classes)


@variant("one_hot")
def booleans(labels, num_classes=10):
    _require_valid(labels, num_classes)
    return labels[:, None] == np.arange(num_classes)[None, :]


@variant("one_hot")
def one_byte_each(labels, num_classes=10):
    _require_valid(labels, num_classes)
    return np.identity(num_classes, dtype=np.uint8)[labels]


@variant("one_hot")
class ValueErrorOfItsOwn:
    """A class with __call__ may be an answer; its error is a kind of ValueError."""

    class BadLabel(ValueError):
        pass

    def __new__(cls, labels, num_classes=10):
        if any(label not in range(num_classes) for label in labels.tolist()):
            raise cls.BadLabel("no such class")
        return np.eye(num_classes, dtype=np.float32)[labels]


# --- from_one_hot ----------------------------------------------------------------------------------------------------


@variant("from_one_hot")
def nonzero_columns(Y):
    return np.nonzero(Y)[1]


@variant("from_one_hot")
def index_in_each_row(Y):
    return [row.index(1) for row in Y.tolist()]


@variant("from_one_hot")
def weighted_sum_of_columns(Y):
    return (Y @ np.arange(Y.shape[1])).astype(np.int32)


@variant("from_one_hot")
def sort_the_columns(Y):
    return np.argsort(Y, axis=1)[:, -1]


@variant("from_one_hot")
def einsum_of_columns(Y):
    return np.rint(np.einsum("nk,k->n", Y, np.arange(Y.shape[-1]))).astype(np.uint8)
