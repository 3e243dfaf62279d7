"""What is compared of a diagnosis: for each recorded run the name of its fault, sealed so that no file shows it."""

from __future__ import annotations

import difflib
import hashlib

from course.plain import Sealed

RUNS = ("run A", "run B", "run C", "run D", "run E", "run F")
FAULTS = (
    "images and labels shuffled apart",
    "learning rate too large",
    "learning rate too small",
    "tested on the training data",
    "wrong gradient",
    "zero weights",
)


def probe(answer: dict, run: str) -> object:
    """Return what a diagnosis says of one run, or None. Capital letters and spaces make no difference."""
    return {_plain(key): fault for key, fault in answer.items()}.get(_plain(run))


def measure(named: object, run: str) -> dict[str, Sealed | str]:
    """Measure what :func:`probe` gave: the sealed name, or a phrase that says why it is none of the six."""
    if named is None:
        return {f"fault of {run}": "is not named yet"}
    name = _plain(named)
    if isinstance(name, str) and name in FAULTS:
        return {f"fault of {run}": _seal(run, name)}
    close = difflib.get_close_matches(str(name), FAULTS, n=1)
    wish = f" (perhaps {close[0]!r})" if close else ""
    return {f"fault of {run}": f"is not one of the six names that the notebook prints{wish}"}


def _plain(word: object) -> object:
    return " ".join(word.split()).casefold() if isinstance(word, str) else word


def _seal(run: str, name: str) -> Sealed:
    """Hide a name from a glance into the file. Who wants to can try all six; whoever does has understood hashes."""
    return Sealed(hashlib.sha256(f"unit 08, {run}: {name}".encode()).hexdigest()[:16])
