"""count_parameters: how many numbers training can change."""

import itertools
import math
from functools import reduce

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers

EXERCISE = Exercise(
    unit="02-initialisation",
    points=4,
    parameters=("W", "b"),
    returns=("count",),
    dtype="int",
    hints=(
        "Training changes every number in every weight matrix and in every bias vector.",
        "An array knows how many numbers it holds. Go through all arrays in W and in b, however many there are.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    d, h, k = different_sizes(rng, 3)
    deep = different_sizes(rng, 4)
    shapes = list(zip(deep[1:], deep[:-1], strict=True))
    return [
        Case("two layers", network(rng, d, h, k)),
        Case("two layers", network(rng, k, d, h)),
        Case("two layers", ([np.zeros((h, d)), np.zeros((k, h))], [np.zeros(h), np.zeros(k)])),
        Case("one layer", ([numbers(rng, k, d)], [numbers(rng, k)])),
        Case("one layer", ([np.ones((1, 1))], [np.ones(1)])),
        Case("two layers", network(rng, 40, 7, 1)),  # more than one byte can count
        Case("many layers", ([numbers(rng, 2, 2) for _ in range(6)], [numbers(rng, 2) for _ in range(6)])),
        Case(
            "three layers", ([numbers(rng, *shape) for shape in shapes], [numbers(rng, shape[0]) for shape in shapes])
        ),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="Training changes the biases too.")
def forgets_biases(W, b):
    """You count the weights only."""
    return sum(w.size for w in W)


@mistake(advice="Count the numbers in b as well as those in W, and both in every layer.")
def counts_biases_only(W, b):
    """You count the biases only."""
    return sum(bias.size for bias in b)


@mistake(advice="len of a matrix is its number of rows. How many numbers does it hold?")
def counts_rows(W, b):
    """len() counts the rows of a matrix, not its numbers."""
    return sum(len(w) for w in W) + sum(len(bias) for bias in b)


@mistake(advice="A matrix with 3 rows and 4 columns holds 12 numbers, not 7.")
def adds_the_sides(W, b):
    """You add the sides of each matrix instead of multiplying them."""
    return sum(sum(w.shape) for w in W) + sum(bias.size for bias in b)


@mistake(advice="Go through W and b with a loop, however long they are.")
def first_two_layers(W, b):
    """You count exactly two layers, whatever the network has."""
    return W[0].size + W[1].size + b[0].size + b[1].size


@mistake(advice="Go through all layers, not only the first.")
def first_layer_only(W, b):
    """You count the first layer only."""
    return W[0].size + b[0].size


@mistake(advice="len(W) is the number of layers. How many numbers are in them?")
def counts_arrays(W, b):
    """You count the arrays, not the numbers in them."""
    return len(W) + len(b)


@mistake(advice="A parameter that is zero now may change in training: count it.")
def skips_zeros(W, b):
    """You count only the numbers that are not zero."""
    return int(sum(np.count_nonzero(array) for array in [*W, *b]))


@mistake(advice="A count is a whole number. Which step made a float of it?")
def float_count(W, b):
    """The count is right, but it is a float."""
    return float(sum(array.size for array in [*W, *b]))


@mistake(advice="len(b) is the number of bias vectors. How many numbers do they hold?")
def counts_bias_vectors(W, b):
    """Of the biases you count the vectors, not the numbers in them."""
    return sum(w.size for w in W) + len(b)


@mistake(advice="How many numbers there are is asked, not what they add up to.")
def adds_up_the_values(W, b):
    """You add up the values of the weights and biases instead of counting them."""
    return sum(array.sum() for array in [*W, *b])


@mistake(advice="The columns of a matrix are its inputs, its rows are its units. Multiply.")
def counts_columns(W, b):
    """You count the columns of each matrix, not its numbers."""
    return sum(w.shape[1] for w in W) + sum(bias.size for bias in b)


@mistake(advice="Start from 0 before the loop, and add to it inside.")
def last_layer_only(W, b):
    """Only the last layer is counted: each turn of the loop forgets the one before."""
    return W[-1].size + b[-1].size


@mistake(advice="One number is asked for. Add them all up.")
def one_count_for_each_array(W, b):
    """You return one count for each array instead of their sum."""
    return [array.size for array in [*W, *b]]


@mistake(advice="One byte is not one number. Which attribute of an array counts its entries?")
def counts_bytes(W, b):
    """You count the bytes, not the numbers: each number takes 8 of them."""
    return sum(array.nbytes for array in [*W, *b])


@mistake(
    advice="np.sum adds up the numbers in an array, and takes one array. What tells how many numbers an array holds?"
)
def sums_the_lists(W, b):
    """np.sum(W) is given a list of arrays of different shapes, and would add up their values, not count them."""
    return int(np.sum(W) + np.sum(b))


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def flatten_and_join(W, b):
    return np.concatenate([array.ravel() for array in [*W, *b]]).size


@variant
def count_one_by_one(W, b):
    count = 0
    for array in itertools.chain(W, b):
        for _ in array.flat:
            count += 1
    return count


@variant
def from_the_shapes(W, b):
    return np.sum([rows * (columns + 1) for rows, columns in (w.shape for w in W)])


@variant
def product_of_sides(W, b):
    return np.array(sum(math.prod(array.shape) for layer in zip(W, b, strict=True) for array in layer))


@variant
def folded(W, b):
    return reduce(lambda count, layer: count + layer[0].size + len(layer[1]), zip(W, b, strict=True), 0)
