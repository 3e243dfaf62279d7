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
import select
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sklearn.exceptions

from course.checks import functions
from course.checks.calls import Failure
from course.checks.limit import TimeUp, run_for
from course.errors import IsolationMissing
from course.grading.estimator import make_estimator
from course.grading.sandbox import Limits, Sandbox
from course.grading.stopwatch import Stopwatch
from course.plain import Foreign, Function, decode, encode
from course.sandboxed import messages
from course.sandboxed.channel import ChannelClosed, TooLate, receive, send
from course.sandboxed.values import decode_test_input, encode_test_input, generator_state, make_generator

_MOST_LENT = 1_000_000  # numbers in the arguments of a call that student code makes here
_LOOK_SECONDS = 0.25  # between two looks at the time of a kernel that does not answer
_MEMORY_LENT = 2**30  # bytes that such a call may take


class KernelDied(Exception):
    """The student's kernel ended, or was ended; the message says why, in words for the student."""


class OutOfTime(KernelDied):
    """It was ended because time was up, which says nothing of whether the answer is right."""


class Session:
    """One student's kernel.

    Parameters
    ----------
    files : name → content of the files that lie beside the notebook, such as given.py
    out_of_time : is told the reason if time is up

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

    def __init__(
        self,
        sandbox: Sandbox,
        limits: Limits,
        files: Mapping[str, bytes],
        out_of_time: Callable[[str], None] = lambda reason: None,
    ):
        self._limits = limits
        self._connection, self._leash = sandbox.fork(limits)
        self._number = 0
        self._standins: dict[int, StandIn] = {}
        self._results: dict[str, Any] = {}
        self.lent: dict[str, Callable] = {}
        self.revealed: set[str] = set()
        self.revive: Callable[[StandIn], None] | None = None
        self._out_of_time = out_of_time
        self.dead = ""
        self._written = ""  # all cells that were run
        self._stopwatch = Stopwatch(self._leash)
        self.allow(limits.cell_seconds)
        try:
            self.ask(
                messages.PutFiles({name: base64.b64encode(content).decode() for name, content in files.items()}),
                messages.Done,
            )
        except OutOfTime:
            raise
        except KernelDied:
            # No student code has run yet: it is not the student who must pay for this.
            raise IsolationMissing("The sandbox could not start a kernel. Is the memory or the disk full?") from None

    def allow(self, seconds: float) -> None:
        """Let all requests from now on take so many seconds together."""
        self._is_short = seconds < self._limits.cell_seconds
        self._stopwatch.allow(seconds)

    def spent(self) -> float:
        """Return the seconds that all requests took since it was allowed some."""
        return self._stopwatch.spent()

    @property
    def others(self) -> int:
        """How many threads and processes there were besides the kernel's own thread, when its time was last looked at."""
        return self._stopwatch.others

    @property
    def refused(self) -> list[str]:
        """The system calls that it tried and was refused, as ``messages.Used`` has them, when it was last looked."""
        return self._stopwatch.refused

    # --- messages

    def ask(self, request: Any, *kinds: type) -> Any:
        """Send a request and wait for its answer, which is of one of these kinds.

        Raises
        ------
        KernelDied : if there is none in time, or what comes back is no such answer
        """
        if self.dead:
            raise KernelDied(self.dead)
        self._number += 1
        try:
            self._send(request)
            while isinstance(answer := self._receive((*kinds, messages.Damaged)), messages.Borrow):
                self._send(self._lend(answer))
        except TooLate:
            self._end_late()
        except ChannelClosed:
            self._end(KernelDied("the kernel ended: it crashed, ran out of memory, or was told to exit"))
        except ValueError:
            answer = messages.Damaged("not an answer to the question")
        if isinstance(answer, messages.Damaged):
            self._end(KernelDied("the kernel was damaged by the code that ran in it"))
        return answer

    def _send(self, message: Any) -> None:
        with self._stopwatch.waiting():
            send(self._connection, messages.to_json(self._number, message), self._stopwatch.deadline)

    def _receive(self, kinds: tuple[type, ...]) -> Any:
        ready: list = []
        while not ready:
            if self._stopwatch.is_up():
                raise TooLate("no answer in time")
            with self._stopwatch.waiting():
                ready, _, _ = select.select([self._connection], [], [], _LOOK_SECONDS)
        with self._stopwatch.waiting():
            content = receive(self._connection, self._stopwatch.deadline)
        number, answer = messages.from_json(content, kinds)
        if number != self._number:
            raise ValueError("an answer to another question")
        return answer

    def _end_late(self) -> None:
        reason = self._stopwatch.reason()
        if self._is_short:
            reason += ", which is what the other cells of this exercise had left"
        self._out_of_time(reason)
        self._end(OutOfTime(reason))

    def _end(self, died: KernelDied) -> None:
        self.close()
        self.dead = str(died)
        raise died from None

    def close(self) -> None:
        """End the kernel and everything that it started."""
        self._stopwatch.look()  # while it can still be asked
        self.dead = self.dead or "it was closed"
        self._connection.close()
        self._leash.close()

    def _lend(self, request: messages.Borrow) -> messages.Lent:
        """Call a function that is lent, with arguments that student code chose."""
        try:
            function = self.lent.get(request.name)
            if function is None:
                raise ValueError("this function is not lent")
            args, kwargs = self.decode(request.args), self.decode(request.kwargs)
            if _count_numbers([args, kwargs]) > _MOST_LENT:
                raise ValueError("the arguments are too large")
            with _little_memory(_MEMORY_LENT), self._stopwatch.lending():
                result = run_for(self._stopwatch.left, lambda: function(*args, **kwargs))
                return messages.Lent(value=self.encode(result))
        except TimeUp:
            raise TooLate("what it borrowed took too long") from None
        except Exception as problem:
            return messages.Lent(problem=f"{type(problem).__name__}: {problem}"[:500])

    # --- cells and names

    def run_cell(self, source: str, *, draw: bool = False) -> list[dict]:
        """Run a cell of the student; return what it shows, in the form that the kernel gave it.

        Parameters
        ----------
        draw : make pictures of its figures; else they are words, since nobody looks at them
        """
        self._written += f"{source}\n"
        return self.ask(messages.RunCell(source, draw), messages.Shown).outputs

    def look_up(self, name: str) -> Any:
        """Return what a name means in the student's notebook.

        Raises
        ------
        KeyError : if it is not defined there
        """
        answer = self.ask(messages.LookUp(name), messages.Found, messages.Missing)
        if isinstance(answer, messages.Missing):
            raise KeyError(name)
        value = self.decode(answer.value)
        if isinstance(value, StandIn):
            value.__dict__.setdefault("_name", name)
        return value

    def look_inside(self, standin: StandIn) -> tuple[dict[str, Any], set[str]]:
        """Return the attributes that an object of the student holds itself, each as it was sent, and the names of those
        that are the very objects that the last call gave by these names."""
        answer = self.ask(messages.GetAttributes(standin._handle), messages.Attributes)
        return answer.attributes, set(answer.given)

    # --- values

    def encode(self, value: Any) -> Any:
        code = encode_test_input(value, self.encode)  # first, since some sparse matrices are dictionaries, too
        return encode(value, binary=True, special=self._encode_special) if code is None else code

    def _encode_special(self, value: Any) -> dict | None:
        if isinstance(value, StandIn):
            return {"object": value._handle}
        if isinstance(value, np.random.Generator):
            return {"generator": generator_state(value)}
        name = getattr(value, "__name__", "")
        if callable(value) and getattr(functions, str(name), None) is value:
            return {"function": name}
        if (code := encode_test_input(value, self.encode)) is not None:
            return code
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
                return decode_test_input(value, self.decode)
            case {"iterator": list() as items}:
                return iter([self.decode(item) for item in items])
        raise ValueError("unknown value")

    # --- calls

    def call(self, handle: int, args: tuple, kwargs: dict) -> Any:
        """Call an object of the student, and let everything happen here that happened there."""
        sent = {"list": [self._as_argument(item) for item in args]}
        answer = self.ask(
            messages.Call(handle, sent, self.encode(dict(kwargs)), sorted(self.lent)), messages.Called, messages.Borrow
        )
        self._mirror_arguments([*args, *kwargs.values()], answer.changed)
        self._mirror_results(answer.earlier)
        _mirror_side_effects(answer)
        if answer.failure:
            raise self._remote_exception(answer.failure)
        value = self.decode(answer.value)
        if answer.kept is not None:
            self._results[str(answer.kept)] = value
        return value

    def _remote_exception(self, described: Failure) -> Exception:
        """Make an exception of the same kind as the one in the student's kernel, with its description.

        Feedback names its class and its line. Both must be of the submission: made up in a call, they could spell out the
        hidden input of that call.
        """
        types = tuple(name[:100] for name in described.types[:50])
        base_name, base = next(((name, kind) for name in types if (kind := _known_exception(name))), ("", Exception))
        name, line = described.type_name, described.line
        line = line if line.strip() and line.strip() in self._written else ""
        failure = Failure(
            type_name=name if _is_public(name) or f"class {name}" in self._written else base_name or "Exception",
            message=described.message[:500],
            types=types,
            line=line[:200],
            number=described.number if line and 0 < described.number < 1000 else 0,
            unwritten=described.unwritten[:100],
            code_above=described.code_above,
        )
        exception = type(_clean(failure.type_name), (_Remote, base), {})(failure.message)
        exception.failure = failure
        return exception

    def _as_argument(self, value: Any) -> Any:
        name = getattr(value, "__name__", "")
        if not isinstance(value, StandIn) and callable(value) and getattr(functions, str(name), None) is value:
            return self.encode(Function(name))
        return self.encode(value)

    def _mirror_arguments(self, arguments: list, changed: dict[str, Any]) -> None:
        for place, value in changed.items():
            if place in map(str, range(len(arguments))):
                _copy_into(arguments[int(place)], self.decode(value))

    def _mirror_results(self, changed: dict[str, Any]) -> None:
        for number, value in changed.items():
            if number in self._results:
                _copy_into(self._results[number], self.decode(value))


def _mirror_side_effects(answer: messages.Called) -> None:
    if answer.global_random:
        np.random.random()  # noqa: NPY002  (the answer drew from the global numbers, so they move here too)
    if answer.printed:
        print(answer.printed[:2000], end="")
    for warning in answer.warnings[:20]:
        if len(warning) == 2:
            category = getattr(builtins, warning[0], None) or getattr(sklearn.exceptions, warning[0], None)
            known = isinstance(category, type) and issubclass(category, Warning)
            warnings.warn(warning[1][:500], category if known else UserWarning, stacklevel=4)


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
        answer = self._session.ask(messages.GetAttribute(self._handle, name), messages.Found, messages.Missing)
        if isinstance(answer, messages.Missing):
            raise AttributeError(f"the student's {self._type_name} has no attribute {name!r}")
        return self._session.decode(answer.value)

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
