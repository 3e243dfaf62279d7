"""calc_loss: the mean cross-entropy, one number.

In the cases the true class's probability is 0, or 0.001 and more, and never in between: there the contract leaves it open
how far a loss may be off."""

import math

import numpy as np
import scipy.special

from course.checks.calls import Case
from course.plain import Between
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes

EXERCISE = Exercise(
    unit="04-loss",
    points=6,
    parameters=("Y_hat", "Y"),
    returns=("loss",),
    hints=(
        "Each sample has a price: minus the logarithm of the probability that its true class got.",
        "Look at four things: the sign, which logarithm, what you divide by, and what you get where a probability is 0.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


_NOTHING = Between(-1e-6, 1e-6)  # an added epsilon makes the loss of an exact prediction a little negative


@cases
def draw(rng):
    k, n, many, size = different_sizes(rng, 4, smallest=3, largest=8)
    unlikely = _probabilities(rng, 3, k)
    unlikely[1] = _row(k, {1: 0.001, 0: 0.999})
    sure = _probabilities(rng, n, k)
    sure[0], sure[1] = _row(k, {2: 0.4, 0: 0.6}), _row(k, {0: 1.0})
    missed = _probabilities(rng, n, k)
    missed[2] = _row(k, {1: 0.3, 2: 0.7})
    certain = np.eye(k)[[1, 1, 2, 0]]
    twice_missed = _probabilities(rng, n, k)
    twice_missed[:2] = _row(k, {1: 0.3, 2: 0.7})
    nearly = np.array([[0.995, 0.005], [0.0001, 0.9999], [0.97, 0.03]])
    improbable = np.tile([0.02, 0.98], (200, 1))  # the product of all is too small for a float
    return [
        Case("ordinary predictions", _ordinary(rng, n, k)),
        Case("ordinary predictions", _ordinary(rng, size, size)),
        Case("ordinary predictions", _ordinary(rng, many + 9, many)),
        Case("ordinary predictions", _ordinary(rng, 2, many)),
        Case("two classes", _ordinary(rng, n, 2)),
        Case("two classes", (nearly, np.eye(2)[[0, 1, 0]])),
        Case("many samples", (improbable, np.eye(2)[[0] * 195 + [1] * 5])),
        Case("many samples", tuple(np.asfortranarray(array) for array in _ordinary(rng, 40, 3))),
        Case("a single sample", _ordinary(rng, 1, k)),
        Case("a single sample", _ordinary(rng, 1, 2)),
        Case("a true class that gets 0.001", (_row(k, {0: 0.999, 2: 0.001})[np.newaxis], np.eye(k)[[2]])),
        Case("a true class that gets 0.001", (unlikely, np.eye(k)[[0, 1, 2]])),
        Case("a wrong class that gets exactly 0", (sure, np.eye(k)[np.append([2, 0], _labels(rng, n - 2, k))])),
        Case("a wrong class that gets exactly 0", (_row(k, {0: 0.25, 2: 0.75})[np.newaxis], np.eye(k)[[2]])),
        _missed(missed, np.append(_labels(rng, 2, k), [0, *_labels(rng, n - 3, k)])),
        _missed(certain, np.array([1, 1, 0, 0])),
        _missed(_row(k, {1: 1.0})[np.newaxis], np.array([2])),
        _missed(twice_missed, np.append([0, 0], _labels(rng, n - 2, k))),
        _missed(np.eye(2)[[0, 1, 1]], np.array([1, 0, 0])),
        Case("an exact prediction", (certain, certain.copy()), expected=_NOTHING),
        Case("an exact prediction", (np.eye(k)[[2]], np.eye(k)[[2]]), expected=_NOTHING),
        Case("a single class", (np.ones((n, 1)), np.ones((n, 1))), expected=_NOTHING),
    ]


def _ordinary(rng, n, k):
    """Draw Y_hat and Y in which the first sample is wrong, as far as it can be, and the last one right."""
    Y_hat = _probabilities(rng, n, k)
    labels = _labels(rng, n, k)
    labels[-1] = np.argmax(Y_hat[-1])
    labels[0] = np.argmin(Y_hat[0])
    return Y_hat, np.eye(k)[labels]


def _missed(Y_hat, labels):
    """Make a case in which a sample's true class has the probability 0, or those of several samples have."""
    others = sum(-math.log(p) for p in Y_hat[np.arange(len(labels)), labels] if p > 0)
    zeros = np.sum(Y_hat[np.arange(len(labels)), labels] == 0)
    least = 15 * zeros + 0.99 * others  # what the other samples cost may be a little off, in float32 for instance
    Y = np.eye(Y_hat.shape[1])[labels]
    return Case("a true class that gets exactly 0", (Y_hat, Y), expected=Between(least / len(labels), math.inf))


def _probabilities(rng, n, k):
    """Draw (n, k) probabilities of at least 0.02 with three decimals; no two rows of one kind."""
    counts = [20 + rng.multinomial(1000 - 20 * k, rng.dirichlet(np.ones(k))) for _ in range(n)]
    return np.array(counts) / 1000


def _row(k, entries):
    """Return (k,) probabilities that are 0 but for these entries."""
    row = np.zeros(k)
    row[list(entries)] = list(entries.values())
    return row


def _labels(rng, n, k):
    return rng.integers(0, k, size=n)


# --- mistakes --------------------------------------------------------------------------------------------------------


_TINY = 2.3e-13  # no power of ten, so that no mistake looks like another epsilon


def _true_class(Y_hat, Y):
    return np.sum(Y_hat * Y, axis=1)


def _log(p):
    return np.log(np.maximum(p, _TINY))


def _loss(Y_hat, Y):
    return -np.mean(_log(_true_class(Y_hat, Y)))


@mistake(advice="A loss is never negative. What is the sign of ln(0.5)?")
def no_minus(Y_hat, Y):
    """The minus sign is missing: logarithms of probabilities are negative."""
    return -_loss(Y_hat, Y)


@mistake(advice="By which number must the sum be divided, so that twice the data give the same loss?")
def sum_over_samples(Y_hat, Y):
    """You return the sum over the samples instead of their mean."""
    return _loss(Y_hat, Y) * len(Y)


@mistake(advice="Only one entry in each row of Y counts. How many prices are there then?")
def mean_over_all_entries(Y_hat, Y):
    """The mean goes over all n times k entries, so that the loss is k times too small."""
    return -np.mean(Y * _log(Y_hat))


@mistake(advice="Rows are samples. How do you get their number from the shape of Y?")
def divides_by_classes(Y_hat, Y):
    """The sum is divided by the number of classes k instead of the number of samples n."""
    return -np.mean(np.sum(Y * _log(Y_hat), axis=0))


@mistake(advice="A mean divides once. Where do you divide a second time?")
def divides_twice(Y_hat, Y):
    """You divide by the number of samples twice."""
    return _loss(Y_hat, Y) / len(Y)


@mistake(advice="The task asks for one number. What is done with the prices of all samples?")
def one_price_per_sample(Y_hat, Y):
    """You return one price for each sample, not their mean."""
    return -_log(_true_class(Y_hat, Y))


@mistake(advice="Look at the shape of what you return: it should be ().")
def loss_in_an_array(Y_hat, Y):
    """The loss is right, but it comes back inside an array."""
    return np.array([_loss(Y_hat, Y)])


@mistake(advice="ln(0) is minus infinity. What is the smallest number that you let into the logarithm?")
def logarithm_of_zero(Y_hat, Y):
    """Where the true class has the probability 0, the loss is infinite."""
    return -np.mean(np.log(_true_class(Y_hat, Y)))


@mistake(advice="0 times infinity is NaN. Mend Y_hat before the logarithm, not after it.")
def zero_times_infinity(Y_hat, Y):
    """One probability of 0 in Y_hat, even in a wrong class, makes the whole loss NaN."""
    return -np.sum(Y * np.log(Y_hat)) / len(Y)


@mistake(advice="The most expensive mistake must not become free. Which price is large, but finite?")
def zero_costs_nothing(Y_hat, Y):
    """A true class with the probability 0 costs nothing, although it is the worst that can happen."""
    p = _true_class(Y_hat, Y)
    return -np.mean(np.log(np.where(p > 0, p, 1)))


@mistake(advice="Divide by the number of all samples, and give these a large price.")
def leaves_out_zeros(Y_hat, Y):
    """Samples whose true class has the probability 0 are left out of the mean."""
    p = _true_class(Y_hat, Y)
    return -np.sum(np.log(p[p > 0])) / max(1, np.sum(p > 0))


@mistake(advice="-ln(0.001) is only 6.9. Take 1e-8 or less.")
def adds_a_thousandth(Y_hat, Y):
    """The number that you add before the logarithm, 0.001, is so large that it changes ordinary losses."""
    return -np.mean(np.log(_true_class(Y_hat, Y) + 1e-3))


@mistake(advice="-ln(0.00001) is only 11.5. Take 1e-8 or less.")
def adds_too_much(Y_hat, Y):
    """The number that you add before the logarithm, 0.00001, is too large."""
    return -np.mean(np.log(_true_class(Y_hat, Y) + 1e-5))


@mistake(advice="-ln(0.00001) is only 11.5. Take 1e-8 or less.")
def clips_too_early(Y_hat, Y):
    """You clip the probabilities at 0.00001: then a probability of 0 costs too little."""
    return -np.mean(np.log(np.clip(_true_class(Y_hat, Y), 1e-5, 1)))


@mistake(advice="-ln(0.000001) is only 13.8. Take 1e-8 or less.")
def one_millionth_for_zero(Y_hat, Y):
    """You put 0.000001 in the place of 0: then a probability of 0 costs too little."""
    return -np.mean(np.log(np.maximum(_true_class(Y_hat, Y), 1e-6)))


@mistake(advice="That second term belongs to two classes in one column. Here Y picks the true class only.")
def binary_terms_added(Y_hat, Y):
    """You add (1 - Y) * log(1 - Y_hat): then the wrong classes are charged as well."""
    return -np.sum(Y * _log(Y_hat) + (1 - Y) * _log(1 - Y_hat)) / len(Y)


@mistake(advice="Y picks the true class only. And how many samples does the mean go over?")
def mean_of_binary_terms(Y_hat, Y):
    """You compute the binary cross-entropy of all n times k entries and take their mean."""
    return -np.mean(Y * _log(Y_hat) + (1 - Y) * _log(1 - Y_hat))


@mistake(advice="np.log is the natural logarithm, with the base e.")
def base_two(Y_hat, Y):
    """You use the logarithm to the base 2."""
    return _loss(Y_hat, Y) / np.log(2)


@mistake(advice="np.log is the natural logarithm, with the base e.")
def base_ten(Y_hat, Y):
    """You use the logarithm to the base 10."""
    return _loss(Y_hat, Y) / np.log(10)


@mistake(advice="log1p(p) is ln(1 + p). A probability of 1 should cost 0.")
def log_of_one_plus(Y_hat, Y):
    """You take the logarithm of 1 + p instead of p."""
    return -np.mean(np.log1p(_true_class(Y_hat, Y)))


@mistake(advice="Which of the two matrices holds zeros and ones only? Its logarithm says nothing.")
def logarithm_of_the_targets(Y_hat, Y):
    """Y_hat and Y are swapped: you take the logarithm of the targets."""
    return -np.mean(np.sum(Y_hat * _log(Y), axis=1))


@mistake(advice="Where does Y say which class is the true one?")
def all_classes_counted(Y_hat, Y):
    """Y is not used: you add up the logarithms of all classes, not only of the true one."""
    return -np.mean(np.sum(_log(Y_hat), axis=1))


@mistake(advice="The price depends on the true class, which Y names, and on nothing else.")
def entropy_of_the_prediction(Y_hat, Y):
    """You weigh the logarithms with Y_hat itself: that says how unsure the network is, not how wrong."""
    return -np.mean(np.sum(Y_hat * _log(Y_hat), axis=1))


@mistake(advice="The factor in front of the logarithm is Y, a 1 for the true class.")
def weighed_by_the_probability(Y_hat, Y):
    """You multiply each price by the probability itself, as in p * ln(p)."""
    p = _true_class(Y_hat, Y)
    return -np.mean(p * _log(p))


@mistake(advice="A network can be sure and wrong. Whose probability does Y point at?")
def price_of_the_largest(Y_hat, Y):
    """You take the largest probability of each row, not that of the true class."""
    return -np.mean(_log(np.max(Y_hat, axis=1)))


@mistake(advice="Compare on paper, for 0.5 and 0.1: the mean of two logarithms and the logarithm of the mean.")
def logarithm_of_the_mean(Y_hat, Y):
    """You take the mean first and the logarithm afterwards."""
    return -_log(np.mean(_true_class(Y_hat, Y)))


@mistake(advice="Each sample has a price of its own. Sum each row first, then take logarithms, then the mean.")
def logarithm_of_the_sum(Y_hat, Y):
    """You add up the probabilities of all samples and take the logarithm of that sum."""
    return -_log(np.sum(_true_class(Y_hat, Y)))


@mistake(advice="Multiply entry by entry, with *. A matrix product is a table of all pairs of samples.")
def every_pair_of_samples(Y_hat, Y):
    """With @ or np.dot, the targets of each sample meet the probabilities of every sample."""
    return -np.sum(Y @ _log(Y_hat).T) / len(Y)


@mistake(advice="What turns a probability into a price?")
def no_logarithm(Y_hat, Y):
    """The logarithm is missing: you return the mean of 1 - p."""
    return np.mean(1 - _true_class(Y_hat, Y))


@mistake(advice="This unit asks for the cross-entropy: minus the logarithm of the true class's probability.")
def mean_squared_error(Y_hat, Y):
    """You compute the mean squared error of all entries."""
    return np.mean((Y_hat - Y) ** 2)


@mistake(advice="This unit asks for the cross-entropy: minus the logarithm of the true class's probability.")
def squared_error_per_sample(Y_hat, Y):
    """You compute the squared error of each sample and take the mean."""
    return np.mean(np.sum((Y_hat - Y) ** 2, axis=1))


@mistake(advice="`Y_hat[Y_hat == 0] = …`, `+=` and `out=` write into the caller's array. Make a new one.")
def mends_the_callers_array(Y_hat, Y):
    """You put a tiny number into the caller's Y_hat."""
    Y_hat[Y_hat < 1e-9] = 1e-9
    return -np.mean(np.log(_true_class(Y_hat, Y)))


@mistake(advice="Which of the two matrices holds zeros and ones only? Its logarithm says nothing.")
def logarithm_of_plain_targets(Y_hat, Y):
    """Y_hat and Y are swapped: you take the logarithm of the targets, and ln(0) is infinite."""
    return -np.mean(np.sum(Y_hat * np.log(Y), axis=1))


def _loss_of_the_targets(Y_hat, Y, tiny):
    return -np.mean(np.sum(Y_hat * np.log(np.maximum(Y, tiny)), axis=1))


@mistake(advice="Which of the two matrices holds zeros and ones only? Its logarithm says nothing.")
def targets_with_1e_8(Y_hat, Y):
    """Y_hat and Y are swapped: you take the logarithm of the targets, made safe with 1e-8."""
    return _loss_of_the_targets(Y_hat, Y, 1e-8)


@mistake(advice="Which of the two matrices holds zeros and ones only? Its logarithm says nothing.")
def targets_with_1e_12(Y_hat, Y):
    """Y_hat and Y are swapped: you take the logarithm of the targets, made safe with 1e-12."""
    return _loss_of_the_targets(Y_hat, Y, 1e-12)


@mistake(advice="Which of the two matrices holds zeros and ones only? Its logarithm says nothing.")
def targets_with_1e_15(Y_hat, Y):
    """Y_hat and Y are swapped: you take the logarithm of the targets, made safe with 1e-15."""
    return _loss_of_the_targets(Y_hat, Y, 1e-15)


@mistake(advice="Axis 0 goes over the samples, axis 1 over the classes. And one number is asked for.")
def one_price_per_class(Y_hat, Y):
    """You return one sum for each class, not the mean over the samples."""
    return -np.sum(Y * _log(Y_hat), axis=0)


@mistake(advice="Multiply entry by entry, with *. A matrix product is a table of all pairs of samples.")
def mean_over_pairs_of_samples(Y_hat, Y):
    """With @ or np.dot the targets of each sample meet every sample, and you take the mean of that table."""
    return -np.mean(Y @ _log(Y_hat).T)


@mistake(advice="Protect the probability, and multiply with Y after the logarithm.")
def logarithm_of_the_product(Y_hat, Y):
    """You take log(eps + Y_hat * Y): each wrong class costs the logarithm of eps, which is large."""
    return -np.sum(np.log(_TINY + Y_hat * Y)) / len(Y)


@mistake(advice="What is NaN was infinitely wrong, not free. Keep the probability away from 0 before the logarithm.")
def nan_becomes_zero(Y_hat, Y):
    """Where the loss is NaN, you return 0: the worst prediction costs nothing."""
    with np.errstate(all="ignore"):
        loss = -np.mean(np.sum(Y * np.log(Y_hat), axis=1))
    return 0.0 if np.isnan(loss) else loss


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def epsilon_added_everywhere(Y_hat, Y):
    return -np.sum(Y * np.log(Y_hat + 1e-8)) / Y.shape[0]  # of an exact prediction: a little below 0


@variant
def clipped_on_both_sides(Y_hat, Y):
    return np.mean(-(Y * np.log(np.clip(Y_hat, 1e-8, 1 - 1e-8))).sum(axis=1))


@variant
def the_smallest_float(Y_hat, Y):
    return float(np.average(-np.log(np.fmax(np.einsum("nk,nk->n", Y_hat, Y), np.finfo(float).tiny))))


@variant
def indexed_by_label(Y_hat, Y):
    p = Y_hat[range(len(Y)), Y.argmax(axis=1)]
    return np.array(np.where(p > 0, -np.log(np.where(p > 0, p, 1)), 15.0).mean())  # 15 is enough for a zero; 0-d array


@variant
def masked(Y_hat, Y):
    prices = -np.log(Y_hat[Y == 1])  # warns of the logarithm of 0
    prices[np.isinf(prices)] = 1000
    return prices.mean()


@variant
def sample_by_sample(Y_hat, Y):
    total = 0.0
    for probabilities, row in zip(Y_hat.tolist(), Y.tolist(), strict=True):
        for p, y in zip(probabilities, row, strict=True):
            if y == 1:
                total += -math.log(p) if p > 0 else 50
    return total / len(Y)


@variant
def single_precision(Y_hat, Y):
    p = np.sum(np.float32(Y_hat) * np.float32(Y), axis=1)
    return -np.mean(np.log(p + np.float32(1e-8)))


@variant
def a_large_number_for_infinity(Y_hat, Y):
    return -np.nan_to_num(Y * np.nan_to_num(np.log(Y_hat), neginf=-1e9)).sum() / len(Y)


@variant
def trace_of_a_product(Y_hat, Y):
    return -np.trace(Y @ np.log(Y_hat + 1e-15).T) / len(Y)


@variant
def capped_cross_entropy(Y_hat, Y):
    return np.sum(np.minimum(scipy.special.kl_div(Y, Y_hat) + Y - Y_hat, 100)) / len(Y)  # sum of Y - Y_hat is 0
