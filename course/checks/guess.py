"""Predictions: what a reader expects is noted before a run, compared in words after it, and kept in the notebook's folder."""

from __future__ import annotations

import contextlib
import json
import math
import numbers
from pathlib import Path
from typing import Any

import numpy as np

from course.checks.show import Text
from course.files import replace_file

FILE = "guesses.json"
NOTHING = object()  # instead of a value: none was handed over
_CLOSE = 0.02  # of what it is: nobody has to guess better
_FAR = 8  # times as large: from here on people count in powers of ten
_LARGE = 10**300  # not far below the largest float
_SHOWN = 12  # entries of a list
_LONGEST = 200  # characters of a guess that is no number, word or list
_COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SAID = {"yes": True, "no": False, "true": True, "false": False}

Plain = bool | int | float | str | list | None


class Guesses:
    """The guesses of one notebook, by name, in the order in which they were made.

    Parameters
    ----------
    folder : where they are kept, in the file ``guesses.json``. Where nothing can be written, they last as long as the kernel
    """

    def __init__(self, folder: Path):
        self._path = folder / FILE
        self._kept = _read(self._path)

    def note(self, name: str, value: Any) -> Text:
        """Keep a guess, and say so; None is the place for one."""
        if value is None:
            return Text(f"Your guess, please: write it in place of None, and run this cell again ({name}).")
        self._keep(name, {"guess": plain(value)})
        return Text(f"Noted. {name}: you say {in_words(plain(value))}.")

    def compare(self, name: str, measured: Any) -> Text:
        """Say in words how far a guess is from what came out."""
        guess, measured = self._kept.get(name, {}).get("guess"), plain(measured)
        if guess is None:
            return Text(f"{name}: it is {in_words(measured)}. You made no guess.")
        self._keep(name, {"guess": guess, "is": measured})
        return Text(compare(guess, measured))

    def show(self, name: str) -> Text:
        """Say what was guessed, or how to guess."""
        if name in self._kept:
            return Text(f"{name}: {_told(self._kept[name])}")
        example = name or "best step"
        return Text(f'No guess yet. Write what you expect: check.guess("{example}", …), and run the cell.')

    def rows(self) -> list[tuple[str, str]]:
        """Return the name of each guess, and what became of it."""
        return [(name, _told(kept)) for name, kept in self._kept.items()]

    def _keep(self, name: str, entry: dict[str, Plain]) -> None:
        if self._kept.get(name) == entry:
            return
        self._kept[name] = entry
        with contextlib.suppress(OSError):  # a folder that may only be read: the guess is kept until the kernel stops
            replace_file(self._path, json.dumps(self._kept, indent=1).encode())


def _read(path: Path) -> dict[str, dict[str, Plain]]:
    """Return what is kept, or nothing where there is no such file or somebody changed it into something else."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {name: entry for name, entry in kept.items() if entry.get("guess") is not None}
    except (OSError, ValueError, AttributeError):
        return {}


def _told(entry: dict[str, Plain]) -> str:
    if entry.get("is") is None:
        return f"you say {in_words(entry['guess'])}."
    return compare(entry["guess"], entry["is"])


def plain(value: Any, depth: int = 3) -> Plain:
    """Return a value as what JSON holds: a number, a word, yes or no, or a list of these; of all else its text.

    Parameters
    ----------
    depth : how many lists may stand in each other
    """
    match value:
        case None | bool() | str():
            return value
        case np.ndarray() if value.ndim == 0 or value.size == 1:  # array([28]) is as good as 28
            return plain(value.item(), depth)
        case np.ndarray():
            return plain(value.tolist(), depth)
        case np.bool_():
            return bool(value)
        case numbers.Integral():
            return int(value) if abs(value) < _LARGE else math.inf if value > 0 else -math.inf
        case numbers.Real():
            return float(value)
        case tuple() | list() if depth:
            return [plain(item, depth - 1) for item in value]
    try:
        return repr(value)[:_LONGEST]
    except Exception:  # whatever an object of a reader's own does
        return f"an object of type {type(value).__name__}"


def in_words(value: Plain) -> str:
    """Return a value as a sentence holds it: four digits, yes or no, "(5, 64)"."""
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case int():
            return str(value)
        case float():
            return f"{value:.4g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
        case list():
            more = ", …" if len(value) > _SHOWN else "," if len(value) == 1 else ""
            return f"({', '.join(map(in_words, value[:_SHOWN]))}{more})"
    return f'"{str(value)[:_LONGEST]}"'


def compare(guess: Plain, measured: Plain) -> str:
    """Return one sentence, or two, that say how far a guess is from what was measured."""
    guess = _as_measured(guess, measured)
    said, found = in_words(guess), in_words(measured)
    if _same(guess, measured):
        return f"You said {said}, and so it is."
    apart = _apart(guess, measured)
    return f"You said {said}, it is {found}{f': {apart}' if apart else ''}."


def _as_measured(guess: Plain, measured: Plain) -> Plain:
    """Return a guess in the type of what was measured, where it has one: 0.3 for "0.3", yes for "yes", "5" for 5."""
    if isinstance(measured, str) and _is_number(guess):
        return in_words(guess)
    if isinstance(guess, str) and not isinstance(measured, str):
        word = guess.strip().casefold()
        if isinstance(measured, bool):
            return _SAID.get(word, guess)
        try:
            return float(word) if _is_number(measured) else guess
        except ValueError:
            pass
    return guess


def _same(guess: Plain, measured: Plain) -> bool:
    if isinstance(guess, str) and isinstance(measured, str):
        return guess.strip().casefold() == measured.strip().casefold()
    if isinstance(guess, list) and isinstance(measured, list):
        return len(guess) == len(measured) and all(map(_same, guess, measured))
    if _is_number(guess) and _is_number(measured):
        return math.isclose(guess, measured, rel_tol=1e-9) or (math.isnan(guess) and math.isnan(measured))
    return type(guess) is type(measured) and guess == measured


def _is_number(value: Plain) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _apart(guess: Plain, measured: Plain) -> str:
    if isinstance(guess, list) and isinstance(measured, list):
        return _lists_apart(guess, measured)
    if _is_number(guess) and _is_number(measured):
        return _numbers_apart(guess, measured)
    return ""


def _numbers_apart(guess: float, measured: float) -> str:
    if not (math.isfinite(guess) and math.isfinite(measured)):
        return ""
    counted = isinstance(guess, int) and isinstance(measured, int)  # what can be counted is not nearly right
    if abs(guess - measured) <= _CLOSE * abs(measured) and not counted:
        return "as good as right"
    if guess * measured > 0 and not counted:
        ratio = max(guess / measured, measured / guess)
        if ratio >= _FAR and math.isfinite(ratio):
            powers = round(math.log10(ratio))
            return f"{_counted(powers)} power{'s' if powers > 1 else ''} of ten apart"
    elif min(guess, measured) < 0 < max(guess, measured):
        return "on the other side of 0"
    return f"{in_words(abs(guess - measured))} too {'high' if guess > measured else 'low'}"


def _lists_apart(guess: list, measured: list) -> str:
    if len(guess) != len(measured):
        return f"{_counted(len(guess))} instead of {_counted(len(measured))} entries"
    if sorted(map(in_words, guess)) == sorted(map(in_words, measured)):
        return "the right entries, in another order"
    right = sum(map(_same, guess, measured))
    return f"{_counted(right) if right else 'none'} of {_counted(len(measured))} entries right"


def _counted(number: int) -> str:
    return _COUNTED[number] if number < len(_COUNTED) else str(number)
