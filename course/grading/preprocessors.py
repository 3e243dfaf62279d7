"""What nbgrader runs instead of its own steps, named in nbgrader_config.py: `nbgrader autograde` and formgrader's button
take the sandbox too, and feedback shows verdicts without the hidden tests.
"""

from __future__ import annotations

import atexit
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
    """Show in feedback what the instructor chooses of each verdict, and never a hidden test, input or expected value."""

    reveal = Bool(False, help="show everything: the hidden tests and what they expected").tag(config=True)
    show = List(
        Unicode(), ["gap", "mistake", "hint"], help="which of: gap (what differs), mistake (the likely cause), hint"
    ).tag(config=True)

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if is_test(cell) and not self.reveal:
            cell.source = _public_part(cell.source)
            cell.outputs = [self._public_output(output) for output in cell.outputs if self._is_for_students(output)]
        return cell, resources

    @staticmethod
    def _is_for_students(output: NotebookNode) -> bool:
        return (
            MIME in output.get("data", {}) or output.output_type == "execute_result" or output.get("name") == "stdout"
        )

    def _public_output(self, output: NotebookNode) -> NotebookNode:
        if MIME not in output.get("data", {}):
            if output.output_type == "stream":  # a plain assert: its message may hold what was expected
                output.text = output.text.split(":")[0].strip() + "\n"
            return output
        verdict = public_verdict(output.data[MIME], self.show)
        return nbformat.v4.new_output("display_data", data={"text/plain": str(verdict), "text/html": verdict.to_html()})


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


def _public_part(source: str) -> str:
    """Return a test cell without what stands between BEGIN and END HIDDEN TESTS."""
    lines, hidden = [], False
    for line in source.splitlines():
        if "BEGIN HIDDEN TESTS" in line or "END HIDDEN TESTS" in line:
            hidden = "BEGIN" in line
        elif not hidden:
            lines.append(line)
    return "\n".join(lines)
