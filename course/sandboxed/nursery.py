"""The process that imports everything once and then forks a kernel for each submission.

A kernel gets namespaces of its own (users, processes, mounts, network), a folder of its own in memory, limits, and no
privileges. When its submission is done, or the grader hangs up, all of its processes and files are gone.

Started by :mod:`course.grading.sandbox` as ``python -m course.sandboxed.nursery FD``.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import random
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import time
from pathlib import Path

import numpy

from course.sandboxed.messages import StartKernel, from_json

_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = (
    0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
_MS_NOSUID, _MS_NODEV, _MS_REC, _MS_PRIVATE = 2, 4, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 24, 38
_WATCH_SECONDS = 0.25  # between two looks at the memory of a submission
_TICKS = os.sysconf("SC_CLK_TCK")  # of /proc, a second
_LIBC = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Import what notebooks use, say that it is ready, and fork a kernel for each pair of sockets that arrives."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _import_everything()
    random.seed(0)
    numpy.random.seed(0)  # noqa: NPY002  (what draws from it gives the same numbers each time that it is graded)
    gc.freeze()  # so that the children do not copy these pages
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel of the system buries them
    control.send(b"ready")
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, 4096, 2)
        if not request:
            return
        if os.fork() == 0:
            control.close()
            _, start = from_json(json.loads(request), (StartKernel,))
            _guard(start, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _import_everything() -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.font_manager
    import matplotlib.pyplot
    import sklearn.datasets
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.neural_network
    import sklearn.pipeline
    import sklearn.preprocessing
    import sklearn.utils.estimator_checks  # noqa: F401  (it looks into /proc, which kernels do not see)

    from course import check, data, network, plots  # noqa: F401
    from course.checks import frozen
    from course.checks.exercises import EXERCISES
    from course.sandboxed import kernel

    for name in EXERCISES:
        frozen.load(name)
    data.load_digits()
    kernel.warm_up()


def _guard(start: StartKernel, leash: int, channel: int) -> None:
    """Enter new namespaces, start the kernel as their first process, and end it when the grader hangs up."""
    try:
        proc = os.open("/proc", os.O_RDONLY)  # the kernel is going to hide it
        if start.namespaces:
            _enter_namespaces()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a kernel that ends at once must still be there to be watched
        kernel = os.fork()
        if kernel == 0:
            os.close(leash)
            os.close(proc)
            _become_kernel(start, channel)
        os.close(channel)
        _watch(kernel, socket.socket(fileno=leash), proc, start)
        if not start.namespaces:
            shutil.rmtree(start.folder, ignore_errors=True)
    except OSError as problem:
        print(problem, file=sys.stderr, flush=True)  # the grader shows this line
    finally:
        os._exit(0)


def _watch(kernel: int, leash: socket.socket, proc: int, start: StartKernel) -> None:
    """Wait until the kernel ends, takes too much memory, or the grader hangs up; then end it.

    Meanwhile, whatever the grader sends is answered by the CPU seconds that the kernel and all that it started used so far.
    The last word, that of a kernel that has ended, comes without being asked for.
    """
    ended, clock = os.pidfd_open(kernel), _CpuClock(proc)
    looked, used = time.monotonic(), 0.0
    with contextlib.suppress(ConnectionError):  # the grader may hang up before it has its answer
        while True:
            ready, _, _ = select.select([leash, ended], [], [], _WATCH_SECONDS)
            if ended in ready or (leash in ready and not leash.recv(1)):
                break
            if leash in ready:
                leash.sendall(struct.pack(">d", clock.look(_processes(kernel, proc, start))))
            if time.monotonic() - looked >= _WATCH_SECONDS:
                looked, processes = time.monotonic(), _processes(kernel, proc, start)
                clock.look(processes)
                if start.namespaces and sum(_memory(one, proc) for one in processes) > start.memory:
                    break
        used = clock.look(_processes(kernel, proc, start))
    used = max(used, _end(kernel))
    with contextlib.suppress(ConnectionError):
        leash.sendall(struct.pack(">d", used))


def _end(kernel: int) -> float:
    """End a kernel; return the CPU seconds of it and of its children that it waited for."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            kill(kernel, signal.SIGKILL)
    _, _, used = os.wait4(kernel, 0)
    return used.ru_utime + used.ru_stime


def _processes(kernel: int, proc: int, start: StartKernel) -> list[str]:
    """Return the kernel and all processes that it started; without namespaces, only the kernel is known."""
    if not start.namespaces:
        return [str(kernel)]
    found = []
    with contextlib.suppress(OSError):  # the kernel has just ended
        home = os.readlink(f"{kernel}/ns/pid", dir_fd=proc)
        for process in filter(str.isdigit, os.listdir(proc)):
            with contextlib.suppress(OSError):  # processes end while this goes through them
                if os.readlink(f"{process}/ns/pid", dir_fd=proc) == home:
                    found.append(process)
    return found


class _CpuClock:
    """The CPU seconds of all processes of a submission, those that have ended as well.

    There are two sums, and neither can be too large, so the larger one is true. One adds what Linux says of each process: its
    own time and that of its children that were waited for. But a child that nobody waits for, because SIGCHLD is ignored, is
    lost there. The other adds the last that was seen of each process itself; what is too short to be seen is lost there.
    """

    def __init__(self, proc: int):
        self._proc = proc
        self._seen: dict[tuple[int, str], float] = {}  # start and number of each process → its own seconds
        self._gone = 0.0  # the same, of processes that have ended
        self._most = 0.0

    def look(self, processes: list[str]) -> float:
        """Return the seconds so far."""
        # Parents are read before their children. The other way round, one that ends meanwhile would count twice.
        order = [process for _, process, *_ in sorted(filter(None, map(self._read, processes)))]
        found = list(filter(None, map(self._read, order)))
        alive = {(start, process): own for start, process, own, _ in found}
        self._gone += sum(own for process, own in self._seen.items() if process not in alive)
        self._seen = alive
        with_children = sum(own + children for *_, own, children in found)
        self._most = max(self._most, with_children, self._gone + sum(alive.values()))
        return self._most

    def _read(self, process: str) -> tuple[int, str, float, float] | None:
        """Return when a process started, its number, its own seconds, and those of its children that were waited for."""
        try:
            # After the name, which may hold anything, the fields are counted from the third on.
            fields = [int(field) for field in _read(f"{process}/stat", self._proc).rpartition(")")[2].split()[1:]]
            return fields[18], process, sum(fields[10:12]) / _TICKS, sum(fields[12:14]) / _TICKS
        except (OSError, IndexError):  # it has just ended
            return None


def _memory(process: str, proc: int) -> int:
    """Return the bytes that a process takes; what it shares with others counts in part, so that it counts once in all."""
    try:
        line = next(line for line in _read(f"{process}/smaps_rollup", proc).splitlines() if line.startswith("Pss:"))
        return 1024 * int(line.split()[1])
    except (OSError, StopIteration):
        return 0


def _read(name: str, proc: int) -> str:
    with open(name, opener=lambda path, flags: os.open(path, flags, dir_fd=proc)) as file:
        return file.read()


def _enter_namespaces() -> None:
    user, group = os.getuid(), os.getgid()
    _require(_LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWPID | _CLONE_NEWNS | _CLONE_NEWIPC | _CLONE_NEWNET), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _become_kernel(start: StartKernel, channel: int) -> None:
    from course.sandboxed import kernel

    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    if start.namespaces:
        _mount_own_folders(start.own, start.disk)
        _drop_privileges()
    Path(start.folder).mkdir(exist_ok=True)
    os.chdir(start.folder)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.closerange(3, channel)
    os.closerange(channel + 1, 4096)
    _set_limits(start)
    kernel.serve(socket.socket(fileno=channel))
    os._exit(0)


def _mount_own_folders(folders: list[str], size: int) -> None:
    """Hide /proc, and give the kernel empty folders in memory that no other submission sees."""
    _require(_LIBC.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None), "mount /")
    for folder in folders:
        if Path(folder).is_dir():
            options = f"size={size},mode=0777,nr_inodes=4096".encode()
            _require(_LIBC.mount(b"tmpfs", folder.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options), folder)


def _drop_privileges() -> None:
    """Give up what a new user namespace grants, so that nothing mounted above can be taken away."""
    for capability in range(64):
        _LIBC.prctl(_PR_CAPBSET_DROP, capability)  # fails for those that this kernel does not know
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _require(_LIBC.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _require(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def _set_limits(start: StartKernel) -> None:
    for name, value in (
        (resource.RLIMIT_AS, start.memory),
        (resource.RLIMIT_NPROC, start.processes),
        (resource.RLIMIT_FSIZE, start.disk),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def _require(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what} failed")


if __name__ == "__main__":
    main()
