"""The class report: its numbers, what it stacks and drafts, that each list stands apart, and that nothing in it runs."""

import re
from datetime import datetime

import numpy as np
import pytest

from course.grading import statistics
from course.grading.report import write_report
from course.grading.results import ClassResults, HandedIn, Result
from tests.test_feedback_page import Read

UNIT, NEXT = "03-forward-pass", "04-loss"
BAD = "<script>alert('x')</script>"


def result(student: str, points: float, exercise: str = "softmax", most: float = 4, **more) -> Result:
    unit = more.pop("unit", UNIT)
    known = {"mistake": None, "attempted": True, "kind": "passed" if points == most else "value"} | more
    return Result(student, unit, exercise, points, most, **known)


def class_of(*results: Result, students: dict | None = None, submissions: list | None = None) -> ClassResults:
    ids = sorted({one.student for one in results})
    units = sorted({one.unit for one in results})
    handed_in = [HandedIn(student, unit, 1, 4) for unit in units for student in ids]
    return ClassResults(students or {one: one for one in ids}, units, list(results), submissions or handed_in)


def page(found: ClassResults, tmp_path, **options) -> str:
    return write_report(found, tmp_path / "report.html", **options).read_text(encoding="utf-8")


def test_difficulty_and_discrimination_are_the_mean_share_and_the_correlation_with_the_rest():
    rest, own = [0, 1, 3, 4, 4], [0, 2, 1, 4, 3]
    results = [result(f"s{n}", points) for n, points in enumerate(own)]
    results += [result(f"s{n}", points, "sigmoid") for n, points in enumerate(rest)]
    results += [result(f"s{n}", 0, "essay", by_hand=True, open=True) for n in range(5)]  # does not count yet
    first, second = statistics.items(results)
    assert (first.exercise, second.exercise) == ("sigmoid", "softmax")
    assert second.difficulty == pytest.approx(np.mean(own) / 4) and second.pass_rate == 0.2 and second.answers == 5
    assert second.discrimination == pytest.approx(np.corrcoef(own, rest)[0, 1])
    assert statistics.items(results[:2])[0].discrimination is None  # two students tell nothing


def test_the_mistake_that_separates_is_made_by_weak_students_and_not_by_strong_ones():
    results = []
    for number in range(8):
        weak = number < 4
        results.append(
            result(f"s{number}", 1, mistake="of_the_weak" if weak else "of_the_strong", cause="c", advice="a")
        )
        results.append(result(f"s{number}", 1 if weak else 4, "sigmoid"))
    made = statistics.mistakes(results)
    assert {one.name: len(one.students) for one in made} == {"of_the_weak": 4, "of_the_strong": 4}
    best = statistics.separating(made)
    assert best.name == "of_the_weak" and best.gap == pytest.approx(0.75)
    assert statistics.separating(statistics.mistakes(results[:4])) is None


def test_wrong_answers_that_behave_alike_are_one_stack_and_others_are_not():
    told = ["dW_2[0, 1] is wrong. 12 of 12 entries differ.", "dW_2[3, 0] is wrong. 30 of 30 entries differ."]
    other = "dW_2[0, 1] is wrong. 3 of 12 entries differ."
    alike = [result(f"s{n}", 0, summary=one) for n, one in enumerate([*told, other])]
    known = result("s4", 0, summary=told[0], mistake="softmax_overflows")
    blank = result("s5", 0, summary=told[0], attempted=False, kind="not attempted")
    late = result("s6", 0, summary=told[0], kind="not judged")
    stacks = statistics.unforeseen([*alike, known, blank, late])
    assert [one.students for one in stacks] == [["s0", "s1"], ["s2"]]
    assert stacks[0].behaviour == "dW_2[#, #] is wrong. all entries differ."


DRAFTS = {
    "function": (
        "softmax",
        "def softmax(x, axis=1):\n    '''by Ada'''\n    return x * helper(x)  # Ada\ndef helper(x):\n    return 2",
        6,
    ),
    "recursive": ("softmax", "def softmax(x):\n    return 0 if x <= 0 else 2 + softmax(x - 1)", 6),
    "class": (
        "NeuralNetwork",
        "class NeuralNetwork:\n    def __init__(self, x):\n        self.x = x\n    def __eq__(self, y):\n        return y == 3",
        3,
    ),
    "dictionary": ("diagnosis", "diagnosis = {'run A': 'dead'}", {"run A": "dead"}),
}


@pytest.mark.parametrize("kind", DRAFTS)
def test_a_draft_is_the_answer_as_an_entry_of_the_catalogue(kind):
    exercise, source, value = DRAFTS[kind]
    draft = statistics.draft_entry(exercise, source)
    entered = []
    namespace = {"mistake": lambda advice: lambda function: entered.append((advice, function)) or function}
    exec(draft, namespace)
    ((advice, function),) = entered
    assert advice and function.__doc__ and "Ada" not in draft and function.__name__ == "say_what_it_is"
    assert (function() if kind == "dictionary" else function(3)) == value


@pytest.mark.parametrize("source", ["def softmax(x:", "x = 1", "", "def softmax(x):\n    return 1\x00"])
def test_there_is_no_draft_of_what_defines_nothing(source):
    assert statistics.draft_entry("softmax", source) == ""


def test_each_thing_that_needs_a_person_stands_in_a_list_of_its_own(tmp_path):
    found = class_of(
        result("ada", 0, kind="", reason="This test was stopped: it used more than 30 seconds."),
        result("ben", 0, "essay", by_hand=True, open=True),
        result("eve", 0),
        students={name: name for name in ("ada", "ben", "cleo", "dan", "eve")},
        submissions=[
            HandedIn("ada", UNIT, 0, 4),
            HandedIn("ben", UNIT, 0, 4, datetime(2026, 11, 20), 90_000, 1.5),
            HandedIn("dan", UNIT, 0, 4, reason="it is no notebook"),
            HandedIn("eve", UNIT, 0, 4, refused=("ptrace",)),
        ],
    )
    text = page(found, tmp_path)
    lists = dict(re.findall(r"<h3>([^<]*): (\d+)</h3>", text))
    assert lists == dict.fromkeys(
        (
            "Missing",
            "Late",
            "Could not be graded",
            "Ran out of time",
            "Still to be graded by hand",
            "Tried what the sandbox refuses",
        ),
        "1",
    )
    for row in (
        "cleo</b>: 03",
        "1 d 1 h late, −1.5 points",
        "it is no notebook",
        "ptrace",
        "ada</b>: 03-forward-pass, softmax",
    ):
        assert row in text
    assert text.index("eve: wrong, no known mistake") > text.index("Who is stuck where")


def test_nothing_that_a_student_wrote_runs_and_nothing_is_fetched(tmp_path):
    bad = {"source": f"def softmax(x): return '{BAD}'", "summary": BAD, "cause": BAD, "advice": BAD, "reason": BAD}
    found = class_of(
        result(BAD, 1, mistake=BAD, **bad), result("b", 1, **bad), result("b", 1, BAD, unit=NEXT), result("c", 2)
    )
    text = page(found, tmp_path)
    read = Read(text)
    assert read.fetched == [] and "script" not in read.tags and "url(" not in text and "@import" not in text
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">') and "@media print" in text
    assert read.tags.count("svg") == 3 and text.count("The numbers as a table") == 3  # a picture, a table


def test_an_anonymous_report_has_no_name_and_no_id(tmp_path):
    names = {f"id-{number}": f"Name{number} Surname{number}" for number in range(6)}
    results = [
        result(one, number, most=6, unit=unit, summary="odd")
        for number, one in enumerate(names)
        for unit in (UNIT, NEXT)
    ]
    found = class_of(*results, students=names | {"id-missing": "Gone Away"})
    named, hidden = page(found, tmp_path), page(found, tmp_path, anonymous=True)
    for one, name in found.students.items():
        assert one in named and name in named and one not in hidden and name not in hidden
    assert "student 7" in hidden
