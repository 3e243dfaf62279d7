"""`course doctor`: is this installation complete? Each thing that is not gets one sentence that says how to mend it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from course.checks.exercises import UNITS
from course.checks.notebook import explain_versions, installed_version, notebook_version

PACKAGE = "neural-networks-from-scratch"
_OLDEST = (3, 11)
_NEEDED_BY = {"lab": "the notebooks in JupyterLab", "grading": "grading", "dask": "a cluster", "test": "the tests"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what : what it is, and how it is
    mend : what to do about it; empty if all is well
    needed : whether a student cannot do without; the rest is for who grades or works on the course
    """

    what: str
    mend: str = ""
    needed: bool = True

    def __str__(self) -> str:
        sign = "✓" if not self.mend else "✗" if self.needed else "–"
        return f"{sign} {self.what}{f'. {self.mend}' if self.mend else ''}"


def examine(folder: Path) -> Iterator[Finding]:
    """Look at the installation and at a folder of notebooks, one thing after the other."""
    yield _python()
    yield from _packages()
    yield _kernel()
    yield _bubblewrap()
    yield _can_write(folder)
    yield from _notebooks(folder)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, _OLDEST))
    mend = "" if sys.version_info >= _OLDEST else f"Install Python {wanted} or newer, and the course with it"
    return Finding(f"Python {version} in {sys.prefix}", mend)


def _packages() -> Iterator[Finding]:
    """Yield what is installed of the packages that the course asks for, all that is well of one purpose in one finding."""
    try:
        requirements = [Requirement(text) for text in importlib.metadata.requires(PACKAGE) or ()]
    except importlib.metadata.PackageNotFoundError:
        mend = "Install the wheel that came with the notebooks: python -m pip install, then the wheel's name"
        yield Finding("the course is not installed as a package, so what it needs is not known", mend, needed=False)
        return
    yield Finding(f"the course, version {installed_version()}")
    yield from _missing(one for one in requirements if one.marker is None)
    for extra, purpose in _NEEDED_BY.items():
        here = [one for one in requirements if one.marker and one.marker.evaluate({"extra": extra})]
        yield from _missing((one for one in here if not one.marker.evaluate({"extra": ""})), purpose)


def _missing(requirements: Iterable[Requirement], purpose: str = "") -> Iterator[Finding]:
    """Yield one finding for the packages that are there, and one for those that are not, or too old."""
    found, wrong = [], []
    for one in requirements:
        there = _version(one.name)
        fits = there and one.specifier.contains(there, prereleases=True)
        (found if fits else wrong).append((one, f"{one.name} {there}".strip()))
    told = f"for {purpose}" if purpose else "for the checks"
    if found:
        yield Finding(f"{told}: {', '.join(text for _, text in found)}")
    if wrong:
        names = " ".join(f'"{one.name}{one.specifier}"' for one, _ in wrong)
        what = f"missing or too old, {told}: {', '.join(text for _, text in wrong)}"
        yield Finding(what, f"Run: {_python_command()} -m pip install {names}", needed=not purpose)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _python_command() -> str:
    return f'"{sys.executable}"' if " " in sys.executable else sys.executable


def _kernel() -> Finding:
    """See which Python runs the notebooks: it must be the one that has the course."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager

        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except Exception as problem:  # not installed, or a kernel that cannot be read
        return Finding(
            f"no kernel for the notebooks ({problem})", f"Run: {_python_command()} -m ipykernel install --sys-prefix"
        )
    found = shutil.which(command) or command
    if command in ("python", "python3") or Path(found).absolute() == Path(sys.executable).absolute():
        return Finding("the kernel python3 runs this Python")
    return Finding(
        f"the kernel python3 runs another Python, {found}",
        f"Run: {_python_command()} -m ipykernel install --sys-prefix",
    )


def _bubblewrap() -> Finding:
    """See whether grading can isolate submissions; a student does not need that."""
    if sys.platform != "linux":
        return Finding("no isolation for grading", "Grade on Linux, in a virtual machine for instance", needed=False)
    path = shutil.which("bwrap")
    if not path:
        return Finding("bubblewrap is not installed (for grading)", "Run: apt-get install bubblewrap", needed=False)
    try:
        command = [path, "--unshare-all", "--ro-bind", "/", "/", "true"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        problem = done.stderr.strip()
    except (OSError, subprocess.TimeoutExpired) as stop:
        problem = str(stop)
    if not problem:
        return Finding("bubblewrap works")
    mend = "Ask whoever runs this machine to allow unprivileged user namespaces, or grade on another one"
    return Finding(f"bubblewrap does not work here ({problem.splitlines()[-1]})", mend, needed=False)


def _can_write(folder: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding(f"{folder} can be written")
    except OSError as problem:
        mend = "Copy the notebooks to a folder of your own, and work there"
        return Finding(f"{folder} cannot be written ({os.strerror(problem.errno or 0)})", mend)


def _notebooks(folder: Path) -> Iterator[Finding]:
    """See whether the notebooks here are of this version, and whether each one has the file that it imports."""
    paths = [path for unit in UNITS for path in (folder / f"{unit}.ipynb", folder / unit / f"{unit}.ipynb")]
    found = [path for path in paths if path.is_file()]
    if not found:
        yield Finding(f"no notebook of the course in {folder}", "Run this where the notebooks lie", needed=False)
    for path in found:
        if problem := explain_versions(notebook_version(path)):
            yield Finding(path.name, problem.rstrip("."))
        elif _imports_given(path) and not (path.parent / "given.py").is_file():
            yield Finding(f"{path.name} has no given.py beside it", "Copy the whole folder of this unit")
        else:
            same = " and is of this version" if notebook_version(path) else ""
            yield Finding(f"{path.name} has its files{same}")


def _imports_given(path: Path) -> bool:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return any("from given import" in "".join(cell["source"]) for cell in cells)
    except (OSError, ValueError, KeyError, TypeError):
        return False
