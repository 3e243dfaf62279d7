"""backpropagate: one step of gradient descent on one sample, from plain lists."""

import itertools
import math
import operator

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from exercises.feed_forward import draw_call
from exercises.neuron_output import sigmoid_of, weighted_sum
from solutions.reference import backpropagate, feed_forward, neuron_output

EXERCISE = Exercise(
    unit="11-neuron-by-neuron",
    points=4,
    parameters=("network", "inputs", "target", "rate=1.0"),
    returns=("new_network",),
    dtype="list",
    uses=("neuron_output", "feed_forward", "hidden_deltas"),
    hints=(
        "Go from the last layer to the first. What does a neuron need to know to change its weights?",
        "Each neuron has one delta. Look at what its layer read, at the old weights of the layer above, at the bias.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    d, h, k = different_sizes(rng, 3, largest=4)
    layers, inputs, target = _step(rng, d, h, k)
    return [
        Case("a single layer", _step(rng, h, k)),
        Case("a single layer", _step(rng, 3, 3)),
        Case("two layers", (layers, inputs, target)),
        Case("two layers", _step(rng, 3, 3, 3)),
        Case("two layers", _step(rng, k, 3, 1)),
        Case("another learning rate", (layers, inputs, target, 4.0)),
        Case("another learning rate", (layers, inputs, target), {"rate": 0.25}),
        Case("another learning rate", (layers, inputs, target, 0.0)),
        Case("another learning rate", (layers, inputs, target), {"rate": 400.0}),
        Case("many layers", (*_step(rng, 2, 3, 2, 1, 2, 2), 3.0)),
        Case("wide layers", _step(rng, 12, 13, 2)),
        Case("three layers", (*_step(rng, k, h, d, 2), 3.0)),
        Case("three layers", (*_step(rng, 2, 2, 2, 2), 3.0)),
        Case("layers with a single neuron", (*_step(rng, 1, 1, 2, 1), 3.0)),
        Case("very large sums", _step(rng, d, h, k, scale=4000)),
        Case("very large sums", _one_side_saturated(rng)),
    ]


def _step(rng, *widths, scale=1.0):
    """Draw the arguments of a step: the targets are neither 0 nor 1, and differ from all outputs."""
    target = np.round(rng.choice([-0.6, 1.5], size=widths[-1]) + numbers(rng, widths[-1], scale=0.1), 3)
    return *draw_call(rng, *widths, scale=scale), target.tolist()


def _one_side_saturated(rng):
    """Draw a step in which one hidden neuron has a huge sum, and the other one learns."""
    (hidden, last), inputs, target = _step(rng, 2, 2, 2)
    hidden[0] = [round(1e4 / x, 3) for x in inputs] + [hidden[0][-1]]
    last[0][0] = -9000.0
    return [hidden, last], inputs, target


# --- mistakes --------------------------------------------------------------------------------------------------------


def _changed_step(
    network,
    inputs,
    target,
    rate,
    *,
    error=lambda output, wanted, _count: output - wanted,
    slope=lambda output, _total: output * (1 - output),
    last_slope=None,
    share=lambda deltas, layer, i: sum(delta * neuron[i] for delta, neuron in zip(deltas, layer, strict=True)),
    read=lambda outputs, inputs, number: outputs[number - 1] if number > 0 else inputs,
    new=lambda w, rate, delta, x: w - rate * delta * x,
    new_bias=lambda w, rate, delta: w - rate * delta,
    bend=lambda deltas, _rate, _is_last: deltas,
):
    """Make the right step, with single pieces of it replaced."""
    outputs = feed_forward(network, inputs)
    errors = [error(output, wanted, len(target)) for output, wanted in zip(outputs[-1], target, strict=True)]
    new_network = []
    for number in reversed(range(len(network))):
        layer, is_last = network[number], number == len(network) - 1
        before = outputs[number - 1] if number > 0 else inputs
        slopes = [
            (last_slope or slope if is_last else slope)(output, weighted_sum(neuron, before))
            for output, neuron in zip(outputs[number], layer, strict=True)
        ]
        deltas = bend([e * s for e, s in zip(errors, slopes, strict=True)], rate, is_last)
        values = read(outputs, inputs, number)
        new_layer = [
            [*(new(w, rate, delta, values[i]) for i, w in enumerate(neuron[:-1])), new_bias(neuron[-1], rate, delta)]
            for neuron, delta in zip(layer, deltas, strict=True)
        ]
        errors = [share(deltas, layer, i) for i in range(len(before))]
        new_network.insert(0, new_layer)
    return new_network


def _like(gradient_of):
    """Return, for each number of the network, ``gradient_of(old, new)`` after a right step at rate 1."""

    def change(network, new_network):
        return [
            [[gradient_of(*pair) for pair in zip(*neurons, strict=True)] for neurons in zip(*layers, strict=True)]
            for layers in zip(network, new_network, strict=True)
        ]

    return change


@mistake(advice="Should an output that is too large make the weights larger or smaller?")
def steps_uphill(network, inputs, target, rate=1.0):
    """The step goes uphill: check the order in output - target, and the sign of the step."""
    return _changed_step(network, inputs, target, -rate)


@mistake(advice="The argument rate says how large the step is. Where is it used?")
def rate_ignored(network, inputs, target, rate=1.0):
    """The argument rate is not used: the step is the same for every learning rate."""
    return backpropagate(network, inputs, target)


@mistake(advice="The step is rate times the gradient. How often is rate multiplied on the way down?")
def rate_in_the_deltas(network, inputs, target, rate=1.0):
    """The deltas that are handed down already hold the rate, so that lower layers get it more than once."""
    return _changed_step(
        network,
        inputs,
        target,
        rate,
        bend=lambda deltas, rate, _: [delta * rate for delta in deltas],
        new=lambda w, _, delta, x: w - delta * x,
        new_bias=lambda w, _, delta: w - delta,
    )


@mistake(advice="A bias is a weight whose input is always 1.")
def bias_not_updated(network, inputs, target, rate=1.0):
    """The biases stay as they were."""
    return _changed_step(network, inputs, target, rate, new_bias=lambda w, _rate, _delta: w)


@mistake(advice="zip stops at the shorter list: what is the partner of the last weight?")
def bias_lost(network, inputs, target, rate=1.0):
    """The new neurons have no bias: one number is missing in each."""
    return [[neuron[:-1] for neuron in layer] for layer in backpropagate(network, inputs, target, rate)]


@mistake(advice="The step of a bias is as long as that of a weight: it needs the rate too.")
def bias_without_rate(network, inputs, target, rate=1.0):
    """The biases move without the learning rate."""
    return _changed_step(network, inputs, target, rate, new_bias=lambda w, _, delta: w - delta)


@mistake(advice="The bias has no input of its own. By what number is its delta multiplied?")
def bias_moves_like_the_last_weight(network, inputs, target, rate=1.0):
    """The step of the bias is multiplied by the last input; its input is 1."""

    def with_last_input(neuron, old):
        step, *_ = [(new - w) for new, w in zip(neuron[-2:-1], old[-2:-1], strict=True)]
        return [*neuron[:-1], old[-1] + step]

    new_network = backpropagate(network, inputs, target, rate)
    return [
        [with_last_input(*pair) for pair in zip(*layers, strict=True)]
        for layers in zip(new_network, network, strict=True)
    ]


@mistake(advice="delta is the error times the slope of the sigmoid. What is its slope?")
def no_slope_anywhere(network, inputs, target, rate=1.0):
    """The slope of the sigmoid, output * (1 - output), is missing in every layer."""
    return _changed_step(network, inputs, target, rate, slope=lambda _output, _total: 1.0)


@mistake(advice="The last layer has a sigmoid too, so its delta needs the slope.")
def no_slope_at_the_end(network, inputs, target, rate=1.0):
    """The slope of the sigmoid is missing in the last layer; it cancels for softmax with cross-entropy, not here."""
    return _changed_step(network, inputs, target, rate, last_slope=lambda _output, _total: 1.0)


@mistake(advice="Hidden neurons have a sigmoid too. Which number is its slope computed from?")
def no_slope_in_hidden_layers(network, inputs, target, rate=1.0):
    """The slope of the sigmoid is missing in the hidden layers."""
    return _changed_step(
        network,
        inputs,
        target,
        rate,
        slope=lambda _output, _total: 1.0,
        last_slope=lambda output, _: output * (1 - output),
    )


@mistake(advice="With the output y, the slope is y (1 - y). Count the factors y.")
def slope_without_first_factor(network, inputs, target, rate=1.0):
    """The slope is 1 - output in your code; a factor is missing."""
    return _changed_step(network, inputs, target, rate, slope=lambda output, _: 1 - output)


@mistake(advice="feed_forward gives outputs: the sigmoid is already in them.")
def slope_of_the_output(network, inputs, target, rate=1.0):
    """You send the outputs through the sigmoid once more before you compute its slope."""

    def slope(output, _total):
        again = sigmoid_of(output)
        return again * (1 - again)

    return _changed_step(network, inputs, target, rate, slope=slope)


@mistake(advice="total * (1 - total) is no slope: the formula needs what comes out of the sigmoid.")
def slope_from_the_sum(network, inputs, target, rate=1.0):
    """You compute the slope from the weighted sum as if it were the output."""
    return _changed_step(network, inputs, target, rate, slope=lambda _, total: total * (1 - total))


@mistake(advice="The error has a factor 1/2 in front, so that its derivative has none.")
def twice_the_step(network, inputs, target, rate=1.0):
    """The step is twice as long as it should be: the derivative of 1/2 (output - target)^2 has no factor 2."""
    return _changed_step(network, inputs, target, rate, error=lambda output, wanted, _: 2 * (output - wanted))


@mistake(advice="The error is a sum over the outputs, not a mean. Do you divide anywhere?")
def mean_over_the_outputs(network, inputs, target, rate=1.0):
    """The step is divided by the number of outputs."""
    return _changed_step(network, inputs, target, rate, error=lambda output, wanted, k: (output - wanted) / k)


@mistake(advice="A delta starts with the derivative of the error. The error itself cannot be negative.")
def squared_error_as_error(network, inputs, target, rate=1.0):
    """You start from the squared error itself, not from its derivative, output - target."""
    return _changed_step(network, inputs, target, rate, error=lambda output, wanted, _: (output - wanted) ** 2 / 2)


@mistake(advice="The hidden neurons caused the error with the old weights. Keep these until the end.")
def new_weights_for_hidden_deltas(network, inputs, target, rate=1.0):
    """The hidden deltas are computed with weights that were already updated."""
    outputs = feed_forward(network, inputs)
    errors = [output - wanted for output, wanted in zip(outputs[-1], target, strict=True)]
    new_network = []
    for number in reversed(range(len(network))):
        deltas = [error * output * (1 - output) for error, output in zip(errors, outputs[number], strict=True)]
        read = [*(outputs[number - 1] if number > 0 else inputs), 1.0]
        layer = [
            [w - rate * delta * x for w, x in zip(neuron, read, strict=True)]
            for neuron, delta in zip(network[number], deltas, strict=True)
        ]
        new_network.insert(0, layer)
        errors = [sum(d * neuron[i] for d, neuron in zip(deltas, layer, strict=True)) for i in range(len(read) - 1)]
    return new_network


@mistake(advice="Each delta goes back through the weight on its line. Which weight is that?")
def deltas_not_weighted(network, inputs, target, rate=1.0):
    """The deltas of the layer above are added up without their weights."""
    return _changed_step(network, inputs, target, rate, share=lambda deltas, _layer, _i: sum(deltas))


@mistake(
    advice="layer[j][i] is the weight from neuron i below to neuron j above. Which index do you sum over?",
)
def weights_transposed(network, inputs, target, rate=1.0):
    """A neuron's share is summed over the wrong index: along one neuron's weights, not across the neurons above."""
    return _changed_step(
        network,
        inputs,
        target,
        rate,
        share=lambda deltas, layer, i: sum(delta * w for delta, w in zip(deltas, layer[i][:-1], strict=True)),
    )


@mistake(advice="A hidden neuron feeds every neuron above it. Do you add with +=, or overwrite with =?")
def only_the_last_neuron_above(network, inputs, target, rate=1.0):
    """Of all the neurons above, only the last one hands its delta down."""
    return _changed_step(network, inputs, target, rate, share=lambda deltas, layer, i: deltas[-1] * layer[-1][i])


@mistake(advice="A weight's step needs what came in through it: the outputs of the layer below.")
def every_layer_moves_by_the_inputs(network, inputs, target, rate=1.0):
    """The step of every layer is multiplied by the inputs of the network, not by what the layer read."""
    return _changed_step(network, inputs, target, rate, read=lambda _outputs, inputs, _number: inputs)


@mistake(advice="A weight's step needs what came in through it, not what its neuron gave out.")
def moves_by_its_own_outputs(network, inputs, target, rate=1.0):
    """The step of a layer is multiplied by its own outputs, not by what it read."""
    return _changed_step(network, inputs, target, rate, read=lambda outputs, _inputs, number: outputs[number])


@mistake(advice="The same delta serves all weights of a neuron. What is it multiplied by for each?")
def no_input_in_the_step(network, inputs, target, rate=1.0):
    """The step of a weight is not multiplied by what came in through it."""
    return _changed_step(network, inputs, target, rate, new=lambda w, rate, delta, _: w - rate * delta)


@mistake(advice="Hidden layers learn too. Go on with the layer before the last one.")
def only_the_last_layer_learns(network, inputs, target, rate=1.0):
    """Only the last layer changes; the layers below it stay as they were."""
    return [*network[:-1], backpropagate(network, inputs, target, rate)[-1]]


@mistake(advice="A network may have one layer or five: go through all of them in a loop.")
def two_layers_learn(network, inputs, target, rate=1.0):
    """Only the last two layers learn, however many the network has."""
    return [*network[:-2], *backpropagate(network, inputs, target, rate)[-2:]]


@mistake(advice="You go from the last layer to the first. In which order do you collect the new layers?")
def new_layers_in_reverse(network, inputs, target, rate=1.0):
    """The new layers come back in reverse order, the last one first."""
    return backpropagate(network, inputs, target, rate)[::-1]


@mistake(advice="One thing remains to be done: old weight minus step.")
def returns_the_steps(network, inputs, target, rate=1.0):
    """You return rate times the gradient, not the new network."""
    return _like(lambda old, new: old - new)(network, backpropagate(network, inputs, target, rate))


@mistake(advice="Replace each number of the old network by the number after the step.")
def returns_the_old_network(network, inputs, target, rate=1.0):
    """The network comes back as it was: nothing was learned."""
    return network


@mistake(advice="weights[i] -= … writes into the caller's network. Build new lists instead.")
def learns_in_place(network, inputs, target, rate=1.0):
    """You change the old network instead of making a new one; a copy of the outer list does not copy the neurons."""
    for layer, new_layer in zip(network, backpropagate(network, inputs, target, rate), strict=True):
        layer[:] = new_layer
    return network


@mistake(advice="append() changes the list that the caller gave you. Make a new one.")
def appends_one_to_the_inputs(network, inputs, target, rate=1.0):
    """You append the 1 for the bias to the caller's list of inputs."""
    new_network = backpropagate(network, inputs, target, rate)
    inputs.append(1.0)
    return new_network


@mistake(advice="Leave NumPy out: a list of layers, each a list of neurons, each a list of floats.")
def network_of_arrays(network, inputs, target, rate=1.0):
    """Your new network holds NumPy arrays, and this unit does without them."""
    return [np.array(layer) for layer in backpropagate(network, inputs, target, rate)]


# --- variants --------------------------------------------------------------------------------------------------------


@variant
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


@variant
def copy_then_change(network, inputs, target, rate=1.0):
    new_network = [[neuron[:] for neuron in layer] for layer in network]
    for layer, right in zip(new_network, backpropagate(network, inputs, target, rate), strict=True):
        for i in range(len(layer)):
            for j in range(len(layer[i])):
                layer[i][j] = right[i][j]
    return new_network


@variant
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


@variant
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


@variant
def slope_from_exp_again(network, inputs, target, rate=1.0):
    read, sums = [inputs], []
    for layer in network:
        sums.append([sum(w * x for w, x in zip(neuron, [*read[-1], 1.0], strict=True)) for neuron in layer])
        read.append([neuron_output(neuron, read[-1]) for neuron in layer])
    errors = [wanted - output for wanted, output in zip(target, read[-1], strict=True)]
    new_network = [None] * len(network)
    for number in range(len(network))[::-1]:
        slopes = [1 / (math.exp(z / 2) + math.exp(-z / 2)) ** 2 if abs(z) < 700 else 0.0 for z in sums[number]]
        deltas = [e * s for e, s in zip(errors, slopes, strict=True)]
        new_network[number] = [
            [w + rate * d * x for w, x in itertools.zip_longest(neuron, read[number], fillvalue=1.0)]
            for neuron, d in zip(network[number], deltas, strict=True)
        ]
        errors = [sum(d * n[i] for d, n in zip(deltas, network[number], strict=True)) for i in range(len(read[number]))]
    return new_network


@variant
def single_precision_numbers(network, inputs, target, rate=1.0):
    return [[[np.float32(w) for w in n] for n in layer] for layer in backpropagate(network, inputs, target, rate)]


@variant
def arrays_without_dimensions(network, inputs, target, rate=1.0):
    return [[[np.array(w) for w in n] for n in layer] for layer in backpropagate(network, inputs, target, rate=rate)]


@variant
class NetworkObject:
    """A class whose instance is a list: calling it is as good as calling a function."""

    def __new__(cls, network, inputs, target, rate=1.0):
        rows = (map(list, layer) for layer in backpropagate(network, inputs, target, rate))
        return [list(layer) for layer in rows]
