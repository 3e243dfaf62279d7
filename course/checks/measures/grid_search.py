"""What is measured of a grid of accuracies: its entries, under names that tell which of them depend on the draw."""

from __future__ import annotations

import numpy as np

from course.checks.measures.rows import as_numbers

_LITTLE = 0.08  # a learning rate below this does not get far, and how far depends on the start that was drawn


def measure(result, X, Y, X_val, labels_val, lrs, *_arguments) -> dict[str, float | tuple]:
    """Measure a matrix of accuracies: its entries, with names that tell which of them depend on the draw.

    Raises
    ------
    Malformed : if ``result`` does not hold numbers
    """
    scores = as_numbers(result, "the grid")
    measured = {"shape of the grid": scores.shape}
    if scores.ndim == 2:
        for (i, j), score in np.ndenumerate(scores):
            measured[name_cell(i, j, little=i < len(lrs) and lrs[i] < _LITTLE)] = float(score)
    return measured


def name_cell(i: int, j: int, *, little: bool) -> str:
    """Name an entry of the grid; what a network scores that has learned little depends on the draw."""
    return f"entry [{i}, {j}]{', after very small steps,' if little else ''} of the grid"


TOLERANCES = {
    name_cell(i, j, little=little): (0, 0.4 if little else 0.15)
    for i in range(6)
    for j in range(6)
    for little in (True, False)
}
