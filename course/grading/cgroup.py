"""Control groups: Linux itself limits and counts what a kernel and all that it starts take together, shared memory and all.

This needs a part of the machine's tree of control groups, version 2, that was delegated to the grader, for example by

    systemd-run --user --scope -p Delegate=yes course grade UNIT

Where there is none, the guard adds up what each process takes (``course/sandboxed/guard.py``).

Sources: ``Documentation/admin-guide/cgroup-v2.rst`` of Linux, systemd's ``CGROUP_DELEGATION``.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterable
from pathlib import Path

_CONTROLLERS = ("memory", "pids")  # the seconds of CPU are counted without one
_LEAF = "course-kernel-"
_GRADER = "course-grader"
_CLOSE_SECONDS = 1
_numbers = itertools.count()


class ControlGroup:
    """A delegated folder of the tree, in which each kernel gets one for itself.

    Parameters
    ----------
    folder : where the kernels' folders are made; no process may be in it

    Raises
    ------
    OSError : if it may not be used for that
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._leaves: list[Path] = []
        there = (folder / "cgroup.controllers").read_text().split()
        if not set(_CONTROLLERS) <= set(there):
            raise OSError(f"{folder} controls only {', '.join(there) or 'nothing'}")
        _write(folder / "cgroup.subtree_control", " ".join(f"+{name}" for name in _CONTROLLERS))
        self._remove(leaf for leaf in folder.glob(f"{_LEAF}*") if not Path("/proc", leaf.name.split("-")[2]).exists())

    def make_leaf(self, memory: int, processes: int) -> tuple[int, int]:
        """Make a folder for one kernel; return its descriptor and that of its list of processes.

        Parameters
        ----------
        memory : bytes
        processes : how many processes and threads
        """
        self._remove(self._leaves[:-1])  # a kernel may not have entered the last one yet
        self._leaves = [leaf for leaf in self._leaves if leaf.exists()]
        leaf = self.folder / f"{_LEAF}{os.getpid()}-{next(_numbers)}"
        leaf.mkdir()
        self._leaves.append(leaf)
        _write(leaf / "memory.max", str(memory))
        _write(leaf / "pids.max", str(processes))
        for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            with contextlib.suppress(OSError):  # not on every Linux
                _write(leaf / name, value)
        return os.open(leaf, os.O_RDONLY), os.open(leaf / "cgroup.procs", os.O_WRONLY | os.O_CREAT)

    def close(self) -> None:
        """Take all folders away, as soon as nothing runs in them any more."""
        until = time.monotonic() + _CLOSE_SECONDS
        while self._leaves and time.monotonic() < until:
            self._remove(self._leaves)
            self._leaves = [leaf for leaf in self._leaves if leaf.exists()]
            time.sleep(0.01 if self._leaves else 0)

    @staticmethod
    def _remove(leaves: Iterable[Path]) -> None:
        for leaf in leaves:
            with contextlib.suppress(OSError):  # it is still in use
                leaf.rmdir()


def find_control_group(process: Path = Path("/proc/self"), root: Path | None = None) -> ControlGroup | None:
    """Return the control group that was delegated to this process, or None.

    Parameters
    ----------
    process : the folder in /proc of this process
    root : where the tree is mounted; by default where ``process`` has it
    """
    try:
        root = root or _mounted_at(process)
        line = next(line for line in (process / "cgroup").read_text().splitlines() if line.startswith("0::"))
        own = root / line.removeprefix("0::").lstrip("/")
    except (OSError, StopIteration):
        return None
    for folder in (own.parent, own):  # with systemd's DelegateSubgroup it is the one above
        if folder.is_relative_to(root) and os.access(folder / "cgroup.procs", os.W_OK) and _is_delegated(folder):
            with contextlib.suppress(OSError):
                if (folder / "cgroup.procs").read_text():
                    _move_processes(folder, folder / _GRADER)
                return ControlGroup(folder)
    return None


def _mounted_at(process: Path) -> Path:
    lines = (line.split() for line in (process / "mounts").read_text().splitlines())
    return Path(next(line[1] for line in lines if line[2] == "cgroup2"))


def _is_delegated(folder: Path) -> bool:
    """Return whether systemd says that whoever is in this folder may arrange it; a session's own is not ours to change."""
    for mark in ("user.delegate", "trusted.delegate"):
        with contextlib.suppress(OSError):
            if os.getxattr(folder, mark) == b"1":
                return True
    return False


def _move_processes(folder: Path, target: Path) -> None:
    """Make room: Linux does not let a folder have both processes and folders with limits."""
    target.mkdir(exist_ok=True)
    for process in (folder / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            _write(target / "cgroup.procs", process)


def _write(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.write(text)
