"""Naming the mistake: which known one gives what was seen. A false accusation is worse than silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.checks.calls import Outcome
from course.checks.compare import compare, compare_measured, compare_outcomes, same_plain, split
from course.checks.exercises import Exercise
from course.plain import AnyOf, Between

if TYPE_CHECKING:
    from course.checks.judge import Exam, KnownMistake, Observation

_FEW = 2  # cases in which an answer and a mistake give the same wrong value: fewer may be chance
_MANY = 4  # different fractions in one array


@dataclass(frozen=True)
class Diagnosis:
    """A known mistake, and how much of it was seen.

    Attributes
    ----------
    is_certain : whether the answer does what the mistake does wherever that shows, so that the name can be said
    in_ordinary_cases : whether that is all that can be said: the values agree in the ordinary cases
    """

    mistake: KnownMistake
    is_certain: bool = True
    in_ordinary_cases: bool = False

    @property
    def cause(self) -> str:
        """What to tell the student: the mistake's cause, or only where it was seen."""
        if self.in_ordinary_cases:
            return f"In the ordinary cases your values agree with those of this mistake: {self.mistake.cause}"
        return self.mistake.cause


def diagnose(exam: Exam, seen: Observation) -> Diagnosis | None:
    """Return the known mistake that was seen, or None.

    First choice is a mistake that agrees in every case. Otherwise the answer may hold two mistakes: one is named if the
    answer gives its wrong values wherever it has any. Where they agree in the ordinary cases only, no more is said. An
    answer that always gives the same number must agree in every case: to share that number with a mistake is a coincidence.
    So is what a class does, or what is drawn at random, unless it agrees everywhere.
    """
    for mistake in exam.mistakes:
        if _agrees_everywhere(exam, mistake.observation, seen):
            return Diagnosis(mistake)
    if exam.exercise.is_a != "function" or exam.exercise.random or _is_constant(seen):
        return None
    is_wrong = [_wrong_labels(exam.exercise, *pair) for pair in zip(exam.expected, seen.outcomes, strict=True)]
    found = [(mistake, _agreement(exam, mistake.observation, seen, is_wrong)) for mistake in exam.mistakes]
    found = [(mistake, agreement) for mistake, agreement in found if agreement.is_enough]
    if not found:
        return None
    best = max(found, key=lambda pair: pair[1].rank)
    mistake, agreement = best
    rivals = [other for other, its in found if its.rank == agreement.rank and other.cause != mistake.cause]
    certain = agreement.covers or (agreement.refuted == 0 and not rivals)
    return Diagnosis(mistake, is_certain=certain, in_ordinary_cases=not agreement.covers)


def _agrees_everywhere(exam: Exam, known: Observation, seen: Observation) -> bool:
    """Return whether an answer did in every case what a known mistake does.

    That both raise an exception, or both return nothing at all, proves nothing on its own. Where any of several results is
    right, two wrong ones need not be the same: it is enough that both are wrong, or both right.
    """
    if known.broken != seen.broken:
        return False
    for right, there, here in zip(exam.expected, known.outcomes, seen.outcomes, strict=True):
        if _same(exam.exercise, there, here):
            continue
        wrong = bool(_wrong_labels(exam.exercise, right, there)), bool(_wrong_labels(exam.exercise, right, here))
        if not (isinstance(right.value, AnyOf) and wrong[0] == wrong[1]) and not (
            isinstance(right.value, Between) and wrong == (False, False)
        ):
            return False
    told = [outcome.malformed for outcome in seen.outcomes if outcome.failure is None]
    return any(not malformed or "yours" in malformed for malformed in told)  # which says what came back


@dataclass
class _Agreement:
    """How an answer and a known mistake compare, over all cases.

    Attributes
    ----------
    ordinary : whether they do the same in every ordinary case
    shared, shared_ordinary : how much speaks for it: the wrong values that they share, in all and in ordinary cases; an array
        of many fractions counts twice
    denied : in how many cases the mistake gives a wrong value, and the answer another one
    refuted : in how many of these that cannot be due to how each of them ends: in an exception, beyond all numbers, or at any
        number where several are right
    """

    ordinary: bool = True
    shared: int = 0
    shared_ordinary: int = 0
    denied: int = 0
    refuted: int = 0

    @property
    def covers(self) -> bool:
        """Whether the answer gives the mistake's wrong values wherever it has any."""
        return self.shared >= _FEW and not self.denied and (self.ordinary or self.shared_ordinary >= _FEW)

    @property
    def is_enough(self) -> bool:
        """Whether anything can be said."""
        return self.covers or (self.ordinary and self.shared_ordinary >= _FEW)

    @property
    def rank(self) -> tuple:
        """What to prefer: all ordinary cases alike, then nothing that speaks against it, then much that speaks for it."""
        return self.ordinary, self.covers, -self.refuted, -self.denied, self.shared


def _agreement(exam: Exam, known: Observation, seen: Observation, is_wrong: list[set[str]]) -> _Agreement:
    result = _Agreement()
    values: list[np.ndarray] = []
    cases = zip(exam.cases, exam.expected, known.outcomes, seen.outcomes, is_wrong, strict=True)
    for case, right, there, here, wrong_here in cases:
        is_ordinary = case.part == exam.cases[0].part
        wrong = set() if there is right else _wrong_labels(exam.exercise, right, there)
        if is_ordinary and result.ordinary:
            result.ordinary = wrong == wrong_here and _same(exam.exercise, there, here)
            if not result.ordinary and exam.has_single_numbers:
                return _Agreement(ordinary=False)  # two mistakes easily share a number by chance
        if not wrong or isinstance(right.value, AnyOf):
            continue
        if there.failure or there.malformed or here.failure or here.malformed:
            result.denied += not _same(exam.exercise, there, here)
        elif all(_same(exam.exercise, there, here, label) for label in wrong):
            telling = [value for label in wrong if (value := _telling(exam.exercise, here, label)) is not None]
            values += telling
            weight = max((_FEW if _is_manifold(value) else 1 for value in telling), default=0)
            result.shared += weight
            result.shared_ordinary += is_ordinary * weight
        else:
            result.denied += 1
            result.refuted += not (wrong & wrong_here and _is_beyond(right, there, here))
    if exam.has_single_numbers and np.unique(np.round(np.concatenate([[], *values]), 6)).size <= _FEW:
        return _Agreement(ordinary=False)
    return result


def _is_beyond(right: Outcome, *outcomes: Outcome) -> bool:
    """Return whether a case asks for no certain number, or one of two answers gives none."""
    try:
        numbers = [number for outcome in outcomes for number in _flatten(outcome.value)]
    except (TypeError, ValueError):
        return False
    return isinstance(right.value, Between) or not np.isfinite(numbers).all()


def _telling(exercise: Exercise, outcome: Outcome, label: str) -> np.ndarray | None:
    """Return a value in which two answers do not agree by chance, flat: neither constant nor infinite; else None."""
    if exercise.measure:
        value = [number for name, number in outcome.value.items() if name.rsplit(" of ")[-1] == label]
    else:
        value = (split(exercise, outcome.value) or {label: outcome.value}).get(label)
    try:
        numbers = np.asarray(list(_flatten(value)), dtype=np.float64)
    except (TypeError, ValueError):
        return None
    finite = numbers[np.isfinite(numbers)]
    if numbers.size == 1:
        return finite if finite.size and finite[0] not in (0, 1) else None
    return finite if np.unique(finite).size > 1 else None


def _is_manifold(numbers: np.ndarray) -> bool:
    """Return whether numbers are so many, and so little round, that one such array is proof enough."""
    return np.unique(numbers[numbers != np.round(numbers)]).size >= _MANY


def _flatten(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flatten(item)
    else:
        yield from np.ravel(np.asarray(value, dtype=np.float64)).tolist()


def explained_cases(exam: Exam, mistake: KnownMistake, seen: Observation) -> list[int]:
    """Return the cases in which an answer gives a wrong value that the mistake gives too, or stops as it does."""
    pairs = zip(mistake.observation.outcomes, seen.outcomes, strict=True)
    return [
        i for i, (known, here) in enumerate(pairs) if _same(exam.exercise, known, here) and _is_wrong(exam, i, here)
    ]


def _is_constant(seen: Observation) -> bool:
    """Return whether one and the same number is all that an answer ever gave."""
    returned = [outcome.value for outcome in seen.outcomes if outcome.failure is None and not outcome.malformed]
    try:
        arrays = [np.asarray(value).ravel() for value in returned]
    except (TypeError, ValueError):
        return False
    only_numbers = all(array.dtype.kind in "biuf" for array in arrays)
    return bool(arrays) and only_numbers and np.unique(np.concatenate(arrays)).size == 1


def _is_wrong(exam: Exam, number: int, outcome: Outcome) -> bool:
    return bool(_wrong_labels(exam.exercise, exam.expected[number], outcome))


def _wrong_labels(exercise: Exercise, right: Outcome, seen: Outcome) -> set[str]:
    return {label for label, difference in compare_outcomes(exercise, right, seen) if difference}


def _same(exercise: Exercise, known: Outcome, seen: Outcome, label: str = "") -> bool:
    """Return whether an answer did in one case what a known mistake does there, in all or with one returned value."""
    if known.failure or seen.failure:
        return bool(known.failure and seen.failure) and known.failure.type_name == seen.failure.type_name
    if known.malformed or seen.malformed:
        return known.malformed == seen.malformed
    if exercise.measure:
        return known.value.keys() == seen.value.keys() and all(
            compare_measured(exercise, name, value, seen.value) is None
            for name, value in known.value.items()
            if not label or name.rsplit(" of ")[-1] == label
        )
    if exercise.dtype == "list":
        return same_plain(known.value, seen.value)
    there, here = split(exercise, known.value), split(exercise, seen.value)
    if there is None or here is None:
        return _same_value(exercise, known.value, seen.value)
    return all(_same_value(exercise, there[name], here[name], name) for name in ([label] if label else there))


def _same_value(exercise: Exercise, known: Any, seen: Any, label: str = "") -> bool:
    if known is None or seen is None:
        return known is seen
    if isinstance(known, list | tuple):
        return (
            isinstance(seen, list | tuple)
            and len(known) == len(seen)
            and all(_same_value(exercise, *pair, label) for pair in zip(known, seen, strict=True))
        )
    if isinstance(known, dict):  # compare() allows further keys; here a key that is missing on one side tells two apart
        return (
            isinstance(seen, dict)
            and known.keys() == seen.keys()
            and all(_same_value(exercise, value, seen[key], label) for key, value in known.items())
        )
    options = {"is_bias": label in exercise.biases, "norm_tolerance": exercise.norm_tolerance}
    if compare(known, seen, **options) is not None:
        return False
    wants_type = bool(exercise.dtype)  # then 3.0 instead of 3 is a mistake, and of another kind than 3
    return not wants_type or compare(known, seen, dtype=_dtype_class(known), **options) is None


def _dtype_class(value: Any) -> str:
    dtype = np.asarray(value).dtype
    return "int" if dtype.kind in "iu" else "float64" if dtype == np.float64 else ""
