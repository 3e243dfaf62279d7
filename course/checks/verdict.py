"""A verdict on an answer, and how it looks: HTML in JupyterLab, text in a terminal, plain sentences for a screen reader."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from course.checks import card
from course.checks.calls import Case, describe_argument, written_call
from course.checks.exercises import EXERCISES, Exercise

MIME = "application/vnd.course.verdict+json"
HINTS = 3  # steps of check.hint
_MOST_TABLES = 3  # of arguments that are open; more are folded
_LABELS = {"passed": "Right", "not attempted": "Empty", "not judged": "Not judged yet"}
_LEADS = {
    "raised": "What happened.",
    "type": "What differs.",
    "shape": "What differs.",
    "value": "What differs.",
    "property": "What differs.",
}


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
    case : the same with its arguments, None if it is hidden
    parts : what was tried, each kind of call with the share of its results that is right; without a verdict on values nothing
    hints_used : how many of the three hints were asked for; None where there are no hints
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
    case: Case | None = None
    parts: tuple[tuple[str, float], ...] = ()
    hints_used: int | None = None
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
        found = [("", self.message), ("The call: ", self.call), ("Likely cause: ", self._likely)]
        found += [("Your line: ", str(self.line))] if self.line else []
        found += [("Good to know: ", note) for note in self.notes]
        if not self.passed:
            found += [("Tried: ", self._tried), ("Stuck? ", self._next_hint)]
        return [pair for pair in found if pair[1]]

    @property
    def _likely(self) -> str:
        return f"{self.cause} {self.advice}".strip()

    @property
    def _tried(self) -> str:
        """Name all parts with what became of each, and say why one that is right may not count."""
        signs = {0: "✗", 1: "✓"}
        told = " · ".join(f"{signs.get(share, '◐')}\N{NO-BREAK SPACE}{part}" for part, share in self.parts)
        first, share_of_first = self.parts[0] if self.parts else ("", 1)
        if share_of_first == 0 and any(share for _, share in self.parts[1:]):
            return f"{told}. The others count once “{first}” is right."
        return f"{told}. ◐: of what is returned, some is right." if "◐" in told else told

    @property
    def _next_hint(self) -> str:
        if self.hints_used is None or self.passed or self.kind in ("misuse", "not judged"):
            return ""
        return f'check.hint("{self.exercise}") ({self.hints_used} of {HINTS} used)'

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        shown = self.to_html() + card.announce(f"{self.title}. {self.message}")
        return {"text/plain": str(self), "text/html": shown, MIME: self.to_json()}

    def to_json(self) -> dict:
        """Return what reports read: plain JSON, without arrays."""
        names = ("exercise", "passed", "score", "points", "kind", "message", "summary", "mistake", "cause", "advice")
        line = asdict(self.line) if self.line else None
        more = {
            "line": line,
            "earned": self.earned,
            "notes": list(self.notes),
            "parts": [list(one) for one in self.parts],
        }
        return {name: getattr(self, name) for name in names} | more

    def to_html(self) -> str:
        """Return the verdict as a card, whose colours only repeat what its words say."""
        kind = card.RIGHT if self.passed else card.OPEN if self._is_open else card.WRONG
        aside = "" if self.kind == "not judged" else card.points(self.earned, self.points)
        label = _LABELS.get(self.kind, "Not right yet")
        return card.frame(kind, label, self.exercise, "".join(filter(None, self._body())), aside, self.title)

    def _body(self) -> Iterator[str]:
        """Yield the parts of the card: what differs, what was given and expected, the parts, the cause, what to do next."""
        names = _names(EXERCISES[self.exercise])
        lead = _LEADS.get(self.kind, "")
        if self.message:
            yield card.paragraph(f"{f'<b>{lead}</b> ' if lead else ''}{card.sentence(self.message, names)}")
        yield from self._tables(names)
        if self.passed and self.parts:
            yield card.paragraph(f"Tried: {html.escape(' · '.join(part for part, _ in self.parts))}.")
        elif self._tried:
            yield card.paragraph(html.escape(self._tried))
        for note in self.notes:
            yield card.paragraph(f"<b>Good to know.</b> {card.sentence(note, names)}")
        if self._likely:
            yield card.folded("Likely cause", card.paragraph(card.sentence(self._likely, names)))
        if self.line:
            yield card.folded("Your line", card.paragraph(card.sentence(_capital(str(self.line)), names)))
        if self._next_hint:
            yield card.paragraph(f"Stuck? Run {card.sentence(self._next_hint)}.")

    def _tables(self, names: tuple[str, ...]) -> Iterator[str]:
        """Yield what was given, what was expected, and what came back."""
        exercise = EXERCISES[self.exercise]
        pair = self._expected_and_yours()
        if self.call and (self.case is None or exercise.probe):
            yield card.paragraph(f"<b>The call.</b> {card.sentence(self.call, names)}") + card.beside(pair)
        elif self.case:
            yield from self._given(exercise, pair)
        else:
            yield card.beside(pair)

    def _given(self, exercise: Exercise, pair: list[str]) -> Iterator[str]:
        """Yield the call that showed it with its arguments, small ones beside what came back, and how to make it again."""
        arrays, plain = [], []
        for name, value in self.case.named(exercise):
            shown = _shown(name, value)
            arrays += shown
            if not shown and not isinstance(value, int | float | str):
                plain.append(describe_argument(name, value))
        with_plain = f" with {', '.join(map(card.code, plain))}" if plain else ""
        yield card.paragraph(f"<b>The call.</b> {card.code(written_call(exercise, self.case))}{with_plain}")
        given = [card.array_table(f"given: {name}", value) for name, value in arrays]
        if len(given) > _MOST_TABLES:
            yield card.beside(pair)
            yield card.folded("What was given", card.beside(given))
        else:
            yield card.beside([*given, *pair])
        if self.hints_used is not None:  # in a notebook of a student
            arguments = f'check.call("{exercise.name}")'
            again, gives = card.code(f"{exercise.name}(*{arguments})"), card.code(arguments)
            yield card.paragraph(f"<b>Try it.</b> {again} makes this call again: {gives} gives its arguments.")

    def _expected_and_yours(self) -> list[str]:
        """Return the two tables in which to look for what differs, if it can be shown."""
        expected, got, wrong = self.expected, self.got, self.wrong
        if not card.can_be_shown(expected) or not card.can_be_shown(got) or expected.size == 1:
            return []
        first = card.first_place(wrong)
        return [
            card.array_table("expected", expected, wrong, got, first, mark=False),
            card.array_table("yours, differences marked", got, wrong, expected, first),
        ]


def _shown(name: str, value: Any) -> list[tuple[str, np.ndarray]]:
    """Return the arrays that an argument is or holds, each with its name; nothing if one cannot be shown as a table."""
    if isinstance(value, list | tuple):
        items = [(f"{name}[{place}]", item) for place, item in enumerate(value)]
        return items if items and all(card.can_be_shown(item) for _, item in items) else []
    return [(name, value)] if card.can_be_shown(value) else []


def _names(exercise: Exercise) -> tuple[str, ...]:
    """Return what is code wherever it stands in a sentence about an exercise."""
    returned = [label for name in exercise.returns for label in ([name] if isinstance(name, str) else name)]
    return (exercise.name, *exercise.argument_names, *returned, *exercise.uses, "NaN")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
