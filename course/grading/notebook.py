"""What is done with the cells of a notebook: read what was handed in, put the instructor's tests back, write outputs.

Nothing here runs anything. Whatever a submission holds, what comes out is a notebook that nbgrader and a browser can take.
"""

from __future__ import annotations

import ast
import base64
import copy
import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, is_grade, is_locked, is_solution, is_task

from course.checks.verdict import Verdict
from course.sandboxed.channel import load

LARGEST_FILE = 100 * 2**20  # bytes, with all its outputs
LARGEST_NOTEBOOK = 20 * 2**20  # bytes, without them
REASON = "course_reason"  # the name of a piece of metadata
_MOST_CELLS = 2_000
_MOST_OUTPUTS = 200  # of one cell
_MOST_TEXT = 100_000  # characters of one output
_MOST_DATA = 4_000_000  # characters of one picture
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_SHOWN = ("text/plain", "text/html", "text/latex", *_PICTURES)
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"(?:\s*+:)?+|[][{}]', re.DOTALL)  # of JSON: a key, a string, a bracket


# --- reading -----------------------------------------------------------------------------------------------------------


def parse(content: bytes) -> NotebookNode:
    """Read a submitted notebook, of whatever format and encoding; its stored outputs are left out.

    Raises
    ------
    ValueError : if it is none, in words for the student
    """
    if not content.strip():
        raise ValueError("the file is empty")
    if len(content) > LARGEST_FILE:
        raise ValueError(f"the file has {len(content) / 2**20:.0f} MB; {LARGEST_FILE / 2**20:.0f} MB is the most")
    try:
        content = _without_outputs(_as_utf8(content))
    except UnicodeError:
        raise ValueError("the file is not a notebook (its letters are in no encoding that notebooks have)") from None
    if len(content) > LARGEST_NOTEBOOK:
        raise ValueError(
            f"the notebook has {len(content) / 2**20:.0f} MB of text and pictures; {LARGEST_NOTEBOOK / 2**20:.0f} MB is the most"
        )
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
    notebook.cells = _with_ids(cells)
    return notebook


def _as_utf8(content: bytes) -> bytes:
    """Return the same text in UTF-8 without a byte order mark; some editors write one, or UTF-16."""
    encoding = json.detect_encoding(content)
    return (
        content if encoding == "utf-8" else content.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
    )


def _without_outputs(content: bytes) -> bytes:
    """Cut all outputs out of a notebook's JSON text, before anything is made of it: they may be large, and nobody reads them."""
    kept, start, depth, inside = [], 0, 0, None
    for token in _TOKEN.finditer(content):
        text = token.group()
        if text in b"[{":
            depth += 1
        elif text in b"]}":
            depth -= 1
            if depth == inside:
                start, inside = token.end(), None
        elif inside is None and text.startswith(b'"outputs"') and content[token.end() :][:9].lstrip().startswith(b"["):
            kept.append(content[start : token.end()] + b"[]")
            inside = depth
    return content if not kept else b"".join(kept) + content[start:]


def _clean_cell(cell: NotebookNode) -> NotebookNode:
    """Keep of a cell what matters, in the types that it must have."""
    kind = cell.cell_type if cell.cell_type in ("code", "markdown", "raw") else "raw"
    source = cell.source if isinstance(cell.source, str) else "".join(map(str, cell.source))
    # Made by hand: nbformat's functions validate each cell, which takes half of the time of a submission.
    new = nbformat.from_dict({"cell_type": kind, "metadata": {}, "source": source})
    if kind == "code":
        new |= {"execution_count": None, "outputs": []}
    if kind == "markdown" and (pictures := dict(_pictures(cell.get("attachments")))):
        new.attachments = NotebookNode(pictures)
    marks = cell.get("metadata", {}).get("nbgrader")
    if isinstance(marks, dict) and isinstance(marks.get("grade_id"), str):
        new.metadata["nbgrader"] = NotebookNode(marks)
    return new


def _pictures(attachments: Any) -> Iterator[tuple[str, NotebookNode]]:
    """Yield the name and the content of each picture that was pasted into a cell; nothing else is shown to anybody."""
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for kind in _PICTURES:
            try:
                text = bundle[kind] if isinstance(bundle[kind], str) else "".join(bundle[kind])
                if picture := _shown(kind, text):
                    yield name, NotebookNode({kind: picture})
                    break
            except (KeyError, TypeError, ValueError):
                continue


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
    if len(text) > _MOST_DATA:
        return ""
    if name.startswith("image/"):
        return base64.b64encode(base64.b64decode("".join(text.split()), validate=True)).decode()
    return text


def stream_output(name: str, text: Any) -> NotebookNode:
    """Return what was printed; what is too much is cut."""
    return nbformat.v4.new_output("stream", name=name, text=str(text)[: _MOST_TEXT + 100])
