"""Reading what was handed in is bounded; what the grader keeps for itself stays its own, and nothing is left behind."""

import json
import os
import signal
import stat
import tempfile

import pytest

from course.errors import CourseError
from course.files import OwnedFolder
from course.grading.collect import SECRET, own_seed, read_secret
from course.grading.notebook import defines, parse
from course.grading.reader import is_ordinary, read_cells

START = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": "x = 1", "metadata": {}'


def test_a_notebook_of_very_many_parts_is_read_in_a_process_of_its_own():
    content = START + b', "outputs": [' + b"{}," * 200_000 + b"{}]}]}"
    assert not is_ordinary(content)
    (cell,) = parse(content).cells
    assert (cell.source, cell.outputs, cell.id) == ("x = 1", [], "cell-0")
    with pytest.raises(ValueError, match="more than 10,000,000 parts"):
        parse(START + b', "outputs": ["' + b"[" * 10_000_001)


@pytest.mark.parametrize(
    "rest",
    [
        b', "out\\u0070uts": ' + b"[" * 50_000 + b"]" * 50_000 + b"}]}",
        b', "outputs": {"a": ' + b'{"b":' * 50_000 + b"1" + b"}" * 50_001 + b"}]}",
        b', "outputs": "' + b'\\"' * 2_000_000,  # a string that never ends
        b', "outputs": []' * 60_000,
    ],
    ids=[
        "nested under an escaped name",
        "nested in a dictionary",
        "a string without end",
        "the same key again and again",
    ],
)
def test_what_is_malformed_is_refused_without_delay(rest):
    with pytest.raises(ValueError, match="not a notebook"):
        read_cells(START + rest)


def test_a_cell_keeps_its_name_and_nothing_else_of_its_metadata():
    marks = {"grade_id": "a", "points": [[1]] * 10, "grade": True, "schema_version": 1}
    cell = {"cell_type": "code", "source": ["x\n", "y"], "metadata": {"nbgrader": marks, "more": {}}, "outputs": 5}
    (read,) = read_cells(json.dumps({"nbformat": 4, "metadata": {}, "cells": [cell]}).encode())
    assert read["source"] == "x\ny" and read["outputs"] == []
    assert read["metadata"]["nbgrader"]["grade_id"] == "a" and not read["metadata"]["nbgrader"]["grade"]


def test_a_long_line_takes_no_time():
    assert not defines("sigmoid " * 200_000, {"sigmoid"})
    assert defines("def sigmoid(x):\n    return x", {"sigmoid"})


# --- the secret of a course folder -------------------------------------------------------------------------------------


def test_hidden_cases_are_drawn_with_a_secret_that_is_made_once(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    secret = read_secret(here)
    assert read_secret(here) == secret != read_secret(there)
    assert stat.S_IMODE((here / SECRET).stat().st_mode) == 0o600 and [path.name for path in here.iterdir()] == [SECRET]
    assert own_seed("abc", secret) == own_seed("abc", secret) != own_seed("abc", read_secret(there))
    assert own_seed("abc", secret) != own_seed("abd", secret)


def test_a_damaged_secret_is_one_sentence(tmp_path):
    (tmp_path / SECRET).write_text("")
    with pytest.raises(CourseError, match="Take it from a backup"):
        read_secret(tmp_path)
    with pytest.raises(CourseError, match="cannot be read or made"):
        read_secret(tmp_path / "nowhere")


# --- what is left behind -----------------------------------------------------------------------------------------------


def test_a_temporary_folder_goes_with_its_owner_even_if_that_was_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        OwnedFolder("test-")
        os.write(writes, b"!")
        signal.pause()
    os.read(reads, 1)
    mine, another = OwnedFolder("test-"), OwnedFolder("test-")
    assert len(list(tmp_path.iterdir())) == 3  # the child lives
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    last = OwnedFolder("test-")
    assert {path.name for path in tmp_path.iterdir()} == {one.path.name for one in (mine, another, last)}
    for one in (mine, another, last):
        one.remove()
    assert not list(tmp_path.iterdir())
