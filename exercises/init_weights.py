"""init_weights: random weights of the right size, and zero biases."""

import itertools
import math

import numpy as np

from course.checks.calls import Case
from course.plain import Rng
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes

EXERCISE = Exercise(
    unit="02-initialisation",
    points=6,
    parameters=("input_size", "hidden_size", "output_size", "rng"),
    returns=("W", "b"),
    hints=(
        "One row for each unit, one column for each number that the unit reads.",
        "Check four things: the shape of each matrix, the spread of its numbers, that they come from rng, zero biases.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
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
        Case("small layers", (1, 3, 2, Rng(seeds[1]))),
        Case("small layers", (3, 1, 2, Rng(seeds[2]))),
        Case("small layers", (2, 3, 1, Rng(seeds[3]))),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _network(input_size, hidden_size, output_size, draw, bias=np.zeros):
    """Build (W, b) from ``draw(rows, columns)``, as all mistakes below do."""
    W = [draw(hidden_size, input_size), draw(output_size, hidden_size)]
    return W, [bias(hidden_size), bias(output_size)]


@mistake(advice="If all units start equal, they stay equal. Draw the weights at random.")
def zero_weights(input_size, hidden_size, output_size, rng):
    """All weights are zero."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: np.zeros((rows, columns)))


@mistake(advice="One row for each unit of the layer, one column for each of its inputs.")
def sizes_swapped(input_size, hidden_size, output_size, rng):
    """Rows and columns of the weight matrices are swapped."""
    W = [
        rng.normal(0, np.sqrt(2 / input_size), (input_size, hidden_size)),
        rng.normal(0, np.sqrt(2 / hidden_size), (hidden_size, output_size)),
    ]
    return W, [np.zeros(hidden_size), np.zeros(output_size)]


@mistake(advice="Multiply by the standard deviation that the task names.")
def unscaled(input_size, hidden_size, output_size, rng):
    """The weights have the standard deviation 1, whatever the number of inputs is."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.normal(size=(rows, columns)))


@mistake(advice="2 / fan_in is the variance. What is the standard deviation?")
def no_square_root(input_size, hidden_size, output_size, rng):
    """The standard deviation is 2 / fan_in: the square root is missing."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, 2 / columns, (rows, columns))
    )


@mistake(advice="Compare the factor under the square root with the task.")
def factor_one(input_size, hidden_size, output_size, rng):
    """The standard deviation is sqrt(1 / fan_in) instead of sqrt(2 / fan_in)."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(1 / columns), (rows, columns))
    )


@mistake(advice="Fan-in is how many numbers a unit reads: the columns of its matrix, not the rows.")
def fan_out(input_size, hidden_size, output_size, rng):
    """You scale with the number of rows (fan-out) instead of the number of columns (fan-in)."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / rows), (rows, columns))
    )


@mistake(advice="He's formula, which the task asks for, uses the number of inputs alone.")
def xavier(input_size, hidden_size, output_size, rng):
    """You scale with fan_in + fan_out, which is Xavier's formula."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / (rows + columns)), (rows, columns)),
    )


@mistake(advice="Each layer has its own number of inputs. The second layer reads the hidden units.")
def first_scale_twice(input_size, hidden_size, output_size, rng):
    """Both layers are scaled with the fan-in of the first."""
    scale = np.sqrt(2 / input_size)
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, scale, (rows, columns)))


@mistake(advice="rng.random gives numbers from 0 to 1. Which method of rng gives normal numbers?")
def positive_uniform(input_size, hidden_size, output_size, rng):
    """The numbers are drawn evenly from 0 to 1, so that none is negative."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.random((rows, columns)) * np.sqrt(2 / columns)
    )


@mistake(advice="The task asks for a normal distribution: a bell, not a box.")
def uniform(input_size, hidden_size, output_size, rng):
    """The spread is right, but the numbers are uniform, not normal."""

    def draw(rows, columns):
        limit = np.sqrt(6 / columns)
        return rng.uniform(-limit, limit, (rows, columns))

    return _network(input_size, hidden_size, output_size, draw)


@mistake(advice="Zeros are what the task asks for: the random weights already make the units different.")
def random_biases(input_size, hidden_size, output_size, rng):
    """The biases are random numbers instead of zeros."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns)),
        bias=lambda size: rng.normal(size=size),
    )


@mistake(advice="Zeros are what the task asks for. np.zeros makes them.")
def ones_for_biases(input_size, hidden_size, output_size, rng):
    """The biases are ones instead of zeros."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns)),
        bias=np.ones,
    )


@mistake(advice="One bias for each unit of the layer: h in b_1, k in b_2.")
def biases_of_the_inputs(input_size, hidden_size, output_size, rng):
    """The biases have one number for each input instead of each unit."""
    W, _ = _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )
    return W, [np.zeros(input_size), np.zeros(hidden_size)]


@mistake(advice="Delete the seed inside the function; the caller chooses it when rng is made.")
def reseeds(input_size, hidden_size, output_size, rng):
    """You make a new generator with a seed of your own, so that the result is always the same."""
    rng = np.random.default_rng(1234)
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )


@mistake(advice="Use rng.normal, the generator that you were given.")
def global_random(input_size, hidden_size, output_size, rng):
    """You draw from np.random instead of rng, so that nobody can repeat your network."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: np.random.normal(0, np.sqrt(2 / columns), (rows, columns)),
    )


@mistake(advice="Draw W_2 after W_1 from the same generator, and do not start it again.")
def same_numbers_twice(input_size, hidden_size, output_size, rng):
    """W_2 repeats the random numbers of W_1."""
    seed = rng.integers(2**31)

    def draw(rows, columns):
        return np.random.default_rng(seed).normal(0, np.sqrt(2 / columns), (rows, columns))

    return _network(input_size, hidden_size, output_size, draw)


@mistake(advice="Give the number of rows too: every unit needs weights of its own.")
def equal_rows(input_size, hidden_size, output_size, rng):
    """Every row of a weight matrix is the same, so that all units of a layer are copies."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: np.tile(rng.normal(0, np.sqrt(2 / columns), columns), (rows, 1)),
    )


@mistake(advice="Use hidden_size wherever the number of hidden units matters.")
def hidden_size_fixed(input_size, hidden_size, output_size, rng):
    """The hidden layer always has 300 units, whatever hidden_size says."""
    return _network(
        input_size, 300, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )


@mistake(advice="A bias is a plain vector with one number for each unit, (h,).")
def biases_as_columns(input_size, hidden_size, output_size, rng):
    """The biases are columns, (h, 1) and (k, 1)."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns)),
        bias=lambda size: np.zeros((size, 1)),
    )


@mistake(advice="Each unit has a bias of its own: how many numbers are in b_1?")
def biases_as_numbers(input_size, hidden_size, output_size, rng):
    """Each layer has a single number as its bias, not one for each unit."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns)),
        bias=lambda size: 0.0,
    )


@mistake(advice="b_2 belongs to the output layer. How many units does that have?")
def hidden_biases_twice(input_size, hidden_size, output_size, rng):
    """Both bias vectors have the length of the hidden layer."""
    W, (b_1, _) = _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )
    return W, [b_1, b_1.copy()]


@mistake(advice="How large should the numbers be for so many inputs? The task has a formula.")
def one_hundredth(input_size, hidden_size, output_size, rng):
    """The standard deviation is 0.01, however many inputs a unit has."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, 0.01, (rows, columns)))


@mistake(advice="Many inputs need small weights. Do yours grow or shrink with the number of inputs?")
def divides_by_the_scale(input_size, hidden_size, output_size, rng):
    """You divide by sqrt(2 / fan_in) instead of multiplying by it."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(columns / 2), (rows, columns))
    )


@mistake(advice="Write the brackets out: the root of what?")
def root_of_two_alone(input_size, hidden_size, output_size, rng):
    """The standard deviation is sqrt(2) / fan_in: fan_in does not stand under the root."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2) / columns, (rows, columns))
    )


@mistake(advice="The first argument of rng.normal is the mean, the second the standard deviation.")
def scale_as_the_mean(input_size, hidden_size, output_size, rng):
    """sqrt(2 / fan_in) stands in the place of the mean, and the standard deviation is 1."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(np.sqrt(2 / columns), 1, (rows, columns))
    )


@mistake(advice="rng.random gives numbers from 0 to 1. Which method of rng gives normal numbers?")
def unscaled_uniform(input_size, hidden_size, output_size, rng):
    """The numbers are drawn evenly from 0 to 1, and not scaled."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.random((rows, columns)))


@mistake(advice="What does a unit of the output layer read: the inputs, or the hidden units?")
def second_layer_reads_the_inputs(input_size, hidden_size, output_size, rng):
    """W_2 has one column for each input instead of one for each hidden unit."""
    W = [
        rng.normal(0, np.sqrt(2 / input_size), (hidden_size, input_size)),
        rng.normal(0, np.sqrt(2 / input_size), (output_size, input_size)),
    ]
    return W, [np.zeros(hidden_size), np.zeros(output_size)]


@mistake(advice="The second layer needs the same formula, with its own number of inputs.")
def second_layer_unscaled(input_size, hidden_size, output_size, rng):
    """W_1 is scaled, but W_2 is not."""
    W = [
        rng.normal(0, np.sqrt(2 / input_size), (hidden_size, input_size)),
        rng.normal(size=(output_size, hidden_size)),
    ]
    return W, [np.zeros(hidden_size), np.zeros(output_size)]


@mistake(advice="Return two lists: [W_1, W_2] and [b_1, b_2].")
def grouped_by_layer(input_size, hidden_size, output_size, rng):
    """You group by layer, [W_1, b_1] and [W_2, b_2], instead of weights and biases."""
    (w_1, w_2), (b_1, b_2) = _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )
    return [w_1, b_1], [w_2, b_2]


@mistake(advice="The task asks for a normal distribution, for the spread of He's rule, and for biases of zero.")
def centred_uniform_everywhere(input_size, hidden_size, output_size, rng):
    """Weights and biases are drawn evenly from -0.5 to 0.5, as by random() - 0.5."""
    W, _ = _network(input_size, hidden_size, output_size, lambda rows, columns: rng.random((rows, columns)) - 0.5)
    return W, [rng.random(hidden_size) - 0.5, rng.random(output_size) - 0.5]


@mistake(advice="The task asks for a normal distribution with the spread of He's rule.")
def centred_uniform(input_size, hidden_size, output_size, rng):
    """The weights are drawn evenly from -0.5 to 0.5, as by random() - 0.5."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.random((rows, columns)) - 0.5)


@mistake(advice="Return two things, two lists: the weights [W_1, W_2] and the biases [b_1, b_2].")
def four_arrays(input_size, hidden_size, output_size, rng):
    """You return the four arrays one after the other, not in two lists W and b."""
    W, b = _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )
    return *W, *b


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def scale_afterwards(input_size, hidden_size, output_size, rng):
    W = [rng.standard_normal((hidden_size, input_size)), rng.standard_normal((output_size, hidden_size))]
    return [w * math.sqrt(2 / w.shape[1]) for w in W], [np.zeros((w.shape[0],)) for w in W]


@variant
def second_layer_first(input_size, hidden_size, output_size, rng):
    W_2 = rng.normal(scale=(2 / hidden_size) ** 0.5, size=(output_size, hidden_size))
    W_1 = rng.normal(scale=(2 / input_size) ** 0.5, size=(hidden_size, input_size))
    return (W_1, W_2), (np.zeros(hidden_size), np.zeros(output_size))


@variant
def drawn_transposed(input_size, hidden_size, output_size, rng):
    sizes = [input_size, hidden_size, output_size]
    pairs = list(itertools.pairwise(sizes))
    W = [(rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_in)).T for fan_in, fan_out in pairs]
    return W, [np.zeros((1, fan_out)) for _, fan_out in pairs]


@variant
def half_precision_of_double(input_size, hidden_size, output_size, rng):
    def layer(rows, columns):
        return rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(np.sqrt(2 / columns))

    W = [layer(hidden_size, input_size), layer(output_size, hidden_size)]
    return W, [np.zeros(hidden_size, np.float32), np.zeros(output_size, np.float32)]


@variant
def legacy_random_state(input_size, hidden_size, output_size, rng):
    old = np.random.RandomState(rng.integers(2**32, dtype=np.uint32))
    W_1 = old.randn(hidden_size, input_size) / np.sqrt(input_size / 2)
    W_2 = old.randn(output_size, hidden_size) / np.sqrt(hidden_size / 2)
    return [W_1, W_2], [0 * W_1[:, 0], 0 * W_2[:, 0]]


@variant
def row_by_row(input_size, hidden_size, output_size, rng):
    W_1 = np.array([rng.normal(0, math.sqrt(2 / input_size), input_size) for _ in range(hidden_size)])
    W_2 = np.array([rng.normal(0, math.sqrt(2 / hidden_size), hidden_size) for _ in range(output_size)])
    return [W_1, W_2], [np.zeros(hidden_size), np.zeros(output_size)]


@variant
def spawned_generators(input_size, hidden_size, output_size, rng):
    one, two = (np.random.default_rng(int(seed)) for seed in rng.integers(2**60, size=2))
    W = [
        one.normal(0, np.sqrt(2 / input_size), (hidden_size, input_size)),
        two.normal(0, np.sqrt(2 / hidden_size), (output_size, hidden_size)),
    ]
    return W, [np.zeros(hidden_size), np.zeros(output_size)]
