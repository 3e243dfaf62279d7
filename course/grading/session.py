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
from pathlib import Path
from typing import Any

import numpy as np
import sklearn.exceptions

from course.checks import functions
from course.checks.calls import Failure
from course.grading.channel import ChannelClosed, TooLate, receive, send
from course.grading.estimator import make_estimator
from course.grading.inside.kernel import _plain_state, make_generator
from course.grading.sandbox import IsolationMissing, Limits, Sandbox
from course.grading.unusual import decode_unusual, encode_unusual
from course.plain import Foreign, Function, decode, encode

_MOST_LENT = 1_000_000  # numbers in the arguments of a call that student code makes here
_MEMORY_LENT = 2**30  # bytes that such a call may take


class KernelDied(Exception):
    """The student's kernel ended, or was ended; the message says why, in words for the student.

    Attributes
    ----------
    late : whether it was ended because time was up
    """

    def __init__(self, reason: str, late: bool = False):
        super().__init__(reason)
        self.late = late


class Session:
    """One student's kernel.

    Parameters
    ----------
    files : name → content of the files that lie beside the notebook, such as given.py
    deadline : a point of ``time.monotonic`` at which the whole notebook must be done

    Attributes
    ----------
    dead : why the kernel ended, in words for the student; empty while it lives
    lent : name → function that the student's functions may call here, while one of them is being called
    revealed : the names that were ever lent: this kernel may have noted what they return
    revive : is asked for a stand-in's successor in a new kernel after this one died; set by who can make one

    Raises
    ------
    IsolationMissing : if the kernel does not even start
    """

    def __init__(self, sandbox: Sandbox, limits: Limits, files: Mapping[str, bytes], deadline: float):
        self.limits, self._deadline = limits, deadline
        self._connection, self._leash = sandbox.fork(limits)
        self._number = 0
        self._until: float | None = None
        self._is_short = self._calling = False
        self._standins: dict[int, StandIn] = {}
        self._results: dict[str, Any] = {}
        self.lent: dict[str, Callable] = {}
        self.revealed: set[str] = set()
        self.revive: Callable[[StandIn], None] | None = None
        self.dead = ""
        self._written = ""  # all cells that were run
        try:
            self.ask("files", files={name: base64.b64encode(content).decode() for name, content in files.items()})
        except KernelDied as died:
            if died.late:
                raise
            # No student code has run yet: it is not the student who must pay for this.
            raise IsolationMissing("The sandbox could not start a kernel. Is the memory or the disk full?") from None

    # --- messages

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give all requests of a cell together so many seconds."""
        self._until = min(time.monotonic() + seconds, self._deadline)
        self._is_short = seconds < self.limits.cell_seconds
        try:
            yield
        finally:
            self._until, self._is_short = None, False

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
            send(self._connection, {"number": self._number, "operation": operation, **request}, limit)
            while True:
                answer = receive(self._connection, limit)
                if not isinstance(answer, dict):
                    raise ChannelClosed("not an answer")
                if "borrow" in answer and self._calling:
                    send(self._connection, self._lend(answer), limit)
                elif answer.get("number") == self._number:
                    break
                else:
                    raise ChannelClosed("an answer to no question")
        except TooLate:
            left = "was left after other cells took too long" if self._is_short else None
            self._end(f"it took longer than {left or f'{self.limits.cell_seconds:g} seconds'}", late=True)
        except ChannelClosed:
            self._end("the kernel ended: it crashed, ran out of memory, or was told to exit")
        if "problem" in answer:
            self._end("the kernel was damaged by the code that ran in it")
        return answer

    def _end(self, reason: str, *, late: bool = False) -> None:
        self.close()
        self.dead = reason
        raise KernelDied(reason, late) from None

    def close(self) -> None:
        """End the kernel and everything that it started."""
        self.dead = self.dead or "it was closed"
        self._connection.close()
        self._leash.close()

    def _lend(self, request: dict) -> dict:
        """Call a function that is lent, with arguments that student code chose."""
        try:
            function = self.lent.get(str(request["borrow"]))
            if function is None:
                raise ValueError("this function is not lent")
            args, kwargs = self.decode(request.get("args")), self.decode(request.get("kwargs"))
            if _count_numbers([args, kwargs]) > _MOST_LENT:
                raise ValueError("the arguments are too large")
            with _little_memory(_MEMORY_LENT):
                return {"value": self.encode(function(*args, **kwargs))}
        except Exception as problem:
            return {"failure": f"{type(problem).__name__}: {problem}"[:500]}

    # --- cells and names

    def run_cell(self, source: str, seconds: float) -> list:
        """Run a cell of the student; return what it shows, in the form that the kernel gave it."""
        self._written += f"{source}\n"
        with self.within(seconds):
            outputs = self.ask("cell", source=source).get("outputs")
        return outputs if isinstance(outputs, list) else []

    def look_up(self, name: str) -> Any:
        """Return what a name means in the student's notebook.

        Raises
        ------
        KeyError : if it is not defined there
        """
        answer = self.ask("name", name=name)
        if "value" not in answer:
            raise KeyError(name)
        value = self.decode(answer["value"])
        if isinstance(value, StandIn):
            value.__dict__.setdefault("_name", name)
        return value

    def look_inside(self, standin: StandIn) -> tuple[dict[str, Any], set[str]]:
        """Return the attributes that an object of the student holds itself, each as it was sent, and the names of those
        that are the very objects that the last call gave by these names."""
        answer = self.ask("attributes", target=standin._handle)
        attributes, given = answer.get("attributes"), answer.get("given")
        return attributes if isinstance(attributes, dict) else {}, set(
            map(str, given if isinstance(given, list) else ())
        )

    # --- values

    def encode(self, value: Any) -> Any:
        unusual = encode_unusual(value, self.encode)  # first, since some sparse matrices are dictionaries, too
        return encode(value, binary=True, special=self._encode_special) if unusual is None else unusual

    def _encode_special(self, value: Any) -> dict | None:
        if isinstance(value, StandIn):
            return {"object": value._handle}
        if isinstance(value, np.random.Generator):
            return {"generator": _plain_state(value.bit_generator.state)}
        name = getattr(value, "__name__", "")
        if callable(value) and getattr(functions, str(name), None) is value:
            return {"function": name}
        if (unusual := encode_unusual(value, self.encode)) is not None:
            return unusual
        raise TypeError(f"{value!r:.100} cannot be sent to a student's kernel: only plain values can")

    def decode(self, value: Any) -> Any:
        """Decode what a kernel sent; whatever is malformed becomes a Foreign, which equals nothing."""
        try:
            return decode(value, self._decode_special, trusted=False)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError):
            return Foreign("malformed value")

    def _decode_special(self, value: dict) -> Any:
        match value:
            case {"object": int() as handle, "type": type_name}:
                if handle not in self._standins:
                    self._standins[handle] = make_standin(self, handle, str(type_name)[:100], value.get("callable"))
                return self._standins[handle]
            case {"generator": {"bit_generator": "PCG64" | "PCG64DXSM" | "SFC64"} as state}:
                return make_generator(state)  # NumPy does not look at the state of other kinds, and may crash on it
            case {"objects": list(), "shape": list()}:
                return decode_unusual(value, self.decode)
            case {"iterator": list() as items}:
                return iter([self.decode(item) for item in items])
        raise ValueError("unknown value")

    # --- calls

    def call(self, handle: int, args: tuple, kwargs: dict) -> Any:
        """Call an object of the student, and let everything happen here that happened there."""
        sent = [self._as_argument(item) for item in args]
        self._calling = True
        try:
            answer = self.ask(
                "call", target=handle, args={"list": sent}, kwargs=self.encode(dict(kwargs)), lend=sorted(self.lent)
            )
        finally:
            self._calling = False
        self._mirror_arguments([*args, *kwargs.values()], answer.get("changed"))
        self._mirror_results(answer.get("earlier"))
        self._mirror_side_effects(answer)
        if "value" not in answer:
            raise self._remote_exception(answer.get("failure"))
        value = self.decode(answer["value"])
        if isinstance(answer.get("kept"), int):
            self._results[str(answer["kept"])] = value
        return value

    def _remote_exception(self, described: Any) -> Exception:
        """Make an exception of the same kind as the one in the student's kernel, with its description.

        Feedback names its class and its line. Both must be of the submission: made up in a call, they could spell out the
        hidden input of that call.
        """
        described = described if isinstance(described, dict) else {}
        types = described.get("types")
        types = tuple(str(name)[:100] for name in types[:50]) if isinstance(types, list) else ("Exception",)
        base_name, base = next(((name, kind) for name in types if (kind := _known_exception(name))), ("", Exception))
        name, line, number = str(described.get("type_name")), str(described.get("line") or ""), described.get("number")
        line = line if line.strip() and line.strip() in self._written else ""
        failure = Failure(
            type_name=name if _is_public(name) or f"class {name}" in self._written else base_name or "Exception",
            message=str(described.get("message") or "")[:500],
            types=types,
            line=line[:200],
            number=number if line and isinstance(number, int) and 0 < number < 1000 else 0,
            unwritten=str(described.get("unwritten") or "")[:100],
            code_above=described.get("code_above") is True,
        )
        exception = type(_clean(failure.type_name), (_Remote, base), {})(failure.message)
        exception.failure = failure
        return exception

    def _as_argument(self, value: Any) -> Any:
        name = getattr(value, "__name__", "")
        if not isinstance(value, StandIn) and callable(value) and getattr(functions, str(name), None) is value:
            return self.encode(Function(name))
        return self.encode(value)

    def _mirror_arguments(self, arguments: list, changed: Any) -> None:
        for place, value in changed.items() if isinstance(changed, dict) else ():
            if place in map(str, range(len(arguments))):
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
            print(answer["printed"][:2000], end="")
        said = answer.get("warnings")
        for warning in said[:20] if isinstance(said, list) else ():
            if isinstance(warning, list) and len(warning) == 2:
                category = getattr(builtins, str(warning[0]), None) or getattr(
                    sklearn.exceptions, str(warning[0]), None
                )
                known = isinstance(category, type) and issubclass(category, Warning)
                warnings.warn(str(warning[1])[:500], category if known else UserWarning, stacklevel=4)


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


def _is_public(name: str) -> bool:
    """Return whether an exception's name is one of Python's, NumPy's or scikit-learn's."""
    modules = (builtins, np.exceptions, np.linalg, sklearn.exceptions)
    return name == "UFuncTypeError" or any(hasattr(module, name) for module in modules)


def _known_exception(name: str) -> type | None:
    kind = getattr(builtins, name, None) or getattr(sklearn.exceptions, name, None)
    plain = isinstance(kind, type) and issubclass(kind, Exception)
    # Some cannot be made of a message alone. The end of an iteration would end the instructor's own loop, and quietly.
    special = UnicodeError | OSError | BaseExceptionGroup | StopIteration | StopAsyncIteration
    return kind if plain and not issubclass(kind, special) else None


def _clean(name: str) -> str:
    """Return a name that a class can have."""
    return name if name.isidentifier() else "Exception"


class _Remote(Exception):
    """Raised here because it was raised in a student's kernel."""


# --- lending -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def lend(standin: StandIn, functions: Mapping[str, Callable]) -> Iterator[None]:
    """Let the names of other exercises mean the grader's functions while a student's function is called.

    If its kernel died, perhaps in one of these other exercises, it gets a new one.
    """
    if standin._session.dead and standin._session.revive:
        standin._session.revive(standin)
    session = standin._session
    session.lent, session.revealed = dict(functions), session.revealed | set(functions)
    try:
        yield
    finally:
        session.lent = {}


def _count_numbers(value: Any) -> int:
    """Count what arguments hold; a single large number counts as what it may be the size of."""
    if isinstance(value, list | tuple | dict):
        return 1 + sum(map(_count_numbers, value.values() if isinstance(value, dict) else value))
    if isinstance(value, np.ndarray):
        return value.size
    return min(abs(value), 2**62) if isinstance(value, int) else 1


@contextlib.contextmanager
def _little_memory(size: int) -> Iterator[None]:
    """Let this process take so many bytes more, and then raise a MemoryError."""
    import resource  # not on Windows, where the build imports this module and nobody grades

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    most = [used + size, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(most), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


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
    """A function, a class or an object with ``__call__`` of the student.

    Attributes
    ----------
    bases : the names of a class's bases, the class itself included; empty for anything else
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.call(self._handle, args, kwargs)

    def as_estimator(self) -> type:
        """Return a class that scikit-learn's tools can work with; what it does is done by the student's class."""
        return make_estimator(self)


def make_standin(session: Session, handle: int, type_name: str, described: Any) -> StandIn:
    """Return the stand-in for an object that a kernel described."""
    if not isinstance(described, dict):
        return StandIn(session, handle, type_name)
    standin = CallableStandIn(session, handle, type_name)
    standin.__dict__["__name__"] = str(described.get("name") or "")[:100]
    bases = described.get("bases")
    standin.__dict__["bases"] = tuple(str(name)[:100] for name in bases[:50]) if isinstance(bases, list) else ()
    with contextlib.suppress(TypeError, ValueError, KeyError, IndexError):
        standin.__dict__["__signature__"] = _signature(described["parameters"], session.decode)
    return standin


def _signature(parameters: Any, decode: Callable) -> inspect.Signature:
    if not isinstance(parameters, list):
        raise TypeError("this callable does not tell its arguments")
    kinds = list(inspect._ParameterKind)
    return inspect.Signature(
        [
            inspect.Parameter(
                str(name),
                kinds[int(kind)],
                default=decode(described["default"]) if "default" in described else inspect.Parameter.empty,
            )
            for name, kind, described in parameters[:100]
        ]
    )
