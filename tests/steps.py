"""The steps of `make test` and `make check`, one after the other until one fails; at the end, where the time went.

`make test` runs them all. `make check` is for who works on the course: lint, the build's check, and the tests that the files
which differ from the last commit concern.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PYTEST = [sys.executable, "-m", "pytest", "-n", "auto"]
_TESTS = [*_PYTEST, "--dist", "loadgroup"]  # what concerns one exercise runs in one process
_NBVAL = ["--dist", "loadfile", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
_NBVAL += ["--nbval-sanitize-with", "tests/nbval-sanitize.cfg"]
_FIRST = {
    "lint": [sys.executable, "-m", "ruff", "check", "."],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "build": [str(Path(sys.executable).with_name("course")), "build", "--check"],
}
# What a changed file concerns: the first pattern that fits its path → the tests, with "{}" for what the brackets caught.
_CONCERNS = {
    r"tests/(test_\w+)\.py": ["tests/{}.py"],
    r"source/(\d\d)-.*": [
        "tests/test_notebooks.py",
        "tests/test_rules.py",
        "tests/test_docs.py",
        "tests/test_unit_{}.py",
    ],
    r"course/checks/(guess)\.py": ["tests/test_{}.py"],
    r"course/checks/.*|course/exercises/.*": ["tests/test_verdicts.py", "tests/test_calm.py", "tests/test_card.py"],
    r"course/(bundle|doctor)\.py": ["tests/test_bundle.py"],
    r"tests/browser\.py": ["tests/test_browser.py"],
    r"course/(grading|sandboxed)/.*": ["tests/test_session.py", "tests/test_classroom.py", "tests/test_field.py"],
    r"course/plots/.*": ["tests/test_notebooks.py"],
    r"course/(\w+)\.py": ["tests/test_{}.py"],
    r"website/.*": ["tests/test_website.py"],
    r".*\.md": ["tests/test_docs.py"],
    r"pyproject\.toml|environment\.yml|constraints\.txt": ["tests/test_package.py"],
}


def all_steps() -> dict[str, list[str]]:
    """Return the steps of `make test`, name → command."""
    notebooks = [str(path) for path in sorted(ROOT.glob("solutions/*/*.ipynb"))]
    return {
        **_FIRST,
        "tests": [*_TESTS, "--durations=12", "tests"],
        "solution notebooks": [*_PYTEST, *_NBVAL, *notebooks],
    }


def changed_steps(changed: list[str]) -> dict[str, list[str]]:
    """Return the steps of `make check`, name → command.

    Parameters
    ----------
    changed : paths of files, as git gives them
    """
    steps = dict(_FIRST)
    exercises = [Path(path).stem for path in changed if path.startswith("exercises/")]
    if exercises:
        names = " or ".join(f"{name}-" for name in exercises)
        steps["matrix"] = [*_TESTS, "tests/test_matrix.py", "-k", names]
    tests = {test for path in changed for test in _tests_of(path) if (ROOT / test).is_file()}
    if tests:
        steps["tests"] = [*_PYTEST, *sorted(tests)]
    return steps


def _tests_of(path: str) -> list[str]:
    for pattern, tests in _CONCERNS.items():
        if found := re.fullmatch(pattern, path):
            return [test.format(*found.groups()) for test in tests]
    return []


def _changed_files() -> list[str]:
    commands = (["git", "diff", "--name-only", "HEAD"], ["git", "ls-files", "--others", "--exclude-standard"])
    return [
        line
        for command in commands
        for line in subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    ]


def run(steps: dict[str, list[str]]) -> int:
    """Run steps until one fails; print how long each took, and return the exit status."""
    took, status = {}, 0
    for name, command in steps.items():
        print(f"\n=== {name}", flush=True)
        start = time.monotonic()
        status = subprocess.run(command, cwd=ROOT).returncode
        took[name] = time.monotonic() - start
        if status:
            break
    print("\nWhere the time went")
    for name, seconds in took.items():
        print(f"{seconds:6.0f} s  {name}")
    print(f"{sum(took.values()):6.0f} s  together; {f'{name} failed' if status else 'all passed'}")
    return status


if __name__ == "__main__":
    sys.exit(run(changed_steps(_changed_files()) if "--changed" in sys.argv else all_steps()))
