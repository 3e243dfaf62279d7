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


@mistake("init_weights", advice="A bias is a plain vector with one number for each unit, (h,).")
def biases_as_columns(input_size, hidden_size, output_size, rng):
    """The biases are columns, (h, 1) and (k, 1)."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns)),
        bias=lambda size: np.zeros((size, 1)),
    )


@mistake("init_weights", advice="Each unit has a bias of its own: how many numbers are in b_1?")
def biases_as_numbers(input_size, hidden_size, output_size, rng):
    """Each layer has a single number as its bias, not one for each unit."""
    return _network(
        input_size,
        hidden_size,
        output_size,
        lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns)),
        bias=lambda size: 0.0,
    )


@mistake("init_weights", advice="b_2 belongs to the output layer. How many units does that have?")
def hidden_biases_twice(input_size, hidden_size, output_size, rng):
    """Both bias vectors have the length of the hidden layer."""
    W, (b_1, _) = _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )
    return W, [b_1, b_1.copy()]


@mistake("init_weights", advice="How large should the numbers be for so many inputs? The task has a formula.")
def one_hundredth(input_size, hidden_size, output_size, rng):
    """The standard deviation is 0.01, however many inputs a unit has."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, 0.01, (rows, columns)))


@mistake("init_weights", advice="Many inputs need small weights. Do yours grow or shrink with the number of inputs?")
def divides_by_the_scale(input_size, hidden_size, output_size, rng):
    """You divide by sqrt(2 / fan_in) instead of multiplying by it."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(columns / 2), (rows, columns))
    )


@mistake("init_weights", advice="Write the brackets out: the root of what?")
def root_of_two_alone(input_size, hidden_size, output_size, rng):
    """The standard deviation is sqrt(2) / fan_in: fan_in does not stand under the root."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2) / columns, (rows, columns))
    )


@mistake("init_weights", advice="The first argument of rng.normal is the mean, the second the standard deviation.")
def scale_as_the_mean(input_size, hidden_size, output_size, rng):
    """sqrt(2 / fan_in) stands in the place of the mean, and the standard deviation is 1."""
    return _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(np.sqrt(2 / columns), 1, (rows, columns))
    )


@mistake("init_weights", advice="rng.random gives numbers from 0 to 1. Which method of rng gives normal numbers?")
def unscaled_uniform(input_size, hidden_size, output_size, rng):
    """The numbers are drawn evenly from 0 to 1, and not scaled."""
    return _network(input_size, hidden_size, output_size, lambda rows, columns: rng.random((rows, columns)))


@mistake("init_weights", advice="What does a unit of the output layer read: the inputs, or the hidden units?")
def second_layer_reads_the_inputs(input_size, hidden_size, output_size, rng):
    """W_2 has one column for each input instead of one for each hidden unit."""
    W = [
        rng.normal(0, np.sqrt(2 / input_size), (hidden_size, input_size)),
        rng.normal(0, np.sqrt(2 / input_size), (output_size, input_size)),
    ]
    return W, [np.zeros(hidden_size), np.zeros(output_size)]


@mistake("init_weights", advice="The second layer needs the same formula, with its own number of inputs.")
def second_layer_unscaled(input_size, hidden_size, output_size, rng):
    """W_1 is scaled, but W_2 is not."""
    W = [
        rng.normal(0, np.sqrt(2 / input_size), (hidden_size, input_size)),
        rng.normal(size=(output_size, hidden_size)),
    ]
    return W, [np.zeros(hidden_size), np.zeros(output_size)]


@mistake("init_weights", advice="Return two lists: [W_1, W_2] and [b_1, b_2].")
def grouped_by_layer(input_size, hidden_size, output_size, rng):
    """You group by layer, [W_1, b_1] and [W_2, b_2], instead of weights and biases."""
    (w_1, w_2), (b_1, b_2) = _network(
        input_size, hidden_size, output_size, lambda rows, columns: rng.normal(0, np.sqrt(2 / columns), (rows, columns))
    )
    return [w_1, b_1], [w_2, b_2]


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


@mistake("count_parameters", advice="len(b) is the number of bias vectors. How many numbers do they hold?")
def counts_bias_vectors(W, b):
    """Of the biases you count the vectors, not the numbers in them."""
    return sum(w.size for w in W) + len(b)


@mistake("count_parameters", advice="How many numbers there are is asked, not what they add up to.")
def adds_up_the_values(W, b):
    """You add up the values of the weights and biases instead of counting them."""
    return sum(array.sum() for array in [*W, *b])


@mistake("count_parameters", advice="The columns of a matrix are its inputs, its rows are its units. Multiply.")
def counts_columns(W, b):
    """You count the columns of each matrix, not its numbers."""
    return sum(w.shape[1] for w in W) + sum(bias.size for bias in b)


@mistake("count_parameters", advice="Start from 0 before the loop, and add to it inside.")
def last_layer_only(W, b):
    """Only the last layer is counted: each turn of the loop forgets the one before."""
    return W[-1].size + b[-1].size


@mistake("count_parameters", advice="One number is asked for. Add them all up.")
def one_count_for_each_array(W, b):
    """You return one count for each array instead of their sum."""
    return [array.size for array in [*W, *b]]


@mistake("count_parameters", advice="One byte is not one number. Which attribute of an array counts its entries?")
def counts_bytes(W, b):
    """You count the bytes, not the numbers: each number takes 8 of them."""
    return sum(array.nbytes for array in [*W, *b])
