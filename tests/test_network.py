"""The running network: whatever the reader has so far, it answers, in time, and says whose each part is."""

import time
import types

import numpy as np
import pytest

from course import data, network
from course.checks import EXERCISES
from course.checks.student import check_answer
from course.plots import figure
from tests.conftest import ROOT

# What each unit adds, as its last cell hands it over.
ADDED = {
    "01": ("min_max", "one_hot", "from_one_hot"),
    "02": ("init_weights",),
    "03": ("sigmoid", "softmax", "forward_pass", "predict"),
    "04": ("calc_loss", "accuracy"),
    "05": ("output_gradients", "back_prop"),
    "06": ("update", "train_step"),
    "07": ("train", "train_and_test"),
    "08": ("misclassified",),
}
ALL = [name for names in ADDED.values() for name in names]


def blank(*args):
    raise NotImplementedError()


@pytest.fixture(scope="module")
def borrowed():
    """The network in which everything is borrowed."""
    return network.so_far(epochs=60)


@pytest.fixture(scope="module")
def parts(reference):
    return {name: getattr(reference, name) for name in ALL}


def test_every_part_is_an_exercise():
    assert set(network._NAMES) <= set(EXERCISES) and sorted(ALL) == sorted(network._NAMES)


def test_all_borrowed_reads_digits():
    shown = network.so_far()
    assert shown.accuracy > 0.9 and len(shown.history["loss"]) == 200
    assert shown.summary.startswith("11 of 11 parts are borrowed.")


@pytest.mark.parametrize("unit", ADDED)
def test_each_unit_takes_over_its_parts_and_the_network_stays_the_same(unit, parts, borrowed):
    """The reference from scikit-learn's start does what scikit-learn does; from its own start it is as good."""
    names = ALL[: ALL.index(ADDED[unit][-1]) + 1]
    shown = network.so_far(**{name: parts[name] for name in names if name != "init_weights"}, epochs=60)
    assert shown.loss == pytest.approx(borrowed.loss, rel=1e-9)
    assert shown.accuracy == borrowed.accuracy
    assert sum("your" in whose for whose in shown.parts.values()) >= int(unit) - 1


def test_from_unit_07_on_nothing_is_borrowed(parts):
    names = [name for name in ALL if name != "misclassified"]
    shown = network.so_far(**{name: parts[name] for name in names})
    assert shown.summary.startswith("Nothing is borrowed.") and shown.accuracy > 0.9
    assert all("your" in whose for whose in shown.parts.values())


def test_it_is_the_same_each_time(parts):
    some = {name: parts[name] for name in ALL[:4]}
    first, second = (network.so_far(**some, epochs=20) for _ in range(2))
    assert repr(first) == repr(second) and first.to_html() == second.to_html()


@pytest.mark.parametrize("answer", [blank, None, 3, lambda *args: None, lambda *args: args[0]], ids=range(5))
def test_what_is_not_right_yet_is_borrowed_and_says_so(answer, borrowed):
    shown = network.so_far(**dict.fromkeys(ALL, answer), epochs=60)
    assert shown.loss == borrowed.loss
    told, why = " ".join(shown.parts.values()), "is a blank" if answer is blank else "does not pass its check"
    assert all(f"{name} {why}" in told for name in ALL if name != "misclassified")
    assert shown.summary.startswith("11 of 11 parts are borrowed.")


def test_a_part_that_stops_on_the_digits_is_borrowed(reference, borrowed):
    def softmax(x, axis=1):
        if len(x) > 1000:
            raise MemoryError
        return reference.softmax(x, axis)

    shown = network.so_far(softmax=softmax, epochs=60)
    assert shown.loss == borrowed.loss
    assert "softmax stops here with MemoryError" in shown.parts["forward pass"]


def wait(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def assert_borrowed_in_time(name, answer, borrowed):
    begin = time.process_time()
    shown = network.so_far(**{name: answer}, epochs=60)
    assert time.process_time() - begin < 8  # on a machine that does other things as well; alone, half of it
    assert shown.loss == borrowed.loss
    assert any(f"{name} is " in whose and "slow" in whose for whose in shown.parts.values())


@pytest.mark.parametrize("name", ["softmax", "back_prop", "train"])
def test_a_part_without_an_end_is_borrowed(name, borrowed):
    def endless(*args, **more):
        while True:
            pass

    assert_borrowed_in_time(name, endless, borrowed)


@pytest.mark.parametrize("seconds", [0.1, 20], ids=["each time", "at once"])
def test_a_part_that_is_slow_on_all_digits_is_borrowed(seconds, reference, borrowed):
    def softmax(x, axis=1):
        wait(seconds if len(x) > 1000 else 0)
        return reference.softmax(x, axis)

    assert_borrowed_in_time("softmax", softmax, borrowed)


def test_a_part_that_is_needed_only_once_has_time(reference):
    def min_max(x):
        wait(0.2 if x.size > 10_000 else 0)
        return reference.min_max(x)

    assert network.so_far(min_max=min_max, epochs=60).parts["scaling"] == "your min_max"


def test_a_slow_loop_is_borrowed(reference, borrowed):
    def train(W, b, X, Y, epochs, lr):
        wait(0.1 * epochs if len(X) > 1000 else 0)
        return reference.train(W, b, X, Y, epochs, lr)

    assert_borrowed_in_time("train", train, borrowed)


def test_a_part_of_an_earlier_unit_says_where_it_comes_from(parts):
    given = types.FunctionType(
        parts["one_hot"].__code__, parts["one_hot"].__globals__, "one_hot", parts["one_hot"].__defaults__
    )
    given.__module__ = "given"
    shown = network.so_far(one_hot=given, epochs=2)
    assert shown.parts["one-hot rows"] == "one_hot of given.py"
    assert shown.summary.startswith("10 of 11 parts are borrowed.")


def test_what_a_part_prints_or_warns_of_is_not_shown(reference, capsys, recwarn):
    def calc_loss(Y_hat, Y):
        print("here I am")
        np.log(np.zeros(1))
        return reference.calc_loss(Y_hat, Y)

    network.so_far(calc_loss=calc_loss, epochs=3)
    assert capsys.readouterr().out == "" and not recwarn.list


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hidden_size": 0}, "hidden_size must be from 1 to 100, not 0."),
        ({"hidden_size": 2.5}, "hidden_size must be a whole number, not 2.5."),
        ({"epochs": 10_000}, "epochs must be from 1 to 500"),
        ({"lr": "fast"}, "lr must be a number, not 'fast'."),
        ({"lr": float("nan")}, "lr must be a number, not nan."),
        ({"one_hott": blank}, "no place for one_hott. Did you mean one_hot?"),
        ({"numeric_gradient": blank}, "no place for numeric_gradient."),
    ],
)
def test_numbers_that_no_network_can_have_are_refused(arguments, words):
    with pytest.raises(ValueError) as problem:
        network.so_far(**arguments)
    assert words in str(problem.value)


def test_numbers_beyond_all_bounds_are_told(reference):
    def calc_loss(Y_hat, Y):
        return reference.calc_loss(Y_hat, Y) if len(Y) < 1000 else np.inf

    with pytest.raises(ValueError, match="some numbers became infinite or NaN"):
        network.so_far(calc_loss=calc_loss, epochs=3)


def test_it_is_not_trained_where_nobody_looks(monkeypatch):
    monkeypatch.setattr(figure, "pictures", False)
    shown = network.so_far(epochs=500)
    assert "not trained while a notebook is graded" in repr(shown) and np.isnan(shown.accuracy)
    assert len(shown.history["loss"]) == 500


def test_the_figure_says_what_it_shows(parts):
    shown = network.so_far(epochs=60)
    assert "60 epochs" in shown.alt and len(shown.table) == 11 and shown.caption
    wrong = network.so_far(misclassified=parts["misclassified"], epochs=60)
    assert all(true != said for true, said, _ in wrong.table[1:])


def test_the_module_holds_no_answer():
    """No line of the reference that computes something stands in it."""
    secret = (ROOT / "solutions" / "reference.py").read_text(encoding="utf-8").splitlines()
    secret = {line.strip() for line in secret if any(sign in line for sign in "@*/") and "=" in line}
    shown = (ROOT / "course" / "network.py").read_text(encoding="utf-8").splitlines()
    assert len(secret) > 10 and not secret & {line.strip() for line in shown}


# --- paint -------------------------------------------------------------------------------------------------------------


def test_painting_moves_the_probabilities_and_leaves_the_image():
    images, _ = data.load_digits()
    before = images[3].copy()
    shown = network.paint(images[3], [(row, 1, 16) for row in range(1, 7)])
    assert np.array_equal(images[3], before)
    assert shown.table[0] == ["digit", "before", "after"] and len(shown.table) == 11
    assert any(row[1] != row[2] for row in shown.table[1:])
    assert [row[1] for row in network.paint(images[3]).table] == ["probability", *(row[1] for row in shown.table[1:])]


def test_the_borrowed_reader_reads():
    images, labels = data.load_digits()
    assert network.borrow().score(images.reshape(-1, 64) / 16, labels) > 0.9


@pytest.mark.parametrize(
    ("image", "changes", "words"),
    [
        (np.zeros((8, 8)), [(8, 0, 3)], "row and column go from 0 to 7"),
        (np.zeros((8, 8)), [(0, 0, 17)], "grey from 0 to 16"),
        (np.zeros((8, 8)), [(0, float("nan"), 3)], "Each change is (row, column, grey)"),
        (np.zeros((8, 8)), [(1, 2)], "Each change is (row, column, grey)"),
        (np.zeros((8, 8)), 3, "Each change is (row, column, grey)"),
        (np.zeros(64), [], "one image of 8 rows and 8 columns"),
        ("a", [], "one image of 8 rows and 8 columns"),
    ],
)
def test_a_change_that_is_none_is_refused(image, changes, words):
    with pytest.raises(ValueError) as problem:
        network.paint(image, changes)
    assert words in str(problem.value)


def test_sliders_need_ipywidgets(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ipywidgets", None)
    assert "ipywidgets" in repr(network.slider(np.zeros((8, 8))))


def test_the_checks_agree_on_the_parts(parts):
    assert all(check_answer(name, function).passed for name, function in parts.items())
