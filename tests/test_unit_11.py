"""What is special about unit 11: lists only, what its figures show, and the numbers that its prose names."""

import itertools
import math
import time
import types

import nbformat
import numpy as np
import pytest
import scipy.special

from course import data, plots
from course.checks import check_answer, frozen
from course.checks.compare import compare
from course.checks.judge import judge

NETWORK = [[[1.0, 1.0, -1.0], [2.0, -1.0, 0.0]], [[2.0, 1.0, -2.0]]]  # the notebook's tiny network
INPUTS = [1.0, 2.0]


@pytest.mark.parametrize(
    "got",
    [
        pytest.param([[0.25, 0.5], [1.0]], id="lists"),
        pytest.param(((0.25, 0.5), (1,)), id="tuples, and an int"),
        pytest.param([[np.float64(0.25), np.array(0.5)], [np.float32(1)]], id="scalars and 0-d arrays"),
        pytest.param([[np.float32(0.25001), 0.5], [1.0]], id="float32 has the wider tolerance"),
    ],
)
def test_plain_lists_are_accepted(got):
    assert compare([[0.25, 0.5], [1.0]], got, "outputs", dtype="list") is None


@pytest.mark.parametrize(
    ("got", "kind", "words"),
    [
        (np.array([[0.25, 0.5]]), "type", "outputs is a NumPy array"),
        ([np.array([0.25, 0.5]), [1.0]], "type", "outputs[0] is a NumPy array"),
        ([[0.25, np.array([0.5])], [1.0]], "type", "outputs[0][1] is a NumPy array"),
        ([[0.25, 0.5, 0.75], np.array([1.0])], "type", "outputs[1] is a NumPy array"),
        (None, "type", "Does it end with `return`?"),
        (map(list, ()), "type", "outputs should be a list of 2; yours is a map"),
        ([[0.25, 0.5], 1.0], "type", "outputs[1] should be a list of 1; yours is a number"),
        ([[0.25, 0.5], ["1.0"]], "type", "outputs[1][0] should be a number; yours is a string"),
        ([[0.25, 0.5], [[1.0]]], "shape", "outputs[1][0] should be a single number; yours is a list of 1"),
        ([[0.25, 0.5]], "shape", "outputs should be a list of 2; yours is a list of 1"),
        ([[0.25, 0.5], []], "shape", "outputs[1] should be a list of 1"),
        ([[0.25, 0.75], [1.0]], "value", "outputs[0][1] should be 0.5; yours is 0.75. 1 of 3 numbers differ."),
        ([[0.25, math.nan], [1.0]], "value", "NaN"),
        ([[np.float16(0.2503), 0.5], [1.0]], "value", "outputs[0][0]"),
    ],
)
def test_what_is_no_plain_list_is_told_kindly(got, kind, words):
    difference = compare([[0.25, 0.5], [1.0]], got, "outputs", dtype="list")
    assert difference.kind == kind
    assert words in difference.message


def test_an_array_of_right_numbers_is_named(reference):
    def arrays(network, inputs):
        return [np.array(layer) for layer in reference.feed_forward(network, inputs)]

    told = str(check_answer("feed_forward", arrays))
    assert "without NumPy" in told and ".tolist()" in told and "You return NumPy arrays" in told


def test_a_list_that_holds_itself_gets_a_verdict():
    def endless(network, inputs):
        outputs = []
        outputs.append(outputs)
        return outputs

    assert "holds itself" in check_answer("feed_forward", endless).message


def test_the_output_layer_alone_earns_part_of_the_points(reference):
    def only_the_last_layer(network, inputs, target, rate=1.0):
        return [*network[:-1], reference.backpropagate(network, inputs, target, rate)[-1]]

    result = judge(frozen.load("backpropagate"), only_the_last_layer)
    assert 0 < result.score < 0.5
    assert "Right for a single layer, but not for two layers" in result.message


def test_what_came_back_may_be_fed_back_in(reference):
    """Also as tuples, which an answer may return."""
    network = NETWORK
    for _ in range(3):
        network = reference.backpropagate(network, INPUTS, [1.0], 2.0)
    frozen_network = tuple(tuple(map(tuple, layer)) for layer in network)
    assert reference.backpropagate(frozen_network, tuple(INPUTS), (1.0,)) == reference.backpropagate(
        network, INPUTS, [1.0]
    )


def test_a_step_is_the_gradient(reference):
    """Numerically, for three layers of different widths: (old - new) / rate is the derivative of the squared error."""
    rng = np.random.default_rng(5)
    widths = (2, 4, 3, 2)
    network = [rng.normal(size=(h, d + 1)).tolist() for d, h in itertools.pairwise(widths)]
    inputs, target, rate = [0.5, -1.5], [0.2, 0.9], 0.5
    new = reference.backpropagate(network, inputs, target, rate)

    def error():
        outputs = reference.feed_forward(network, inputs)[-1]
        return sum((output - wanted) ** 2 for output, wanted in zip(outputs, target, strict=True)) / 2

    for layer, new_layer in zip(network, new, strict=True):
        for neuron, new_neuron in zip(layer, new_layer, strict=True):
            for i, weight in enumerate(neuron):
                above, below = ((neuron.__setitem__(i, weight + step), error())[1] for step in (1e-5, -1e-5))
                neuron[i] = weight
                assert (weight - new_neuron[i]) / rate == pytest.approx((above - below) / 2e-5, abs=1e-9)


def test_the_numbers_of_the_prose(reference):
    hidden, last = reference.feed_forward(NETWORK, INPUTS)
    assert [round(output, 3) for output in hidden + last] == [0.881, 0.5, 0.565]
    new = reference.backpropagate(NETWORK, INPUTS, [1.0])
    assert round(new[1][0][0], 3) == 2.094 and round(new[0][0][-1], 3) == -0.978
    errors = [(reference.feed_forward(network, INPUTS)[-1][0] - 1) ** 2 / 2 for network in (NETWORK, new)]
    assert [round(error, 3) for error in errors] == [0.095, 0.067]


def test_deltas_by_hand(reference):
    deltas = reference.hidden_deltas(NETWORK[1], [-0.107], [0.881, 0.5])
    assert [round(delta, 4) for delta in deltas] == [-0.0224, -0.0267]


def numpy_train(start, X, Y, rows, rates):
    """Do as unit 11's cell does: a step after each image."""
    sigmoid = scipy.special.expit
    W, b, errors = [layer[:, :-1] for layer in start], [layer[:, -1] for layer in start], []
    for rate in rates:
        for x, y in zip(X[rows], Y[rows], strict=True):
            a_1 = sigmoid(W[0] @ x + b[0])
            a_2 = sigmoid(W[1] @ a_1 + b[1])
            delta_2 = (a_2 - y) * a_2 * (1 - a_2)
            delta_1 = W[1].T @ delta_2 * a_1 * (1 - a_1)
            W = [W[0] - rate * np.outer(delta_1, x), W[1] - rate * np.outer(delta_2, a_1)]
            b = [b[0] - rate * delta_1, b[1] - rate * delta_2]
        outputs = sigmoid(sigmoid(X @ W[0].T + b[0]) @ W[1].T + b[1])
        errors.append(np.sum((outputs[rows] - Y[rows]) ** 2) / 2 / len(rows))
    return errors, outputs.argmax(axis=1)


def test_what_the_experiments_show(reference):
    """For the start of the notebook's cell and another one: rates that are not lowered, the order of the file, positive weights."""
    images, labels = data.load_digits()
    X, Y = images.reshape(len(images), -1) / 128, reference.one_hot(labels)
    order = np.random.default_rng(11).permutation(len(X))
    cut, lowered = round(0.7 * len(X)), [3, 3, 3, 3, 2, 2, 0.5, 0.5]

    def run(seed, rates=lowered, rows=order, draw="normal"):
        rng = np.random.default_rng(seed)
        start = [getattr(rng, draw)(size=(10, 65)), getattr(rng, draw)(size=(10, 11))]
        errors, named = numpy_train(start, X, Y, rows[:cut], rates)
        return errors[-1], np.mean(named[rows[cut:]] == labels[rows[cut:]])

    for seed in (1, 2):
        error, right = run(seed)
        assert error < run(seed, [10] * 8)[0] and error < run(seed, [0.5] * 8)[0]
        assert right > run(seed, rows=np.arange(len(X)))[1] + 0.02
        assert run(seed, [1, 1], draw="random")[1] < run(seed, [1, 1])[1] - 0.1


def test_training_starts_from_the_start_whenever_its_cell_is_run(root, reference, capsys):
    """Who mends backpropagate runs this cell again; the next one compares eight errors with eight."""
    (path,) = (root / "source").glob("11-*/*.ipynb")
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    names = {name: getattr(reference, name) for name in ("sigmoid", "train_step", "feed_forward", "backpropagate")}
    names |= {"check": types.SimpleNamespace(guess=lambda *_, **__: ""), "tiny_network": NETWORK, "tiny_inputs": INPUTS}
    names |= {"np": np, "math": math, "time": time, "data": data}
    for part in ("digits", "split"):
        exec(cells[part], names)
    names["training"] = names["training"][:40]
    errors = []
    for _ in range(2):
        exec(cells["train"], names)
        errors.append(names["plain_errors"])
    assert len(errors[0]) == 8 and errors[0] == errors[1]
    exec(cells["numpy-step"], names)
    by_numpy = names["train"](names["start"], names["training"], [3, 3, 3, 3, 2, 2, 0.5, 0.5])[2]
    np.testing.assert_allclose(errors[0], by_numpy, rtol=0, atol=1e-12)  # as the notebook says


def test_the_figures_say_what_they_show():
    rng = np.random.default_rng(2)
    layer, last = rng.normal(size=(10, 65)), rng.normal(size=(10, 11))
    layer[:, -1] = 7
    figures = [
        plots.list_network(NETWORK, INPUTS),
        plots.neuron_weights(layer.tolist()),
        plots.output_neuron_weights(last.tolist()),
        plots.digit_outputs(np.full((2, 8, 8), 3), [4, 8], rng.random((2, 10)).tolist()),
        plots.error_by_epoch({"lowered": [0.5, 0.25]}, [2, 1]),
    ]
    for figure in figures:
        assert figure.alt and figure.caption and figure.table and "<svg" in figure.svg
    assert "biases from 7.0 to 7.0" in figures[1].alt  # the last number of a neuron, not number 25
    assert "0.50 after epoch 1, 0.25 at the end" in figures[4].alt and "lowered after epoch 1 to 1" in figures[4].alt
    assert "never lowered" in plots.error_by_epoch({"steady": [0.5, 0.25]}, [1, 1]).alt
