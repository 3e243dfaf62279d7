"""The folder to work in: a copy of ``release/``, so that what somebody writes is never in the way of ``course build``."""

from __future__ import annotations

import datetime
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

_LEFT_OUT = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")


def copy_units(release: Path, work: Path, units: Iterable[str]) -> list[str]:
    """Copy units into the folder to work in, and return which; a unit that is there stays as it is.

    Parameters
    ----------
    release : holds a folder for each unit
    work : the same, for one person; made if it is missing

    Raises
    ------
    FileNotFoundError : if a unit is not in ``release``
    """
    copied = []
    for unit in units:
        _require_unit(release, unit)
        if (work / unit).exists():
            continue
        half = work / f".{unit}.copying"  # renamed when it is whole: an interrupted copy must not look like a unit
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(release / unit, half, ignore=_LEFT_OUT)
        half.rename(work / unit)
        copied.append(unit)
    return copied


def replace_unit(release: Path, work: Path, unit: str) -> list[Path]:
    """Put a fresh copy of a unit into the folder to work in, and return the files that were kept under a name with the date.

    Each file that differs from the fresh one is kept: ``03-forward-pass-2026-05-14-093000.ipynb``. Files of other names stay.

    Raises
    ------
    FileNotFoundError : if the unit is not in ``release``
    """
    _require_unit(release, unit)
    now = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    kept = []
    for fresh in sorted(path for path in (release / unit).rglob("*") if path.is_file()):
        if {".ipynb_checkpoints", "__pycache__"} & set(fresh.parts):
            continue
        mine = work / unit / fresh.relative_to(release / unit)
        if mine.is_file() and mine.read_bytes() == fresh.read_bytes():
            continue
        mine.parent.mkdir(parents=True, exist_ok=True)
        if mine.exists():
            kept.append(mine.rename(mine.with_name(f"{mine.stem}-{now}{mine.suffix}")))
        shutil.copyfile(fresh, mine)
    return kept


def _require_unit(release: Path, unit: str) -> None:
    if not (release / unit / f"{unit}.ipynb").is_file():
        raise FileNotFoundError(f"{release / unit} holds no notebook of that name. `course build` writes it.")


def open_lab(work: Path) -> int:
    """Start JupyterLab on a folder, wait until it is closed, and return its exit status.

    Raises
    ------
    ModuleNotFoundError : if JupyterLab is not installed
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise ModuleNotFoundError("JupyterLab is not installed. Install it with: pip install jupyterlab")
    lab = subprocess.Popen([sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={work}"])
    while True:
        try:
            return lab.wait()
        except KeyboardInterrupt:  # Ctrl+C is for JupyterLab, which asks whether to stop
            continue


def filled_blanks(notebook: NotebookNode) -> list[str]:
    """Return the grade_id of each answer cell of a released notebook that is not the blank any more.

    ``course build`` asks this before it overwrites a notebook in ``release/``. nbgrader wrote into each cell the checksum of
    its blank, so that a blank of an older version of the course is a blank, too.
    """
    from nbgrader.utils import compute_checksum, is_solution  # which students need not have

    return [
        cell.metadata.nbgrader.grade_id
        for cell in notebook.cells
        if is_solution(cell) and compute_checksum(cell) != cell.metadata.nbgrader.get("checksum")
    ]


def how_to_move(notebook: Path, filled: list[str]) -> str:
    """Say that somebody worked in ``release/``, and how to save that work."""
    blanks = ", ".join(filled)
    return (
        f"{notebook} holds somebody's work ({blanks}), so it is not overwritten. Move it to where `course lab` keeps yours, "
        f"work/{notebook.parent.name}/{notebook.name}, or delete it if nobody needs it; then build again."
    )
