"""What a student runs: ``check.softmax(softmax)``, ``check.hint("softmax")``, ``check.progress()``."""

from course.checks.exercises import EXERCISES, UNITS
from course.checks.student import Check, check, check_answer, require_exercise
from course.checks.verdict import Verdict

__all__ = ["EXERCISES", "UNITS", "Check", "Verdict", "check", "check_answer", "require_exercise"]
