"""Numbers about a class: how hard each exercise is, which mistakes it makes, and what nobody foresaw. Nothing here writes anything."""

from __future__ import annotations

import ast
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from course.checks.exercises import EXERCISES
from course.grading.results import ClassResults, Result

_FEWEST = 4  # students, for a correlation or a comparison of two groups to mean anything
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?")  # not the 2 of dW_2


@dataclass(frozen=True)
class Item:
    """How one exercise worked as a question.

    Attributes
    ----------
    answers : how many were handed in and graded
    pass_rate : the share of students with all of its points
    difficulty : the mean share of its points; the lower, the harder
    discrimination : the correlation of its points with the points for all the rest; None if there is nothing to correlate
    """

    unit: str
    exercise: str
    answers: int
    pass_rate: float
    difficulty: float
    discrimination: float | None


def items(results: list[Result]) -> list[Item]:
    """Return each exercise with its numbers, in the order of the course; what is still to be graded by hand does not count."""
    graded = [one for one in results if not one.open]
    points, most = totals(graded)
    by_exercise = defaultdict(list)
    for one in graded:
        by_exercise[one.unit, one.exercise].append(one)
    order = list(EXERCISES)
    place = {key: (key[0], order.index(key[1]) if key[1] in EXERCISES else len(order)) for key in by_exercise}
    found = []
    for key in sorted(by_exercise, key=place.get):
        own = by_exercise[key]
        shares = [one.share for one in own]
        rest = [_rest(one, points, most) for one in own]
        passed = sum(one.passed for one in own) / len(own)
        found.append(Item(*key, len(own), passed, float(np.mean(shares)), _correlation(shares, rest)))
    return found


def totals(results: list[Result]) -> tuple[dict[str, float], dict[str, float]]:
    """Return student → points, and student → the points that could be earned with these answers."""
    points, most = defaultdict(float), defaultdict(float)
    for one in results:
        points[one.student] += one.points
        most[one.student] += one.max_points
    return points, most


def _rest(one: Result, points: dict[str, float], most: dict[str, float]) -> float | None:
    """Return the share of points that who answered this earned with everything else; None if there is nothing else."""
    left = most[one.student] - one.max_points
    return (points[one.student] - one.points) / left if left else None


def _correlation(one: list[float], other: list[float | None]) -> float | None:
    pairs = np.array([pair for pair in zip(one, other, strict=True) if pair[1] is not None], dtype=float).reshape(-1, 2)
    if len(pairs) < _FEWEST or np.any(np.ptp(pairs, axis=0) < 1e-12):
        return None
    return float(np.corrcoef(pairs.T)[0, 1])


# --- mistakes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """A known mistake, and who made it.

    Attributes
    ----------
    example : the code of one answer, without comments
    gap : how much larger a share of all other points those have who did not make it; None if one group is too small
    """

    exercise: str
    name: str
    cause: str
    advice: str
    students: list[str]
    example: str
    gap: float | None


def mistakes(results: list[Result]) -> list[Made]:
    """Return the known mistakes, the most frequent first."""
    points, most = totals([one for one in results if not one.open])
    answered, made = defaultdict(list), defaultdict(list)
    for one in results:
        answered[one.exercise].append(one)
        if one.mistake:
            made[one.exercise, one.mistake].append(one)
    found = []
    for (exercise, name), own in sorted(made.items(), key=lambda item: (-len(item[1]), item[0])):
        others = [one for one in answered[exercise] if one.mistake != name and one.attempted]
        with_it, without = (
            [r for one in group if (r := _rest(one, points, most)) is not None] for group in (own, others)
        )
        enough = min(len(with_it), len(without)) >= 2 and len(with_it) + len(without) >= _FEWEST
        gap = float(np.mean(without) - np.mean(with_it)) if enough else None
        first = min(own, key=lambda one: len(one.source))  # the shortest is read most easily
        students = [one.student for one in own]
        found.append(Made(exercise, name, first.cause, first.advice, students, without_comments(first.source), gap))
    return found


def separating(made: list[Made]) -> Made | None:
    """Return the mistake that separates strong students from weak ones best, or None if none does clearly."""
    clear = [one for one in made if one.gap is not None and one.gap >= 0.1]
    return max(clear, key=lambda one: one.gap, default=None)


def without_comments(source: str) -> str:
    """Return code without its comments and docstrings, where a name may stand; what is no Python stays as it is."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return "\n".join(line.partition("#")[0].rstrip() for line in source.splitlines())
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
            and len(node.body) > 1
        ):
            node.body = node.body[1:]
    return ast.unparse(tree)


# --- what nobody foresaw -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stack:
    """Wrong answers that behave alike and that no known mistake explains.

    Attributes
    ----------
    behaviour : what they do, with numbers left out
    example : the code of one of them, without comments
    draft : an entry for the catalogue, to be pasted into exercises/NAME.py; empty if none could be made
    """

    exercise: str
    behaviour: str
    students: list[str]
    example: str
    draft: str


def unforeseen(results: list[Result]) -> list[Stack]:
    """Return wrong answers without a name, stacked by what they do, the largest stack first."""
    stacks = defaultdict(list)
    for one in results:
        told = one.summary or one.reason
        wrong = one.attempted and not one.passed and not one.mistake and not one.by_hand and not one.cut_off
        if wrong and told and one.kind != "misuse":
            stacks[one.exercise, behaviour(told)].append(one)
    found = []
    for (exercise, told), own in sorted(stacks.items(), key=lambda item: (-len(item[1]), item[0])):
        first = min(own, key=lambda one: len(one.source))
        draft = draft_entry(exercise, first.source)
        found.append(Stack(exercise, told, [one.student for one in own], without_comments(first.source), draft))
    return found


def behaviour(summary: str) -> str:
    """Return what a verdict says, without the numbers that a student's own cases brought in."""
    told = re.sub(r"(\d+) of (\d+)\b", lambda found: "all" if found[1] == found[2] else "some", summary)
    return _NUMBER.sub("#", told)


def draft_entry(exercise: str, source: str) -> str:
    """Return a draft for ``exercises/NAME.py``: the answer as a mistake, with its words left to be written.

    It is empty if the exercise is not one of the course, or the answer does not define it.
    """
    if exercise not in EXERCISES:
        return ""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    name = "say_what_it_is"
    entry, others = None, []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == exercise:
            entry = node
            entry.name, entry.decorator_list = name, []
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == exercise for t in node.targets):
            entry = ast.parse(f"def {name}():\n    return {ast.unparse(node.value)}").body[0]  # a dictionary
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign):
            others.append(node)
    if entry is None:
        return ""
    body = entry.body[1:] if ast.get_docstring(entry) is not None and len(entry.body) > 1 else entry.body
    entry.body = [ast.Expr(ast.Constant("Say here, in one sentence to the student, what the cause is.")), *body]
    for node in ast.walk(entry):
        if isinstance(node, ast.Name) and node.id == exercise:
            node.id = name
    used = {node.id for part in [entry, *others] for node in ast.walk(part) if isinstance(node, ast.Name)}
    helpers = [ast.unparse(node) for node in others if _defines(node) & used]
    mark = '@mistake(advice="Say here where to look next, without the code.")'
    return "\n\n\n".join([*helpers, f"{mark}\n{ast.unparse(entry)}"])


def _defines(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {node.name}


# --- students ----------------------------------------------------------------------------------------------------------


def stuck(results: list[Result]) -> dict[tuple[str, str], dict[str, str]]:
    """Return (unit, exercise) → who is stuck there → in what, for each student's last unit.

    A student is stuck at the first exercise of the last unit handed in that has not all of its points.
    """
    order = {name: number for number, name in enumerate(EXERCISES)}
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for student in dict.fromkeys(one.student for one in results):
        own = [one for one in results if one.student == student]
        last = max(one.unit for one in own)
        open_ones = [one for one in own if one.unit == last and not one.passed and not one.by_hand]
        if open_ones:
            first = min(open_ones, key=lambda one: order.get(one.exercise, len(order)))
            found[first.unit, first.exercise][student] = in_words(first)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def in_words(one: Result) -> str:
    """Say what is the matter with an answer, in a few words."""
    if one.cut_off:
        return "ran out of time"
    if not one.attempted:
        return "left blank"
    if one.mistake:
        return one.mistake.replace("_", " ")
    words = {
        "raised": "stops with an error",
        "type": "another type",
        "shape": "another shape",
        "misuse": "not its own name",
    }
    return words.get(one.kind, "wrong, no known mistake" if one.kind else one.reason or "wrong")


def shares_by_unit(found: ClassResults) -> dict[str, dict[str, float]]:
    """Return unit → student → share of the points, of what was handed in; points to be given by hand do not count yet."""
    shares: dict[str, dict[str, float]] = {unit: {} for unit in found.units}
    for unit in found.units:
        points, most = totals([one for one in found.results if one.unit == unit and not one.open])
        shares[unit] = {student: points[student] / most[student] for student in points if most[student]}
    return shares


def aliases(students: list[str]) -> dict[str, str]:
    """Return id → "student 1" and so on, in an order that says nothing about the names."""
    mixed = sorted(students, key=lambda student: hashlib.sha256(student.encode()).digest())
    return {student: f"student {number}" for number, student in enumerate(mixed, 1)}
