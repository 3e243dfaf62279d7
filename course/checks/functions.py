"""Functions that are an argument in a check, such as the one whose gradient is asked for.

They use only what every machine computes to the same last bit (+, -, *, / and sums), so that the frozen cases do not
depend on where they were built. Each takes a float array and returns one number.
"""

import numpy as np


def quartic(theta):
    """Sum of t^4 - 2 t^3 + t, each term with a weight of its own; for an array of any shape."""
    weights = 1 + np.arange(theta.size).reshape(theta.shape) / 4
    return np.sum(weights * (theta * theta * theta * theta - 2 * theta * theta * theta + theta))


def neighbours(theta):
    """Sum of the products t^2 u of entries t and u that follow each other along the first axis, and of all 3 t^3."""
    return np.sum(theta[:-1] * theta[:-1] * theta[1:]) + 3 * np.sum(theta * theta * theta)


def bells(theta):
    """Sum of the bell-shaped curves 1 / (1 + 4 t^2), each with a weight of its own; for an array of any shape."""
    weights = 2 + np.arange(theta.size).reshape(theta.shape) / 3
    return np.sum(weights / (1 + 4 * theta * theta))


def wave(theta):
    """Sum of t + 2 t^3 - 6.4 t^5, each term with a weight of its own; for an array of any shape."""
    weights = 1 + np.arange(theta.size).reshape(theta.shape) / 2
    cubes = theta * theta * theta
    return np.sum(weights * (theta + 2 * cubes - 6.4 * cubes * theta * theta))
