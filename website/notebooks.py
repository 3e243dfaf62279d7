"""The notebooks as the site hands them out: alone, in their folder as a zip file, and to JupyterLite."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.bundle import bundle_units
from course.checks.exercises import UNITS
from course.edition import KEY
from website import address

_TOLD = """\
# This cell is for Colab and for a notebook without its folder: it says what to install. Elsewhere it does nothing.
import importlib.util
from pathlib import Path

if importlib.util.find_spec("course") is None or not Path("given.py").is_file():
    print("Put these lines into a new cell above this one and run them; then run all cells again:")
    print()
    print("%pip install --quiet {wheel}")
    print("from urllib.request import urlretrieve")
    print('urlretrieve("{given}", "given.py")')
"""


def write_downloads(root: Path, site: Path, wheel: Path) -> None:
    """Put the wheel into the site, and of each unit the zip of ``course bundle``, the notebook alone, and its other files."""
    (site / "packages").mkdir()
    shutil.copyfile(wheel, site / "packages" / wheel.name)
    bundle_units(root, UNITS, site / "notebooks")
    for unit in UNITS:
        folder = site / "notebooks" / unit
        shutil.copytree(root / "release" / unit, folder, ignore=only_files(root / "release" / unit))
        path = folder / f"{unit}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        nbformat.write(alone(notebook, unit, wheel.name, has_given=(folder / "given.py").is_file()), path)


def alone(notebook: NotebookNode, unit: str, wheel: str, *, has_given: bool) -> NotebookNode:
    """Return a notebook that works without its folder: its picture has an address, and its first cell says what to install."""
    place = f"{address.SITE}/notebooks/{unit}"
    text = _TOLD.format(wheel=f"{address.SITE}/packages/{wheel}", given=f"{place}/given.py")
    if not has_given:
        text = text.replace(' or not Path("given.py").is_file()', "").replace("from pathlib import Path\n", "")
        text = "".join(line for line in text.splitlines(keepends=True) if "urlretrieve" not in line)
    for cell in notebook.cells:
        cell.source = cell.source.replace("(network.svg)", f"({place}/network.svg)")
    cell = nbformat.v4.new_code_cell(text.strip(), id="install", metadata={"jupyter": {"source_hidden": True}})
    notebook.cells.insert(1, cell)
    return notebook


def with_edition(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook that knows its edition: a digest of its cells, by which ``course.edition`` finds a newer one."""
    cells = "\0".join(cell.source for cell in notebook.cells)
    notebook.metadata[KEY] = hashlib.sha256(cells.encode()).hexdigest()[:12]
    return notebook


def only_files(folder: Path):
    """Return what copytree leaves out: what a unit's folder holds besides the files that were built."""
    kept = {f"{folder.name}.ipynb", "given.py", "network.svg"}
    return lambda place, names: [name for name in names if name not in kept]
