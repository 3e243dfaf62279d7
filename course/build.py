"""The build chain: from ``source/`` and ``solutions/*`` to the frozen cases, ``release/`` and the executed ``solutions/``.

Everything is computed first, as a table from path to bytes; only then is it written, or compared with what is there.
nbgrader makes the notebooks: ``generate_assignment`` clears the blanks, ``generate_solution`` executes.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
import numpy as np
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

from course.checks import frozen
from course.checks.exercises import EXERCISES, UNITS
from course.errors import CourseError, NbgraderFailed
from course.files import replace_file
from course.grading import draw_exam
from course.grading.repository import load_solutions

FROZEN_SEED = 20_240  # any number; another one freezes other cases
_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_GIVEN_HEADER = '"""What the earlier units built, ready to use. Written by `course build`: do not edit."""\n'
_GIVEN_IMPORTS = {"math.": "import math\n", "np.": "import numpy as np\n"}  # what the functions use, with its import

Files = dict[Path, bytes]


def build_data() -> Files:
    """Return the data that is generated for students, by path: the recorded runs of unit 08."""
    return {Path("course/runs.json"): importlib.import_module("solutions.recorded_runs").dump().encode()}


def build_case(name: str) -> Files:
    """Return the frozen cases of one exercise, by path."""
    np.random.seed(FROZEN_SEED)  # noqa: NPY002  (for mistakes that draw from the global random numbers)
    exam = draw_exam(EXERCISES[name], FROZEN_SEED, hidden=False)
    return {Path("course/checks/cases", f"{name}.json"): frozen.dump(exam).encode()}


def build_unit(root: Path, unit: str) -> Files:
    """Return all that is generated for one unit: given.py, the student's notebook, the executed solution.

    Raises
    ------
    CourseError : if the source is missing or no notebook, or a cell of the solution fails
    """
    source = root / "source" / unit
    notebook = source / f"{unit}.ipynb"
    read_notebook(notebook)
    given = write_given(unit)
    files: Files = {Path("source", unit, "given.py"): given} if given else {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(
            source, work / "source" / unit, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
        )
        if given:
            (work / "source" / unit / "given.py").write_bytes(given)
        _run_nbgrader(work, unit)
        for step in ("release", "solutions"):
            for path in sorted((work / step / unit).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    files[path.relative_to(work)] = _content(path)
    return files


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Read a notebook.

    Raises
    ------
    CourseError : if it is missing or no notebook
    """
    if not path.is_file():
        raise CourseError(f"{path} is missing. A unit's notebook lies in source/ and has the name of its folder.")
    try:
        return nbformat.read(path, as_version=4)
    except Exception as problem:  # nbformat raises many kinds
        raise CourseError(f"{path} is not a notebook: it cannot be read as JSON of that format ({problem}).") from None


def write_given(unit: str) -> bytes:
    """Return the text of a unit's ``given.py``: the reference's functions of all earlier units."""
    earlier = UNITS[: UNITS.index(unit)]
    reference = load_solutions().reference
    functions = [
        inspect.getsource(getattr(reference, exercise.name))
        for exercise in EXERCISES.values()
        if exercise.unit in earlier and exercise.is_a != "dict"  # an answer, not a tool for later units
    ]
    imports = [line for name, line in _GIVEN_IMPORTS.items() if re.search(rf"\b{re.escape(name)}", "".join(functions))]
    return ("\n".join([_GIVEN_HEADER, *imports]) + "\n\n" + "\n\n".join(functions)).encode() if functions else b""


def _run_nbgrader(work: Path, unit: str) -> None:
    """Let nbgrader make ``work/release`` and ``work/solutions`` from ``work/source``."""
    from nbgrader.converters import GenerateAssignment, GenerateSolution

    from course.grading.gradebook import configure, convert

    try:
        for converter in (GenerateAssignment, GenerateSolution):
            convert(converter, configure(work, unit))
    except NbgraderFailed as problem:
        raise CourseError(f"nbgrader failed on {unit}:\n{problem}") from None
    _require_no_error(work / "solutions" / unit / f"{unit}.ipynb")


def _require_no_error(path: Path) -> None:
    for cell in read_notebook(path).cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise CourseError(f"{path.name}, cell {cell.id}: {output.ename}: {output.evalue}")
            if output.get("name") == "stderr":
                raise CourseError(f"{path.name}, cell {cell.id} wrote to stderr: {output.text.strip()}")


def _content(path: Path) -> bytes:
    """Return a file's bytes; of a notebook, without what differs between machines."""
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = read_notebook(path)
    notebook.metadata = {"kernelspec": _KERNELSPEC, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    # A slow machine sends two prints as two outputs.
    notebook, _ = CoalesceStreamsPreprocessor().preprocess(notebook, {})
    return (nbformat.writes(notebook) + "\n").encode()


# --- writing and comparing ---------------------------------------------------------------------------------------------


def differing(root: Path, files: Files, units: Iterable[str]) -> list[str]:
    """Name each file that is not as the build makes it: changed, missing, or there without a reason."""
    changed = [
        f"{path.as_posix()}: {'differs' if (root / path).is_file() else 'is missing'}"
        for path, content in files.items()
        if not _holds(root / path, content)
    ]
    return sorted(changed + [f"{path.as_posix()}: is not made by the build" for path in stale(root, files, units)])


def stale(root: Path, files: Files, units: Iterable[str]) -> list[Path]:
    """Return the files in generated folders that the build does not make."""
    folders = [root / step / unit for step in ("release", "solutions") for unit in units]
    if set(units) == set(UNITS):
        folders += [root / "course" / "checks" / "cases"]
        folders += [path for path in (root / "release").glob("*") if path.is_dir() and path.name not in UNITS]
    found = (path.relative_to(root) for folder in folders for path in folder.rglob("*") if path.is_file())
    ignored = (".ipynb_checkpoints", "__pycache__")
    return sorted(path for path in found if path not in files and not set(path.parts) & set(ignored))


def write(root: Path, files: Files, units: Iterable[str]) -> list[Path]:
    """Write what differs, remove what is stale, and return the paths that changed. No file is ever half-written.

    Raises
    ------
    CourseError : if a file cannot be written
    """
    changed = [path for path, content in files.items() if not _holds(root / path, content)]
    try:
        for path in changed:
            replace_file(root / path, files[path])
        for path in stale(root, files, units):
            (root / path).unlink()
            changed.append(path)
    except OSError as problem:
        raise CourseError(
            f"{problem.filename} cannot be written: {problem.strerror}. Nothing of it was changed."
        ) from None
    return changed


def _holds(path: Path, content: bytes) -> bool:
    """Return whether a file holds this content, apart from outputs that a notebook declares to differ between runs."""
    if not path.is_file():
        return False
    there = path.read_bytes()
    return there == content or (path.suffix == ".ipynb" and _comparable(there) == _comparable(content))


def _comparable(notebook: bytes) -> dict | None:
    """Return a notebook without the outputs of cells with nbval's tag for it; None if it is no JSON."""
    try:
        content = json.loads(notebook)
        for cell in content["cells"]:
            if "nbval-ignore-output" in cell["metadata"].get("tags", ()):
                cell["outputs"] = []
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return content


# What a pool of processes calls: by these names, so that tests can put something else in their place.


def _build_case(name: str) -> Files:
    return build_case(name)


def _build_unit(root: Path, unit: str) -> Files:
    return build_unit(root, unit)


def _gather(waiting: list[Future]) -> Files:
    return {path: content for done in waiting for path, content in done.result().items()}


def build(
    root: Path, units: Iterable[str] = UNITS, *, check: bool = False, jobs: int = 1, report: Callable = print
) -> list[str]:
    """Build the frozen cases, the recorded runs and these units; return what changed, or with ``check`` what differs.

    Parameters
    ----------
    root : the repository
    jobs : how many units are built at a time, each in a process of its own
    report : receives one line for each step

    Raises
    ------
    CourseError : if the source is missing or broken, or a file cannot be written
    """
    units = tuple(units)
    if not (root / "source").is_dir():
        raise CourseError(f"{root / 'source'} is missing. Run `course build` in the course's repository.")
    with ProcessPoolExecutor(jobs) if jobs > 1 else ThreadPoolExecutor(1) as pool:
        cases = [pool.submit(_build_case, name) for name in reversed(EXERCISES)]  # the last one takes longest
        files = build_data()
        if not check:
            # The notebooks run with these cases and data, so they are written first.
            files |= _gather(cases)
            written = write(root, files, ())
        waiting = {pool.submit(_build_unit, root, unit): unit for unit in units}
        files |= _gather(cases)
        report("frozen cases and recorded runs")
        for done in as_completed(waiting):
            files |= done.result()
            report(waiting[done])
    if check:
        return differing(root, files, units)
    return [path.as_posix() for path in dict.fromkeys([*written, *write(root, files, units)])]
