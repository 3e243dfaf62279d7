"""What nbgrader runs instead of its own steps, named in nbgrader_config.py: `nbgrader autograde` and formgrader's button
take the sandbox too, and feedback shows verdicts without the hidden tests.
"""

from __future__ import annotations

import atexit
import re
from pathlib import Path

import bleach
import nbformat
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.exporters import NotebookExporter
from nbconvert.filters import markdown2html_mistune
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Integer, List, Unicode

from course.checks.exercises import EXERCISES
from course.checks.verdict import MIME, Verdict
from course.grading.sandbox import Limits, Sandbox
from course.grading.submission import REASON, Assignment, broken, is_test, load_assignment, parse, restore, run

_UNREADABLE = "unreadable"  # in the metadata of what stands for a file that is no notebook: why
_MOST_HTML = 1_000_000  # characters
_MAY_RUN = re.compile("[<&]|script", re.IGNORECASE)  # Markdown with none of these is only text
_PROTOCOLS = ["http", "https", "mailto", "data"]
_TAGS = [
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em"),
    *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "s"),
    *(
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ),
]


def _allows_source(tag: str, name: str, value: str) -> bool:
    return name == "alt" or name == "style" or (name == "src" and value.startswith("data:image/"))


_ATTRIBUTES = {
    "*": ["style", "role", "aria-hidden", "scope", "title"],
    "a": lambda tag, name, value: name == "href" and not value.lower().lstrip().startswith("data:"),
    "img": _allows_source,
}

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


class HideAnswers(NbGraderPreprocessor):
    """Leave the answers to a unit's questions out of what students get.

    A unit ends with questions, in cells whose id starts with "question". Their folded answers, and code that computes them,
    stay in the solution notebook.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        nb.cells = [cell for cell in nb.cells if not (self._is_question(cell) and cell.cell_type == "code")]
        for cell in filter(self._is_question, nb.cells):
            cell.source = re.sub(r"\n*<details>.*?</details>\n*", "\n\n", cell.source, flags=re.DOTALL).strip()
        return nb, resources

    @staticmethod
    def _is_question(cell: NotebookNode) -> bool:
        return cell.get("id", "").startswith("question")


class ReadAnything(NotebookExporter):
    """Read a submission of whatever kind: one that is no notebook gets no points, where nbgrader would keep old ones."""

    def from_filename(self, filename: str, resources: dict | None = None, **options) -> tuple[str, dict]:
        path = Path(filename)
        try:
            if path.is_symlink():
                raise ValueError("the notebook is a link, not a file")
            parse(path.read_bytes())
        except ValueError as problem:
            empty = nbformat.v4.new_notebook(metadata={_UNREADABLE: str(problem)})
            return self.from_notebook_node(empty, resources, **options)
        return super().from_filename(filename, resources, **options)


class RestoreCells(NbGraderPreprocessor):
    """Put the instructor's test cells where they belong, whatever the submission did to them."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        if _UNREADABLE in nb.metadata:
            return nb, resources
        source = nbformat.reads(_load(self, resources).notebook, as_version=4)
        return restore(nb, source), resources


class RunInSandbox(NbGraderPreprocessor):
    """Run the student's cells in the sandbox and the test cells outside of it."""

    isolation = Unicode("bubblewrap", help='"bubblewrap", or "none" if you trust the submissions').tag(config=True)
    seed = Integer(None, allow_none=True, help="of the hidden cases; by default they are drawn afresh").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        assignment = _load(self, resources)
        if _UNREADABLE in nb.metadata:
            graded = broken(assignment, str(nb.metadata[_UNREADABLE])[:200])
        else:
            graded = run(nb, assignment, shared_sandbox(self.isolation), seed=self.seed, limits=Limits())
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
                cell.outputs = [shown for output in cell.outputs if (shown := self._public_output(output))]
                cell.source = _public_part(cell.source)
                tested = True
            elif tested and cell.cell_type == "code" and cell.outputs:
                cell.outputs = [_stream("The output of cells after the first test is not shown here.\n")]
        return nb, resources

    def _public_output(self, output: NotebookNode) -> NotebookNode | None:
        """Return what may be shown of a test cell's output; what an answer prints there may be a hidden input."""
        if REASON in output.get("metadata", {}):
            return nbformat.v4.new_output("display_data", data={"text/plain": output.metadata[REASON]})
        if MIME in output.get("data", {}):
            verdict = public_verdict(output.data[MIME], self.show)
            data = {"text/plain": str(verdict), "text/html": verdict.to_html()}
            return nbformat.v4.new_output("display_data", data=data)
        return output if output.output_type == "execute_result" else None  # the points


class CleanStudentCells(SanitizeHTML):
    """Take out of students' cells and outputs what would run in the browser of who reads them."""

    tags = List(Unicode(), default_value=_TAGS)
    attributes = Dict(default_value=_ATTRIBUTES)
    styles = List(Unicode(), default_value=["margin", "max-width", "background", "color", "border-left", "padding"])

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if is_test(cell):
            return cell, resources  # its outputs are the grader's own
        if cell.cell_type != "markdown":
            return super().preprocess_cell(cell, resources, index)
        if _MAY_RUN.search(cell.source):
            clean = self.sanitize_html_tags(markdown2html_mistune(cell.source))
            cell.source = f"<div>{clean}</div>".replace(
                "\n", "&#10;"
            )  # one line of HTML, which Markdown leaves as it is
        return cell, resources

    def sanitize_html_tags(self, html_str: str) -> str:
        """Return HTML with nothing in it but the course's figures and verdicts, and ordinary text."""
        if len(html_str) > _MOST_HTML:
            return "<p>This output is too large to be shown here.</p>"
        css = CSSSanitizer(allowed_css_properties=self.styles)
        return bleach.clean(
            html_str, tags=self.tags, attributes=self.attributes, css_sanitizer=css, protocols=_PROTOCOLS
        )


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


def _public_part(source: str) -> str:
    """Return a test cell without what stands between BEGIN and END HIDDEN TESTS."""
    lines, hidden = [], False
    for line in source.splitlines():
        if "BEGIN HIDDEN TESTS" in line or "END HIDDEN TESTS" in line:
            hidden = "BEGIN" in line
        elif not hidden:
            lines.append(line)
    return "\n".join(lines)
