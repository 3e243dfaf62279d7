"""What the earlier units built, ready to use. Written by `course build`: do not edit."""

import math

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
    """Compute the mean cross-entropy: how little probability the true classes got, as one number.

    Parameters
    ----------
    Y_hat : (n, k) array, the probabilities; each row sums to 1
    Y : (n, k) array, the one-hot targets

    Returns
    -------
    loss : float, the mean over the samples of minus the natural logarithm of the true class's probability; a
        probability below 1e-12 counts as 1e-12, so that the loss is always finite
    """
    true_class = np.sum(Y_hat * Y, axis=1)
    return -np.mean(np.log(np.maximum(true_class, 1e-12)))


def accuracy(labels, Y_hat):
    """Compute the share of samples whose most likely class is the right one.

    Parameters
    ----------
    labels : (n,) int array, the true classes
    Y_hat : (n, k) array, the probabilities

    Returns
    -------
    float from 0 to 1
    """
    return np.mean(np.argmax(Y_hat, axis=1) == labels)


def numeric_gradient(f, theta, eps=1e-5):
    """Estimate the gradient of ``f`` at ``theta`` by central differences, one entry at a time.

    Parameters
    ----------
    f : function from an array of theta's shape to one number
    theta : float array of any shape
    eps : float, the step to each side

    Returns
    -------
    gradient : array of theta's shape
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

    Parameters
    ----------
    A_1 : (n, h) array, the hidden layer after the sigmoid
    Y_hat : (n, k) array, the probabilities
    Y : (n, k) array, the one-hot labels

    Returns
    -------
    dW_2 : (k, h) array
    db_2 : (k,) array
    """
    dZ_2 = (Y_hat - Y) / len(Y)
    dW_2 = dZ_2.T @ A_1
    db_2 = np.sum(dZ_2, axis=0)
    return dW_2, db_2


def back_prop(W, X, Z_1, A_1, Y_hat, Y):
    """Compute the gradients of the mean cross-entropy for both layers (Rumelhart, Hinton and Williams 1986).

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)]
    X : (n, d) array, one sample a row
    Z_1, A_1 : (n, h) arrays, the hidden layer before and after the sigmoid
    Y_hat : (n, k) array, the probabilities
    Y : (n, k) array, the one-hot labels

    Returns
    -------
    [dW_1 (h, d), dW_2 (k, h)], [db_1 (h,), db_2 (k,)]
    """
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    dZ_2 = (Y_hat - Y) / len(Y)
    dA_1 = dZ_2 @ W[1]
    dZ_1 = dA_1 * A_1 * (1 - A_1)
    dW_1 = dZ_1.T @ X
    db_1 = np.sum(dZ_1, axis=0)
    return [dW_1, dW_2], [db_1, db_2]


def update(W, b, grad_W, grad_b, lr=0.1):
    """Take one step of gradient descent; the arguments stay as they are.

    Parameters
    ----------
    W : list of weight matrices, one for each layer
    b : list of bias vectors, one for each layer
    grad_W, grad_b : lists of the same shapes, the gradients of the loss
    lr : float, the learning rate

    Returns
    -------
    W, b : new lists of new arrays, of the same shapes
    """
    new_W = [w - lr * gradient for w, gradient in zip(W, grad_W, strict=True)]
    new_b = [bias - lr * gradient for bias, gradient in zip(b, grad_b, strict=True)]
    return new_W, new_b


def train_step(W, b, X, Y, lr):
    """Take one step of gradient descent on all samples, and say how large the loss was before it.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)]
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row
    Y : (n, k) array, one-hot
    lr : float, the learning rate

    Returns
    -------
    W, b : new lists of new arrays, of the same shapes
    loss : float, before the step
    """
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    loss = calc_loss(Y_hat, Y)
    grad_W, grad_b = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return new_W, new_b, loss


def train(W, b, X, Y, epochs, lr):
    """Train by gradient descent on all samples at once (full batch).

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)], where to start
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row
    Y : (n, k) array, one-hot
    epochs : int, the number of steps; 0 returns the start
    lr : float, the learning rate

    Returns
    -------
    W, b : lists of arrays, of the same shapes
    history : dict with the keys "loss" and "accuracy"
        lists with one number per epoch, measured before the update of that epoch
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
    """Train as ``train`` does, and measure on the test data too; the test data never changes the weights.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)], where to start
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, the training samples
    Y : (n, k) array, one-hot
    X_test : (m, d) array, the test samples
    Y_test : (m, k) array, one-hot
    epochs : int, the number of steps; 0 returns the start
    lr : float, the learning rate

    Returns
    -------
    W, b : lists of arrays, of the same shapes
    history : dict with the keys "loss", "accuracy", "test_loss" and "test_accuracy"
        lists with one number per epoch, all measured before the update of that epoch
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

    Parameters
    ----------
    labels : (n,) int array, the true classes
    Y_hat : (n, k) array of probabilities

    Returns
    -------
    indices : (m,) int array, the rows that are wrong, the lowest probability of the true class first
    """
    wrong = np.flatnonzero(np.argmax(Y_hat, axis=1) != labels)
    true_probability = Y_hat[wrong, labels[wrong]]
    return wrong[np.argsort(true_probability)]


def confusion_matrix(labels, predicted, num_classes):
    """Count how often each true class was predicted as each class.

    Parameters
    ----------
    labels, predicted : (n,) int arrays, the true and the predicted classes
    num_classes : int, k

    Returns
    -------
    matrix : (k, k) int array; row t, column p counts the samples of class t that were predicted as p
    """
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(matrix, (labels, predicted), 1)
    return matrix


def top_confusions(matrix, count):
    """List the most frequent confusions.

    Parameters
    ----------
    matrix : (k, k) array of counts, rows the true class
    count : int, how many confusions at most; 0 or more

    Returns
    -------
    list of (true, predicted, number) tuples, the largest number first, without zeros
    """
    triples = [(t, p, int(number)) for (t, p), number in np.ndenumerate(matrix) if t != p and number > 0]
    return sorted(triples, key=lambda triple: -triple[2])[:count]


def train_test_split(X, labels, test_fraction, rng):
    """Divide the rows at random into a training part and a test part.

    Parameters
    ----------
    X : (n, d) array, one sample a row
    labels : (n,) int array
    test_fraction : float from 0 to 1; the test part gets ``round(test_fraction * n)`` rows
    rng : numpy.random.Generator

    Returns
    -------
    X_train, X_test : (n - m, d) and (m, d) arrays
    labels_train, labels_test : (n - m,) and (m,) int arrays
    """
    order = rng.permutation(len(X))
    size = round(test_fraction * len(X))
    test, train = order[:size], order[size:]
    return X[train], X[test], labels[train], labels[test]


def minibatches(X, Y, batch_size, rng):
    """Go once through all rows in a new random order, a few of them at a time.

    Parameters
    ----------
    X : (n, d) array, one sample a row
    Y : (n, k) array, the one-hot targets
    batch_size : int, the number of rows in a batch; the last batch may be smaller
    rng : numpy.random.Generator

    Yields
    ------
    X_batch, Y_batch : (batch_size, d) and (batch_size, k) arrays
    """
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], Y[rows]


def sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Train with stochastic gradient descent: a step after each mini-batch.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)]
    b : [b_1 (h,), b_2 (k,)]
    X : (n, d) array, one sample a row
    Y : (n, k) array, the one-hot targets
    epochs : int, how often to go through all rows, each time in a new order
    batch_size : int
    lr : float, the learning rate
    lmbd : float, the strength of the L2 penalty ``lmbd / 2 * sum(W ** 2)``; biases are not in it
    rng : numpy.random.Generator

    Returns
    -------
    W, b : new lists of the same shapes
    """
    for _ in range(epochs):
        for X_batch, Y_batch in minibatches(X, Y, batch_size, rng):
            Z_1, A_1, Y_hat = forward_pass(W, b, X_batch)
            grad_W, grad_b = back_prop(W, X_batch, Z_1, A_1, Y_hat, Y_batch)
            grad_W = [grad + lmbd * w for grad, w in zip(grad_W, W, strict=True)]
            W, b = update(W, b, grad_W, grad_b, lr)
    return W, b


def grid_search(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Train a network for each pair of learning rate and lambda, and measure each on the validation data.

    Parameters
    ----------
    X : (n, d) array, the training samples
    Y : (n, k) array, their one-hot targets
    X_val : (m, d) array, the validation samples
    labels_val : (m,) int array
    lrs, lmbds : lists of floats, the learning rates and the lambdas to try
    rng : numpy.random.Generator

    Returns
    -------
    scores : (len(lrs), len(lmbds)) array of accuracies from 0 to 1; where a run diverged, argmax takes NaN as class 0
    """
    scores = np.zeros((len(lrs), len(lmbds)))
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges should not flood the page with warnings
        for i, lr in enumerate(lrs):
            for j, lmbd in enumerate(lmbds):
                W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
                W, b = sgd(W, b, X, Y, 30, 10, lr, lmbd, rng)
                scores[i, j] = np.mean(predict(W, b, X_val) == labels_val)
    return scores


def relu(z):
    """Keep what is positive, and replace the rest by 0 (rectified linear unit; Nair and Hinton 2010).

    Parameters
    ----------
    z : array of any shape

    Returns
    -------
    array of the same shape
    """
    return np.maximum(z, 0)


def relu_prime(z):
    """Compute the slope of the ReLU: 1 where z is positive, else 0.

    Parameters
    ----------
    z : array of any shape

    Returns
    -------
    array of the same shape; 0 where z is exactly 0
    """
    return (z > 0).astype(np.float64)


def binary_cross_entropy(p, y):
    """Compute the mean cost of the probabilities of class 1; a certain and wrong one costs much, but is finite.

    Parameters
    ----------
    p : (n, 1) array, the probabilities of class 1, from 0 to 1
    y : (n, 1) array of 0 and 1, float or int

    Returns
    -------
    float
    """
    p = np.clip(p, 1e-12, 1 - 1e-12)  # log(0) would be minus infinity
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def forward_binary(W, b, X):
    """Compute the probabilities of class 1, and what backpropagation will need.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (1, h)]
    b : [b_1 (h,), b_2 (1,)]
    X : (n, d) array, one sample a row

    Returns
    -------
    Z_1 : (n, h) array, the hidden layer before the ReLU
    A_1 : (n, h) array, the hidden layer after the ReLU
    P : (n, 1) array, the probabilities of class 1
    """
    Z_1 = X @ W[0].T + b[0]
    A_1 = relu(Z_1)
    P = sigmoid(A_1 @ W[1].T + b[1])
    return Z_1, A_1, P


def back_prop_binary(W, X, Z_1, A_1, P, y):
    """Compute the gradients of the mean binary cross-entropy.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (1, h)]
    X : (n, d) array, one sample a row
    Z_1, A_1 : (n, h) arrays, the hidden layer before and after the ReLU
    P : (n, 1) array, the probabilities of class 1
    y : (n, 1) array of 0 and 1, float or int

    Returns
    -------
    [dW_1 (h, d), dW_2 (1, h)] : the gradients of the weights
    [db_1 (h,), db_2 (1,)] : the gradients of the biases
    """
    dZ_2 = (P - y) / len(X)
    dZ_1 = (dZ_2 @ W[1]) * relu_prime(Z_1)
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


def neuron_output(weights, inputs):
    """Compute what one neuron gives: the sigmoid of its weighted sum, without overflow.

    Parameters
    ----------
    weights : list of d + 1 floats, a weight for each input and then the bias
    inputs : list of d floats

    Returns
    -------
    float, from 0 to 1
    """
    total = weights[-1] + sum(w * x for w, x in zip(weights[:-1], inputs, strict=True))
    small = math.exp(-abs(total))  # always between 0 and 1, so it cannot overflow
    return (1.0 if total >= 0 else small) / (1 + small)


def feed_forward(network, inputs):
    """Compute the outputs of every layer.

    Parameters
    ----------
    network : list of layers; a layer is a list of neurons, a neuron a list of its input weights and then its bias
    inputs : list of d floats, one for each input weight of a neuron in the first layer

    Returns
    -------
    outputs : list with a list of floats for each layer, first layer first; the inputs are not among them
    """
    outputs = []
    for layer in network:
        inputs = [neuron_output(neuron, inputs) for neuron in layer]
        outputs.append(inputs)
    return outputs


def backpropagate(network, inputs, target, rate=1.0):
    """Make one step of gradient descent on one sample, for the error ``1/2 sum (output - target)^2``.

    Parameters
    ----------
    network : list of layers; a layer is a list of neurons, a neuron a list of its input weights and then its bias
    inputs : list of d floats
    target : list of floats, one for each neuron in the last layer
    rate : float, the learning rate

    Returns
    -------
    new_network : built like ``network``, which stays as it was

    Source: Rumelhart, Hinton and Williams (1986), "Learning representations by back-propagating errors".
    """
    outputs = feed_forward(network, inputs)
    errors = [output - wanted for output, wanted in zip(outputs[-1], target, strict=True)]
    new_network = []
    for number in reversed(range(len(network))):
        layer = network[number]
        deltas = [error * output * (1 - output) for error, output in zip(errors, outputs[number], strict=True)]
        read = outputs[number - 1] if number > 0 else inputs
        new_layer = [
            [w - rate * delta * x for w, x in zip(neuron, [*read, 1.0], strict=True)]
            for neuron, delta in zip(layer, deltas, strict=True)
        ]
        new_network.insert(0, new_layer)
        errors = [sum(delta * neuron[i] for delta, neuron in zip(deltas, layer, strict=True)) for i in range(len(read))]
    return new_network
