"""What nbgrader runs, besides its own steps, while it makes a release; nbgrader_config.py names it."""

from __future__ import annotations

import ast

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from course import __version__
from course.build import read_plan
from course.grading.repository import find_root


class AddGiven(NbGraderPreprocessor):
    """Put ``given.py`` beside the notebook, and the course's version into it.

    Git does not keep ``given.py`` in source/, where `course build` writes it anew. Of the version a student is told if another
    one is installed.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        unit = resources["nbgrader"]["assignment"]
        nb.metadata["course"] = {"version": __version__}
        plan = read_plan(find_root())
        plan.load()
        if unit in plan.needs and (given := plan.given(unit)):
            resources.setdefault("outputs", {})["given.py"] = given  # nbconvert's writer puts it there
        return nb, resources


class ClearGuesses(NbGraderPreprocessor):
    """Put None in place of the typical guesses that stand in the source: ``check.guess("best step", 0.01)``."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if cell.cell_type == "code":
            cell.source = clear_guesses(cell.source)
        return cell, resources


def clear_guesses(source: str) -> str:
    """Return a cell's source with None as every guess; a cell that is not Python stays as it is."""
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return source
    values = [call.args[1] for call in calls if ast.unparse(call.func) == "check.guess" and len(call.args) > 1]
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # ast counts bytes
    for value in sorted(values, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        first, last = value.lineno - 1, value.end_lineno - 1
        lines[first : last + 1] = [lines[first][: value.col_offset] + b"None" + lines[last][value.end_col_offset :]]
    return b"".join(lines).decode()
