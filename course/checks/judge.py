"""From an answer to a verdict: call it, accept it if everything holds, and only otherwise look for the reason."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.checks.calls import Case, Failure, Outcome, call, describe
from course.checks.compare import Difference, compare, describe_value, distance, format_pair, identical, same_plain
from course.checks.exercises import EXERCISES, Exercise
from course.checks.verdict import Verdict
from course.plain import AnyOf, Between, Rng, Sealed

# What an answer may do wrong although its values are right. Key → what to tell the student.
PROPERTIES = {
    "changes": "The values are right, but your function changes its argument {}. Work on a copy, or make a new array.",
    "global random": "Your code uses NumPy's global random numbers (np.random.…). Draw from a generator such as rng instead.",
    "not repeatable": "Called twice with the same arguments, your function gives two different results.",
    "ignores rng": "Two generators with different seeds give the same result. Draw all random numbers from rng.",
    "overwrites": "A later call changes the result of an earlier one. Make a new array in each call.",
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


@dataclass
class _Findings:
    """The differences, by the part of the exercise that they belong to; a part without any is earned.

    Attributes
    ----------
    in_order : the cases build upon each other, so the first one that is wrong is told first
    """

    in_order: bool = False
    by_part: dict[tuple[str, str], list[tuple[int, Difference]]] = field(default_factory=dict)

    def all(self) -> Iterator[tuple[int, Difference]]:
        for found in self.by_part.values():
            yield from found

    def first(self, explained: Iterable[int] = ()) -> tuple[int, Difference] | None:
        """Return the difference to tell first: one that the cause explains, then by kind, then by case."""
        explained = set(explained)

        def rank(item):
            number, difference = item
            return number not in explained, 0 if self.in_order else _ORDER.index(difference.kind), number

        ranked = sorted(self.all(), key=rank)
        return ranked[0] if ranked else None


def judge(exam: Exam, answer: Any) -> Verdict:
    """Return the verdict on ``answer``."""
    exercise = exam.exercise
    misuse = _misuse(exercise, answer)
    if misuse:
        return _verdict(exercise, "misuse", misuse)
    if exercise.is_a == "dict" and all(value is None for value in answer.values()):
        message = "Nothing is written yet: every entry is None. Replace the line `raise NotImplementedError()`, run both cells."
        return _verdict(exercise, "not attempted", message)
    seen = observe(exercise, exam.cases, answer)
    if unwritten := _unwritten(seen.outcomes):
        if unwritten == exercise.name and seen.outcomes[0].failure.code_above:
            message = "Your code stops at the line `raise NotImplementedError()` below it. Delete that line."
            return _verdict(exercise, "raised", message)
        return _verdict(exercise, "not attempted", _not_attempted(exercise, unwritten))
    findings = _find(exam, seen)
    notes = () if exam.hidden else tuple(_note(exercise, *o.warnings[0]) for o in seen.outcomes if o.warnings)[:1]
    if not seen.broken and findings.first() is None:
        return _verdict(exercise, "passed", "", score=1.0, notes=notes)
    return _explain(exam, answer, seen, findings, notes)


def observe(exercise: Exercise, cases: tuple[Case, ...], answer: Callable) -> Observation:
    """Call the answer in every case and note what it gives and which properties it breaks."""
    outcomes = []
    for case in cases:
        outcomes.append(call(answer, exercise, case))
        if _unwritten(outcomes):
            return Observation(tuple(outcomes))
    broken = {f"changes {name}" for outcome in outcomes for name in outcome.changed}
    if any(outcome.used_global_random for outcome in outcomes):
        broken.add("global random")
    first = outcomes[0]
    if first.failure is None and not first.malformed:
        again = call(answer, exercise, cases[0])
        if again.failure or not identical(again.raw, first.returned):
            broken.add("not repeatable")
        elif exercise.random and all(
            identical(call(answer, exercise, _reseeded(cases[0], shift)).raw, first.returned) for shift in _OTHER_SEEDS
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
    findings = _Findings(in_order=exam.exercise.is_a == "class")
    for number, (case, right, outcome) in enumerate(zip(exam.cases, exam.expected, seen.outcomes, strict=True)):
        for label, difference in _differences(exam.exercise, right, outcome):
            found = findings.by_part.setdefault((case.part, label), [])
            if difference:
                found.append((number, difference))
    return findings


def _differences(exercise: Exercise, right: Outcome, seen: Outcome) -> Iterator[tuple[str, Difference | None]]:
    """Compare one call's outcome with the right one: a pair for each returned value (or each group of measured ones)."""
    if isinstance(right.value, AnyOf):
        nearest = min(right.value.values, key=lambda value: distance(value, seen.value))
        yield from _differences(exercise, Outcome(value=nearest), seen)
        return
    if right.failure:
        yield "", _compare_failures(exercise, right.failure, seen)
        return
    labels = _labels(exercise, right.value)
    if seen.failure:
        raised = Difference("raised", _raised(exercise, seen.failure), _raised_where(exercise, seen.failure))
        yield from ((label, raised) for label in labels)
    elif seen.malformed:
        yield from ((label, Difference("type", seen.malformed + ".")) for label in labels)
    elif exercise.measure:
        for name, value in right.value.items():
            yield name.rsplit(" of ")[-1], _compare_measured(exercise, name, value, seen.value)
    elif (got := _split(exercise, seen.value)) is None:
        yield from ((label, Difference("type", _other_parts(exercise, seen.value))) for label in labels)
    else:
        for label, expected in _split(exercise, right.value).items():
            yield label, _compare_returned(exercise, label, expected, got[label])


def _labels(exercise: Exercise, value: Any) -> tuple[str, ...]:
    if exercise.measure:
        return tuple(dict.fromkeys(name.rsplit(" of ")[-1] for name in value))
    return tuple(label for name in exercise.returns for label in ([name] if isinstance(name, str) else name))


def _split(exercise: Exercise, value: Any) -> dict[str, Any] | None:
    """Return the value of each label, or None if what came back is not built of as many parts."""
    if len(exercise.returns) == 1:
        return {exercise.returns[0]: value}
    parts: dict[str, Any] = {}
    if not _holds(value, len(exercise.returns)):
        return None
    for name, part in zip(exercise.returns, value, strict=True):
        if isinstance(name, str):
            parts[name] = part
        elif _holds(part, len(name)):
            parts |= dict(zip(name, part, strict=True))
        else:
            return None
    return parts


def _holds(value: Any, count: int) -> bool:
    return isinstance(value, list | tuple) and len(value) == count


def _other_parts(exercise: Exercise, value: Any) -> str:
    wanted = ", ".join(name if isinstance(name, str) else f"[{', '.join(name)}]" for name in exercise.returns)
    given = describe_value(value)
    if _holds(value, len(exercise.returns)):
        given += f": {_and([describe_value(part) for part in value])}"
    return f"{exercise.name} should return {len(exercise.returns)} things, ({wanted}); yours returned {given}."


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
        finding, _, detail = got[name].partition("\n")
        return (
            None if finding == right.partition("\n")[0] else Difference("value", f"{finding} {detail}".strip(), finding)
        )
    if isinstance(right, tuple):
        return Difference("shape", f"The {name} should be {_in_short(right)}; you have {_in_short(got[name])}.")
    if isinstance(right, Sealed):
        return Difference("value", f"The {name} {'is another one' if isinstance(got[name], Sealed) else got[name]}.")
    relative, absolute = tolerance = exercise.tolerances.get(name, (0, 0))
    difference = compare(right, got[name], name, tolerance=tolerance if any(tolerance) else None)
    if difference is None or isinstance(right, np.ndarray):
        return difference
    about = "about " if relative * right or absolute else ""
    expected, wrong = format_pair(float(f"{right:.3g}"), float(f"{got[name]:.3g}"))
    message = f"The {name} should be {about}{expected}; yours is {wrong}."
    return Difference("value", message, f"The {name} is not what it should be.")


def _in_short(numbers: Any) -> str:
    """Write a long tuple with what repeats told once: ``20 times 10, 6``."""
    if not isinstance(numbers, tuple) or len(numbers) < 6:
        return str(numbers)
    groups = [(value, len(list(group))) for value, group in itertools.groupby(numbers)]
    return ", ".join(f"{count} times {value}" if count > 1 else str(value) for value, count in groups)


def _compare_failures(exercise: Exercise, right: Failure, seen: Outcome) -> Difference | None:
    if seen.failure is None:
        given = "yours raised nothing" if exercise.probe else f"yours returned {describe_value(seen.value)}"
        return Difference("value", f"{exercise.name} should raise {right.type_name} here; {given}.")
    if right.type_name in seen.failure.types:
        return None
    here = f"Here {right.type_name} is right."
    return Difference(
        "raised", f"{here} {_raised(exercise, seen.failure)}", f"{here} {_raised_where(exercise, seen.failure)}"
    )


def _raised(exercise: Exercise, failure: Failure) -> str:
    message = f": {failure.message}" if failure.message and failure.type_name != "KernelDied" else ""
    return f"{_raised_where(exercise, failure).rstrip('.')}{message.rstrip('. ')}."


def _raised_where(exercise: Exercise, failure: Failure) -> str:
    """Say where an exception was raised, without its message, which may hold the arguments of a hidden case."""
    if failure.type_name == "KernelDied":
        return f"{exercise.name} could not be called to its end: {failure.message}."
    where = f" in line {failure.number}, `{failure.line}`" if failure.line else ""
    return f"{exercise.name} stopped with {failure.type_name}{where}."


# --- explaining --------------------------------------------------------------------------------------------------------


def _explain(exam: Exam, answer, seen: Observation, findings: _Findings, notes) -> Verdict:
    exercise = exam.exercise
    mistake = diagnose(exam, seen)
    score = _score(exam, seen, findings)
    first = findings.first(_explained_cases(exam, mistake, seen) if mistake else ())
    if first is None:
        return _verdict(exercise, "property", _broken(seen.broken), score, mistake, notes=notes)
    number, difference = first
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
        notes = (*notes, f"your function printed: {seen.outcomes[number].printed.strip()[:200]}")
    if outside := _arrays_from_outside(answer):
        notes = (*notes, f"your function uses {_and(outside)} of the notebook, which it does not get as an argument.")
    if changed := sorted(key.removeprefix("changes ") for key in seen.broken if key.startswith("changes ")):
        notes = (*notes, f"your function also changes its argument {_and(changed)}.")
    return _verdict(
        exercise,
        difference.kind,
        before + difference.message + after,
        score,
        mistake,
        summary=before + (difference.summary or difference.message) + after,
        call="" if exam.hidden else describe(exercise, exam.cases[number]),
        expected=difference.expected,
        got=difference.got,
        wrong=difference.wrong,
        notes=notes,
    )


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
    clauses = [f"{_and(right)} {_is(right)} right"] if right else []
    for relation, labels in related.items():
        clauses.append(relation.format(_and(labels)) if relation else f"{_and(labels)} {_is(labels)} wrong")
    text = "; ".join(clauses)
    return f"{text}." if text.startswith(tuple(here)) else _sentence(text)  # a name keeps its small letter


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


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


def _broken(broken: frozenset[str]) -> str:
    key = min(broken, key=lambda key: [key.startswith(name) for name in PROPERTIES].index(True))
    if key.startswith("changes "):
        return PROPERTIES["changes"].format(key.removeprefix("changes "))
    return PROPERTIES[key]


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


def _explained_cases(exam: Exam, mistake: KnownMistake, seen: Observation) -> list[int]:
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
    must fit in more than half, or, for a class, in all where the answer is wrong. More than any count says, and first in what is returned, that the answer is wrong in
    ordinary cases and does in every one of them what the mistake does; of a class there is no such case.
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
    return {label for label, difference in _differences(exercise, right, seen) if difference}


def _same(exercise: Exercise, known: Outcome, seen: Outcome, label: str = "") -> bool:
    """Return whether an answer did in one case what a known mistake does there, in all or with one returned value."""
    if known.failure or seen.failure:
        return bool(known.failure and seen.failure) and known.failure.type_name == seen.failure.type_name
    if known.malformed or seen.malformed:
        return known.malformed == seen.malformed
    if exercise.measure:
        return known.value.keys() == seen.value.keys() and all(
            _compare_measured(exercise, name, value, seen.value) is None
            for name, value in known.value.items()
            if not label or name.rsplit(" of ")[-1] == label
        )
    if exercise.dtype == "list":
        return same_plain(known.value, seen.value)
    there, here = _split(exercise, known.value), _split(exercise, seen.value)
    if there is None or here is None:
        return _same_value(exercise, known.value, seen.value)
    return all(_same_value(exercise, there[name], here[name], name) for name in ([label] if label else there))


def _same_value(exercise: Exercise, known: Any, seen: Any, label: str = "") -> bool:
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
        return known is None and seen is None
    wants_type = bool(exercise.dtype)  # then 3.0 instead of 3 is a mistake, and of another kind than 3
    return not wants_type or compare(known, seen, dtype=_dtype_class(known), **options) is None


def _dtype_class(value: Any) -> str:
    dtype = np.asarray(value).dtype
    return "int" if dtype.kind in "iu" else "float64" if dtype == np.float64 else ""


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


def _note(exercise: Exercise, warning: str, function: str) -> str:
    if function not in ("", exercise.name):
        return f'NumPy warned in {function}, which {exercise.name} calls: "{warning}". It costs no points here.'
    return f'NumPy warned: "{warning}". It costs no points. Where does it come from?'


def _verdict(
    exercise: Exercise,
    kind: str,
    message: str,
    score: float = 0.0,
    mistake: KnownMistake | None = None,
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
        mistake=mistake.name if mistake else None,
        cause=mistake.cause if mistake else "",
        advice=mistake.advice if mistake else "",
        **more,
    )
