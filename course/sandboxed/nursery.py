"""The process that imports everything once and then forks a kernel for each submission.

A kernel gets namespaces of its own (users, processes, mounts, network), a folder of its own in memory, limits, and no
privileges. When its submission is done, or the grader hangs up, all of its processes and files are gone.

Started by :mod:`course.grading.sandbox` as ``python -m course.sandboxed.nursery FD``.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import random
import resource
import shutil
import signal
import socket
import sys
from pathlib import Path

import numpy

from course.sandboxed.filter import Filter, is_known
from course.sandboxed.guard import Guard
from course.sandboxed.messages import StartKernel, from_json

_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = (
    0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 24, 38
_LIBC = ctypes.CDLL(None, use_errno=True)
FILTER = Filter() if is_known() else None


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
        request, descriptors, _, _ = socket.recv_fds(control, 4096, 4)
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


def _guard(start: StartKernel, leash: int, channel: int, *group: int) -> None:
    """Enter new namespaces, start the kernel as their first process, and watch it.

    Parameters
    ----------
    group : the folder of the kernel's control group, and its list of processes; nothing if there is none
    """
    try:
        proc = os.open("/proc", os.O_RDONLY)  # the kernel is going to hide it
        if start.namespaces:
            _enter_namespaces()
        signal.signal(
            signal.SIGCHLD, signal.SIG_DFL
        )  # else Linux forgets how its children ended and how long they took
        post, theirs = socket.socketpair()
        kernel = os.fork()
        if kernel == 0:
            if group:
                os.write(group[1], b"0")  # this process, and all that it is going to start
            _become_kernel(start, channel, theirs)
        os.close(channel)
        theirs.close()
        Guard(kernel, start, socket.socket(fileno=leash), post, proc, group[0] if group else None).watch()
        if not start.namespaces:
            shutil.rmtree(start.folder, ignore_errors=True)
    except OSError as problem:
        print(problem, file=sys.stderr, flush=True)  # the grader shows this line
    finally:
        os._exit(0)


def _enter_namespaces() -> None:
    user, group = os.getuid(), os.getgid()
    _require(_LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWPID | _CLONE_NEWNS | _CLONE_NEWIPC | _CLONE_NEWNET), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _become_kernel(start: StartKernel, channel: int, post: socket.socket) -> None:
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
    _close_all_but(channel, post.fileno())
    _set_limits(start)
    if start.namespaces and FILTER:
        _put_on_filter(post)
    post.close()
    kernel.serve(socket.socket(fileno=channel))
    os._exit(0)


def _close_all_but(*descriptors: int) -> None:
    low = 3
    for descriptor in (*sorted(descriptors), 4096):
        os.closerange(low, descriptor)
        low = descriptor + 1


def _put_on_filter(post: socket.socket) -> None:
    """Filter all system calls from now on; the guard hears of those that are noted, and this process does not."""
    listener = FILTER.put_on()
    if listener is not None:
        socket.send_fds(post, [b"!"], [listener])
        os.close(listener)


def _mount_own_folders(folders: list[str], size: int) -> None:
    """Hide /proc, and give the kernel empty folders that no other submission sees: parts of one file system in memory."""
    _require(_LIBC.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None), "mount /")
    first, *others = folders
    options = f"size={size},mode=0777,nr_inodes=4096".encode()
    _require(_LIBC.mount(b"tmpfs", first.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options), first)
    # The first one last: it hides the file system itself.
    for number, folder in enumerate([*(folder for folder in others if Path(folder).is_dir()), first]):
        part = Path(first, str(number))
        part.mkdir()
        part.chmod(0o777)
        _require(_LIBC.mount(bytes(part), folder.encode(), None, _MS_BIND, None), folder)


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
