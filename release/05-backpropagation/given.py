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


def init_weights(input_size, hidden_size, output_size, rng):
    """Draw the starting weights of a network with one hidden layer; the biases start at zero.

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        d features, h hidden units, k classes
    rng : numpy.random.Generator

    Returns
    -------
    W : [W_1 (h, d), W_2 (k, h)]
        normal, mean 0, spread by He's rule
    b : [b_1 (h,), b_2 (k,)]
        zeros
    """
    W_1 = rng.normal(0, np.sqrt(2 / input_size), size=(hidden_size, input_size))
    W_2 = rng.normal(0, np.sqrt(2 / hidden_size), size=(output_size, hidden_size))
    b_1 = np.zeros(hidden_size)
    b_2 = np.zeros(output_size)
    return [W_1, W_2], [b_1, b_2]


def count_parameters(W, b):
    """Count the numbers that training may change.

    Parameters
    ----------
    W : list of weight matrices, one for each layer
    b : list of bias vectors, one for each layer

    Returns
    -------
    int
    """
    return sum(array.size for array in [*W, *b])


def sigmoid(x):
    """Squash every number into the range from 0 to 1.

    x : array of any shape, float or signed integer
    Returns a float array of the same shape.
    """
    x = x.astype(np.float64)
    small = np.exp(-np.abs(x))  # always between 0 and 1, so it cannot overflow
    return np.where(x >= 0, 1, small) / (1 + small)


def softmax(x, axis=1):
    """Turn scores into probabilities, without overflow.

    x : matrix of scores
    axis : int, the axis along which the probabilities sum to 1
    Returns a float matrix of the same shape.
    """
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def forward_pass(W, b, X):
    """Compute the probabilities of the classes.

    W : [W_1 (h, d), W_2 (k, h)]
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row
    Returns Z_1 (n, h), A_1 (n, h) and Y_hat (n, k); each row of Y_hat sums to 1.
    """
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    Z_2 = A_1 @ W[1].T + b[1]
    Y_hat = softmax(Z_2)
    return Z_1, A_1, Y_hat


def predict(W, b, X):
    """Name the most likely class of each sample.

    W : [W_1 (h, d), W_2 (k, h)]
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row
    Returns labels, an (n,) int array.
    """
    _, _, Y_hat = forward_pass(W, b, X)
    return np.argmax(Y_hat, axis=1)


def calc_loss(Y_hat, Y):
    """Compute the mean cross-entropy.

    Y_hat : (n, k) array, the probabilities; each row sums to 1
    Y : (n, k) array, the one-hot targets
    Returns the loss, one number.
    """
    logarithms = np.log(np.maximum(Y_hat, 1e-12))
    return -np.mean(np.sum(Y * logarithms, axis=1))


def accuracy(labels, Y_hat):
    """Compute the share of samples whose most likely class is the right one.

    labels : (n,) int array, the true classes
    Y_hat : (n, k) array, the probabilities
    Returns a number from 0 to 1.
    """
    return np.mean(np.argmax(Y_hat, axis=1) == labels)
