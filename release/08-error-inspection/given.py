"""What the earlier units built, ready to use. Written by `course build`: do not edit."""

import numpy as np


def min_max(x):
    """Scale numbers linearly to the range from 0 to 1.

    Parameters
    ----------
    x : array of any shape, any integer or floating type

    Returns
    -------
    float64 array of the same shape; all zeros if all numbers in ``x`` are equal
    """
    x = x.astype(np.float64)
    span = x.max() - x.min()
    if span == 0:
        return np.zeros(x.shape)
    return (x - x.min()) / span


def one_hot(labels, num_classes=10):
    """Turn each label into a row with a single 1, in the column of its class.

    Parameters
    ----------
    labels : (n,) int array, each from 0 to num_classes - 1
    num_classes : int, the number of columns

    Returns
    -------
    Y : (n, num_classes) array of 0 and 1

    Raises
    ------
    ValueError : if a label is below 0, or is num_classes or more
    """
    if np.any((labels < 0) | (labels >= num_classes)):
        raise ValueError(f"labels must be from 0 to {num_classes - 1}")
    return np.eye(num_classes)[labels]


def from_one_hot(Y):
    """Read the labels back from one-hot rows.

    Parameters
    ----------
    Y : (n, k) array with a single 1 in each row

    Returns
    -------
    labels : (n,) int array
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
        normal, mean 0, standard deviation sqrt(2 / fan_in) (He et al. 2015); fan_in is the number of columns
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
    """Squash every number into the range from 0 to 1: ``1 / (1 + exp(-x))``, without overflow.

    Parameters
    ----------
    x : array of any shape, float or signed integer

    Returns
    -------
    float array of the same shape
    """
    x = x.astype(np.float64)
    small = np.exp(-np.abs(x))  # always between 0 and 1, so it cannot overflow
    return np.where(x >= 0, 1, small) / (1 + small)


def softmax(x, axis=1):
    """Turn scores into probabilities that sum to 1 along ``axis``, without overflow.

    Parameters
    ----------
    x : matrix of scores
    axis : int, the axis along which the probabilities sum to 1

    Returns
    -------
    float matrix of the same shape
    """
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def forward_pass(W, b, X):
    """Compute the probabilities of the classes, and what backpropagation will need.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)]
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row

    Returns
    -------
    Z_1 : (n, h) array, the hidden layer before the sigmoid
    A_1 : (n, h) array, the hidden layer after the sigmoid
    Y_hat : (n, k) array, the probabilities; each row sums to 1
    """
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    Z_2 = A_1 @ W[1].T + b[1]
    Y_hat = softmax(Z_2)
    return Z_1, A_1, Y_hat


def predict(W, b, X):
    """Name the most likely class of each sample.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)]
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row

    Returns
    -------
    labels : (n,) int array
    """
    _, _, Y_hat = forward_pass(W, b, X)
    return np.argmax(Y_hat, axis=1)


def calc_loss(Y_hat, Y):
    """Return the mean cross-entropy of probabilities ``Y_hat (n, k)`` against one-hot rows ``Y (n, k)``."""
    return -np.mean(np.log(np.sum(Y_hat * Y, axis=1) + 1e-12))


def accuracy(labels, Y_hat):
    """Return the fraction of rows of ``Y_hat (n, k)`` whose largest probability is at the label."""
    return np.mean(np.argmax(Y_hat, axis=1) == labels)


def numeric_gradient(f, theta, eps=1e-5):
    """Return the central differences of the scalar function ``f`` at the array ``theta``."""
    gradient = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[index] = eps
        gradient[index] = (f(theta + step) - f(theta - step)) / (2 * eps)
    return gradient


def output_gradients(A_1, Y_hat, Y):
    """Return ``dW_2 (k, h)`` and ``db_2 (k,)`` of the mean cross-entropy."""
    dZ_2 = (Y_hat - Y) / len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


def back_prop(W, X, Z_1, A_1, Y_hat, Y):
    """Return ``[dW_1, dW_2], [db_1, db_2]`` of the mean cross-entropy."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    dZ_1 = (Y_hat - Y) / len(Y) @ W[1] * A_1 * (1 - A_1)
    return [dZ_1.T @ X, dW_2], [dZ_1.sum(axis=0), db_2]


def update(W, b, grad_W, grad_b, lr=0.1):
    """Return new ``W`` and ``b`` after one gradient-descent step."""
    new_W = [w - lr * gradient for w, gradient in zip(W, grad_W, strict=True)]
    new_b = [bias - lr * gradient for bias, gradient in zip(b, grad_b, strict=True)]
    return new_W, new_b


def train_step(W, b, X, Y, lr):
    """Return ``W, b`` after one full-batch step, and the loss before it."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    grad_W, grad_b = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    W, b = update(W, b, grad_W, grad_b, lr)
    return W, b, calc_loss(Y_hat, Y)


def train(W, b, X, Y, epochs, lr):
    """Return ``W, b`` after full-batch gradient descent, and the loss and accuracy before each epoch's update."""
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        history["accuracy"].append(accuracy(from_one_hot(Y), forward_pass(W, b, X)[2]))
        W, b, loss = train_step(W, b, X, Y, lr)
        history["loss"].append(loss)
    return W, b, history


def train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr):
    """Train as ``train`` does, and measure the test data before each epoch's update too."""
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        Y_hat = forward_pass(W, b, X_test)[2]
        history["test_loss"].append(calc_loss(Y_hat, Y_test))
        history["test_accuracy"].append(accuracy(from_one_hot(Y_test), Y_hat))
        W, b, one_epoch = train(W, b, X, Y, 1, lr)
        history["loss"] += one_epoch["loss"]
        history["accuracy"] += one_epoch["accuracy"]
    return W, b, history
