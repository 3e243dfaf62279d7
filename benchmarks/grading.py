"""Submissions a minute, ours against stock nbgrader, side by side in one run; memory, growth, and Dask workers.

A class of 40 submissions to unit 05 is graded with everything switched on: sandbox, limits, hidden cases, verdicts, gradebook.
Stock nbgrader grades a few of the same submissions, one after the other, as it does; its rate does not depend on how many.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from rich.console import Console
from traitlets.config import Config

from course.grading.classroom import grade_class
from course.grading.gradebook import convert, default_address
from course.grading.repository import find_root
from course.grading.sandbox import Limits, Sandbox
from course.grading.submission import grade_submission, load_assignment

UNIT = "05-backpropagation"
QUIET = Console(quiet=True)


def main() -> None:
    """Print the figures as text."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--students", type=int, default=40)
    arguments.add_argument("--stock", type=int, default=6, help="submissions that stock nbgrader grades")
    arguments.add_argument("--growth", type=int, nargs="*", default=[100, 300, 1000])
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare_with_stock(Path(folder), options.students, options.stock)
        growth(Path(folder), options.growth)
        dask_workers(Path(folder), 3 * options.students)


def compare_with_stock(folder: Path, students: int, stock: int) -> None:
    """Time our whole class and stock nbgrader's few in turn: ours, stock, ours."""
    source = find_root() / "source"
    first = time_class(make_class(folder / "ours-1", source, UNIT, students), source, jobs=2)
    theirs = time_stock(folder / "stock", source, stock)
    second = time_class(make_class(folder / "ours-2", source, UNIT, students), source, jobs=2)
    ours = students / min(first, second)
    print(f"{UNIT}, {students} submissions, 2 processes, everything on")
    print(
        f"  ours           {60 * ours:7.1f} submissions a minute ({60 * students / first:.1f} and {60 * students / second:.1f})"
    )
    print(f"  stock nbgrader {60 * theirs:7.1f} submissions a minute, serial as it is")
    print(f"  ratio          {ours / theirs:7.1f} (wanted: 10)")
    bound = cells_alone(source)
    print(
        f"  the cells' own time in a warm process is {bound:.2f} s: 2 processes could do {120 / bound:.0f} a minute at best"
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  largest process {peak:6.0f} MB (wanted: under 500)")


def make_class(folder: Path, source: Path, unit: str, students: int, name: str = "student") -> Path:
    """Hand in the solution under many names, each with a line of its own so that no two are the same."""
    notebook = nbformat.read(source / unit / f"{unit}.ipynb", as_version=4)
    for number in range(students):
        target = folder / "submitted" / f"{name}-{number:04}" / unit
        target.mkdir(parents=True)
        notebook.cells[0].source += "\n"
        nbformat.write(notebook, target / f"{unit}.ipynb")
    return folder


def time_class(folder: Path, source: Path, **options) -> float:
    """Return the seconds that `course grade` takes, from an empty gradebook to the last record."""
    unit = next((folder / "submitted").glob("*/*")).name
    start = time.perf_counter()
    summary = grade_class(folder, unit, source=source, console=QUIET, seed=1, **options)
    assert not summary.problems
    return time.perf_counter() - start


def time_stock(folder: Path, source: Path, students: int) -> float:
    """Return stock nbgrader's submissions a second: its own configuration, one at a time."""
    make_class(folder, source, UNIT, students)
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.source_directory = str(source)
    config.CourseDirectory.assignment_id = UNIT
    config.CourseDirectory.db_url = default_address(folder)
    config.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
    convert(GenerateAssignment, config)
    start = time.perf_counter()
    done = capture_log(Autograde(coursedir=CourseDirectory(config=config), config=config))
    assert done["success"], done
    return students / (time.perf_counter() - start)


def cells_alone(source: Path) -> float:
    """Return the seconds that the student's cells take in a kernel that is there already."""
    assignment = load_assignment(source / UNIT, UNIT)
    notebook = nbformat.reads(assignment.notebook, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
    untested = type(assignment)(UNIT, nbformat.writes(notebook), assignment.files)
    with Sandbox() as sandbox:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            grade_submission(untested.notebook.encode(), untested, sandbox, limits=Limits())
            times.append(time.perf_counter() - start)
    return min(times)


def growth(folder: Path, sizes: list[int]) -> None:
    """Grade ever larger classes of a tiny notebook."""
    source = tiny_source(folder / "tiny")
    for size in sizes:
        seconds = time_class(make_class(folder / f"tiny-{size}", source, "tiny", size), source, jobs=2)
        print(f"  {size:5} submissions of a tiny notebook: {seconds:6.1f} s, {1000 * seconds / size:5.0f} ms each")
        shutil.rmtree(folder / f"tiny-{size}")


def tiny_source(folder: Path) -> Path:
    """Write an assignment with one answer and one plain assert."""
    marks = {
        "schema_version": 3,
        "task": False,
        "locked": False,
        "solution": True,
        "grade": False,
        "grade_id": "double",
    }
    answer = nbformat.v4.new_code_cell("def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION")
    test = nbformat.v4.new_code_cell("assert double(4) == 8")
    answer.metadata["nbgrader"] = marks
    test.metadata["nbgrader"] = marks | {
        "solution": False, "grade": True, "locked": True, "points": 1, "grade_id": "check_double",
    }  # fmt: skip
    (folder / "tiny").mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Tiny"), answer, test])
    nbformat.write(notebook, folder / "tiny" / "tiny.ipynb")
    return folder


def dask_workers(folder: Path, students: int) -> None:
    """Grade a class with one Dask worker and with two, each a process of its own.

    A few submissions come first, in the same folder: then all workers have their sandbox, and the gradebook is there. The
    class is large enough that the second before the first task counts little.
    """
    try:
        import distributed  # noqa: F401
    except ImportError:
        print("  Dask is not installed: no figures for its workers")
        return
    source = find_root() / "source"
    seconds = {}
    for workers in (1, 2):
        with cluster(folder, workers) as address:
            course = folder / f"dask-{workers}"
            time_class(make_class(course, source, UNIT, 2 * workers, "early"), source, scheduler=address)
            seconds[workers] = time_class(make_class(course, source, UNIT, students), source, scheduler=address)
    print(
        f"  Dask, {students} submissions: one worker {seconds[1]:.1f} s, two {seconds[2]:.1f} s: {seconds[1] / seconds[2]:.2f} times (wanted: 1.8)"
    )


class cluster:
    """A Dask scheduler and workers on this machine, as separate processes."""

    def __init__(self, folder: Path, workers: int):
        self._file, self._workers = folder / f"scheduler-{workers}.json", workers

    def __enter__(self) -> str:
        run = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
        self._processes = [self._start(*run, "--scheduler-file", self._file)]
        while not self._file.exists():
            time.sleep(0.1)
        worker = [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
        ]
        self._processes += [self._start(*worker, "--scheduler-file", self._file) for _ in range(self._workers)]
        time.sleep(5)
        return json.loads(self._file.read_text())["address"]

    @staticmethod
    def _start(*command) -> subprocess.Popen:
        return subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __exit__(self, *_) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
