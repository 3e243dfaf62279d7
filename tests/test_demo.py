"""The demo's class: students of different kinds, whose true scores are known, and a comparison that notices."""

from course.checks import EXERCISES
from course.grading import verdict
from course.grading.answers import answer_source
from course.grading.demo import SEED, compare_with_truth, sample_class
from course.grading.report import Result
from course.grading.repository import load_solutions


def true_results(students):
    """Return what a perfect grader would find."""
    known = {id(m.function): m.name for name in EXERCISES for m in load_solutions().mistakes[name]}
    for student in students:
        for name, function in student.answers.items():
            exercise, mistake = EXERCISES[name], known.get(id(function))
            points = 0.0 if function is None else float(exercise.points)
            points = verdict(name, function, SEED).earned if mistake else points
            yield Result(student.name, exercise.unit, name, points, exercise.points, mistake, function is not None)


def test_the_class_has_at_least_twelve_students_of_different_kinds():
    students = {student.name: student.answers for student in sample_class()}
    assert len(students) >= 12
    assert all(set(answers) == set(EXERCISES) for answers in students.values())
    assert set(students["empty-handed-emil"].values()) == {None}
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
    students = sample_class()[:3]
    results = list(true_results(students))
    assert compare_with_truth(students, results) == []
    first = results[0]
    results[0] = Result(first.student, first.unit, first.exercise, 0.5, first.max_points, None, True)
    (line,) = compare_with_truth(students, results)
    assert line.startswith(f"{first.student}, {first.exercise}: 0.5 points")
    assert "nothing instead of" in compare_with_truth(students, results[1:])[0]
