"""The figures of unit 02: random numbers, copies, the spread of weights, and what it does to a hidden layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from course.plots.figure import BLUE, ORANGE, SEQUENTIAL, Figure, draw, show_image

FLAT = 0.05  # an activation within this distance of 0 or 1 counts as saturated: there the sigmoid is nearly flat


def normal_histogram(values: np.ndarray) -> Figure:
    """Show how random numbers are distributed, and how many of them lie outside -1 to 1.

    Parameters
    ----------
    values : array of any shape
    """
    values = np.round(np.ravel(values), 6)
    outside = np.mean(np.abs(values) > 1)
    edges = np.linspace(-5, 5, 41)  # -1 and 1 are edges, so that no bar is half inside
    share = np.histogram(values, edges)[0] / values.size
    beyond = np.where(np.abs(edges[:-1] + edges[1:]) > 2, share, 0)

    def paint(axes):
        axes.stairs(share, edges, fill=True, color=BLUE, label=f"from −1 to 1: {1 - outside:.0%}")
        axes.stairs(beyond, edges, fill=True, color=ORANGE, label=f"outside: {outside:.0%}")
        axes.set_xlabel("random number")
        axes.set_ylabel("share of all numbers")
        axes.legend(frameon=False)

    between = [np.mean((np.abs(values) > low) & (np.abs(values) <= low + 1)) for low in range(4)]
    return draw(
        paint,
        alt=f"A bell-shaped histogram of {values.size:,} numbers, highest at 0. {outside:.0%} of them are below -1 or "
        f"above 1; the smallest is {values.min():.1f}, the largest {values.max():.1f}.",
        caption="Most numbers are near 0, but there is no border at −1 or 1: the orange part lies outside.",
        table=[
            ("distance from 0", "share"),
            *((f"{low} to {low + 1}", f"{part:.1%}") for low, part in enumerate(between)),
            ("more than 4", f"{np.mean(np.abs(values) > 4):.2%}"),
        ],
    )


def unit_copies(activations: Mapping[str, np.ndarray]) -> Figure:
    """Show hidden activations as grey squares, one panel for each start: equal columns are units that do the same.

    Parameters
    ----------
    activations : the name of each start, with its activations: (n, h) array, all of the same shape; the first 8 rows
        are shown
    """
    shown = {name: np.round(A[:8], 6) for name, A in activations.items()}
    low, high = min(A.min() for A in shown.values()), max(A.max() for A in shown.values())
    different = {name: len(np.unique(A, axis=1).T) for name, A in shown.items()}

    def paint(axes):
        for panel, (name, A) in zip(np.atleast_1d(axes), shown.items(), strict=True):
            show_image(panel, A, vmin=low, vmax=high, cmap=SEQUENTIAL)
            panel.set_title(name, fontsize=11)
            panel.set_xlabel("hidden units")
        np.atleast_1d(axes)[0].set_ylabel("images")

    found = "; ".join(f"{name}, {count}" for name, count in different.items())
    return draw(
        paint,
        alt=f"Grids of grey squares, a row for each of {len(next(iter(shown.values())))} images and a column for each "
        f"hidden unit. Number of different columns: {found}.",
        caption="Darker means a larger activation. Two columns that look the same are two units that do the same.",
        table=[
            ("start", "different columns", "smallest activation", "largest activation"),
            *((name, different[name], f"{A.min():.2f}", f"{A.max():.2f}") for name, A in shown.items()),
        ],
        size=(8, 1.9),
        columns=len(shown),
    )


def weight_histograms(W: Sequence[np.ndarray]) -> Figure:
    """Show the numbers in each weight matrix, with their mean and spread.

    Parameters
    ----------
    W : the weight matrices, one for each layer: [W_1 (h, d), W_2 (k, h)]
    """
    values = [np.round(np.ravel(matrix), 6) for matrix in W]
    reach = max(np.abs(numbers).max() for numbers in values)
    edges = np.linspace(-reach, reach, 22)

    def paint(axes):
        for panel, matrix, numbers, layer in zip(
            np.atleast_1d(axes), W, values, range(1, len(values) + 1), strict=True
        ):
            panel.stairs(np.histogram(numbers, edges)[0] / numbers.size, edges, fill=True)
            panel.set_title(f"$W_{layer}$ {np.shape(matrix)}: spread {numbers.std():.2f}", fontsize=11)
            panel.set_xlabel("weight")
            panel.xaxis.set_major_locator(MaxNLocator(4, prune="both"))  # no labels that touch the next panel's
        np.atleast_1d(axes)[0].set_ylabel("share of the weights")

    found = "; ".join(
        f"W_{layer} has shape {np.shape(matrix)}, mean {numbers.mean():.2f} and spread {numbers.std():.2f}"
        for layer, (matrix, numbers) in enumerate(zip(W, values, strict=True), 1)
    )
    return draw(
        paint,
        alt=f"A histogram of the weights for each layer. {found}.",
        caption="By He's rule, the matrix whose units read fewer numbers has the wider histogram.",
        table=[
            ("matrix", "shape", "mean", "spread"),
            *(
                (f"W_{layer}", np.shape(matrix), f"{numbers.mean():.2f}", f"{numbers.std():.2f}")
                for layer, (matrix, numbers) in enumerate(zip(W, values, strict=True), 1)
            ),
        ],
        size=(7, 2.8),
        columns=len(values),
        sharey=True,
    )


def hidden_activations(activations: Mapping[str, np.ndarray]) -> Figure:
    """Show the distribution of the hidden activations, one panel for each start, with the saturated ones marked.

    Parameters
    ----------
    activations : the name of each start, with its activations: (n, h) array of numbers from 0 to 1
    """
    values = {name: np.round(np.ravel(A), 6) for name, A in activations.items()}
    edges = np.linspace(0, 1, 21)  # the first and the last bar are exactly the saturated ones
    flat = {name: np.mean((A < FLAT) | (A > 1 - FLAT)) for name, A in values.items()}
    top = 0.4  # a bar may be higher, when all activations are the same: it is cut, and says so

    def paint(axes):
        for panel, (name, A) in zip(np.atleast_1d(axes), values.items(), strict=True):
            share = np.histogram(A, edges)[0] / A.size
            panel.stairs(share, edges, fill=True, color=BLUE)
            ends = np.where((edges[:-1] < FLAT / 2) | (edges[1:] > 1 - FLAT / 2), share, 0)
            panel.stairs(ends, edges, fill=True, color=ORANGE)
            if share.max() > top:
                panel.text(0.45, top * 0.8, f"{share.max():.0%} in\none bar", ha="right", fontsize=10)
            panel.set_ylim(0, top)
            panel.set_title(f"{name}\nsaturated: {flat[name]:.0%}", fontsize=11)
            panel.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
            panel.set_xlabel("activation")
        np.atleast_1d(axes)[0].set_ylabel("share of activations")

    found = "; ".join(
        f"{name}: from {A.min():.2f} to {A.max():.2f}, {flat[name]:.0%} saturated" for name, A in values.items()
    )
    return draw(
        paint,
        alt=f"Histograms of the hidden activations, one panel for each start. {found}.",
        caption="Orange: saturated, below 0.05 or above 0.95. All panels have the same scale; a bar above 40% is cut.",
        table=[
            ("start", "smallest", "spread", "largest", "saturated"),
            *(
                (name, f"{A.min():.2f}", f"{A.std():.2f}", f"{A.max():.2f}", f"{flat[name]:.0%}")
                for name, A in values.items()
            ),
        ],
        size=(9, 3),
        columns=len(values),
        sharey=True,
    )


def spread_by_layer(spreads: Mapping[str, Sequence[float]]) -> Figure:
    """Show how large the numbers in each layer of a deep network are, one line for each start.

    Parameters
    ----------
    spreads : the name of each start, with the spread of Z in layer 1, 2, … of the network; all of the same length
    """
    spreads = {name: np.round(values, 6) for name, values in spreads.items()}
    layers = np.arange(1, len(next(iter(spreads.values()))) + 1)

    def paint(axes):
        for (name, values), marker in zip(spreads.items(), "osD^v", strict=False):
            axes.plot(layers, values, marker=marker, label=name)
        axes.set_ylim(bottom=0)
        axes.set_xticks(layers)
        axes.set_xlabel("layer")
        axes.set_ylabel("spread of Z")
        axes.legend(frameon=False)

    found = "; ".join(
        f"{name}: {values[0]:.2f} in layer 1, {values[-1]:.2f} in layer {len(values)}"
        for name, values in spreads.items()
    )
    return draw(
        paint,
        alt=f"A line for each start over {len(layers)} layers. {found}.",
        caption="Where a line falls towards 0, the numbers shrink, and so do the differences between samples.",
        table=[
            ("layer", *spreads),
            *((layer, *(f"{values[layer - 1]:.2f}" for values in spreads.values())) for layer in layers),
        ],
    )
