"""nbgrader's settings for this course; ``nbgrader`` reads this file in the folder that it runs in."""

c = get_config()  # noqa: F821  (traitlets provides it)

c.CourseDirectory.course_id = "neural-networks-from-scratch"
c.CourseDirectory.solution_directory = "solutions"
c.Execute.timeout = 60  # seconds for one cell
