"""What runs in the sandbox, a student's kernel, and the messages that the grader and the kernel exchange.

Nothing here imports :mod:`course.grading`: the sandbox does not even see it.
"""
