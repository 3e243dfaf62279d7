"""A verdict on an answer, and how it looks: HTML in JupyterLab, text in a terminal, plain sentences for a screen reader."""

from __future__ import annotations

import html
import math
import re
from dataclasses import asdict, dataclass

import numpy as np

MIME = "application/vnd.course.verdict+json"
_MOST_CELLS = 64  # larger arrays are not shown side by side


def to_html(text: str) -> str:
    """Write a sentence as HTML, with what stands between backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))


@dataclass(frozen=True)
class Line:
    """The line of a student's cell at which an answer goes wrong.

    Attributes
    ----------
    number, text : of the line
    look : what kind of thing to look at there: "over which axis it goes"
    what : what goes wrong there: "it goes wrong", or of several returned values "dW_2 goes wrong"
    shape : the first variable whose shape is off, with its shape; empty if none is
    """

    number: int
    text: str
    look: str
    what: str = "it goes wrong"
    shape: str = ""

    def __str__(self) -> str:
        look = self.look if self.look.endswith("?") else f"{self.look}."
        shape = f" The first variable with a wrong shape is {self.shape}." if self.shape else ""
        return f"line {self.number}, `{self.text}`. There {self.what}. Look at {look}{shape}"


@dataclass(frozen=True)
class Verdict:
    """What a check or a grade says of one answer.

    Attributes
    ----------
    exercise : the exercise's name
    passed : whether everything is right
    score : the share of the points that was earned, from 0 to 1
    points : what the exercise is worth
    kind : "passed", "not attempted", "not judged", "misuse", "raised", "type", "shape", "value" or "property"
    message : what differs, in sentences
    summary : the same without expected and given values, for feedback on hidden cases
    mistake : the known mistake's name, or None
    cause, advice : what is probably the cause, and where to look; empty if unknown
    line : where in the student's code it goes wrong, if that was found
    call : the call that showed it, empty if it is hidden
    expected, got, wrong : the arrays and which entries differ, if they can be shown
    notes : what else is good to know, such as NumPy's warnings
    """

    exercise: str
    passed: bool
    score: float
    points: int
    kind: str
    message: str
    summary: str = ""
    mistake: str | None = None
    cause: str = ""
    advice: str = ""
    line: Line | None = None
    call: str = ""
    expected: np.ndarray | None = None
    got: np.ndarray | None = None
    wrong: np.ndarray | None = None
    notes: tuple[str, ...] = ()

    @property
    def earned(self) -> float:
        """The points that were earned, in quarters, rounded down; a plain float, as nbgrader wants it."""
        return math.floor(4 * self.score * self.points + 1e-9) / 4

    @property
    def state(self) -> str:
        """What came out, in two or three words."""
        words = {"passed": "right", "not attempted": "not attempted yet", "not judged": "not judged yet"}
        return words.get(self.kind, "not right yet")

    @property
    def title(self) -> str:
        """One line: what came out, and the points."""
        points = "" if self.kind == "not judged" else f" ({self.earned:g} of {self.points} points)"
        return f"{self.exercise}: {self.state}{points}"

    @property
    def _is_open(self) -> bool:
        """Whether there is nothing yet that could be right or wrong."""
        return self.kind in ("not attempted", "not judged")

    def __str__(self) -> str:
        lines = [("✓ " if self.passed else "○ " if self._is_open else "✗ ") + self.title]
        lines += [f"  {label}{text}" for label, text in self._paragraphs()]
        return "\n".join(lines)

    def _paragraphs(self) -> list[tuple[str, str]]:
        likely = f"{self.cause} {self.advice}".strip()
        found = [("", self.message), ("The call: ", self.call), ("Likely cause: ", likely)]
        found += [("Your line: ", str(self.line))] if self.line else []
        return [pair for pair in [*found, *(("Good to know: ", note) for note in self.notes)] if pair[1]]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {"text/plain": str(self), "text/html": self.to_html(), MIME: self.to_json()}

    def to_json(self) -> dict:
        """Return what reports read: plain JSON, without arrays."""
        names = ("exercise", "passed", "score", "points", "kind", "message", "summary", "mistake", "cause", "advice")
        line = asdict(self.line) if self.line else None
        more = {"line": line, "earned": self.earned, "notes": list(self.notes)}
        return {name: getattr(self, name) for name in names} | more

    def to_html(self) -> str:
        """Return the verdict as a box whose colour only repeats what its words say."""
        colour = "#009E73" if self.passed else "#0072B2" if self._is_open else "#D55E00"
        sign = "✓" if self.passed else "○" if self._is_open else "✗"
        parts = [f'<p style="margin:0"><span aria-hidden="true">{sign}</span> <b>{html.escape(self.title)}</b></p>']
        for label, text in self._paragraphs():
            strong = f"<b>{html.escape(label)}</b>" if label else ""
            parts.append(f'<p style="margin:.4em 0 0">{strong}{to_html(text)}</p>')
        parts.append(self._side_by_side())
        box = f"border-left:4px solid {colour};padding:.5em 1em;margin:.3em 0"
        return f'<div role="status" style="{box}">{"".join(parts)}</div>'

    def _side_by_side(self) -> str:
        pair = (self.expected, self.got)
        if any(array is None or not 1 < array.size <= _MOST_CELLS or array.ndim not in (1, 2) for array in pair):
            return ""
        tables = _table("expected", self.expected, self.wrong) + _table("yours", self.got, self.wrong)
        return (
            "<details><summary>Expected and yours, side by side</summary>"
            f'<div style="display:flex;gap:2em;flex-wrap:wrap">{tables}</div></details>'
        )


def _table(caption: str, array: np.ndarray, wrong: np.ndarray) -> str:
    """Write an array as a table in which the entries that differ are bold and marked with a star."""
    rows = []
    for numbers, marks in zip(np.atleast_2d(array), np.atleast_2d(wrong), strict=True):
        cells = [
            f"<td><b>{_number(number)} *</b></td>" if mark else f"<td>{_number(number)}</td>"
            for number, mark in zip(numbers, marks, strict=True)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><caption>{caption} (* differs)</caption>{''.join(rows)}</table>"


def _number(x) -> str:
    return f"{x:.4g}" if isinstance(x, float | np.floating) else str(x)
