"""Cases for 11-neuron-by-neuron: lists of plain floats, no arrays."""

import itertools

import numpy as np

from course.checks.calls import Case
from solutions.cases.draw import different_sizes, numbers
from solutions.catalogue import cases


@cases("neuron_output")
def neuron_output_cases(rng):
    few, many = different_sizes(rng, 2)
    return [
        Case("ordinary numbers", (_neuron(rng, few), _inputs(rng, few))),
        Case("ordinary numbers", (_neuron(rng, many), _inputs(rng, many))),
        Case("ordinary numbers", (_neuron(rng, 3, bias=-2.5), _inputs(rng, 3))),
        Case("ordinary numbers", (_neuron(rng, 4, bias=1.75), _inputs(rng, 4))),
        Case("ordinary numbers", _with_sum(rng, few, 0.4)),
        Case("ordinary numbers", _with_sum(rng, many, -0.4)),
        Case("ordinary numbers", ([1.5, -0.5, 0.25], [0.5, 2.0])),  # the sum is 0
        Case("a single input", (_neuron(rng, 1), _inputs(rng, 1))),
        Case("very large sums", _with_sum(rng, few, 1e4)),
        Case("very large sums", _with_sum(rng, many, -1e4)),
        Case("very large sums", _with_sum(rng, 2, 760.0)),
        Case("very large sums", _with_sum(rng, 2, -760.0)),
        Case("very large sums", _with_sum(rng, many, 40.0)),
        Case("very large sums", _with_sum(rng, few, -40.0)),
    ]


@cases("feed_forward")
def feed_forward_cases(rng):
    d, h, k = different_sizes(rng, 3, largest=5)
    m = int(rng.integers(2, 5))
    return [
        Case("two layers", _call(rng, d, h, k)),
        Case("two layers", _call(rng, m, m, m)),
        Case("a single layer", _call(rng, d, k)),
        Case("three layers", _call(rng, k, d, h, 3)),
        Case("three layers", _call(rng, 3, 3, 3, 3)),
        Case("layers with a single neuron", _call(rng, 1, 1, h, 1)),
        Case("very large sums", _call(rng, d, h, k, scale=4000)),
        Case("very large sums", ([[[1e4, 0.0], [-1e4, 0.0]], [[3.0, -2.0, 0.5]]], [1.0])),
    ]


@cases("backpropagate")
def backpropagate_cases(rng):
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
        Case("three layers", (*_step(rng, k, h, d, 2), 3.0)),
        Case("three layers", (*_step(rng, 2, 2, 2, 2), 3.0)),
        Case("layers with a single neuron", (*_step(rng, 1, 1, 2, 1), 3.0)),
        Case("very large sums", _step(rng, d, h, k, scale=4000)),
        Case("very large sums", _one_side_saturated(rng)),
    ]


def _inputs(rng, count):
    """Draw that many inputs, none of them close to 0 or to 1, where a mistake could hide."""
    return (rng.choice([-1, 1], size=count) * np.round(rng.uniform(0.25, 1.9, size=count), 3)).tolist()


def _neuron(rng, input_count, bias=None):
    """Draw a neuron whose bias is not close to 0."""
    bias = float(rng.choice([-1, 1]) * np.round(rng.uniform(0.3, 1.5), 3)) if bias is None else bias
    return [*_inputs(rng, input_count), bias]


def _with_sum(rng, input_count, total):
    """Draw a neuron and inputs whose weighted sum is about ``total``."""
    inputs = _inputs(rng, input_count)
    bias = float(np.round(rng.uniform(0.3, 1.5), 3))
    weights = [(total - bias) / input_count / x for x in inputs]
    return [*np.round(weights, 3).tolist(), bias], inputs


def _network(rng, *widths, scale=1.0):
    """Draw a network: ``widths`` holds the number of inputs, then the number of neurons in each layer."""
    return [
        [[round(scale * w, 3) for w in _neuron(rng, before)] for _ in range(width)]
        for before, width in itertools.pairwise(widths)
    ]


def _call(rng, *widths, scale=1.0):
    return _network(rng, *widths, scale=scale), _inputs(rng, widths[0])


def _step(rng, *widths, scale=1.0):
    """Draw the arguments of a step: the targets are neither 0 nor 1, and differ from all outputs."""
    target = np.round(rng.choice([-0.6, 1.5], size=widths[-1]) + numbers(rng, widths[-1], scale=0.1), 3)
    return *_call(rng, *widths, scale=scale), target.tolist()


def _one_side_saturated(rng):
    """Draw a step in which one hidden neuron has a huge sum, and the other one learns."""
    (hidden, last), inputs, target = _step(rng, 2, 2, 2)
    hidden[0] = [round(1e4 / x, 3) for x in inputs] + [hidden[0][-1]]
    last[0][0] = -9000.0
    return [hidden, last], inputs, target
