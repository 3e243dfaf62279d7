"""The optional cells for MNIST: their own code, on made-up files, and on the real ones where somebody has them."""

import contextlib
import io
import os
import re
import sys
import types
from pathlib import Path

import nbformat
import numpy as np
import pytest

from tests.conftest import ROOT, read_given
from tests.test_data import write_idx

REAL = Path(os.environ.get("COURSE_MNIST", ROOT / "mnist")).resolve()
CELLS = {
    "07-training-loop": "setup data train-exercise mnist",
    "12-any-depth": "setup data init forward-exercise backward-exercise settings fit-exercise predict-exercise "
    "mnist-load mnist validation-guess validation",
}


def needs(*parts):
    """Skip a test unless these parts of the real MNIST, "train" and "t10k", are at hand as idx files."""
    kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
    names = [f"{part}-{kind}" for part in parts for kind in kinds]
    missing = [name for name in names if not any((REAL / (name + packed)).is_file() for packed in ("", ".gz"))]
    reason = f"{', '.join(missing)} not in {REAL}; COURSE_MNIST names the folder of MNIST"
    return pytest.mark.skipif(bool(missing), reason=reason)


@pytest.fixture
def printed(monkeypatch, tmp_path):
    """Return a function that runs cells of a unit beside a folder of MNIST, and returns what each of them prints."""

    def run(unit, folder, change=lambda source: source, leave_out=()):
        given = types.ModuleType("given")
        exec(read_given(unit), vars(given))
        monkeypatch.setitem(sys.modules, "given", given)
        work = tmp_path / "work"
        work.mkdir()
        (work / "mnist").symlink_to(folder)
        monkeypatch.chdir(work)
        notebook = nbformat.read(ROOT / "source" / unit / f"{unit}.ipynb", as_version=4)
        sources = {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}
        namespace, outputs = {}, {}
        for name in CELLS[unit].split():
            if name not in leave_out:
                with contextlib.redirect_stdout(io.StringIO()) as text:
                    exec(change(sources[name]), namespace)
                outputs[name] = text.getvalue()
        return outputs

    return run


@pytest.fixture(params=["idx", "csv"])
def made_up(request, tmp_path):
    """A folder with 60 and 30 pictures of noise, in MNIST's own form or as tables."""
    folder = tmp_path / "files"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for part, table, n in (("train", "mnist_train.csv", 60), ("t10k", "mnist_test.csv.gz", 30)):
        images, labels = rng.integers(0, 256, size=(n, 28, 28)), np.arange(n) % 10
        if request.param == "idx":
            write_idx(folder / f"{part}-images-idx3-ubyte.gz", images, 2051)
            write_idx(folder / f"{part}-labels-idx1-ubyte", labels, 2049)
        else:
            np.savetxt(folder / table, np.column_stack([labels, images.reshape(n, -1)]), fmt="%d", delimiter=",")
    return folder


def percentages(text, words):
    return [float(share) for share in re.findall(rf"{words}\D*?([\d.]+)%", text)]


def test_the_cells_of_unit_07_run_on_made_up_files(printed, made_up):
    outputs = printed("07-training-loop", made_up, lambda source: source.replace("8000", "20"))
    assert len(percentages(outputs["mnist"], "accuracy")) == 10
    assert len(percentages(outputs["mnist"], "after 50 epochs:")) == 2
    assert len(percentages(outputs["mnist"], "after 25 more:")) == 1


def test_the_cells_of_unit_12_run_on_made_up_files(printed, made_up):
    outputs = printed("12-any-depth", made_up)
    assert "MNIST is here" in outputs["mnist-load"]
    assert len(percentages(outputs["mnist"], "right for")) == 2
    assert "784-30-10: 50 digits to learn from, 10 for validation" in outputs["validation"]


@needs("t10k")
def test_the_figures_of_unit_07_on_real_digits(printed):
    outputs = printed("07-training-loop", REAL)
    assert percentages(outputs["mnist"], "accuracy")[0] == pytest.approx(8, abs=1)
    assert percentages(outputs["mnist"], "after 50 epochs:") == pytest.approx([75, 80], abs=1)
    assert percentages(outputs["mnist"], "after 25 more:") == pytest.approx([84], abs=1)


@needs("t10k")
def test_the_long_steps_of_unit_12_learn_real_digits(printed, tmp_path):
    """The 10,000 test digits stand in for the 60,000: 8,333 to learn from, 1,667 for validation."""
    folder = tmp_path / "files"
    folder.mkdir()
    for path in REAL.glob("t10k-*"):
        for part in ("train", "t10k"):
            (folder / path.name.replace("t10k", part)).symlink_to(path)
    text = printed("12-any-depth", folder, leave_out=["mnist"])["validation"]
    assert "784-30-10: 8,333 digits to learn from, 1,667 for validation" in text
    assert len(shares := percentages(text, "")) == 10 and shares[-1] > 92


@needs("train", "t10k")
def test_the_figures_of_unit_12_on_real_digits(printed):
    outputs = printed("12-any-depth", REAL)
    fewer, all_of_them = percentages(outputs["mnist"], "right for")
    assert fewer < all_of_them and all_of_them >= 97
    assert "784-30-10: 50,000 digits to learn from, 10,000 for validation" in outputs["validation"]
    assert "steps in an epoch: 1,000" in outputs["validation"]
    assert percentages(outputs["validation"], "")[-1] > 92
