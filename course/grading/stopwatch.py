"""How much of its time a student's kernel has used.

What counts is CPU time, of the kernel and of all that it started: a machine that is busy with something else takes nothing
away from an answer. A kernel that only waits is found by the wall clock, which counts a fifth.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

from course.sandboxed.channel import ChannelClosed, receive
from course.sandboxed.messages import Used, from_json

PATIENCE = 5  # seconds of waiting that count as one
IDLE = 15  # seconds in which a kernel may do nothing, although it could: nobody waits longer for one that sleeps
_LOOK_SECONDS = 0.25  # between two questions for the CPU time
_ANSWER_SECONDS = 60  # that the guard has on a very busy machine


class Stopwatch:
    """The time of one kernel.

    Parameters
    ----------
    leash : answers with what the kernel used, see :meth:`course.grading.sandbox.Sandbox.fork`; student code does not reach it

    Attributes
    ----------
    refused : the system calls that the kernel was refused so far, as ``messages.Used`` has them
    others : how many threads and processes there are besides the kernel's own thread, when it was last looked
    """

    def __init__(self, leash: socket.socket):
        self._leash = leash
        self.refused: list[str] = []
        self.others = 0
        self._cpu = self._cpu_before = self._waited = 0.0
        self._delayed: float | None = 0.0
        self._delayed_before = self._lent = 0.0
        self._allowed, self._next_look = 0.0, _LOOK_SECONDS

    def allow(self, seconds: float) -> None:
        """Let the kernel use so many seconds from now on."""
        self.look()
        self._allowed, self._cpu_before, self._waited, self._next_look = seconds, self._cpu, 0.0, _LOOK_SECONDS
        self._delayed_before, self._lent = self._delayed or 0.0, 0.0

    def spent(self) -> float:
        """Return the seconds that the kernel used since it was allowed some."""
        self.look()
        return max(self._computed, self._waited / PATIENCE)

    @property
    def left(self) -> float:
        """The seconds that the kernel still had when it was last looked."""
        return max(self._allowed - max(self._computed, self._waited / PATIENCE), 0.0)

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Count the time that passes meanwhile as time that the kernel is waited for."""
        started = time.monotonic()
        try:
            yield
        finally:
            self._waited += time.monotonic() - started

    @contextlib.contextmanager
    def lending(self) -> Iterator[None]:
        """Count the time that this process computes meanwhile as time that the kernel computes: it is done for it."""
        started = time.thread_time()
        try:
            yield
        finally:
            self._lent += time.thread_time() - started

    @property
    def deadline(self) -> float:
        """The point of ``time.monotonic`` at which the time is up, even if nothing is computed."""
        return time.monotonic() + max(min(PATIENCE * self._allowed - self._waited, IDLE), _LOOK_SECONDS)

    def is_up(self) -> bool:
        """Return whether more was used than allowed; a look at the CPU time is taken now and then."""
        if self._waited >= self._next_look:
            self._next_look = self._waited + _LOOK_SECONDS
            self.look()
        return not self.left or self._idle > min(PATIENCE * self._allowed, IDLE)

    def reason(self) -> str:
        """Say, for a student, why the time is up."""
        if self._computed >= self._allowed:
            return f"it used more than {self._allowed:.3g} seconds of computing time"
        seconds = PATIENCE * self._allowed if self._delayed is None else min(PATIENCE * self._allowed, IDLE)
        return f"it gave no answer for {seconds:.3g} seconds"

    @property
    def _computed(self) -> float:
        return self._cpu - self._cpu_before + self._lent

    @property
    def _idle(self) -> float:
        """Seconds in which the kernel neither computed nor waited for a processor; 0 where Linux does not tell."""
        if self._delayed is None:
            return 0.0
        return self._waited - (self._cpu - self._cpu_before) - (self._delayed - self._delayed_before)

    def look(self) -> None:
        """Ask the guard; of a kernel that has ended, its last word counts."""
        with contextlib.suppress(OSError):
            self._leash.sendall(b"?")
        with contextlib.suppress(OSError, ChannelClosed, ValueError):
            _, used = from_json(receive(self._leash, time.monotonic() + _ANSWER_SECONDS), (Used,))
            self._cpu, self.refused, self.others = max(self._cpu, used.seconds), used.refused, used.others
            self._delayed = used.delayed
