"""Cases for 01-one-hot."""

import numpy as np

from course.checks.calls import Case
from solutions.cases.draw import different_sizes, numbers
from solutions.catalogue import cases


@cases("min_max")
def min_max_cases(rng):
    rows, columns = different_sizes(rng, 2)
    far_from_zero = numbers(rng, rows, columns, scale=3) + 20
    around_zero = numbers(rng, rows + columns)
    int8 = rng.integers(-128, 128, size=(rows, columns)).astype(np.int8)
    int8.flat[:2] = -128, 127  # the difference does not fit into an int8
    int32 = rng.integers(-(2**31), 2**31, size=columns + 1).astype(np.int32)
    int32[:2] = -2_000_000_000, 2_000_000_000
    another = rng.choice(["int16", "int64", "uint16", "uint32", "uint64"])
    return [
        Case("ordinary numbers", (far_from_zero,)),
        Case("ordinary numbers", (around_zero,)),
        Case("ordinary numbers", (numbers(rng, 2, rows, columns, scale=5) - 9,)),
        Case("whole numbers", (rng.integers(3, 250, size=(rows, columns)).astype(np.uint8),)),
        Case("whole numbers", (int8,)),
        Case("whole numbers", (int32,)),
        Case("whole numbers", (rng.integers(5, 5000, size=(columns, rows)).astype(another),)),
        Case("an array of equal numbers", (np.full((rows, columns), float(rng.integers(2, 9))),)),
        Case("an array of equal numbers", (np.full(columns, 7, dtype=np.uint8),)),
        Case("an array of equal numbers", (np.zeros((2, 3)),)),
    ]


@cases("one_hot")
def one_hot_cases(rng):
    n, k = 9, int(rng.integers(4, 7))
    every_class = rng.permutation(np.concatenate([np.arange(k), rng.integers(0, k, size=n - k)]))
    square = np.roll(np.arange(k), int(rng.integers(1, k - 1)))  # n = k, and no symmetric matrix
    last_absent = rng.integers(0, k - 2, size=n)
    last_absent[:2] = 0, k - 2
    middle_absent = np.array([0, k - 1, 2, 0, 2])
    too_large, negative = every_class.copy(), every_class.copy()
    too_large[int(rng.integers(1, n))] = k
    negative[int(rng.integers(1, n))] = -1
    return [
        Case("labels of every class", (every_class, k)),
        Case("labels of every class", (square, k)),
        Case("labels of every class", (every_class,), {"num_classes": k}),
        Case("ten classes by default", (np.append(np.arange(10), [7, 0, 7]),)),
        Case("a class that does not occur", (last_absent, k)),
        Case("a class that does not occur", (middle_absent, k)),
        Case("a class that does not occur", (rng.integers(0, 9, size=n),)),
        Case("a single sample", (np.array([1]), k)),
        Case("no samples at all", (np.array([], dtype=np.int64), k)),
        Case("a label that is too large", (too_large, k)),
        Case("a label that is too large", (np.array([k + 20]), k)),
        Case("a negative label", (negative, k)),
    ]


@cases("from_one_hot")
def from_one_hot_cases(rng):
    n, k = 8, int(rng.integers(4, 7))
    labels = rng.permutation(np.concatenate([np.arange(k), rng.integers(0, k, size=n - k)]))
    square = np.roll(np.arange(k), int(rng.integers(1, k - 1)))
    return [
        Case("ordinary rows", (np.eye(k)[labels],)),
        Case("ordinary rows", (np.eye(k)[square],)),
        Case("ordinary rows", (np.eye(k + 2)[labels],)),
        Case("a single sample", (np.eye(k)[[k - 1]],)),
        Case("a single class", (np.ones((3, 1)),)),
    ]
