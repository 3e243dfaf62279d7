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
MOST_ALIKE = 2  # runs; whoever names one fault for all six would be told by the points which run has it


def probe(answer: dict, run: str) -> tuple[object, int]:
    """Return what a diagnosis says of one run, or None, and of how many runs it says the same.

    Capital letters and spaces make no difference.
    """
    faults = {_plain(key): _plain(fault) for key, fault in answer.items()}
    named = faults.get(_plain(run))
    same = sum(isinstance(fault, str) and fault == named for fault in faults.values()) if isinstance(named, str) else 1
    return named, same


def measure(told: tuple[object, int], run: str) -> dict[str, Sealed | str]:
    """Measure what :func:`probe` gave: the sealed name, or a phrase that says why it is none of the six."""
    name, same = told
    if name is None:
        return {f"fault of {run}": "is not named yet"}
    if same > MOST_ALIKE:
        return {f"fault of {run}": f"cannot be told: {same} runs have the same one, and each fault occurs once"}
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
