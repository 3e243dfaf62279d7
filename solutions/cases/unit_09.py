"""Cases for 09-mini-batches. Where an honest answer may draw any order, what is expected is right for every order."""

import itertools

import numpy as np

from course.checks.calls import Case
from course.checks.measures import mini_batches as measures
from course.plain import AnyOf, Rng
from solutions import reference
from solutions.cases.draw import different_sizes, network, numbers
from solutions.catalogue import cases


def _seed(rng):
    return Rng(int(rng.integers(2**31)))


def _rows(rng, n, d):
    """Draw an (n, d) array whose first column tells the rows apart, in no order."""
    X = numbers(rng, n, d)
    X[:, 0] = rng.permutation(n) * 0.5 + rng.integers(-9, 10)
    return X


def _targets(rng, n, k):
    """Draw (n, k) one-hot rows with every class in them, if n is large enough."""
    return np.eye(k)[rng.permutation(np.append(np.arange(k), rng.integers(0, k, size=n))[:n])]


def _expect(exercise, args, **known):
    """Measure the reference's result, and put the mean over all orders in the place of what depends on its draw."""
    fresh = [np.random.default_rng(value.seed) if isinstance(value, Rng) else value for value in args]
    result = getattr(reference, exercise)(*fresh)
    measured = getattr(measures, exercise)(list(result) if exercise == "minibatches" else result, *args)
    return {name: known.get(name, value) for name, value in measured.items()}


# --- train_test_split ------------------------------------------------------------------------------------------------


@cases("train_test_split")
def train_test_split_cases(rng):
    n = int(rng.integers(600, 650))
    m = round(0.3 * n)
    many = _rows(rng, n, 2), rng.integers(0, 5, size=n), 0.3, _seed(rng)
    expected = _expect(
        "train_test_split",
        many,
        **{
            "mean row number / n of X_test": (n - 1) / 2 / n,
            "share of rows whose neighbour is in it too of X_test": (m - 1) / (n - 1),
        },
    )

    def small(part, n, fraction):
        return Case(part, (_rows(rng, n, 3), rng.integers(0, 4, size=n), fraction, _seed(rng)))

    halves = [small("a number of test rows that is not whole", *pair) for pair in ((5, 0.5), (7, 0.5), (11, 0.3))]
    odd_products = [small("a number of test rows that is not whole", *pair) for pair in ((100, 0.07), (100, 0.29))]
    return [
        Case("many rows", many, expected=expected),
        small("many rows", 20, 0.2),
        small("many rows", int(rng.integers(30, 50)), 0.75),
        *halves,
        *odd_products,
        small("no test rows", 3, 0.1),
        small("no test rows", 6, 0.0),
        small("no training rows", 3, 0.9),
        small("no training rows", 5, 1.0),
        small("a single row", 1, 0.5),
        small("a single row", 1, 0.6),
    ]


# --- minibatches -----------------------------------------------------------------------------------------------------


@cases("minibatches")
def minibatches_cases(rng):
    def small(part, n, batch_size, d=3, k=4):
        return Case(part, (_rows(rng, n, d), _targets(rng, n, k), batch_size, _seed(rng)))

    def many(part, n, batch_size):
        args = _rows(rng, n, 2), _targets(rng, n, 5), batch_size, _seed(rng)
        sizes = [min(batch_size, n - start) for start in range(0, n, batch_size)]
        known = {
            "correlation between old and new place of the order": 0.0,
            "share of neighbours that stay in one batch of the order": sum(s * (s - 1) for s in sizes) / n / (n - 1),
        }
        return Case(part, args, expected=_expect("minibatches", args, **known))

    return [
        many("many rows", int(rng.integers(203, 209)), 10),
        small("many rows", 12, 4),
        small("many rows", 30, 7, d=5, k=2),
        many("batches of one row", 200, 1),
        small("a smaller last batch", 7, 3),
        small("a smaller last batch", 5, 4, d=2, k=3),
        small("a batch of all rows", 6, 6),
        small("a batch of all rows", 4, 9),
        small("a single row", 1, 3),
        small("a single column", 5, 2, d=1, k=1),
    ]


# --- sgd -------------------------------------------------------------------------------------------------------------


@cases("sgd")
def sgd_cases(rng):
    n, d, h, k = different_sizes(rng, 4, smallest=2, largest=5)
    size = int(rng.integers(3, 5))
    lr, lmbd = (round(float(rng.uniform(*limits)), 2) for limits in ((0.3, 0.9), (0.15, 0.4)))
    more = int(rng.integers(3, 9))
    last = "a smaller last batch"

    def whole(part, sizes, epochs, batch_size, lmbd):
        n, d, h, k = sizes
        args = *network(rng, d, h, k), numbers(rng, n, d), _targets(rng, n, k), epochs, batch_size, lr, lmbd, _seed(rng)
        return Case(part, args)

    def listed(part, n, epochs, batch_size, lmbd):
        args = *network(rng, 3, 2, 2), numbers(rng, n, 3, scale=2), _targets(rng, n, 2), epochs, batch_size
        args = *args, 1.5, lmbd, _seed(rng)
        return Case(part, args, expected=AnyOf(tuple(_every_result(*args[:-1]))))

    return [
        _trace(rng, "mini-batches", 1, batch_size=6, remainder=0, decay=0),
        whole("mini-batches", (n, d, h, k), 1, n, 0.0),
        whole("mini-batches", (size, size, size, size), 1, size, 0.0),
        _trace(rng, last, 1, batch_size=8, remainder=5, decay=0),
        listed(last, 3, 2, 2, 0.2),
        listed("batches of one row", 4, 1, 1, 0.0),
        whole("the penalty", (3, 1, 2, 4), 1, 3, lmbd),
        _trace(rng, "several epochs", 10, batch_size=6, remainder=0, decay=0.8),
        whole("several epochs", (4, 2, 1, 3), 3, 4, lmbd),
        whole("a batch size above the number of rows", (1, 2, 3, 2), 2, more, lmbd),
        whole("a batch size above the number of rows", (2, 3, 2, 1), 2, more, lmbd),
        whole("no epochs at all", (n, d, h, k), 0, 2, lmbd),
    ]


def _every_result(W, b, X, Y, epochs, batch_size, lr, lmbd):
    """Return what sgd gives, as measured, for every order of the rows in each epoch; orders with equal batches once."""
    n = len(X)
    starts = range(0, n, batch_size)
    orders = {tuple(frozenset(order[s : s + batch_size]) for s in starts) for order in itertools.permutations(range(n))}
    orders = sorted(orders, key=lambda batches: [sorted(batch) for batch in batches])
    for epochs_of_batches in itertools.product(orders, repeat=epochs):
        result = W, b
        for batch in itertools.chain(*epochs_of_batches):
            rows = sorted(batch)
            result = reference.sgd(*result, X[rows], Y[rows], 1, n, lr, lmbd, np.random.default_rng(0))
        yield measures.sgd(result, W, b, X, Y, epochs, batch_size, lr)


def _trace(rng, part, epochs, batch_size, remainder, decay):
    """Make a case in which the weights show afterwards when each row was used, and with which target.

    Row i of X is (i, -1), and the hidden unit j is 1 for the rows from j on, else 0, with not the least slope between.
    The network is sure of class 0 all the time, and no row belongs to it. So each row i adds lr / (size of its batch) to
    the columns up to i of its class in W_2, and nothing else moves. What was added early has decayed since.

    Parameters
    ----------
    remainder : the size of the last batch, if it is smaller than batch_size
    decay : how much of the weights the penalty takes away over all steps, from 0 to 1
    """
    n = 60 // batch_size * batch_size + remainder
    k, lr = 5, 0.001
    steps = epochs * -(-n // batch_size)
    keep = round(float((1 - decay) ** (1 / steps)), 4)  # the share that each step leaves
    X = np.column_stack([np.arange(n), -np.ones(n)])
    W = [np.column_stack([np.full(n, 800.0), 800.0 * np.arange(n) - 400]), np.zeros((k, n))]
    b = [numbers(rng, n), np.append(12.0, numbers(rng, k - 1))]
    Y = np.eye(k)[rng.permutation(np.arange(n) % (k - 1) + 1)]
    args = W, b, X, Y, epochs, batch_size, lr, round((1 - keep) / lr, 6), _seed(rng)
    known = {}
    if decay or remainder:  # otherwise all rows have the same influence, whenever they are used
        known["correlation of place in X and time of use"] = 0.0
        known["correlation of neighbours' times of use"] = 0.0
    if epochs > 1:
        # Each epoch spreads the rows alike, in an order of its own; the earlier epochs have decayed more.
        weights = keep ** (steps // epochs * np.arange(epochs))
        one = keep ** np.arange(steps // epochs)
        spread = np.std(one) / np.mean(one) * np.sqrt(np.sum(weights**2)) / np.sum(weights)
        known["spread of the rows' influence on W_2"] = float(spread)
    return Case(part, args, expected=_expect("sgd", args, **known))


# --- grid_search -----------------------------------------------------------------------------------------------------


@cases("grid_search")
def grid_search_cases(rng):
    def search(part, samples, lrs, lmbds, scores):
        args = *samples, lrs, lmbds, _seed(rng)
        return Case(part, args, expected=measures.grid_search(scores, *args))

    # Every honest network knows the ten groups by heart, and says so of the 80% of the labels that are right. One that
    # made only very small steps scores 0.105 on average.
    groups = _groups(rng, np.arange(21) % 10, np.arange(150) % 10, swapped=30)
    # A strong penalty leaves the biases only, and these say the class of most of the training samples.
    half_twos = np.append(np.arange(16) % 4, [2] * 16 + [0] * 4 + [1] * 4)
    most = _groups(rng, np.array([2] * 12 + [0, 0, 0, 1, 1, 3, 3, 3]), half_twos, swapped=4, size=6.0)
    # (1 - lr * lmbd) to the power of 88 is too large for a float; only 87 steps would not be enough.
    X, Y, X_val, labels_val = _groups(rng, np.arange(21) % 10, np.arange(45) % 9 + 1, swapped=0)
    diverging = X, Y, X_val, np.where(np.arange(45) < 27, 0, labels_val)
    # How far small steps get depends on the hidden units, the epochs and the batches: 0.4 is the mean for the right ones.
    many_classes = _groups(rng, np.arange(30), np.arange(60) % 30, swapped=0, size=8.0)
    one = _groups(rng, np.array([1]), np.array([1, 1, 0, 1]), swapped=0)
    return [
        search(
            "some learning rates and lambdas",
            groups,
            [1.0, 0.002, 0.5],
            [0.0, 1e-4],
            [[0.8, 0.8], [0.105, 0.105], [0.8, 0.8]],
        ),
        search("as many learning rates as lambdas", most, [0.2, 0.3], [0.0, 2.0], [[0.9, 0.5], [0.9, 0.5]]),
        search("runs that diverge", diverging, [1.0], [0.0, 3243.0, 1e-4], [[0.4, 0.6, 0.4]]),
        search("many classes", many_classes, [0.055, 0.2], [0.0], [[0.4], [1.0]]),
        search("a single sample", one, [0.5], [0.0], [[0.75]]),
    ]


def _groups(rng, labels, labels_val, *, swapped, size=3.0):
    """Draw well separated groups, one for each class; the first validation labels are wrong on purpose.

    Parameters
    ----------
    swapped : how many validation samples get the label of another class
    size : how far each group is from 0, along an axis of its own
    """
    k = int(max(labels.max(), labels_val.max())) + 1
    X, X_val = (
        np.round(size * np.eye(k + 1)[rows] + rng.normal(scale=0.05, size=(len(rows), k + 1)), 3)
        for rows in (labels, labels_val)
    )
    shift = np.where(np.arange(len(labels_val)) < swapped, 1, 0)
    return X, np.eye(k)[labels], X_val, (labels_val + shift) % k
