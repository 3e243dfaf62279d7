"""The frozen cases: what ``course build`` wrote for students' checks. Only numbers and sentences, no formula."""

from __future__ import annotations

import functools
import json
from typing import Any

from course.checks.calls import Case, Failure, Outcome
from course.checks.exercises import EXERCISES, stored, to_json
from course.checks.judge import Exam, KnownMistake, Observation
from course.plain import decode, encode

_DIGITS = 10  # significant; far more than a comparison needs, and the same on every machine
_DIGITS_OF_DIFFERENCES = 8  # where numbers are divided by a tiny step, the digits after these are noise


@functools.cache
def load(name: str) -> Exam:
    """Return the frozen exam of one exercise."""
    content = stored(name)
    expected = tuple(_load_outcome(outcome) for outcome in content["expected"])
    return Exam(
        EXERCISES[name],
        tuple(Case(case["part"], decode(case["args"]), decode(case["kwargs"])) for case in content["cases"]),
        expected,
        lambda: tuple(_load_mistake(mistake, expected) for mistake in content["mistakes"]),
    )


def dump(exam: Exam) -> str:
    """Write an exam as JSON text. Of a mistake only those outcomes are kept that differ from the right ones."""
    digits = _DIGITS_OF_DIFFERENCES if exam.exercise.norm_tolerance else _DIGITS
    right = [_dump_outcome(outcome, digits) for outcome in exam.expected]
    content = {
        "exercise": to_json(exam.exercise),
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


def _load_mistake(content: dict, expected: tuple[Outcome, ...]) -> KnownMistake:
    different = {int(i): _load_outcome(outcome) for i, outcome in content["outcomes"].items()}
    outcomes = tuple(different.get(i, right) for i, right in enumerate(expected))
    observation = Observation(outcomes, frozenset(content["broken"]))
    return KnownMistake(content["name"], content["cause"], content["advice"], observation)


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


def _load_outcome(content: dict) -> Outcome:
    if "raised" in content:
        return Outcome(failure=Failure(content["raised"], types=(content["raised"],)))
    return Outcome(value=decode(content.get("value")), malformed=content.get("malformed", ""))
