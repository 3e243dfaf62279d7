"""A newer edition of a notebook, where the notebook is kept by the browser: said, and the answers come along.

On the course's website a notebook that was saved lies in the browser's own storage, and stays as it was when the site is
made anew. The site has the newest edition of each in the folder ``newest``. This module compares the two and writes a
notebook with the next number; what somebody saved is never changed.
"""

from __future__ import annotations

import json
from pathlib import Path

from course.files import replace_file

KEY = "course_edition"  # in the notebook's metadata: a digest of the edition
NEWEST = "newest"  # the folder that holds the newest edition of each unit


def look(folder: Path | None = None) -> str:
    """Say which notebook is of the newest edition, if the one of this folder is not; an empty string if it is.

    The newest edition, with the answers of the latest saved notebook in it, is written beside it, as
    ``03-forward-pass-2.ipynb``.

    Parameters
    ----------
    folder : the unit's folder, by default the current one
    """
    folder = folder or Path.cwd()
    first = folder / f"{folder.name}.ipynb"
    try:
        newest = _read(folder.parent / NEWEST / first.name)
        path, number = first, 1
        while path.with_name(f"{folder.name}-{number + 1}.ipynb").is_file():
            number += 1
            path = path.with_name(f"{folder.name}-{number}.ipynb")
        saved = _read(path)
        if KEY not in saved["metadata"]:  # it is somebody's own notebook
            return ""
        if saved["metadata"][KEY] != newest["metadata"][KEY]:
            carry_answers(saved, newest)
            path = path.with_name(f"{folder.name}-{number + 1}.ipynb")
            replace_file(path, json.dumps(newest, indent=1, ensure_ascii=False).encode())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # not on the website, or no notebook of ours
        return ""
    if path == first:
        return ""
    return (
        f"{first.name} is of an older edition. The newest one is {path.name}, in the same folder, with your answers in it. "
        "What was saved before stays as it is; cells that you added are only there."
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


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))
