"""The reference is what stands in the notebooks' answer cells: here it becomes a module, and of that each unit's given.py.

A definition that an answer uses and that its notebook gives in another cell (unit 12's ``init_layers``) comes along.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat

from course.errors import CourseError

_HEADER = '''"""The reference solution: the answer cells of `source/`. Written by `course build`: do not edit.

Notation: ``n`` samples, ``d`` features, ``h`` hidden units, ``k`` classes; rows are samples.
"""
'''
_GIVEN_HEADER = '"""What the earlier units built, ready to use. Written by `course build`: do not edit."""\n'
_SOLUTION_MARK = re.compile(r"^ *### (BEGIN|END) SOLUTION *\n", re.MULTILINE)
_OURS = ("course", "given")  # the modules that the reference needs nothing of


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Read a notebook.

    Raises
    ------
    CourseError : if it is missing or no notebook
    """
    if not path.is_file():
        raise CourseError(f"{path} is missing. A unit's notebook lies in source/ and has the name of its folder.")
    try:
        return nbformat.read(path, as_version=4)
    except Exception as problem:  # nbformat raises many kinds
        raise CourseError(f"{path} is not a notebook: it cannot be read as JSON of that format ({problem}).") from None


def answer_names(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the names of a notebook's answer cells, in their order."""
    return [_grade_id(cell) for cell in notebook.cells if _is_answer(cell)]


def write_reference(notebooks: Iterable[nbformat.NotebookNode]) -> str:
    """Return the text of the reference module: all answers, in the order of the course.

    Raises
    ------
    CourseError : if an answer cell is not Python
    """
    definitions: dict[str, str] = {}
    imports: dict[str, str] = {}
    for notebook in notebooks:
        definitions |= _answers(notebook, known=definitions)
        imports |= _imports(notebook)
    text = "\n\n\n".join(definitions.values())
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    needed = sorted({line for name, line in imports.items() if name in used}, key=lambda line: (line[0] == "f", line))
    return "\n".join([_HEADER, *needed]) + f"\n\n\n{text}\n"


def write_given(reference: str, names: Iterable[str]) -> str:
    """Return the text of a given.py: these functions of the reference, and the imports that they use."""
    wanted = set(names)
    nodes = ast.parse(reference).body
    text = "\n\n\n".join(ast.get_source_segment(reference, node) for node in nodes if set(_bound(node)) & wanted)
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    imports = [ast.unparse(node) for node in nodes if isinstance(node, ast.Import) and set(_bound(node)) & used]
    return "\n".join([_GIVEN_HEADER, *imports]) + f"\n\n\n{text}\n" if text else ""


def _answers(notebook: nbformat.NotebookNode, known: dict[str, str]) -> dict[str, str]:
    """Return what the answer cells define, name → text, and what they need of the notebook's other cells before it."""
    answers: dict[str, str] = {}
    others: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found = dict(_definitions(cell))
            (answers if _is_answer(cell) else others).update(found)
    missing = _used(answers) & others.keys() - answers.keys() - known.keys()
    return {name: others[name] for name in others if name in missing} | answers


def _used(definitions: dict[str, str]) -> set[str]:
    trees = map(ast.parse, definitions.values())
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _definitions(cell: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield each function and class of a cell, and the value under an answer's own name, with its text."""
    source = _SOLUTION_MARK.sub("", f"{cell.source}\n")
    try:
        nodes = ast.parse(source).body
    except SyntaxError as problem:
        if not _is_answer(cell):
            return  # a cell that shows a magic or a slip
        raise CourseError(f"The answer cell {_grade_id(cell)} is not Python: {problem}.") from None
    for node in nodes:
        for name in _bound(node):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) or (_is_answer(cell) and name == _grade_id(cell)):
                yield name, ast.get_source_segment(source, node)


def _bound(node: ast.stmt) -> list[str]:
    """Return the names that a statement binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [(alias.asname or alias.name).partition(".")[0] for alias in names]
    return []


def _imports(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return the imports of a notebook, but of the course itself: the name that each binds → its line."""
    lines: dict[str, str] = {}
    for node in _imports_of_cells(notebook):
        module = getattr(node, "module", "")
        if module.partition(".")[0] not in _OURS:
            for alias in node.names:
                one = ast.ImportFrom(module, [alias], 0) if module else ast.Import([alias])
                lines[(alias.asname or alias.name).partition(".")[0]] = ast.unparse(one)
    return lines


def _imports_of_cells(notebook: nbformat.NotebookNode) -> Iterator[ast.Import | ast.ImportFrom]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            try:
                nodes = ast.parse(cell.source).body
            except SyntaxError:
                continue
            yield from (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def _is_answer(cell: nbformat.NotebookNode) -> bool:
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution", False)


def _grade_id(cell: nbformat.NotebookNode) -> str:
    return cell.metadata.nbgrader.grade_id
