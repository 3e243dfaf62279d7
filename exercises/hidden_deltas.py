"""hidden_deltas: the deltas of a layer, from those of the layer above it."""

import operator

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes
from exercises.neuron_output import draw_inputs, draw_neuron, sigmoid_of
from solutions.reference import hidden_deltas

EXERCISE = Exercise(
    unit="11-neuron-by-neuron",
    points=2,
    parameters=("next_layer", "next_deltas", "outputs"),
    returns=("deltas",),
    dtype="list",
    hints=(
        "Take one neuron. Whom does it feed, and with which weight of each of them? Then take the next neuron.",
        "Look at which index moves in the sum and which one stays, and at the neuron's own slope.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    h, k = different_sizes(rng, 2, smallest=3, largest=6)
    m = int(rng.integers(3, 5))
    return [
        Case("ordinary numbers", draw_call(rng, h, k)),
        Case("ordinary numbers", draw_call(rng, k, h)),
        Case("layers of the same width", draw_call(rng, m, m)),
        Case("a single neuron above", draw_call(rng, h, 1)),
        Case("a single neuron in the layer", draw_call(rng, 1, k)),
        Case("outputs of exactly 0 and 1", (*draw_call(rng, 3, k)[:2], [0.0, 0.375, 1.0])),
    ]


def draw_call(rng, width, width_above):
    """Draw the layer above, its deltas, and outputs between 0 and 1, not near 1/2."""
    layer = [draw_neuron(rng, width) for _ in range(width_above)]
    outputs = np.round(rng.choice([0.1, 0.65], size=width) + rng.uniform(0, 0.25, size=width), 3).tolist()
    return layer, draw_inputs(rng, width_above), outputs


# --- mistakes --------------------------------------------------------------------------------------------------------


def _changed(
    next_layer,
    next_deltas,
    outputs,
    *,
    share=lambda neuron, delta, i: delta * neuron[i],
    together=sum,
    slope=lambda output: output * (1 - output),
):
    """Return the right deltas, with single pieces of them replaced."""
    pairs = list(zip(next_layer, next_deltas, strict=True))
    return [
        together([share(neuron, delta, i) for neuron, delta in pairs]) * slope(output)
        for i, output in enumerate(outputs)
    ]


@mistake(advice="Rule 2 has two halves. What is the sum of the blame multiplied by in the end?")
def no_slope(next_layer, next_deltas, outputs):
    """The neuron's own slope, output * (1 - output), is missing."""
    return _changed(next_layer, next_deltas, outputs, slope=lambda _: 1.0)


@mistake(advice="What came out of the neuron is its output already: no second sigmoid is needed for the slope.")
def sigmoid_once_more(next_layer, next_deltas, outputs):
    """The outputs go through the sigmoid once more before the slope is taken."""
    return _changed(
        next_layer, next_deltas, outputs, slope=lambda output: sigmoid_of(output) * (1 - sigmoid_of(output))
    )


@mistake(advice="The slope of the sigmoid is output * (1 - output). Which of the two factors is there?")
def half_of_the_slope(next_layer, next_deltas, outputs):
    """Of the slope output * (1 - output), only the factor 1 - output is there."""
    return _changed(next_layer, next_deltas, outputs, slope=lambda output: 1 - output)


@mistake(advice="The slope of the sigmoid is output * (1 - output). Which of the two factors is there?")
def times_the_output(next_layer, next_deltas, outputs):
    """Of the slope output * (1 - output), only the factor output is there."""
    return _changed(next_layer, next_deltas, outputs, slope=lambda output: output)


@mistake(advice="Each neuron above has a delta of its own. By what is the weight on the line to it multiplied?")
def weights_without_deltas(next_layer, next_deltas, outputs):
    """The weights are added up, without the deltas of the neurons above."""
    return _changed(next_layer, next_deltas, outputs, share=lambda neuron, _, i: neuron[i])


@mistake(advice="Each line between two neurons has a weight. Is it in your sum?")
def deltas_without_weights(next_layer, next_deltas, outputs):
    """The deltas of the neurons above are added up, without the weights between."""
    return _changed(next_layer, next_deltas, outputs, share=lambda _, delta, __: delta)


@mistake(advice="A neuron feeds every neuron above it. Do you add with +=, or overwrite with =?")
def only_the_last_above(next_layer, next_deltas, outputs):
    """Of all the neurons above, only the last one hands its delta down."""
    return _changed(next_layer, next_deltas, outputs, together=operator.itemgetter(-1))


@mistake(advice="A neuron feeds every neuron above it. Does your loop end after the first one?")
def only_the_first_above(next_layer, next_deltas, outputs):
    """Of all the neurons above, only the first one hands its delta down."""
    return _changed(next_layer, next_deltas, outputs, together=operator.itemgetter(0))


@mistake(advice="Rule 2 adds up. Nothing is divided by the number of neurons above.")
def mean_over_the_neurons_above(next_layer, next_deltas, outputs):
    """The blame from above is averaged; it should be added up."""
    return _changed(next_layer, next_deltas, outputs, together=lambda shares: sum(shares) / len(shares))


@mistake(advice="Every neuron starts with no blame at all. Where do you set the sum to 0?")
def sum_goes_on(next_layer, next_deltas, outputs):
    """The sum is not set back to 0, so that a neuron also gets the blame of the neurons before it."""
    deltas, blame = [], 0.0
    for i, output in enumerate(outputs):
        blame += sum(delta * neuron[i] for neuron, delta in zip(next_layer, next_deltas, strict=True))
        deltas.append(blame * output * (1 - output))
    return deltas


@mistake(advice="The weight from neuron i to neuron j above stands in next_layer[j][i]. Which one do you take?")
def weights_transposed(next_layer, next_deltas, outputs):
    """The two indices of the weights are exchanged, which raises no error where both layers are equally wide."""
    return [
        sum(delta * next_layer[i][j] for j, delta in enumerate(next_deltas)) * output * (1 - output)
        for i, output in enumerate(outputs)
    ]


@mistake(advice="The last number of a neuron is its bias. Does anybody below feed it?")
def delta_for_the_bias(next_layer, next_deltas, outputs):
    """There is one delta too many: the biases of the layer above got one, too."""
    return hidden_deltas(next_layer, next_deltas, [*outputs, 0.5])


@mistake(advice="Neuron i reads its own weight, next_layer[j][i], counted from 0.")
def off_by_one(next_layer, next_deltas, outputs):
    """The weights are taken one place too far to the right: the last neuron is given the bias."""
    return _changed(next_layer, next_deltas, outputs, share=lambda neuron, delta, i: delta * neuron[i + 1])


@mistake(advice="The sign comes down with the deltas of the layer above. Nothing is turned here.")
def sign_turned(next_layer, next_deltas, outputs):
    """All deltas have the wrong sign."""
    return [-delta for delta in hidden_deltas(next_layer, next_deltas, outputs)]


@mistake(advice="Each neuron of the layer has a delta of its own: collect them in a list.")
def one_number(next_layer, next_deltas, outputs):
    """You return one number instead of a delta for each neuron."""
    return sum(hidden_deltas(next_layer, next_deltas, outputs))


@mistake(advice="Leave NumPy out: a list with one float for each neuron.")
def deltas_as_an_array(next_layer, next_deltas, outputs):
    """You return a NumPy array, and this unit does without them."""
    return np.array(hidden_deltas(next_layer, next_deltas, outputs))


@mistake(advice="pop() takes a number out of the caller's list. Read it with an index or with zip.")
def pops_the_deltas(next_layer, next_deltas, outputs):
    """You take the deltas out of the caller's list, which is then shorter than before."""
    deltas = hidden_deltas(next_layer, next_deltas, outputs)
    next_deltas.pop()
    return deltas


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def by_indices(next_layer, next_deltas, outputs):
    deltas = [0.0] * len(outputs)
    for i in range(len(outputs)):
        for j in range(len(next_layer)):
            deltas[i] += next_layer[j][i] * next_deltas[j] * outputs[i] * (1 - outputs[i])
    return deltas


@variant
def columns_of_the_layer(next_layer, next_deltas, outputs):
    columns = list(zip(*next_layer, strict=True))[:-1]
    return tuple(
        sum(map(operator.mul, column, next_deltas)) * (output - output**2)
        for column, output in zip(columns, outputs, strict=True)
    )


@variant
def a_neuron_above_at_a_time(next_layer, next_deltas, outputs):
    blame = [0.0 for _ in outputs]
    for neuron, delta in zip(next_layer, next_deltas, strict=True):
        *weights, _ = neuron
        blame = [total + delta * weight for total, weight in zip(blame, weights, strict=True)]
    return [total * output * (1 - output) for total, output in zip(blame, outputs, strict=True)]


@variant
def matrices_inside(next_layer, next_deltas, outputs):
    a = np.array(outputs)
    return (np.array(next_layer)[:, :-1].T @ np.array(next_deltas) * a * (1 - a)).tolist()


@variant
def numpy_scalars(next_layer, next_deltas, outputs):
    return [np.float64(delta) for delta in hidden_deltas(next_layer, next_deltas, outputs)]
