"""train_test_split: rows are divided at random into two parts.

An honest answer may draw any order, so what is expected is right for every order."""

import inspect
import math

import numpy as np

from course.checks.calls import Case
from course.checks.measures.train_test_split import measure
from course.plain import Rng
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import numbers
from solutions import reference

EXERCISE = Exercise(
    unit="09-mini-batches",
    points=2,
    parameters=("X", "labels", "test_fraction", "rng"),
    returns=("X_train", "X_test", "labels_train", "labels_test"),
    hints=(
        "Think of the row numbers 0 to n - 1 in a random order. Which of them go into the test part?",
        "Use the same row numbers for X and for labels. How many are for the test, and what if that number is 0?",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


def draw_seed(rng):
    return Rng(int(rng.integers(2**31)))


def draw_rows(rng, n, d):
    """Draw an (n, d) array whose first column tells the rows apart, in no order."""
    X = numbers(rng, n, d)
    X[:, 0] = rng.permutation(n) * 0.5 + rng.integers(-9, 10)
    return X


def expected_of(answer, measure, args, **known):
    """Measure the reference's answer, and put the mean over all orders in the place of what depends on its draw."""
    fresh = [np.random.default_rng(value.seed) if isinstance(value, Rng) else value for value in args]
    result = answer(*fresh)
    measured = measure(list(result) if inspect.isgenerator(result) else result, *args)
    return {name: known.get(name, value) for name, value in measured.items()}


@cases
def draw(rng):
    n = int(rng.integers(600, 650))
    m = round(0.3 * n)
    many = draw_rows(rng, n, 2), rng.integers(0, 5, size=n), 0.3, draw_seed(rng)
    expected = expected_of(
        reference.train_test_split,
        measure,
        many,
        **{
            "mean row number / n of X_test": (n - 1) / 2 / n,
            "share of rows whose neighbour is in it too of X_test": (m - 1) / (n - 1),
        },
    )

    def small(part, n, fraction):
        return Case(part, (draw_rows(rng, n, 3), rng.integers(0, 4, size=n), fraction, draw_seed(rng)))

    halves = [small("a number of test rows that is not whole", *pair) for pair in ((5, 0.5), (7, 0.5), (11, 0.3))]
    odd_products = [small("a number of test rows that is not whole", *pair) for pair in ((100, 0.07), (100, 0.29))]
    return [
        Case("many rows", many, expected=expected),
        small("many rows", 20, 0.2),
        small("many rows", int(rng.integers(30, 50)), 0.75),
        *halves,
        *odd_products,
        Case("many rows", (draw_rows(rng, 12, 1), np.arange(250, 262), 0.25, draw_seed(rng))),
        small("no test rows", 3, 0.1),
        small("no test rows", 6, 0.0),
        small("no training rows", 3, 0.9),
        small("no training rows", 5, 1.0),
        small("a single row", 1, 0.5),
        small("a single row", 1, 0.6),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _split(X, labels, order, size):
    test, train = order[:size], order[size:]
    return X[train], X[test], labels[train], labels[test]


@mistake(advice="Draw one order of the row numbers, and use it for X and for labels.")
def split_shuffles_apart(X, labels, test_fraction, rng):
    """X and labels are shuffled apart from each other, so that rows lose their own labels."""
    size = round(test_fraction * len(X))
    X, labels = X[rng.permutation(len(X))], labels[rng.permutation(len(X))]
    return X[size:], X[:size], labels[size:], labels[:size]


@mistake(advice="Data is often sorted. Which rows end up in the test part if you take the last ones?")
def split_takes_the_end(X, labels, test_fraction, rng):
    """The test part is the block of rows at the end, not a random choice."""
    return _split(X, labels, np.arange(len(X))[::-1], round(test_fraction * len(X)))


@mistake(advice="Data is often sorted. Which rows end up in the test part if you take the first ones?")
def split_takes_the_beginning(X, labels, test_fraction, rng):
    """The test part is the block of rows at the beginning, not a random choice."""
    return _split(X, labels, np.arange(len(X)), round(test_fraction * len(X)))


@mistake(advice="A block is no random subset, wherever it begins. Draw an order of all rows.")
def split_takes_a_block(X, labels, test_fraction, rng):
    """The test part is a block of neighbouring rows; only its beginning is random."""
    order = np.roll(np.arange(len(X)), -int(rng.integers(len(X))))
    return _split(X, labels, order, round(test_fraction * len(X)))


@mistake(advice="int cuts the fraction off. The task asks for Python's round.")
def split_cuts_off(X, labels, test_fraction, rng):
    """The number of test rows is cut off with int (or //), not rounded."""
    return _split(X, labels, rng.permutation(len(X)), int(test_fraction * len(X)))


@mistake(advice="The task asks for Python's round, which goes to the nearest whole number.")
def split_rounds_up(X, labels, test_fraction, rng):
    """The number of test rows is always rounded up."""
    return _split(X, labels, rng.permutation(len(X)), math.ceil(test_fraction * len(X)))


@mistake(advice="Round test_fraction * n; the training part gets the rest.")
def split_rounds_the_training_part(X, labels, test_fraction, rng):
    """You round the number of training rows; with a half, that is one row off."""
    return _split(X, labels, rng.permutation(len(X)), len(X) - round((1 - test_fraction) * len(X)))


@mistake(advice="test_fraction is the share of the test part, and the training part comes back first.")
def split_parts_swapped(X, labels, test_fraction, rng):
    """The two parts are swapped: the training part has the size that the test part should have."""
    return _split(X, labels, rng.permutation(len(X)), len(X) - round(test_fraction * len(X)))


@mistake(advice="Return X_train, X_test, labels_train, labels_test, in this order.")
def split_wrong_order(X, labels, test_fraction, rng):
    """The four arrays come back in another order: X_train, labels_train, X_test, labels_test."""
    X_train, X_test, labels_train, labels_test = reference.train_test_split(X, labels, test_fraction, rng)
    return X_train, labels_train, X_test, labels_test


@mistake(advice="With 0 test rows, what are order[:-0] and order[-0:]? Count from the front instead.")
def split_minus_zero(X, labels, test_fraction, rng):
    """`[:-m]` and `[-m:]` go wrong for m = 0: the training part is then empty and the test part holds everything."""
    order, size = rng.permutation(len(X)), round(test_fraction * len(X))
    return X[order[:-size]], X[order[-size:]], labels[order[:-size]], labels[order[-size:]]


@mistake(advice="Every row may be drawn once only. Which method of rng puts things in a random order?")
def split_draws_with_replacement(X, labels, test_fraction, rng):
    """The row numbers are drawn with replacement: some rows come twice, others never."""
    return _split(X, labels, rng.integers(0, len(X), size=len(X)), round(test_fraction * len(X)))


@mistake(advice="A row that the network trains on is not unseen. Take the test rows out of the rest.")
def split_trains_on_everything(X, labels, test_fraction, rng):
    """The training part holds all rows, those of the test part too."""
    order = rng.permutation(len(X))
    test = order[: round(test_fraction * len(X))]
    return X[order], X[test], labels[order], labels[test]


@mistake(advice="rng.shuffle works in place. Draw an order of row numbers instead.")
def split_shuffles_in_place(X, labels, test_fraction, rng):
    """You shuffle the caller's arrays."""
    order = rng.permutation(len(X))
    X[:], labels[:] = X[order], labels[order]
    size = round(test_fraction * len(X))
    return X[size:].copy(), X[:size].copy(), labels[size:].copy(), labels[:size].copy()


@mistake(
    advice="Whoever calls chooses the seed: use the argument rng, and make no generator of your own.",
)
def split_own_seed(X, labels, test_fraction, rng):
    """You make a generator of your own, so that every seed gives the same split."""
    return reference.train_test_split(X, labels, test_fraction, np.random.default_rng(0))


@mistake(advice="np.random.permutation and np.random.shuffle use a hidden global state. rng has both.")
def split_global_random(X, labels, test_fraction, rng):
    """You draw from NumPy's global random numbers instead of from rng."""
    return _split(X, labels, np.random.permutation(len(X)), round(test_fraction * len(X)))


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def test_rows_from_the_end(X, labels, test_fraction, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    size = len(X) - round(len(X) * test_fraction)
    return [X[order[:size]], X[order[size:]], labels[order[:size]], labels[order[size:]]]


@variant
def chosen_by_a_mask(X, labels, test_fraction, rng):
    is_test = np.zeros(len(X), dtype=bool)
    is_test[rng.choice(len(X), size=round(test_fraction * len(X)), replace=False)] = True
    return X[~is_test], X[is_test], labels[~is_test], labels[is_test]  # both parts keep the old order


@variant
def pairs_in_plain_lists(X, labels, test_fraction, rng):
    pairs = list(zip(X.tolist(), labels.tolist(), strict=True))
    places = sorted(range(len(pairs)), key=[rng.random() for _ in pairs].__getitem__)
    size = round(test_fraction * len(pairs))
    test, train = [pairs[i] for i in places[:size]], [pairs[i] for i in places[size:]]
    return [x for x, _ in train], [x for x, _ in test], [y for _, y in train], [y for _, y in test]


@variant
def labels_as_a_last_column(X, labels, test_fraction, rng):
    table = rng.permutation(np.column_stack([X, labels]))
    test, train = np.split(table, [round(test_fraction * len(X))])
    return train[:, :-1], test[:, :-1], train[:, -1].astype(int), test[:, -1].astype(int)


@variant
def sorted_random_keys(X, labels, test_fraction, rng):
    rank = np.argsort(np.argsort(rng.random(len(X)), kind="stable"), kind="stable")
    test = np.flatnonzero(rank < round(test_fraction * len(X)))
    train = np.setdiff1d(np.arange(len(X)), test)
    return np.take(X, train, 0), np.take(X, test, 0), np.delete(labels, test), labels[test].astype(np.int32)


@variant
def one_state_for_two_shuffles(X, labels, test_fraction, rng):
    seed = rng.integers(2**31)
    X, labels = (np.random.RandomState(seed).permutation(array) for array in (X.astype(np.float32), labels))
    size = round(test_fraction * len(X))
    return X[size:], X[:size], labels[size:], labels[:size]
