"""from_one_hot: each one-hot row becomes its label again."""

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant

EXERCISE = Exercise(
    unit="01-one-hot",
    points=3,
    parameters=("Y",),
    returns=("labels",),
    dtype="int",
    hints=(
        "In each row one entry is larger than all others. You want its position.",
        "NumPy has a function for the position of the largest entry. Along which axis do the classes lie?",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, k = 8, int(rng.integers(4, 7))
    labels = rng.permutation(np.concatenate([np.arange(k), rng.integers(0, k, size=n - k)]))
    square = np.roll(np.arange(k), int(rng.integers(1, k - 1)))
    return [
        Case("ordinary rows", (np.eye(k)[labels],)),
        Case("ordinary rows", (np.eye(k)[square],)),
        Case("ordinary rows", (np.eye(k + 2)[labels],)),
        Case("ordinary rows", (np.asfortranarray(np.eye(2)[rng.permutation([0, 1, 1])]),)),
        Case("a single sample", (np.eye(k)[[k - 1]],)),
        Case("many rows", (np.eye(3)[rng.integers(0, 3, size=30)],)),
        Case("many classes", (np.eye(300)[[299, 3, 256]],)),
        Case("a single class", (np.ones((3, 1)),)),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="axis=0 goes down the rows, axis=1 along the columns. Where do the classes lie?")
def argmax_over_samples(Y):
    """You look for the largest entry in each column instead of each row."""
    return np.argmax(Y, axis=0)


@mistake(advice="argmax without an axis sees one long row of numbers. Name the axis.")
def argmax_without_axis(Y):
    """You look for one largest entry of the whole matrix, so that there is one number instead of one for each row."""
    return np.argmax(Y)


@mistake(advice="You want the position of the largest entry, not its value.")
def largest_value(Y):
    """You return the largest entry of each row, which is always 1."""
    return np.max(Y, axis=1).astype(int)


@mistake(advice="Labels are whole numbers: convert the result, or use a function that gives positions.")
def float_labels(Y):
    """The labels are right, but they come back as floats, which cannot be used as an index."""
    return Y @ np.arange(Y.shape[1])


@mistake(advice="(n, 1) is a matrix with one column. Labels are a plain vector, (n,).")
def column_of_labels(Y):
    """The labels come back as a matrix with a single column."""
    return np.argmax(Y, axis=1)[:, np.newaxis]


@mistake(advice="np.nonzero gives row numbers first, then column numbers. Which of them is the class?")
def row_numbers(Y):
    """You return the row of each 1 instead of its column."""
    return np.nonzero(Y)[0]


@mistake(advice="Which entry is the smallest in a one-hot row?")
def argmin_for_argmax(Y):
    """You look for the smallest entry of each row."""
    return np.argmin(Y, axis=1)


@mistake(advice="The first column belongs to class 0.")
def labels_from_one(Y):
    """Every label is one too large, as if classes were counted from 1."""
    return np.argmax(Y, axis=1) + 1


@mistake(advice="You want the position of the largest entry, not its value.")
def largest_value_as_float(Y):
    """You return the largest entry of each row, or its sum: that is always 1.0, not a position."""
    return np.max(Y, axis=1)


@mistake(advice="You want the position of the 1 in each row. What is the sum of a one-hot row?")
def counts_of_the_classes(Y):
    """You add up the columns: that says how often each class occurs, not which class a row has."""
    return np.sum(Y, axis=0)


@mistake(advice="np.where gives two arrays, the rows and the columns of what it finds. Which is the class?")
def rows_and_columns(Y):
    """np.where gives the row numbers and the column numbers, and you return both."""
    return np.where(Y == 1)


@mistake(advice="Each pair is (row, column). Which of the two is the class?")
def pairs_of_row_and_column(Y):
    """np.argwhere gives a pair for each 1, its row and its column, not the class alone."""
    return np.argwhere(Y == 1)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def nonzero_columns(Y):
    return np.nonzero(Y)[1]


@variant
def index_in_each_row(Y):
    return [row.index(1) for row in Y.tolist()]


@variant
def weighted_sum_of_columns(Y):
    return (Y @ np.arange(Y.shape[1])).astype(np.int32)


@variant
def sort_the_columns(Y):
    return np.argsort(Y, axis=1)[:, -1]


@variant
def einsum_of_columns(Y):
    return np.rint(np.einsum("nk,k->n", Y, np.arange(Y.shape[-1]))).astype(np.uint32)
