"""The notebook around a check: what stands in it, and a calm sentence for what Python raises before a check is called.

Outside of a notebook there is none of this: ``namespace()`` is empty, and exceptions are what they always are.
"""

from __future__ import annotations

import ast
import difflib
import linecache
import re
import sys
import textwrap
from pathlib import Path
from types import TracebackType
from typing import Any

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
    """Let the notebook, if there is one, say in a sentence what beginners' exceptions mean. Call it as often as you like."""
    shell = _shell()
    if shell and not shell.custom_exceptions:  # a handler of somebody else's stays
        shell.set_custom_exc((NameError, NotImplementedError, ModuleNotFoundError), _show)


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
            return (
                "The file given.py is not beside this notebook. "
                "Copy the whole folder of this unit, with all files in it, and open the notebook there."
            )
    return ""


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
