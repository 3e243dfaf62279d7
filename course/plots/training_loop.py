"""The figures of unit 07: learning curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from course.plots.figure import BLUE, GREEN, ORANGE, PINK, RED, SKY, Figure, draw

_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, RED)
_KINDS = (("", "training", "solid"), ("test_", "test", (0, (4, 2))))
_MOST_ROWS = 12  # of the table, and one for the last epoch
_ROUND_STEPS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 100_000)  # between two rows


def learning_curves(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw loss and accuracy over the epochs, with a line for each history, and a dashed one for its test data.

    Parameters
    ----------
    histories : name → what ``train`` or ``train_and_test`` recorded: the keys "loss" and "accuracy", and perhaps
        "test_loss" and "test_accuracy", each with one number per epoch; at most six histories
    """
    lines = [
        (f"{name}, {kind}" if "test_loss" in history else name, colour, style, history[f"{prefix}loss"],
         history[f"{prefix}accuracy"])
        for colour, (name, history) in zip(_COLOURS, histories.items(), strict=False)
        for prefix, kind, style in _KINDS
        if f"{prefix}loss" in history
    ]  # fmt: skip
    lines = [(*head, np.round(loss, 4), np.round(share, 4)) for *head, loss, share in lines]
    longest = max(len(loss) for *_, loss, _ in lines)

    def paint(panels):
        for name, colour, style, loss, share in lines:
            panels[0].plot(loss, color=colour, linestyle=style, label=name)
            panels[1].plot(share, color=colour, linestyle=style, label=name)
        panels[0].set(xlabel="epoch", ylabel="loss", ylim=(0, None))
        panels[1].set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02))
        panels[1].legend(loc="lower right", frameon=False)

    return draw(
        paint,
        alt=f"Two panels, loss and accuracy over {longest} epochs. " + " ".join(_describe(*line) for line in lines),
        caption="Left: the loss, which should fall. Right: the accuracy, which should rise."
        + (
            " Dashed: on digits that the network never learned from."
            if any("test_loss" in h for h in histories.values())
            else ""
        ),
        table=_table(lines, longest),
        size=(9, 3.6),
        columns=2,
    )


def _describe(name, _colour, _style, loss, share) -> str:
    """Say in one sentence how a line runs."""
    return f"{name}: loss from {loss[0]:.2f} to {loss[-1]:.2f}, accuracy from {share[0]:.0%} to {share[-1]:.0%}."


def _table(lines, longest) -> list[tuple]:
    step = next(step for step in _ROUND_STEPS if longest / step <= _MOST_ROWS)
    epochs = sorted({*range(0, longest, step), longest - 1})
    head = ("epoch", *(f"{word}, {name}" for name, *_ in lines for word in ("loss", "accuracy")))
    rows = [(epoch, *(cell for *_, loss, share in lines for cell in _cells(epoch, loss, share))) for epoch in epochs]
    return [head, *rows]


def _cells(epoch, loss, share) -> tuple[str, str]:
    return (f"{loss[epoch]:.2f}", f"{share[epoch]:.0%}") if epoch < len(loss) else ("", "")
