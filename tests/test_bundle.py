"""What a student gets as a zip, and what `course doctor` says of an installation."""

import importlib.metadata
import json
import sys
import tomllib
import zipfile

import pytest
from click.testing import CliRunner

from course import bundle, doctor
from course.cli import main
from course.errors import CourseError
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    """The zips of two units, made twice."""
    pytest.importorskip("hatchling", reason="hatchling, which makes the wheel, is not installed")
    folders = [tmp_path_factory.mktemp("bundles") for _ in range(2)]
    return [bundle.bundle_units(ROOT, ["01-one-hot", "03-forward-pass"], folder) for folder in folders]


def test_a_bundle_holds_what_a_student_needs_and_nothing_else(bundled):
    with zipfile.ZipFile(bundled[0][1]) as archive:
        names = {name.removeprefix("03-forward-pass/") for name in archive.namelist()}
        wheel = next(name for name in names if name.endswith(".whl"))
        assert names == {"03-forward-pass.ipynb", "given.py", "network.svg", "README.txt", "requirements.txt", wheel}
        told = archive.read("03-forward-pass/README.txt").decode()
        assert archive.read("03-forward-pass/requirements.txt").decode().splitlines()[0] == f"./{wheel}"
    assert all(f"\n{system}" in told for system in ("Windows", "macOS", "Linux")) and "--no-index" in told


def test_a_bundle_that_is_made_again_has_the_same_bytes(bundled):
    for one, other in zip(*bundled, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_a_zip_is_the_same_whatever_the_order_and_the_time():
    files = {"b": b"2", "a": b"1"}
    assert bundle.zip_files("unit", files) == bundle.zip_files("unit", dict(sorted(files.items())))


def test_students_get_the_jupyterlab_that_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert bundle._LAB in project["optional-dependencies"]["lab"]


def test_what_cannot_be_bundled_is_said_in_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(CourseError, match="holds no notebook of that name"):
        bundle.bundle_units(tmp_path, ["01-one-hot"], tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    done = CliRunner().invoke(main, ["bundle"])
    assert done.exit_code == 2 and "course bundle --all" in done.output


# --- course doctor -----------------------------------------------------------------------------------------------------


def run_doctor(folder):
    done = CliRunner().invoke(main, ["doctor", "--folder", str(folder)])
    return done.exit_code, done.output


def write_notebook(folder, version, source="check"):
    folder.mkdir()
    metadata = {"course": {"version": version}} if version else {}
    notebook = {"cells": [{"cell_type": "code", "source": [source]}], "metadata": metadata}
    (folder / f"{folder.name}.ipynb").write_text(json.dumps(notebook))


def test_a_sound_installation_is_told_so(tmp_path):
    write_notebook(tmp_path / "03-forward-pass", "")
    findings = list(doctor.examine(tmp_path))
    assert not [str(one) for one in findings if one.mend and one.needed and "kernel" not in one.what]
    assert any(one.what.startswith("Python 3.") for one in findings)
    assert any("numpy" in one.what for one in findings) and any("bubblewrap" in one.what for one in findings)


def test_each_thing_that_is_wrong_gets_a_sentence_that_mends_it(tmp_path, monkeypatch):
    write_notebook(tmp_path / "01-one-hot", "9.9.9")
    write_notebook(tmp_path / "03-forward-pass", "", "from given import min_max")
    there = importlib.metadata.version

    def version(name):
        if name == "matplotlib":
            return "1.0"
        if name in ("scikit-learn", "nbgrader"):
            raise importlib.metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("sys.platform", "linux")
    status, told = run_doctor(tmp_path)
    assert status == 1 and "Traceback" not in told
    for words in (
        "missing or too old, for the checks: matplotlib 1.0, scikit-learn. Run: ",
        '"scikit-learn>=1.6"',
        "– missing or too old, for grading: nbgrader",
        "apt-get install bubblewrap",
        "version 9.9.9 of the course, but version",
        "03-forward-pass.ipynb has no given.py beside it. Copy the whole folder",
    ):
        assert words in told, told


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError(13, "no")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    found = doctor._can_write(tmp_path)
    assert found.mend.startswith("Copy the notebooks") and str(tmp_path) in found.what
