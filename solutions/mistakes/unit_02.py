"""Known mistakes in 02-initialisation."""

import numpy as np

from solutions.catalogue import mistake

# --- init_weights ----------------------------------------------------------------------------------------------------


def _network(input_size, hidden_size, output_size, draw, bias=np.zeros):
    """Build (W, b) from ``draw(rows, columns)``, as all mistakes below do."""
    W = [draw(hidden_size, input_size), draw(output_size, hidden_size)]
    return W, [bias(hidden_size), bias(output_size)]


@mistake("init_weights", advice="If all units start equal, they stay equal. Draw the weights at random.")
def zero_weights(input_size, hidden_size, output_size, rng):
    """All weights are zero."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: np.zeros((rows, columns)))


@mistake("init_weights", advice="One row for each unit of the layer, one column for each of its inputs.")
def sizes_swapped(input_size, hidden_size, output_size, rng):
    """Rows and columns of the weight matrices are swapped."""
    W = [
        rng.normal(0, np.sqrt(2 / input_size), (input_size, hidden_size)),
        rng.normal(0, np.sqrt(2 / hidden_size), (hidden_size, output_size)),
    ]
    return W, [np.zeros(hidden_size), np.zeros(output_size)]


@mistake("init_weights", advice="Multiply by the standard deviation that the task names.")
def unscaled(input_size, hidden_size, output_size, rng):
    """The weights have the standard deviation 1, whatever the number of inputs is."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.normal(size=(rows, columns)))


@mistake("init_weights", advice="2 / fan_in is the variance. What is the standard deviation?")
def no_square_root(input_size, hidden_size, output_size, rng):
    """The standard deviation is 2 / fan_in: the square root is missing."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, 2 / columns, (rows, columns))
    )


@mistake("init_weights", advice="Compare the factor under the square root with the task.")
def factor_one(input_size, hidden_size, output_size, rng):
    """The standard deviation is sqrt(1 / fan_in) instead of sqrt(2 / fan_in)."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(1 / columns), (rows, columns))
    )


@mistake("init_weights", advice="Fan-in is how many numbers a unit reads: the columns of its matrix, not the rows.")
def fan_out(input_size, hidden_size, output_size, rng):
    """You scale with the number of rows (fan-out) instead of the number of columns (fan-in)."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / rows), (rows, columns))
    )


@mistake("init_weights", advice="He's formula, which the task asks for, uses the number of inputs alone.")
def xavier(input_size, hidden_size, output_size, rng):
    """You scale with fan_in + fan_out, which is Xavier's formula."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / (rows + columns)), (rows, columns)),
    )


@mistake("init_weights", advice="Each layer has its own number of inputs. The second layer reads the hidden units.")
def first_scale_twice(input_size, hidden_size, output_size, rng):
    """Both layers are scaled with the fan-in of the first."""
    scale = np.sqrt(2 / input_size)
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, scale, (rows, columns)))


@mistake("init_weights", advice="rng.random gives numbers from 0 to 1. Which method of rng gives normal numbers?")
def positive_uniform(input_size, hidden_size, output_size, rng):
    """The numbers are drawn evenly from 0 to 1, so that none is negative."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.random((rows, columns)) * np.sqrt(2 / columns)
    )


@mistake("init_weights", advice="The task asks for a normal distribution: a bell, not a box.")
def uniform(input_size, hidden_size, output_size, rng):
    """The spread is right, but the numbers are uniform, not normal."""

    def draw(rows, columns):
        limit = np.sqrt(6 / columns)
        return rng.uniform(-limit, limit, (rows, columns))

    return _network(input_size, hidden_size, output_size, draw)


@mistake(
    "init_weights", advice="Zeros are what the task asks for: the random weights already make the units different."
)
def random_biases(input_size, hidden_size, output_size, rng):
    """The biases are random numbers instead of zeros."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns)),
        bias=lambda size: rng.normal(size=size),
    )


@mistake("init_weights", advice="Zeros are what the task asks for. np.zeros makes them.")
def ones_for_biases(input_size, hidden_size, output_size, rng):
    """The biases are ones instead of zeros."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns)),
        bias=np.ones,
    )


@mistake("init_weights", advice="One bias for each unit of the layer: h in b_1, k in b_2.")
def biases_of_the_inputs(input_size, hidden_size, output_size, rng):
    """The biases have one number for each input instead of each unit."""
    W, _ = _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )
    return W, [np.zeros(input_size), np.zeros(hidden_size)]


@mistake("init_weights", advice="Delete the seed inside the function; the caller chooses it when rng is made.")
def reseeds(input_size, hidden_size, output_size, rng):
    """You make a new generator with a seed of your own, so that the result is always the same."""
    rng = np.random.default_rng(1234)
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )


@mistake("init_weights", advice="Use rng.normal, the generator that you were given.")
def global_random(input_size, hidden_size, output_size, rng):
    """You draw from np.random instead of rng, so that nobody can repeat your network."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: np.random.normal(0, np.sqrt(2 / columns), (rows, columns)),
    )


@mistake("init_weights", advice="Draw W_2 after W_1 from the same generator, and do not start it again.")
def same_numbers_twice(input_size, hidden_size, output_size, rng):
    """W_2 repeats the random numbers of W_1."""
    seed = rng.integers(2**31)

    def draw(rows, columns):
        return np.random.default_rng(seed).normal(0, np.sqrt(2 / columns), (rows, columns))

    return _network(input_size, hidden_size, output_size, draw)


@mistake("init_weights", advice="Give the number of rows too: every unit needs weights of its own.")
def equal_rows(input_size, hidden_size, output_size, rng):
    """Every row of a weight matrix is the same, so that all units of a layer are copies."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: np.tile(rng.normal(0, np.sqrt(2 / columns), columns), (rows, 1)),
    )


@mistake("init_weights", advice="Use hidden_size wherever the number of hidden units matters.")
def hidden_size_fixed(input_size, hidden_size, output_size, rng):
    """The hidden layer always has 300 units, whatever hidden_size says."""
    return _network(
        input_size, 300, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )


# --- count_parameters ------------------------------------------------------------------------------------------------


@mistake("count_parameters", advice="Training changes the biases too.")
def forgets_biases(W, b):
    """You count the weights only."""
    return sum(w.size for w in W)


@mistake("count_parameters", advice="Count the numbers in b as well as those in W, and both in every layer.")
def counts_biases_only(W, b):
    """You count the biases only."""
    return sum(bias.size for bias in b)


@mistake("count_parameters", advice="len of a matrix is its number of rows. How many numbers does it hold?")
def counts_rows(W, b):
    """len() counts the rows of a matrix, not its numbers."""
    return sum(len(w) for w in W) + sum(len(bias) for bias in b)


@mistake("count_parameters", advice="A matrix with 3 rows and 4 columns holds 12 numbers, not 7.")
def adds_the_sides(W, b):
    """You add the sides of each matrix instead of multiplying them."""
    return sum(sum(w.shape) for w in W) + sum(bias.size for bias in b)


@mistake("count_parameters", advice="Go through W and b with a loop, however long they are.")
def first_two_layers(W, b):
    """You count exactly two layers, whatever the network has."""
    return W[0].size + W[1].size + b[0].size + b[1].size


@mistake("count_parameters", advice="Go through all layers, not only the first.")
def first_layer_only(W, b):
    """You count the first layer only."""
    return W[0].size + b[0].size


@mistake("count_parameters", advice="len(W) is the number of layers. How many numbers are in them?")
def counts_arrays(W, b):
    """You count the arrays, not the numbers in them."""
    return len(W) + len(b)


@mistake("count_parameters", advice="A parameter that is zero now may change in training: count it.")
def skips_zeros(W, b):
    """You count only the numbers that are not zero."""
    return int(sum(np.count_nonzero(array) for array in [*W, *b]))


@mistake("count_parameters", advice="A count is a whole number. Which step made a float of it?")
def float_count(W, b):
    """The count is right, but it is a float."""
    return float(sum(array.size for array in [*W, *b]))
