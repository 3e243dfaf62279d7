"""binary_cross_entropy: the mean cost of the probabilities of class 1."""

import math

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes
from solutions.reference import binary_cross_entropy

EXERCISE = Exercise(
    unit="10-two-moons",
    points=3,
    parameters=("p", "y"),
    returns=("loss",),
    hints=(
        "For a sample of class 1 the network gave its class the probability p. What did it give a sample of class 0?",
        "Check the sign, the mean, that both classes count, and what your logarithms do where p is exactly 0 or 1.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, more = different_sizes(rng, 2, smallest=4, largest=9)
    p, y = _probabilities(rng, n), draw_targets(rng, n)
    small = np.round(rng.uniform(0.001, 0.01, size=(more, 1)), 4)
    small[0] = 0.001
    true = draw_targets(rng, more)
    ones, zeros = np.ones((n, 1)), np.zeros((n, 1))
    some_certain = np.where(np.arange(n)[:, np.newaxis] % 2 == 0, y, p)
    one_wrong = p.copy()
    one_wrong[1] = 1 - y[1]
    return [
        Case("ordinary probabilities", (p, y)),
        Case("ordinary probabilities", (_probabilities(rng, more), draw_targets(rng, more))),
        Case("ordinary probabilities", (p, ones)),
        Case("ordinary probabilities", (p, zeros)),
        Case("ordinary probabilities", (some_certain, y)),
        Case("targets that are whole numbers", (_probabilities(rng, more), draw_targets(rng, more).astype(np.int64))),
        Case("many samples", (np.full((200, 1), 0.02), np.repeat([[1.0], [0.0]], [195, 5], axis=0))),
        Case("many samples", (np.array([[0.995], [0.0001], [0.97]]), np.array([[1.0], [0.0], [1.0]]))),
        Case("a single sample", (np.array([[0.8]]), np.array([[1.0]]))),
        Case("a single sample", (np.array([[0.7]]), np.array([[0.0]]))),
        Case("small probabilities of the true class", (np.where(true == 1, small, 1 - small), true)),
        Case("small probabilities of the true class", (np.array([[0.001]]), np.array([[1.0]]))),
        Case("exact predictions", (y.copy(), y)),
        Case("exact predictions", (np.array([[1.0]]), np.array([[1.0]]))),
        Case("exact predictions", (np.array([[0.0]]), np.array([[0]]))),
        Case("certain and wrong predictions", (np.array([[0.0]]), np.array([[1.0]]))),
        Case("certain and wrong predictions", (np.array([[1.0]]), np.array([[0.0]]))),
        Case("certain and wrong predictions", (1 - y, y)),
        Case("certain and wrong predictions", (one_wrong, y)),
        Case("certain and wrong predictions", (np.where(np.arange(n)[:, np.newaxis] < 2, 1 - y, p), y)),
        Case("certain and wrong predictions", (np.array([[1.0], [0.0], [0.0]]), np.array([[1], [1], [0]]))),
    ]


def _probabilities(rng, n):
    return np.round(rng.uniform(0.02, 0.98, size=(n, 1)), 3)


def draw_targets(rng, n):
    """Draw 0 and 1, both of them at least once if n is 2 or more, as floats (n, 1)."""
    y = rng.integers(0, 2, size=(n, 1)).astype(float)
    y[:2] = rng.permutation([0.0, 1.0])[: len(y[:2]), np.newaxis]
    return y


# --- mistakes --------------------------------------------------------------------------------------------------------


def _costs(p, y, epsilon=1e-12):
    """Return the cost of each sample, (n, 1)."""
    p = np.clip(p, epsilon, 1 - epsilon)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


@mistake(advice="The logarithm of a probability is negative. A cost must be positive.")
def no_minus_sign(p, y):
    """The minus sign is missing, so that the loss is negative."""
    return -binary_cross_entropy(p, y)


@mistake(advice="Put brackets around the sum of both terms, and the minus sign before them.")
def minus_before_one_term(p, y):
    """The minus sign stands before the first term only, not before the sum of both."""
    return np.mean(np.where(y == 1, 1, -1) * _costs(p, y))


@mistake(advice="The loss is a mean: it should not grow because there are more samples.")
def sum_over_samples(p, y):
    """You add the costs up instead of taking their mean."""
    return np.sum(_costs(p, y))


@mistake(advice="Each sample has one cost. Count the samples, not the terms.")
def half_the_mean(p, y):
    """The loss is half as large as it should be: you divide by 2 n, not by n."""
    return binary_cross_entropy(p, y) / 2


@mistake(advice="One number for all samples is missing: their mean.")
def one_cost_for_each_sample(p, y):
    """You return the cost of each sample, not their mean."""
    return _costs(p, y)


@mistake(advice="np.mean without an axis gives one plain number.")
def mean_along_an_axis(p, y):
    """You take the mean along axis 0, which leaves an array of shape (1,) instead of a number."""
    return np.mean(_costs(p, y), axis=0)


@mistake(advice="What does a sample of class 0 cost in your formula? It needs a term of its own.")
def only_class_one_counts(p, y):
    """Only the samples of class 1 cost something; the term for class 0 is missing."""
    return np.mean(y * _costs(p, y))


@mistake(advice="What does a sample of class 1 cost in your formula? It needs a term of its own.")
def only_class_zero_counts(p, y):
    """Only the samples of class 0 cost something; the term for class 1 is missing."""
    return np.mean((1 - y) * _costs(p, y))


@mistake(advice="For y = 1, which probability did the network give to the true class: p or 1 - p?")
def classes_exchanged(p, y):
    """The classes are exchanged: a sample of class 1 is charged for 1 - p."""
    return binary_cross_entropy(1 - p, y)


@mistake(advice="p is the probability of class 1. What is the probability of class 0?")
def always_log_p(p, y):
    """You take the logarithm of p for both classes, not of 1 - p for class 0."""
    return -np.mean(np.log(np.maximum(p, 1e-12)))


@mistake(advice="log(0) is minus infinity, and 0 times that is NaN. Keep p away from 0 and from 1.")
def log_of_zero(p, y):
    """Where p is exactly 0 or 1 you take the logarithm of 0: the loss becomes NaN or infinite."""
    with np.errstate(all="ignore"):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@mistake(advice="A certain and wrong prediction needs a finite cost. Keep the probability above 0.")
def log_of_zero_when_wrong(p, y):
    """Where the true class got the probability 0 you take the logarithm of 0: the loss becomes infinite."""
    with np.errstate(all="ignore"):
        return -np.mean(np.log(np.where(y == 1, p, 1 - p)))


@mistake(advice="Two logarithms, so two of them can meet a 0. Think of p = 1 as well.")
def only_zero_is_protected(p, y):
    """You keep p away from 0 but not from 1, where log(1 - p) is minus infinity."""
    p = np.maximum(p, 1e-12)
    with np.errstate(all="ignore"):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@mistake(advice="Two logarithms, so two of them can meet a 0. Think of p = 0 as well.")
def only_one_is_protected(p, y):
    """You keep p away from 1 but not from 0, where log(p) is minus infinity."""
    p = np.minimum(p, 1 - 1e-12)
    with np.errstate(all="ignore"):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@mistake(advice="-log(0.00001) is only 11.5. Take a much smaller number, such as 1e-12.")
def clips_too_early(p, y):
    """You keep p too far from 0 and 1, so that a certain and wrong prediction costs too little."""
    return np.mean(_costs(p, y, 1e-5))


@mistake(
    advice="A larger number changes the ordinary probabilities too. Take a smaller one, such as 1e-12.",
)
def adds_too_much(p, y):
    """The small number that you add inside the logarithm is too large: it changes every cost."""
    return -np.mean(y * np.log(p + 1e-5) + (1 - y) * np.log(1 - p + 1e-5))


@mistake(advice="The worst prediction of all must not be free. Keep p away from 0 instead.")
def infinite_becomes_free(p, y):
    """Where the logarithm is infinite you count 0, so that a certain and wrong prediction costs nothing."""
    costs = _costs(p, y)
    return np.mean(np.where(costs > 20, 0, costs))


@mistake(advice="This course uses the natural logarithm, np.log.")
def binary_logarithm(p, y):
    """You use the logarithm to base 2."""
    return binary_cross_entropy(p, y) / np.log(2)


@mistake(advice="This course uses the natural logarithm, np.log.")
def decimal_logarithm(p, y):
    """You use the logarithm to base 10."""
    return binary_cross_entropy(p, y) / np.log(10)


@mistake(
    advice="A cross-entropy needs a logarithm: it charges a confident mistake far more than a square does.",
)
def mean_squared_error(p, y):
    """You return the mean squared error."""
    return np.mean((p - y) ** 2)


@mistake(advice="A cross-entropy needs the logarithm of the true class's probability.")
def mean_absolute_error(p, y):
    """You return the mean of |p - y|, without a logarithm."""
    return np.mean(np.abs(p - y))


@mistake(advice="The loss must feel a change from 0.6 to 0.7, which a count of errors does not.")
def share_of_errors(p, y):
    """You count the wrong decisions; how sure the network was does not matter in it."""
    return np.mean((p > 0.5) != (y == 1))


@mistake(
    advice="`np.clip(…, out=p)` and `p[p == 0] = …` write into the caller's array. Make a new one.",
)
def clips_in_place(p, y):
    """You change the caller's p where it is 0 or 1."""
    np.clip(p, 1e-9, 1 - 1e-9, out=p)
    return binary_cross_entropy(p, y)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def epsilon_inside(p, y):
    return -np.mean(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8))


@variant
def clipped_as_keras_does(p, y):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).sum() / len(y))


@variant
def logarithms_no_lower_than_minus_100(p, y):
    with np.errstate(divide="ignore"):
        log_p, log_q = np.maximum(np.log(p), -100), np.maximum(np.log(1 - p), -100)
    return np.mean(-(y * log_p + (1 - y) * log_q))


@variant
def warns_but_is_finite(p, y):
    return np.mean(-np.maximum(np.log(np.where(y == 1, p, 1 - p)), -745))


@variant
def from_the_distance(p, y):
    return -np.log(np.maximum(1 - np.abs(y - p), 1e-15)).mean()


@variant
def smallest_number_there_is(p, y):
    tiny = np.finfo(float).tiny
    return -np.mean(scipy.special.xlogy(y, np.maximum(p, tiny)) + scipy.special.xlogy(1 - y, np.maximum(1 - p, tiny)))


@variant
def as_two_classes(p, y):
    Y_hat, Y = np.hstack([1 - p, p]), np.eye(2)[y.ravel().astype(int)]
    return -np.sum(Y * np.log(Y_hat + 1e-10)) / Y.shape[0]


@variant
def sample_by_sample_in_python(p, y):
    total = 0.0
    for (probability,), (target,) in zip(p.tolist(), y.tolist(), strict=True):
        total -= math.log(max(probability if target == 1 else 1 - probability, 1e-300))
    return total / len(p)


@variant
def products_of_matrices(p, y):
    p = np.minimum(np.maximum(p, 1e-9), 1 - 1e-9)
    return (-(y.T @ np.log(p) + (1 - y).T @ np.log(1 - p)) / p.shape[0]).squeeze()  # 0-d


@variant
def loss_in_single_precision(p, y):
    true = np.where(y == 1, p, 1 - p).astype(np.float32)
    return -np.log(np.maximum(true, np.float32(1e-10))).mean()
