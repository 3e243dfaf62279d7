"""Every small change of the reference that changes what it does is rejected, by the check and by the grade.

A mutant that may live is equivalent under the contract; it is listed here with the reason.
"""

import pytest

from course.checks import EXERCISES, frozen
from course.checks.judge import judge
from course.grading import draw_exam
from course.grading.repository import load_solutions
from tests.mutation import mutants

REFERENCE = load_solutions().reference

# What the mutant's line says → why it is as right as the reference.
EQUIVALENT = {
    "count_parameters: `[*W, *b]` in reverse order": "a sum does not depend on the order",
    "sigmoid: `np.float64` as float32": "the contract gives float32 its own tolerance",
    "sigmoid: `x >= 0` with Gt": "at 0 both branches are 1",
}

FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.is_a == "function"]


def survivors(name):
    """Return the mutants of one exercise that the check or the grade accepts, and how many there were."""
    exams = {"check": frozen.load(name), "grade": draw_exam(EXERCISES[name], 5)}
    living, count = {}, 0
    for line, mutant in mutants(getattr(REFERENCE, name), vars(REFERENCE)):
        count += 1
        accepted = [who for who, exam in exams.items() if judge(exam, mutant).passed]
        if accepted:
            living[line] = f"{line}, accepted by the {' and the '.join(accepted)}"
    return living, count


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_mutant_is_rejected_by_check_and_grade(name):
    living, count = survivors(name)
    assert count >= 3
    wrong = [text for line, text in living.items() if line not in EQUIVALENT]
    assert not wrong, "\n".join(["these mutants live:", *wrong])
    stale = [line for line in EQUIVALENT if line.startswith(f"{name}: ") and line not in living]
    assert not stale, f"listed as equivalent, but rejected or gone: {stale}"
