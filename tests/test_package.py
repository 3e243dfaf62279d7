"""What is shipped, and that the lists which say the same thing stay equal."""

import re
import subprocess
import sys
import tomllib
import zipfile

import pytest
import yaml

from tests.conftest import ROOT

# The same package under conda-forge's name.
CONDA_NAMES = {"python-build": "build"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that a student installs."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], check=True, capture_output=True
    )
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_the_course_and_nothing_of_the_solutions(wheel):
    names = wheel.namelist()
    assert "course/exercises/softmax.json" in names and "course/plots/figure.py" in names
    assert not [
        name for name in names if name.split("/")[0] in ("exercises", "solutions", "source", "tests", "release")
    ]
    assert not [name for name in names if name.endswith(".ipynb")]


def test_the_wheel_gives_no_answer_away(wheel):
    """No body of a reference function, of a mistake or of a variant stands in it; nor do hidden cases."""
    text = "\n".join(wheel.read(name).decode() for name in wheel.namelist() if name.endswith((".py", ".json")))
    for path in [ROOT / "solutions" / "reference.py", *(ROOT / "exercises").glob("*.py")]:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        telling = [line for line in lines if re.match(r"return .*[(@*/+]", line) and len(line) > 25]
        shared = [line for line in telling if line in text]
        assert not shared, f"{path.name}: {shared}"
    assert "rng.normal(scale=scale, size=shape)" not in text  # how hidden cases are drawn


def packages(requirements):
    return {
        re.match(r"[\w-]+", line).group().lower(): line.removeprefix(re.match(r"[\w-]+", line).group())
        for line in requirements
    }


def test_environment_yml_and_pyproject_list_the_same_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = packages(
        [
            *project["dependencies"],
            *(x for extra in ("lab", "grading", "dask", "test") for x in project["optional-dependencies"][extra]),
        ]
    )
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    listed = packages(line for line in conda if isinstance(line, str))
    listed = {CONDA_NAMES.get(name, name): version for name, version in listed.items()}
    assert listed.pop("python") == project["requires-python"]
    listed.pop("pip")
    assert listed == wanted


def test_constraints_pin_every_direct_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    direct = packages(
        [*project["dependencies"], *(x for extra in project["optional-dependencies"].values() for x in extra)]
    )
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    assert set(direct) <= pinned
