"""What is measured of randomly drawn weights: numbers that hardly depend on the draw."""

from __future__ import annotations

import numpy as np

from course.checks.compare import describe_value
from course.checks.measures import Malformed

# Name → (relative, absolute) tolerance: at least five standard errors of the difference between two honest draws of the
# sizes in exercises/init_weights.py, so that an honest answer fails less than once in a million checks.
TOLERANCES = {
    "standard deviation of W_1": (0.025, 0),
    "standard deviation of W_2": (0.05, 0),
    "mean / standard deviation of the numbers in W_1": (0, 0.04),
    "mean / standard deviation of the numbers in W_2": (0, 0.07),
    "excess kurtosis of the numbers in W_1": (0, 0.16),
    "excess kurtosis of the numbers in W_2": (0, 0.32),
    "share beyond 2.9 standard deviations of the numbers in W_1": (0, 0.0018),
    "relative spread of row lengths of the numbers in W_1": (0, 0.015),
    "correlation of neighbours of the numbers in W_1": (0, 0.03),
    "share of distinct sizes of the numbers in W_1": (0, 0.1),
    "correlation with W_1 of the numbers in W_2": (0, 0.08),
}
_ENOUGH = 10_000  # below this many numbers a standard deviation says too little


def measure(result, *_arguments) -> dict[str, float | tuple]:
    """Measure ``(W, b)``: shapes, zero biases and, if W_1 is large, how its numbers are distributed.

    The size of a matrix (its shape and its standard deviation) is one part of the points, how its numbers are drawn another.

    Raises
    ------
    Malformed : if ``result`` is not a pair of lists with two numeric arrays each
    """
    (w_1, w_2), (b_1, b_2) = _two_layers(result)
    rows = [bias[0] if bias.ndim == 2 and len(bias) == 1 else bias for bias in (b_1, b_2)]  # (1, h) is as good as (h,)
    measured = {
        "shape of W_1": w_1.shape,
        "shape of W_2": w_2.shape,
        # One part of the points for both: zeros are soon written, and must not earn what the weights are worth.
        "shapes of the biases": tuple(row.shape for row in rows),
        "largest entry of the biases": max(float(np.max(np.abs(row), initial=0)) for row in rows),
    }
    if w_1.size >= _ENOUGH and w_2.size >= _ENOUGH and w_1.ndim == w_2.ndim == 2:
        measured |= _distribution(w_1, w_2)
    return measured


def _two_layers(result) -> tuple[list[np.ndarray], list[np.ndarray]]:
    if not isinstance(result, list | tuple) or len(result) != 2:
        raise Malformed(f"init_weights should return two things, W and b; yours returned {describe_value(result)}")
    layers = []
    for name, part in zip(("W", "b"), result, strict=True):
        if not isinstance(part, list | tuple) or len(part) != 2:
            wanted = f"{name} should be a list of two arrays, [{name}_1, {name}_2]"
            raise Malformed(f"{wanted}; yours is {describe_value(part)}")
        try:
            layers.append([np.asarray(array, dtype=np.float64) for array in part])
        except (TypeError, ValueError):
            raise Malformed(f"{name} should be a list of two arrays of numbers, [{name}_1, {name}_2]") from None
    return layers[0], layers[1]


def _distribution(w_1, w_2) -> dict[str, float]:
    z_1, z_2 = _standardised(w_1), _standardised(w_2)
    lengths = np.sqrt(np.sum(z_1**2, axis=1))
    sizes = np.sort(np.abs(z_1), axis=None)
    return {
        "standard deviation of W_1": float(np.std(w_1)),
        "standard deviation of W_2": float(np.std(w_2)),
        "mean / standard deviation of the numbers in W_1": _ratio(np.mean(w_1), np.std(w_1)),
        "mean / standard deviation of the numbers in W_2": _ratio(np.mean(w_2), np.std(w_2)),
        "excess kurtosis of the numbers in W_1": float(np.mean(z_1**4) - 3),
        "excess kurtosis of the numbers in W_2": float(np.mean(z_2**4) - 3),
        "share beyond 2.9 standard deviations of the numbers in W_1": float(np.mean(np.abs(z_1) > 2.9)),
        "relative spread of row lengths of the numbers in W_1": _ratio(np.std(lengths), np.mean(lengths)),
        "correlation of neighbours of the numbers in W_1": float(np.mean(z_1[:, 1:] * z_1[:, :-1])),
        "share of distinct sizes of the numbers in W_1": float(np.mean(np.diff(sizes, prepend=-1) > 0)),
        "correlation with W_1 of the numbers in W_2": _overlap(w_1, w_2),
    }


def _standardised(array) -> np.ndarray:
    spread = np.std(array)
    return (array - np.mean(array)) / spread if spread > 0 else np.zeros_like(array)


def _ratio(above, below) -> float:
    return float(above / below) if below > 0 else 0.0


def _overlap(w_1, w_2) -> float:
    """Return how strongly W_2 correlates with the numbers of W_1 drawn first, or standing in the same places."""
    rows, columns = np.minimum(w_1.shape, w_2.shape)
    size = min(w_1.size, w_2.size)
    pairs = (
        (w_1.ravel()[:size], w_2.ravel()[:size]),
        (w_1[:rows, :columns].ravel(), w_2[:rows, :columns].ravel()),
    )
    return max(abs(float(np.mean(_standardised(one) * _standardised(other)))) for one, other in pairs)
