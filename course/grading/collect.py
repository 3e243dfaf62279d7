"""Finding what the students handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course.grading.notebook import LARGEST_NOTEBOOK
from course.grading.submission import Assignment


@dataclass(frozen=True)
class Submission:
    """What one student handed in for a unit.

    Attributes
    ----------
    content : the notebook's bytes; empty if there is a problem
    problem : why there is no notebook to grade, in words for the student
    """

    student: str
    unit: str
    content: bytes
    problem: str = ""

    def digest(self, assignment: Assignment, seed: int | None, solutions: bytes) -> str:
        """A fingerprint of all that the result depends on."""
        parts = [self.content, self.problem.encode(), assignment.digest.encode(), repr(seed).encode(), solutions]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def find_submissions(submitted: Path, unit: str) -> Iterator[Submission]:
    """Yield what each student handed in for a unit, in the order of their names."""
    for folder in sorted(submitted.glob("*")) if submitted.is_dir() else ():
        if (folder / unit).is_dir() and not folder.name.startswith("."):
            content, problem = _read(folder / unit, f"{unit}.ipynb")
            yield Submission(folder.name, unit, content, problem)


def _read(folder: Path, name: str) -> tuple[bytes, str]:
    """Return the notebook, or why there is none; no link is followed: what lies outside of the folder was not handed in."""
    path = folder / name
    others = sorted(other.name for other in folder.glob("*.ipynb") if other.name != name)
    if folder.is_symlink() or folder.parent.is_symlink() or path.is_symlink():
        return b"", "the notebook is a link, not a file"
    if not path.is_file():
        found = f"; found {', '.join(others)[:200]}" if others else ""
        return b"", f"there is no {name} in it{found}"
    if path.stat().st_size > LARGEST_NOTEBOOK:
        return b"", f"the notebook has more than {LARGEST_NOTEBOOK // 2**20} MB"
    try:
        return path.read_bytes(), ""
    except OSError as problem:
        return b"", f"the notebook cannot be read ({problem.strerror})"
