"""From an answer to a verdict: call it, accept it if everything holds, and only otherwise look for the reason."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.checks.calls import Case, Failure, Outcome, call, describe, describe_failure
from course.checks.compare import Difference, compare_outcomes, describe_value, identical, join_words
from course.checks.diagnose import Diagnosis, diagnose, explained_cases
from course.checks.exercises import EXERCISES, Exercise
from course.checks.limit import TimeUp
from course.checks.raised import explain_raised
from course.checks.verdict import Verdict
from course.plain import Between, Rng

# What an answer may do wrong although its values are right. Key → what to tell the student.
PROPERTIES = {
    "changes": "The values are right, but your function changes its argument {}. Work on a copy, or make a new array.",
    "global random": "Your code uses NumPy's global random numbers (np.random.…). Draw from a generator such as rng instead.",
    "not repeatable": "Called twice with the same arguments, your function gives two different results.",
    "ignores rng": "Two generators with different seeds give the same result. Draw all random numbers from rng.",
    "overwrites": "A later call changes the result of an earlier one. Make a new array in each call.",
}
# The same as a part of what was tried, when it is missing.
_MANNERS = {
    "changes": "leaves {} as it is",
    "global random": "draws from no global random numbers",
    "not repeatable": "gives the same result twice",
    "ignores rng": "draws from rng",
    "overwrites": "keeps earlier results",
}
_ORDER = ("raised", "type", "shape", "value")  # what to tell first
_OTHER_SEEDS = range(1, 6)  # one that gives the same proves little: an accuracy, for instance, is coarse


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

    @functools.cached_property
    def has_single_numbers(self) -> bool:
        """Whether each right result is a single number."""
        return all(
            isinstance(right.value, int | float | np.number | Between) or getattr(right.value, "shape", None) == ()
            for right in self.expected
        )


@dataclass
class _Findings:
    """The differences, by the part of the exercise that they belong to; a part without any is earned.

    Attributes
    ----------
    in_order : the cases build upon each other, so the first one that is wrong is told first
    sizes : how many numbers are given in each case
    """

    in_order: bool = False
    sizes: tuple[int, ...] = ()
    by_part: dict[tuple[str, str], list[tuple[int, Difference]]] = field(default_factory=dict)

    def first(self, explained: Iterable[int] = ()) -> tuple[int, Difference] | None:
        """Return the difference to tell first: one that the cause explains, an ordinary one, by kind, by part, the smallest.

        So whoever reads it can work it out by hand, on the most ordinary numbers that are wrong.
        """
        explained, parts = set(explained), [part for part, _ in self.by_part]

        def rank(item):
            number, difference, part = item
            if self.in_order:
                return number not in explained, number
            kind = _ORDER.index(difference.kind)
            return number not in explained, part != parts[0], kind, parts.index(part), self.sizes[number], number

        found = [(*item, part) for (part, _), items in self.by_part.items() for item in items]
        return min(found, key=rank)[:2] if found else None

    def shares(self) -> dict[str, float]:
        """Return for each part the share of its returned values that are right."""
        right: dict[str, list[bool]] = {}
        for (part, _), found in self.by_part.items():
            right.setdefault(part, []).append(not found)
        return {part: sum(ones) / len(ones) for part, ones in right.items()}


def judge(exam: Exam, answer: Any, seconds: float | None = None) -> Verdict:
    """Return the verdict on ``answer``.

    Parameters
    ----------
    seconds : how long one call may take. What takes longer is not judged at all; None sets no limit
    """
    exercise = exam.exercise
    misuse = _misuse(exercise, answer)
    if misuse:
        return _verdict(exercise, "misuse", misuse)
    if exercise.is_a == "dict" and all(value is None for value in answer.values()):
        message = "Nothing is written yet: every entry is None. Replace the line `raise NotImplementedError()`, run both cells."
        return _verdict(exercise, "not attempted", message)
    try:
        seen = observe(exercise, exam.cases, answer, seconds)
    except TimeUp as stop:
        return not_judged(exercise, _stopped(exercise, describe_failure(stop), seconds))
    if unwritten := _unwritten(seen.outcomes):
        if unwritten == exercise.name and seen.outcomes[0].failure.code_above:
            message = "Your code stops at the line `raise NotImplementedError()` below it. Delete that line."
            return _verdict(exercise, "raised", message)
        return _verdict(exercise, "not attempted", _not_attempted(exercise, unwritten))
    findings = _find(exam, seen)
    passed = not seen.broken and findings.first() is None
    if passed:
        notes = _warned(exam, seen.outcomes, passed=True)
        return _verdict(exercise, "passed", "", score=1.0, notes=notes, parts=tuple(findings.shares().items()))
    if exercise.is_a == "dict" and (told := _only_how_many(exercise, answer, findings)):
        return told
    return _explain(exam, answer, seen, findings)


def _warned(exam: Exam, outcomes: Iterable[Outcome], *, passed: bool) -> tuple[str, ...]:
    """Return the first of NumPy's warnings as a note, unless the calls are hidden."""
    found = [outcome.warnings[0] for outcome in outcomes if outcome.warnings]
    return (_note(exam.exercise, passed, *found[0]),) if found and not exam.hidden else ()


def _only_how_many(exercise: Exercise, answer: dict, findings: _Findings) -> Verdict | None:
    """Return a verdict that does not tell which entries are right, if one name stands for half of them: that is a question."""
    named = [value for value in answer.values() if isinstance(value, str)]
    most = max((named.count(value) for value in named), default=0)
    if most < 2 or 2 * most < len(findings.by_part):
        return None
    right = sum(not found for found in findings.by_part.values())  # no parts here: they would say which
    message = (
        f"{right} of {len(findings.by_part)} are right. You gave one name to {most} of them, so which ones is not said. "
        "Each name belongs to one run."
    )
    return _verdict(exercise, "value", message, right / len(findings.by_part))


def observe(exercise: Exercise, cases: tuple[Case, ...], answer: Callable, seconds: float | None = None) -> Observation:
    """Call the answer in every case and note what it gives and which properties it breaks.

    Raises
    ------
    TimeUp : if one call took longer than ``seconds``
    """

    def run(case: Case) -> Outcome:
        return call(answer, exercise, case, seconds)

    outcomes = []
    for case in cases:
        outcomes.append(run(case))
        if _unwritten(outcomes):
            return Observation(tuple(outcomes))
    broken = {f"changes {name}" for outcome in outcomes for name in outcome.changed}
    if any(outcome.used_global_random for outcome in outcomes):
        broken.add("global random")
    first = outcomes[0]
    if first.failure is None and not first.malformed:
        again = run(cases[0])
        if again.failure or not identical(again.raw, first.returned):
            broken.add("not repeatable")
        elif exercise.random and all(
            identical(run(_reseeded(cases[0], shift)).raw, first.returned) for shift in _OTHER_SEEDS
        ):
            broken.add("ignores rng")
        if not all(identical(outcome.raw, outcome.returned) for outcome in outcomes):
            broken.add("overwrites")
    return Observation(tuple(outcomes), frozenset(broken))


def _unwritten(outcomes) -> str:
    """Return the name of the function that is still a blank, if that ended the first call."""
    return outcomes[0].failure.unwritten if outcomes[0].failure else ""


def _reseeded(case: Case, shift: int) -> Case:
    args = tuple(Rng(value.seed + shift) if isinstance(value, Rng) else value for value in case.args)
    return Case(case.part, args, case.kwargs)


# --- accepting ---------------------------------------------------------------------------------------------------------


def _find(exam: Exam, seen: Observation) -> _Findings:
    sizes = tuple(0 if exam.hidden else case.size for case in exam.cases)  # nobody works a hidden case out by hand
    findings = _Findings(exam.exercise.is_a == "class", sizes)
    for number, (case, right, outcome) in enumerate(zip(exam.cases, exam.expected, seen.outcomes, strict=True)):
        for label, difference in compare_outcomes(exam.exercise, right, outcome):
            found = findings.by_part.setdefault((case.part, label), [])
            if difference:
                found.append((number, difference))
    return findings


# --- explaining --------------------------------------------------------------------------------------------------------


def _explain(exam: Exam, answer, seen: Observation, findings: _Findings) -> Verdict:
    exercise = exam.exercise
    found = diagnose(exam, seen)
    score = _score(exam, seen, findings)
    first = findings.first(explained_cases(exam, found.mistake, seen) if found else ())
    parts = _parts(seen, findings)
    if first is None:
        message = _broken(exercise, seen.broken)
        notes = _warned(exam, seen.outcomes, passed=False)
        return _verdict(exercise, "property", message, score, found, notes=notes, parts=parts)
    number, difference = first
    notes = _warned(exam, [seen.outcomes[number]], passed=False)
    if found is None and difference.kind == "raised" and not exam.hidden:
        found = _cause_of_failure(seen.outcomes[number].failure)
    before = after = ""
    other = getattr(answer, "__name__", "")
    if other != exercise.name and other in EXERCISES:
        before = f"This is your {other}. Write check.{exercise.name}({exercise.name}). "
    elif _ordinary_is_right(exam, findings):
        before = f"Right for {exam.cases[0].part}, but not for {exam.cases[number].part}. "
    if overview := _overview(findings, number):
        before += f"{overview} "
    elif difference.relation and difference.kind == "value":
        after = f" {_sentence(difference.relation).format('yours')}"
    if seen.outcomes[number].printed and not exam.hidden:
        notes = (*notes, f"Your function printed: {seen.outcomes[number].printed.strip()[:200]}")
    if outside := _arrays_from_outside(answer):
        notes = (
            *notes,
            f"Your function uses {join_words(outside)} of the notebook, which it does not get as an argument.",
        )
    if changed := sorted(key.removeprefix("changes ") for key in seen.broken if key.startswith("changes ")):
        notes = (*notes, f"Your function also changes its argument {join_words(changed)}.")
    return _verdict(
        exercise,
        difference.kind,
        before + difference.message + after,
        score,
        found,
        summary=before + (difference.summary or difference.message) + after,
        call="" if exam.hidden else describe(exercise, exam.cases[number]),
        case=None if exam.hidden else exam.cases[number],
        parts=parts,
        expected=difference.expected,
        got=difference.got,
        wrong=difference.wrong,
        notes=notes,
    )


def _parts(seen: Observation, findings: _Findings) -> tuple[tuple[str, float], ...]:
    """Return what was tried with the share of it that is right, and each rule that the answer breaks."""
    broken = [(key.partition(" ")[0], key) for key in sorted(seen.broken)]
    rules = [_MANNERS.get(key, _MANNERS.get(kind, "")).format(key.removeprefix("changes ")) for kind, key in broken]
    return (*findings.shares().items(), *((rule, 0.0) for rule in rules))


def _cause_of_failure(failure: Failure) -> Diagnosis | None:
    cause, advice = explain_raised(failure)
    return Diagnosis(KnownMistake("", cause, advice, Observation(())), is_certain=False) if cause else None


def _arrays_from_outside(answer: Any) -> list[str]:
    """Return the names of the notebook's arrays, and lists of arrays, that a function uses without being given them."""
    names = getattr(getattr(answer, "__code__", None), "co_names", ())
    outside = {name: getattr(answer, "__globals__", {}).get(name) for name in names}
    return [
        name
        for name, value in outside.items()
        if isinstance(value, np.ndarray)
        or (isinstance(value, list | tuple) and any(isinstance(item, np.ndarray) for item in value))
    ]


def _overview(findings: _Findings, number: int) -> str:
    """Say which of several returned values are right and how the others differ, in the part that a case belongs to."""
    part = next(part for (part, _), found in findings.by_part.items() if number in dict(found))
    here = {label: dict(found) for (other, label), found in findings.by_part.items() if other == part}
    right = [label for label, found in here.items() if not found]
    related: dict[str, list[str]] = {}
    for label, found in here.items():
        if found:
            relation = found[number].relation if number in found else ""
            related.setdefault(relation, []).append(label)
    if len(here) < 2 or not (right or any(related)):
        return ""
    clauses = [f"{join_words(right)} {_is(right)} right"] if right else []
    for relation, labels in related.items():
        clauses.append(relation.format(join_words(labels)) if relation else f"{join_words(labels)} {_is(labels)} wrong")
    text = "; ".join(clauses)
    names = tuple(label for label in here if " " not in label)
    return f"{text}." if text.startswith(names or "\0") else _sentence(text)  # a name keeps its small letter


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


def _is(labels: list[str]) -> str:
    return "is" if len(labels) == 1 else "are"


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
    if exam.exercise.is_a == "dict":  # which has no behaviour to be judged
        return len(counted) / len(findings.by_part)
    well_behaved = special_ok and not seen.broken
    return (len(counted) + well_behaved) / (len(findings.by_part) + 1)


def _broken(exercise: Exercise, broken: frozenset[str]) -> str:
    key = min(sorted(broken), key=lambda key: [key.startswith(name) for name in PROPERTIES].index(True))
    if key.startswith("changes "):
        return PROPERTIES["changes"].format(key.removeprefix("changes "))
    if key == "global random" and not exercise.random:
        return "Your code uses NumPy's global random numbers (np.random.…). Nothing in this task is random."
    return PROPERTIES[key]


# --- words -------------------------------------------------------------------------------------------------------------


def _misuse(exercise: Exercise, answer: Any) -> str:
    fits = {
        "function": callable(answer),
        "class": isinstance(answer, type) or bool(getattr(answer, "bases", ())),
        "dict": isinstance(answer, dict),
    }
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


def _note(exercise: Exercise, passed: bool, warning: str, function: str) -> str:
    if function not in ("", exercise.name):
        free = " It costs no points here." if passed else ""
        return f'NumPy warned in {function}, which {exercise.name} calls: "{warning}".{free}'
    return f'NumPy warned: "{warning}".{" It costs no points." if passed else ""} Where does it come from?'


def _stopped(exercise: Exercise, where: Failure, seconds: float) -> str:
    line = f", in line {where.number}, `{where.line}`" if where.line else ""
    return (
        f"{exercise.name} was stopped after {seconds:g} seconds{line}. Does a loop there come to its end? "
        f"If it only needs longer, write check.seconds = {6 * seconds:g} in a cell, and check again."
    )


def not_judged(exercise: Exercise, message: str) -> Verdict:
    """Return the verdict on an answer of which nothing can be said, right or wrong."""
    return _verdict(exercise, "not judged", message)


def _verdict(
    exercise: Exercise,
    kind: str,
    message: str,
    score: float = 0.0,
    found: Diagnosis | None = None,
    summary: str = "",
    **more,
) -> Verdict:
    return Verdict(
        exercise=exercise.name,
        passed=kind == "passed",
        score=float(score),
        points=exercise.points,
        kind=kind,
        message=message,
        summary=summary or message,
        mistake=found.mistake.name if found and found.is_certain else None,
        cause=found.cause if found else "",
        advice=found.mistake.advice if found else "",
        **more,
    )
