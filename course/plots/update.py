"""The figures of unit 06: steps on a parabola and in a valley, and the loss of a network at several learning rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from course.plots.figure import BLUE, ORANGE, Figure, draw

_MARKERS = "osD^vPX*"  # so that the lines can be told apart without their colours


def steps_on_a_parabola(rates: Sequence[float], start: float = 2.0, steps: int = 5) -> Figure:
    """Draw gradient descent on the loss ``w ** 2``, one panel for each learning rate.

    Parameters
    ----------
    rates : the learning rates, at least two and at most about four
    start : where w begins
    steps : how many steps to draw
    """
    walks = {rate: [start * (1 - 2 * rate) ** step for step in range(steps + 1)] for rate in rates}
    edge = 1.15 * max(abs(w) for walk in walks.values() for w in walk)
    line = np.linspace(-edge, edge, 101)

    def paint(panels):
        for axes, (rate, walk) in zip(panels, walks.items(), strict=True):
            places = np.round(walk, 6)
            axes.plot(line, line**2, color="#999999", linewidth=1)
            axes.plot(places, places**2, "o-", color=BLUE, linewidth=1, markersize=5)
            axes.plot(start, start**2, "o", color=ORANGE, markersize=8)
            axes.set(title=f"lr {rate:g}", xlabel="w")
        panels[0].set_ylabel("loss = w²")

    ends = "; ".join(f"lr {rate:g}: w goes from {start:g} to {walk[-1]:.2f}" for rate, walk in walks.items())
    return draw(
        paint,
        alt=f"A parabola in {len(rates)} panels, with {steps} steps of gradient descent on it. {ends}.",
        caption=f"Orange: the start, at w = {start:g}. Blue: the {steps} steps after it. The best w is 0, at the bottom.",
        table=[
            ("step", *(f"w at lr {rate:g}" for rate in rates)),
            *((step, *(f"{walk[step]:.3f}" for walk in walks.values())) for step in range(steps + 1)),
        ],
        size=(9, 3.0),
        columns=len(rates),
        sharex=True,
        sharey=True,
    )


def valley(loss: Callable, paths: Mapping[float, Sequence]) -> Figure:
    """Draw a loss of two weights as lines of equal height, and the path of each learning rate in a panel of its own.

    Parameters
    ----------
    loss : takes two arrays of weights, and gives as many losses; its lowest point is at (0, 0)
    paths : learning rate → (steps + 1, 2) places; four rates
    """
    walks = {rate: np.round(np.asarray(path, dtype=float), 6) for rate, path in paths.items()}
    start = next(iter(walks.values()))[0]
    wide, high = 1.15 * abs(start[0]), 1.6 * abs(start[1])
    across, up = np.meshgrid(np.linspace(-wide, wide, 121), np.linspace(-high, high, 121))
    levels = float(loss(*start)) * np.array([0.02, 0.1, 0.25, 0.5, 1.0, 1.7])

    def paint(panels):
        for axes, (rate, walk) in zip(panels.flat, walks.items(), strict=True):
            axes.contour(across, up, loss(across, up), levels=levels, colors="#999999", linewidths=0.8)
            axes.plot(*walk.T, "o-", color=BLUE, linewidth=1.2, markersize=3.5)
            axes.plot(*start, "o", color=ORANGE, markersize=8)
            axes.plot(0, 0, "+", color="black", markersize=10)
            axes.set(title=f"lr {rate:g}", xlim=(-wide, wide), ylim=(-high, high))
            axes.set_aspect("equal")
        for axes in panels[:, 0]:
            axes.set_ylabel("$w_2$")
        for axes in panels[1]:
            axes.set_xlabel("$w_1$")

    steps = len(next(iter(walks.values()))) - 1
    ends = "; ".join(f"lr {rate:g} ends at ({walk[-1][0]:.2f}, {walk[-1][1]:.2f})" for rate, walk in walks.items())
    return draw(
        paint,
        alt=f"A long valley seen from above, in {len(walks)} panels, with {steps} steps each from ({start[0]:g}, {start[1]:g}). "
        f"The lowest point is (0, 0). {ends}.",
        caption="Grey: lines of equal loss, as on a map. Orange: the start. The cross is the lowest point.",
        table=[
            ("step", *(f"lr {rate:g}" for rate in walks)),
            *((step, *(f"({w[step][0]:.2f}, {w[step][1]:.2f})" for w in walks.values())) for step in range(steps + 1)),
        ],
        size=(9, 4.2),
        rows=2,
        columns=2,
        sharex=True,
        sharey=True,
    )


def losses_by_rate(losses: Mapping[float, Sequence[float]]) -> Figure:
    """Draw the loss before each step, one line for each learning rate.

    Parameters
    ----------
    losses : learning rate → its losses, the same at the start; a line may end early; at most eight rates
    """
    rounded = {rate: np.round(np.asarray(values, dtype=float), 4) for rate, values in losses.items()}
    count = max(len(values) for values in rounded.values())
    start = next(iter(rounded.values()))[0]
    every = max(1, count // 15)  # of a long run, not every step gets a marker and a row of the table

    def paint(axes):
        axes.axhline(start, color="#999999", linewidth=1, linestyle="dotted")
        for marker, (rate, values) in zip(_MARKERS, rounded.items(), strict=False):
            axes.plot(values, marker=marker, markersize=5, markevery=every, label=f"lr {rate:g}")
        axes.set(xlabel="steps taken", ylabel="loss, on a scale that doubles", yscale="log")
        marks = [2.0**power for power in range(-6, 7) if _within(2.0**power, rounded.values())]
        axes.set_yticks(marks, [f"{mark:g}" for mark in marks])
        axes.minorticks_off()
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)

    last = "; ".join(f"lr {rate:g}: {values[-1]:.2f} after {len(values) - 1}" for rate, values in rounded.items())
    return draw(
        paint,
        alt=f"The loss over up to {count - 1} steps for {len(rounded)} learning rates, all starting at {start:.2f}. "
        f"At the end: {last}.",
        caption=f"Dotted: the loss at the start, {start:.2f}. A line above it means: worse than untrained.",
        table=[
            ("steps taken", *(f"lr {rate:g}" for rate in rounded)),
            *(
                (step, *(f"{values[step]:.2f}" if step < len(values) else "" for values in rounded.values()))
                for step in range(0, count, every)
            ),
        ],
        size=(8, 4.0),
    )


def _within(mark: float, lines) -> bool:
    values = np.concatenate(list(lines))
    return bool(values.min() / 1.4 <= mark <= values.max() * 1.4)
