"""Known mistakes in 01-one-hot."""

import numpy as np

from solutions.catalogue import mistake

# --- min_max ---------------------------------------------------------------------------------------------------------


@mistake("min_max", advice="Subtract in float64: convert x before you compute with it.")
def subtracts_in_integers(x):
    """The difference of two small integers wraps around, as it does not fit into their type."""
    with np.errstate(all="ignore"):
        span = x.max() - x.min()
        if span == 0:
            return np.zeros(x.shape)
        return (x - x.min()) / float(span)


@mistake("min_max", advice="What is max - min if all numbers are equal? Say what shall come out then.")
def divides_by_zero(x):
    """If all numbers are equal, you divide zero by zero, and that is NaN."""
    x = x.astype(np.float64)
    return (x - x.min()) / (x.max() - x.min())


@mistake("min_max", advice="The smallest number must become 0. What do you subtract for that?")
def forgets_the_minimum(x):
    """You divide by the largest number, but the smallest does not move to 0."""
    x = x.astype(np.float64)
    return x / x.max() if x.max() != 0 else np.zeros(x.shape)


@mistake("min_max", advice="After the subtraction the range is from 0 to max - min. Divide by that width.")
def divides_by_the_maximum(x):
    """You subtract the minimum and then divide by the maximum, so that the largest number does not become 1."""
    x = x.astype(np.float64)
    if x.max() == x.min():
        return np.zeros(x.shape)
    return (x - x.min()) / x.max()


@mistake("min_max", advice="The task asks for one minimum and one maximum of the whole array: no axis.")
def scales_each_column(x):
    """Each column is scaled by its own range, not the whole array by one."""
    x = x.astype(np.float64)
    span = x.max(axis=0) - x.min(axis=0)
    return (x - x.min(axis=0)) / np.where(span == 0, 1, span)


@mistake("min_max", advice="Use the minimum and the maximum; mean and standard deviation are another kind of scaling.")
def standardises(x):
    """You subtract the mean and divide by the standard deviation."""
    x = x.astype(np.float64)
    return (x - x.mean()) / (x.std() if x.std() else 1)


@mistake("min_max", advice="Check the order of the two differences: the smallest number should become 0.")
def upside_down(x):
    """The largest number becomes 0 and the smallest 1."""
    x = x.astype(np.float64)
    span = x.max() - x.min()
    return np.zeros(x.shape) if span == 0 else (x.max() - x) / span


@mistake("min_max", advice="Write the brackets out: first the difference, then the division.")
def misses_brackets(x):
    """Without brackets the division comes before the subtraction."""
    x = x.astype(np.float64)
    span = x.max() - x.min()
    return np.zeros(x.shape) if span == 0 else x - x.min() / span


@mistake("min_max", advice="The range of the data is not always 0 to 255. Ask the array for its minimum and maximum.")
def assumes_bytes(x):
    """You divide by 255, whatever the range of the data is."""
    return x.astype(np.float64) / 255


@mistake("min_max", advice="Ask for float64 where you convert.")
def returns_float32(x):
    """The numbers are right, but they come back as float32."""
    x = x.astype(np.float64)
    span = x.max() - x.min()
    return (np.zeros(x.shape) if span == 0 else (x - x.min()) / span).astype(np.float32)


@mistake("min_max", advice="np.zeros_like and empty_like copy the type too. Which type has x here?")
def keeps_the_integer_type(x):
    """The result has the integer type of x, so that all fractions are cut off."""
    result = np.zeros_like(x)
    wide = x.astype(np.float64)
    span = wide.max() - wide.min()
    if span:
        result[...] = ((wide - wide.min()) / span).astype(x.dtype)
    return result


@mistake("min_max", advice="`x -= …` changes the array that the caller gave you. Make a new one.")
def changes_x(x):
    """You work in place, on the caller's array."""
    wide = x.astype(np.float64)
    span = wide.max() - wide.min()
    result = np.zeros(x.shape) if span == 0 else (wide - wide.min()) / span
    x[...] = result.astype(x.dtype)
    return result


@mistake("min_max", advice="The task asks for one minimum and one maximum of the whole array: no axis.")
def scales_each_row(x):
    """Each row is scaled by its own range, not the whole array by one; an array with one axis stops with an error."""
    x = x.astype(np.float64)
    span = x.max(axis=1, keepdims=True) - x.min(axis=1, keepdims=True)
    return (x - x.min(axis=1, keepdims=True)) / np.where(span == 0, 1, span)


# --- one_hot ---------------------------------------------------------------------------------------------------------


def _checked(labels, num_classes):
    if np.any((labels < 0) | (labels >= num_classes)):
        raise ValueError("a label has no column")


@mistake("one_hot", advice="The number of columns is num_classes, also if the largest label does not occur.")
def width_is_largest_label(labels, num_classes=10):
    """The number of columns is taken from the largest label that occurs."""
    _checked(labels, num_classes)
    return np.eye(int(np.max(labels, initial=-1)) + 1)[labels]


@mistake("one_hot", advice="The number of columns is num_classes, also for a class that does not occur.")
def width_is_distinct_labels(labels, num_classes=10):
    """The number of columns is the number of different labels, and labels are renumbered if one is absent."""
    _checked(labels, num_classes)
    present = np.unique(labels)
    return (labels[:, np.newaxis] == present).astype(float)


@mistake("one_hot", advice="Each row wants one column of its own: pair row i with labels[i].")
def many_hot(labels, num_classes=10):
    """`Y[:, labels] = 1` sets these columns in every row."""
    _checked(labels, num_classes)
    Y = np.zeros((len(labels), num_classes))
    Y[:, labels] = 1
    return Y


@mistake("one_hot", advice="Samples are rows, classes are columns.")
def transposed(labels, num_classes=10):
    """Rows and columns are swapped: each sample has become a column."""
    _checked(labels, num_classes)
    return np.eye(num_classes)[:, labels]


@mistake("one_hot", advice="Before anything else, look for labels below 0 and labels from num_classes on.")
def accepts_negative_labels(labels, num_classes=10):
    """A negative label is taken as an index from the end, so that a wrong label goes unnoticed."""
    if np.any(labels >= num_classes):
        raise ValueError("a label is too large")
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="An IndexError is NumPy's; the task asks for your own check and a ValueError.")
def leaves_the_check_to_numpy(labels, num_classes=10):
    """Labels are not checked: too large ones give an IndexError, negative ones count from the end."""
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="The smallest label that is too large is num_classes itself.")
def off_by_one_check(labels, num_classes=10):
    """The check lets a label equal to num_classes through."""
    if np.any((labels < 0) | (labels > num_classes)):
        raise ValueError("a label has no column")
    return (labels[:, np.newaxis] == np.arange(num_classes)).astype(float)


@mistake("one_hot", advice="Compare with the task: an invalid label raises ValueError.")
def drops_bad_labels(labels, num_classes=10):
    """An invalid label silently gives a row of zeros."""
    return (labels[:, np.newaxis] == np.arange(num_classes)).astype(float)


@mistake("one_hot", advice="Class 0 has column 0. Which column does label 1 get from you?")
def counts_from_one(labels, num_classes=10):
    """Every 1 stands one column too far to the left, as if classes were counted from 1."""
    _checked(labels, num_classes)
    return np.eye(num_classes)[labels - 1]


@mistake("one_hot", advice="Use the argument num_classes for the number of columns.")
def always_ten_columns(labels, num_classes=10):
    """There are always ten columns, whatever num_classes says."""
    _checked(labels, num_classes)
    return np.eye(10)[labels]


@mistake("one_hot", advice="Write a 1, not the label itself.")
def writes_the_label(labels, num_classes=10):
    """The label itself stands where a 1 belongs."""
    _checked(labels, num_classes)
    return np.eye(num_classes)[labels] * labels[:, np.newaxis]


@mistake(
    "one_hot", advice="n = 0 is allowed: no rows, but num_classes columns. Which of your lines needs a first sample?"
)
def fails_without_samples(labels, num_classes=10):
    """With no samples at all your function stops, for instance in max() of an empty array."""
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="Sorting or clipping in place changes the caller's labels. Work on a copy.")
def changes_labels(labels, num_classes=10):
    """You change the caller's labels."""
    _checked(labels, num_classes)
    Y = np.eye(num_classes)[labels]
    labels[:] = 0
    return Y


@mistake("one_hot", advice="The smallest label that is too large is num_classes itself: is it refused?")
def off_by_one_index(labels, num_classes=10):
    """You refuse labels > num_classes, but not num_classes itself, which then gives NumPy's IndexError."""
    if np.any((labels < 0) | (labels > num_classes)):
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="A label can be wrong in two ways: below 0, or num_classes and more.")
def checks_negative_labels_only(labels, num_classes=10):
    """Only negative labels are refused; one that is too large gives NumPy's IndexError."""
    if np.any(labels < 0):
        raise ValueError("a label is negative")
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="With num_classes = 5 the labels 0, 1, 2, 3 and 4 are valid.")
def refuses_the_last_class(labels, num_classes=10):
    """The check refuses the last class, num_classes - 1, which is a valid label."""
    if np.any((labels < 0) | (labels >= num_classes - 1)):
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="Class 0 is the first class. Is it refused?")
def refuses_class_zero(labels, num_classes=10):
    """The check refuses the label 0, which is valid."""
    if np.any((labels <= 0) | (labels >= num_classes)):
        raise ValueError("a label has no column")
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="Python has a statement that ends a function with an error: raise.")
def prints_instead_of_raising(labels, num_classes=10):
    """For an invalid label you return None, perhaps after a print: no error is raised."""
    if np.any((labels < 0) | (labels >= num_classes)):
        return None
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="Ask with if, and raise the error that the task names.")
def asserts_instead_of_raising(labels, num_classes=10):
    """assert raises an AssertionError; the task asks for a ValueError."""
    if np.any((labels < 0) | (labels >= num_classes)):
        raise AssertionError
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="A comparison with an array gives an array. Which function says whether any entry is True?")
def if_of_a_whole_array(labels, num_classes=10):
    """You write `if labels < 0`, but a whole array is neither true nor false; that runs only for a single label."""
    if labels.size != 1:
        raise ValueError("The truth value of an array is ambiguous")
    _checked(labels, num_classes)
    return np.eye(num_classes)[labels]


@mistake("one_hot", advice="Look at how far the return line is indented.")
def returns_in_the_loop(labels, num_classes=10):
    """The return stands inside the loop, so that only the first row is filled."""
    Y = np.zeros((len(labels), num_classes))
    for row, label in enumerate(labels):
        if label < 0 or label >= num_classes:
            raise ValueError("a label has no column")
        Y[row, label] = 1
        return Y
    return None


@mistake("one_hot", advice="Start from zeros, and write a 1 for the class.")
def one_cold(labels, num_classes=10):
    """Zeros and ones are swapped: the class has the 0, and all other columns have a 1."""
    _checked(labels, num_classes)
    return 1 - np.eye(num_classes)[labels]


# --- from_one_hot ----------------------------------------------------------------------------------------------------


@mistake("from_one_hot", advice="axis=0 goes down the rows, axis=1 along the columns. Where do the classes lie?")
def argmax_over_samples(Y):
    """You look for the largest entry in each column instead of each row."""
    return np.argmax(Y, axis=0)


@mistake("from_one_hot", advice="argmax without an axis sees one long row of numbers. Name the axis.")
def argmax_without_axis(Y):
    """You look for one largest entry of the whole matrix, so that there is one number instead of one for each row."""
    return np.argmax(Y)


@mistake("from_one_hot", advice="You want the position of the largest entry, not its value.")
def largest_value(Y):
    """You return the largest entry of each row, which is always 1."""
    return np.max(Y, axis=1).astype(int)


@mistake("from_one_hot", advice="Labels are whole numbers: convert the result, or use a function that gives positions.")
def float_labels(Y):
    """The labels are right, but they come back as floats, which cannot be used as an index."""
    return Y @ np.arange(Y.shape[1])


@mistake("from_one_hot", advice="(n, 1) is a matrix with one column. Labels are a plain vector, (n,).")
def column_of_labels(Y):
    """The labels come back as a matrix with a single column."""
    return np.argmax(Y, axis=1)[:, np.newaxis]


@mistake("from_one_hot", advice="np.nonzero gives row numbers first, then column numbers. Which of them is the class?")
def row_numbers(Y):
    """You return the row of each 1 instead of its column."""
    return np.nonzero(Y)[0]


@mistake("from_one_hot", advice="Which entry is the smallest in a one-hot row?")
def argmin_for_argmax(Y):
    """You look for the smallest entry of each row."""
    return np.argmin(Y, axis=1)


@mistake("from_one_hot", advice="The first column belongs to class 0.")
def labels_from_one(Y):
    """Every label is one too large, as if classes were counted from 1."""
    return np.argmax(Y, axis=1) + 1


@mistake("from_one_hot", advice="You want the position of the largest entry, not its value.")
def largest_value_as_float(Y):
    """You return the largest entry of each row, or its sum: that is always 1.0, not a position."""
    return np.max(Y, axis=1)


@mistake("from_one_hot", advice="You want the position of the 1 in each row. What is the sum of a one-hot row?")
def counts_of_the_classes(Y):
    """You add up the columns: that says how often each class occurs, not which class a row has."""
    return np.sum(Y, axis=0)


@mistake(
    "from_one_hot", advice="np.where gives two arrays, the rows and the columns of what it finds. Which is the class?"
)
def rows_and_columns(Y):
    """np.where gives the row numbers and the column numbers, and you return both."""
    return np.where(Y == 1)


@mistake("from_one_hot", advice="Each pair is (row, column). Which of the two is the class?")
def pairs_of_row_and_column(Y):
    """np.argwhere gives a pair for each 1, its row and its column, not the class alone."""
    return np.argwhere(Y == 1)
