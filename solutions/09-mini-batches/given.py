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


def numeric_gradient(f, theta, eps=1e-5):
    """Estimate the gradient of f at theta by central differences.

    f : function from an array of theta's shape to one number
    theta : float array of any shape
    eps : float, the step to each side
    Returns an array of theta's shape.
    """
    gradient = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[index] += eps
        down[index] -= eps
        gradient[index] = (f(up) - f(down)) / (2 * eps)
    return gradient


def output_gradients(A_1, Y_hat, Y):
    """Compute the gradients of the mean cross-entropy for the output layer.

    A_1 : (n, h) array, the hidden layer after the sigmoid
    Y_hat : (n, k) array, the probabilities
    Y : (n, k) array, the one-hot labels
    Returns dW_2 (k, h) and db_2 (k,).
    """
    dZ_2 = (Y_hat - Y) / len(Y)
    dW_2 = dZ_2.T @ A_1
    db_2 = np.sum(dZ_2, axis=0)
    return dW_2, db_2


def hidden_gradients(W, A_1, dZ_2):
    """Go back from the scores to the hidden layer, which has a sigmoid.

    W : [W_1 (h, d), W_2 (k, h)]
    A_1 : (n, h) array, the hidden layer after the sigmoid
    dZ_2 : (n, k) array, the slopes of the loss for the scores
    Returns dA_1 and dZ_1, (n, h) each.
    """
    dA_1 = dZ_2 @ W[1]
    dZ_1 = dA_1 * A_1 * (1 - A_1)
    return dA_1, dZ_1


def back_prop(W, X, Z_1, A_1, Y_hat, Y):
    """Compute the gradients of the mean cross-entropy for both layers.

    W : [W_1 (h, d), W_2 (k, h)]
    X : (n, d) array, one sample a row
    Z_1, A_1 : (n, h) arrays, the hidden layer before and after the sigmoid
    Y_hat : (n, k) array, the probabilities
    Y : (n, k) array, the one-hot labels
    Returns [dW_1 (h, d), dW_2 (k, h)] and [db_1 (h,), db_2 (k,)].
    """
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    _, dZ_1 = hidden_gradients(W, A_1, (Y_hat - Y) / len(Y))
    dW_1 = dZ_1.T @ X
    db_1 = np.sum(dZ_1, axis=0)
    return [dW_1, dW_2], [db_1, db_2]


def update(W, b, grad_W, grad_b, lr=0.1):
    """Take one step of gradient descent; the arguments stay as they are.

    W : list of weight matrices, one for each layer
    b : list of bias vectors, one for each layer
    grad_W, grad_b : lists of the same shapes, the gradients of the loss
    lr : float, the learning rate
    Returns W and b, new lists of new arrays, of the same shapes.
    """
    new_W = [w - lr * gradient for w, gradient in zip(W, grad_W, strict=True)]
    new_b = [bias - lr * gradient for bias, gradient in zip(b, grad_b, strict=True)]
    return new_W, new_b


def train_step(W, b, X, Y, lr):
    """Take one step of gradient descent on all samples.

    W : [W_1 (h, d), W_2 (k, h)]
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row
    Y : (n, k) array, one-hot
    lr : float, the learning rate
    Returns W, b (new lists of new arrays) and the loss before the step, a number.
    """
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    loss = calc_loss(Y_hat, Y)
    grad_W, grad_b = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return new_W, new_b, loss


def train(W, b, X, Y, epochs, lr):
    """Train by gradient descent on all samples at once (full batch).

    W : [W_1 (h, d), W_2 (k, h)], where to start
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row
    Y : (n, k) array, one-hot
    epochs : int, the number of steps
    lr : float, the learning rate
    Returns W, b and history, a dict with the lists "loss" and "accuracy".
    """
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        Z_1, A_1, Y_hat = forward_pass(W, b, X)
        history["loss"].append(calc_loss(Y_hat, Y))
        history["accuracy"].append(accuracy(from_one_hot(Y), Y_hat))
        grad_W, grad_b = back_prop(W, X, Z_1, A_1, Y_hat, Y)
        W, b = update(W, b, grad_W, grad_b, lr)
    return W, b, history


def train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr):
    """Train as train does, and measure on the test data too.

    W : [W_1 (h, d), W_2 (k, h)], where to start
    b : [b_1 (h,), b_2 (k,)]
    X, Y : (n, d) and (n, k) arrays, the training samples
    X_test, Y_test : (m, d) and (m, k) arrays, the test samples
    epochs : int, the number of steps
    lr : float, the learning rate
    Returns W, b and history, a dict with the lists "loss", "accuracy", "test_loss" and "test_accuracy".
    """
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        _, _, Y_hat = forward_pass(W, b, X_test)
        history["test_loss"].append(calc_loss(Y_hat, Y_test))
        history["test_accuracy"].append(accuracy(from_one_hot(Y_test), Y_hat))
        W, b, epoch = train(W, b, X, Y, 1, lr)
        history["loss"].extend(epoch["loss"])
        history["accuracy"].extend(epoch["accuracy"])
    return W, b, history


def misclassified(labels, Y_hat):
    """Find the samples that the network gets wrong, the surest mistakes first.

    labels : (n,) int array, the true classes
    Y_hat : (n, k) array of probabilities
    Returns (m,) row numbers, the lowest probability of the true class first.
    """
    wrong = np.flatnonzero(np.argmax(Y_hat, axis=1) != labels)
    true_probability = Y_hat[wrong, labels[wrong]]
    return wrong[np.argsort(true_probability)]


def confusion_matrix(labels, predicted, num_classes):
    """Count how often each true class was predicted as each class.

    labels, predicted : (n,) int arrays
    num_classes : int, k
    Returns a (k, k) matrix; row t, column p counts the samples of class t that were predicted as p.
    """
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


def top_confusions(matrix, count):
    """List the most frequent confusions.

    matrix : (k, k) array of counts, rows the true class
    count : int, how many confusions at most; 0 or more
    Returns a list of (true, predicted, number), the largest number first, without zeros.
    """
    triples = [(t, p, int(number)) for (t, p), number in np.ndenumerate(matrix) if t != p and number > 0]
    return sorted(triples, key=lambda triple: -triple[2])[:count]


def recall_without(W, b, X, labels, neuron):
    """Find what the network still gets right when one hidden neuron is switched off.

    W : [W_1 (h, d), W_2 (k, h)]
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row
    labels : (n,) int array, the true classes
    neuron : int, from 0 to h - 1
    Returns (k,) recalls, one for each class; NaN for a class without rows.
    """
    W_2 = W[1].copy()
    W_2[:, neuron] = 0
    right = predict([W[0], W_2], b, X) == labels
    return np.array([right[labels == c].mean() if np.any(labels == c) else np.nan for c in range(len(W_2))])
