"""The figures of unit 12: a chain of layers, gradients layer by layer, loss curves, and a grid of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from course.plots.figure import BLUE, GREEN, ORANGE, PINK, Figure, draw, show_image

_DASHES = ("solid", "dashed", "dotted", "dashdot")
_MARKERS = ("o", "s", "^", "D")


def layer_chain(sizes: Sequence[int]) -> Figure:
    """Draw the layers of a network as a chain: forward from left to right, backward from right to left.

    Parameters
    ----------
    sizes : d, the sizes of the hidden layers, k; from two to about five of them
    """
    last = len(sizes) - 1
    names = ["inputs", *(f"hidden layer {layer}" for layer in range(1, last)), "probabilities"]

    def paint(axes):
        for layer, (size, name) in enumerate(zip(sizes, names, strict=True)):
            x = 3 * layer
            axes.add_patch(_box(x - 0.75, -0.55, 1.5, 1.1))
            axes.text(x, 0, f"A[{layer}]\n(n, {size})", ha="center", va="center")
            axes.text(x, -1.0, name, ha="center", va="center")
        for layer in range(last):
            start, end = 3 * layer + 0.85, 3 * layer + 2.15
            _arrow(axes, start, end, 0.25, BLUE)
            _arrow(axes, end, start, -0.25, ORANGE)
            middle = (start + end) / 2
            axes.text(
                middle, 0.5, f"W[{layer}]\n({sizes[layer + 1]}, {sizes[layer]})", ha="center", va="bottom", color=BLUE
            )
            axes.text(middle, -0.4, "dZ", ha="center", va="top", color="#A04000")
        axes.set(xlim=(-1.2, 3 * last + 1.2), ylim=(-1.4, 1.6))
        axes.axis("off")

    shapes = [
        (f"W[{layer}]", f"({sizes[layer + 1]}, {sizes[layer]})", f"({sizes[layer + 1]},)") for layer in range(last)
    ]
    return draw(
        paint,
        alt=f"A chain of {last + 1} boxes, from the inputs A[0] to the probabilities A[{last}], joined by {last} layers of "
        "weights. Blue arrows lead to the right, orange arrows called dZ lead back to the left.",
        caption="Blue: the forward pass makes one A after the other. Orange: the backward pass hands dZ from layer to layer.",
        table=[("weights", "shape", "shape of the biases"), *shapes],
        size=(8, 2.6),
    )


def _box(x, y, width, height):
    from matplotlib.patches import FancyBboxPatch

    return FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0.05", facecolor="#D6E8F4", edgecolor="#333333")


def _arrow(axes, start, end, height, colour):
    axes.annotate("", (end, height), (start, height), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2})


def layer_gradients(sizes: Mapping[str, Sequence[float]]) -> Figure:
    """Draw how large the gradient of each layer's weights is, on a logarithmic axis.

    Parameters
    ----------
    sizes : name → the typical size of the gradient in each layer, the first layer first; all of the same length
    """
    sizes = {name: np.round(np.asarray(values, dtype=float), 9) for name, values in sizes.items()}
    layers = np.arange(1, 1 + len(next(iter(sizes.values()))))

    def paint(axes):
        for (name, values), colour, marker in zip(sizes.items(), (BLUE, ORANGE, GREEN, PINK), _MARKERS, strict=False):
            axes.semilogy(layers, values, color=colour, marker=marker, label=name)
        axes.set_xticks(layers)
        axes.set(xlabel="layer, the first one on the left", ylabel="typical size of a gradient")
        axes.legend(frameon=False)

    ratios = "; ".join(
        f"{name}: in the first layer {_rounded(values[0] / values[-1])} times as large as in the last"
        for name, values in sizes.items()
    )
    return draw(
        paint,
        alt=f"The size of the gradient in {len(layers)} layers. {ratios}.",
        caption="The axis on the left is logarithmic: from one number to the next is ten times as large.",
        table=[
            ("layer", *sizes),
            *((layer, *(f"{values[layer - 1]:.1e}" for values in sizes.values())) for layer in layers),
        ],
        size=(7, 3.4),
    )


def _rounded(ratio: float) -> str:
    """Write a ratio with one digit, so that it does not hang on the last bits of a computation."""
    return f"{float(f'{ratio:.1g}'):g}"


def depth_curves(curves: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw the loss during training, the mean over several starts: a panel for each activation, a line for each depth.

    Parameters
    ----------
    curves : the name of a panel → the name of a line → the loss of each epoch; at most four lines a panel
    """
    curves = {panel: {name: np.round(line, 6) for name, line in lines.items()} for panel, lines in curves.items()}

    def paint(panels):
        for axes, (panel, lines) in zip(np.atleast_1d(panels), curves.items(), strict=True):
            for number, (name, line) in enumerate(lines.items()):
                colour = (BLUE, GREEN, ORANGE, PINK)[number]
                axes.plot(np.arange(1, 1 + len(line)), line, color=colour, linestyle=_DASHES[number], label=name)
            axes.set(title=panel, xlabel="epoch", ylim=(0, None))
            axes.xaxis.get_major_locator().set_params(integer=True)
        np.atleast_1d(panels)[0].set_ylabel("training loss")
        np.atleast_1d(panels)[-1].legend(frameon=False)

    ends = "; ".join(
        f"{panel}: " + ", ".join(f"{name} {line[-1]:.1f}" for name, line in lines.items())
        for panel, lines in curves.items()
    )
    rows = [
        (panel, name, *(f"{value:.2f}" for value in line[[0, len(line) // 2, -1]]))
        for panel, lines in curves.items()
        for name, line in lines.items()
    ]
    return draw(
        paint,
        alt=f"Training loss by epoch. In the last epoch: {ends}.",
        caption="Each line is the mean of several networks. All panels have the same vertical axis.",
        table=[("activation", "network", "first epoch", "half-way", "last epoch"), *rows],
        size=(8, 3.4),
        columns=len(curves),
        sharey=True,
    )


def score_grid(scores, lrs: Sequence[float], lmbds: Sequence[float]) -> Figure:
    """Draw the scores of a grid search as a table of shaded squares with the numbers in them.

    Parameters
    ----------
    scores : (len(lrs), len(lmbds)) array of accuracies from 0 to 1
    lrs, lmbds : the learning rates (rows) and the strengths of the penalty (columns)
    """
    scores = np.round(np.asarray(scores, dtype=float), 2)

    def paint(axes):
        show_image(axes, scores, cmap="Blues", vmax=1.2, lines="white")
        axes.set_aspect("auto")
        for row, column in np.ndindex(scores.shape):
            value = scores[row, column]
            colour = "white" if value > 0.8 else "black"
            axes.text(column + 0.5, row + 0.5, f"{value:.0%}", ha="center", va="center", color=colour)
        axes.set_xticks(np.arange(len(lmbds)) + 0.5, [f"{lmbd:g}" for lmbd in lmbds])
        axes.set_yticks(np.arange(len(lrs)) + 0.5, [f"{lr:g}" for lr in lrs])
        axes.set(xlabel="lmbd", ylabel="lr")
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)

    row, column = np.unravel_index(np.argmax(scores), scores.shape)
    return draw(
        paint,
        alt=f"A grid of accuracies, {len(lrs)} learning rates by {len(lmbds)} values of lmbd. They go from "
        f"{scores.min():.0%} to {scores.max():.0%}; the best is at lr = {lrs[row]:g}, lmbd = {lmbds[column]:g}.",
        caption="Each square: the mean accuracy over the folds, on digits that were not trained on.",
        table=[
            ("lr", *(f"lmbd = {lmbd:g}" for lmbd in lmbds)),
            *((f"{lr:g}", *(f"{value:.0%}" for value in line)) for lr, line in zip(lrs, scores, strict=True)),
        ],
        size=(5, 3),
    )
