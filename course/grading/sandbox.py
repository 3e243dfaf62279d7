"""Starting the nursery, the process from which kernels are forked, inside bubblewrap.

In the sandbox there is Python, its packages and the students' part of ``course``: no repository, no gradebook, no other
submission, no network, nothing that can be written except a small folder in memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course.errors import IsolationMissing
from course.files import OwnedFolder
from course.grading.cgroup import find_control_group
from course.sandboxed.channel import ChannelClosed, receive, send
from course.sandboxed.messages import Done, PutFiles, StartKernel, from_json, to_json

_START_SECONDS = 120
_NOBODY = "65534"
_HOME = "/home/student"  # inside


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cell_seconds : of computing (CPU time, so that a busy machine takes nothing away), for one cell or test; a second of only
        waiting counts a fifth. The cells of one exercise have twice as much together, also if they are run again
    memory : bytes, for each process its address space, and for all of them together what they really take
    disk : bytes of its folder, which is in memory
    processes : how many processes and threads
    """

    cell_seconds: float = 30
    memory: int = 3 * 2**30
    disk: int = 64 * 2**20
    processes: int = 64


class Sandbox:
    """A nursery process; :meth:`fork` gives a connection to a fresh kernel.

    Parameters
    ----------
    isolation : "bubblewrap", or "none" for who trusts the submissions

    Raises
    ------
    IsolationMissing : if bubblewrap is not there or is not allowed to work
    """

    def __init__(self, isolation: str = "bubblewrap"):
        if isolation not in ("bubblewrap", "none"):
            raise ValueError(f'isolation is "bubblewrap" or "none", not {isolation!r}')
        if not hasattr(os, "fork") or not hasattr(os, "pidfd_open"):
            raise IsolationMissing("Grading runs on Linux. On another system use a container or a virtual machine.")
        self.isolation = isolation
        self._folder = OwnedFolder("course-kernels-") if isolation == "none" else None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "course.sandboxed.nursery", str(theirs.fileno())]
        if isolation == "bubblewrap":
            command = [*_bubblewrap(), *command]
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=None
            if isolation == "bubblewrap"
            else {**os.environ, **_ENVIRONMENT, "PYTHONPATH": str(_PACKAGE.parent)},
        )
        theirs.close()
        self._group = find_control_group() if isolation == "bubblewrap" else None
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        self._control.settimeout(_START_SECONDS)
        try:
            ready = self._control.recv(16)
        except TimeoutError:
            ready = b""
        self._control.settimeout(None)
        if ready == b"ready" and self._group and not self._kernels_start():
            self._group = None  # what was found is not allowed to be used
        if ready != b"ready" or not self._kernels_start():
            said = self.close().strip().splitlines()
            raise IsolationMissing(
                f"The sandbox did not start: {said[-1] if said else 'it said nothing'}. bubblewrap needs user namespaces; "
                "in a container, allow them, or choose --isolation none if you trust the submissions."
            )

    def _kernels_start(self) -> bool:
        """Return whether a kernel gets its namespaces: better no grading than a class of kernels that end at once."""
        connection, leash = self.fork(Limits())
        with connection, leash:
            try:
                send(connection, to_json(0, PutFiles({})))
                return from_json(receive(connection, time.monotonic() + _START_SECONDS), (Done,)) == (0, Done())
            except (ChannelClosed, ValueError):
                return False

    def fork(self, limits: Limits) -> tuple[socket.socket, socket.socket]:
        """Start a kernel; return the connection to it, and the leash.

        To close the leash is to end the kernel. To send a byte on it is to ask what the kernel used so far; a message ``Used``
        comes back. Student code does not reach this socket.
        """
        connection, theirs = socket.socketpair()
        leash, collar = socket.socketpair()
        isolated = self.isolation == "bubblewrap"
        start = StartKernel(
            limits.memory,
            limits.disk,
            limits.processes,
            namespaces=isolated,
            folder=tempfile.mkdtemp(dir=self._folder.path) if self._folder else _HOME,
            own=[_HOME, "/dev/shm", "/dev/pts", "/proc", *_free_tmp()],
        )
        group = self._group.make_leaf(limits.memory, limits.processes) if self._group else ()
        descriptors = [collar.fileno(), theirs.fileno(), *group]
        socket.send_fds(self._control, [json.dumps(to_json(0, start)).encode()], descriptors)
        theirs.close()
        collar.close()
        for descriptor in group:
            os.close(descriptor)
        return connection, leash

    @property
    def alive(self) -> bool:
        """Whether the nursery can still fork kernels."""
        return self._process.poll() is None

    def close(self) -> str:
        """End the nursery and all kernels; return what it had to say."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()
        if self._group:
            self._group.close()
        if self._folder:
            self._folder.remove()
        with self._process.stderr as stderr:
            return "" if stderr.closed else stderr.read().decode(errors="replace")

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_) -> None:
        self.close()


def describe_walls(isolation: str) -> str:
    """Say in one line what stands around a submission on this machine."""
    if isolation == "none":
        return "Sandbox: none. The students' code ran with your rights."
    # Not on Windows, where the build imports this module and nobody grades.
    from course.sandboxed import filter, landlock

    walls = ["namespaces"]
    walls += ["a filter on system calls"] if filter.is_known() else []
    walls += ["Landlock"] if landlock.version() else []
    counts = "a control group" if find_control_group() else "the guard; no control group is delegated"
    return f"Sandbox: {', '.join(walls)}. Memory and processes are counted by {counts}."


_PACKAGE = Path(__file__).parents[1]  # the folder `course`

_ENVIRONMENT = {
    "HOME": _HOME,
    "TMPDIR": _HOME,
    "MPLCONFIGDIR": f"{_HOME}/matplotlib",
    "MPLBACKEND": "Agg",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # a set is printed in the same order each time
    "PIP_NO_INDEX": "1",  # `!pip install` says at once that there is no network
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    # One thread a submission: the submissions themselves run side by side, and a process with threads forks badly.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def _bubblewrap() -> list[str]:
    """Return the command that starts another one in the sandbox."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise IsolationMissing(
            "bubblewrap is missing, and without it student code could read the solutions. "
            "Install it (Debian and Ubuntu: apt-get install bubblewrap), or choose --isolation none if you trust them."
        )
    command = [bwrap, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--die-with-parent", "--new-session", "--clearenv"]
    for name, value in {**_ENVIRONMENT, "PATH": "/usr/bin:/bin", "PYTHONPATH": "/opt/course"}.items():
        command += ["--setenv", name, value]
    command += [
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--dev-bind",  # what is shared through /dev/zero no limit sees; this one gives zeros, too, and shares nothing
        "/dev/full",
        "/dev/zero",
        "--perms",
        "0755",
        "--dir",
        "/home",
        "--perms",
        "1777",
        "--tmpfs",
        _HOME,
    ]
    shown = {path: path for path in _visible()} | {str(_PACKAGE): "/opt/course/course"}
    for folder in sorted({str(folder) for path in shown.values() for folder in Path(path).parents[:-1]}, key=len):
        command += ["--perms", "0755", "--dir", folder]  # as root bubblewrap would make them for root alone
    command += ["--dir", "/tmp"]
    for path, inside in shown.items():
        command += ["--ro-bind", path, inside]
    for link in ("/bin", "/lib", "/lib64", "/sbin"):
        if Path(link).is_symlink():
            command += ["--symlink", str(Path(link).readlink()), link]
    grader = "/opt/course/course/grading"
    command += ["--perms", "0555", "--tmpfs", grader, "--remount-ro", grader]  # empty: nothing in here needs the grader
    command += ["--remount-ro", "/", "--remount-ro", "/dev", "--chdir", _HOME]
    if os.geteuid() == 0:
        # As root bubblewrap needs no user namespace; what runs inside becomes nobody.
        return [*command, "setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    return [*command, "--unshare-user"]


def _free_tmp() -> list[str]:
    """Return /tmp, which every kernel gets for itself, unless Python or its packages lie there."""
    return [] if any(Path(path).is_relative_to("/tmp") for path in _visible()) else ["/tmp"]


def _visible() -> Iterator[str]:
    """Yield the folders that Python needs, outer ones first, none twice."""
    wanted = ["/usr", *(path for path in ("/bin", "/lib", "/lib64", "/sbin") if not Path(path).is_symlink())]
    wanted += ["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/alternatives"]
    wanted += [sys.base_prefix, sys.prefix]
    shown: list[Path] = []
    for path in sorted({Path(path) for path in wanted if Path(path).exists()}, key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(other) for other in shown):
            shown.append(path)
            yield str(path)
