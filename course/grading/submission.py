"""One submission: ``(notebook, assignment, seed) → (graded notebook, points, verdicts)``.

The student's cells run in a sandboxed kernel. Test cells come from the instructor's notebook, whatever the submission says,
and run in this process, where the student's functions are stand-ins.
"""

from __future__ import annotations

import ast
import base64
import builtins
import contextlib
import copy
import hashlib
import io
import json
import math
import time
import types
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

import course.grading
from course.checks.exercises import EXERCISES
from course.checks.verdict import Verdict
from course.grading.channel import load
from course.grading.sandbox import IsolationMissing, Limits, Sandbox
from course.grading.session import KernelDied, Session, StandIn

LARGEST_NOTEBOOK = 20 * 2**20  # bytes
REASON = "course_reason"  # the name of a piece of metadata
_MOST_CELLS = 2_000
_MOST_OUTPUTS = 200  # of one cell
_MOST_TEXT = 100_000  # characters of one output
_MOST_DATA = 4_000_000  # characters of one picture
_MOST_IN_ALL = 30_000_000  # characters of all outputs of a notebook
_SHOWN = ("text/plain", "text/html", "text/latex", "image/png", "image/jpeg", "image/gif")


@dataclass(frozen=True)
class Assignment:
    """What an instructor hands out and grades by.

    Attributes
    ----------
    unit : its name
    notebook : the source notebook, as JSON text, with the hidden tests
    files : name → content of what lies beside it, such as given.py
    """

    unit: str
    notebook: str
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A fingerprint: another one means that what was graded before must be graded again."""
        parts = [self.unit.encode(), self.notebook.encode(), *(n.encode() + c for n, c in sorted(self.files.items()))]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()


@dataclass(frozen=True)
class Graded:
    """The result of grading one submission.

    Attributes
    ----------
    notebook : the graded notebook, as JSON text
    points : grade_id → points; a cell that a person must grade is not in it
    verdicts : exercise → the verdict as plain JSON
    reason : why the submission as a whole could not be graded, or an empty string
    """

    notebook: str
    points: dict[str, float]
    verdicts: dict[str, dict]
    reason: str = ""


def load_assignment(source: Path, unit: str) -> Assignment:
    """Read an assignment from the folder that holds its source notebook; the files beside it are those that students got.

    Raises
    ------
    FileNotFoundError : if there is none
    """
    notebook = source / unit / f"{unit}.ipynb"
    released = source.parent / "release" / unit
    folder = released if released.is_dir() else source / unit
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and not set(path.parts) & {"__pycache__", ".ipynb_checkpoints"}
    }
    return Assignment(unit, notebook.read_text(encoding="utf-8"), files)


def grade_submission(
    content: bytes,
    assignment: Assignment,
    sandbox: Sandbox,
    *,
    seed: int | None = None,
    limits: Limits | None = None,
) -> Graded:
    """Grade one submitted notebook.

    Parameters
    ----------
    content : the notebook, as it was handed in; anything at all
    seed : of the hidden cases; the same seed gives the same bytes
    """
    source = nbformat.reads(assignment.notebook, as_version=4)
    try:
        submitted = parse(content)
    except ValueError as problem:
        return broken(assignment, str(problem))
    return run(restore(submitted, source), assignment, sandbox, seed=seed, limits=limits or Limits())


def parse(content: bytes) -> NotebookNode:
    """Read a submitted notebook, of whatever format.

    Raises
    ------
    ValueError : if it is none, in words for the student
    """
    if not content.strip():
        raise ValueError("the file is empty")
    if len(content) > LARGEST_NOTEBOOK:
        raise ValueError(f"the file has {len(content) / 2**20:.0f} MB; {LARGEST_NOTEBOOK / 2**20:.0f} MB is the most")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            load(content)  # bounds what it takes in memory
            notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
            cells = [_clean_cell(cell) for cell in notebook.cells]
    except Exception as problem:  # nbformat raises many kinds, student files find them all
        raise ValueError(f"the file is not a notebook ({type(problem).__name__})") from None
    if len(cells) > _MOST_CELLS:
        raise ValueError(f"the notebook has {len(cells)} cells; {_MOST_CELLS} is the most")
    notebook.cells = cells
    return notebook


def _clean_cell(cell: NotebookNode) -> NotebookNode:
    """Keep of a cell what matters, in the types that it must have."""
    kind = cell.cell_type if cell.cell_type in ("code", "markdown", "raw") else "raw"
    source = cell.source if isinstance(cell.source, str) else "".join(map(str, cell.source))
    new = getattr(nbformat.v4, f"new_{kind}_cell")(source)
    marks = cell.get("metadata", {}).get("nbgrader")
    if isinstance(marks, dict) and isinstance(marks.get("grade_id"), str):
        new.metadata["nbgrader"] = NotebookNode(marks)
    return new


# --- the instructor's cells --------------------------------------------------------------------------------------------


def restore(submitted: NotebookNode, source: NotebookNode) -> NotebookNode:
    """Return the submission with the instructor's test cells, each behind the answer that it tests.

    What a student did to test cells and to metadata (changed, moved, duplicated, deleted, renamed) has no effect. An answer
    whose cell was renamed is still found, by the name that it defines.
    """
    originals = {_grade_id(cell): cell for cell in source.cells if _grade_id(cell)}
    tests = _tests_by_answer(source)
    last = {_grade_id(cell): place for place, cell in enumerate(submitted.cells) if _is_answer(originals, cell)}
    cells = []
    for place, cell in enumerate(submitted.cells):
        name = _grade_id(cell)
        if last.get(name) == place:
            cell.cell_type = originals[name].cell_type
            if cell.cell_type == "code":
                cell = nbformat.v4.new_code_cell(cell.source)
            cell.metadata = copy.deepcopy(originals[name].metadata)
            cells += [cell, *tests.pop(name, [])]
        elif name in originals and not originals[name].metadata.nbgrader.get("solution"):
            continue  # a test cell or another locked one: the original takes its place
        else:
            cell.metadata.pop("nbgrader", None)
            cells.append(cell)
    cells += [cell for remaining in tests.values() for cell in remaining]
    new = nbformat.v4.new_notebook(
        cells=[copy.deepcopy(cell) for cell in cells], metadata=copy.deepcopy(source.metadata)
    )
    for number, cell in enumerate(new.cells):
        cell.id = f"cell-{number}"
    return new


def _grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _is_answer(originals: dict, cell: NotebookNode) -> bool:
    name = _grade_id(cell)
    return name in originals and bool(originals[name].metadata.nbgrader.get("solution"))


def is_test(cell: NotebookNode) -> bool:
    """Return whether a cell is one that earns points by running."""
    marks = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(marks.get("grade")) and not marks.get("solution")


def _tests_by_answer(source: NotebookNode) -> dict[str, list[NotebookNode]]:
    """Group the locked cells by the answer before them."""
    groups: dict[str, list[NotebookNode]] = {}
    answer = ""
    for cell in source.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            answer = marks.grade_id
        elif marks.get("grade") or marks.get("locked"):
            groups.setdefault(answer, []).append(cell)
    return groups


def broken(assignment: Assignment, reason: str) -> Graded:
    """Return the result for a submission that cannot be read: no points, and the reason in the notebook."""
    source = nbformat.reads(assignment.notebook, as_version=4)
    note = f"**This submission could not be graded: {reason}.** Hand in the notebook `{assignment.unit}.ipynb` again."
    tests = [copy.deepcopy(cell) for cell in source.cells if is_test(cell)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(note, id="reason"), *tests])
    for cell in tests:
        cell.outputs = [_result(0.0)]
    return Graded(_write(notebook), {_grade_id(cell): 0.0 for cell in tests}, {}, reason)


# --- running -----------------------------------------------------------------------------------------------------------


def run(
    notebook: NotebookNode, assignment: Assignment, sandbox: Sandbox, *, seed: int | None, limits: Limits
) -> Graded:
    """Run a restored notebook from top to bottom and form the verdicts."""
    runner = _Runner(assignment, sandbox, seed, limits)
    try:
        for cell in notebook.cells:
            if is_test(cell):
                runner.run_test(cell)
            elif cell.cell_type == "code":
                runner.run_student_cell(cell)
    finally:
        runner.close()
    return Graded(_write(notebook), runner.points, runner.verdicts)


def _write(notebook: NotebookNode) -> str:
    """Return the notebook as text that every file can hold: half of a character pair becomes a question mark."""
    return nbformat.writes(notebook).encode("utf-8", "replace").decode()


class _Runner:
    def __init__(self, assignment: Assignment, sandbox: Sandbox, seed: int | None, limits: Limits):
        self._files, self._sandbox, self._seed, self._limits = assignment.files, sandbox, seed, limits
        self._deadline = time.monotonic() + limits.notebook_seconds
        self._namespace = _instructor_namespace(assignment)
        self._done: list[str] = []  # the student's cells so far, without those that killed their kernel
        self._session: Session | None = None
        self._room = _MOST_IN_ALL  # characters that outputs may still take
        self._stopped = 0  # cells that took too long
        self.points: dict[str, float] = {}
        self.verdicts: dict[str, dict] = {}

    def close(self) -> None:
        if self._session:
            self._session.close()

    def _seconds(self) -> float:
        """Return how long the next cell may take: never all of what is left, so that something is left for every exercise.

        Raises
        ------
        KernelDied : if the notebook's time is over
        """
        left = self._deadline - time.monotonic()
        if left < 0.2:
            raise KernelDied(
                f"the whole notebook took longer than {self._limits.notebook_seconds:g} seconds", late=True
            )
        return min(self._limits.cell_seconds, left / 2)

    def _kernel(self) -> Session:
        """Return a kernel that lives, with all cells so far behind it, except those that kill it.

        Raises
        ------
        KernelDied : if the notebook's time is over
        """
        while self._session is None or self._session.dead:
            self.close()
            self._seconds()
            self._session = Session(self._sandbox, self._limits, self._files, self._deadline)
            self._session.revive = self._revive
            for place, source in enumerate(self._done):
                try:
                    self._session.run_cell(source, self._seconds())
                except KernelDied:
                    del self._done[place]
                    break
        return self._session

    def _revive(self, standin: StandIn) -> None:
        """Let a stand-in, whose kernel died, stand for the same name in a new one; without success it stays as it is."""
        with contextlib.suppress(KernelDied, KeyError):
            session = self._kernel()
            fresh = session.look_up(standin._name)
            if isinstance(fresh, StandIn):
                self._clock.enter_context(session.within(self._seconds()))
                standin.__dict__.update(fresh.__dict__)

    def run_student_cell(self, cell: NotebookNode) -> None:
        cell.execution_count, cell.outputs = None, []
        try:
            # Cells that never end get less and less, since each may call the same function.
            outputs = self._kernel().run_cell(cell.source, self._seconds() / 2 ** min(self._stopped, 4))
        except KernelDied as died:
            self._stopped += died.late
            cell.outputs = [_error("KernelDied", f"This cell was stopped: {died}. The grader went on without it.")]
        else:
            cell.outputs = self._bounded(outputs)
            self._done.append(cell.source)

    def _bounded(self, outputs: list) -> list[NotebookNode]:
        """Make outputs of what a kernel sent, as many as there is room for."""
        kept = []
        for output in filter(None, map(_output_from, outputs[:_MOST_OUTPUTS])):
            self._room -= len(json.dumps(output))
            if self._room < 0:
                kept.append(_stream("stdout", "… the outputs of this notebook are too large: the rest is left out\n"))
                break
            kept.append(output)
        return kept

    def run_test(self, cell: NotebookNode) -> None:
        name, most = _grade_id(cell), float(cell.metadata.nbgrader.get("points", 0))
        book, printed = course.grading.Book(self._seed), io.StringIO()
        value, error = None, None
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(), course.grading.keeping(book):
            warnings.simplefilter("ignore")
            try:
                self._forget_what_was_lent(cell.source)
                session = self._kernel()
                with contextlib.ExitStack() as self._clock:
                    self._clock.enter_context(session.within(self._seconds()))
                    value = _execute(cell.source, self._test_namespace(cell.source, session))
            except IsolationMissing:
                raise  # nothing that the student did
            except Exception as problem:
                error = problem
        self.points[name] = 0.0 if error else _points(value, most)
        cell.execution_count = None
        cell.outputs = [_verdict_output(verdict) for verdict in book.verdicts]
        if printed.getvalue():
            cell.outputs.append(_stream("stdout", printed.getvalue()[:10_000]))
        if error:
            cell.outputs.append(_describe_error(error))
        cell.outputs.append(_result(self.points[name]))
        self.verdicts |= {verdict.exercise: verdict.to_json() for verdict in book.verdicts}

    def _forget_what_was_lent(self, source: str) -> None:
        """Start a new kernel for a test of what was lent before, if an answer was moved: the old one may have taken notes."""
        if self._session and _names_in(source) & _with_helpers(self._session.revealed):
            self._session.close()

    def _test_namespace(self, source: str, session: Session) -> dict:
        """Return the names that a test cell uses: the instructor's imports, and stand-ins for the rest."""
        namespace = dict(self._namespace)
        for name in sorted(_names_in(source) - set(namespace) - set(vars(builtins))):
            with contextlib.suppress(KeyError):
                namespace[name] = session.look_up(name)
        return namespace


def _with_helpers(names: set[str]) -> set[str]:
    """Return names of exercises, and of all exercises that these call."""
    more = {helper for name in names for helper in EXERCISES[name].uses}
    return names if more <= names else _with_helpers(names | more)


def _names_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _execute(source: str, namespace: dict) -> Any:
    """Run a test cell; return the value of its last line, if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<test cell>", "exec"), namespace)
    return eval(compile(ast.Expression(last.value), "<test cell>", "eval"), namespace) if last else None


def _points(value: Any, most: float) -> float:
    """Return what a test cell's last value is worth: a number is the points, anything else is all of them."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        value = float(value)
        return min(max(value, 0.0), most) if math.isfinite(value) else 0.0
    return most


class _Quiet:
    """`check` in a test cell: it is for the student's eyes, the grade below it counts."""

    def __getattr__(self, name: str):
        return lambda *args, **kwargs: None


def _instructor_namespace(assignment: Assignment) -> dict:
    """Return what the instructor's own cells import, except the names that students define."""
    source = nbformat.reads(assignment.notebook, as_version=4)
    given = types.ModuleType("given")
    if "given.py" in assignment.files:
        exec(compile(assignment.files["given.py"], "given.py", "exec"), vars(given))
    namespace: dict[str, Any] = {}
    for cell in source.cells:
        if cell.cell_type != "code" or cell.metadata.get("nbgrader"):
            continue
        with contextlib.suppress(SyntaxError):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.Import | ast.ImportFrom):
                    _import(node, namespace, given)
    for cell in source.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            for name in _defined_in(cell.source):
                namespace.pop(name, None)
    return namespace | {"check": _Quiet(), "__name__": "__test__"}


def _import(node: ast.Import | ast.ImportFrom, namespace: dict, given: types.ModuleType) -> None:
    if isinstance(node, ast.ImportFrom) and node.module == "given":
        namespace.update({a.asname or a.name: getattr(given, a.name) for a in node.names if hasattr(given, a.name)})
        return
    with contextlib.suppress(ImportError):
        exec(compile(ast.Module([node], []), "<imports>", "exec"), namespace)


def _defined_in(source: str) -> set[str]:
    return {
        node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    }


# --- outputs -----------------------------------------------------------------------------------------------------------


def _result(points: float) -> NotebookNode:
    """Return the output that nbgrader reads the points from: the last one, a plain float."""
    return nbformat.v4.new_output("execute_result", data={"text/plain": repr(float(points))}, execution_count=None)


def _verdict_output(verdict: Verdict) -> NotebookNode:
    return nbformat.v4.new_output("display_data", data=json.loads(json.dumps(verdict._repr_mimebundle_())))


def _error(name: str, text: str) -> NotebookNode:
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[text])


def _describe_error(problem: Exception) -> NotebookNode:
    """Describe what stopped a test cell; what students may read of it, without hidden values, is in the metadata.

    As a display: nbgrader takes the points from the result below, not from here.
    """
    failure = getattr(problem, "failure", None)
    more = ""
    if isinstance(problem, NameError) and getattr(problem, "name", None):
        text = f"{problem.name} is not defined: its cell is missing, or stopped before it was defined."
    elif isinstance(problem, KernelDied):
        text = f"The test could not be finished: {problem}."
    elif failure and failure.unwritten:
        text = f"{failure.unwritten} is not written yet."
    elif failure:
        where = f" in line {failure.number}, `{failure.line}`" if failure.line else ""
        text, more = f"Your code stopped with {failure.type_name}{where}.", failure.message
    elif isinstance(problem, AssertionError):
        text, more = "This test did not pass.", str(problem)
    else:
        text, more = f"This test stopped with {type(problem).__name__}.", str(problem)
    full = f"{text} {more}".strip()[:10_000]
    return nbformat.v4.new_output("display_data", data={"text/plain": full}, metadata={REASON: text})


def _output_from(output: Any) -> NotebookNode | None:
    """Make an output of what a kernel sent, if it is one, and keep only what a page may show."""
    try:
        kind = output["output_type"]
        if kind == "stream":
            return _stream("stderr" if output["name"] == "stderr" else "stdout", output["text"])
        if kind == "error":
            trace = [str(line)[:_MOST_TEXT] for line in output["traceback"][:_MOST_OUTPUTS]]
            return nbformat.v4.new_output(
                kind, ename=str(output["ename"])[:200], evalue=str(output["evalue"])[:2000], traceback=trace
            )
        if kind not in ("display_data", "execute_result"):
            return None
        data = {name: _shown(name, output["data"][name]) for name in _SHOWN if name in output["data"]}
        more = {"execution_count": None} if kind == "execute_result" else {}
        return nbformat.v4.new_output(kind, data={name: text for name, text in data.items() if text}, **more)
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def _shown(name: str, content: Any) -> str:
    """Return one form of an output, cut if it is text, and empty if it is too large or not what it says it is."""
    text = str(content)
    if name == "text/plain":
        return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}\n… cut here"
    if len(text) > _MOST_DATA:
        return ""
    if name.startswith("image/"):
        return base64.b64encode(base64.b64decode("".join(text.split()), validate=True)).decode()
    return text


def _stream(name: str, text: Any) -> NotebookNode:
    return nbformat.v4.new_output("stream", name=name, text=str(text)[: _MOST_TEXT + 100])
