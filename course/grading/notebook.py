"""What is done with the cells of a notebook: read what was handed in, put the instructor's tests back, write outputs.

Nothing here runs anything. Whatever a submission holds, what comes out is a notebook that nbgrader and a browser can take.
"""

from __future__ import annotations

import base64
import copy
import json
import warnings
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution

from course.checks.verdict import Verdict
from course.sandboxed.channel import load

LARGEST_NOTEBOOK = 20 * 2**20  # bytes
REASON = "course_reason"  # the name of a piece of metadata
_MOST_CELLS = 2_000
_MOST_OUTPUTS = 200  # of one cell
_MOST_TEXT = 100_000  # characters of one output
_MOST_DATA = 4_000_000  # characters of one picture
_SHOWN = ("text/plain", "text/html", "text/latex", "image/png", "image/jpeg", "image/gif")


# --- reading -----------------------------------------------------------------------------------------------------------


def parse(content: bytes) -> NotebookNode:
    """Read a submitted notebook, of whatever format.

    Raises
    ------
    ValueError : if it is none, in words for the student
    """
    if not content.strip():
        raise ValueError("the file is empty")
    if len(content) > LARGEST_NOTEBOOK:
        raise ValueError(f"the file has {len(content) / 2**20:.0f} MB; {LARGEST_NOTEBOOK / 2**20:.0f} MB is the most")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            load(content)  # bounds what it takes in memory
            notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
            cells = [_clean_cell(cell) for cell in notebook.cells]
    except Exception as problem:  # nbformat raises many kinds, student files find them all
        raise ValueError(f"the file is not a notebook ({type(problem).__name__})") from None
    if len(cells) > _MOST_CELLS:
        raise ValueError(f"the notebook has {len(cells)} cells; {_MOST_CELLS} is the most")
    notebook.cells = cells
    return notebook


def _clean_cell(cell: NotebookNode) -> NotebookNode:
    """Keep of a cell what matters, in the types that it must have."""
    kind = cell.cell_type if cell.cell_type in ("code", "markdown", "raw") else "raw"
    source = cell.source if isinstance(cell.source, str) else "".join(map(str, cell.source))
    # Made by hand: nbformat's functions validate each cell, which takes half of the time of a submission.
    new = nbformat.from_dict({"cell_type": kind, "metadata": {}, "source": source})
    if kind == "code":
        new |= {"execution_count": None, "outputs": []}
    marks = cell.get("metadata", {}).get("nbgrader")
    if isinstance(marks, dict) and isinstance(marks.get("grade_id"), str):
        new.metadata["nbgrader"] = NotebookNode(marks)
    return new


def write(notebook: NotebookNode) -> str:
    """Return a notebook as text that every file can hold: half of a character pair becomes a question mark."""
    return nbformat.writes(notebook).encode("utf-8", "replace").decode()


# --- the instructor's cells --------------------------------------------------------------------------------------------


def restore(submitted: NotebookNode, source: NotebookNode) -> NotebookNode:
    """Return the submission with the instructor's test cells, each behind the answer that it tests.

    What a student did to test cells and to metadata (changed, moved, duplicated, deleted, renamed) has no effect. An answer
    whose cell was renamed is still found, by the name that it defines.
    """
    originals = {grade_id(cell): cell for cell in source.cells if grade_id(cell)}
    tests = _tests_by_answer(source)
    last = {grade_id(cell): place for place, cell in enumerate(submitted.cells) if _is_answer(originals, cell)}
    cells = []
    for place, cell in enumerate(submitted.cells):
        name = grade_id(cell)
        if last.get(name) == place:
            cell.cell_type = originals[name].cell_type
            if cell.cell_type == "code":
                cell = nbformat.v4.new_code_cell(cell.source)
            cell.metadata = copy.deepcopy(originals[name].metadata)
            cells += [cell, *tests.pop(name, [])]
        elif name in originals and not is_solution(originals[name]):
            continue  # a test cell or another locked one: the original takes its place
        else:
            cell.metadata.pop("nbgrader", None)
            cells.append(cell)
    cells += [cell for remaining in tests.values() for cell in remaining]
    cells = [copy.deepcopy(cell) for cell in cells]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return nbformat.v4.new_notebook(cells=cells, metadata=copy.deepcopy(source.metadata))


def grade_id(cell: NotebookNode) -> str:
    """Return the name that nbgrader knows a cell by, or an empty string."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _is_answer(originals: dict, cell: NotebookNode) -> bool:
    return grade_id(cell) in originals and bool(is_solution(originals[grade_id(cell)]))


def is_test(cell: NotebookNode) -> bool:
    """Return whether a cell is one that earns points by running."""
    return cell.cell_type == "code" and bool(is_grade(cell)) and not is_solution(cell)


def _tests_by_answer(source: NotebookNode) -> dict[str, list[NotebookNode]]:
    """Group the locked cells by the answer before them."""
    groups: dict[str, list[NotebookNode]] = {}
    answer = ""
    for cell in source.cells:
        if is_solution(cell):
            answer = grade_id(cell)
        elif is_locked(cell):
            groups.setdefault(answer, []).append(cell)
    return groups


# --- outputs -----------------------------------------------------------------------------------------------------------


def result_output(points: float) -> NotebookNode:
    """Return the output that nbgrader reads the points from: the last one, a plain float."""
    return nbformat.v4.new_output("execute_result", data={"text/plain": repr(float(points))}, execution_count=None)


def reason_output(text: str, more: str = "") -> NotebookNode:
    """Return what stopped a test cell.

    As a display: nbgrader takes the points from the result below, not from here.

    Parameters
    ----------
    text : what students may read
    more : what may hold hidden values
    """
    full = f"{text} {more}".strip()[:10_000]
    return nbformat.v4.new_output("display_data", data={"text/plain": full}, metadata={REASON: text})


def verdict_output(verdict: Verdict) -> NotebookNode:
    """Return a verdict as an output that JupyterLab, the report and the feedback can read."""
    return nbformat.v4.new_output("display_data", data=json.loads(json.dumps(verdict._repr_mimebundle_())))


def error_output(name: str, text: str) -> NotebookNode:
    """Return what a notebook shows of an error."""
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[text])


def kernel_output(output: Any) -> NotebookNode | None:
    """Make an output of what a kernel sent, if it is one, and keep only what a page may show."""
    try:
        kind = output["output_type"]
        if kind == "stream":
            return stream_output("stderr" if output["name"] == "stderr" else "stdout", output["text"])
        if kind == "error":
            trace = [str(line)[:_MOST_TEXT] for line in output["traceback"][:_MOST_OUTPUTS]]
            return nbformat.v4.new_output(
                kind, ename=str(output["ename"])[:200], evalue=str(output["evalue"])[:2000], traceback=trace
            )
        if kind not in ("display_data", "execute_result"):
            return None
        data = {name: _shown(name, output["data"][name]) for name in _SHOWN if name in output["data"]}
        more = {"execution_count": None} if kind == "execute_result" else {}
        return nbformat.v4.new_output(kind, data={name: text for name, text in data.items() if text}, **more)
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def _shown(name: str, content: Any) -> str:
    """Return one form of an output, cut if it is text, and empty if it is too large or not what it says it is."""
    text = str(content)
    if name == "text/plain":
        return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}\n… cut here"
    if len(text) > _MOST_DATA:
        return ""
    if name.startswith("image/"):
        return base64.b64encode(base64.b64decode("".join(text.split()), validate=True)).decode()
    return text


def stream_output(name: str, text: Any) -> NotebookNode:
    """Return what was printed; what is too much is cut."""
    return nbformat.v4.new_output("stream", name=name, text=str(text)[: _MOST_TEXT + 100])
