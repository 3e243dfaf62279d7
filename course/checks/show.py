"""What a check shows besides a verdict: lines of text, hints, and the table of a student's progress."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from course.checks import card
from course.checks.exercises import EXERCISES, UNITS
from course.checks.verdict import HINTS, MIME, Verdict


class Text:
    """Lines that show as themselves, in a notebook and in a terminal."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<p style="white-space:pre-wrap">{card.sentence(self.text)}</p>'


class Hint:
    """One of the three hints for an exercise, below those that came before it: none says less than the one before.

    Parameters
    ----------
    name : the exercise
    steps : what each hint says, up to this one
    """

    def __init__(self, name: str, steps: Sequence[str]):
        self.name, self.steps = name, list(steps)

    @property
    def _title(self) -> str:
        return f"Hint {len(self.steps)} of {HINTS}"

    @property
    def _more(self) -> str:
        return "" if len(self.steps) == HINTS else f'Still stuck? Call check.hint("{self.name}") again.'

    def __repr__(self) -> str:
        steps = [f"  {number}. {text}" for number, text in enumerate(self.steps, 1)]
        return "\n".join(filter(None, [f"{self._title} for {self.name}.", *steps, self._more]))

    def _repr_html_(self) -> str:
        *before, new = [card.sentence(text, (self.name,)) for text in self.steps]
        items = [*before, f"<b>New:</b> {new}" if before else new]
        listed = "".join(f'<li style="margin:.2em 0">{item}</li>' for item in items)
        body = f'<ol style="margin:.5em 0 0;padding-left:1.6em">{listed}</ol>'
        body += card.paragraph(card.sentence(self._more)) if self._more else ""
        said = card.announce(f"{self._title}. {self.steps[-1]}")
        return card.frame(card.INFO, self._title, self.name, body) + said


class Progress:
    """The state of each exercise and the points so far; then the guesses, and what to do next.

    Parameters
    ----------
    verdicts : exercise name → its last verdict, or None if it was not checked yet; in the notebook's order
    guesses : what each guess is about, and what became of it
    """

    def __init__(self, verdicts: Mapping[str, Verdict | None], guesses: Sequence[tuple[str, str]] = ()):
        self._rows = [
            (name, verdict.state if verdict else "not checked yet", verdict.earned if verdict else 0)
            for name, verdict in verdicts.items()
        ]
        self.earned = round(sum(verdict.earned for verdict in verdicts.values() if verdict), 2)
        self.possible = sum(EXERCISES[name].points for name in verdicts)
        self.guesses, self.next = list(guesses), _next(verdicts)

    @property
    def _total(self) -> str:
        return f"{self.earned:g} of {self.possible} points"

    def __repr__(self) -> str:
        width = max(len(name) for name, _, _ in self._rows)
        lines = [f"{name:<{width}}  {state:<17}  {_points(name, earned)}" for name, state, earned in self._rows]
        lines.append(f"{'together':<{width}}  {'':<17}  {self._total}")
        if self.guesses:
            lines += ["", "Your guesses", *(f"{name}: {told}" for name, told in self.guesses)]
        return "\n".join([*lines, "", self.next])

    def _repr_html_(self) -> str:
        rows = [
            (card.code(name), html.escape(state), _points(name, earned), card.bar(earned / EXERCISES[name].points))
            for name, state, earned in self._rows
        ]
        body = card.text_table(("exercise", "state", "points"), [(*row[:2], f"{row[2]} {row[3]}") for row in rows])
        if self.guesses:
            told = [(html.escape(name), card.sentence(text)) for name, text in self.guesses]
            body += card.text_table(("about", "what came out"), told, "Your guesses")
        body += card.paragraph(f"<b>{card.sentence(self.next, [name for name, *_ in self._rows])}</b>")
        done = self.earned == self.possible
        shown = card.frame(card.RIGHT if done else card.INFO, "Progress", "", body, self._total)
        return shown + card.announce(f"Progress: {self._total}. {self.next}")


def _points(name: str, earned: float) -> str:
    return f"{earned:g} of {EXERCISES[name].points}"


def _next(verdicts: Mapping[str, Verdict | None]) -> str:
    """Say what to do next: the first exercise that is not right yet, or the unit after this one."""
    for name, verdict in verdicts.items():
        if verdict is None:
            return f"Next: write {name} and run the check below it."
        if verdict.kind == "not attempted":
            return f"Next: fill the blank in {name}, then run its cell and the check."
        if not verdict.passed:
            return f'Next: mend {name}. check.hint("{name}") helps.'
    last = UNITS.index(EXERCISES[next(reversed(verdicts))].unit)
    return f"All of it is right. Next: {UNITS[last + 1]}." if UNITS[last + 1 :] else "All of it is right."


class CourseProgress:
    """The points of each unit, and how many of its exercises are right.

    Parameters
    ----------
    verdicts : exercise name → its last verdict; what was never checked is not in it
    """

    def __init__(self, verdicts: Mapping[str, Verdict]):
        self._rows = []
        for unit in UNITS:
            names = [exercise.name for exercise in EXERCISES.values() if exercise.unit == unit]
            right = sum(name in verdicts and verdicts[name].passed for name in names)
            earned = sum(verdicts[name].earned for name in names if name in verdicts)
            possible = sum(EXERCISES[name].points for name in names)
            self._rows.append((unit, f"{right} of {len(names)} right", earned, possible))

    def __repr__(self) -> str:
        return "\n".join(
            f"{unit:<22}  {right:<12}  {earned:g} of {possible} points" for unit, right, earned, possible in self._rows
        )

    def _repr_html_(self) -> str:
        rows = [
            (html.escape(unit), right, f"{earned:g} of {possible} points {card.bar(earned / possible)}")
            for unit, right, earned, possible in self._rows
        ]
        body = card.text_table(("unit", "exercises", "points"), rows, "As last saved")
        earned, possible = sum(row[2] for row in self._rows), sum(row[3] for row in self._rows)
        return card.frame(card.INFO, "The whole course", "", body, f"{earned:g} of {possible} points")


def read_saved_verdicts(folder: Path) -> dict[str, Verdict]:
    """Return the verdicts that stand in the saved notebooks of a student's folder; a broken notebook counts as none.

    Parameters
    ----------
    folder : holds one folder for each unit
    """
    verdicts = {}
    for unit in UNITS:
        try:
            cells = json.loads((folder / unit / f"{unit}.ipynb").read_text(encoding="utf-8"))["cells"]
            stored = [
                output["data"][MIME]
                for cell in cells
                for output in cell.get("outputs", [])
                if MIME in output.get("data", {})
            ]
            verdicts |= {one["exercise"]: _from_json(one) for one in stored if one["exercise"] in EXERCISES}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return verdicts


def _from_json(stored: dict) -> Verdict:
    name = stored["exercise"]
    return Verdict(
        name, bool(stored["passed"]), float(stored["score"]), EXERCISES[name].points, stored["kind"], stored["message"]
    )
