"""The figures of unit 01: images and labels, and what becomes of them."""

from __future__ import annotations

import numpy as np

from course.plots.figure import BLUE, ORANGE, SEQUENTIAL, Figure, draw, show_image


def labelled_digits(images, labels, count: int = 10) -> Figure:
    """Show the first images of a data set, each with its label above it.

    Parameters
    ----------
    images : (n, rows, columns) array of grey values from 0 to 16
    labels : (n,) int array
    count : how many images to show, at most 12
    """
    images, labels = np.asarray(images)[: min(count, 12)], np.asarray(labels)

    def paint(axes):
        for ax, image, label in zip(np.ravel(axes), images, labels, strict=False):
            show_image(ax, image)
            ax.set_title(str(label))

    names = ", ".join(str(label) for label in labels[: len(images)])
    return draw(
        paint,
        alt=f"{len(images)} small grey images of handwritten digits in a row, with their labels above: {names}.",
        caption=f"The first {len(images)} images. The number above each image is its label. Dark means ink.",
        size=(8, 1.3),
        columns=len(images),
    )


def image_to_row(image) -> Figure:
    """Show one image with its numbers, and below it the same numbers as one row of X.

    Parameters
    ----------
    image : (rows, columns) array of whole numbers from 0 to 16
    """
    image = np.asarray(image)
    height, width = image.shape

    def paint(axes):
        top, bottom = axes
        show_image(top, image)
        for (i, j), value in np.ndenumerate(image):
            colour = "white" if value > 8 else "black"
            top.text(j + 0.5, i + 0.5, str(value), ha="center", va="center", size=8, color=colour)
        for i in range(len(image)):
            top.text(-0.3, i + 0.5, f"row {i}", ha="right", va="center", size=8, color=BLUE)
            bottom.text((i + 0.5) * width, -0.35, f"row {i}", ha="center", va="bottom", size=8, color=BLUE)
        show_image(bottom, image.reshape(1, -1))
        bottom.set_aspect("auto")
        bottom.set_xticks([i * width + 0.5 for i in range(height)], [str(i * width) for i in range(height)], size=8)
        bottom.set_xlabel("column of X", size=8)
        for i in range(1, height):
            bottom.axvline(i * width, color=BLUE, linewidth=1)

    return draw(
        paint,
        alt=f"Above, an image of {height} rows and {width} columns with its grey values written in. Below, the same "
        f"{image.size} values in one long row: first image row 0, then row 1, and so on to row {height - 1}.",
        caption=f"An image of shape ({height}, {width}) becomes one row of {image.size} numbers: its rows, one after "
        "the other. Blue lines mark where a new image row begins.",
        table=[["image row", *(f"column {j}" for j in range(width))], *([i, *row] for i, row in enumerate(image))],
        size=(7, 4),
        rows=2,
        height_ratios=[5, 1],
    )


def label_distances(num_classes: int = 10) -> Figure:
    """Compare the distances between labels as numbers with the distances between labels as one-hot rows.

    Parameters
    ----------
    num_classes : k, the number of classes
    """
    classes = np.arange(num_classes)
    as_numbers = np.abs(classes[:, None] - classes)
    # Two different one-hot rows differ in two places, by 1 each: their distance is the square root of 2.
    as_rows = np.where(as_numbers == 0, 0.0, round(float(np.sqrt(2)), 2))

    def paint(axes):
        titles = ("labels as numbers", "labels as one-hot rows")
        for ax, distances, title in zip(axes, (as_numbers, as_rows), titles, strict=True):
            show_image(ax, distances, vmax=num_classes - 1, cmap=SEQUENTIAL)
            for (i, j), value in np.ndenumerate(distances):
                colour = "white" if value > num_classes / 2 else "black"
                text = "0" if value == 0 else str(value)
                ax.text(j + 0.5, i + 0.5, text, ha="center", va="center", size=7, color=colour)
            ax.set_xticks(classes + 0.5, classes, size=9)
            ax.set_yticks(classes + 0.5, classes, size=9)
            ax.tick_params(length=0)
            ax.set_title(title, size=11)
            ax.set_xlabel("label")
            ax.set_ylabel("label")

    pairs = [(3, 2), (3, 8), (1, 7), (4, 9), (0, 9)]
    pairs = [(i, j) for i, j in pairs if max(i, j) < num_classes]
    return draw(
        paint,
        alt=f"Two tables of the distances between {num_classes} labels. As numbers the distances grow from 0 on the "
        f"diagonal to {num_classes - 1} in the corners. As one-hot rows every two different labels are 1.41 apart.",
        caption="Left: as numbers, some classes are neighbours and some are far apart. Right: as one-hot rows, "
        "any two different classes are equally far apart. Both pictures use the same scale of grey.",
        table=[
            ["two labels", "distance as numbers", "distance as one-hot rows"],
            *([f"{i} and {j}", as_numbers[i, j], as_rows[i, j]] for i, j in pairs),
        ],
        size=(7.5, 4),
        columns=2,
    )


def one_hot_rows(labels, Y, count: int = 12) -> Figure:
    """Show the first rows of Y: one line for each sample, one column for each class, filled where Y is not 0.

    Parameters
    ----------
    labels : (n,) int array
    Y : (n, k) array
    count : how many rows to show
    """
    labels, Y = np.asarray(labels), np.asarray(Y)
    if Y.ndim != 2:
        raise ValueError(f"Y must have two axes, samples and classes, but its shape is {Y.shape}")
    shown = Y[:count]
    names = [str(label) for label in labels[: len(shown)]]
    names += ["?"] * (len(shown) - len(names))
    where = [", ".join(str(j) for j in np.flatnonzero(row)) or "none" for row in shown]

    def paint(axes):
        for (i, j), value in np.ndenumerate(shown):
            filled = value != 0
            axes.fill(
                [j, j + 1, j + 1, j], [i, i, i + 1, i + 1], facecolor=BLUE if filled else "white", edgecolor="0.8"
            )
            axes.text(
                j + 0.5, i + 0.5, f"{value:g}", ha="center", va="center", size=9, color="white" if filled else "0.45"
            )
        axes.set_xlim(0, shown.shape[1])
        axes.set_ylim(len(shown), 0)
        axes.set_xticks(np.arange(shown.shape[1]) + 0.5, range(shown.shape[1]))
        axes.set_yticks(np.arange(len(shown)) + 0.5, [f"label {name}" for name in names])
        axes.tick_params(length=0)
        axes.set_xlabel("class (column of Y)")
        axes.set_ylabel("sample (row of Y)")

    listed = "; ".join(f"label {name}: column {columns}" for name, columns in zip(names, where, strict=True))
    return draw(
        paint,
        alt=f"The first {len(shown)} rows of Y, with {shown.shape[1]} columns. Filled squares, row by row: {listed}.",
        caption="Each row is one sample, each column one class. In a right answer each row has one filled square: "
        "in the column of its label.",
        table=[["label", "filled columns"], *zip(names, where, strict=True)],
        size=(5.5, max(2.2, 1 + 0.28 * len(shown))),  # lower than 2.2, the label of the y axis is cut off
    )


def two_scalings(X_train_range, X_own_range, labels, count: int = 5) -> Figure:
    """Show the same test images twice: scaled with the training data's range, and with their own.

    Parameters
    ----------
    X_train_range : (n, d) array, d a square number: test images scaled with the training data's range
    X_own_range : (n, d) array: the same images scaled with the range of the test data
    labels : (n,) int array
    count : how many images to show, at most 6
    """
    count = min(count, 6)
    both = [np.round(np.asarray(X, dtype=float)[:count], 6) for X in (X_train_range, X_own_range)]
    side = round(both[0].shape[1] ** 0.5)
    # An image's ink is read without its first pixel, which the unit's experiment breaks.
    darkest = [X[:, 1:].max(axis=1) for X in both]

    def paint(axes):
        for row, X in zip(axes, both, strict=True):
            for ax, x in zip(row, X, strict=True):
                show_image(ax, x.reshape(side, side), vmax=1)
        for ax, label in zip(axes[0], labels, strict=False):
            ax.set_title(f"a {label}", size=11)
        # Ring the broken pixel: it is one dark square in an empty corner, easy to overlook.
        for ax in axes[:, 0]:
            ax.plot(
                0.5,
                0.5,
                "o",
                markersize=17,
                markerfacecolor="none",
                markeredgecolor=ORANGE,
                markeredgewidth=2,
                clip_on=False,
            )
        axes[0, 0].set_ylabel("training\nrange", rotation=0, ha="right", va="center")
        axes[1, 0].set_ylabel("own\nrange", rotation=0, ha="right", va="center")

    first, second = (_span(values) for values in darkest)
    return draw(
        paint,
        alt=f"{count} digits, each twice. Above, scaled with the training range, their darkest ink is at {first}. "
        f"Below, scaled with their own range, their darkest ink is at {second}. The first image has one broken pixel, "
        f"ringed, in its top left corner: {both[0][0, 0]:.2f} above and {both[1][0, 0]:.2f} below.",
        caption="Above: scaled with the range of the training data. Below: the same images, scaled with the range of "
        "the test data. The ring marks the one broken pixel. White is 0, black is 1 or more, in both rows.",
        table=[
            ["image", "darkest ink, training range", "darkest ink, own range"],
            *([f"a {label}", f"{a:.2f}", f"{b:.2f}"] for label, a, b in zip(labels, *darkest, strict=False)),
        ],
        size=(7, 3.2),
        rows=2,
        columns=count,
    )


def _span(values) -> str:
    # "0.25", or "0.20 to 0.25" where the values differ.
    low, high = f"{np.min(values):.2f}", f"{np.max(values):.2f}"
    return low if low == high else f"{low} to {high}"
