"""A limit on the time that one call of an answer may take; on every system, in whichever thread a notebook runs.

A thread watches the call and stops it. A browser has no threads: there the call itself looks at the clock, at each line of
the notebook's own code and at each call of anything else.
"""

from __future__ import annotations

import sys
import sysconfig
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
_AGAIN = 0.5  # seconds until a loop that catches everything is stopped once more
_TRIES = 20


class TimeUp(BaseException):
    """A call took too long. It is no Exception, so that an answer's own ``except Exception`` lets it pass."""


def run_for(seconds: float | None, function: Callable[[], Any]) -> Any:
    """Return ``function()``, and stop it when it has taken so many seconds by the clock and by the CPU.

    By both: on a busy machine the clock runs while the function waits, and with many cores the CPU's time outruns the clock.

    Raises
    ------
    TimeUp : at the line that was running then. A call into C is not stopped before it returns
    """
    if seconds is None:
        return function()
    over = _watch_from_a_thread(seconds)
    if over is None:
        return _run_traced(seconds, function)
    try:
        try:
            return function()
        finally:
            over.set()
    except TimeUp:
        over.set()  # it may have come just before the line above
        raise


def _watch_from_a_thread(seconds: float) -> Any:
    """Let another thread watch this one, until the event that comes back is set; return None where there are no threads."""
    try:
        import threading

        over = threading.Event()
        threading.Thread(target=_watch, args=(threading.get_ident(), seconds, over), daemon=True).start()
    except (ImportError, RuntimeError):  # a browser's Python has the module, but starts no thread
        return None
    return over


def _watch(thread: int, seconds: float, over: Any) -> None:
    import ctypes

    clock, cpu = time.monotonic(), time.process_time()
    over.wait(seconds)
    while min(time.monotonic() - clock, time.process_time() - cpu) < seconds:
        if over.wait(0.1):
            return
    for _ in range(_TRIES):
        if over.is_set():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TimeUp))
        over.wait(_AGAIN)


# --- without threads ---------------------------------------------------------------------------------------------------


class _Look:
    """What Python calls at each line: it looks at the clocks, and at those of the limit around this one."""

    def __init__(self, seconds: float, around: Any):
        self._seconds = seconds
        self._around = around if isinstance(around, _Look) else None
        self._clock, self._cpu = time.monotonic(), time.process_time()

    def __call__(self, frame: FrameType, event: str, arg: Any) -> _Look | None:
        self.look()
        # None: at no line of this call does Python look.
        return None if frame.f_code.co_filename.startswith(_LIBRARIES) else self

    def look(self) -> None:
        if self._around:
            self._around.look()
        if min(time.monotonic() - self._clock, time.process_time() - self._cpu) > self._seconds:
            raise TimeUp


def _run_traced(seconds: float, function: Callable[[], Any]) -> Any:
    """Return ``function()``, and look at the clocks at each of its lines.

    Raises
    ------
    TimeUp : if it takes too long. A loop that catches even this goes on: Python stops tracing when a trace raises
    """
    before = sys.gettrace()
    sys.settrace(_Look(seconds, before))
    try:
        return function()
    finally:
        sys.settrace(before)
