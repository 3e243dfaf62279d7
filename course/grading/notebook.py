"""What is done with the cells of a notebook: read what was handed in, put the instructor's tests back, write outputs.

Nothing here runs anything. Whatever a submission holds, what comes out is a notebook that nbgrader and a browser can take.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, is_grade, is_locked, is_solution, is_task

from course.checks.verdict import Verdict
from course.grading.reader import MOST_DATA, PICTURES, TOO_MUCH, checked_picture, is_ordinary, read_cells

REASON = "course_reason"  # the name of a piece of metadata
_MOST_OUTPUTS = 200  # of one cell
_MOST_TEXT = 100_000  # characters of one output
_SHOWN = ("text/plain", "text/html", "text/latex", *PICTURES)
_LONGEST_LINE = 500  # characters that are looked at for what a line defines
_READER_SECONDS = 300  # by the clock, for a process that has a limit by its CPU time


# --- reading -----------------------------------------------------------------------------------------------------------


def parse(content: bytes) -> NotebookNode:
    """Read a submitted notebook, of whatever format and encoding; its stored outputs are left out.

    Raises
    ------
    ValueError : if it is none, in words for the student
    """
    cells = read_cells(content) if is_ordinary(content) else _read_apart(content)
    # Made by hand: nbformat's functions validate each cell, which takes half of the time of a submission.
    return nbformat.v4.new_notebook(cells=_with_ids([nbformat.from_dict(cell) for cell in cells]))


def _read_apart(content: bytes) -> list[dict]:
    """Read a notebook of very many parts in a process of its own, which has limits.

    Raises
    ------
    ValueError : if it is none, in words for the student
    """
    try:
        read = subprocess.run(
            [sys.executable, "-m", "course.grading.reader"],
            input=content,
            capture_output=True,
            timeout=_READER_SECONDS,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    except subprocess.TimeoutExpired:
        raise ValueError(TOO_MUCH) from None
    if read.returncode < 0:  # by a signal: its limits ended it
        raise ValueError(TOO_MUCH)
    if read.returncode:
        raise RuntimeError(read.stderr.decode(errors="replace")[-500:])
    answer = json.loads(read.stdout)
    if "problem" in answer:
        raise ValueError(answer["problem"])
    return answer["cells"]


def write(notebook: NotebookNode) -> str:
    """Return a notebook as text that every file can hold: half of a character pair becomes a question mark.

    Its cells are numbered anew: since it was restored, some may have come and gone.
    """
    _with_ids(notebook.cells)
    return nbformat.writes(notebook).encode("utf-8", "replace").decode()


def _with_ids(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Give cells ids, the same each time: those of a submission may be missing, or there twice."""
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return cells


# --- the instructor's cells --------------------------------------------------------------------------------------------


def restore(submitted: NotebookNode, source: NotebookNode) -> NotebookNode:
    """Return the submission with the instructor's own cells as the source notebook has them.

    What a student did to the text or the metadata of such a cell has no effect. Where it stands is the student's choice:

    - a locked cell without points stays where the submission has it; one that was deleted comes back where the source has it;
    - a test stays, too, if its answer stands above it. Otherwise it comes before the next answer, or last: all that was added
      below the answer, such as an import, is then above the test.

    An answer whose cell lost its mark is found by the name that it defines.
    """
    places = _Places(submitted, source)
    cells = [((place, 0, 0), cell) for place, cell in places.own_cells()]
    before, answer = (-1, 0, 0), ""
    for number, original in enumerate(source.cells):
        name = grade_id(original)
        if is_solution(original):
            answer = name
        if name not in places.originals:
            key = (places.plain[original.source], 0, 0) if original.source in places.plain else before
        elif is_grade(original) and not is_solution(original):
            key = (*places.of_test(name, answer), number)
            cells.append((key, copy.deepcopy(original)))
        elif name in places.kept:
            key = (places.kept[name], 0, 0)
        elif is_solution(original) and not is_grade(original):
            key = before
        else:
            key = (before[0], before[1] or 1, number)
            cells.append((key, empty_answer(original) if is_solution(original) else copy.deepcopy(original)))
        before = key
    cells.sort(key=lambda pair: pair[0])
    return nbformat.v4.new_notebook(
        cells=_with_ids([cell for _, cell in cells]), metadata=copy.deepcopy(source.metadata)
    )


class _Places:
    """Where the submission has what: which of its cells stands for which cell of the source notebook.

    Attributes
    ----------
    originals : grade_id → the source notebook's cell, in its order
    kept : grade_id → the place of the answer (the last cell with its mark) or of the locked cell (the first)
    plain : text → the place of each other cell of the source notebook that the submission has as it was
    """

    def __init__(self, submitted: NotebookNode, source: NotebookNode):
        self._cells = submitted.cells
        self.originals = {
            grade_id(cell): cell for cell in source.cells if is_locked(cell) or is_solution(cell) or is_task(cell)
        }
        unmarked = {cell.source for cell in source.cells if not grade_id(cell)}
        self.plain = {cell.source: place for place, cell in enumerate(self._cells) if cell.source in unmarked}
        locked = {cell.source: name for name, cell in self.originals.items() if self._is_locked(name) and cell.source}
        self._names = [
            grade_id(cell) if grade_id(cell) in self.originals else locked.get(cell.source, "") for cell in self._cells
        ]
        self.kept: dict[str, int] = {}
        for place, name in enumerate(self._names):
            if name and is_solution(self.originals[name]):
                self.kept[name] = place
            elif self._is_locked(name):
                self.kept.setdefault(name, place)
        self._answers = {
            name: self.kept.get(name, self._last_definition(name))
            for name, cell in self.originals.items()
            if is_solution(cell)
        }

    def _is_locked(self, name: str) -> bool:
        """Return whether a cell is one to read or to run, not to write in and not to earn points by."""
        original = self.originals.get(name)
        return original is not None and not is_grade(original) and not is_solution(original)

    def own_cells(self) -> Iterator[tuple[int, NotebookNode]]:
        """Yield each cell that stays where it is, with its place: what the student wrote, and locked cells as they were."""
        for place, (name, cell) in enumerate(zip(self._names, self._cells, strict=True)):
            if self.kept.get(name) == place:
                original = self.originals[name]
                yield place, _answered(original, cell) if is_solution(original) else copy.deepcopy(original)
            elif not name or is_solution(self.originals[name]) or self._is_locked(name):  # a copy is an ordinary cell
                cell.metadata.pop("nbgrader", None)
                yield place, cell

    def of_test(self, test: str, answer: str) -> tuple[int, int]:
        """Return where a test comes: its place, and 0, or -1 for before what stands there."""
        behind = self._answers.get(answer, -1)
        own = [place for place, name in enumerate(self._names) if name == test and place > behind]
        if own:
            return own[-1], 0
        behind = max(behind, self._last_definition(answer))
        return min((place for place in self._answers.values() if place > behind), default=len(self._cells)), -1

    def _last_definition(self, answer: str) -> int:
        """Return the last place where the student defines what an answer defines, or -1."""
        names = defined_names(self.originals[answer].source) if answer else set()
        places = [
            place
            for place, cell in enumerate(self._cells)
            if cell.cell_type == "code" and cell.source not in self.plain and defines(cell.source, names)
        ]
        return places[-1] if places else -1


def _answered(original: NotebookNode, cell: NotebookNode) -> NotebookNode:
    """Return an answer's cell: what the student wrote, marked as in the source notebook."""
    if cell.cell_type != original.cell_type:
        cell = getattr(nbformat.v4, f"new_{original.cell_type}_cell")(cell.source)
    cell.metadata = copy.deepcopy(original.metadata)
    return cell


def empty_answer(original: NotebookNode) -> NotebookNode:
    """Return a cell with nothing in it for an answer that was not handed in, which nbgrader takes for no response."""
    empty = getattr(nbformat.v4, f"new_{original.cell_type}_cell")("")
    empty.metadata = copy.deepcopy(original.metadata)
    empty.metadata.nbgrader["checksum"] = compute_checksum(empty)
    return empty


def defined_names(source: str) -> set[str]:
    """Return the functions, classes and variables that a cell of the instructor defines."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return set()
    names = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    values = [node for line in body if isinstance(line, ast.Assign | ast.AnnAssign) for node in ast.walk(line)]
    return names | {node.id for node in values if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def defines(source: str, names: set[str]) -> bool:
    """Return whether a student's cell seems to define one of these names; it is not parsed, since it may not compile."""
    source = "\n".join(line[:_LONGEST_LINE] for line in source.splitlines())  # so that it takes no time to speak of
    return any(
        re.search(
            rf"^(?:(?:async )?def|class)[ \t]+{name}\b|^[\w,()* \t]*\b{name}\b[\w,()* \t]*(?::[^=\n]+)?=(?!=)|"
            rf"^(?:from\b.*\b)?import\b.*\b{name}\b",
            source,
            re.MULTILINE,
        )
        for name in names
    )


def grade_id(cell: NotebookNode) -> str:
    """Return the name that nbgrader knows a cell by, or an empty string."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def is_test(cell: NotebookNode) -> bool:
    """Return whether a cell is one that earns points by running."""
    return cell.cell_type == "code" and bool(is_grade(cell)) and not is_solution(cell)


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
    if name.startswith("image/"):
        return checked_picture(text)
    return text if len(text) <= MOST_DATA else ""


def stream_output(name: str, text: Any) -> NotebookNode:
    """Return what was printed; what is too much is cut."""
    return nbformat.v4.new_output("stream", name=name, text=str(text)[: _MOST_TEXT + 100])
