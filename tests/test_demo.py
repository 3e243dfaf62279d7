"""The demo: a class of students of different kinds whose true scores are known, one screen, and a comparison that notices."""

import os
import subprocess
import sys

from course.checks import EXERCISES
from course.grading.answers import answer_source
from course.grading.demo import compare_with_truth, sample_class, true_scores
from course.grading.results import Result
from tests.conftest import ROOT


def test_the_class_has_students_of_different_kinds():
    students = {student.name.split()[0]: student.answers for student in sample_class()}
    assert len(students) >= 8
    assert all(set(answers) == set(EXERCISES) for answers in students.values())
    assert set(students["emil"].values()) == {None}
    assert None not in students["ada"].values()
    assert 0 < list(students["hal"].values()).count(None) < len(EXERCISES)


def test_every_answer_of_the_class_can_be_typed_into_a_cell():
    for student in sample_class():
        for name, function in student.answers.items():
            if function is not None:
                namespace = {}
                exec(answer_source(name, function), namespace)
                assert callable(namespace[name]) or namespace[name] == function


def test_a_wrong_score_or_mistake_is_named():
    students = [student for student in sample_class() if student.name.startswith(("ada", "emil"))]
    truth = true_scores(students)
    results = [
        Result(student, EXERCISES[name].unit, name, points, EXERCISES[name].points, mistake, True)
        for (student, name), (points, mistake) in truth.items()
    ]
    assert compare_with_truth(truth, results) == []
    first = results[0]
    results[0] = Result(first.student, first.unit, first.exercise, 0.5, first.max_points, None, True)
    (line,) = compare_with_truth(truth, results)
    assert line.startswith(f"{first.student}, {first.exercise}: 0.5 points")
    assert "nothing instead of" in compare_with_truth(truth, results[1:])[0]


def test_the_demo_ends_with_one_screen(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from course.cli import main; main()", "demo", "--folder", tmp_path / "demo"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= max(100, len(str(tmp_path)) + 100), done.stdout
    for student in sample_class():
        assert any(line.split()[: len(student.name.split())] == student.name.split() for line in lines), student.name
    assert all(student.name in (tmp_path / "demo" / "report.html").read_text() for student in sample_class())
    assert len(list((tmp_path / "demo" / "feedback").rglob("*.html"))) == 1


def test_a_folder_that_holds_something_else_is_not_emptied(tmp_path):
    (tmp_path / "precious.txt").write_text("x")
    done = subprocess.run(
        [sys.executable, "-c", "from course.cli import main; main()", "demo", "--folder", tmp_path],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1 and "is not empty and not a demo" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]
