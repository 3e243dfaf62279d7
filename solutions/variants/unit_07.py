"""Right answers in unusual styles for 07-training-loop."""

import collections
import copy
import math
import operator

import numpy as np
import scipy.special

from solutions.catalogue import variant
from solutions.reference import accuracy, back_prop, calc_loss, forward_pass, predict, train, train_step, update

# --- train -----------------------------------------------------------------------------------------------------------


@variant("train")
def one_train_step_per_epoch(W, b, X, Y, epochs, lr):
    history = collections.defaultdict(list, loss=[], accuracy=[])
    for _ in range(epochs):
        history["accuracy"].append(float((predict(W, b, X) == Y.argmax(axis=1)).mean()))
        W, b, loss = train_step(W, b, X, Y, lr)
        history["loss"].append(float(loss))
    return W, b, history


@variant("train")
def arrays_for_the_history(W, b, X, Y, epochs, lr):
    W, b = copy.deepcopy(W), copy.deepcopy(b)
    history = {"accuracy": np.zeros(epochs), "loss": np.zeros(epochs)}
    epoch = 0
    while epoch < epochs:
        Z_1, A_1, Y_hat = forward_pass(W, b, X)
        history["loss"][epoch] = -np.log(Y_hat[Y == 1] + 1e-12).mean()
        history["accuracy"][epoch] = accuracy(np.argmax(Y, axis=1), Y_hat)
        for array, gradient in zip(W + b, operator.add(*back_prop(W, X, Z_1, A_1, Y_hat, Y)), strict=True):
            array -= lr * gradient
        epoch += 1
    return W, b, history


@variant("train")
def epoch_by_recursion(W, b, X, Y, epochs, lr):
    if epochs == 0:
        return W, b, {"loss": [], "accuracy": []}
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    loss, share = calc_loss(Y_hat, Y), np.mean([row.argmax() == y.argmax() for row, y in zip(Y_hat, Y, strict=True)])
    W, b = update(W, b, *back_prop(W, X, Z_1, A_1, Y_hat, Y), lr=lr)
    W, b, later = epoch_by_recursion(W, b, X, Y, epochs - 1, lr)
    return W, b, {"loss": (loss, *later["loss"]), "accuracy": (share, *later["accuracy"])}


@variant("train")
def single_precision_all_the_way(W, b, X, Y, epochs, lr):
    (W_1, W_2), (b_1, b_2) = ([array.astype(np.float32) for array in part] for part in (W, b))
    X, Y, lr = X.astype(np.float32), Y.astype(np.float32), np.float32(lr)
    losses, accuracies = np.empty(epochs, np.float32), np.empty(epochs, np.float32)
    for epoch in range(epochs):
        A = scipy.special.expit(X @ W_1.T + b_1)
        P = scipy.special.softmax(A @ W_2.T + b_2, axis=1)
        losses[epoch] = -np.mean(np.log(np.sum(P * Y, axis=1)))
        accuracies[epoch] = np.mean(P.argmax(1) == Y.argmax(1))
        D_2 = (P - Y) / np.float32(len(X))
        D_1 = D_2 @ W_2 * A * (1 - A)
        W_1, W_2 = W_1 - lr * D_1.T @ X, W_2 - lr * D_2.T @ A
        b_1, b_2 = b_1 - lr * D_1.sum(0), b_2 - lr * D_2.sum(0)
    return [W_1, W_2], [b_1, b_2], {"loss": losses, "accuracy": accuracies}


@variant("train")
def measured_afterwards(W, b, X, Y, epochs, lr):
    """Keep the weights of every epoch, and measure them all at the end; the biases are rows."""
    stations = [(W, b)]
    for _ in range(epochs):
        W, b, _ = train_step(*stations[-1], X, Y, lr)
        stations.append((W, b))
    outputs = [forward_pass(*station, X)[2] for station in stations[:-1]]
    history = {
        "loss": [np.array(calc_loss(Y_hat, Y)) for Y_hat in outputs],
        "accuracy": [np.count_nonzero(Y_hat.argmax(1) == Y.argmax(1)) / len(Y) for Y_hat in outputs],
        "epochs": epochs,
    }
    return tuple(stations[-1][0]), tuple(bias[np.newaxis] for bias in stations[-1][1]), history


@variant("train")
def plain_loops(W, b, X, Y, epochs, lr):
    W, b, history = [w.tolist() for w in W], [bias.tolist() for bias in b], {"loss": [], "accuracy": []}
    n = len(X)
    for _ in range(epochs):
        steps_W, steps_b = [np.zeros(np.shape(w)) for w in W], [np.zeros(len(bias)) for bias in b]
        loss, right = 0.0, 0
        for x, y in zip(X.tolist(), Y.tolist(), strict=True):
            a = [1 / (1 + math.exp(-_weighted(row, x) - c)) for row, c in zip(W[0], b[0], strict=True)]
            powers = [math.exp(_weighted(row, a) + c) for row, c in zip(W[1], b[1], strict=True)]
            p = [power / sum(powers) for power in powers]
            loss -= math.log(p[y.index(1)]) / n
            right += p.index(max(p)) == y.index(1)
            errors = [(one - other) / n for one, other in zip(p, y, strict=True)]
            for c, error in enumerate(errors):
                steps_b[1][c] += error
                for j in range(len(a)):
                    steps_W[1][c, j] += error * a[j]
            for j in range(len(a)):
                back = sum(error * W[1][c][j] for c, error in enumerate(errors)) * a[j] * (1 - a[j])
                steps_b[0][j] += back
                for i, value in enumerate(x):
                    steps_W[0][j, i] += back * value
        W = [(np.array(w) - lr * step).tolist() for w, step in zip(W, steps_W, strict=True)]
        b = [(np.array(bias) - lr * step).tolist() for bias, step in zip(b, steps_b, strict=True)]
        history["loss"].append(loss)
        history["accuracy"].append(right / n)
    return W, b, history


def _weighted(row, values):
    return sum(w * value for w, value in zip(row, values, strict=True))


# --- train_and_test --------------------------------------------------------------------------------------------------


@variant("train_and_test")
def written_out(W, b, X, Y, X_test, Y_test, epochs, lr):
    history = {key: np.zeros(epochs) for key in ("test_accuracy", "test_loss", "accuracy", "loss")}
    for epoch in range(epochs):
        for prefix, some_X, some_Y in (("test_", X_test, Y_test), ("", X, Y)):
            Z_1, A_1, Y_hat = forward_pass(W, b, some_X)
            history[prefix + "loss"][epoch] = calc_loss(Y_hat, some_Y)
            history[prefix + "accuracy"][epoch] = accuracy(some_Y.argmax(axis=1), Y_hat)
        W, b = update(W, b, *back_prop(W, X, Z_1, A_1, Y_hat, Y), lr)
    return W, b, history


@variant("train_and_test")
def both_sets_in_one_forward_pass(W, b, X, Y, X_test, Y_test, epochs, lr):
    n, both = len(X), np.vstack([X, X_test])
    rows = []
    for _ in range(epochs):
        Z_1, A_1, Y_hat = forward_pass(W, b, both)
        measured = [(Y_hat[:n], Y), (Y_hat[n:], Y_test)]
        rows.append(
            [f(*pair) for pair in measured for f in (calc_loss, lambda p, y: (p.argmax(1) == y.argmax(1)).mean())]
        )
        W, b = update(W, b, *back_prop(W, X, Z_1[:n], A_1[:n], Y_hat[:n], Y), lr)
    columns = np.array(rows).reshape(epochs, 4).T
    return W, b, dict(zip(("loss", "accuracy", "test_loss", "test_accuracy"), columns, strict=True))


@variant("train_and_test")
def trained_first_and_tested_later(W, b, X, Y, X_test, Y_test, epochs, lr):
    stations = [(W, b)]
    for _ in range(epochs):
        stations.append(train_step(*stations[-1], X, Y, lr)[:2])
    _, _, history = train(W, b, X, Y, epochs, lr)
    # A training step at rate 0 only measures.
    tests = [train(*station, X_test, Y_test, 1, 0.0)[2] for station in stations[:-1]]
    history["test_loss"] = [test["loss"][0] for test in tests]
    history["test_accuracy"] = tuple(test["accuracy"][0] for test in tests)
    return (*stations[-1], history)


@variant("train_and_test")
def recursive_test(W, b, X, Y, X_test, Y_test, epochs, lr):
    if not epochs:
        return [W, b, {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}]
    before_W, before_b, history = recursive_test(W, b, X, Y, X_test, Y_test, epochs - 1, lr)
    now = {"test_" + key: value for key, value in train(before_W, before_b, X_test, Y_test, 1, lr)[2].items()}
    W, b, epoch = train(before_W, before_b, X, Y, 1, lr)
    return [W, b, {key: history[key] + value for key, value in (epoch | now).items()}]


@variant("train_and_test")
def single_precision_with_test(W, b, X, Y, X_test, Y_test, epochs, lr):
    W, b = [w.astype(np.float32) for w in W], [bias.astype(np.float32) for bias in b]
    sets = [(x.astype(np.float32), y.astype(np.float32)) for x, y in ((X, Y), (X_test, Y_test))]
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        for prefix, (x, y) in zip(("test_", ""), sets[::-1], strict=True):
            A = scipy.special.expit(x @ W[0].T + b[0])
            P = scipy.special.softmax(A @ W[1].T + b[1], axis=1)
            history[prefix + "loss"].append(-np.mean(np.log(np.sum(P * y, axis=1))))
            history[prefix + "accuracy"].append(np.float32(np.mean(P.argmax(1) == y.argmax(1))))
        D_2 = (P - y) / np.float32(len(x))
        D_1 = D_2 @ W[1] * A * (1 - A)
        W = [W[0] - np.float32(lr) * D_1.T @ x, W[1] - np.float32(lr) * D_2.T @ A]
        b = [b[0] - np.float32(lr) * D_1.sum(0), b[1] - np.float32(lr) * D_2.sum(0)]
    return W, b, history


class _Trainer:
    """A trainer as an object, which keeps nothing between two calls."""

    def __call__(self, W, b, X, Y, X_test, Y_test, epochs, lr):
        history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
        for epoch in range(1, epochs + 1):
            for prefix, some_X, some_Y in (("", X, Y), ("test_", X_test, Y_test)):
                Y_hat = forward_pass(W, b, some_X)[-1]
                history[f"{prefix}loss"] += [calc_loss(Y_hat, some_Y)]
                history[f"{prefix}accuracy"] += [accuracy(some_Y @ np.arange(some_Y.shape[1]), Y_hat)]
            W, b, loss = train_step(W, b, X, Y, lr)
            print(f"epoch {epoch} of {epochs}: loss {loss:.3f}", end="\r")
        return W, b, history


variant("train_and_test")(_Trainer())
