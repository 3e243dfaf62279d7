"""Known mistakes in 11-neuron-by-neuron."""

import math

import numpy as np

from solutions.catalogue import mistake
from solutions.reference import backpropagate, feed_forward, neuron_output


def _sigmoid(total):
    small = math.exp(-abs(total))
    return (1.0 if total >= 0 else small) / (1 + small)


def _sum(weights, inputs):
    """Return the weighted sum; like careless code, without looking at the lengths."""
    return weights[-1] + sum(w * x for w, x in zip(weights[:-1], inputs, strict=False))


# --- neuron_output ---------------------------------------------------------------------------------------------------


@mistake("neuron_output", advice="A neuron with d inputs has d + 1 numbers. What happens to the last one?")
def bias_forgotten(weights, inputs):
    """The bias, the last number in weights, is left out of the sum."""
    return _sigmoid(sum(w * x for w, x in zip(weights[:-1], inputs, strict=True)))


@mistake("neuron_output", advice="The weights come first and the bias is the last number: weights[-1].")
def bias_first(weights, inputs):
    """You take the first number in weights as the bias."""
    return _sigmoid(weights[0] + sum(w * x for w, x in zip(weights[1:], inputs, strict=True)))


@mistake("neuron_output", advice="Every input has a partner among the weights. Where does each of your loops begin?")
def weights_in_reverse(weights, inputs):
    """The weights are paired with the inputs in reverse order."""
    return _sigmoid(weights[-1] + sum(w * x for w, x in zip(weights[-2::-1], inputs, strict=True)))


@mistake("neuron_output", advice="A loop over range(len(inputs)) already stops before len(inputs).")
def last_input_left_out(weights, inputs):
    """The last input and its weight are left out of the sum."""
    return _sigmoid(weights[-1] + sum(w * x for w, x in zip(weights[:-2], inputs[:-1], strict=True)))


@mistake("neuron_output", advice="The bias belongs to no input. Multiply it by nothing.")
def bias_times_last_input(weights, inputs):
    """The bias is multiplied by the last input."""
    return _sigmoid(_sum(weights, inputs) + weights[-1] * (inputs[-1] - 1))


@mistake("neuron_output", advice="Where does the line stand that adds the bias: inside the loop or after it?")
def bias_for_each_input(weights, inputs):
    """The bias is added once for each input, not once for the neuron."""
    return _sigmoid(_sum(weights, inputs) + weights[-1] * (len(inputs) - 1) if len(inputs) > 1 else 2 * weights[-1])


@mistake("neuron_output", advice="The bias is added to the sum. Which sign does it have?")
def bias_subtracted(weights, inputs):
    """The bias is subtracted instead of added."""
    return _sigmoid(_sum(weights, inputs) - 2 * weights[-1])


@mistake("neuron_output", advice="First the whole sum, bias included. Only then the sigmoid.")
def bias_after_the_sigmoid(weights, inputs):
    """The bias is added after the sigmoid, not to the sum."""
    return _sigmoid(_sum(weights, inputs) - weights[-1]) + weights[-1]


@mistake("neuron_output", advice="A sum can be any number. What brings it between 0 and 1?")
def no_sigmoid(weights, inputs):
    """You return the weighted sum itself: the sigmoid is missing."""
    return _sum(weights, inputs)


@mistake("neuron_output", advice="The output must grow with the sum. Which sign belongs in the exponent?")
def falling_sigmoid(weights, inputs):
    """The sign in the exponent is wrong: the output falls where it should rise."""
    return _sigmoid(-_sum(weights, inputs))


@mistake("neuron_output", advice="math.exp(800) is too large for a float. Treat positive and negative sums apart.")
def exp_of_minus_sum_overflows(weights, inputs):
    """math.exp(-total) raises OverflowError where the sum is far below zero."""
    return 1 / (1 + math.exp(-_sum(weights, inputs)))


@mistake("neuron_output", advice="math.exp(800) is too large for a float. Treat positive and negative sums apart.")
def exp_of_sum_overflows(weights, inputs):
    """math.exp(total) raises OverflowError where the sum is far above zero."""
    power = math.exp(_sum(weights, inputs))
    return power / (1 + power)


@mistake("neuron_output", advice="One sigmoid for each neuron: add first, then squash.")
def sigmoid_of_each_product(weights, inputs):
    """You take the sigmoid of each product and add them up; it belongs around the whole sum."""
    return weights[-1] + sum(_sigmoid(w * x) for w, x in zip(weights[:-1], inputs, strict=True))


@mistake("neuron_output", advice="tanh runs from -1 to 1, the sigmoid from 0 to 1.")
def tanh_neuron(weights, inputs):
    """This is tanh, which runs from -1 to 1, and not the sigmoid."""
    return math.tanh(_sum(weights, inputs))


@mistake("neuron_output", advice="Return the sigmoid itself. Its slope is needed only in backpropagate.")
def slope_of_the_neuron(weights, inputs):
    """You return the slope of the sigmoid instead of the sigmoid."""
    output = neuron_output(weights, inputs)
    return output * (1 - output)


@mistake("neuron_output", advice="Between 0 and 1 the curve is smooth. Is a comparison or a round() in your code?")
def zero_or_one(weights, inputs):
    """You return only 0 or 1: this is a step, not the sigmoid."""
    return 1.0 if _sum(weights, inputs) > 0 else 0.0


@mistake("neuron_output", advice="Do you divide by the number of inputs anywhere? The bias is added to a plain sum.")
def mean_of_the_products(weights, inputs):
    """You take the mean of the products, not their sum."""
    return _sigmoid((_sum(weights, inputs) - weights[-1]) / len(inputs) + weights[-1])


@mistake("neuron_output", advice="One neuron gives one number, without brackets around it.")
def list_of_one(weights, inputs):
    """You return a list that holds the output, not the output itself."""
    return [neuron_output(weights, inputs)]


@mistake("neuron_output", advice="Leave NumPy out: add the products up in a loop, or with sum().")
def array_of_one(weights, inputs):
    """You return a NumPy array with one entry, not a plain number."""
    return np.array([neuron_output(weights, inputs)])


@mistake("neuron_output", advice="weights[-1] reads the bias and leaves it where it is. pop() takes it out.")
def pops_the_bias(weights, inputs):
    """You take the bias out of the caller's list, so that the neuron has none afterwards."""
    bias = weights.pop()
    return neuron_output([*weights, bias], inputs)


@mistake("neuron_output", advice="append() changes the list that the caller gave you. Make a new one.")
def appends_to_the_inputs(weights, inputs):
    """You append a 1 to the caller's list of inputs."""
    output = neuron_output(weights, inputs)
    inputs.append(1.0)
    return output


# --- feed_forward ----------------------------------------------------------------------------------------------------


def _layer(layer, inputs):
    return [_sigmoid(_sum(neuron, inputs)) for neuron in layer]


@mistake("feed_forward", advice="The first list that you return belongs to the first layer of neurons.")
def with_the_inputs(network, inputs):
    """The inputs are among the outputs that you return."""
    return [list(inputs), *feed_forward(network, inputs)]


@mistake("feed_forward", advice="backpropagate will need all layers: keep one list for each.")
def only_the_last_layer(network, inputs):
    """You return the outputs of the last layer only."""
    return feed_forward(network, inputs)[-1]


@mistake("feed_forward", advice="Make the empty list before the loop over the layers, not in it.")
def last_layer_in_a_list(network, inputs):
    """You return a list, but only the last layer is in it."""
    return feed_forward(network, inputs)[-1:]


@mistake("feed_forward", advice="The first layer reads the inputs. What does the second layer read?")
def every_layer_reads_the_inputs(network, inputs):
    """Every layer reads the inputs of the network, not the outputs of the layer before it."""
    return [_layer(layer, inputs) for layer in network]


@mistake("feed_forward", advice="The loop over the layers gives you a new layer each time. Is it used?")
def first_layer_again(network, inputs):
    """The neurons of the first layer are used in every layer."""
    return feed_forward([network[0] for _ in network], inputs)


@mistake("feed_forward", advice="All neurons of a layer read the same numbers. Change what is read after the layer.")
def neighbours_are_read(network, inputs):
    """A neuron's output replaces an input before its neighbours have read it."""
    outputs, values = [], list(inputs)
    for layer in network:
        for i, neuron in enumerate(layer):
            result = _sigmoid(_sum(neuron, values))
            values = [*values[:i], result, *values[i + 1 :]]
        values = values[: len(layer)]
        outputs.append(values)
    return outputs


@mistake("feed_forward", advice="Each layer needs a list of its own. Make it inside the loop over the layers.")
def one_list_for_all_layers(network, inputs):
    """The same list stands in every place, so that all layers show the outputs of the last one."""
    outputs = feed_forward(network, inputs)
    return [outputs[-1] for _ in network]


@mistake("feed_forward", advice="append() puts a list into a list; extend() and + pour it out.")
def all_in_one_list(network, inputs):
    """The outputs of all layers are in one flat list, so that nobody can see where a layer ends."""
    return [output for outputs in feed_forward(network, inputs) for output in outputs]


@mistake("feed_forward", advice="Each neuron already holds its bias. A layer returns one number for each neuron.")
def with_a_bias_unit(network, inputs):
    """Each layer's outputs end with an extra 1 for the bias of the next layer."""
    return [[*outputs, 1.0] for outputs in feed_forward(network, inputs)]


@mistake("feed_forward", advice="The outputs of the first layer come first.")
def last_layer_first(network, inputs):
    """The layers come back in reverse order."""
    return feed_forward(network, inputs)[::-1]


@mistake("feed_forward", advice="Every layer of the network counts. Where does your loop end?")
def last_layer_missing(network, inputs):
    """The loop stops before the last layer."""
    return feed_forward(network[:-1], inputs)


@mistake("feed_forward", advice="A network may have one layer or five: go through network in a loop.")
def two_layers_at_most(network, inputs):
    """Your function computes two layers, however many the network has."""
    return feed_forward(network[:2], inputs)


@mistake("feed_forward", advice="The last layer is like the others: it goes through the sigmoid too.")
def last_layer_without_sigmoid(network, inputs):
    """The last layer returns its sums: there the sigmoid is missing."""
    *before, _ = outputs = feed_forward(network, inputs)
    read = before[-1] if before else inputs
    return [*outputs[:-1], [_sum(neuron, read) for neuron in network[-1]]]


@mistake("feed_forward", advice="Call neuron_output for each neuron. Its result is what the next layer reads.")
def sums_everywhere(network, inputs):
    """No layer goes through the sigmoid: you return weighted sums."""
    outputs = []
    for layer in network:
        inputs = [_sum(neuron, inputs) for neuron in layer]
        outputs.append(inputs)
    return outputs


@mistake("feed_forward", advice="This network has sigmoids everywhere. Its outputs need not sum to 1.")
def softmax_at_the_end(network, inputs):
    """The last layer goes through softmax instead of the sigmoid."""
    *before, _ = outputs = feed_forward(network, inputs)
    sums = [_sum(neuron, before[-1] if before else inputs) for neuron in network[-1]]
    powers = [math.exp(total - max(sums)) for total in sums]
    return [*outputs[:-1], [power / sum(powers) for power in powers]]


@mistake("feed_forward", advice="neuron_output has done it already. Is there a second sigmoid in your loop?")
def two_sigmoids(network, inputs):
    """Each output goes through the sigmoid twice."""
    outputs = []
    for layer in network:
        inputs = [_sigmoid(neuron_output(neuron, inputs)) for neuron in layer]
        outputs.append(inputs)
    return outputs


@mistake("feed_forward", advice="Leave NumPy out: a list comprehension over the neurons of a layer will do.")
def layers_as_arrays(network, inputs):
    """You return NumPy arrays, and this unit does without them."""
    return [np.array(outputs) for outputs in feed_forward(network, inputs)]


@mistake(
    "feed_forward", advice="`inputs = …` gives the name to a new list. inputs[:] = … and append() change the caller's."
)
def overwrites_the_inputs(network, inputs):
    """The caller's list of inputs is changed on the way."""
    outputs = feed_forward(network, inputs)
    inputs[:] = outputs[-1]
    return outputs


# --- backpropagate ---------------------------------------------------------------------------------------------------


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
            (last_slope or slope if is_last else slope)(output, _sum(neuron, before))
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


@mistake("backpropagate", advice="Should an output that is too large make the weights larger or smaller?")
def steps_uphill(network, inputs, target, rate=1.0):
    """The step goes uphill: check the order in output - target, and the sign of the step."""
    return _changed_step(network, inputs, target, -rate)


@mistake("backpropagate", advice="The argument rate says how large the step is. Where is it used?")
def rate_ignored(network, inputs, target, rate=1.0):
    """The argument rate is not used: the step is the same for every learning rate."""
    return backpropagate(network, inputs, target)


@mistake("backpropagate", advice="The step is rate times the gradient. How often is rate multiplied on the way down?")
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


@mistake("backpropagate", advice="A bias is a weight whose input is always 1.")
def bias_not_updated(network, inputs, target, rate=1.0):
    """The biases stay as they were."""
    return _changed_step(network, inputs, target, rate, new_bias=lambda w, _rate, _delta: w)


@mistake("backpropagate", advice="zip stops at the shorter list: what is the partner of the last weight?")
def bias_lost(network, inputs, target, rate=1.0):
    """The new neurons have no bias: one number is missing in each."""
    return [[neuron[:-1] for neuron in layer] for layer in backpropagate(network, inputs, target, rate)]


@mistake("backpropagate", advice="The step of a bias is as long as that of a weight: it needs the rate too.")
def bias_without_rate(network, inputs, target, rate=1.0):
    """The biases move without the learning rate."""
    return _changed_step(network, inputs, target, rate, new_bias=lambda w, _, delta: w - delta)


@mistake("backpropagate", advice="The bias has no input of its own. By what number is its delta multiplied?")
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


@mistake("backpropagate", advice="delta is the error times the slope of the sigmoid. What is its slope?")
def no_slope_anywhere(network, inputs, target, rate=1.0):
    """The slope of the sigmoid, output * (1 - output), is missing in every layer."""
    return _changed_step(network, inputs, target, rate, slope=lambda _output, _total: 1.0)


@mistake("backpropagate", advice="The last layer has a sigmoid too, so its delta needs the slope.")
def no_slope_at_the_end(network, inputs, target, rate=1.0):
    """The slope of the sigmoid is missing in the last layer; it cancels for softmax with cross-entropy, not here."""
    return _changed_step(network, inputs, target, rate, last_slope=lambda _output, _total: 1.0)


@mistake("backpropagate", advice="Hidden neurons have a sigmoid too. Which number is its slope computed from?")
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


@mistake("backpropagate", advice="With the output y, the slope is y (1 - y). Count the factors y.")
def slope_without_first_factor(network, inputs, target, rate=1.0):
    """The slope is 1 - output in your code; a factor is missing."""
    return _changed_step(network, inputs, target, rate, slope=lambda output, _: 1 - output)


@mistake("backpropagate", advice="feed_forward gives outputs: the sigmoid is already in them.")
def slope_of_the_output(network, inputs, target, rate=1.0):
    """You send the outputs through the sigmoid once more before you compute its slope."""

    def slope(output, _total):
        again = _sigmoid(output)
        return again * (1 - again)

    return _changed_step(network, inputs, target, rate, slope=slope)


@mistake("backpropagate", advice="total * (1 - total) is no slope: the formula needs what comes out of the sigmoid.")
def slope_from_the_sum(network, inputs, target, rate=1.0):
    """You compute the slope from the weighted sum as if it were the output."""
    return _changed_step(network, inputs, target, rate, slope=lambda _, total: total * (1 - total))


@mistake("backpropagate", advice="The error has a factor 1/2 in front, so that its derivative has none.")
def twice_the_step(network, inputs, target, rate=1.0):
    """The step is twice as long as it should be: the derivative of 1/2 (output - target)^2 has no factor 2."""
    return _changed_step(network, inputs, target, rate, error=lambda output, wanted, _: 2 * (output - wanted))


@mistake("backpropagate", advice="The error is a sum over the outputs, not a mean. Do you divide anywhere?")
def mean_over_the_outputs(network, inputs, target, rate=1.0):
    """The step is divided by the number of outputs."""
    return _changed_step(network, inputs, target, rate, error=lambda output, wanted, k: (output - wanted) / k)


@mistake(
    "backpropagate", advice="A delta starts with the derivative of the error. The error itself cannot be negative."
)
def squared_error_as_error(network, inputs, target, rate=1.0):
    """You start from the squared error itself, not from its derivative, output - target."""
    return _changed_step(network, inputs, target, rate, error=lambda output, wanted, _: (output - wanted) ** 2 / 2)


@mistake("backpropagate", advice="The hidden neurons caused the error with the old weights. Keep these until the end.")
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


@mistake("backpropagate", advice="Each delta goes back through the weight on its line. Which weight is that?")
def deltas_not_weighted(network, inputs, target, rate=1.0):
    """The deltas of the layer above are added up without their weights."""
    return _changed_step(network, inputs, target, rate, share=lambda deltas, _layer, _i: sum(deltas))


@mistake(
    "backpropagate",
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


@mistake(
    "backpropagate", advice="A hidden neuron feeds every neuron above it. Do you add with +=, or overwrite with =?"
)
def only_the_last_neuron_above(network, inputs, target, rate=1.0):
    """Of all the neurons above, only the last one hands its delta down."""
    return _changed_step(network, inputs, target, rate, share=lambda deltas, layer, i: deltas[-1] * layer[-1][i])


@mistake("backpropagate", advice="A weight's step needs what came in through it: the outputs of the layer below.")
def every_layer_moves_by_the_inputs(network, inputs, target, rate=1.0):
    """The step of every layer is multiplied by the inputs of the network, not by what the layer read."""
    return _changed_step(network, inputs, target, rate, read=lambda _outputs, inputs, _number: inputs)


@mistake("backpropagate", advice="A weight's step needs what came in through it, not what its neuron gave out.")
def moves_by_its_own_outputs(network, inputs, target, rate=1.0):
    """The step of a layer is multiplied by its own outputs, not by what it read."""
    return _changed_step(network, inputs, target, rate, read=lambda outputs, _inputs, number: outputs[number])


@mistake("backpropagate", advice="The same delta serves all weights of a neuron. What is it multiplied by for each?")
def no_input_in_the_step(network, inputs, target, rate=1.0):
    """The step of a weight is not multiplied by what came in through it."""
    return _changed_step(network, inputs, target, rate, new=lambda w, rate, delta, _: w - rate * delta)


@mistake("backpropagate", advice="Hidden layers learn too. Go on with the layer before the last one.")
def only_the_last_layer_learns(network, inputs, target, rate=1.0):
    """Only the last layer changes; the layers below it stay as they were."""
    return [*network[:-1], backpropagate(network, inputs, target, rate)[-1]]


@mistake("backpropagate", advice="A network may have one layer or five: go through all of them in a loop.")
def two_layers_learn(network, inputs, target, rate=1.0):
    """Only the last two layers learn, however many the network has."""
    return [*network[:-2], *backpropagate(network, inputs, target, rate)[-2:]]


@mistake(
    "backpropagate", advice="You go from the last layer to the first. In which order do you collect the new layers?"
)
def new_layers_in_reverse(network, inputs, target, rate=1.0):
    """The new layers come back in reverse order, the last one first."""
    return backpropagate(network, inputs, target, rate)[::-1]


@mistake("backpropagate", advice="One thing remains to be done: old weight minus step.")
def returns_the_steps(network, inputs, target, rate=1.0):
    """You return rate times the gradient, not the new network."""
    return _like(lambda old, new: old - new)(network, backpropagate(network, inputs, target, rate))


@mistake("backpropagate", advice="Replace each number of the old network by the number after the step.")
def returns_the_old_network(network, inputs, target, rate=1.0):
    """The network comes back as it was: nothing was learned."""
    return network


@mistake("backpropagate", advice="weights[i] -= … writes into the caller's network. Build new lists instead.")
def learns_in_place(network, inputs, target, rate=1.0):
    """You change the old network instead of making a new one; a copy of the outer list does not copy the neurons."""
    for layer, new_layer in zip(network, backpropagate(network, inputs, target, rate), strict=True):
        layer[:] = new_layer
    return network


@mistake("backpropagate", advice="append() changes the list that the caller gave you. Make a new one.")
def appends_one_to_the_inputs(network, inputs, target, rate=1.0):
    """You append the 1 for the bias to the caller's list of inputs."""
    new_network = backpropagate(network, inputs, target, rate)
    inputs.append(1.0)
    return new_network


@mistake("backpropagate", advice="Leave NumPy out: a list of layers, each a list of neurons, each a list of floats.")
def network_of_arrays(network, inputs, target, rate=1.0):
    """Your new network holds NumPy arrays, and this unit does without them."""
    return [np.array(layer) for layer in backpropagate(network, inputs, target, rate)]
