"""One epoch of the reference against scikit-learn and against the bare matrix products, side by side in one run.

10,000 x 784 inputs, 300 hidden units, 10 classes, full batch. Each round times all three in turn, so that a machine whose
speed drifts treats them alike; the medians of the ratios are printed.
"""

from __future__ import annotations

import statistics
import time
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

from course.grading.repository import load_solutions

SAMPLES, FEATURES, HIDDEN, CLASSES = 10_000, 784, 300, 10
ROUNDS, EPOCHS = 7, 5


def main() -> None:
    """Print the figures as a table."""
    rng = np.random.default_rng(1)
    X = rng.random((SAMPLES, FEATURES))
    labels = rng.integers(CLASSES, size=SAMPLES)
    runs = {"reference": reference(X, labels), "MLPClassifier": scikit_learn(X, labels), "bare products": products(X)}
    seconds = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append((time.perf_counter() - start) / EPOCHS)
    print(f"one epoch, {SAMPLES:,} x {FEATURES}, {HIDDEN} hidden units, full batch; medians of {ROUNDS} rounds")
    for name, times in seconds.items():
        print(f"  {name:<14} {1000 * statistics.median(times):7.1f} ms")
    print(
        f"  reference is {ratio(seconds, 'MLPClassifier', 'reference'):.2f} times as fast as MLPClassifier (wanted: 1.5)"
    )
    print(
        f"  reference takes {ratio(seconds, 'reference', 'bare products'):.2f} times the bare products (wanted: at most 1.5)"
    )


def ratio(seconds: dict[str, list[float]], above: str, below: str) -> float:
    """Return the median of the ratios, round by round."""
    return statistics.median(a / b for a, b in zip(seconds[above], seconds[below], strict=True))


def reference(X, labels):
    """Return a function that trains with the reference for EPOCHS epochs."""
    code = load_solutions().reference
    Y = code.one_hot(labels, CLASSES)
    W, b = code.init_weights(FEATURES, HIDDEN, CLASSES, np.random.default_rng(1))

    def run():
        weights, biases = W, b
        for _ in range(EPOCHS):
            weights, biases, _ = code.train_step(weights, biases, X, Y, 0.1)

    return run


def scikit_learn(X, labels):
    """Return a function that does the same with MLPClassifier: plain gradient descent on the full batch."""

    def run():
        network = MLPClassifier(
            hidden_layer_sizes=(HIDDEN,),
            activation="logistic",
            solver="sgd",
            alpha=0.0,
            batch_size=SAMPLES,
            learning_rate_init=0.1,
            momentum=0.0,
            nesterovs_momentum=False,
            shuffle=False,
            max_iter=EPOCHS,
            n_iter_no_change=EPOCHS + 1,
            random_state=1,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it has not converged after five epochs
            network.fit(X, labels)

    return run


def products(X):
    """Return a function that does the five matrix products of an epoch and nothing else."""
    rng = np.random.default_rng(1)
    W_1, W_2 = rng.random((HIDDEN, FEATURES)), rng.random((CLASSES, HIDDEN))
    A_1, dZ_2, dZ_1 = rng.random((SAMPLES, HIDDEN)), rng.random((SAMPLES, CLASSES)), rng.random((SAMPLES, HIDDEN))

    def run():
        for _ in range(EPOCHS):
            X @ W_1.T
            A_1 @ W_2.T
            dZ_2.T @ A_1
            dZ_2 @ W_2
            dZ_1.T @ X

    return run


if __name__ == "__main__":
    main()
