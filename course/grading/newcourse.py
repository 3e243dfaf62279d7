"""`course new`: a folder of its own for a course, in which every command of the walk-through works."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from course.checks.exercises import UNITS
from course.errors import CourseError

_CONFIGURATION = '''"""nbgrader's settings for this course folder; `nbgrader`, formgrader and `course` read them here."""

from course.grading.repository import find_root

c = get_config()  # noqa: F821  (traitlets provides it)
# The sandbox, feedback without hidden tests, and all else that the course sets. Below it, what you set counts.
load_subconfig("nbgrader_config.py", path=str(find_root()))  # noqa: F821

# c.CourseDirectory.course_id = "nn-2026"  # as JupyterHub names the course; students fetch by this name
# c.HideTests.show = ["gap", "mistake", "hint"]  # what feedback tells; leave out what students should not see
# c.AssignLatePenalties.plugin_class = "penalty.OnePointADay"  # a class in penalty.py, in this folder
'''
_ROSTER = "id,first_name,last_name,email,lms_user_id\n"
_STEPS = """# Your course folder

Everything of one term is here: what you hand out, what comes back, points, feedback. Run all commands in this folder, with the
environment active in which the course is installed. `UNIT` is a number (`1`) or a name (`01-one-hot`); `nbgrader` takes names only.

| step | command | what it does |
|---|---|---|
| once | fill `students.csv`, then `nbgrader db student import students.csv` | the class list |
| hand out | `nbgrader generate_assignment 01-one-hot` | writes `release/01-one-hot`: give this folder to students |
| collect | `course collect downloaded/submissions.zip 1` | sorts a zip of Moodle, Canvas or anything else into `submitted/` |
| grade | `course grade 1` | grades what is new or has changed in `submitted/` |
| look | `course report` | who earned what, and which mistakes the class makes |
| by hand | `jupyter lab`, then *Nbgrader → Formgrader* | written answers, comments, points of your own |
| give back | `course feedback 1` | writes `feedback/STUDENT/01-one-hot/01-one-hot.html` |
| grades | `course export canvas`, `moodle` or `csv` | writes a file to import there |

`source/` holds the notebooks with answers and hidden tests: never give it away. A unit that you do not teach: delete its folder in
`source/`. Your own settings stand in `nbgrader_config.py`. All of it is told in docs/instructors.md of the course.
"""


def new_course(root: Path, folder: Path) -> None:
    """Make a course folder: the source notebooks, a configuration, a class list, a place for downloads, and the steps.

    Parameters
    ----------
    root : the course's repository
    folder : it must not be there yet, or be empty

    Raises
    ------
    CourseError : if there is something in it, if it cannot be written, or if nbgrader cannot work in a folder of that name
    """
    if "?" in str(folder):
        raise CourseError(f"nbgrader cannot keep a gradebook in {folder}: a folder's name must not have a ? in it.")
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise CourseError(f"{folder} is there already, and not empty. Name a new folder; nothing was changed.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".course-new-") as work:
            made = Path(work, "course")
            _write(root, made)
            made.replace(folder)  # whole or not at all
    except OSError as problem:
        raise CourseError(f"{folder} cannot be written: {problem.strerror}. Name another folder.") from None


def _write(root: Path, folder: Path) -> None:
    for unit in UNITS:
        # What lies beside a notebook is what students get, given.py included.
        shutil.copytree(
            root / "release" / unit, folder / "source" / unit, ignore=shutil.ignore_patterns("*.ipynb", ".*")
        )
        shutil.copy(root / "source" / unit / f"{unit}.ipynb", folder / "source" / unit)
    (folder / "downloaded").mkdir()
    (folder / "nbgrader_config.py").write_text(_CONFIGURATION, encoding="utf-8")
    (folder / "students.csv").write_text(_ROSTER, encoding="utf-8")
    (folder / "README.md").write_text(_STEPS, encoding="utf-8")
