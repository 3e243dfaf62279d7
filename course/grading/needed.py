"""Which cells of a submission need not be run.

Between the exercises a notebook has demonstrations: experiments, curves, trainings of many seconds. A cell of the assignment
that nobody changed and that shares no name with an answer, a test or a cell of the student's own can neither earn nor cost a
point, and nobody reads what it shows.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterable
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from course.release import clear_guesses

# With one of these, code can read a name that does not stand in it.
_ANY_NAME = {
    "eval",
    "exec",
    "compile",
    "globals",
    "locals",
    "vars",
    "dir",
    "get_ipython",
    "__import__",
    "inspect",
    "sys",
}


@dataclass(frozen=True)
class _Names:
    """The global names of a cell: which it binds, which it reads, at once or when one of its functions is called later, and
    which it imports or defines as a function."""

    bound: frozenset[str]
    read: frozenset[str]
    read_later: frozenset[str]
    tools: frozenset[str]
    imports: bool


def cells_to_run(notebook: NotebookNode, source: NotebookNode) -> list[int]:
    """Return the places of the code cells that a grader has to run, or to test, in order.

    What stands behind the last graded cell is not among them. A task is solved in cells of the student's own, wherever they
    stand, so that with one all are.

    Parameters
    ----------
    notebook : a restored submission
    source : the assignment's notebook
    """
    code = [place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    if any(is_task(cell) for cell in notebook.cells):
        return code
    last = max((place for place, cell in enumerate(notebook.cells) if is_grade(cell)), default=-1)
    names = {place: _names(notebook.cells[place].source) for place in code if place <= last}
    released = {clear_guesses(cell.source).strip() for cell in source.cells if _is_shown_only(cell)}
    may_be_left = {
        place
        for place, found in names.items()
        if found and not found.imports
        if _is_shown_only(notebook.cells[place]) and clear_guesses(notebook.cells[place].source).strip() in released
    }
    kept = names.keys() - may_be_left
    if any(names[place] is None or names[place].read & _ANY_NAME for place in kept):
        return list(names)
    while found := {place for place in may_be_left - kept if _matters(place, kept, names)}:
        kept |= found
    return sorted(kept)


def _is_shown_only(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and not (is_solution(cell) or is_grade(cell) or is_locked(cell))


def _matters(place: int, kept: Iterable[int], names: dict[int, _Names]) -> bool:
    """Return whether a cell binds what a kept one reads after it, or reads data that one reads after it: it may change them."""
    read = {name for one in kept for name in (names[one].read if one > place else names[one].read_later)}
    tools = {name for one in kept for name in names[one].tools}
    return bool(read & (names[place].bound | (names[place].read - tools)))


def _names(source: str) -> _Names | None:
    """Return the names of a cell; None if it is no Python, even without its lines for IPython."""
    source = re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE)
    try:
        tree = ast.parse(source)
        table = symtable.symtable(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    bound, read, read_later = set(), set(), set()
    for scope in _scopes(table):
        for symbol in scope.get_symbols():
            if scope is table or symbol.is_global():
                if symbol.is_assigned() or symbol.is_imported():
                    bound.add(symbol.get_name())
                if symbol.is_referenced():
                    (read if scope is table else read_later).add(symbol.get_name())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    tools = {(name.asname or name.name).split(".")[0] for node in imports for name in node.names}
    tools |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    tools |= vars(builtins).keys() - bound
    return _Names(*map(frozenset, (bound, read | read_later, read_later, tools)), bool(imports))


def _scopes(table: symtable.SymbolTable) -> Iterable[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)
