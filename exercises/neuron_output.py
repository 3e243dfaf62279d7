"""neuron_output: what one neuron gives, from plain lists."""

import functools
import itertools
import math
import operator
from fractions import Fraction

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes
from solutions.reference import neuron_output

EXERCISE = Exercise(
    unit="11-neuron-by-neuron",
    points=2,
    parameters=("weights", "inputs"),
    returns=("output",),
    dtype="list",
    hints=(
        "Each input has its own weight. How many numbers are left over in weights, and what is the last one for?",
        "Look at the pairs of weight and input, at the bias, and at math.exp when the sum is -10000 or 10000.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    few, many = different_sizes(rng, 2)
    return [
        Case("ordinary numbers", (draw_neuron(rng, few), draw_inputs(rng, few))),
        Case("ordinary numbers", (draw_neuron(rng, many), draw_inputs(rng, many))),
        Case("ordinary numbers", (draw_neuron(rng, 3, bias=-2.5), draw_inputs(rng, 3))),
        Case("ordinary numbers", (draw_neuron(rng, 4, bias=1.75), draw_inputs(rng, 4))),
        Case("ordinary numbers", _with_sum(rng, few, 0.4)),
        Case("ordinary numbers", _with_sum(rng, many, -0.4)),
        Case("ordinary numbers", ([1.5, -0.5, 0.25], [0.5, 2.0])),  # the sum is 0
        *(Case("sums of every size", _with_sum(rng, few, total)) for total in (3.0, -3.0, 7.0, -7.0, 13.0, -13.0)),
        Case("many inputs", (draw_neuron(rng, 30), draw_inputs(rng, 30))),
        Case("a single input", (draw_neuron(rng, 1), draw_inputs(rng, 1))),
        Case("very large sums", _with_sum(rng, few, 1e4)),
        Case("very large sums", _with_sum(rng, many, -1e4)),
        Case("very large sums", _with_sum(rng, 2, 760.0)),
        Case("very large sums", _with_sum(rng, 2, -760.0)),
        Case("very large sums", _with_sum(rng, many, 40.0)),
        Case("very large sums", _with_sum(rng, few, -40.0)),
    ]


def draw_inputs(rng, count):
    """Draw that many inputs, none of them close to 0 or to 1, where a mistake could hide."""
    return (rng.choice([-1, 1], size=count) * np.round(rng.uniform(0.25, 1.9, size=count), 3)).tolist()


def draw_neuron(rng, input_count, bias=None):
    """Draw a neuron whose bias is not close to 0."""
    bias = float(rng.choice([-1, 1]) * np.round(rng.uniform(0.3, 1.5), 3)) if bias is None else bias
    return [*draw_inputs(rng, input_count), bias]


def _with_sum(rng, input_count, total):
    """Draw a neuron and inputs whose weighted sum is about ``total``."""
    inputs = draw_inputs(rng, input_count)
    bias = float(np.round(rng.uniform(0.3, 1.5), 3))
    weights = [(total - bias) / input_count / x for x in inputs]
    return [*np.round(weights, 3).tolist(), bias], inputs


# --- mistakes --------------------------------------------------------------------------------------------------------


def sigmoid_of(total):
    small = math.exp(-abs(total))
    return (1.0 if total >= 0 else small) / (1 + small)


def weighted_sum(weights, inputs):
    """Return the weighted sum; like careless code, without looking at the lengths."""
    return weights[-1] + sum(w * x for w, x in zip(weights[:-1], inputs, strict=False))


@mistake(advice="A neuron with d inputs has d + 1 numbers. What happens to the last one?")
def bias_forgotten(weights, inputs):
    """The bias, the last number in weights, is left out of the sum."""
    return sigmoid_of(sum(w * x for w, x in zip(weights[:-1], inputs, strict=True)))


@mistake(advice="The weights come first and the bias is the last number: weights[-1].")
def bias_first(weights, inputs):
    """You take the first number in weights as the bias."""
    return sigmoid_of(weights[0] + sum(w * x for w, x in zip(weights[1:], inputs, strict=True)))


@mistake(advice="Every input has a partner among the weights. Where does each of your loops begin?")
def weights_in_reverse(weights, inputs):
    """The weights are paired with the inputs in reverse order."""
    return sigmoid_of(weights[-1] + sum(w * x for w, x in zip(weights[-2::-1], inputs, strict=True)))


@mistake(advice="A loop over range(len(inputs)) already stops before len(inputs).")
def last_input_left_out(weights, inputs):
    """The last input and its weight are left out of the sum."""
    return sigmoid_of(weights[-1] + sum(w * x for w, x in zip(weights[:-2], inputs[:-1], strict=True)))


@mistake(advice="The bias belongs to no input. Multiply it by nothing.")
def bias_times_last_input(weights, inputs):
    """The bias is multiplied by the last input."""
    return sigmoid_of(weighted_sum(weights, inputs) + weights[-1] * (inputs[-1] - 1))


@mistake(advice="Where does the line stand that adds the bias: inside the loop or after it?")
def bias_for_each_input(weights, inputs):
    """The bias is added once for each input, not once for the neuron."""
    return sigmoid_of(
        weighted_sum(weights, inputs) + weights[-1] * (len(inputs) - 1) if len(inputs) > 1 else 2 * weights[-1]
    )


@mistake(advice="The bias is added to the sum. Which sign does it have?")
def bias_subtracted(weights, inputs):
    """The bias is subtracted instead of added."""
    return sigmoid_of(weighted_sum(weights, inputs) - 2 * weights[-1])


@mistake(advice="First the whole sum, bias included. Only then the sigmoid.")
def bias_after_the_sigmoid(weights, inputs):
    """The bias is added after the sigmoid, not to the sum."""
    return sigmoid_of(weighted_sum(weights, inputs) - weights[-1]) + weights[-1]


@mistake(advice="A sum can be any number. What brings it between 0 and 1?")
def no_sigmoid(weights, inputs):
    """You return the weighted sum itself: the sigmoid is missing."""
    return weighted_sum(weights, inputs)


@mistake(advice="The output must grow with the sum. Which sign belongs in the exponent?")
def falling_sigmoid(weights, inputs):
    """The sign in the exponent is wrong: the output falls where it should rise."""
    return sigmoid_of(-weighted_sum(weights, inputs))


@mistake(advice="math.exp(800) is too large for a float. Treat positive and negative sums apart.")
def exp_of_minus_sum_overflows(weights, inputs):
    """math.exp(-total) raises OverflowError where the sum is far below zero."""
    return 1 / (1 + math.exp(-weighted_sum(weights, inputs)))


@mistake(advice="math.exp(800) is too large for a float. Treat positive and negative sums apart.")
def exp_of_sum_overflows(weights, inputs):
    """math.exp(total) raises OverflowError where the sum is far above zero."""
    power = math.exp(weighted_sum(weights, inputs))
    return power / (1 + power)


@mistake(advice="One sigmoid for each neuron: add first, then squash.")
def sigmoid_of_each_product(weights, inputs):
    """You take the sigmoid of each product and add them up; it belongs around the whole sum."""
    return weights[-1] + sum(sigmoid_of(w * x) for w, x in zip(weights[:-1], inputs, strict=True))


@mistake(advice="tanh runs from -1 to 1, the sigmoid from 0 to 1.")
def tanh_neuron(weights, inputs):
    """This is tanh, which runs from -1 to 1, and not the sigmoid."""
    return math.tanh(weighted_sum(weights, inputs))


@mistake(advice="Return the sigmoid itself. Its slope is needed only in backpropagate.")
def slope_of_the_neuron(weights, inputs):
    """You return the slope of the sigmoid instead of the sigmoid."""
    output = neuron_output(weights, inputs)
    return output * (1 - output)


@mistake(advice="Between 0 and 1 the curve is smooth. Is a comparison or a round() in your code?")
def zero_or_one(weights, inputs):
    """You return only 0 or 1: this is a step, not the sigmoid."""
    return 1.0 if weighted_sum(weights, inputs) > 0 else 0.0


@mistake(advice="Do you divide by the number of inputs anywhere? The bias is added to a plain sum.")
def mean_of_the_products(weights, inputs):
    """You take the mean of the products, not their sum."""
    return sigmoid_of((weighted_sum(weights, inputs) - weights[-1]) / len(inputs) + weights[-1])


@mistake(advice="One neuron gives one number, without brackets around it.")
def list_of_one(weights, inputs):
    """You return a list that holds the output, not the output itself."""
    return [neuron_output(weights, inputs)]


@mistake(advice="Leave NumPy out: add the products up in a loop, or with sum().")
def array_of_one(weights, inputs):
    """You return a NumPy array with one entry, not a plain number."""
    return np.array([neuron_output(weights, inputs)])


@mistake(advice="weights[-1] reads the bias and leaves it where it is. pop() takes it out.")
def pops_the_bias(weights, inputs):
    """You take the bias out of the caller's list, so that the neuron has none afterwards."""
    bias = weights.pop()
    return neuron_output([*weights, bias], inputs)


@mistake(advice="append() changes the list that the caller gave you. Make a new one.")
def appends_to_the_inputs(weights, inputs):
    """You append a 1 to the caller's list of inputs."""
    output = neuron_output(weights, inputs)
    inputs.append(1.0)
    return output


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def two_branches_of_exp(weights, inputs):
    total = 0.0
    for i in range(len(inputs)):
        total += weights[i] * inputs[i]
    total += weights[len(inputs)]
    if total < 0:
        return math.exp(total) / (1 + math.exp(total))
    return 1 / (1 + math.exp(-total))


@variant
def overflow_caught(weights, inputs):
    *input_weights, bias = weights
    try:
        return 1 / (1 + math.exp(-math.fsum([bias, *map(operator.mul, input_weights, inputs)])))
    except OverflowError:
        return 0


@variant
def tanh_of_half(weights, inputs):
    total = sum(map(operator.mul, weights, (*inputs, 1)))
    return 0.5 + 0.5 * math.tanh(total / 2)


@variant
def clipped_sum(weights, inputs):
    total = sum(itertools.starmap(operator.mul, itertools.zip_longest(weights, inputs, fillvalue=1)))
    return 1 / (1 + math.exp(-max(-700, min(700, total))))


@variant
def numpy_inside(weights, inputs):
    return 1 / (1 + np.exp(-np.dot(weights, [*inputs, 1.0])))  # a NumPy scalar, and a warning


@variant
def array_without_dimensions(weights, inputs):
    total = np.float32(np.dot(weights[:-1], inputs) + weights[-1])
    return np.array(0.5 * (1 + np.tanh(total / 2)))


@variant
def exact_fraction(weights, inputs):
    total = functools.reduce(
        lambda so_far, pair: so_far + Fraction(pair[0]) * Fraction(pair[1]),
        zip(weights, inputs, strict=False),
        Fraction(weights[-1]),
    )
    small = math.exp(-abs(total))
    return Fraction(1 if total > 0 else small) / Fraction(1 + small)
