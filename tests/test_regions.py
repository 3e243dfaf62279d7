"""An answer that is wrong in one region of what its contract allows is rejected: by the check, and by the grade for any seed.

The list of regions and of what the contracts leave open is in regions.py.
"""

import pytest

from course.checks import EXERCISES
from course.grading.repository import load_solutions
from tests.conftest import exam
from tests.mutation import every_case_holds
from tests.regions import OPEN, REGIONS, wrong_in

REFERENCE = load_solutions().reference
SEEDS = range(20)


def exams(name):
    """The check's cases, and those of 20 grades."""
    seeds = range(3) if name == "grid_search" else SEEDS  # whose cases differ by seed in their noise only
    return {"the check": exam(name)} | {f"seed {seed}": exam(name, seed) for seed in seeds}


@pytest.mark.parametrize("name", REGIONS)
def test_what_is_wrong_in_one_region_is_rejected(name):
    answer = getattr(REFERENCE, name)
    accepted = [
        f"{region}: {who}"
        for region, where in REGIONS[name].items()
        for who, tried in exams(name).items()
        if every_case_holds(tried, wrong_in(where, answer))
    ]
    assert not accepted, "\n".join(accepted)


@pytest.mark.parametrize("name", REGIONS)
def test_the_reference_itself_is_accepted(name):
    assert all(every_case_holds(tried, getattr(REFERENCE, name)) for tried in exams(name).values())


def test_every_function_has_its_regions():
    assert set(REGIONS) == {name for name, exercise in EXERCISES.items() if exercise.is_a == "function"}
    assert all(reason for reason in OPEN.values())
