"""What a check shows besides a verdict: lines of text, and the table of a student's progress."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from course.checks.exercises import EXERCISES, UNITS
from course.checks.verdict import MIME, Verdict, to_html


class Text:
    """Lines that show as themselves, in a notebook and in a terminal."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<p style="white-space:pre-wrap">{to_html(self.text)}</p>'


class Progress:
    """The state of each exercise and the points so far; then the guesses, and what to do next.

    Parameters
    ----------
    verdicts : exercise name → its last verdict, or None if it was not checked yet; in the notebook's order
    guesses : what each guess is about, and what became of it
    """

    def __init__(self, verdicts: Mapping[str, Verdict | None], guesses: Sequence[tuple[str, str]] = ()):
        self._rows = [
            (name, verdict.state if verdict else "not checked yet", self._points(name, verdict))
            for name, verdict in verdicts.items()
        ]
        self.earned = round(sum(verdict.earned for verdict in verdicts.values() if verdict), 2)
        self.possible = sum(EXERCISES[name].points for name in verdicts)
        self.guesses, self.next = list(guesses), _next(verdicts)

    @staticmethod
    def _points(name: str, verdict: Verdict | None) -> str:
        return f"{verdict.earned if verdict else 0:g} of {EXERCISES[name].points}"

    @property
    def _total(self) -> str:
        return f"{self.earned:g} of {self.possible} points"

    def __repr__(self) -> str:
        width = max(len(name) for name, _, _ in self._rows)
        lines = [f"{name:<{width}}  {state:<17}  {points}" for name, state, points in self._rows]
        lines.append(f"{'together':<{width}}  {'':<17}  {self._total}")
        if self.guesses:
            lines += ["", "Your guesses", *(f"{name}: {told}" for name, told in self.guesses)]
        return "\n".join([*lines, "", self.next])

    def _repr_html_(self) -> str:
        rows = [(name, f"<td>{state}</td><td>{points}</td>") for name, state, points in self._rows]
        table = _table(f"So far: {self._total}", ("exercise", "state", "points"), rows)
        if self.guesses:
            told = [(name, f'<td style="text-align:left">{to_html(text)}</td>') for name, text in self.guesses]
            table += _table("Your guesses", ("about", "what came out"), told)
        return f"{table}<p>{html.escape(self.next)}</p>"


def _table(caption: str, head: Sequence[str], rows: Sequence[tuple[str, str]]) -> str:
    """Return a table; of each row the text of its first cell, and the HTML of the others."""
    names = "".join(f'<th scope="col">{word}</th>' for word in head)
    body = "".join(f'<tr><th scope="row">{html.escape(name)}</th>{cells}</tr>' for name, cells in rows)
    return f"<table><caption>{caption}</caption><tr>{names}</tr>{body}</table>"


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
            self._rows.append((unit, f"{right} of {len(names)} right", f"{earned:g} of {possible} points"))

    def __repr__(self) -> str:
        return "\n".join(f"{unit:<22}  {right:<12}  {points}" for unit, right, points in self._rows)

    def _repr_html_(self) -> str:
        rows = [(unit, f"<td>{right}</td><td>{points}</td>") for unit, right, points in self._rows]
        return _table("The whole course, as last saved", ("unit", "exercises", "points"), rows)


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
