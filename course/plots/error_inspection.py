"""The figures of unit 08: mistakes as pictures, a confusion matrix, weights as pictures, one image followed, recorded runs.

The functions receive the student's results; no formula of an exercise stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from course.plots.figure import BLUE, DIVERGING, GREEN, ORANGE, Figure, draw, show_image

_MOST_PICTURES = 24


def surest_mistakes(images, labels, Y_hat, rows, count: int = 12) -> Figure:
    """Draw wrongly read images with their true label, the predicted one, and both probabilities.

    Parameters
    ----------
    images : (n, 8, 8) array of pixels from 0 to 16
    labels : (n,) int array, the true classes
    Y_hat : (n, k) array of probabilities
    rows : the images to draw, in this order; only the first ``count`` are drawn
    count : at most 24
    """
    rows = [int(row) for row in rows[: min(count, _MOST_PICTURES)]]
    if not rows:
        return _nothing("There is no mistake to show.")
    Y_hat = np.round(np.asarray(Y_hat), 6)
    read = [int(np.argmax(Y_hat[row])) for row in rows]
    true = [int(labels[row]) for row in rows]
    columns = min(6, len(rows))

    def paint(panels):
        panels = np.atleast_1d(panels).ravel()
        for axes, row, t, p in zip(panels, rows, true, read, strict=False):
            show_image(axes, images[row])
            axes.set_title(f"a {t}, read as {p}\n{p}: {Y_hat[row, p]:.0%}   {t}: {Y_hat[row, t]:.1%}", fontsize=10)
        for axes in panels[len(rows) :]:
            axes.axis("off")

    first = f"The first is a {true[0]}, read as {read[0]} with {Y_hat[rows[0], read[0]]:.0%}"
    return draw(
        paint,
        alt=f"{len(rows)} digits that the network reads wrongly. {first}; the true class has "
        f"{Y_hat[rows[0], true[0]]:.1%}.",
        caption="Above each picture: what it is and what the network says; then the probabilities of both.",
        table=[
            ("row", "true", "predicted", "probability of predicted", "probability of true"),
            *(
                (row, t, p, f"{Y_hat[row, p]:.1%}", f"{Y_hat[row, t]:.1%}")
                for row, t, p in zip(rows, true, read, strict=True)
            ),
        ],
        size=(8.4, 1.95 * -(-len(rows) // columns)),
        rows=-(-len(rows) // columns),
        columns=columns,
    )


def _nothing(sentence: str) -> Figure:
    def paint(axes):
        axes.text(0.5, 0.5, sentence, ha="center", va="center")
        axes.axis("off")

    return draw(paint, alt=sentence, caption="", size=(4, 1))


def confusion_heatmap(matrix) -> Figure:
    """Draw a confusion matrix; only what lies off the diagonal is shaded.

    Parameters
    ----------
    matrix : (k, k) array of counts, rows the true class
    """
    matrix = np.round(np.asarray(matrix)).astype(int)
    classes = range(len(matrix))
    mistakes = matrix - np.diag(np.diag(matrix))
    largest = max(int(mistakes.max()), 1)

    def paint(axes):
        show_image(axes, mistakes, cmap="Oranges", vmax=1.3 * largest, lines="#DDDDDD")
        for t, p in np.ndindex(matrix.shape):
            if matrix[t, p]:
                axes.text(p + 0.5, t + 0.5, str(matrix[t, p]), ha="center", va="center",
                          color="#767676" if t == p else "black", weight="normal" if t == p else "bold")  # fmt: skip
        axes.set_xticks([c + 0.5 for c in classes], classes)
        axes.set_yticks([c + 0.5 for c in classes], classes)
        axes.tick_params(length=0)
        axes.set(xlabel="predicted class", ylabel="true class")

    t, p = np.unravel_index(np.argmax(mistakes), mistakes.shape)
    return draw(
        paint,
        alt=f"A table of {len(matrix)} by {len(matrix)} counts. {int(np.trace(matrix))} of {int(matrix.sum())} lie on the "
        f"diagonal. The largest number off the diagonal is {mistakes[t, p]}, in row {t} and column {p}.",
        caption="Grey, on the diagonal: read correctly. Bold, off the diagonal: mistakes; the darker, the more. "
        "Empty cells are zeros.",
        table=[
            ("true \\ predicted", *classes),
            *((row, *(int(number) for number in matrix[row])) for row in classes),
        ],
        size=(5.4, 5),
    )


def recall_by_neuron(without, full) -> Figure:
    """Draw how much of each class a network still gets right without each of its hidden neurons.

    Parameters
    ----------
    without : (h, k) recalls, a row for each neuron that was switched off
    full : (k,) recalls of the whole network
    """
    without, full = np.asarray(without, dtype=float), np.asarray(full, dtype=float)
    lost = full - without
    neuron, digit = np.unravel_index(np.nanargmax(lost), lost.shape)

    def paint(axes):
        show_image(axes, lost.T, cmap="Oranges", vmin=0, vmax=max(0.6, float(np.nanmax(lost))), lines="#DDDDDD")
        for (row, column), share in np.ndenumerate(without.T):
            if np.isfinite(share) and abs(lost.T[row, column]) >= 0.1:
                colour = "white" if lost.T[row, column] > 0.4 else "black"
                axes.text(column + 0.5, row + 0.5, f"{100 * share:.0f}", ha="center", va="center", color=colour)
        axes.set_xticks(np.arange(len(without)) + 0.5, range(len(without)))
        axes.set_yticks(np.arange(len(full)) + 0.5, [f"{c} ({share:.0%})" for c, share in enumerate(full)])
        axes.tick_params(length=0)
        axes.set(xlabel="neuron that is switched off", ylabel="digit, and its recall with all")

    return draw(
        paint,
        alt=f"A table with a row for each of {len(full)} digits and a column for each of {len(without)} neurons that was switched "
        f"off. The largest loss: without neuron {neuron}, the recall of the {digit} falls from {full[digit]:.0%} to "
        f"{without[neuron, digit]:.0%}.",
        caption="The darker, the more of the digit is lost. A number is the recall in percent that is left, where a tenth or more "
        "is lost or won.",
        table=[
            ("digit", "all on", *(f"without {number}" for number in range(len(without)))),
            *((c, f"{full[c]:.0%}", *(f"{share:.0%}" for share in without[:, c])) for c in range(len(full))),
        ],
        size=(9, 4.4),
    )


def hidden_weights(W_1, shape: tuple[int, int] = (8, 8)) -> Figure:
    """Draw the weights of each hidden neuron as a picture: one square for each pixel that it reads.

    Parameters
    ----------
    W_1 : (h, d) array; at most 24 rows are drawn
    shape : height and width of the images, with d pixels
    """
    pictures = np.round(np.asarray(W_1)[:_MOST_PICTURES], 6).reshape(-1, *shape)
    limit = float(np.abs(pictures).max())
    columns = min(7, len(pictures))
    rows = -(-len(pictures) // columns)

    def paint(panels):
        panels = np.atleast_1d(panels).ravel()
        for number, (axes, picture) in enumerate(zip(panels, pictures, strict=False)):
            show_image(axes, picture, vmin=-limit, vmax=limit, cmap=DIVERGING)
            axes.set_title(f"neuron {number}", fontsize=10)
        for axes in panels[len(pictures) :]:
            axes.axis("off")

    def place(picture, find):
        row, column = np.unravel_index(find(picture), shape)
        return f"{picture[row, column]:.2f} at row {row}, column {column}"

    return draw(
        paint,
        alt=f"{len(pictures)} pictures of {shape[0]} by {shape[1]} weights. The smallest weight is {pictures.min():.1f}, in "
        f"neuron {pictures.min(axis=(1, 2)).argmin()}; the largest is {pictures.max():.1f}, in neuron "
        f"{pictures.max(axis=(1, 2)).argmax()}. The table lists where each neuron's strongest weights lie.",
        caption="Purple: a positive weight; ink on this pixel switches the neuron on. Orange: a negative one; ink here "
        "switches it off. White: the pixel does not matter.",
        table=[
            ("neuron", "largest weight", "smallest weight"),
            *(
                (number, place(picture, np.argmax), place(picture, np.argmin))
                for number, picture in enumerate(pictures)
            ),
        ],
        size=(8.4, 1.35 * rows + 0.2),
        rows=rows,
        columns=columns,
    )


def output_weights(W_2) -> Figure:
    """Draw the weights of the output layer as a heat map: a row for each class, a column for each hidden neuron.

    Parameters
    ----------
    W_2 : (k, h) array
    """
    W_2 = np.round(np.asarray(W_2), 6)
    limit = float(np.abs(W_2).max())
    k, h = W_2.shape

    def paint(axes):
        picture = show_image(axes, W_2, cmap=DIVERGING, vmin=-limit, vmax=limit, lines="white")
        axes.set_xticks([column + 0.5 for column in range(h)], range(h))
        axes.set_yticks([row + 0.5 for row in range(k)], range(k))
        axes.tick_params(length=0)
        axes.set(xlabel="hidden neuron", ylabel="class")
        axes.figure.colorbar(picture, ax=axes, shrink=0.8, label="weight")

    row, column = np.unravel_index(np.argmax(W_2), W_2.shape)
    low_row, low_column = np.unravel_index(np.argmin(W_2), W_2.shape)
    return draw(
        paint,
        alt=f"A table of {k} by {h} colours. The largest weight, {W_2.max():.1f}, leads from neuron {column} to class {row}; "
        f"the smallest, {W_2.min():.1f}, from neuron {low_column} to class {low_row}.",
        caption="Purple: the neuron speaks for the class. Orange: it speaks against it.",
        table=[
            ("class", *(f"neuron {column}" for column in range(h))),
            *((row, *(f"{weight:.1f}" for weight in W_2[row])) for row in range(k)),
        ],
        size=(8.4, 4.2),
    )


def through_the_network(image, label, W, b, A_1, Y_hat) -> Figure:
    """Follow one image: its pixels, the hidden values, what each neuron adds to the lead of the predicted class, the result.

    The lead is the score of the predicted class minus that of the true one; if they are the same, of the second best.

    Parameters
    ----------
    image : (8, 8) array of pixels from 0 to 16
    label : int, the true class
    W, b : [W_1 (h, d), W_2 (k, h)], [b_1 (h,), b_2 (k,)]
    A_1 : (h,) array, the hidden values of this image
    Y_hat : (k,) array, its probabilities
    """
    A_1, Y_hat = np.round(np.ravel(A_1), 6), np.round(np.ravel(Y_hat), 6)
    read = int(np.argmax(Y_hat))
    rival = int(label) if int(label) != read else int(np.argsort(Y_hat)[-2])
    lead = np.round((np.asarray(W[1])[read] - np.asarray(W[1])[rival]) * A_1, 6)
    start = float(np.round(np.ravel(b[1])[read] - np.ravel(b[1])[rival], 6))
    neurons = range(len(A_1))

    def paint(panels):
        picture, hidden, votes, result = panels
        show_image(picture, image)
        picture.set_title(f"a {label}")
        hidden.barh(neurons, A_1, color=BLUE)
        hidden.set(title="hidden values", xlabel="after the sigmoid", ylabel="hidden neuron", xlim=(0, 1))
        votes.barh(neurons, lead, color=[ORANGE if value > 0 else BLUE for value in lead])
        votes.axvline(0, color="black", linewidth=1)
        votes.set(title=f"score for {read}\nminus score for {rival}", xlabel="what each neuron adds")
        result.barh(range(len(Y_hat)), Y_hat, color=[ORANGE if c == read else BLUE for c in range(len(Y_hat))])
        result.set(title="probabilities", ylabel="class", xlim=(0, 1))
        result.set_yticks(range(len(Y_hat)))
        for axes in (hidden, votes):
            axes.set_yticks(neurons, neurons, fontsize=8)
        for axes in (hidden, votes, result):
            axes.invert_yaxis()

    loudest = int(np.argmax(lead))
    return draw(
        paint,
        alt=f"From left to right: a picture of a {label}; {len(A_1)} bars of hidden values; what each neuron adds to the lead "
        f"of class {read} over class {rival}, {lead[loudest]:.1f} from neuron {loudest} being the most; the probabilities, "
        f"with {Y_hat[read]:.0%} for class {read}.",
        caption=f"In the third part, orange bars speak for {read}, blue ones for {rival}. Their sum is {lead.sum():.1f}; the "
        f"two biases add {start:.1f}. A lead of {lead.sum() + start:.1f} makes class {read} more likely than class {rival}.",
        table=[
            ("neuron", "hidden value", f"adds to {read} over {rival}"),
            *((number, f"{A_1[number]:.2f}", f"{lead[number]:.2f}") for number in neurons),
        ],
        size=(8.6, 4),
        columns=4,
        width_ratios=(1.1, 1, 1.2, 1),
    )


def run_curves(runs: Mapping[str, Mapping], healthy: Mapping, quantity: str = "loss") -> Figure:
    """Draw how the loss or the accuracy of each recorded run went, with the healthy run in grey.

    Parameters
    ----------
    runs : name → what was recorded, as ``data.load_runs()["runs"]``; at least two
    healthy : the same of the healthy run
    quantity : "loss" or "accuracy"
    """

    def paint(panels):
        for axes, (name, run) in zip(panels.ravel(), runs.items(), strict=True):
            axes.plot(healthy[quantity], color="#AAAAAA", linewidth=5, label="healthy, training")
            axes.plot(run[quantity], color=BLUE, label="this run, training")
            axes.plot(run[f"test_{quantity}"], color=ORANGE, linestyle=(0, (4, 3)), label="this run, test")
            axes.set_title(name)
            if quantity == "accuracy":
                axes.set_ylim(0, 1)
            else:
                axes.set_ylim(bottom=0)
        for axes in panels[-1]:
            axes.set_xlabel("epoch")
        for axes in panels[:, 0]:
            axes.set_ylabel(quantity)
        handles, labels = panels[0, 0].get_legend_handles_labels()
        panels[0, 0].figure.legend(handles, labels, loc="outside upper center", ncols=3, fontsize=10, frameon=False)

    columns = 3
    ends = "; ".join(f"{name} from {run[quantity][0]:.3f} to {run[quantity][-1]:.3f}" for name, run in runs.items())
    epochs = [epoch for epoch in (0, 1, 2, 5, 10, 20, 40, 60, 79) if epoch < len(healthy[quantity])]
    rows = {"healthy": healthy, **runs}
    return draw(
        paint,
        alt=f"{len(runs)} panels with the training and test {quantity} of each run. The training {quantity} goes: {ends}. "
        f"The healthy run goes from {healthy[quantity][0]:.3f} to {healthy[quantity][-1]:.3f}.",
        caption="Grey: the healthy run. Blue: training. Orange, dashed: test."
        + (" The axes differ: look at the numbers beside them." if quantity == "loss" else ""),
        table=[
            ("run", *(f"epoch {epoch}" for epoch in epochs)),
            *(
                (f"{name}, {kind}", *(f"{run[key][epoch]:.3f}" for epoch in epochs))
                for name, run in rows.items()
                for kind, key in (("training", quantity), ("test", f"test_{quantity}"))
            ),
        ],
        size=(8.4, 5),
        rows=-(-len(runs) // columns),
        columns=columns,
    )


def training_pictures(runs: Mapping[str, Mapping]) -> Figure:
    """Draw the first rows of the training data of each recorded run, with the labels that the training saw.

    Parameters
    ----------
    runs : name → what was recorded; two runs share a row of pictures
    """
    each = len(next(iter(runs.values()))["first_labels"])
    shown = [
        (name, place, np.array(image), label)
        for name, run in runs.items()
        for place, (image, label) in enumerate(zip(run["first_images"], run["first_labels"], strict=True))
    ][:_MOST_PICTURES]

    def paint(panels):
        for axes, (name, place, image, label) in zip(panels.ravel(), shown, strict=True):
            show_image(axes, image)
            axes.set_title(f"label {label}", fontsize=10)
            if place == 0:
                axes.set_ylabel(name, color=GREEN, weight="bold")

    return draw(
        paint,
        alt=f"{len(shown)} digits, {each} from each run, each under its label. The pictures themselves must be seen, or read "
        "from the table, to tell whether the labels fit.",
        caption="The first four rows of each run's training data, as the training saw them.",
        table=[
            ("run", "label", "the picture, row by row (. white, o grey, # black)"),
            *((name, label, _in_letters(image)) for name, _, image, label in shown),
        ],
        size=(8.6, 4),
        rows=len(shown) // (2 * each),
        columns=2 * each,
    )


def _in_letters(image) -> str:
    """Write an image as text, so that it can be read without a picture."""
    return " ".join("".join("." if ink < 5 else "o" if ink < 11 else "#" for ink in row) for row in image.tolist())
