"""Hostile, broken and honest submissions to one small assignment, for any grader of notebooks.

Each is a file in ``benchmarks/hostile/``: cells as text (``.py``, in the percent format), or a notebook (``.ipynb``, told about in
``notebooks.toml``). It says what it does, of which kind it is, and what it must get for each of the three questions.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

FOLDER = Path(__file__).parent / "hostile"
UNIT = "tiny"
POINTS = {"sigmoid": 2, "softmax": 3, "double": 2}
KINDS = {
    "honest": "honest work, right, wrong and half done",
    "forges": "forges the outcome of a test",
    "reads": "looks for solutions, tests or results on the disk",
    "stops": "ends, blocks or floods its process",
    "disturbs": "a cell above the answers makes trouble",
    "changed": "changed or broken notebooks",
}

SETUP = "import numpy as np"
SOLUTIONS = {
    "sigmoid": "def sigmoid(x):\n    return 0.5 * (1 + np.tanh(np.asarray(x) / 2))",
    "softmax": """def softmax(x):
    powers = np.exp(x - np.max(x, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)""",
    "double": "def double(x):\n    return 2 * x",
}
TESTS = {
    "sigmoid": "assert np.isclose(sigmoid(np.array([0.0]))[0], 0.5)",
    "softmax": "assert np.allclose(softmax(np.zeros((1, 2))), 0.5)",
    "double": "assert double(3) == 6",
}
HIDDEN = {
    "sigmoid": """np.testing.assert_allclose(sigmoid(np.array([-800.0, -1.0, 2.0])), [0.0, 0.2689414214, 0.8807970780], atol=1e-9)
assert not np.allclose(sigmoid(np.array([0.5])), 0.5)""",
    "softmax": """np.testing.assert_allclose(softmax(np.array([[800.0, 0.0], [1.0, 1.0]])), [[1.0, 0.0], [0.5, 0.5]], atol=1e-9)
assert abs(softmax(np.array([[1.0, 2.0]]))[0, 1] - 0.7310585786) < 1e-9""",
    "double": """assert np.array_equal(double(np.array([1.0, 2.5])), [2.0, 5.0])
assert double(-4) == -8""",
}


@dataclass(frozen=True)
class Case:
    """One submission.

    Attributes
    ----------
    what : it does, in one sentence
    must : question → the points that were earned
    says : words of which this course's grader must say one, or an empty string
    """

    name: str
    kind: str
    what: str
    must: dict[str, float]
    says: str
    content: bytes


def blank(name: str) -> str:
    """Return an answer as it was handed out."""
    return f"{SOLUTIONS[name].splitlines()[0]}\n    raise NotImplementedError()"


def notebook(answers: dict[str, str], before: str = "", last: str = "") -> NotebookNode:
    """Return a notebook as a student hands it in.

    Parameters
    ----------
    before, last : cells above all answers, and above the last one
    """
    cells = [nbformat.v4.new_code_cell(SETUP), *([nbformat.v4.new_code_cell(before)] if before else [])]
    for name, answer in answers.items():
        cells += [_marked(answer, name, solution=True), _marked(TESTS[name], f"check_{name}", grade=True)]
    cells[-2:-2] = [nbformat.v4.new_code_cell(last)] if last else []
    return _book(cells)


def source_notebook() -> NotebookNode:
    """Return the instructor's notebook, in nbgrader's format."""
    cells = [nbformat.v4.new_code_cell(SETUP)]
    for name, solution in SOLUTIONS.items():
        head, _, body = solution.partition("\n")
        answer = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        test = f"{TESTS[name]}\n### BEGIN HIDDEN TESTS\n{HIDDEN[name]}\n### END HIDDEN TESTS"
        cells += [_marked(answer, name, solution=True), _marked(test, f"check_{name}", grade=True)]
    return _book(cells)


def _marked(source: str, grade_id: str, *, solution: bool = False, grade: bool = False) -> NotebookNode:
    marks = {
        "schema_version": 3,
        "grade_id": grade_id,
        "solution": solution,
        "grade": grade,
        "locked": grade,
        "task": False,
    }
    marks |= {"points": POINTS[grade_id.removeprefix("check_")]} if grade else {}
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": marks})


def _book(cells: list[NotebookNode]) -> NotebookNode:
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def load_cases() -> list[Case]:
    """Return all submissions, in the order of their kinds and names."""
    cases = [_read_cells(path) for path in FOLDER.glob("*.py")]
    told = tomllib.loads((FOLDER / "notebooks.toml").read_text(encoding="utf-8"))
    for name, one in told.items():
        content = (FOLDER / f"{name}.ipynb").read_bytes()
        cases.append(Case(name, one["kind"], one["what"], _must(one["must get"]), one.get("says", ""), content))
    return sorted(cases, key=lambda case: (list(KINDS).index(case.kind), case.name))


def _read_cells(path: Path) -> Case:
    head, *sections = path.read_text(encoding="utf-8").split("\n# %% ")
    first, *lines = [line.removeprefix("# ") for line in head.splitlines() if line]
    told = dict(line.split(": ", 1) for line in lines)
    texts = {title: text.strip("\n") for title, _, text in (section.partition("\n") for section in sections)}
    solved = told["solved"].split() if "solved" in told else list(SOLUTIONS)
    answers = {name: texts.get(name, SOLUTIONS[name] if name in solved else blank(name)) for name in SOLUTIONS}
    book = notebook(answers, texts.get("before", ""), texts.get("last", ""))
    content = nbformat.writes(book).encode()
    return Case(path.stem, told["kind"], first, _must(told["must get"]), told.get("says", ""), content)


def _must(points: str) -> dict[str, float]:
    return dict(zip(POINTS, map(float, points.split()), strict=True))
