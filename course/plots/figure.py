"""What every figure of the course has in common: one look, alt text, a caption, a data table, the same bytes each time."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable, Sequence

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas
from matplotlib.image import AxesImage

# Okabe and Ito's palette (2008), which colour-blind people can tell apart, in the order in which to use it.
BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442",
)  # fmt: skip
DIVERGING = "PuOr"  # for values on both sides of zero
SEQUENTIAL = "Greys"  # for images and counts

STYLE = {
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, PINK, SKY, RED]),
    "lines.linewidth": 2,
    "svg.hashsalt": "course",  # without it, the ids inside an SVG are random
    "svg.fonttype": "path",  # text looks the same on every machine
}


# On a dark page a figure is turned over in brightness, and keeps its hues. Where its caption speaks of light and dark, it is only
# dimmed, so that the words stay true. Where a page takes no style sheets, it stays as it was drawn.
_ON_DARK = ":is([data-jp-theme-light=false],.vscode-dark,.vscode-high-contrast:not(.vscode-high-contrast-light))"
_DARK = (
    f"<style>{_ON_DARK} img.course-turns{{filter:invert(.93) hue-rotate(180deg)}}"
    f"{_ON_DARK} img.course-stays{{filter:brightness(.8)}}</style>"
)
_LIGHT_AND_DARK = re.compile(r"\b(black|white|dark|light|pale|bright)", re.IGNORECASE)

pictures = True  # the grader's kernels set this to False: there a figure is its words, since nobody looks at it


class Figure:
    """A finished picture: shown as HTML in a notebook, and as its alt text in a terminal.

    Parameters
    ----------
    svg : the picture; empty where pictures are switched off
    alt : what the picture shows, for who cannot see it: one or two sentences
    caption : what to look at, shown below the picture
    table : optional; the first row holds the column names
    """

    def __init__(self, svg: str, alt: str, caption: str, table: Sequence[Sequence] = ()):
        self.svg, self.alt, self.caption, self.table = svg, alt, caption, table

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.to_html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def to_html(self) -> str:
        """Return a ``<figure>`` with the picture inside, so that it needs no other file."""
        data = base64.b64encode(self.svg.encode()).decode()
        on_dark = "stays" if _LIGHT_AND_DARK.search(self.caption) else "turns"
        picture = (
            f'{_DARK}<img class="course-{on_dark}" style="max-width:100%;background:white" '
            f'src="data:image/svg+xml;base64,{data}" alt="{html.escape(self.alt)}">'
        )
        return (
            f'<figure style="margin:0">{picture if self.svg else html.escape(self.alt)}'
            f"<figcaption>{html.escape(self.caption)}</figcaption>{self._table_html()}</figure>"
        )

    def _table_html(self) -> str:
        if not self.table:
            return ""
        head, *rows = ([html.escape(str(cell)) for cell in row] for row in self.table)
        header = "".join(f'<th scope="col">{cell}</th>' for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<details><summary>The data as a table</summary><table><tr>{header}</tr>{body}</table></details>"


def draw(
    paint: Callable,
    *,
    alt: str,
    caption: str,
    table: Sequence[Sequence] = (),
    size: tuple[float, float] = (7, 3.5),
    rows: int = 1,
    columns: int = 1,
    **subplots,
) -> Figure:
    """Call ``paint(axes)`` on empty axes in the course's look, and return the picture as a :class:`Figure`.

    Parameters
    ----------
    paint : receives one Axes, or an array of them if ``rows * columns > 1``
    size : width and height in inches
    subplots : passed on to matplotlib's ``Figure.subplots``, for instance ``sharey=True``
    """
    if not pictures:
        return Figure("", alt, caption, table)
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=size)
        paint(canvas.subplots(rows, columns, **subplots))
        svg = io.StringIO()
        canvas.savefig(svg, format="svg", metadata={"Date": None})
    return Figure(" ".join(svg.getvalue().split()), alt, caption, table)  # a tenth of it is line breaks and indentation


def show_image(axes, image, *, vmin: float = 0, vmax: float = 16, cmap: str = SEQUENTIAL, lines: str = "") -> AxesImage:
    """Draw a (rows, columns) array as squares of side 1, without ticks: digits, weights, a matrix. Row 0 is at the top.

    Parameters
    ----------
    lines : the colour of lines between the squares; empty for none
    """
    rows, columns = image.shape
    # One small picture inside the SVG, a point for each number; a path for each number takes fifty times the space.
    picture = axes.imshow(image, cmap=cmap, vmin=vmin, vmax=vmax, extent=(0, columns, rows, 0), interpolation="none")
    if lines:
        axes.hlines(range(1, rows), 0, columns, color=lines, linewidth=1)
        axes.vlines(range(1, columns), 0, rows, color=lines, linewidth=1)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)
    return picture
