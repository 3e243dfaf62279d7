"""Who has understood nothing earns nothing in most exercises, and nowhere more than a quarter of the points, by the grade."""

from dataclasses import replace

import pytest

from course.checks import EXERCISES
from course.checks.judge import judge
from course.grading import draw_exam
from tests.lazy import lazy_answers

# Exercise → the most that a lazy answer earns there, and why it may.
EARNED = {
    "init_weights": (1.25, "zeros: the biases are to be zeros, and zeros they are; of the weights nothing is right"),
    "diagnosis": (0.5, "one name for all six runs: it is right for one of them, and which one is not told"),
    "train_test_split": (0.25, "everything to train on: no row is lost, repeated or made up"),
    "minibatches": (0.5, "all in one batch: no row is lost, repeated or made up"),
    "sgd": (0.5, "numbers of the right shape: no row is used with another row's target where none is used"),
}


@pytest.mark.parametrize("name", EXERCISES)
def test_a_lazy_answer_earns_nothing_or_what_is_listed(name):
    exam = replace(draw_exam(EXERCISES[name], 1), find_mistakes=tuple)  # which mistake it is changes no points
    points = {what: judge(exam, answer).earned for what, answer in lazy_answers(name).items()}
    most, _ = EARNED.get(name, (0, ""))
    assert max(points.values()) == most <= EXERCISES[name].points / 4, {
        what: got for what, got in points.items() if got
    }
