"""Grading one submission where somebody else's machinery calls: in a Gradescope container, or in a GitHub workflow.

``run_autograder`` runs this module. It reads ``submission/``, grades it as `course grade` does, and writes
``results/results.json``: a test for each exercise, with partial credit and what feedback would tell, never a hidden value.
Source of the format: gradescope-autograders.readthedocs.io/en/latest/specs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
from nbgrader.utils import is_grade, is_solution, is_task

from course.checks.exercises import EXERCISES
from course.errors import CourseError
from course.files import replace_file
from course.grading.collect import Submission, own_seed, read_files
from course.grading.downloads import choose_notebook
from course.grading.feedback import public_output
from course.grading.notebook import grade_id, is_test
from course.grading.reader import LARGEST_FILE
from course.grading.repository import find_root
from course.grading.sandbox import Limits
from course.grading.submission import Assignment, Graded, load_assignment
from course.grading.workers import grade_task, pack_solutions

SETTINGS = "autograder.json"  # beside run_autograder
_MOST_TEXT = 10_000  # characters of what is told of one test


def grade_folder(folder: Path) -> dict:
    """Grade ``folder/submission`` by ``folder/source``; return what ``folder/results/results.json`` is to hold."""
    settings = json.loads((folder / "source" / SETTINGS).read_text(encoding="utf-8"))
    unit = settings["unit"]
    assignment = load_assignment(folder / "source" / "source" / unit, unit)
    submission = _read(folder / "submission", unit)
    digest = submission.digest(assignment, settings["seed"], pack_solutions(find_root()))
    seed = own_seed(digest, settings["secret"].encode()) if settings["seed"] is None else settings["seed"]
    limits = Limits(cell_seconds=settings["seconds"])
    try:
        graded = grade_task(submission, assignment, None, seed, limits, settings["isolation"])
    except CourseError as problem:
        return _without_points(assignment, f"Not graded yet, and this is not your fault: {problem.message}")
    return to_results(assignment, graded, settings["show"])


def _read(folder: Path, unit: str) -> Submission:
    """Read what a student handed in: the notebook may have another name, if it is the only one."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    shown = [name for name in paths if not any(part.startswith(".") for part in name.split("/"))]
    try:
        path = paths[choose_notebook(shown, unit)]
        if path.is_symlink():
            raise ValueError("the notebook is a link, not a file")
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"the notebook has more than {LARGEST_FILE // 2**20} MB")
    except ValueError as problem:
        return Submission("", unit, b"", str(problem))
    return Submission("", unit, path.read_bytes(), "", read_files(path.parent))


def to_results(assignment: Assignment, graded: Graded, show: list[str]) -> dict:
    """Return a graded submission in Gradescope's format.

    Parameters
    ----------
    show : which of "gap", "mistake" and "hint" a student reads
    """
    tests = []
    for cell in nbformat.reads(graded.notebook, as_version=4).cells:
        if is_test(cell):
            name = grade_id(cell)
            told = [public_output(output, show) for output in cell.outputs if output.output_type == "display_data"]
            text = "\n".join(output.data["text/plain"] for output in told if output)
            tests.append(_test(name, graded.points[name], float(cell.metadata.nbgrader.points), text))
    said = [f"This submission could not be graded: {graded.reason}. Hand it in again."] if graded.reason else []
    said += [f"Not all of it was judged: {graded.not_judged}."] if graded.not_judged else []
    said += _by_hand(assignment)
    return {"output": "\n".join(said), "visibility": "visible", "stdout_visibility": "hidden", "tests": tests}


def _without_points(assignment: Assignment, why: str) -> dict:
    cells = filter(is_test, nbformat.reads(assignment.notebook, as_version=4).cells)
    tests = [_test(grade_id(cell), 0.0, float(cell.metadata.nbgrader.points), "Not graded yet.") for cell in cells]
    return {"output": why, "visibility": "visible", "stdout_visibility": "hidden", "tests": tests}


def _test(name: str, score: float, most: float, text: str) -> dict:
    name = name.removeprefix("check_")
    tags = [EXERCISES[name].unit] if name in EXERCISES else []
    text = text[:_MOST_TEXT] or ("Right." if score >= most else "This test did not pass.")
    return {"name": name, "score": score, "max_score": most, "output": text, "tags": tags, "visibility": "visible"}


def _by_hand(assignment: Assignment) -> list[str]:
    cells = nbformat.reads(assignment.notebook, as_version=4).cells
    points = [
        cell.metadata.nbgrader.points for cell in cells if is_task(cell) or (is_grade(cell) and is_solution(cell))
    ]
    return [f"{sum(points):g} points more are given by a person, for written answers."] if points else []


def summary(results: dict) -> str:
    """Return results as Markdown, for the summary of a GitHub workflow."""
    rows = "".join(f"| `{one['name']}` | {one['score']:g} of {one['max_score']:g} |\n" for one in results["tests"])
    told = "".join(
        f"\n### {one['name']}\n\n```text\n{one['output'].replace('```', '')}\n```\n" for one in results["tests"]
    )
    points, most = (sum(one[name] for one in results["tests"]) for name in ("score", "max_score"))
    return f"## {points:g} of {most:g} points\n\n{results['output']}\n\n| exercise | points |\n|---|---|\n{rows}{told}"


def main(arguments: list[str]) -> None:
    """Grade the folder that is named, ``/autograder`` there; with ``--summary`` write Markdown of what was graded before."""
    folder = Path(arguments[0])
    path = folder / "results" / "results.json"
    if "--summary" in arguments:
        print(summary(json.loads(path.read_text(encoding="utf-8"))))
        return
    replace_file(path, (json.dumps(grade_folder(folder), indent=1) + "\n").encode())


if __name__ == "__main__":
    main(sys.argv[1:])
