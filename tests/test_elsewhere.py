"""The grading on machines of others: Gradescope's layout in a folder that stands for its container, and GitHub's two repositories."""

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from course.cli import main
from course.grading import gradescope
from tests.conftest import ROOT
from tests.test_field import UNIT, cells, encoded, make_course, with_answer

# Written from Gradescope's documentation, "Autograder Specifications": what it calls optional is optional here.
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
TEST = {
    "type": "object",
    "required": ["score"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "name": {"type": "string"},
        "number": {"type": "string"},
        "output": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": VISIBILITY,
        "extra_data": {"type": "object"},
    },
}
SCHEMA = {
    "type": "object",
    "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": TEST},
        "leaderboard": {"type": "array"},
    },
}
WRONG = "def one_hot(labels, num_classes=10):\n    return np.eye(num_classes)[labels - 1]"


def export(*arguments) -> str:
    result = CliRunner().invoke(main, ["export", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_course(tmp_path_factory.mktemp("elsewhere") / "course")


def grade_in(container: Path, files: dict[str, bytes]) -> dict:
    """Do what Gradescope does with a submission, and return what it would read."""
    for name, content in files.items():
        (container / "submission" / name).parent.mkdir(parents=True, exist_ok=True)
        (container / "submission" / name).write_bytes(content)
    known = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "COURSE_ROOT")}
    known |= {"AUTOGRADER_ROOT": str(container), "PYTHON": sys.executable}
    script = container / "source" / "run_autograder"
    done = subprocess.run([script], env=known, cwd=container, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    results = json.loads((container / "results" / "results.json").read_text())
    jsonschema.validate(results, SCHEMA)
    return results


@pytest.fixture(scope="module")
def container(folder, tmp_path_factory, sandbox) -> Path:
    """A folder that stands for /autograder, after Gradescope unpacked the zip."""
    container = tmp_path_factory.mktemp("autograder")
    assert "keep it to yourself" in export("gradescope", UNIT, "--folder", folder)
    with zipfile.ZipFile(folder / f"gradescope-{UNIT}.zip") as archive:
        assert {"setup.sh", "run_autograder"} <= set(archive.namelist())  # at the top
        for member in archive.infolist():
            path = Path(archive.extract(member, container / "source"))
            path.chmod(stat.S_IMODE(member.external_attr >> 16))
    subprocess.run(["bash", "-n", container / "source" / "setup.sh"], check=True)
    return container


def test_gradescope_gets_a_test_for_each_exercise_with_partial_credit_and_no_hidden_value(container, tmp_path):
    results = grade_in(container, {"my work.ipynb": encoded(with_answer(WRONG)(cells()))})
    tests = {test["name"]: test for test in results["tests"]}
    assert {name: (test["score"], test["max_score"]) for name, test in tests.items()} == {
        "min_max": (3, 3),
        "one_hot": (0, 4),
        "from_one_hot": (3, 3),
        "own": (1, 1),
    }
    assert "one_hot: not right yet" in tests["one_hot"]["output"] and "Likely cause" in tests["one_hot"]["output"]
    text = json.dumps(results)
    assert " should be " not in text and "SECRET" not in text and "grade.one_hot" not in text
    assert "5 points more are given by a person" in results["output"]
    told = gradescope.summary(results)
    assert told.startswith("## 7 of 11 points") and "| `one_hot` | 0 of 4 |" in told


def test_a_submission_that_cannot_be_graded_is_told_why(container):
    shutil.rmtree(container / "submission", ignore_errors=True)
    results = grade_in(container, {"a.ipynb": b"{}", "b.ipynb": b"{}"})
    assert "it has several notebooks" in results["output"] and {test["score"] for test in results["tests"]} == {0}


def test_the_same_course_gives_the_same_zip(folder, tmp_path):
    for name in ("a.zip", "b.zip"):
        export("gradescope", UNIT, "--folder", folder, "--to", tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_github_gets_a_template_without_solutions_and_a_grader_that_the_workflow_calls(tmp_path):
    export("github", "1", "--grader", "my-class/nn-grader", "--folder", tmp_path, "--to", tmp_path / "two")
    template, grader = tmp_path / "two" / "template", tmp_path / "two" / "grader"
    unit = "01-one-hot"
    for path in (path for path in template.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert "BEGIN SOLUTION" not in text and "HIDDEN TESTS" not in text and "course.grading import" not in text, path
    assert (template / f"{unit}.ipynb").read_bytes() == (ROOT / "release" / unit / f"{unit}.ipynb").read_bytes()
    workflow = yaml.safe_load((template / ".github" / "workflows" / "grade.yml").read_text())
    steps = workflow["jobs"]["grade"]["steps"]
    checkouts = {step["with"]["path"]: step["with"] for step in steps if "checkout" in step.get("uses", "")}
    assert checkouts["source"]["repository"] == "my-class/nn-grader" and set(checkouts) == {"source", "submission"}
    assert checkouts["source"]["token"] == "${{ secrets.GRADER_TOKEN }}"
    assert not checkouts["source"]["persist-credentials"] and workflow["permissions"] == {"contents": "read"}
    assert "bash source/run_autograder" in steps[-1]["run"] and workflow["jobs"]["grade"]["env"]["PYTHON"] == "python"
    for name in (
        "run_autograder",
        "requirements.txt",
        "constraints.txt",
        "exercises/catalogue.py",
        f"source/{unit}/{unit}.ipynb",
    ):
        assert (grader / name).is_file()


def test_a_folder_that_holds_something_and_a_name_that_is_no_repository_are_refused(tmp_path):
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "precious.txt").write_text("x")
    for grader, words in (("my-class/nn", "not empty"), ("nn; rm -rf", "is no repository")):
        arguments = [
            "export",
            "github",
            "1",
            "--grader",
            grader,
            "--folder",
            str(tmp_path),
            "--to",
            str(tmp_path / "two"),
        ]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1 and words in result.output
    assert [path.name for path in (tmp_path / "two").iterdir()] == ["precious.txt"]
