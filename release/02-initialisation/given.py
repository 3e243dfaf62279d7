"""What the earlier units built, ready to use. Written by `course build`: do not edit."""

import numpy as np


def min_max(x):
    """Scale numbers linearly to the range from 0 to 1.

    x : array of any shape, any integer or floating type
    returns : float64 array of the same shape; all zeros if all numbers in x are equal
    """
    x = x.astype(np.float64)
    span = x.max() - x.min()
    if span == 0:
        return np.zeros(x.shape)
    return (x - x.min()) / span


def one_hot(labels, num_classes=10):
    """Turn each label into a row with a single 1, in the column of its class.

    labels : (n,) int array, each from 0 to num_classes - 1
    num_classes : int, the number of columns
    returns : Y, (n, num_classes) array of 0 and 1
    raises : ValueError if a label is below 0, or is num_classes or more
    """
    if np.any((labels < 0) | (labels >= num_classes)):
        raise ValueError(f"labels must be from 0 to {num_classes - 1}")
    return np.eye(num_classes)[labels]


def from_one_hot(Y):
    """Read the labels back from one-hot rows.

    Y : (n, k) array with a single 1 in each row
    returns : labels, (n,) int array
    """
    return np.argmax(Y, axis=1)
