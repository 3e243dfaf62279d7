"""Predictions: noted, compared in words, kept across a restart, and never an error."""

import json

import numpy as np
import pytest

from course.checks import Check
from course.release import clear_guesses


@pytest.fixture
def check(tmp_path, monkeypatch):
    """The check of a notebook in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Check()


@pytest.mark.parametrize(
    ("guess", "measured", "words"),
    [
        (1e-13, 1e-5, "You said 1e-13, it is 1e-5: eight powers of ten apart."),
        (1e5, 1e-5, "You said 1e5, it is 1e-5: ten powers of ten apart."),
        (35, np.array([28]), "You said 35, it is 28: 7 too high."),
        (0.9, np.float64(0.72), "You said 0.9, it is 0.72: 0.18 too high."),
        (0.25, 0.2497, "You said 0.25, it is 0.2497: as good as right."),
        (28, 28.0, "You said 28, and so it is."),
        (1480, np.int64(1510), "You said 1480, it is 1510: 30 too low."),
        (1, 450, "You said 1, it is 450: 449 too low."),
        (-1, 2, "You said -1, it is 2: on the other side of 0."),
        (0, 0.5, "You said 0, it is 0.5: 0.5 too low."),
        (3, 0, "You said 3, it is 0: 3 too high."),
        ("0.3", 0.25, "You said 0.3, it is 0.25: 0.05 too high."),
        ("Yes ", True, "You said yes, and so it is."),
        (False, np.True_, "You said no, it is yes."),
        (" Run B", "run b", 'You said " Run B", and so it is.'),
        ("up", "down", 'You said "up", it is "down".'),
        (5, "5", 'You said "5", and so it is.'),
        (8, "5", 'You said "8", it is "5".'),
        ((5, 3), (3, 5), "You said (5, 3), it is (3, 5): the right entries, in another order."),
        ([2, 4], np.array([2, 5]), "You said (2, 4), it is (2, 5): one of two entries right."),
        ((1, 2), (0, 1), "You said (1, 2), it is (0, 1): none of two entries right."),
        ((64,), (64, 20), "You said (64,), it is (64, 20): one instead of two entries."),
        ((3, 4), (3, 4), "You said (3, 4), and so it is."),
        ("three", 3, 'You said "three", it is 3.'),
        (3, float("nan"), "You said 3, it is nan."),
    ],
)
def test_a_guess_is_compared_in_words(check, guess, measured, words):
    check.guess("it", guess)
    assert str(check.guess("it", is_=measured)) == words


class Odd:
    def __repr__(self):
        raise ValueError("no text for this")


ENDLESS = []
ENDLESS.append(ENDLESS)


ODD = [10**5000, -(10**400), ENDLESS, Odd(), {1: 2}, 1 + 2j, ..., np.zeros((40, 40)), "", print]


@pytest.mark.parametrize("guess", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("measured", [3, "a", (1, 2), None, Odd()], ids=range(5))
def test_an_odd_guess_is_no_error(check, guess, measured):
    assert "you say" in repr(check.guess("it", guess))
    assert "it is" in repr(check.guess("it", is_=measured)) or "so it is" in repr(check.guess("it", is_=measured))
    assert "it" in repr(check.progress()) and check.progress()._repr_html_()


def test_without_a_guess_it_says_what_to_do(check):
    assert 'check.guess("best step", …)' in repr(check.guess("best step"))
    assert "in place of None" in repr(check.guess("best step", None))
    assert repr(check.guess("best step", is_=3)) == "best step: it is 3. You made no guess."
    assert "check.guess(" in repr(check.guess())


def test_none_does_not_take_a_guess_back(check):
    check.guess("it", 3)
    check.guess("it", None)
    assert str(check.guess("it", is_=3)) == "You said 3, and so it is."


def test_guesses_are_kept_across_a_restart_and_shown_by_progress(check, tmp_path):
    check.guess("first", (3, 4))
    check.guess("second", "up")
    check.guess("first", is_=(4, 3))
    restarted = Check()
    assert "you say" in str(restarted.guess("second"))
    text = repr(restarted.progress())
    assert text.index("first: You said (3, 4), it is (4, 3)") < text.index('second: you say "up".')
    assert [path.name for path in tmp_path.iterdir()] == ["guesses.json"]


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"it": 3}', '{"it": {"guess": ', "\x00"])
def test_a_damaged_file_counts_as_none(tmp_path, check, content):
    (tmp_path / "guesses.json").write_text(content, encoding="utf-8")
    assert "made no guess" in str(check.guess("it", is_=3))
    check.guess("it", 4)
    assert json.loads((tmp_path / "guesses.json").read_text(encoding="utf-8")) == {"it": {"guess": 4}}


def test_a_folder_that_cannot_be_written_is_no_error(check, tmp_path, monkeypatch):
    def refuse(path, content):
        raise PermissionError(13, "read-only", str(path))

    monkeypatch.setattr("course.checks.guess.replace_file", refuse)
    check.guess("it", 3)
    assert str(check.guess("it", is_=4)) == "You said 3, it is 4: 1 too low."
    assert not list(tmp_path.iterdir())


def test_progress_says_what_to_do_next(check, reference, tmp_path, monkeypatch):
    unit = tmp_path / "06-update"
    unit.mkdir()
    monkeypatch.chdir(unit)
    assert "Next: write update" in repr(check.progress())
    check.update(reference.update)
    assert "Next: write train_step" in repr(check.progress())
    check.train_step(lambda W, b, X, Y, lr: (W, b, 0.0))
    assert 'Next: mend train_step. check.hint("train_step") helps.' in repr(check.progress())
    check.train_step(reference.train_step)
    assert "All of it is right. Next: 07-training-loop." in repr(check.progress())
    names = [line.split()[0] for line in repr(check.progress()).splitlines()[:2]]
    assert names == ["update", "train_step"]


def test_a_release_asks_for_the_guess_again():
    source = (
        'x = 1\ncheck.guess("é ü", (3,\n   4))  # a shape\nprint(check.guess("b", "up"), check.guess("c", is_=x))\n'
    )
    asked = 'x = 1\ncheck.guess("é ü", None)  # a shape\nprint(check.guess("b", None), check.guess("c", is_=x))\n'
    assert clear_guesses(source) == asked
    assert clear_guesses("%time x\ncheck.guess('a', 3)") == "%time x\ncheck.guess('a', 3)"
