"""The frozen cases: what ``course build`` wrote for students' checks. Only numbers and sentences, no formula."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from course.checks.calls import Case, Failure, Outcome
from course.checks.exercises import EXERCISES
from course.checks.judge import Exam, KnownMistake, Observation
from course.plain import decode, encode

_DIGITS = 10  # significant; far more than a comparison needs, and the same on every machine
_DIGITS_OF_DIFFERENCES = 8  # where numbers are divided by a tiny step, the digits after these are noise


@functools.cache
def load(name: str) -> Exam:
    """Return the frozen exam of one exercise."""
    text = (resources.files("course.checks") / "cases" / f"{name}.json").read_text(encoding="utf-8")
    stored = json.loads(text)
    expected = tuple(_load_outcome(outcome) for outcome in stored["expected"])
    return Exam(
        EXERCISES[name],
        tuple(Case(case["part"], decode(case["args"]), decode(case["kwargs"])) for case in stored["cases"]),
        expected,
        lambda: tuple(_load_mistake(mistake, expected) for mistake in stored["mistakes"]),
    )


def dump(exam: Exam) -> str:
    """Write an exam as JSON text. Of a mistake only those outcomes are kept that differ from the right ones."""
    digits = _DIGITS_OF_DIFFERENCES if exam.exercise.norm_tolerance else _DIGITS
    right = [_dump_outcome(outcome, digits) for outcome in exam.expected]
    content = {
        "cases": [
            {"part": case.part, "args": encode(case.args), "kwargs": encode(dict(case.kwargs))} for case in exam.cases
        ],
        "expected": right,
        "mistakes": [_dump_mistake(mistake, right, digits) for mistake in exam.mistakes],
    }
    return json.dumps(content, indent=None, separators=(",", ":"), allow_nan=False).replace('},{"', '},\n{"') + "\n"


def _dump_mistake(mistake: KnownMistake, right: list[dict], digits: int) -> dict:
    outcomes = [_dump_outcome(outcome, digits) for outcome in mistake.observation.outcomes]
    return {
        "name": mistake.name,
        "cause": mistake.cause,
        "advice": mistake.advice,
        "broken": sorted(mistake.observation.broken),
        "outcomes": {str(i): outcome for i, outcome in enumerate(outcomes) if repr(outcome) != repr(right[i])},
    }


def _load_mistake(stored: dict, expected: tuple[Outcome, ...]) -> KnownMistake:
    different = {int(i): _load_outcome(outcome) for i, outcome in stored["outcomes"].items()}
    outcomes = tuple(different.get(i, right) for i, right in enumerate(expected))
    observation = Observation(outcomes, frozenset(stored["broken"]))
    return KnownMistake(stored["name"], stored["cause"], stored["advice"], observation)


def _dump_outcome(outcome: Outcome, digits: int) -> dict:
    if outcome.failure:
        return {"raised": outcome.failure.type_name}
    if outcome.malformed:
        return {"malformed": outcome.malformed}
    return {"value": encode(_without_details(outcome.value), digits)}


def _without_details(value: Any) -> Any:
    """Drop what follows a line break in a measured sentence: it may differ between machines, and is not compared."""
    if not isinstance(value, dict):
        return value
    return {key: item.partition("\n")[0] if isinstance(item, str) else item for key, item in value.items()}


def _load_outcome(stored: dict) -> Outcome:
    if "raised" in stored:
        return Outcome(failure=Failure(stored["raised"], types=(stored["raised"],)))
    return Outcome(value=decode(stored.get("value")), malformed=stored.get("malformed", ""))
