"""Mutants of the reference: one small change each, of the kind that a slip of the hand makes; and who accepts them."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator

from course.checks.calls import call
from course.checks.compare import compare_outcomes
from course.checks.judge import Exam

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
    """Yield each mutant of a function with its changed line.

    Parameters
    ----------
    namespace : the globals that the mutants see; it is copied
    """
    for source, _, line in mutant_sources(function):
        scope = dict(namespace)
        exec(compile(source, "<mutant>", "exec"), scope)
        yield f"{function.__name__}: {line}", scope[function.__name__]


def mutant_sources(function: Callable) -> Iterator[tuple[str, int, str]]:
    """Yield the source of each mutant, with the number and the text of its changed line."""
    definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    if ast.get_docstring(definition):
        definition.body = definition.body[1:]
    definition.decorator_list = []
    _drop_guards(definition)
    tree = ast.parse(ast.unparse(definition))  # so that the lines are numbered as in the source that is yielded
    names = [argument.arg for argument in definition.args.args] if isinstance(definition, ast.FunctionDef) else []
    for number, node in enumerate(ast.walk(tree.body[0])):
        for change in _changes(node, names):
            mutated = copy.deepcopy(tree)
            target = list(ast.walk(mutated.body[0]))[number]
            statement = _statement_of(mutated.body[0], target)
            change(target)
            yield ast.unparse(mutated), statement.lineno, ast.unparse(statement).splitlines()[0]


def every_case_holds(exam: Exam, answer: Callable) -> bool:
    """Say whether an answer is right in every case: quicker than a verdict, since it ends at the first one that is wrong."""
    for case, right in zip(exam.cases, exam.expected, strict=True):
        seen = call(answer, exam.exercise, case)
        if seen.changed or any(difference for _, difference in compare_outcomes(exam.exercise, right, seen)):
            return False
    return True


def _drop_guards(definition: ast.AST) -> None:
    """Remove what exceptions say and zip's ``strict``: no contract promises the words, or lists of different lengths."""
    for node in ast.walk(definition):
        if isinstance(node, ast.Call):
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            node.exc.args = []


def _statement_of(definition: ast.AST, target: ast.AST) -> ast.stmt:
    """Return the innermost statement around a node."""
    around = [node for node in ast.walk(definition) if isinstance(node, ast.stmt) and target in ast.walk(node)]
    return around[-1]


def _changes(node: ast.AST, names: list[str]) -> Iterator[Callable]:
    """Yield what may be changed about one node, each as a function that does it."""
    match node:
        case ast.BinOp() if type(node.op) in _OPERATORS:
            other = _OPERATORS[type(node.op)]
            yield lambda new: setattr(new, "op", other())
            if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
                yield _swap
        case ast.UnaryOp(op=ast.USub()):
            yield lambda new: setattr(new, "op", ast.UAdd())
        case ast.Compare() if len(node.ops) == 1:
            for other in _COMPARISONS.get(type(node.ops[0]), ()):
                yield lambda new, other=other: setattr(new, "ops", [other()])
        case ast.Constant(value=bool()):
            yield lambda new: setattr(new, "value", not new.value)
        case ast.Constant(value=int() | float()):
            for other in {node.value + 1, node.value - 1, 0} - {node.value}:
                yield lambda new, other=other: setattr(new, "value", other)
        case ast.Attribute(attr="T"):
            yield lambda new: setattr(new, "attr", "real")
        case ast.Attribute(attr=attr) if attr in _NAMES:
            yield lambda new: setattr(new, "attr", _NAMES[attr])
        case ast.Name(id=name, ctx=ast.Load()) if name in _NAMES and name not in names:
            yield lambda new: setattr(new, "id", _NAMES[name])
        case ast.Name(id=name, ctx=ast.Load()) if name in names:
            for other in names:
                if other != name:
                    yield lambda new, other=other: setattr(new, "id", other)
        case ast.Call():
            for place, keyword in enumerate(node.keywords):
                if keyword.arg in ("axis", "keepdims", "size", "ddof", "replace"):
                    yield lambda new, place=place: new.keywords.pop(place)
        case ast.Tuple(elts=[_, _, *_], ctx=ast.Load()) | ast.List(elts=[_, _, *_], ctx=ast.Load()):
            yield lambda new: new.elts.reverse()
        case ast.If():
            yield lambda new: setattr(new, "test", ast.Constant(False))
            yield lambda new: setattr(new, "test", ast.Constant(True))


def _swap(new: ast.BinOp) -> None:
    new.left, new.right = new.right, new.left
