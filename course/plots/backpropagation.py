"""The figures of unit 05: secants, how exact they are, the way back through a network, and gradients that agree or not.

The functions receive the student's functions or their results; no formula of an exercise stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from course.plots.figure import BLUE, GREEN, ORANGE, RED, Figure, draw


def secants(f: Callable, at: float, step: float, slope: float) -> Figure:
    """Draw a curve, its tangent, and two lines through it: from ``at`` to a step up, and from a step down to a step up.

    Parameters
    ----------
    f : takes a float or an array of floats, and gives as many
    at : where the slope is wanted
    step : the step to each side
    slope : the true slope of the curve there
    """
    x = np.linspace(at - 1.6 * step, at + 1.6 * step, 121)
    low, here, high = (float(f(value)) for value in (at - step, at, at + step))
    one_sided, two_sided = (high - here) / step, (high - low) / (2 * step)
    spread = np.array([-1.5 * step, 1.5 * step])

    def paint(axes):
        axes.plot(x, np.round(f(x), 6), color="black", label="the curve")
        axes.plot(at + spread, here + slope * spread, color=GREEN, linestyle="dotted",
                  label=f"the tangent: slope {slope:.2f}")  # fmt: skip
        axes.plot(at + spread, here + one_sided * spread, color=ORANGE, linestyle="dashed",
                  label=f"a step up only: slope {one_sided:.2f}")  # fmt: skip
        axes.plot(at + spread, (low + high) / 2 + two_sided * spread, color=BLUE,
                  label=f"a step down and a step up: slope {two_sided:.2f}")  # fmt: skip
        axes.plot([at - step, at, at + step], [low, here, high], "o", color="black")
        axes.set(xlabel="x", ylabel="f(x)")
        axes.legend(frameon=False, loc="upper left")

    return draw(
        paint,
        alt=f"A rising curve with points at x = {at - step:g}, {at:g} and {at + step:g}. A line through the last two has "
        f"the slope {one_sided:.2f}, a line through the first and the last {two_sided:.2f}. "
        f"The tangent, which touches the curve at {at:g}, has the slope {slope:.2f}.",
        caption="Dotted: the tangent, as steep as the curve itself is there. Which of the other two lines comes closer to it?",
        table=[
            ("x", "f(x)"),
            *(
                (f"{value:g}", f"{y:.4f}")
                for value, y in zip((at - step, at, at + step), (low, here, high), strict=True)
            ),
        ],
        size=(7, 3.4),
    )


def step_errors(steps: Sequence[float], errors: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how far estimated slopes are from the true one, for steps of many sizes, on logarithmic axes.

    Parameters
    ----------
    steps : (m,) steps, all positive
    errors : names and (m,) errors, none of them negative; at most three
    """
    steps = np.asarray(steps)
    sizes = {name: np.maximum(np.asarray(values, dtype=float), 1e-16) for name, values in errors.items()}
    best = {name: int(np.argmin(values)) for name, values in sizes.items()}

    def paint(axes):
        for (name, values), colour, marker in zip(sizes.items(), (ORANGE, BLUE, GREEN), "sov", strict=False):
            axes.loglog(steps, values, marker=marker, color=colour, label=name)
        axes.invert_xaxis()  # smaller steps further on
        axes.set(xlabel="step (smaller to the right)", ylabel="error of the slope")
        axes.legend(frameon=False)

    lowest = ", ".join(f"{name}: at a step of {steps[place]:.0e}" for name, place in best.items())
    return draw(
        paint,
        alt=f"Curves of the error against the step. Each falls at first and then rises again. Lowest: {lowest}.",
        caption="Down: the step gets small enough for the curve to look straight. Up: rounding takes over, because two "
        "almost equal numbers are subtracted.",
        table=[
            ("step", *sizes),
            *((f"{step:.0e}", *(f"{values[row]:.0e}" for values in sizes.values())) for row, step in enumerate(steps)),
        ],
        size=(7, 3.6),
    )


def way_back(
    W: Sequence,
    values: Mapping[str, object],
    slopes: Mapping[str, object],
    weight_slopes: Sequence = (),
    paths: bool = False,
) -> Figure:
    """Draw a network with what goes forward above, and the slopes that come back below, at each unit and on each line.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)], at most about three of each
    values : "x" (d,), "Z_1" and "A_1" (h,), "Z_2" (k,) and "loss", what the forward pass of one sample gives
    slopes : the slope of the loss for each unit of some of "Z_2", "A_1" and "Z_1"
    weight_slopes : the same for the weights: nothing yet, or [dW_2], or [dW_1, dW_2]
    paths : whether to mark all paths on which hidden unit 1 reaches the loss
    """
    values = {name: np.ravel(value) for name, value in values.items()}
    across = dict(zip(values, (0, 2.7, 3.9, 6.9, 9.1), strict=True))
    at = {
        name: [(across[name], 1.7 * ((len(value) - 1) / 2 - row)) for row in range(len(value))]
        for name, value in values.items()
    }
    below = dict(zip(("W_2", "W_1"), reversed(weight_slopes), strict=False))
    links = {
        ("x", "Z_1"): ("W_1", np.asarray(W[0])),
        ("Z_1", "A_1"): ("", np.eye(len(W[0]))),
        ("A_1", "Z_2"): ("W_2", np.asarray(W[1])),
        ("Z_2", "loss"): ("", np.ones((1, len(W[1])))),
    }

    def paint(axes):
        for (left, right), (name, weights) in links.items():
            for row, column in np.ndindex(weights.shape):
                if not name and not weights[row, column]:
                    continue  # each z leads to its own a only
                ends = np.array([at[left][column], at[right][row]])
                marked = paths and (left == "Z_2" or (left == "A_1" and column == 0))
                axes.plot(*ends.T, color=ORANGE if marked else "#999999", linewidth=4 if marked else 1.2, zorder=1)
                if name:
                    slope = below[name][row][column] if name in below else None
                    _write_on(axes, ends, f"{weights[row, column]:g}", slope)
        for name, value in values.items():
            for row, number in enumerate(value):
                slope = np.ravel(slopes[name])[row] if name in slopes else None
                _draw_unit(axes, at[name][row], _letters(name, row), number, slope)
        for name, x in across.items():
            axes.text(x, 1.62, name if len(name) > 3 else f"${name}$", ha="center", color="#555555")
        axes.set(xlim=(-0.6, 9.8), ylim=(-1.5, 1.8))
        axes.axis("off")

    told = "; ".join(f"{name}: {_in_words(slope)}" for name, slope in slopes.items())
    rows = [
        (name, _in_words(value), _in_words(slopes[name]) if name in slopes else "") for name, value in values.items()
    ]
    rows += [
        (name, _in_words(weights), _in_words(below[name]) if name in below else "")
        for name, weights in zip(("W_1", "W_2"), W, strict=True)
    ]
    return draw(
        paint,
        alt=f"A network from {len(values['x'])} inputs over {len(values['Z_1'])} hidden units and {len(values['Z_2'])} scores "
        f"to the loss, with a weight on each line. Slopes that came back, below: {told}."
        + (" Two paths lead from hidden unit 1 to the loss, one through each score." if paths else ""),
        caption="Black and blue, above: what goes forward, and the weights. Red, below: by how much the loss rises per unit "
        "of each number." + (" Orange: the paths from hidden unit 1 to the loss." if paths else ""),
        table=[("", "forward", "slope"), *rows],
        size=(9.5, 3.9),
    )


def _letters(name: str, row: int) -> str:
    """Return how a unit is called in formulas; hidden units and inputs count from 1, classes from 0."""
    if name == "Z_1":
        return "Σ"  # in formulas a z with an index is a score
    return name if name == "loss" else f"${name[0].lower()}_{row + (name != 'Z_2')}$"


def _draw_unit(axes, place, letters: str, number: float, slope: float | None) -> None:
    """Draw one unit as a circle with its letters; above what it holds, below its slope."""
    x, y = place
    axes.plot(x, y, "o", markersize=32, markerfacecolor="white", markeredgecolor="black", zorder=2)
    axes.text(x, y, letters, ha="center", va="center", zorder=3)
    axes.text(x, y + 0.3, f"{number:.3g}", ha="center", va="bottom", zorder=3)
    if slope is not None:
        axes.text(x, y - 0.3, f"{slope:.3f}", ha="center", va="top", color=RED, zorder=3)


def _write_on(axes, ends, weight: str, slope: float | None) -> None:
    """Write a weight above its line, near where the line begins, and its slope below."""
    x, y = ends[0] + 0.3 * (ends[1] - ends[0])
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.9}
    axes.text(x, y + 0.05, weight, ha="center", va="bottom", color=BLUE, bbox=box, zorder=3)
    if slope is not None:
        axes.text(x, y - 0.05, f"{slope:.3f}", ha="center", va="top", color=RED, bbox=box, zorder=3)


def _in_words(numbers) -> str:
    return ", ".join(f"{number:.3f}" for number in np.ravel(numbers))


def gradient_agreement(gradients: Mapping[str, object], numeric: Mapping[str, object]) -> Figure:
    """Draw each entry of some gradients against its numeric estimate, one panel for each parameter.

    Parameters
    ----------
    gradients : names and arrays; at least two, at most about four
    numeric : the same names and arrays of as many entries
    """
    ours = {name: np.round(np.ravel(array), 6) for name, array in gradients.items()}
    theirs = {name: np.round(np.ravel(numeric[name]), 6) for name in ours}
    apart = {name: float(np.max(np.abs(ours[name] - theirs[name]))) for name in ours}

    def paint(panels):
        for axes, name in zip(panels, ours, strict=True):
            reach = 1.15 * max(np.max(np.abs(ours[name])), np.max(np.abs(theirs[name])), 1e-6)
            axes.plot([-reach, reach], [-reach, reach], color="#999999", linewidth=1)
            axes.plot(theirs[name], ours[name], "o", color=BLUE, markersize=5, alpha=0.7)
            axes.set(title=name, xlabel="numeric", xlim=(-reach, reach), ylim=(-reach, reach))
            axes.set_aspect("equal")
            tick = max(
                10.0**power * digit for power in range(-7, 3) for digit in (1, 2, 5) if 10.0**power * digit < reach
            )
            axes.set_xticks([-tick, 0, tick], [f"{-tick:g}", "0", f"{tick:g}"])
            axes.set_yticks([-tick, 0, tick], [f"{-tick:g}", "0", f"{tick:g}"])
        panels[0].set_ylabel("back_prop")

    far = ", ".join(f"{name} {distance:.3f}" for name, distance in apart.items())
    return draw(
        paint,
        alt=f"One panel for each of {', '.join(ours)}: a point for each entry, numeric gradient across, back_prop upwards, "
        f"and a diagonal line. The largest distances from the diagonal: {far}.",
        caption="One point for each entry. On the grey line both ways of computing it agree.",
        table=[
            ("parameter", "entries", "largest difference"),
            *((name, ours[name].size, f"{distance:.3f}") for name, distance in apart.items()),
        ],
        size=(8, 2.6),
        columns=len(ours),
    )


def loss_changes(random: Sequence[float], along: Mapping[str, float]) -> Figure:
    """Draw how a step in random directions changes the loss, and mark what a few chosen directions do.

    Parameters
    ----------
    random : (m,) changes of the loss after a step in a random direction
    along : names and changes of the loss after a step of the same length in chosen directions
    """
    random = np.round(np.asarray(random), 6)
    edge = 1.15 * max(abs(change) for change in [*random, *along.values()])
    counts, edges = np.histogram(random, bins=120, range=(-edge, edge))

    def paint(axes):
        axes.stairs(counts, edges, fill=True, color=BLUE, label=f"{random.size} random directions")
        for (name, change), colour, style in zip(along.items(), (RED, GREEN), ("dashed", "solid"), strict=False):
            axes.axvline(change, color=colour, linestyle=style, label=name)
        axes.set(xlabel="change of the loss", ylabel="how many directions", xlim=(-edge, edge))
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)

    marked = "; ".join(f"{name}: {change:+.3f}" for name, change in along.items())
    return draw(
        paint,
        alt=f"A histogram of the changes of the loss in {random.size} random directions, from {random.min():+.3f} to "
        f"{random.max():+.3f}. Far outside: {marked}.",
        caption="All steps have the same length. Only the direction differs.",
        table=[
            ("direction", "change of the loss"),
            ("random, lowest", f"{random.min():+.3f}"),
            ("random, highest", f"{random.max():+.3f}"),
            *((name, f"{change:+.3f}") for name, change in along.items()),
        ],
        size=(7, 3.2),
    )
