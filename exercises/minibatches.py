"""minibatches: all rows in a random order, a few at a time.

An honest answer may draw any order, so what is expected is right for every order."""

import math

import numpy as np

from course.checks.calls import Case
from course.checks.measures.minibatches import measure
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.train_test_split import draw_rows, draw_seed, expected_of
from solutions import reference

EXERCISE = Exercise(
    unit="09-mini-batches",
    points=2,
    parameters=("X", "Y", "batch_size", "rng"),
    returns=("batches",),
    hints=(
        "Put the row numbers in a random order once, then take the first few of them, the next few, and so on.",
        "Look at the last batch, and at whether X and Y are indexed by the same row numbers.",
    ),
    consume=True,
)


# --- cases -----------------------------------------------------------------------------------------------------------


def draw_targets(rng, n, k):
    """Draw (n, k) one-hot rows with every class in them, if n is large enough."""
    return np.eye(k)[rng.permutation(np.append(np.arange(k), rng.integers(0, k, size=n))[:n])]


@cases
def draw(rng):
    def small(part, n, batch_size, d=3, k=4):
        return Case(part, (draw_rows(rng, n, d), draw_targets(rng, n, k), batch_size, draw_seed(rng)))

    def many(part, n, batch_size):
        args = draw_rows(rng, n, 2), draw_targets(rng, n, 5), batch_size, draw_seed(rng)
        sizes = [min(batch_size, n - start) for start in range(0, n, batch_size)]
        known = {
            "correlation between old and new place of the order": 0.0,
            "share of neighbours that stay in one batch of the order": sum(s * (s - 1) for s in sizes) / n / (n - 1),
        }
        return Case(part, args, expected=expected_of(reference.minibatches, measure, args, **known))

    return [
        many("many rows", int(rng.integers(203, 209)), 10),
        small("many rows", 12, 4),
        small("many rows", 30, 7, d=5, k=2),
        many("batches of one row", 200, 1),
        many("more rows than one byte can count", 300, 20),
        small("a smaller last batch", 7, 3),
        small("a smaller last batch", 5, 4, d=2, k=3),
        small("a batch of all rows", 6, 6),
        small("a batch of all rows", 4, 9),
        small("a single row", 1, 3),
        small("a single column", 5, 2, d=1, k=1),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _batches(X, Y, batch_size, order, other=None):
    """Cut two orders of the rows into batches, one order for X and one for Y."""
    other = order if other is None else other
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], Y[other[start : start + batch_size]]


@mistake(advice="If you shuffle X, what must happen to Y? Index both with the same row numbers.")
def batches_shuffle_apart(X, Y, batch_size, rng):
    """X and Y are shuffled apart from each other (or only one of them is), so that rows meet other rows' targets."""
    return _batches(X, Y, batch_size, rng.permutation(len(X)), rng.permutation(len(X)))


@mistake(advice="Draw a random order of the row numbers before you cut it into batches.")
def batches_not_shuffled(X, Y, batch_size, rng):
    """The rows are not shuffled."""
    return _batches(X, Y, batch_size, np.arange(len(X)))


@mistake(advice="Shuffle the rows first, then cut. Neighbours must be able to part.")
def batches_shuffled_as_blocks(X, Y, batch_size, rng):
    """The batches come in a random order, but each is a block of neighbouring rows."""
    starts = rng.permutation(np.arange(0, len(X), batch_size))
    blocks = [(X[start : start + batch_size], Y[start : start + batch_size]) for start in starts]
    return sorted(blocks, key=lambda pair: -len(pair[0]))  # a smaller block comes last


@mistake(advice="What happens to the last rows if batch_size does not divide n? They are a batch as well.")
def batches_drop_the_last(X, Y, batch_size, rng):
    """The last batch is dropped if it is smaller than the others."""
    order = rng.permutation(len(X))
    for number in range(len(X) // batch_size):
        rows = order[number * batch_size : (number + 1) * batch_size]
        yield X[rows], Y[rows]


@mistake(advice="If batch_size divides n, there is no smaller batch at the end. How many batches are there?")
def batches_empty_at_the_end(X, Y, batch_size, rng):
    """If batch_size divides n, an empty batch comes at the end."""
    order = rng.permutation(len(X))
    for number in range(len(X) // batch_size + 1):
        rows = order[number * batch_size : (number + 1) * batch_size]
        yield X[rows], Y[rows]


@mistake(advice="Only the last batch may be smaller. np.array_split makes all of them about equal instead.")
def batches_evened_out(X, Y, batch_size, rng):
    """The rows are shared out evenly, so that batches before the last one are smaller than batch_size too."""
    for rows in np.array_split(rng.permutation(len(X)), math.ceil(len(X) / batch_size)):
        yield X[rows], Y[rows]


@mistake(advice="Let the last batch be smaller; no row may come twice.")
def batches_filled_up(X, Y, batch_size, rng):
    """The last batch is filled up with rows that were there before."""
    order = rng.permutation(len(X))
    order = np.append(order, np.resize(order, -len(X) % batch_size))
    for rows in np.split(order, len(order) // batch_size):
        yield X[rows], Y[rows]


@mistake(advice="Draw one order of all rows, and cut it; do not draw rows anew for each batch.")
def batches_with_replacement(X, Y, batch_size, rng):
    """Rows are drawn anew for each batch, so that some come several times and others never."""
    for start in range(0, len(X), batch_size):
        rows = rng.integers(0, len(X), size=min(batch_size, len(X) - start))
        yield X[rows], Y[rows]


@mistake(advice="In which line does the beginning of the slice move on?")
def batches_always_the_first(X, Y, batch_size, rng):
    """Every batch holds the same rows, the first ones."""
    rows = rng.permutation(len(X))[:batch_size]
    for _ in range(0, len(X), batch_size):
        yield X[rows], Y[rows]


@mistake(advice="`return` inside the loop ends it. What hands out one item and then goes on?")
def batches_only_one(X, Y, batch_size, rng):
    """Only the first batch comes back."""
    rows = rng.permutation(len(X))[:batch_size]
    return [(X[rows], Y[rows])]


@mistake(advice="batch_size is the number of rows in a batch, not the number of batches.")
def batches_number_for_size(X, Y, batch_size, rng):
    """You make batch_size batches, instead of batches of batch_size rows."""
    for rows in np.array_split(rng.permutation(len(X)), batch_size):
        yield X[rows], Y[rows]


@mistake(advice="list(minibatches(…)) keeps all batches. Make new arrays for each of them.")
def batches_reuse_a_buffer(X, Y, batch_size, rng):
    """All batches hold the same rows: each is written into the same arrays, so that earlier ones change with it."""
    order = rng.permutation(len(X))
    X_buffer, Y_buffer = np.zeros((batch_size, X.shape[1])), np.zeros((batch_size, Y.shape[1]))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        X_buffer[: len(rows)], Y_buffer[: len(rows)] = X[rows], Y[rows]
        yield X_buffer[: len(rows)], Y_buffer[: len(rows)]


@mistake(advice="rng.shuffle works in place. Draw an order of row numbers instead.")
def batches_shuffle_in_place(X, Y, batch_size, rng):
    """You shuffle the caller's arrays."""
    order = rng.permutation(len(X))
    X[:], Y[:] = X[order], Y[order]
    return [(x.copy(), y.copy()) for x, y in _batches(X, Y, batch_size, np.arange(len(X)))]


@mistake(advice="Whoever calls chooses the seed: use the argument rng, and make no generator of your own.")
def batches_own_seed(X, Y, batch_size, rng):
    """You make a generator of your own, so that every epoch of every run has the same order."""
    return _batches(X, Y, batch_size, np.random.default_rng(0).permutation(len(X)))


@mistake(advice="np.random.permutation and np.random.shuffle use a hidden global state. rng has both.")
def batches_global_random(X, Y, batch_size, rng):
    """You draw from NumPy's global random numbers instead of from rng."""
    return _batches(X, Y, batch_size, np.random.permutation(len(X)))


@mistake(advice="All batches, the last one too, must take their rows from the same order.")
def batches_last_from_the_old_order(X, Y, batch_size, rng):
    """The smaller last batch is cut from the arrays as they came, not from the shuffled ones."""
    order = rng.permutation(len(X))
    full = len(X) // batch_size * batch_size
    for start in range(0, full, batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], Y[rows]
    if full < len(X):
        yield X[full:], Y[full:]


@mistake(advice="`return` ends the function with the first batch. What hands out one batch and then goes on?")
def batches_return_one_pair(X, Y, batch_size, rng):
    """`return X_batch, Y_batch` ends the loop: a single pair comes back, not an iterable of pairs."""
    rows = rng.permutation(len(X))[:batch_size]
    return X[rows], Y[rows]


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def split_at_the_borders(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    borders = range(batch_size, len(X), batch_size)
    return zip(np.split(X[order], borders), np.split(Y[order], borders), strict=True)


@variant
def list_of_lists(X, Y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    count = math.ceil(len(X) / batch_size)
    rows = [order[batch_size * i : batch_size * (i + 1)] for i in range(count)]
    return [[X[part].tolist(), Y[part].tolist()] for part in rows]


@variant
class BatchesObject:
    """An object that is iterable, with the order drawn when it is made."""

    def __init__(self, X, Y, batch_size, rng):
        both = rng.permutation(np.hstack([X, Y]))
        self.X, self.Y, self.batch_size = both[:, : X.shape[1]], both[:, X.shape[1] :], batch_size

    def __len__(self):
        return -(-len(self.X) // self.batch_size)

    def __getitem__(self, i):
        if not 0 <= i < len(self):
            raise IndexError(i)
        part = slice(i * self.batch_size, (i + 1) * self.batch_size)
        return self.X[part], self.Y[part]


@variant
def sample_by_sample(X, Y, batch_size, rng):
    pairs = [(X[i], Y[i]) for i in rng.permutation(len(X))]
    while pairs:
        batch, pairs = pairs[:batch_size], pairs[batch_size:]
        yield tuple(map(np.array, zip(*batch, strict=True)))


@variant
def drawn_from_what_is_left(X, Y, batch_size, rng):
    left = np.arange(len(X))
    while left.size:
        rows = np.sort(rng.choice(left, size=min(batch_size, left.size), replace=False))  # sorted inside a batch
        left = np.setdiff1d(left, rows)
        yield X[rows], Y[rows].astype(bool)


@variant
def old_generator(X, Y, batch_size, rng):
    order = np.random.RandomState(rng.integers(2**31)).permutation(len(X))
    X, Y = X[order].astype(np.float32), Y[order]
    return iter([(X[i : i + batch_size], Y[i : i + batch_size]) for i in range(0, len(X), batch_size)])
