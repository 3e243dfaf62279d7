"""The notebook around a check: what stands in it, and a calm sentence for what Python raises before a check is called.

Outside of a notebook there is none of this: ``namespace()`` is empty, and exceptions are what they always are.
"""

from __future__ import annotations

import ast
import difflib
import json
import linecache
import os
import re
import sys
import textwrap
from pathlib import Path
from types import TracebackType
from typing import Any

import course
from course.checks.calls import describe_failure
from course.checks.exercises import EXERCISES

_BLANK = "raise NotImplementedError()"


class Told(Exception):
    """An error that a notebook shows as its own sentence alone, without the way through this package."""

    def _render_traceback_(self) -> list[str]:  # IPython asks for it
        return in_lines(str(self))


class Refused(Told, ValueError):
    """What was asked for does not exist; the sentence says what does."""


class NoSuchCheck(Told, AttributeError):
    """There is no exercise of that name."""


class NotPassed(Told, AssertionError):
    """A check that does not pass, for a program that counts errors."""


def in_lines(text: str) -> list[str]:
    """Break text into lines, as an error's output and nbgrader's validation need: they cut a long one within a word."""
    return [part for line in text.splitlines() for part in textwrap.wrap(line, 64, subsequent_indent=_indent(line))]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _shell() -> Any:
    """Return the IPython that runs the notebook, or None; without importing it where nobody has."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def namespace() -> dict[str, Any]:
    """Return what is defined in the notebook, by name; empty outside of one."""
    shell = _shell()
    return shell.user_ns if shell else {}


def find_unreadable(name: str) -> str:
    """Say so if the cell that defines ``name`` was last run with a syntax error: then what is defined is older.

    Returns an empty string otherwise.
    """
    shell = _shell()
    defines = re.compile(rf"^(?:def|class)\s+{name}\b|^{name}\s*=(?!=)", re.MULTILINE)
    cells = reversed(shell.history_manager.input_hist_raw) if shell else ()
    last = next((source for source in cells if defines.search(source)), "")
    if not last:
        return ""
    try:
        ast.parse(shell.transform_cell(last))
    except SyntaxError as problem:
        return f"When you last ran the cell of {name}, Python could not read line {problem.lineno}: {problem.msg}."
    return ""


def explain_missing(name: str) -> str:
    """Say why an exercise's function is not there, and what to do next."""
    if unreadable := find_unreadable(name):
        return f"{unreadable} Mend it and run that cell, then run this one again."
    if similar := _similar_function(name):
        return (
            f"There is no {name} in this notebook yet, but there is {similar}. "
            f"Give your function the name {name} and run its cell, then run this one again."
        )
    if re.search(rf"^(?:def|class) {name}\b", _given(), re.MULTILINE):
        return (
            f"{name} comes from an earlier unit. "
            "Run the first code cell, which imports it from given.py, then run this one again."
        )
    return f"{name} is not defined yet. Run the cell in which you write it, then run this one again."


def _similar_function(name: str) -> str:
    """Return the name of a function (or class) of the notebook that may be meant, or an empty string."""
    written = [
        key
        for key, value in namespace().items()
        if callable(value) and getattr(value, "__module__", "") == "__main__" and key not in EXERCISES
    ]
    plain = {key.replace("_", "").casefold(): key for key in written if not key.startswith("_")}
    close = difflib.get_close_matches(name.replace("_", "").casefold(), plain, n=1, cutoff=0.8)
    return plain[close[0]] if close else ""


def _given() -> str:
    path = Path.cwd() / "given.py"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def speak_calmly() -> None:
    """Let the notebook, if there is one, say in a sentence what beginners' exceptions mean. Call it as often as you like.

    A notebook of another version of the course is told so at once.
    """
    shell = _shell()
    if shell and not shell.custom_exceptions:  # a handler of somebody else's stays
        shell.set_custom_exc((NameError, NotImplementedError, ImportError, AttributeError), _show)
        if problem := explain_versions(notebook_version(path())):
            print(problem)


def path() -> Path:
    """Return the notebook that is open, as JupyterLab's server tells it; elsewhere the folder."""
    return Path.cwd() / Path(os.environ.get("JPY_SESSION_NAME", "")).name


def installed_version() -> str:
    """Return the version of the course that is installed."""
    return course.__version__


def notebook_version(path: Path) -> str:
    """Return the version of the course that a notebook was made with; empty if it does not say, or is no notebook."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["metadata"]["course"]["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def explain_versions(version: str) -> str:
    """Say what to do where a notebook is of another version than the package; an empty string if it is not."""
    if version in ("", installed_version()):
        return ""
    return (
        f"This notebook is of version {version} of the course, but version {installed_version()} is installed. "
        "Install the wheel that came with the notebook: python -m pip install, then the wheel's name. "
        "Then restart the kernel."
    )


def _show(shell: Any, kind: type, problem: BaseException, trace: TracebackType, tb_offset: int | None = None) -> None:
    sentence = explain(problem)
    if sentence:
        problem._render_traceback_ = lambda: in_lines(sentence)
    shell.showtraceback((kind, problem, trace), tb_offset=tb_offset)


def explain(problem: BaseException) -> str:
    """Say what an exception in a cell means and what to do next; an empty string if there is nothing to add."""
    match problem:
        case UnboundLocalError():
            return ""
        case NameError() if problem.name in EXERCISES:
            return explain_missing(problem.name)
        case NotImplementedError():
            return _explain_blank(problem)
        case ModuleNotFoundError(name="given"):
            return _explain_missing_given()
        case ImportError() | AttributeError():
            return _explain_what_is_not_there(problem)
    return ""


def _explain_missing_given() -> str:
    """Say what to do where given.py is not found: the notebook was moved alone, or Python works in another folder."""
    below = sorted(found.parent.name for found in Path.cwd().glob("*/given.py"))
    if below:
        here = path().stem if path().stem in below else below[0]
        return (
            f"Python works in the folder {Path.cwd().name}, but given.py is in the folder of the unit. "
            f"Write %cd {here} (your unit) into a new cell and run it, then run this one again."
        )
    return (
        "The file given.py is not beside this notebook. "
        "Copy the whole folder of this unit, with all files in it, and open the notebook there."
    )


def _explain_what_is_not_there(problem: ImportError | AttributeError) -> str:
    """Say what to do where a notebook asks the course, or given.py, for something that this version of it does not have."""
    asked = re.search(r"cannot import name '(\w+)' from '((?:course|given)[\w.]*)'", str(problem))
    if not asked and isinstance(problem, AttributeError):
        asked = re.search(r"module '(course[\w.]*)' has no attribute '(\w+)'", str(problem))
        asked = asked and (asked[2], asked[1])
    else:
        asked = asked and (asked[1], asked[2])
    if not asked:
        return ""
    name, module = asked
    if module == "given":
        return (
            f"The file given.py beside this notebook holds no {name}. It is of another unit, or of another version. "
            "Copy the whole folder of this unit again, with all files in it."
        )
    apart = explain_versions(notebook_version(path()))
    return f"{module} has no {name}. " + (
        apart or f"If it is spelled right, the package is too old: this is version {installed_version()} of the course."
    )


def _explain_blank(problem: NotImplementedError) -> str:
    """Name the blank that a cell came to, if one of the notebook's own is the reason."""
    trace = problem.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    frame = trace.tb_frame
    line = linecache.getline(frame.f_code.co_filename, trace.tb_lineno).strip()
    if frame.f_globals.get("__name__") != "__main__" or not line.startswith(_BLANK):
        return ""
    name = frame.f_code.co_qualname
    if name == "<module>":
        return (
            f"The blank in this cell is still empty. Replace its line `{_BLANK}` with your code and run the cell again."
        )
    if describe_failure(problem).code_above:
        return f"Your code in {name} stops at the line `{_BLANK}` below it. Delete that line and run its cell, then this one."
    return (
        f"The blank in {name} is still empty. "
        f"Replace its line `{_BLANK}` with your code and run its cell, then run this one again."
    )
