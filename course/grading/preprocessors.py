"""What nbgrader runs instead of its own steps, named in nbgrader_config.py: `nbgrader autograde` and formgrader's button
take the sandbox too, and feedback shows verdicts without the hidden tests.
"""

from __future__ import annotations

import atexit
import builtins
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer, List, Unicode

from course.checks.exercises import EXERCISES
from course.checks.verdict import MIME, Verdict
from course.grading.sandbox import Limits, Sandbox
from course.grading.submission import Assignment, is_test, load_assignment, restore, run

_sandboxes: dict[str, Sandbox] = {}  # one for each kind of isolation, kept for the next submission


def shared_sandbox(isolation: str) -> Sandbox:
    """Return this process's sandbox; it starts with the first submission and lives as long as the process.

    Raises
    ------
    IsolationMissing : if it cannot be started
    """
    if isolation not in _sandboxes or not _sandboxes[isolation].alive:
        _sandboxes[isolation] = Sandbox(isolation)
        atexit.register(_sandboxes[isolation].close)
    return _sandboxes[isolation]


def _load(preprocessor: NbGraderPreprocessor, resources: dict) -> Assignment:
    directory = CourseDirectory(parent=preprocessor.parent, config=preprocessor.config)
    unit = resources["nbgrader"]["assignment"]
    return load_assignment(Path(directory.format_path(directory.source_directory, ".", "")), unit)


class RestoreCells(NbGraderPreprocessor):
    """Put the instructor's test cells where they belong, whatever the submission did to them."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        source = nbformat.reads(_load(self, resources).notebook, as_version=4)
        return restore(nb, source), resources


class RunInSandbox(NbGraderPreprocessor):
    """Run the student's cells in the sandbox and the test cells outside of it."""

    isolation = Unicode("bubblewrap", help='"bubblewrap", or "none" if you trust the submissions').tag(config=True)
    seed = Integer(None, allow_none=True, help="of the hidden cases; by default they are drawn afresh").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        sandbox = shared_sandbox(self.isolation)
        graded = run(nb, _load(self, resources), sandbox, seed=self.seed, limits=Limits())
        return nbformat.reads(graded.notebook, as_version=4), resources


class HideTests(NbGraderPreprocessor):
    """Show in feedback what the instructor chooses of each verdict, and never a hidden test, input or expected value.

    A student's function sees the hidden inputs, and may print them, keep them for a later cell to print, or raise them. So
    nothing is shown that it could have written once the first test has run.
    """

    reveal = Bool(False, help="show everything: the hidden tests and what they expected").tag(config=True)
    show = List(
        Unicode(), ["gap", "mistake", "hint"], help="which of: gap (what differs), mistake (the likely cause), hint"
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        if self.reveal:
            return nb, resources
        tested = False
        for cell in nb.cells:
            if is_test(cell):
                cell.outputs = [shown for output in cell.outputs if (shown := self._public_output(output, cell.source))]
                cell.source = _public_part(cell.source)
                tested = True
            elif tested and cell.cell_type == "code" and cell.outputs:
                cell.outputs = [_stream("The output of cells after the first test is not shown here.\n")]
        return nb, resources

    def _public_output(self, output: NotebookNode, source: str) -> NotebookNode | None:
        if output.output_type == "stream":
            text = _public_problem(output.text, source)
            return _stream(text) if text else None
        if MIME in output.get("data", {}):
            verdict = public_verdict(output.data[MIME], self.show)
            data = {"text/plain": str(verdict), "text/html": verdict.to_html()}
            return nbformat.v4.new_output("display_data", data=data)
        return output if output.output_type == "execute_result" else None  # the points


def public_verdict(stored: dict, show: list[str]) -> Verdict:
    """Return a verdict without expected values: what a student may see of a grade.

    Parameters
    ----------
    stored : what ``Verdict.to_json`` wrote
    show : which of "gap", "mistake" and "hint"
    """
    exercise = EXERCISES[stored["exercise"]]
    return Verdict(
        exercise=exercise.name,
        passed=stored["passed"],
        score=stored["score"],
        points=exercise.points,
        kind=stored["kind"],
        message=stored["summary"] if "gap" in show else "",
        mistake=stored["mistake"],
        cause=stored["cause"] if "mistake" in show else "",
        advice=stored["advice"] if "hint" in show else "",
        notes=tuple(stored["notes"]),
    )


def _stream(text: str) -> NotebookNode:
    return nbformat.v4.new_output("stream", name="stdout", text=text)


_STOPPED = re.compile(
    r"^The test could not be finished: (it took longer than \d+ seconds|the kernel [a-z,: ]+)\.$", re.M
)


def _public_problem(text: str, source: str) -> str:
    """Return what stopped a test cell, of the sentences that the grader itself writes, or an empty string.

    The same stream may hold what the student printed, and the message of a plain assert what was expected.
    """
    if stopped := _STOPPED.search(text):
        return f"{stopped[0]}\n"
    missing = re.search(r"^(\w+) is not defined: its cell is missing", text, re.M)
    if missing and re.search(rf"\b{missing[1]}\b", source):
        return f"{missing[1]} is not defined: its cell is missing, or stopped before it was defined.\n"
    names = re.findall(r"^(\w+)(?::|$)", text, re.M)
    problems = [n for n in names if isinstance(k := getattr(builtins, n, None), type) and issubclass(k, Exception)]
    return f"The test stopped with {problems[-1]}.\n" if problems else ""


def _public_part(source: str) -> str:
    """Return a test cell without what stands between BEGIN and END HIDDEN TESTS."""
    lines, hidden = [], False
    for line in source.splitlines():
        if "BEGIN HIDDEN TESTS" in line or "END HIDDEN TESTS" in line:
            hidden = "BEGIN" in line
        elif not hidden:
            lines.append(line)
    return "\n".join(lines)
