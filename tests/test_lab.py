"""Nobody's work is lost: `course lab` opens a copy, and what stands in it or in `release/` is never overwritten unasked."""

import importlib.util
import shutil

import nbformat
import pytest
from click.testing import CliRunner

from course.checks import UNITS
from course.cli import main
from course.lab import copy_units, filled_blanks, how_to_move, open_lab, replace_unit
from tests.conftest import ROOT

RELEASE = ROOT / "release"
UNIT = "03-forward-pass"
NOTEBOOK = f"{UNIT}/{UNIT}.ipynb"


def lab(work, *arguments, answer=""):
    return CliRunner().invoke(main, ["lab", "--copy-only", "--work", str(work), *arguments], input=answer)


def test_all_units_are_copied_whole(tmp_path):
    done = lab(tmp_path / "work")
    assert done.exit_code == 0 and UNIT in done.output
    for fresh in (path for unit in UNITS for path in (RELEASE / unit).iterdir() if path.is_file()):
        assert (tmp_path / "work" / fresh.relative_to(RELEASE)).read_bytes() == fresh.read_bytes()


def test_a_unit_that_is_there_stays_untouched(tmp_path):
    assert copy_units(RELEASE, tmp_path, [UNIT]) == [UNIT]
    (tmp_path / NOTEBOOK).write_text("mine")
    (tmp_path / UNIT / "given.py").unlink()
    assert lab(tmp_path, "3", "4").exit_code == 0
    assert (tmp_path / NOTEBOOK).read_text() == "mine" and not (tmp_path / UNIT / "given.py").exists()
    assert (tmp_path / "04-loss" / "04-loss.ipynb").is_file()


def test_an_interrupted_copy_is_no_unit(tmp_path, monkeypatch):
    def stops_half_way(source, target, **options):
        target.mkdir(parents=True)
        (target / "given.py").write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "copytree", stops_half_way)
        copy_units(RELEASE, tmp_path, [UNIT])
    assert copy_units(RELEASE, tmp_path, [UNIT]) == [UNIT]
    assert (tmp_path / NOTEBOOK).read_bytes() == (RELEASE / NOTEBOOK).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [UNIT]


def test_fresh_keeps_the_old_file_under_a_name_with_the_date(tmp_path):
    copy_units(RELEASE, tmp_path, [UNIT])
    (tmp_path / NOTEBOOK).write_text("mine")
    (tmp_path / UNIT / "notes.txt").write_text("notes")
    (kept,) = replace_unit(RELEASE, tmp_path, UNIT)
    assert kept.read_text() == "mine" and kept.parent == tmp_path / UNIT
    assert kept.name.startswith(f"{UNIT}-20") and kept.suffix == ".ipynb"
    assert (tmp_path / NOTEBOOK).read_bytes() == (RELEASE / NOTEBOOK).read_bytes()
    assert (tmp_path / UNIT / "notes.txt").read_text() == "notes"


def test_fresh_asks_first(tmp_path):
    copy_units(RELEASE, tmp_path, [UNIT])
    (tmp_path / NOTEBOOK).write_text("mine")
    refused = lab(tmp_path, "--fresh", "3", answer="n\n")
    assert f"Replace {UNIT}" in refused.output and (tmp_path / NOTEBOOK).read_text() == "mine"
    agreed = lab(tmp_path, "--fresh", "3", answer="y\n")
    assert "your file is now 03-forward-pass-20" in agreed.output
    assert (tmp_path / NOTEBOOK).read_bytes() == (RELEASE / NOTEBOOK).read_bytes()


def test_fresh_wants_to_know_which_unit(tmp_path):
    done = lab(tmp_path, "--fresh")
    assert done.exit_code == 2 and "course lab --fresh 3" in done.output and not list(tmp_path.iterdir())


def test_a_unit_that_was_never_built_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"03-forward-pass holds no notebook .* `course build`"):
        copy_units(tmp_path / "release", tmp_path / "work", [UNIT])


def test_without_jupyterlab_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install jupyterlab"):
        open_lab(tmp_path)


# --- work in release/ --------------------------------------------------------------------------------------------------


def released(unit):
    return nbformat.read(RELEASE / unit / f"{unit}.ipynb", as_version=4)


def answer_cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


@pytest.mark.parametrize("unit", UNITS)
def test_what_the_build_wrote_has_no_filled_blank(unit):
    assert filled_blanks(released(unit)) == []


def test_a_filled_blank_is_named(tmp_path):
    notebook = released(UNIT)
    answer_cell(notebook, "softmax").source = "def softmax(x, axis=1):\n    return x"
    answer_cell(notebook, "predict").source += "\n# I began here"
    assert filled_blanks(notebook) == ["softmax", "predict"]
    said = how_to_move(RELEASE / NOTEBOOK, ["softmax", "predict"])
    assert "(softmax, predict)" in said and f"work/{NOTEBOOK}" in said


def test_outputs_and_guesses_are_no_filled_blanks():
    notebook = released(UNIT)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="3")]
            cell.source = cell.source.replace("= None", "= 0.5")
    assert filled_blanks(notebook) == []
