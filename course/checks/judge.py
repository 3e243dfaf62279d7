"""From an answer to a verdict: call it, accept it if everything holds, and only otherwise look for the reason."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.checks.calls import Case, Failure, Outcome, call, describe
from course.checks.compare import Difference, compare, describe_value, format_pair, identical
from course.checks.exercises import EXERCISES, Exercise
from course.checks.verdict import Verdict
from course.plain import AnyOf, Rng

# What an answer may do wrong although its values are right. Key → what to tell the student.
PROPERTIES = {
    "changes": "The values are right, but your function changes its argument {}. Work on a copy, or make a new array.",
    "global random": "Your function draws from NumPy's global random numbers (np.random.…). Draw from rng instead.",
    "not repeatable": "Called twice with the same arguments, your function gives two different results.",
    "ignores rng": "Two generators with different seeds give the same result. Draw all random numbers from rng.",
    "overwrites": "A later call changes the result of an earlier one. Make a new array in each call.",
}
_ORDER = ("raised", "type", "shape", "value")  # what to tell first


@dataclass(frozen=True)
class Observation:
    """All that was seen of one answer: the outcome of each case, and the properties that it breaks."""

    outcomes: tuple[Outcome, ...]
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class KnownMistake:
    """A mistake that people really make, with what it does in each case."""

    name: str
    cause: str
    advice: str
    observation: Observation


@dataclass(frozen=True)
class Exam:
    """The cases of one exercise, what is right in each, and what each known mistake gives.

    Attributes
    ----------
    find_mistakes : returns the known mistakes; called only when an answer is wrong, since it may take a while
    hidden : whether a verdict must not show the call
    """

    exercise: Exercise
    cases: tuple[Case, ...]
    expected: tuple[Outcome, ...]
    find_mistakes: Callable[[], tuple[KnownMistake, ...]] = tuple
    hidden: bool = False

    @functools.cached_property
    def mistakes(self) -> tuple[KnownMistake, ...]:
        """What each known mistake does in these cases."""
        return self.find_mistakes()


@dataclass
class _Findings:
    """The differences, by the part of the exercise that they belong to; a part without any is earned."""

    by_part: dict[tuple[str, str], list[tuple[int, Difference]]] = field(default_factory=dict)

    def all(self) -> Iterator[tuple[int, Difference]]:
        for found in self.by_part.values():
            yield from found

    def first(self) -> tuple[int, Difference] | None:
        """Return the difference to tell first: by kind, then by case."""
        ranked = sorted(self.all(), key=lambda item: (_ORDER.index(item[1].kind), item[0]))
        return ranked[0] if ranked else None


def judge(exam: Exam, answer: Any) -> Verdict:
    """Return the verdict on ``answer``."""
    exercise = exam.exercise
    misuse = _misuse(exercise, answer)
    if misuse:
        return _verdict(exercise, "misuse", misuse)
    seen = observe(exercise, exam.cases, answer)
    if _unwritten(seen.outcomes):
        return _verdict(exercise, "not attempted", _not_attempted(exercise, _unwritten(seen.outcomes)))
    findings = _find(exam, seen)
    notes = tuple(_note(outcome.warnings[0]) for outcome in seen.outcomes if outcome.warnings)[:1]
    if not seen.broken and findings.first() is None:
        return _verdict(exercise, "passed", "", score=1.0, notes=notes)
    return _explain(exam, answer, seen, findings, notes)


def observe(exercise: Exercise, cases: tuple[Case, ...], answer: Callable) -> Observation:
    """Call the answer in every case and note what it gives and which properties it breaks."""
    outcomes, copies = [], []
    for case in cases:
        outcomes.append(call(answer, exercise, case))
        if _unwritten(outcomes):
            return Observation(tuple(outcomes))
        copies.append(_copy(outcomes[-1].raw))
    broken = {f"changes {name}" for outcome in outcomes for name in outcome.changed}
    if any(outcome.used_global_random for outcome in outcomes):
        broken.add("global random")
    first = outcomes[0]
    if first.failure is None and not first.malformed:
        again = call(answer, exercise, cases[0])
        if again.failure or not identical(again.raw, copies[0]):
            broken.add("not repeatable")
        elif exercise.random and identical(call(answer, exercise, _reseeded(cases[0])).raw, copies[0]):
            broken.add("ignores rng")
        kept = (identical(o.raw, c) for o, c in zip(outcomes, copies, strict=True) if o.failure is None)
        if not all(kept):
            broken.add("overwrites")
    return Observation(tuple(outcomes), frozenset(broken))


def _copy(raw):
    """Copy arrays and the lists that hold them; anything else is compared as the object that it is."""
    if isinstance(raw, np.ndarray):
        return raw.copy()
    if isinstance(raw, list | tuple):
        return [_copy(item) for item in raw]
    return {key: _copy(item) for key, item in raw.items()} if isinstance(raw, dict) else raw


def _unwritten(outcomes) -> str:
    """Return the name of the function that is still a blank, if that ended the first call."""
    return outcomes[0].failure.unwritten if outcomes[0].failure else ""


def _reseeded(case: Case) -> Case:
    args = tuple(Rng(value.seed + 1) if isinstance(value, Rng) else value for value in case.args)
    return Case(case.part, args, case.kwargs)


# --- accepting ---------------------------------------------------------------------------------------------------------


def _find(exam: Exam, seen: Observation) -> _Findings:
    findings = _Findings()
    for number, (case, right, outcome) in enumerate(zip(exam.cases, exam.expected, seen.outcomes, strict=True)):
        for label, difference in _differences(exam.exercise, right, outcome):
            found = findings.by_part.setdefault((case.part, label), [])
            if difference:
                found.append((number, difference))
    return findings


def _differences(exercise: Exercise, right: Outcome, seen: Outcome) -> Iterator[tuple[str, Difference | None]]:
    """Compare one call's outcome with the right one: a pair for each returned value (or each group of measured ones)."""
    if right.failure:
        yield "", _compare_failures(exercise, right.failure, seen)
        return
    labels = _labels(exercise, right.value)
    if seen.failure:
        yield from ((label, Difference("raised", _raised(exercise, seen.failure))) for label in labels)
    elif seen.malformed:
        yield from ((label, Difference("type", seen.malformed + ".")) for label in labels)
    elif exercise.measure:
        for name, value in right.value.items():
            yield name.rsplit(" of ")[-1], _compare_measured(exercise, name, value, seen.value)
    elif len(labels) == 1:
        yield labels[0], _compare_returned(exercise, labels[0], right.value, seen.value)
    elif not isinstance(seen.value, list | tuple) or len(seen.value) != len(labels):
        message = (
            f"{exercise.name} should return {len(labels)} things, ({', '.join(labels)}); "
            f"yours returned {describe_value(seen.value)}."
        )
        yield from ((label, Difference("type", message)) for label in labels)
    else:
        for label, *pair in zip(labels, right.value, seen.value, strict=True):
            yield label, _compare_returned(exercise, label, *pair)


def _labels(exercise: Exercise, value: Any) -> tuple[str, ...]:
    if exercise.measure:
        return tuple(dict.fromkeys(name.rsplit(" of ")[-1] for name in value))
    return exercise.returns


def _compare_returned(exercise, label, right, got) -> Difference | None:
    return compare(
        right,
        got,
        label,
        dtype=exercise.dtype,
        is_bias=label in exercise.biases,
        norm_tolerance=exercise.norm_tolerance,
    )


def _compare_measured(exercise, name, right, got: Mapping) -> Difference | None:
    if name not in got or identical(right, got[name]):
        return None  # a wrong shape has been told already; then nothing more was measured
    if isinstance(right, str):
        same = right.partition("\n")[0] == got[name].partition("\n")[0]
        return None if same else Difference("value", " ".join(got[name].split("\n")))
    if isinstance(right, tuple):
        return Difference("shape", f"The {name} should be {right}; yours is {got[name]}.")
    if compare(right, got[name], name, tolerance=exercise.tolerances.get(name)) is None:
        return None
    about = "about " if name in exercise.tolerances else ""
    expected, wrong = format_pair(float(f"{right:.3g}"), float(f"{got[name]:.3g}"))
    return Difference("value", f"The {name} should be {about}{expected}; yours is {wrong}.")


def _compare_failures(exercise: Exercise, right: Failure, seen: Outcome) -> Difference | None:
    if seen.failure is None:
        given = "yours raised nothing" if exercise.probe else f"yours returned {describe_value(seen.value)}"
        return Difference("value", f"{exercise.name} should raise {right.type_name} here; {given}.")
    if right.type_name in seen.failure.types:
        return None
    return Difference("raised", f"Here {right.type_name} is right. {_raised(exercise, seen.failure)}")


def _raised(exercise: Exercise, failure: Failure) -> str:
    where = f" in line {failure.number}, `{failure.line}`" if failure.line else ""
    message = f": {failure.message}" if failure.message else ""
    return f"{exercise.name} stopped with {failure.type_name}{where}{message.rstrip('.')}."


# --- explaining --------------------------------------------------------------------------------------------------------


def _explain(exam: Exam, answer, seen: Observation, findings: _Findings, notes) -> Verdict:
    exercise = exam.exercise
    mistake = diagnose(exam, seen)
    score = _score(exam, seen, findings)
    first = findings.first()
    if first is None:
        return _verdict(exercise, "property", _broken(seen.broken), score, mistake, notes=notes)
    number, difference = first
    message = difference.message
    other = getattr(answer, "__name__", "")
    if other != exercise.name and other in EXERCISES:
        message = f"This is your {other}. Write check.{exercise.name}({exercise.name}). {message}"
    elif _ordinary_is_right(exam, findings):
        message = f"Right for {exam.cases[0].part}, but not for {exam.cases[number].part}. {message}"
    if seen.outcomes[number].printed and not exam.hidden:
        notes = (*notes, f"your function printed: {seen.outcomes[number].printed.strip()[:200]}")
    return _verdict(
        exercise,
        difference.kind,
        message,
        score,
        mistake,
        call="" if exam.hidden else describe(exercise, exam.cases[number]),
        expected=difference.expected,
        got=difference.got,
        wrong=difference.wrong,
        notes=notes,
    )


def _ordinary_is_right(exam: Exam, findings: _Findings) -> bool:
    ordinary = exam.cases[0].part
    return not any(found for (part, _), found in findings.by_part.items() if part == ordinary)


def _score(exam: Exam, seen: Observation, findings: _Findings) -> float:
    """Return the share of parts that hold. A special case counts only where the ordinary one is right too."""
    ordinary = exam.cases[0].part
    earned = {key for key, found in findings.by_part.items() if not found}
    labels_earned = {label for part, label in earned if part == ordinary}
    special_ok = _ordinary_is_right(exam, findings)
    counted = [key for key in earned if key[1] in labels_earned or (key[1] == "" and special_ok)]
    well_behaved = special_ok and not seen.broken
    return (len(counted) + well_behaved) / (len(findings.by_part) + 1)


def _broken(broken: frozenset[str]) -> str:
    key = min(broken, key=lambda key: [key.startswith(name) for name in PROPERTIES].index(True))
    if key.startswith("changes "):
        return PROPERTIES["changes"].format(key.removeprefix("changes "))
    return PROPERTIES[key]


def diagnose(exam: Exam, seen: Observation) -> KnownMistake | None:
    """Return the known mistake that gives what was seen, or None.

    A mistake that agrees in every case is the first choice. Otherwise, for an answer with two mistakes at once, it is the
    one whose wrong values explain most of the cases. That both raise an exception proves nothing on its own. A measured
    sentence may be told of many mistakes: then two of them, and more than half of what the known one does wrong, must be
    there, or nothing else.
    """
    best, most = None, 0
    for mistake in exam.mistakes:
        there = mistake.observation
        agree = [
            _same(exam.exercise, known, outcome) or isinstance(right.value, AnyOf)
            for known, outcome, right in zip(there.outcomes, seen.outcomes, exam.expected, strict=True)
        ]
        proof = sum(
            same and outcome.failure is None and not outcome.malformed
            for same, outcome in zip(agree, seen.outcomes, strict=True)
        )
        if all(agree) and proof and there.broken == seen.broken:
            return mistake
        explained = sum(
            same and outcome.failure is None and _is_wrong(exam, number, outcome)
            for number, (same, outcome) in enumerate(zip(agree, seen.outcomes, strict=True))
        )
        if explained > most and (not exam.exercise.steady or _is_enough(exam, explained, there, seen)):
            best, most = mistake, explained
    return best


def _is_enough(exam: Exam, explained: int, there: Observation, seen: Observation) -> bool:
    return 1 < explained > _count_wrong(exam, there) / 2 or explained == _count_wrong(exam, seen)


def _count_wrong(exam: Exam, observation: Observation) -> int:
    return sum(_is_wrong(exam, number, outcome) for number, outcome in enumerate(observation.outcomes))


def _is_wrong(exam: Exam, number: int, outcome: Outcome) -> bool:
    return any(difference for _, difference in _differences(exam.exercise, exam.expected[number], outcome))


def _same(exercise: Exercise, known: Outcome, seen: Outcome) -> bool:
    """Return whether an answer did in one case what a known mistake does there."""
    if known.failure or seen.failure:
        return bool(known.failure and seen.failure) and known.failure.type_name == seen.failure.type_name
    if known.malformed or seen.malformed:
        return known.malformed == seen.malformed
    if exercise.measure:
        return known.value.keys() == seen.value.keys() and all(
            _compare_measured(exercise, name, value, seen.value) is None for name, value in known.value.items()
        )
    return _same_value(exercise, known.value, seen.value)


def _same_value(exercise: Exercise, known: Any, seen: Any) -> bool:
    if isinstance(known, list | tuple):
        return (
            isinstance(seen, list | tuple)
            and len(known) == len(seen)
            and all(_same_value(exercise, *pair) for pair in zip(known, seen, strict=True))
        )
    if compare(known, seen) is not None:
        return known is None and seen is None
    wants_type = bool(exercise.dtype)  # then 3.0 instead of 3 is a mistake, and of another kind than 3
    return not wants_type or compare(known, seen, dtype=_dtype_class(known)) is None


def _dtype_class(value: Any) -> str:
    dtype = np.asarray(value).dtype
    return "int" if dtype.kind in "iu" else "float64" if dtype == np.float64 else ""


# --- words -------------------------------------------------------------------------------------------------------------


def _misuse(exercise: Exercise, answer: Any) -> str:
    fits = {"function": callable(answer), "class": isinstance(answer, type), "dict": isinstance(answer, dict)}
    if fits[exercise.is_a]:
        return ""
    given = "None" if answer is None else describe_value(answer)
    wanted = {"function": "the function itself", "class": "the class itself", "dict": "your dictionary"}[exercise.is_a]
    without = "" if exercise.is_a == "dict" else ", without calling it"
    return f"check.{exercise.name} needs {wanted}, not {given}. Write check.{exercise.name}({exercise.name}){without}."


def _not_attempted(exercise: Exercise, unwritten: str) -> str:
    if unwritten != exercise.name and unwritten in EXERCISES:
        return f"{exercise.name} calls {unwritten}, which is not written yet. Write {unwritten} first."
    if exercise.is_a == "class":
        return (
            f"The blank in {unwritten} is still empty. Replace its line `raise NotImplementedError()` with your code."
        )
    return (
        "This blank is still empty. Replace the line `raise NotImplementedError()` with your code, then run both cells."
    )


def _note(warning: str) -> str:
    return f'NumPy warned: "{warning}". It costs no points. Where does it come from?'


def _verdict(
    exercise: Exercise, kind: str, message: str, score: float = 0.0, mistake: KnownMistake | None = None, **more
) -> Verdict:
    return Verdict(
        exercise=exercise.name,
        passed=kind == "passed",
        score=float(score),
        points=exercise.points,
        kind=kind,
        message=message,
        mistake=mistake.name if mistake else None,
        cause=mistake.cause if mistake else "",
        advice=mistake.advice if mistake else "",
        **more,
    )
