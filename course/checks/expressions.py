"""What may stand in place of one expression: what a slip of the hand may have got wrong there, undone."""

from __future__ import annotations

import ast
import builtins
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from course.checks import looks
from course.checks.trees import (
    attribute,
    call_numpy,
    call_of,
    called,
    column,
    parsed,
    stored,
    subscript,
    turned,
    variable,
)

OPERATORS = {
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
FIRST, SOON, LATER = range(3)  # how soon to try a change


@dataclass(frozen=True)
class Surroundings:
    """What an edit of one function may write.

    Attributes
    ----------
    functions : the other exercises that it may call, and how many arguments each one needs
    parameters : of the exercise, with their defaults: "axis=1"
    counts : expressions for the number of samples; others : for other sizes, that a mean may wrongly have divided by
    kinds : what each variable is, an array with two axes for instance, as far as that is known
    names : its variables; texts : its short strings
    once : variables that are set once and read once: which way such an array lies is decided where it is set
    """

    functions: dict[str, int]
    parameters: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    once: frozenset[str] = frozenset()

    @property
    def arguments(self) -> set[str]:
        """The names of the exercise's arguments."""
        return {parameter.partition("=")[0] for parameter in self.parameters}


@dataclass(frozen=True)
class Place:
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


def instead_of(node: ast.expr, place: Place, around: Surroundings) -> Iterator[tuple[int, str, ast.AST, str]]:
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
            sign = looks.INDEX if place.in_index else looks.SIGN
            look = sign if isinstance(op, ast.USub) else looks.CONDITION
            yield SOON, look, operand, f"drop {type(op).__name__}"
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for other in _COMPARISONS.get(type(op), ()):
                yield FIRST, looks.COMPARISON, ast.Compare(left, [other()], [right]), type(other).__name__
        case ast.BoolOp(op=op, values=values):
            yield SOON, looks.CONDITION, ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values), ""
            for value in values:
                yield SOON, looks.CONDITION, value, ""
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield SOON, looks.CONDITION, ast.IfExp(test, orelse, body), ""
            yield SOON, looks.CONDITION, body, ""
            yield SOON, looks.CONDITION, orelse, ""
        case ast.Call():
            yield from _calls(node, around)
        case ast.Attribute():
            yield from _attributes(node, is_callee)
        case ast.Subscript(value=value, slice=index):
            yield SOON, looks.INDEX, value, "drop index"
            if isinstance(index, ast.Tuple) and len(index.elts) == 2:
                yield FIRST, looks.INDEX, subscript(value, ast.Tuple(index.elts[::-1], ast.Load())), "swap index"
        case ast.Slice(lower=lower, upper=upper, step=step):
            yield SOON, looks.INDEX, ast.Slice(upper, lower, step), "swap slice"
            for new in (ast.Slice(lower, None, step), ast.Slice(None, upper, step), ast.Slice(lower, upper, None)):
                yield SOON, looks.INDEX, new, "shorter slice"
            for end, other in itertools.product((lower, upper), (ast.Add(), ast.Sub())):
                if end is not None:
                    more = ast.BinOp(end, other, ast.Constant(1))
                    yield (
                        LATER,
                        looks.INDEX,
                        (ast.Slice(more, upper, step) if end is lower else ast.Slice(lower, more, step)),
                        "",
                    )
        case ast.Tuple(elts=elts) | ast.List(elts=elts) if not place.in_index and len(elts) > 1:
            look = looks.RESULT if isinstance(place.owner, ast.Return | ast.Tuple) else looks.ORDER
            kind = type(node)
            orders = list(itertools.permutations(elts))[1:24] if len(elts) < 5 else [elts[::-1]]
            for order in orders:
                yield FIRST, look, kind(list(order), ast.Load()), "order"
            for number in range(len(elts)):
                yield LATER, look, kind(elts[:number] + elts[number + 1 :], ast.Load()), ""
        case ast.ListComp() | ast.GeneratorExp() if any(part.ifs for part in node.generators):
            parts = [ast.comprehension(part.target, part.iter, [], part.is_async) for part in node.generators]
            yield SOON, looks.CONDITION, type(node)(node.elt, parts), ""
        case ast.Name(id=name):
            if is_callee:
                for other in _other_functions(name, around):
                    yield SOON, looks.FUNCTION, variable(other), f"{name} {other}"
                return
            kind = around.kinds.get(name)
            for other in around.names:
                if other != name and (kind is None or around.kinds.get(other, kind) == kind):
                    yield SOON, looks.NAME, variable(other), f"{name} {other}"
    is_operand = isinstance(place.owner, ast.Call | ast.BinOp | ast.keyword) and not place.in_index
    if is_operand and isinstance(node, ast.BinOp | ast.Call | ast.Subscript | ast.Constant):
        for name in sorted(around.arguments & set(around.names)):
            yield LATER, looks.NAME, variable(name), ""
    if not is_callee and not isinstance(node, ast.Slice | ast.Starred):
        yield from ((*change, "") for change in _wrapped(node, place, around))  # never at several places at once


def _constants(node: ast.Constant, place: Place, around: Surroundings):
    value = node.value
    if isinstance(place.owner, ast.keyword) and place.owner.arg in ("axis", "keepdims"):
        return  # with the call
    if isinstance(value, bool):
        yield SOON, looks.OPTION, ast.Constant(not value), ""
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
                yield FIRST, looks.INDEX if place.in_index else looks.NUMBER, ast.Constant(new), f"{value} {other}"
    elif isinstance(value, str):
        for other in around.texts:
            if other != value:
                yield SOON, looks.TEXT, ast.Constant(other), f"{value} {other}"
    elif value is None:
        for other in (0, 1, -1):
            yield SOON, looks.NUMBER, ast.Constant(other), ""


def _operations(node: ast.BinOp):
    left, op, right = node.left, node.op, node.right
    for other in OPERATORS.get(type(op), ()):
        yield FIRST, looks.OPERATION, ast.BinOp(left, other(), right), f"{type(op).__name__} {other.__name__}"
    if isinstance(op, ast.MatMult):
        yield from _products(left, right, lambda a, b: ast.BinOp(a, op, b))
    elif isinstance(op, _ONE_WAY):
        yield FIRST, looks.SIDES, ast.BinOp(right, op, left), "swap"
    divides = isinstance(op, ast.Div) or (isinstance(op, ast.Mult) and isinstance(right, ast.BinOp))
    is_count = isinstance(op, ast.Div) and _may_count(right)
    yield FIRST, looks.COUNT if is_count else looks.STEPS, left, "drop right"
    yield SOON, looks.STEPS, right, "drop left"
    if divides:
        yield LATER, looks.COUNT, ast.BinOp(ast.BinOp(left, op, right), op, right), ""
    for operand in (left, right):
        if isinstance(op, ast.Mult | ast.Sub | ast.Add):
            yield LATER, looks.STEPS, ast.BinOp(node, op, operand), ""
            yield LATER, looks.STEPS, ast.BinOp(node, op, ast.BinOp(ast.Constant(1), ast.Sub(), operand)), ""
    if isinstance(left, ast.BinOp):  # (a . b) . c → a . (b . c)
        yield FIRST, looks.BRACKETS, ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right)), ""
        if isinstance(left.left, ast.BinOp):  # ((a . b) . c) . d → (a . b) . (c . d) above, a . (b . c . d) here
            rest = ast.BinOp(ast.BinOp(left.left.right, left.op, left.right), op, right)
            yield LATER, looks.BRACKETS, ast.BinOp(left.left.left, left.left.op, rest), ""
    if isinstance(right, ast.BinOp):
        yield FIRST, looks.BRACKETS, ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right), ""


def _may_count(node: ast.expr) -> bool:
    """Return whether an expression may be a number of samples, of classes or of entries."""
    return called(node) == "len" or isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def _products(left: ast.expr, right: ast.expr, product):
    """Yield the other ways to multiply two matrices: in another order, one or both of them turned."""
    for turn_left, turn_right in itertools.product((False, True), repeat=2):
        one, other = turned(left) if turn_left else left, turned(right) if turn_right else right
        if turn_left or turn_right:
            yield FIRST, looks.TURN, product(one, other), "turn"
        yield FIRST, looks.FACTORS, product(other, one), "swap"
    yield FIRST, looks.TURN, attribute(product(left, right), "T"), ""


def _calls(node: ast.Call, around: Surroundings):
    name, method = called(node), isinstance(node.func, ast.Attribute)
    library = method and isinstance(node.func.value, ast.Name) and node.func.value.id not in around.names
    first = node.args[0] if node.args else None
    if name in _WITH_AXIS:
        yield from _axes(node, name, around)
    if name in ("dot", "matmul") and library and len(node.args) == 2:
        yield from _products(*node.args, lambda a, b: ast.Call(node.func, [a, b], node.keywords))
    elif name == "dot" and method and first is not None:
        yield from _products(node.func.value, first, lambda a, b: ast.Call(attribute(a, "dot"), [b], []))
    if len(node.args) > 1:
        for one, other in itertools.combinations(range(min(len(node.args), 6)), 2):
            args = list(node.args)
            args[one], args[other] = args[other], args[one]
            yield SOON, looks.ARGUMENTS, ast.Call(node.func, args, node.keywords), ""
        for place in range(len(node.args)):
            args = node.args[:place] + node.args[place + 1 :]
            yield LATER, looks.ARGUMENTS, ast.Call(node.func, args, node.keywords), ""
    if first is not None and not isinstance(first, ast.Starred) and (library or not method):
        yield FIRST, looks.STEPS, first, f"drop {name}"
    if method and not library:
        look = looks.TYPE if name == "astype" else looks.STEPS
        yield FIRST, look, node.func.value, f"drop {name}"
    for keyword in node.keywords:
        if keyword.arg not in ("axis", "keepdims"):
            rest = [other for other in node.keywords if other is not keyword]
            look = looks.TYPE if keyword.arg == "dtype" else looks.ARGUMENTS
            yield SOON, look, ast.Call(node.func, node.args, rest), f"drop {keyword.arg}"
    if name in ("zeros", "ones", "empty", "array", "asarray", "zeros_like") and library:
        kept = [keyword for keyword in node.keywords if keyword.arg != "dtype"]
        for kind in ("int", "float"):
            typed = ast.Call(node.func, node.args, [*kept, ast.keyword("dtype", variable(kind))])
            yield SOON, looks.TYPE, typed, kind
    if name in (*_EXPONENTIALS, *_LOGARITHMS) and first is not None:
        for safe in _safe(name, first, around):
            yield SOON, looks.EXTREME, ast.Call(node.func, [safe, *node.args[1:]], node.keywords), ""
    if name == "round" and first is not None:
        yield SOON, looks.FUNCTION, ast.Call(variable("int"), [first], []), ""


def _axes(node: ast.Call, name: str, around: Surroundings):
    """Yield the call over other axes, with and without keepdims."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    rest = [keyword for keyword in node.keywords if keyword.arg not in ("axis", "keepdims")]
    axes = [ast.Constant(0), ast.Constant(1), None, ast.Constant(-1)]
    if "axis" in around.names:
        axes.insert(0, variable("axis"))
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
            yield FIRST, looks.AXIS, new, f"axis {ast.unparse(axis) if axis else ''} {keep}"


def _safe(name: str, argument: ast.expr, around: Surroundings) -> Iterator[ast.expr]:
    """Yield arguments for which an exponential does not overflow, or a logarithm is finite."""
    if name in _LOGARITHMS:
        tiny = ast.Constant(1e-12)
        yield call_numpy("maximum", argument, tiny)
        yield ast.BinOp(argument, ast.Add(), tiny)
        yield call_numpy("clip", argument, tiny, ast.Constant(1 - 1e-12))
        return
    yield call_numpy("clip", argument, ast.Constant(-700), ast.Constant(700))
    yield ast.UnaryOp(ast.USub(), call_numpy("abs", argument))
    axes = [variable("axis")] if "axis" in around.names else [ast.Constant(1), ast.Constant(-1)]
    for axis in axes:
        largest = call_numpy("max", argument)
        largest.keywords = [ast.keyword("axis", axis), ast.keyword("keepdims", ast.Constant(True))]
        yield ast.BinOp(argument, ast.Sub(), largest)
    yield ast.BinOp(argument, ast.Sub(), call_numpy("max", argument))


def _attributes(node: ast.Attribute, is_callee: bool):
    if node.attr == "T":
        yield FIRST, looks.TURN, node.value, "turn"
    if node.attr == "size" and not is_callee:
        yield FIRST, looks.COUNT, ast.Call(variable("len"), [node.value], []), "len"
        yield SOON, looks.COUNT, subscript(attribute(node.value, "shape"), ast.Constant(1)), "width"
    if is_callee or node.attr in ("float32", "float64"):
        for other in _SWAPS.get(node.attr, ()):
            yield FIRST, looks.FUNCTION, attribute(node.value, other), f"{node.attr} {other}"


def _other_functions(name: str, around: Surroundings) -> list[str]:
    needs = around.functions.get(name)
    unit = [other for other, count in around.functions.items() if count == needs and other != name]
    alike = [other for other in _SWAPS.get(name, ()) if hasattr(builtins, other) or other in around.functions]
    return list(dict.fromkeys([*unit, *alike]))


def _wrapped(node: ast.expr, place: Place, around: Surroundings):
    """Yield an expression with something done to it that may have been forgotten."""
    if isinstance(node, ast.Constant) or (place.in_index and not isinstance(node, ast.Name)):
        return
    is_array = isinstance(node, ast.Name | ast.Subscript | ast.Attribute | ast.Call | ast.BinOp)
    if isinstance(place.owner, ast.Attribute) or not is_array:
        if isinstance(place.owner, ast.Return):
            yield LATER, looks.RESULT, call_of("list", node)
        return
    text = isinstance(node, ast.Name | ast.Subscript)
    if place.in_index:
        yield LATER, looks.INDEX, ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield LATER, looks.INDEX, ast.BinOp(node, ast.Sub(), ast.Constant(1))
        return
    yield FIRST if place.is_whole else SOON, looks.SIGN, ast.UnaryOp(ast.USub(), node)
    if (text or isinstance(node, ast.Call)) and getattr(node, "id", "") not in around.once:
        yield FIRST, looks.TURN, attribute(node, "T")
    if text:
        yield SOON, looks.COPY, ast.Call(attribute(node, "copy"), [], [])
        each = ast.comprehension(stored("_each"), node, [], 0)
        copies = ast.ListComp(ast.Call(attribute(variable("_each"), "copy"), [], []), [each])
        yield LATER, looks.COPY, copies
    yield LATER, looks.STEPS, ast.BinOp(ast.Constant(1), ast.Sub(), node)
    for count in around.counts:
        if place.is_whole:
            yield SOON, looks.COUNT, ast.BinOp(node, ast.Div(), parsed(count))
            yield SOON, looks.COUNT, ast.BinOp(node, ast.Mult(), parsed(count))
        if isinstance(place.owner, ast.BinOp) and isinstance(place.owner.op, ast.Div) and place.field == "right":
            yield FIRST, looks.COUNT, parsed(count)
    for size in around.others:
        if place.is_whole:
            yield SOON, looks.COUNT, ast.BinOp(node, ast.Mult(), parsed(size))
            yield LATER, looks.COUNT, ast.BinOp(node, ast.Div(), parsed(size))
    if not place.is_whole:
        yield LATER, looks.SHAPE, column(node)
        return
    for function, needs in around.functions.items():
        if needs == 1 and called(node) != function:
            yield SOON, looks.STEPS, ast.Call(variable(function), [node], [])
    if not around.functions:
        for function in ("exp", "log", "sqrt", "abs", "square"):
            yield LATER, looks.STEPS, call_numpy(function, node)
    yield LATER, looks.SHAPE, column(node)
    yield LATER, looks.SHAPE, ast.Call(attribute(node, "ravel"), [], [])
    for kind in ("float", "int"):
        yield LATER, looks.TYPE, ast.Call(attribute(node, "astype"), [variable(kind)], [])
    backwards = ast.Slice(None, None, ast.Constant(-1))
    yield LATER, looks.ORDER, subscript(node, backwards)
    if isinstance(place.owner, ast.For | ast.comprehension):
        yield SOON, looks.ORDER, call_of("reversed", node)
        yield SOON, looks.INDEX, subscript(call_of("list", node), ast.Slice(None, ast.Constant(-1)))
        yield SOON, looks.INDEX, subscript(call_of("list", node), ast.Slice(ast.Constant(1), None))
    if isinstance(place.owner, ast.Return):
        for kind in ("list", "float", "int"):
            yield LATER, looks.RESULT, call_of(kind, node)
