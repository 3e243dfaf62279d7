"""The guard of one kernel: what it uses, what it may not use, and its end.

The guard is the kernel's parent, in the same namespaces except that of the processes. Student code does not reach it, and it
keeps nothing that student code says: it counts what Linux says.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

from course.sandboxed.channel import ChannelClosed, send
from course.sandboxed.filter import Log
from course.sandboxed.messages import StartKernel, Used, to_json

_WATCH_SECONDS = 0.25  # between two looks at what a submission uses
_CONFIRM_SECONDS = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")  # of /proc, a second
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Guard:
    """Watches a kernel.

    Attributes
    ----------
    kernel : the number of its first process
    start : what it may use
    leash : the grader asks here, and hangs up here
    post : the kernel sends here the descriptor by which the calls are heard that it is refused, see ``filter.Filter``
    proc : the folder /proc, opened before the kernel hid it
    group : the folder of its control group, or None if it has none
    """

    kernel: int
    start: StartKernel
    leash: socket.socket
    post: socket.socket
    proc: int
    group: int | None

    def __post_init__(self):
        self._clock = CpuClock(self.proc)
        self._log: Log | None = None
        self._group_seconds = 0.0

    def watch(self) -> None:
        """Wait until the kernel ends, takes too much memory, or the grader hangs up; then end it.

        Meanwhile, whatever the grader sends is answered by what was used so far. The last word, that of a kernel that has
        ended, comes without being asked for.
        """
        ended = os.pidfd_open(self.kernel)
        watched = [self.leash, ended, self.post]
        looked, used = time.monotonic(), 0.0
        with contextlib.suppress(ConnectionError, ChannelClosed):  # the grader may hang up before it has its answer
            while True:
                ready, _, _ = select.select(watched, [], [], _WATCH_SECONDS)
                if ended in ready or (self.leash in ready and not self.leash.recv(1)):
                    break
                if self.leash in ready:
                    self._tell(self._clock.look(self._processes()))
                if self.post in ready:
                    watched.remove(self.post)
                    watched += self._fetch_log()
                elif self._log and self._log.listener in ready and not self._log.answer():
                    watched.remove(self._log.listener)
                if time.monotonic() - looked >= _WATCH_SECONDS:
                    looked, processes = time.monotonic(), self._processes()
                    self._clock.look(processes)
                    if self._takes_too_much(processes):
                        break
            used = self._clock.look(self._processes())
        used = max(used, self._end())
        with contextlib.suppress(ChannelClosed):
            self._tell(used)

    def _fetch_log(self) -> list[int]:
        """Take the descriptor that the kernel sends before any student code runs in it."""
        _, descriptors, _, _ = socket.recv_fds(self.post, 1, 1)
        if descriptors:
            self._log = Log(descriptors[0])
        return descriptors

    def _tell(self, seconds: float) -> None:
        used = Used(
            seconds=max(seconds, self._seconds_of_group()),
            refused=list(self._log.names) if self._log else [],
            others=max(self._clock.threads - 1, 0),
            delayed=_delayed(self.kernel, self.proc),
        )
        send(self.leash, to_json(0, used))

    def _end(self) -> float:
        """End the kernel; return the CPU seconds of it and of its children that it waited for."""
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(self.kernel, signal.SIGKILL)
        _, _, used = os.wait4(self.kernel, 0)
        return used.ru_utime + used.ru_stime

    def _processes(self) -> list[str]:
        """Return the kernel and all processes that it started; without namespaces, only the kernel is known."""
        return _find_processes(self.kernel, self.proc) if self.start.namespaces else [str(self.kernel)]

    def _takes_too_much(self, processes: list[str]) -> bool:
        """Return whether the memory is above the limit, and stays there: what is just being started counts twice a moment."""
        if self._memory(processes) <= self.start.memory:
            return False
        time.sleep(_CONFIRM_SECONDS)
        return self._memory(self._processes()) > self.start.memory

    def _memory(self, processes: list[str]) -> int:
        """Return the bytes that the processes take together, and their files in memory."""
        if self.group is not None or not self.start.namespaces:
            return 0  # the control group has its own limit
        files = os.statvfs(self.start.own[0])  # all own folders are one
        in_files = (files.f_blocks - files.f_bfree) * files.f_frsize
        return in_files + sum(_memory(process, self.proc) for process in processes)

    def _seconds_of_group(self) -> float:
        """Return the CPU seconds of all that ever ran in the control group; 0 without one."""
        if self.group is not None:
            with contextlib.suppress(OSError, StopIteration):
                lines = _read("cpu.stat", self.group).splitlines()
                line = next(line for line in lines if line.startswith("usage_usec "))
                self._group_seconds = int(line.split()[1]) / 1e6
        return self._group_seconds


class CpuClock:
    """The CPU seconds of all processes of a submission, those that have ended as well.

    There are two sums, and neither can be too large, so the larger one is nearer. One adds what Linux says of each process: its
    own time and that of its children that were waited for. But a child that nobody waits for, because SIGCHLD is ignored, is
    lost there. The other adds the last that was seen of each process itself; what is too short to be seen is lost there.

    Parameters
    ----------
    proc : the opened folder /proc

    Attributes
    ----------
    threads : how many there were at the last look
    """

    def __init__(self, proc: int):
        self._proc = proc
        self._seen: dict[tuple[int, str], float] = {}  # start and number of each process → its own seconds
        self._gone = 0.0  # the same, of processes that have ended
        self._most = 0.0
        self.threads = 0

    def look(self, processes: list[str]) -> float:
        """Return the seconds so far."""
        # Parents are read before their children. The other way round, one that ends meanwhile would count twice.
        order = [process for _, process, *_ in sorted(filter(None, map(self._read, processes)))]
        found = list(filter(None, map(self._read, order)))
        self.threads = sum(threads for *_, threads in found)
        alive = {(start, process): own for start, process, own, *_ in found}
        self._gone += sum(own for process, own in self._seen.items() if process not in alive)
        self._seen = alive
        with_children = sum(own + children for _, _, own, children, _ in found)
        self._most = max(self._most, with_children, self._gone + sum(alive.values()))
        return self._most

    def _read(self, process: str) -> tuple[int, str, float, float, int] | None:
        """Return when a process started, its number, its own seconds, those of its children that were waited for, its threads."""
        try:
            times = [int(field) for field in _read_stat(process, self._proc)[11:20]]
            return times[8], process, sum(times[:2]) / _TICKS, sum(times[2:4]) / _TICKS, times[6]
        except (OSError, IndexError):  # it has just ended
            return None


def _find_processes(kernel: int, proc: int) -> list[str]:
    """Return the kernel and all that descend from it: whoever loses its parent gets the kernel as its new one.

    Only what every process shows is read: one that hides the rest is found, too.
    """
    parents = {}
    for process in filter(str.isdigit, os.listdir(proc)):
        with contextlib.suppress(OSError, IndexError):  # processes end while this goes through them
            parents[process] = _read_stat(process, proc)[1]
    return [process for process in parents if _descends(process, str(kernel), parents)]


def _descends(process: str, kernel: str, parents: dict[str, str]) -> bool:
    for _ in parents:
        if process == kernel or process not in parents:
            break
        process = parents[process]
    return process != "0"  # the parent of the first process of all; another one that is missing has just ended


def _read_stat(process: str, proc: int) -> list[str]:
    """Return what Linux says of a process, from the third field on; the second one, its name, may hold anything."""
    return _read(f"{process}/stat", proc).rpartition(")")[2].split()


def _delayed(process: int, proc: int) -> float | None:
    """Return the seconds in which the first thread of a process waited for a processor."""
    try:
        return int(_read(f"{process}/schedstat", proc).split()[1]) / 1e9
    except (OSError, IndexError):  # it has ended, or this Linux does not count them
        return None


def _memory(process: str, proc: int) -> int:
    """Return the bytes that a process takes; what it shares with others counts in part, so that it counts once in all."""
    for thread in _threads(process, proc):  # if the first one has ended, the next one says it
        with contextlib.suppress(OSError):  # it has ended, or hides this
            lines = [line.split() for line in _read(f"{thread}/smaps_rollup", proc).splitlines()]
            return 1024 * sum(int(line[1]) for line in lines if line[0] in ("Pss:", "SwapPss:"))
        with contextlib.suppress(OSError):  # then what it shares counts in full
            if pages := int(_read(f"{thread}/statm", proc).split()[1]):
                return pages * _PAGE
    return 0


def _threads(process: str, proc: int) -> Iterator[str]:
    """Yield the process, which is its first thread, and only if that is not enough, the others."""
    yield process
    with contextlib.suppress(OSError):
        folder = os.open(f"{process}/task", os.O_RDONLY, dir_fd=proc)
        try:
            threads = os.listdir(folder)  # noqa: PTH208  (a Path has no descriptor)
        finally:
            os.close(folder)
        yield from threads


def _read(name: str, folder: int) -> str:
    # Any byte may stand in a process's name.
    with open(name, encoding="latin-1", opener=lambda path, flags: os.open(path, flags, dir_fd=folder)) as file:
        return file.read()
