"""Where an answer may be wrong and right everywhere else: regions of what each contract allows, clause by clause.

A region is named by its clause. Its condition gets the call's arguments and says whether they lie in it: True or False, or a
mask of the entries of the result that do.
"""

import copy

import numpy as np

from solutions.reference import calc_loss, forward_pass, softmax


def _between(low, high):
    return lambda x, *more: (low <= x) & (x < high)


def _is_in_columns(array):
    return array.flags.f_contiguous and not array.flags.c_contiguous


_ELEMENTWISE = {
    "any shape: a single number": lambda x: x.ndim == 0,
    "any shape: a vector": lambda x: x.ndim == 1,
    "any shape: a single row": lambda x: x.ndim == 2 and len(x) == 1,
    "any shape: a single column": lambda x: x.ndim == 2 and x.shape[1] == 1,
    "any shape: three axes": lambda x: x.ndim == 3,
    "any layout: column by column": _is_in_columns,
}

_NETWORK = {  # of (W, b, X)
    "any n: one row": lambda W, b, X: len(X) == 1,
    "any n: more than ten rows": lambda W, b, X: len(X) > 10,
    "any d: one feature": lambda W, b, X: X.shape[1] == 1,
    "any h: one hidden unit": lambda W, b, X: len(W[0]) == 1,
    "any k: two classes or one": lambda W, b, X: len(W[1]) <= 2,
    "any k: more than five classes": lambda W, b, X: len(W[1]) > 5,
    "d = h": lambda W, b, X: W[0].shape[0] == W[0].shape[1],
    "h = k": lambda W, b, X: W[1].shape[0] == W[1].shape[1],
    "any layout: X column by column": lambda W, b, X: _is_in_columns(X),
    "any size: weights above 100": lambda W, b, X: np.abs(W[1]).max() > 100,
}

_TRAINING = {  # of (W, b, X, Y, …)
    "any n: one row": lambda W, b, X, Y, *_: len(X) == 1,
    "any d: one feature": lambda W, b, X, *_: X.shape[1] == 1,
    "any h: one hidden unit": lambda W, b, X, *_: len(W[0]) == 1,
    "any k: two classes": lambda W, b, X, *_: len(W[1]) == 2,
    "n = d = h = k": lambda W, b, X, *_: len({*X.shape, *W[1].shape}) == 1,
}

_GRADIENTS = {  # of (W, X, Z_1, A_1, Y_hat, Y)
    "any n: one row": lambda W, X, *_: len(X) == 1,
    "any n: more than ten rows": lambda W, X, *_: len(X) > 10,
    "any d: one feature": lambda W, X, *_: X.shape[1] == 1,
    "any h: one hidden unit": lambda W, X, *_: len(W[0]) == 1,
    "any k: one class": lambda W, X, Z, A, Y_hat, Y: Y.shape[1] == 1,
    "any k: two classes": lambda W, X, Z, A, Y_hat, Y: Y.shape[1] == 2,
    "n = d = h = k": lambda W, X, *_: len({*X.shape, *W[1].shape}) == 1,
    "any size: probabilities next to 1": lambda W, X, Z, A, Y_hat, Y: Y_hat.shape[1] > 1 and Y_hat.max() > 0.99,
    "any size: inputs above 100": lambda W, X, *_: np.abs(X).max() > 100,
    "any layout: X column by column": lambda W, X, *_: _is_in_columns(X),
}


def _loss_of(W, b, X, Y):
    return calc_loss(forward_pass(W, b, X)[2], Y)


def _true(Y_hat, Y):
    return np.sum(Y_hat * Y, axis=1)


def _side(p, y):
    """The probability of the true side."""
    return np.where(y == 1, p, 1 - p)


REGIONS = {
    "min_max": {
        **{key: value for key, value in _ELEMENTWISE.items() if "single number" not in key},
        "every integer type: int8": lambda x: x.dtype == np.int8,
        "every integer type: int16": lambda x: x.dtype == np.int16,
        "every integer type: int32": lambda x: x.dtype == np.int32,
        "every integer type: int64": lambda x: x.dtype == np.int64,
        "every integer type: uint8": lambda x: x.dtype == np.uint8,
        "every integer type: uint16": lambda x: x.dtype == np.uint16,
        "every integer type: uint32": lambda x: x.dtype == np.uint32,
        "every integer type: uint64": lambda x: x.dtype == np.uint64,
        "a constant array: of fractions": lambda x: (
            x.dtype == float and x.size > 1 and np.ptp(x) == 0 and x.flat[0] % 1
        ),
        "a constant array: of zeros": lambda x: x.dtype == float and not x.any(),
        "a constant array: of one number": lambda x: x.size == 1,
        "a constant array: of integers": lambda x: x.dtype == np.uint8 and np.ptp(x) == 0,
        "any size: a span below 1e-9": lambda x: 0 < np.ptp(x.astype(float)) < 1e-9,
        "any size: a span above 1e9": lambda x: x.dtype == float and np.ptp(x) > 1e9,
        "any size: only positive floats": lambda x: x.dtype == float and x.min() > 0 and np.ptp(x) > 0,
        "any size: only negative floats": lambda x: x.dtype == float and x.max() < 0 and np.ptp(x) > 0,
    },
    "one_hot": {
        "n: one": lambda labels, k=10: len(labels) == 1,
        "n = 0": lambda labels, k=10: len(labels) == 0,
        "n = 0, ten classes by default": lambda labels, k=10: len(labels) == 0 and k == 10,
        "k: one": lambda labels, k=10: k == 1,
        "k: two": lambda labels, k=10: k == 2,
        "k: more than 255": lambda labels, k=10: k > 255,
        "n = k": lambda labels, k=10: len(labels) == k > 1,
        "a class that does not occur: the last": lambda labels, k=10: (
            len(labels) > 1 and 1 < labels.max(initial=0) + 1 < k
        ),
        "a class that does not occur: the first": lambda labels, k=10: len(labels) > 1 and 0 not in labels and k > 10,
        "a label too large: num_classes itself": (lambda labels, k=10: k in labels, "accept"),
        "a label too large: far too large": (lambda labels, k=10: labels.max(initial=0) > k + 1, "accept"),
        "a label too large: in the first row": (lambda labels, k=10: len(labels) > 1 and labels[0] >= k, "accept"),
        "a label too large: not in the first row": (lambda labels, k=10: max([*labels[1:], 0]) >= k, "accept"),
        "a label below 0: -1": (lambda labels, k=10: -1 in labels, "accept"),
        "a label below 0: far below": (lambda labels, k=10: labels.min(initial=0) < -10, "accept"),
        "a label below 0: in the only row": (lambda labels, k=10: len(labels) == 1 and labels[0] < 0, "accept"),
    },
    "from_one_hot": {
        "n: one": lambda Y: len(Y) == 1,
        "n: more than ten": lambda Y: len(Y) > 10,
        "n = k": lambda Y: Y.shape[0] == Y.shape[1],
        "k: one": lambda Y: Y.shape[1] == 1,
        "k: two": lambda Y: Y.shape[1] == 2,
        "k: more than 255": lambda Y: Y.shape[1] > 255,
        "any layout: column by column": _is_in_columns,
    },
    "init_weights": {
        "any d: one": lambda d, h, k, rng: d == 1,
        "any h: one": lambda d, h, k, rng: h == 1,
        "any k: one": lambda d, h, k, rng: k == 1,
        "all sizes equal": lambda d, h, k, rng: d == h == k > 1,
        "small sizes, all different": lambda d, h, k, rng: len({d, h, k}) == 3 and d < 20,
    },
    "count_parameters": {
        "any number of layers: one": lambda W, b: len(W) == 1,
        "any number of layers: three": lambda W, b: len(W) == 3,
        "any number of layers: more than four": lambda W, b: len(W) > 4,
        "weights of zero count": lambda W, b: not any(array.any() for array in [*W, *b]),
        "a layer of one number": lambda W, b: W[0].size == 1,
        "more than 255 parameters": lambda W, b: sum(array.size for array in [*W, *b]) > 255,
    },
    "sigmoid": {
        **_ELEMENTWISE,
        "signed integers: int64": lambda x: x.dtype == np.int64,
        "signed integers: int32": lambda x: x.dtype == np.int32,
        "signed integers: above 1000": lambda x: x.dtype == np.int64 and np.max(x) > 1000,
        **{
            f"every finite x: from {low} to {high}": _between(low, high)
            for low, high in (
                (-20_000, -1000),
                (-1000, -710),
                (-710, -200),
                (-200, -40),
                (-15, -9),
                (-9, -4),
                (-0.5, 0.5),
                (4, 9),
                (9, 15),
                (15, 19),
                (20, 50),
                (50, 200),
                (200, 710),
                (710, 1000),
                (1000, 20_000),
            )
        },
        "every finite x: exactly 0": lambda x: x == 0,
    },
    "softmax": {
        "axis: 0, by position": lambda x, *axis: axis == (0,),
        "axis: 0, by name": lambda x, axis=None: axis == 0,
        "axis: -1": lambda x, axis=1: axis == -1,
        "axis: 1, by default": lambda x, axis=None: axis is None,
        "any n: one row": lambda x, axis=1: len(x) == 1,
        "any n: one row, axis 0": lambda x, axis=1: len(x) == 1 and axis == 0,
        "any n: more than ten rows": lambda x, axis=1: len(x) > 10,
        "any k: one column": lambda x, axis=1: x.shape[1] == 1,
        "any k: one column, axis 0": lambda x, axis=1: x.shape[1] == 1 and axis == 0,
        "n = k": lambda x, axis=1: x.shape[0] == x.shape[1],
        "any layout: column by column": lambda x, axis=1: _is_in_columns(x),
        **{
            f"every finite x: scores from {low} to {high}": lambda x, axis=1, low=low, high=high: low < x.mean() < high
            for low, high in ((-20_000, -5000), (-400, -200), (20, 100), (200, 400), (5000, 20_000))
        },
        "every finite x: rows that are far apart": lambda x, axis=1: np.ptp(x.mean(axis=1)) > 1e4,
        "every finite x: columns that are far apart, axis 0": lambda x, axis=1: (
            axis == 0 and np.ptp(x.mean(axis=0)) > 1e4
        ),
        "every finite x: a row that is far apart in itself": lambda x, axis=1: np.ptp(x, axis=1).max() > 1e4,
    },
    "forward_pass": _NETWORK,
    "predict": {
        **{key: value for key, value in _NETWORK.items() if "any k: two" not in key},
        "the most likely class: where exp overflows": lambda W, b, X: _overflows(W, b, X),
        "ints: a class above 255": lambda W, b, X: len(W[1]) > 256,
    },
    "calc_loss": {
        "any n: one": lambda Y_hat, Y: len(Y) == 1,
        "any n: more than ten": lambda Y_hat, Y: len(Y) > 10,
        "any n: more than 150, a product underflows": lambda Y_hat, Y: len(Y) > 150,
        "any k: one": lambda Y_hat, Y: Y.shape[1] == 1,
        "any k: two": lambda Y_hat, Y: Y.shape[1] == 2,
        "n = k": lambda Y_hat, Y: Y.shape[0] == Y.shape[1],
        "any layout: column by column": lambda Y_hat, Y: _is_in_columns(Y_hat),
        **{
            f"the true class: from {low} to {high}": lambda Y_hat, Y, low=low, high=high: np.any(
                (low <= _true(Y_hat, Y)) & (_true(Y_hat, Y) < high)
            )
            for low, high in ((0.0009, 0.0011), (0.015, 0.03), (0.96, 0.98), (0.99, 0.999), (0.999, 0.99999))
        },
        "probability 0: finite, one sample": (lambda Y_hat, Y: np.sum(_true(Y_hat, Y) == 0) == 1, "infinite"),
        "probability 0: finite, several samples": (lambda Y_hat, Y: np.sum(_true(Y_hat, Y) == 0) > 1, "infinite"),
        "probability 0: finite, all samples": (lambda Y_hat, Y: np.all(_true(Y_hat, Y) == 0), "infinite"),
        "probability 0: at least 15": (lambda Y_hat, Y: len(Y) == 1 and _true(Y_hat, Y)[0] == 0, "too little"),
        "probability 0: of a wrong class": lambda Y_hat, Y: np.any(Y_hat == 0) and np.all(_true(Y_hat, Y) > 0),
        "an exact prediction: less than 1e-6": lambda Y_hat, Y: np.array_equal(Y_hat, Y),
        "arguments stay: a zero becomes 1e-12": (lambda Y_hat, Y: np.any(Y_hat == 0), "nudge"),
        "arguments stay: a one becomes 1 - 1e-15": (lambda Y_hat, Y: np.any(Y_hat == 1), "nudge"),
    },
    "accuracy": {
        "any n: one": lambda labels, Y_hat: len(labels) == 1,
        "any n: more than ten": lambda labels, Y_hat: len(labels) > 10,
        "any n: more than 255 right": lambda labels, Y_hat: np.sum(np.argmax(Y_hat, axis=1) == labels) > 255,
        "any k: one": lambda labels, Y_hat: Y_hat.shape[1] == 1,
        "any k: two": lambda labels, Y_hat: Y_hat.shape[1] == 2,
        "n = k": lambda labels, Y_hat: len(set(Y_hat.shape)) == 1,
        "all right": lambda labels, Y_hat: np.all(np.argmax(Y_hat, axis=1) == labels),
        "none right": lambda labels, Y_hat: not np.any(np.argmax(Y_hat, axis=1) == labels),
        "no probability above one half": lambda labels, Y_hat: np.any(Y_hat.max(axis=1) < 0.5),
    },
    "numeric_gradient": {
        **{key: lambda f, theta, eps=None, is_in=value: is_in(theta) for key, value in _ELEMENTWISE.items()},
        "eps: by default": lambda f, theta, eps=None: eps is None,
        "eps: by position": lambda f, theta, *eps: bool(eps),
        "eps: larger than 0.1": lambda f, theta, eps=1e-5: eps > 0.1,
        "eps: larger than 0.1, away from 0": lambda f, theta, eps=1e-5: eps > 0.1 and np.all(theta != 0),
        "any float: theta above 20": lambda f, theta, eps=1e-5: np.abs(theta).max() > 20,
        "any float: theta at 0": lambda f, theta, eps=1e-5: np.any(theta == 0) and eps < 0.1,
        "any function: a small gradient": lambda f, theta, eps=1e-5: f.__name__ == "bells" and theta.min() > 1,
    },
    "output_gradients": {
        key: lambda A_1, Y_hat, Y, is_in=value: is_in(
            [A_1.T, np.zeros((Y.shape[1], A_1.shape[1]))], A_1, A_1, A_1, Y_hat, Y
        )
        for key, value in _GRADIENTS.items()
        if "any d" not in key
        and "inputs" not in key
        and "layout" not in key
        and "any h" not in key
        and "n = d" not in key
    }
    | {
        "any h: one hidden unit": lambda A_1, Y_hat, Y: A_1.shape[1] == 1,
        "n = h = k": lambda A_1, Y_hat, Y: len({*A_1.shape, *Y.shape}) == 1,
    },
    "back_prop": {
        **_GRADIENTS,
        "any size: a gradient above 20": lambda W, X, Z, A, Y_hat, Y: _first_gradient(W, X, A, Y_hat, Y) > 20,
        "any size: a gradient from 5 to 20 times too flat": (
            lambda W, X, Z, A, Y_hat, Y: _first_gradient(W, X, A, Y_hat, Y) > 5,
            "clip",
        ),
    },
    "update": {
        "any number of layers: one": lambda W, *_, **__: len(W) == 1,
        "any number of layers: three": lambda W, *_, **__: len(W) == 3,
        "a layer of one number": lambda W, *_, **__: W[0].size == 1,
        "lr: by default": lambda W, b, gW, gb, lr=None: lr is None,
        "lr: by position": lambda W, b, gW, gb, *lr: bool(lr),
        "lr: by name": lambda *args, **kwargs: bool(kwargs),
        "lr: 0": (lambda W, b, gW, gb, lr=0.1: lr == 0, "infinite"),
        "lr: above 10": lambda W, b, gW, gb, lr=0.1: lr > 10,
        "any gradient: above 100": lambda W, b, gW, gb, lr=0.1: np.abs(gW[0]).max() > 100,
        "any gradient: clipped at 5": (lambda W, b, gW, gb, lr=0.1: np.abs(gW[0]).max() > 100, "clip"),
        "any gradient: below 0.01": (lambda W, b, gW, gb, lr=0.1: np.abs(gW[0]).max() < 0.01, "start"),
    },
    "train_step": {
        **_TRAINING,
        "any n: more than ten rows": lambda W, b, X, Y, lr: len(X) > 10,
        "any lr: below 0.01": lambda W, b, X, Y, lr: lr < 0.01,
        "any lr: above 1": lambda W, b, X, Y, lr: lr > 1,
        "one step: but not where the loss is small": (lambda W, b, X, Y, lr: _loss_of(W, b, X, Y) < 0.03, "start"),
        "one step: but not where the loss is large": (lambda W, b, X, Y, lr: _loss_of(W, b, X, Y) > 1.5, "start"),
    },
    "train": {
        **_TRAINING,
        "epochs: 0": lambda W, b, X, Y, epochs, lr: epochs == 0,
        "epochs: 1": lambda W, b, X, Y, epochs, lr: epochs == 1,
        "epochs: from 3 on": lambda W, b, X, Y, epochs, lr: epochs >= 3,
        "epochs: more than 20": lambda W, b, X, Y, epochs, lr: epochs > 20,
        "epochs: more than 50": lambda W, b, X, Y, epochs, lr: epochs > 50,
        "any lr: below 0.001": lambda W, b, X, Y, epochs, lr: lr < 0.001,
        "any lr: above 1": lambda W, b, X, Y, epochs, lr: lr > 1,
        "all epochs: ends where the loss rises": (lambda W, b, X, Y, *_: True, "stops when the loss rises"),
        "all epochs: ends where the loss hardly moves": (lambda W, b, X, Y, *_: True, "stops at a plateau"),
        "all epochs: ends where the loss is small": (lambda W, b, X, Y, *_: True, "stops when good"),
    },
    "train_and_test": {
        "any n: one test row": lambda W, b, X, Y, X_test, *_: len(X_test) == 1,
        "any n: more test rows than training rows": lambda W, b, X, Y, X_test, *_: len(X_test) > len(X),
        "any n: as many test rows as training rows": lambda W, b, X, Y, X_test, *_: len(X_test) == len(X),
        "any d: one feature": lambda W, b, X, *_: X.shape[1] == 1,
        "any h: one hidden unit": lambda W, *_: len(W[0]) == 1,
        "any k: two classes": lambda W, *_: len(W[1]) == 2,
        "epochs: 0": lambda *args: args[-2] == 0,
        "epochs: 1": lambda *args: args[-2] == 1,
        "epochs: more than 20": lambda *args: args[-2] > 20,
        "any lr: below 0.001": lambda *args: args[-1] < 0.001,
        "any lr: above 1": lambda *args: args[-1] > 1,
        "all epochs: ends where the test loss rises": (lambda *args: True, "stops when the test loss rises"),
    },
    "misclassified": {
        "n: one, and it is wrong": lambda labels, Y_hat: len(labels) == 1 and np.argmax(Y_hat) != labels[0],
        "n: one, and it is right": lambda labels, Y_hat: len(labels) == 1 and np.argmax(Y_hat) == labels[0],
        "any number of wrong rows: more than ten": lambda labels, Y_hat: (
            np.sum(np.argmax(Y_hat, axis=1) != labels) > 10
        ),
        "any number of wrong rows: all": lambda labels, Y_hat: (
            len(labels) > 1 and np.all(np.argmax(Y_hat, axis=1) != labels)
        ),
        "any number of wrong rows: none": lambda labels, Y_hat: np.all(np.argmax(Y_hat, axis=1) == labels),
        "indices: above 255": lambda labels, Y_hat: len(labels) > 255,
        "k: one": lambda labels, Y_hat: Y_hat.shape[1] == 1,
        "k: two": lambda labels, Y_hat: Y_hat.shape[1] == 2,
        "k: ten": lambda labels, Y_hat: Y_hat.shape[1] == 10,
        "probability 0: one row": lambda labels, Y_hat: np.sum(Y_hat[np.arange(len(labels)), labels] == 0) == 1,
        "probability 0: several rows": lambda labels, Y_hat: np.sum(Y_hat[np.arange(len(labels)), labels] == 0) > 1,
    },
    "confusion_matrix": {
        "n: one": lambda labels, predicted, k: len(labels) == 1,
        "counts: above 255": lambda labels, predicted, k: len(labels) > 500,
        "k: one": lambda labels, predicted, k: k == 1,
        "k: two": lambda labels, predicted, k: k == 2,
        "k: more than ten": lambda labels, predicted, k: k > 10,
        "n = k": lambda labels, predicted, k: len(labels) == k,
        "a class that does not occur: the last": lambda labels, predicted, k: max(*labels, *predicted) < k - 1,
        "all right": lambda labels, predicted, k: np.array_equal(labels, predicted),
        "none right": lambda labels, predicted, k: not np.any(labels == predicted),
    },
    "top_confusions": {
        "count: 0": (lambda matrix, count: count == 0, "one more"),
        "count: 1": lambda matrix, count: count == 1,
        "count: more than ten": lambda matrix, count: 10 < count < 100,
        "count: more than there are": lambda matrix, count: count > np.sum(matrix > 0),
        "no confusions": (lambda matrix, count: not np.any(matrix - np.diag(np.diag(matrix))), "one more"),
        "numbers: above 255": lambda matrix, count: np.any((matrix - np.diag(np.diag(matrix))) > 255),
        "numbers: above 65,535": lambda matrix, count: np.any((matrix - np.diag(np.diag(matrix))) > 65_535),
        "ties at the end of the list": lambda matrix, count: len(matrix) == 4 and count == 4,
        "k: one": (lambda matrix, count: len(matrix) == 1, "one more"),
        "k: two": lambda matrix, count: len(matrix) == 2,
        "k: more than ten": lambda matrix, count: len(matrix) > 10,
    },
    "train_test_split": {
        "round: half to even, down": (lambda X, labels, share, rng: (len(X), share) == (5, 0.5), "one row moves"),
        "round: half to even, up": (lambda X, labels, share, rng: (len(X), share) == (7, 0.5), "one row moves"),
        "round: a product just above": (lambda X, labels, share, rng: (len(X), share) == (100, 0.07), "one row moves"),
        "round: a product just below": (lambda X, labels, share, rng: (len(X), share) == (100, 0.29), "one row moves"),
        "no test rows": (lambda X, labels, share, rng: share == 0, "one row moves"),
        "no training rows": (lambda X, labels, share, rng: share == 1, "one row moves"),
        "n: one": lambda X, labels, share, rng: len(X) == 1,
        "n: more than 255": lambda X, labels, share, rng: len(X) > 255,
        "d: one": lambda X, labels, share, rng: X.shape[1] == 1,
        "labels: above 255": lambda X, labels, share, rng: labels.max() > 255,
    },
    "minibatches": {
        "n: one": lambda X, Y, size, rng: len(X) == 1,
        "n: more than 255": lambda X, Y, size, rng: len(X) > 255,
        "d and k: one": lambda X, Y, size, rng: X.shape[1] == 1,
        "batch_size: one": lambda X, Y, size, rng: size == 1,
        "batch_size: n": lambda X, Y, size, rng: size == len(X),
        "batch_size: more than n": lambda X, Y, size, rng: size > len(X),
        "batch_size: a divisor of n": lambda X, Y, size, rng: size == 4 and len(X) == 12,
        "batch_size: n - 1": lambda X, Y, size, rng: size == len(X) - 1,
    },
    "sgd": {
        "any n: one row": lambda W, b, X, *_: len(X) == 1,
        "any d: one feature": lambda W, b, X, *_: X.shape[1] == 1,
        "any h: one hidden unit": lambda W, *_: len(W[0]) == 1,
        "any k: one class": lambda W, *_: len(W[1]) == 1,
        "epochs: 0": lambda *args: args[4] == 0,
        "epochs: from 3 on": lambda *args: args[4] >= 3,
        "epochs: more than 20": lambda *args: args[4] > 20,
        "batch_size: one": lambda *args: args[5] == 1 and len(args[2]) > 1,
        "batch_size: n": lambda *args: args[5] == len(args[2]),
        "batch_size: more than n": lambda *args: args[5] > len(args[2]),
        "lr: above 0.2": lambda *args: args[6] > 0.2,
        "lr: below 0.001": lambda *args: args[6] < 0.001,
        "lmbd: 0": lambda *args: args[7] == 0,
        "lmbd: above 0": lambda *args: args[7] > 0,
        "inputs: above 100": lambda W, b, X, *_: np.abs(X).max() > 100 and len(X) < 10,
    },
    "grid_search": {
        "one learning rate": (lambda *args: len(args[4]) == 1, "far off"),
        "one lambda": (lambda *args: len(args[5]) == 1, "far off"),
        "more learning rates than lambdas": (lambda *args: len(args[4]) > len(args[5]), "far off"),
        "as many learning rates as lambdas": (lambda *args: len(args[4]) == len(args[5]) > 1, "far off"),
        "n: one": (lambda X, *_: len(X) == 1, "far off"),
        "k: more than ten": (lambda X, Y, *_: Y.shape[1] > 10, "far off"),
        "a run that diverges": (lambda *args: max(args[5]) > 1000, "far off"),
        "a strong penalty": (lambda *args: 1 < max(args[5]) < 1000, "far off"),
    },
    "relu": {
        **_ELEMENTWISE,
        **{
            f"elementwise: from {low} to {high}": _between(low, high)
            for low, high in (
                (1e-3, 0.05),
                (0.05, 1),
                (1, 5),
                (5, 7),
                (7, 19),
                (50, 200),
                (200, 500),
                (5000, 20_000),
                (-20_000, -5000),
                (-500, -200),
                (-200, -50),
                (-19, -7),
                (-7, -1),
                (-1, -0.05),
                (-0.05, -1e-3),
            )
        },
    },
    "relu_prime": {
        **_ELEMENTWISE,
        **{
            f"elementwise: from {low} to {high}": _between(low, high)
            for low, high in (
                (1e-200, 1e-50),
                (1e-50, 1e-12),
                (1e-12, 1e-6),
                (1e-3, 1),
                (1, 7),
                (7, 100),
                (100, 20_000),
                (-20_000, -100),
                (-100, -7),
                (-1, -1e-3),
                (-1e-6, -1e-12),
                (-1e-12, -1e-50),
                (-1e-50, -1e-200),
            )
        },
        "0 at 0": lambda z: z == 0,
        "0 at 0: a single number": lambda z: z.ndim == 0 and z == 0,
        "0 at -0": lambda z: (z == 0) & np.signbit(z),
    },
    "binary_cross_entropy": {
        "any n: one": lambda p, y: len(y) == 1,
        "any n: more than 150, a product underflows": lambda p, y: len(y) > 150,
        "targets: all 1": lambda p, y: len(y) > 1 and np.all(y == 1),
        "targets: all 0": lambda p, y: len(y) > 1 and np.all(y == 0),
        "targets: int": lambda p, y: y.dtype.kind == "i",
        **{
            f"the true side: from {low} to {high}": lambda p, y, low=low, high=high: np.any(
                (low <= _side(p, y)) & (_side(p, y) < high)
            )
            for low, high in ((0.0009, 0.0011), (0.002, 0.01), (0.96, 0.98), (0.99, 0.999), (0.999, 0.99999))
        },
        "certain and wrong: finite, one sample": (lambda p, y: np.sum(_side(p, y) == 0) == 1, "infinite"),
        "certain and wrong: finite, several samples": (lambda p, y: np.sum(_side(p, y) == 0) > 1, "infinite"),
        "certain and wrong: finite, all samples": (lambda p, y: np.all(_side(p, y) == 0), "infinite"),
        "an exact prediction: less than 1e-6": lambda p, y: np.array_equal(p, y),
        "arguments stay: a zero becomes 1e-12": (lambda p, y: np.any(p == 0), "nudge"),
    },
    "forward_binary": {
        key: value
        for key, value in _NETWORK.items()
        if "any k" not in key and "h = k" not in key and "layout" not in key
    },
    "back_prop_binary": {
        **{
            key: value
            for key, value in _GRADIENTS.items()
            if "any k" not in key and "n = d" not in key and "next to 1" not in key
        },
        "n = d = h": lambda W, X, *_: len({*X.shape, *W[0].shape}) == 1,
        "targets: int": lambda *args: args[-1].dtype.kind == "i",
        "any size: a gradient above 20, clipped at 5": (lambda W, X, *_: np.abs(X).max() > 100, "clip"),
    },
    "neuron_output": {
        "any number of inputs: one": lambda w, x: len(x) == 1,
        "any number of inputs: more than ten": lambda w, x: len(x) > 10,
        **{
            f"sums: from {low} to {high}": lambda w, x, low=low, high=high: low < np.dot(w[:-1], x) + w[-1] < high
            for low, high in (
                (-20_000, -1000),
                (-1000, -710),
                (-710, -30),
                (-16, -10),
                (-10, -5),
                (-5, -2),
                (2, 5),
                (5, 10),
                (10, 16),
                (30, 710),
                (710, 1000),
                (1000, 20_000),
            )
        },
        "sums: exactly 0": lambda w, x: np.dot(w[:-1], x) + w[-1] == 0,
    },
    "feed_forward": {
        "any number of layers: one": lambda network, x: len(network) == 1,
        "any number of layers: three": lambda network, x: len(network) == 3,
        "any number of layers: more than four": lambda network, x: len(network) > 4,
        "one input": lambda network, x: len(x) == 1,
        "more than ten neurons": lambda network, x: len(network[0]) > 10,
        "sums of ±1e4": lambda network, x: abs(network[0][0][0]) > 1000,
    },
    "backpropagate": {
        "any number of layers: one": lambda network, x, t, rate=1.0: len(network) == 1,
        "any number of layers: three": lambda network, x, t, rate=1.0: len(network) == 3,
        "any number of layers: more than four": lambda network, x, t, rate=1.0: len(network) > 4,
        "one input": lambda network, x, t, rate=1.0: len(x) == 1,
        "more than ten neurons": lambda network, x, t, rate=1.0: len(network[0]) > 10,
        "rate: by default": lambda network, x, t, rate=None: rate is None,
        "rate: by position": lambda network, x, t, *rate: bool(rate),
        "rate: by name": lambda *args, **kwargs: bool(kwargs),
        "rate: 0": lambda network, x, t, rate=1.0: rate == 0,
        "rate: above 100": lambda network, x, t, rate=1.0: rate > 100,
        "rate: below 1": lambda network, x, t, rate=1.0: 0 < rate < 1,
        "sums of ±1e4": lambda network, x, t, rate=1.0: abs(network[0][0][0]) > 1000,
    },
}


def _first_gradient(W, X, A_1, Y_hat, Y):
    return np.abs(((Y_hat - Y) / len(Y) @ W[1] * A_1 * (1 - A_1)).T @ X).max()


def _overflows(W, b, X):
    scores = forward_pass(W, b, X)[1] @ W[1].T + b[1]
    with np.errstate(all="ignore"):
        careless = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return np.any(np.argmax(careless, axis=1) != np.argmax(softmax(scores), axis=1))


# What a contract leaves open, and why. Nothing tries it, so an answer may be wrong there.
OPEN = {
    "sigmoid: int8 and int16": "NumPy's exp gives half precision for them; the contract's integers are int32 and int64",
    "sigmoid, softmax: probabilities below 1e-8": "the absolute tolerance: a clip that changes nothing above it is right",
    "any shape: no entries at all": "n, d, h and k are at least 1, but for one_hot and what it says of n = 0",
    "init_weights: the distribution of small layers": "too few numbers to tell one standard deviation from another",
    "confusion_matrix: more than 255 classes": "the result would have more than 65,000 entries in a stored case",
    "numeric_gradient: functions that are not smooth": "the contract speaks of smooth ones",
    "back_prop, back_prop_binary: a probability of exactly 0 or 1": "a right way over dL/dP divides by it",
    "sgd: a stop where the loss moves by less than 1e-6": "what is left of the way then lies within the tolerance",
    "grid_search: 19 hidden units, 31 epochs, batches of 9": "no accuracy tells them from an honest run's luck",
    "misclassified, top_confusions: the order of ties": "any order is right",
    "train: a loss below 0.002": "an epsilon of 1e-8 in the logarithm may show there",
}


# --- how an answer errs in a region ------------------------------------------------------------------------------------


def spoil(value, mask=True):
    """Return a result that is a little wrong: in all that it holds, or where ``mask`` says."""
    if isinstance(value, dict):
        return {key: spoil(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(spoil(item) for item in value)
    if isinstance(value, np.ndarray):
        if value.size == 0:
            return np.ones((1,) * max(value.ndim, 1), dtype=value.dtype)
        return np.where(mask, value + 1 if value.dtype.kind in "iu" else 1.001 * value + 0.01, value).astype(
            value.dtype
        )
    return value + 1 if isinstance(value, int) else 1.001 * value + 0.01


def infinite(value):
    """Return a result of the same form with an infinite number in the place of each."""
    if isinstance(value, list | tuple):
        return type(value)(infinite(item) for item in value)
    return value * np.inf


def clip(value, start=None):
    """Return a result with no number beyond 5."""
    if isinstance(value, list | tuple):
        return type(value)(clip(item) for item in value)
    return np.clip(value, -5, 5)


def _stop_early(stops):
    """Return how a training ends before its time: ``stops(history)`` is asked after each epoch."""

    def train_until(train, *args):
        *state, epochs, lr = args
        for done in range(epochs + 1):
            result = train(*state, done, lr)
            if stops(result[2]):
                break
        return result

    return train_until


_WAYS = {
    "stops when the loss rises": _stop_early(lambda h: len(h["loss"]) > 1 and h["loss"][-1] > h["loss"][-2]),
    "stops at a plateau": _stop_early(lambda h: len(h["loss"]) > 1 and abs(h["loss"][-1] - h["loss"][-2]) < 1e-5),
    "stops when good": _stop_early(lambda h: bool(h["loss"]) and h["loss"][-1] < 0.02),
    "stops when the test loss rises": _stop_early(
        lambda h: len(h["test_loss"]) > 1 and h["test_loss"][-1] > h["test_loss"][-2]
    ),
    "infinite": lambda answer, *args, **kwargs: infinite(answer(*args, **kwargs)),
    "too little": lambda answer, *args: min(answer(*args), 14.0),
    "far off": lambda answer, *args: answer(*args) + 0.5,
    "clip": lambda answer, *args, **kwargs: clip(answer(*args, **kwargs)),
    "start": lambda answer, *args, **kwargs: (
        copy.deepcopy(args[0]),
        copy.deepcopy(args[1]),
        *answer(*args, **kwargs)[2:],
    ),
    "one more": lambda answer, matrix, count: [*answer(matrix, count), (0, 0, int(matrix[0, 0]))],
}


def _accept(answer, labels, k=10, **kwargs):
    return np.eye(max(k, labels.max(initial=0) + 1))[labels][:, :k]


def _nudge(answer, p, y):
    result = answer(p, y)
    p[p == 0] = 1e-13
    p[p == 1] = 1 - 1e-15
    return result


def _move_a_row(answer, X, labels, share, rng):
    X_train, X_test, labels_train, labels_test = answer(X, labels, share, rng)
    X, labels = np.vstack([X_train, X_test]), np.append(labels_train, labels_test)
    size = len(X_train) + (1 if len(X_test) else -1)
    return X[:size], X[size:], labels[:size], labels[size:]


_WAYS |= {"accept": _accept, "nudge": _nudge, "one row moves": _move_a_row}


def wrong_in(region, answer):
    """Return an answer that is as ``answer`` but in one region.

    Parameters
    ----------
    region : a condition, or a condition and the way in which the answer errs; by default its numbers are a little off
    """
    condition, way = region if isinstance(region, tuple) else (region, "")

    def wrong(*args, **kwargs):
        inside = condition(*args, **kwargs)
        if not np.any(inside):
            return answer(*args, **kwargs)
        if way:
            return _WAYS[way](answer, *args, **kwargs)
        result = answer(*args, **kwargs)
        if isinstance(result, np.ndarray | np.generic) and np.shape(inside) == np.shape(result):
            return spoil(np.asarray(result), inside)
        result = list(result) if hasattr(result, "__next__") else result
        return spoil(result)

    return wrong
