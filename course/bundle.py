"""`course bundle`: a zip for each unit with all that a student needs, the same bytes whenever it is made from the same files."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from course.errors import CourseError
from course.files import replace_file

_LEFT_OUT = (".ipynb_checkpoints", "__pycache__", "guesses.json")
_TIME = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: the time at which it was made would change its bytes
_LAB = "jupyterlab>=4.2"  # as in pyproject.toml; a test compares them

_README = """{unit}

Unpack this folder, open a terminal in it, and write these three lines. The first two install what is needed (once), the third one
opens the notebook. You need Python 3.11, 3.12 or 3.13.

Windows
  py -m venv env
  env\\Scripts\\python -m pip install -r requirements.txt
  env\\Scripts\\python -m jupyterlab {unit}.ipynb

macOS
  python3 -m venv env
  env/bin/python -m pip install -r requirements.txt
  env/bin/python -m jupyterlab {unit}.ipynb

Linux (on Debian and Ubuntu once before: sudo apt install python3-venv)
  python3 -m venv env
  env/bin/python -m pip install -r requirements.txt
  env/bin/python -m jupyterlab {unit}.ipynb

Where NumPy, matplotlib, scikit-learn and JupyterLab are installed already, no network is needed, and two lines are enough:
  python -m pip install --no-index -r requirements.txt
  python -m jupyterlab {unit}.ipynb

Something does not work? env/bin/course doctor (Windows: env\\Scripts\\course doctor) says what is missing, and how to mend it.
Keep the files of this folder together: the notebook reads some of them.
"""


def bundle_units(root: Path, units: Iterable[str], to: Path) -> list[Path]:
    """Write a zip for each unit, and return their paths.

    Parameters
    ----------
    root : the repository
    to : the folder for the zips; made if it is missing

    Raises
    ------
    CourseError : if a unit is not in ``release/``, the wheel cannot be made, or a zip cannot be written
    """
    units = list(units)
    for unit in units:
        if not (root / "release" / unit / f"{unit}.ipynb").is_file():
            raise CourseError(f"{root / 'release' / unit} holds no notebook of that name. `course build` writes it.")
    name, wheel = make_wheel(root)
    written = []
    for unit in units:
        files = _released(root / "release" / unit) | {
            name: wheel,
            "requirements.txt": f"./{name}\n{_LAB}\n".encode(),
            "README.txt": _README.format(unit=unit).encode(),
        }
        try:
            replace_file(to / f"{unit}.zip", zip_files(unit, files))
        except OSError as problem:
            raise CourseError(f"{to / unit}.zip cannot be written: {problem.strerror}.") from None
        written.append(to / f"{unit}.zip")
    return written


def _released(folder: Path) -> dict[str, bytes]:
    """Return the files of a released unit, by their path in it."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not set(path.parts) & set(_LEFT_OUT)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def zip_files(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return a zip with these files in one folder, always the same bytes for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return content.getvalue()


def make_wheel(root: Path) -> tuple[str, bytes]:
    """Return the name and the bytes of the wheel that students install, made by hatchling without a network.

    Raises
    ------
    CourseError : if hatchling is not installed, or refuses
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        wheels = list(Path(folder).glob("*.whl"))
        if "No module named" in done.stderr and not wheels:
            raise CourseError(
                f"hatchling, which makes the wheel, is missing. Run: {sys.executable} -m pip install hatchling"
            )
        if done.returncode or len(wheels) != 1:
            raise CourseError(f"the wheel could not be made:\n{done.stderr.strip()[-2000:]}")
        return wheels[0].name, wheels[0].read_bytes()
