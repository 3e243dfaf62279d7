"""forward_layers: what comes out of each layer, for any number of layers."""

import functools
from itertools import pairwise

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from solutions.reference import forward_layers, relu, sigmoid, softmax

EXERCISE = Exercise(
    unit="12-any-depth",
    points=2,
    parameters=("W", "b", "X", "activation"),
    returns=("A",),
    uses=("sigmoid", "relu", "softmax"),
    hints=(
        "Forward: each layer reads what the layer before it gave. Where in A does that stand at each turn of the loop?",
        "Look at three things on the way forward: what a layer reads, which layer is the last, and what A starts with.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, d, h, g, k = different_sizes(rng, 5)
    m = int(rng.integers(3, 5))
    return [
        Case("two hidden layers of sigmoids", draw_call(rng, n, (d, h, g, k), "sigmoid")),
        Case("two hidden layers of sigmoids", draw_call(rng, m, (m, m, m, m), "sigmoid")),
        Case("two hidden layers of ReLUs", draw_call(rng, n, (d, h, g, k), "relu")),
        Case("two hidden layers of ReLUs", draw_call(rng, 5, (m, m, m, m), "relu")),
        Case("a single hidden layer", draw_call(rng, n, (d, h, k), "sigmoid")),
        Case("four hidden layers", draw_call(rng, n, (d, h, g, d, h, k), "relu")),
        Case("no hidden layer", draw_call(rng, n, (d, k), "sigmoid")),
        Case("no hidden layer", draw_call(rng, n, (d, k), "relu")),
        Case("a single row", draw_call(rng, 1, (d, h, k), "sigmoid")),
        Case("very large scores", draw_call(rng, n, (d, h, k), "relu", scale=100)),
    ]


def draw_network(rng, sizes, scale=1.0):
    """Draw the weights and the biases of a network of any depth; no bias is zero."""
    W = [numbers(rng, size, before, scale=scale) for before, size in pairwise(sizes)]
    b = [rng.choice([-1, 1], size) * np.round(rng.uniform(0.2, 1, size=size), 3) for size in sizes[1:]]
    return W, b


def draw_call(rng, n, sizes, activation, scale=1.0):
    W, b = draw_network(rng, sizes, scale)
    return W, b, numbers(rng, n, sizes[0]), activation


# --- mistakes --------------------------------------------------------------------------------------------------------

BENDS = {"sigmoid": sigmoid, "relu": relu}


def forward_with(
    W,
    b,
    X,
    activation,
    *,
    bend=None,
    last=softmax,
    linear=lambda a, w, bias: a @ w.T + bias,
    read=lambda A: A[-1],
    keep=lambda _z, a: a,
):
    """Go forward through all layers, with single pieces replaced."""
    bend = bend or BENDS[activation]
    A = [X]
    a = X
    for w, bias in zip(W[:-1], b[:-1], strict=True):
        z = linear(read([*A[:-1], a]), w, bias)
        a = bend(z)
        A.append(keep(z, a))
    return [*A, last(linear(read([*A[:-1], a]), W[-1], b[-1]))]


@mistake(advice="Each layer multiplies, and then adds something. What?")
def bias_forgotten(W, b, X, activation):
    """The biases are left out on the way forward."""
    return forward_with(W, b, X, activation, linear=lambda a, w, _: a @ w.T)


@mistake(advice="After each layer, what should the next one read? Look at what your loop multiplies by w.")
def every_layer_reads_x(W, b, X, activation):
    """Every layer reads X, not what the layer before it gave."""
    return forward_with(W, b, X, activation, read=lambda A: A[0])


@mistake(advice="A starts with X, so it has one entry more than there are layers.")
def x_is_missing(W, b, X, activation):
    """X itself is missing at the front of the list."""
    return forward_layers(W, b, X, activation)[1:]


@mistake(advice="backward_layers will need what came out of every layer: return the whole list.")
def probabilities_only(W, b, X, activation):
    """You return the probabilities only, not the list of what came out of each layer."""
    return forward_layers(W, b, X, activation)[-1]


@mistake(advice="The argument activation names the bend of the hidden layers. Is `bend` used?")
def always_sigmoid(W, b, X, activation):
    """The hidden layers use the sigmoid, whatever activation says."""
    return forward_layers(W, b, X, "sigmoid")


@mistake(advice="The argument activation names the bend of the hidden layers. Is `bend` used?")
def always_relu(W, b, X, activation):
    """The hidden layers use the ReLU, whatever activation says."""
    return forward_layers(W, b, X, "relu")


@mistake(advice="Between two layers something has to bend. Where is the activation in your loop?")
def nothing_bends(W, b, X, activation):
    """The hidden layers do not bend: their activation is left out."""
    return forward_with(W, b, X, activation, bend=lambda z: z)


@mistake(advice="The loop is for the hidden layers only. What does the last layer do to its scores?")
def last_layer_bends_too(W, b, X, activation):
    """The scores of the last layer go through the activation before softmax."""
    return forward_with(W, b, X, activation, last=lambda z: softmax(BENDS[activation](z)))


@mistake(advice="The last layer ends otherwise than the hidden ones: its scores become probabilities.")
def last_layer_like_the_others(W, b, X, activation):
    """The last layer ends with the activation of the hidden layers, and softmax is missing."""
    return forward_with(W, b, X, activation, last=BENDS[activation])


@mistake(advice="The scores of the last layer are not probabilities yet. Which function turns them into such?")
def scores_at_the_end(W, b, X, activation):
    """The last layer returns its scores: softmax is missing."""
    return forward_with(W, b, X, activation, last=lambda z: z)


@mistake(advice="The probabilities of one row sum to 1: softmax goes along axis 1.")
def softmax_over_rows(W, b, X, activation):
    """softmax runs over the samples instead of the classes."""
    return forward_with(W, b, X, activation, last=lambda z: softmax(z, axis=0))


@mistake(advice="softmax belongs to the last layer. What do the hidden layers do?")
def softmax_everywhere(W, b, X, activation):
    """Every layer ends with softmax."""
    return forward_with(W, b, X, activation, bend=softmax)


@mistake(advice="A holds what comes out of a layer: after the bend, not before it.")
def before_the_bend(W, b, X, activation):
    """A holds the hidden layers' numbers before the bend, not after it."""
    return forward_with(W, b, X, activation, keep=lambda z, _a: z)


@mistake(advice="W is (out, in), and what comes in is (n, in). Which product gives (n, out), also for in = out?")
def square_weights_not_transposed(W, b, X, activation):
    """Where a layer is as wide as the one before it, its weights are not transposed."""
    return forward_with(
        W, b, X, activation, linear=lambda a, w, bias: a @ (w if w.shape[0] == w.shape[1] else w.T) + bias
    )


@mistake(advice="There may be no hidden layer at all, or four. Loop over W without its last entry.")
def one_hidden_layer(W, b, X, activation):
    """Your function goes through the first and the last layer only, however many there are."""
    return forward_layers([W[0], W[-1]], [b[0], b[-1]], X, activation)


@mistake(advice="The list grows with each layer: append, and keep what is there.")
def last_layer_only_kept(W, b, X, activation):
    """A holds X and the probabilities; what the hidden layers gave is missing."""
    A = forward_layers(W, b, X, activation)
    return [A[0], A[-1]]


@mistake(advice="`X -= …`, `X *= …` and out=X write into the caller's array. Make a new one.")
def changes_x(W, b, X, activation):
    """You write into the caller's X."""
    A = [X.copy(), *forward_layers(W, b, X, activation)[1:]]
    X *= 0
    return A


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def with_an_if_inside(W, b, X, activation):
    A = (X,)
    for layer in range(len(W)):
        z = np.dot(A[layer], W[layer].T) + b[layer].reshape(1, -1)
        if layer == len(W) - 1:
            A += (scipy.special.softmax(z, axis=1),)
        elif activation == "relu":
            A += (z * (z > 0),)
        else:
            A += (scipy.special.expit(z),)
    return A


@variant
def samples_in_columns(W, b, X, activation):
    A = [X.T]
    for w, bias in zip(W, b, strict=True):
        A.append(w @ A[-1] + bias[:, None])
        A[-1] = BENDS[activation](A[-1]) if len(A) <= len(W) else softmax(A[-1], axis=0)
    return [a.T for a in A]


@variant
def recursive(W, b, X, activation):
    if len(W) == 1:
        return [X, softmax(X @ W[0].T + b[0])]
    return [X, *recursive(W[1:], b[1:], BENDS[activation](np.einsum("ni,oi->no", X, W[0]) + b[0]), activation)]


@variant
def bias_as_a_column(W, b, X, activation):
    A = [np.array(X)]
    for number, (w, bias) in enumerate(zip(W, b, strict=True), 1):
        z = np.column_stack([A[-1], np.ones(len(X))]) @ np.column_stack([w, bias]).T
        A.append(softmax(z) if number == len(W) else BENDS[activation](z))
    return A


@variant
def row_by_row(W, b, X, activation):
    rows = [forward_layers(W, b, x[np.newaxis], activation) for x in X]
    return [np.concatenate(layer) for layer in zip(*rows, strict=True)]


@variant
def folded(W, b, X, activation):
    layers = list(zip(W[:-1], b[:-1], strict=True))
    A = functools.reduce(lambda A, layer: [*A, BENDS[activation](A[-1] @ layer[0].T + layer[1])], layers, [X])
    return [*A, softmax(A[-1] @ W[-1].T + b[-1])]
