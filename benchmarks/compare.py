"""The submissions of ``benchmarks/hostile/`` graded by this course's grader, by nbgrader as it is, and by otter-grader.

    python -m benchmarks.compare            # all of it, then write docs/comparison.md
    python -m benchmarks.compare otter      # one system, kept for the table

Each system gets an environment of its own in ``.compare/``, from the package registry. The two others run each submission in a
container of its own (bubblewrap), without a network: only what is handed in and the system's own files can come to harm.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from benchmarks import suite
from benchmarks.suite import Case

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".compare"  # git ignores it
PAGE = ROOT / "docs" / "comparison.md"
BEGIN, END = "<!-- made by python -m benchmarks.compare -->", "<!-- end of what is made -->"
CELL_SECONDS = 20  # the limit that each system is given for a cell or a test
_PATIENCE = 150  # seconds for a submission, then it counts as not graded
_USERS = range(40_000, 60_000)  # as root: each submission gets a user of its own, since Linux counts processes by user
_SIDE_BY_SIDE = 4

Points = dict[str, float] | None  # question → points; None if it was not graded


def main() -> None:
    """Grade by the systems that are named, or by all, and write the table."""
    cases = suite.load_cases()
    for name in sys.argv[1:] or SYSTEMS:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            version, points = SYSTEMS[name](cases, Path(folder))
        found = {"version": version, "points": points}
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.json").write_text(json.dumps(found, indent=1))
        print(f"{name}: {len(points)} submissions in {time.monotonic() - started:.0f} s")
    write_page(cases)


# --- the systems -------------------------------------------------------------------------------------------------------


def grade_here(cases: list[Case], folder: Path) -> tuple[str, dict[str, Points]]:
    """Grade as `course grade` does."""
    from course.grading.sandbox import Limits, Sandbox
    from course.grading.submission import Assignment, grade_submission

    assignment = Assignment(suite.UNIT, nbformat.writes(suite.source_notebook()))
    points: dict[str, Points] = {}
    with Sandbox() as sandbox:
        for case in cases:
            graded = grade_submission(case.content, assignment, sandbox, seed=1, limits=Limits(CELL_SECONDS))
            points[case.name] = {name: graded.points[f"check_{name}"] for name in suite.POINTS}
    return "this repository", points


_READ_GRADEBOOK = """
import json
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    grades = book.find_submission("tiny", "student").notebooks[0].grades
    print(json.dumps({grade.name: grade.score for grade in grades}))
"""


def grade_with_nbgrader(cases: list[Case], folder: Path) -> tuple[str, dict[str, Points]]:
    """Grade with nbgrader's own `generate_assignment` and `autograde`."""
    python, version = environment("nbgrader", "nbgrader")
    course = folder / "course"
    source = course / "source" / suite.UNIT / f"{suite.UNIT}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(nbformat.writes(suite.source_notebook()))
    (course / "nbgrader_config.py").write_text(f"c = get_config()\nc.Execute.timeout = {CELL_SECONDS}\n")
    subprocess.run(
        [python, "-m", "nbgrader", "generate_assignment", suite.UNIT], cwd=course, check=True, capture_output=True
    )

    def grade(case: Case, work: Path) -> Points:
        shutil.copytree(course, work, dirs_exist_ok=True)
        handed_in = work / "submitted" / "student" / suite.UNIT / f"{suite.UNIT}.ipynb"
        handed_in.parent.mkdir(parents=True)
        handed_in.write_bytes(case.content)
        run_jailed([python, "-m", "nbgrader", "autograde", suite.UNIT], work)
        if not (work / "autograded" / "student" / suite.UNIT / f"{suite.UNIT}.ipynb").is_file():
            return None  # it said that it failed
        found = json.loads(run_jailed([python, "-c", _READ_GRADEBOOK], work))
        return {name: found[f"check_{name}"] or 0.0 for name in suite.POINTS}

    return version, grade_each(cases, folder, grade)


def grade_with_otter(cases: list[Case], folder: Path) -> tuple[str, dict[str, Points]]:
    """Grade with `otter generate` and `otter run`."""
    python, version = environment("otter", "otter-grader")
    tests = folder / "tests"
    tests.mkdir()
    for name, points in suite.POINTS.items():
        cases_of = [
            {"code": "".join(f">>> {line}\n" for line in text.splitlines()), "hidden": hidden}
            for text, hidden in ((suite.TESTS[name], False), (suite.HIDDEN[name], True))
        ]
        one = {"name": name, "points": [0, points], "suites": [{"cases": cases_of, "scored": True, "type": "doctest"}]}
        (tests / f"{name}.py").write_text(f"OK_FORMAT = True\n\ntest = {one!r}\n")
    command = [python, "-m", "otter", "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)

    def grade(case: Case, work: Path) -> Points:
        shutil.copy(folder / "autograder.zip", work)
        (work / f"{suite.UNIT}.ipynb").write_bytes(case.content)
        run_jailed([python, "-m", "otter", "run", "-a", "autograder.zip", "-o", ".", f"{suite.UNIT}.ipynb"], work)
        found = {one["name"]: one.get("score", 0.0) for one in json.loads((work / "results.json").read_text())["tests"]}
        return {name: found.get(name, 0.0) for name in suite.POINTS}

    return version, grade_each(cases, folder, grade)


SYSTEMS = {"ours": grade_here, "nbgrader": grade_with_nbgrader, "otter": grade_with_otter}


def grade_each(cases: list[Case], folder: Path, grade: Callable[[Case, Path], Points]) -> dict[str, Points]:
    """Grade each submission in a folder of its own; what cannot be graded gets None."""

    def one(case: Case) -> Points:
        work = folder / case.name
        work.mkdir()
        try:
            return grade(case, work)
        except (OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError):
            return None
        finally:
            shutil.rmtree(work, ignore_errors=True)

    points: dict[str, Points] = {}
    for side_by_side in (
        _SIDE_BY_SIDE,
        1,
    ):  # what fails is tried once more, alone: it may have been a neighbour's fault
        left = [case for case in cases if points.get(case.name) is None]
        with ThreadPoolExecutor(side_by_side) as executor:
            points |= dict(zip([case.name for case in left], executor.map(one, left), strict=True))
    return points


# --- environments ------------------------------------------------------------------------------------------------------


def environment(name: str, package: str) -> tuple[str, str]:
    """Return the Python of an environment that holds this package, and its version; it is made at the first time."""
    home = FOLDER / name
    python = str(home / "bin" / "python")
    if not (home / "ready").is_file():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", package, "ipykernel", "numpy"], check=True)
        (home / "ready").touch()
    version = f"import importlib.metadata as m; print('{package}', m.version('{package}'))"
    return python, subprocess.run([python, "-c", version], check=True, capture_output=True, text=True).stdout.strip()


def run_jailed(command: list[str], work: Path) -> str:
    """Run a command in a container in which only its folder can be written; return what it printed.

    Raises
    ------
    subprocess.SubprocessError : if it takes too long
    """
    jail = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent", "--new-session"]
    jail += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
    base, home = Path(sys.base_prefix), Path.home()
    if base.is_relative_to(home):  # which another user may not enter
        jail += ["--perms", "0755", "--tmpfs", str(home)]
        for path in [*reversed(base.relative_to(home).parents)][1:]:
            jail += ["--perms", "0755", "--dir", str(home / path)]
        jail += ["--ro-bind", str(base), str(base)]
    for name in ("HOME", "TMPDIR"):
        jail += ["--perms", "1777", "--tmpfs", f"/tmp/{name}", "--setenv", name, f"/tmp/{name}"]
    jail += ["--bind", str(work), "/tmp/work", "--chdir", "/tmp/work"]
    if os.geteuid() == 0:
        user = _USERS[zlib.crc32(work.name.encode()) % len(_USERS)]
        for path in (work, *work.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
        jail += ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    jail += ["prlimit", "--as=6000000000", "--nproc=200", "--fsize=300000000", "--core=0"]
    environment = {"PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [*jail, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PATIENCE, env=environment
    )
    return done.stdout.decode(errors="replace")


# --- the table ---------------------------------------------------------------------------------------------------------


def write_page(cases: list[Case]) -> None:
    """Put the table into docs/comparison.md, between its two marks."""
    found = {name: json.loads(path.read_text()) for name in SYSTEMS if (path := FOLDER / f"{name}.json").is_file()}
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    table = "\n".join(_table(cases, found))
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


def _table(cases: list[Case], found: dict) -> list[str]:
    head = ["kind", "submissions", *(one["version"] for one in found.values())]
    lines = [_row(head), _row(["---"] * len(head))]
    for kind, words in {**suite.KINDS, "": "**all**"}.items():
        some = [case for case in cases if kind in ("", case.kind)]
        lines.append(_row([words, len(some), *(_count(some, one["points"]) for one in found.values())]))
    lines += ["", "Where they differ from what was earned (points for `sigmoid`, `softmax`, `double`):", ""]
    lines += [_row(["submission", "must get", *head[2:]]), _row(["---"] * len(head))]
    for case in cases:
        got = [one["points"].get(case.name) for one in found.values()]
        if any(judge(case.must, points) != "right" for points in got):
            lines.append(_row([f"{case.what} (`{case.name}`)", _points(case.must), *map(_points, got)]))
    return lines


def judge(must: dict[str, float], got: Points) -> str:
    """Say of the points of one submission that they are right, too much, or too little."""
    got = got or dict.fromkeys(must, 0.0)  # who is not graded has no points
    if any(got[name] > points for name, points in must.items()):
        return "too much"
    return "right" if got == must else "too little"


def _count(cases: list[Case], points: dict[str, Points]) -> str:
    judged = [judge(case.must, points.get(case.name)) for case in cases]
    wrong = [f"{judged.count(kind)} {kind}" for kind in ("too much", "too little") if kind in judged]
    return f"{judged.count('right')} right" + (f", {', '.join(wrong)}" if wrong else "")


def _points(points: Points) -> str:
    return "not graded" if points is None else " ".join(f"{number:g}" for number in points.values())


def _row(entries: list) -> str:
    return f"| {' | '.join(map(str, entries))} |"


if __name__ == "__main__":
    main()
