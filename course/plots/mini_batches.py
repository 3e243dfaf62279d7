"""The figures of unit 09: training by passes over the data, speed by batch size, and grids of accuracies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from course.plots.figure import BLUE, DIVERGING, ORANGE, Figure, draw, show_image

_GUESS = "≈10%"


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
    grids : the name of each, with its accuracies on ten classes: (len(lrs), len(lmbds)) arrays; NaN where there is no result
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
        caption=f"Validation accuracy; darker is better, the best is bold. {_GUESS} is about 10%, as good as a guess.{missing}",
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
    return f"best {scores[i, j]:.0%} at learning rate {lrs[i]:g} and lambda {lmbds[j]:g}, worst {_percent(np.nanmin(scores))}"


def _percent(score) -> str:
    """Write an accuracy. That of a run that learned nothing hangs on the last bits of every number: the same word for all."""
    if np.isnan(score):
        return "–"
    return _GUESS if abs(score - 0.1) < 0.05 else f"{score:.0%}"


def _rounded(rate) -> str:
    """Write a rate with two significant digits: 17,000."""
    return f"{float(f'{rate:.2g}'):,.0f}"


def descent_paths(batch_sizes: Sequence[int], lr: float = 0.2, epochs: int = 4, seed: int = 1) -> Figure:
    """Draw the way of two weights down a valley: a panel for each size of a batch, a dot after each step.

    The loss is half the mean squared error of a unit without a bias, ``x_1 w_1 + x_2 w_2``, on 40 samples.

    Parameters
    ----------
    batch_sizes : one to four divisors of 40; 40 is the full batch
    lr, epochs : the learning rate, and how often each way goes through all samples
    seed : of the orders of the rows

    Raises
    ------
    ValueError : if 40 samples cannot be divided into batches of a size
    """
    if any(size not in (1, 2, 4, 5, 8, 10, 20, 40) for size in batch_sizes):
        raise ValueError("The sizes must divide the 40 samples: 1, 2, 4, 5, 8, 10, 20 or 40.")
    rng = np.random.default_rng(7)
    X = rng.normal(size=(40, 2)) * [1.0, 0.6]
    targets = X @ [1.5, -1.0] + rng.normal(scale=0.8, size=40)
    best = np.linalg.lstsq(X, targets, rcond=None)[0]
    paths = {size: _walk(X, targets, size, lr, epochs, seed) for size in batch_sizes}
    edges = np.array([[-1.6, 2.6], [-2.2, 2.2]])
    grid = np.stack(np.meshgrid(*(np.linspace(*edge, 60) for edge in edges)), axis=-1)
    heights = np.mean((grid @ X.T - targets) ** 2, axis=-1) / 2

    def paint(panels):
        for axes, (size, path) in zip(np.atleast_1d(panels), paths.items(), strict=True):
            axes.contour(*np.moveaxis(grid, -1, 0), heights, levels=12, colors="#BBBBBB", linewidths=0.8)
            axes.plot(*path.T, "o-", color=BLUE, linewidth=1, markersize=3)
            axes.plot(*path[0], "s", color=ORANGE, markersize=8)
            axes.plot(*best, "*", color="black", markersize=11)
            axes.set(title=f"batches of {size}", xlabel="w_1", xlim=edges[0], ylim=edges[1])
        np.atleast_1d(panels)[0].set_ylabel("w_2")

    far = {size: np.linalg.norm(path[-1] - best) for size, path in paths.items()}
    each = "; ".join(
        f"batches of {size}: {len(path) - 1} steps, at the end {far[size]:.1f} from the lowest place"
        for size, path in paths.items()
    )
    return draw(
        paint,
        alt=f"A valley of the loss over two weights, seen from above, and paths that go down into it. {each}.",
        caption=f"Each path saw every sample {epochs} times. Grey: places of equal loss. Square: the start. Star: the lowest place.",
        table=[
            ("rows in a batch", "steps", "w_1 at the end", "w_2 at the end"),
            *((size, len(path) - 1, *(f"{w:.2f}" for w in path[-1])) for size, path in paths.items()),
        ],
        size=(3.3 * len(paths), 3.3),
        columns=len(paths),
        sharey=True,
    )


def _walk(X, targets, size, lr, epochs, seed) -> np.ndarray:
    """Return the two weights at the start and after each step."""
    rng = np.random.default_rng(seed)
    path = [np.array([-1.2, 1.2])]
    for _ in range(epochs):
        for rows in rng.permuted(np.arange(len(X))).reshape(-1, size):
            errors = X[rows] @ path[-1] - targets[rows]
            path.append(path[-1] - lr * np.mean(errors[:, np.newaxis] * X[rows], axis=0))
    return np.array(path)


def weights_by_lambda(weights: Mapping[float, np.ndarray], units: int = 6) -> Figure:
    """Draw the weights of the first hidden units as pictures of 8x8 pixels: a row of pictures for each lambda.

    Parameters
    ----------
    weights : lambda → the weights of the hidden layer, (h, 64)
    units : how many of the h units to draw
    """
    pictures = {lmbd: np.round(np.asarray(W)[:units].reshape(-1, 8, 8), 3) for lmbd, W in weights.items()}
    largest = {lmbd: float(np.abs(W).max()) for lmbd, W in weights.items()}
    edge = max(largest.values())

    def paint(axes):
        for row, (lmbd, images) in zip(np.atleast_2d(axes), pictures.items(), strict=True):
            for panel, image in zip(row, images, strict=True):
                show_image(panel, image, vmin=-edge, vmax=edge, cmap=DIVERGING)
            row[0].set_ylabel(f"λ = {lmbd:g}", rotation=0, ha="right", va="center")

    sizes = "; ".join(f"lambda {lmbd:g}: the largest is {size:.1f}" for lmbd, size in largest.items())
    return draw(
        paint,
        alt=f"The weights of {units} hidden units as pictures, for {len(weights)} values of lambda. They get paler as lambda "
        f"grows. Sizes of the weights: {sizes}.",
        caption="Each picture holds the 64 weights of one hidden unit. Orange: below 0. Purple: above 0. Pale: near 0.",
        table=[
            ("lambda", "largest weight", "root mean square"),
            *(
                (f"{lmbd:g}", f"{largest[lmbd]:.1f}", f"{np.sqrt(np.mean(np.square(W))):.2f}")
                for lmbd, W in weights.items()
            ),
        ],
        size=(1.1 * units + 0.8, 1.2 * len(weights)),
        rows=len(weights),
        columns=units,
        squeeze=False,
    )
