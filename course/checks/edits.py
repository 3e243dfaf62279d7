"""Small changes of a function: what a slip of the hand may have got wrong, undone. Each is an edit of the syntax tree.

An edit is tried, never shown: of one that helps a student reads the line and its ``look``, what kind of thing to look at.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from course.checks import looks
from course.checks.expressions import FIRST, LATER, OPERATORS, SOON, Place, Surroundings, instead_of
from course.checks.trees import called, loaded, located, variable

# What makes an array of a size that is an argument: a change there may ask for far too large a one.
_MAKERS = frozenset({
    "zeros", "ones", "empty", "full", "eye", "identity", "arange", "linspace", "tile", "repeat", "resize",
    "bincount", "normal",
})  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """One small change.

    Attributes
    ----------
    changes : what it sets in the tree: (node, field, new value)
    statement : the statement that it changes; line : the line of the place
    look : what kind of thing it is about
    rank : how soon to try it
    key : what edits at other places of the same line would change in the same way
    sizes : whether it changes how large an array is made
    """

    changes: tuple[tuple[ast.AST, str, object], ...]
    statement: ast.stmt
    line: int
    look: str
    rank: int = SOON
    key: str = ""
    sizes: bool = False

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Change the tree for a while."""
        before = [(node, name, getattr(node, name)) for node, name, _ in self.changes]
        for node, name, value in self.changes:
            setattr(node, name, value)
        try:
            yield
        finally:
            for node, name, value in reversed(before):
                setattr(node, name, value)


def find_edits(function: ast.FunctionDef, around: Surroundings) -> list[Edit]:
    """Return the small changes of one function, those that help most often first."""
    nodes = list(ast.walk(function))
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    written = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names = tuple(dict.fromkeys([argument.arg for argument in arguments] + [name for name in written if name != "_"]))
    texts = tuple(dict.fromkeys(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)))
    read = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    plain = [node.targets[0] for node in nodes if isinstance(node, ast.Assign)]
    once = {target.id for target in plain if isinstance(target, ast.Name)}
    once = frozenset(name for name in once if written.count(name) == read.count(name) == 1)
    around = replace(around, names=names, texts=tuple(text for text in texts if len(text) < 30), once=once)
    found = list(_of_block(function, function, around))
    if not _has_the_defaults_that_are_asked_for(function, around.parameters):
        found += _of_expressions(function, function.args, around)
    return sorted([*found, *_several_at_once(found)], key=lambda edit: edit.rank)


def _has_the_defaults_that_are_asked_for(function: ast.FunctionDef, parameters: tuple[str, ...]) -> bool:
    wanted = {name: value for name, _, value in (parameter.partition("=") for parameter in parameters) if value}
    given = function.args.args[len(function.args.args) - len(function.args.defaults) :]
    found = {arg.arg: ast.unparse(value) for arg, value in zip(given, function.args.defaults, strict=True)}
    return found == {name: ast.unparse(ast.parse(value)) for name, value in wanted.items()}


def _several_at_once(edits: list[Edit]) -> Iterator[Edit]:
    """Yield the same change at all places of a line: a name used twice, two sums over the wrong axis."""
    alike: dict[tuple, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.key:
            alike[edit.line, edit.key].append(edit)
    for group in alike.values():
        changes = tuple(change for edit in group for change in edit.changes)
        if 1 < len(group) == len({(id(node), field) for node, field, _ in changes}):
            first = group[0]
            yield Edit(changes, first.statement, first.line, first.look, LATER, sizes=any(e.sizes for e in group))


# --- statements --------------------------------------------------------------------------------------------------------


def _of_block(owner: ast.AST, function: ast.FunctionDef, around: Surroundings) -> Iterator[Edit]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(owner, name, None)
        if not isinstance(block, list):
            continue
        for place, statement in enumerate(block):
            if _is_text(statement):
                continue
            yield from _of_lines(owner, name, block, place)
            for part in _own_parts(statement):
                yield from _of_expressions(statement, part, around)
            yield from _of_statement(owner, name, block, place, around)
            yield from _of_block(statement, function, around)
    if owner is function and not any(isinstance(node, ast.Return | ast.Yield) for node in ast.walk(function)):
        last = function.body[-1]
        for known in around.names:
            back = located(ast.Return(variable(known)), last)
            yield Edit(((function, "body", [*function.body, back]),), last, last.lineno, looks.RESULT)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield what stands in the statement itself, not in the block below it."""
    for name, value in ast.iter_fields(statement):
        if name not in ("body", "orelse", "finalbody", "handlers", "decorator_list", "args"):
            yield from (part for part in (value if isinstance(value, list) else [value]) if isinstance(part, ast.AST))


def _of_lines(owner: ast.AST, field: str, block: list, place: int) -> Iterator[Edit]:
    """Yield edits of the order of lines: one left out, two swapped, one moved into or out of a loop."""
    statement, line = block[place], block[place].lineno
    before, after = block[:place], block[place + 1 :]

    def edit(look, *changes, rank=LATER):
        return Edit(changes, statement, line, look, rank)

    rest = [*before, *after] or [located(ast.Pass(), statement)]
    if not isinstance(statement, ast.Return) or after:
        yield edit(looks.LINES, (owner, field, rest), rank=SOON)
    if after:
        yield edit(looks.LINES, (owner, field, [*before, after[0], statement, *after[1:]]))
    if isinstance(statement, ast.For | ast.While) and not statement.orelse:
        inner = statement.body
        if len(inner) > 1:
            shorter = (statement, "body", inner[:-1])
            last, first = inner[-1], inner[0]
            out = [*before, statement, last, *after]
            yield Edit((shorter, (owner, field, out)), last, last.lineno, looks.LOOP, SOON)
            up = [*before, first, *block[place:]]
            yield Edit(((statement, "body", inner[1:]), (owner, field, up)), first, first.lineno, looks.LOOP, LATER)
        if after:
            longer = (statement, "body", [*inner, after[0]])
            kept = (owner, field, [*before, statement, *after[1:]])
            yield Edit((longer, kept), after[0], after[0].lineno, looks.LOOP, LATER)
        if before:
            longer = (statement, "body", [before[-1], *inner])
            kept = (owner, field, [*before[:-1], *block[place:]])
            yield Edit((longer, kept), before[-1], before[-1].lineno, looks.LOOP, LATER)
    if isinstance(statement, ast.If) and not statement.orelse:
        yield edit(looks.CONDITION, (owner, field, [*before, *statement.body, *after]))


def _of_statement(owner: ast.AST, field: str, block: list, place: int, around: Surroundings) -> Iterator[Edit]:
    statement = block[place]

    def instead(new: ast.stmt, look: str, rank: int = SOON) -> Edit:
        others = [*block[:place], located(new, statement), *block[place + 1 :]]
        return Edit(((owner, field, others),), statement, statement.lineno, look, rank)

    def inside(name: str, value, look: str, rank: int = SOON) -> Edit:
        return Edit(((statement, name, value),), statement, statement.lineno, look, rank)

    match statement:
        case ast.AugAssign(target=target, op=op, value=value):
            yield instead(ast.Assign([target], ast.BinOp(loaded(target), op, value)), looks.COPY, FIRST)
            yield instead(ast.Assign([target], value), looks.OPERATION)
            for other in OPERATORS.get(type(op), ()):
                yield inside("op", other(), looks.OPERATION)
        case ast.Assign(targets=[ast.Name() | ast.Subscript() as target], value=value):
            for op in (ast.Add(), ast.Sub(), ast.Mult()):
                yield instead(ast.AugAssign(target, op, value), looks.OPERATION, LATER)
        case ast.Assign(targets=[ast.Tuple(elts=names) as target]) | ast.For(target=ast.Tuple(elts=names) as target):
            for order in list(itertools.permutations(names))[1:6]:
                change = ((target, "elts", list(order)),)
                yield Edit(change, statement, statement.lineno, looks.ORDER, SOON)
        case ast.If(test=test):
            for other in (ast.UnaryOp(ast.Not(), test), ast.Constant(True), ast.Constant(False)):
                yield inside("test", located(other, test), looks.CONDITION)
        case ast.Raise(exc=ast.Call(func=ast.Name() as name)) | ast.Raise(exc=ast.Name() as name):
            for other in ("ValueError", "TypeError", "IndexError"):
                change = ((name, "id", other),)
                yield Edit(change, statement, statement.lineno, looks.EXCEPTION, SOON)
        case ast.Break():
            yield instead(ast.Continue(), looks.LOOP)
        case ast.Continue():
            yield instead(ast.Break(), looks.LOOP)


def _of_expressions(statement: ast.stmt, root: ast.AST, around: Surroundings) -> Iterator[Edit]:
    """Yield all edits in one part of a statement."""
    top = next(
        (
            Place(statement, name, index, isinstance(root, ast.Slice), False)
            for name, value in ast.iter_fields(statement)
            for index, part in (enumerate(value) if isinstance(value, list) else [(None, value)])
            if part is root
        ),
        None,
    )
    waiting = [(root, top)]
    while waiting:
        node, place = waiting.pop(0)
        if place and isinstance(node, ast.expr):
            for rank, look, new, key in instead_of(node, place, around):
                changed = place.with_(located(new, node))
                yield Edit((changed,), statement, node.lineno, look, rank, key, place.in_maker)
        for name, value in ast.iter_fields(node):
            if name in ("ctx", "op", "ops"):
                continue
            in_index = (isinstance(node, ast.Subscript) and name == "slice") or bool(place and place.in_index)
            in_maker = bool(place and place.in_maker) or (isinstance(node, ast.Call) and called(node) in _MAKERS)
            for index, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(part, ast.AST):
                    waiting.append((part, Place(node, name, index, in_index, in_maker)))
