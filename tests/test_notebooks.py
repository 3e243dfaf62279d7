"""What every notebook promises: valid, stripped, short cells, figures with alt text, and no answer given away."""

import ast
import contextlib
import itertools
import re
import types

import nbformat
import pytest

from course import check, data, plots
from course.checks import EXERCISES, UNITS, Check
from course.checks.verdict import Verdict
from tests.conftest import ROOT, read_given

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
DEFINITIONS = ast.FunctionDef | ast.ClassDef
STUB = ["# YOUR CODE HERE", "raise NotImplementedError()"]


def read(step, unit):
    return nbformat.read(ROOT / step / unit / f"{unit}.ipynb", as_version=4)


def exercises_of(unit):
    return [exercise for exercise in EXERCISES.values() if exercise.unit == unit]


def answer_cells(notebook):
    """Return the cells that a student fills, by grade_id; a class may be written in several of them."""
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


def region_lines(source):
    """Return the lines between BEGIN SOLUTION and END SOLUTION, without their indentation."""
    lines, inside = [], False
    for line in source.splitlines():
        if BEGIN in line or END in line:
            inside = BEGIN in line
        elif inside and line.strip():
            lines.append(line.strip())
    return lines


def code_of(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("step", ["source", "release", "solutions"])
@pytest.mark.parametrize("unit", UNITS)
def test_a_notebook_is_valid(unit, step):
    notebook = read(step, unit)
    nbformat.validate(notebook)
    assert notebook.nbformat == 4 and notebook.nbformat_minor >= 5
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("step", ["source", "release"])
@pytest.mark.parametrize("unit", UNITS)
def test_no_outputs_are_kept(unit, step):
    for cell in read(step, unit).cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, cell.id


@pytest.mark.parametrize("unit", UNITS)
def test_cells_are_short_and_have_readable_ids(unit):
    for cell in read("source", unit).cells:
        assert len(cell.source.splitlines()) <= 25, f"{cell.id} is too long"
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]+", cell.id), cell.id
        assert max(map(len, cell.source.splitlines()), default=0) <= 120 or cell.cell_type == "markdown", cell.id


@pytest.mark.parametrize("unit", UNITS)
def test_grading_metadata_is_what_the_exercises_say(unit):
    notebook = read("source", unit)
    written = [name for name in answer_cells(notebook) if name in EXERCISES]
    assert sorted(written) == sorted(exercise.name for exercise in exercises_of(unit))
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [cell.metadata.nbgrader.grade_id.removeprefix("check_") for cell in graded] == written
    for cell in graded:
        exercise = EXERCISES[cell.metadata.nbgrader.grade_id.removeprefix("check_")]
        marks = cell.metadata.nbgrader
        assert (marks.grade_id, marks.points) == (f"check_{exercise.name}", exercise.points)
        assert marks.locked and not marks.solution and marks.schema_version == 3
        name = exercise.name
        assert cell.source == (
            f"check.{name}({name})\n### BEGIN HIDDEN TESTS\nfrom course.grading import grade\n\ngrade.{name}({name})\n"
            "### END HIDDEN TESTS"
        )
        worth = f"({exercise.points} point{'s' if exercise.points > 1 else ''}"
        assert worth in "".join(c.source for c in notebook.cells if f"`{name}`" in c.source)


# --- nothing gives an answer away --------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_release_differs_from_source_only_in_the_blanks(unit):
    released, source = answer_cells(read("release", unit)), answer_cells(read("source", unit))
    for name, cell in released.items():
        stub_lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
        assert stub_lines.count(STUB[1]) >= 1, f"{name} has no blank"
        solution_lines = [line.strip() for line in source[name].source.splitlines()]
        assert [line for line in stub_lines if line not in STUB and line not in solution_lines] == []


@pytest.mark.parametrize("unit", UNITS)
def test_the_answers_to_the_questions_are_in_the_solution_only(unit):
    asked = {cell.id: cell for cell in read("release", unit).cells if "questions" in cell.metadata.get("tags", ())}
    answered = {cell.id: cell for cell in read("solutions", unit).cells if "questions" in cell.metadata.get("tags", ())}
    assert sum(cell.source.count("<details>") for cell in answered.values()) >= 3
    for name, cell in answered.items():
        if cell.cell_type == "code":
            assert name not in asked
        else:
            assert "<details>" not in asked[name].source and "Answer" not in asked[name].source
            for number in re.findall(r"^(?:\*\*)?\d\.(?:\*\*)? ", cell.source, flags=re.MULTILINE):
                assert number in asked[name].source, "a question is missing"


@pytest.mark.parametrize("unit", UNITS)
def test_no_line_of_a_solution_stands_in_the_release(unit):
    """In no unit up to the one that asks for it: later units are handed what earlier ones built."""
    secret = {line for cell in answer_cells(read("source", unit)).values() for line in region_lines(cell.source)}
    secret = {line for line in secret if len(line) > 8 and not line.startswith("#")}
    assert secret
    for earlier in UNITS[: UNITS.index(unit) + 1]:
        shown = {line.strip() for line in code_of(read("release", earlier)).splitlines()}
        given = ROOT / "release" / earlier / "given.py"
        if given.exists():
            shown |= {line.strip() for line in given.read_text(encoding="utf-8").splitlines()}
        allowed = shared_lines(unit)
        assert not (shown & secret) - allowed, f"{earlier} shows a line of {unit}"


def shared_lines(unit):
    """Return lines that a solution shares with functions of earlier units or with the given part of its own cell."""
    given = {line.strip() for line in read_given(unit).splitlines()}
    for cell in answer_cells(read("source", unit)).values():
        inside = region_lines(cell.source)
        given |= {line.strip() for line in cell.source.splitlines() if line.strip() not in inside}
    return given


@pytest.mark.parametrize("unit", UNITS)
def test_release_has_no_hidden_test_and_no_trace_of_solutions(unit):
    text = (ROOT / "release" / unit / f"{unit}.ipynb").read_text(encoding="utf-8")
    for secret in ("HIDDEN TESTS", "course.grading", "BEGIN SOLUTION", "solutions/"):
        assert secret not in text


@pytest.mark.parametrize("unit", UNITS)
def test_every_blank_fails_its_check_and_says_not_attempted(unit):
    namespace = {"runs": data.load_runs()["runs"]}  # the recorded runs of unit 08 stand above its blank
    exec(read_given(unit), namespace)  # a line above the blank may call what is given
    namespace["__name__"] = "__main__"
    for cell in read("release", unit).cells:
        if cell.cell_type != "code":
            continue
        if cell.metadata.get("nbgrader", {}).get("solution"):
            with contextlib.suppress(NotImplementedError):  # a blank that is no function stops its cell
                exec(cell.source, namespace)
        else:
            lines = [
                node
                for node in ast.parse(cell.source).body
                if isinstance(node, DEFINITIONS | ast.Import | ast.ImportFrom)
            ]
            lines = [line for line in lines if getattr(line, "module", "") != "given"]
            exec("\n".join(map(ast.unparse, lines)), namespace)
    for exercise in exercises_of(unit):
        verdict = getattr(Check(), exercise.name)(namespace[exercise.name])
        assert not verdict.passed and verdict.score == 0
        assert verdict.kind == "not attempted", f"{exercise.name}: {verdict}"


# --- figures and text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_every_picture_has_alt_text(unit):
    notebook = read("solutions", unit)
    pictures = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for alt in re.findall(r"!\[(.*?)\]\(", cell.source):
                pictures += 1
                assert len(alt) > 20, f"{cell.id}: {alt!r} says too little"
            assert "<img" not in cell.source
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert not any(kind.startswith("image/") for kind in data), f"{cell.id} shows a picture without alt text"
            for alt in re.findall(r'<img [^>]*alt="(.*?)"', data.get("text/html", "")):
                pictures += 1
                assert len(alt) > 40, f"{cell.id}: {alt!r} says too little"
    assert pictures >= 3


@pytest.mark.parametrize("unit", UNITS)
def test_local_links_and_images_exist(unit):
    for cell in read("release", unit).cells:
        for target in re.findall(r"\]\((?!https?:|#)(.*?)\)", cell.source) if cell.cell_type == "markdown" else []:
            assert (ROOT / "release" / unit / target).exists(), f"{cell.id} points to {target}"


@pytest.mark.parametrize("unit", UNITS)
def test_the_order_of_a_unit(unit):
    """Title and aims first; then a prediction; summary, questions with folded answers and what comes next at the end."""
    texts = [cell.source for cell in read("source", unit).cells]
    assert texts[0].startswith("# ")
    everything = "\n".join(texts)
    assert "Before you run this" in everything
    assert everything.rindex("In this unit you") > everything.rindex("### Exercise")
    assert everything.count("<details>") >= 3 and everything.count("<details>") == everything.count("</details>")
    assert "check.progress()" in everything


@pytest.mark.parametrize("unit", UNITS)
def test_the_hint_waits_below_each_check(unit):
    cells = read("release", unit).cells
    for cell, below in itertools.pairwise(cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name.startswith("check_"):
            name = name.removeprefix("check_")
            assert below.source.splitlines()[-1] == f'# check.hint("{name}")'
            assert not below.metadata.get("nbgrader", {}).get("locked")


@pytest.mark.parametrize("unit", UNITS)
def test_solutions_are_executed_and_earn_full_points(unit):
    notebook = read("solutions", unit)
    verdicts = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error" and output.get("name") != "stderr", cell.id
            verdict = output.get("data", {}).get("application/vnd.course.verdict+json")
            if verdict and cell.metadata.get("nbgrader", {}).get("grade"):
                assert verdict["passed"] and verdict["score"] == 1
                verdicts += 1
    assert verdicts == len(exercises_of(unit))


def test_every_figure_function_is_exported_and_documented():
    for name in plots.__all__:
        function = getattr(plots, name)
        assert isinstance(function, types.FunctionType) and len(function.__doc__) > 40, name
    assert isinstance(check, Check) and Verdict
