"""Landlock: a second wall behind the mounts. What a kernel sees it may read, and it writes in its own folders only.

Linux has it since 5.13; each version knows more. Where it is missing, or too old, nothing happens, and the mounts stand alone.

Sources: ``man 7 landlock``, ``linux/landlock.h``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the numbers of the calls, the same on every machine
_ASK_FOR_VERSION, _PATH_BENEATH = 1, 1
_NEEDED = 2  # before it, no file could be moved to another folder, not even between one's own

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_MAKE_DEVICES = 1 << 6 | 1 << 11
_TRUNCATE = 1 << 14
_TCP = 1 << 0 | 1 << 1  # bind, connect
_SCOPED = 1 << 0 | 1 << 1  # abstract sockets and signals stay among the processes that are restricted together

_LIBC = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Return which version of Landlock this Linux has; 0 if it has none, or none that is of use."""
    found = _LIBC.syscall(_CREATE, None, ctypes.c_size_t(0), _ASK_FOR_VERSION)
    return found if found >= _NEEDED else 0


def restrict(own: Iterable[str], devices: Iterable[str] = ()) -> bool:
    """Let this process, and all that it starts, write only below these folders; return whether Landlock is there.

    Parameters
    ----------
    own : folders in which everything is allowed, except to make devices
    devices : files that may be written, too

    Raises
    ------
    OSError : if it is there and cannot be used; ``no_new_privs`` must be set
    """
    known = version()
    if not known:
        return False
    everything = (1 << 15 if known >= 3 else 1 << 14) - 1
    sizes = 8 if known < 4 else 16 if known < 6 else 24
    attributes = struct.pack("=QQQ", everything, _TCP, _SCOPED)[:sizes]
    rules = _require(_LIBC.syscall(_CREATE, attributes, ctypes.c_size_t(sizes), 0))
    try:
        _allow(rules, "/", _READ)
        for folder in own:
            _allow(rules, folder, everything & ~_MAKE_DEVICES)
        for device in devices:
            with contextlib.suppress(FileNotFoundError):
                _allow(rules, device, (_READ_FILE | _WRITE_FILE | _TRUNCATE) & everything)
        _require(_LIBC.syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)
    return True


def _allow(rules: int, path: str, access: int) -> None:
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _require(_LIBC.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", access, beneath), 0))
    finally:
        os.close(beneath)


def _require(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock failed")
    return result
