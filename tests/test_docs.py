"""The documentation keeps up with the course: links lead somewhere, and what it names is there."""

import re

import nbformat
import pytest

from course.checks import EXERCISES
from course.grading.repository import load_solutions
from tests.conftest import ROOT

PAGES = [
    page
    for page in sorted(ROOT.rglob("*.md"))
    if not any(part.startswith(".") or part in ("demo", "node_modules") for part in page.relative_to(ROOT).parts)
]
UNITS = {folder.name[:2]: folder.name for folder in sorted((ROOT / "source").iterdir()) if folder.is_dir()}
ROWS = [line.split("|")[1:4] for line in (ROOT / "docs" / "lessons.md").read_text("utf-8").splitlines() if "|" in line]


def text_of(*path):
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def headings(unit):
    notebook = nbformat.read(ROOT / "source" / unit / f"{unit}.ipynb", as_version=4)
    lines = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    return [line.lstrip("#").strip() for line in lines if line.startswith("#")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_local_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)\s#]+)", text):
        assert (page.parent / target).exists(), f"{page.name} points to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_picture_has_alt_text(page):
    for alt in re.findall(r"!\[(.*?)\]\(", page.read_text(encoding="utf-8"), flags=re.DOTALL):
        assert len(alt) > 40, f"{alt!r} says too little"


@pytest.mark.parametrize("unit", UNITS.values())
def test_every_unit_has_notes_for_instructors(unit):
    assert len(text_of("docs", "instructors", f"{unit}.md").splitlines()) > 20


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.name)
def test_every_exercise_stands_in_the_course_map_with_its_points(exercise):
    row = next(
        line for line in text_of("docs", "course-map.md").splitlines() if line.startswith(f"| [{exercise.unit}]")
    )
    assert f"`{exercise.name}` {exercise.points}" in row


def test_every_test_named_in_the_lessons_exists():
    named = {name for *_, shown_by in ROWS for name in re.findall(r"`(test_\w+\.py::\w+)`", shown_by)}
    assert len(named) > 25
    for name in sorted(named):
        file, function = name.split("::")
        assert f"\ndef {function}(" in text_of("tests", file), name


def test_every_exercise_and_mistake_named_in_the_lessons_exists():
    solutions = load_solutions()
    for *_, shown_by in ROWS:
        for exercise, name in re.findall(r"`(\w+)(?:/(\w+))?`", shown_by):
            assert exercise in EXERCISES, exercise
            known = {mistake.name for mistake in solutions.mistakes[exercise]}
            odd = {getattr(answer, "__name__", "") for answer in solutions.variants[exercise]}
            assert not name or name in known | odd, f"{exercise}/{name}"


def test_every_cell_named_in_the_lessons_exists():
    known = {number: headings(unit) for number, unit in UNITS.items()}
    count = 0
    for _, place, _ in ROWS:
        for number, cells in re.findall(r"(\d\d) · (.*?)(?=; \d\d ·|$)", place.strip()):
            for cell in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", cells):
                count += 1
                assert any(line.startswith(cell) for line in known[number]), f"{number} · {cell}"
    assert count > 90


def test_every_row_of_the_lessons_has_a_place_and_a_proof():
    for what, place, shown_by in ROWS:
        if what.strip().startswith(("**", "---")):
            continue
        assert place.strip() and shown_by.strip(), what
        assert "**missing**" not in f"{place} {shown_by}".lower() and shown_by.strip() != "none", what
