"""`course grade` and `course feedback` on a whole class: once, again, killed, on Dask, and when something is missing."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from rich.console import Console

from course.cli import main
from course.errors import CourseError, IsolationMissing
from course.grading import gradebook
from course.grading.classroom import grade_class
from course.grading.feedback import write_feedback
from course.grading.sandbox import Limits, Sandbox
from tests.conftest import ROOT

UNIT = "tiny"
QUIET = Console(quiet=True)
SECRET = 62831  # stands in the hidden test only
RIGHT = {
    "min_max": "x = x.astype(np.float64); return (x - x.min()) / ((x.max() - x.min()) or 1.0)",
    "double": "return 2 * x",
}

try:
    Sandbox().close()
    missing = ""
except IsolationMissing as problem:
    missing = str(problem)
pytestmark = pytest.mark.skipif(bool(missing), reason=missing or "bubblewrap works")


def cell(source: str, name: str, points: int | None = None):
    marks = {"schema_version": 3, "task": False, "grade_id": name}
    marks |= {"solution": points is None, "grade": points is not None, "locked": points is not None}
    new = nbformat.v4.new_code_cell(source)
    new.metadata["nbgrader"] = marks if points is None else marks | {"points": points}
    return new


def answer(name: str, body: str) -> str:
    return f"def {name}(x):\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION"


def notebook(answers: dict[str, str], points: int = 2, last: str = "print('done')"):
    """A notebook with an exercise of the course, one of the instructor's own with a plain assert, and a last cell."""
    graded = "### BEGIN HIDDEN TESTS\nfrom course.grading import grade\n\ngrade.min_max(min_max)\n### END HIDDEN TESTS"
    own = (
        f"### BEGIN HIDDEN TESTS\nassert double({SECRET}) == {2 * SECRET}, 'wanted {2 * SECRET}'\n### END HIDDEN TESTS"
    )
    cells = [
        nbformat.v4.new_code_cell("import numpy as np"),
        cell(answer("min_max", answers["min_max"]), "min_max"),
        cell(graded, "check_min_max", 3),
        cell(answer("double", answers["double"]), "double"),
        nbformat.v4.new_code_cell(last),
        cell(own, "check_double", points),
    ]
    for number, one in enumerate(cells):
        one.id = f"id-{number}"  # nbformat's are random, and a file with another byte is another submission
    return nbformat.v4.new_notebook(cells=cells)


def hand_in(folder: Path, student: str, **answers: str) -> Path:
    last = answers.pop("last", "print('done')")
    path = folder / "submitted" / student / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(RIGHT | answers, last=last), path)
    return path


def write_source(folder: Path, **options) -> None:
    (folder / "source" / UNIT).mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(RIGHT, **options), folder / "source" / UNIT / f"{UNIT}.ipynb")


@pytest.fixture
def folder(tmp_path) -> Path:
    """A course folder with three submissions: right, half right, and no notebook at all."""
    return make_class(tmp_path / "course")


def make_class(folder: Path, extra: int = 0) -> Path:
    write_source(folder)
    hand_in(folder, "ada")
    hand_in(folder, "ben", min_max="return x", double="return 2 * x")
    hand_in(folder, "cleo").write_text("this is no notebook")
    for number in range(extra):
        hand_in(folder, f"more-{number:02}", last=f"print({number})")
    return folder


def grade(folder: Path, **options):
    return grade_class(folder, UNIT, console=QUIET, jobs=2, **{"seed": 1} | options)


def scores(database: str | Path) -> dict:
    """Every point in the gradebook."""
    address = database if isinstance(database, str) else gradebook.default_address(database)
    with Gradebook(address) as book:
        return {
            (submission.student.id, one.name): one.score
            for submission in book.assignment_submissions(UNIT)
            for one in submission.notebooks[0].grades
        }


def files(folder: Path) -> dict[str, bytes]:
    """Everything below autograded/."""
    root = folder / "autograded"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def command(*arguments) -> list[str]:
    return [sys.executable, "-c", "from course.cli import main; main()", *map(str, arguments)]


def run(*arguments, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess:
    known = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(command(*arguments), cwd=cwd, env=known, capture_output=True, text=True, timeout=120)


# --- once and again ----------------------------------------------------------------------------------------------------


def test_a_class_is_graded_and_then_only_what_has_changed(folder):
    summary = grade(folder)
    assert (summary.graded, summary.kept, set(summary.problems)) == (3, 0, {"cleo"})
    found = scores(folder)
    assert found["ada", "check_min_max"] == 3 and found["ada", "check_double"] == 2
    assert found["ben", "check_min_max"] < 3 and found["ben", "check_double"] == 2
    assert found["cleo", "check_min_max"] == 0 and found["cleo", "check_double"] == 0
    for student in ("ada", "ben", "cleo"):
        target = folder / "autograded" / student / UNIT
        assert nbformat.read(target / f"{UNIT}.ipynb", as_version=4).cells
        record = json.loads((target / ".graded.json").read_text())
        assert record["points"] == {name: points for (who, name), points in found.items() if who == student}

    before = files(folder)
    assert (grade(folder).graded, files(folder)) == (0, before)

    hand_in(folder, "ben")  # better now
    hand_in(folder, "ada").write_text("{")  # broken now: no old score is kept
    assert grade(folder).graded == 2
    found = scores(folder)
    assert found["ben", "check_min_max"] == 3
    assert found["ada", "check_min_max"] == 0 and found["ada", "check_double"] == 0

    write_source(folder, points=4)
    assert grade(folder).graded == 3
    assert scores(folder)["ben", "check_double"] == 4


def test_a_half_entered_assignment_is_entered_again(folder):
    """As if the first run had been killed while nbgrader wrote the assignment's cells."""
    grade(folder)
    expected = scores(folder)
    (folder / "gradebook.db").unlink()
    with Gradebook(gradebook.default_address(folder)) as book:
        book.add_assignment(UNIT)
        book.add_notebook(UNIT, UNIT)
        book.add_grade_cell("check_min_max", UNIT, UNIT, max_score=3, cell_type="code")
    assert grade(folder).graded == 3
    assert scores(folder) == expected


def test_cells_added_after_the_first_submission_are_refused_in_a_sentence(folder):
    grade(folder)
    path = folder / "source" / UNIT / f"{UNIT}.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells += [cell("def more(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION", "more")]
    source.cells += [cell("assert more(1) == 1", "check_more", 1)]
    nbformat.write(source, path)
    with pytest.raises(CourseError, match="nbgrader db assignment remove tiny"):
        grade(folder)


def test_a_worker_that_dies_costs_its_submission_and_no_other(folder, monkeypatch):
    """The grader itself is ended over one submission, as by the kernel when memory is short."""
    import course.grading.workers as workers

    original = workers.grade_submission

    def fragile(content, *args, **kwargs):
        if b"doomed" in content:
            os.kill(os.getpid(), signal.SIGKILL)
        if b"odd" in content:
            raise RuntimeError("a bug in the grader")
        return original(content, *args, **kwargs)

    hand_in(folder, "dora", last="print('doomed')")
    hand_in(folder, "otto", last="print('odd')")
    monkeypatch.setattr(workers, "grade_submission", fragile)
    summary = grade(folder)
    assert "memory" in summary.problems["dora"] and "a bug in the grader" in summary.problems["otto"]
    assert scores(folder)["ada", "check_double"] == 2 and scores(folder)["dora", "check_double"] == 0
    monkeypatch.undo()
    assert grade(folder).graded == 2  # neither was the student's fault, so both are tried again
    assert scores(folder)["dora", "check_double"] == 2 and scores(folder)["otto", "check_double"] == 2


def test_what_was_cut_off_is_not_judged_and_graded_again(folder):
    """A loop that never ends is told as such, never as a wrong answer, and the next run tries again."""
    hand_in(folder, "lou", double="while True: pass")
    summary = grade(folder, limits=Limits(cell_seconds=1))
    assert set(summary.not_judged) == {"lou"} and "seconds" in summary.not_judged["lou"]
    assert scores(folder)["lou", "check_min_max"] == 3
    again = grade(folder, limits=Limits(cell_seconds=1))
    assert (again.graded, set(again.not_judged)) == (1, {"lou"})
    write_feedback(folder, UNIT, ["lou"], console=QUIET)
    assert "your answer is not judged yet" in page(folder, "lou") and "did not pass" not in page(folder, "lou")
    hand_in(folder, "lou")
    assert grade(folder).not_judged == {} and scores(folder)["lou", "check_double"] == 2
    assert grade(folder).graded == 0


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    folders = [make_class(tmp_path / name) for name in ("first", "second")]
    for folder in folders:
        grade(folder, seed=5)
    assert files(folders[0]) == files(folders[1])
    assert scores(folders[0]) == scores(folders[1])


# --- killed ------------------------------------------------------------------------------------------------------------


def processes_of(folder: Path) -> list[str]:
    """The processes that were started with this folder in their environment."""
    mark, found = f"COURSE_TEST={folder}".encode(), []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (path / "environ").read_bytes().split(b"\0") and b"Z (" not in (path / "status").read_bytes():
                found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_a_run_that_is_killed_three_times_ends_as_if_nothing_had_happened(tmp_path):
    undisturbed, killed = (make_class(tmp_path / name, extra=17) for name in ("undisturbed", "killed"))
    grade(undisturbed)
    choose = random.Random(time.time_ns())
    arguments = command("grade", UNIT, "--seed", 1, "--jobs", 2, "--folder", killed)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COURSE_TEST": str(killed)}
    at_least = 0
    for _ in range(3):
        at_least += choose.randint(1, 5)
        process = subprocess.Popen(
            arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        until = time.monotonic() + 60
        while len(list(killed.glob("autograded/*/*/.graded.json"))) < at_least and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.002)
        assert process.poll() is None, process.stderr.read()
        process.kill()
        process.wait()
        process.stderr.close()
        until = time.monotonic() + 10
        while processes_of(killed) and time.monotonic() < until:
            time.sleep(0.05)
        assert processes_of(killed) == []
    summary = grade(killed)
    assert summary.kept >= at_least and summary.graded > 0
    assert scores(killed) == scores(undisturbed)
    assert files(killed) == files(undisturbed)  # no half-written and no temporary file either


# --- Dask --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def scheduler(tmp_path):
    """A Dask scheduler and two workers, each a process in a folder of its own that knows only the installed package."""
    pytest.importorskip("distributed", reason="Dask is not installed: pip install '.[dask]'")
    installed = tmp_path / "installed"  # what a wheel would install: the package and nothing beside it
    shutil.copytree(ROOT / "course", installed / "course", ignore=shutil.ignore_patterns("__pycache__"))
    address = tmp_path / "scheduler.json"
    environment = {name: value for name, value in os.environ.items() if name != "COURSE_ROOT"}
    environment["PYTHONPATH"] = str(installed)
    processes = []

    def start(name: str, *arguments) -> None:
        (tmp_path / name).mkdir()
        start = [sys.executable, "-m", f"distributed.cli.dask_{name.split('-')[0]}", "--scheduler-file", address]
        processes.append(
            subprocess.Popen(
                [*map(str, [*start, *arguments, "--no-dashboard"])],
                cwd=tmp_path / name,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    start("scheduler", "--port", 0, "--host", "127.0.0.1")
    until = time.monotonic() + 60
    while not address.exists() or not address.read_text():
        assert time.monotonic() < until
        time.sleep(0.1)
    for number in (1, 2):
        start(f"worker-{number}", "--no-nanny", "--nthreads", number)  # two threads must not get in each other's way
    yield json.loads(address.read_text())["address"]
    for process in reversed(processes):
        process.terminate()
        process.wait(20)


def test_dask_workers_give_the_same_as_this_machine(tmp_path, scheduler):
    here, there = (make_class(tmp_path / name, extra=5) for name in ("here", "there"))
    grade(here)
    grade(there, scheduler=scheduler)
    assert scores(there) == scores(here)
    assert files(there) == files(here)


def test_a_dead_scheduler_is_one_sentence(folder, monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install '.[dask]'")
    monkeypatch.setattr("course.grading.workers._PATIENCE", 1)
    result = CliRunner().invoke(main, ["grade", UNIT, "--scheduler", "tcp://127.0.0.1:9", "--folder", str(folder)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: no Dask scheduler answers at tcp://127.0.0.1:9")
    assert result.output.count("\n") == 1 and not (folder / "autograded").exists()


# --- when something is missing -----------------------------------------------------------------------------------------


def refuse(*arguments) -> str:
    """Return the one line that the command ends with."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.exception
    lines = result.output.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("Error: "), result.output
    return lines[0]


def test_no_submissions(tmp_path):
    write_source(tmp_path)
    assert "holds no submission to tiny" in refuse("grade", UNIT, "--folder", tmp_path)
    assert not (tmp_path / "gradebook.db").exists()


def test_no_such_unit(folder):
    result = CliRunner().invoke(main, ["grade", "99-no-such-unit", "--folder", str(folder)])
    assert result.exit_code == 2 and "there is no unit '99-no-such-unit'" in result.output
    assert not (folder / "gradebook.db").exists()


@pytest.mark.parametrize(
    "address", ["sqlite:////no/such/folder/gradebook.db", "postgresql://me:secret@127.0.0.1:9/x", "nonsense"]
)
def test_a_gradebook_that_cannot_be_opened(folder, address):
    line = refuse("grade", UNIT, "--folder", folder, "--db", address)
    assert "the gradebook" in line and "cannot be opened" in line and "secret" not in line
    assert not (folder / "autograded").exists()


def test_a_gradebook_that_is_none(folder):
    (folder / "gradebook.db").write_text("something else, long enough to be read as a header" * 10)
    assert "cannot be opened" in refuse("grade", UNIT, "--folder", folder)


def test_a_missing_source(folder):
    shutil.rmtree(folder / "source" / UNIT)
    (folder / "source" / UNIT).mkdir()
    assert "the source notebook of tiny cannot be read" in refuse("grade", UNIT, "--folder", folder)
    (folder / "source" / UNIT / f"{UNIT}.ipynb").write_text("{")
    assert "the source notebook of tiny cannot be read" in refuse("grade", UNIT, "--folder", folder)
    assert not (folder / "gradebook.db").exists()


def test_bubblewrap_missing(folder, tmp_path):
    result = run("grade", UNIT, "--folder", folder, PATH=str(tmp_path))
    assert result.returncode == 1 and "Traceback" not in result.stderr, result.stderr
    assert result.stderr.strip().startswith("Error: bubblewrap is missing") and "--isolation none" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not list(folder.glob("autograded/**/*.*"))


def test_feedback_before_grading(folder):
    assert "Grade it first" in refuse("feedback", UNIT, "--folder", folder)


# --- feedback ----------------------------------------------------------------------------------------------------------


def page(folder: Path, student: str) -> str:
    return (folder / "feedback" / student / UNIT / f"{UNIT}.html").read_text(encoding="utf-8")


def nosy(folder: Path) -> None:
    """A student whose function prints, keeps and raises what it is called with."""
    body = "print('got', x); print(f'{x}Error')\n    raise KeyError(x)"
    hand_in(
        folder, "nosy", min_max="seen.append(x); print('scaling', x); return x", double=body, last="print('kept', seen)"
    )
    path = folder / "submitted" / "nosy" / UNIT / f"{UNIT}.ipynb"
    own = nbformat.read(path, as_version=4)
    own.cells[0].source += "\nseen = []"
    nbformat.write(own, path)


def test_feedback_shows_verdicts_and_no_hidden_test(folder):
    hand_in(folder, "dan", double="return x")
    nosy(folder)
    grade(folder)
    result = CliRunner().invoke(main, ["feedback", UNIT, "--folder", str(folder)])
    assert result.exit_code == 0 and "5 pages" in result.output, result.output
    for student in ("ada", "ben", "cleo", "dan", "nosy"):
        text = page(folder, student)
        for hidden in (str(SECRET), str(2 * SECRET), "grade.min_max(", "HIDDEN TESTS", "course.grading"):
            assert hidden not in text, f"{student}: {hidden}"
    assert "min_max: right" in page(folder, "ada").lower() and "3 of 3 points" in page(folder, "ada")
    assert "min_max: not right yet" in page(folder, "ben").lower()
    assert "This test did not pass." in page(folder, "dan") and "could not be graded" in page(folder, "cleo")
    printed = nbformat.read(folder / "autograded" / "nosy" / UNIT / f"{UNIT}.ipynb", as_version=4)
    assert str(SECRET) in nbformat.writes(printed)  # the test does see what feedback hides

    assert CliRunner().invoke(main, ["feedback", UNIT, "--reveal", "--folder", str(folder)]).exit_code == 0
    assert str(SECRET) in page(folder, "dan") and str(2 * SECRET) in page(folder, "dan")
    assert "min_max" in page(folder, "ben") and "HIDDEN TESTS" in page(folder, "ben")


def test_an_instructor_leaves_mistake_and_hint_out(folder):
    hand_in(folder, "max", min_max="return x / x.max()")
    grade(folder)
    record = json.loads((folder / "autograded" / "max" / UNIT / ".graded.json").read_text())["verdicts"]["min_max"]
    assert record["mistake"] and record["cause"] and record["advice"]
    write_feedback(folder, UNIT, console=QUIET)
    assert "Likely cause" in page(folder, "max")

    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.HideTests.show = ['gap']\n")
    write_feedback(folder, UNIT, console=QUIET)
    text = page(folder, "max")
    assert "Likely cause" not in text and "min_max: not right yet" in text.lower()
    for hidden in (record["cause"], record["advice"]):
        assert hidden.split(".")[0] not in text
