"""Small changes of a function: what a slip of the hand may have got wrong, undone. Each is an edit of the syntax tree.

An edit is tried, never shown: of one that helps a student reads the line and its ``look``, what kind of thing to look at.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

# What to look at. None of these may say what to write.
ARGUMENTS = "what the function is given there, and in which order"
AXIS = "over which axis it goes, and which shape comes out"
BRACKETS = "which part is computed first"
COMPARISON = "which values belong to each side of the comparison"
CONDITION = "when the condition holds"
COPY = "which array it changes, and who else still needs that array"
COUNT = "how often 1/n enters, and what is counted"
EXTREME = "what happens there with extreme values"
FACTORS = "the order of the factors"
FUNCTION = "which function is called"
INDEX = "which index stands there"
LINES = "which lines belong there, and in which order"
LOOP = "which lines the loop repeats, and which come once, before or after it"
NAME = "which variable stands there"
NUMBER = "which number stands there"
OPERATION = "which operation connects the two sides"
ORDER = "in which order the items come"
RESULT = "what is returned, and in which order"
SHAPE = "the shape of what stands there"
SIDES = "the order of the two sides"
SIGN = "the sign"
STEPS = "which steps it takes: is one too many, or one missing?"
TEXT = "which text stands there"
TURN = "which way the arrays lie: what are rows, what are columns?"
TYPE = "the type of the numbers"

NUMPY = "_numpy"  # under this name an edit finds NumPy, whatever the student calls it

_OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add, ast.Mult), ast.Mult: (ast.MatMult, ast.Div, ast.Add, ast.Sub, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv, ast.Sub), ast.MatMult: (ast.Mult,), ast.Pow: (ast.Mult,), ast.FloorDiv: (ast.Div,),
    ast.BitOr: (ast.BitAnd,), ast.BitAnd: (ast.BitOr,), ast.Mod: (ast.FloorDiv,),
}  # fmt: skip
_ONE_WAY = (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv, ast.Mod)  # the order of the two sides counts
_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE), ast.LtE: (ast.Lt, ast.GtE, ast.Gt), ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq, ast.Gt), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
# Functions that are taken for one another.
_ALIKE = (
    ("sum", "mean"), ("max", "min"), ("argmax", "argmin"), ("argmax", "max"), ("argmin", "min"), ("mean", "median"),
    ("log", "log2"), ("log", "log10"), ("log", "log1p"), ("exp", "exp2"), ("exp", "expm1"), ("exp", "log"),
    ("zeros", "ones"), ("zeros", "empty"), ("zeros_like", "ones_like"), ("zeros_like", "empty_like"), ("sqrt", "square"),
    ("any", "all"), ("abs", "negative"), ("maximum", "minimum"), ("maximum", "max"), ("minimum", "min"), ("sum", "cumsum"),
    ("sum", "prod"), ("dot", "multiply"), ("matmul", "multiply"), ("dot", "outer"), ("floor", "ceil"), ("floor", "round"),
    ("ceil", "round"), ("int", "round"), ("int", "float"), ("len", "sum"), ("len", "max"), ("normal", "uniform"),
    ("normal", "standard_normal"), ("normal", "random"), ("permutation", "arange"), ("permutation", "integers"),
    ("permutation", "choice"), ("argsort", "sort"), ("sort", "sorted"), ("append", "extend"), ("append", "insert"),
    ("flatnonzero", "nonzero"), ("where", "flatnonzero"), ("size", "ndim"), ("float64", "float32"), ("int", "float64"),
    ("std", "var"), ("max", "ptp"), ("sin", "cos"), ("tanh", "exp"), ("sigmoid", "softmax"), ("sigmoid", "relu"),
    ("relu", "relu_prime"), ("sigmoid", "tanh"), ("greater", "greater_equal"), ("less", "less_equal"), ("eye", "ones"),
)  # fmt: skip
_SWAPS: dict[str, list[str]] = defaultdict(list)
for _one, _other in _ALIKE:
    _SWAPS[_one].append(_other)
    _SWAPS[_other].append(_one)
_WITH_AXIS = frozenset({
    "sum", "mean", "max", "min", "argmax", "argmin", "prod", "any", "all", "std", "var", "argsort", "sort",
    "cumsum", "concatenate", "stack", "repeat", "softmax",
})  # fmt: skip
_KEEP_DIMENSIONS = frozenset({
    "sum", "mean", "max", "min", "argmax", "argmin", "prod", "any", "all", "std", "var",
})  # fmt: skip
_EXPONENTIALS, _LOGARITHMS = ("exp", "exp2", "expm1"), ("log", "log2", "log10", "log1p")
# What makes an array of a size that is an argument: a change there may ask for far too large a one.
_MAKERS = frozenset({
    "zeros", "ones", "empty", "full", "eye", "identity", "arange", "linspace", "tile", "repeat", "resize",
    "bincount", "normal",
})  # fmt: skip
_FIRST, _SOON, _LATER, _LAST = range(4)


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
    rank: int = _SOON
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


@dataclass(frozen=True)
class Surroundings:
    """What an edit of one function may write.

    Attributes
    ----------
    functions : the other exercises that it may call, and how many arguments each one needs
    counts : expressions for the number of samples; others : for other sizes, that a mean may wrongly have divided by
    kinds : what each variable is, an array with two axes for instance, as far as that is known
    names : its variables; texts : its short strings
    """

    functions: dict[str, int]
    counts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def find_edits(function: ast.FunctionDef, around: Surroundings) -> list[Edit]:
    """Return the small changes of one function, those that help most often first."""
    nodes = list(ast.walk(function))
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    written = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names = tuple(dict.fromkeys([argument.arg for argument in arguments] + [name for name in written if name != "_"]))
    texts = tuple(dict.fromkeys(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)))
    around = replace(around, names=names, texts=tuple(text for text in texts if len(text) < 30))
    found = list(_of_block(function, function, around))
    found += _of_expressions(function, function.args, around)
    return sorted([*found, *_several_at_once(found)], key=lambda edit: edit.rank)


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
            yield Edit(changes, first.statement, first.line, first.look, _LATER, sizes=any(e.sizes for e in group))


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
        for variable in around.names:
            back = _located(ast.Return(_name(variable)), last)
            yield Edit(((function, "body", [*function.body, back]),), last, last.lineno, RESULT)


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

    def edit(look, *changes, rank=_LATER):
        return Edit(changes, statement, line, look, rank)

    rest = [*before, *after] or [_located(ast.Pass(), statement)]
    if not isinstance(statement, ast.Return) or after:
        yield edit(LINES, (owner, field, rest), rank=_SOON)
    if after:
        yield edit(LINES, (owner, field, [*before, after[0], statement, *after[1:]]))
    if isinstance(statement, ast.For | ast.While) and not statement.orelse:
        inner = statement.body
        if len(inner) > 1:
            shorter = (statement, "body", inner[:-1])
            last, first = inner[-1], inner[0]
            out = [*before, statement, last, *after]
            yield Edit((shorter, (owner, field, out)), last, last.lineno, LOOP, _SOON)
            up = [*before, first, *block[place:]]
            yield Edit(((statement, "body", inner[1:]), (owner, field, up)), first, first.lineno, LOOP, _LATER)
        if after:
            longer = (statement, "body", [*inner, after[0]])
            kept = (owner, field, [*before, statement, *after[1:]])
            yield Edit((longer, kept), after[0], after[0].lineno, LOOP, _LATER)
        if before:
            longer = (statement, "body", [before[-1], *inner])
            kept = (owner, field, [*before[:-1], *block[place:]])
            yield Edit((longer, kept), before[-1], before[-1].lineno, LOOP, _LATER)
    if isinstance(statement, ast.If) and not statement.orelse:
        yield edit(CONDITION, (owner, field, [*before, *statement.body, *after]))


def _of_statement(owner: ast.AST, field: str, block: list, place: int, around: Surroundings) -> Iterator[Edit]:
    statement = block[place]

    def instead(new: ast.stmt, look: str, rank: int = _SOON) -> Edit:
        others = [*block[:place], _located(new, statement), *block[place + 1 :]]
        return Edit(((owner, field, others),), statement, statement.lineno, look, rank)

    def inside(name: str, value, look: str, rank: int = _SOON) -> Edit:
        return Edit(((statement, name, value),), statement, statement.lineno, look, rank)

    match statement:
        case ast.AugAssign(target=target, op=op, value=value):
            yield instead(ast.Assign([target], ast.BinOp(_loaded(target), op, value)), COPY, _FIRST)
            yield instead(ast.Assign([target], value), OPERATION)
            for other in _OPERATORS.get(type(op), ()):
                yield inside("op", other(), OPERATION)
        case ast.Assign(targets=[ast.Name() | ast.Subscript() as target], value=value):
            for op in (ast.Add(), ast.Sub(), ast.Mult()):
                yield instead(ast.AugAssign(target, op, value), OPERATION, _LATER)
        case ast.Assign(targets=[ast.Tuple(elts=names) as target]) | ast.For(target=ast.Tuple(elts=names) as target):
            for order in list(itertools.permutations(names))[1:6]:
                change = ((target, "elts", list(order)),)
                yield Edit(change, statement, statement.lineno, ORDER, _SOON)
        case ast.If(test=test):
            for other in (ast.UnaryOp(ast.Not(), test), ast.Constant(True), ast.Constant(False)):
                yield inside("test", _located(other, test), CONDITION)
        case ast.Raise(exc=ast.Call(func=ast.Name() as name)) | ast.Raise(exc=ast.Name() as name):
            for other in ("ValueError", "TypeError", "IndexError"):
                change = ((name, "id", other),)
                yield Edit(change, statement, statement.lineno, "which kind of exception is raised", _SOON)
        case ast.Break():
            yield instead(ast.Continue(), LOOP)
        case ast.Continue():
            yield instead(ast.Break(), LOOP)


# --- expressions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """Where an expression stands: ``owner.field``, or an item of it."""

    owner: ast.AST
    field: str
    item: int | None
    in_index: bool
    in_maker: bool

    def with_(self, new: ast.AST):
        if self.item is None:
            return self.owner, self.field, new
        items = list(getattr(self.owner, self.field))
        items[self.item] = new
        return self.owner, self.field, items

    @property
    def is_whole(self) -> bool:
        """Whether what stands here is a value of its own, and no factor of a product."""
        return not (isinstance(self.owner, ast.BinOp) and isinstance(self.owner.op, ast.Mult | ast.Div | ast.MatMult))


def _of_expressions(statement: ast.stmt, root: ast.AST, around: Surroundings) -> Iterator[Edit]:
    """Yield all edits in one part of a statement."""
    top = next(
        (
            _Place(statement, name, index, isinstance(root, ast.Slice), False)
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
            for rank, look, new, key in _instead_of(node, place, around):
                changed = place.with_(_located(new, node))
                yield Edit((changed,), statement, node.lineno, look, rank, key, place.in_maker)
        for name, value in ast.iter_fields(node):
            if name in ("ctx", "op", "ops"):
                continue
            in_index = (isinstance(node, ast.Subscript) and name == "slice") or bool(place and place.in_index)
            in_maker = bool(place and place.in_maker) or (isinstance(node, ast.Call) and _called(node) in _MAKERS)
            for index, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(part, ast.AST):
                    waiting.append((part, _Place(node, name, index, in_index, in_maker)))


def _instead_of(node: ast.expr, place: _Place, around: Surroundings) -> Iterator[tuple[int, str, ast.AST, str]]:
    """Yield what may stand in place of an expression: (rank, look, new expression, key)."""
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return
    is_callee = isinstance(place.owner, ast.Call) and place.field == "func"
    match node:
        case ast.Constant():
            yield from _constants(node, place, around)
        case ast.BinOp():
            yield from _operations(node)
        case ast.UnaryOp(op=op, operand=operand):
            yield _SOON, SIGN if isinstance(op, ast.USub) else CONDITION, operand, f"drop {type(op).__name__}"
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for other in _COMPARISONS.get(type(op), ()):
                yield _FIRST, COMPARISON, ast.Compare(left, [other()], [right]), type(other).__name__
        case ast.BoolOp(op=op, values=values):
            yield _SOON, CONDITION, ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values), ""
            for value in values:
                yield _SOON, CONDITION, value, ""
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield _SOON, CONDITION, ast.IfExp(test, orelse, body), ""
            yield _SOON, CONDITION, body, ""
            yield _SOON, CONDITION, orelse, ""
        case ast.Call():
            yield from _calls(node, around)
        case ast.Attribute():
            yield from _attributes(node, is_callee)
        case ast.Subscript(value=value, slice=index):
            yield _SOON, INDEX, value, "drop index"
            if isinstance(index, ast.Tuple) and len(index.elts) == 2:
                yield _FIRST, INDEX, _subscript(value, ast.Tuple(index.elts[::-1], ast.Load())), "swap index"
        case ast.Slice(lower=lower, upper=upper, step=step):
            yield _SOON, INDEX, ast.Slice(upper, lower, step), "swap slice"
            for new in (ast.Slice(lower, None, step), ast.Slice(None, upper, step), ast.Slice(lower, upper, None)):
                yield _SOON, INDEX, new, "shorter slice"
            for end, other in itertools.product((lower, upper), (ast.Add(), ast.Sub())):
                if end is not None:
                    more = ast.BinOp(end, other, ast.Constant(1))
                    yield (
                        _LATER,
                        INDEX,
                        (ast.Slice(more, upper, step) if end is lower else ast.Slice(lower, more, step)),
                        "",
                    )
        case ast.Tuple(elts=elts) | ast.List(elts=elts) if not place.in_index and len(elts) > 1:
            look = RESULT if isinstance(place.owner, ast.Return | ast.Tuple) else ORDER
            kind = type(node)
            orders = list(itertools.permutations(elts))[1:24] if len(elts) < 5 else [elts[::-1]]
            for order in orders:
                yield _FIRST, look, kind(list(order), ast.Load()), "order"
            for number in range(len(elts)):
                yield _LATER, look, kind(elts[:number] + elts[number + 1 :], ast.Load()), ""
        case ast.ListComp() | ast.GeneratorExp() if any(part.ifs for part in node.generators):
            parts = [ast.comprehension(part.target, part.iter, [], part.is_async) for part in node.generators]
            yield _SOON, CONDITION, type(node)(node.elt, parts), ""
        case ast.Name(id=name):
            if is_callee:
                for other in _other_functions(name, around):
                    yield _SOON, FUNCTION, _name(other), f"{name} {other}"
                return
            kind = around.kinds.get(name)
            for other in around.names:
                if other != name and (kind is None or around.kinds.get(other, kind) == kind):
                    yield _SOON, NAME, _name(other), f"{name} {other}"
    if not is_callee and not isinstance(node, ast.Slice | ast.Starred):
        yield from _wrapped(node, place, around)


def _constants(node: ast.Constant, place: _Place, around: Surroundings):
    value = node.value
    if isinstance(place.owner, ast.keyword) and place.owner.arg in ("axis", "keepdims"):
        return  # with the call
    if isinstance(value, bool):
        yield _SOON, "which option is chosen there", ast.Constant(not value), ""
    elif isinstance(value, int | float):
        near = [value + 1, value - 1] if value == int(value) else []
        others = (
            [0, 1, -1, *near] if place.in_index else [0, 1, 2, -1, 0.5, *near, -value, 10 * value, value / 10, 10, 30]
        )
        if 0 < abs(value) < 0.01:
            others += [1e-12, 1e-8]
        for other in dict.fromkeys(others):
            if other != value and (other == 0) <= (value != 0):
                new = int(other) if isinstance(value, int) and other == int(other) else other
                yield _FIRST, INDEX if place.in_index else NUMBER, ast.Constant(new), f"{value} {other}"
    elif isinstance(value, str):
        for other in around.texts:
            if other != value:
                yield _SOON, TEXT, ast.Constant(other), f"{value} {other}"
    elif value is None:
        for other in (0, 1, -1):
            yield _SOON, NUMBER, ast.Constant(other), ""


def _operations(node: ast.BinOp):
    left, op, right = node.left, node.op, node.right
    for other in _OPERATORS.get(type(op), ()):
        yield _FIRST, OPERATION, ast.BinOp(left, other(), right), f"{type(op).__name__} {other.__name__}"
    if isinstance(op, ast.MatMult):
        yield from _products(left, right, lambda a, b: ast.BinOp(a, op, b))
    elif isinstance(op, _ONE_WAY):
        yield _FIRST, SIDES, ast.BinOp(right, op, left), "swap"
    divides = isinstance(op, ast.Div) or (isinstance(op, ast.Mult) and isinstance(right, ast.BinOp))
    yield _FIRST, COUNT if isinstance(op, ast.Div) else STEPS, left, "drop right"
    yield _SOON, STEPS, right, "drop left"
    if divides:
        yield _LATER, COUNT, ast.BinOp(ast.BinOp(left, op, right), op, right), ""
    for operand in (left, right):
        if isinstance(op, ast.Mult | ast.Sub | ast.Add):
            yield _LATER, STEPS, ast.BinOp(node, op, operand), ""
            yield _LATER, STEPS, ast.BinOp(node, op, ast.BinOp(ast.Constant(1), ast.Sub(), operand)), ""
    if isinstance(left, ast.BinOp):  # (a . b) . c → a . (b . c)
        yield _FIRST, BRACKETS, ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right)), ""
        if isinstance(left.left, ast.BinOp):  # ((a . b) . c) . d → (a . b) . (c . d) above, a . (b . c . d) here
            rest = ast.BinOp(ast.BinOp(left.left.right, left.op, left.right), op, right)
            yield _LATER, BRACKETS, ast.BinOp(left.left.left, left.left.op, rest), ""
    if isinstance(right, ast.BinOp):
        yield _FIRST, BRACKETS, ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right), ""


def _products(left: ast.expr, right: ast.expr, product):
    """Yield the other ways to multiply two matrices: in another order, one or both of them turned."""
    for turn_left, turn_right in itertools.product((False, True), repeat=2):
        one, other = _turned(left) if turn_left else left, _turned(right) if turn_right else right
        if turn_left or turn_right:
            yield _FIRST, TURN, product(one, other), "turn"
        yield _FIRST, FACTORS, product(other, one), "swap"
    yield _FIRST, TURN, _attribute(product(left, right), "T"), ""


def _calls(node: ast.Call, around: Surroundings):
    name, method = _called(node), isinstance(node.func, ast.Attribute)
    library = method and isinstance(node.func.value, ast.Name) and node.func.value.id not in around.names
    first = node.args[0] if node.args else None
    if name in _WITH_AXIS:
        yield from _axes(node, name, around)
    if name in ("dot", "matmul") and library and len(node.args) == 2:
        yield from _products(*node.args, lambda a, b: ast.Call(node.func, [a, b], node.keywords))
    elif name == "dot" and method and first is not None:
        yield from _products(node.func.value, first, lambda a, b: ast.Call(_attribute(a, "dot"), [b], []))
    if len(node.args) > 1:
        for one, other in itertools.combinations(range(min(len(node.args), 6)), 2):
            args = list(node.args)
            args[one], args[other] = args[other], args[one]
            yield _SOON, ARGUMENTS, ast.Call(node.func, args, node.keywords), ""
        for place in range(len(node.args)):
            args = node.args[:place] + node.args[place + 1 :]
            yield _LATER, ARGUMENTS, ast.Call(node.func, args, node.keywords), ""
    if first is not None and not isinstance(first, ast.Starred) and (library or not method):
        yield _FIRST, STEPS, first, f"drop {name}"
    if method and not library:
        yield _FIRST, STEPS, node.func.value, f"drop {name}"
    for keyword in node.keywords:
        if keyword.arg not in ("axis", "keepdims"):
            rest = [other for other in node.keywords if other is not keyword]
            look = TYPE if keyword.arg == "dtype" else ARGUMENTS
            yield _SOON, look, ast.Call(node.func, node.args, rest), f"drop {keyword.arg}"
    if name in ("zeros", "ones", "empty", "array", "asarray", "zeros_like") and library:
        kept = [keyword for keyword in node.keywords if keyword.arg != "dtype"]
        for kind in ("int", "float"):
            typed = ast.Call(node.func, node.args, [*kept, ast.keyword("dtype", _name(kind))])
            yield _SOON, TYPE, typed, kind
    if name in (*_EXPONENTIALS, *_LOGARITHMS) and first is not None:
        for safe in _safe(name, first, around):
            yield _SOON, EXTREME, ast.Call(node.func, [safe, *node.args[1:]], node.keywords), ""
    if name == "round" and first is not None:
        yield _SOON, FUNCTION, ast.Call(_name("int"), [first], []), ""


def _axes(node: ast.Call, name: str, around: Surroundings):
    """Yield the call over other axes, with and without keepdims."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    rest = [keyword for keyword in node.keywords if keyword.arg not in ("axis", "keepdims")]
    axes = [ast.Constant(0), ast.Constant(1), None, ast.Constant(-1)]
    if "axis" in around.names:
        axes.insert(0, _name("axis"))
    keeps = (True, False) if name in _KEEP_DIMENSIONS else (False,)
    positional = (
        2 if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") in ("np", "numpy") else 1
    )
    args = node.args[:1] if len(node.args) == 2 == positional and "axis" not in given else node.args
    if positional == 1 and len(node.args) == 1 and "axis" not in given and isinstance(node.func, ast.Attribute):
        args = []
    before = ast.dump(node)
    for axis, keep in itertools.product(axes, keeps):
        words = [ast.keyword("axis", axis)] if axis is not None else []
        words += [ast.keyword("keepdims", ast.Constant(True))] if keep else []
        new = ast.Call(node.func, args, [*rest, *words])
        if ast.dump(new) != before:
            yield _FIRST, AXIS, new, f"axis {ast.unparse(axis) if axis else ''} {keep}"


def _safe(name: str, argument: ast.expr, around: Surroundings) -> Iterator[ast.expr]:
    """Yield arguments for which an exponential does not overflow, or a logarithm is finite."""
    if name in _LOGARITHMS:
        tiny = ast.Constant(1e-12)
        yield _numpy("maximum", argument, tiny)
        yield ast.BinOp(argument, ast.Add(), tiny)
        yield _numpy("clip", argument, tiny, ast.Constant(1 - 1e-12))
        return
    yield _numpy("clip", argument, ast.Constant(-700), ast.Constant(700))
    yield ast.UnaryOp(ast.USub(), _numpy("abs", argument))
    axes = [_name("axis")] if "axis" in around.names else [ast.Constant(1), ast.Constant(-1)]
    for axis in axes:
        largest = _numpy("max", argument)
        largest.keywords = [ast.keyword("axis", axis), ast.keyword("keepdims", ast.Constant(True))]
        yield ast.BinOp(argument, ast.Sub(), largest)
    yield ast.BinOp(argument, ast.Sub(), _numpy("max", argument))


def _attributes(node: ast.Attribute, is_callee: bool):
    if node.attr == "T":
        yield _FIRST, TURN, node.value, "turn"
    if node.attr == "size" and not is_callee:
        yield _FIRST, COUNT, ast.Call(_name("len"), [node.value], []), "len"
        yield _SOON, COUNT, _subscript(_attribute(node.value, "shape"), ast.Constant(1)), "width"
    if is_callee or node.attr in ("float32", "float64"):
        for other in _SWAPS.get(node.attr, ()):
            yield _FIRST, FUNCTION, _attribute(node.value, other), f"{node.attr} {other}"


def _other_functions(name: str, around: Surroundings) -> list[str]:
    needs = around.functions.get(name)
    unit = [other for other, count in around.functions.items() if count == needs and other != name]
    alike = [other for other in _SWAPS.get(name, ()) if hasattr(builtins, other) or other in around.functions]
    return list(dict.fromkeys([*unit, *alike]))


def _wrapped(node: ast.expr, place: _Place, around: Surroundings):
    """Yield an expression with something done to it that may have been forgotten."""
    if isinstance(node, ast.Constant) or (place.in_index and not isinstance(node, ast.Name)):
        return
    is_array = isinstance(node, ast.Name | ast.Subscript | ast.Attribute | ast.Call | ast.BinOp)
    if isinstance(place.owner, ast.Attribute) or not is_array:
        if isinstance(place.owner, ast.Return):
            yield _LATER, RESULT, _call("list", node), ""
        return
    text = isinstance(node, ast.Name | ast.Subscript)
    if place.in_index:
        yield _LATER, INDEX, ast.BinOp(node, ast.Add(), ast.Constant(1)), ""
        yield _LATER, INDEX, ast.BinOp(node, ast.Sub(), ast.Constant(1)), ""
        return
    yield _FIRST if place.is_whole else _SOON, SIGN, ast.UnaryOp(ast.USub(), node), "minus"
    if text or isinstance(node, ast.Call):
        yield _FIRST, TURN, _attribute(node, "T"), "turn"
    if text:
        yield _SOON, COPY, ast.Call(_attribute(node, "copy"), [], []), "copy"
        each = ast.comprehension(_stored("_each"), node, [], 0)
        copies = ast.ListComp(ast.Call(_attribute(_name("_each"), "copy"), [], []), [each])
        yield _LATER, COPY, copies, "copies"
    yield _LATER, STEPS, ast.BinOp(ast.Constant(1), ast.Sub(), node), "one minus"
    for count in around.counts:
        if place.is_whole:
            yield _SOON, COUNT, ast.BinOp(node, ast.Div(), _parsed(count)), "divide"
            yield _SOON, COUNT, ast.BinOp(node, ast.Mult(), _parsed(count)), "multiply"
        if isinstance(place.owner, ast.BinOp) and isinstance(place.owner.op, ast.Div) and place.field == "right":
            yield _FIRST, COUNT, _parsed(count), "other count"
    for size in around.others:
        if place.is_whole:
            yield _SOON, COUNT, ast.BinOp(node, ast.Mult(), _parsed(size)), "multiply by other"
            yield _LATER, COUNT, ast.BinOp(node, ast.Div(), _parsed(size)), "divide by other"
    if not place.is_whole:
        yield _LATER, SHAPE, _column(node), "column"
        return
    for function, needs in around.functions.items():
        if needs == 1 and _called(node) != function:
            yield _SOON, STEPS, ast.Call(_name(function), [node], []), function
    if not around.functions:
        for function in ("exp", "log", "sqrt", "abs", "square"):
            yield _LATER, STEPS, _numpy(function, node), function
    yield _LATER, SHAPE, _column(node), "column"
    yield _LATER, SHAPE, ast.Call(_attribute(node, "ravel"), [], []), "ravel"
    for kind in ("float", "int"):
        yield _LATER, TYPE, ast.Call(_attribute(node, "astype"), [_name(kind)], []), kind
    backwards = ast.Slice(None, None, ast.Constant(-1))
    yield _LATER, ORDER, _subscript(node, backwards), "backwards"
    if isinstance(place.owner, ast.For | ast.comprehension):
        yield _SOON, ORDER, _call("reversed", node), "reversed"
        yield _SOON, INDEX, _subscript(_call("list", node), ast.Slice(None, ast.Constant(-1))), ""
        yield _SOON, INDEX, _subscript(_call("list", node), ast.Slice(ast.Constant(1), None)), ""
    if isinstance(place.owner, ast.Return):
        for kind in ("list", "float", "int"):
            yield _LATER, RESULT, _call(kind, node), kind


# --- building a tree ---------------------------------------------------------------------------------------------------


def _located(new: ast.AST, old: ast.AST) -> ast.AST:
    return ast.fix_missing_locations(ast.copy_location(new, old))


def _called(node: ast.AST) -> str:
    """Return the name of the function that is called, without its module or object."""
    function = getattr(node, "func", None)
    return getattr(function, "attr", getattr(function, "id", ""))


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _stored(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())


def _attribute(node: ast.expr, name: str) -> ast.Attribute:
    return ast.Attribute(node, name, ast.Load())


def _turned(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else _attribute(node, "T")


def _subscript(node: ast.expr, index: ast.expr) -> ast.Subscript:
    return ast.Subscript(node, index, ast.Load())


def _column(node: ast.expr) -> ast.Subscript:
    return _subscript(node, ast.Tuple([ast.Slice(), ast.Constant(None)], ast.Load()))


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(_name(name), list(args), [])


def _numpy(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(_attribute(_name(NUMPY), name), list(args), [])


def _loaded(target: ast.expr) -> ast.expr:
    """Return what a target of an assignment reads."""
    match target:
        case ast.Name(id=name):
            return _name(name)
        case ast.Subscript(value=value, slice=index):
            return _subscript(value, index)
        case ast.Attribute(value=value, attr=name):
            return _attribute(value, name)
    return target
