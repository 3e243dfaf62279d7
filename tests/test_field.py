"""Submissions as they come from the field: what people put into notebooks, which tools saved them, and how they handed them in.

Each case is one change of a notebook with everything right, and the points that it must get.
"""

import base64
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeFetchFeedback, ExchangeSubmit
from rich.console import Console

from course.errors import CourseError
from course.grading import gradebook
from course.grading.classroom import grade_class
from course.grading.collect import read_secret
from course.grading.feedback import write_feedback
from course.grading.notebook import parse, restore
from course.grading.sandbox import Sandbox
from course.grading.submission import Assignment, Graded, grade_submission
from tests.conftest import ROOT

UNIT = "tiny"
IMPORTS = "import numpy as np\n\nfrom course import check, data\n\nimages, labels = data.load_digits()"
MIN_MAX = """def min_max(x):
    x = x.astype(np.float64)
    span = x.max() - x.min()
    return (x - x.min()) / span if span else np.zeros(x.shape)"""
ONE_HOT = """def one_hot(labels, num_classes=10):
    if np.any((labels < 0) | (labels >= num_classes)):
        raise ValueError("no such class")
    return np.eye(num_classes)[labels]"""
FROM_ONE_HOT = "def from_one_hot(Y):\n    return np.argmax(Y, axis=1)"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(30)).decode()


def marked(source: str, name: str, kind: str = "code", **marks):
    cell = new_code_cell(source) if kind == "code" else new_markdown_cell(source)
    known = {"schema_version": 3, "grade_id": name, "grade": False, "locked": False, "solution": False, "task": False}
    cell.metadata["nbgrader"] = known | marks
    return cell


def answer(source: str, name: str):
    return marked(source, name, solution=True)


def check_cell(name: str, points: int, hidden: bool):
    test = f"\n### BEGIN HIDDEN TESTS\nfrom course.grading import grade\n\ngrade.{name}({name})\n### END HIDDEN TESTS"
    return marked(f"check.{name}({name}){test * hidden}", f"check_{name}", grade=True, locked=True, points=points)


def cells(hidden: bool = False) -> list:
    """Return a notebook's cells with everything right: setup, then answer, test and use three times."""
    return [
        new_code_cell(IMPORTS),
        answer(MIN_MAX, "min_max"),
        check_cell("min_max", 3, hidden),
        new_code_cell("X = min_max(images)"),
        answer(ONE_HOT, "one_hot"),
        check_cell("one_hot", 4, hidden),
        new_code_cell("Y = one_hot(labels)"),
        answer(FROM_ONE_HOT, "from_one_hot"),
        check_cell("from_one_hot", 3, hidden),
        new_code_cell("print(from_one_hot(Y)[:3])"),
    ]


def blank(source: str) -> str:
    return f"{source.splitlines()[0]}\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def encoded(some: list) -> bytes:
    return nbformat.writes(nbformat.v4.new_notebook(cells=some)).encode()


ASSIGNMENT = Assignment(UNIT, encoded(cells(hidden=True)).decode())


@dataclass(frozen=True)
class Case:
    """One submission; ``make`` gets the cells of the right one and returns others, or the file's bytes."""

    name: str
    make: Callable
    points: float = 10
    says: tuple[str, ...] = ()  # what its feedback tells, in parts

    def content(self) -> bytes:
        made = self.make(cells())
        return made if isinstance(made, bytes) else encoded(made)


def with_import(line: str) -> Callable:
    """Put a line above the imports, in the cell that imports all that the answers need."""
    return lambda some: [new_code_cell(f"{line}\n{IMPORTS}"), *some[1:]]


def with_answer(source: str, place: int = 4) -> Callable:
    def make(some):
        some[place].source = source
        return some

    return make


def with_cell(source: str, place: int) -> Callable:
    return lambda some: [*some[:place], new_code_cell(source), *some[place:]]


def without_marks(some: list) -> list:
    for cell in some:
        cell.metadata.pop("nbgrader", None)
    return some


def answers_below(some: list) -> list:
    for place, source in ((7, FROM_ONE_HOT), (4, ONE_HOT), (1, MIN_MAX)):
        some[place].source = blank(source)
        some.insert(place + 1, new_code_cell(source))
    return some


def answers_at_top(some: list) -> list:
    top = new_code_cell("\n\n".join(some[place].source for place in (1, 4, 7)))
    return [some[0], top, *(cell for place, cell in enumerate(some[1:], 1) if place not in (1, 4, 7))]


def split(some: list) -> list:
    helper = answer("def _scale(x, low, high):\n    return (x - low) / ((high - low) or 1)", "min_max")
    some[1].source = "def min_max(x):\n    x = np.asarray(x, dtype=float)\n    return _scale(x, x.min(), x.max())"
    return [*some[:2], helper, *some[2:]]


def merged(some: list) -> list:
    some[1].source += "\n\n" + some[2].source
    return [*some[:2], *some[3:]]


def changed_tests(some: list) -> list:
    some[2].source = some[8].source = "assert True"
    return [*some[:5], *some[6:]]


def second_try(some: list) -> list:
    some[1].source = "def min_max(x):\n    return x / x.max()"
    return [*some[:3], new_code_cell(MIN_MAX), *some[3:]]


def as_markdown(some: list) -> list:
    cell = new_markdown_cell(some[4].source)
    cell.metadata = some[4].metadata
    return [*some[:4], cell, *some[5:]]


def with_outputs(some: list) -> bytes:
    picture = {"image/png": base64.b64encode(bytes(9 * 10**6)).decode()}
    some[3].outputs = [nbformat.v4.new_output("display_data", picture) for _ in range(2)]
    plot = {"application/vnd.plotly.v1+json": {"data": [{"x": [0.5] * 3_100_000, "text": 'a "[" in it'}]}}
    some[6].outputs = [nbformat.v4.new_output("display_data", plot)]
    return json.dumps(nbformat.v4.new_notebook(cells=some)).encode()


def older_release(some: list) -> list:
    some[1].metadata.nbgrader.grade_id, some[2].metadata.nbgrader.grade_id = "scale", "test_scale"
    return some[:7]  # from_one_hot was not in it yet


NO_CLASS = 'k = int(input("how many classes? "))\n'
CASES = [
    Case("all-right", lambda some: some),
    # where an answer, and what it needs, stands
    Case("answers-in-new-cells-below", answers_below),
    Case("answers-at-the-top", answers_at_top),
    Case("import-below-the-answer", lambda some: split_import(some, below=2)),
    Case("import-below-the-last-answer-and-no-test", lambda some: no_last_test(split_import(some, below=2))),
    Case("alias-below-the-answer", lambda some: alias(some)),
    Case("helper-below-with-the-same-mark", split),
    Case("answer-merged-with-its-test", merged),
    Case("answer-became-markdown", as_markdown),
    Case("tests-edited-or-deleted", changed_tests),
    Case("trying-out-between", with_cell("min_max(np.array([1, 2, 3]))", 2)),
    Case("second-try-below-the-test", second_try, 7),
    Case("overwritten-between", with_cell("min_max = min_max(images)", 2), 7),
    Case("older-release", older_release, 7),
    Case("marks-lost", without_marks),
    Case(
        "marks-lost-and-imports-below",
        lambda some: without_marks(split_import(some, below=2)),
    ),
    # the shell
    *(
        Case(f"shell {line.split()[0]} {number}", with_import(line))
        for number, line in enumerate(
            (
                "!pip install numpy tqdm",
                "%pip install -q scikit-learn",
                "!ls",
                "%ls",
                "get_ipython().system('echo hi')",
                "files = !ls",
                "%sx ls",
                "get_ipython().getoutput('echo hi')",
                "import os; os.system('true')",
                "!no-such-command",
            )
        )
    ),
    Case("shell-cell", with_cell("%%bash\nls", 0)),
    # matplotlib
    *(
        Case(f"%matplotlib {gui}", with_import(f"%matplotlib {gui}"))
        for gui in ("widget", "qt", "notebook", "inline", "")
    ),
    Case("retina", with_import("%load_ext autoreload\n%autoreload 2\n%config InlineBackend.figure_format = 'retina'")),
    # what fails above the imports
    Case("package-that-the-grader-lacks", with_import("from no_such_package.notebook import tqdm")),
    Case(
        "package-that-the-grader-lacks-at-the-end",
        lambda some: [new_code_cell(f"{IMPORTS}\nimport no_such"), *some[1:]],
    ),
    Case("another-computer", with_import("from google.colab import drive\ndrive.mount('/content')")),
    Case("windows-path", with_import("import os; os.chdir('C:\\\\Users\\\\me')")),
    Case("reset", with_import("%reset -f")),
    # files
    Case("byte-order-mark", lambda some: b"\xef\xbb\xbf" + encoded(some)),
    Case("utf-16", lambda some: encoded(some).decode().encode("utf-16")),
    Case("large-outputs", with_outputs),
    Case("windows-line-ends", lambda some: encoded(some).replace(b"\\n", b"\\r\\n")),
    Case("surrogate", lambda some: encoded([*some, new_code_cell("x = '@@'")]).replace(b"@@", b"\\ud83d")),
    # cells that do not compile, or stop
    Case(
        "syntax-error",
        with_answer(FROM_ONE_HOT + "\n\nprint('done)", 7),
        7,
        ("from_one_hot is not defined", "SyntaxError in line 4", "print('done)", "unterminated string"),
    ),
    Case(
        "no-break-space",
        with_answer(ONE_HOT.replace("    return", "\xa0   return")),
        6,
        ("SyntaxError in line 4", "U+00A0"),
    ),
    Case("null-byte", with_answer(f"{ONE_HOT}\x00"), 6, ("SyntaxError", "null bytes")),
    Case("stops-above-its-definition", with_answer(NO_CLASS + ONE_HOT), 6, ("EOFError in line 1", "how many classes")),
    Case("stops-below-its-definition", with_answer(f"{ONE_HOT}\n{NO_CLASS}")),
    Case("system-exit", with_cell("raise SystemExit('stop here')", 4)),
    # magics, and what else there is in cells
    *(Case(magic, with_answer(f"{magic}\n{ONE_HOT}")) for magic in ("%%time", "%%capture", "%%prun -q")),
    *(Case(magic, with_answer(f"{magic}\n{ONE_HOT}"), 6) for magic in ("%%timeit -n1 -r1", "%%writefile answer.py")),
    Case("await", with_answer(f"import asyncio\nawait asyncio.sleep(0)\n{ONE_HOT}")),
    Case(
        "annotations",
        with_answer(f"from __future__ import annotations\n{ONE_HOT}".replace("labels,", "labels: NDArray,")),
    ),
    Case("errstate", with_import("import numpy\nnumpy.seterr(all='raise')")),
    Case("sys-path", with_import("import sys\nsys.path.append('..')")),
]


def split_import(some: list, below: int) -> list:
    """Let an answer use a function whose import stands in a new cell below it."""
    some[7].source = "def from_one_hot(Y):\n    return largest(Y)"
    helper = new_code_cell("from functools import partial\n\nlargest = partial(np.argmax, axis=1)")
    return [*some[: 6 + below], helper, *some[6 + below :]]


def no_last_test(some: list) -> list:
    return [cell for cell in some if cell.metadata.get("nbgrader", {}).get("grade_id") != "check_from_one_hot"]


def alias(some: list) -> list:
    some[1].source = MIN_MAX.replace("min_max", "scale")
    return [*some[:2], new_code_cell("min_max = scale"), *some[2:]]


def grade(content: bytes, sandbox: Sandbox, assignment: Assignment = ASSIGNMENT, **options) -> Graded:
    return grade_submission(content, assignment, sandbox, seed=1, **options)


def told(graded: Graded) -> str:
    """Return what the grader says in a graded notebook where feedback shows it."""
    outputs = [one for cell in json.loads(graded.notebook)["cells"] for one in cell.get("outputs", [])]
    return "\n".join(
        one["metadata"].get("course_reason", "") for one in outputs if one["output_type"] == "display_data"
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_people_hand_in_gets_its_points(case, sandbox):
    graded = grade(case.content(), sandbox)
    said = told(graded)
    assert sum(graded.points.values()) == case.points, said
    for part in case.says:
        assert part in said


# --- an instructor's own assignment ------------------------------------------------------------------------------------

OWN = [
    marked("import numpy as np\n\nX = np.arange(6.0).reshape(3, 2)", "setup", locked=True),
    marked("## Question 1", "q1", "markdown", locked=True),
    answer("def column_means(X):\n    return X.mean(axis=0)", "a1"),
    marked("assert np.allclose(column_means(X), [2, 3])", "t1", grade=True, locked=True, points=2),
    new_code_cell("centred = X - column_means(X)"),
    marked("spread = (centred**2).sum(axis=0)", "given", locked=True),
    answer("v = spread / len(X)", "a2"),
    marked("assert np.allclose(v, [8 / 3, 8 / 3])", "t2", grade=True, locked=True, points=3),
]
OWN_ASSIGNMENT = Assignment("hw", encoded(OWN).decode())


@pytest.mark.parametrize("lost", [(), (0,), (5,), (0, 1, 5), (3, 7), (0, 3, 5, 7)], ids=str)
@pytest.mark.parametrize("marks", [True, False], ids=["marks", "no-marks"])
def test_locked_cells_stay_where_they_are_and_come_back(lost, marks, sandbox):
    kept = [cell.copy() for place, cell in enumerate(parse(encoded(OWN)).cells) if place not in lost]
    content = encoded(kept if marks else without_marks(kept))
    assert grade(content, sandbox, OWN_ASSIGNMENT).points == {"t1": 2, "t2": 3}


def test_a_locked_cell_has_its_own_text_again():
    handed_in = nbformat.v4.new_notebook(cells=parse(encoded(OWN)).cells)
    handed_in.cells[5].source = "spread = [8, 8]"
    restored = restore(handed_in, nbformat.v4.new_notebook(cells=OWN))
    assert [cell.source for cell in restored.cells] == [cell.source for cell in OWN]


# --- files beside the notebook, plots, written answers -----------------------------------------------------------------


def test_a_file_beside_the_notebook_is_lent_to_it(sandbox):
    """A student's helper.py is there; where the instructor has a file of that name, it is the instructor's."""
    content = encoded(with_answer("from helper import one_hot")(cells()))
    files = {"helper.py": f"import numpy as np\n\n{ONE_HOT}".encode()}
    assert grade(content, sandbox, files=files).points["check_one_hot"] == 4
    assert grade(content, sandbox).points["check_one_hot"] == 0
    own = Assignment(UNIT, ASSIGNMENT.notebook, {"helper.py": b"one_hot = None"})
    assert grade(content, sandbox, own, files=files).points["check_one_hot"] == 0


@pytest.mark.parametrize("magic", ["", "%matplotlib inline\n", "%matplotlib widget\n"])
def test_a_plot_that_a_person_will_grade_is_there(magic, sandbox):
    plot = "import matplotlib.pyplot as plt\n\nplt.plot([1, 2]);"
    some = [new_code_cell(f"{magic}{plot}"), marked(f"{magic}{plot}", "plot", grade=True, solution=True, points=2)]
    made = json.loads(grade(encoded(some), sandbox, Assignment("p", encoded(some).decode())).notebook)["cells"]
    pictures = [[name for one in cell["outputs"] for name in one.get("data", {})] for cell in made]
    assert "image/png" not in pictures[0] and pictures[1].count("image/png") == 1


def test_nothing_behind_the_last_graded_cell_is_run_unless_a_person_looks_for_the_solution_of_a_task(sandbox):
    """A cell that a person grades counts as graded; a task may be solved anywhere."""
    plot = marked("print('HERE')", "plot", grade=True, solution=True, points=2)
    some = [plot, new_code_cell("print('BEHIND')")]
    task = marked("Draw what you like.", "task", "markdown", task=True, locked=True, points=2)
    for given, printed in ((some, ["HERE\n", ""]), ([*some, task], ["HERE\n", "BEHIND\n"])):
        made = json.loads(grade(encoded(given), sandbox, Assignment("p", encoded(given).decode())).notebook)["cells"]
        assert ["".join("".join(one["text"]) for one in cell["outputs"]) for cell in made[:2]] == printed


def test_a_pasted_picture_is_kept_and_nothing_else_that_was_attached():
    cell = new_markdown_cell("![a](attachment:a.png)", attachments={"a.png": {"image/png": PNG}})
    cell.attachments["b"] = {"text/html": "<script>", "image/png": "no base64!"}
    (read,) = parse(encoded([cell])).cells
    assert read.attachments == {"a.png": {"image/png": PNG}}


# --- one gradebook -----------------------------------------------------------------------------------------------------

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "tiny-course"
c.Exchange.root = {exchange!r}
c.AssignLatePenalties.plugin_class = "penalty_of_this_folder.Half"
c.LimitOutput.max_lines = 4
"""
PLUGIN = """
from nbgrader.plugins import LateSubmissionPlugin

class Half(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2
"""
SECRET = "SECRET-62831"
ESSAY = "Explain it.\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION"


def make_course(folder: Path, exchange: Path = Path("/nowhere")) -> Path:
    """Write a course folder with a configuration of its own and one assignment: three tests, a written answer, a data file."""
    source = folder / "source" / UNIT
    source.mkdir(parents=True)
    some = cells(hidden=True)
    some[1].source = f"{some[1].source.splitlines()[0]}\n    ### BEGIN SOLUTION\n" + "\n".join(
        [*some[1].source.splitlines()[1:], "    ### END SOLUTION"]
    )
    hidden = f"### BEGIN HIDDEN TESTS\nassert min_max(np.array([1, 3]))[0] == 0, '{SECRET}'\n### END HIDDEN TESTS"
    some.append(marked(hidden, "own", grade=True, locked=True, points=1))
    some.append(marked(ESSAY, "essay", "markdown", grade=True, solution=True, points=5))
    (source / f"{UNIT}.ipynb").write_bytes(encoded(some))
    (source / "data.csv").write_text("1,2")
    repository = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(repository + CONFIG.format(exchange=str(exchange)))
    (folder / "penalty_of_this_folder.py").write_text(PLUGIN)
    return folder


def hand_in(folder: Path, student: str, some: list | bytes, stamp: str = "") -> Path:
    target = folder / "submitted" / student / UNIT
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{UNIT}.ipynb").write_bytes(some if isinstance(some, bytes) else encoded(some))
    (target / "helper.py").write_text("x = 1")
    (target / "data.csv").write_text("changed")
    if stamp:
        (target / "timestamp.txt").write_text(stamp)
    return target


def essay(text: str):
    return marked(text, "essay", "markdown", grade=True, solution=True, points=5)


def make_small_class(folder: Path) -> Path:
    make_course(folder)
    hand_in(folder, "ada", [*cells(), essay("Because of this.")], "2026-11-20 10:00:00 UTC")
    wrong = with_answer("def one_hot(labels, num_classes=10):\n    return np.eye(num_classes)[labels - 1]")(cells())
    printing = new_code_cell("for i in range(9):\n    print(i)")
    hand_in(folder, "ben", [printing, *wrong, essay("Explain it.\nYOUR ANSWER HERE")], "2026-11-21 10:00:00 UTC")
    hand_in(folder, "cleo", b"no notebook")
    return folder


def own_config(folder: Path):
    config = gradebook.configure(folder, UNIT)
    config.GenerateAssignment.force = True
    return config


def enter(folder: Path) -> None:
    gradebook.convert(GenerateAssignment, own_config(folder))
    with Gradebook(gradebook.default_address(folder), "tiny-course") as book:
        book.update_or_create_assignment(UNIT, duedate="2026-11-21 00:00:00 UTC")


def grade_here(folder: Path) -> None:
    grade_class(folder, UNIT, console=Console(quiet=True))


def autograde(folder: Path) -> None:
    gradebook.convert(Autograde, own_config(folder))


def press_the_button(folder: Path) -> None:
    config = gradebook.configure(folder, UNIT)
    api = NbGraderAPI(gradebook.course_directory(config), config=config)
    new = [student for student in ("ben", "cleo") if not (folder / "autograded" / student).exists()]
    for student in ("ada", *new):
        result = api.autograde(UNIT, student)
        assert result["success"], result


def add_by_hand(folder: Path) -> None:
    """A person gives points and a comment, and a stamp comes later."""
    with Gradebook(gradebook.default_address(folder), "tiny-course") as book:
        book.find_grade("essay", UNIT, UNIT, "ada").manual_score = 4
        book.find_grade("check_one_hot", UNIT, UNIT, "cleo").manual_score = 1.5
        book.find_comment("essay", UNIT, UNIT, "ada").manual_comment = "well said"
        book.db.commit()
    (folder / "submitted" / "ada" / UNIT / "timestamp.txt").write_text("2026-11-22 10:00:00 UTC")


def everything(folder: Path) -> tuple[list, dict]:
    """Return what the gradebook knows, and each file of autograded/ with its permissions."""
    with Gradebook(gradebook.default_address(folder), "tiny-course") as book:
        rows = []
        for submission in book.assignment_submissions(UNIT):
            (one,) = submission.notebooks
            stamp = (submission.timestamp, submission.total_seconds_late, one.late_submission_penalty, one.score)
            rows.append((submission.student.id, *stamp, one.needs_manual_grade))
            rows += [(g.name, g.auto_score, g.manual_score, g.needs_manual_grade, g.extra_credit) for g in one.grades]
            rows += [(c.name, c.auto_comment, c.manual_comment) for c in one.comments]
    top = folder / "autograded"
    files = {
        path.relative_to(top).as_posix(): (path.read_bytes(), oct(path.stat().st_mode))
        for path in top.rglob("*")
        if path.is_file()
    }
    return sorted(rows, key=repr), files


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_all_ways_to_grade_leave_the_same_gradebook_and_the_same_files(tmp_path, sandbox):
    found, first_one = [], make_small_class(tmp_path / "class")
    read_secret(first_one)  # so that all have the same
    for way in (grade_here, autograde, press_the_button):
        folder = Path(shutil.copytree(first_one, tmp_path / way.__name__))
        enter(folder)
        way(folder)
        first = everything(folder)
        add_by_hand(folder)
        way(folder)
        found.append((first, everything(folder)))
        grade_here(folder)  # and whoever grades next has nothing to do
        assert everything(folder) == found[-1][1]
    (rows, files), (later, _) = found[0]
    assert found[0] == found[1]
    assert found[0] == found[2]
    ada, ben = (next(row for row in rows if row[0] == name) for name in ("ada", "ben"))
    assert ada[2] == 0 and ada[4] == 11 and ben[2] == 36_000 and ben[3] == ben[4] / 2  # the folder's own plugin
    assert rows.count(("essay", "No response.", None)) == 2 and ("essay", None, 4.0, True, None) in later
    late = next(row for row in later if row[0] == "ada")
    assert late[2] == 122_400 and late[3] == 7.5  # with the points given by hand
    assert files[f"ben/{UNIT}/helper.py"][0] == b"x = 1" and files[f"ben/{UNIT}/data.csv"][0] == b"1,2"
    assert b"... Output truncated ..." in files[f"ben/{UNIT}/{UNIT}.ipynb"][0]  # the folder's own LimitOutput


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_through_an_exchange_and_back(tmp_path, monkeypatch, sandbox):
    exchange, student = tmp_path / "exchange", tmp_path / "student"
    exchange.mkdir()
    exchange.chmod(0o777)
    student.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = make_course(tmp_path / "course", exchange)
    config = gradebook.configure(folder, UNIT)
    config.Exchange.cache = str(tmp_path / "cache")
    config.Exchange.assignment_dir = str(student)
    directory = gradebook.course_directory(config)
    api = NbGraderAPI(directory, config=config)

    def does(result: dict) -> None:
        assert result["success"], result

    def take(step: type) -> None:
        step(coursedir=directory, authenticator=Authenticator(config=config), config=config).start()

    does(api.generate_assignment(UNIT))
    does(api.release_assignment(UNIT))
    take(ExchangeFetchAssignment)
    blank_one = student / UNIT / f"{UNIT}.ipynb"
    blank_one.chmod(0o644)
    solved = nbformat.read(blank_one, as_version=4)
    next(cell for cell in solved.cells if cell.source.startswith("def min_max")).source = MIN_MAX.replace(
        "x.min()", "0"
    )
    nbformat.write(solved, blank_one)
    take(ExchangeSubmit)
    does(api.collect(UNIT))
    grade_here(folder)
    assert write_feedback(folder, UNIT, console=Console(quiet=True)) == 1
    (given_back,) = (folder / "feedback").glob(f"*/{UNIT}")
    verdict = json.loads(next((folder / "autograded").glob(f"*/{UNIT}/.graded.json")).read_text())["verdicts"][
        "min_max"
    ]
    assert {path.name for path in given_back.iterdir()} >= {f"{UNIT}.html", "timestamp.txt", "submission_secret.txt"}
    for path in given_back.iterdir():
        text = path.read_text(encoding="utf-8")
        assert path.name != ".graded.json" and SECRET not in text and "grade.min_max(" not in text
        assert str(verdict["message"]) == str(verdict["summary"]) or str(verdict["message"]) not in text
    does(api.release_feedback(UNIT))
    take(ExchangeFetchFeedback)
    (fetched,) = student.glob("**/*.html")
    assert "min_max: not right yet" in fetched.read_text(encoding="utf-8")


# --- odd folders and files ---------------------------------------------------------------------------------------------


def copy_to(folder: Path, name: str, content: bytes) -> None:
    path = folder / "submitted" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_what_was_not_used_is_named_and_what_it_looks_like(tmp_path, sandbox):
    folder, right = make_course(tmp_path / "Course 100% #1"), encoded(cells())
    (folder / "source" / "other").mkdir()
    hand_in(folder, "ada", right)
    copy_to(folder, "ada/other/other.ipynb", right)  # of another unit: not looked into
    copy_to(folder, "ada/tiny/.ipynb_checkpoints/tiny.ipynb", right)
    copy_to(folder, "ben/tiny.ipynb", right)
    copy_to(folder, "cleo/Tiny/tiny.ipynb", right)
    copy_to(folder, "dan/tiny/work.zip", b"PK")
    copy_to(folder, "eve/tiny/tiny/tiny.ipynb", right)
    copy_to(folder, "fay/tiny/large.bin", bytes(2**20 + 1))
    enter(folder)
    hand_in(folder, "fay", (folder / "release" / UNIT / f"{UNIT}.ipynb").read_bytes())
    copy_to(folder, "fay/tiny/tiny-Copy1.ipynb", right)
    copy_to(folder, "gus.ipynb", b"no notebook")
    summary = grade_class(folder, UNIT, console=Console(quiet=True))
    assert summary.graded == 4 and summary.unused == {
        "submitted/ben/tiny.ipynb": "a notebook that looks like tiny, in a folder of another name",
        "submitted/cleo/Tiny/tiny.ipynb": "a notebook that looks like tiny, in a folder of another name",
        "submitted/dan/tiny/work.zip": "an archive, to be unpacked",
        "submitted/eve/tiny/tiny/tiny.ipynb": "a notebook that looks like tiny",
        "submitted/fay/tiny/large.bin": "a file too large to be lent to the notebook",
        "submitted/fay/tiny/tiny-Copy1.ipynb": "a notebook that looks like tiny; tiny.ipynb beside it is as it was handed out",
        "submitted/gus.ipynb": "a notebook",
    }
    assert "found tiny/tiny.ipynb" in summary.problems["eve"]


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_one_page_that_fails_keeps_no_other_back(tmp_path, sandbox):
    """A picture that is there, one that is not, names with a bracket and a blank: all get a page; a line break is too much."""
    folder = make_course(tmp_path / "Course [A] (WS 26)")
    picture = new_markdown_cell("![a](attachment:a%20b.png)", attachments={"a b.png": {"image/png": PNG}})
    hand_in(folder, "x[1] ", [*cells(), picture, new_markdown_cell("- [x] done & ![b](attachment:lost.png)")])
    hand_in(folder, "y\n\x1b[31m", cells())
    hand_in(folder, "zoe", cells())
    grade_here(folder)
    with pytest.raises(CourseError, match=r"2 pages are written, but nbgrader could write none for:\n  y\\n\\x1b\[31m"):
        write_feedback(folder, UNIT, console=Console(quiet=True))
    page = (folder / "feedback" / "x[1] " / UNIT / f"{UNIT}.html").read_text(encoding="utf-8")
    assert PNG in page and "☑" in page and "&lt;input" not in page
    assert (folder / "feedback" / "zoe" / UNIT / f"{UNIT}.html").is_file()


def refused(folder: Path, *units: str) -> str:
    with pytest.raises(CourseError) as caught:
        grade_class(folder, *units, console=Console(quiet=True))
    return str(caught.value)


def test_one_true_sentence(tmp_path, sandbox):
    folder = make_course(tmp_path / "course")
    hand_in(folder, "ada", cells())
    grade_here(folder)
    with sqlite3.connect(folder / "gradebook.db") as book:
        book.execute("alter table student drop column lms_user_id")
    for number in range(8):
        hand_in(folder, f"waits-{number}", [*cells(), new_markdown_cell("x" * 100_000)])
    assert "nbgrader db upgrade" in refused(folder, UNIT)
    with pytest.raises(CourseError, match="nbgrader db upgrade"):
        write_feedback(folder, UNIT, console=Console(quiet=True))

    (folder / "source" / UNIT / "film.bin").write_bytes(bytes(40 * 2**20))
    assert "40 MB (film.bin is the largest file); 30 MB is the most" in refused(folder, UNIT)
    assert "rename it" in refused(folder, "x+y")
    (folder / "nbgrader_config.py").write_text("c = get_config(")
    assert "nbgrader_config.py cannot be read: SyntaxError" in refused(folder, UNIT)
    assert "must not have a ? in it" in refused(make_course(tmp_path / "what?now"), UNIT)
    assert {path.name for path in tmp_path.iterdir()} == {"course", "what?now"}


def test_a_notebook_that_nobody_could_read_has_no_points_for_written_answers_either(tmp_path, sandbox):
    folder = make_course(tmp_path / "course")
    hand_in(folder, "ada", b"no notebook")
    hand_in(folder, "ben", cells())  # the written answer was deleted
    grade_here(folder)
    rows, _ = everything(folder)
    assert rows.count(("essay", 0.0, None, False, None)) == 2 and rows.count(("essay", "No response.", None)) == 2
