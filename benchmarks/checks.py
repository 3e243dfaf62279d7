"""How long a check takes, in CPU time: a row for each exercise, right answers and wrong ones.

The right ones are the reference and all variants, the wrong ones all known mistakes. A check is to answer within 100 ms; the
class of unit 12, which trains some hundred networks, within 400 ms.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Iterable
from typing import Any

from course.checks import EXERCISES, check_answer
from course.grading.repository import load_solutions

SOON = 0.1  # seconds


def main() -> None:
    """Print the table, and the shares of right and of wrong answers that are checked soon enough."""
    solutions = load_solutions()
    right_times: list[float] = []
    wrong_times: list[float] = []
    print("a check, in ms of CPU        right: median  worst    wrong: median  worst")
    for name in EXERCISES:
        reference = getattr(solutions.reference, name)
        check_answer(name, reference)  # what is loaded once
        right = measure(name, [reference, *solutions.variants[name]])
        wrong = measure(name, [known.function for known in solutions.mistakes[name]])
        right_times += right
        wrong_times += wrong
        figures = [1000 * pick(times) for times in (right, wrong) for pick in (statistics.median, max)]
        print(f"  {name:<24} {figures[0]:15.0f} {figures[1]:6.0f} {figures[2]:16.0f} {figures[3]:6.0f}")
    for kind, times in (("right", right_times), ("wrong", wrong_times)):
        soon = sum(seconds <= SOON for seconds in times) / len(times)
        print(f"within {1000 * SOON:g} ms: {soon:.1%} of {len(times)} {kind} answers (wanted: 95%)")


def measure(name: str, answers: Iterable[Any]) -> list[float]:
    """Return the seconds of CPU that each check takes."""
    times = []
    for answer in answers:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            start = time.process_time()
            check_answer(name, answer)
        times.append(time.process_time() - start)
    return times


if __name__ == "__main__":
    main()
