"""Your line: where a wrong answer goes wrong, if a single small change of one line makes it right.

The student's own function, and the functions of their cell that it calls, are changed in one small way at a time
(``edits.py``) and run on the frozen cases. If every change that makes all of them right is at the same line, that is the
line. Which change it was, nobody is told: it stays in this module.
"""

from __future__ import annotations

import contextlib
import functools
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from course.checks import looks
from course.checks.calls import call
from course.checks.compare import compare_outcomes
from course.checks.edits import Edit, find_edits
from course.checks.exercises import EXERCISES, Exercise
from course.checks.expressions import Surroundings
from course.checks.judge import Exam, observe
from course.checks.limit import TimeUp, run_for
from course.checks.source import FILE, Source, read_source
from course.checks.verdict import Line

_SECONDS, _SECONDS_OF_LOOPS = 0.3, 2.0  # of CPU, for a whole search
_SECONDS_OF_CALL = 0.05  # for one call; what needs longer by itself gets ten times what it needs
_MOST_SHAPES = 500  # of arrays that are noted in one call
_MEMORY = 2**29  # bytes that a changed answer may use on top of what is in use, where the system can hold it to that

Key = tuple[str, str]  # what is right or wrong on its own: a part of the cases and a returned value


@dataclass
class _Search:
    """What one search looks for and has found.

    Attributes
    ----------
    wrong : all that is wrong with the answer as it is
    goals : sets of these, with what to call them; a change that mends one tells the line, the first that is met counts most
    found : for each goal the changes that mend it
    tried : how many changes have been tried
    """

    exam: Exam
    wrong: frozenset
    goals: dict[frozenset, str]
    order: tuple[int, ...]
    seconds_of_call: float
    found: dict[frozenset, list[Edit]] = field(default_factory=dict)
    tried: int = 0

    @property
    def is_ambiguous(self) -> bool:
        """Whether changes at different lines make everything right."""
        return len({_line_of(edit) for edit in self.found.get(self.wrong, ())}) > 1


def takes_long(exercise: Exercise) -> bool:
    """Return whether the search runs whole trainings, so that a student should ask for it."""
    return bool({"train_step", "sgd"} & set(exercise.uses))


def explains(exam: Exam, name: str, answer: Any) -> bool:
    """Return whether a known mistake is wrong just where the answer is wrong; otherwise it is a doubtful name for it."""
    known = next(mistake.observation for mistake in exam.mistakes if mistake.name == name)
    try:
        seen = observe(exam.exercise, exam.cases, answer, 1)
    except TimeUp:
        return True
    pairs = zip(known.outcomes, seen.outcomes, strict=True)
    alike = (dict(_compare(exam, i, there)) == dict(_compare(exam, i, here)) for i, (there, here) in enumerate(pairs))
    return known.broken == seen.broken and all(alike)


def find_line(exam: Exam, answer: Any, seconds: float | None = None) -> Line | None:
    """Return the line at which a wrong answer goes wrong, or None if no line or several lines could be meant.

    Parameters
    ----------
    exam : the frozen cases
    seconds : of CPU, for the whole search; by default 0.3, or 2 for an exercise that runs whole trainings
    """
    if exam.hidden or exam.exercise.is_a != "function":
        return None
    source = read_source(answer)
    if source is None:
        return None
    seconds = seconds or (_SECONDS_OF_LOOPS if takes_long(exam.exercise) else _SECONDS)
    with _left_as_it_was(), _limited_memory() as limited:
        return _search(exam, answer, source, seconds, limited)


def _search(exam: Exam, answer: Any, source: Source, seconds: float, memory_is_limited: bool) -> Line | None:
    end = time.process_time() + seconds
    search = _start(exam, source.compile())
    if search is None:
        return None
    kinds = _find_kinds(exam, source.compile())
    edits = _find_edits(exam, source, kinds, memory_is_limited)
    while search.tried < len(edits) and not search.is_ambiguous:
        if time.process_time() > end:
            return None
        try:
            run_for(search.seconds_of_call, functools.partial(_try_some, search, source, edits))
        except TimeUp:  # it may have come at any time, with the tree still changed: go on with a new one
            source = read_source(answer)
            edits = _find_edits(exam, source, kinds, memory_is_limited)
    return _conclude(search, source)


def _try_some(search: _Search, source: Source, edits: list[Edit]) -> None:
    """Try the next changes, until a quarter of the time is over in which one alone must be done."""
    end = time.process_time() + search.seconds_of_call / 4
    while search.tried < len(edits) and not search.is_ambiguous and time.process_time() < end:
        edit = edits[search.tried]
        search.tried += 1
        with edit.applied():
            met = _mended(search, source)
        for goal in met:
            search.found.setdefault(goal, []).append(edit)


def _conclude(search: _Search, source: Source) -> Line | None:
    """Return the line that all changes with the first goal that was met have in common."""
    if search.is_ambiguous:
        return None
    for goal, what in search.goals.items():
        edits = search.found.get(goal, ())
        if len({_line_of(edit) for edit in edits}) == 1:
            lines = {edit.line for edit in edits}
            number = lines.pop() if len(lines) == 1 else _line_of(edits[0])
            shapes = (_first_wrong_shape(search, source, edits[0], case) for case in range(len(search.order)))
            only_changes = all(str(key).startswith("changes ") for key in goal)
            look = looks.COPY if only_changes else edits[0].look
            return Line(number, source.lines[number - 1].strip(), look, what, next(filter(None, shapes), ""))
    return None


def _line_of(edit: Edit) -> int:
    return edit.statement.lineno


def _first_wrong_shape(search: _Search, source: Source, edit: Edit, number: int) -> str:
    """Return which variable first has another shape in a case than it has with the change, and its own shape; or nothing."""
    as_it_is = _shapes(search, source.compile(), number)
    with edit.applied():
        mended = _shapes(search, source.compile(), number)
    for (name, shape), (other_name, other_shape) in zip(as_it_is, mended, strict=False):
        if name != other_name:
            return ""
        if shape != other_shape:
            return f"{name} {shape}"
    return ""


def _shapes(search: _Search, answer: Callable, number: int) -> list[tuple[str, tuple[int, ...]]]:
    """Return each array that a variable of the answer comes to hold, in this order, as its name and shape."""
    made: list[tuple[str, tuple[int, ...]]] = []
    held: dict[str, np.ndarray] = {}

    def note(variables: dict[str, Any]) -> None:
        for name, value in variables.items():
            if isinstance(value, np.ndarray) and held.get(name) is not value and len(made) < _MOST_SHAPES:
                held[name] = value
                made.append((name, value.shape))

    _watch_variables(search.exam, answer, number, ("line", "return"), note)
    return made


# --- trying a change ---------------------------------------------------------------------------------------------------


def _start(exam: Exam, answer: Callable) -> _Search | None:
    """Call the answer as it is, and return what there is to look for: nothing, if it takes too long or nothing is wrong."""
    right: dict[Key, bool] = {}
    costs, broken, longest = [], set(), 0.0
    ordinary = exam.cases[0].part
    try:
        for number, case in enumerate(exam.cases):
            started = time.process_time()
            outcome = call(answer, exam.exercise, case, 1)
            costs.append(time.process_time() - started)
            longest = max(longest, costs[-1])
            broken |= _properties(outcome)
            found = dict(_compare(exam, number, outcome))
            right |= {key: is_right and right.get(key, True) for key, is_right in found.items()}
            if all(found.values()):
                costs[-1] += 1  # a case that is right already tells least: it comes after the others
            elif case.part != ordinary:
                costs[-1] *= 5
        broken |= observe(exam.exercise, exam.cases, answer, 1).broken
    except TimeUp:
        return None
    wrong = frozenset(key for key, is_right in right.items() if not is_right)
    # Where an exception is asked for there is no label: a change that raises it for whatever reason mends nothing.
    labels = dict.fromkeys(label for _, label in right if label)
    goals = {wrong | broken: "it goes wrong"}
    for label in () if exam.exercise.measure else labels:  # what is measured of one result depends on the others
        goals.setdefault(frozenset(key for key in wrong if key[1] == label), f"{label} goes wrong")
    if not exam.exercise.measure:
        goals.setdefault(frozenset(key for key in wrong if key[0] == ordinary), f"it goes wrong for {ordinary}")
    goals.pop(frozenset(), None)
    return _Search(
        exam=exam,
        wrong=wrong | broken,
        goals=goals,
        order=tuple(sorted(range(len(costs)), key=costs.__getitem__)),
        seconds_of_call=max(_SECONDS_OF_CALL, 10 * longest),
    )


def _compare(exam: Exam, number: int, outcome) -> Iterator[tuple[Key, bool]]:
    part = exam.cases[number].part
    for label, difference in compare_outcomes(exam.exercise, exam.expected[number], outcome):
        yield (part, label), difference is None


def _mended(search: _Search, source: Source) -> list[frozenset]:
    """Return the goals that the changed source meets in all cases, without anything right becoming wrong."""
    exam = search.exam
    still_wrong: set = set()
    try:
        answer = source.compile()
        for number in search.order:
            outcome = call(answer, exam.exercise, exam.cases[number])
            still_wrong |= _properties(outcome) | {key for key, right in _compare(exam, number, outcome) if not right}
            if not _met(search, still_wrong):
                return []
        still_wrong |= observe(exam.exercise, exam.cases, answer).broken
    except Exception:  # it does not compile, or cannot be judged
        return []
    return _met(search, still_wrong)


def _properties(outcome) -> set[str]:
    return {f"changes {name}" for name in outcome.changed} | (
        {"global random"} if outcome.used_global_random else set()
    )


def _met(search: _Search, still_wrong: set) -> list[frozenset]:
    if still_wrong - search.wrong:
        return []
    return [goal for goal in search.goals if not goal & still_wrong]


# --- what to change ----------------------------------------------------------------------------------------------------


def _find_edits(exam: Exam, source: Source, kinds: dict[str, str], any_size: bool) -> list[Edit]:
    """Return the small changes of all functions, in the order in which they are tried.

    Parameters
    ----------
    any_size : whether a change may ask for arrays of other sizes
    """
    functions = {name: sum("=" not in one for one in EXERCISES[name].parameters) for name in exam.exercise.uses}
    counts, others = _sizes(exam)
    edits = []
    for function in source.tree.body:
        around = Surroundings(functions)
        if function.name == source.name:
            around = Surroundings(functions, exam.exercise.parameters, counts, others, kinds)
        edits += find_edits(function, around)
    return sorted((edit for edit in edits if any_size or not edit.sizes), key=lambda edit: edit.rank)


def _find_kinds(exam: Exam, answer: Callable) -> dict[str, str]:
    """Return what each variable of an answer is in the first case: "2 axes", "list", "int".

    Nothing, if the answer raises there: then something may be of the wrong kind.
    """
    kinds: dict[str, str] = {}

    def note(variables: dict[str, Any]) -> None:
        for name, value in variables.items():
            kinds[name] = f"{value.ndim} axes" if isinstance(value, np.ndarray) else type(value).__name__

    return kinds if _watch_variables(exam, answer, 0, ("return",), note) else {}


def _watch_variables(exam: Exam, answer: Callable, number: int, events: tuple[str, ...], note: Callable) -> bool:
    """Call the answer, and ``note`` its variables at each of these events; return whether it came to its end."""

    def trace(frame, event, arg):
        if frame.f_code.co_filename != FILE:
            return None
        if event in events:
            note(frame.f_locals)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return call(answer, exam.exercise, exam.cases[number]).failure is None
    finally:
        sys.settrace(before)


def _sizes(exam: Exam) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return how an answer may write the number of samples, and other sizes."""
    named = dict(zip(exam.exercise.argument_names, exam.cases[0].args, strict=False))
    matrices = [name for name, value in named.items() if isinstance(value, np.ndarray) and value.ndim == 2]
    arrays = [name for name, value in named.items() if isinstance(value, np.ndarray | list) and name not in ("W", "b")]
    counts = tuple(f"len({name})" for name in (matrices or arrays)[-1:])
    return counts, tuple(f"{name}.shape[1]" for name in matrices[-1:])


# --- leaving no trace --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _left_as_it_was() -> Iterator[None]:
    """Restore what a changed answer may have changed: global random numbers, where printing goes, what NumPy warns of."""
    numpy_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002
    streams, errors = (sys.stdout, sys.stderr), np.geterr()  # a call that is stopped may leave these changed
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's about the changed source; NumPy's are caught with each call
            yield
    finally:
        sys.stdout, sys.stderr = streams
        np.seterr(**errors)
        np.random.set_state(numpy_state)  # noqa: NPY002
        random.setstate(python_state)


@contextlib.contextmanager
def _limited_memory() -> Iterator[bool]:
    """Let this process have only so much more memory for a while; yield whether the system can hold it to that."""
    try:
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        before, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (min(wanted, before) if before >= 0 else wanted, most))
    except (ImportError, OSError, ValueError):
        yield False
        return
    try:
        yield True
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))
