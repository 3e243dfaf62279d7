"""What the grader and a student's kernel say to each other: a frozen dataclass for each message, plain JSON on the wire.

The grader asks, the kernel answers with the number of the question, one question at a time:

======================  ===================================================================
the grader asks         the kernel answers
======================  ===================================================================
PutFiles                Done
RunCell                 Shown
LookUp, GetAttribute    Found or Missing
GetAttributes           Attributes
Call                    Called; before it as many Borrow as it likes, each answered by Lent
any of them             Damaged, if the code that ran there broke the kernel
======================  ===================================================================

A :data:`Value` is in the code of :mod:`course.plain`. Whatever comes from a kernel may have been written by student code:
:func:`from_json` lets only those messages through whose fields are all there and of their types. What a value means is found
out later, with the same suspicion, by who needs it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from course.checks.calls import Failure

Value = Any

# --- to the nursery ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StartKernel:
    """Fork a kernel; the ends of its two sockets come with it.

    Attributes
    ----------
    memory, disk, processes : what all of it together may use, as in ``course.grading.sandbox.Limits``
    namespaces : whether it gets namespaces of its own
    folder : where it works
    own : the folders of which it gets an empty one for itself
    """

    memory: int
    disk: int
    processes: int
    namespaces: bool
    folder: str
    own: list[str]


# --- from the guard ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Used:
    """What a kernel did so far, as its guard sees it; student code has no part in this message.

    Attributes
    ----------
    seconds : of CPU, of the kernel and of all that it started
    refused : the system calls that it tried and that no library makes by itself, each once
    others : how many threads and processes there are now besides the kernel's own thread
    delayed : seconds in which that thread could have run, and others had the processors; None if Linux does not say
    """

    seconds: float
    refused: list[str]
    others: int
    delayed: float | None


# --- to the kernel -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PutFiles:
    """Write these files beside the notebook: name → content in base64."""

    files: dict[str, str]


@dataclass(frozen=True)
class RunCell:
    """Run a cell of the notebook; draw its figures if a person will look at them."""

    source: str
    draw: bool = False


@dataclass(frozen=True)
class LookUp:
    """Say what a name of the notebook means."""

    name: str


@dataclass(frozen=True)
class GetAttribute:
    """Say what an attribute of an object means; ``target`` is the object's handle."""

    target: int
    name: str


@dataclass(frozen=True)
class GetAttributes:
    """Say what an object holds itself, as ``vars`` does."""

    target: int


@dataclass(frozen=True)
class Call:
    """Call an object; the names in ``lend`` mean the grader's functions meanwhile."""

    target: int
    args: Value
    kwargs: Value
    lend: list[str]


@dataclass(frozen=True)
class Lent:
    """What a lent function returned, or why it did not."""

    value: Value = None
    problem: str = ""


# --- from the kernel ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """The question is dealt with, and there is nothing to say."""


@dataclass(frozen=True)
class Shown:
    """What a cell showed, as outputs of a notebook."""

    outputs: list[dict]


@dataclass(frozen=True)
class Found:
    """What a name or an attribute means."""

    value: Value


@dataclass(frozen=True)
class Missing:
    """There is nothing of that name."""


@dataclass(frozen=True)
class Attributes:
    """What an object holds: name → value.

    Attributes
    ----------
    given : the names of those that are the very objects which the last call gave by these names
    """

    attributes: dict[str, Value]
    given: list[str]


@dataclass(frozen=True)
class Called:
    """All that a call did.

    Attributes
    ----------
    value : what it returned
    failure : the exception that it raised instead, or None
    changed : place of an argument, counted from "0" → what it is now, for those that the call changed
    earlier : number of an earlier result → what it is now, for those that the call changed
    kept : the number under which this result is watched from now on, or None
    global_random : whether NumPy's global random numbers were used
    warnings : category and text of each
    printed : what was written to standard output and error
    """

    value: Value
    failure: Failure | None
    changed: dict[str, Value]
    earlier: dict[str, Value]
    kept: int | None
    global_random: bool
    warnings: list[list[str]]
    printed: str


@dataclass(frozen=True)
class Borrow:
    """While a call runs: call the function that was lent under this name."""

    name: str
    args: Value
    kwargs: Value


@dataclass(frozen=True)
class Damaged:
    """The code that ran in the kernel broke it."""

    problem: str


# --- JSON --------------------------------------------------------------------------------------------------------------


def to_json(number: int, message: Any) -> dict:
    """Return a message as what ``json.dumps`` takes, with the number of the question that it is or answers."""
    fields = {name: vars(value) if is_dataclass(value) else value for name, value in vars(message).items()}
    return {"number": number, "message": type(message).__name__, **fields}


def from_json(content: Any, kinds: tuple[type, ...]) -> tuple[int, Any]:
    """Return the number and the message that a dictionary stands for.

    Parameters
    ----------
    kinds : the messages that may come

    Raises
    ------
    ValueError : if it is none of them, lacks a field, or has one too many or of another type
    """
    if not isinstance(content, dict):
        raise ValueError("not a message")
    fields = dict(content)
    number, name = _as(int, fields.pop("number", None)), fields.pop("message", None)
    kind = next((kind for kind in kinds if kind.__name__ == name), None)
    if kind is None:
        raise ValueError(f"no message of the kind {name!r:.50} is awaited")
    return number, _as(kind, fields)


def _as(kind: Any, value: Any) -> Any:
    """Return what JSON holds as a field of this type.

    Raises
    ------
    ValueError : if it is of another type
    """
    of, inner = get_origin(kind) or kind, get_args(kind)
    if of is Any or (type(value) is of and not inner):
        return value
    if of is UnionType:  # X | None
        return None if value is None else _as(next(one for one in inner if one is not NoneType), value)
    if of is list and isinstance(value, list):
        return [_as(inner[0], item) for item in value]
    if of is tuple and isinstance(value, list):  # tuple[X, ...]
        return tuple(_as(inner[0], item) for item in value)
    if of is dict and isinstance(value, dict):
        return {_as(inner[0], key): _as(inner[1], item) for key, item in value.items()}
    if is_dataclass(of) and isinstance(value, dict) and value.keys() == _types(of).keys():
        return of(**{name: _as(_types(of)[name], item) for name, item in value.items()})
    raise ValueError(f"{type(value).__name__} instead of {kind}")


@functools.cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
