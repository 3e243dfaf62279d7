"""Your line: what a check says of the line is true, it never says more, and looking for it leaves no trace."""

import inspect
import json
import linecache
import re
import sys
import time

import numpy as np
import pytest

from course.checks import EXERCISES, Check, check_answer, frozen, looks
from course.checks.judge import judge
from course.checks.line import find_line, takes_long
from course.grading import draw_exam
from course.grading.repository import load_solutions
from tests.mutation import mutant_sources

SOLUTIONS = load_solutions()
FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.is_a == "function"]
A_FEW = 2  # mutants of each exercise, and one where whole trainings run; `python -m tests.test_line` tries them all


def write_cell(source, name, **more):
    """Return the function that a cell defines, as a notebook would: with its source where Python looks for it."""
    write_cell.count = getattr(write_cell, "count", 0) + 1
    file = f"<cell {write_cell.count}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    scope = {**vars(SOLUTIONS.reference), **more}
    exec(compile(source, file, "exec"), scope)
    return scope[name]


def wrong_answers(name):
    """Yield mutants of the reference and of the variants that are wrong, each with its changed line's number."""
    answers = [getattr(SOLUTIONS.reference, name), *SOLUTIONS.variants[name]]
    for answer in answers:
        if not inspect.isfunction(answer) or answer.__closure__:
            continue
        around = vars(sys.modules[answer.__module__])
        for source, number, line in mutant_sources(answer):
            yield write_cell(source, answer.__name__, **around), number, f"{name}: {line}"


def spread(items, count):
    """Return some of the items, evenly spread."""
    return [items[int((place + 0.5) * len(items) / count)] for place in range(min(count, len(items)))]


def what_is_said(name, answers, seconds):
    """Return for each wrong answer whether the line that is said is the changed one; None where nothing is said."""
    exam = frozen.load(name)
    found = {}
    for answer, number, text in answers:
        if not judge(exam, answer, 10).passed:
            line = find_line(exam, answer, seconds)
            found[f"{text} ({len(found)})"] = line and line.number == number
    return found


@pytest.mark.filterwarnings("ignore")
def test_the_line_that_is_said_is_the_wrong_one():
    """At least 99% of what is said is right, and at least 60% get a line: so of a few of each exercise none may be wrong."""
    found = {}
    for name in FUNCTIONS:
        count = 1 if takes_long(EXERCISES[name]) else A_FEW
        found |= what_is_said(name, spread(list(wrong_answers(name)), count), seconds=2)
    wrong = [text for text, is_right in found.items() if is_right is False]
    assert not wrong, "\n".join(wrong)
    said = sum(is_right is not None for is_right in found.values())
    assert said >= 0.6 * len(found) > 0, f"{said} of {len(found)} get a line"


SQUARES = """
def softmax(x, axis=1):
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers * powers, axis=axis, keepdims=True)
"""
WITH_A_HELPER = """
def scale(total, count):
    return total * count

def accuracy(labels, Y_hat):
    hits = np.sum(np.argmax(Y_hat, axis=1) == labels)
    return scale(hits, len(labels))
"""


def test_a_check_says_the_line_and_what_to_look_at_and_nothing_else(monkeypatch):
    monkeypatch.setattr("course.checks.line._SECONDS", 10)
    verdict = check_answer("softmax", write_cell(SQUARES, "softmax"))
    assert (verdict.line.number, verdict.line.text) == (4, SQUARES.splitlines()[3].strip())
    assert vars(verdict.line).keys() == {"number", "text", "look", "what", "shape"}
    assert "line 4" in str(verdict) and verdict.line.look in verdict.to_html()
    assert verdict.to_json()["line"] == vars(verdict.line) == json.loads(json.dumps(verdict.to_json()))["line"]
    for text in (str(verdict), verdict.to_html(), json.dumps(verdict.to_json())):
        assert "np.sum(powers," not in text


@pytest.mark.parametrize("name", [name for name in vars(looks) if name.isupper()])
def test_each_look_says_what_to_do_or_asks_and_holds_no_code(name):
    text = getattr(looks, name)
    assert re.search(r"\?$|\b(put in|print|compare|work it out|try)\b", text) and len(text) > 40
    assert not re.search(r"[`()=@*/]|np\.", text)


def test_an_exception_that_is_asked_for_is_no_value_of_its_own():
    """`np.zeros((-len(labels), …))` raises ValueError everywhere, also where it should: that is not where it goes wrong."""
    source = "def one_hot(labels, num_classes=10):\n    Y = np.zeros((len(labels), num_classes))\n    Y[labels] = 1\n    return Y\n"
    assert find_line(frozen.load("one_hot"), write_cell(source, "one_hot"), 10) is None


def test_a_function_of_the_same_cell_is_searched_too():
    line = find_line(frozen.load("accuracy"), write_cell(WITH_A_HELPER, "accuracy"), 10)
    assert (line.number, line.text) == (3, "return total * count")


TWO_MISTAKES = """
def output_gradients(A_1, Y_hat, Y):
    dZ_2 = (Y_hat - Y) / len(Y)
    dW_2 = A_1.T @ dZ_2
    db_2 = dZ_2.sum(axis=0)
    return dW_2, 3 * db_2 - 1
"""


def test_of_several_results_the_one_is_told_that_goes_wrong_there_and_its_shape():
    line = find_line(frozen.load("output_gradients"), write_cell(TWO_MISTAKES, "output_gradients"), 10)
    assert (line.number, line.what) == (4, "dW_2 goes wrong")
    assert line.shape.startswith("dW_2 (") and line.shape in str(line)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        # 1/n is missing, and may come in at either line
        ("calc_loss", "def calc_loss(Y_hat, Y):\n    total = np.sum(Y * np.log(Y_hat + 1e-12))\n    return -total\n"),
        # two mistakes at two lines
        ("relu_prime", "def relu_prime(z):\n    z = z + 1\n    y = z < 0\n    return y * 3\n"),
        # a smaller eps would hide it, but the default is what was asked for
        (
            "numeric_gradient",
            "def numeric_gradient(f, theta, eps=1e-5):\n    g = np.zeros(theta.shape)\n    for i in np.ndindex(theta.shape):\n"
            "        up = theta.copy()\n        up[i] += eps\n        g[i] = (f(up) - f(theta)) / eps\n    return g\n",
        ),
        # a wrong size would raise the ValueError that some cases ask for
        (
            "one_hot",
            "def one_hot(labels, num_classes=10):\n    Y = np.zeros((len(labels), num_classes))\n    Y[labels] = 1\n    return Y\n",
        ),
        # right
        ("relu", "def relu(z):\n    return np.maximum(z, 0)\n"),
    ],
)
def test_where_no_line_or_several_could_be_meant_nothing_is_said(name, source):
    assert find_line(frozen.load(name), write_cell(source, name), 10) is None


@pytest.mark.parametrize(
    "line",
    ["open('x', 'a')", "np.save('x', z)", "SEEN.append(z)", "import os", "exec('')", "SEEN[0] = 1", "global SEEN"],
)
def test_what_may_reach_beyond_its_arguments_is_not_tried(line):
    source = f"def relu(z):\n    {line}\n    return np.maximum(z, 1)\n"
    assert find_line(frozen.load("relu"), write_cell(source, "relu", SEEN=[0, 0]), 10) is None


def test_a_variable_of_the_notebook_with_an_arguments_name_does_not_matter():
    answer = write_cell("def relu(z):\n    y = np.minimum(z, 0)\n    return y\n", "relu", z=np.ones(3), y=[1])
    assert find_line(frozen.load("relu"), answer, 10).number == 2


def test_an_answer_without_a_source_gets_no_line():
    scope = {"np": np}
    exec("def relu(z): return np.maximum(z, 1)", scope)
    for answer in (scope["relu"], np.ceil, "relu", None):
        assert find_line(frozen.load("relu"), answer, 10) is None


def test_grading_does_not_look_for_it():
    assert find_line(draw_exam(EXERCISES["softmax"], 3), write_cell(SQUARES, "softmax"), 10) is None


ENDLESS = """
def count_parameters(W, b):
    total, layer = 1, 0
    while layer < len(W):
        print(layer)
        total += W[layer].size + b[layer].size
        layer += 1
    return total
"""


def test_loops_that_never_end_are_stopped_and_nothing_is_left_behind(capsys):
    answer = write_cell(ENDLESS, "count_parameters")
    before = np.random.get_state()[1].tolist(), sys.stdout, np.geterr()  # noqa: NPY002
    started = time.process_time()
    line = find_line(frozen.load("count_parameters"), answer, 4)
    assert time.process_time() - started < 6
    assert line is None or line.number == 3
    assert (np.random.get_state()[1].tolist(), sys.stdout, np.geterr()) == before  # noqa: NPY002
    assert capsys.readouterr() == ("", "")


HUNGRY = """
def relu(z):
    room = np.ones(10 ** 6)
    return np.maximum(z, 1) + 0 * room[0]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no change asks for another size")
def test_no_change_takes_much_memory():
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_AS)
    line = find_line(frozen.load("relu"), write_cell(HUNGRY, "relu"), 10)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 3 * 2**20  # in KiB
    assert resource.getrlimit(resource.RLIMIT_AS) == limits
    assert line.number == 4


def test_a_doubtful_name_gives_way_to_the_line(monkeypatch):
    """The name of a mistake that is wrong elsewhere than the answer is not said if a line is found."""
    monkeypatch.setattr("course.checks.line._SECONDS", 10)
    exam = frozen.load("softmax")
    answer = write_cell(SQUARES, "softmax")
    found = judge(exam, answer)
    named = type(found)(**{**vars(found), "mistake": "ignores_axis", "cause": "The argument axis is not used."})
    monkeypatch.setattr("course.checks.student.judge", lambda *args: named)
    verdict = check_answer("softmax", answer)
    assert verdict.line.number == 4 and verdict.mistake is None and "axis is not used" not in str(verdict)


def test_a_name_that_explains_everything_is_enough():
    known = next(known for known in SOLUTIONS.mistakes["accuracy"] if known.name)
    verdict = check_answer("accuracy", known.function)
    assert verdict.mistake == known.name and verdict.line is None


TRAIN = """
def train(W, b, X, Y, epochs, lr):
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        Z_1, A_1, Y_hat = forward_pass(W, b, X)
        history["loss"].append(calc_loss(Y_hat, Y))
        history["accuracy"].append(accuracy(from_one_hot(Y), Y_hat))
        grad_W, grad_b = back_prop(W, X, Z_1, A_1, Y_hat, Y)
        W, b = update(W, b, grad_W, grad_b, 3 * lr)
    return W, b, history
"""


def test_what_takes_long_comes_with_the_third_hint(monkeypatch):
    monkeypatch.setattr("course.checks.student._SECONDS_FOR_LINE", 30)
    check = Check()
    verdict = check.train(write_cell(TRAIN, "train"))
    assert verdict.line is None
    assert "line 9" in str(check.hint("train", 3))
    assert "line 9" in str(check.hint("train", 3))


if __name__ == "__main__":
    together = {}
    for exercise in sys.argv[1:] or FUNCTIONS:
        here = what_is_said(exercise, wrong_answers(exercise), 5)
        together |= here
        counts = [list(here.values()).count(kind) for kind in (True, None, False)]
        print(f"{exercise}: right {counts[0]}, silent {counts[1]}, wrong {counts[2]}", flush=True)
        print(*(f"  {text}" for text in here if here[text] is False), sep="\n")
    said = [is_right for is_right in together.values() if is_right is not None]
    print(f"{len(together)} wrong answers, {len(said)} get a line, {sum(said)} of these are right")
