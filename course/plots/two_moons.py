"""The figures of unit 10: the moons, borders between two classes, the ReLU, and a network as several regressions.

The functions receive the student's functions or their results; no formula of an exercise stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from course.plots.figure import BLUE, GREEN, ORANGE, RED, Figure, draw

_LEVELS = (0, 0.1, 0.5, 0.9, 1)  # of the probability of class 1
_TINTS = ("#B7D6EA", "#E4F0F7", "#FCEFD4", "#F7D48B")  # sure of class 0 … sure of class 1
_MARKS = (("o", BLUE, 4.5), ("^", ORANGE, 5))  # one shape and one colour for each class
_MARGIN, _GRID = 0.35, 45  # around the points; numbers along each side of the grid


def moons(X, labels) -> Figure:
    """Draw the points of two classes, each with a shape and a colour of its own.

    Parameters
    ----------
    X : (n, 2) array
    labels : (n,) or (n, 1) array of 0 and 1
    """
    labels = np.ravel(labels)

    def paint(axes):
        _points(axes, X, labels)
        axes.set(xlabel="first feature", ylabel="second feature", aspect="equal")
        axes.legend(loc="upper right", frameon=False)

    means = [X[labels == c].mean(axis=0) for c in (0, 1)]
    counts = [int(np.sum(labels == c)) for c in (0, 1)]
    return draw(
        paint,
        alt=f"{len(X)} points in two half circles that reach into each other. Class 0, {counts[0]} blue circles, is the "
        f"arch above; class 1, {counts[1]} orange triangles, is the bowl below it and to the right.",
        caption="Two classes that no straight line can separate.",
        table=[
            ("class", "points", "mean of the first feature", "mean of the second feature"),
            *((c, counts[c], f"{means[c][0]:.2f}", f"{means[c][1]:.2f}") for c in (0, 1)),
        ],
        size=(7, 3.8),
    )


def decision_borders(X, labels, panels: Mapping[str, Callable]) -> Figure:
    """Draw where each network changes its mind: the border at probability 1/2, and how sure it is on both sides.

    Parameters
    ----------
    X : (n, 2) array, the points to show
    labels : (n,) or (n, 1) array of 0 and 1
    panels : a title and a function for each panel; the function receives an (m, 2) array of points and returns the
        (m, 1) probabilities of class 1
    """
    labels = np.ravel(labels)
    right = {title: int(np.sum((np.ravel(f(X)) >= 0.5) == labels)) for title, f in panels.items()}
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    thin = 3 if columns > 1 else 1  # fewer points in a small panel
    which = " Every third point is shown; the percentages count all." if thin > 1 else ""

    def paint(all_axes):
        flat = np.atleast_1d(all_axes).ravel()
        for axes, (title, probability) in zip(flat, panels.items(), strict=False):
            _background(axes, X, probability)
            _points(axes, X[::thin], labels[::thin], size=0.8 if columns > 1 else 1)
            axes.set(title=f"{title}\n{right[title] / len(X):.0%} of these points right", aspect="equal")
        for axes in flat[len(panels) :]:
            axes.axis("off")

    each = "; ".join(f"{title}: {count} of {len(X)} points on the right side" for title, count in right.items())
    return draw(
        paint,
        alt=f"The plane around the points, coloured by the probability of class 1. {each}.",
        caption="Black: the border, where both classes have the probability 1/2. Strong colours: the network is more than "
        f"90% sure of class 0 (blue) or of class 1 (orange).{which}",
        table=[("network", "points right", "of"), *((title, count, len(X)) for title, count in right.items())],
        size=(8, 3.2 * rows) if columns > 1 else (7, 3.9),
        rows=rows,
        columns=columns,
        sharex=True,
        sharey=True,
    )


def _points(axes, X, labels, size=1.0):
    for c, (marker, colour, markersize) in enumerate(_MARKS):
        axes.plot(*X[labels == c].T.round(4), marker, color=colour, markersize=size * markersize,
                  markeredgecolor="white", markeredgewidth=0.4, label=f"class {c}")  # fmt: skip


def _grid(X, count=_GRID):
    """Return the two coordinates along the sides of a grid around the points, and its (count * count, 2) points."""
    low, high = X.min(axis=0) - _MARGIN, X.max(axis=0) + _MARGIN
    sides = [np.linspace(*ends, count).round(4) for ends in zip(low, high, strict=True)]
    return *sides, np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)


def _background(axes, X, probability):
    across, up, points = _grid(X)
    P = np.nan_to_num(np.asarray(probability(points), dtype=float)).round(4).reshape(_GRID, _GRID)
    axes.contourf(across, up, P.clip(0, 1), levels=_LEVELS, colors=_TINTS)
    if P.min() < 0.5 < P.max():
        axes.contour(across, up, P, levels=[0.5], colors="black", linewidths=2)


def relu_and_slope(relu: Callable, relu_prime: Callable) -> Figure:
    """Draw the ReLU and its slope, side by side.

    Parameters
    ----------
    relu, relu_prime : the functions to draw; each receives a float array
    """
    z = np.linspace(-3, 3, 121).round(6)
    value, slope = (np.asarray(f(z), dtype=float).round(6) for f in (relu, relu_prime))
    left = z <= 0

    def paint(panels):
        panels[0].plot(z, value, color=BLUE)
        panels[0].set(title="relu", xlabel="z", ylabel="relu(z)")
        for side in (left, z > 0):
            panels[1].plot(z[side], slope[side], color=BLUE)
        panels[1].plot(0, slope[60], "o", color=ORANGE)
        panels[1].set(title="relu_prime, its slope", xlabel="z", ylim=(-0.2, 1.2))
        for axes in panels:
            axes.axvline(0, color="#999999", linewidth=1, linestyle="dotted")

    shown = range(0, 121, 20)
    return draw(
        paint,
        alt=f"Left: the ReLU is {value[0]:g} at z = -3, {value[60]:g} at 0 and {value[-1]:g} at 3, with a corner at 0. "
        f"Right: its slope is {slope[0]:g} left of 0, {slope[60]:g} at 0 and {slope[-1]:g} right of it.",
        caption="Flat on the left, rising on the right. The orange dot: the slope at 0 itself.",
        table=[("z", "relu(z)", "slope"), *((f"{z[i]:g}", f"{value[i]:g}", f"{slope[i]:g}") for i in shown)],
        size=(8, 3),
        columns=2,
    )


def network_of_regressions() -> Figure:
    """Draw one logistic regression, and beside it a network that is made of several of them."""

    def paint(panels):
        _diagram(panels[0], hidden=0)
        _diagram(panels[1], hidden=3)
        panels[0].set_title("one logistic regression")
        panels[1].set_title("a network with 3 hidden units")

    return draw(
        paint,
        alt="Left: two inputs lead to one unit, a sum and a sigmoid, which gives p. Right: two inputs lead to three hidden "
        "units, each a sum and a ReLU; these three lead to one unit, a sum and a sigmoid, which gives p. The last part of "
        "the right drawing is the left one, with hidden units in the place of the inputs.",
        caption="Green: what both have in common, a logistic regression. In the network it does not read the two features, "
        "but three new ones, which the hidden units make.",
        size=(8, 3.4),
        columns=2,
    )


def _diagram(axes, hidden):
    inputs = [(0, 0.6, "$x_1$"), (0, -0.6, "$x_2$")]
    middle = [(1.6, 1.2 * (1 - row), "sum\nReLU") for row in range(hidden)]
    output = (3.2 if hidden else 2.4, 0, "sum\nsigmoid")
    lines = [(start, end, "#888888") for start in inputs for end in middle]
    lines += [(start, output, GREEN) for start in (middle or inputs)]
    for start, end, colour in lines:
        axes.plot([start[0], end[0]], [start[1], end[1]], color=colour, linewidth=1.5, zorder=1)
    for x, y, name in [*inputs, *middle, output]:
        is_output = (x, y, name) == output
        axes.plot(x, y, "o", markersize=50 if "\n" in name else 30, markerfacecolor="white",
                  markeredgecolor=GREEN if is_output else "black", markeredgewidth=2.5 if is_output else 1,
                  zorder=2)  # fmt: skip
        axes.text(x, y, name, ha="center", va="center", zorder=3, fontsize=10)
    axes.annotate("p", (output[0] + 0.55, 0), (output[0] + 1.25, 0), va="center", fontsize=12,
                  arrowprops={"arrowstyle": "<-"})  # fmt: skip
    axes.set(xlim=(-0.5, 4.6), ylim=(-1.9, 1.9))
    axes.axis("off")


def hidden_units(X, labels, W, b, forward_binary: Callable) -> Figure:
    """Draw what each hidden unit sees, and in a last panel the border that the output makes of it.

    Parameters
    ----------
    X : (n, 2) array, the points to show in the last panel
    labels : (n,) or (n, 1) array of 0 and 1
    W, b : [W_1 (h, 2), W_2 (1, h)] and [b_1 (h,), b_2 (1,)], with h = 5 or a little less
    forward_binary : receives W, b and an (m, 2) array, returns Z_1, A_1 (m, h) and P (m, 1)
    """
    labels = np.ravel(labels)
    across, up, points = _grid(X, 3)  # before the ReLU all is straight, so a coarse grid is exact
    shape = (3, 3)
    Z_1, _, _ = (np.asarray(array).round(4) for array in forward_binary(W, b, points))
    units = Z_1.shape[1]
    active = (np.asarray(forward_binary(W, b, X)[0]) > 0).mean(axis=0)
    weights = np.ravel(W[1])
    kinds = ["for class 1" if weight > 0 else "for class 0" for weight in weights]

    def paint(all_axes):
        flat = all_axes.ravel()
        for unit, axes in enumerate(flat[:units]):
            z = Z_1[:, unit].reshape(shape)
            tints = ("#FFFFFF", "#FCEFD4", "#F7D48B", "#E69F00") if weights[unit] > 0 else (
                "#FFFFFF", "#E4F0F7", "#B7D6EA", "#56B4E9")  # fmt: skip
            top = max(z.max(), 0.01)
            axes.contourf(
                across, up, z, levels=[min(z.min(), -0.01) - 1, 0, top / 3, 2 * top / 3, top + 1], colors=tints
            )
            if z.min() < 0 < z.max():
                axes.contour(across, up, z, levels=[0], colors="#555555", linewidths=1.5)
            axes.set(title=f"hidden unit {unit + 1}: {kinds[unit]}", aspect="equal")
        last = flat[units]
        _background(last, X, lambda some: forward_binary(W, b, some)[2])
        for unit in range(units):
            z = Z_1[:, unit].reshape(shape)
            if z.min() < 0 < z.max():
                last.contour(across, up, z, levels=[0], colors="#555555", linewidths=1, linestyles="dotted")
        _points(last, X[::2], labels[::2], size=0.6)
        last.set(title="all of them: the output", aspect="equal")
        for axes in flat[units + 1 :]:
            axes.axis("off")

    return draw(
        paint,
        alt=f"{units} panels, one for each hidden unit: a straight line divides the plane into a white side, where the unit "
        "is 0, and a coloured side, where it grows with the distance from the line. In the last panel the border of the "
        "whole network is made of straight pieces with corners.",
        caption="White: the unit is switched off. Coloured: it is on, and speaks for class 1 (orange) or for class 0 (blue). "
        "Dotted in the last panel: the lines of all units. The border has its corners where it crosses them. Every second "
        "point is shown.",
        table=[
            ("hidden unit", "speaks", "its weight in W_2", "on for this share of the points"),
            *((unit + 1, kinds[unit], f"{weights[unit]:.2f}", f"{active[unit]:.0%}") for unit in range(units)),
        ],
        size=(8, 4.6),
        rows=2,
        columns=3,
        sharex=True,
        sharey=True,
    )


def training_losses(runs: Mapping[str, Sequence], steps: Sequence[int]) -> Figure:
    """Draw the loss of several training runs, one curve for each.

    Parameters
    ----------
    runs : a name and the recorded losses of each run, at most three
    steps : the step at which each loss was recorded
    """
    runs = {name: np.round(np.asarray(losses, dtype=float), 6) for name, losses in runs.items()}
    styles = ((BLUE, "solid"), (RED, "dashed"), (GREEN, "dashdot"))

    def paint(axes):
        for (name, losses), (colour, style) in zip(runs.items(), styles, strict=False):
            axes.plot(steps, losses, color=colour, linestyle=style, label=name)
        axes.set(xlabel="step", ylabel="loss", ylim=(0, None), xlim=(0, max(steps)))
        axes.legend(frameon=False)

    ends = "; ".join(f"{name}: from {losses[0]:.2f} to {losses[-1]:.2f}" for name, losses in runs.items())
    shown = np.unique(np.linspace(0, len(steps) - 1, 11).astype(int))
    return draw(
        paint,
        alt=f"Loss against steps of training. {ends}.",
        caption="Lower is better.",
        table=[
            ("step", *runs),
            *((steps[i], *(f"{losses[i]:.3f}" for losses in runs.values())) for i in shown),
        ],
        size=(7, 3.2),
    )
