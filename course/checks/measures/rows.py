"""What the measures of a split, of mini-batches and of training on them share.

Honest answers draw another order of the rows, so no drawn value is compared. What must hold for every order is counted:
rows that are lost, rows that met another row's label. How random an order is, is measured where there are many rows.
"""

from __future__ import annotations

import numpy as np

from course.checks.measures import Malformed

# Name → (relative, absolute) tolerance. What is counted is 0 for an honest answer, whatever the relative tolerance; that
# one is for recognising a known mistake which is random itself. The absolute ones are at least five standard deviations
# of what honest answers give for the sizes in exercises/.
COUNT = (0.35, 0)

ENOUGH = 150  # rows: with fewer, an order cannot be told from a random one


def as_numbers(value, name: str) -> np.ndarray:
    try:
        array = np.asarray(value)
        array = array.astype(np.float64) if array.dtype.kind == "O" else array
    except (TypeError, ValueError):
        raise Malformed(f"{name} should be an array of numbers") from None
    if array.dtype.kind not in "biuf":
        raise Malformed(f"{name} should be an array of numbers")
    return array


def find_rows(rows: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return the number of each row in ``X``, or -1 for a row that is not there: (m,) ints."""
    if rows.shape[1] != X.shape[1]:
        return np.full(len(rows), -1)
    order = np.argsort(X[:, 0])
    above = np.clip(np.searchsorted(X[order, 0], rows[:, 0]), 1, max(len(X) - 1, 1))
    low, high = order[above - 1], order[np.minimum(above, len(X) - 1)]
    nearest = np.where(np.abs(X[low, 0] - rows[:, 0]) < np.abs(X[high, 0] - rows[:, 0]), low, high)
    same = np.all(np.isclose(X[nearest], rows, rtol=1e-5, atol=1e-5), axis=1)
    return np.where(same, nearest, -1)


def require_some(numbers: np.ndarray, where: str) -> None:
    """Require that at least one of the rows, as :func:`find_rows` numbered them, is a row of ``X``.

    Else nothing can be said of their targets or their order, and what cannot be said would count as right.

    Raises
    ------
    Malformed : if there are rows, and none of them is
    """
    if len(numbers) and np.all(numbers < 0):
        raise Malformed(f"{where} should hold rows of X; none of yours is one")


def completeness(numbers: np.ndarray, n: int, where: str) -> dict[str, int]:
    times = np.bincount(numbers[numbers >= 0], minlength=n)
    return {
        f"number of lost rows of {where}": int(np.sum(times == 0)),
        f"number of repeated rows of {where}": int(np.sum(np.maximum(times - 1, 0))),
    }


def mean(numbers: np.ndarray) -> float:
    return float(np.mean(numbers)) if len(numbers) else 0.0


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return Pearson's correlation, or 0 where one of the two does not vary."""
    one, other = one - mean(one), other - mean(other)
    size = float(np.sqrt(np.sum(one**2) * np.sum(other**2)))
    return float(np.sum(one * other)) / size if size > 1e-12 else 0.0
