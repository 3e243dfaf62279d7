"""The look of what the course shows in a notebook: a frame with a filled label, code, small tables, bars.

Plain HTML with inline styles: no style sheet, no other file, and no script but for :func:`announce`. Colours are those of the
page with a little colour over them, so a card is readable in a light and in a dark theme, in JupyterLab, VS Code, nbconvert's
pages and feedback.
"""

from __future__ import annotations

import html
import json
import math
import os
import re
import time
from collections.abc import Iterable, Sequence

import numpy as np

from course.checks.compare import format_pair

# The filled labels: white on these has a contrast of 6:1 or more. The edges are Okabe and Ito's, as in the figures.
RIGHT, WRONG, OPEN = ("✓", "#006048", "#009E73"), ("✗", "#963F00", "#D55E00"), ("○", "#005685", "#0072B2")
INFO = ("", *OPEN[1:])
CSS = (
    "align-items", "background", "border", "border-collapse", "border-left", "border-radius", "color", "cursor", "display",
    "flex-wrap", "font-family", "font-size", "font-weight", "gap", "height", "justify-content", "margin", "max-width", "opacity",
    "padding", "padding-left", "text-align", "text-decoration", "white-space", "width",
)  # fmt: skip  # all properties of the inline styles below, for who cleans HTML
ROWS, COLUMNS = 4, 6  # of an array that are shown
_LONGEST_ROW = 6  # points that are drawn as circles
_CODE = (
    "font-family:ui-monospace,Menlo,Consolas,monospace;background:rgba(128,128,128,.17);color:inherit;padding:0 .3em"
)
_CELL = "border:1px solid rgba(128,128,128,.5);padding:.1em .5em;text-align:right;background:none"
_HEAD = "border:none;padding:.1em .5em;text-align:right;font-weight:normal;background:none"
_MARK = "background:rgba(213,94,0,.25);font-weight:bold;text-decoration:underline"
_TEXT_CELL = "border:none;padding:.15em 1em .15em 0;text-align:left;background:none;font-weight:normal"
# What is code in a sentence: between backticks, called or indexed, joined by dots or underscores, a shape; or a value after
# "should be" or "yours is".
_CODE_WORDS = re.compile(
    r"`([^`]+)`"
    r"|((?:check|np|rng|plots)\.\w+(?:\.\w+)*(?:\([^()]*\))?"
    r"|\b[A-Za-z_][\w.]*(?:\[[^\]]*\])+"
    r"|\b[A-Za-z_]\w*\((?:[^()]|\([^()]*\))*\)"
    r"|\b[A-Za-z]\w*_\w+\b"
    r"|\(\d*(?:, ?\d+)*,?\)"
    r"|(?:(?<=should be )|(?<=should be about ))-?(?:\d[\w.+-]*|inf|nan)(?=[;. ])(?<!\.)"
    r"|(?<=yours is )-?(?:\d[\w.+-]*|inf|nan)(?=[;. ])(?<!\.))"
)


def code(text: str) -> str:
    """Return text in code font."""
    return f'<code style="{_CODE}">{html.escape(text)}</code>'


def sentence(text: str, names: Iterable[str] = ()) -> str:
    """Return a sentence as HTML, with what is code in it in code font.

    Parameters
    ----------
    names : words that are code wherever they stand, such as an exercise and its arguments; ordinary small words are left out
    """
    telling = [name for name in names if not name.islower() or "_" in name or len(name) == 1]
    named = "|".join(rf"(?<![\w.]){re.escape(name)}(?!\w)" for name in telling if name != "a")
    pattern = re.compile(f"{_CODE_WORDS.pattern}|({named})") if named else _CODE_WORDS
    parts, end = [], 0
    for found in pattern.finditer(text):
        parts += [html.escape(text[end : found.start()]), code(next(filter(None, found.groups()), found[0]))]
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])


def paragraph(inner: str, style: str = "") -> str:
    """Return a paragraph with the distances of a card."""
    return f'<p style="margin:.5em 0 0;{style}">{inner}</p>'


def frame(kind: tuple[str, str, str], label: str, name: str, body: str, aside: str = "", about: str = "") -> str:
    """Return a card.

    Parameters
    ----------
    kind : RIGHT, WRONG, OPEN, or INFO for what is no verdict
    label : the words in the filled label: "Not right yet"
    name : what the card is about, in code font; may be empty
    body : HTML
    aside : HTML for the right end of the first line, such as the points
    about : what a screen reader calls the card; by default name and label
    """
    sign, fill, edge = kind
    mark = f'<span aria-hidden="true">{sign} </span>' if sign else ""
    # A word space after each part, so that the text without its styles reads well too.
    head = (
        f'<b style="background:{fill};color:#fff;padding:.15em .5em;border-radius:.2em">{mark}{html.escape(label)}</b> '
        f"{code(name) if name else ''}"
    )
    about = html.escape(about or (f"{name}: {label}" if name else label))
    box = (
        f"border:1px solid rgba(128,128,128,.5);border-left:.4em solid {edge};border-radius:.3em;"
        "padding:.6em 1em;margin:.3em 0;max-width:60em"
    )
    first = "display:flex;flex-wrap:wrap;gap:.5em;justify-content:space-between;align-items:baseline;margin:0"
    right = f"<span>{aside}</span>" if aside else ""
    return f'<div role="group" aria-label="{about}" style="{box}"><p style="{first}"><span>{head}</span> {right}</p>{body}</div>'


def points(earned: float, possible: int) -> str:
    """Return "3 of 4 points", with a circle for each point."""
    text = f"{earned:g} of {possible} point{'' if possible == 1 else 's'}"
    if possible > _LONGEST_ROW:
        return text
    full, quarters = int(earned), round(4 * (earned % 1))
    circles = "●" * full + ("" if not quarters else "◔◑◕"[quarters - 1])
    return f'{text} <span aria-hidden="true">{circles.ljust(possible, "○")}</span>'


def bar(share: float) -> str:
    """Return a bar that is filled to a share from 0 to 1; the number stands in words beside it."""
    outer = "display:inline-block;width:6em;height:.7em;border:1px solid rgba(128,128,128,.8);border-radius:.2em"
    inner = f"display:block;width:{share:.0%};height:100%;background:{RIGHT[2]}"
    return f'<span aria-hidden="true" style="{outer}"><span style="{inner}"></span></span>'


def folded(summary: str, inner: str) -> str:
    """Return something to unfold."""
    return f'<details style="margin:.5em 0 0"><summary style="cursor:pointer">{html.escape(summary)}</summary>{inner}</details>'


def beside(tables: Sequence[str]) -> str:
    """Return tables side by side, or below each other where there is no room."""
    style = "display:flex;flex-wrap:wrap;gap:.3em 1.5em;align-items:flex-end;margin:.4em 0 0"
    return f'<div style="{style}">{"".join(tables)}</div>' if tables else ""


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """Return a table of HTML cells; the first cell of each row is its header.

    Parameters
    ----------
    head : the names of the columns
    caption : what the table tells, for a screen reader and above the table
    """
    columns = "".join(f'<th scope="col" style="{_TEXT_CELL}">{html.escape(name)}</th>' for name in head)
    lines = "".join(
        f'<tr style="background:none"><th scope="row" style="{_TEXT_CELL}">{row[0]}</th>'
        + "".join(f'<td style="{_TEXT_CELL}">{cell}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    title = f'<caption style="text-align:left">{html.escape(caption)}</caption>' if caption else ""
    table = "border-collapse:collapse;margin:.5em 0 0;font-size:inherit"
    return f'<table style="{table}">{title}<thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table>'


def can_be_shown(array: object) -> bool:
    """Return whether :func:`array_table` shows such a value: an array with one axis or two that is not empty."""
    return isinstance(array, np.ndarray) and array.ndim in (1, 2) and array.size > 0 and array.dtype.kind in "biuf"


def array_table(
    name: str,
    array: np.ndarray,
    wrong: np.ndarray | None = None,
    other: np.ndarray | None = None,
    first: tuple[int, int] = (0, 0),
    *,
    mark: bool = True,
) -> str:
    """Return a part of an array as a table with the numbers of its rows and columns.

    Parameters
    ----------
    name : what it is; "expected" and "yours" for a pair
    array : with one axis (then each entry is a row) or two
    wrong : which entries differ, of the same shape
    other : the array from which they differ; of these entries so many digits are shown that it can be seen
    mark : whether to mark them
    first : the row and the column to begin with
    """
    flat = array.ndim == 1
    cells = array[:, np.newaxis] if flat else array
    differs = np.zeros(cells.shape, bool) if wrong is None else np.reshape(wrong, cells.shape)
    others = cells if other is None else np.reshape(other, cells.shape)
    rows = range(first[0], min(first[0] + ROWS, cells.shape[0]))
    columns = range(first[1], min(first[1] + COLUMNS, cells.shape[1]))
    head = "" if flat else f'<tr><td style="{_HEAD}"></td>{"".join(_number_of(i, "col") for i in columns)}</tr>'
    lines = []
    for i in rows:
        row = [_cell(cells[i, j], others[i, j], bool(differs[i, j]), mark) for j in columns]
        lines.append(f'<tr style="background:none">{_number_of(i, "row")}{"".join(row)}</tr>')
    part = _part_shown(cells, rows, columns, flat)
    caption = html.escape(name) + (f"<br>{html.escape(part)}" if part else "")
    style = "border-collapse:collapse;margin:0;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:inherit"
    title = f'<caption style="text-align:left;white-space:nowrap">{caption}</caption>'
    return f'<table style="{style}">{title}<thead>{head}</thead><tbody>{"".join(lines)}</tbody></table>'.replace(
        "<thead></thead>", ""
    )


_ANNOUNCE = """<script>(() => {
  if (%d < performance.timeOrigin) return;
  let region = document.getElementById("course-status");
  if (!region) {
    region = document.createElement("div");
    region.id = "course-status";
    region.setAttribute("role", "status");
    region.style.cssText = "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%%);white-space:nowrap";
    document.body.append(region);
  }
  setTimeout(() => { region.textContent = %s; }, 200);
})()</script>"""


def announce(text: str) -> str:
    """Return what lets a screen reader say one line in JupyterLab, when its cell was just run; elsewhere nothing.

    A screen reader says what changes in a live region that was there before. An output would bring its region along, too late; so
    one is kept in the page. A saved output stays silent when it is opened again. Without scripts a card shows the same.
    """
    if "JPY_SESSION_NAME" not in os.environ:  # JupyterLab's server sets it; a build, a grader and nbconvert do not
        return ""
    return _ANNOUNCE % (1000 * time.time(), json.dumps(text).replace("<", "\\u003c"))


def first_place(wrong: np.ndarray) -> tuple[int, int]:
    """Return where to begin so that the first entry that is wrong is shown: at the start, if it is there."""
    row, column = np.argwhere(wrong.reshape(len(wrong), -1))[0].tolist()
    last_start = max(wrong.size // len(wrong) - COLUMNS, 0)
    return row if row >= ROWS else 0, min(column, last_start) if column >= COLUMNS else 0


def _number_of(place: int, scope: str) -> str:
    return f'<th scope="{scope}" style="{_HEAD};opacity:.8">{place}</th>'


def _cell(value, other, differs: bool, mark: bool) -> str:
    text = html.escape(format_pair(value, other, fewest=4)[0] if differs else _short(value))
    if not (differs and mark):
        return f'<td style="{_CELL}">{text}</td>'
    return f'<td style="{_CELL.replace("background:none", _MARK)}"><u>{text}</u></td>'


def _short(value) -> str:
    if not isinstance(value, float | np.floating):
        return str(value)
    return f"{value:.4g}" if math.isfinite(value) else str(float(value))


def _part_shown(cells: np.ndarray, rows: range, columns: range, flat: bool) -> str:
    """Say which rows and columns of a larger array are shown."""
    parts = []
    for what, shown, count in (
        ("entries" if flat else "rows", rows, len(cells)),
        ("columns", columns, cells.shape[1]),
    ):
        if len(shown) < count:
            parts.append(f"{what} {shown[0]}–{shown[-1]} of {count}")
    return ", ".join(parts)
