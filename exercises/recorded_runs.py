"""The training runs of unit 08: a healthy one, and six real ones with one planted fault each.

``course build`` writes what they recorded to ``course/runs.json``, under neutral names. Which fault is whose stands in
``exercises/diagnosis.py`` and the notebook of unit 08 alone. Everything is rounded, so that every machine writes the same text. A learning rate that
is far too large makes training chaotic: it magnifies rounding errors from epoch to epoch. With 80 epochs and these seeds
they stay far below the last digit that is kept, which a test confirms.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from course import data
from course.checks.measures.diagnosis import FAULTS
from solutions import reference

HIDDEN, EPOCHS, RATE = 40, 80, 1.0
TRAINING_ROWS = 1437
_SHOWN_ROWS = 4  # of the training data, as pictures with the labels that the training saw
_CHECKED_ROWS = 10  # on which the gradient is compared with differences


def right_gradient(W, X, Z_1, A_1, Y_hat, Y):
    """Return the gradients as the reference computes them."""
    return reference.back_prop(W, X, Z_1, A_1, Y_hat, Y)


def wrong_gradient(W, X, Z_1, A_1, Y_hat, Y):
    """Return gradients with ``dW_2`` where ``W_2`` belongs, a real slip: the first layer hardly learns."""
    (_, dW_2), (_, db_2) = reference.back_prop(W, X, Z_1, A_1, Y_hat, Y)
    dZ_1 = (Y_hat - Y) / len(Y) @ dW_2 * A_1 * (1 - A_1)
    return [dZ_1.T @ X, dW_2], [dZ_1.sum(axis=0), db_2]


@dataclass(frozen=True)
class Setup:
    """How one run is made; the defaults are a healthy run."""

    seed: int
    lr: float = RATE
    gradient: Callable = right_gradient
    zero_weights: bool = False
    shuffled_apart: bool = False
    tested_on_training_data: bool = False


HEALTHY = Setup(seed=80)
SETUPS = {
    "run A": Setup(seed=91, lr=RATE / 1000),
    "run B": Setup(seed=82, gradient=wrong_gradient),
    "run C": Setup(seed=83, zero_weights=True),
    "run D": Setup(seed=84, shuffled_apart=True),
    "run E": Setup(seed=85, tested_on_training_data=True),
    "run F": Setup(seed=90, lr=RATE * 20),
}


def dump(nudge: float = 0.0) -> str:
    """Run all of them and return the text of ``course/runs.json``."""
    with threadpool_limits(1):  # for matrices as small as these, more threads only wait for each other
        content = {
            "faults": list(FAULTS),
            "healthy": record(HEALTHY, nudge),
            "runs": {name: record(setup, nudge) for name, setup in SETUPS.items()},
        }
    return json.dumps(content, separators=(",", ":"), allow_nan=False).replace('],"', '],\n"') + "\n"


def record(setup: Setup, nudge: float = 0.0) -> dict:
    """Train one network and return what was recorded, rounded.

    Parameters
    ----------
    nudge : size of a random change of the first weights; to see whether rounding errors would show
    """
    rng = np.random.default_rng(setup.seed)
    images, labels = data.load_digits()
    X = reference.min_max(images.reshape(len(images), -1))
    order = rng.permutation(len(X))
    rows, test_rows = order[:TRAINING_ROWS], order[TRAINING_ROWS:]
    label_rows = rng.permutation(rows) if setup.shuffled_apart else rows
    if setup.tested_on_training_data:
        test_rows = rows
    Y = reference.one_hot(labels)
    W, b = reference.init_weights(X.shape[1], HIDDEN, Y.shape[1], rng)
    W[0] = W[0] + nudge * rng.normal(size=W[0].shape)
    if setup.zero_weights:
        W = [np.zeros_like(w) for w in W]
    gradient_error = _gradient_error(W, b, X[rows[:_CHECKED_ROWS]], Y[label_rows[:_CHECKED_ROWS]], setup.gradient)
    curves, spreads = _train(W, b, X[rows], Y[label_rows], X[test_rows], Y[test_rows], setup)
    return {
        **curves,
        "hidden_spread": spreads,
        "gradient_error": gradient_error,
        "train_rows": len(rows),
        "test_rows": len(test_rows),
        "first_images": images[rows[:_SHOWN_ROWS]].tolist(),
        "first_labels": labels[label_rows[:_SHOWN_ROWS]].tolist(),
    }


def _train(W, b, X, Y, X_test, Y_test, setup) -> tuple[dict[str, list], list]:
    """Return the curves, measured before each update, and how much hidden units differ at the start and at the end."""
    names = ("loss", "accuracy", "test_loss", "test_accuracy", "weight_size", "step_size")
    curves, spreads = {name: [] for name in names}, []
    for _ in range(EPOCHS):
        Z_1, A_1, Y_hat = reference.forward_pass(W, b, X)
        Y_hat_test = reference.forward_pass(W, b, X_test)[2]
        grad_W, grad_b = setup.gradient(W, X, Z_1, A_1, Y_hat, Y)
        measured = (
            round(float(reference.calc_loss(Y_hat, Y)), 3),
            round(float(reference.accuracy(reference.from_one_hot(Y), Y_hat)), 3),
            round(float(reference.calc_loss(Y_hat_test, Y_test)), 3),
            round(float(reference.accuracy(reference.from_one_hot(Y_test), Y_hat_test)), 3),
            _three_digits(_norm(W)),
            _three_digits(setup.lr * _norm(grad_W)),
        )
        for name, value in zip(names, measured, strict=True):
            curves[name].append(value)
        spreads.append(round(float(np.mean(np.std(A_1, axis=1))), 3))
        W, b = reference.update(W, b, grad_W, grad_b, setup.lr)
    return curves, [spreads[0], spreads[-1]]


def _gradient_error(W, b, X, Y, gradient) -> dict[str, float]:
    """Compare each gradient with central differences: the norm of what differs, as a share of both norms."""

    def loss(layer, of_bias):
        def of(theta):
            parts = (list(W), list(b))
            parts[of_bias][layer] = theta
            return reference.calc_loss(reference.forward_pass(*parts, X)[2], Y)

        return of

    grad_W, grad_b = gradient(W, X, *reference.forward_pass(W, b, X), Y)
    errors = {}
    for layer in (0, 1):
        for name, of_bias, theta, given in (("dW", 0, W, grad_W), ("db", 1, b, grad_b)):
            numeric = reference.numeric_gradient(loss(layer, of_bias), theta[layer])
            size = np.linalg.norm(numeric) + np.linalg.norm(given[layer])
            error = np.linalg.norm(numeric - given[layer]) / size if size > 1e-9 else 0.0
            errors[f"{name}_{layer + 1}"] = round(float(error), 4)
    return errors


def _norm(arrays) -> float:
    return float(np.sqrt(sum(np.sum(array**2) for array in arrays)))


def _three_digits(x: float) -> float:
    return float(f"{x:.3g}") if x > 1e-9 else 0.0
