"""The source of a student's function: read, found to be harmless, and compiled again with a change."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from course.checks.trees import NUMPY

_MOST_LINES = 200  # of one function: nobody waits for the search through more
# What a function may use and still be run a few hundred times: nothing here opens a file or a connection.
_MODULES = frozenset({
    "numpy", "math", "cmath", "itertools", "functools", "operator", "collections", "copy", "random",
    "statistics", "scipy", "warnings", "typing", "given",
})  # fmt: skip
_NOT_TO_USE = frozenset({
    "open", "input", "exec", "eval", "compile", "breakpoint", "exit", "quit", "help", "globals", "locals",
    "vars", "setattr", "delattr", "__import__", "save", "savez", "savez_compressed", "savetxt", "load",
    "loadtxt", "genfromtxt", "fromfile", "tofile", "dump", "memmap", "DataSource", "system", "ctypeslib",
    "f2py", "distutils", "lib", "io", "misc", "datasets",
})  # fmt: skip

FILE = "<your line>"  # what a changed answer's code says it comes from


@dataclass(frozen=True)
class Source:
    """What can be changed: the student's function and those of its cell that it calls.

    Attributes
    ----------
    tree : a module with these definitions only; lines : the text of the cell
    scope : what they see
    """

    name: str
    tree: ast.Module
    lines: list[str]
    scope: dict[str, Any]

    def compile(self) -> Callable:
        """Return the student's function as the tree has it now."""
        scope = dict(self.scope)
        exec(compile(self.tree, FILE, "exec"), scope)
        return scope[self.name]


def read_source(answer: Any) -> Source | None:
    """Return the source of a plain function, or None if it cannot be read, or should not be run so often."""
    if not isinstance(answer, FunctionType) or answer.__closure__:
        return None
    lines = linecache.getlines(answer.__code__.co_filename, answer.__globals__)
    try:
        module = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return None
    own = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef) and not node.decorator_list}
    start = next((node for node in own.values() if node.lineno == answer.__code__.co_firstlineno), None)
    if start is None or start.end_lineno - start.lineno > _MOST_LINES:
        return None
    wanted, waiting = {}, [start]
    while waiting:
        node = waiting.pop()
        wanted[node.name] = node
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        waiting += [own[name] for name in names & own.keys() - wanted.keys() if _is_same(answer, own[name])]
    nodes = sorted(wanted.values(), key=lambda node: node.lineno)
    if not all(_is_harmless(node, answer.__globals__) for node in nodes):
        return None
    scope = {**answer.__globals__, NUMPY: np}
    return Source(start.name, ast.Module(nodes, []), lines, scope)


def _is_same(answer: FunctionType, node: ast.FunctionDef) -> bool:
    """Return whether a name still means the function of the answer's own cell."""
    code = getattr(answer.__globals__.get(node.name), "__code__", None)
    return code is not None and (code.co_filename, code.co_firstlineno) == (answer.__code__.co_filename, node.lineno)


def _is_harmless(node: ast.FunctionDef, scope: dict[str, Any]) -> bool:
    """Return whether a function touches nothing but its arguments: no file, no connection, nothing of the notebook's."""
    parts = list(ast.walk(node))
    own = {part.arg for part in parts if isinstance(part, ast.arg)}
    own |= {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    for part in parts:
        match part:
            case ast.Global() | ast.Nonlocal() | ast.AsyncFunctionDef() | ast.Await():
                return False
            case ast.Import(names=names):
                if not all(alias.name.partition(".")[0] in _MODULES for alias in names):
                    return False
            case ast.ImportFrom(module=module):
                if (module or "").partition(".")[0] not in _MODULES:
                    return False
            case ast.Attribute(attr=name) if name in _NOT_TO_USE or name.startswith("__"):
                return False
            case ast.Name(id=name):
                if name not in own and (name in _NOT_TO_USE or not _may_be_used(scope.get(name))):
                    return False
    return True


def _may_be_used(value: Any) -> bool:
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0] in _MODULES
    return not isinstance(value, np.ndarray | list | dict | set)  # a change could write into it
