"""The feedback page: whose it is, what it shows beside each answer, that it needs nothing else, and that it gives nothing away."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from course.grading import gradebook
from course.grading.feedback import CleanStudentCells, HideTests, write_feedback
from course.grading.mathml import with_formulas
from course.grading.notebook import result_output
from course.grading.page import FeedbackPage
from tests.test_field import SECRET, UNIT, answer, enter, essay, grade_here, make_small_class, marked

LARGEST_PAGE = 200_000  # bytes


class Read(HTMLParser):
    """Notes what a browser would fetch or run."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.fetched, self.alternatives = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.tags.append(tag)
        self.fetched += [known[name] for name in ("src", "srcset", "data") if known.get(name)]
        self.fetched += [known["href"]] if tag == "link" else []
        self.fetched += [value for name, value in attributes if name.startswith("on")]
        if tag == "img":
            self.alternatives.append(known.get("alt"))


def page_of(cells: list, folder: Path = Path("/nowhere"), **options) -> str:
    notebook, _ = CleanStudentCells().preprocess(nbformat.v4.new_notebook(cells=cells), {})
    about = {"name": "Zoë O'Hara", "assignment": "01-one-hot", "notebook": "01-one-hot", **options}
    return FeedbackPage().from_notebook_node(notebook, {"metadata": {"path": str(folder)}, "nbgrader": about})[0]


def graded(name: str, points: float, most: int):
    cell = marked(f"check.{name}({name})", f"check_{name}", grade=True, locked=True, points=most, score=points)
    cell.outputs = [result_output(points)]
    return cell


def markdown(text: str):
    return nbformat.v4.new_markdown_cell(text)


def test_a_page_is_whole_in_itself(tmp_path):
    (tmp_path / "network.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path.parent / "secret.svg").write_text("<svg>of another student</svg>")
    cells = [
        markdown("# One-hot: $x^2$\n\n![a network](network.svg) ![](../secret.svg) ![](http://far.example/a.png)"),
        answer("def f(x):\n    return x < 1", "f"),
        graded("f", 1.5, 3),
    ]
    page = page_of(cells, tmp_path)
    read = Read(page)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">') and "Zoë O&#39;Hara" in page
    assert "1.5 of 3 points" in page and page.count('<details class="lesson">') == 1
    assert len(read.fetched) == 1 and read.fetched[0].startswith("data:image/svg+xml;base64,")
    assert read.alternatives == ["a network"] and "of another student" not in page
    assert {"script", "link", "iframe"}.isdisjoint(read.tags) and {"math", "msup"} <= set(read.tags)


@pytest.mark.parametrize(
    "text",
    [
        r"$\href{javascript:alert(1)}{x}$",
        r"$\text{<script>alert(1)</script>}$",
        r"$\text{</math><img src=x onerror=alert(1)>}$",
        r"$\style{background:url(//far.example)}{x}$",
        r"$\frac{$ and $\undefined{}}$",
        r"$" + r"{" * 900 + "x" + "}" * 900 + "$",
    ],
)
def test_no_formula_of_a_student_runs_or_fetches_anything(text):
    read = Read(page_of([markdown(text)]))
    assert read.fetched == [] and "script" not in read.tags and "img" not in read.tags


def test_a_marking_scheme_is_for_who_grades():
    text = "Draw it.\n### BEGIN MARK SCHEME\n1 point for axes\n### END MARK SCHEME"
    for reveal in (False, True):
        notebook = nbformat.v4.new_notebook(cells=[marked(text, "plot", "markdown", task=True, locked=True, points=2)])
        hidden, _ = HideTests(reveal=reveal).preprocess(notebook, {})
        assert ("1 point for axes" in hidden.cells[0].source) == reveal and "Draw it." in hidden.cells[0].source


def test_what_is_no_formula_stays_as_it_was_typed():
    assert with_formulas("<p>it costs 5$</p>") == "<p>it costs 5$</p>"
    assert with_formulas("<p><code>$HOME and $PATH</code></p>") == "<p><code>$HOME and $PATH</code></p>"
    assert "<mfrac>" in with_formulas(r"<p>$$\frac{1}{n}$$</p>")


def test_however_much_was_handed_in_the_page_stays_light():
    picture = {"image/png": "A" * 60_000}
    plot = marked("plot()", "plot", grade=True, solution=True, points=2, score=0)
    plot.outputs = [nbformat.v4.new_output("display_data", picture) for _ in range(5)]
    long = nbformat.v4.new_code_cell("x = 1\n" * 3_000)
    long.outputs = [nbformat.v4.new_output("stream", text="y" * 30_000) for _ in range(20)]
    cells = [
        markdown("word " * 20_000),
        long,
        *(answer("z = 1\n" * 400, "f") for _ in range(20)),
        graded("f", 1, 3),
        plot,
    ]
    page = page_of(cells)
    assert len(page.encode()) < LARGEST_PAGE
    assert "too large to be shown" in page and "1 of 3 points" in page


def test_it_says_who_when_how_late_and_what_is_open_and_no_file_gives_a_hidden_value_away(tmp_path, sandbox):
    folder = make_small_class(tmp_path / "course")
    enter(folder)
    grade_here(folder)
    with Gradebook(gradebook.default_address(folder), "tiny-course") as book:
        book.update_or_create_student("ben", first_name="Ben", last_name="<b>Ångström</b>")
    write_feedback(folder, UNIT, console=Console(quiet=True))
    pages = {path.parts[-3]: path.read_text(encoding="utf-8") for path in folder.glob("feedback/*/*/*.html")}
    assert "Ben &lt;b&gt;Ångström" in pages["ben"] and "21 November 2026, 10:00 UTC – 10 hours late" in pages["ben"]
    assert "taken off for being late" in pages["ben"] and "late" not in re.sub(
        "<style>.*?</style>", "", pages["ada"], flags=re.S
    )
    assert "to be graded by hand" in pages["ada"] and essay("Because of this.").source in pages["ada"]
    verdicts = json.loads((folder / "autograded" / "ben" / UNIT / ".graded.json").read_text())["verdicts"]
    message, summary = (verdicts["one_hot"][name] for name in ("message", "summary"))
    assert message != summary and summary in pages["ben"]  # it is wrong, and there is something to hide
    for path in (path for path in (folder / "feedback").rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert path.name != ".graded.json" and SECRET not in text and message not in text and "HIDDEN" not in text, path
        assert len(text.encode()) < LARGEST_PAGE
