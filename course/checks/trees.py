"""Writing pieces of a syntax tree."""

from __future__ import annotations

import ast

NUMPY = "_numpy"  # under this name an edit finds NumPy, whatever the student calls it


def located(new: ast.AST, old: ast.AST) -> ast.AST:
    return ast.fix_missing_locations(ast.copy_location(new, old))


def called(node: ast.AST) -> str:
    """Return the name of the function that is called, without its module or object."""
    function = getattr(node, "func", None)
    return getattr(function, "attr", getattr(function, "id", ""))


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def variable(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def stored(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())


def attribute(node: ast.expr, name: str) -> ast.Attribute:
    return ast.Attribute(node, name, ast.Load())


def turned(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else attribute(node, "T")


def subscript(node: ast.expr, index: ast.expr) -> ast.Subscript:
    return ast.Subscript(node, index, ast.Load())


def column(node: ast.expr) -> ast.Subscript:
    return subscript(node, ast.Tuple([ast.Slice(), ast.Constant(None)], ast.Load()))


def call_of(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(variable(name), list(args), [])


def call_numpy(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(attribute(variable(NUMPY), name), list(args), [])


def loaded(target: ast.expr) -> ast.expr:
    """Return what a target of an assignment reads."""
    match target:
        case ast.Name(id=name):
            return variable(name)
        case ast.Subscript(value=value, slice=index):
            return subscript(value, index)
        case ast.Attribute(value=value, attr=name):
            return attribute(value, name)
    return target
