"""Odd but right answers to 11-neuron-by-neuron."""

import functools
import itertools
import math
import operator
from fractions import Fraction

import numpy as np

from solutions.catalogue import variant
from solutions.reference import backpropagate, feed_forward, neuron_output

# --- neuron_output ---------------------------------------------------------------------------------------------------


@variant("neuron_output")
def two_branches_of_exp(weights, inputs):
    total = 0.0
    for i in range(len(inputs)):
        total += weights[i] * inputs[i]
    total += weights[len(inputs)]
    if total < 0:
        return math.exp(total) / (1 + math.exp(total))
    return 1 / (1 + math.exp(-total))


@variant("neuron_output")
def overflow_caught(weights, inputs):
    *input_weights, bias = weights
    try:
        return 1 / (1 + math.exp(-math.fsum([bias, *map(operator.mul, input_weights, inputs)])))
    except OverflowError:
        return 0


@variant("neuron_output")
def tanh_of_half(weights, inputs):
    total = sum(map(operator.mul, weights, (*inputs, 1)))
    return 0.5 + 0.5 * math.tanh(total / 2)


@variant("neuron_output")
def clipped_sum(weights, inputs):
    total = sum(itertools.starmap(operator.mul, itertools.zip_longest(weights, inputs, fillvalue=1)))
    return 1 / (1 + math.exp(-max(-700, min(700, total))))


@variant("neuron_output")
def numpy_inside(weights, inputs):
    return 1 / (1 + np.exp(-np.dot(weights, [*inputs, 1.0])))  # a NumPy scalar, and a warning


@variant("neuron_output")
def array_without_dimensions(weights, inputs):
    total = np.float32(np.dot(weights[:-1], inputs) + weights[-1])
    return np.array(0.5 * (1 + np.tanh(total / 2)))


@variant("neuron_output")
def exact_fraction(weights, inputs):
    total = functools.reduce(
        lambda so_far, pair: so_far + Fraction(pair[0]) * Fraction(pair[1]),
        zip(weights, inputs, strict=False),
        Fraction(weights[-1]),
    )
    small = math.exp(-abs(total))
    return Fraction(1 if total > 0 else small) / Fraction(1 + small)


# --- feed_forward ----------------------------------------------------------------------------------------------------


@variant("feed_forward")
def recursive_layers(network, inputs):
    if not network:
        return []
    outputs = [neuron_output(neuron, inputs) for neuron in network[0]]
    return [outputs, *recursive_layers(network[1:], outputs)]


@variant("feed_forward")
def tuples_of_tuples(network, inputs):
    outputs = ()
    for layer in network:
        outputs += (tuple(neuron_output(neuron, outputs[-1] if outputs else inputs) for neuron in layer),)
    return outputs


@variant("feed_forward")
def accumulated(network, inputs):
    steps = itertools.accumulate(network, lambda read, layer: [neuron_output(n, read) for n in layer], initial=inputs)
    return list(steps)[1:]


@variant("feed_forward")
def matrices_inside(network, inputs):
    outputs, a = [], np.array(inputs)
    for layer in map(np.array, network):
        a = 0.5 * (1 + np.tanh((layer[:, :-1] @ a + layer[:, -1]) / 2))
        outputs.append(a.tolist())
    return outputs


@variant("feed_forward")
def numpy_scalars_in_lists(network, inputs):
    outputs = []
    for layer in network:
        inputs = [np.float64(neuron_output(neuron, inputs)) for neuron in layer]
        outputs.append(inputs)
    return outputs


@variant("feed_forward")
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


@variant("feed_forward")
def neurons_as_objects(network, inputs):
    layers = [[_Neuron(weights) for weights in layer] for layer in network]
    for layer in layers:
        inputs = [neuron.fire(inputs) for neuron in layer]
    return [[neuron.output for neuron in layer] for layer in layers]


# --- backpropagate ---------------------------------------------------------------------------------------------------


@variant("backpropagate")
def all_deltas_first(network, inputs, target, rate=1.0):
    outputs = feed_forward(network, inputs)
    deltas = [[] for _ in network]
    for number in range(len(network) - 1, -1, -1):
        for i, output in enumerate(outputs[number]):
            if number == len(network) - 1:
                error = target[i] - output
            else:
                error = 0.0
                for j in range(len(network[number + 1])):
                    error += network[number + 1][j][i] * deltas[number + 1][j]
            deltas[number].append(error * output * (1.0 - output))
    new_network = []
    for number, layer in enumerate(network):
        read = [inputs, *outputs][number]
        new_network.append([])
        for neuron, delta in zip(layer, deltas[number], strict=True):
            neuron = list(neuron)
            for i in range(len(read)):
                neuron[i] += rate * delta * read[i]
            neuron[-1] += rate * delta
            new_network[-1].append(neuron)
    return new_network


@variant("backpropagate")
def copy_then_change(network, inputs, target, rate=1.0):
    new_network = [[neuron[:] for neuron in layer] for layer in network]
    for layer, right in zip(new_network, backpropagate(network, inputs, target, rate), strict=True):
        for i in range(len(layer)):
            for j in range(len(layer[i])):
                layer[i][j] = right[i][j]
    return new_network


@variant("backpropagate")
def matrix_calculus_inside(network, inputs, target, rate=1.0):
    layers = [np.array(layer) for layer in network]
    values = [np.array(inputs)]
    for layer in layers:
        z = layer @ np.append(values[-1], 1)
        values.append(np.exp(-np.logaddexp(0, -z)))
    error = values[-1] - target
    new = []
    for layer, below, above in zip(layers[::-1], values[-2::-1], values[:0:-1], strict=True):
        delta = error * above * (1 - above)
        new.append((layer - rate * np.outer(delta, np.append(below, 1))).tolist())
        error = layer[:, :-1].T @ delta
    return new[::-1]


@variant("backpropagate")
def recursive_step(network, inputs, target, rate=1.0):
    def step(layers, read):
        """Return the new layers, and how the error depends on what the first of them reads."""
        if not layers:
            return (), [value - wanted for value, wanted in zip(read, target, strict=True)]
        outputs = [neuron_output(neuron, read) for neuron in layers[0]]
        above, errors = step(layers[1:], outputs)
        deltas = [e * o - e * o**2 for e, o in zip(errors, outputs, strict=True)]
        new = tuple(
            tuple(w - d * rate * x for w, x in zip(n, (*read, 1), strict=True))
            for d, n in zip(deltas, layers[0], strict=True)
        )
        columns = list(zip(*layers[0], strict=True))[:-1]
        return (new, *above), [sum(map(operator.mul, deltas, column)) for column in columns]

    return step(network, inputs)[0]


@variant("backpropagate")
def slope_from_exp_again(network, inputs, target, rate=1.0):
    read, sums = [inputs], []
    for layer in network:
        sums.append([sum(w * x for w, x in zip(neuron, [*read[-1], 1.0], strict=True)) for neuron in layer])
        read.append([neuron_output(neuron, read[-1]) for neuron in layer])
    errors = [wanted - output for wanted, output in zip(target, read[-1], strict=True)]
    new_network = [None] * len(network)
    for number in range(len(network))[::-1]:
        slopes = [1 / (math.exp(z / 2) + math.exp(-z / 2)) ** 2 if abs(z) < 700 else 0.0 for z in sums[number]]
        deltas = [rate * e * s for e, s in zip(errors, slopes, strict=True)]
        new_network[number] = [
            [w + d * x for w, x in itertools.zip_longest(neuron, read[number], fillvalue=1.0)]
            for neuron, d in zip(network[number], deltas, strict=True)
        ]
        errors = [
            sum(d / rate * n[i] for d, n in zip(deltas, network[number], strict=True)) for i in range(len(read[number]))
        ]
    return new_network


@variant("backpropagate")
def single_precision_numbers(network, inputs, target, rate=1.0):
    return [[[np.float32(w) for w in n] for n in layer] for layer in backpropagate(network, inputs, target, rate)]


@variant("backpropagate")
def arrays_without_dimensions(network, inputs, target, rate=1.0):
    return [[[np.array(w) for w in n] for n in layer] for layer in backpropagate(network, inputs, target, rate=rate)]


@variant("backpropagate")
class NetworkObject:
    """A class whose instance is a list: calling it is as good as calling a function."""

    def __new__(cls, network, inputs, target, rate=1.0):
        rows = (map(list, layer) for layer in backpropagate(network, inputs, target, rate))
        return [list(layer) for layer in rows]
