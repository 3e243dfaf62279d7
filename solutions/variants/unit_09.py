"""Odd but right answers to 09-mini-batches."""

import itertools
import math

import numpy as np

from solutions import reference
from solutions.catalogue import variant
from solutions.reference import back_prop, forward_pass, init_weights, sigmoid, softmax, update

# --- train_test_split ------------------------------------------------------------------------------------------------


@variant("train_test_split")
def test_rows_from_the_end(X, labels, test_fraction, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    size = len(X) - round(len(X) * test_fraction)
    return [X[order[:size]], X[order[size:]], labels[order[:size]], labels[order[size:]]]


@variant("train_test_split")
def chosen_by_a_mask(X, labels, test_fraction, rng):
    is_test = np.zeros(len(X), dtype=bool)
    is_test[rng.choice(len(X), size=round(test_fraction * len(X)), replace=False)] = True
    return X[~is_test], X[is_test], labels[~is_test], labels[is_test]  # both parts keep the old order


@variant("train_test_split")
def pairs_in_plain_lists(X, labels, test_fraction, rng):
    pairs = list(zip(X.tolist(), labels.tolist(), strict=True))
    places = sorted(range(len(pairs)), key=[rng.random() for _ in pairs].__getitem__)
    size = round(test_fraction * len(pairs))
    test, train = [pairs[i] for i in places[:size]], [pairs[i] for i in places[size:]]
    return [x for x, _ in train], [x for x, _ in test], [y for _, y in train], [y for _, y in test]


@variant("train_test_split")
def labels_as_a_last_column(X, labels, test_fraction, rng):
    table = rng.permutation(np.column_stack([X, labels]))
    test, train = np.split(table, [round(test_fraction * len(X))])
    return train[:, :-1], test[:, :-1], train[:, -1].astype(int), test[:, -1].astype(int)


@variant("train_test_split")
def sorted_random_keys(X, labels, test_fraction, rng):
    rank = np.argsort(np.argsort(rng.random(len(X)), kind="stable"), kind="stable")
    test = np.flatnonzero(rank < round(test_fraction * len(X)))
    train = np.setdiff1d(np.arange(len(X)), test)
    return np.take(X, train, 0), np.take(X, test, 0), np.delete(labels, test), labels[test].astype(np.int32)


@variant("train_test_split")
def one_state_for_two_shuffles(X, labels, test_fraction, rng):
    seed = rng.integers(2**31)
    X, labels = (np.random.RandomState(seed).permutation(array) for array in (X.astype(np.float32), labels))
    size = round(test_fraction * len(X))
    return X[size:], X[:size], labels[size:], labels[:size]


# --- minibatches -----------------------------------------------------------------------------------------------------


@variant("minibatches")
def split_at_the_borders(X, Y, batch_size, rng):
    order = rng.permutation(len(X))
    borders = range(batch_size, len(X), batch_size)
    return zip(np.split(X[order], borders), np.split(Y[order], borders), strict=True)


@variant("minibatches")
def list_of_lists(X, Y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    count = math.ceil(len(X) / batch_size)
    rows = [order[batch_size * i : batch_size * (i + 1)] for i in range(count)]
    return [[X[part].tolist(), Y[part].tolist()] for part in rows]


@variant("minibatches")
class BatchesObject:
    """An object that is iterable, with the order drawn when it is made."""

    def __init__(self, X, Y, batch_size, rng):
        both = rng.permutation(np.hstack([X, Y]))
        self.X, self.Y, self.batch_size = both[:, : X.shape[1]], both[:, X.shape[1] :], batch_size

    def __len__(self):
        return -(-len(self.X) // self.batch_size)

    def __getitem__(self, i):
        if not 0 <= i < len(self):
            raise IndexError(i)
        part = slice(i * self.batch_size, (i + 1) * self.batch_size)
        return self.X[part], self.Y[part]


@variant("minibatches")
def sample_by_sample(X, Y, batch_size, rng):
    pairs = [(X[i], Y[i]) for i in rng.permutation(len(X))]
    while pairs:
        batch, pairs = pairs[:batch_size], pairs[batch_size:]
        yield tuple(map(np.array, zip(*batch, strict=True)))


@variant("minibatches")
def drawn_from_what_is_left(X, Y, batch_size, rng):
    left = np.arange(len(X))
    while left.size:
        rows = np.sort(rng.choice(left, size=min(batch_size, left.size), replace=False))  # sorted inside a batch
        left = np.setdiff1d(left, rows)
        yield X[rows], Y[rows].astype(bool)


@variant("minibatches")
def old_generator(X, Y, batch_size, rng):
    order = np.random.RandomState(rng.integers(2**31)).permutation(len(X))
    X, Y = X[order].astype(np.float32), Y[order]
    return iter([(X[i : i + batch_size], Y[i : i + batch_size]) for i in range(0, len(X), batch_size)])


# --- sgd -------------------------------------------------------------------------------------------------------------


@variant("sgd")
def weight_decay(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    for _ in range(epochs):
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            grad_W, grad_b = back_prop(W, x, *forward_pass(W, b, x), y)
            decayed = [w * (1 - lr * lmbd) for w in W]
            W, b = update(decayed, b, grad_W, grad_b, lr)
    return W, b


@variant("sgd")
def copies_in_place(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    W, b = [np.array(w) for w in W], [np.array(bias) for bias in b]
    order = np.arange(len(X))
    for _ in range(epochs):
        rng.shuffle(order)  # shuffles the last order on
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            hidden = sigmoid(X[rows] @ W[0].T + b[0])
            error = (softmax(hidden @ W[1].T + b[1]) - Y[rows]) / rows.size
            back = (error @ W[1]) * hidden * (1 - hidden)
            W[1] -= lr * (error.T @ hidden + lmbd * W[1])
            W[0] -= lr * (back.T @ X[rows] + lmbd * W[0])
            b[1] -= lr * error.sum(0)
            b[0] -= lr * back.sum(0)
    return W, b


@variant("sgd")
def one_sample_at_a_time(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    for _ in range(epochs):
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            total = [0 * array for array in [*W, *b]]
            for i in range(len(x)):
                grad_W, grad_b = back_prop(W, x[i : i + 1], *forward_pass(W, b, x[i : i + 1]), y[i : i + 1])
                total = [t + grad for t, grad in zip(total, [*grad_W, *grad_b], strict=True)]
            mean = [t / len(x) for t in total]
            W = [w - lr * (grad + lmbd * w) for w, grad in zip(W, mean[:2], strict=True)]
            b = [bias - lr * grad for bias, grad in zip(b, mean[2:], strict=True)]
    return tuple(W), tuple(b)


@variant("sgd")
def recursive_epochs_and_rows_of_biases(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    b = [np.reshape(bias, (1, -1)) for bias in b]
    if epochs == 0:
        return W, b
    for x, y in list(reference.minibatches(X, Y, batch_size, rng)):
        grad_W, grad_b = back_prop(W, x, *forward_pass(W, b, x), y)
        W = [w - lr * lmbd * w - lr * grad for w, grad in zip(W, grad_W, strict=True)]
        b = [bias - lr * grad for bias, grad in zip(b, grad_b, strict=True)]
    return recursive_epochs_and_rows_of_biases(W, b, X, Y, epochs - 1, batch_size, lr, lmbd, rng)


@variant("sgd")
def single_precision(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    W, b = [w.astype(np.float32) for w in W], [bias.astype(np.float32) for bias in b]
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            x, y = X[order[start : start + batch_size]], Y[order[start : start + batch_size]]
            hidden = 0.5 * (1 + np.tanh(0.5 * (x @ W[0].T + b[0])))
            scores = hidden @ W[1].T + b[1]
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = (powers / powers.sum(axis=1, keepdims=True) - y) / np.float32(len(x))
            back = error @ W[1] * hidden * (1 - hidden)
            grad_W = [back.T @ x, error.T @ hidden]
            W = [(w - lr * (grad + lmbd * w)).astype(np.float32) for w, grad in zip(W, grad_W, strict=True)]
            b = [(v - lr * grad.sum(axis=0)).astype(np.float32) for v, grad in zip(b, (back, error), strict=True)]
    return W, b


@variant("sgd")
def plain_python(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    (W_1, W_2), (b_1, b_2) = ([w.tolist() for w in W], [v.tolist() for v in b])
    h, k, d = len(W_1), len(W_2), X.shape[1]
    for _ in range(epochs):
        rows = rng.permutation(len(X)).tolist()
        while rows:
            batch, rows = rows[:batch_size], rows[batch_size:]
            G_1, G_2 = [[0.0] * d for _ in range(h)], [[0.0] * h for _ in range(k)]
            g_1, g_2 = [0.0] * h, [0.0] * k
            for i in batch:
                x, y = X[i].tolist(), Y[i].tolist()
                z = [sum(w * v for w, v in zip(W_1[j], x, strict=True)) + b_1[j] for j in range(h)]
                a = [1 / (1 + math.exp(-min(max(v, -700), 700))) for v in z]
                s = [sum(w * v for w, v in zip(W_2[c], a, strict=True)) + b_2[c] for c in range(k)]
                e = [math.exp(v - max(s)) for v in s]
                delta = [e[c] / sum(e) - y[c] for c in range(k)]
                for c in range(k):
                    g_2[c] += delta[c]
                    for j in range(h):
                        G_2[c][j] += delta[c] * a[j]
                for j in range(h):
                    back = sum(delta[c] * W_2[c][j] for c in range(k)) * a[j] * (1 - a[j])
                    g_1[j] += back
                    for m in range(d):
                        G_1[j][m] += back * x[m]
            m = len(batch)
            W_1 = [
                [w - lr * (g / m + lmbd * w) for w, g in zip(*pair, strict=True)] for pair in zip(W_1, G_1, strict=True)
            ]
            W_2 = [
                [w - lr * (g / m + lmbd * w) for w, g in zip(*pair, strict=True)] for pair in zip(W_2, G_2, strict=True)
            ]
            b_1 = [v - lr * g / m for v, g in zip(b_1, g_1, strict=True)]
            b_2 = [v - lr * g / m for v, g in zip(b_2, g_2, strict=True)]
    return [np.array(W_1), np.array(W_2)], [b_1, b_2]


# --- grid_search -----------------------------------------------------------------------------------------------------


@variant("grid_search")
def columns_first(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = np.empty((len(lrs), len(lmbds)))
    for (j, lmbd), (i, lr) in itertools.product(enumerate(lmbds), enumerate(lrs)):
        start = init_weights(X.shape[1], 20, Y.shape[1], rng)
        W, b = reference.sgd(*start, X, Y, 30, 10, lr, lmbd, rng)
        scores[i, j] = np.count_nonzero(reference.predict(W, b, X_val) == labels_val) / len(labels_val)
    return scores


@variant("grid_search")
def the_same_start_for_all(X, Y, X_val, labels_val, lrs, lmbds, rng):
    start = init_weights(X.shape[1], 20, Y.shape[1], rng)

    def score(lr, lmbd):
        W, b = reference.sgd(*start, X, Y, 30, 10, lr, lmbd, rng)
        return float(np.mean(np.argmax(forward_pass(W, b, X_val)[2], axis=1) == labels_val))

    return [[score(lr, lmbd) for lmbd in lmbds] for lr in lrs]


@variant("grid_search")
def a_generator_for_each_run(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = []
    for lr, lmbd in itertools.product(lrs, lmbds):
        own = np.random.default_rng(int(rng.integers(2**60)))
        result = init_weights(X.shape[1], 20, Y.shape[1], own)
        for _ in range(30):  # one epoch after the other
            result = reference.sgd(*result, X, Y, 1, 10, lr, lmbd, own)
        scores.append(reference.accuracy(labels_val, forward_pass(*result, X_val)[2]))
    return np.array(scores).reshape(len(lrs), len(lmbds))


@variant("grid_search")
def all_in_single_precision(X, Y, X_val, labels_val, lrs, lmbds, rng):
    X, X_val = X.astype(np.float32), X_val.astype(np.float32)
    scores = np.zeros((len(lrs), len(lmbds)), dtype=np.float32)
    for i, j in np.ndindex(scores.shape):
        W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
        W, b = single_precision(W, b, X, Y, 30, 10, lrs[i], lmbds[j], rng)
        scores[i, j] = (reference.predict(W, b, X_val) == labels_val).mean()
    return scores


@variant("grid_search")
def scores_with_nan_replaced(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = np.zeros((len(lrs), len(lmbds)))
    for i, lr in enumerate(lrs):
        for j, lmbd in enumerate(lmbds):
            W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
            W, b = weight_decay(W, b, X, Y, 30, 10, lr, lmbd, rng)
            Y_hat = forward_pass(W, b, X_val)[2]
            Y_hat[np.isnan(Y_hat).any(axis=1)] = np.eye(Y.shape[1])[0]
            scores[i, j] = np.mean(np.argmax(Y_hat, axis=1) == labels_val)
    return scores
