"""softmax: scores become probabilities that sum to 1."""

import functools
import math

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from solutions.reference import sigmoid, softmax

EXERCISE = Exercise(
    unit="03-forward-pass",
    points=3,
    parameters=("x", "axis=1"),
    returns=("probabilities",),
    hints=(
        "Every entry becomes positive, and the entries of each row then share 1 among them.",
        "Look at the axis of each sum and maximum, at keepdims, and at what you subtract before exp.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, k = different_sizes(rng, 2, smallest=3)
    x = numbers(rng, n, k)
    far_apart = numbers(rng, n, k) + np.where(np.arange(n) % 2 == 0, 1e4, -1e4)[:, np.newaxis]
    return [
        Case("ordinary scores", (x,)),
        Case("ordinary scores", (numbers(rng, k, k),)),
        Case("ordinary scores", (numbers(rng, n, k, scale=3) + 2,)),
        Case("another axis", (x, 0)),
        Case("another axis", (numbers(rng, k, k), 0)),
        Case("another axis", (x,), {"axis": 0}),
        Case("another axis", (x,), {"axis": -1}),
        Case("a single row", (numbers(rng, 1, k),)),
        Case("a single row", (numbers(rng, n, 1),)),
        Case("a single row", (numbers(rng, 1, k), 0)),
        Case("a single row", (numbers(rng, n, 1), 0)),
        Case("many rows", (np.asfortranarray(numbers(rng, 14, k)),)),
        Case("scores of some size", (numbers(rng, n, k) + 60,)),
        Case("scores of some size", (numbers(rng, n, k) + 300,)),
        Case("scores of some size", (numbers(rng, n, k) - 300,)),
        Case("very large scores", (numbers(rng, n, k) - 1e4,)),
        Case("very large scores", (numbers(rng, n, k) + 1e4,)),
        Case("very large scores", (numbers(rng, n, k, scale=1e4),)),
        Case("very large scores", (numbers(rng, n, k, scale=1e4), 0)),
        Case("rows that are far apart", (far_apart,)),
        Case("rows that are far apart", (np.ascontiguousarray(far_apart.T),), {"axis": 0}),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="A number subtracted from a whole row cancels. Which number makes exp safe?")
def softmax_overflows(x, axis=1):
    """exp of a large score is infinite, and inf / inf is NaN."""
    powers = np.exp(x)
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake(advice="Each row needs its own maximum: use the axis, and keepdims.")
def global_maximum(x, axis=1):
    """You subtract the maximum of the whole matrix, so that a row far below it becomes 0 / 0 = NaN."""
    powers = np.exp(x - x.max())
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake(advice="The argument axis says along which axis the probabilities sum to 1, by default axis 1.")
def always_over_samples(x, axis=1):
    """The probabilities sum to 1 over the samples (axis 0), not over the classes."""
    return softmax(x, 0)


@mistake(advice="Use the argument axis in every maximum and in every sum.")
def ignores_axis(x, axis=1):
    """The argument axis is not used: the rows always sum to 1."""
    return softmax(x, 1)


@mistake(advice="Sum along the axis, so that each row gets a sum of its own.")
def whole_matrix(x, axis=1):
    """All entries of the matrix together sum to 1, not those of each row."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum()


@mistake(advice="A sum over axis 1 has the shape (n,). keepdims=True makes it (n, 1), which divides row by row.")
def sum_without_keepdims(x, axis=1):
    """Without keepdims each column, not each row, is divided by its sum; for a square matrix nobody notices."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis)


@mistake(advice="A maximum over axis 1 has the shape (n,). keepdims=True makes it (n, 1).")
def maximum_without_keepdims(x, axis=1):
    """Without keepdims you subtract the rows' maxima from the columns; for a square matrix nobody notices."""
    powers = np.exp(x - x.max(axis=axis))
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake(advice="Both have the shape (n,) for axis 1. keepdims=True makes them (n, 1), one for each row.")
def nothing_keeps_its_dimensions(x, axis=1):
    """Without keepdims neither the maximum nor the sum fits the rows; for a square matrix nobody notices."""
    powers = np.exp(x - x.max(axis=axis))
    return powers / powers.sum(axis=axis)


@mistake(advice="`x -= …` writes into the caller's array. Write x - … instead.")
def changes_the_scores(x, axis=1):
    """You subtract the maximum in place, which changes the caller's scores."""
    x -= x.max(axis=axis, keepdims=True)
    return softmax(x, axis)


@mistake(advice="Negative scores must become positive numbers first. Which function does that?")
def no_exponential(x, axis=1):
    """You divide the scores themselves by their sum, without exp."""
    with np.errstate(all="ignore"):
        return x / x.sum(axis=axis, keepdims=True)


@mistake(advice="The mean can be far below the largest score. What must the largest exponent be at most?")
def subtracts_the_mean(x, axis=1):
    """You subtract the mean of each row, which does not prevent the overflow."""
    powers = np.exp(x - x.mean(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake(advice="After that step the logarithm must be undone, or never taken.")
def log_softmax(x, axis=1):
    """You return the logarithm of the probabilities."""
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


@mistake(advice="Divide by the sum along the axis.")
def not_normalised(x, axis=1):
    """The division by the sum is missing: the largest entry of each row is 1."""
    return np.exp(x - x.max(axis=axis, keepdims=True))


@mistake(advice="Every class competes with all others. The sigmoid looks at one score alone.")
def sigmoid_of_each(x, axis=1):
    """You apply the sigmoid to each score, so that a row need not sum to 1."""
    return sigmoid(x)


@mistake(advice="The task has a second argument, axis, which is 1 if it is left out.")
def no_axis_argument(x):
    """The argument axis is missing."""
    return softmax(x, 1)


@mistake(advice="Sum along the axis, so that each row gets a sum of its own.")
def whole_matrix_at_once(x, axis=1):
    """All entries of the matrix together sum to 1: maximum and sum both go over the whole matrix."""
    powers = np.exp(x - x.max())
    return powers / powers.sum()


@mistake(advice="A sum over axis 1 has the shape (n,). keepdims=True keeps it (n, 1), which fits the rows.")
def plain_sum_without_keepdims(x, axis=1):
    """Without keepdims the sum (n,) meets the columns, not the rows; besides, exp of a large score overflows."""
    powers = np.exp(x)
    return powers / powers.sum(axis=axis)


@mistake(advice="keepdims=True keeps the sum in the right place for every axis; [:, np.newaxis] does not.")
def new_axis_fits_rows_only(x, axis=1):
    """[:, np.newaxis] makes a column of each maximum and sum: that fits axis 1 only."""
    powers = np.exp(x - x.max(axis=axis)[:, np.newaxis])
    return powers / powers.sum(axis=axis)[:, np.newaxis]


@mistake(advice="Use the argument axis in the maximum too.")
def maximum_ignores_axis(x, axis=1):
    """The maximum always goes along axis 1, whatever the argument axis says."""
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake(advice="Use the argument axis in the sum too.")
def sum_ignores_axis(x, axis=1):
    """The sum always goes along axis 1, whatever the argument axis says."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@mistake(advice="Two steps are missing: no power may overflow, and each row must sum to 1.")
def exponential_alone(x, axis=1):
    """You return exp of the scores: the division by the sum is missing."""
    return np.exp(x)


@mistake(advice="A large score should get a large probability. Which sign belongs in the exponent?")
def sign_in_the_exponent(x, axis=1):
    """The sign in the exponent is wrong: the largest score gets the smallest probability."""
    return softmax(-x, axis)


@mistake(advice="Clipping makes different scores equal. What can be subtracted from a row without changing it?")
def clips_the_scores(x, axis=1):
    """You clip the scores, so that all scores beyond the bound become equal."""
    return softmax(np.clip(x, -500, 500), axis)


@mistake(advice="The probabilities of a row sum to 1. By what do you divide: the sum or the mean?")
def divides_by_the_mean(x, axis=1):
    """You divide by the mean instead of the sum."""
    return softmax(x, axis) * x.shape[axis]


# --- variants --------------------------------------------------------------------------------------------------------


class ScipySoftmax:
    """An object with ``__call__`` may be an answer."""

    def __call__(self, x, axis=1):
        return scipy.special.softmax(x, axis)


variant(functools.partial(ScipySoftmax()))


@variant
def log_sum_exp(x, axis=1):
    return np.exp(x - scipy.special.logsumexp(x, axis=axis, keepdims=True))


@variant
def one_slice_at_a_time(x, axis=1):
    def share(scores):
        powers = [math.exp(score - max(scores)) for score in scores]
        return np.array(powers) / sum(powers)

    return np.apply_along_axis(share, axis, x)


@variant
def transposed_and_back(x, axis=1):
    rows = x if axis in (1, -1) else x.T
    powers = np.exp((rows.T - rows.max(axis=1)).T)
    result = (powers.T / np.einsum("nk->n", powers)).T
    return result if axis in (1, -1) else result.T


@variant
def copy_then_in_place(x, axis=1):
    result = np.array(x)
    result -= np.expand_dims(result.max(axis), axis)
    np.exp(result, out=result)
    result /= np.expand_dims(result.sum(axis), axis)
    return result


@variant
def shifted_a_little_more(x, axis=1):
    powers = np.exp(x - np.amax(x, axis=axis, keepdims=True) - 3)
    return powers / np.add.reduce(powers, axis=axis, keepdims=True)


@variant
class SoftmaxObject:
    """Calling a class is as good as calling a function; the result is a list of rows."""

    def __new__(cls, x, axis=1):
        return softmax(x, axis).tolist()
