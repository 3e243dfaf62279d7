"""update: one step downhill for all weights and biases."""

import copy
import itertools

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from solutions.reference import update

EXERCISE = Exercise(
    unit="06-update",
    points=6,
    parameters=("W", "b", "grad_W", "grad_b", "lr=0.1"),
    returns=("W", "b"),
    biases=("b",),
    hints=(
        "The gradient points uphill. You want to go downhill, and lr says how far.",
        "Look at three things: the sign, that weights and biases of every layer move, and whose arrays you write into.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    d, h, k, more = different_sizes(rng, 4, largest=5)
    size = int(rng.integers(3, 5))
    lr, other_lr, third_lr = (round(float(value), 3) for value in rng.permutation([0.7, 0.3, 0.025]))
    return [
        Case("two layers", (*_parameters(rng, d, h, k), *_parameters(rng, d, h, k), lr)),
        Case("two layers", (*_parameters(rng, size, size, size), *_parameters(rng, size, size, size), other_lr)),
        Case("two layers", (*_parameters(rng, 1, 1, 1), *_parameters(rng, 1, 1, 1), third_lr)),
        Case("the default learning rate", (*_parameters(rng, d, h, k), *_parameters(rng, d, h, k))),
        Case("lr by name", (*_parameters(rng, k, d, h), *_parameters(rng, k, d, h)), {"lr": other_lr}),
        Case("a learning rate of 0", (*_parameters(rng, d, h, k), *_parameters(rng, d, h, k), 0.0)),
        Case("large and tiny steps", (*_parameters(rng, d, h, k), *_parameters(rng, d, h, k, scale=300.0), 20.0)),
        Case("large and tiny steps", (*_parameters(rng, d, h, k), *_parameters(rng, d, h, k, scale=2.0**-10), 1.5)),
        Case("one layer", (*_parameters(rng, 1, 1), *_parameters(rng, 1, 1), third_lr)),
        Case("one layer", (*_parameters(rng, d, k), *_parameters(rng, d, k), other_lr)),
        Case("more than two layers", (*_parameters(rng, d, h, k, more), *_parameters(rng, d, h, k, more), third_lr)),
        Case("more than two layers", (*_parameters(rng, *[size] * 4), *_parameters(rng, *[size] * 4), lr)),
    ]


def _parameters(rng, *sizes, scale=1.0):
    """Draw W and b, or gradients of their shapes, for layers of these sizes, inputs first."""
    W = [scale * numbers(rng, rows, columns) for columns, rows in itertools.pairwise(sizes)]
    return W, [scale * numbers(rng, rows) for rows in sizes[1:]]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="The gradient points to where the loss grows. Which way do you want to go?")
def goes_uphill(W, b, grad_W, grad_b, lr=0.1):
    """You add the step instead of subtracting it, so that the loss grows."""
    return update(W, b, grad_W, grad_b, -lr)


@mistake(advice="Use the argument lr; the 0.1 in the first line is only what it is when the caller says nothing.")
def lr_hard_coded(W, b, grad_W, grad_b, lr=0.1):
    """The learning rate is always 0.1, whatever the caller asks for."""
    return update(W, b, grad_W, grad_b, 0.1)


@mistake(advice="The step is a share of the gradient. Which argument says how large a share?")
def lr_left_out(W, b, grad_W, grad_b, lr=0.1):
    """You subtract the whole gradient: the learning rate is not used."""
    return update(W, b, grad_W, grad_b, 1)


@mistake(advice="A large learning rate means a large step. Multiply by it.")
def divides_by_lr(W, b, grad_W, grad_b, lr=0.1):
    """You divide the gradient by the learning rate instead of multiplying."""
    return update(W, b, grad_W, grad_b, 1 / lr)


@mistake(advice="The biases need the same treatment as the weights. What do you return for b?")
def biases_forgotten(W, b, grad_W, grad_b, lr=0.1):
    """Only the weights take a step; the biases stay as they were."""
    return update(W, b, grad_W, grad_b, lr)[0], [bias.copy() for bias in b]


@mistake(advice="The weights need the same treatment as the biases. What do you return for W?")
def weights_forgotten(W, b, grad_W, grad_b, lr=0.1):
    """Only the biases take a step; the weights stay as they were."""
    return [w.copy() for w in W], update(W, b, grad_W, grad_b, lr)[1]


@mistake(advice="Write the line for the weights and the line for the biases below each other, and compare.")
def biases_replaced_by_gradients(W, b, grad_W, grad_b, lr=0.1):
    """You return the gradients of the biases instead of new biases."""
    return update(W, b, grad_W, grad_b, lr)[0], [gradient.copy() for gradient in grad_b]


@mistake(advice="A step starts somewhere: new bias = old bias, minus the step.")
def biases_replaced_by_the_step(W, b, grad_W, grad_b, lr=0.1):
    """The new biases are only the step: the old biases are missing."""
    return update(W, b, grad_W, grad_b, lr)[0], [-lr * gradient for gradient in grad_b]


@mistake(advice="A step starts somewhere: new parameter = old parameter, minus the step.")
def only_the_step(W, b, grad_W, grad_b, lr=0.1):
    """You return the steps alone, without the old weights and biases."""
    return [-lr * gradient for gradient in grad_W], [-lr * gradient for gradient in grad_b]


@mistake(advice="Compare the signs in the line for the weights and in the line for the biases.")
def biases_uphill(W, b, grad_W, grad_b, lr=0.1):
    """The weights go downhill, but the biases go uphill."""
    return update(W, b, grad_W, grad_b, lr)[0], update(W, b, grad_W, grad_b, -lr)[1]


@mistake(advice="Both kinds of parameters use the same learning rate.")
def biases_without_lr(W, b, grad_W, grad_b, lr=0.1):
    """The biases move by their whole gradient: there the learning rate is missing."""
    return update(W, b, grad_W, grad_b, lr)[0], update(W, b, grad_W, grad_b, 1)[1]


@mistake(
    advice="W = list(W) or W.copy() makes a new list that holds the same arrays. Where is an array written into?",
)
def changes_the_callers_arrays(W, b, grad_W, grad_b, lr=0.1):
    """You change what the caller handed over: the lists W and b, or the arrays in them, which a copy of a list shares."""
    W, b = list(W), list(b)
    for layer in range(len(W)):
        W[layer] -= lr * grad_W[layer]
        b[layer] -= lr * grad_b[layer]
    return W, b


@mistake(advice="Which line copies W, and which line copies b?")
def changes_the_callers_biases(W, b, grad_W, grad_b, lr=0.1):
    """The weights are new arrays, but the caller's biases are changed in place."""
    new_W, _ = update(W, b, grad_W, grad_b, lr)
    for layer in range(len(b)):
        b[layer] -= lr * grad_b[layer]
    return new_W, b


@mistake(advice="`gradient *= lr` writes into the array. `lr * gradient` makes a new one.")
def changes_the_gradients(W, b, grad_W, grad_b, lr=0.1):
    """You multiply the caller's gradients by the learning rate in place."""
    result = update(W, b, grad_W, grad_b, lr)
    for gradient in [*grad_W, *grad_b]:
        gradient *= lr
    return result


@mistake(advice="End with a line that returns W and b. And do you change the caller's arrays on the way?")
def returns_nothing(W, b, grad_W, grad_b, lr=0.1):
    """You change the caller's arrays and return nothing, instead of returning new ones."""
    changes_the_callers_arrays(W, b, grad_W, grad_b, lr)


@mistake(advice="Go through all layers, however many there are: len(W), or a loop over the lists themselves.")
def two_layers_hard_coded(W, b, grad_W, grad_b, lr=0.1):
    """You write down exactly two layers: a deeper network loses the others, and a network of one layer fails."""
    first, second = (update([W[i]], [b[i]], [grad_W[i]], [grad_b[i]], lr) for i in (0, 1))
    return [first[0][0], second[0][0]], [first[1][0], second[1][0]]


@mistake(advice="Go through all layers, however many there are: len(W), or a loop over the lists themselves.")
def only_two_layers_move(W, b, grad_W, grad_b, lr=0.1):
    """Only the first two layers take a step; the others stay as they were."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [*new_W[:2], *W[2:]], [*new_b[:2], *b[2:]]


@mistake(advice="Is there a loop over all layers, and does it begin at layer 0 and end at the last one?")
def only_the_first_layer(W, b, grad_W, grad_b, lr=0.1):
    """Only the first layer takes a step; the others stay as they were."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [new_W[0], *W[1:]], [new_b[0], *b[1:]]


@mistake(advice="range(len(W)) ends at the last layer by itself. Is there a `- 1` or a `[:-1]` too much?")
def all_but_the_last_layer(W, b, grad_W, grad_b, lr=0.1):
    """The last layer takes no step."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [*new_W[:-1], W[-1]], [*new_b[:-1], b[-1]]


@mistake(advice="A count in Python begins at 0. Where does your loop begin?")
def all_but_the_first_layer(W, b, grad_W, grad_b, lr=0.1):
    """The first layer takes no step."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [W[0], *new_W[1:]], [b[0], *new_b[1:]]


@mistake(advice="back_prop has divided by the number of samples already. Use the gradient as it is.")
def divides_by_the_rows(W, b, grad_W, grad_b, lr=0.1):
    """You divide each gradient by its number of rows; nothing is left to divide by."""
    return update(W, b, [g / len(g) for g in grad_W], [g / len(g) for g in grad_b], lr)


@mistake(advice="Every weight has its own entry in the gradient. Which function makes one number of them all?")
def averages_the_gradient(W, b, grad_W, grad_b, lr=0.1):
    """All weights of a layer move by the same amount, the mean of the gradient."""
    return update(W, b, [g.mean() for g in grad_W], [g.mean() for g in grad_b], lr)


@mistake(advice="Where the gradient is small, the step should be small too. Do not divide by its length.")
def normalises_the_gradient(W, b, grad_W, grad_b, lr=0.1):
    """You divide each gradient by its length, so that every step is equally long."""
    return update(W, b, [g / np.linalg.norm(g) for g in grad_W], [g / np.linalg.norm(g) for g in grad_b], lr)


@mistake(advice="Only the direction of the slope is left after np.sign. How steep is it?")
def sign_of_the_gradient(W, b, grad_W, grad_b, lr=0.1):
    """Every number moves by the same amount, because you use only the sign of the gradient."""
    return update(W, b, [np.sign(g) for g in grad_W], [np.sign(g) for g in grad_b], lr)


@mistake(advice="The gradient is subtracted from the parameter. Does the parameter also stand in the product?")
def multiplies_by_the_weights(W, b, grad_W, grad_b, lr=0.1):
    """The step is multiplied by the weights and biases themselves."""
    return update(
        W, b, [g * w for g, w in zip(grad_W, W, strict=True)], [g * w for g, w in zip(grad_b, b, strict=True)], lr
    )


@mistake(advice="The gradients lie in the same order as the layers: first layer first.")
def gradients_in_reverse(W, b, grad_W, grad_b, lr=0.1):
    """The last layer's gradients are used for the first layer; that works only if all layers have equal shapes."""
    return update(W, b, grad_W[::-1], grad_b[::-1], lr)


@mistake(advice="Return W first, then b.")
def biases_first(W, b, grad_W, grad_b, lr=0.1):
    """W and b come back in the wrong order."""
    return update(W, b, grad_W, grad_b, lr)[::-1]


@mistake(advice="The first line says `lr=0.1`: then the caller may leave it out.")
def lr_without_a_default(W, b, grad_W, grad_b, lr):
    """The learning rate has no default."""
    return update(W, b, grad_W, grad_b, lr)


@mistake(advice="Look at the first line of the function: which learning rate did the exercise ask for?")
def another_default(W, b, grad_W, grad_b, lr=0.01):
    """The default learning rate is 0.01 instead of 0.1."""
    return update(W, b, grad_W, grad_b, lr)


@mistake(advice="Is the step subtracted, and is what you return what you computed?")
def no_step_at_all(W, b, grad_W, grad_b, lr=0.1):
    """Weights and biases come back as they were: no step is taken."""
    return [w.copy() for w in W], [bias.copy() for bias in b]


@mistake(advice="Look at how far the return line is indented.")
def returns_in_the_loop(W, b, grad_W, grad_b, lr=0.1):
    """The return stands inside the loop, so that only the first layer comes back."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return new_W[:1], new_b[:1]


@mistake(advice="Compare the signs in the line for the weights and in the line for the biases.")
def weights_uphill(W, b, grad_W, grad_b, lr=0.1):
    """The biases go downhill, but the weights go uphill."""
    return update(W, b, grad_W, grad_b, -lr)[0], update(W, b, grad_W, grad_b, lr)[1]


@mistake(advice="Return two lists: all weights, then all biases.")
def a_pair_for_each_layer(W, b, grad_W, grad_b, lr=0.1):
    """You return one pair of weights and biases for each layer instead of two lists."""
    return list(zip(*update(W, b, grad_W, grad_b, lr), strict=True))


@mistake(advice="New = old - lr * gradient. What is subtracted from what?")
def gradient_minus_parameter(W, b, grad_W, grad_b, lr=0.1):
    """You subtract the old weights and biases from the step instead of the step from them."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [-w for w in new_W], [-bias for bias in new_b]


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def deep_copies_changed_in_place(W, b, grad_W, grad_b, lr=0.1):
    W, b = copy.deepcopy(W), [bias.copy() for bias in b]
    for layer in range(len(W)):
        W[layer] -= lr * grad_W[layer]
        b[layer] -= lr * grad_b[layer]
    return W, b


@variant
def tuples_of_results(W, b, grad_W, grad_b, lr=0.1):
    def step(theta, gradient):
        return np.subtract(theta, np.multiply(gradient, lr))

    return tuple(map(step, W, grad_W)), tuple(map(step, b, grad_b))


@variant
def one_long_vector(W, b, grad_W, grad_b, lr=0.1):
    arrays = [*W, *b]
    theta = np.concatenate([array.ravel() for array in arrays])
    theta = theta - lr * np.concatenate([array.ravel() for array in [*grad_W, *grad_b]])
    parts = np.split(theta, np.cumsum([array.size for array in arrays])[:-1])
    parts = [part.reshape(array.shape) for part, array in zip(parts, arrays, strict=True)]
    return parts[: len(W)], parts[len(W) :]


@variant
def single_precision(W, b, grad_W, grad_b, lr=0.1):
    def step(theta, gradient):
        return theta.astype(np.float32) - np.float32(lr) * gradient.astype(np.float32)

    return [step(*pair) for pair in zip(W, grad_W, strict=True)], [step(*pair) for pair in zip(b, grad_b, strict=True)]


@variant
def number_by_number(W, b, grad_W, grad_b, lr=0.1):
    new_W = [
        [[w - lr * g for w, g in zip(*rows, strict=True)] for rows in zip(*pair, strict=True)]
        for pair in zip(W, grad_W, strict=True)
    ]
    new_b = [[value - lr * g for value, g in zip(*pair, strict=True)] for pair in zip(b, grad_b, strict=True)]
    return [new_W, new_b]


@variant
def biases_as_rows(W, b, grad_W, grad_b, lr=0.1):
    new_W, new_b = list(W), list(b)
    for layer in reversed(range(len(W))):
        new_W[layer] = W[layer] + (-lr) * grad_W[layer]
        new_b[layer] = (b[layer] - lr * grad_b[layer]).reshape(1, -1)
    return new_W, new_b


class _Descent:
    """An optimiser as an object that can be called."""

    def __call__(self, W, b, grad_W, grad_b, lr=0.1):
        return self.step(W, grad_W, lr), self.step(b, grad_b, lr)

    @staticmethod
    def step(arrays, gradients, lr):
        return [array - gradient * lr for array, gradient in zip(arrays, gradients, strict=True)]


variant(_Descent())
