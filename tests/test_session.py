"""The honest side of stand-ins: a call to a student's function looks the same from here as in the student's own notebook."""

from __future__ import annotations

import contextlib
import inspect
import json
import socket
import struct
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest

pytest.importorskip("nbgrader")

from course.checks import functions
from course.checks.calls import Failure
from course.grading.sandbox import Limits
from course.grading.session import KernelDied, OutOfTime, Session, StandIn, lend
from course.plain import AnyOf, Between, Foreign, Function, Rng
from course.sandboxed import messages
from course.sandboxed.channel import LARGEST, ChannelClosed, TooLate, receive, send

CELLS = """\
import warnings
import numpy as np
kept = []

def add_one(x, many=None):
    x += 1
    if many: many["seen"] = [1, 2]; many["array"][0] = 7

def replace(items): items[:] = [9, 8, 7]
def draw(rng): return rng.normal(size=3)
def spread(n):
    for i in range(n): yield np.full(2, i)
def fails(x):
    y = x + 1
    return y / "text"
class OwnError(ValueError): pass
def fails_with_its_own(): raise OwnError("my words")
def loud():
    print("hello")
    warnings.warn("careful", RuntimeWarning)
    return np.log(np.zeros(1))
buffer = np.zeros(2)
def reused(x):
    buffer[:] = x
    return buffer
def slope(f, x, h=1e-6): return (f(x + h) - f(x - h)) / (2 * h)
def global_random(): return np.random.random()
def mixed(): return {"a": (1, [2.5, None]), 3: "text", "b": np.float32(1.5), "c": np.array([[True]]), "s": {1}}
def apply(f, x): return f(x)
def double(x): return 2 * x
def helper(x): return x
def uses_helper(x): return helper(x) + 1

class NeuralNetwork:
    rate = 0.5
    def __init__(self, sizes, seed=0):
        self.sizes, self.W, self.losses = sizes, [np.zeros((3, 2)), np.ones((1, 3))], []
    def fit(self, X, y, epochs=2):
        for epoch in range(epochs):
            self.losses.append(float(epoch))
            self.W[0] += 1
        return self
    def predict(self, X): return X @ self.W[0].T
    @property
    def broken(self): raise AttributeError("no")
net = NeuralNetwork([2, 3])
number, text, nothing = 3, "text", None
"""


@pytest.fixture(scope="module")
def session(sandbox):
    started = Session(sandbox, Limits(cell_seconds=60), {"given.py": b"x = 1"})
    assert started.run_cell(CELLS) == []
    yield started
    started.close()


@pytest.fixture
def student(session):
    return session.look_up


def test_names_and_plain_values(student):
    assert (student("number"), student("text"), student("nothing")) == (3, "text", None)
    with pytest.raises(KeyError):
        student("missing")
    mixed = student("mixed")()
    assert mixed["a"] == (1, [2.5, None]) and mixed[3] == "text"
    assert mixed["b"] == 1.5 and mixed["b"].dtype == np.float32 and mixed["c"].dtype == bool
    assert isinstance(mixed["s"], StandIn)


def test_arguments_changed_in_place_are_changed_here(student):
    x, many = np.zeros(3), {"array": np.zeros(2)}
    student("add_one")(x, many=many)
    assert np.array_equal(x, [1, 1, 1])
    assert many["seen"] == [1, 2] and np.array_equal(many["array"], [7, 0])
    items = [1, 2]
    student("replace")(items)
    assert items == [9, 8, 7]


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.SFC64])
def test_generators_cross_as_their_state(kind, student):
    rng, same = np.random.Generator(kind(3)), np.random.Generator(kind(3))
    for _ in range(2):
        assert np.array_equal(student("draw")(rng), same.normal(size=3))
    assert rng.random() == same.random()


def test_iterables_are_consumed_there(student):
    assert [list(item) for item in student("spread")(3)] == [[0, 0], [1, 1], [2, 2]]
    assert len(list(student("spread")(10**6))) == 10_000


def test_exceptions_keep_their_type_and_line(student):
    with pytest.raises(TypeError) as caught:
        student("fails")(1)
    assert (caught.value.failure.line, caught.value.failure.type_name) == ('return y / "text"', "TypeError")
    assert caught.value.failure.number == CELLS.splitlines().index('    return y / "text"') + 1
    with pytest.raises(ValueError, match="my words") as caught:
        student("fails_with_its_own")()
    assert type(caught.value).__name__ == "OwnError"


def test_prints_and_warnings_are_heard_here(student, capsys):
    with pytest.warns(RuntimeWarning) as caught:
        assert student("loud")()[0] == -np.inf
    assert capsys.readouterr().out == "hello\n"
    assert [str(warning.message) for warning in caught] == ["careful", "divide by zero encountered in log"]


def test_a_later_call_that_changes_an_earlier_result_changes_it_here(student):
    first = student("reused")(1.0)
    assert np.array_equal(first, [1, 1])
    student("reused")(5.0)
    assert np.array_equal(first, [5, 5])


def test_functions_of_the_course_are_arguments(student):
    theta = np.array([1.0, 2.0])
    slope = student("slope")(functions.quartic, theta)
    assert slope == pytest.approx((functions.quartic(theta + 1e-6) - functions.quartic(theta - 1e-6)) / 2e-6)


def test_their_own_functions_are_arguments(student):
    assert student("apply")(student("double"), 4) == 8


def test_functions_of_the_grader_are_not(student):
    with pytest.raises(TypeError, match="only plain values can"):
        student("apply")(lambda x: x, 4)


def test_the_global_random_numbers_move_here_too(student):
    before = np.random.get_state()[2]  # noqa: NPY002
    student("global_random")()
    assert np.random.get_state()[2] != before  # noqa: NPY002


def test_signatures(student):
    assert list(inspect.signature(student("slope")).parameters) == ["f", "x", "h"]
    assert inspect.signature(student("slope")).bind(1, 2)
    with pytest.raises(TypeError):
        inspect.signature(student("slope")).bind(1)
    assert student("slope").__name__ == "slope"


def test_classes_methods_and_attributes(student):
    network_class = student("NeuralNetwork")
    assert network_class.bases == ("NeuralNetwork", "object") and network_class.rate == 0.5
    network = network_class([2, 3], seed=1)
    assert network.sizes == [2, 3] and network.losses == []
    assert network.fit(np.zeros((4, 2)), np.zeros(4), epochs=3) is network
    assert network.losses == [0.0, 1.0, 2.0] and np.array_equal(network.W[0], np.full((3, 2), 3.0))
    assert np.array_equal(network.predict(np.ones((1, 2))), [[6, 6, 6]])
    assert not hasattr(network, "missing") and not hasattr(network, "broken")
    assert student("net") is student("net")


def test_what_is_lent_is_lent_for_the_calls_inside_only(session, student):
    answer = student("uses_helper")
    assert answer(1) == 2
    with lend(answer, {"helper": lambda x: 100 * x}):
        assert answer(1) == 101
    assert answer(1) == 2
    with lend(answer, {"helper": lambda x: np.zeros(10**12)}), pytest.raises(ValueError, match="MemoryError"):
        answer(1)
    with lend(answer, {"helper": lambda x: np.zeros(x)}), pytest.raises(ValueError, match="too large"):
        answer(10**8)


# --- the protocol --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        messages.PutFiles({"given.py": "eA=="}), messages.RunCell("1 + 1"), messages.Call(3, {"list": []}, {"dict": []}, ["f"]),
        messages.Lent(problem="no"), messages.Done(), messages.Shown([{"output_type": "stream"}]), messages.Found(None),
        messages.Missing(), messages.Attributes({"a": 1.5}, ["a"]), messages.Borrow("f", 1, 2), messages.Damaged("x"),
        messages.Called(1.5, None, {"0": 2}, {}, 7, False, [["UserWarning", "careful"]], "hello"),
        messages.Called(None, Failure("E", "m", ("E", "Exception"), "x = 1", 3), {}, {}, None, True, [], ""),
        messages.StartKernel(1, 2, 3, True, "/home", ["/tmp"]),
    ],
    ids=lambda message: type(message).__name__,
)  # fmt: skip
def test_a_message_arrives_as_it_was_sent(message):
    sent = json.loads(json.dumps(messages.to_json(4, message)))
    assert messages.from_json(sent, (messages.RunCell, type(message))) == (4, message)


@pytest.mark.parametrize(
    "sent",
    [
        None, [], 5, {}, {"number": 1}, {"message": "Found", "value": 1}, {"number": "1", "message": "Found", "value": 1},
        {"number": True, "message": "Found", "value": 1}, {"number": 1, "message": "Found"},
        {"number": 1, "message": "Found", "value": 1, "points": 9}, {"number": 1, "message": "Done"},
        {"number": 1, "message": ["Found"], "value": 1}, {"number": 1, "message": "Shown", "outputs": "x"},
        {"number": 1, "message": "Shown", "outputs": [3]}, {"number": 1, "message": "Attributes", "attributes": [], "given": []},
        {"number": 1, "message": "Attributes", "attributes": {}, "given": [1]}, {"number": 1, "message": "Found", "value": 1, "": 2},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_message_that_may_come_is_refused(sent):
    with pytest.raises(ValueError):
        messages.from_json(sent, (messages.Found, messages.Shown, messages.Attributes))


def test_the_sandboxed_side_does_not_know_the_grader():
    look = "import sys\nfrom course.sandboxed import kernel, nursery\nnursery._import_everything()\nprint(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=120
    ).stdout
    assert "course.sandboxed.kernel" in loaded.split() and "course.grading" not in loaded.split()


def test_a_sandbox_does_not_see_the_grader(session):
    assert "ModuleNotFoundError" in str(session.run_cell("import course.grading.exam"))


def test_the_time_that_counts_is_that_of_computing(sandbox):
    session = Session(sandbox, Limits(), {})
    session.run_cell("import os, time; time.sleep(2)")
    assert 0.35 < session.spent() < 2  # only waiting counts a fifth
    session.allow(0.5)
    with pytest.raises(OutOfTime):
        session.run_cell("while True: pass")
    assert session.spent() >= 0.5


def test_who_sleeps_is_not_waited_for_as_long_as_who_waits_for_a_processor(sandbox, monkeypatch):
    monkeypatch.setattr("course.grading.stopwatch.IDLE", 1)
    session = Session(sandbox, Limits(), {})
    with pytest.raises(OutOfTime, match="no answer for 1 seconds"):
        session.run_cell("import time; time.sleep(100)")


BURN = """
import os, signal, sys
def burn(seconds):
    if os.fork() == 0:
        while time.process_time() < seconds: pass
        os._exit(0)
"""


@pytest.mark.parametrize(
    ("cell", "least"),
    [
        ("burn(0.5); os.wait()", 0.45),
        ("burn(0.5); os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)", 0.45),  # a zombie
        ("if os.fork() == 0:\n    burn(0.5); os._exit(0)\nos.wait(); os.wait()", 0.45),  # whose parent is gone
        ("signal.signal(signal.SIGCHLD, signal.SIG_IGN); burn(1)\ntry: os.wait()\nexcept ChildProcessError: pass", 0.3),
        ("!{sys.executable} -c 'import time; list(iter(lambda: time.process_time() < 0.5, False))'", 0.45),
    ],
    ids=["waited for", "not waited for", "left alone", "forgotten by Linux", "a command"],
)  # fmt: skip
def test_the_time_of_what_a_kernel_starts_counts(cell, least, sandbox):
    with contextlib.closing(Session(sandbox, Limits(), {})) as session:
        assert session.run_cell("import time" + BURN) == []
        before = session.spent()
        session.run_cell(cell)
        assert session.spent() - before >= least


def test_the_time_of_a_kernel_that_has_ended_counts(sandbox):
    session = Session(sandbox, Limits(), {})
    with pytest.raises(KernelDied):
        session.run_cell(
            "import os, time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass\nos._exit(0)"
        )
    assert session.spent() >= 0.45


def test_a_command_says_how_it_ended(sandbox):
    with contextlib.closing(Session(sandbox, Limits(), {})) as session:
        (shown,) = session.run_cell("!exit 3\nimport subprocess\nprint(_exit_code, subprocess.run('false').returncode)")
    assert shown["text"] == "3 1\n"


# --- what is not well-formed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        [1, 2], {}, {"x": 1}, {"array": [1], "shape": [1], "dtype": "<f8"}, {"array": "AAAA", "shape": [-1], "dtype": "|u1"},
        {"array": "AAAA", "shape": [4], "dtype": "|u1"}, {"array": "!!!!", "shape": [3], "dtype": "|u1"},
        {"array": "AAAAAAAAAAA=", "shape": [1], "dtype": "|O"}, {"array": "AAAA", "shape": [True, 3], "dtype": "|u1"},
        {"array": "", "shape": [0], "dtype": {"names": ["a"], "formats": ["O"]}}, {"array": "", "shape": [2**70], "dtype": "|u1"},
        {"array": "AAAA", "shape": "3", "dtype": "|u1"}, {"array": None, "shape": None, "dtype": None},
        {"array": "AAAAAAAAAAA=", "shape": [1], "dtype": "<M8[s]"}, {"array": "", "shape": [0] * 100, "dtype": "<f8"},
        {"list": 5}, {"dict": [[{"list": []}, 1]]}, {"dict": [[1, 2, 3]]}, {"float": [1]}, {"float": "x"}, {"foreign": {}},
        {"rng": 3}, {"function": "quartic"}, {"any of": [1, 2]}, {"between": [0, 1]}, {"object": "x", "type": "y"},
        {"generator": {"bit_generator": "MT19937", "state": {"key": {"words": ["1"] * 624}, "pos": {"integer": "9999999"}}}},
        {"generator": {"bit_generator": "PCG64"}}, {"generator": {"bit_generator": "PCG64", "state": {"integer": "x"}}},
        {"generator": {"bit_generator": "seed"}}, {"generator": 5}, {"iterator": 5}, {"module": "os"},
    ],
    ids=str,
)  # fmt: skip
def test_a_malformed_value_becomes_a_stranger(sent, session):
    assert session.decode(sent) == Foreign("malformed value")
    inside = session.decode({"list": [sent]})
    assert isinstance(inside, Foreign)


def test_no_value_means_more_here_than_it_says(session):
    deep: dict = {"list": []}
    for _ in range(5000):
        deep = {"list": [deep]}
    assert isinstance(session.decode(deep), Foreign)
    strange = session.decode({"array": "AgMB", "shape": [3], "dtype": "|b1"})
    assert strange.view(np.uint8).tolist() == [1, 1, 1]
    for special in (Rng(1), AnyOf((1,)), Between(0, 1), Function("quartic")):
        assert (
            type(session.decode(session.encode([special])) if not isinstance(special, Rng) else Foreign("")) is Foreign
        )


@pytest.fixture
def pair():
    ends = socket.socketpair()
    yield ends
    for end in ends:
        end.close()


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b"\xff\xfe", b"{", b"9" * 100_000, b"[" + b"[]," * 3_000_001 + b"1]"]
)
def test_what_is_no_message_closes_the_channel(content, pair):
    import threading

    writer = threading.Thread(target=pair[0].sendall, args=(struct.pack(">Q", len(content)) + content,))
    writer.start()
    with pytest.raises(ChannelClosed):
        receive(pair[1], time.monotonic() + 10)
    writer.join()


def test_a_message_that_is_announced_too_large_is_not_waited_for(pair):
    pair[0].sendall(struct.pack(">Q", LARGEST + 1))
    with pytest.raises(ChannelClosed, match=str(LARGEST + 1)):
        receive(pair[1], time.monotonic() + 10)


def test_deadlines_hold_in_both_directions(pair):
    started = time.monotonic()
    with pytest.raises(TooLate):
        send(pair[0], "x" * 10_000_000, started + 0.2)  # nobody reads
    with pytest.raises(TooLate):
        receive(pair[0], started + 0.4)
    assert time.monotonic() - started < 2
    send(pair[1], json.loads("[1]"))  # the last deadline is not that of the next message


def test_a_kernel_that_reads_nothing_is_stopped_while_the_grader_writes(sandbox):
    session = Session(sandbox, Limits(), {})
    session.run_cell("import time, course.sandboxed.kernel as k\nk.receive = lambda *a: time.sleep(100)")
    session.allow(0.5)
    with pytest.raises(OutOfTime, match=r"no answer for 2\.5 seconds"):
        session.run_cell("#" * 20_000_000)
    session.close()


def test_a_stand_in_is_like_nothing_else(student):
    standin = student("net")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (standin == 1) is False and standin != standin.W and repr(standin) == "<a student's NeuralNetwork>"
    with pytest.raises(TypeError):
        float(standin)


def test_all_processes_of_a_submission_share_one_limit_of_memory(sandbox):
    limits = Limits(cell_seconds=30, memory=3 * 2**29)
    session = Session(sandbox, limits, {})
    takes = "import os, time, numpy as np\nfor _ in range(6):\n    if os.fork() == 0:\n        a = np.ones(5 * 10**7)\n"
    with pytest.raises(KernelDied, match="ran out of memory"):
        session.run_cell(takes + "        time.sleep(60)\ntime.sleep(60)")
    session = Session(sandbox, limits, {})  # children share what they did not change
    assert (
        session.run_cell("import os, time\nfor _ in range(12):\n    if os.fork() == 0: time.sleep(60)\ntime.sleep(1)")
        == []
    )
    session.close()


def test_guesses_and_the_running_network_work_in_a_kernel(sandbox):
    """And train nothing there, where nobody looks."""
    with contextlib.closing(Session(sandbox, Limits(), {})) as session:
        session.run_cell("from course import check, data, network\ncheck.guess('it', 3)")
        (compared,) = session.run_cell("print(check.guess('it', is_=5))")
        assert compared["text"] == "You said 3, it is 5: 2 too low.\n"
        (shown,) = session.run_cell("network.so_far(one_hot=None)")
        assert "not trained while a notebook is graded" in shown["data"]["text/plain"]
        (painted,) = session.run_cell("network.paint(data.load_digits()[0][3], [(3, 2, 16)])")
        assert "after" in painted["data"]["text/plain"]
