"""Hostile and broken submissions: each gets exactly the points that were earned, a reason that a person can read, and
leaves nothing behind: no process, no file, no harm to the next submission.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import tarfile
import threading
import time
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("nbgrader")
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.utils import unzip
from rich.console import Console

from benchmarks import suite
from course.errors import IsolationMissing
from course.grading import gradebook
from course.grading.reader import LARGEST_NOTEBOOK
from course.grading.sandbox import Limits, Sandbox
from course.grading.session import Session
from course.grading.submission import Assignment, Graded, grade_submission
from tests.conftest import ROOT

LIMITS = Limits(cell_seconds=2, memory=2 * 2**30, disk=8 * 2**20, processes=24)
TOO_LONG = (
    "it used more than 2 seconds of computing time|it gave no answer for 10 seconds"  # a busy machine: the latter
)
FULL = {"check_sigmoid": 2.0, "check_softmax": 3.0, "check_double": 2.0}

SIGMOID = "def sigmoid(x):\n    return 0.5 * (1 + np.tanh(np.asarray(x, dtype=np.float64) / 2))"
SOFTMAX = """def softmax(x, axis=1):
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)"""
DOUBLE = "def double(x):\n    return 2 * x"
BLANK = {
    "sigmoid": "def sigmoid(x):\n    raise NotImplementedError()",
    "softmax": "def softmax(x, axis=1):\n    raise NotImplementedError()",
    "double": "def double(x):\n    raise NotImplementedError()",
}
SOLVED = {"sigmoid": SIGMOID, "softmax": SOFTMAX, "double": DOUBLE}
TESTS = {
    "sigmoid": "check.sigmoid(sigmoid)\n### BEGIN HIDDEN TESTS\nfrom course.grading import grade\n\ngrade.sigmoid(sigmoid)\n### END HIDDEN TESTS",
    "softmax": "check.softmax(softmax)\n### BEGIN HIDDEN TESTS\nfrom course.grading import grade\n\ngrade.softmax(softmax)\n### END HIDDEN TESTS",
    "double": """assert double(3) == 6
assert np.array_equal(double(np.array([1.0, 2.5])), [2.0, 5.0])
for number in map(double, [1.5]):
    np.testing.assert_allclose(number, 3.0)
### BEGIN HIDDEN TESTS
assert all(map(lambda x: double(x) == 2 * x, [4, 5])), "the secret inputs are 4 and 5"
### END HIDDEN TESTS""",
}
POINTS = {"sigmoid": 2, "softmax": 3, "double": 2}
SETUP = "import numpy as np\n\nfrom course import check"


# --- making notebooks --------------------------------------------------------------------------------------------------


def code(source: str, **marks) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell(source)
    if marks:
        cell.metadata["nbgrader"] = {"schema_version": 3, "task": False, **marks}
    return cell


def answer_cell(name: str, source: str) -> nbformat.NotebookNode:
    return code(source, grade_id=name, grade=False, solution=True, locked=False, cell_type="code")


def check_cell(name: str, source: str = "") -> nbformat.NotebookNode:
    marks = {"grade": True, "solution": False, "locked": True, "points": POINTS[name], "cell_type": "code"}
    return code(source or TESTS[name], grade_id=f"check_{name}", **marks)


def notebook(answers: dict[str, str], first: str = "", last: str = "") -> nbformat.NotebookNode:
    cells = [code(SETUP), *([code(first)] if first else [])]
    for name in SOLVED:
        cells += [answer_cell(name, answers[name]), check_cell(name)]
    cells[-2:-2] = [code(last)] if last else []  # behind two tests; behind the last one nothing is run
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )


def submission(first: str = "", last: str = "", **answers: str) -> bytes:
    """A notebook in which nothing is solved except what is given."""
    return nbformat.writes(notebook(BLANK | answers, first, last)).encode()


def solved_except(first: str = "", last: str = "", **answers: str) -> bytes:
    return submission(first, last, **(SOLVED | answers))


def changed(change, answers: dict[str, str] = SOLVED) -> bytes:
    """A notebook whose cells or metadata were tampered with."""
    book = notebook(answers)
    book = change(book) or book
    return json.dumps(book).encode()


HONEST = solved_except()
ASSIGNMENT = Assignment("03-tiny", nbformat.writes(notebook(SOLVED)), {"given.py": b"def given():\n    return 1\n"})


def points(sigmoid: float = 0, softmax: float = 0, double: float = 0) -> dict[str, float]:
    return {"check_sigmoid": float(sigmoid), "check_softmax": float(softmax), "check_double": float(double)}


def said(graded: Graded) -> str:
    """All that the outputs and the text cells of a graded notebook say."""
    texts = []
    for cell in json.loads(graded.notebook)["cells"]:
        texts += ["".join(cell["source"])] if cell["cell_type"] == "markdown" else []
        for output in cell.get("outputs", ()):
            parts = [
                output.get("text", ""),
                output.get("ename", ""),
                output.get("evalue", ""),
                output.get("data", {}).get("text/plain", ""),
            ]
            texts += ["".join(part) for part in parts]
    return "\n".join(texts)


# --- what student code tries: to be right without an answer ---------------------------------------------------------------

# Each of these runs before anything is solved; only softmax is solved honestly. More of them, which need nothing of this course,
# are in benchmarks/hostile/.
TAKEOVERS = {
    "imports the reference": "from solutions.reference import sigmoid, softmax, double",
    "imports the reference through our own code": (
        "from course.grading.repository import load_solutions\nsigmoid = load_solutions().reference.sigmoid"
    ),
    "takes the reference out of the grader's module": (
        "import course.grading, gc, sys\n"
        "found = [o for o in gc.get_objects() if getattr(o, '__module__', '') == 'solutions.reference']\n"
        "found += [m for m in sys.modules if 'solutions' in m]\n"
        "assert not found\n"
        "course.grading.verdict = lambda *a, **k: course.checks.Verdict('sigmoid', True, 1.0, 2, 'passed', '')"
    ),
    "imports every module of ours and replaces what it finds": """
import importlib, pkgutil, course
for module in pkgutil.walk_packages(course.__path__, "course."):
    if module.name.endswith(".__main__"): continue
    try:
        module = importlib.import_module(module.name)
    except BaseException:
        continue
    for name, value in list(vars(module).items()):
        if callable(value) and getattr(value, "__module__", "").startswith(("course.checks", "course.cli")):
            setattr(module, name, lambda *args, **kwargs: 100.0)
""",
    "reads source/": f"""
import glob, os
for folder in ({str(ROOT)!r}, "/root", "/home", "/repo", "/srv", "/mnt", "/opt/course", ".", ".."):
    for path in [p for name in ("03-*.ipynb", "solutions/reference.py") for p in glob.glob(folder + "/**/" + name, recursive=True)]:
        raise SystemError("FOUND " + path)
""",
    "swaps check and grade": """
class Evil:
    def __getattr__(self, name): return lambda *a: 3.0
check = grade = Evil()
""",
    "climbs the frames": """
import sys
frame = sys._getframe()
while frame:
    for name in ("expected", "cases", "exam", "assignment"):
        if name in frame.f_locals: raise SystemError("FOUND " + name)
    frame = frame.f_back
""",
}

LOOKS_BACK = """
words = "HID" + "DEN", "grade" + ".", "assert" + "_allclose", "secret" + " inputs"
seen = [*In, *Out.values(), *get_ipython().history_manager.input_hist_raw]
if any(word in str(text) for text in seen for word in words): raise SystemError("FOUND")
"""

# Each stands for the answer sigmoid itself.
IMPOSTORS = {
    "an alias that changes later": """
kept = []
def sigmoid(x):
    kept.append(np.zeros(np.shape(x)))
    for array in kept: array[...] = 0.5
    return kept[0] if kept[0].shape == np.shape(x) else kept[-1]
""",
    "displayhook(3.0) inside the function": """
def sigmoid(x):
    get_ipython().displayhook(3.0)
    get_ipython().display_pub.publish({"text/plain": "3.0"})
    return 0
""",
    "values from course.plain": """
from course.plain import AnyOf, Between, Foreign, Rng
def sigmoid(x): return Between(-np.inf, np.inf)
""",
    "a list that holds itself": "def sigmoid(x):\n    a = []\n    a.append(a)\n    return a",
    "a dictionary without end": (
        "class Endless(dict):\n    def items(self):\n        while True: yield 1, 2\ndef sigmoid(x): return Endless(a=1)"
    ),
    "borrows without leave": """
import gc
def sigmoid(x):
    kernel = next(o for o in gc.get_objects() if type(o).__name__ == "_Kernel")
    return kernel._borrowed("sigmoid")(x)
""",
}

# Each is a way to write on the socket between kernel and grader while sigmoid is called.
CHANNEL = """
import json, os, socket, stat, struct, sys, threading
def channel():
    for fd in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode): return socket.socket(fileno=fd)
        except OSError: pass
def number():
    import gc
    return next(o for o in gc.get_objects() if type(o).__name__ == "_Kernel").number
def frame(content): return struct.pack(">Q", len(content)) + content
plain = {"message": "Called", "value": None, "failure": None, "changed": {}, "earlier": {}, "kept": None,
    "global_random": False, "warnings": [], "printed": ""}
def forge(**fields): channel().sendall(frame(json.dumps({"number": number(), **plain, **fields}).encode()))
def failure(**fields):
    empty = {"type_name": "", "message": "", "types": [], "line": "", "number": 0, "unwritten": "", "code_above": False}
    return {**empty, **fields}
def ones(x): return {"array": "AAAAAAAA8D8=", "shape": [], "dtype": "<f8"}
"""
FORGERIES = {
    "an answer of its own": "forge(value={'array': 'AAAAAAAA4D8=', 'shape': [1], 'dtype': '<f8'})",
    "points of its own": "forge(value={'array': 'AAAAAAAA4D8=', 'shape': [1], 'dtype': '<f8'}, passed=True, points=100)",
    "answers to later questions": """
for later in range(number(), number() + 300):
        channel().sendall(frame(json.dumps({"number": later, **plain, "value": 1.0}).encode()))""",
    "a frame of exabytes": "channel().sendall(struct.pack('>Q', 2**62))",
    "a frame of megabytes that never ends": "channel().sendall(struct.pack('>Q', 2**24) + b'[1')\n    import time; time.sleep(60)",
    "forty megabytes of empty lists": "channel().sendall(frame(b'[' + b'[],' * 13_000_000 + b'[]]'))",
    "nested without end": "channel().sendall(frame(b'[' * 10_000_000))",
    "no JSON": "channel().sendall(frame(bytes(range(256))))",
    "a bare number": "channel().sendall(frame(b'2.0'))",
    "an integer of a million digits": "channel().sendall(frame(b'{\"number\": ' + b'9' * 1_000_000 + b'}'))",
    "fields of the wrong types": "forge(value=1, changed=5, earlier=[3], warnings=7, printed={}, kept='x', global_random=[])",
    "a failure of the wrong types": "forge(failure=failure(types=5, type_name='\\x00', message=[1], line={}, number='x'))",
    "a failure with odd names": "forge(failure=failure(types=['\\x00', 'object'], type_name='\\x00', line='\\x00', number=-1))",
    "an exception that ends the grader": "forge(failure=failure(type_name='SystemExit', types=['SystemExit', 'KeyboardInterrupt']))",
    "an end of iteration": "forge(failure=failure(type_name='StopIteration', types=['StopIteration']))",
    "an array of negative shape": "forge(value={'array': 'AAAA', 'shape': [-1], 'dtype': '|u1'})",
    "an array of objects": "forge(value={'array': 'AAAAAAAAAAA=', 'shape': [1], 'dtype': '|O'})",
    "an array of gigabytes": "forge(value={'array': ['a'], 'shape': [1], 'dtype': '<U1000000000'})",
    "any value at all": "forge(value={'between': [{'float': '-inf'}, {'float': 'inf'}]})",
    "a borrow of nothing": "channel().sendall(frame(json.dumps({'number': number(), 'message': 'Borrow', 'name': 'x', 'args': 5, 'kwargs': 5}).encode()))",
    "a borrow of the wrong types": "channel().sendall(frame(json.dumps({'number': number(), 'message': 'Borrow', 'name': [1]}).encode()))",
    "half of a character pair": "forge(failure=failure(type_name='Error', types=['Error'], message='\\ud800'))",
}
OCCUPATION = """
s = channel()
    asked = {"number": number(), "message": "Call"}
    while True:
        found = {"message": "Found", "value": 1.0}
        answer = {"Call": {**plain, "value": 1.0}, "RunCell": {"message": "Shown", "outputs": []}}.get(asked["message"], found)
        s.sendall(frame(json.dumps({"number": asked["number"], **answer}).encode()))
        (size,) = struct.unpack(">Q", s.recv(8, socket.MSG_WAITALL))
        asked = json.loads(s.recv(size, socket.MSG_WAITALL))"""
for _name, _value in [
    ("warnings", "[[[], {}], ['SystemExit', '\\ud800'], 3]"),
    ("changed", "{'²': 1, '-1': 2, '0': {'list': 3}}"),
]:
    FORGERIES[f"{_name} of the wrong kind"] = f"forge(value=1.0, {_name}={_value})"

# Each ends or blocks its process, or eats what there is, when sigmoid is called.
DISASTERS = {
    "recursion in C": (
        "import sys\n    sys.setrecursionlimit(10**9)\n    f = lambda g: g(g)\n    return f(lambda g: [g(g)])",
        "sigmoid could not be called to its end|" + TOO_LONG,
    ),
}


def _takeover(attack: str) -> bytes:
    return submission(first=attack, softmax=SOFTMAX)


def _forgery(attack: str) -> bytes:
    return solved_except(first=CHANNEL, sigmoid=f"def sigmoid(x):\n    {attack.strip()}\n    return 0 * x")


CASES = [
    *[(f"takeover: {name}", _takeover(text), points(softmax=3), "") for name, text in TAKEOVERS.items()],
    *[(f"impostor: {name}", solved_except(sigmoid=t), points(0, 3, 2), "") for name, t in IMPOSTORS.items()],
    *[(f"channel: {name}", _forgery(text), points(0, 3, 2), "sigmoid") for name, text in FORGERIES.items()],
    ("channel: takes over and answers everything", _forgery(OCCUPATION), points(), "sigmoid"),
    ("takeover: parses the test out of In and history", solved_except(last=LOOKS_BACK), FULL, ""),
    (
        "impostor: ends the instructor's loops",
        solved_except(
            double="def double(x):\n    if isinstance(x, int) and x == 3: return 6\n    if np.ndim(x): return 2 * x\n    raise StopIteration"
        ),
        points(2, 3, 0),
        "StopIteration",
    ),
    ("takeover: stops being a shell", solved_except(first="get_ipython().run_cell = None"), points(), "damaged"),
    *[
        (f"disaster: {name}", solved_except(sigmoid=f"def sigmoid(x):\n    {text}"), points(0, 3, 2), words)
        for name, (text, words) in DISASTERS.items()
    ],
]


# Each is a cell that runs before the honest answers: everything is earned, whatever the cell did.
NUISANCES = {
    "a cell that kills itself the second time": (
        "import os, pathlib\nassert not pathlib.Path('/home/student/seen').exists()\npathlib.Path('seen').touch()",
        "",
    ),
}
CASES += [(f"nuisance: {name}", solved_except(first=text), FULL, words) for name, (text, words) in NUISANCES.items()]


# --- what is done to a notebook ------------------------------------------------------------------------------------------


def _cells(pick):
    def change(book):
        book.cells = pick(book.cells)

    return change


def _marks(**marks):
    def change(book):
        for cell in book.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.update(marks)

    return change


NOTHING = {name: BLANK[name] for name in SOLVED} | {"softmax": SOFTMAX}
CHANGED = {
    "schema version 1": (changed(_marks(schema_version=1, grade_id="sigmoid"), NOTHING), points(softmax=3), ""),
    "nested without end": (b"[" * 5_000_000, points(), "not a notebook"),
    "huge": (HONEST + b" " * LARGEST_NOTEBOOK, points(), "20 MB is the most"),
    "5,000 cells": (changed(_cells(lambda cells: cells + [code("1")] * 5000)), points(), "cells; 2000 is the most"),
}  # fmt: skip
CASES += [(f"notebook: {name}", *case) for name, case in CHANGED.items()]


# --- running them ------------------------------------------------------------------------------------------------------


def grade(content: bytes, sandbox: Sandbox, **options) -> Graded:
    return grade_submission(content, ASSIGNMENT, sandbox, **{"seed": 1, "limits": LIMITS} | options)


def processes_of(sandbox: Sandbox) -> set[str]:
    """All processes of the machine that descend from the sandbox."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[folder.name] = (folder / "stat").read_text(errors="replace").rsplit(")", 1)[1].split()[1]
        except OSError:
            continue
    found, more = set(), {str(sandbox._process.pid)}
    while more:
        found |= more
        more = {child for child, parent in parents.items() if parent in found} - found
    return found


@pytest.fixture
def nothing_left(sandbox):
    """After the test there are as many processes as before."""
    before = processes_of(sandbox)
    yield
    end = time.monotonic() + 5
    while (left := processes_of(sandbox) - before) and time.monotonic() < end:
        time.sleep(0.01)
    assert not left


@pytest.mark.parametrize(
    ("content", "expected", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_exactly_what_was_earned(content, expected, words, sandbox, nothing_left):
    graded = grade(content, sandbox)
    assert graded.points == expected
    assert any(word in said(graded) for word in words.split("|")) and "FOUND" not in said(graded)
    graded.notebook.encode()
    assert len(graded.notebook) < 2_000_000
    assert grade(HONEST, sandbox).points == FULL


SUITE = suite.load_cases()
SUITE_ASSIGNMENT = Assignment(suite.UNIT, nbformat.writes(suite.source_notebook()))


@pytest.mark.parametrize("case", SUITE, ids=[case.name for case in SUITE])
def test_what_any_grader_should_give(case, sandbox, nothing_left):
    """The submissions that other graders are compared by, see docs/comparison.md."""
    graded = grade_submission(case.content, SUITE_ASSIGNMENT, sandbox, seed=1, limits=LIMITS)
    assert {name: graded.points[f"check_{name}"] for name in case.must} == case.must
    assert any(word in said(graded) for word in case.says.split("|"))
    assert len(graded.notebook.encode()) < 2_000_000
    assert grade(HONEST, sandbox).points == FULL


# --- the walls of the sandbox --------------------------------------------------------------------------------------------

ESCAPES = """
import ctypes, glob, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
for flags in (0, 0x10000000 | 0x00020000, 0x10000000 | 0x00020000 | 0x20000000):  # the second and third in new namespaces
    if flags: libc.unshare(flags)
    for folder in (b"/proc", b"/home/student", b"/tmp", b"/dev/shm", b"/dev/pts", b"/"):
        libc.umount2(folder, 2)
    libc.mount(b"none", b"/", None, 16384 | (1 << 18), None)
    libc.mount(b"none", b"/", None, 32 | 16384, None)  # remount, writable
    libc.mount(b"proc", b"/proc", b"proc", 0, None)
    for pid in (1, 2, 3):
        try: text = open(f"/proc/{pid}/cmdline").read()
        except OSError: continue
        if "bwrap" in text or pid > 1: print("FOUND", text)
    libc.ptrace(16, os.getppid(), 0, 0)
    for root in ("REPOSITORY/solutions", "REPOSITORY/source", "/opt/course/solutions", "/opt/course/source"):
        if os.path.exists(root): print("FOUND", root)
    try: open("/opt/course/course/__init__.py", "a"); print("FOUND a file of ours that can be written")
    except OSError: pass
try: print("FOUND", subprocess.run(["su", "-c", "id"], capture_output=True, stdin=-3, timeout=1).stdout or 1 / 0)
except Exception: pass
print("TRIED", os.getuid() and "as nobody special")
""".replace("REPOSITORY", str(ROOT))


def test_nothing_is_revealed_by_namespaces_and_mounts(sandbox, nothing_left):
    graded = grade(solved_except(first=ESCAPES), sandbox)
    assert "TRIED as nobody special" in said(graded) and "FOUND" not in said(graded)
    assert graded.points == FULL


LEAVES = """
import ctypes, os, socket
for folder in (".", "/tmp", "/dev/shm", "/dev", "/dev/pts", "/proc", "/var/tmp", "/run", "/home", "/", "/opt/course"):
    try: open(f"{folder}/note", "w").write("x")
    except OSError: pass
server = socket.socket(socket.AF_UNIX)
server.bind("\\0note")
server.listen()
try:
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 5005))
except OSError: pass
ctypes.CDLL(None).shmget(4711, 4096, 0o1666)
master, slave = None, None
try: master, slave = os.openpty()
except OSError: pass
print("LEFT")
"""
FINDS = """
import ctypes, glob, os, socket
found = glob.glob("/*/note") + glob.glob("/*/*/note") + glob.glob("/note") + glob.glob("/dev/pts/[0-9]*") + glob.glob("/proc/[0-9]*")
for family, address in ((socket.AF_UNIX, "\\0note"), (socket.AF_INET, ("127.0.0.1", 5005))):
    try: socket.socket(family).connect(address); found.append(address)
    except OSError: pass
if ctypes.CDLL(None).shmget(4711, 4096, 0o666) >= 0: found.append("shared memory")
print("FOUND" if found else "ALONE", found)
"""


def test_submissions_do_not_reach_each_other(sandbox):
    sessions = [Session(sandbox, LIMITS, {}) for _ in range(2)]
    try:
        assert "LEFT" in str(sessions[0].run_cell(LEAVES))
        assert "ALONE []" in str(sessions[1].run_cell(FINDS))
    finally:
        for session in sessions:
            session.close()


def test_without_bubblewrap_grading_stops_with_a_clear_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationMissing, match="apt-get install bubblewrap"):
        Sandbox()


def test_a_bubblewrap_that_may_not_work_stops_grading_too(monkeypatch, tmp_path):
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(IsolationMissing, match="No permissions to create a new namespace"):
        Sandbox()


def test_no_isolation_must_be_asked_for_and_works_for_honest_submissions(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox("none") as trusting:
        assert grade(HONEST, trusting).points == FULL
        assert grade(
            solved_except(sigmoid="def sigmoid(x):\n    import os\n    os._exit(0)"), trusting
        ).points == points(0, 3, 2)
        end = time.monotonic() + 5
        while list(tmp_path.iterdir()) and time.monotonic() < end:
            time.sleep(0.01)
    assert not list(tmp_path.iterdir())


# --- one exercise never costs another ------------------------------------------------------------------------------------


def test_what_stands_behind_the_last_test_is_not_run(sandbox):
    book = notebook(SOLVED)
    book.cells.append(code("print('RAN')"))
    graded = grade(nbformat.writes(book).encode(), sandbox)
    assert graded.points == FULL and json.loads(graded.notebook)["cells"][-1]["outputs"] == []


@pytest.fixture
def slow(sandbox):
    """A machine ten times slower: whatever runs in the sandbox is stopped for nine tenths of the time."""
    over = threading.Event()

    def brake():
        nursery = {str(sandbox._process.pid)}
        while not over.is_set():
            kernels = [int(pid) for pid in processes_of(sandbox) - nursery if _is_a_kernel(pid)]
            for pause, signal_ in ((0.045, signal.SIGSTOP), (0.005, signal.SIGCONT)):
                for kernel in kernels:
                    with contextlib.suppress(OSError):
                        os.kill(kernel, signal_)
                over.wait(pause)

    def _is_a_kernel(pid: str) -> bool:
        """Only a kernel has a process space of its own, in which it is the first."""
        with contextlib.suppress(OSError):
            (line,) = [x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("NSpid")]
            return len(line.split()) == 4 and line.split()[-1] == "1"
        return False

    thread = threading.Thread(target=brake)
    thread.start()
    yield
    over.set()
    thread.join()


def test_a_right_answer_loses_nothing_on_a_machine_ten_times_slower(sandbox, slow):
    busy = "def double(x):\n    total = 0\n    for i in range(3_500_000): total += i\n    return 2 * x"  # 5 calls
    started = time.monotonic()
    graded = grade(solved_except(double=busy), sandbox)
    assert graded.points == FULL and not graded.not_judged
    assert time.monotonic() - started > LIMITS.cell_seconds  # it was slow indeed
    assert "✓ sigmoid" in said(graded)


def test_a_loop_that_never_ends_is_stopped_and_not_told_as_wrong(sandbox, slow):
    graded = grade(solved_except(sigmoid="def sigmoid(x):\n    while True: pass"), sandbox)
    assert graded.points == points(0, 3, 2)
    assert "seconds" in graded.not_judged and "not judged yet" in said(graded)
    assert "sigmoid: not right yet" not in said(graded) and "sigmoid" not in graded.verdicts


def test_the_same_seed_gives_the_same_bytes_even_after_a_death(sandbox):
    books = [
        HONEST,
        solved_except(
            sigmoid="import os\ndef sigmoid(x):\n    os._exit(0)", last="print(set('abcdef'), np.random.rand(3))"
        ),
        solved_except(first="while True: pass", softmax=BLANK["softmax"]),
    ]
    with Sandbox() as another:
        for book in books:
            assert grade(book, sandbox) == grade(book, sandbox) == grade(book, another)


def test_loops_in_many_cells_leave_time_for_the_exercises_after_them(sandbox):
    book = notebook(SOLVED | {"sigmoid": "def sigmoid(x):\n    while True: pass"})
    book.cells[3:3] = [code("sigmoid(np.zeros(3))") for _ in range(12)]
    graded = grade(nbformat.writes(book).encode(), sandbox, limits=Limits(cell_seconds=1))
    assert graded.points == points(0, 3, 2)
    assert "the cells of this exercise used more than 3 seconds of computing time" in said(graded)


FORWARD = Assignment(
    "03-tiny",
    nbformat.writes(
        nbformat.v4.new_notebook(
            cells=[
                code(SETUP),
                *[cell for name in ("sigmoid", "softmax") for cell in (answer_cell(name, SOLVED[name]), check_cell(name))],
                answer_cell("forward_pass", "def forward_pass(W, b, X): raise NotImplementedError()"),
                code("from course.grading import grade\n\ngrade.forward_pass(forward_pass)", grade_id="check_forward_pass",
                     grade=True, solution=False, locked=True, points=3, cell_type="code"),
            ]
        )
    ),
)  # fmt: skip
FORWARD_PASS = """def forward_pass(W, b, X):
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])"""


BURN = "\n".join(
    [
        "import os, time",
        "def burn():",
        "    for _ in range(3):",
        "        if os.fork() == 0:",
        "            while True: pass",
    ]
)


@pytest.mark.parametrize(
    ("first", "sigmoid", "earned"),
    [
        (BURN, "def sigmoid(x):\n    burn()\n    while True: pass", 0),
        (BURN, "def sigmoid(x):\n    burn()\n    return 0.5 * (1 + np.tanh(x / 2))", None),
        (BURN, f"{SIGMOID}\nburn()", None),
        (
            "import threading",
            f"{SIGMOID}\ndef burn():\n    while True: pass\nthreading.Thread(target=burn).start()",
            None,
        ),
    ],
    ids=["in a call that never ends", "behind a call", "behind a cell", "a thread behind a cell"],
)
def test_what_one_exercise_leaves_at_work_takes_no_time_from_another(first, sigmoid, earned, sandbox, nothing_left):
    slow = "def double(x):\n    total = 0\n    for i in range(1_500_000): total += i\n    return 2 * x"  # 5 calls
    graded = grade(solved_except(first=first, sigmoid=sigmoid, double=slow), sandbox, limits=Limits(cell_seconds=1))
    assert graded.points["check_softmax"] == 3 and graded.points["check_double"] == 2
    assert earned is None or graded.points["check_sigmoid"] == earned


def test_what_an_answer_borrows_takes_its_own_time(sandbox):
    """While forward_pass is given a second chance, it calls the lent softmax for minutes."""
    cells = [code(SETUP), answer_cell("sigmoid", SIGMOID), answer_cell("softmax", BLANK["softmax"])]
    cells += [answer_cell("forward_pass", "def forward_pass(W, b, X):\n    while True: softmax(np.zeros((300, 300)))")]
    book = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    started = time.process_time()
    graded = grade_submission(book, FORWARD, sandbox, seed=1, limits=LIMITS)
    assert graded.points == {"check_sigmoid": 2.0, "check_softmax": 0.0, "check_forward_pass": 0.0}
    assert time.process_time() - started < 4 * LIMITS.cell_seconds


@pytest.mark.parametrize("killer", ["import os; os._exit(0)", "while True: pass", "return 0 * x"])
def test_what_an_answer_calls_may_kill_the_kernel_without_a_loss(killer, sandbox):
    cells = [
        code(SETUP),
        answer_cell("sigmoid", SIGMOID),
        answer_cell("softmax", f"def softmax(x, axis=1):\n    {killer}"),
    ]
    cells += [answer_cell("forward_pass", FORWARD_PASS)]
    book = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    graded = grade_submission(book, FORWARD, sandbox, seed=1, limits=LIMITS)
    assert graded.points == {"check_sigmoid": 2.0, "check_softmax": 0.0, "check_forward_pass": 3.0}


@pytest.mark.parametrize(
    ("notes", "uses"),
    [
        ("oracle = sigmoid", "return oracle(x)"),  # keeps the function itself
        ("global grid, values; grid = np.linspace(-50, 50, 400_001); values = sigmoid(grid)", "return np.interp(x, grid, values)"),
        ("global grid, values; grid = np.linspace(-50, 50, 400_001); values = forward_pass(grid)", "return np.interp(x, grid, values)"),
    ],
)  # fmt: skip
def test_what_was_lent_cannot_be_noted_for_an_exercise_that_was_moved_behind(notes, uses, sandbox):
    cells = [code(SETUP), answer_cell("forward_pass", f"def forward_pass(W, b, X):\n    global oracle\n    {notes}")]
    cells += [answer_cell("sigmoid", f"def sigmoid(x):\n    {uses}"), answer_cell("softmax", SOFTMAX)]
    book = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    graded = grade_submission(book, FORWARD, sandbox, seed=1, limits=LIMITS)
    assert graded.points == {"check_sigmoid": 0.0, "check_softmax": 3.0, "check_forward_pass": 0.0}


# --- what is shown -------------------------------------------------------------------------------------------------------

SCRIPTS = """
from IPython.display import HTML, SVG, Javascript, Markdown, display
from course import plots
display(plots.sigmoid_curve(lambda z: 1 / (1 + np.exp(-z))))
display(HTML("<script>ATTACK()</script><b onclick='ATTACK()' style='color:red;position:fixed'>bold</b><iframe src='ATTACK'></iframe>"))
display(HTML("<img src=x onerror=ATTACK()><a href='javascript:ATTACK()'>link</a><svg onload=ATTACK()><style>ATTACK</style></svg>"))
display(Javascript("ATTACK()"), Markdown("<script>ATTACK()</script>"))
display({"image/png": "\\"><script>ATTACK()</script>", "text/plain": "picture"}, raw=True)
display({"image/svg+xml": "<svg><script>ATTACK()</script></svg>", "text/plain": "svg"}, raw=True)
display({"application/vnd.jupyter.widget-view+json": {"model_id": "ATTACK"}, "text/plain": "widget"}, raw=True)
"""


def feedback(graded: Graded, formgrader: bool = False, **options) -> str:
    """Return what the feedback page shows, or what formgrader does."""
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    from course.grading.feedback import CleanStudentCells, HideTests
    from course.grading.page import FeedbackPage

    book, _ = HideTests(config=Config(HideTests=options)).preprocess(nbformat.reads(graded.notebook, as_version=4), {})
    exporter = (
        HTMLExporter(template_name="classic", preprocessors=[CleanStudentCells]) if formgrader else FeedbackPage()
    )
    page, _ = exporter.from_notebook_node(book)
    return page[page.index("<body") :]


class _Danger(HTMLParser):
    """Collects what would run in a browser and says ATTACK."""

    def __init__(self):
        super().__init__()
        self.found, self.inside, self.tags = [], "", set()

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.tags.add(tag)
        if tag in ("iframe", "svg", "object", "embed", "base", "form"):
            self.found.append(tag)
        for name, value in attributes:
            if (
                name.startswith("on")
                or (name in ("href", "src") and "ATTACK" in (value or ""))
                or "fixed" in (value or "")
            ):
                self.found.append((tag, name, value))

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside in ("script", "style") and "ATTACK" in data:
            self.found.append((self.inside, data))


@pytest.mark.parametrize("formgrader", [False, True])
def test_no_script_of_a_student_runs_in_the_browser_of_who_reads_the_feedback(sandbox, formgrader):
    book = notebook(SOLVED, first=SCRIPTS)
    attack = (
        "<script>ATTACK()</script> <img src=x onerror='ATTACK()'> [x](javascript:ATTACK) <iframe src=ATTACK></iframe>"
    )
    links = (
        "[x](javascript:ATTACK)",
        "[x](JaVa&#115;cript&colon;ATTACK)",
        "\\\\[x\\\\](javascript:ATTACK)\n\n    [x](javascript:ATTACK)",
    )
    book.cells += [nbformat.v4.new_markdown_cell(link) for link in links]
    book.cells += [nbformat.v4.new_markdown_cell(attack), nbformat.v4.new_raw_cell(attack)]
    page = _Danger()
    page.feed(feedback(grade(nbformat.writes(book).encode(), sandbox), formgrader))
    assert not page.found
    assert {"figure", "figcaption", "details", "table", "img"} <= page.tags  # the course's own figure is still there


def test_feedback_tells_the_reason_and_hides_what_is_hidden(sandbox):
    graded = grade(
        solved_except(
            sigmoid="def sigmoid(x):\n    raise ValueError(str('TO' + 'LD') + str(x))",
            double="def double(x):\n    print('TO' + 'LD', x)\n    assert np.ndim(x) or x != 1.5, 'TO' + 'LD' + str(x)\n    return 2 * x",
        ),
        sandbox,
    )
    page = feedback(graded)
    assert "Your code stopped with AssertionError in line 3" in page and "ValueError" in page
    assert "TOLD" not in page and "secret inputs" not in page
    assert "TOLD" in feedback(graded, reveal=True)
    assert "This test did not pass." in feedback(grade(solved_except(double="def double(x):\n    return 5"), sandbox))


@pytest.mark.parametrize(
    "body",
    [
        "raise type('TO' + 'LD' + str(np.sum(x)), (ValueError,), {})",
        "line = 'raise ValueError  # ' + 'TO' + 'LD' + str(x)\n    import linecache\n"
        "    linecache.cache['told'] = (9, None, [line], 'told')\n    exec(compile(line, 'told', 'exec'))",
        "return {'TO' + 'LD' + str(x): 1}",
    ],
)
def test_feedback_repeats_no_word_that_an_answer_made_up(body, sandbox):
    page = feedback(grade(solved_except(sigmoid=f"def sigmoid(x):\n    {body}"), sandbox))
    assert "sigmoid: not right yet" in page.lower() and "TOLD" not in page


# --- a class -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def course_folder(tmp_path):
    (tmp_path / "source/03-tiny").mkdir(parents=True)
    (tmp_path / "source/03-tiny/03-tiny.ipynb").write_text(ASSIGNMENT.notebook)
    return tmp_path


def hand_in(folder: Path, student: str, content: bytes | None, name: str = "03-tiny.ipynb") -> Path:
    target = folder / "submitted" / student / "03-tiny"
    target.mkdir(parents=True, exist_ok=True)
    if content is not None:
        (target / name).write_bytes(content)
    return target


def scores(folder: Path) -> dict[str, float]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions("03-tiny")}


def grade_all(folder: Path):
    from course.grading.classroom import grade_class

    return grade_class(folder, "03-tiny", jobs=1, limits=LIMITS, console=Console(quiet=True))


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_one_broken_submission_holds_up_nobody_and_keeps_no_old_score(course_folder, sandbox):
    for student in ("ada", "bob", "cyd", "zoe"):
        hand_in(course_folder, student, HONEST)
    assert grade_all(course_folder).graded == 4
    assert scores(course_folder) == dict.fromkeys(("ada", "bob", "cyd", "zoe"), 7.0)

    hand_in(course_folder, "ada", HONEST[:500])  # was right, is broken now
    hand_in(course_folder, "bob", solved_except(first="import os; os.killpg(0, 9)", softmax=BLANK["softmax"]))
    shutil.rmtree(hand_in(course_folder, "cyd", None))
    hand_in(course_folder, "cyd", None)  # an empty folder
    hand_in(course_folder, "dan", HONEST, "03-tiny (1).ipynb")
    hand_in(course_folder, "eve", HONEST)
    hand_in(course_folder, "eve", b"not a notebook", "another.ipynb")
    (hand_in(course_folder, "fay", None) / "03-tiny.ipynb").symlink_to("../../eve/03-tiny/03-tiny.ipynb")
    (hand_in(course_folder, "gus", None).parent / "03-tiny").rename(course_folder / "moved")
    (course_folder / "submitted/gus/03-tiny").symlink_to("../eve/03-tiny")
    (course_folder / "submitted/hal").symlink_to("eve")
    os.mkfifo(hand_in(course_folder, "ian", None) / "03-tiny.ipynb")
    (hand_in(course_folder, "joe", None) / "03-tiny.ipynb").mkdir()
    hand_in(course_folder, "kim", b"\x00" * (LARGEST_NOTEBOOK + 1))
    hand_in(course_folder, "lou", changed(_cells(lambda cells: [*cells, code("'\ud800'")])))
    hand_in(course_folder, "..odd name; $(touch x) ..", HONEST)
    summary = grade_all(course_folder)
    expected = {"ada": 0, "bob": 4, "cyd": 0, "dan": 0, "eve": 7, "fay": 0, "gus": 0, "hal": 0, "ian": 0, "joe": 0}
    expected |= {"kim": 0, "lou": 7, "zoe": 7}
    assert scores(course_folder) == expected
    assert set(summary.problems) == {"ada", "cyd", "dan", "fay", "gus", "hal", "ian", "joe", "kim"}
    assert "found 03-tiny (1).ipynb" in summary.problems["dan"] and "a link" in summary.problems["fay"]
    for student, problem in summary.problems.items():
        assert problem in (course_folder / f"autograded/{student}/03-tiny/03-tiny.ipynb").read_text()
    assert (course_folder / "submitted/eve/03-tiny/03-tiny.ipynb").read_bytes() == HONEST


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgraders_own_autograde_keeps_no_old_score_either(course_folder, sandbox):
    def autograde():
        config = gradebook.configure(course_folder, "03-tiny")
        config.Autograde.force = True
        gradebook.convert(Autograde, config)
        return scores(course_folder)

    for student in ("ada", "bob", "cyd", "zoe"):
        hand_in(course_folder, student, HONEST)
    gradebook.convert(GenerateAssignment, gradebook.configure(course_folder, "03-tiny"))
    assert autograde() == dict.fromkeys(("ada", "bob", "cyd", "zoe"), 7.0)
    hand_in(course_folder, "ada", HONEST[:500])
    hand_in(course_folder, "bob", b"")
    (hand_in(course_folder, "cyd", None) / "03-tiny.ipynb").unlink()
    (hand_in(course_folder, "cyd", None) / "03-tiny.ipynb").symlink_to("../../zoe/03-tiny/03-tiny.ipynb")
    assert autograde() == {"ada": 0, "bob": 0, "cyd": 0, "zoe": 7}
    assert "the file is empty" in (course_folder / "autograded/bob/03-tiny/03-tiny.ipynb").read_text()


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_an_archive_writes_nothing_outside_of_its_folder(kind, tmp_path):
    """nbgrader unpacks what zip_collect is given; here is what the course relies on."""
    inside = tmp_path / "a/b/inside"
    inside.mkdir(parents=True)
    archive = tmp_path / f"handed-in.{kind}"
    names = ["../../outside.txt", f"{tmp_path}/absolute.txt", "link", "link/through.txt", "03-tiny.ipynb"]
    if kind == "zip":
        with zipfile.ZipFile(archive, "w") as packed:
            for name in names:
                info = zipfile.ZipInfo(name)
                info.external_attr = (0o120777 if name == "link" else 0o100644) << 16
                packed.writestr(info, str(tmp_path) if name == "link" else HONEST)
    else:
        with tarfile.open(archive, "w:gz") as packed:
            for name in names:
                info = tarfile.TarInfo(name)
                if name == "link":
                    info.type, info.linkname = tarfile.SYMTYPE, str(tmp_path)
                else:
                    info.size = len(HONEST)
                packed.addfile(info, io.BytesIO(HONEST))
    with contextlib.suppress(Exception):  # it may refuse
        unzip(str(archive), str(inside))
    assert {path.name for path in tmp_path.iterdir()} == {"a", archive.name}
    assert {path.name for path in (tmp_path / "a").rglob("*")} <= {
        "b",
        "inside",
        "03-tiny.ipynb",
        "link",
        "through.txt",
    }


def test_there_are_enough_of_them():
    assert len(CASES) >= 45 and len(SUITE) >= 80 and len({name for name, *_ in CASES}) == len(CASES)
