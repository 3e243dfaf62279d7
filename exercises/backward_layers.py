"""backward_layers: the gradients of all weights and biases, for any number of layers."""

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from exercises.forward_layers import draw_network
from solutions.reference import backward_layers, forward_layers, one_hot, relu_prime

EXERCISE = Exercise(
    unit="12-any-depth",
    points=3,
    parameters=("W", "A", "Y", "activation"),
    returns=("grad_W", "grad_b"),
    biases=("grad_b",),
    uses=("relu_prime",),
    hints=(
        "Backward: one thing is carried from layer to layer. What is it at the output, and what does each layer do with it?",
        "Look at four things on the way backward: the first dZ, its 1/n, the slope of the bend, and whether layer 0 is reached.",
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
    ]


def draw_call(rng, n, sizes, activation):
    """Draw a call in which every ReLU layer has units that are on and units that are off."""
    while True:
        W, b = draw_network(rng, sizes, scale=0.7)
        A = forward_layers(W, b, numbers(rng, n, sizes[0]), activation)
        on = [np.mean(a > 0) for a in A[1:-1]]
        if activation == "sigmoid" or all(0.2 < share < 0.8 for share in on):
            break
    Y = one_hot(rng.integers(0, sizes[-1], size=n), sizes[-1])
    return W, A, Y, activation


# --- mistakes --------------------------------------------------------------------------------------------------------


def _slope(a, activation):
    return a * (1 - a) if activation == "sigmoid" else relu_prime(a)


def _backward(
    W,
    A,
    Y,
    activation,
    *,
    first=lambda Y_hat, Y: (Y_hat - Y) / len(Y),
    slope=_slope,
    onwards=lambda dZ, w, _grad: dZ @ w,
    weights=lambda dZ, a: dZ.T @ a,
    biases=lambda dZ: dZ.sum(axis=0),
):
    """Go backward through all layers, with single pieces replaced."""
    grad_W, grad_b = [], []
    dZ = first(A[-1], Y)
    for layer in reversed(range(len(W))):
        grad_W.insert(0, weights(dZ, A[layer]))
        grad_b.insert(0, biases(dZ))
        dZ = onwards(dZ, W[layer], grad_W[0]) * slope(A[layer], activation)
    return grad_W, grad_b


@mistake(advice="The loss is a mean over the samples. Where does the first dZ divide by their number?")
def no_mean(W, A, Y, activation):
    """The 1/n is missing: these are the gradients of a sum over the samples, not of the mean."""
    return _backward(W, A, Y, activation, first=lambda Y_hat, Y: Y_hat - Y)


@mistake(advice="Divide by n once, where dZ of the last layer is made. What comes after carries it along.")
def divides_in_every_layer(W, A, Y, activation):
    """You divide by the number of samples again in every layer on the way backward."""
    return _backward(W, A, Y, activation, onwards=lambda dZ, w, _: dZ @ w / len(Y))


@mistake(advice="The mean of the loss divides by n alone. How many classes there are plays no part.")
def divides_by_all_entries(W, A, Y, activation):
    """You divide by the number of all entries of Y, n times k, instead of n."""
    return _backward(W, A, Y, activation, first=lambda Y_hat, Y: (Y_hat - Y) / Y.size)


@mistake(advice="If a probability is too large, the loss grows with its score. Which sign has the first dZ then?")
def sign_turned(W, A, Y, activation):
    """All gradients have the wrong sign: the first dZ is the target minus the probability."""
    return _backward(W, A, Y, activation, first=lambda Y_hat, Y: (Y - Y_hat) / len(Y))


@mistake(advice="Softmax and cross-entropy together leave a plain difference, as in unit 5.")
def slope_at_the_output(W, A, Y, activation):
    """The first dZ is multiplied by a slope that softmax and cross-entropy have cancelled already."""
    return _backward(W, A, Y, activation, first=lambda Y_hat, Y: (Y_hat - Y) * Y_hat * (1 - Y_hat) / len(Y))


@mistake(advice="On the way backward there is a product, and then a bend. Which of the two has no factor yet?")
def slope_left_out(W, A, Y, activation):
    """On the way backward, the slope of the activation is left out."""
    return _backward(W, A, Y, activation, slope=lambda _a, _: 1)


@mistake(advice="Which slope is the right one depends on the argument activation. Is it asked?")
def sigmoid_slope_for_relu(W, A, Y, activation):
    """The slope a * (1 - a) of the sigmoid is used for the ReLU as well."""
    return _backward(W, A, Y, activation, slope=lambda a, _: a * (1 - a))


@mistake(advice="Which slope is the right one depends on the argument activation. Is it asked?")
def relu_slope_for_sigmoid(W, A, Y, activation):
    """The slope of the ReLU is used for the sigmoid as well."""
    return _backward(W, A, Y, activation, slope=lambda a, _: relu_prime(a))


@mistake(advice="A holds what came out of the sigmoid already: its slope is a * (1 - a), without a second sigmoid.")
def sigmoid_once_more(W, A, Y, activation):
    """For the slope, the outputs go through the sigmoid once more."""

    def slope(a, name):
        again = 1 / (1 + np.exp(-a))
        return again * (1 - again) if name == "sigmoid" else relu_prime(a)

    return _backward(W, A, Y, activation, slope=slope)


@mistake(advice="The dZ of the layer below needs the slope of what came out there: A[layer], not A[layer + 1].")
def slope_of_the_layer_above(W, A, Y, activation):
    """The slope is taken from A[layer + 1], which raises no error where two layers are equally wide."""
    grad_W, grad_b = [], []
    dZ = (A[-1] - Y) / len(Y)
    for layer in reversed(range(len(W))):
        grad_W.insert(0, dZ.T @ A[layer])
        grad_b.insert(0, dZ.sum(axis=0))
        if layer:
            dZ = dZ @ W[layer] * _slope(A[layer + 1], activation)
    return grad_W, grad_b


@mistake(advice="A layer's weights met what went in, A[layer]. What do you multiply dZ by?")
def outputs_for_inputs(W, A, Y, activation):
    """The gradient of the weights uses what came out of the layer, A[layer + 1], instead of what went in."""
    grad_W, grad_b = [], []
    dZ = (A[-1] - Y) / len(Y)
    for layer in reversed(range(len(W))):
        grad_W.insert(0, dZ.T @ A[layer + 1])
        grad_b.insert(0, dZ.sum(axis=0))
        dZ = dZ @ W[layer] * _slope(A[layer], activation)
    return grad_W, grad_b


@mistake(advice="dZ is (n, out) and W is (out, in). Which product gives (n, in), also for in = out?")
def square_weights_transposed(W, A, Y, activation):
    """On the way backward W is transposed, which raises no error where two layers are equally wide."""
    return _backward(W, A, Y, activation, onwards=lambda dZ, w, _: dZ @ (w.T if w.shape[0] == w.shape[1] else w))


@mistake(advice="The gradient has the shape of the weights, (out, in). Which of dZ and A stands on the left?")
def gradients_transposed(W, A, Y, activation):
    """The gradients of the weights are transposed."""
    return _backward(W, A, Y, activation, weights=lambda dZ, a: a.T @ dZ)


@mistake(advice="dZ goes back through the weights. Is it the weights that you multiply by, or their gradient?")
def back_through_the_gradient(W, A, Y, activation):
    """dZ goes back through the gradient of the weights, where the weights belong; both have the same shape."""
    return _backward(W, A, Y, activation, onwards=lambda dZ, _, grad: dZ @ grad)


@mistake(advice="First all gradients, with the weights as they are. The step comes later, in update.")
def back_through_new_weights(W, A, Y, activation):
    """dZ goes back through weights that have taken their step already."""
    return _backward(W, A, Y, activation, onwards=lambda dZ, w, grad: dZ @ (w - 0.5 * grad))


@mistake(advice="range(len(W) - 1, 0, -1) ends before 0. Which layer does your loop visit last?")
def first_layer_forgotten(W, A, Y, activation):
    """The loop ends one layer too early: the first layer gets no gradient."""
    grad_W, grad_b = backward_layers(W, A, Y, activation)
    return grad_W[1:], grad_b[1:]


@mistake(advice="Hidden layers learn too. Go on with the layer below the last one.")
def only_the_last_layer(W, A, Y, activation):
    """Only the last layer has a gradient; those of the hidden layers are 0."""
    grad_W, grad_b = backward_layers(W, A, Y, activation)
    return [*(0 * grad for grad in grad_W[:-1]), grad_W[-1]], [*(0 * grad for grad in grad_b[:-1]), grad_b[-1]]


@mistake(advice="The loop finds the last layer's gradient first. On which side of the list does the next one belong?")
def last_layer_first(W, A, Y, activation):
    """The gradients come back in reverse order, the last layer's first."""
    grad_W, grad_b = backward_layers(W, A, Y, activation)
    return grad_W[::-1], grad_b[::-1]


@mistake(advice="Return the list of the weights' gradients first, then the list of the biases' gradients.")
def biases_first(W, A, Y, activation):
    """The two lists come back in the wrong order: biases first."""
    return backward_layers(W, A, Y, activation)[::-1]


@mistake(advice="Each unit has a bias of its own. Sum over the samples, which is axis 0.")
def biases_over_units(W, A, Y, activation):
    """The gradients of the biases are summed over the units, axis 1, instead of over the samples."""
    return _backward(W, A, Y, activation, biases=lambda dZ: dZ.sum(axis=1))


@mistake(advice="Each unit has a bias of its own. Sum over the samples only, which is axis 0.")
def biases_summed_to_one_number(W, A, Y, activation):
    """The gradients of the biases are summed over everything, to a single number for each layer."""
    return _backward(W, A, Y, activation, biases=np.sum)


@mistake(advice="The 1/n is in dZ already. Over the samples you add up, and take no second mean.")
def biases_averaged(W, A, Y, activation):
    """The gradients of the biases are divided by n twice: once in dZ, once by a mean."""
    return _backward(W, A, Y, activation, biases=lambda dZ: dZ.mean(axis=0))


@mistake(advice="pop() takes an array out of the caller's list. Read it as A[layer].")
def pops_what_came_out(W, A, Y, activation):
    """You take the arrays out of the caller's list A, which is empty afterwards."""
    result = backward_layers(W, list(A), Y, activation)
    A.clear()
    return result


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def appended_and_reversed(W, A, Y, activation):
    grad_W, grad_b = [], []
    dZ = A[-1] - Y
    for layer in range(len(W) - 1, -1, -1):
        grad_W.append(dZ.T @ A[layer] / len(Y))
        grad_b.append(dZ.mean(axis=0, keepdims=True))  # (1, h)
        if layer:
            dZ = dZ @ W[layer]
            dZ = dZ * (A[layer] > 0) if activation == "relu" else dZ * (A[layer] - A[layer] ** 2)
    return grad_W[::-1], grad_b[::-1]


@variant
def samples_in_columns(W, A, Y, activation):
    n = len(Y)
    dZ = (A[-1] - Y).T / n
    gradients = []
    for w, a in zip(W[::-1], A[-2::-1], strict=True):
        gradients.append((dZ @ a, dZ @ np.ones(n)))
        dZ = (w.T @ dZ) * _slope(a.T, activation)
    return tuple(zip(*gradients[::-1], strict=True))


@variant
def outer_products(W, A, Y, activation):
    grad_W, grad_b = [np.zeros_like(w) for w in W], [np.zeros(len(w)) for w in W]
    for row in range(len(Y)):
        delta = (A[-1][row] - Y[row]) / len(Y)
        for layer in range(len(W))[::-1]:
            grad_W[layer] += np.outer(delta, A[layer][row])
            grad_b[layer] += delta
            delta = W[layer].T @ delta * _slope(A[layer][row], activation)
    return grad_W, grad_b


@variant
def recursive(W, A, Y, activation):
    def back(dZ, layer):
        dW, db = np.einsum("no,ni->oi", dZ, A[layer]), np.einsum("no->o", dZ)
        if layer == 0:
            return [dW], [db]
        grad_W, grad_b = back(np.dot(dZ, W[layer]) * _slope(A[layer], activation), layer - 1)
        return [*grad_W, dW], [*grad_b, db]

    return back((A[-1] - Y) / Y.shape[0], len(W) - 1)


@variant
def last_layer_before_the_loop(W, A, Y, activation):
    dZ = A[-1].copy()
    dZ[np.arange(len(Y)), Y.argmax(axis=1)] -= 1
    dZ /= len(Y)
    grad_W, grad_b = [None] * len(W), [None] * len(W)
    grad_W[-1], grad_b[-1] = dZ.T @ A[-2], np.sum(dZ, 0)
    for layer in range(len(W) - 2, -1, -1):
        out = A[layer + 1]
        dZ = dZ @ W[layer + 1] * np.where(activation == "relu", np.sign(out), out * (1 - out))
        grad_W[layer], grad_b[layer] = dZ.T @ A[layer], np.sum(dZ, 0)
    return grad_W, grad_b
