"""Is a generated file like the one that is there, as a person would compare them? What differs is told in words.

Text, structure, sources and metadata are compared exactly, numbers in JSON to a tolerance, and pictures in a notebook by
their alt text, caption and data table. So another processor, another BLAS or another matplotlib makes no difference.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

RELATIVE = 1.001e-9  # frozen numbers have ten digits; two machines may round the last one differently
ABSOLUTE = 2e-13  # frozen numbers below 1e-13 are written as 0
IGNORED = "nbval-ignore-output"  # nbval's tag for a cell that prints something else in every run, such as a duration

_PICTURE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]*")
_LINE_OR_TAG = re.compile(r"[\n<>]")
_LONGEST = 60  # characters that are quoted


def differences(path: Path, there: bytes, made: bytes, *, outputs: bool = True) -> list[str]:
    """Say what differs, one short sentence for each place; nothing if the two are alike.

    Parameters
    ----------
    path : tells the kind of file by its ending: .ipynb, .json, or text
    there, made : the content of the file that is there, and of the one that was made just now
    outputs : False leaves the outputs of a notebook's cells out
    """
    if there == made:
        return []
    if path.suffix not in (".ipynb", ".json"):
        return list(_texts(_decode(there), _decode(made), "it says"))
    try:
        contents = [json.loads(content) for content in (there, made)]
    except ValueError:
        return ["cannot be read as JSON"]
    if path.suffix == ".json":
        return list(_values(*contents, ""))
    try:
        notebooks = [_readable(content, outputs) for content in contents]
    except (KeyError, TypeError, AttributeError):
        return ["is not a notebook"]
    return list(dict.fromkeys(_notebooks(*notebooks)))  # a figure says the same as HTML and as text


def _decode(content: bytes) -> str:
    return content.decode(errors="backslashreplace")


# --- notebooks -------------------------------------------------------------------------------------------------------


def _readable(notebook: dict, outputs: bool) -> dict:
    """Return a notebook in which each cell's source and outputs are text, and a picture is the word for it."""
    return {**notebook, "cells": [_readable_cell(cell, outputs) for cell in notebook["cells"]]}


def _readable_cell(cell: dict, outputs: bool) -> dict:
    compared = outputs and IGNORED not in cell["metadata"].get("tags", ())
    shown = [_output(output) for output in cell.get("outputs", [])] if compared else []
    counted = {} if outputs else {"execution_count": None}
    return {**cell, "source": "".join(cell["source"]), "outputs": shown, **counted}


def _output(output: dict) -> dict[str, str]:
    """Return what an output shows, by the kind of content: "stdout", "text/html" …"""
    match output["output_type"]:
        case "stream":
            return {output["name"]: "".join(output["text"])}
        case "error":
            return {"error": f"{output['ename']}: {output['evalue']}"}
    return {
        kind: "a picture" if kind.startswith("image/") else _PICTURE.sub("a picture", _joined(content))
        for kind, content in output["data"].items()
    }


def _joined(content) -> str:
    return "".join(content) if isinstance(content, (str, list)) else json.dumps(content, sort_keys=True)


def _notebooks(there: dict, made: dict) -> Iterator[str]:
    if [cell.get("id") for cell in there["cells"]] != [cell.get("id") for cell in made["cells"]]:
        yield f"has other cells: {len(made['cells'])} instead of {len(there['cells'])}, or in another order"
        return
    for number, (before, after) in enumerate(zip(there["cells"], made["cells"], strict=True), 1):
        where = f"cell {number} ({after.get('id', 'without an id')})"
        yield from _texts(before.pop("source"), after.pop("source"), f"{where}: the source says")
        yield from _outputs(before.pop("outputs"), after.pop("outputs"), where)
        yield from _values(before, after, where)
    yield from _values({**there, "cells": 0}, {**made, "cells": 0}, "")


def _outputs(there: list[dict], made: list[dict], where: str) -> Iterator[str]:
    kinds = [[sorted(output) for output in outputs] for outputs in (there, made)]
    if kinds[0] != kinds[1]:
        yield f"{where}: its outputs are of other kinds or another number"
        return
    for before, after in zip(there, made, strict=True):
        for kind in before:
            verb = "shows" if "/" in kind else "printed"
            yield from _texts(before[kind], after[kind], f"{where}: {verb}")


# --- text and values -------------------------------------------------------------------------------------------------


def _texts(there: str, made: str, where: str) -> Iterator[str]:
    """Yield a sentence with the first words that differ, if any do."""
    if there == made:
        return
    for before, after in zip_longest(_LINE_OR_TAG.split(there), _LINE_OR_TAG.split(made), fillvalue=""):
        if before != after:
            old, new = _different_words(before.split(" "), after.split(" "))
            yield f"{where} {new!r} instead of {old!r}"
            return
    yield f"{where} the same with other line breaks"


def _different_words(*lines: list[str]) -> list[str]:
    """Return what is left of two lines without the words that they share at their start and end."""
    for end in (0, -1):
        while all(lines) and lines[0][end] == lines[1][end]:
            for words in lines:
                words.pop(end)
    return [_shortened(" ".join(words)) for words in lines]


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _values(there, made, where: str) -> Iterator[str]:
    """Compare what JSON holds; numbers to the tolerance, all else exactly. ``where`` is the path to it."""
    match there, made:
        case dict(), dict():
            if there.keys() != made.keys():
                yield f"{where or 'the file'}: other names ({', '.join(sorted(there.keys() ^ made.keys()))})"
            for key in there:
                if key in made:
                    yield from _values(there[key], made[key], f"{where}.{key}" if where else key)
        case list(), list():
            if len(there) != len(made):
                yield f"{where}: {len(made)} entries instead of {len(there)}"
                return
            for number, (before, after) in enumerate(zip(there, made, strict=True)):
                yield from _values(before, after, f"{where}[{number}]")
        case _ if not _same_value(there, made):
            yield f"{where}: {_shortened(repr(made))} instead of {_shortened(repr(there))}"


def _same_value(there, made) -> bool:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (there, made))
    if numbers:
        return math.isclose(there, made, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return type(there) is type(made) and there == made
