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
    """

    def __init__(self, leash: socket.socket):
        self._leash = leash
        self.refused: list[str] = []
        self._cpu = self._cpu_before = self._waited = self._spent_before = 0.0
        self._allowed, self._next_look = 0.0, _LOOK_SECONDS

    def allow(self, seconds: float) -> None:
        """Let the kernel use so many seconds from now on."""
        self._spent_before = self.spent()
        self._allowed, self._cpu_before, self._waited, self._next_look = seconds, self._cpu, 0.0, _LOOK_SECONDS

    def spent(self) -> float:
        """Return the seconds that the kernel used since it started."""
        self._look()
        return self._spent_before + max(self._computed, self._waited / PATIENCE)

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Count the time that passes meanwhile as time that the kernel is waited for."""
        started = time.monotonic()
        try:
            yield
        finally:
            self._waited += time.monotonic() - started

    @property
    def deadline(self) -> float:
        """The point of ``time.monotonic`` at which the time is up, even if nothing is computed."""
        return time.monotonic() + max(PATIENCE * self._allowed - self._waited, _LOOK_SECONDS)

    def is_up(self) -> bool:
        """Return whether more was used than allowed; a look at the CPU time is taken now and then."""
        if self._waited >= self._next_look:
            self._next_look = self._waited + _LOOK_SECONDS
            self._look()
        return max(self._computed, self._waited / PATIENCE) > self._allowed

    def reason(self) -> str:
        """Say, for a student, why the time is up."""
        if self._computed > self._allowed:
            return f"it used more than {self._allowed:.3g} seconds of computing time"
        return f"it gave no answer for {PATIENCE * self._allowed:.3g} seconds"

    @property
    def _computed(self) -> float:
        return self._cpu - self._cpu_before

    def _look(self) -> None:
        """Ask the guard; of a kernel that has ended, its last word counts."""
        with contextlib.suppress(OSError):
            self._leash.sendall(b"?")
        with contextlib.suppress(OSError, ChannelClosed, ValueError):
            _, used = from_json(receive(self._leash, time.monotonic() + _ANSWER_SECONDS), (Used,))
            self._cpu, self.refused = max(self._cpu, used.seconds), used.refused
