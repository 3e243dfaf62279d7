"""Why a line raised an exception: from the exception's kind, the line, and the shapes of what stands in it.

Never from its message alone: that may speak of something far away. What is said is true of the line; where nothing certain
can be said, nothing is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.checks.calls import Failure

Shape = tuple[int, ...]
_SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"}


def explain_raised(failure: Failure) -> tuple[str, str]:
    """Return the cause of an exception and where to look next, or two empty strings."""
    try:
        tree = ast.parse(f"{failure.line} pass" if failure.line.endswith(":") else failure.line)
    except SyntaxError:
        return "", ""  # a part of a longer statement
    shapes = dict(failure.shapes)
    for kind, explain in _EXPLANATIONS:
        if kind in failure.types:
            for node in reversed(list(ast.walk(tree))):  # what Python computes first is innermost
                if found := explain(node, shapes):
                    return found
    return "", ""


def _arithmetic_on_a_list(node: ast.AST, shapes: Mapping) -> tuple[str, str] | None:
    if not isinstance(node, ast.BinOp) or type(node.op) not in _SYMBOLS:
        return None
    names = [side.id for side in (node.left, node.right) if isinstance(side, ast.Name)]
    for name in names:
        if isinstance(shapes.get(name), list):
            cause = (
                f"`{name}` is a list of arrays, and `{_SYMBOLS[type(node.op)]}` works on arrays, not on such a list."
            )
            return cause, f"Go through the layers, one after the other: {name}[0] is an array."
    return None


def _list_given_to_numpy(node: ast.AST, shapes: Mapping) -> tuple[str, str] | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    for name in (argument.id for argument in node.args if isinstance(argument, ast.Name)):
        given = shapes.get(name)
        if isinstance(given, list) and len(set(given)) > 1:
            cause = f"`{node.func.attr}` gets the list `{name}`, whose arrays have different shapes: no single array holds them."
            return cause, f"Go through the list: {name}[0] is an array."
    return None


def _math_on_an_array(node: ast.AST, shapes: Mapping) -> tuple[str, str] | None:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="math"), attr=function)):
            for name in (part.id for part in ast.walk(node) if isinstance(part, ast.Name)):
                if isinstance(shapes.get(name), tuple) and shapes[name]:
                    cause = f"`math.{function}` takes one number, and `{name}` is an array."
                    return cause, "NumPy's functions take arrays, and work on each entry."
    return None


def _missing_axis(node: ast.AST, shapes: Mapping) -> tuple[str, str] | None:
    if not isinstance(node, ast.Call):
        return None
    owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
    axes = [keyword.value for keyword in node.keywords if keyword.arg == "axis"] + node.args[1:2]
    for name in (part.id for part in [*owner, *node.args[:1]] if isinstance(part, ast.Name)):
        shape = shapes.get(name)
        if isinstance(shape, tuple) and len(shape) < 2 and any(getattr(axis, "value", 0) == 1 for axis in axes):
            return (
                f"`{name}` has the shape {shape}: there is no axis 1.",
                "What does each entry stand for, and what do you need?",
            )
    return None


def _too_many_indices(node: ast.AST, shapes: Mapping) -> tuple[str, str] | None:
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return None
    shape = shapes.get(node.value.id)
    indices = len(node.slice.elts) if isinstance(node.slice, ast.Tuple) else 1
    if isinstance(shape, tuple) and indices > len(shape):
        cause = f"`{node.value.id}` has the shape {shape}: that is fewer axes than the indices in the brackets."
        return cause, "What does each of its axes count?"
    return None


def _shapes_that_do_not_fit(node: ast.AST, shapes: Mapping) -> tuple[str, str] | None:
    if not isinstance(node, ast.BinOp) or type(node.op) not in _SYMBOLS:
        return None
    left, right = _shape_of(node.left, shapes), _shape_of(node.right, shapes)
    if not left or not right:
        return None
    if isinstance(node.op, ast.MatMult):
        if left[-1] == right[0 if len(right) == 1 else -2]:
            return None
        cause = f"In `{ast.unparse(node)}` the inner sizes differ: {left} and {right}."
        return cause, "For @ the sizes that meet in the middle must be equal. Say for each axis what it counts."
    try:
        np.broadcast_shapes(left, right)
    except ValueError:
        cause = f"In `{ast.unparse(node)}` the shapes {left} and {right} do not fit together."
        return cause, "Say for each axis what it counts."
    return None


def _shape_of(node: ast.AST, shapes: Mapping) -> Shape | None:
    """Return the shape of an expression, if it is a name, an item of a list, or one of these transposed."""
    match node:
        case ast.Name(id=name):
            return shapes[name] if isinstance(shapes.get(name), tuple) else None
        case ast.Attribute(value=inner, attr="T"):
            shape = _shape_of(inner, shapes)
            return shape[::-1] if shape else None
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int() as place)):
            items = shapes.get(name)
            return items[place] if isinstance(items, list) and -len(items) <= place < len(items) else None
    return None


_EXPLANATIONS: tuple[tuple[str, Callable[[ast.AST, Mapping[str, Any]], tuple[str, str] | None]], ...] = (
    ("TypeError", _arithmetic_on_a_list),
    ("TypeError", _math_on_an_array),
    ("ValueError", _arithmetic_on_a_list),
    ("AxisError", _missing_axis),
    ("ValueError", _list_given_to_numpy),
    ("ValueError", _shapes_that_do_not_fit),
    ("IndexError", _too_many_indices),
)
