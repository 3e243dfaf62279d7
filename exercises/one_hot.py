"""one_hot: each label becomes a row with a single 1."""

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant

EXERCISE = Exercise(
    unit="01-one-hot",
    points=4,
    parameters=("labels", "num_classes=10"),
    returns=("Y",),
    hints=(
        "Write the rows for the labels 0, 1 and 2 on paper. Which matrix do you see?",
        "Look at three things: the number of columns, which entry of each row is 1, and labels with no column.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, k = 9, int(rng.integers(4, 7))
    every_class = rng.permutation(np.concatenate([np.arange(k), rng.integers(0, k, size=n - k)]))
    square = np.roll(np.arange(k), int(rng.integers(1, k - 1)))  # n = k, and no symmetric matrix
    last_absent = rng.integers(0, k - 2, size=n)
    last_absent[:2] = 0, k - 2
    middle_absent = np.array([0, k - 1, 2, 0, 2])
    too_large, negative = every_class.copy(), every_class.copy()
    too_large[int(rng.integers(1, n))] = k
    negative[int(rng.integers(1, n))] = -1
    return [
        Case("labels of every class", (every_class, k)),
        Case("labels of every class", (square, k)),
        Case("labels of every class", (every_class,), {"num_classes": k}),
        Case("ten classes by default", (np.append(np.arange(10), [7, 0, 7]),)),
        Case("a class that does not occur", (last_absent, k)),
        Case("a class that does not occur", (middle_absent, k)),
        Case("a class that does not occur", (rng.integers(0, 9, size=n),)),
        Case("a single sample", (np.array([1]), k)),
        Case("a single sample", (np.array([0]), 1)),
        Case("one class or two", (np.zeros(3, dtype=np.int64), 1)),
        Case("one class or two", (rng.permutation([0, 1, 1]), 2)),
        Case("many classes", (np.array([299, 3, 256]), 300)),
        Case("no samples at all", (np.array([], dtype=np.int64), k)),
        Case("no samples at all", (np.array([], dtype=np.int64),)),
        Case("a label that is too large", (too_large, k)),
        Case("a label that is too large", (np.array([k + 20]), k)),
        Case("a label that is too large", (np.array([k, 0, 1]), k)),
        Case("a label that is too large", (np.array([3, 10]),)),
        Case("a negative label", (negative, k)),
        Case("a negative label", (np.array([-1]), k)),
        Case("a negative label", (np.array([-20, 1, 0]),)),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _checked(labels, num_classes):
    if np.any((labels < 0) | (labels >= num_classes)):
        raise ValueError("a label has no column")


@mistake(advice="The number of columns is num_classes, also if the largest label does not occur.")
def width_is_largest_label(labels, num_classes=10):
    """The number of columns is taken from the largest label that occurs."""
    _checked(labels, num_classes)
    return np.eye(int(np.max(labels, initial=-1)) + 1)[labels]


@mistake(advice="The number of columns is num_classes, also for a class that does not occur.")
def width_is_distinct_labels(labels, num_classes=10):
    """The number of columns is the number of different labels, and labels are renumbered if one is absent."""
    _checked(labels, num_classes)
    present = np.unique(labels)
    return (labels[:, np.newaxis] == present).astype(float)


@mistake(advice="Each row wants one column of its own: pair row i with labels[i].")
def many_hot(labels, num_classes=10):
    """`Y[:, labels] = 1` sets these columns in every row."""
    _checked(labels, num_classes)
    Y = np.zeros((len(labels), num_classes))
    Y[:, labels] = 1
    return Y


@mistake(advice="Samples are rows, classes are columns.")
def transposed(labels, num_classes=10):
    """Rows and columns are swapped: each sample has become a column."""
    _checked(labels, num_classes)
    return np.eye(num_classes)[:, labels]


@mistake(advice="Before anything else, look for labels below 0 and labels from num_classes on.")
def accepts_negative_labels(labels, num_classes=10):
    """A negative label is taken as an index from the end, so that a wrong label goes unnoticed."""
    if np.any(labels >= num_classes):
        raise ValueError("a label is too large")
    return np.eye(num_classes)[labels]


@mistake(
    advice="Ask whether any label is wrong, and raise ValueError. any(labels < 0) asks that; any(labels) < 0 does not."
)
def leaves_the_check_to_numpy(labels, num_classes=10):
    """No wrong label is refused: too large ones give NumPy's IndexError, negative ones count from the end."""
    return np.eye(num_classes)[labels]


@mistake(advice="The smallest label that is too large is num_classes itself.")
def off_by_one_check(labels, num_classes=10):
    """The check lets a label equal to num_classes through."""
    if np.any((labels < 0) | (labels > num_classes)):
        raise ValueError("a label has no column")
    return (labels[:, np.newaxis] == np.arange(num_classes)).astype(float)


@mistake(advice="Compare with the task: an invalid label raises ValueError.")
def drops_bad_labels(labels, num_classes=10):
    """An invalid label silently gives a row of zeros."""
    return (labels[:, np.newaxis] == np.arange(num_classes)).astype(float)


@mistake(advice="Class 0 has column 0. Which column does label 1 get from you?")
def counts_from_one(labels, num_classes=10):
    """Every 1 stands one column too far to the left, as if classes were counted from 1."""
    _checked(labels, num_classes)
    return np.eye(num_classes)[labels - 1]


@mistake(advice="Use the argument num_classes for the number of columns.")
def always_ten_columns(labels, num_classes=10):
    """There are always ten columns, whatever num_classes says."""
    _checked(labels, num_classes)
    return np.eye(10)[labels]


@mistake(advice="Write a 1, not the label itself.")
def writes_the_label(labels, num_classes=10):
    """The label itself stands where a 1 belongs."""
    _checked(labels, num_classes)
    return np.eye(num_classes)[labels] * labels[:, np.newaxis]


@mistake(advice="n = 0 is allowed: no rows, but num_classes columns. Which of your lines needs a first sample?")
def fails_without_samples(labels, num_classes=10):
    """With no samples at all your function stops, for instance in max() of an empty array."""
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


@mistake(advice="Sorting or clipping in place changes the caller's labels. Work on a copy.")
def changes_labels(labels, num_classes=10):
    """You change the caller's labels."""
    _checked(labels, num_classes)
    Y = np.eye(num_classes)[labels]
    labels[:] = 0
    return Y


@mistake(advice="The smallest label that is too large is num_classes itself: is it refused?")
def off_by_one_index(labels, num_classes=10):
    """You refuse labels > num_classes, but not num_classes itself, which then gives NumPy's IndexError."""
    if np.any((labels < 0) | (labels > num_classes)):
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


@mistake(advice="A label can be wrong in two ways: below 0, or num_classes and more.")
def checks_negative_labels_only(labels, num_classes=10):
    """Only negative labels are refused; one that is too large gives NumPy's IndexError."""
    if np.any(labels < 0):
        raise ValueError("a label is negative")
    return np.eye(num_classes)[labels]


@mistake(advice="With num_classes = 5 the labels 0, 1, 2, 3 and 4 are valid.")
def refuses_the_last_class(labels, num_classes=10):
    """The check refuses the last class, num_classes - 1, which is a valid label."""
    if np.any((labels < 0) | (labels >= num_classes - 1)):
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


@mistake(advice="Class 0 is the first class. Is it refused?")
def refuses_class_zero(labels, num_classes=10):
    """The check refuses the label 0, which is valid."""
    if np.any((labels <= 0) | (labels >= num_classes)):
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


@mistake(advice="Python has a statement that ends a function with an error: raise.")
def prints_instead_of_raising(labels, num_classes=10):
    """For an invalid label you return None, perhaps after a print: no error is raised."""
    if np.any((labels < 0) | (labels >= num_classes)):
        return None
    return np.eye(num_classes)[labels]


@mistake(advice="Ask with if, and raise the error that the task names.")
def asserts_instead_of_raising(labels, num_classes=10):
    """assert raises an AssertionError; the task asks for a ValueError."""
    if np.any((labels < 0) | (labels >= num_classes)):
        raise AssertionError
    return np.eye(num_classes)[labels]


@mistake(advice="A comparison with an array gives an array. Which function says whether any entry is True?")
def if_of_a_whole_array(labels, num_classes=10):
    """You write `if labels < 0`, but a whole array is neither true nor false; that runs only for a single label."""
    if labels.size != 1:
        raise ValueError("The truth value of an array is ambiguous")
    _checked(labels, num_classes)
    return np.eye(num_classes)[labels]


@mistake(advice="Look at how far the return line is indented.")
def returns_in_the_loop(labels, num_classes=10):
    """The return stands inside the loop, so that only the first row is filled."""
    Y = np.zeros((len(labels), num_classes))
    for row, label in enumerate(labels):
        if label < 0 or label >= num_classes:
            raise ValueError("a label has no column")
        Y[row, label] = 1
        return Y
    return None


@mistake(advice="Start from zeros, and write a 1 for the class.")
def one_cold(labels, num_classes=10):
    """Zeros and ones are swapped: the class has the 0, and all other columns have a 1."""
    _checked(labels, num_classes)
    return 1 - np.eye(num_classes)[labels]


@mistake(advice="Y[labels] picks rows. A 1 belongs to a row and a column: Y[row, column].")
def whole_rows_of_ones(labels, num_classes=10):
    """`Y[labels] = 1` fills whole rows, those whose number is a label."""
    _checked(labels, num_classes)
    Y = np.zeros((len(labels), num_classes))
    Y[labels] = 1
    return Y


@mistake(advice="The first index says which row. Row i belongs to sample i, not to class i.")
def ones_on_the_diagonal(labels, num_classes=10):
    """`Y[labels, labels] = 1` takes the label as the row, too: the 1 stands on the diagonal."""
    _checked(labels, num_classes)
    Y = np.zeros((len(labels), num_classes))
    Y[labels, labels] = 1
    return Y


@mistake(advice="Give one side a second axis: labels[:, np.newaxis] is (n, 1).")
def row_against_row(labels, num_classes=10):
    """`labels == np.arange(num_classes)` compares two rows with each other, so that no table comes out."""
    _checked(labels, num_classes)
    return (labels == np.arange(num_classes)).astype(float)


@mistake(advice="Collect all rows, and return them together after the loop.")
def only_the_last_row(labels, num_classes=10):
    """You return one row, that of the last sample, instead of all rows."""
    _checked(labels, num_classes)
    for label in labels:
        row = np.zeros(num_classes)
        row[label] = 1
    return row


@mistake(advice="Raise as soon as one label is wrong: which of any and all asks that?")
def all_must_be_wrong(labels, num_classes=10):
    """You refuse the labels only if all of them are wrong; a single wrong one goes through."""
    if labels.size and np.all((labels < 0) | (labels >= num_classes)):
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


# --- variants --------------------------------------------------------------------------------------------------------


def _require_valid(labels, num_classes):
    for label in labels:
        if not 0 <= label < num_classes:
            raise ValueError(f"label {label} is not between 0 and {num_classes - 1}")


@variant
def compare_with_arange(labels, num_classes=10):
    if labels.size and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError("bad label")
    return (labels.reshape(-1, 1) == np.arange(num_classes)).astype(float)


@variant
def put_along_axis(labels, num_classes=10):
    _require_valid(labels, num_classes)
    Y = np.zeros((labels.size, num_classes))
    np.put_along_axis(Y, labels[:, np.newaxis], 1, axis=1)
    return Y


@variant
def row_and_column_index(labels, num_classes=10):
    _require_valid(labels, num_classes)
    Y = np.zeros((len(labels), num_classes))
    Y[np.arange(len(labels)), labels] = 1
    return Y


@variant
def lists_of_lists(labels, num_classes=10):
    _require_valid(labels, num_classes)
    rows = [[int(column == label) for column in range(num_classes)] for label in labels]
    return np.array(rows).reshape(len(labels), num_classes)


@variant
def booleans(labels, num_classes=10):
    _require_valid(labels, num_classes)
    return labels[:, None] == np.arange(num_classes)[None, :]


@variant
def one_byte_each(labels, num_classes=10):
    _require_valid(labels, num_classes)
    return np.identity(num_classes, dtype=np.uint8)[labels]


@variant
class ValueErrorOfItsOwn:
    """A class with __call__ may be an answer; its error is a kind of ValueError."""

    class BadLabel(ValueError):
        pass

    def __new__(cls, labels, num_classes=10):
        if any(label not in range(num_classes) for label in labels.tolist()):
            raise cls.BadLabel("no such class")
        return np.eye(num_classes, dtype=np.float32)[labels]
