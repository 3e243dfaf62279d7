"""What stands around a submission's kernel: the filter on system calls, limits that count everything, a log for the instructor."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

pytest.importorskip("nbgrader")

from course.cli import main
from course.grading import cgroup
from course.grading.sandbox import Limits, describe_walls
from course.grading.session import KernelDied, Session
from course.sandboxed import filter as walls
from course.sandboxed import landlock
from tests.conftest import ROOT

needs_filter = pytest.mark.skipif(not walls.is_known(), reason=f"no filter for {platform.machine()}")


@pytest.fixture
def session(sandbox):
    with contextlib.closing(Session(sandbox, Limits(), {})) as started:
        yield started


def said(session: Session, cell: str) -> str:
    """Run a cell; return what it prints."""
    return "".join(output.get("text", str(output)) for output in session.run_cell(cell))


# --- the filter ----------------------------------------------------------------------------------------------------------

CALL = """
import ctypes, errno, mmap, os, socket
def call(number, *arguments):
    ctypes.set_errno(0)
    return ctypes.get_errno() if LIBC.syscall(number, *map(ctypes.c_long, arguments)) < 0 else 0
LIBC = ctypes.CDLL(None, use_errno=True)
"""


@needs_filter
def test_each_refused_call_is_refused(session):
    calls = list(walls.refused_calls())
    said(session, CALL)
    answers = said(session, f"print([call(number) for _, number, _ in {calls}])")
    assert answers.strip() == str([error for *_, error in calls])
    assert {"mount", "unshare", "keyctl", "memfd_create", "userfaultfd", "bpf", "ptrace"} <= {
        name for name, *_ in calls
    }
    assert session.spent() >= 0 and session.refused == list(walls.NOTED)[:20]


# What is refused only when it is called in a certain way, what it gives, and how it is noted.
LOOKED_AT = {
    "call({clone}, 0x10000000 | 17, 0, 0, 0, 0)": (errno.EPERM, "clone into a new namespace"),
    "call({clone}, 0x00020000 | 17, 0, 0, 0, 0)": (errno.EPERM, "clone into a new namespace"),
    "call({ioctl}, 0, 0x5412, 0)": (errno.EPERM, "ioctl TIOCSTI"),
    "call({ioctl}, 0, 0xFF00005412, 0)": (errno.EPERM, "ioctl TIOCSTI"),  # Linux takes the lower half
    "call({ioctl}, 0, 0x541C, 0)": (errno.EPERM, "ioctl TIOCLINUX"),
    "call({socket}, 40, 1, 0)": (errno.EPERM, "socket AF_VSOCK"),
    "call({socket}, 38, 5, 0)": (errno.EPERM, "socket AF_ALG"),
    "call({socket}, 17, 3, 0)": (errno.EPERM, "socket AF_PACKET"),
    "call({socket}, 77, 1, 0)": (errno.EPERM, "socket 77"),
    "call({socketpair}, 30, 1, 0, 0)": (errno.EPERM, "socketpair AF_TIPC"),
    "call({socket}, 2, 1, 0)": (errno.ENETUNREACH, ""),
    "call({socket}, 10, 2, 0)": (errno.ENETUNREACH, ""),
    "call({socket}, 16, 3, 0)": (errno.EPERM, ""),
    "call({personality}, 0x0040000)": (errno.EPERM, ""),
    "call({mmap}, 0, 4096, 3, 0x21, -1, 0)": (errno.EPERM, ""),  # shared and anonymous
    "call({mmap}, 0, 4096, 3, 0x23, -1, 0)": (errno.EPERM, ""),
    "call({mmap}, 0, 1 << 21, 3, 0x40022, -1, 0)": (errno.ENOMEM, ""),  # a huge page
    "call({fcntl}, 0, 5, 0)": (errno.ENOSYS, ""),
    "call({fcntl}, 0, 36, 0)": (errno.ENOSYS, ""),
    "call({fcntl}, 0, 1024, 0)": (errno.ENOSYS, ""),
    "call({fcntl}, 0, 1026, 0)": (errno.ENOSYS, ""),
    "call(470)": (errno.ENOSYS, ""),  # newer than the list
    "call(39 | 0x40000000)": (errno.ENOSYS, ""),  # with addresses of 32 bits
}
ALLOWED = [
    "os.posix_spawn('/bin/true', ['true'], dict()) and os.wait()[1]", "socket.socketpair() and 0", "call({personality}, 0xFFFFFFFF)",
    "call({mmap}, 0, 4096, 3, 0x22, -1, 0)", "mmap.mmap(os.open('x', os.O_RDWR | os.O_CREAT), 0) and 0", "call({fcntl}, 0, 1)",
    "call({ioctl}, 0, 0x5401, 0) - errno.ENOTTY",
]  # fmt: skip


def fill_in(expression: str, machine: str = "") -> str:
    column = walls._MACHINES[machine or platform.machine()][1]
    return expression.format_map({name: numbers[column] for name, numbers in walls._LOOKED_AT.items()})


@needs_filter
def test_what_is_refused_depends_on_how_it_is_called(session):
    said(session, CALL + "open('x', 'w').write('x')")
    answers = said(session, f"print([{', '.join(map(fill_in, LOOKED_AT))}])")
    assert answers.strip() == str([error for error, _ in LOOKED_AT.values()])
    assert session.spent() >= 0 and session.refused == list(
        dict.fromkeys(name for _, name in LOOKED_AT.values() if name)
    )


@needs_filter
def test_what_an_honest_program_does_with_the_same_calls_is_allowed(session):
    said(session, CALL + "open('x', 'w').write('x')")
    for expression in ALLOWED:
        assert said(session, f"print(int({fill_in(expression)}))") == "0\n"
    assert session.spent() >= 0 and session.refused == []


def run_program(program: list, machine: int, number: int, *arguments: int) -> int:
    """Run a filter as Linux does; return what it decides."""
    seen = {0: number, 4: machine} | {16 + 8 * place: value & 0xFFFFFFFF for place, value in enumerate(arguments)}
    place, loaded = 0, 0
    while True:
        code, if_true, if_false, operand = program[place]
        if code == 0x06:
            return operand
        if code == 0x20:
            loaded, jump = seen.get(operand, 0), 0
        else:
            true = {0x15: loaded == operand, 0x35: loaded >= operand, 0x45: bool(loaded & operand)}[code]
            jump = if_true if true else if_false
        place += 1 + jump


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_program_for_each_machine_refuses_the_same(machine):
    program = walls.make_program(machine, walls._NOTIFY)
    architecture = walls._MACHINES[machine][0]
    for name, number, error in walls.refused_calls(machine):
        noted = name in walls.NOTED
        assert run_program(program, architecture, number) == (walls._NOTIFY if noted else walls._ERRNO | error)
        assert not noted or walls.call_name(number, [0] * 6, machine) == name
    for expression, (error, noted) in LOOKED_AT.items():
        number, *arguments = eval(fill_in(expression, machine), {"call": lambda *arguments: arguments})
        decided = run_program(program, architecture, number, *arguments)
        assert decided == (walls._NOTIFY if noted else walls._ERRNO | error)
        assert not noted or walls.call_name(number, arguments, machine) == noted
    for number in (
        0,
        1,
        3,
        64,
        63,
        124,
        60,
        93,
        94,
        231,
        98,
        202,
        293,
        334,
    ):  # read, write, exit, futex … of either machine
        assert run_program(program, architecture, number) == walls._ALLOW or number in refused_numbers(machine)
    for other in (
        0x40000003,
        0x40000028,
        0xC00000B7 if machine == "x86_64" else 0xC000003E,
        0,
    ):  # i386, arm, each other
        assert run_program(program, other, 1) == walls._ERRNO | errno.ENOSYS


def refused_numbers(machine: str) -> set[int]:
    return {number for _, number, _ in walls.refused_calls(machine)}


HONEST = """
import multiprocessing, os, subprocess, tempfile, threading, sqlite3
import matplotlib.pyplot as plt, numpy as np
import sklearn.ensemble, sklearn.model_selection, sklearn.datasets
from joblib import Parallel, delayed
fig, ax = plt.subplots(); ax.plot([1, 2]); fig.savefig("x.png"); plt.close()
X, y = sklearn.datasets.make_classification(40, random_state=0)
forest = sklearn.ensemble.RandomForestClassifier(4, n_jobs=2).fit(X, y)
assert Parallel(2)(delayed(abs)(-number) for number in range(3)) == [0, 1, 2]
thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
shared = multiprocessing.get_context("fork").Array("d", 100)
context = multiprocessing.get_context("fork")
process = context.Process(target=lambda: shared.__setitem__(0, 3.0)); process.start(); process.join()
assert shared[0] == 3.0
base = sqlite3.connect("x.db"); base.execute("create table t (x)"); base.commit(); base.close()
np.save("x.npy", np.eye(3)); assert np.load("x.npy", mmap_mode="r+")[0, 0] == 1
!ls -la
!pip --version
!pip install nothing-of-this-name
!ps; df; mount; id; uname -a; nproc
print("DONE")
"""


def test_honest_work_is_refused_nothing_that_is_noted(session):
    assert said(session, HONEST).endswith("DONE\n")
    assert session.spent() >= 0 and session.refused == []


# --- what counts ---------------------------------------------------------------------------------------------------------

FILLS = """
import os
def fill(folders, megabytes):
    written = 0
    for number in range(megabytes):
        for folder in folders:
            try:
                with open(f"{folder}/{number % 4}", "ab", buffering=0) as file: written += file.write(bytes(2**20))
            except OSError: pass
    return written
"""


def test_files_in_memory_count_as_memory(sandbox):
    session = Session(sandbox, Limits(memory=600 * 2**20, disk=2 * 2**30), {})
    said(session, FILLS)
    with pytest.raises(KernelDied, match="ran out of memory"):
        session.run_cell("fill(['/dev/shm'], 700)\nimport time; time.sleep(60)")


TAKES = """
import ctypes, os, threading, time
libc = ctypes.CDLL(None)
kept = []
def take():
    kept.append(bytearray(b"x") * (250 * 2**20))
    time.sleep(60)
for _ in range(3):
    if os.fork() == 0:
        HIDE
time.sleep(60)
"""


@pytest.mark.parametrize(
    "hide",
    [
        "threading.Thread(target=take).start(); libc.syscall(60 if os.uname().machine == 'x86_64' else 93, 0)",
        "libc.prctl(4, 0); take()",  # PR_SET_DUMPABLE: /proc shows little of it
        "os.setsid(); os.fork() and os._exit(0); take()",
    ],
    ids=["ends its first thread", "hides itself", "leaves its parent"],
)
def test_no_process_escapes_the_limit_of_memory(hide, sandbox):
    session = Session(sandbox, Limits(memory=800 * 2**20), {})
    with pytest.raises(KernelDied, match="ran out of memory"):
        session.run_cell(TAKES.replace("HIDE", hide))


def test_the_time_of_a_process_that_hides_itself_counts(session):
    session.run_cell("""
import ctypes, os, time
if os.fork() == 0:
    ctypes.CDLL(None).prctl(15, b"\\xff) 0 ")  # its name
    ctypes.CDLL(None).prctl(4, 0)
    while time.process_time() < 0.5: pass
    open("done", "w")
    time.sleep(60)
while not os.path.exists("done"): time.sleep(0.01)
""")
    assert session.spent() >= 0.45


def test_all_folders_of_a_submission_share_one_limit(sandbox):
    with contextlib.closing(Session(sandbox, Limits(disk=8 * 2**20), {})) as session:
        said(session, FILLS)
        written = said(session, "print(fill(['.', '/dev/shm', '/tmp', '/proc', '/dev/pts'], 12) / 2**20)")
        assert 4 < float(written) <= 8


@pytest.fixture
def tree(tmp_path) -> Path:
    """A made-up tree of control groups, in which this process is in the folder user/grader."""
    for folder in ("cgroup/user/grader", "process"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "process/cgroup").write_text("4:memory:/old\n0::/user/grader\n")
    (tmp_path / "process/mounts").write_text(f"proc /proc proc rw 0 0\ncgroup2 {tmp_path}/cgroup cgroup2 rw 0 0\n")
    for folder in ("cgroup/user", "cgroup/user/grader"):
        for name, text in {"controllers": "cpu memory pids\n", "procs": "", "subtree_control": ""}.items():
            (tmp_path / folder / f"cgroup.{name}").write_text(text)
    return tmp_path


def test_a_control_group_is_used_only_where_one_was_delegated(tree, monkeypatch):
    assert cgroup.find_control_group(tree / "process") is None
    delegated = {tree / "cgroup/user"}
    monkeypatch.setattr(cgroup, "_is_delegated", delegated.__contains__)
    assert cgroup.find_control_group(tree / "process").folder == tree / "cgroup/user"
    assert (tree / "cgroup/user/cgroup.subtree_control").read_text() == "+memory +pids"
    (tree / "cgroup/user/cgroup.controllers").write_text("cpu\n")
    assert cgroup.find_control_group(tree / "process") is None
    delegated.add(tree / "cgroup/user/grader")
    (tree / "cgroup/user/grader/cgroup.procs").write_text("12\n")  # then it makes room
    assert cgroup.find_control_group(tree / "process").folder == tree / "cgroup/user/grader"
    assert (tree / "cgroup/user/grader/course-grader/cgroup.procs").read_text() == "12"


def test_a_kernel_enters_its_control_group_and_the_time_of_the_group_counts(tree, sandbox, monkeypatch):
    group = cgroup.ControlGroup(tree / "cgroup/user")
    monkeypatch.setattr(sandbox, "_group", group)
    with contextlib.closing(Session(sandbox, Limits(memory=600 * 2**20, processes=9), {})) as session:
        (leaf,) = group.folder.glob("course-kernel-*")
        held = {path.name: path.read_text() for path in leaf.iterdir()}
        assert held["cgroup.procs"] == "0"  # whoever writes this means itself
        assert (held["memory.max"], held["pids.max"]) == (str(600 * 2**20), "9")
        before = session.spent()
        (leaf / "cpu.stat").write_text("usage_usec 7500000\nuser_usec 1\n")
        assert before < 7.5 <= session.spent()
    for path in leaf.iterdir():  # in a true tree, what is in it goes with the folder
        path.unlink()
    group.close()
    assert not leaf.exists()


def test_what_stands_around_a_submission_is_said_in_one_line():
    assert describe_walls("bubblewrap").startswith("Sandbox: namespaces") and "\n" not in describe_walls("bubblewrap")
    assert "your rights" in describe_walls("none")


# --- Landlock ------------------------------------------------------------------------------------------------------------

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this Linux has no Landlock")
RESTRICTED = """
import ctypes, os, signal, socket, sys
from course.sandboxed import landlock
other = socket.socket(socket.AF_UNIX); other.bind("\\0course-walls-" + str(os.getpid())); other.listen()
name = other.getsockname()
if (child := os.fork()) == 0:
    other.close()
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
    assert landlock.restrict([sys.argv[1] + "/own"], ["/dev/null"])
    def refused(function, *arguments):
        try: function(*arguments)
        except OSError as problem: return problem.strerror
        return "allowed"
    os.chdir(sys.argv[1])
    print(refused(open, "own/x", "w"), refused(os.mkdir, "own/a"), refused(os.rename, "own/x", "own/a/x"))
    print(refused(open, "note"), refused(os.listdir, "."), refused(open, "/dev/null", "w"), refused(os.kill, os.getpid(), 0))
    print(refused(open, "note", "a"), refused(open, "y", "w"), refused(os.unlink, "note"), refused(os.rename, "note", "own/n"))
    print(refused(os.truncate, "note", 0) if landlock.version() >= 3 else "Permission denied")
    print(refused(socket.socket().bind, ("127.0.0.1", 0)) if landlock.version() >= 4 else "Permission denied")
    print(refused(os.kill, os.getppid(), 0) if landlock.version() >= 6 else "Operation not permitted")
    print(refused(socket.socket(socket.AF_UNIX).connect, name) if landlock.version() >= 6 else "Operation not permitted")
    sys.stdout.flush()
    os._exit(0)
os.wait()
"""


@needs_landlock
def test_landlock_alone_keeps_a_process_in_its_folders(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "note").write_text("read me")
    command = [sys.executable, "-c", RESTRICTED, str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    refused = "Permission denied"
    assert done.stdout.splitlines() == [
        "allowed allowed allowed", "allowed allowed allowed allowed", " ".join([refused] * 4), refused, refused,
        "Operation not permitted", "Operation not permitted",
    ], done.stderr  # fmt: skip
    assert (tmp_path / "note").read_text() == "read me"


@needs_landlock
def test_a_kernel_is_behind_landlock(session):
    """Where neither a mount nor the rights of a file stand in the way."""
    assert said(session, "try: open('/dev/urandom', 'wb')\nexcept OSError as problem: print(problem.errno)") == "13\n"
    assert (
        said(session, "import os\nos.kill(os.getpid(), 0); open('/dev/null', 'w').write('x')\nprint('fine')")
        == "fine\n"
    )


# --- the log of refused calls ----------------------------------------------------------------------------------------------


@needs_filter
def test_the_log_is_short_whatever_is_tried_and_the_guard_still_answers(session):
    said(session, CALL)
    cell = "print({call(41, 100 + number, 1, 0) for number in range(2000)} - {errno.EPERM, errno.ENOSYS})"
    assert said(session, cell.replace("41", fill_in("{socket}"))) == "set()\n"
    assert session.spent() > 0 and len(session.refused) == 20 and session.refused[0] == "socket 100"


@needs_filter
def test_a_call_whose_process_is_killed_meanwhile_holds_up_nobody(session):
    said(session, CALL + "import signal, time")
    number = next(number for name, number, _ in walls.refused_calls() if name == "unshare")
    session.run_cell(f"""
for _ in range(30):
    if (child := os.fork()) == 0:
        while True: call({number}, 0)
    os.kill(child, signal.SIGKILL)
    os.wait()""")
    assert session.spent() > 0 and set(session.refused) <= {"unshare"}


def cell(source: str, name: str = "", points: int | None = None):
    new = nbformat.v4.new_code_cell(source)
    if name:
        marks = {"schema_version": 3, "task": False, "grade_id": name, "solution": points is None}
        new.metadata["nbgrader"] = marks | {
            "grade": points is not None,
            "locked": points is not None,
            "points": points or 0,
        }
    return new


@needs_filter
def test_the_instructor_reads_what_was_refused_and_the_student_does_not(tmp_path, sandbox):
    check = "### BEGIN HIDDEN TESTS\nassert double(4) == 8\n### END HIDDEN TESTS"
    tries = "import ctypes\nctypes.CDLL(None)['un' + 'share'](0x10000000)"
    for folder, first in (("source", ""), ("submitted/ada", "1"), ("submitted/ben", tries)):
        path = tmp_path / folder / "tiny" / "tiny.ipynb"
        path.parent.mkdir(parents=True)
        cells = [cell(first), cell("def double(x): return 2 * x", "double"), cell(check, "check_double", 2)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, [*arguments, "--folder", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return result.output

    graded = run("grade", "tiny", "--jobs", "1")
    assert "ben: unshare" in graded and "ada" not in graded and "a library may do it, too" in graded
    assert json.loads((tmp_path / "autograded/ben/tiny/.graded.json").read_text())["refused"] == ["unshare"]
    assert "ben, tiny: unshare" in run("report") and "ben</b>: tiny, unshare" in (tmp_path / "report.html").read_text()
    run("feedback", "tiny")
    assert "unshare" not in (tmp_path / "feedback/ben/tiny/tiny.html").read_text()
    assert "2 graded" in graded and "Sandbox: namespaces" in graded
    assert "unshare" not in (tmp_path / "autograded/ben/tiny/tiny.ipynb").read_text()  # from which feedback is made
