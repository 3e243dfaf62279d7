"""`course feedback`: a page for each student, with verdicts and without hidden tests, inputs or expected values.

nbgrader writes the page; two steps here decide what is on it. nbgrader_config.py names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import bleach
import nbformat
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters import markdown2html_mistune
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, NbGraderPreprocessor
from nbgrader.utils import is_task
from rich.console import Console
from traitlets import Bool, Dict, List, Unicode

from course.checks.card import CSS, sentence
from course.checks.exercises import EXERCISES
from course.checks.verdict import MIME, Verdict
from course.errors import CourseError, NbgraderFailed
from course.files import printable
from course.grading.classroom import progress_bar
from course.grading.collect import find_folders
from course.grading.gradebook import configure, course_directory, open_gradebook, write_feedback_page
from course.grading.notebook import REASON, is_test, reason_output, stream_output
from course.grading.notes import read_notes

_MOST_HTML = 1_000_000  # characters
_SCRIPT_OR_STYLE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)  # with what stands in it
_MAY_RUN = re.compile("[<&]|script", re.IGNORECASE)  # Markdown with none of these is only text
_PROTOCOLS = ["http", "https", "mailto", "data"]
_TAGS = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "s",
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
]


def _allows_source(tag: str, name: str, value: str) -> bool:
    return name == "alt" or name == "style" or (name == "src" and value.startswith("data:image/"))


_ATTRIBUTES = {
    "*": ["style", "role", "aria-hidden", "aria-label", "scope", "title"],
    "a": lambda tag, name, value: name == "href" and not value.lower().lstrip().startswith("data:"),
    "img": _allows_source,
}


def write_feedback(
    folder: Path,
    unit: str,
    students: Iterable[str] | None = None,
    *,
    reveal: bool = False,
    database: str | None = None,
    console: Console | None = None,
) -> int:
    """Write a page for each student whose submission was graded, with nbgrader; return how many.

    Parameters
    ----------
    students : only for these; by default for all
    reveal : show the hidden tests and what they expected

    Raises
    ------
    CourseError : if nothing was graded; or, when all other pages are written, if some could not be written
    """
    config = configure(folder, unit, database=database)
    directory = course_directory(config)
    graded = find_folders(directory, directory.autograded_directory, unit)
    graded = {student: path for student, path in graded.items() if (path / f"{unit}.ipynb").is_file()}
    if not graded:
        place = Path(directory.root, directory.autograded_directory)
        raise CourseError(f"{place} holds nothing of {unit}. Grade it first: `course grade {unit}`.")
    with open_gradebook(config.CourseDirectory.db_url, directory.course_id) as gradebook:
        list(gradebook.students)  # is it a gradebook of this nbgrader?
    chosen = graded if students is None else [student for student in graded if student in set(students)]
    failed = {}
    with progress_bar(console) as progress:
        for student in progress.track(chosen, description="feedback"):
            try:
                write_feedback_page(config, graded[student], unit, reveal=reveal)
            except NbgraderFailed as problem:
                failed[student] = problem.reason
    if failed:
        who = "\n".join(f"  {printable(student)}: {printable(reason)}" for student, reason in failed.items())
        raise CourseError(f"{len(chosen) - len(failed)} pages are written, but nbgrader could write none for:\n{who}")
    return len(chosen)


class HideTests(NbGraderPreprocessor):
    """Show in feedback what the instructor chooses of each verdict, and never a hidden test, input or expected value.

    A student's function sees the hidden inputs, and may print them, keep them for a later cell to print, or raise them. So
    nothing is shown that it could have written once the first test has run.
    """

    reveal = Bool(False, help="show everything: hidden tests, what they expected, marking schemes").tag(config=True)
    show = List(
        Unicode(), ["gap", "mistake", "hint"], help="which of: gap (what differs), mistake (the likely cause), hint"
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        notes = read_notes(Path(CourseDirectory(parent=self.parent, config=self.config).root))
        if self.reveal:
            for cell in filter(is_test, nb.cells):
                cell.outputs += _notes_on(cell, notes)
            return nb, resources
        tested = told = False
        for cell in nb.cells:
            if is_test(cell):
                own = _notes_on(cell, notes)
                cell.outputs = [shown for output in cell.outputs if (shown := public_output(output, self.show))] + own
                ClearHiddenTests().preprocess_cell(cell, resources, 0)
                tested = True
            elif is_task(cell):
                ClearMarkScheme().preprocess_cell(cell, resources, 0)
            elif tested and cell.cell_type == "code" and cell.outputs:
                said = [reason_output(o.metadata[REASON]) for o in cell.outputs if REASON in o.get("metadata", {})]
                hidden = stream_output(
                    "stdout", "From here on, after the first test, the output of cells is not shown.\n"
                )
                cell.outputs = said or ([] if told else [hidden])
                told = told or not said
        return nb, resources


def public_output(output: NotebookNode, show: list[str]) -> NotebookNode | None:
    """Return what may be shown of a test cell's output; what an answer prints there may be a hidden input.

    Parameters
    ----------
    show : which of "gap", "mistake" and "hint"
    """
    if REASON in output.get("metadata", {}):
        return reason_output(output.metadata[REASON])
    if MIME in output.get("data", {}):
        verdict = public_verdict(output.data[MIME], show)
        data = {"text/plain": str(verdict), "text/html": verdict.to_html()}
        return nbformat.v4.new_output("display_data", data=data)
    return output if output.output_type == "execute_result" else None  # the points


def _notes_on(cell: NotebookNode, notes: dict[str, dict[str, str]]) -> list[NotebookNode]:
    """Return the instructor's own sentences for the mistakes that a test cell's verdicts name."""
    verdicts = [output.data[MIME] for output in cell.outputs if MIME in output.get("data", {})]
    found = [notes.get(one["exercise"], {}).get(one["mistake"]) for one in verdicts]
    data = [
        {
            "text/plain": f"From your instructor: {text}",
            "text/html": f"<p><b>From your instructor:</b> {sentence(text)}</p>",
        }
        for text in found
        if text
    ]
    return [nbformat.v4.new_output("display_data", data=one) for one in data]


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


class CleanStudentCells(SanitizeHTML):
    """Take out of students' cells and outputs what would run in the browser of who reads them."""

    tags = List(Unicode(), default_value=_TAGS)
    attributes = Dict(default_value=_ATTRIBUTES)
    styles = List(Unicode(), default_value=["max-width", *CSS])

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if is_test(cell):
            return cell, resources  # its outputs are the grader's own
        if cell.cell_type != "markdown":
            return super().preprocess_cell(cell, resources, index)
        cell.source = _with_pictures(cell)
        cell.pop("attachments", None)
        if _MAY_RUN.search(cell.source):
            clean = self.sanitize_html_tags(_BOX.sub(_box, markdown2html_mistune(cell.source)))
            # One line of HTML, which Markdown leaves as it is.
            cell.source = f"<div>{clean}</div>".replace("\n", "&#10;")
        return cell, resources

    def sanitize_html_tags(self, html_str: str) -> str:
        """Return HTML with nothing in it but the course's figures and verdicts, and ordinary text."""
        if len(html_str) > _MOST_HTML:
            return "<p>This output is too large to be shown here.</p>"
        css = CSSSanitizer(allowed_css_properties=self.styles)
        return bleach.clean(
            _SCRIPT_OR_STYLE.sub("", html_str),
            tags=self.tags,
            attributes=self.attributes,
            css_sanitizer=css,
            protocols=_PROTOCOLS,
        )


_BOX = re.compile(r'<input class="task-list-item-checkbox"[^>]*>')  # of a list of things to do, in Markdown


def _box(tag: re.Match) -> str:
    return "☑" if "checked" in tag[0] else "☐"


def _with_pictures(cell: NotebookNode) -> str:
    """Return the text of a Markdown cell with its pasted pictures in it; nbconvert stops at a name without a picture."""

    def picture(found: re.Match) -> str:
        for kind, content in cell.get("attachments", {}).get(unquote(found[1]), {}).items():
            return f"data:{kind};base64,{content}"
        return "data:,"

    return re.sub(r"attachment:([^)\s\"'>]+)", picture, cell.source)
