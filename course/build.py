"""The build chain: from ``source/`` and ``exercises/`` to the reference, ``course/exercises/``, ``release/`` and ``solutions/``.

Everything is computed first, as a table from path to bytes; only then is it written, or compared with what is there. What
was built from the same sources, code and versions is not built again. nbgrader makes the notebooks:
``generate_assignment`` clears the blanks, ``generate_solution`` executes.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import json
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
import numpy as np
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

from course import alike
from course.checks import frozen, guess
from course.checks.exercises import Exercise
from course.errors import CourseError, NbgraderFailed
from course.files import replace_file
from course.grading import draw_exam
from course.grading.repository import load_solutions
from course.lab import filled_blanks, how_to_move
from course.reference import answer_names, read_notebook, write_given, write_reference

FROZEN_SEED = 20_240  # any number; another one freezes other cases
_REFERENCE = Path("solutions/reference.py")
_PACKAGE = Path("solutions/__init__.py")
_RUNS = Path("course/runs.json")
_FINGERPRINTS = Path(".build.json")  # ignored by git: it is true of one machine only
_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_IGNORED = (".ipynb_checkpoints", "__pycache__", guess.FILE)
_VERSIONS = ("ipykernel", "matplotlib", "nbgrader", "numpy", "scikit-learn", "scipy")

Files = dict[Path, bytes]


# --- what there is to build --------------------------------------------------------------------------------------------


@dataclass
class Plan:
    """What a build has to make.

    Attributes
    ----------
    root : the repository
    notebooks : unit → its source notebook
    reference : the text of solutions/reference.py
    exercises : name → contract, in the order of the notebooks; empty until :meth:`load`
    needs : unit → the units that it builds on
    """

    root: Path
    notebooks: dict[str, nbformat.NotebookNode]
    reference: str
    exercises: dict[str, Exercise] = field(default_factory=dict)
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def load(self) -> None:
        """Import exercises/, which needs the reference.

        Raises
        ------
        CourseError : if an exercise has no answer cell, or a unit is not in the course map
        """
        load_solutions()
        catalogue = importlib.import_module("exercises.catalogue")
        self.needs, entries = catalogue.NEEDS, catalogue.load_entries()
        for unit, notebook in self.notebooks.items():
            if unit not in self.needs:
                raise CourseError(f"{unit} is not in NEEDS of exercises/catalogue.py. Which units does it build on?")
            names = [name for name in answer_names(notebook) if name in entries]
            for place, name in enumerate(names, 1):
                if entries[name].exercise.unit != unit:
                    raise CourseError(f"{name} has its answer cell in {unit}, but exercises/{name}.py says otherwise.")
                self.exercises[name] = replace(entries[name].exercise, place=place)
        for name in entries.keys() - self.exercises.keys():
            raise CourseError(
                f"exercises/{name}.py has no answer cell: no notebook in source/ has the grade_id {name}."
            )

    def before(self, unit: str) -> set[str]:
        """Return the units that come before this one on the course map."""
        return {earlier for need in self.needs[unit] for earlier in (need, *self.before(need))}

    def given(self, unit: str) -> bytes:
        """Return a unit's ``given.py``: what the units before it built, and nothing of its own."""
        before = self.before(unit)
        tools = [one.name for one in self.exercises.values() if one.unit in before and one.is_a != "dict"]
        return write_given(self.reference, tools).encode()


def read_plan(root: Path) -> Plan:
    """Read the source notebooks.

    Raises
    ------
    CourseError : if there are none, or one is broken
    """
    folders = sorted(path for path in (root / "source").glob("*") if path.is_dir() and path.name not in _IGNORED)
    if not folders:
        raise CourseError(f"{root / 'source'} holds no units. Run `course build` in the course's repository.")
    notebooks = {folder.name: read_notebook(folder / f"{folder.name}.ipynb") for folder in folders}
    return Plan(root, notebooks, write_reference(notebooks.values()))


# --- one exercise, one unit --------------------------------------------------------------------------------------------


def build_exercise(plan: Plan, name: str) -> Files:
    """Return the contract and the frozen cases of one exercise, by path."""
    np.random.seed(FROZEN_SEED)  # noqa: NPY002  (for mistakes that draw from the global random numbers)
    exam = draw_exam(plan.exercises[name], FROZEN_SEED, hidden=False)
    return {_json_path(name): frozen.dump(exam).encode()}


def build_runs() -> Files:
    """Return the recorded runs of unit 08, by path."""
    return {_RUNS: importlib.import_module("exercises.recorded_runs").dump().encode()}


def build_unit(plan: Plan, unit: str, *, execute: bool = True) -> Files:
    """Return all that is generated for one unit: what students get, and the solution.

    Parameters
    ----------
    execute : False leaves the solution without outputs

    Raises
    ------
    CourseError : if nbgrader refuses the notebook, or a cell of the solution fails
    """
    files: Files = {}
    given = plan.given(unit)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(plan.root / "source" / unit, work / "source" / unit, ignore=shutil.ignore_patterns(*_IGNORED))
        (work / "source" / unit / "given.py").unlink(missing_ok=True)
        if given:
            (work / "source" / unit / "given.py").write_bytes(given)
        _run_nbgrader(work, unit, execute)
        for step in ("release", "solutions"):
            for path in sorted((work / step / unit).rglob("*")):
                if path.is_file() and not set(path.parts) & set(_IGNORED):
                    files[path.relative_to(work)] = _content(path)
    return files


def _json_path(name: str) -> Path:
    return Path("course/exercises", f"{name}.json")


def _run_nbgrader(work: Path, unit: str, execute: bool) -> None:
    """Let nbgrader make ``work/release`` and ``work/solutions`` from ``work/source``."""
    from nbgrader.converters import GenerateAssignment, GenerateSolution

    from course.grading.gradebook import configure, convert

    config = configure(work, unit)
    if not execute:
        steps = GenerateSolution.class_traits()["preprocessors"].default()
        config.GenerateSolution.preprocessors = [step for step in steps if step.__name__ != "Execute"]
    try:
        for converter in (GenerateAssignment, GenerateSolution):
            convert(converter, config)
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
    version = {name: value for name, value in notebook.metadata.items() if name == "course"}
    notebook.metadata = {"kernelspec": _KERNELSPEC, "language_info": {"name": "python"}, **version}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    # A slow machine sends two prints as two outputs.
    notebook, _ = CoalesceStreamsPreprocessor().preprocess(notebook, {})
    return (nbformat.writes(notebook) + "\n").encode()


# --- what need not be built again --------------------------------------------------------------------------------------


def _sources(plan: Plan, target: str) -> list[Path]:
    """Return the files that an exercise or a unit is built from."""
    root = plan.root
    if target in plan.exercises:
        engine = [
            *(root / "course" / "checks").rglob("*.py"),
            root / "course" / "plain.py",
            root / "course" / "grading" / "exam.py",
        ]
        return [*_with_imports(root / "exercises", target), *engine]
    earlier = {*plan.before(target), target}
    exercises = [root / _json_path(one.name) for one in plan.exercises.values() if one.unit in earlier]
    unit = [path for path in (root / "source" / target).rglob("*") if path.name != "given.py"]
    return [*unit, *exercises, root / _RUNS, root / "nbgrader_config.py", *(root / "course").rglob("*.py")]


def _with_imports(folder: Path, name: str, found: tuple[Path, ...] = ()) -> tuple[Path, ...]:
    """Return a file of exercises/ and all others there that it imports."""
    path = folder / f"{name}.py"
    if path in found:
        return found
    found = (*found, path)
    for other in re.findall(r"^from exercises\.(\w+) import", path.read_text(encoding="utf-8"), re.MULTILINE):
        found = _with_imports(folder, other, found)
    return found


def _products(plan: Plan, target: str) -> list[Path]:
    """Return the files that are there of what was built for an exercise or a unit."""
    if target in plan.exercises:
        return [plan.root / _json_path(target)]
    return [path for step in ("release", "solutions") for path in (plan.root / step / target).rglob("*")]


def _fingerprint(plan: Plan, target: str) -> str:
    """Return a digest of all that goes into a target and of what came out; it changes when one of them does."""
    digest = hashlib.sha256(f"{platform.python_version()} {plan.reference}".encode())
    for package in _VERSIONS:
        digest.update(f"{package} {importlib.metadata.version(package)}".encode())
    for path in sorted({*_sources(plan, target), *_products(plan, target)}):
        if path.is_file() and not set(path.parts) & set(_IGNORED):
            digest.update(str(path.relative_to(plan.root)).encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read_fingerprints(root: Path) -> dict[str, str]:
    try:
        return dict(json.loads((root / _FINGERPRINTS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


# --- writing and comparing ---------------------------------------------------------------------------------------------


def differing(root: Path, files: Files) -> list[str]:
    """Name each file that is not as the build makes it, with the first place that differs.

    The outputs of solutions are not compared: nbval runs them.
    """
    wrong = []
    for path, content in sorted(files.items()):
        if found := _differences(root / path, content, outputs=path.parts[0] != "solutions"):
            wrong.append(f"{path.as_posix()}: {found[0]}")
    return wrong


def leftovers(plan: Plan, files: Files) -> list[Path]:
    """Return the files in the folders that were built which the build does not make."""
    units = {path.parts[1] for path in files if path.parts[0] == "release"}
    found = [
        path for step in ("release", "solutions") for unit in units for path in (plan.root / step / unit).rglob("*")
    ]
    found += (plan.root / "course" / "exercises").glob("*.json")
    made = {*files, *map(_json_path, plan.exercises)}
    there = (path.relative_to(plan.root) for path in found if path.is_file() and not set(path.parts) & set(_IGNORED))
    return sorted(path for path in there if path not in made)


def write(root: Path, files: Files) -> list[Path]:
    """Write what differs, and return the paths that changed. No file is ever half-written.

    Raises
    ------
    CourseError : if a file cannot be written
    """
    changed = [path for path, content in files.items() if _differences(root / path, content)]
    try:
        for path in changed:
            replace_file(root / path, files[path])
    except OSError as problem:
        raise CourseError(
            f"{problem.filename} cannot be written: {problem.strerror}. Nothing of it was changed."
        ) from None
    return changed


def _differences(path: Path, content: bytes, *, outputs: bool = True) -> list[str]:
    return alike.differences(path, path.read_bytes(), content, outputs=outputs) if path.is_file() else ["is missing"]


# --- the whole ---------------------------------------------------------------------------------------------------------


def build(
    root: Path, targets: Iterable[str] = (), *, check: bool = False, jobs: int = 1, report: Callable = print
) -> list[str]:
    """Build what was named, or everything, and return the names of the files that changed; or, with ``check``, say what
    differs without executing a solution: nbval compares its outputs.

    Parameters
    ----------
    root : the repository
    targets : exercises and units; a unit comes with its exercises
    jobs : how many of them are built at a time, each in a process of its own
    report : receives one line for each step

    Raises
    ------
    CourseError : if the source is missing or broken, or a file cannot be written
    """
    plan = read_plan(root)
    reference = {_REFERENCE: plan.reference.encode(), _PACKAGE: b'"""Written by `course build`: do not edit."""\n'}
    if check and (wrong := differing(root, reference)):
        return wrong  # all the rest comes from it
    written = [] if check else write(root, reference)
    plan.load()
    exercises, units = _chosen(plan, targets)
    known = _read_fingerprints(root)

    def is_done(target: str) -> bool:
        return known.get(target) == _fingerprint(plan, target)

    with ProcessPoolExecutor(jobs) if jobs > 1 else ThreadPoolExecutor(1) as pool:
        exercises = [name for name in exercises if not is_done(name)]
        waiting = {pool.submit(build_exercise, plan, name): name for name in exercises}
        if not targets:
            waiting[pool.submit(build_runs)] = "recorded runs"
        files = _gather(waiting, report)
        if not check:
            written += write(root, files)  # the notebooks run with these
        units = [unit for unit in units if not is_done(unit)]
        if not check:
            _require_blanks(root, units)
        files |= _gather({pool.submit(build_unit, plan, unit, execute=not check): unit for unit in units}, report)
    if check:
        return [*differing(root, files), *(f"{path.as_posix()}: is not made" for path in leftovers(plan, files))]
    written += write(root, files)
    for unit in units:  # for who runs a source notebook; git ignores it
        if given := plan.given(unit):
            replace_file(root / "source" / unit / "given.py", given)
        (root / "solutions" / unit / guess.FILE).unlink(missing_ok=True)  # of an older notebook, which nbval ran there
    for path in leftovers(plan, files):
        report(f"left as it is, since the build does not make it: {path.as_posix()}")
    known |= {target: _fingerprint(plan, target) for target in (*exercises, *units)}
    replace_file(root / _FINGERPRINTS, json.dumps(known, indent=1).encode())
    return [path.as_posix() for path in dict.fromkeys(written)]


def _require_blanks(root: Path, units: Iterable[str]) -> None:
    """See that nobody has worked in ``release/``.

    Raises
    ------
    CourseError : if a blank is filled in a notebook that would be overwritten
    """
    for unit in units:
        path = root / "release" / unit / f"{unit}.ipynb"
        try:
            filled = filled_blanks(nbformat.read(path, as_version=4))
        except Exception:  # it is missing, or no notebook: there is nothing to be saved
            continue
        if filled:
            raise CourseError(how_to_move(path, filled))


def _chosen(plan: Plan, targets: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the exercises and the units to build, those that take longest first."""
    targets = set(targets)
    units = [unit for unit in plan.notebooks if not targets or unit in targets]
    exercises = [one.name for one in plan.exercises.values() if one.unit in units or one.name in targets]
    return exercises[::-1], units[::-1]


def _gather(waiting: dict[Future, str], report: Callable) -> Files:
    files: Files = {}
    for done in as_completed(waiting):
        files |= done.result()
        report(waiting[done])
    return files
