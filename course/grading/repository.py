"""Where the solutions are: the reference, mistakes, variants and cases, which only an instructor has."""

from __future__ import annotations

import functools
import hashlib
import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from course.errors import CourseError


@dataclass(frozen=True)
class Solutions:
    """The reference module, and by exercise name the known mistakes, the variants and the function that draws cases."""

    reference: ModuleType
    mistakes: Mapping[str, list]
    variants: Mapping[str, list]
    cases: Mapping[str, Callable]


def find_root() -> Path:
    """Return the repository: COURSE_ROOT if it is set, else where this package lies, else a folder above this one.

    Raises
    ------
    CourseError : if none of them holds exercises/catalogue.py
    """
    candidates = [Path(__file__).parents[2], *[Path.cwd(), *Path.cwd().parents]]
    if "COURSE_ROOT" in os.environ:
        candidates = [Path(os.environ["COURSE_ROOT"])]
    for folder in candidates:
        if (folder / "exercises" / "catalogue.py").is_file():
            return folder.resolve()
    raise CourseError(
        "exercises/catalogue.py was not found. Grading needs the instructor's repository: "
        "run it from inside, or set COURSE_ROOT to its folder."
    )


_packed: tuple[str, int] | None = None  # the digest of solutions that came with a task, and the file that holds them


def use_packed_solutions(content: bytes) -> None:
    """Use these solutions, a zip file, in a worker: it may have no repository, or another version.

    Python imports from the zip file, which is in memory only: so nothing of it stays on a worker's disk, however the worker ends.

    Parameters
    ----------
    content : what ``course.grading.workers.pack_solutions`` made
    """
    global _packed
    digest = hashlib.sha256(content).hexdigest()
    if _packed is None or _packed[0] != digest:
        descriptor = os.memfd_create("course-solutions")
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        for name in [name for name in sys.modules if name.split(".")[0] in ("solutions", "exercises")]:
            del sys.modules[name]
        load_solutions.cache_clear()
        if _packed:
            os.close(_packed[1])
        _packed = digest, descriptor


@functools.cache
def load_solutions() -> Solutions:
    """Import the solutions: those that came with a task, or the repository's.

    Raises
    ------
    CourseError : if the solutions are not on this machine
    """
    root = f"/proc/self/fd/{_packed[1]}" if _packed else str(find_root())
    sys.path[:] = [root, *(path for path in sys.path if path != root)]
    entries = importlib.import_module("exercises.catalogue").load_entries()
    return Solutions(
        reference=importlib.import_module("solutions.reference"),
        mistakes={name: entry.mistakes for name, entry in entries.items()},
        variants={name: entry.variants for name, entry in entries.items()},
        cases={name: entry.draw for name, entry in entries.items()},
    )
