"""The feedback page: whose it is, the points, one card beside each answer, the lesson folded. It needs no other file and no network.

:mod:`course.grading.feedback` decides what may be shown; this only shows it.
"""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources as package_files
from pathlib import Path

import jinja2
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters import markdown2html_mistune, strip_ansi
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution, is_task
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword
from traitlets import Unicode

from course.grading.mathml import with_formulas
from course.grading.notebook import is_test

# Bytes of answers and comments, of the lesson's text, and of what cells put out, so that a page stays below 200 kB whatever was
# handed in. The longest lesson takes 60,000.
_ROOM_FOR_ANSWERS, _ROOM_FOR_LESSON, _ROOM_FOR_OUTPUTS = 40_000, 75_000, 60_000
_LARGEST_PIECE = 40_000
_PICTURES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
}
_LEFT_OUT = Markup('<p class="left-out">This is too large to be shown here.</p>')


class DescribeSubmission(NbGraderPreprocessor):
    """Take from the gradebook what the head of a page says: the student's name, when it was handed in, and how late."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            submission = gradebook.find_submission(about["assignment"], about["student"])
            student, (saved,) = submission.student, [n for n in submission.notebooks if n.name == about["notebook"]]
            about["name"] = " ".join(part for part in (student.first_name, student.last_name) if part) or student.id
            about["handed_in"], about["seconds_late"] = submission.timestamp, submission.total_seconds_late
            by_hand = {grade.name for grade in saved.grades if grade.auto_score is None and grade.manual_score is None}
        for cell in nb.cells:
            if is_grade(cell) or is_task(cell):
                cell.metadata.nbgrader["to_be_graded"] = cell.metadata.nbgrader["grade_id"] in by_hand
        return nb, resources


@dataclass
class Part:
    """A stretch of the page: an answer with its card, or a folded piece of the lesson.

    Attributes
    ----------
    title : the exercise, or the lesson's heading
    body : HTML of the cells
    card : HTML of what the grader said; empty for a lesson
    points : "2 of 3 points", or that it is still to be graded; empty if there are none to earn
    """

    title: str
    body: Markup
    card: Markup
    points: str = ""
    lesson: bool = False


class FeedbackPage(Exporter):
    """Writes the page; nbgrader_config.py names it: ``c.GenerateFeedback.exporter_class``."""

    language = Unicode("en", help="the language of the unit's text, for screen readers").tag(config=True)
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: dict | None = None, **options) -> tuple[str, dict]:
        nb, resources = super().from_notebook_node(nb, resources, **options)
        about = resources.get("nbgrader", {})
        writer = _Writer(Path(resources.get("metadata", {}).get("path", "")))
        parts = list(_parts(nb.cells, writer))
        page = _template().render(
            about=about,
            title=_heading(nb.cells) or about.get("notebook", "Feedback"),
            late=_in_words(about.get("seconds_late") or 0),
            parts=parts,
            open_points=any("by hand" in part.points for part in parts),
            language=self.language,
        )
        return page, resources


@cache
def _template() -> jinja2.Template:
    text = (package_files.files("course.grading") / "feedback.html.j2").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)


# --- the parts ---------------------------------------------------------------------------------------------------------


def _parts(cells: list[NotebookNode], writer: _Writer):
    """Yield the parts in the notebook's order: an answer stands with the test below it."""
    lesson, answers = [], []
    for cell in cells:
        if is_test(cell) or (is_grade(cell) and is_solution(cell)) or is_task(cell):
            if lesson:
                yield writer.lesson(lesson)
            yield writer.answer([*answers, cell])
            lesson, answers = [], []
        elif is_solution(cell):
            answers.append(cell)
        else:
            lesson.append(cell)
    if lesson:
        yield writer.lesson(lesson)
    if answers:
        yield writer.answer(answers)


class _Writer:
    """Writes cells as HTML, as long as there is room."""

    def __init__(self, folder: Path):
        self._folder = folder
        rooms = (_ROOM_FOR_ANSWERS, _ROOM_FOR_LESSON, _ROOM_FOR_OUTPUTS)
        self._answers, self._lesson, self._outputs = map(_Room, rooms)

    def lesson(self, cells: list[NotebookNode]) -> Part:
        body = [self._cell(cell, self._lesson) for cell in cells]
        return Part(_heading(cells) or "The lesson", Markup("").join(body), Markup(""), lesson=True)

    def answer(self, cells: list[NotebookNode]) -> Part:
        last = cells[-1]
        marks = last.metadata.nbgrader
        name = marks["grade_id"].removeprefix("check_")
        written = [cell for cell in cells if not is_test(cell)]
        body = [self._cell(cell, self._answers) + self._comment(cell) for cell in written]
        card = self._card(last) if is_test(last) else Markup("")
        return Part(name, Markup("").join(body), card, _points_of(marks) if is_grade(last) or is_task(last) else "")

    def _card(self, cell: NotebookNode) -> Markup:
        """Return what the grader said of an answer; a test cell's outputs are the grader's own, so its HTML is, too."""
        said = [_shown(output, trusted=True) for output in cell.outputs if output.output_type != "execute_result"]
        name = cell.metadata.nbgrader.grade_id.removeprefix("check_")
        if cell.source.strip() not in ("", f"check.{name}({name})"):
            said.append(Markup("<details><summary>The test</summary>{}</details>").format(_code(cell.source)))
        return Markup("").join(said)

    def _comment(self, cell: NotebookNode) -> Markup:
        comment = cell.metadata.get("nbgrader", {}).get("comment")
        if not comment:
            return Markup("")
        return Markup('<div class="comment"><b>Comment</b> {}</div>').format(
            self._answers.take(self._markdown(comment, True))
        )

    def _cell(self, cell: NotebookNode, room: _Room) -> Markup:
        if cell.cell_type == "markdown":
            return room.take(self._markdown(cell.source))
        if cell.cell_type != "code":
            return room.take(_plain(cell.source))
        outputs = Markup("").join(self._outputs.take(_shown(output)) for output in cell.outputs)
        return room.take(_code(cell.source)) + outputs if cell.source.strip() else outputs

    def _markdown(self, text: str, escape: bool = False) -> Markup:
        """Write Markdown as HTML; CleanStudentCells has seen to it that nothing in a cell's text runs in a browser."""
        made = markdown2html_mistune(html.escape(text, quote=False) if escape else text)
        return Markup(self._with_pictures(with_formulas(made)))

    def _with_pictures(self, text: str) -> str:
        """Put pictures that lie beside the notebook into the page, take out the signs beside headings, and describe all."""
        soup = BeautifulSoup(text, "html.parser")
        for link in soup.select("a.anchor-link"):
            link.decompose()
        for heading in soup.find_all(re.compile("^h[1-6]$")):
            heading.name = f"h{min(int(heading.name[1]) + 2, 6)}"  # the page has the first two steps
            heading.attrs = {}
        for picture in soup.find_all("img"):
            picture["alt"] = picture.get("alt") or "a picture without a description"
            source = picture.get("src", "")
            if not source.startswith("data:image/"):
                picture["src"] = self._picture(source)
            if not picture["src"] or len(picture["src"]) > _LARGEST_PIECE:
                picture.replace_with(f"[{picture['alt']}]")
        return str(soup)

    def _picture(self, name: str) -> str:
        """Return a picture beside the notebook as a data address, or an empty string: nothing from elsewhere is read."""
        path = self._folder / name
        kind = _PICTURES.get(path.suffix.lower())
        outside = path.is_symlink() or self._folder.resolve() not in path.resolve().parents
        if not kind or outside or not path.is_file() or path.stat().st_size > _LARGEST_PIECE:
            return ""
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


class _Room:
    """Counts what is written, and leaves out what is too large."""

    def __init__(self, size: int):
        self._left = size

    def take(self, piece: Markup) -> Markup:
        size = len(piece.encode())
        if size > _LARGEST_PIECE or size > self._left:
            return _LEFT_OUT
        self._left -= size
        return piece


# --- pieces ------------------------------------------------------------------------------------------------------------


def _points_of(marks: dict) -> str:
    if marks.get("to_be_graded"):
        return "to be graded by hand"
    return f"{marks.get('score') or 0:g} of {marks.get('points') or 0:g} points"


def _heading(cells: list[NotebookNode]) -> str:
    """Return the first heading in these cells, or an empty string."""
    for cell in cells:
        if cell.cell_type == "markdown":
            found = re.search(r"^#+ +(.+)$|<h[1-6][^>]*>(.*?)</h[1-6]>", cell.source, re.MULTILINE)
            if found:
                text = BeautifulSoup(found[1] or found[2], "html.parser").get_text().removesuffix("¶")
                return re.sub(r"[*_`]", "", text).strip()[:120]
    return ""


def _code(source: str) -> Markup:
    """Write Python with keywords bold and comments in italics; to mark every token makes a page five times as heavy."""
    parts = []
    for kind, text in PythonLexer(stripnl=False).get_tokens(source):
        form = "<b>{}</b>" if kind in Keyword else "<i>{}</i>" if kind in Comment else "{}"
        parts.append(Markup(form).format(text))
    return Markup("<pre>{}</pre>").format(Markup("").join(parts).rstrip())


def _plain(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(strip_ansi(text))


def _shown(output: NotebookNode, trusted: bool = False) -> Markup:
    """Write an output. Of what a student's code sent, CleanStudentCells has cleaned the HTML; nothing else of it is HTML."""
    if output.output_type == "stream":
        return _plain(output.text)
    if output.output_type == "error":
        return _plain(f"{output.ename}: {output.evalue}")
    data = output.get("data", {})
    if "text/html" in data:
        if trusted:  # a card; on paper nothing can be unfolded
            return Markup('<div class="said">{}</div>').format(
                Markup(data["text/html"].replace("<details", "<details open"))
            )
        return Markup('<div class="output">{}</div>').format(Markup(data["text/html"]))
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            source = f"data:{kind};base64,{''.join(data[kind].split())}"
            return Markup('<img alt="the picture that this cell drew" src="{}">').format(source)
    return _plain(data["text/plain"]) if "text/plain" in data else Markup("")


def _in_words(seconds: float) -> str:
    """Return how late something is: "3 days", "5 hours", "2 minutes"; empty if it is not."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' * (count != 1)}"
    return "less than a minute" if seconds > 0 else ""
