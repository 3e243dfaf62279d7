"""Cases for 02-initialisation."""

import numpy as np

from course.checks.calls import Case
from course.plain import Rng
from solutions.cases.draw import different_sizes, network, numbers
from solutions.catalogue import cases


@cases("init_weights")
def init_weights_cases(rng):
    # Large enough that the standard deviation shows which formula was used, small enough for plain Python loops.
    d, h, k = int(rng.integers(280, 321)), int(rng.integers(200, 241)), int(rng.integers(110, 131))
    size = int(rng.integers(155, 171))
    seeds = [int(seed) for seed in rng.integers(0, 2**31, size=4)]
    small = different_sizes(rng, 3)
    return [
        Case("large layers", (d, h, k, Rng(seeds[0]))),
        Case("layers of equal size", (size, size, size, Rng(seeds[1]))),
        Case("small layers", (*small, Rng(seeds[2]))),
        Case("small layers", (1, 1, 1, Rng(seeds[3]))),
    ]


@cases("count_parameters")
def count_parameters_cases(rng):
    d, h, k = different_sizes(rng, 3)
    deep = different_sizes(rng, 4)
    shapes = list(zip(deep[1:], deep[:-1], strict=True))
    return [
        Case("two layers", network(rng, d, h, k)),
        Case("two layers", network(rng, k, d, h)),
        Case("two layers", ([np.zeros((h, d)), np.zeros((k, h))], [np.zeros(h), np.zeros(k)])),
        Case("one layer", ([numbers(rng, k, d)], [numbers(rng, k)])),
        Case(
            "three layers", ([numbers(rng, *shape) for shape in shapes], [numbers(rng, shape[0]) for shape in shapes])
        ),
    ]
