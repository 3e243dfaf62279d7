"""The figures of unit 03: the sigmoid, a network small enough for paper, softmax, what a bend buys, an untrained network.

The functions receive the student's functions or their results; no formula of an exercise stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from course.plots.figure import BLUE, GREEN, ORANGE, SKY, Figure, draw, show_image
from course.plots.initialisation import FLAT


def sigmoid_curve(sigmoid: Callable) -> Figure:
    """Draw a sigmoid from -10 to 10, and shade where it is flat.

    Parameters
    ----------
    sigmoid : the function to draw; it receives a (201,) float array
    """
    z = np.linspace(-10, 10, 201)
    value = np.round(sigmoid(z), 6)
    flat_left, flat_right = z[value < FLAT], z[value > 1 - FLAT]

    def paint(axes):
        for side in (flat_left, flat_right):
            if side.size:
                axes.axvspan(side.min(), side.max(), color="#EEEEEE")
                axes.text(side.mean(), 0.5, "flat:\nsaturated", ha="center", va="center")
        axes.axhline(0.5, color="#999999", linewidth=1, linestyle="dotted")
        axes.plot(z, value, color=BLUE)
        axes.plot(0, value[100], "o", color=ORANGE)
        axes.set_xticks(range(-10, 11, 2))
        axes.set(xlabel="z, what goes in", ylabel="sigmoid(z), what comes out", xlim=(-10, 10))

    shown = [index for index in range(201) if z[index].round(6) in (-10, -5, -2, -1, 0, 1, 2, 5, 10)]
    edge = (
        f" above z = {flat_right.min():.1f} and below z = {flat_left.max():.1f}"
        if flat_left.size * flat_right.size
        else ""
    )
    return draw(
        paint,
        alt=f"An S-shaped curve: {value[0]:.3f} at z = -10, {value[100]:.3f} at 0, {value[-1]:.3f} at 10. "
        f"It is flat{edge or ' nowhere'}.",
        caption="Steep in the middle, flat at both ends. In the grey parts the value is within "
        f"{FLAT} of 0 or 1: there, a change of z changes almost nothing.",
        table=[("z", "sigmoid(z)"), *((f"{z[index]:.0f}", f"{value[index]:.4f}") for index in shown)],
        size=(7, 3.2),
    )


def small_network(W: Sequence, b: Sequence, x) -> Figure:
    """Draw a small network with one sample at its inputs, a weight on each line, and the biases.

    Parameters
    ----------
    W : [W_1 (h, d), W_2 (k, h)], at most about four of each
    b : [b_1 (h,), b_2 (k,)]
    x : (d,) array, the sample
    """
    sizes = [len(x), *(len(bias) for bias in b)]
    heights = [[(size - 1) / 2 - row for row in range(size)] for size in sizes]
    names = [
        [f"input {column + 1}" for column in range(sizes[0])],
        [f"hidden {row + 1}" for row in range(sizes[1])],
        [f"class {row}" for row in range(sizes[2])],
    ]

    def paint(axes):
        for layer, (weights, bias) in enumerate(zip(W, b, strict=True)):
            for row, column in np.ndindex(weights.shape):
                start, end = (3 * layer, heights[layer][column]), (3 * layer + 3, heights[layer + 1][row])
                axes.plot(*zip(start, end, strict=True), color="#888888", linewidth=1.2, zorder=1)
                place = [s + 0.3 * (e - s) for s, e in zip(start, end, strict=True)]
                axes.text(*place, f"{weights[row, column]:g}", ha="center", va="center", color=BLUE,
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
            for row, value in enumerate(bias):
                axes.text(3 * layer + 3, heights[layer + 1][row] - 0.36, f"bias {value:g}", ha="center", color=GREEN)
        for layer, column in enumerate(names):
            for row, name in enumerate(column):
                where = (3 * layer, heights[layer][row])
                axes.plot(*where, "o", markersize=30, markerfacecolor="white", markeredgecolor="black", zorder=2)
                axes.text(where[0], where[1] + 0.29, name, ha="center")
        for row, value in enumerate(x):
            axes.text(0, heights[0][row], f"{value:g}", ha="center", va="center", zorder=3)
        top = max(sizes) / 2
        axes.set(xlim=(-0.8, 6.8), ylim=(-top, top))
        axes.axis("off")

    lines = [
        (names[layer][column], names[layer + 1][row], f"{weights[row, column]:g}")
        for layer, weights in enumerate(W)
        for row, column in np.ndindex(weights.shape)
    ]
    biases = [
        ("bias", names[layer + 1][row], f"{value:g}") for layer, bias in enumerate(b) for row, value in enumerate(bias)
    ]
    return draw(
        paint,
        alt=f"A network with {sizes[0]} inputs, {sizes[1]} hidden units and {sizes[2]} classes. Its inputs hold "
        f"{' and '.join(f'{value:g}' for value in x)}. Each line carries a weight; the table lists them.",
        caption="Blue: the weights, each beside the end where its line begins. Green: the biases. "
        "The lines on the left are W_1, those on the right W_2.",
        table=[("from", "to", "value"), *lines, *biases],
        size=(7, 1.0 + 1.2 * max(sizes)),
    )


def softmax_scales(softmax: Callable, scores, factors: Sequence[float] = (1, 5, 20)) -> Figure:
    """Draw what softmax makes of one row of scores that is multiplied by several factors.

    Parameters
    ----------
    softmax : receives a (1, k) array, returns one of the same shape
    scores : (k,) array
    factors : the numbers by which the scores are multiplied, one panel for each
    """
    scores = np.asarray(scores)
    rows = [np.round(np.asarray(softmax(factor * scores[np.newaxis])), 6)[0] for factor in factors]

    def paint(panels):
        for axes, factor, row in zip(np.atleast_1d(panels), factors, rows, strict=True):
            axes.bar(range(len(row)), row, color=BLUE)
            for place, value in enumerate(row):
                axes.text(place, value + 0.02, f"{value:.3f}", ha="center")
            axes.set(title=f"scores times {factor:g}", xlabel="class", ylim=(0, 1.1))
            axes.set_xticks(
                range(len(row)), [f"{place}\nscore {factor * score:g}" for place, score in enumerate(scores)]
            )
        np.atleast_1d(panels)[0].set_ylabel("probability")

    largest = ", ".join(f"{row.max():.3f} at factor {factor:g}" for factor, row in zip(factors, rows, strict=True))
    return draw(
        paint,
        alt=f"Bars of the probabilities of {len(scores)} classes, one panel for each factor. "
        f"The largest probability is {largest}.",
        caption="The order of the classes stays. The differences between the scores grow, and with them the certainty.",
        table=[
            ("factor", *(f"class {place}" for place in range(len(scores)))),
            *((f"{factor:g}", *(f"{value:.3f}" for value in row)) for factor, row in zip(factors, rows, strict=True)),
        ],
        size=(8, 3.2),
        columns=len(factors),
        sharey=True,
    )


def bent_curve(W_1, b_1, W_2, bend: Callable) -> Figure:
    """Draw what a network with one input and one output gives, without a bend between its layers and with it.

    Parameters
    ----------
    W_1, b_1 : (h,) arrays, the weight and the bias of each hidden unit, at most about four units
    W_2 : (h,) array, the weights of the output
    bend : what the hidden units do to their sums; it receives an (h, 121) array and returns one of the same shape
    """
    x = np.linspace(-3, 3, 121)
    W_1, b_1, W_2 = (np.asarray(array, dtype=float) for array in (W_1, b_1, W_2))
    sums = W_1[:, np.newaxis] * x + b_1[:, np.newaxis]
    hidden = {"without a bend": sums, "with the bend": np.asarray(bend(sums), dtype=float)}
    output = {name: np.round(W_2 @ values, 6) for name, values in hidden.items()}

    def paint(panels):
        for axes, (name, values) in zip(panels, hidden.items(), strict=True):
            for unit, (weight, line) in enumerate(zip(W_2, values, strict=True), 1):
                label = f"{weight:g} × hidden {unit}"
                axes.plot(x, weight * line, color=(GREEN, ORANGE)[unit % 2], linestyle="--", linewidth=1.2, label=label)
            axes.plot(x, output[name], color=BLUE, linewidth=3, label="output: their sum")
            axes.set(title=name, xlabel="input x")
        names = panels[0].get_legend_handles_labels()
        panels[0].figure.legend(*names, frameon=False, loc="outside lower center", ncols=len(W_2) + 1)

    shown = range(0, len(x), 20)
    told = "; ".join(
        f"{name} from {values[0]:.2f} at x = -3 over {values[60]:.2f} at 0 to {values[-1]:.2f} at 3"
        for name, values in output.items()
    )
    return draw(
        paint,
        alt=f"Two panels with the output over the input x, and dashed, what each of {len(W_2)} hidden units adds to it. "
        f"The output goes {told}.",
        caption="Dashed: what each hidden unit adds. Blue: their sum, the output. Straight lines add up to a straight line.",
        table=[("x", *output), *((f"{x[i]:.0f}", *(f"{values[i]:.2f}" for values in output.values())) for i in shown)],
        size=(8, 3.2),
        columns=2,
    )


def bent_border(W_1, b_1, W_2, b_2: float, bend: Callable) -> Figure:
    """Draw where the output of a network with two inputs is above 0, without a bend between its layers and with it.

    Parameters
    ----------
    W_1 : (h, 2) array
    b_1, W_2 : (h,) arrays
    b_2 : the bias of the output
    bend : what the hidden units do to their sums; it receives an (h, 81, 81) array and returns one of the same shape
    """
    side = np.linspace(-3, 3, 81)
    W_1, b_1, W_2 = (np.asarray(array, dtype=float) for array in (W_1, b_1, W_2))
    plane = np.stack(np.meshgrid(side, side))  # (2, 81, 81)
    sums = np.tensordot(W_1, plane, axes=1) + b_1[:, np.newaxis, np.newaxis]
    hidden = {"without a bend": sums, "with the bend": np.asarray(bend(sums), dtype=float)}
    output = {name: np.round(np.tensordot(W_2, values, axes=1) + b_2, 6) for name, values in hidden.items()}
    inside = {name: values > 0 for name, values in output.items()}

    def paint(panels):
        for axes, (name, values) in zip(panels, output.items(), strict=True):
            axes.contourf(side, side, values, levels=[0, np.inf], colors=[SKY], alpha=0.6)
            for (first, second), bias in zip(W_1, b_1, strict=True):  # where first * x + second * y + bias is 0
                if second:
                    axes.plot(side, -(first * side + bias) / second, color="#555555", linestyle="--", linewidth=1)
                elif first:
                    axes.axvline(-bias / first, color="#555555", linestyle="--", linewidth=1)
            axes.set(title=name, xlabel="input 1", xlim=(-3, 3), ylim=(-3, 3), aspect="equal")
        panels[0].set_ylabel("input 2")

    def closed(above):
        edge = np.concatenate([above[0], above[-1], above[:, 0], above[:, -1]])
        return bool(above.any() and not edge.any())

    share = {name: above.mean() for name, above in inside.items()}
    told = "; ".join(
        f"{name} it covers {share[name]:.0%} of the square, {'away from' if closed(above) else 'up to'} its edge"
        for name, above in inside.items()
    )
    return draw(
        paint,
        alt=f"Two panels of a square with the two inputs as its sides. The area where the output is above 0 is filled: {told}. "
        f"{len(W_1)} dashed lines show where each hidden unit's sum is 0.",
        caption='Filled: the output is above 0, "inside". Dashed: where each hidden unit switches.',
        table=[
            ("network", "filled share of the square", "filled area"),
            *((name, f"{share[name]:.0%}", "closed" if closed(above) else "open") for name, above in inside.items()),
        ],
        size=(8, 3.8),
        columns=2,
        sharey=True,
    )


def class_probabilities(images, labels, Y_hat) -> Figure:
    """Draw each image above the probabilities that a network gives it.

    Parameters
    ----------
    images : (m, 8, 8) array of pixels from 0 to 16, at least two and at most about six
    labels : (m,) int array, the true classes
    Y_hat : (m, k) array of probabilities
    """
    Y_hat = np.round(np.asarray(Y_hat), 6)
    count, classes = Y_hat.shape

    def paint(panels):
        for top, bottom, image, label, row in zip(panels[0], panels[1], images, labels, Y_hat, strict=True):
            show_image(top, image)
            top.set_title(f"a {label}")
            bottom.barh(range(classes), row, color=[ORANGE if c == label else BLUE for c in range(classes)])
            bottom.axvline(1 / classes, color="black", linewidth=1, linestyle="dashed")
            bottom.set(xlim=(0, 1.1 * Y_hat.max()), xlabel="probability")
            bottom.set_yticks(range(classes))
            bottom.invert_yaxis()
        panels[1][0].set_ylabel("class")

    chosen = ", ".join(
        f"class {row.argmax()} ({row.max():.2f}) for a {label}" for label, row in zip(labels, Y_hat, strict=True)
    )
    return draw(
        paint,
        alt=f"{count} digits, and below each of them bars for {classes} classes. The longest bars: {chosen}.",
        caption=f"Orange: the true class. Dashed: 1/{classes}, the probability of a pure guess.",
        table=[
            ("digit", *(f"class {c}" for c in range(classes))),
            *((f"a {label}", *(f"{value:.3f}" for value in row)) for label, row in zip(labels, Y_hat, strict=True)),
        ],
        size=(8, 4.6),
        rows=2,
        columns=count,
        height_ratios=(1, 2),
    )
