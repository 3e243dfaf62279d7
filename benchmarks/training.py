"""One epoch of the reference against scikit-learn and against the bare matrix products, side by side in one run.

10,000 x 784 inputs, 300 hidden units, 10 classes; once on the full batch (unit 07) and once on mini-batches (unit 09). Each
round times all three in turn, so that a machine whose speed drifts treats them alike; medians over the rounds are printed.
On the full batch the products are most of the work for everybody: nothing can be faster than they are.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
from sklearn.neural_network import MLPClassifier

from course.grading.repository import load_solutions

SAMPLES, FEATURES, HIDDEN, CLASSES, MINI_BATCH = 10_000, 784, 300, 10, 100
ROUNDS, EPOCHS = 7, 3


def main() -> None:
    """Print the figures as a table for each batch size."""
    rng = np.random.default_rng(1)
    X = rng.random((SAMPLES, FEATURES))
    labels = rng.integers(CLASSES, size=SAMPLES)
    print(f"one epoch, {SAMPLES:,} x {FEATURES}, {HIDDEN} hidden units; medians of {ROUNDS} rounds")
    full = measure(X, labels, SAMPLES)
    mini = measure(X, labels, MINI_BATCH)
    print(f"wanted: at most 1.5 times the products ({ratio(full, 'reference', 'products'):.2f} on the full batch)")
    print(
        f"wanted: 1.5 times as fast as MLPClassifier ({ratio(mini, 'MLPClassifier', 'reference'):.2f} on mini-batches)"
    )


def measure(X, labels, batch_size: int) -> dict[str, list[float]]:
    """Time an epoch of each in turn, print the medians and ratios, and return the seconds of each round."""
    runs = {
        "reference": reference(X, labels, batch_size),
        "MLPClassifier": scikit_learn(X, labels, batch_size),
        "products": products(X, batch_size),
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append((time.perf_counter() - start) / EPOCHS)
    print(f"batches of {batch_size:,}")
    for name, times in seconds.items():
        print(f"  {name:<14} {1000 * statistics.median(times):7.1f} ms")
    print(
        f"  the reference is {ratio(seconds, 'MLPClassifier', 'reference'):.2f} times as fast as MLPClassifier, "
        f"the bare products are {ratio(seconds, 'MLPClassifier', 'products'):.2f} times as fast"
    )
    print(f"  the reference takes {ratio(seconds, 'reference', 'products'):.2f} times as long as the bare products")
    return seconds


def ratio(seconds: dict[str, list[float]], above: str, below: str) -> float:
    """Return the median of the ratios, round by round."""
    return statistics.median(a / b for a, b in zip(seconds[above], seconds[below], strict=True))


def reference(X, labels, batch_size: int) -> Callable[[], None]:
    """Return a function that trains with the reference for EPOCHS epochs."""
    code = load_solutions().reference
    Y = code.one_hot(labels, CLASSES)
    W, b = code.init_weights(FEATURES, HIDDEN, CLASSES, np.random.default_rng(1))

    def full_batch():
        weights, biases = W, b
        for _ in range(EPOCHS):
            weights, biases, _ = code.train_step(weights, biases, X, Y, 0.1)

    def mini_batches():
        code.sgd(W, b, X, Y, EPOCHS, batch_size, 0.1, 0.0, np.random.default_rng(1))

    return full_batch if batch_size == SAMPLES else mini_batches


def scikit_learn(X, labels, batch_size: int) -> Callable[[], None]:
    """Return a function that does the same with MLPClassifier: plain gradient descent, the same batches and sizes."""

    def run():
        network = MLPClassifier(
            hidden_layer_sizes=(HIDDEN,),
            activation="logistic",
            solver="sgd",
            alpha=0.0,
            batch_size=batch_size,
            learning_rate_init=0.1,
            momentum=0.0,
            nesterovs_momentum=False,
            shuffle=batch_size < SAMPLES,
            max_iter=EPOCHS,
            n_iter_no_change=EPOCHS + 1,
            random_state=1,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it has not converged after a few epochs
            network.fit(X, labels)

    return run


def products(X, batch_size: int) -> Callable[[], None]:
    """Return a function that does the five matrix products of each batch and nothing else."""
    rng = np.random.default_rng(1)
    W_1, W_2 = rng.random((HIDDEN, FEATURES)), rng.random((CLASSES, HIDDEN))
    A_1, dZ_1 = rng.random((batch_size, HIDDEN)), rng.random((batch_size, HIDDEN))
    dZ_2 = rng.random((batch_size, CLASSES))

    def run():
        for _ in range(EPOCHS):
            for start in range(0, SAMPLES, batch_size):
                rows = X[start : start + batch_size]
                rows @ W_1.T
                A_1 @ W_2.T
                dZ_2.T @ A_1
                dZ_2 @ W_2
                dZ_1.T @ rows

    return run


if __name__ == "__main__":
    main()
