"""Odd but right answers to 02-initialisation."""

import itertools
import math
from functools import reduce

import numpy as np

from solutions.catalogue import variant

# --- init_weights ----------------------------------------------------------------------------------------------------


@variant("init_weights")
def scale_afterwards(input_size, hidden_size, output_size, rng):
    W = [rng.standard_normal((hidden_size, input_size)), rng.standard_normal((output_size, hidden_size))]
    return [w * math.sqrt(2 / w.shape[1]) for w in W], [np.zeros((w.shape[0],)) for w in W]


@variant("init_weights")
def second_layer_first(input_size, hidden_size, output_size, rng):
    W_2 = rng.normal(scale=(2 / hidden_size) ** 0.5, size=(output_size, hidden_size))
    W_1 = rng.normal(scale=(2 / input_size) ** 0.5, size=(hidden_size, input_size))
    return (W_1, W_2), (np.zeros(hidden_size), np.zeros(output_size))


@variant("init_weights")
def drawn_transposed(input_size, hidden_size, output_size, rng):
    sizes = [input_size, hidden_size, output_size]
    pairs = list(itertools.pairwise(sizes))
    W = [(rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in)).T for fan_in, fan_out in pairs]
    return W, [np.zeros((1, fan_out)) for _, fan_out in pairs]


@variant("init_weights")
def half_precision_of_double(input_size, hidden_size, output_size, rng):
    def layer(rows, columns):
        return rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(np.sqrt(2 / columns))

    W = [layer(hidden_size, input_size), layer(output_size, hidden_size)]
    return W, [np.zeros(hidden_size, np.float32), np.zeros(output_size, np.float32)]


@variant("init_weights")
def legacy_random_state(input_size, hidden_size, output_size, rng):
    old = np.random.RandomState(rng.integers(2**32, dtype=np.uint32))
    W_1 = old.randn(hidden_size, input_size) / np.sqrt(input_size / 2)
    W_2 = old.randn(output_size, hidden_size) / np.sqrt(hidden_size / 2)
    return [W_1, W_2], [0 * W_1[:, 0], 0 * W_2[:, 0]]


@variant("init_weights")
def row_by_row(input_size, hidden_size, output_size, rng):
    W_1 = np.array([rng.normal(0, math.sqrt(2 / input_size), input_size) for _ in range(hidden_size)])
    W_2 = np.array([rng.normal(0, math.sqrt(2 / hidden_size), hidden_size) for _ in range(output_size)])
    return [W_1, W_2], [np.zeros(hidden_size), np.zeros(output_size)]


@variant("init_weights")
def spawned_generators(input_size, hidden_size, output_size, rng):
    one, two = (np.random.default_rng(int(seed)) for seed in rng.integers(2**60, size=2))
    W = [
        one.normal(0, np.sqrt(2 / input_size), (hidden_size, input_size)),
        two.normal(0, np.sqrt(2 / hidden_size), (output_size, hidden_size)),
    ]
    return W, [np.zeros(hidden_size), np.zeros(output_size)]


# --- count_parameters ------------------------------------------------------------------------------------------------


@variant("count_parameters")
def flatten_and_join(W, b):
    return np.concatenate([array.ravel() for array in [*W, *b]]).size


@variant("count_parameters")
def count_one_by_one(W, b):
    count = 0
    for array in itertools.chain(W, b):
        for _ in array.flat:
            count += 1
    return count


@variant("count_parameters")
def from_the_shapes(W, b):
    return np.sum([rows * (columns + 1) for rows, columns in (w.shape for w in W)])


@variant("count_parameters")
def product_of_sides(W, b):
    return np.array(sum(math.prod(array.shape) for layer in zip(W, b, strict=True) for array in layer))


@variant("count_parameters")
def folded(W, b):
    return reduce(lambda count, layer: count + layer[0].size + len(layer[1]), zip(W, b, strict=True), 0)
