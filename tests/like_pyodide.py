"""Run as a program: check answers as a browser must, without threads, processes, signals and what else Pyodide lacks.

``python -m tests.like_pyodide softmax relu`` prints a line for each answer: the exercise, which answer, whether it passed, and the
mistake's name. ``python -m tests.like_pyodide --loop`` stops a loop that never ends. ``python -m tests.like_pyodide --unit 03-forward-pass``
runs a unit's solution in the current folder.
"""

import json
import sys
import warnings
from pathlib import Path

import matplotlib.pyplot  # noqa: F401  (libraries come first: Pyodide has its own of these)
import numpy as np  # noqa: F401
import scipy.optimize  # noqa: F401
import sklearn.datasets
import sklearn.model_selection
import sklearn.neural_network
import sklearn.pipeline
import sklearn.preprocessing
import sklearn.utils.estimator_checks  # noqa: F401

ROOT = Path(__file__).parents[1]
BLOCKED = ("_thread", "threading", "subprocess", "signal", "fcntl", "socket", "resource", "multiprocessing", "ctypes")


class Blocker:
    """Refuses what a browser's Python does not have."""

    def find_spec(self, name, path=None, target=None):
        if name in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}, as in a browser", name=name)
        return None


def block():
    """Take away what a browser lacks; libraries that were imported before keep it."""
    for name in list(sys.modules):
        if name in BLOCKED or name.split(".")[0] == "course":
            del sys.modules[name]
    sys.meta_path.insert(0, Blocker())


def check_answers(names):
    from exercises.catalogue import load_entries
    from solutions import reference

    entries = load_entries()
    block()
    from course.checks import check_answer

    for name in names:
        mistake = entries[name].mistakes[0]
        for which, answer in (("reference", getattr(reference, name)), (mistake.name, mistake.function)):
            verdict = check_answer(name, answer)
            print(json.dumps([name, which, verdict.passed, verdict.mistake]), flush=True)


def stop_a_loop():
    block()
    from course.checks import check_answer

    def relu(z):
        while True:
            z = z + 0

    print(check_answer("relu", relu, seconds=0.2).kind)


def run_unit(unit):
    path = ROOT / "solutions" / unit / f"{unit}.ipynb"
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    block()
    sys.path.insert(0, str(Path.cwd()))
    names = {"__name__": "__main__"}
    for cell in cells:
        exec(compile("".join(cell["source"]).split("### BEGIN HIDDEN TESTS")[0], cell["id"], "exec"), names)
    print(names["check"].progress().earned)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    match sys.argv[1:]:
        case ["--loop"]:
            stop_a_loop()
        case ["--unit", unit]:
            run_unit(unit)
        case names:
            check_answers(names)
