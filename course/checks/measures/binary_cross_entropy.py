"""What is measured of a binary cross-entropy: it has many right values where a network is certain and wrong."""

from __future__ import annotations

import numpy as np

from course.checks.measures import Malformed

LARGE = 15.0  # what one sample must cost at least, if its true class got the probability 0
_VALUE = "value of the loss"
_EXACT = "size of the loss"  # of exact predictions only, so near 0
_ENOUGH = "value where a probability is certain and wrong of the loss"

TOLERANCES = {_EXACT: (0, 1e-6)}
SENTENCES = {
    _ENOUGH: "A probability is certain and wrong here: the loss should be finite, and at least {right:.4g}; yours is {got:.4g}.",
    _EXACT: "The predictions are exact here: the loss should be less than 1e-6; yours is {got:.4g}.",
}


def measure(result, p, y) -> dict[str, float | tuple]:
    """Measure one loss: its value, or where a sample is certain and wrong, only as much of it as is required.

    Parameters
    ----------
    result : what the answer returned
    p, y : (n, 1) arrays, the probabilities of class 1 and the targets

    Raises
    ------
    Malformed : if ``result`` holds no real numbers
    """
    loss = _require_numbers(result)
    if loss.shape:
        return {"shape of the loss": loss.shape}
    value = loss[()] if loss.dtype == np.float32 else float(loss)  # float32 keeps its wider tolerance
    measured = {"shape of the loss": ()}
    hopeless = np.abs(p - y) == 1  # certain, and wrong
    if hopeless.any():
        enough = LARGE * float(np.mean(hopeless))
        return measured | {_ENOUGH: min(value, enough) if np.isfinite(value) else float(value)}
    return measured | {_EXACT if np.array_equal(p, y) else _VALUE: value}


def _require_numbers(result) -> np.ndarray:
    try:
        numbers = np.asarray(result)
        numbers = numbers.astype(np.float64) if numbers.dtype.kind == "O" else numbers
    except (TypeError, ValueError):
        numbers = np.asarray("")
    if result is None or numbers.dtype.kind not in "biuf":
        raise Malformed("binary_cross_entropy should return one number. Does it end with `return`?")
    return numbers
