"""The figures of unit 04: what a probability costs, what untrained networks lose, and why the loss is what we descend on.

The functions receive finished numbers; no formula of an exercise stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from course.plots.figure import BLUE, GREEN, ORANGE, Figure, draw


def price_curves(p, curves: Mapping[str, object], marks: Sequence[float] = ()) -> Figure:
    """Draw what a probability of the true class costs, by one or more price lists.

    Parameters
    ----------
    p : (m,) array of increasing probabilities
    curves : names and (m,) arrays of prices; the first is the one that the text is about
    marks : probabilities whose price on the first curve is written beside it
    """
    p = np.asarray(p)
    prices = {name: np.round(np.asarray(values), 6) for name, values in curves.items()}
    first = next(iter(prices))
    marked = [(mark, abs(float(np.interp(mark, p, prices[first])))) for mark in marks]

    def paint(axes):
        for (name, values), colour, style in zip(prices.items(), (BLUE, ORANGE, GREEN), ("-", "--", ":"), strict=False):
            axes.plot(p, values, color=colour, linestyle=style, label=name)
        for mark, price in marked:
            axes.plot(mark, price, "o", color=BLUE)
            axes.annotate(f"{price:.2f}", (mark, price), xytext=(7, 5), textcoords="offset points")
        axes.set(xlabel="probability of the true class", ylabel="price", xlim=(0, 1.04), ylim=(-0.15, None))
        axes.legend(frameon=False)

    shown = sorted({int(np.argmin(np.abs(p - value))) for value in (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 1)})
    ends = "; ".join(
        f"{name} goes from {v[0]:.2f} at {p[0]:g} to {abs(v[-1]):.2f} at {p[-1]:g}" for name, v in prices.items()
    )
    return draw(
        paint,
        alt=f"Prices over the probability of the true class: {ends}. "
        f"{first} rises ever more steeply towards 0; the slope of a straight line stays the same.",
        caption="Both price lists charge nothing for a probability of 1. Only the logarithm charges more and more for one near 0.",
        table=[
            ("probability", *prices),
            *((f"{p[index]:.2f}", *(f"{abs(values[index]):.3f}" for values in prices.values())) for index in shown),
        ],
        size=(7, 3.6),
    )


def true_class_prices(Y_hat, labels, prices) -> Figure:
    """Draw the probabilities of a few samples, the true class marked, with the price of each.

    Parameters
    ----------
    Y_hat : (m, k) array of probabilities, at least two and at most about five samples
    labels : (m,) ints, the true classes
    prices : (m,) array, what each sample costs
    """
    Y_hat, prices = np.round(np.asarray(Y_hat), 6), np.round(np.asarray(prices), 6)
    count, classes = Y_hat.shape

    def paint(panels):
        for place, (axes, row, label, price) in enumerate(zip(panels, Y_hat, labels, prices, strict=True)):
            bars = axes.bar(range(classes), row, color=[ORANGE if c == label else BLUE for c in range(classes)])
            bars[label].set_hatch("//")
            for c, value in enumerate(row):
                axes.text(c, value + 0.02, f"{value:g}", ha="center")
            axes.set(title=f"sample {place}: price {price:.3f}", xlabel="class", ylim=(0, 1))
            axes.set_xticks(range(classes))
        panels[0].set_ylabel("probability")

    listed = "; ".join(
        f"sample {place}: {row[label]:g} for its true class {label}, price {price:.3f}"
        for place, (row, label, price) in enumerate(zip(Y_hat, labels, prices, strict=True))
    )
    return draw(
        paint,
        alt=f"Bars of the probabilities of {classes} classes for {count} samples. {listed}.",
        caption="Orange, hatched: the true class. Only its probability decides the price.",
        table=[
            ("sample", "true class", *(f"class {c}" for c in range(classes)), "price"),
            *(
                (place, label, *(f"{value:g}" for value in row), f"{price:.3f}")
                for place, (row, label, price) in enumerate(zip(Y_hat, labels, prices, strict=True))
            ),
        ],
        size=(8, 3),
        columns=count,
        sharey=True,
    )


def loss_histogram(losses, know_nothing: float) -> Figure:
    """Draw how the losses of many untrained networks spread, and the loss of knowing nothing.

    Parameters
    ----------
    losses : (m,) array
    know_nothing : the loss if every class gets the same probability
    """
    losses = np.round(np.asarray(losses), 6)
    first = min(0, np.floor((losses.min() - know_nothing) / 0.05))
    last = max(1, np.ceil((losses.max() - know_nothing) / 0.05))
    edges = know_nothing + 0.05 * np.arange(first, last + 1)  # no bar crosses the dashed line
    counts, _ = np.histogram(losses, bins=edges)

    def paint(axes):
        axes.stairs(counts, edges, fill=True, color=BLUE)
        axes.axvline(know_nothing, color=ORANGE, linestyle="dashed")
        axes.annotate(
            f"knows nothing:\n{know_nothing:.3f}",
            (know_nothing, 0.97 * counts.max()),
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
            va="top",
        )
        axes.set(xlabel="loss before any training", ylabel="networks", xlim=(edges[0] - 0.2, edges[-1] + 0.05))

    return draw(
        paint,
        alt=f"Histogram of the losses of {losses.size} untrained networks. They lie between {losses.min():.2f} and "
        f"{losses.max():.2f}. A dashed line stands at {know_nothing:.3f}; {np.sum(losses < know_nothing)} networks are left of it.",
        caption="Dashed: the loss of a network that gives every class the same probability.",
        table=[
            ("loss", "networks"),
            *((f"{edges[i]:.2f} to {edges[i + 1]:.2f}", int(count)) for i, count in enumerate(counts)),
        ],
        size=(7, 3),
    )


def prices_side_by_side(prices: Mapping[str, object]) -> Figure:
    """Draw what each sample costs two networks or more, and their means.

    Parameters
    ----------
    prices : names of the networks and (m,) arrays, what each sample costs
    """
    values = {name: np.round(np.asarray(array), 6) for name, array in prices.items()}
    count = len(next(iter(values.values())))
    width = 0.8 / len(values)
    means = {name: array.mean() for name, array in values.items()}

    def paint(axes):
        for place, ((name, array), colour) in enumerate(zip(values.items(), (BLUE, ORANGE, GREEN), strict=False)):
            where = np.arange(count) + (place - (len(values) - 1) / 2) * width
            axes.bar(where, array, width, color=colour, hatch="//" * place, label=f"{name}: mean {means[name]:.2f}")
            for x, price in zip(where, array, strict=True):
                axes.text(x, price + 0.1, f"{price:.2f}", ha="center")
        axes.set_xticks(range(count), [f"sample {place}" for place in range(count)])
        axes.set(ylabel="price", ylim=(0, 1.12 * max(array.max() for array in values.values())))
        axes.legend(frameon=False, loc="upper left")

    told = "; ".join(
        f"{name}: {', '.join(f'{price:.2f}' for price in array)}, mean {means[name]:.2f}"
        for name, array in values.items()
    )
    return draw(
        paint,
        alt=f"Bars of the prices of {count} samples for {len(values)} networks. {told}.",
        caption="The mean of the bars of one colour is the loss of that network.",
        table=[
            ("network", *(f"sample {place}" for place in range(count)), "mean"),
            *((name, *(f"{price:.3f}" for price in array), f"{means[name]:.3f}") for name, array in values.items()),
        ],
        size=(7.5, 3.4),
    )


def loss_and_accuracy(bias, losses, accuracies) -> Figure:
    """Draw the loss and the accuracy over one number of the network that changes.

    Parameters
    ----------
    bias : (m,) array, the values of that number
    losses, accuracies : (m,) arrays
    """
    bias, losses, accuracies = (np.round(np.asarray(array), 6) for array in (bias, losses, accuracies))
    lowest = int(np.argmin(losses))
    steps = int(np.sum(np.diff(accuracies) != 0))

    def paint(panels):
        panels[0].plot(bias, losses, color=BLUE)
        panels[0].plot(bias[lowest], losses[lowest], "o", color=ORANGE)
        panels[0].annotate(
            f"lowest: {losses[lowest]:.2f}\nat bias {bias[lowest]:.2f}",
            (bias[lowest], losses[lowest]),
            xytext=(0, 14),
            textcoords="offset points",
            ha="center",
        )
        panels[0].set(title="loss: a smooth valley", xlabel="bias of class 1", ylabel="loss", ylim=(0, None))
        panels[1].step(bias, accuracies, where="mid", color=BLUE)
        panels[1].set(title="accuracy: flat, with jumps", xlabel="bias of class 1", ylabel="accuracy", ylim=(0, 1.05))

    shown = range(0, len(bias), max(1, len(bias) // 12))
    return draw(
        paint,
        alt=f"Two panels over the bias of class 1, from {bias[0]:g} to {bias[-1]:g}. Left, the loss: a smooth valley, lowest "
        f"with {losses[lowest]:.2f} at {bias[lowest]:.2f}. Right, the accuracy: a staircase with {steps} jumps, from "
        f"{accuracies.min():.2f} up to {accuracies.max():.2f} and down again.",
        caption="The same samples, the same bias. On the left a small step changes something; on the right it nearly never does.",
        table=[
            ("bias", "loss", "accuracy"),
            *((f"{bias[index]:.2f}", f"{losses[index]:.3f}", f"{accuracies[index]:.3f}") for index in shown),
        ],
        size=(8, 3.3),
        columns=2,
    )
