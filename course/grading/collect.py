"""Finding what the students handed in, and what of it cannot be used."""

from __future__ import annotations

import contextlib
import difflib
import glob
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum, is_solution

from course.checks.exercises import UNITS
from course.errors import CourseError
from course.grading.notebook import grade_id, parse
from course.grading.reader import LARGEST_FILE
from course.grading.submission import Assignment

SECRET = ".course-secret"  # in the course folder, beside the gradebook
_LEAST_SECRET = 32  # bytes
_STAMPS = ("timestamp.txt", "submission_secret.txt")  # nbgrader's own
_LARGEST_LENT = 2**20  # bytes of a file that is lent to the kernel
_MOST_LENT = 4 * 2**20  # bytes of all of them
_GRADE_ID = re.compile(rb'"grade_id"\s*:\s*"([^"\\]{1,200})"')


@dataclass(frozen=True)
class Submission:
    """What one student handed in for a unit.

    Attributes
    ----------
    content : the notebook's bytes; empty if there is a problem
    problem : why there is no notebook to grade, in words for the student
    files : name → content of the small files beside the notebook, for the kernel
    """

    student: str
    unit: str
    content: bytes
    problem: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict, hash=False)

    def digest(self, assignment: Assignment, seed: int | None, solutions: bytes) -> str:
        """A fingerprint of all that the result depends on."""
        parts = [self.content, self.problem.encode(), assignment.digest.encode(), repr(seed).encode(), solutions]
        parts += [part for name, content in sorted(self.files.items()) for part in (name.encode(), content)]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def own_seed(digest: str, secret: bytes) -> int:
    """Return the seed of a submission's hidden cases, which stays the same.

    Parameters
    ----------
    digest : the submission's fingerprint, which anybody can compute who has it and the repository
    secret : the course folder's, which nobody else has, see :func:`read_secret`
    """
    return int(hmac.new(secret, digest.encode(), "sha256").hexdigest()[:8], 16)


def read_secret(folder: Path) -> bytes:
    """Return a course folder's secret, which its first grading makes, for its owner alone.

    Raises
    ------
    CourseError : if it cannot be read or made
    """
    path = folder / SECRET
    new = path.with_name(f"{SECRET}.{os.getpid()}")
    try:
        if not path.exists():
            new.unlink(missing_ok=True)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(descriptor, secrets.token_hex(32).encode())
            os.close(descriptor)
            with contextlib.suppress(FileExistsError):  # of two that start at the same time, one is the first
                os.link(new, path)
            new.unlink()
        secret = path.read_bytes()
    except OSError as problem:
        raise CourseError(
            f"{path} cannot be read or made ({problem.strerror}); the hidden cases are drawn with it."
        ) from None
    if len(secret) < _LEAST_SECRET:
        raise CourseError(f"{path} is damaged. Take it from a backup; without it, the hidden cases become other ones.")
    return secret


def find_folders(directory: CourseDirectory, step: str, unit: str) -> dict[str, Path]:
    """Return student → folder of one step, such as "submitted", in the order of their names.

    Parameters
    ----------
    step : the step's folder, as ``directory`` names it
    """
    structure = directory.directory_structure
    pattern = structure.format(nbgrader_step=glob.escape(step), student_id="*", assignment_id=glob.escape(unit))
    shape = directory.format_path(re.escape(step), "(?P<student>[^/]+)", re.escape(unit), escape=True)
    found = {}
    full = Path(glob.escape(directory.root), pattern)
    for path in sorted(Path(full.anchor).glob(str(full.relative_to(full.anchor)))):
        match = re.fullmatch(shape, str(path))
        if match and path.is_dir() and not match["student"].startswith(".") and _is_text(match["student"]):
            found[match["student"]] = path
    return found


def _is_text(name: str) -> bool:
    """Return whether a name can be written down; Linux lets a file have any bytes for a name."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def read_submission(folder: Path, student: str, unit: str) -> Submission:
    """Read what one student handed in for a unit."""
    content, problem = _read(folder, f"{unit}.ipynb")
    return Submission(student, unit, content, problem, {} if problem else read_files(folder))


def _read(folder: Path, name: str) -> tuple[bytes, str]:
    """Return the notebook, or why there is none; no link is followed: what lies outside of the folder was not handed in."""
    path = folder / name
    others = sorted(other.relative_to(folder).as_posix() for other in folder.rglob("*.ipynb") if other != path)
    if folder.is_symlink() or folder.parent.is_symlink() or path.is_symlink():
        return b"", "the notebook is a link, not a file"
    if not path.is_file():
        found = f"; found {', '.join(others)[:200]}" if others else ""
        return b"", f"there is no {name} in it{found}"
    if path.stat().st_size > LARGEST_FILE:
        return b"", f"the notebook has more than {LARGEST_FILE // 2**20} MB"
    try:
        return path.read_bytes(), ""
    except OSError as problem:
        return b"", f"the notebook cannot be read ({problem.strerror})"


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the small files beside the notebook, such as helper.py."""
    files, room = {}, _MOST_LENT
    for path in _files_in(folder):
        if path.suffix != ".ipynb" and path.name not in _STAMPS and (size := path.stat().st_size) <= _LARGEST_LENT:
            room -= size
            if room < 0:
                break
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files


def _files_in(folder: Path) -> list[Path]:
    """Return the files that somebody made on purpose: no links, nothing hidden, nothing that a program left behind."""
    left = ("__pycache__", "__MACOSX")
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and _is_text(path.as_posix())
        and not any(part.startswith(".") or part in left for part in path.relative_to(folder).parts)
    ]


# --- what was not used -------------------------------------------------------------------------------------------------


def find_unused(
    directory: CourseDirectory, assignments: Mapping[str, Assignment], submissions: list[Submission]
) -> dict[str, str]:
    """Return path → what it looks like, for all in submitted/ that grading these assignments does not use.

    Folders of the course's other units are not looked into.
    """
    step = directory.submitted_directory
    source = Path(directory.format_path(directory.source_directory, ".", "."))
    known = {*UNITS, *assignments, *(path.name for path in source.glob("*") if path.is_dir())}
    folders = {unit: find_folders(directory, step, unit) for unit in known}
    top, look = Path(directory.root, step), _Look(assignments, known)
    unused = dict(_unused_elsewhere(top, {path for found in folders.values() for path in found.values()}, look))
    for one in submissions:
        unused |= _unused_beside(folders[one.unit][one.student], one, assignments[one.unit], look)
    return {path.relative_to(directory.root).as_posix(): why for path, why in unused.items()}


class _Look:
    """Says what a file looks like."""

    def __init__(self, assignments: Mapping[str, Assignment], units: set[str]):
        self._units = sorted(units)
        self._ids = {unit: set(_GRADE_ID.findall(one.notebook.encode())) for unit, one in assignments.items()}

    def unit_of(self, content: bytes) -> str:
        """Return the unit whose graded cells a notebook has, or an empty string."""
        ids = set(_GRADE_ID.findall(content))
        shared = {unit: len(ids & own) for unit, own in self._ids.items()}
        best = max(shared, key=shared.get, default="")
        return best if shared.get(best) else ""

    def __call__(self, path: Path) -> str:
        if path.is_dir():
            return f"a folder{self._named_like(path.name)}"
        if path.suffix != ".ipynb":
            return "an archive, to be unpacked" if path.suffix in (".zip", ".gz", ".tar", ".7z", ".rar") else "a file"
        unit = self.unit_of(path.read_bytes()) if path.stat().st_size <= LARGEST_FILE else ""
        return f"a notebook that looks like {unit}" if unit else f"a notebook{self._named_like(path.stem)}"

    def _named_like(self, name: str) -> str:
        near = difflib.get_close_matches(name.lower(), self._units, 1)
        return f" with a name like {near[0]}" if near else ""


def _unused_elsewhere(folder: Path, known: set[Path], look: _Look) -> Iterator[tuple[Path, str]]:
    """Yield what lies neither in a known folder nor leads to one."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path in known or path.name.startswith(".") or path.name == "__MACOSX":
            continue
        files = _files_in(path) if path.is_dir() else []
        if path.is_dir() and any(path in one.parents for one in known):
            yield from _unused_elsewhere(path, known, look)
        elif notebooks := [file for file in files if file.suffix == ".ipynb"]:
            yield from ((file, f"{look(file)}, in a folder of another name") for file in notebooks)
        else:
            yield path, look(path)


def _unused_beside(folder: Path, one: Submission, assignment: Assignment, look: _Look) -> Iterator[tuple[Path, str]]:
    """Yield what lies in a submission's folder without being used, and the notebook itself if it seems to be the wrong one."""
    if folder.is_symlink() or folder.parent.is_symlink():
        return
    own = folder / f"{one.unit}.ipynb"
    like = look.unit_of(one.content)
    if like and like != one.unit:
        yield own, f"a notebook that looks like {like}"
    for path in _files_in(folder):
        if path == own or path.name in _STAMPS:
            continue
        if path.suffix == ".ipynb" and like == one.unit and _is_blank(one.content, assignment):
            yield path, f"{look(path)}; {own.name} beside it is as it was handed out"
        elif path.suffix == ".ipynb" or look(path).startswith("an archive"):
            yield path, look(path)
        elif path.relative_to(folder).as_posix() not in one.files:
            yield path, "a file too large to be lent to the notebook"


def _is_blank(content: bytes, assignment: Assignment) -> bool:
    """Return whether no answer in a notebook was touched; the assignment's cells know the checksums of what students got."""
    source = nbformat.reads(assignment.notebook, as_version=4)
    answers = {grade_id(cell): cell for cell in source.cells if is_solution(cell)}
    try:
        written = [cell for cell in parse(content).cells if grade_id(cell) in answers]
    except ValueError:
        return False
    for cell in written:
        cell.metadata = answers[grade_id(cell)].metadata
    return bool(written) and all(compute_checksum(cell) == cell.metadata.nbgrader.get("checksum") for cell in written)
