"""Cases for 08-error-inspection."""

import itertools

import numpy as np

from course.checks.calls import Case
from course.checks.measures.diagnosis import RUNS
from solutions.catalogue import cases

# --- misclassified ---------------------------------------------------------------------------------------------------


@cases("misclassified")
def misclassified_cases(rng):
    n, k = int(rng.integers(10, 13)), int(rng.integers(4, 7))
    labels, Y_hat = _revealing(rng, n, k)
    right = np.argmax(Y_hat, axis=1)
    wrong = (right + rng.integers(1, k, size=n)) % k
    all_wrong, square = _revealing(rng, n, k, wrong=wrong), _revealing(rng, k + 4, k + 4)
    single = _probabilities(rng, 1, k)
    best = int(np.argmax(single))
    two_classes = _probabilities(rng, 7, 2)
    return [
        Case("ordinary probabilities", (labels, Y_hat)),
        Case("ordinary probabilities", square),
        Case("ordinary probabilities", _revealing(rng, 2 * n, 10)),
        Case("nothing but mistakes", all_wrong),
        Case("no mistakes", (right, Y_hat)),
        Case("no mistakes", (np.zeros(3, dtype=np.int64), np.ones((3, 1)))),
        Case("a single sample", (np.array([(best + 1) % k]), single)),
        Case("a single sample", (np.array([best]), single)),
        Case("two classes", (rng.permutation([0, 1, 0, 1, 1, 0, 1]), two_classes)),
        Case("a true class with probability 0", _with_impossible_row(rng, labels, Y_hat)),
        Case("equal probabilities", _with_ties(rng, n, k)),
    ]


def _probabilities(rng, n, k):
    """Draw rows of whole thousandths that sum to 1, each with a largest entry of its own."""
    rows = []
    while len(rows) < n:
        thousandths = np.floor(rng.dirichlet(np.full(k, 1.2)) * 1000).astype(int)
        thousandths[np.argmax(thousandths)] += 1000 - thousandths.sum()
        if len(set(thousandths.tolist())) == k and thousandths.min() > 0:
            rows.append(thousandths / 1000)
    return np.array(rows)


def _revealing(rng, n, k, wrong=None):
    """Draw labels and probabilities for which the usual wrong orders differ from the right one and from each other."""
    for attempt in itertools.count():
        if attempt % 20 == 0:
            Y_hat = _probabilities(rng, n, k)
        predicted, best = np.argmax(Y_hat, axis=1), np.max(Y_hat, axis=1)
        labels = np.where(rng.random(n) < 0.4, predicted, rng.integers(0, k, size=n))
        if wrong is not None:
            labels = (predicted + rng.integers(1, k, size=n)) % k
        true = Y_hat[np.arange(n), labels]
        rows = np.flatnonzero(predicted != labels)
        if len(rows) < 4 or (wrong is None and len(rows) > n - 3) or len(set(true.tolist())) < n:
            continue
        kept = predicted == labels
        if wrong is None and not np.any(true[kept] < 0.5):
            continue  # a right row in which the true class has less than one half
        keys = (true, -true, best, -best, true - best, rows.argsort() if len(rows) == n else np.arange(n))
        orders = {tuple(rows[np.argsort(key[rows])].tolist()) for key in keys}
        if len(orders) == len(keys):
            return labels, Y_hat


def _with_impossible_row(rng, labels, Y_hat):
    labels, Y_hat = labels.copy(), Y_hat.copy()
    row = int(rng.integers(1, len(labels)))
    best = int(np.argmax(Y_hat[row]))
    labels[row] = (best + 1) % Y_hat.shape[1]
    Y_hat[row, best] += Y_hat[row, labels[row]]
    Y_hat[row, labels[row]] = 0
    return labels, np.round(Y_hat, 3)


def _with_ties(rng, n, k):
    """Give two pairs of wrong rows the same probability of the true class, and different ones of the predicted class."""
    labels, Y_hat = _revealing(rng, n, k)
    rows = rng.permutation(np.flatnonzero(np.argmax(Y_hat, axis=1) != labels))
    for (one, other), shared in zip((rows[:2], rows[2:4]), (0.05, 0.15), strict=True):
        for row, rest in ((one, 0.7), (other, 0.75)):
            Y_hat[row] = (1 - shared - rest) / (k - 2)
            Y_hat[row, (labels[row] + 1) % k] = rest
            Y_hat[row, labels[row]] = shared
    return labels, Y_hat


# --- confusion_matrix ------------------------------------------------------------------------------------------------


@cases("confusion_matrix")
def confusion_matrix_cases(rng):
    k = int(rng.integers(4, 7))
    every = _labels_and_predictions(rng, 6 * k, k)
    return [
        Case("ordinary labels", (*every, k)),
        Case("ordinary labels", (*_labels_and_predictions(rng, 4 * k + 1, k - 1), k - 1)),
        Case("ordinary labels", (*_labels_and_predictions(rng, k, k), k)),
        Case("classes that do not occur", (*every, k + 2)),
        Case("classes that do not occur", (np.array([0, 3, 3, 0, 3, 0]), np.array([3, 3, 0, 3, 0, 3]), k + 1)),
        Case("classes that do not occur", (np.array([1, 1, 0, 1]), np.array([2, 0, 2, 2]), 10)),
        Case("no mistakes", (every[0], every[0].copy(), k)),
        Case("a single sample", (np.array([2]), np.array([1]), k)),
        Case("a single class", (np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64), 1)),
    ]


def _labels_and_predictions(rng, n, k):
    """Draw n pairs, about half of them right, with a repeated confusion that does not occur the other way round."""
    labels = rng.permutation(np.arange(n) % k)
    predicted = np.where(rng.random(n) < 0.5, labels, rng.integers(0, k, size=n))
    labels[:3], predicted[:3] = (1, 1, k - 1), (0, 0, k - 1)  # the last pair keeps every class in the data
    predicted[(labels == 0) & (predicted == 1)] = 0
    predicted[-1] = (labels[-1] + 2) % k  # the last sample is wrong
    return labels, predicted


# --- top_confusions --------------------------------------------------------------------------------------------------


@cases("top_confusions")
def top_confusions_cases(rng):
    k = int(rng.integers(5, 7))
    distinct = _counts(rng, k, range(1, k * (k - 1) + 1))
    sparse = _counts(rng, k, [7, 5, 4, 2] + [0] * (k * (k - 1) - 4))
    tied = _counts(rng, k, [6, 4, 4, 3, 3, 3] + [1] * 4 + [0] * (k * (k - 1) - 10))
    at_the_edge = _counts(rng, 4, [5, 5, 2, 2, 2, 2, 2, 1, 0, 0, 0, 0])
    return [
        Case("ordinary counts", (distinct, 3)),
        Case("ordinary counts", (_counts(rng, 4, rng.permutation(np.arange(1, 13))), 5)),
        Case("ordinary counts", (distinct, 1)),
        Case("equal numbers", (tied, 3)),
        Case("equal numbers", (tied, 6)),
        Case("equal numbers", (at_the_edge, 4)),
        Case("fewer confusions than the count", (sparse, 6)),
        Case("fewer confusions than the count", (at_the_edge, 100)),
        Case("fewer confusions than the count", (np.array([[2, 0], [3, 5]]), 2)),
        Case("a count of 0", (distinct, 0)),
        Case("no confusions at all", (np.diag(rng.integers(3, 30, size=k)), 2)),
        Case("no confusions at all", (np.array([[6]]), 3)),
    ]


def _counts(rng, k, off_diagonal):
    """Draw a matrix with these numbers off the diagonal, so that the usual short cuts show, and large ones on it."""
    matrix = np.diag(rng.integers(40, 90, size=k))
    matrix[int(rng.integers(k))] *= 3  # rows of very different sums: shares are in another order than numbers
    places = list(itertools.permutations(range(k), 2))
    while True:
        for place, number in zip(rng.permutation(places).tolist(), off_diagonal, strict=True):
            matrix[tuple(place)] = number
        top = sorted(((int(matrix[place]), place) for place in places), reverse=True)[:3]
        sides = {t < p for _, (t, p) in top}
        if len(sides) == 2 and len({t for _, (t, _) in top[:2]}) == 1:
            return matrix  # the first two stand in one row, and both sides of the diagonal are among the first three


# --- diagnosis -------------------------------------------------------------------------------------------------------


@cases("diagnosis")
def diagnosis_cases(rng):
    return [Case("the six runs", (run,)) for run in RUNS]
