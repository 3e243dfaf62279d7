"""A limit on the time that one call of an answer may take; on every system, in whichever thread a notebook runs."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from typing import Any

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
    over = threading.Event()
    threading.Thread(target=_watch, args=(threading.get_ident(), seconds, over), daemon=True).start()
    try:
        try:
            return function()
        finally:
            over.set()
    except TimeUp:
        over.set()  # it may have come just before the line above
        raise


def _watch(thread: int, seconds: float, over: threading.Event) -> None:
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
