"""Random numbers for the cases, rounded so that they are the same on every machine and short to store."""

import numpy as np


def numbers(rng, *shape, scale=1.0):
    """Draw an array of normal numbers with three decimals."""
    return np.round(rng.normal(scale=scale, size=shape), 3)


def different_sizes(rng, count, smallest=2, largest=7):
    """Draw that many sizes, no two of them equal, as plain ints."""
    return [int(size) for size in rng.permutation(np.arange(smallest, largest + 1))[:count]]


def network(rng, d, h, k, scale=1.0):
    """Draw ``W = [W_1 (h, d), W_2 (k, h)]`` and ``b = [b_1 (h,), b_2 (k,)]``, biases not zero."""
    W = [numbers(rng, h, d, scale=scale), numbers(rng, k, h, scale=scale)]
    b = [numbers(rng, h), numbers(rng, k)]
    return W, b
