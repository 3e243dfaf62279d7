"""nbgrader's settings for this course; ``nbgrader`` reads this file in the folder that it runs in."""

c = get_config()  # noqa: F821  (traitlets provides it)

c.CourseDirectory.course_id = "neural-networks-from-scratch"
c.CourseDirectory.solution_directory = "solutions"
# What no step copies to the next one: guesses.json is check.guess's, .graded.json the grader's own, with what students must
# not see.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "guesses.json",
    ".graded.json",
]

# What nbgrader does to make a release; the answers to the questions and the guesses go, and given.py comes.
c.GenerateAssignment.preprocessors = [
    "course.grading.preprocessors.HideAnswers",
    "course.release.AddGiven",
    "course.release.ClearGuesses",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Student code is not trusted: its cells run in a sandbox, and verdicts are formed outside of it.
c.Autograde.exporter_class = "course.grading.preprocessors.ReadAnything"
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "course.grading.preprocessors.RestoreCells",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "course.grading.preprocessors.RunInSandbox",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# c.RunInSandbox.isolation = "none"  # only if you trust every submission

# Feedback shows verdicts, never a hidden test; the page is the course's own, and needs no network.
c.GenerateFeedback.exporter_class = "course.grading.page.FeedbackPage"
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "course.grading.page.DescribeSubmission",
    "course.grading.feedback.HideTests",
    "course.grading.feedback.CleanStudentCells",
]
# c.FeedbackPage.language = "de"  # of the unit's text, if you have translated it
# c.HideTests.show = ["gap", "mistake", "hint"]  # leave out what students should not see
# c.HideTests.reveal = True  # after the deadline: hidden tests and expected values too

# Nor does a script of a student run in the browser of who opens a submission in formgrader.
c.HTMLExporter.preprocessors = ["course.grading.feedback.CleanStudentCells"]
