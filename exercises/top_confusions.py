"""top_confusions: the most frequent confusions, without zeros."""

import collections
import heapq
import itertools

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from solutions.reference import top_confusions

EXERCISE = Exercise(
    unit="08-error-inspection",
    points=1,
    parameters=("matrix", "count"),
    returns=("confusions",),
    hints=(
        "Write down all entries that are not on the diagonal, each with its row and its column. Then sort.",
        "Look at the diagonal, at zeros, at the order of true and predicted, and at a count larger than what there is.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    k = int(rng.integers(5, 7))
    distinct = _counts(rng, k, range(1, k * (k - 1) + 1))
    sparse = _counts(rng, k, [7, 5, 4, 2] + [0] * (k * (k - 1) - 4))
    tied = _counts(rng, k, [6, 4, 4, 3, 3, 3] + [1] * 4 + [0] * (k * (k - 1) - 10))
    at_the_edge = _counts(rng, 4, [5, 5, 2, 2, 2, 2, 2, 1, 0, 0, 0, 0])
    return [
        Case("ordinary counts", (distinct, 3)),
        Case("ordinary counts", (_counts(rng, 4, rng.permutation(np.arange(1, 13))), 5)),
        Case("ordinary counts", (distinct, 1)),
        Case("ordinary counts", (distinct, 14)),
        Case(
            "large counts",
            (_counts(rng, 4, rng.permutation([70_000, 66_000, 300, 290, 280, 270, 260, 9, 8, 7, 6, 5])), 6),
        ),
        Case("large counts", (_counts(rng, 12, np.arange(1, 133)), 20)),
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


# --- mistakes --------------------------------------------------------------------------------------------------------


def _pairs(matrix):
    """Return all off-diagonal entries as (true, predicted, number), row by row."""
    return [(t, p, int(number)) for (t, p), number in np.ndenumerate(matrix) if t != p]


def _largest_first(triples):
    return sorted(triples, key=lambda triple: -triple[2])


@mistake(advice="The diagonal counts what is right. Leave it out.")
def diagonal_left_in(matrix, count):
    """The diagonal is still there: these are no confusions."""
    triples = [(t, p, int(number)) for (t, p), number in np.ndenumerate(matrix) if number > 0]
    return _largest_first(triples)[:count]


@mistake(advice="The largest number comes first.")
def smallest_of_them_first(matrix, count):
    """You found the right confusions, but the smallest of them comes first."""
    return top_confusions(matrix, count)[::-1]


@mistake(advice="sorted() and argsort() begin with the smallest. Which end do you need?")
def the_smallest_ones(matrix, count):
    """You list the smallest confusions instead of the largest."""
    return top_confusions(matrix, matrix.size)[::-1][:count]


@mistake(advice="The row is the true class and comes first; the column is the predicted one.")
def predicted_first(matrix, count):
    """True and predicted are swapped in your triples."""
    return [(p, t, number) for t, p, number in top_confusions(matrix, count)]


@mistake(advice="The order inside a triple is true, predicted, number.")
def number_first(matrix, count):
    """The number stands first in your triples instead of last."""
    return [(number, t, p) for t, p, number in top_confusions(matrix, count)]


@mistake(advice="A pair that never occurred is no confusion. Leave it out, even if the list gets short.")
def zeros_left_in(matrix, count):
    """Pairs with the number 0 are in your list."""
    return _largest_first(_pairs(matrix))[:count]


@mistake(advice="4 read as 9 is another confusion than 9 read as 4. Look at both sides of the diagonal.")
def upper_half_only(matrix, count):
    """You look only above the diagonal."""
    return top_confusions(np.triu(matrix), count)


@mistake(advice="4 read as 9 is another confusion than 9 read as 4. Count each on its own.")
def both_ways_together(matrix, count):
    """You add the two directions of a confusion."""
    return top_confusions(np.triu(matrix + matrix.T), count)


@mistake(advice="One class can have several frequent confusions. Sort all pairs together.")
def one_for_each_class(matrix, count):
    """You take only the largest confusion of each true class."""
    best = [max((pair for pair in _pairs(matrix) if pair[0] == t), default=None, key=lambda x: x[2]) for t in range(len(matrix))]  # fmt: skip
    return _largest_first([pair for pair in best if pair and pair[2] > 0])[:count]


@mistake(advice="Return at most count triples.")
def all_of_them(matrix, count):
    """You return all confusions, whatever count says."""
    return top_confusions(matrix, matrix.size)


@mistake(advice="[:count] already gives count items.")
def one_too_few(matrix, count):
    """Your list is one too short."""
    return top_confusions(matrix, max(count - 1, 0))


@mistake(advice="[:count] already gives count items.")
def one_too_many(matrix, count):
    """Your list is one too long."""
    return top_confusions(matrix, count + 1)


@mistake(advice="Which part does a slice like [-count:] give if count is 0?")
def last_zero_items(matrix, count):
    """For a count of 0 your list is not empty: [-0:] is the whole list, not none of it."""
    return sorted(top_confusions(matrix, matrix.size), key=lambda triple: triple[2])[-count:][::-1]


@mistake(advice="Add the number to each pair.")
def pairs_without_numbers(matrix, count):
    """Your list holds pairs; the number is missing."""
    return [(t, p) for t, p, _ in top_confusions(matrix, count)]


@mistake(advice="np.unravel_index or divmod turns a position in the flat matrix into row and column.")
def flat_positions(matrix, count):
    """You give positions in the flattened matrix instead of row and column."""
    return [(t * len(matrix) + p, number) for t, p, number in top_confusions(matrix, count)]


@mistake(advice="The task sorts by the number itself, not by its share of the class.")
def sorts_by_share(matrix, count):
    """You sort by the share of the true class, not by the number."""
    sums = matrix.sum(axis=1)
    triples = [triple for triple in _pairs(matrix) if triple[2] > 0]
    return sorted(triples, key=lambda triple: -triple[2] / sums[triple[0]])[:count]


@mistake(advice="Sort before you cut the list.")
def first_ones_found(matrix, count):
    """You take the first confusions of the matrix, not the largest."""
    return [triple for triple in _pairs(matrix) if triple[2] > 0][:count]


@mistake(advice="Two pairs may have the same number. A dictionary with the number as its key keeps one.")
def equal_numbers_lost(matrix, count):
    """Of several pairs with the same number only one is left."""
    by_number = {number: (t, p) for t, p, number in _pairs(matrix) if number > 0}
    return [(*by_number[number], number) for number in sorted(by_number, reverse=True)[:count]]


@mistake(advice="If there are fewer than count, return those that there are.")
def too_few_is_an_error(matrix, count):
    """Your function stops with an error if there are fewer confusions than count."""
    found = top_confusions(matrix, matrix.size)
    return [found[place] for place in range(count)]


@mistake(advice="np.fill_diagonal, and `matrix[t, p] = 0`, write into what they are given. Use a copy.")
def changes_the_matrix(matrix, count):
    """You write zeros into the caller's matrix."""
    np.fill_diagonal(matrix, 0)
    return top_confusions(matrix, count)


@mistake(advice="The first class has the number 0, as in the matrix.")
def counts_from_one(matrix, count):
    """You count the classes from 1 instead of 0."""
    return [(t + 1, p + 1, number) for t, p, number in top_confusions(matrix, count)]


@mistake(advice="sorted() looks at the first entry of a triple first. Which entry should decide?")
def sorts_by_class(matrix, count):
    """You sort the triples by the number of the class, not by how often they occur."""
    return sorted(top_confusions(matrix, matrix.size), reverse=True)[:count]


@mistake(advice="Leave the diagonal out first, then cut.")
def diagonal_removed_too_late(matrix, count):
    """You cut the list first and leave the diagonal out afterwards, so that too few are left."""
    cells = sorted(np.ndindex(matrix.shape), key=lambda cell: -matrix[cell])[:count]
    return [(t, p, int(matrix[t, p])) for t, p in cells if t != p and matrix[t, p] > 0]


@mistake(advice="Look at how far the return line is indented.")
def returns_one_triple(matrix, count):
    """The return stands inside the loop, so that only the largest confusion comes back."""
    return top_confusions(matrix, min(count, 1))


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def rows_of_an_array(matrix, count):
    off = matrix - np.diag(np.diag(matrix))
    order = np.argsort(-off, axis=None, kind="stable")[:count]
    t, p = np.unravel_index(order, off.shape)
    triples = np.stack([t, p, off[t, p]], axis=1)
    return triples[triples[:, 2] > 0]


@variant
def last_of_equals(matrix, count):
    t, p = np.nonzero(matrix)
    found = [(int(matrix[pair]), *map(int, pair)) for pair in zip(t, p, strict=True) if pair[0] != pair[1]]
    return [[t, p, number] for number, t, p in sorted(found, reverse=True)][:count]


@variant
def a_heap(matrix, count):
    k = len(matrix)
    triples = ((t, p, matrix[t, p]) for p in reversed(range(k)) for t in reversed(range(k)))
    return tuple(heapq.nlargest(count, (x for x in triples if x[0] != x[1] and x[2]), key=lambda x: x[2]))


@variant
def one_after_the_other(matrix, count):
    left = matrix.astype(float)
    left[np.diag_indices(len(left))] = -1
    found = []
    while len(found) < count and left.max() > 0:
        t, p = divmod(int(left.argmax()), len(left))
        found.append((t, p, left[t, p]))
        left[t, p] = -1
    return found


@variant
def counter_of_pairs(matrix, count):
    pairs = {(t, p): n for t, row in enumerate(matrix.tolist()) for p, n in enumerate(row) if t != p}
    return [np.array([t, p, n]) for (t, p), n in (+collections.Counter(pairs)).most_common(count)]


@variant
def partition_then_sort(matrix, count):
    off = np.where(np.eye(len(matrix), dtype=bool), 0, matrix).ravel()
    count = min(count, np.count_nonzero(off))
    if count == 0:
        return np.array([])
    best = np.argpartition(off, -count)[-count:]
    best = best[np.argsort(off[best])][::-1]
    return np.column_stack([best // len(matrix), best % len(matrix), off[best]]).astype(np.float32)
