"""Odd but right answers to 04-loss."""

import functools
import math

import numpy as np
import scipy.special

from solutions.catalogue import variant

# --- calc_loss -------------------------------------------------------------------------------------------------------


@variant("calc_loss")
def epsilon_added_everywhere(Y_hat, Y):
    return -np.sum(Y * np.log(Y_hat + 1e-8)) / Y.shape[0]  # of an exact prediction: a little below 0


@variant("calc_loss")
def clipped_on_both_sides(Y_hat, Y):
    return np.mean(-(Y * np.log(np.clip(Y_hat, 1e-8, 1 - 1e-8))).sum(axis=1))


@variant("calc_loss")
def the_smallest_float(Y_hat, Y):
    return float(np.average(-np.log(np.fmax(np.einsum("nk,nk->n", Y_hat, Y), np.finfo(float).tiny))))


@variant("calc_loss")
def indexed_by_label(Y_hat, Y):
    p = Y_hat[range(len(Y)), Y.argmax(axis=1)]
    return np.array(np.where(p > 0, -np.log(np.where(p > 0, p, 1)), 15.0).mean())  # 15 is enough for a zero; 0-d array


@variant("calc_loss")
def masked(Y_hat, Y):
    prices = -np.log(Y_hat[Y == 1])  # warns of the logarithm of 0
    prices[np.isinf(prices)] = 1000
    return prices.mean()


@variant("calc_loss")
def sample_by_sample(Y_hat, Y):
    total = 0.0
    for probabilities, row in zip(Y_hat.tolist(), Y.tolist(), strict=True):
        for p, y in zip(probabilities, row, strict=True):
            if y == 1:
                total += -math.log(p) if p > 0 else 50
    return total / len(Y)


@variant("calc_loss")
def single_precision(Y_hat, Y):
    p = np.sum(np.float32(Y_hat) * np.float32(Y), axis=1)
    return -np.mean(np.log(p + np.float32(1e-8)))


@variant("calc_loss")
def largest_float_for_infinity(Y_hat, Y):
    return -np.nan_to_num(Y * np.nan_to_num(np.log(Y_hat))).sum() / len(Y)


@variant("calc_loss")
def trace_of_a_product(Y_hat, Y):
    return -np.trace(Y @ np.log(Y_hat + 1e-15).T) / len(Y)


@variant("calc_loss")
def capped_cross_entropy(Y_hat, Y):
    return np.sum(np.minimum(scipy.special.kl_div(Y, Y_hat) + Y - Y_hat, 100)) / len(Y)  # sum of Y - Y_hat is 0


# --- accuracy --------------------------------------------------------------------------------------------------------


@variant("accuracy")
def one_by_one(labels, Y_hat):
    right = 0
    for label, row in zip(labels, Y_hat.tolist(), strict=True):
        right += row.index(max(row)) == label
    return right / len(labels)


@variant("accuracy")
def true_class_is_the_maximum(labels, Y_hat):
    return (Y_hat[np.arange(len(labels)), labels] == Y_hat.max(-1)).mean()


@variant("accuracy")
def no_class_is_larger(labels, Y_hat):
    own = np.take_along_axis(Y_hat, labels[:, None], axis=1)
    return 1 - np.count_nonzero((Y_hat > own).any(axis=1)) / labels.size


@variant("accuracy")
def from_the_confusion_matrix(labels, Y_hat):
    k = Y_hat.shape[1]
    counts = np.bincount(labels * k + np.argmax(Y_hat, axis=1), minlength=k * k).reshape(k, k)
    return np.trace(counts) / counts.sum()


@variant("accuracy")
def sorted_classes(labels, Y_hat):
    return np.array(np.equal(np.argsort(Y_hat, axis=1)[:, -1].astype(np.int32), labels).mean(), dtype=np.float32)


@variant("accuracy")
def one_hot_rows_agree(labels, Y_hat):
    return np.sum(np.eye(Y_hat.shape[1])[labels] * (Y_hat == Y_hat.max(axis=1, keepdims=True))) / len(Y_hat)


@functools.partial
def _share(labels, Y_hat):
    return sum(map(bool, np.argmax(Y_hat.T, axis=0) == labels)) / len(labels)


variant("accuracy")(_share)
