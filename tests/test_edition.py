"""A newer edition of a notebook that somebody saved: told, with the answers in it, and nothing that was saved is lost."""

import json

import pytest

from course.edition import KEY, NEWEST, look

UNIT = "03-forward-pass"


def notebook(edition, answer, text="Sigmoid"):
    solution = {"grade_id": "sigmoid", "solution": True}
    return {
        "metadata": {KEY: edition},
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": text},
            {"cell_type": "code", "metadata": {"nbgrader": solution}, "source": answer},
        ],
    }


@pytest.fixture
def folder(tmp_path):
    """A unit's folder beside the newest edition, as on the website."""
    (tmp_path / UNIT).mkdir()
    (tmp_path / NEWEST).mkdir()
    return tmp_path / UNIT


def write(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_answers_are_in_the_newest_edition_and_the_saved_notebook_stays(folder):
    saved = notebook("one", "return 1 / (1 + np.exp(-x))")
    write(folder / f"{UNIT}.ipynb", saved)
    write(
        folder.parent / NEWEST / f"{UNIT}.ipynb", notebook("two", "raise NotImplementedError()", "Sigmoid, better told")
    )
    assert f"The newest one is {UNIT}-2.ipynb" in look(folder)
    newest = read(folder / f"{UNIT}-2.ipynb")
    assert newest["cells"][0]["source"] == "Sigmoid, better told"
    assert newest["cells"][1]["source"] == "return 1 / (1 + np.exp(-x))"
    assert read(folder / f"{UNIT}.ipynb") == saved


def test_a_third_edition_takes_the_answers_of_the_second(folder):
    write(folder / f"{UNIT}.ipynb", notebook("one", "first try"))
    write(folder / f"{UNIT}-2.ipynb", notebook("two", "second try"))
    write(folder.parent / NEWEST / f"{UNIT}.ipynb", notebook("three", "blank"))
    assert f"The newest one is {UNIT}-3.ipynb" in look(folder)
    assert read(folder / f"{UNIT}-3.ipynb")["cells"][1]["source"] == "second try"
    write(folder / f"{UNIT}-3.ipynb", notebook("three", "third try"))
    assert f"The newest one is {UNIT}-3.ipynb" in look(folder), "it is told again, and written no more"
    assert read(folder / f"{UNIT}-3.ipynb")["cells"][1]["source"] == "third try"


@pytest.mark.parametrize("saved", [None, notebook("two", "mine"), {"metadata": {}, "cells": []}, "no notebook"])
def test_nothing_is_said_or_written_where_nothing_is_newer(folder, saved):
    write(folder.parent / NEWEST / f"{UNIT}.ipynb", notebook("two", "blank"))
    if saved is not None:
        write(folder / f"{UNIT}.ipynb", saved)
    before = sorted(folder.iterdir())
    assert look(folder) == ""
    assert sorted(folder.iterdir()) == before


def test_elsewhere_than_on_the_website_nothing_is_said(tmp_path):
    assert look(tmp_path) == ""
