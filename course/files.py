"""Writing files so that none is ever half-written, and their names so that a terminal can show them."""

from __future__ import annotations

from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and its folder with it.

    Raises
    ------
    OSError : if it cannot be written; what was there before is still there
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.tmp{path.suffix}")  # a browser's Jupyter goes by the ending
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def printable(name: str) -> str:
    """Return a name that is safe to show: what a terminal would take for an order is written out."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)
