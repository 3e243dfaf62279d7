"""A newer edition of a notebook, where the notebook is kept by the browser: said once, and the answers come along.

On the course's website a notebook that was saved lies in the browser's own storage, and stays as it was when the site is
made anew. Beside it the site has the newest edition, in the folder ``newest``. This module compares the two and writes a
notebook of its own; what somebody saved is never changed.
"""

from __future__ import annotations

import json
from pathlib import Path

from course.files import replace_file

KEY = "course_edition"  # in the notebook's metadata: a digest of the edition
NEWEST = "newest"  # the folder that holds the newest edition of each unit


def look(folder: Path | None = None) -> str:
    """Say which notebook to open if there is a newer edition of the one in this folder; an empty string if there is none.

    The newest edition, with the answers of the saved notebook in it, is written beside it: ``03-forward-pass-new.ipynb``.

    Parameters
    ----------
    folder : the unit's folder, by default the current one
    """
    folder = folder or Path.cwd()
    saved_path, newest_path = folder / f"{folder.name}.ipynb", folder.parent / NEWEST / f"{folder.name}.ipynb"
    try:
        saved, newest = (json.loads(path.read_text(encoding="utf-8")) for path in (saved_path, newest_path))
        edition = newest["metadata"][KEY]
        if saved["metadata"].get(KEY) in (None, edition):
            return ""
        path = folder / f"{folder.name}-new.ipynb"
        if _edition_of(path) != edition:
            carry_answers(saved, newest)
            replace_file(path, json.dumps(newest, indent=1, ensure_ascii=False).encode())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # no such folder, or somebody's own notebook
        return ""
    return (
        f"There is a newer edition of this notebook: {path.name}, in the same folder. Your answers are in it already. "
        "This one stays as it is; cells that you added are only here."
    )


def carry_answers(saved: dict, newest: dict) -> None:
    """Put the text of the answer cells of one notebook into those of another, by nbgrader's ``grade_id``."""
    answers = {name: cell["source"] for cell in saved["cells"] if (name := _answer(cell))}
    for cell in newest["cells"]:
        if _answer(cell) in answers:
            cell["source"] = answers[_answer(cell)]


def _answer(cell: dict) -> str:
    settings = cell.get("metadata", {}).get("nbgrader", {})
    return settings.get("grade_id", "") if settings.get("solution") else ""


def _edition_of(path: Path) -> str:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["metadata"].get(KEY, "")
    except (OSError, ValueError, KeyError, AttributeError):
        return ""
