"""confusion_matrix: which class was taken for which, and how often."""

import collections

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from solutions.reference import confusion_matrix

EXERCISE = Exercise(
    unit="08-error-inspection",
    points=2,
    parameters=("labels", "predicted", "num_classes"),
    returns=("matrix",),
    hints=(
        "Take a sample with the label 4 that was predicted as 9. Which single entry of the matrix counts it?",
        "Look at the shape, at which of the two numbers chooses the row, and at a pair that occurs several times.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    k = int(rng.integers(4, 7))
    every = _labels_and_predictions(rng, 6 * k, k)
    return [
        Case("ordinary labels", (*every, k)),
        Case("ordinary labels", (*_labels_and_predictions(rng, 4 * k + 1, k - 1), k - 1)),
        Case("ordinary labels", (*_labels_and_predictions(rng, k, k), k)),
        Case("classes that do not occur", (*every, k + 2)),
        Case("classes that do not occur", (np.array([0, 3, 3, 0, 3, 0]), np.array([3, 3, 0, 3, 0, 3]), k + 1)),
        Case("classes that do not occur", (np.array([1, 1, 0, 1]), np.array([2, 0, 2, 2]), 10)),
        Case("many samples", _repeated(rng)),
        Case("ordinary labels", (*_labels_and_predictions(rng, 30, 12), 12)),
        Case("two classes", (np.array([0, 1, 1, 0, 1]), np.array([1, 1, 1, 0, 1]), 2)),
        Case("no mistakes", (every[0], every[0].copy(), k)),
        Case("a single sample", (np.array([2]), np.array([1]), k)),
        Case("a single class", (np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64), 1)),
    ]


def _repeated(rng):
    """Draw 700 pairs of two classes: two of the counts are above 255."""
    labels = np.repeat([0, 0, 1, 1], [290, 40, 270, 100])
    order = rng.permutation(700)
    return labels[order], np.repeat([0, 1, 1, 0], [290, 40, 270, 100])[order], 2


def _labels_and_predictions(rng, n, k):
    """Draw n pairs, about half of them right, with a repeated confusion that does not occur the other way round."""
    labels = rng.permutation(np.arange(n) % k)
    predicted = np.where(rng.random(n) < 0.5, labels, rng.integers(0, k, size=n))
    labels[:3], predicted[:3] = (1, 1, k - 1), (0, 0, k - 1)  # the last pair keeps every class in the data
    predicted[(labels == 0) & (predicted == 1)] = 0
    predicted[-1] = (labels[-1] + 2) % k  # the last sample is wrong
    return labels, predicted


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="The true class chooses the row, the predicted one the column.")
def rows_are_the_predicted_class(labels, predicted, num_classes):
    """The matrix is transposed: your rows are the predicted classes."""
    return confusion_matrix(predicted, labels, num_classes)


@mistake(advice="`matrix[t, p] += 1` with arrays t and p adds 1 once, even if a pair occurs often.")
def repeats_count_once(labels, predicted, num_classes):
    """A pair that occurs several times is counted once."""
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    matrix[labels, predicted] += 1
    return matrix


@mistake(advice="The size is num_classes, also if the last class does not occur.")
def as_large_as_the_largest_label(labels, predicted, num_classes):
    """The size comes from the largest label that occurs, not from num_classes."""
    return confusion_matrix(labels, predicted, int(max(labels.max(), predicted.max())) + 1)


@mistake(advice="A class that does not occur still has its row and its column, full of zeros.")
def only_classes_that_occur(labels, predicted, num_classes):
    """Classes that do not occur have no row and no column."""
    present = np.unique([labels, predicted])
    return confusion_matrix(labels, predicted, num_classes)[np.ix_(present, present)]


@mistake(advice="Use num_classes for the size.")
def always_ten_classes(labels, predicted, num_classes):
    """The matrix always has ten rows and columns, whatever num_classes says."""
    return confusion_matrix(labels, predicted, 10)


@mistake(advice="Leave out the division by the sum of the row.")
def shares_of_the_row(labels, predicted, num_classes):
    """You divide each row by its sum: shares, not counts."""
    matrix = confusion_matrix(labels, predicted, num_classes)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


@mistake(advice="Leave out the division by the number of samples.")
def shares_of_all(labels, predicted, num_classes):
    """You divide by the number of samples: shares, not counts."""
    return confusion_matrix(labels, predicted, num_classes) / len(labels)


@mistake(advice="The diagonal counts what the network gets right. It belongs to the matrix.")
def empty_diagonal(labels, predicted, num_classes):
    """The samples that the network gets right are not counted."""
    matrix = confusion_matrix(labels, predicted, num_classes)
    np.fill_diagonal(matrix, 0)
    return matrix


@mistake(advice="Count the wrong samples too, each at the column of its predicted class.")
def diagonal_only(labels, predicted, num_classes):
    """You count only the samples that the network gets right."""
    return np.diag(np.diag(confusion_matrix(labels, predicted, num_classes)))


@mistake(advice="The column comes from predicted, the row from labels.")
def labels_twice(labels, predicted, num_classes):
    """Row and column both come from the labels, so that every sample lands on the diagonal."""
    return confusion_matrix(labels, labels, num_classes)


@mistake(advice="Nothing is counted yet at the start: begin with zeros.")
def starts_from_ones(labels, predicted, num_classes):
    """The counts start from 1 instead of 0."""
    return confusion_matrix(labels, predicted, num_classes) + 1


@mistake(advice="range(len(labels)) reaches the last sample by itself.")
def last_sample_missing(labels, predicted, num_classes):
    """The last sample is not counted."""
    return confusion_matrix(labels[:-1], predicted[:-1], num_classes)


@mistake(advice="range(len(labels)) starts at 0, with the first sample.")
def first_sample_missing(labels, predicted, num_classes):
    """The first sample is not counted."""
    return confusion_matrix(labels[1:], predicted[1:], num_classes)


@mistake(advice="Row num_classes - 1 is the last one. No extra row is needed.")
def one_class_too_many(labels, predicted, num_classes):
    """The matrix has one row and one column too many."""
    return confusion_matrix(labels, predicted, num_classes + 1)


@mistake(advice="Each class needs a row of its own: the shape is (num_classes, num_classes).")
def one_long_row(labels, predicted, num_classes):
    """The counts stand in one long row instead of a square."""
    return confusion_matrix(labels, predicted, num_classes).ravel()


@mistake(advice="bincount stops at the largest number that occurs. Which argument makes it longer?")
def bincount_too_short(labels, predicted, num_classes):
    """bincount is too short if the last pair of classes does not occur, and then it cannot become a square."""
    return np.bincount(labels * num_classes + predicted).reshape(num_classes, num_classes)


@mistake(advice="4 read as 9 and 9 read as 4 are two different confusions. Count each in its place.")
def both_ways(labels, predicted, num_classes):
    """You add the two directions of a confusion, so that the matrix is symmetric."""
    matrix = confusion_matrix(labels, predicted, num_classes)
    return matrix + matrix.T


@mistake(advice="`labels *= …` writes into the caller's array. Write labels * … instead.")
def changes_the_labels(labels, predicted, num_classes):
    """You compute in place, in the caller's array of labels."""
    matrix = confusion_matrix(labels, predicted, num_classes)
    labels *= num_classes
    labels += predicted
    return matrix


@mistake(advice="[row] * k repeats the same list k times. Make each row anew, or use np.zeros.")
def one_row_many_times(labels, predicted, num_classes):
    """All rows are one and the same list, so that every count appears in all of them."""
    return np.tile(confusion_matrix(labels, predicted, num_classes).sum(axis=0), (num_classes, 1))


@mistake(advice="The row comes from labels, the column from predicted.")
def predicted_twice(labels, predicted, num_classes):
    """Row and column both come from the predictions, so that every sample lands on the diagonal."""
    return confusion_matrix(predicted, predicted, num_classes)


@mistake(advice="Counts of true classes divide by nothing. Leave out the division by the column's sum.")
def shares_of_the_column(labels, predicted, num_classes):
    """You divide each column by its sum: shares, not counts."""
    counts = confusion_matrix(labels, predicted, num_classes)
    return counts / np.maximum(counts.sum(axis=0), 1)


@mistake(advice="Look at how far the return line is indented.")
def returns_in_the_loop(labels, predicted, num_classes):
    """The return stands inside the loop, so that only the first sample is counted."""
    return confusion_matrix(labels[:1], predicted[:1], num_classes)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def nested_loops(labels, predicted, num_classes):
    matrix = [[0] * num_classes for _ in range(num_classes)]
    for t, p in zip(labels, predicted, strict=True):
        matrix[t][p] += 1
    return matrix


@variant
def product_of_one_hot(labels, predicted, num_classes):
    eye = np.eye(num_classes)
    return eye[labels].T @ eye[predicted]


@variant
def bincount(labels, predicted, num_classes):
    flat = np.bincount(labels * num_classes + predicted, minlength=num_classes**2)
    return flat.reshape(num_classes, -1)


@variant
def two_dimensional_histogram(labels, predicted, num_classes):
    edges = np.arange(num_classes + 1) - 0.5
    return np.histogram2d(labels, predicted, bins=(edges, edges))[0]


@variant
def from_scikit_learn(labels, predicted, num_classes):
    from sklearn import metrics  # imported here, because it takes a second

    return metrics.confusion_matrix(labels, predicted, labels=range(num_classes))


@variant
def a_counter(labels, predicted, num_classes):
    counter = collections.Counter(zip(labels.tolist(), predicted.tolist(), strict=True))
    return np.array([[counter[t, p] for p in range(num_classes)] for t in range(num_classes)], dtype=np.uint16)


@variant
def a_comparison_for_each_entry(labels, predicted, num_classes):
    classes = np.arange(num_classes)
    hits = (labels == classes[:, None])[:, None, :] & (predicted == classes[:, None])[None]
    return hits.sum(axis=-1).astype(np.float32)
