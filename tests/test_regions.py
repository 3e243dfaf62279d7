"""An answer that is wrong in one region of what its contract allows is rejected: by the check, and by the grade for any seed.

The list of regions and of what the contracts leave open is in regions.py.
"""

import functools

import pytest

from course.checks import EXERCISES, frozen
from course.checks.calls import call
from course.checks.compare import compare_outcomes
from course.grading import draw_exam
from course.grading.repository import load_solutions
from tests.regions import OPEN, REGIONS, wrong_in

REFERENCE = load_solutions().reference
SEEDS = range(20)


@functools.cache
def exams(name):
    """The check's cases, and those of 20 grades."""
    seeds = range(3) if name == "grid_search" else SEEDS  # whose cases differ by seed in their noise only
    return {"the check": frozen.load(name)} | {f"seed {seed}": draw_exam(EXERCISES[name], seed) for seed in seeds}


def accepts(exam, answer):
    """Say whether an answer holds in every case, without asking why not."""
    for case, right in zip(exam.cases, exam.expected, strict=True):
        seen = call(answer, exam.exercise, case)
        if seen.changed or any(difference for _, difference in compare_outcomes(exam.exercise, right, seen)):
            return False
    return True


@pytest.mark.parametrize("name", REGIONS)
def test_what_is_wrong_in_one_region_is_rejected(name):
    answer = getattr(REFERENCE, name)
    accepted = [
        f"{region}: {who}"
        for region, where in REGIONS[name].items()
        for who, exam in exams(name).items()
        if accepts(exam, wrong_in(where, answer))
    ]
    assert not accepted, "\n".join(accepted)


@pytest.mark.parametrize("name", REGIONS)
def test_the_reference_itself_is_accepted(name):
    assert all(accepts(exam, getattr(REFERENCE, name)) for exam in exams(name).values())


def test_every_function_has_its_regions():
    assert set(REGIONS) == {name for name, exercise in EXERCISES.items() if exercise.is_a == "function"}
    assert all(reason for reason in OPEN.values())
