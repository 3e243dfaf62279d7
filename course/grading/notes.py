"""`course note`: an instructor's own sentence for a mistake, kept in the course folder and shown by feedback and report."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from pathlib import Path

from course.checks.exercises import EXERCISES
from course.errors import CourseError
from course.files import replace_file
from course.grading.repository import load_solutions

FILE = "notes.json"


def read_notes(folder: Path) -> dict[str, dict[str, str]]:
    """Return exercise → mistake → sentence, as they stand in the course folder; none if there is no file.

    Raises
    ------
    CourseError : if somebody broke it
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        notes = json.loads(path.read_text(encoding="utf-8"))
        return {exercise: {name: str(text) for name, text in own.items()} for exercise, own in notes.items()}
    except (OSError, ValueError, AttributeError) as problem:
        raise CourseError(
            f"{path} cannot be read: {problem}. Mend it, or delete it and write the notes again."
        ) from None


def write_note(folder: Path, exercise: str, mistake: str, sentence: str) -> None:
    """Keep a sentence for a mistake; an empty one takes it away.

    Raises
    ------
    CourseError : if there is no such exercise or mistake, or the file cannot be written
    """
    _require(exercise, EXERCISES, "exercise")
    _require(mistake, [known.name for known in load_solutions().mistakes[exercise]], f"mistake of {exercise}")
    notes = read_notes(folder)
    own = {name: text for name, text in notes.get(exercise, {}).items() if name != mistake}
    own |= {mistake: sentence.strip()} if sentence.strip() else {}
    notes = {name: texts for name, texts in (notes | {exercise: own}).items() if texts}
    try:
        replace_file(folder / FILE, (json.dumps(notes, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode())
    except OSError as problem:
        raise CourseError(f"{folder / FILE} cannot be written: {problem.strerror}.") from None


def _require(name: str, known: Iterable[str], what: str) -> None:
    names = list(known)
    if name not in names:
        near = difflib.get_close_matches(name, names, 3) or names
        raise CourseError(f"there is no {what} {name!r}. Did you mean {', '.join(near)}?")
