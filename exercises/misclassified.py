"""misclassified: the wrong rows, those with the lowest probability of the true class first."""

import itertools

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from solutions import reference

EXERCISE = Exercise(
    unit="08-error-inspection",
    points=2,
    parameters=("labels", "Y_hat"),
    returns=("indices",),
    hints=(
        "Two questions: which rows are wrong, and how probable was the true class in each of them?",
        "Look at three things: the axis of argmax, whose probability you sort by, and which rows your indices count.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
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
        Case("many rows", _many(rng)),
        Case("nothing but mistakes", all_wrong),
        Case("no mistakes", (right, Y_hat)),
        Case("no mistakes", (np.zeros(3, dtype=np.int64), np.ones((3, 1)))),
        Case("a single sample", (np.array([(best + 1) % k]), single)),
        Case("a single sample", (np.array([best]), single)),
        Case("two classes", (rng.permutation([0, 1, 0, 1, 1, 0, 1]), two_classes)),
        Case("a true class with probability 0", _with_impossible_row(rng, labels, Y_hat)),
        Case("a true class with probability 0", (np.array([1, 1, 0, 1]), np.eye(2)[[0, 1, 1, 0]])),
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


def _many(rng):
    """Draw 300 rows of which about 20 are wrong, some of them behind row 255."""
    true = rng.permutation(np.append(rng.permutation(np.arange(10, 500))[:24], np.arange(501, 777))) / 1000
    labels = rng.integers(0, 2, size=300)
    true[-3:] = np.array([0.499, 0.003, 0.25]) + 0.0004
    return labels, np.where(labels[:, np.newaxis] == [0, 1], true[:, np.newaxis], 1 - true[:, np.newaxis])


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


# --- mistakes --------------------------------------------------------------------------------------------------------


def _order(keys):
    return np.argsort(keys, kind="stable")  # NumPy's default puts equal numbers in another order on another processor


def _sorted_wrong_rows(labels, Y_hat, keys):
    rows = np.flatnonzero(np.argmax(Y_hat, axis=1) != labels)
    return rows[_order(keys[rows])]


def _right_answer(labels, Y_hat):
    return _sorted_wrong_rows(labels, Y_hat, _true_probability(labels, Y_hat))


def _true_probability(labels, Y_hat):
    return Y_hat[np.arange(len(labels)), labels]


@mistake(advice="The classes lie side by side in a row. Along which axis do you look for the largest?")
def largest_of_each_column(labels, Y_hat):
    """argmax runs down the columns (axis 0), so that it compares samples, not classes; with n = k nobody notices."""
    true = _true_probability(labels, Y_hat)
    wrong = np.flatnonzero(np.argmax(Y_hat, axis=0) != labels)
    return wrong[_order(true[wrong])]


@mistake(advice="Print the shape of the comparison: it must be (n,), one answer for each sample.")
def compares_with_a_column(labels, Y_hat):
    """You compare (n,) with (n, 1): NumPy makes an (n, n) table of every prediction with every label."""
    true = _true_probability(labels, Y_hat)
    wrong = np.where(np.argmax(Y_hat, axis=1) != labels[:, np.newaxis])[0]
    return wrong[_order(true[wrong])]


@mistake(advice="The surest mistakes come first: there the true class has almost no probability.")
def highest_true_probability_first(labels, Y_hat):
    """The order is reversed: the highest probability of the true class comes first."""
    return _right_answer(labels, Y_hat)[::-1]


@mistake(advice="Sort by the probability in the column of the label, lowest first.")
def highest_predicted_probability_first(labels, Y_hat):
    """You sort by the probability of the predicted class, not of the true one."""
    return _sorted_wrong_rows(labels, Y_hat, -Y_hat.max(axis=1))


@mistake(advice="Sort by the probability in the column of the label. The largest of a row is another one.")
def least_confident_first(labels, Y_hat):
    """You sort by the probability of the predicted class, lowest first: the most doubtful mistakes, not the surest."""
    return _sorted_wrong_rows(labels, Y_hat, Y_hat.max(axis=1))


@mistake(advice="The task asks for the probability of the true class alone.")
def sorts_by_the_gap(labels, Y_hat):
    """You sort by the gap between the probabilities of the true and of the predicted class."""
    return _sorted_wrong_rows(labels, Y_hat, _true_probability(labels, Y_hat) - Y_hat.max(axis=1))


@mistake(advice="Which row numbers belong to the wrong samples? Keep only those.")
def right_rows_left_in(labels, Y_hat):
    """You sort all samples; those that the network gets right are still among them."""
    return _order(_true_probability(labels, Y_hat))


@mistake(advice="Which sign says that the predicted class is not the label?")
def the_right_rows(labels, Y_hat):
    """You return the samples that the network gets right."""
    true = _true_probability(labels, Y_hat)
    rows = np.flatnonzero(np.argmax(Y_hat, axis=1) == labels)
    return rows[_order(true[rows])]


@mistake(advice="argsort counts within what it is given. Which row of the data set is its entry 0?")
def indices_into_the_wrong_rows(labels, Y_hat):
    """Your indices count the wrong rows only: 0 means the first wrong row, not row 0 of the data set."""
    wrong = np.argmax(Y_hat, axis=1) != labels
    return _order(_true_probability(labels, Y_hat)[wrong])


@mistake(advice="Now put them in order: the lowest probability of the true class first.")
def not_sorted(labels, Y_hat):
    """The rows are the right ones, but they are not sorted by probability."""
    return np.flatnonzero(np.argmax(Y_hat, axis=1) != labels)


@mistake(advice="argsort gives the order itself. Applied once more, it gives the rank of each row.")
def ranks(labels, Y_hat):
    """You return the rank of each wrong row instead of the rows in order."""
    wrong = np.argmax(Y_hat, axis=1) != labels
    return _order(_order(_true_probability(labels, Y_hat)[wrong]))


@mistake(advice="np.flatnonzero turns answers of yes and no into row numbers. Then sort these.")
def a_mask(labels, Y_hat):
    """You return True or False for each sample, not the row numbers of the wrong ones."""
    return np.argmax(Y_hat, axis=1) != labels


@mistake(advice="The probabilities decide the order. What is asked for are the row numbers.")
def probabilities_instead_of_rows(labels, Y_hat):
    """You return the probabilities of the true classes, not the numbers of the rows."""
    return _true_probability(labels, Y_hat)[_right_answer(labels, Y_hat)]


@mistake(advice="How many there are is the length of the list. Return the row numbers.")
def how_many(labels, Y_hat):
    """You return the number of wrong samples."""
    return np.sum(np.argmax(Y_hat, axis=1) != labels)


@mistake(advice="With several classes the largest probability may be below one half, and still be right.")
def below_one_half(labels, Y_hat):
    """You call a sample wrong if its true class has less than one half. But a class can win with less."""
    true = _true_probability(labels, Y_hat)
    rows = np.flatnonzero(true < 0.5)
    return rows[_order(true[rows])]


@mistake(advice="argwhere gives one row for each hit. np.flatnonzero gives plain numbers.")
def a_column_of_rows(labels, Y_hat):
    """The row numbers are right, but they stand in a column of shape (m, 1)."""
    return _right_answer(labels, Y_hat)[:, np.newaxis]


@mistake(advice="The network names the class with the largest probability.")
def smallest_probability_wins(labels, Y_hat):
    """You take the class with the smallest probability for the predicted one."""
    true = _true_probability(labels, Y_hat)
    rows = np.flatnonzero(np.argmin(Y_hat, axis=1) != labels)
    return rows[_order(true[rows])]


@mistake(advice="Return the predicted class nowhere: only the numbers of the rows are asked for.")
def wrong_classes_instead_of_rows(labels, Y_hat):
    """You return the classes that were predicted wrongly, not the numbers of the rows."""
    return np.argmax(Y_hat, axis=1)[_right_answer(labels, Y_hat)]


@mistake(advice="Take out a copy of the probabilities before you change or sort them.")
def changes_the_probabilities(labels, Y_hat):
    """You write into Y_hat, which belongs to the caller."""
    rows = _right_answer(labels, Y_hat)
    Y_hat[np.arange(len(labels)), labels] = 0
    return rows


@mistake(advice="np.where returns a tuple with one array for each axis. Take the array out, then sort.")
def tuple_of_where(labels, Y_hat):
    """np.where gives a tuple, and you return that tuple; besides, nothing is sorted."""
    return np.where(np.argmax(Y_hat, axis=1) != labels)


@mistake(advice="After sorting, row 0 of the mask belongs to another sample. Put the mask in order too.")
def mask_out_of_order(labels, Y_hat):
    """You sort all samples first, and then filter with a mask that is still in the old order."""
    order = _order(_true_probability(labels, Y_hat))
    return order[np.argmax(Y_hat, axis=1) != labels]


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def a_list_of_ints(labels, Y_hat):
    found = []
    for row, (label, probabilities) in enumerate(zip(labels, Y_hat, strict=True)):
        if max(range(len(probabilities)), key=lambda c: probabilities[c]) != label:
            found.append((probabilities[label], row))
    return [row for _, row in sorted(found)]


@variant
def last_of_equals_first(labels, Y_hat):
    found = [(row, labels[row]) for row in reversed(range(len(labels))) if np.any(Y_hat[row] > Y_hat[row, labels[row]])]
    return tuple(row for row, label in sorted(found, key=lambda pair: Y_hat[pair]))


@variant
def highest_cost_first(labels, Y_hat):
    with np.errstate(divide="ignore"):
        cost = -np.log(np.take_along_axis(Y_hat, labels[:, np.newaxis], axis=1)[:, 0])
    rows = np.nonzero(Y_hat.argmax(axis=-1) - labels)[0]
    return rows[np.argsort(cost[rows])[::-1]].astype(np.int32)


@variant
def with_one_hot_rows(labels, Y_hat):
    Y = np.eye(Y_hat.shape[1])[labels]
    true = np.sum(Y * Y_hat, axis=1)
    wrong = Y_hat.max(axis=1) > true
    indices = np.argwhere(wrong).ravel()
    if not wrong.any():
        return np.array([])
    return indices[np.lexsort((-indices, true[indices]))]


@variant
def wrong_rows_moved_to_the_front(labels, Y_hat):
    true = Y_hat[range(len(labels)), labels]
    wrong = np.argmax(Y_hat, axis=1) != labels
    return np.argsort(np.where(wrong, true, np.inf), kind="stable")[: np.count_nonzero(wrong)]


@variant
def by_the_other_classes(labels, Y_hat):
    mask = np.ones(Y_hat.shape, dtype=bool)
    mask[np.arange(len(labels)), labels] = False
    order = np.argsort(-Y_hat.sum(axis=1, where=mask), kind="stable")
    return [int(row) for row in order if Y_hat[row].argmax() != labels[row]]


@variant
class Inspector:
    """A class whose objects are called."""

    def __new__(cls, labels, Y_hat):
        return reference.misclassified(labels, Y_hat).tolist()
