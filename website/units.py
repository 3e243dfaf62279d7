"""A page for each unit: the student's notebook, with the outputs of the solution and none of its answers."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.checks.exercises import EXERCISES
from course.checks.verdict import MIME
from website import address

_GUESSED = re.compile(r"You said .*?, it is (.*?)(?:: [^:]*)?\.$")
_GUESSED_RIGHT = re.compile(r"You said (.*), and so it is\.$")
_PICTURE = re.compile(r'<img\b([^>]*?) src="data:image/svg\+xml;base64,([^"]+)"([^>]*)>')
_SIZE = re.compile(rb'<svg\b[^>]*?\b(width|height)="([\d.]+)pt"[^>]*?\b(width|height)="([\d.]+)pt"')
_PIXELS_PER_POINT = 96 / 72


def write_unit(root: Path, pages: Path, unit: str, *, with_solution: bool = False) -> None:
    """Write a unit's page as a notebook for Sphinx, with its pictures.

    Parameters
    ----------
    root : the repository
    pages : where Sphinx reads; the page is ``units/NAME.ipynb`` in it
    with_solution : write ``solutions/NAME.ipynb`` too, with the answers in it
    """
    released = nbformat.read(root / "release" / unit / f"{unit}.ipynb", as_version=4)
    solved = nbformat.read(root / "solutions" / unit / f"{unit}.ipynb", as_version=4)
    network = root / "release" / unit / "network.svg"
    for folder, notebook in (("units", merge(released, solved)), ("solutions", solved if with_solution else None)):
        if notebook is None:
            continue
        page = copy.deepcopy(notebook)
        for cell in page.cells:
            cell.source = cell.source.replace("(network.svg)", f"({unit}.svg)")
            for output in cell.get("outputs", []):
                _move_pictures(output, pages / "_static" / "figures")
        if folder == "units":
            page.cells.insert(1, _buttons(unit))
        page.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        (pages / folder).mkdir(parents=True, exist_ok=True)
        nbformat.write(page, pages / folder / f"{unit}.ipynb")
        (pages / folder / f"{unit}.svg").write_bytes(network.read_bytes())


def merge(released: NotebookNode, solved: NotebookNode) -> NotebookNode:
    """Return the student's notebook with the outputs that the solution has, but for those that tell an answer or a guess.

    What is dropped: the points that hidden tests return, the typical guesses of the source, the table of progress, and
    whatever a cell prints that reads an answer which is a dictionary, such as the diagnosis of unit 08.
    """
    page = copy.deepcopy(released)
    outputs = {cell.id: cell.outputs for cell in solved.cells if cell.cell_type == "code"}
    for cell in page.cells:
        if cell.cell_type == "code":
            cell.outputs = [] if _tells(cell) else list(_kept(cell, copy.deepcopy(outputs.get(cell.id, []))))
            cell.execution_count = None
    return page


def _tells(cell: NotebookNode) -> bool:
    """Return whether the outputs of a cell would tell an answer, or the typical guesses of the source."""
    settings = cell.metadata.get("nbgrader", {})
    if settings.get("solution"):
        return True
    if settings.get("grade"):
        return False
    dictionaries = [name for name, exercise in EXERCISES.items() if exercise.is_a == "dict"]
    return "check.progress(" in cell.source or any(re.search(rf"\b{name}\b", cell.source) for name in dictionaries)


def _kept(cell: NotebookNode, outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    is_check = cell.metadata.get("nbgrader", {}).get("grade", False)
    for output in outputs:
        data = output.get("data", {})
        if is_check and MIME not in data:
            continue  # what hidden tests return
        if output.output_type == "execute_result":
            output = nbformat.v4.new_output("display_data", data)
            data = output.data
        data.pop(MIME, None)
        if "text" in output:
            output.text = "".join(map(_without_guess, output.text.splitlines(keepends=True)))
        elif data.get("text/plain", "").startswith(("Noted. ", "You said ")):
            if data["text/plain"].startswith("Noted. "):
                continue
            data["text/plain"] = _without_guess(data["text/plain"])
            data.pop("text/html", None)
        yield output


def _without_guess(line: str) -> str:
    """Return "It is 0.1." for "You said 0.02, it is 0.1: 0.08 too low."; any other line as it is."""
    end = line[len(line.rstrip("\n")) :]
    line = line.rstrip("\n")
    return _GUESSED_RIGHT.sub(r"It is \1.", _GUESSED.sub(r"It is \1.", line)) + end


def _move_pictures(output: NotebookNode, folder: Path) -> None:
    """Put the pictures inside an output into files, and say how large they are, so that nothing moves while they load."""
    data = output.get("data", {})
    if "text/html" not in data:
        return
    folder.mkdir(parents=True, exist_ok=True)

    def move(found: re.Match) -> str:
        picture = _shorter(base64.b64decode(found[2]))
        name = f"{hashlib.sha256(picture).hexdigest()[:16]}.svg"
        (folder / name).write_bytes(picture)
        return f'<img{found[1]} src="../_static/figures/{name}"{found[3]}{_size(picture)} loading="lazy">'

    data["text/html"] = _PICTURE.sub(move, data["text/html"])
    output.data = {"text/html": data["text/html"]}


def _shorter(picture: bytes) -> bytes:
    """Return an SVG without metadata, its paths to a tenth of a point, which nobody can see."""
    picture = re.sub(rb"<metadata>.*?</metadata>", b"", picture, flags=re.DOTALL)
    picture = re.sub(rb'(?<= d=")[^"]+', lambda path: re.sub(rb"(\.\d)\d+", rb"\1", path[0]), picture)
    return re.sub(rb"\s*\n\s*", b"\n", picture)


def _size(picture: bytes) -> str:
    if not (found := _SIZE.search(picture)):
        return ""
    sizes = {found[1].decode(): float(found[2]), found[3].decode(): float(found[4])}
    return "".join(f' {name}="{round(points * _PIXELS_PER_POINT)}"' for name, points in sizes.items())


def _buttons(unit: str) -> NotebookNode:
    """Return the cell with the ways to run a unit; what follows "primary" is the one that needs nothing."""
    ways = [
        ("primary", f"../{address.in_browser(unit)}", "Run in your browser"),
        ("", f"../notebooks/{unit}.zip", "Download the folder"),
        ("", f"../notebooks/{unit}/{unit}.ipynb", "Download the notebook"),
        ("", address.colab(unit), "Open in Colab"),
        ("", address.binder(unit), "Open on Binder"),
    ]
    links = "\n".join(f'<li><a class="way {kind}" href="{href}">{text}</a></li>' for kind, href, text in ways)
    links = links.replace('.ipynb">Download', '.ipynb" download>Download').replace('way "', 'way"')
    text = "Below are the figures and results that right answers give. The answers are yours to write."
    return nbformat.v4.new_markdown_cell(
        f'<ul class="ways" aria-label="Ways to work on this unit">\n{links}\n</ul>\n\n{text}'
    )
