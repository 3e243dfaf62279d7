"""The pages of the units: what a right answer gives, and nothing that tells the answer."""

import re

import nbformat
import pytest

from course.checks import EXERCISES, UNITS
from tests.conftest import ROOT
from website import address, notebooks, pages, units


def read(step, unit):
    return nbformat.read(ROOT / step / unit / f"{unit}.ipynb", as_version=4)


def outputs(cell):
    return [text for one in cell.get("outputs", []) for text in [one.get("text", ""), *one.get("data", {}).values()]]


@pytest.fixture(scope="module", params=UNITS)
def unit(request):
    return request.param


@pytest.fixture(scope="module")
def page(unit):
    return units.merge(read("release", unit), read("solutions", unit))


def test_a_page_has_the_students_cells_and_the_figures_and_results_of_the_solution(unit, page):
    assert [cell.source for cell in page.cells] == [cell.source for cell in read("release", unit).cells]
    assert "<figure" in "".join(text for cell in page.cells for text in outputs(cell))
    checks = [cell for cell in page.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert len(checks) == sum(exercise.unit == unit for exercise in EXERCISES.values())
    assert all(outputs(cell) for cell in checks), "each check shows how it looks when it passes"


def test_a_page_tells_no_answer_no_guess_and_no_result_of_a_hidden_test(unit, page):
    solved = {cell.id: cell.source for cell in read("solutions", unit).cells}
    for cell in page.cells:
        settings, shown = cell.metadata.get("nbgrader", {}), "\n".join(outputs(cell))
        assert "You said" not in shown and "Noted. " not in shown, cell.id
        if settings.get("solution"):
            assert not shown
            for line in solved[cell.id].split("### BEGIN SOLUTION")[-1].split("### END SOLUTION")[0].splitlines():
                if len(line.strip()) > 25 and line not in cell.source:
                    assert not any(line.strip() in other.source for other in page.cells if other.cell_type == "code")
        if settings.get("grade"):
            assert all("text/html" in one.get("data", {}) for one in cell.outputs), (
                "a number is what a hidden test gave"
            )


def test_the_diagnosis_of_unit_08_is_not_told():
    page = units.merge(read("release", "08-error-inspection"), read("solutions", "08-error-inspection"))
    (cell,) = [cell for cell in page.cells if cell.id == "suspicion-compare"]
    assert cell.outputs == []


def test_a_guess_is_left_out_of_a_sentence():
    assert units._without_guess("You said 0.02, it is 0.1: 0.08 too low.\n") == "It is 0.1.\n"
    assert (
        units._without_guess("You said (2, 1), it is (1, 2): the right entries, in another order.") == "It is (1, 2)."
    )
    assert units._without_guess("You said 3, and so it is.") == "It is 3."
    assert units._without_guess("loss: 0.3") == "loss: 0.3"


def test_pictures_become_files_that_say_how_large_they_are(tmp_path):
    units.write_unit(ROOT, tmp_path, "03-forward-pass")
    text = (tmp_path / "units" / "03-forward-pass.ipynb").read_text(encoding="utf-8")
    assert "base64" not in text
    assert re.search(r'src=\\"../_static/figures/\w+.svg\\"[^>]* width=\\"\d+\\" height=\\"\d+\\"', text)
    assert list((tmp_path / "_static" / "figures").glob("*.svg"))


def test_links_lead_to_pages_of_the_site_or_to_the_repository():
    def pointed(text, path="docs/course-map.md", instructors=False):
        return pages.point_to_pages(text, path, ROOT, instructors)

    assert pointed("[a](instructors/01-one-hot.md)") == "[a](units/01-one-hot.ipynb)"
    assert pointed("[a](instructors/01-one-hot.md)", instructors=True) == "[a](instructors/01-one-hot.md)"
    assert pointed("[a](../CONTRIBUTING.md#add-a-mistake)") == "[a](contributing.md#add-a-mistake)"
    assert pointed("[a](docs/architecture.md)", "CONTRIBUTING.md") == "[a](architecture.md)"
    assert pointed("[a](../tests/steps.py)") == f"[a]({address.source('tests/steps.py')})"
    assert pointed("[a](https://example.org/b.md) [c](#d)") == "[a](https://example.org/b.md) [c](#d)"
    assert pointed("```\n[a](../LICENSE)\n```\n[b](notation.md)") == "```\n[a](../LICENSE)\n```\n[b](notation.md)"


def test_a_notebook_alone_says_what_to_install(monkeypatch):
    monkeypatch.setattr(address, "SITE", "https://example.org/course")
    book = notebooks.alone(read("release", "03-forward-pass"), "03-forward-pass", "a.whl", has_given=True)
    nbformat.validate(book)
    assert "(https://example.org/course/notebooks/03-forward-pass/network.svg)" in book.cells[0].source
    assert "%pip install --quiet https://example.org/course/packages/a.whl" in book.cells[1].source
    assert "https://example.org/course/notebooks/03-forward-pass/given.py" in book.cells[1].source
    first = notebooks.alone(read("release", "01-one-hot"), "01-one-hot", "a.whl", has_given=False)
    assert "given" not in first.cells[1].source


def test_addresses_come_from_one_place():
    assert address.colab("03-forward-pass").startswith(
        f"https://colab.research.google.com/github/{address.REPOSITORY}/"
    )
    assert f"/{address.REPOSITORY}/{address.BRANCH}?urlpath=lab%2Ftree%2Frelease" in address.binder("03-forward-pass")
