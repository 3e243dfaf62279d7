"""Naming the mistake: which known one gives what was seen. A false accusation is worse than silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.checks.calls import Outcome
from course.checks.compare import compare, compare_measured, compare_outcomes, same_plain, split
from course.checks.exercises import Exercise
from course.plain import AnyOf, Between

if TYPE_CHECKING:
    from course.checks.judge import Exam, KnownMistake, Observation


def diagnose(exam: Exam, seen: Observation) -> KnownMistake | None:
    """Return the known mistake that gives what was seen, or None.

    A mistake that agrees in every case is the first choice. Otherwise, for an answer with two mistakes at once, it is the
    one that explains the most wrong values. That both raise an exception, or both return nothing at all, proves nothing
    on its own. Where any of several results is right, two wrong ones need not be the same: it is enough that both are
    wrong, or both right. An answer that always gives the same number must agree in every case: to share that number with a
    mistake in a few of them is a coincidence.
    """
    for mistake in exam.mistakes:
        agree = [
            _same(exam.exercise, known, outcome)
            or (isinstance(right.value, AnyOf) and _is_wrong(exam, i, known) == _is_wrong(exam, i, outcome))
            or (isinstance(right.value, Between) and not _is_wrong(exam, i, known) and not _is_wrong(exam, i, outcome))
            for i, (known, outcome, right) in enumerate(
                zip(mistake.observation.outcomes, seen.outcomes, exam.expected, strict=True)
            )
        ]
        proof = any(
            same and outcome.failure is None and not outcome.malformed
            for same, outcome in zip(agree, seen.outcomes, strict=True)
        )
        if all(agree) and proof and mistake.observation.broken == seen.broken:
            return mistake
    if _is_constant(seen):
        return None
    explained = [_count_explained(exam, mistake.observation, seen) for mistake in exam.mistakes]
    most = max(explained, default=(False, 0))
    return exam.mistakes[explained.index(most)] if most[1] else None


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


def _is_empty(value: Any) -> bool:
    return value.size == 0 if isinstance(value, np.ndarray) else isinstance(value, list | tuple) and not value


def _is_wrong(exam: Exam, number: int, outcome: Outcome) -> bool:
    return bool(_wrong_labels(exam.exercise, exam.expected[number], outcome))


def _count_explained(exam: Exam, known: Observation, seen: Observation) -> tuple[bool, int]:
    """Count the wrong values that a known mistake gives too, in the cases where it gives no other wrong value.

    It must fit in at least half of the cases where it or the answer gives wrong values; less would be a coincidence. Where
    the result is a single number, or a sentence about a class, two mistakes easily give the same one by chance: then it
    must fit in more than half, or, for a class, in all where the answer is wrong. More than any count says, and first in
    what is returned, that the answer is wrong in ordinary cases and does in every one of them what the mistake does; of a
    class there is no such case.
    """
    count = fitting = concerned = wrong_cases = 0
    ordinary_alike, ordinary_fitting = True, 0
    for case, right, there, here in zip(exam.cases, exam.expected, known.outcomes, seen.outcomes, strict=True):
        is_ordinary = case.part == exam.cases[0].part
        if is_ordinary:
            ordinary_alike = ordinary_alike and _same(exam.exercise, there, here)
        if there.failure or here.failure or _is_empty(here.value):
            continue
        wrong, wrong_here = _wrong_labels(exam.exercise, right, there), _wrong_labels(exam.exercise, right, here)
        concerned += bool(wrong or wrong_here)
        wrong_cases += bool(wrong_here)
        if wrong and wrong <= wrong_here and all(_same(exam.exercise, there, here, label) for label in wrong):
            fitting += 1
            ordinary_fitting += is_ordinary
            count += len(wrong)
    is_class = exam.exercise.is_a == "class"
    if ordinary_alike and ordinary_fitting and not is_class:
        return True, count
    if is_class:
        enough = 2 * fitting > concerned or fitting == wrong_cases
    elif all(_is_one_number(right.value) for right in exam.expected):
        enough = 2 * fitting > concerned
    else:
        enough = 2 * fitting >= concerned
    return False, count if enough else 0


def _is_one_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number | Between) or (isinstance(value, np.ndarray) and value.ndim == 0)


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
