"""One submission: ``(notebook, assignment, seed) → (graded notebook, points, verdicts)``.

The student's cells run in a sandboxed kernel. Test cells come from the instructor's notebook, whatever the submission says,
and run in this process, where the student's functions are stand-ins.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import hashlib
import io
import json
import math
import re
import types
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task

from course.checks.exercises import EXERCISES
from course.checks.verdict import Verdict
from course.errors import CourseError, IsolationMissing
from course.grading.exam import collect_verdicts
from course.grading.needed import cells_to_run
from course.grading.notebook import (
    defined_names,
    defines,
    empty_answer,
    error_output,
    grade_id,
    is_test,
    kernel_output,
    parse,
    reason_output,
    restore,
    result_output,
    stream_output,
    verdict_output,
    write,
)
from course.grading.sandbox import Limits, Sandbox
from course.grading.session import KernelDied, OutOfTime, Session, StandIn

_MOST_OUTPUTS = 200  # of one cell
_MOST_IN_ALL = 30_000_000  # characters of all outputs of a notebook
_MOST_BESIDE = 30 * 2**20  # bytes of what lies beside a notebook
_LEAST_SECONDS = 0.2  # that a cell gets, if any
_EXPLAIN_SECONDS = 5  # that it may take to find out why an answer's cell stopped
_PLACE = re.compile(r" ?\(<[^>]*>(, line \d+)?\)$")  # Python's own word for where: another number each time
_STYLED = re.compile("\x1b\\[[0-9;]*m")


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
    not_judged : why time was up before all of it was judged, or an empty string; then it must be graded again
    refused : the system calls that its code tried and the sandbox refused; for the instructor alone
    """

    notebook: str
    points: dict[str, float]
    verdicts: dict[str, dict]
    reason: str = ""
    not_judged: str = ""
    refused: tuple[str, ...] = ()

    def record(self, digest: str) -> str:
        """Return what is kept beside the graded notebook, as JSON text.

        Parameters
        ----------
        digest : the fingerprint of all that the result depends on; empty if it is to be graded again
        """
        known = {"digest": "" if self.not_judged else digest, "points": self.points}
        known |= {"reason": self.reason, "refused": self.refused, "verdicts": self.verdicts}
        return json.dumps(known, indent=1) + "\n"


def load_assignment(folder: Path, unit: str) -> Assignment:
    """Read an assignment from its folder in source/; the files beside it are those that students got.

    Raises
    ------
    FileNotFoundError : if there is none
    CourseError : if the files are too large to be lent to every student's kernel
    """
    notebook = folder / f"{unit}.ipynb"
    released = folder.parents[1] / "release" / unit
    folder = released if released.is_dir() else folder
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and not set(path.parts) & {"__pycache__", ".ipynb_checkpoints"}
    }
    if (size := sum(map(len, files.values()))) > _MOST_BESIDE:
        largest = max(files, key=lambda name: len(files[name]))
        raise CourseError(
            f"beside the notebook of {unit} lie {size / 2**20:.0f} MB ({largest} is the largest file); "
            f"{_MOST_BESIDE / 2**20:.0f} MB is the most that each student's kernel can be given. Make the files smaller."
        )
    return Assignment(unit, notebook.read_text(encoding="utf-8"), files)


def grade_submission(
    content: bytes,
    assignment: Assignment,
    sandbox: Sandbox,
    *,
    files: Mapping[str, bytes] | None = None,
    seed: int | None = None,
    limits: Limits | None = None,
) -> Graded:
    """Grade one submitted notebook.

    Parameters
    ----------
    content : the notebook, as it was handed in; anything at all
    files : name → content of what the student handed in beside it
    seed : of the hidden cases; the same seed gives the same bytes
    """
    source = nbformat.reads(assignment.notebook, as_version=4)
    try:
        submitted = parse(content)
    except ValueError as problem:
        return broken(assignment, str(problem))
    return run(restore(submitted, source), assignment, sandbox, files=files, seed=seed, limits=limits or Limits())


def broken(assignment: Assignment, reason: str) -> Graded:
    """Return the result for a submission that cannot be read: no points, and the reason in the notebook."""
    source = nbformat.reads(assignment.notebook, as_version=4)
    note = f"**This submission could not be graded: {reason}.** Hand in the notebook `{assignment.unit}.ipynb` again."
    tests = [copy.deepcopy(cell) for cell in source.cells if is_test(cell)]
    written = [empty_answer(cell) for cell in source.cells if is_grade(cell) and is_solution(cell)]
    for cell in tests:
        cell.outputs = [result_output(0.0)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(note), *tests, *written])
    return Graded(write(notebook), {grade_id(cell): 0.0 for cell in tests}, {}, reason)


# --- running -----------------------------------------------------------------------------------------------------------


def run(
    notebook: NotebookNode,
    assignment: Assignment,
    sandbox: Sandbox,
    *,
    files: Mapping[str, bytes] | None = None,
    seed: int | None,
    limits: Limits,
) -> Graded:
    """Run a restored notebook from top to bottom and form the verdicts.

    What stands behind the last graded cell is not run, and neither are demonstrations on which nothing graded rests: they can
    earn nothing, and there the long experiments are.
    """
    runner = _Runner(assignment, sandbox, files or {}, seed, limits)
    source = nbformat.reads(assignment.notebook, as_version=4)
    runner.draws = any(is_task(cell) for cell in notebook.cells)  # then a person looks at all of it
    try:
        for cell in (notebook.cells[place] for place in cells_to_run(notebook, source)):
            (runner.run_test if is_test(cell) else runner.run_student_cell)(cell)
    finally:
        runner.close()
    most = sum(float(cell.metadata.nbgrader.get("points", 0)) for cell in notebook.cells if is_test(cell))
    lost = bool(runner.stopped) and sum(runner.points.values()) < most
    not_judged = [*runner.stopped, *runner.cut_off][-1] if lost else ""
    return Graded(write(notebook), runner.points, runner.verdicts, not_judged=not_judged, refused=tuple(runner.refused))


@dataclass
class _Cell:
    """A cell that has run.

    Attributes
    ----------
    turn : of which exercise it is
    always : whether it may run, shortly, even when its exercise has no time left
    leaves : whether threads or processes were there after it that had not been there before
    """

    source: str
    turn: int
    always: bool = False
    leaves: bool = False


@dataclass(frozen=True)
class _Tried:
    """What came of a test cell; ``stopped`` says why, if time was up."""

    points: float
    verdicts: list[Verdict]
    printed: str
    error: Exception | None
    stopped: str


class _Runner:
    """Runs the cells of one submission, in as many kernels as it takes."""

    def __init__(
        self,
        assignment: Assignment,
        sandbox: Sandbox,
        files: Mapping[str, bytes],
        seed: int | None,
        limits: Limits,
    ):
        self._files = {**files, **assignment.files}  # the instructor's win
        self._sandbox, self._seed, self._limits = sandbox, seed, limits
        source = nbformat.reads(assignment.notebook, as_version=4)
        self._answers = [defined_names(cell.source) for cell in source.cells if is_solution(cell)]
        imports = _instructor_imports(source, set().union(*self._answers))
        self._namespace = _instructor_namespace(imports, assignment)
        self._turn = 0  # of which exercise: as many as there were tests before it
        self._left: dict[int, float] = {}  # turn → seconds that its cells have left
        # What has run so far, without what killed its kernel: the instructor's imports, which something above them in the
        # student's own import cell may stop, and the student's cells.
        self._done = [_Cell(_import_cell(imports), 0, always=True)]
        self._tested = False
        self._why: dict[str, str] = {}  # name of what an answer defines → why its cell stopped
        self.draws = False
        self._session: Session | None = None
        self._room = _MOST_IN_ALL  # characters that outputs may still take
        self.points: dict[str, float] = {}
        self.verdicts: dict[str, dict] = {}
        self.stopped: list[str] = []  # why, for each time that the time was up
        self.cut_off: list[str] = []  # why, for each test that is not judged therefore
        self.refused: dict[str, None] = {}  # the system calls that were refused, in order

    def close(self) -> None:
        if self._session:
            self._close(self._session)

    def _close(self, session: Session) -> None:
        session.close()
        self.refused |= dict.fromkeys(session.refused)

    def _run_cell(self, session: Session, cell: _Cell, *, draw: bool = False) -> list[dict]:
        """Run a cell, at the expense of its own exercise, however often it is run.

        Never all that is left of an exercise's time goes into one cell. When it is used up, quick cells still run, for a while
        all of them, and then the answer: what a test needs may be among them.

        Raises
        ------
        KernelDied : if it ended the kernel, or may not run any more
        """
        most = self._limits.cell_seconds
        left = self._left.setdefault(cell.turn, 2 * most)
        if left < -most and not cell.always:
            self.stopped.append(f"the cells of this exercise used more than {3 * most:g} seconds of computing time")
            raise OutOfTime(self.stopped[-1])
        session.allow(min(most, max(left / 2, most / 30, _LEAST_SECONDS)))
        before = session.others
        try:
            return session.run_cell(cell.source, draw=draw)
        finally:
            self._left[cell.turn] = left - session.spent()
            cell.leaves = session.others > before

    def _kernel(self) -> Session:
        """Return a kernel that lives, with all cells so far behind it, except those that kill it."""
        while self._session is None or self._session.dead:
            if self._session:
                self._close(self._session)
            self._session = Session(self._sandbox, self._limits, self._files, self.stopped.append)
            self._session.revive = self._revive
            for place, cell in enumerate(self._done):
                try:
                    self._run_cell(self._session, cell)
                except KernelDied:
                    del self._done[place]
                    self._session.close()
                    break
        return self._session

    def _revive(self, standin: StandIn) -> None:
        """Let a stand-in, whose kernel died, stand for the same name in a new one; without success it stays as it is."""
        with contextlib.suppress(KernelDied, KeyError):
            session = self._kernel()
            session.allow(self._limits.cell_seconds)
            fresh = session.look_up(standin._name)
            if isinstance(fresh, StandIn):
                standin.__dict__.update(fresh.__dict__)

    def run_student_cell(self, cell: NotebookNode) -> None:
        cell.execution_count, cell.outputs = None, []
        by_hand = bool(is_solution(cell) and is_grade(cell))
        own = _Cell(cell.source, self._turn, always=bool(is_solution(cell)))
        try:
            outputs = self._run_cell(self._kernel(), own, draw=by_hand or self.draws)
        except KernelDied as died:
            cell.outputs = [
                error_output("KernelDied", f"This cell was stopped: {died}. The grader went on without it.")
            ]
            self._say_why(cell, f"was stopped: {died}")
        else:
            cell.outputs = self._bounded(outputs)
            if error := _error_among(outputs):
                self._say_why(cell, self._explain(cell.source, error))
            self._done.append(own)

    def _say_why(self, cell: NotebookNode, why: str) -> None:
        """Keep for the student, if this cell is to define an answer, why it stopped."""
        names = {name for answer in self._answers for name in answer if defines(cell.source, {name})}
        if names and why:
            self._why |= dict.fromkeys(names, why)
            if self._tested:  # from now on feedback leaves out what a cell shows
                cell.outputs.append(reason_output(f"This cell {why}."))

    def _explain(self, source: str, error: dict) -> str:
        """Say what error stopped a cell.

        Code that a test has called may put a hidden input into its error, so a kernel that has seen no test is asked.
        """
        if self._tested:
            session = Session(self._sandbox, self._limits, self._files)
            try:
                session.allow(_EXPLAIN_SECONDS)
                outputs = [session.run_cell(one) for one in [*(cell.source for cell in self._done), source]][-1]
            except KernelDied:
                return ""
            finally:
                self._close(session)
            error = _error_among(outputs)
        return _describe_stop(source, error) if error else ""

    def _bounded(self, outputs: list) -> list[NotebookNode]:
        """Make outputs of what a kernel sent, as many as there is room for."""
        kept = []
        for output in filter(None, map(kernel_output, outputs[:_MOST_OUTPUTS])):
            self._room -= len(json.dumps(output))
            if self._room < 0:
                kept.append(
                    stream_output("stdout", "… the outputs of this notebook are too large: the rest is left out\n")
                )
                break
            kept.append(output)
        return kept

    def run_test(self, cell: NotebookNode) -> None:
        name, most = grade_id(cell), float(cell.metadata.nbgrader.get("points", 0))
        tried = self._try(cell.source, most)
        if tried.points < most and self._drop_what_others_left():
            tried = max(tried, self._try(cell.source, most), key=lambda one: one.points)
        self._turn += 1
        self.points[name] = tried.points
        cell.execution_count, cell.outputs = None, []
        if tried.points < most and tried.stopped:
            self.cut_off.append(tried.stopped)
            cell.outputs.append(_not_judged(tried.stopped))
        else:
            cell.outputs += map(verdict_output, tried.verdicts)
            if tried.printed:
                cell.outputs.append(stream_output("stdout", tried.printed[:10_000]))
            if tried.error:
                cell.outputs.append(_describe(tried.error, self._why))
            self.verdicts |= {verdict.exercise: verdict.to_json() for verdict in tried.verdicts}
        cell.outputs.append(result_output(tried.points))

    def _try(self, source: str, most: float) -> _Tried:
        """Run a test cell, and end what the answer left at work."""
        printed, value, error, before, stopped_before = io.StringIO(), None, None, 0, len(self.stopped)
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(), collect_verdicts(self._seed) as verdicts:
            warnings.simplefilter("ignore")
            self._tested = True
            try:
                self._forget_what_was_lent(source)
                session = self._kernel()
                session.allow(self._limits.cell_seconds)
                before = session.others
                value = _execute(source, self._test_namespace(source, session))
            except IsolationMissing:
                raise  # nothing that the student did
            except Exception as problem:
                error = problem
        if self._session:
            self._session.spent()
            if self._session.others > before:
                self._close(self._session)
        points = 0.0 if error else _points(value, most)
        stopped = self.stopped[-1] if len(self.stopped) > stopped_before else ""
        return _Tried(points, verdicts, printed.getvalue(), error, stopped)

    def _drop_what_others_left(self) -> bool:
        """Start anew without the cells of other exercises that left threads or processes at work, if there are any."""
        kept = [cell for cell in self._done if cell.turn == self._turn or not cell.leaves]
        if len(kept) == len(self._done):
            return False
        self._done = kept
        if self._session:
            self._close(self._session)
        return True

    def _forget_what_was_lent(self, source: str) -> None:
        """Start a new kernel for a test of what was lent before, if an answer was moved: the old one may have taken notes."""
        if self._session and _names_in(source) & _with_helpers(self._session.revealed):
            self._close(self._session)

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


def _instructor_imports(source: NotebookNode, answers: set[str]) -> list[ast.Import | ast.ImportFrom]:
    """Return what the instructor's own cells import, except the names that students define."""
    found = []
    for cell in source.cells:
        if cell.cell_type == "code" and not is_grade(cell) and not is_solution(cell):
            with contextlib.suppress(SyntaxError):
                found += [node for node in ast.parse(cell.source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in found:
        node.names = [alias for alias in node.names if (alias.asname or alias.name) not in answers]
    return [node for node in found if node.names and getattr(node, "module", "") != "__future__"]


def _import_cell(imports: list[ast.Import | ast.ImportFrom]) -> str:
    """Return a cell that imports what can be imported."""
    return "\n".join(f"try:\n    {ast.unparse(node)}\nexcept Exception:\n    pass" for node in imports)


def _instructor_namespace(imports: list[ast.Import | ast.ImportFrom], assignment: Assignment) -> dict:
    """Return what these imports bring, for test cells."""
    given = types.ModuleType("given")
    if "given.py" in assignment.files:
        exec(compile(assignment.files["given.py"], "given.py", "exec"), vars(given))
    namespace: dict[str, Any] = {}
    for node in imports:
        _import(node, namespace, given)
    return namespace | {"check": _Quiet(), "__name__": "__test__"}


def _import(node: ast.Import | ast.ImportFrom, namespace: dict, given: types.ModuleType) -> None:
    if isinstance(node, ast.ImportFrom) and node.module == "given":
        namespace.update({a.asname or a.name: getattr(given, a.name) for a in node.names if hasattr(given, a.name)})
        return
    with contextlib.suppress(ImportError):
        exec(compile(ast.Module([node], []), "<imports>", "exec"), namespace)


# --- what is said of a cell that stopped --------------------------------------------------------------------------------


def _error_among(outputs: list) -> dict | None:
    """Return the error among what a kernel sent, if there is one."""
    errors = [output for output in outputs if isinstance(output, dict) and output.get("output_type") == "error"]
    return errors[-1] if errors else None


def _describe_stop(source: str, error: dict) -> str:
    """Say with which error, in which line, a cell stopped."""
    trace = _STYLED.sub("", "\n".join(map(str, error.get("traceback", []))))
    found, lines = re.search(r"In ?\[\d+\], line (\d{1,6})", trace), source.splitlines()
    number = int(found[1]) if found else 0
    where = f" in line {number}, `{lines[number - 1].strip()[:200]}`" if 0 < number <= len(lines) else ""
    text = _PLACE.sub("", " ".join(str(error.get("evalue", "")).split())[:300])
    return f"stopped with {str(error.get('ename', 'an error'))[:100]}{where}" + (f": {text}" if text else "")


# --- what is said of a test that did not end ------------------------------------------------------------------------------


def _not_judged(reason: str) -> NotebookNode:
    """Say that a test was cut off, which is not to say that the answer is wrong."""
    return reason_output(
        f"This test was stopped: {reason}. So your answer is not judged yet; the test is to be run again. "
        "If your code has a loop, look whether it always ends."
    )


def _describe(problem: Exception, why: Mapping[str, str]) -> NotebookNode:
    """Say what stopped a test cell.

    Parameters
    ----------
    why : name → why the cell that was to define it stopped
    """
    failure = getattr(problem, "failure", None)
    if isinstance(problem, NameError) and getattr(problem, "name", None):
        cause = why.get(problem.name, "is missing, or stopped before it was defined")
        return reason_output(f"{problem.name} is not defined: its cell {cause}.")
    if isinstance(problem, KernelDied):
        return reason_output(f"The test could not be finished: {problem}.")
    if failure and failure.unwritten:
        return reason_output(f"{failure.unwritten} is not written yet.")
    if failure:
        where = f" in line {failure.number}, `{failure.line}`" if failure.line else ""
        return reason_output(f"Your code stopped with {failure.type_name}{where}.", failure.message)
    if isinstance(problem, AssertionError):
        return reason_output("This test did not pass.", str(problem))
    return reason_output(f"This test stopped with {type(problem).__name__}.", str(problem))
