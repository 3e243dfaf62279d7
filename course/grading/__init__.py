"""What an instructor runs: verdicts against the reference on fresh random cases, and whole classes of submissions.

In a hidden test: ``from course.grading import grade`` and ``grade.softmax(softmax)``. One answer: ``verdict("softmax",
softmax)``. A class: :func:`course.grading.classroom.grade_class`, which `course grade` calls.
"""

from course.grading.exam import draw_exam, grade, verdict
from course.grading.repository import load_solutions

__all__ = ["draw_exam", "grade", "load_solutions", "verdict"]
