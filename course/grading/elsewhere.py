"""`course export gradescope` and `course export github`: the grading itself, packed for machines of others."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
import zipfile
from pathlib import Path

from course.errors import CourseError
from course.files import replace_file
from course.grading.collect import read_secret
from course.grading.feedback import HideTests
from course.grading.gradebook import configure
from course.grading.gradescope import SETTINGS
from course.grading.submission import load_assignment

_SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the container.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv bubblewrap
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: choose Ubuntu 24.04.")'
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install --no-cache-dir -c /autograder/source/constraints.txt -r /autograder/source/requirements.txt
"""
_RUN = """#!/usr/bin/env bash
# Reads submission/, writes results/results.json. AUTOGRADER_ROOT and PYTHON are for machines other than Gradescope's.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
export COURSE_ROOT="$root/source" PYTHONPATH="$root/source" OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
cd "$root"
exec "${PYTHON:-$root/venv/bin/python}" -m course.grading.gradescope "$root"
"""
_WORKFLOW = """name: Grade
on: [push, workflow_dispatch]
permissions:
  contents: read
jobs:
  grade:
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    env:
      AUTOGRADER_ROOT: ${{{{ github.workspace }}}}
      PYTHON: python
    steps:
      - uses: actions/checkout@v4
        with:
          path: submission
          persist-credentials: false
      - uses: actions/checkout@v4
        with:
          repository: {grader}
          token: ${{{{ secrets.GRADER_TOKEN }}}}
          path: source
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Install the grader and its sandbox
        run: |
          sudo apt-get update && sudo apt-get install -y bubblewrap
          sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
          pip install -c source/constraints.txt -r source/requirements.txt
      - name: Grade
        run: |
          bash source/run_autograder
          COURSE_ROOT=source PYTHONPATH=source python -m course.grading.gradescope . --summary >> "$GITHUB_STEP_SUMMARY"
"""
_README = """# {unit}

Open `{unit}.ipynb`, fill in the blanks, and run the check below each. Commit and push: the points and what to look at next stand in
the summary of the workflow *Grade*, under *Actions*.
"""


def autograder_files(root: Path, folder: Path, unit: str, *, isolation: str, seconds: float) -> dict[str, bytes]:
    """Return path → content of an autograder: the two scripts, the graders' code, this unit's source and files.

    Parameters
    ----------
    root : the course's repository
    folder : the course folder, or the repository: its source/ has the notebook
    isolation : "bubblewrap" or "none"
    seconds : of computing, for a cell or a test

    Raises
    ------
    CourseError : if there is no such notebook
    """
    source, config = folder if (folder / "source").is_dir() else root, configure(folder)
    show = list(HideTests(config=config).show)  # as feedback does
    seed = config.RunInSandbox.get("seed")
    settings = {"unit": unit, "isolation": isolation, "seconds": seconds, "seed": seed, "show": show}
    settings["secret"] = read_secret(folder).decode()  # so that nobody can compute the hidden cases
    try:
        assignment = load_assignment(source / "source" / unit, unit)
    except (OSError, ValueError) as problem:
        raise CourseError(f"the source notebook of {unit} cannot be read: {problem}") from None
    code = [path for path in sorted((root / "course").rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    solutions = [*sorted((root / "solutions").glob("*.py")), *sorted((root / "exercises").glob("*.py"))]
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in [*code, *solutions]}
    files |= {f"source/{unit}/{name}": content for name, content in assignment.files.items()}
    files |= {
        f"source/{unit}/{unit}.ipynb": assignment.notebook.encode(),
        "setup.sh": _SETUP.encode(),
        "run_autograder": _RUN.encode(),
        "requirements.txt": _requirements(root).encode(),
        "constraints.txt": (root / "constraints.txt").read_bytes(),
        SETTINGS: (json.dumps(settings, indent=1) + "\n").encode(),
    }
    return files


def _requirements(root: Path) -> str:
    """Return what grading needs, from pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "\n".join([*project["dependencies"], *project["optional-dependencies"]["grading"]]) + "\n"


def write_gradescope(files: dict[str, bytes], path: Path) -> None:
    """Write Gradescope's zip: the files lie at its top, the scripts may be executed; the same files give the same bytes.

    Raises
    ------
    CourseError : if it cannot be written
    """
    with tempfile.SpooledTemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(files.items()):
                member = zipfile.ZipInfo(name)  # with a date that is always the same
                member.external_attr = (0o755 if name in ("setup.sh", "run_autograder") else 0o644) << 16
                archive.writestr(member, content, zipfile.ZIP_DEFLATED)
        packed.seek(0)
        try:
            replace_file(path, packed.read())
        except OSError as problem:
            raise CourseError(f"{path} cannot be written: {problem.strerror}.") from None


def write_github(root: Path, files: dict[str, bytes], unit: str, grader: str, target: Path) -> None:
    """Write two repositories: ``template/`` for students, and ``grader/``, which must stay private.

    Parameters
    ----------
    grader : OWNER/NAME of the private repository, for the workflow
    target : a folder that is not there yet, or is empty

    Raises
    ------
    CourseError : if it holds something, or cannot be written
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", grader):
        raise CourseError(f"{grader!r} is no repository: it is OWNER/NAME, such as my-class/nn-grader.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CourseError(f"{target} is there already, and not empty. Name a new folder; nothing was changed.")
    release = root / "release" / unit
    if not (release / f"{unit}.ipynb").is_file():
        raise CourseError(f"{release} holds no notebook. Make it first: `nbgrader generate_assignment {unit}`.")
    template = {
        path.relative_to(release).as_posix(): path.read_bytes()
        for path in sorted(release.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(release).parts)
    }
    template |= {
        "README.md": _README.format(unit=unit).encode(),
        ".gitignore": b".ipynb_checkpoints/\n__pycache__/\nguesses.json\n",
        ".github/workflows/grade.yml": _WORKFLOW.format(grader=grader).encode(),
    }
    try:
        for name, content in template.items():
            replace_file(target / "template" / name, content)
        for name, content in files.items():
            replace_file(target / "grader" / name, content)
    except OSError as problem:
        raise CourseError(f"{target} cannot be written: {problem.strerror}.") from None
