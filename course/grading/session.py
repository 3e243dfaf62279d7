"""The grader's side of a student's kernel: run a cell, look a name up, call what it means.

Functions and objects of the student appear here as stand-ins. A stand-in's call sends the arguments over as plain values,
has the student's function called there, and brings back plain values: the result, and the arguments as they are after the
call. An instructor's test cell does not notice the difference.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import inspect
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from course.checks import functions
from course.checks.calls import Failure
from course.grading.channel import ChannelClosed, TooLate, receive, send
from course.grading.inside.kernel import _plain_state, make_generator
from course.grading.sandbox import Limits, Sandbox
from course.plain import Foreign, Function, decode, encode


class KernelDied(Exception):
    """The student's kernel ended, or was ended; the message says why, in words for the student."""


class Session:
    """One student's kernel.

    Parameters
    ----------
    files : name → content of the files that lie beside the notebook, such as given.py
    deadline : a point of ``time.monotonic`` at which the whole notebook must be done
    """

    def __init__(self, sandbox: Sandbox, limits: Limits, files: Mapping[str, bytes], deadline: float):
        self.limits, self._deadline = limits, deadline
        self._connection, self._leash = sandbox.fork(limits)
        self._number = 0
        self._until = None
        self._standins: dict[int, StandIn] = {}
        self._results: dict[str, Any] = {}
        self.lent: dict[str, Callable] = {}
        self.dead = ""
        self.ask("files", files={name: base64.b64encode(content).decode() for name, content in files.items()})

    # --- messages

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give all requests of a cell together so many seconds."""
        self._until = min(time.monotonic() + seconds, self._deadline)
        try:
            yield
        finally:
            self._until = None

    def ask(self, operation: str, **request: Any) -> dict:
        """Send a request and wait for its answer.

        Raises
        ------
        KernelDied : if there is none in time, or what comes back is no answer
        """
        if self.dead:
            raise KernelDied(self.dead)
        self._number += 1
        limit = self._until or min(time.monotonic() + self.limits.cell_seconds, self._deadline)
        try:
            send(self._connection, {"number": self._number, "operation": operation, **request})
            while True:
                answer = receive(self._connection, limit)
                if not isinstance(answer, dict):
                    raise ChannelClosed("not an answer")
                if "borrow" in answer:
                    self._lend(answer)
                elif answer.get("number") == self._number:
                    break
                else:
                    raise ChannelClosed("an answer to no question")
        except TooLate:
            self._end(f"it took longer than {self.limits.cell_seconds:g} seconds")
        except ChannelClosed:
            self._end("the kernel ended: it crashed, ran out of memory, or was told to exit")
        if "problem" in answer:
            self._end("the kernel was damaged by the code that ran in it")
        return answer

    def _end(self, reason: str) -> None:
        self.close()
        self.dead = reason
        raise KernelDied(reason) from None

    def close(self) -> None:
        """End the kernel and everything that it started."""
        self.dead = self.dead or "it was closed"
        self._connection.close()
        self._leash.close()

    def _lend(self, request: dict) -> None:
        function = self.lent.get(request.get("borrow"))
        try:
            if function is None:
                raise ValueError("this function is not lent")
            args, kwargs = self.decode(request.get("args")), self.decode(request.get("kwargs"))
            answer = {"value": self.encode(function(*args, **kwargs))}
        except Exception as problem:
            answer = {"failure": f"{type(problem).__name__}: {problem}"[:500]}
        send(self._connection, answer)

    # --- cells and names

    def run_cell(self, source: str) -> tuple[list[dict], bool]:
        """Run a cell of the student; return its outputs and whether it failed."""
        with self.within(self.limits.cell_seconds):
            answer = self.ask("cell", source=source)
        outputs = answer.get("outputs")
        return (outputs if isinstance(outputs, list) else []), bool(answer.get("failed"))

    def look_up(self, name: str) -> Any:
        """Return what a name means in the student's notebook.

        Raises
        ------
        KeyError : if it is not defined there
        """
        answer = self.ask("name", name=name)
        if "value" not in answer:
            raise KeyError(name)
        return self.decode(answer["value"])

    # --- values

    def encode(self, value: Any) -> Any:
        return encode(value, binary=True, special=self._encode_special)

    def _encode_special(self, value: Any) -> dict | None:
        if isinstance(value, StandIn):
            return {"object": value._handle}
        if isinstance(value, np.random.Generator):
            return {"generator": _plain_state(value.bit_generator.state)}
        name = getattr(value, "__name__", "")
        if callable(value) and getattr(functions, str(name), None) is value:
            return {"function": name}
        raise TypeError(f"{value!r:.100} cannot be sent to a student's kernel: only plain values can")

    def decode(self, value: Any) -> Any:
        """Decode what a kernel sent; whatever is malformed becomes a Foreign, which equals nothing."""
        try:
            return decode(value, self._decode_special)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError):
            return Foreign("malformed value")

    def _decode_special(self, value: dict) -> Any:
        match value:
            case {"object": int() as handle, "type": type_name}:
                if handle not in self._standins:
                    self._standins[handle] = make_standin(self, handle, str(type_name)[:100], value.get("callable"))
                return self._standins[handle]
            case {"generator": dict() as state}:
                return make_generator(state)
            case {"iterator": list() as items}:
                return iter([self.decode(item) for item in items])
        raise ValueError("unknown value")

    # --- calls

    def call(self, handle: int, args: tuple, kwargs: dict) -> Any:
        """Call an object of the student, and let everything happen here that happened there."""
        sent = [self._as_argument(item) for item in args]
        answer = self.ask(
            "call", target=handle, args={"list": sent}, kwargs=self.encode(dict(kwargs)), lend=sorted(self.lent)
        )
        self._mirror_arguments([*args, *kwargs.values()], answer.get("changed"))
        self._mirror_results(answer.get("earlier"))
        self._mirror_side_effects(answer)
        if "value" not in answer:
            raise _remote_exception(answer.get("failure"))
        value = self.decode(answer["value"])
        if isinstance(answer.get("kept"), int):
            self._results[str(answer["kept"])] = value
        return value

    def _as_argument(self, value: Any) -> Any:
        name = getattr(value, "__name__", "")
        if not isinstance(value, StandIn) and callable(value) and getattr(functions, str(name), None) is value:
            return self.encode(Function(name))
        return self.encode(value)

    def _mirror_arguments(self, arguments: list, changed: Any) -> None:
        for place, value in changed.items() if isinstance(changed, dict) else ():
            if str(place).isdigit() and int(place) < len(arguments):
                _copy_into(arguments[int(place)], self.decode(value))

    def _mirror_results(self, changed: Any) -> None:
        for number, value in changed.items() if isinstance(changed, dict) else ():
            if number in self._results:
                _copy_into(self._results[number], self.decode(value))

    @staticmethod
    def _mirror_side_effects(answer: dict) -> None:
        if answer.get("global_random"):
            np.random.random()  # noqa: NPY002  (the answer drew from the global numbers, so they move here too)
        if isinstance(answer.get("printed"), str) and answer["printed"]:
            print(answer["printed"], end="")
        for warning in answer.get("warnings") or ():
            if isinstance(warning, list) and len(warning) == 2:
                category = getattr(builtins, str(warning[0]), UserWarning)
                known = isinstance(category, type) and issubclass(category, Warning)
                warnings.warn(str(warning[1]), category if known else UserWarning, stacklevel=4)


def _copy_into(here: Any, there: Any) -> None:
    """Give an array, list, dictionary or generator the content that it has in the student's kernel."""
    if isinstance(here, np.ndarray) and isinstance(there, np.ndarray) and here.shape == there.shape:
        if np.can_cast(there.dtype, here.dtype, casting="same_kind"):
            np.copyto(here, there, casting="same_kind")
    elif isinstance(here, np.random.Generator) and isinstance(there, np.random.Generator):
        with contextlib.suppress(ValueError, TypeError):
            here.bit_generator.state = there.bit_generator.state
    elif isinstance(here, list) and isinstance(there, list | tuple):
        if len(here) == len(there) and all(isinstance(item, np.ndarray | list) for item in here):
            for pair in zip(here, there, strict=True):
                _copy_into(*pair)
        else:
            here[:] = there
    elif isinstance(here, tuple) and isinstance(there, list | tuple) and len(here) == len(there):
        for pair in zip(here, there, strict=True):
            _copy_into(*pair)
    elif isinstance(here, dict) and isinstance(there, dict):
        here.clear()
        here.update(there)


# --- exceptions --------------------------------------------------------------------------------------------------------


def _remote_exception(described: Any) -> Exception:
    """Make an exception of the same kind as the one in the student's kernel, with its description."""
    described = described if isinstance(described, dict) else {}
    types = tuple(str(name)[:100] for name in described.get("types") or ("Exception",))
    number = described.get("number")
    failure = Failure(
        type_name=str(described.get("type_name") or "Exception")[:100],
        message=str(described.get("message") or "")[:500],
        types=types,
        line=str(described.get("line") or "")[:200],
        number=number if isinstance(number, int) else 0,
        unwritten=str(described.get("unwritten") or "")[:100],
    )
    base = next((kind for name in types if (kind := _builtin_exception(name))), Exception)
    exception = type(failure.type_name, (_Remote, base), {})(failure.message)
    exception.failure = failure
    return exception


def _builtin_exception(name: str) -> type | None:
    kind = getattr(builtins, name, None)
    special = ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException")
    plain = isinstance(kind, type) and issubclass(kind, Exception) and name not in special
    return kind if plain and not issubclass(kind, UnicodeError | OSError) else None


class _Remote(Exception):
    """Raised here because it was raised in a student's kernel."""


# --- stand-ins ---------------------------------------------------------------------------------------------------------


class StandIn:
    """An object of the student; its attributes are asked for over there."""

    def __init__(self, session: Session, handle: int, type_name: str):
        self.__dict__.update(_session=session, _handle=handle, _type_name=type_name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        answer = self._session.ask("attribute", target=self._handle, name=name)
        if "value" not in answer:
            raise AttributeError(f"the student's {self._type_name} has no attribute {name!r}")
        return self._session.decode(answer["value"])

    def __repr__(self) -> str:
        return f"<a student's {self._type_name}>"


class CallableStandIn(StandIn):
    """A function, a class or an object with ``__call__`` of the student."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.call(self._handle, args, kwargs)


def make_standin(session: Session, handle: int, type_name: str, described: Any) -> StandIn:
    """Return the stand-in for an object that a kernel described."""
    if not isinstance(described, dict):
        return StandIn(session, handle, type_name)
    standin = CallableStandIn(session, handle, type_name)
    standin.__dict__["__name__"] = str(described.get("name") or "")[:100]
    standin.__dict__["is_class"] = bool(described.get("class"))
    with contextlib.suppress(TypeError, ValueError):
        standin.__dict__["__signature__"] = _signature(described["parameters"])
    return standin


def _signature(parameters: Any) -> inspect.Signature:
    if not isinstance(parameters, list):
        raise TypeError("this callable does not tell its arguments")
    kinds = list(inspect._ParameterKind)
    return inspect.Signature(
        [
            inspect.Parameter(str(name), kinds[int(kind)], default="…" if has_default else inspect.Parameter.empty)
            for name, kind, has_default in parameters
        ]
    )
