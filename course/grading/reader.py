"""Making cells of what was handed in, whatever it is. Size, number and depth are bounded before it is read in full.

Only what matters of a cell is kept, in the types that it must have: its kind, its text, its name, its pictures. Outputs, which
may be large and malformed, are cut out of the text before anything is made of it.

``python -m course.grading.reader`` reads a notebook from standard input, in a process with limits: for one of so many parts that
it could take much memory or time.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

LARGEST_FILE = 100 * 2**20  # bytes, with all its outputs
LARGEST_NOTEBOOK = 20 * 2**20  # bytes, without them
PICTURES = ("image/png", "image/jpeg", "image/gif")
MOST_DATA = 4_000_000  # characters of one picture
TOO_MUCH = "the file is not a notebook (to read it takes too much memory or time)"
_MOST_CELLS = 2_000
_MOST_PICTURES = 50  # of one cell
_ORDINARY = 300_000  # strings, brackets and commas: what has no more takes little memory and time
_MOST_IN_ALL = 10_000_000  # the same: more than a figure of three million numbers
_MOST_PARTS = 1_000_000  # the same, without its outputs
# What nbgrader asks of a cell with a name; the true ones come from the source notebook.
_MARKS = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
_MEMORY, _CPU_SECONDS = 2 * 2**30, 15  # for a notebook that is not ordinary
# Of JSON: a key, a string (one that never ends, too, so that nothing is looked at twice), a bracket.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"(?:\s*+:)?+|\\?\Z)|[][{}]', re.DOTALL)
_OPENS_LIST = re.compile(rb"\s*+\[")


def is_ordinary(content: bytes) -> bool:
    """Return whether a notebook has so few parts that it can be read right here."""
    return len(content) <= LARGEST_FILE and _count_parts(content) <= _ORDINARY


def _count_parts(content: bytes) -> int:
    return sum(map(content.count, (b'"', b"[", b"{", b",")))


def read_cells(content: bytes) -> list[dict]:
    """Return the cells of a notebook of whatever format and encoding, without their outputs.

    Raises
    ------
    ValueError : if it is none, in words for the student
    """
    if not content.strip():
        raise ValueError("the file is empty")
    if len(content) > LARGEST_FILE:
        raise ValueError(f"the file has {len(content) / 2**20:.0f} MB; {LARGEST_FILE / 2**20:.0f} MB is the most")
    if _count_parts(content) > _MOST_IN_ALL:
        raise ValueError(f"the file is not a notebook (it has more than {_MOST_IN_ALL:,} parts)")
    try:
        content = _without_outputs(_as_utf8(content))
    except UnicodeError:
        raise ValueError("the file is not a notebook (its letters are in no encoding that notebooks have)") from None
    if len(content) > LARGEST_NOTEBOOK:
        raise ValueError(
            f"the notebook has {len(content) / 2**20:.0f} MB of text and pictures; {LARGEST_NOTEBOOK / 2**20:.0f} MB is the most"
        )
    if _count_parts(content) > _MOST_PARTS:
        raise ValueError(f"the file is not a notebook (it has more than {_MOST_PARTS:,} parts, without its outputs)")
    try:
        found = _cells_of(json.loads(content))
        cells = [_clean(cell) for cell in found[:_MOST_CELLS]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, MemoryError) as problem:
        raise ValueError(f"the file is not a notebook ({type(problem).__name__})") from None
    if len(found) > _MOST_CELLS:
        raise ValueError(f"the notebook has {len(found)} cells; {_MOST_CELLS} is the most")
    return cells


def _as_utf8(content: bytes) -> bytes:
    """Return the same text in UTF-8 without a byte order mark; some editors write one, or UTF-16."""
    encoding = json.detect_encoding(content)
    return (
        content if encoding == "utf-8" else content.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
    )


def _without_outputs(content: bytes) -> bytes:
    """Cut all lists of outputs out of a notebook's JSON text."""
    kept, start, depth, inside = [], 0, 0, None
    for token in _TOKEN.finditer(content):
        text = token.group()
        if text in b"[{":
            depth += 1
        elif text in b"]}":
            depth -= 1
            if depth == inside:
                start, inside = token.end(), None
        elif inside is None and text.startswith(b'"outputs"') and _OPENS_LIST.match(content, token.end()):
            kept.append(content[start : token.end()] + b"[]")
            inside = depth
    return content if not kept else b"".join(kept) + content[start:]


def _cells_of(book: dict) -> list[dict]:
    """Return the cells of a notebook of format 4, or of format 2 or 3, as IPython wrote it."""
    if not isinstance(book["metadata"], dict):
        raise TypeError
    if book["nbformat"] in (2, 3):
        cells = [cell | {"source": cell.get("input", cell.get("source"))} for cell in _sheets_of(book)]
    elif book["nbformat"] == 4:
        cells = book["cells"]
    else:
        raise ValueError
    if not isinstance(cells, list):
        raise TypeError
    return cells


def _sheets_of(book: dict) -> Iterator[dict]:
    for sheet in book["worksheets"]:
        yield from sheet["cells"]


def _clean(cell: dict) -> dict:
    """Return what matters of a cell."""
    kind = cell["cell_type"] if cell["cell_type"] in ("code", "markdown", "raw") else "raw"
    source = cell["source"] if isinstance(cell["source"], str) else "".join(map(str, cell["source"]))
    new: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source}
    if kind == "code":
        new |= {"execution_count": None, "outputs": []}
    if kind == "markdown" and (pictures := dict(_pictures(cell.get("attachments")))):
        new["attachments"] = pictures
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(marks, dict) and isinstance(marks.get("grade_id"), str):
        new["metadata"]["nbgrader"] = {"grade_id": marks["grade_id"][:200], **_MARKS}
    return new


def _pictures(attachments: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name and the content of each picture that was pasted into a cell; nothing else is shown to anybody."""
    for name, bundle in list(attachments.items())[:_MOST_PICTURES] if isinstance(attachments, dict) else ():
        for kind in PICTURES:
            try:
                text = bundle[kind] if isinstance(bundle[kind], str) else "".join(bundle[kind])
                if picture := checked_picture(text):
                    yield name, {kind: picture}
                    break
            except (KeyError, TypeError, ValueError):
                continue


def checked_picture(text: str) -> str:
    """Return a picture's base64 text, without blanks; empty if it is too large.

    Raises
    ------
    ValueError : if it is no base64
    """
    if len(text) > MOST_DATA:
        return ""
    return base64.b64encode(base64.b64decode("".join(text.split()), validate=True)).decode()


def main() -> None:
    """Read a notebook from standard input, and write its cells, or what is wrong with it, to standard output."""
    import resource  # not on Windows, where nobody grades

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    try:
        answer: dict[str, Any] = {"cells": read_cells(sys.stdin.buffer.read())}
    except ValueError as problem:
        answer = {"problem": str(problem)}
    except MemoryError:
        answer = {"problem": TOO_MUCH}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
