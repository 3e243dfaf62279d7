"""The figures of unit 09: training by passes over the data, speed by batch size, and grids of accuracies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from course.plots.figure import Figure, draw, show_image


def accuracy_by_pass(curves: Mapping[str, Sequence[float]]) -> Figure:
    """Show how the accuracy grows with each pass over the training data, one line for each way of training.

    Parameters
    ----------
    curves : the name of each way, with its accuracy after pass 1, 2, …; all of the same length
    """
    curves = {name: np.round(values, 2) for name, values in curves.items()}
    passes = np.arange(1, len(next(iter(curves.values()))) + 1)

    def paint(axes):
        for (name, values), marker in zip(curves.items(), "osD^v", strict=False):
            axes.plot(passes, values, marker=marker, markersize=4, label=name)
        axes.set_ylim(0, 1)
        axes.set_xlabel("passes over the training data (epochs)")
        axes.set_ylabel("validation accuracy")
        axes.set_xticks(passes[passes % max(1, len(passes) // 10) == 0])
        axes.legend(frameon=False, loc="lower right")

    found = "; ".join(
        f"{name}: {values[0]:.0%} after the first, {values[-1]:.0%} at the end" for name, values in curves.items()
    )
    chosen = [i for i in (0, 1, 4, 9, 14, 19, 29) if i < len(passes)]
    return draw(
        paint,
        alt=f"Lines of accuracy over {len(passes)} passes. {found}.",
        caption="Every line has seen the same number of images. Smaller batches made more steps with them.",
        table=[
            ("pass", *curves),
            *((passes[i], *(f"{values[i]:.0%}" for values in curves.values())) for i in chosen),
        ],
    )


def samples_per_second(batch_sizes: Sequence[int], rates: Sequence[float]) -> Figure:
    """Show how many samples a network trains on in a second, for each size of a batch.

    What was measured stands in the text of the figure, so the cell wants the tag ``nbval-ignore-output``.

    Parameters
    ----------
    batch_sizes : increasing ints
    rates : samples per second, one number for each batch size
    """

    def paint(axes):
        axes.plot(batch_sizes, rates, marker="o")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=20))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:,.0f}"))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_xticks(batch_sizes, [str(size) for size in batch_sizes])
        axes.set_xticks([], minor=True)
        axes.set_xlabel("rows in a batch")
        axes.set_ylabel("samples per second")
        axes.grid(alpha=0.3)

    return draw(
        paint,
        alt=f"A line of samples per second by batch size, both axes logarithmic: {_rounded(rates[0])} a second with "
        f"{batch_sizes[0]} row in a batch, {_rounded(rates[-1])} with {batch_sizes[-1]}, about "
        f"{rates[-1] / rates[0]:.0f} times as many.",
        caption="Measured on this computer, just now. Each step has a fixed cost, which a larger batch shares out.",
        table=[
            ("rows in a batch", "samples per second"),
            *((size, _rounded(rate)) for size, rate in zip(batch_sizes, rates, strict=True)),
        ],
    )


def accuracy_grids(
    grids: Mapping[str, np.ndarray], lrs: Sequence[float], lmbds: Sequence[float], reason: str = "no result"
) -> Figure:
    """Show accuracies as heat maps: a row for each learning rate, a column for each lambda.

    Parameters
    ----------
    grids : the name of each, with its accuracies: (len(lrs), len(lmbds)) arrays; NaN where there is no result
    reason : what NaN means
    """
    grids = {name: np.round(np.asarray(scores, dtype=float), 6) for name, scores in grids.items()}

    def paint(axes):
        for panel, (name, scores) in zip(np.atleast_1d(axes), grids.items(), strict=True):
            show_image(panel, np.nan_to_num(scores), vmax=1.15)
            panel.set_aspect("auto")
            for (i, j), score in np.ndenumerate(scores):
                panel.text(
                    j + 0.5,
                    i + 0.5,
                    _percent(score),
                    ha="center",
                    va="center",
                    color="white" if score > 0.6 else "black",
                    weight="bold" if score == np.nanmax(scores) else "normal",
                )
            panel.set_xticks(np.arange(len(lmbds)) + 0.5, [f"{lmbd:g}" for lmbd in lmbds])
            panel.set_yticks(np.arange(len(lrs)) + 0.5, [f"{lr:g}" for lr in lrs])
            panel.set_xlabel("lambda")
            panel.set_title(name, fontsize=11)
        np.atleast_1d(axes)[0].set_ylabel("learning rate")

    found = "; ".join(f"{name}: {_best_cell(scores, lrs, lmbds)}" for name, scores in grids.items())
    missing = f" A dash means: {reason}." if any(np.isnan(scores).any() for scores in grids.values()) else ""
    return draw(
        paint,
        alt=f"Heat maps of validation accuracy, {len(lrs)} learning rates by {len(lmbds)} lambdas. {found}.{missing}",
        caption=f"Validation accuracy; darker is better, the best is bold.{missing}",
        table=[
            ("learning rate", "lambda", *grids),
            *(
                (f"{lr:g}", f"{lmbd:g}", *(_percent(scores[i, j]) for scores in grids.values()))
                for i, lr in enumerate(lrs)
                for j, lmbd in enumerate(lmbds)
            ),
        ],
        size=(4.2 * len(grids), 3.2),
        columns=len(grids),
    )


def _best_cell(scores, lrs, lmbds) -> str:
    i, j = np.unravel_index(np.nanargmax(scores), scores.shape)
    return f"best {scores[i, j]:.0%} at learning rate {lrs[i]:g} and lambda {lmbds[j]:g}, worst {np.nanmin(scores):.0%}"


def _percent(score) -> str:
    return "–" if np.isnan(score) else f"{score:.0%}"


def _rounded(rate) -> str:
    """Write a rate with two significant digits: 17,000."""
    return f"{float(f'{rate:.2g}'):,.0f}"
