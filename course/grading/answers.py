"""Turning a function of ``exercises/`` into the text of an answer cell, as a student would have typed it."""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import sys
from collections.abc import Callable
from types import ModuleType

from course.grading.repository import load_solutions


def answer_source(exercise: str, function: Callable) -> str:
    """Return code that defines ``function`` under the exercise's name, with all that it needs.

    Parameters
    ----------
    function : a function or class of exercises/, such as a mistake or a variant; or a dictionary, for an exercise that
        asks for one

    Raises
    ------
    ValueError : if it was not written as a function or a class, so that it has no text
    """
    if isinstance(function, dict):
        text = f"{exercise} = {dict(function)!r}"
        return f"import numpy as np\n\n{text}" if "np." in text else text
    if not isinstance(function, type) and not inspect.isfunction(function):
        raise ValueError(f"{function!r} was not written as a function or a class")
    module = sys.modules[function.__module__]
    needed: dict[str, ast.stmt] = {}
    _collect(function.__name__, module, needed)
    names = {name: f"_{name}" for name in needed if hasattr(load_solutions().reference, name)}
    names[function.__name__] = exercise
    tree = ast.Module([*_imports([module, load_solutions().reference], needed), *needed.values()], type_ignores=[])
    return ast.unparse(_Rename(names).visit(tree)).strip()


def _imports(modules: list[ModuleType], needed: dict[str, ast.stmt]) -> list[ast.stmt]:
    """Return the imports of these modules that the definitions need, each once."""
    used = {node.id for definition in needed.values() for node in ast.walk(definition) if isinstance(node, ast.Name)}
    lines = [line for module in modules for line in _statements(module)]
    imports = {
        ast.unparse(line): line
        for line in lines
        if isinstance(line, ast.Import | ast.ImportFrom)
        and not getattr(line, "module", "").startswith(("solutions", "exercises", "course"))
        and any((alias.asname or alias.name).partition(".")[0] in used for alias in line.names)
    }
    return list(imports.values())


def _collect(name: str, module: ModuleType, needed: dict[str, ast.stmt]) -> None:
    """Add the definition of ``name`` to ``needed``, after the definitions that it uses itself."""
    value = getattr(module, name)
    home = sys.modules.get(getattr(value, "__module__", ""), module)
    home = home if home.__name__.startswith(("solutions.", "exercises.")) else module
    definition = _definition(name, home)
    if definition is None or name in needed:
        return
    used = {node.id for node in ast.walk(definition) if isinstance(node, ast.Name)} - {name}
    for other in sorted({node.attr for node in ast.walk(definition) if _is_of_reference(node)}):
        _collect(other, load_solutions().reference, needed)
    for other in sorted(used):
        if hasattr(home, other):
            _collect(other, home, needed)
    needed[name] = definition


def _is_of_reference(node: ast.AST) -> bool:
    """Return whether this is ``reference.something``."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "reference"


def _definition(name: str, module: ModuleType) -> ast.stmt | None:
    """Return the function, class or constant of that name, without decorators and docstring."""
    for node in _statements(module):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            node = copy.deepcopy(node)
            node.decorator_list = []
            if ast.get_docstring(node) is not None and len(node.body) > 1:
                node.body = node.body[1:]
            return node
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            return copy.deepcopy(node)
    return None


@functools.cache
def _statements(module: ModuleType) -> list[ast.stmt]:
    """Return what stands in a module; to be copied before it is changed."""
    return ast.parse(inspect.getsource(module)).body


class _Rename(ast.NodeTransformer):
    """Give names their new ones, so that a helper from the reference does not clash with the student's own function."""

    def __init__(self, names: dict[str, str]):
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if _is_of_reference(node):
            return ast.copy_location(ast.Name(self._names.get(node.attr, node.attr), node.ctx), node)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)
