"""train_step: forward pass, loss, gradients and update, once."""

import copy
import functools

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers
from solutions.reference import (
    accuracy,
    back_prop,
    calc_loss,
    forward_pass,
    output_gradients,
    softmax,
    train,
    train_step,
    update,
)

EXERCISE = Exercise(
    unit="06-update",
    points=4,
    parameters=("W", "b", "X", "Y", "lr"),
    returns=("W", "b", "loss"),
    biases=("b",),
    uses=(
        "sigmoid",
        "softmax",
        "forward_pass",
        "calc_loss",
        "output_gradients",
        "hidden_gradients",
        "back_prop",
        "update",
    ),
    hints=(
        "Four functions that you have written stand in a row here. What does each of them need from the one before?",
        "Look at when the loss is measured, at the order of the arguments, and at whether lr reaches update.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, d, h, k = different_sizes(rng, 4, largest=6)
    size = int(rng.integers(3, 5))
    lr, other_lr, third_lr = (round(float(value), 3) for value in rng.permutation([0.7, 0.3, 1.2]))
    return [
        Case("ordinary samples", clear_start(rng, n, d, h, k, 1, lr)),
        Case("ordinary samples", clear_start(rng, n + 5, k, d, h, 1, other_lr)),
        Case("ordinary samples", clear_start(rng, size, size, size, size, 1, third_lr)),
        Case("a tiny learning rate", clear_start(rng, n, h, d, k, 1, 0.003)),
        Case("a single sample", clear_start(rng, 1, d, h, k, 1, lr)),
        Case("a single hidden unit", clear_start(rng, n, 1, 1, 2, 1, other_lr)),
        Case("a small loss", small_loss(rng, n, d, h, k)),
        Case("many samples", clear_start(rng, 24, 2, 2, 2, 1, third_lr)),
    ]


def samples(rng, n, d, k):
    """Draw ``X (n, d)`` and one-hot ``Y (n, k)``."""
    return numbers(rng, n, d), np.eye(k)[rng.integers(0, k, size=n)]


def clear_start(rng, n, d, h, k, epochs, lr):
    """Draw ``(W, b, X, Y, lr)`` until training from there is clear: see :func:`is_clear`."""
    while True:
        W, b = network(rng, d, h, k)
        X, Y = samples(rng, n, d, k)
        if is_clear(W, b, X, Y, [(X, Y)], epochs, lr):
            return W, b, X, Y, lr


def small_loss(rng, n, d, h, k, lr=0.7):
    """Draw ``(W, b, X, Y, lr)`` of a network that is right already, and quite sure of it: a loss below 0.02."""
    while True:
        W, b = network(rng, d, h, k, scale=3)
        X = numbers(rng, n, d)
        Y_hat = forward_pass(W, b, X)[2]
        Y = np.eye(k)[np.argmax(Y_hat, axis=1)]
        if 0.002 < calc_loss(Y_hat, Y) < 0.02:
            return W, b, X, Y, lr


def is_clear(W, b, X, Y, measured, epochs, lr):
    """Return whether every right answer measures the same in each epoch and after the last one.

    No probability of a true class is so small that an epsilon in the logarithm shows, none so large that the loss is all
    rounding, and no two classes are so close that float32 names another one.

    Parameters
    ----------
    measured : pairs (X, Y) of the samples that are measured
    """
    for epoch in range(epochs + 1):
        for some_X, some_Y in measured:
            Y_hat = forward_pass(W, b, some_X)[2]
            ranked = np.sort(Y_hat, axis=1)
            right = np.sum(some_Y * Y_hat, axis=1)
            if np.any(ranked[:, -1] - ranked[:, -2] < 1e-3) or right.min() < 0.01 or calc_loss(Y_hat, some_Y) < 0.05:
                return False
        if epoch < epochs:
            W, b, _ = train(W, b, X, Y, 1, lr)
    return True


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="Measure the loss from the forward pass that the gradients also use, before you call update.")
def loss_after_the_step(W, b, X, Y, lr):
    """The loss is measured after the step, not before it."""
    W, b, _ = train_step(W, b, X, Y, lr)
    return W, b, calc_loss(forward_pass(W, b, X)[2], Y)


@mistake(advice="Hand lr on to update; otherwise it takes its default.")
def lr_not_handed_on(W, b, X, Y, lr):
    """The learning rate does not reach update, which then uses 0.1."""
    return train_step(W, b, X, Y, 0.1)


@mistake(advice="update returns the new W and b. Do you return those, or the ones that came in?")
def returns_the_old_parameters(W, b, X, Y, lr):
    """You return the old weights and biases: the result of update gets lost."""
    return [w.copy() for w in W], [bias.copy() for bias in b], train_step(W, b, X, Y, lr)[2]


@mistake(advice="Three things come back: W, b and the loss.")
def loss_missing(W, b, X, Y, lr):
    """The loss does not come back, only W and b."""
    return train_step(W, b, X, Y, lr)[:2]


@mistake(advice="Return W, then b, then the loss.")
def loss_first(W, b, X, Y, lr):
    """The order of what comes back is wrong: the loss stands first."""
    W, b, loss = train_step(W, b, X, Y, lr)
    return loss, W, b


@mistake(advice="calc_loss has the mean already. Do not multiply it by the number of samples.")
def loss_of_all_samples(W, b, X, Y, lr):
    """The loss is the sum over the samples, not their mean."""
    W, b, loss = train_step(W, b, X, Y, lr)
    return W, b, loss * len(X)


@mistake(advice="calc_loss(Y_hat, Y): compare with the order in which you hand them over.")
def loss_of_swapped_arguments(W, b, X, Y, lr):
    """Y_hat and Y reach calc_loss in the wrong order."""
    new_W, new_b, _ = train_step(W, b, X, Y, lr)
    return new_W, new_b, calc_loss(Y, forward_pass(W, b, X)[2])


@mistake(advice="Which function says how wrong the probabilities are?")
def accuracy_instead_of_loss(W, b, X, Y, lr):
    """You return the accuracy, not the loss."""
    W_new, b_new, _ = train_step(W, b, X, Y, lr)
    return W_new, b_new, accuracy(np.argmax(Y, axis=1), forward_pass(W, b, X)[2])


@mistake(
    advice="update subtracts already. Is there a second minus, or do Y_hat and Y reach back_prop in the wrong order?",
)
def step_uphill(W, b, X, Y, lr):
    """The step goes uphill: the loss grows."""
    return train_step(W, b, X, Y, -lr)


@mistake(advice="back_prop has divided by the number of samples already. Hand its gradients on as they are.")
def divides_by_n_again(W, b, X, Y, lr):
    """The gradients are divided by the number of samples once more."""
    return train_step(W, b, X, Y, lr / len(X))


@mistake(advice="The gradient belongs to the mean loss: there is a 1/n in it. Where did it go?")
def gradient_of_the_sum(W, b, X, Y, lr):
    """The step is n times too long: it follows the gradient of the summed loss."""
    return train_step(W, b, X, Y, lr * len(X))


@mistake(advice="What does update return, and what do you do with both parts of it?")
def step_without_biases(W, b, X, Y, lr):
    """Only the weights take a step; the biases come back as they were."""
    new_W, _, loss = train_step(W, b, X, Y, lr)
    return new_W, [bias.copy() for bias in b], loss


@mistake(advice="output_gradients sees the last layer only. Which function gives the gradients of both layers?")
def step_of_the_output_layer(W, b, X, Y, lr):
    """Only the output layer takes a step; the hidden layer stays as it was."""
    _, A_1, Y_hat = forward_pass(W, b, X)
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return [W[0], W[1] - lr * dW_2], [b[0], b[1] - lr * db_2], calc_loss(Y_hat, Y)


@mistake(advice="All gradients belong to the same, old weights: first find all of them, then step.")
def second_layer_first(W, b, X, Y, lr):
    """W_2 has taken its step before the hidden layer's gradients are computed with it."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    new_W, new_b, loss = train_step(W, b, X, Y, lr)
    (dW_1, _), (db_1, _) = back_prop(new_W, X, Z_1, A_1, Y_hat, Y)
    return [W[0] - lr * dW_1, new_W[1]], [b[0] - lr * db_1, new_b[1]], loss


@mistake(advice="back_prop(W, X, Z_1, A_1, Y_hat, Y): compare with the order in which you hand them over.")
def z_and_a_swapped(W, b, X, Y, lr):
    """Z_1 and A_1 reach back_prop in the wrong order."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    new_W, new_b = update(W, b, *back_prop(W, X, A_1, Z_1, Y_hat, Y), lr)
    return new_W, new_b, calc_loss(Y_hat, Y)


@mistake(advice="One call, one step: is there a loop, or a second call of update?")
def two_steps(W, b, X, Y, lr):
    """You take two steps instead of one."""
    W, b, loss = train_step(W, b, X, Y, lr)
    return *train_step(W, b, X, Y, lr)[:2], loss


@mistake(advice="Full batch means: one forward pass with all samples, one gradient, one step.")
def a_step_for_each_sample(W, b, X, Y, lr):
    """You take a step after each sample, not one step for all of them together."""
    loss = calc_loss(forward_pass(W, b, X)[2], Y)
    for row in range(len(X)):
        W, b, _ = train_step(W, b, X[row : row + 1], Y[row : row + 1], lr)
    return W, b, loss


@mistake(advice="What does back_prop return, and what does update make of it?")
def returns_the_gradients(W, b, X, Y, lr):
    """You return the gradients instead of the new weights and biases."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return *back_prop(W, X, Z_1, A_1, Y_hat, Y), calc_loss(Y_hat, Y)


@mistake(advice="Does every assignment make a new array? `W[0] -= …` writes into the one that came in.")
def step_changes_the_callers_arrays(W, b, X, Y, lr):
    """The caller's weights and biases are changed in place."""
    new_W, new_b, loss = train_step(W, b, X, Y, lr)
    for old, new in zip([*W, *b], [*new_W, *new_b], strict=True):
        old[...] = new
    return W, b, loss


@mistake(advice="update returns two things. Unpack them, and return three: W, b, loss.")
def parameters_in_a_pair(W, b, X, Y, lr):
    """You return (W, b) as a pair, and the loss as a second thing, instead of three things."""
    W, b, loss = train_step(W, b, X, Y, lr)
    return (W, b), loss


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def all_in_one(W, b, X, Y, lr):
    (W_1, W_2), (b_1, b_2) = W, b
    A = scipy.special.expit(X @ W_1.T + b_1)
    log_p = scipy.special.log_softmax(A @ W_2.T + b_2, axis=1)
    D_2 = (np.exp(log_p) - Y) / X.shape[0]
    D_1 = D_2 @ W_2 * A * (1 - A)
    W = (W_1 - lr * D_1.T @ X, W_2 - lr * D_2.T @ A)
    return W, (b_1 - lr * D_1.sum(0), b_2 - lr * D_2.sum(0)), -np.sum(log_p * Y) / X.shape[0]


@variant
def single_precision_step(W, b, X, Y, lr):
    W, b = [w.astype(np.float32) for w in W], [bias.astype(np.float32) for bias in b]
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    A = 1 / (1 + np.exp(-(X @ W[0].T + b[0])))
    P = np.exp(A @ W[1].T + b[1])
    P /= P.sum(axis=1, keepdims=True)
    D_2 = (P - Y) / np.float32(len(X))
    D_1 = D_2 @ W[1] * A * (1 - A)
    lr = np.float32(lr)
    W = [W[0] - lr * (D_1.T @ X), W[1] - lr * (D_2.T @ A)]
    b = [b[0] - lr * D_1.sum(axis=0), b[1] - lr * D_2.sum(axis=0)]
    return [W, b, -np.mean(np.log(np.sum(P * Y, axis=1)))]


@variant
def sample_by_sample_sums(W, b, X, Y, lr):
    """Add up the gradients of the samples, and only then step."""
    totals, loss = [np.zeros(array.shape) for array in [*W, *b]], 0.0
    for x, y in zip(X, Y, strict=True):
        Z_1, A_1, Y_hat = forward_pass(W, b, x[np.newaxis])
        loss -= float(np.log(Y_hat[0, np.argmax(y)]))
        grad_W, grad_b = back_prop(W, x[np.newaxis], Z_1, A_1, Y_hat, y[np.newaxis])
        totals = [total + part for total, part in zip(totals, [*grad_W, *grad_b], strict=True)]
    steps = [lr * total / len(X) for total in totals]
    return *update(W, b, steps[:2], steps[2:], lr=1.0), loss / len(X)


@variant
def samples_as_columns_inside_the_step(W, b, X, Y, lr):
    A = scipy.special.expit(W[0] @ X.T + b[0][:, np.newaxis])
    P = softmax(W[1] @ A + b[1][:, np.newaxis], 0)
    D_2 = (P - Y.T) / len(X)
    D_1 = W[1].T @ D_2 * A * (1 - A)
    ones = np.ones((len(X), 1))
    W = [W[0] - lr * (D_1 @ X), W[1] - lr * np.einsum("kn,hn->kh", D_2, A)]
    b = [b[0] - lr * (D_1 @ ones).T, b[1] - lr * (D_2 @ ones).T]
    return W, b, np.array(-np.log(np.clip(P[np.argmax(Y, axis=1), np.arange(len(X))], 1e-8, None)).mean())


@variant
def copies_and_chatter(W, b, X, Y, lr):
    W, b = copy.deepcopy(W), copy.deepcopy(b)
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    grad_W, grad_b = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    for array, gradient in zip([*W, *b], [*grad_W, *grad_b], strict=True):
        array -= lr * gradient
    print("one step", lr)
    return W, b, -np.sum(Y * np.log(Y_hat + 1e-8)) / len(X)


def _configured_step(loss_function, W, b, X, Y, lr):
    cache = forward_pass(W, b, X)
    return *update(W, b, *back_prop(W, X, *cache, Y), lr), loss_function(cache[-1], Y)


variant(functools.partial(_configured_step, calc_loss))
