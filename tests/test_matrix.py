"""The promise of this course: each mistake is rejected with its own diagnosis, each odd but right answer gets full points.

By the frozen cases (what a student's check says) and by random ones (what a grade says).
"""

import pytest

from course.checks import EXERCISES
from course.checks.judge import judge
from course.grading.repository import load_solutions
from tests.conftest import exam

SOLUTIONS = load_solutions()
SEEDS = (None, 1, 2)  # None: the frozen cases
REFERENCES = [pytest.param(name, seed, id=f"{name}-{seed}") for name in EXERCISES for seed in SEEDS]
MISTAKES = [
    pytest.param(name, known, seed, id=f"{name}-{known.name}-{seed}")
    for name in EXERCISES
    for known in SOLUTIONS.mistakes[name]
    for seed in SEEDS
]
VARIANTS = [
    pytest.param(name, answer, seed, id=f"{name}-{getattr(answer, '__name__', type(answer).__name__)}-{seed}")
    for name in EXERCISES
    for answer in SOLUTIONS.variants[name]
    for seed in SEEDS
]


@pytest.mark.parametrize(("name", "seed"), REFERENCES)
def test_the_reference_gets_full_points(name, seed):
    verdict = judge(exam(name, seed), getattr(SOLUTIONS.reference, name))
    assert verdict.passed and verdict.score == 1, str(verdict)


@pytest.mark.parametrize(("name", "known", "seed"), MISTAKES)
def test_a_mistake_is_rejected_with_its_own_diagnosis(name, known, seed):
    """So no two mistakes look the same in these cases: one of them would get the other one's name."""
    verdict = judge(exam(name, seed), known.function)
    assert not verdict.passed and verdict.score < 1
    assert verdict.mistake == known.name, str(verdict)
    assert known.cause in str(verdict)


@pytest.mark.parametrize(("name", "answer", "seed"), VARIANTS)
def test_an_odd_but_right_answer_gets_full_points(name, answer, seed):
    verdict = judge(exam(name, seed), answer)
    assert verdict.passed and verdict.score == 1, str(verdict)


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_has_enough_mistakes_and_variants(name):
    names = [known.name for known in SOLUTIONS.mistakes[name]]
    assert len(set(names)) == len(names) >= 6
    assert len(SOLUTIONS.variants[name]) >= 4


@pytest.mark.parametrize("name", EXERCISES)
def test_what_a_mistake_tells_is_for_a_student(name):
    for known in SOLUTIONS.mistakes[name]:
        for sentence in (known.cause, known.advice):
            assert sentence.endswith((".", "?")), f"{known.name}: {sentence}"
            assert len(sentence) < 200, f"{known.name}: {sentence}"
