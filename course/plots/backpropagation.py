"""The figures of unit 05: secants, how exact they are, the way back through a network, and gradients that agree or not.

The functions receive the student's functions or their results; no formula of an exercise stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from course.plots.figure import BLUE, GREEN, ORANGE, RED, Figure, draw


def secants(f: Callable, at: float, step: float) -> Figure:
    """Draw a curve and two straight lines: from ``at`` to a step up, and from a step down to a step up.

    Parameters
    ----------
    f : takes a float or an array of floats, and gives as many
    at : where the slope is wanted
    step : the step to each side
    """
    x = np.linspace(at - 1.6 * step, at + 1.6 * step, 121)
    low, here, high = (float(f(value)) for value in (at - step, at, at + step))
    one_sided, two_sided = (high - here) / step, (high - low) / (2 * step)
    spread = np.array([-1.5 * step, 1.5 * step])

    def paint(axes):
        axes.plot(x, np.round(f(x), 6), color="black", label="the curve")
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
        f"the slope {one_sided:.2f}, a line through the first and the last {two_sided:.2f}.",
        caption="Each line goes through two points of the curve. Which of them is as steep as the curve is in the middle?",
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


def forth_and_back(values: Mapping[str, object], gradients: Mapping[str, object]) -> Figure:
    """Draw the steps of a network as boxes: numbers that go forward above, gradients that come back below.

    Parameters
    ----------
    values : names and what the forward pass gives, in order; each a number or up to four numbers
    gradients : for some of the names, the gradient of the loss with respect to it, of the same size
    """
    names = list(values)
    above = {name: _write(value) for name, value in values.items()}
    below = {name: _write(value) for name, value in gradients.items()}

    def paint(axes):
        for place, name in enumerate(names):
            axes.text(2 * place, 0, name, ha="center", va="center", weight="bold",
                      bbox={"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": "black"})  # fmt: skip
            axes.text(2 * place, 0.62, above[name], ha="center", va="bottom", color=BLUE)
            if name in below:
                axes.text(2 * place, -0.62, below[name], ha="center", va="top", color=RED)
            if place:
                _arrow(axes, (2 * place - 1.4, 0.14), (2 * place - 0.65, 0.14), BLUE)
                if {name, names[place - 1]} <= below.keys():
                    _arrow(axes, (2 * place - 0.65, -0.14), (2 * place - 1.4, -0.14), RED)
        if below:  # the way back begins with one step, from the last box to the last gradient
            goal = 2 * max(names.index(name) for name in below)
            _arrow(axes, (2 * len(names) - 2, -0.5), (goal + 0.65, -0.2), RED, "arc3,rad=-0.25")
        axes.text(-1.1, 0.75, "forward", color=BLUE, ha="right", va="bottom")
        axes.text(-1.1, -0.75, "back", color=RED, ha="right", va="top")
        axes.set(xlim=(-2.3, 2 * len(names) - 1), ylim=(-1.5, 1.5))
        axes.axis("off")

    return draw(
        paint,
        alt=f"Boxes in a row: {', '.join(names)}. Arrows lead forward to the last box, and back in one step to "
        f"{max(below, key=names.index, default=names[-1])}, then box by box. "
        "The table lists the numbers at each box.",
        caption="Above: what the forward pass gives. Below: by how much the loss rises per unit of each number.",
        table=[
            ("", *names),
            ("forward", *(above[name].replace("\n", ", ") for name in names)),
            ("back", *(below.get(name, "").replace("\n", ", ") for name in names)),
        ],
        size=(8, 2.4),
    )


def _write(value) -> str:
    return "\n".join(f"{number:.3f}" for number in np.ravel(value))


def _arrow(axes, start, end, colour, bend: str = "arc3") -> None:
    look = {"arrowstyle": "->", "color": colour, "linewidth": 1.5, "connectionstyle": bend}
    axes.annotate("", xy=end, xytext=start, arrowprops=look)


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
