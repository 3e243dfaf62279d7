"""accuracy: the share of samples whose most probable class is the right one."""

import functools

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes
from solutions.reference import accuracy

EXERCISE = Exercise(
    unit="04-loss",
    points=4,
    parameters=("labels", "Y_hat"),
    returns=("share",),
    hints=(
        "For each row, ask one question: is the largest probability at the label?",
        "You need the position of the largest entry of each row, a comparison of two (n,) arrays, and a share.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


_RIGHT, _SURE, _SECOND, _THIRD = (0, False), (0, True), (1, True), (2, False)  # the true class's place, and how clear


@cases
def draw(rng):
    k, size, many = different_sizes(rng, 3, smallest=4, largest=8)
    rather_good = [_RIGHT, _RIGHT, _RIGHT, _SURE, _SURE, _SECOND, _THIRD, (1, False), _RIGHT, _THIRD, _SURE]
    rather_bad = [_THIRD, _SECOND, _RIGHT, _SURE, (1, False), _THIRD, (2, True)]
    square = [_RIGHT, _THIRD, _SURE, *([_SECOND] * (size - 3))]
    return [
        Case("ordinary predictions", _ranked(rng, rather_good, k)),
        Case("ordinary predictions", _ranked(rng, rather_bad, many)),
        Case("ordinary predictions", _ranked(rng, square, size)),
        Case("ordinary predictions", _ranked(rng, [_THIRD, _RIGHT, _SECOND], many)),
        Case("a single sample", _ranked(rng, [_RIGHT], k)),
        Case("a single sample", _ranked(rng, [_SECOND], many)),
        Case("all right", _ranked(rng, [_RIGHT, _SURE, _SURE, _RIGHT, _RIGHT, _SURE], 3)),
        Case("all wrong", _ranked(rng, [_SECOND, _THIRD, (1, False), _THIRD, _SECOND], 3)),
        Case("two classes", _ranked(rng, [_SURE, _SECOND, _SURE, _SECOND, _SURE, _SURE, _SURE], 2)),
        Case("a single class", (np.zeros(3, dtype=np.int64), np.ones((3, 1)))),
        Case("a single class", (np.zeros(1, dtype=np.int64), np.ones((1, 1)))),
        Case("many samples", _ranked(rng, [_RIGHT] * 283 + [_SECOND] * 17, 2)),
    ]


def _ranked(rng, places, k):
    """Draw labels and Y_hat in which the true class has these places; the largest probability has no rival."""
    labels, rows = rng.integers(0, k, size=len(places)), []
    for label, (place, sure) in zip(labels, rng.permutation(places), strict=True):
        weights = (0 if sure else 100) + np.cumsum(rng.integers(12, 31, size=k))[::-1]
        values = weights / weights.sum()
        if sure:
            values = np.append(0.6, 0.4 * values[1:] / values[1:].sum()) if k > 2 else np.array([0.7, 0.3])
        values = np.round(values, 3)
        values[0] = np.round(1 - values[1:].sum(), 3)
        others = rng.permutation(np.delete(np.arange(k), place))
        row = np.empty(k)
        row[label] = values[place]
        row[np.delete(np.arange(k), label)] = values[others]
        rows.append(row)
    return labels, np.array(rows)


# --- mistakes --------------------------------------------------------------------------------------------------------


def _predicted(Y_hat):
    return np.argmax(Y_hat, axis=1)


@mistake(advice="A count grows with the data. What must it be divided by?")
def counts_the_right_ones(labels, Y_hat):
    """You return how many are right, not the share."""
    return np.sum(_predicted(Y_hat) == labels)


@mistake(advice="A share lies between 0 and 1.")
def in_percent(labels, Y_hat):
    """You return percent, from 0 to 100, instead of a share."""
    return 100 * accuracy(labels, Y_hat)


@mistake(advice="A perfect network has the accuracy 1.")
def share_of_wrong_ones(labels, Y_hat):
    """You return the share of wrong answers."""
    return 1 - accuracy(labels, Y_hat)


@mistake(advice="The classes lie along axis 1: one answer for each row.")
def argmax_over_samples(labels, Y_hat):
    """You look for the largest probability of each column instead of each row."""
    return np.mean(np.argmax(Y_hat, axis=0) == labels)


@mistake(advice="Print the shapes of both sides of ==. Both should be (n,).")
def column_against_row(labels, Y_hat):
    """You compare (n,) with (n, 1): each label meets each prediction, n times n comparisons."""
    return np.mean(_predicted(Y_hat)[:, np.newaxis] == labels)


@mistake(advice="Name the axis, so that each row gets an answer of its own.")
def argmax_without_axis(labels, Y_hat):
    """argmax without an axis gives one position in the whole matrix, not one for each row."""
    return np.mean(np.argmax(Y_hat) == labels)


@mistake(advice="Which class does the network name: the one with the largest or the smallest probability?")
def names_the_smallest(labels, Y_hat):
    """You take the smallest probability of each row instead of the largest."""
    return np.mean(np.argmin(Y_hat, axis=1) == labels)


@mistake(advice="With many classes the largest probability is often below one half. Compare the classes.")
def true_class_above_one_half(labels, Y_hat):
    """You ask whether the true class has more than one half, not whether it has the largest probability."""
    return np.mean(Y_hat[np.arange(len(labels)), labels] > 0.5)


@mistake(advice="A sample is right or wrong; how sure the network was does not count.")
def mean_true_probability(labels, Y_hat):
    """You return the mean probability of the true class."""
    return np.mean(Y_hat[np.arange(len(labels)), labels])


@mistake(advice="One step is missing: from n answers to one number.")
def right_or_wrong(labels, Y_hat):
    """You return for each sample whether it is right, not the share."""
    return _predicted(Y_hat) == labels


@mistake(advice="Count rows, not entries: a wrong row still has many zeros in the right place.")
def one_hot_entries_compared(labels, Y_hat):
    """You compare one-hot entries, so that every agreeing zero counts as right."""
    classes = np.arange(Y_hat.shape[1])
    return np.mean((_predicted(Y_hat)[:, np.newaxis] == classes) == (labels[:, np.newaxis] == classes))


@mistake(advice="Rows are samples. Which entry of the shape counts them?")
def divided_by_classes(labels, Y_hat):
    """You divide by the number of classes instead of the number of samples."""
    return np.sum(_predicted(Y_hat) == labels) / Y_hat.shape[1]


@mistake(advice="// throws the fraction away.")
def whole_number_division(labels, Y_hat):
    """Only 0 or 1 can come out: you divide with //, convert to int, or ask whether all rows are right."""
    return np.sum(_predicted(Y_hat) == labels) // len(labels)


@mistake(advice="Round when you print, not in the function.")
def rounded(labels, Y_hat):
    """You round the share to two decimals."""
    return round(float(accuracy(labels, Y_hat)), 2)


@mistake(advice="The first column belongs to class 0.")
def classes_from_one(labels, Y_hat):
    """Every predicted class is one too large, as if they were counted from 1."""
    return np.mean(_predicted(Y_hat) + 1 == labels)


@mistake(advice="Only the largest probability of a row counts.")
def among_the_best_two(labels, Y_hat):
    """You count a sample as right if its class is among the two most likely ones."""
    return np.mean(np.any(np.argsort(-Y_hat, axis=1)[:, :2] == labels[:, np.newaxis], axis=1))


@mistake(advice="How often does your loop run for n samples? range(n) ends at n - 1 by itself.")
def forgets_the_last_sample(labels, Y_hat):
    """The last sample is never looked at."""
    return np.sum(_predicted(Y_hat)[:-1] == labels[:-1]) / len(labels)


@mistake(advice="Write the result of a comparison into a new array.")
def overwrites_the_probabilities(labels, Y_hat):
    """You write into the caller's Y_hat."""
    result = accuracy(labels, Y_hat)
    Y_hat[...] = Y_hat == Y_hat.max(axis=1, keepdims=True)
    return result


@mistake(advice="Which line looks at labels and Y_hat? Print both sides of its comparison.")
def always_zero(labels, Y_hat):
    """The result is always 0: you return a constant, or compare what is never equal, such as a probability and a label."""
    return 0.0


@mistake(advice="A probability is hardly ever exactly 0 or 1. Compare classes with labels.")
def one_hot_against_probabilities(labels, Y_hat):
    """You compare one-hot rows with probabilities, which are hardly ever equal."""
    return np.mean((labels[:, np.newaxis] == np.arange(Y_hat.shape[1])) == Y_hat)


@mistake(advice="Count rows, and choose the class with the largest probability, even if it is below one half.")
def one_hot_against_rounded(labels, Y_hat):
    """You compare the entries of one-hot rows with rounded probabilities, so that every agreeing zero counts as right."""
    return np.mean((labels[:, np.newaxis] == np.arange(Y_hat.shape[1])) == np.round(Y_hat))


@mistake(advice="labels holds class numbers already, one for each sample. They need no argmax.")
def argmax_of_the_labels(labels, Y_hat):
    """You use argmax on the labels too, which gives one position instead of n labels."""
    return np.mean(_predicted(Y_hat) == np.argmax(labels))


@mistake(advice="Look at how far the return line is indented.")
def returns_in_the_loop(labels, Y_hat):
    """The return stands inside the loop, so that only the first sample is looked at."""
    return (_predicted(Y_hat)[0] == labels[0]) / len(labels)


@mistake(advice="size counts every entry of Y_hat, n times k. How many samples are there?")
def divided_by_entries(labels, Y_hat):
    """You divide by all entries of Y_hat, n times k, instead of by the number of samples."""
    return np.sum(_predicted(Y_hat) == labels) / Y_hat.size


@mistake(advice="Where do you use the labels? The largest probability says only how sure the network is.")
def mean_largest_probability(labels, Y_hat):
    """You return the mean of the largest probabilities: how sure the network is, not how often it is right."""
    return np.mean(np.max(Y_hat, axis=1))


@mistake(advice="Class 3 is no closer to class 4 than to class 9. Ask whether they are equal.")
def difference_of_classes(labels, Y_hat):
    """You subtract class numbers instead of asking whether they are equal."""
    return np.mean(_predicted(Y_hat) - labels)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def one_by_one(labels, Y_hat):
    right = 0
    for label, row in zip(labels, Y_hat.tolist(), strict=True):
        right += row.index(max(row)) == label
    return right / len(labels)


@variant
def true_class_is_the_maximum(labels, Y_hat):
    return (Y_hat[np.arange(len(labels)), labels] == Y_hat.max(-1)).mean()


@variant
def no_class_is_larger(labels, Y_hat):
    own = np.take_along_axis(Y_hat, labels[:, None], axis=1)
    return 1 - np.count_nonzero((Y_hat > own).any(axis=1)) / labels.size


@variant
def from_the_confusion_matrix(labels, Y_hat):
    k = Y_hat.shape[1]
    counts = np.bincount(labels * k + np.argmax(Y_hat, axis=1), minlength=k * k).reshape(k, k)
    return np.trace(counts) / counts.sum()


@variant
def sorted_classes(labels, Y_hat):
    return np.array(np.equal(np.argsort(Y_hat, axis=1)[:, -1].astype(np.int32), labels).mean(), dtype=np.float32)


@variant
def one_hot_rows_agree(labels, Y_hat):
    return np.sum(np.eye(Y_hat.shape[1])[labels] * (Y_hat == Y_hat.max(axis=1, keepdims=True))) / len(Y_hat)


@functools.partial
def _share(labels, Y_hat):
    return sum(map(bool, np.argmax(Y_hat.T, axis=0) == labels)) / len(labels)


variant(_share)
