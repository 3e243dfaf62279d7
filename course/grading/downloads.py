"""`course collect`: what a learning platform gives, a zip or a folder, becomes ``submitted/STUDENT/UNIT/``.

The names that Moodle and Canvas give to files are those of their own code (``mod/assign/classes/downloader.php``,
``lib/content_zipper.rb``). Anything else is read as a folder, or a notebook, for each student.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import shutil
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from dateutil import parser, tz
from nbgrader.api import MissingEntry
from nbgrader.utils import parse_utc

from course.errors import CourseError
from course.files import replace_file
from course.grading.gradebook import configure, course_directory, open_gradebook
from course.grading.reader import LARGEST_FILE

_STAMP = "timestamp.txt"
_MOST_FILES = 50_000
_MOST_BYTES = 4 * 2**30  # of all files together, unpacked
_WORST_RATIO = 200  # of unpacked to packed bytes; a notebook with its pictures comes to 20
_TOO_LARGE = f"has more than {LARGEST_FILE // 2**20} MB"
_SMALL = 2**20  # bytes that may have any ratio
_LEFT_BEHIND = ("__MACOSX", "__pycache__")
_MOODLE = re.compile(
    r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<rest>.*)", re.DOTALL
)
_CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+)_\d+_(?P<rest>.+)", re.DOTALL | re.IGNORECASE)


@dataclass
class Collected:
    """What `course collect` did.

    Attributes
    ----------
    students : id → "new", "replaced" (the older one is kept in downloaded/) or "unchanged"
    unmatched : what was handed in → why nothing was done with it
    notes : id → what is good to know of a submission that was collected
    """

    students: dict[str, str] = field(default_factory=dict)
    unmatched: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass
class _Package:
    """What one student handed in, as it came.

    Attributes
    ----------
    names : what may say who it was
    number : Moodle's, by which its grading worksheet knows the submission
    late : whether Canvas says so
    files : name → what reads its content
    """

    label: str
    names: list[str]
    number: str = ""
    late: bool = False
    files: dict[str, Callable[[], bytes]] = field(default_factory=dict)


def collect(
    folder: Path,
    download: Path,
    unit: str,
    *,
    worksheet: Path | None = None,
    timezone: str | None = None,
    database: str | None = None,
) -> Collected:
    """Sort a download into ``submitted/``; a submission that was there before is kept in ``downloaded/``.

    Parameters
    ----------
    folder : the course folder
    download : a zip, or a folder
    worksheet : Moodle's grading worksheet (CSV), which says who handed in when
    timezone : of the worksheet's times, such as Europe/Berlin; by default this machine's

    Raises
    ------
    CourseError : if the download cannot be read, or is not harmless
    """
    config = configure(folder, unit, database=database)
    directory = course_directory(config)
    with open_gradebook(config.CourseDirectory.db_url, directory.course_id) as gradebook:
        rows = [{name: getattr(one, name) for name in _COLUMNS} for one in gradebook.students]
        try:
            due = gradebook.find_assignment(unit).duedate
        except MissingEntry:
            due = None
    roster = _Roster([*rows, *_read_table(folder / "students.csv", missing=True)])
    handed_in = _read_worksheet(worksheet, timezone) if worksheet else {}
    done, packages = Collected(), defaultdict(list)
    with _open(download, done.unmatched) as entries:
        for package in _packages(entries, unit, done):
            when = handed_in.get(package.number, _Row())
            if student := roster.find([*package.names, *when.names]):
                packages[student].append((package, when))
            else:
                done.unmatched[package.label] = "nobody in the class list has this name, number or address"
        for student, own in packages.items():
            package, when = own[0]
            try:
                if len(own) > 1:
                    raise ValueError(f"as well as {own[1][0].label}, it could be of {student}")
                files = _unpacked(package, unit)
                stamp = _stamp(package, when, due, student, done)
                place = Path(directory.format_path(directory.submitted_directory, student, unit))
                done.students[student] = _put(folder, place, files, {_STAMP: stamp} if stamp else {})
            except ValueError as problem:
                done.unmatched |= {one.label: str(problem) for one, _ in own}
    return done


# --- who it was --------------------------------------------------------------------------------------------------------

_COLUMNS = ("id", "first_name", "last_name", "email", "lms_user_id")


def _key(name: str) -> str:
    """Return a name without what platforms leave out of file names: accents, apostrophes, blanks, capital letters."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


class _Roster:
    """The class list: nbgrader's, and students.csv. If it is empty, everybody is taken by the name that the platform gives."""

    def __init__(self, rows: Iterable[dict[str, str | None]]):
        self._exact: dict[str, str] = {}
        self._similar: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            own = {name: (row.get(name) or "").strip() for name in _COLUMNS}
            student = own["id"]
            if not student:
                continue
            for known in filter(None, (student, own["email"].lower(), own["lms_user_id"])):
                self._exact[known] = student
            first, last = own["first_name"], own["last_name"]
            for known in (student, first + last, last + first, own["email"].partition("@")[0]):
                self._similar[_key(known)].add(student)

    def find(self, names: list[str]) -> str:
        """Return the id of whom one of these names means, or an empty string if it is nobody, or may be two people."""
        if not self._exact:
            return next((found for name in names if (found := name.strip().strip(".").replace("/", " "))), "")
        for name in names:
            if found := self._exact.get(name.strip()) or self._exact.get(name.strip().lower()):
                return found
        for name in names:
            found = self._similar.get(_key(name), set()) if _key(name) else set()
            if len(found) == 1:
                return next(iter(found))
        return ""


@dataclass
class _Row:
    """A row of Moodle's grading worksheet: names by which the student may be known, and when it was handed in, in UTC."""

    names: list[str] = field(default_factory=list)
    handed_in: datetime | None = None


def _read_worksheet(path: Path, timezone: str | None) -> dict[str, _Row]:
    """Return Moodle's number of a submission → its row."""
    zone = tz.gettz(timezone) if timezone else tz.tzlocal()
    if zone is None:
        raise CourseError(f"there is no time zone {timezone!r}; one is called Europe/Berlin.")
    rows = _read_table(path)
    if rows and not {"Identifier", "Last modified (submission)"} <= set(rows[0]):
        raise CourseError(
            f"{path} has no columns Identifier and Last modified (submission): is it Moodle's grading worksheet, in English?"
        )
    found = {}
    for row in rows:
        names = [row.get(name) or "" for name in ("Username", "ID number", "Email address", "Full name")]
        text = (row["Last modified (submission)"] or "").strip()
        try:
            when = parser.parse(text).replace(tzinfo=zone).astimezone(tz.UTC) if text not in ("", "-") else None
        except (ValueError, OverflowError):
            raise CourseError(f"{path} says {text!r} of {names[-1]}, which is no date in English.") from None
        found[re.sub(r"\D", "", row["Identifier"] or "")] = _Row([name for name in names if name], when)
    return found


def _read_table(path: Path, missing: bool = False) -> list[dict[str, str]]:
    """Return the rows of a CSV file; no file is no rows if it may be missing."""
    if missing and not path.is_file():
        return []
    try:
        return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError, csv.Error) as problem:
        raise CourseError(f"{path} cannot be read as CSV in UTF-8: {problem}.") from None


def _stamp(package: _Package, when: _Row, due: datetime | None, student: str, done: Collected) -> bytes:
    """Return what timestamp.txt is to say, or nothing if the submission brought one, or nobody knows."""
    if _STAMP in package.files:
        try:
            parse_utc(package.files[_STAMP]().decode().strip())
        except (ValueError, OverflowError):
            done.notes[student] = "its timestamp.txt holds no date"
        return b""
    moment = when.handed_in
    if not moment and package.late:
        moment = due + timedelta(seconds=1) if due else None
        known = "counted as one second late" if due else "the gradebook has no due date, so it counts as in time"
        done.notes[student] = (
            f"Canvas says that it is late, and not how late: {known}; put the time into its timestamp.txt"
        )
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC\n".encode() if moment else b""


# --- what is in it -----------------------------------------------------------------------------------------------------


def _packages(entries: dict[PurePosixPath, Callable[[], bytes]], unit: str, done: Collected) -> list[_Package]:
    """Return one package for each student; each file goes where its platform's name for it says."""
    found: dict[str, _Package] = {}
    plain = {}
    for path, read in entries.items():
        if made := _MOODLE.fullmatch(path.parts[0]):
            name = made["name"].strip()
            package = found.setdefault(f"{name}_{made['number']}", _Package(name, [name], made["number"]))
            inside = PurePosixPath(*([made["rest"]] if made["rest"] else []), *path.parts[1:])
            if made["kind"] == "file":
                package.files[inside.as_posix()] = read
        elif len(path.parts) == 1 and (made := _CANVAS.fullmatch(path.name)):
            package = found.setdefault(made["number"], _Package(made["name"], [made["name"], made["number"]]))
            package.late = package.late or bool(made["late"])
            package.files[made["rest"]] = read
        else:
            plain[path] = read
    for path, read in _without_wrapper(plain, unit).items():
        inside = PurePosixPath(*path.parts[1:]) if len(path.parts) > 1 else PurePosixPath(path.name)
        name = path.parts[0] if len(path.parts) > 1 else path.stem.removesuffix(unit).rstrip("_- ") or path.stem
        if len(path.parts) == 1 and path.suffix not in (".ipynb", ".zip"):
            done.unmatched[path.as_posix()] = "a file beside the students' folders"
            continue
        if inside.parts[0] == unit and len(inside.parts) > 1:  # submitted/STUDENT/UNIT, as nbgrader has it
            inside = PurePosixPath(*inside.parts[1:])
        found.setdefault(f"/{name}", _Package(name, [name])).files[inside.as_posix()] = read
    return list(found.values())


def _without_wrapper(entries: dict[PurePosixPath, Callable], unit: str) -> dict[PurePosixPath, Callable]:
    """Leave out folders around all of it: what is not one student's folder, since it holds folders with notebooks itself."""
    while entries:
        first = {path.parts[0] for path in entries}
        notebooks = [path for path in entries if path.suffix == ".ipynb"]
        inner = {path.parts[1] for path in notebooks if len(path.parts) > 2}
        wrapped = len(first) == 1 and notebooks and all(len(path.parts) > 2 for path in notebooks) and inner != {unit}
        if not wrapped:
            break
        entries = {PurePosixPath(*path.parts[1:]): read for path, read in entries.items() if len(path.parts) > 1}
    return entries


def _unpacked(package: _Package, unit: str) -> dict[str, bytes]:
    """Return name → content of a package, with the notebook under its right name; a zip in it is unpacked.

    Raises
    ------
    ValueError : in words, if there is no notebook, or more than one that it could be
    """
    readers = dict(package.files)
    if not any(name.endswith(".ipynb") for name in readers):
        for name in [name for name in readers if name.endswith(".zip")]:
            try:
                with _open_zip(io.BytesIO(readers.pop(name)()), name, refused := {}) as entries:
                    inside = {path.as_posix(): read() for path, read in entries.items()}
            except CourseError as problem:
                raise ValueError(problem.message) from None
            for path, why in refused.items():
                raise ValueError(f"{path} in its {name} {why}")
            readers |= {inner: (lambda content=content: content) for inner, content in inside.items()}
    chosen, own = choose_notebook(readers, unit), f"{unit}.ipynb"
    top = PurePosixPath(chosen).parent
    files = {own: readers.pop(chosen)()}
    for name, read in readers.items():
        path = PurePosixPath(name)
        files[(path.relative_to(top) if path.is_relative_to(top) else path).as_posix()] = read()
    return files


def choose_notebook(names: Iterable[str], unit: str) -> str:
    """Return which of these files is the notebook to grade: the one of the right name, or the only one.

    Raises
    ------
    ValueError : in words, if there is none, or more than one that it could be
    """
    names, own = sorted(names), f"{unit}.ipynb"
    notebooks = sorted((name for name in names if name.endswith(".ipynb")), key=lambda name: (name.count("/"), name))
    if not notebooks:
        raise ValueError("there is no notebook in it" + (f", only {', '.join(names)[:200]}" if names else ""))
    fitting = [name for name in notebooks if PurePosixPath(name).name == own]
    fitting = fitting or [name for name in notebooks if PurePosixPath(name).name.startswith(unit)] or notebooks
    if len(fitting) > 1 and fitting[0].count("/") == fitting[1].count("/"):
        raise ValueError(f"it has several notebooks, and none is called {own}: {', '.join(fitting)[:200]}")
    return fitting[0]


def _put(folder: Path, place: Path, files: dict[str, bytes], stamp: dict[str, bytes]) -> str:
    """Write one submission, whole or not at all; what was there before moves to downloaded/. Return what happened."""
    if place.is_symlink() or place.parent.is_symlink():
        raise ValueError(f"{place.name} of this student is a link in submitted/")
    wanted = files | stamp
    if place.is_dir():
        there = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
        same = {name for name, path in there.items() if name in wanted and path.read_bytes() == wanted[name]}
        if same == set(wanted) and set(there) - set(wanted) <= {_STAMP}:
            return "unchanged"
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".collect-") as work:
        made = Path(work, "submission")
        for name, content in wanted.items():
            replace_file(made / name, content)
        before = place.is_dir()
        if before:
            kept = folder / "downloaded" / f"replaced-{datetime.now():%Y-%m-%d-%H%M%S}" / place.parent.name
            kept.mkdir(parents=True, exist_ok=True)
            shutil.move(place, kept / place.name)
        made.replace(place)
    return "replaced" if before else "new"


# --- reading, with suspicion -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _open(download: Path, refused: dict[str, str]) -> Iterator[dict[PurePosixPath, Callable[[], bytes]]]:
    """Give path → what reads the file, of a zip or a folder; what is not harmless goes to ``refused``.

    Raises
    ------
    CourseError : if it is neither, or too large as a whole
    """
    if download.is_dir():
        yield _read_folder(download, refused)
    elif not download.is_file():
        raise CourseError(f"{download} is not there.")
    else:
        with download.open("rb") as opened, _open_zip(opened, download.name, refused) as entries:
            yield entries


def _read_folder(folder: Path, refused: dict[str, str]) -> dict[PurePosixPath, Callable[[], bytes]]:
    entries = {}
    for top, folders, names in os.walk(folder):  # does not follow links to folders
        for name in sorted([*folders, *names]):
            path = Path(top, name)
            inside = PurePosixPath(path.relative_to(folder).as_posix())
            if path.is_symlink():
                refused[str(inside)] = "is a link"
            elif path.is_file() and path.stat().st_size > LARGEST_FILE:
                refused[str(inside)] = _TOO_LARGE
            elif path.is_file():
                entries[inside] = path.read_bytes
    return _wanted(entries)


@contextlib.contextmanager
def _open_zip(content, name: str, refused: dict[str, str]) -> Iterator[dict[PurePosixPath, Callable[[], bytes]]]:
    try:
        archive = zipfile.ZipFile(content)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise CourseError(f"{name} is no zip that can be read: {problem}.") from None
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > _MOST_FILES or sum(member.file_size for member in members) > _MOST_BYTES:
            most = f"{_MOST_BYTES // 2**30} GB or {_MOST_FILES} files"
            raise CourseError(f"{name} unpacks to more than {most}. Nothing was collected.")
        entries = {}
        for member in members:
            path = PurePosixPath(unicodedata.normalize("NFC", _member_name(member)))
            if why := _harm(member, path):
                refused[str(path)] = why
            else:
                entries[path] = lambda member=member: _read_member(archive, member)
        yield _wanted(entries)


def _member_name(member: zipfile.ZipInfo) -> str:
    if not member.flag_bits & 0x800:  # not marked as UTF-8, and yet it mostly is
        with contextlib.suppress(UnicodeError):
            return member.filename.encode("cp437").decode("utf-8")
    return member.filename


def _harm(member: zipfile.ZipInfo, path: PurePosixPath) -> str:
    """Say why a member of a zip is not used, if it leads out of the folder, is a link or a bomb; else nothing."""
    text = str(path)
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link"
    if path.is_absolute() or ".." in path.parts or "\\" in text or re.match("[A-Za-z]:", text) or not path.parts:
        return "leads out of its folder"
    if any(ord(letter) < 32 for letter in text):
        return "has a control character in its name"
    if member.flag_bits & 1:
        return "is encrypted"
    if member.file_size > LARGEST_FILE:
        return _TOO_LARGE
    if member.file_size > _SMALL and member.file_size > _WORST_RATIO * max(member.compress_size, 1):
        return "unpacks to far more than it is"
    return ""


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Read one file, and no more of it than it says that it has.

    Raises
    ------
    ValueError : in words, if it is broken
    """
    try:
        with archive.open(member) as opened:
            return opened.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as problem:
        raise ValueError(f"{_member_name(member)} cannot be unpacked: {problem}") from None


def _wanted(entries: dict[PurePosixPath, Callable]) -> dict[PurePosixPath, Callable]:
    """Leave out what a program left behind, and hidden files."""
    return {
        path: read
        for path, read in sorted(entries.items())
        if not any(part.startswith(".") or part in _LEFT_BEHIND for part in path.parts)
    }
