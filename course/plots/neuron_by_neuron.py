"""The figures of unit 11: a network of lists, what its neurons have learned, and how its error falls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from course.plots.figure import BLUE, DIVERGING, GREEN, ORANGE, Figure, draw, show_image


def list_network(network: Sequence, inputs: Sequence[float]) -> Figure:
    """Draw a small network of lists, each neuron with the index that finds it.

    Parameters
    ----------
    network : list of layers; a layer is a list of neurons, a neuron a list of its input weights and then its bias
    inputs : list of floats
    """
    sizes = [len(inputs), *map(len, network)]
    heights = [[(size - 1) / 2 - row for row in range(size)] for size in sizes]
    neurons = [(layer, row, neuron) for layer, group in enumerate(network) for row, neuron in enumerate(group)]

    def paint(axes):
        for layer, row, (*weights, bias) in neurons:
            end = (3 * layer + 3, heights[layer + 1][row])
            for column, weight in enumerate(weights):
                start = (3 * layer, heights[layer][column])
                axes.plot(*zip(start, end, strict=True), color="#888888", linewidth=1.2, zorder=1)
                place = [s + 0.3 * (e - s) for s, e in zip(start, end, strict=True)]
                axes.text(*place, f"{weight:g}", ha="center", va="center", color=BLUE,
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
            axes.plot(*end, "o", markersize=30, markerfacecolor="white", markeredgecolor="black", zorder=2)
            axes.text(end[0], end[1] + 0.29, f"network[{layer}][{row}]", ha="center")
            axes.text(end[0], end[1] - 0.36, f"bias {bias:g}", ha="center", color=GREEN)
        for row, value in enumerate(inputs):
            axes.plot(
                0, heights[0][row], "o", markersize=30, markerfacecolor="white", markeredgecolor="black", zorder=2
            )
            axes.text(0, heights[0][row], f"{value:g}", ha="center", va="center", zorder=3)
            axes.text(0, heights[0][row] + 0.29, f"inputs[{row}]", ha="center")
        axes.set(xlim=(-0.8, 3 * len(network) + 0.9), ylim=(-max(sizes) / 2, max(sizes) / 2))
        axes.axis("off")

    return draw(
        paint,
        alt=f"A network with {sizes[0]} inputs and layers of {' and '.join(map(str, sizes[1:]))} neurons. Lines lead from "
        "each input to each neuron of the first layer, and from there to the next. The table lists the numbers on them.",
        caption="Blue: the weights, each beside the end where its line begins. Green: the biases. "
        "Above each neuron stands the code that finds it.",
        table=[
            ("neuron", "its input weights", "its bias"),
            *(
                (f"network[{layer}][{row}]", ", ".join(f"{w:g}" for w in weights), f"{bias:g}")
                for layer, row, (*weights, bias) in neurons
            ),
        ],
        size=(7, 1.0 + 1.2 * max(sizes)),
    )


def neuron_weights(layer: Sequence, rows: int = 8) -> Figure:
    """Draw the input weights of each neuron of a layer as a picture, and its bias above.

    Parameters
    ----------
    layer : list of at most about ten neurons, each a list of ``rows * rows`` weights and then the bias
    rows : the height and width of the images that the layer reads
    """
    numbers = np.round(np.array(layer), 6)
    weights, biases = numbers[:, :-1], np.round(numbers[:, -1], 2) + 0.0  # + 0.0 turns -0.0 into 0.0
    reach = np.abs(weights).max()
    columns = (len(weights) + 1) // 2

    def paint(panels):
        for axes in panels.flat:
            axes.axis("off")
        for place, (axes, row, bias) in enumerate(zip(panels.flat, weights, biases, strict=False)):
            axes.axis("on")
            show_image(axes, row.reshape(rows, rows), vmin=-reach, vmax=reach, cmap=DIVERGING)
            axes.set_title(f"neuron {place}\nbias {bias:.2f}", fontsize=11)

    return draw(
        paint,
        alt=f"{len(weights)} pictures of {rows}x{rows} squares, one for each neuron, with its bias above. The weights go "
        f"from {weights.min():.1f} to {weights.max():.1f}, the biases from {biases.min():.1f} to {biases.max():.1f}.",
        caption="Purple: ink at this pixel raises the neuron's sum. Orange: it lowers the sum. White: the pixel hardly "
        "matters. All pictures have the same scale.",
        table=[
            ("neuron", "smallest weight", "largest weight", "bias"),
            *(
                (place, f"{row.min():.2f}", f"{row.max():.2f}", f"{bias:.2f}")
                for place, (row, bias) in enumerate(zip(weights, biases, strict=True))
            ),
        ],
        size=(8, 4.2),
        rows=2,
        columns=columns,
    )


def output_neuron_weights(layer: Sequence) -> Figure:
    """Draw the numbers of the last layer as a heat map: a row for each class, a column for each number it holds.

    Parameters
    ----------
    layer : list of neurons, one for each class, each a list of its input weights and then its bias
    """
    numbers = np.round(np.array(layer), 6)
    reach = np.abs(numbers).max()
    names = [*map(str, range(numbers.shape[1] - 1)), "bias"]
    strongest = [int(np.argmax(row[:-1])) for row in numbers]

    def paint(axes):
        picture = show_image(axes, numbers, cmap=DIVERGING, vmin=-reach, vmax=reach)
        axes.set_aspect("auto")
        axes.figure.colorbar(picture, ax=axes, label="weight or bias")
        axes.set_xticks(np.arange(len(names)) + 0.5, names)
        axes.set_yticks(np.arange(len(numbers)) + 0.5, range(len(numbers)))
        axes.axvline(len(names) - 1, color="black", linewidth=1)
        axes.set(xlabel="hidden neuron", ylabel="class")

    pairs = ", ".join(f"{column} for class {row}" for row, column in enumerate(strongest))
    return draw(
        paint,
        alt=f"A grid of coloured squares with {len(numbers)} rows, one for each class, and {len(names)} columns, the last "
        f"one for the biases. The hidden neuron with the largest weight: {pairs}.",
        caption="Purple: the class listens to this hidden neuron. Orange: the hidden neuron speaks against the class.",
        table=[
            ("class", *(name if name == "bias" else f"neuron {name}" for name in names)),
            *((row, *(f"{value:.1f}" for value in values)) for row, values in enumerate(numbers)),
        ],
        size=(7, 4),
    )


def digit_outputs(images, labels: Sequence[int], outputs: Sequence[Sequence[float]]) -> Figure:
    """Draw each image beside what the neurons of the last layer say to it.

    Parameters
    ----------
    images : (m, 8, 8) array of pixels from 0 to 16, with m about 3
    labels : list of m ints, the true classes
    outputs : list of m lists of k floats from 0 to 1
    """
    outputs = np.round(np.array(outputs), 6)
    count, classes = outputs.shape

    def paint(panels):
        for top, bottom, image, label, row in zip(*panels, images, labels, outputs, strict=True):
            show_image(top, image)
            bottom.barh(range(classes), row, color=[ORANGE if c == label else BLUE for c in range(classes)])
            bottom.set(xlim=(0, 1), xlabel="output")
            bottom.set_yticks(range(classes), [f"true: {c}" if c == label else str(c) for c in range(classes)])
            bottom.invert_yaxis()
        panels[1][0].set_ylabel("class")

    found = "; ".join(
        f"label {label}, where neuron {row.argmax()} says {row.max():.2f} and neuron {label} says {row[label]:.2f}"
        for label, row in zip(labels, outputs, strict=True)
    )
    return draw(
        paint,
        alt=f"{count} digits, and below each of them bars for the {classes} outputs: {found}.",
        caption="Orange: the output of the true class, which should be 1. All others should be 0.",
        table=[
            ("label", *(f"class {c}" for c in range(classes))),
            *((label, *(f"{value:.2f}" for value in row)) for label, row in zip(labels, outputs, strict=True)),
        ],
        size=(7, 4.6),
        rows=2,
        columns=count,
        height_ratios=(1, 2),
    )


def error_by_epoch(errors: Mapping[str, Sequence[float]], rates: Sequence[float]) -> Figure:
    """Draw how the error falls, and where a learning rate was lowered.

    Parameters
    ----------
    errors : the name of each run, with its error after each epoch
    rates : the learning rate of each epoch in the run in which it was lowered
    """
    rounded = {name: np.round(values, 6) for name, values in errors.items()}
    epochs = np.arange(1, len(rates) + 1)
    lowered = [place for place in range(1, len(rates)) if rates[place] < rates[place - 1]]

    def paint(axes):
        for (name, values), colour, marker in zip(rounded.items(), (BLUE, ORANGE, GREEN), "os^", strict=False):
            axes.plot(epochs[: len(values)], values, marker=marker, color=colour, label=name)
        top = max(values.max() for values in rounded.values())
        for place in lowered:
            axes.axvline(place + 0.5, color="#999999", linewidth=1, linestyle="dashed")
            axes.text(place + 0.55, top, f"rate {rates[place]:g}", va="top")
        axes.set(ylim=(0, None), xlabel="epoch", ylabel="error per training digit")
        axes.set_xticks(epochs)
        axes.legend(loc=(0.22, 0.78), frameon=False)

    ends = "; ".join(
        f"{name}: {values[0]:.2f} after epoch 1, {values[-1]:.2f} at the end" for name, values in rounded.items()
    )
    where = " and ".join(f"after epoch {place} to {rates[place]:g}" for place in lowered)
    where = f"The rate is lowered {where}." if lowered else "The rate is never lowered."
    return draw(
        paint,
        alt=f"The error over {len(epochs)} epochs, a line for each run. {ends}. {where}",
        caption="Dashed: here the rate is lowered." if lowered else where,
        table=[
            ("epoch", "lowered rate", *rounded),
            *(
                (epoch, f"{rate:g}", *(f"{values[epoch - 1]:.3f}" for values in rounded.values()))
                for epoch, rate in zip(epochs, rates, strict=True)
            ),
        ],
        size=(7, 3.4),
    )
