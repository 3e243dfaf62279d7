"""feed_forward: what all neurons give, layer by layer."""

import itertools
import math

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes
from exercises.neuron_output import draw_inputs, draw_neuron, sigmoid_of, weighted_sum
from solutions.reference import feed_forward, neuron_output

EXERCISE = Exercise(
    unit="11-neuron-by-neuron",
    points=2,
    parameters=("network", "inputs"),
    returns=("outputs",),
    dtype="list",
    uses=("neuron_output",),
    hints=(
        "All neurons of one layer read the same numbers. Which numbers does the next layer read?",
        "Look at two things: what each layer reads, and that you keep one list of outputs for each layer.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    d, h, k = different_sizes(rng, 3, largest=5)
    m = int(rng.integers(2, 5))
    return [
        Case("two layers", draw_call(rng, d, h, k)),
        Case("two layers", draw_call(rng, m, m, m)),
        Case("a single layer", draw_call(rng, d, k)),
        Case("three layers", draw_call(rng, k, d, h, 3)),
        Case("three layers", draw_call(rng, 3, 3, 3, 3)),
        Case("many layers", draw_call(rng, 2, 3, 2, 1, 2, 2)),
        Case("wide layers", draw_call(rng, 12, 13, 2)),
        Case("layers with a single neuron", draw_call(rng, 1, 1, h, 1)),
        Case("very large sums", draw_call(rng, d, h, k, scale=4000)),
        Case("very large sums", ([[[1e4, 0.0], [-1e4, 0.0]], [[3.0, -2.0, 0.5]]], [1.0])),
    ]


def draw_network(rng, *widths, scale=1.0):
    """Draw a network: ``widths`` holds the number of inputs, then the number of neurons in each layer."""
    return [
        [[round(scale * w, 3) for w in draw_neuron(rng, before)] for _ in range(width)]
        for before, width in itertools.pairwise(widths)
    ]


def draw_call(rng, *widths, scale=1.0):
    return draw_network(rng, *widths, scale=scale), draw_inputs(rng, widths[0])


# --- mistakes --------------------------------------------------------------------------------------------------------


def _layer(layer, inputs):
    return [sigmoid_of(weighted_sum(neuron, inputs)) for neuron in layer]


@mistake(advice="The first list that you return belongs to the first layer of neurons.")
def with_the_inputs(network, inputs):
    """The inputs are among the outputs that you return."""
    return [list(inputs), *feed_forward(network, inputs)]


@mistake(advice="backpropagate will need all layers: keep one list for each.")
def only_the_last_layer(network, inputs):
    """You return the outputs of the last layer only."""
    return feed_forward(network, inputs)[-1]


@mistake(advice="Make the empty list before the loop over the layers, not in it.")
def last_layer_in_a_list(network, inputs):
    """You return a list, but only the last layer is in it."""
    return feed_forward(network, inputs)[-1:]


@mistake(advice="The first layer reads the inputs. What does the second layer read?")
def every_layer_reads_the_inputs(network, inputs):
    """Every layer reads the inputs of the network, not the outputs of the layer before it."""
    return [_layer(layer, inputs) for layer in network]


@mistake(advice="The loop over the layers gives you a new layer each time. Is it used?")
def first_layer_again(network, inputs):
    """The neurons of the first layer are used in every layer."""
    return feed_forward([network[0] for _ in network], inputs)


@mistake(advice="All neurons of a layer read the same numbers. Change what is read after the layer.")
def neighbours_are_read(network, inputs):
    """A neuron's output replaces an input before its neighbours have read it."""
    outputs, values = [], list(inputs)
    for layer in network:
        for i, neuron in enumerate(layer):
            result = sigmoid_of(weighted_sum(neuron, values))
            values = [*values[:i], result, *values[i + 1 :]]
        values = values[: len(layer)]
        outputs.append(values)
    return outputs


@mistake(advice="Each layer needs a list of its own. Make it inside the loop over the layers.")
def one_list_for_all_layers(network, inputs):
    """The same list stands in every place, so that all layers show the outputs of the last one."""
    outputs = feed_forward(network, inputs)
    return [outputs[-1] for _ in network]


@mistake(advice="append() puts a list into a list; extend() and + pour it out.")
def all_in_one_list(network, inputs):
    """The outputs of all layers are in one flat list, so that nobody can see where a layer ends."""
    return [output for outputs in feed_forward(network, inputs) for output in outputs]


@mistake(advice="Each neuron already holds its bias. A layer returns one number for each neuron.")
def with_a_bias_unit(network, inputs):
    """Each layer's outputs end with an extra 1 for the bias of the next layer."""
    return [[*outputs, 1.0] for outputs in feed_forward(network, inputs)]


@mistake(advice="The outputs of the first layer come first.")
def last_layer_first(network, inputs):
    """The layers come back in reverse order."""
    return feed_forward(network, inputs)[::-1]


@mistake(advice="Every layer of the network counts. Where does your loop end?")
def last_layer_missing(network, inputs):
    """The loop stops before the last layer."""
    return feed_forward(network[:-1], inputs)


@mistake(advice="A network may have one layer or five: go through network in a loop.")
def two_layers_at_most(network, inputs):
    """Your function computes two layers, however many the network has."""
    return feed_forward(network[:2], inputs)


@mistake(advice="The last layer is like the others: it goes through the sigmoid too.")
def last_layer_without_sigmoid(network, inputs):
    """The last layer returns its sums: there the sigmoid is missing."""
    *before, _ = outputs = feed_forward(network, inputs)
    read = before[-1] if before else inputs
    return [*outputs[:-1], [weighted_sum(neuron, read) for neuron in network[-1]]]


@mistake(advice="Call neuron_output for each neuron. Its result is what the next layer reads.")
def sums_everywhere(network, inputs):
    """No layer goes through the sigmoid: you return weighted sums."""
    outputs = []
    for layer in network:
        inputs = [weighted_sum(neuron, inputs) for neuron in layer]
        outputs.append(inputs)
    return outputs


@mistake(advice="This network has sigmoids everywhere. Its outputs need not sum to 1.")
def softmax_at_the_end(network, inputs):
    """The last layer goes through softmax instead of the sigmoid."""
    *before, _ = outputs = feed_forward(network, inputs)
    sums = [weighted_sum(neuron, before[-1] if before else inputs) for neuron in network[-1]]
    powers = [math.exp(total - max(sums)) for total in sums]
    return [*outputs[:-1], [power / sum(powers) for power in powers]]


@mistake(advice="neuron_output has done it already. Is there a second sigmoid in your loop?")
def two_sigmoids(network, inputs):
    """Each output goes through the sigmoid twice."""
    outputs = []
    for layer in network:
        inputs = [sigmoid_of(neuron_output(neuron, inputs)) for neuron in layer]
        outputs.append(inputs)
    return outputs


@mistake(advice="Leave NumPy out: a list comprehension over the neurons of a layer will do.")
def layers_as_arrays(network, inputs):
    """You return NumPy arrays, and this unit does without them."""
    return [np.array(outputs) for outputs in feed_forward(network, inputs)]


@mistake(advice="`inputs = …` gives the name to a new list. inputs[:] = … and append() change the caller's.")
def overwrites_the_inputs(network, inputs):
    """The caller's list of inputs is changed on the way."""
    outputs = feed_forward(network, inputs)
    inputs[:] = outputs[-1]
    return outputs


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def recursive_layers(network, inputs):
    if not network:
        return []
    outputs = [neuron_output(neuron, inputs) for neuron in network[0]]
    return [outputs, *recursive_layers(network[1:], outputs)]


@variant
def tuples_of_tuples(network, inputs):
    outputs = ()
    for layer in network:
        outputs += (tuple(neuron_output(neuron, outputs[-1] if outputs else inputs) for neuron in layer),)
    return outputs


@variant
def accumulated(network, inputs):
    steps = itertools.accumulate(network, lambda read, layer: [neuron_output(n, read) for n in layer], initial=inputs)
    return list(steps)[1:]


@variant
def matrices_inside(network, inputs):
    outputs, a = [], np.array(inputs)
    for layer in map(np.array, network):
        a = 0.5 * (1 + np.tanh((layer[:, :-1] @ a + layer[:, -1]) / 2))
        outputs.append(a.tolist())
    return outputs


@variant
def numpy_scalars_in_lists(network, inputs):
    outputs = []
    for layer in network:
        inputs = [np.float64(neuron_output(neuron, inputs)) for neuron in layer]
        outputs.append(inputs)
    return outputs


@variant
def filled_in_place(network, inputs):
    outputs = [[0.0] * len(layer) for layer in network]
    for number, layer in enumerate(network):
        for i, neuron in enumerate(layer):
            outputs[number][i] += neuron_output(neuron, [inputs, *outputs][number])
    return outputs


class _Neuron:
    def __init__(self, weights):
        self.weights, self.output = weights, None

    def fire(self, inputs):
        self.output = neuron_output(self.weights, inputs)
        return self.output


@variant
def neurons_as_objects(network, inputs):
    layers = [[_Neuron(weights) for weights in layer] for layer in network]
    for layer in layers:
        inputs = [neuron.fire(inputs) for neuron in layer]
    return [[neuron.output for neuron in layer] for layer in layers]
