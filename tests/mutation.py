"""Mutants of the reference: one small change each, of the kind that a slip of the hand makes."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator

_OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Mult,
    ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.FloorDiv: ast.Div,
}  # fmt: skip
_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_NAMES = {
    "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "sum": "mean", "mean": "sum", "zeros": "ones",
    "ones": "zeros", "sqrt": "square", "exp": "exp2", "log": "log2", "any": "all", "all": "any", "abs": "negative",
    "sigmoid": "softmax", "softmax": "sigmoid", "maximum": "minimum", "minimum": "maximum", "normal": "uniform",
    "float64": "float32", "permutation": "arange",
}  # fmt: skip


def mutants(function: Callable, namespace: dict) -> Iterator[tuple[str, Callable]]:
    """Yield each mutant of a function with a line that says what was changed.

    Parameters
    ----------
    namespace : the globals that the mutants see; it is copied
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    if ast.get_docstring(definition):
        definition.body = definition.body[1:]
    _drop_messages(definition)
    names = [argument.arg for argument in definition.args.args] if isinstance(definition, ast.FunctionDef) else []
    for number, node in enumerate(ast.walk(definition)):
        for what, change in _changes(node, names):
            mutated = copy.deepcopy(tree)
            target = list(ast.walk(mutated.body[0]))[number]
            change(target)
            scope = dict(namespace)
            exec(compile(ast.fix_missing_locations(mutated), f"<{what}>", "exec"), scope)
            yield f"{function.__name__}: {_at(node)}{what}", scope[function.__name__]


def _drop_messages(definition: ast.AST) -> None:
    """Remove what exceptions say, since no contract promises their words."""
    for node in ast.walk(definition):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            node.exc.args = []


def _at(node: ast.AST) -> str:
    text = ast.unparse(node) if not isinstance(node, ast.operator | ast.cmpop) else ""
    return f"`{text.splitlines()[0]}` " if text else ""


def _changes(node: ast.AST, names: list[str]) -> Iterator[tuple[str, Callable]]:
    """Yield what may be changed about one node, each as a description and a function that does it."""
    match node:
        case ast.BinOp() if type(node.op) in _OPERATORS:
            other = _OPERATORS[type(node.op)]
            yield f"with {other.__name__}", lambda new: setattr(new, "op", other())
            if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
                yield "with its sides swapped", _swap
        case ast.UnaryOp(op=ast.USub()):
            yield "without the minus", lambda new: setattr(new, "op", ast.UAdd())
        case ast.Compare() if len(node.ops) == 1:
            for other in _COMPARISONS.get(type(node.ops[0]), ()):
                yield f"with {other.__name__}", lambda new, other=other: setattr(new, "ops", [other()])
        case ast.Constant(value=bool()):
            yield "negated", lambda new: setattr(new, "value", not new.value)
        case ast.Constant(value=int() | float()):
            for other in {node.value + 1, node.value - 1, 0} - {node.value}:
                yield f"as {other}", lambda new, other=other: setattr(new, "value", other)
        case ast.Attribute(attr="T"):
            yield "not transposed", lambda new: setattr(new, "attr", "real")
        case ast.Attribute(attr=attr) if attr in _NAMES:
            yield f"as {_NAMES[attr]}", lambda new: setattr(new, "attr", _NAMES[attr])
        case ast.Name(id=name, ctx=ast.Load()) if name in _NAMES and name not in names:
            yield f"as {_NAMES[name]}", lambda new: setattr(new, "id", _NAMES[name])
        case ast.Name(id=name, ctx=ast.Load()) if name in names:
            for other in names:
                if other != name:
                    yield f"as {other}", lambda new, other=other: setattr(new, "id", other)
        case ast.Call():
            for place, keyword in enumerate(node.keywords):
                if keyword.arg in ("axis", "keepdims", "size", "ddof", "replace"):
                    yield f"without {keyword.arg}", lambda new, place=place: new.keywords.pop(place)
        case ast.Tuple(elts=[_, _, *_], ctx=ast.Load()) | ast.List(elts=[_, _, *_], ctx=ast.Load()):
            yield "in reverse order", lambda new: new.elts.reverse()
        case ast.If():
            yield "never", lambda new: setattr(new, "test", ast.Constant(False))
            yield "always", lambda new: setattr(new, "test", ast.Constant(True))


def _swap(new: ast.BinOp) -> None:
    new.left, new.right = new.right, new.left
