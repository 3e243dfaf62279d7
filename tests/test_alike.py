"""What a build must not call different, and what it must: generated files are compared as a person would."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course import plots
from course.alike import differences
from tests.conftest import ROOT

LESSON = Path("lesson.ipynb")


def figure(svg="<svg/>", alt="A line that falls to 0.09.", caption="The error.", table=(("epoch", "error"), (8, 0.09))):
    return plots.figure.Figure(svg, alt, caption, table)


def lesson(shown=None, printed="rate 3  error 0.09\n", tags=()):
    """Return an executed notebook with a print, a figure and a text."""
    data = (shown or figure())._repr_mimebundle_()
    cells = [
        new_markdown_cell("The error falls.", id="text"),
        new_code_cell("train()", id="train", outputs=[new_output("stream", name="stdout", text=printed)]),
        new_code_cell("curve()", id="curve", outputs=[new_output("execute_result", data=data, execution_count=2)]),
    ]
    cells[1].metadata.tags = list(tags)
    return new_notebook(cells=cells)


def compare(there, made):
    return differences(LESSON, *(nbformat.writes(notebook).encode() for notebook in (there, made)))


def test_another_picture_is_alike():
    assert compare(lesson(), lesson(figure(svg="<svg> </svg>"))) == []


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (figure(alt="A line that falls to 0.14."), "'0.14.\"' instead of '0.09.\"'"),
        (figure(caption="The loss."), "'loss.' instead of 'error.'"),
        (figure(table=(("epoch", "error"), (8, 0.14))), "'0.14' instead of '0.09'"),
        (figure(svg=""), "instead of"),
    ],
    ids=["alt text", "caption", "table", "no picture at all"],
)
def test_other_words_of_a_figure_differ(shown, words):
    sentences = compare(lesson(), lesson(shown))
    assert sentences and all(sentence.startswith("cell 3 (curve): shows ") for sentence in sentences)
    assert words in sentences[0]


def test_another_printed_number_differs_unless_its_cell_says_that_it_may():
    other = "rate 3  error 0.14\n"
    assert compare(lesson(), lesson(printed=other)) == ["cell 2 (train): printed '0.14' instead of '0.09'"]
    tags = ["nbval-ignore-output"]
    assert compare(lesson(tags=tags), lesson(tags=tags, printed=other)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda notebook: notebook.cells[0].update(source="The error rises."), "the source says 'rises.' instead of"),
        (lambda notebook: notebook.cells[1].metadata.update(deletable=False), "metadata: other names (deletable)"),
        (lambda notebook: notebook.metadata.update(title="x"), "other names (title)"),
        (lambda notebook: notebook.cells.pop(), "other cells: 2 instead of 3"),
        (lambda notebook: notebook.cells[1].outputs.clear(), "outputs"),
        (lambda notebook: notebook.cells[1].outputs[0].update(name="stderr"), "outputs"),
        (lambda notebook: notebook.cells[1].outputs[0].update(text="rate 3  error 0.09"), "other line breaks"),
    ],
)
def test_whatever_else_changes_in_a_notebook_differs(change, words):
    changed = copy.deepcopy(lesson())
    change(changed)
    (sentence,) = compare(lesson(), changed)
    assert words in sentence


@pytest.mark.parametrize(
    ("there", "made", "sentence"),
    [
        ([1.0, 0.123456789], [1.0 + 1e-10, 0.123456789], None),
        ([0.1234567891], [0.1234567892], None),  # the last of ten digits
        ([1.001e-13], [0.0], None),  # below 1e-13 a frozen number is written as 0
        ([0.12345678], [0.12345679], "[0]: 0.12345679 instead of 0.12345678"),
        ([1e-12], [0.0], "[0]: 0.0 instead of 1e-12"),
        ({"a": [0, 1]}, {"a": [0]}, "a: 1 entries instead of 2"),
        ({"a": {"b": [5]}}, {"a": {"b": [6]}}, "a.b[0]: 6 instead of 5"),
        ({"a": 1}, {"b": 1}, "the file: other names (a, b)"),
        ([True], [1], "[0]: 1 instead of True"),
        ([1], ["1"], "[0]: '1' instead of 1"),
        (["nan"], ["inf"], "[0]: 'inf' instead of 'nan'"),
    ],
)
def test_numbers_are_alike_to_nine_digits_and_nothing_else_is(there, made, sentence):
    found = differences(Path("cases.json"), json.dumps(there).encode(), json.dumps(made).encode())
    assert found == ([sentence] if sentence and not isinstance(there, dict) else found)
    assert bool(found) == bool(sentence) and (not sentence or sentence in found)


@pytest.mark.parametrize("path", [LESSON, Path("cases.json")])
@pytest.mark.parametrize("broken", [b"", b"\xff", b"not json", b"[]", b'{"cells": [1]}'])
def test_a_broken_file_differs_from_a_whole_one(path, broken):
    assert differences(path, broken, nbformat.writes(lesson()).encode())


def test_text_is_compared_to_the_letter():
    assert differences(Path("given.py"), b"x = 1\ny = 2\n", b"x = 1\ny = 3\n") == ["it says '3' instead of '2'"]
    assert differences(Path("given.py"), b"x = 1\n", b"x = 1") == ["it says the same with other line breaks"]


def test_nbval_compares_in_the_same_way(tmp_path):
    """With the options of `make test`, other bytes of a picture pass; other words of a figure and a number do not."""
    source = "from course.plots.figure import Figure\nprint(0.09)\nFigure('<svg/>', 'A line.', 'The error.')"
    shown = plots.figure.Figure("<svg> </svg>", "A line.", "The error.")
    stored = {
        "picture": (shown, "0.09\n"),
        "caption": (plots.figure.Figure("<svg/>", "A line.", "The loss."), "0.09\n"),
        "number": (shown, "0.14\n"),
    }
    for name, (figure, printed) in stored.items():
        outputs = [
            new_output("stream", name="stdout", text=printed),
            new_output("execute_result", data=figure._repr_mimebundle_(), execution_count=1),
        ]
        notebook = new_notebook(cells=[new_code_cell(source, execution_count=1, outputs=outputs)])
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    options = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(ROOT / "tests/nbval-sanitize.cfg")]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", *options, str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    verdicts = {name: verdict for verdict, name in re.findall(r"^(PASSED|FAILED) (\w+)\.ipynb", result.stdout, re.M)}
    assert verdicts == {"picture": "PASSED", "caption": "FAILED", "number": "FAILED"}, result.stdout
