"""back_prop: the gradients of both layers."""

import functools

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.output_gradients import draw_passes, gradient_of_scores
from solutions.reference import back_prop, output_gradients, sigmoid

EXERCISE = Exercise(
    unit="05-backpropagation",
    points=3,
    parameters=("W", "X", "Z_1", "A_1", "Y_hat", "Y"),
    returns=(("dW_1", "dW_2"), ("db_1", "db_2")),
    biases=("db_1", "db_2"),
    uses=("output_gradients", "hidden_gradients"),
    hints=(
        "Go back through the network, one step at a time: Z_2, then A_1, then Z_1. Which rule belongs to each step?",
        "Each gradient has the shape of what it belongs to. The message says which of the four are right: start there.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    return [Case(part, arguments) for part, arguments in draw_passes(rng)]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _back(W, X, Z_1, A_1, Y_hat, Y, *, dZ_2=None, W_2=None, slope=None, A=None, inputs=None):
    """Backpropagation in which a step can be replaced."""
    dZ_2 = (Y_hat - Y) / len(Y) if dZ_2 is None else dZ_2
    dZ_1 = dZ_2 @ (W[1] if W_2 is None else W_2) * (A_1 * (1 - A_1) if slope is None else slope)
    dW_2 = dZ_2.T @ (A_1 if A is None else A)
    dW_1 = dZ_1.T @ (X if inputs is None else inputs)
    return [dW_1, dW_2], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@mistake(advice="The loss is a mean over n samples. Put 1/n in once, at the start of the way back.")
def no_mean_anywhere(W, X, Z_1, A_1, Y_hat, Y):
    """The factor 1/n is missing everywhere: these are the gradients of the sum over the samples, not of the mean."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=Y_hat - Y)


@mistake(advice="1/n is in dZ_2, and travels with it into the hidden layer. Put it in once.")
def mean_twice_in_the_hidden_layer(W, X, Z_1, A_1, Y_hat, Y):
    """In the hidden layer you divide by n a second time."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1 / len(Y), dW_2], [db_1 / len(Y), db_2]


@mistake(advice="The hidden layer's gradients belong to the mean loss too. Does the 1/n reach them?")
def no_mean_in_the_hidden_layer(W, X, Z_1, A_1, Y_hat, Y):
    """In the hidden layer the factor 1/n is missing."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [len(Y) * dW_1, dW_2], [len(Y) * db_1, db_2]


@mistake(advice="Both layers start from Y_hat - Y, and the slope of the sigmoid is positive: a * (1 - a).")
def wrong_sign_in_the_hidden_layer(W, X, Z_1, A_1, Y_hat, Y):
    """In the hidden layer every sign is wrong."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [-dW_1, dW_2], [-db_1, db_2]


@mistake(advice="The mean is over samples for the biases too. Does the 1/n reach db_1?")
def first_bias_without_mean(W, X, Z_1, A_1, Y_hat, Y):
    """In db_1 the factor 1/n is missing."""
    dW, (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [len(Y) * db_1, db_2]


@mistake(advice="If 1/n is in dZ_1 already, what is left to do over the samples: a mean or a sum?")
def first_bias_mean_twice(W, X, Z_1, A_1, Y_hat, Y):
    """In db_1 you divide by n twice, perhaps because of np.mean."""
    dW, (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [db_1 / len(Y), db_2]


@mistake(advice="When a probability is too high, the gradient of its score must be positive.")
def wrong_sign(W, X, Z_1, A_1, Y_hat, Y):
    """You start from Y - Y_hat instead of Y_hat - Y, so that every sign is wrong."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y - Y_hat) / len(Y))


@mistake(advice="Between dA_1 and dZ_1 lies the sigmoid. By what does it multiply a small change?")
def no_sigmoid_slope(W, X, Z_1, A_1, Y_hat, Y):
    """The derivative of the sigmoid is missing: you use dA_1 where dZ_1 belongs."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=1)


@mistake(advice="The slope of the sigmoid is a * (1 - a). Is a the value before or after the sigmoid?")
def slope_of_z_as_if_it_were_a(W, X, Z_1, A_1, Y_hat, Y):
    """You use Z_1 * (1 - Z_1) as the derivative of the sigmoid; the formula wants what comes out of the sigmoid."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=Z_1 * (1 - Z_1))


@mistake(advice="A_1 has been through the sigmoid already. Where is the slope taken: at Z_1 or at A_1?")
def sigmoid_applied_twice(W, X, Z_1, A_1, Y_hat, Y):
    """You take the derivative of the sigmoid at A_1 instead of at Z_1, so that the sigmoid is applied twice."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=sigmoid(A_1) * (1 - sigmoid(A_1)))


@mistake(advice="Which function does the hidden layer use? Its slope belongs here.")
def slope_of_tanh(W, X, Z_1, A_1, Y_hat, Y):
    """You use 1 - A_1 ** 2, the derivative of tanh; the hidden layer has a sigmoid."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=1 - A_1**2)


@mistake(advice="W_2 multiplies what comes out of the sigmoid. So what stands in dW_2?")
def z_for_a(W, X, Z_1, A_1, Y_hat, Y):
    """In dW_2 you use Z_1 instead of A_1."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, A=Z_1)


@mistake(advice="dZ_2 is (n, k), W_2 is (k, h), dA_1 is (n, h). Must anything be transposed on the way back?")
def way_back_transposed(W, X, Z_1, A_1, Y_hat, Y):
    """On the way back W_2 is turned the wrong way; if h = k, nobody notices."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, W_2=W[1].T)


@mistake(advice="The scores depend on A_1 through the weights W_2. Where do you use W_2 itself?")
def gradient_in_place_of_the_weights(W, X, Z_1, A_1, Y_hat, Y):
    """On the way back you multiply by the gradient dW_2 instead of by the weights W_2."""
    dW_2 = ((Y_hat - Y) / len(Y)).T @ A_1
    return _back(W, X, Z_1, A_1, Y_hat, Y, W_2=dW_2)


@mistake(advice="From the scores back to the hidden layer: through which weights did the numbers come?")
def way_back_through_the_first_weights(W, X, Z_1, A_1, Y_hat, Y):
    """On the way back you use W_1 instead of W_2; that runs only if the shapes fit by chance."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, W_2=W[0])


@mistake(advice="W_1 multiplies the inputs of the network. So what stands in dW_1?")
def a_for_x(W, X, Z_1, A_1, Y_hat, Y):
    """In dW_1 you use A_1 instead of X; if h = d, nobody notices."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, inputs=A_1)


@mistake(advice="back_prop only measures slopes: compute all four gradients from the weights as they were.")
def updates_first(W, X, Z_1, A_1, Y_hat, Y):
    """You change W_2 before the hidden layer's gradients are computed from it."""
    dW_2 = ((Y_hat - Y) / len(Y)).T @ A_1
    W[1] -= 0.1 * dW_2
    return _back(W, X, Z_1, A_1, Y_hat, Y)


@mistake(advice="dW_2 has the shape of W_2, (k, h). Which factor of the product comes first?")
def second_weights_transposed(W, X, Z_1, A_1, Y_hat, Y):
    """dW_2 is transposed: its rows should be classes, its columns hidden units."""
    (dW_1, dW_2), db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1, dW_2.T], db


@mistake(advice="dW_1 has the shape of W_1, (h, d). Which factor of the product comes first?")
def first_weights_transposed(W, X, Z_1, A_1, Y_hat, Y):
    """dW_1 is transposed: its rows should be hidden units, its columns features."""
    (dW_1, dW_2), db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1.T, dW_2], db


@mistake(advice="A bias belongs to a unit. Sum over the samples, which lie along axis 0.")
def first_bias_over_units(W, X, Z_1, A_1, Y_hat, Y):
    """In db_1 you sum over the hidden units (axis 1) instead of over the samples."""
    dW, (_, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    dZ_1 = (Y_hat - Y) / len(Y) @ W[1] * A_1 * (1 - A_1)
    return dW, [dZ_1.sum(axis=1), db_2]


@mistake(advice="Each hidden unit has a bias of its own. Name the axis of the sum.")
def first_bias_as_one_number(W, X, Z_1, A_1, Y_hat, Y):
    """You sum db_1 over everything, so that a single number is left."""
    dW, (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [db_1.sum(), db_2]


@mistake(advice="A bias is a plain vector, (h,), and so is its gradient.")
def first_bias_as_a_column(W, X, Z_1, A_1, Y_hat, Y):
    """db_1 comes back as a column, (h, 1)."""
    dW, (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [db_1[:, np.newaxis], db_2]


@mistake(advice="b_1 is added before the sigmoid, to Z_1. Whose gradients must be summed?")
def first_bias_without_slope(W, X, Z_1, A_1, Y_hat, Y):
    """In db_1 you sum dA_1 instead of dZ_1: the derivative of the sigmoid is missing there."""
    dW, (_, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [np.sum((Y_hat - Y) / len(Y) @ W[1], axis=0), db_2]


@mistake(advice="The first layer comes first in both lists.")
def biases_swapped(W, X, Z_1, A_1, Y_hat, Y):
    """The gradients of the two biases come back in the wrong order."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, db[::-1]


@mistake(advice="The first layer comes first in both lists.")
def weights_swapped(W, X, Z_1, A_1, Y_hat, Y):
    """The gradients of the two weight matrices come back in the wrong order."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW[::-1], db


@mistake(advice="You compute the output layer first, but the first layer comes first in both lists.")
def last_layer_first(W, X, Z_1, A_1, Y_hat, Y):
    """Both lists begin with the output layer."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW[::-1], db[::-1]


@mistake(advice="Return two lists: [dW_1, dW_2] and [db_1, db_2].")
def grouped_by_layer(W, X, Z_1, A_1, Y_hat, Y):
    """You group by layer, [dW_1, db_1] and [dW_2, db_2], instead of weights and biases."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1, db_1], [dW_2, db_2]


@mistake(advice="Put the two gradients of the weights into one list, and those of the biases into another.")
def four_in_a_row(W, X, Z_1, A_1, Y_hat, Y):
    """Four gradients come back one after the other instead of in two lists."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return *dW, *db


@mistake(advice="Softmax and cross-entropy together give Y_hat - Y. Nothing is left to multiply by.")
def squared_error_at_the_output(W, X, Z_1, A_1, Y_hat, Y):
    """At the output you multiply by Y_hat * (1 - Y_hat) as well; that belongs to a squared error after a sigmoid."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) * Y_hat * (1 - Y_hat) / len(Y))


@mistake(advice="-Y / Y_hat is how the loss depends on Y_hat. How does Y_hat depend on the scores Z_2?")
def starts_without_softmax(W, X, Z_1, A_1, Y_hat, Y):
    """You start from -Y / Y_hat: the step back through softmax is missing."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=-Y / Y_hat / len(Y))


@mistake(advice="`Y_hat -= Y` and `Y_hat[…] -= 1` write into the caller's array. Make a new one.")
def changes_y_hat(W, X, Z_1, A_1, Y_hat, Y):
    """You subtract in place, which changes the caller's Y_hat."""
    result = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    Y_hat -= Y
    return result


@mistake(advice="The slope of the sigmoid is a * (1 - a). Which half of it is missing?")
def slope_is_a_alone(W, X, Z_1, A_1, Y_hat, Y):
    """You multiply by A_1 alone: in the derivative of the sigmoid the factor 1 - A_1 is missing."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=A_1)


@mistake(advice="The slope of the sigmoid is a * (1 - a). Which half of it is missing?")
def slope_is_one_minus_a(W, X, Z_1, A_1, Y_hat, Y):
    """You multiply by 1 - A_1 alone: in the derivative of the sigmoid the factor A_1 is missing."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=1 - A_1)


@mistake(advice="Multiplication comes before subtraction. Which brackets does a * (1 - a) need?")
def slope_without_brackets(W, X, Z_1, A_1, Y_hat, Y):
    """Without brackets dA_1 * A_1 * 1 - A_1 subtracts A_1 at the end."""
    dZ_2 = (Y_hat - Y) / len(Y)
    dZ_1 = dZ_2 @ W[1] * A_1 * 1 - A_1
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@mistake(advice="The slope of the sigmoid is a * (1 - a). Which sign stands in the brackets?")
def slope_with_plus(W, X, Z_1, A_1, Y_hat, Y):
    """You use A_1 * (1 + A_1) as the derivative of the sigmoid: one sign is wrong."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=A_1 * (1 + A_1))


@mistake(advice="Which function does the hidden layer use? Its slope belongs here.")
def slope_of_relu(W, X, Z_1, A_1, Y_hat, Y):
    """You use Z_1 > 0, the derivative of ReLU; the hidden layer has a sigmoid."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=Z_1 > 0)


@mistake(advice="Return the two gradients of the weights first, then those of the biases.")
def biases_before_weights(W, X, Z_1, A_1, Y_hat, Y):
    """The two lists come back in the wrong order: the biases first."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return db, dW


@mistake(advice="Put the two gradients of the weights into one list, and those of the biases into another.")
def four_layer_by_layer(W, X, Z_1, A_1, Y_hat, Y):
    """Four gradients come back, layer by layer, instead of two lists."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW_1, db_1, dW_2, db_2


@mistake(advice="The bias is added to every sample's Z_1. So what happens to their gradients?")
def first_bias_not_summed(W, X, Z_1, A_1, Y_hat, Y):
    """db_1 is not summed over the samples: it still has a row for each of them."""
    dW, (_, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [(Y_hat - Y) / len(Y) @ W[1] * A_1 * (1 - A_1), db_2]


@mistake(advice="Samples are rows. Which number in Y.shape counts them?")
def divides_everything_by_classes(W, X, Z_1, A_1, Y_hat, Y):
    """You divide by the number of classes k instead of by the number of samples n."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) / Y.shape[1])


@mistake(advice="Over what does the loss take its mean: over samples, or over all entries of Y?")
def divides_by_all_entries(W, X, Z_1, A_1, Y_hat, Y):
    """You divide by all entries of Y, n times k, instead of by the n samples."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) / Y.size)


@mistake(advice="1/n belongs in once. Is it in dZ_2 already?")
def mean_twice_everywhere(W, X, Z_1, A_1, Y_hat, Y):
    """You divide by n twice in both layers."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) / len(Y) ** 2)


@mistake(advice="A mask of what is negative belongs to the ReLU. Which slope has the sigmoid?")
def masked_by_its_own_sign(W, X, Z_1, A_1, Y_hat, Y):
    """You set the hidden gradient to 0 where it is negative itself, as in `dh[dh <= 0] = 0`."""
    dA_1 = (Y_hat - Y) / len(Y) @ W[1]
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=(dA_1 > 0).astype(float))


@mistake(advice="The slope of the sigmoid is a * (1 - a), and a is A_1, what the hidden layer gave.")
def slope_of_the_gradient(W, X, Z_1, A_1, Y_hat, Y):
    """You take the slope of the gradient, dA_1 * (1 - dA_1), not that of the activation A_1."""
    dA_1 = (Y_hat - Y) / len(Y) @ W[1]
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=dA_1 * (1 - dA_1))


@mistake(advice="A bias has no input. Which matrices do you sum for the biases, dZ or dW?")
def biases_from_the_weights(W, X, Z_1, A_1, Y_hat, Y):
    """You sum the rows of dW_1 and dW_2 for the biases; their gradients are sums of dZ over the samples."""
    (dW_1, dW_2), _ = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1, dW_2], [dW_1.sum(axis=1), dW_2.sum(axis=1)]


@mistake(advice="The mean is over the samples. Which axis of X counts them?")
def divides_by_the_features(W, X, Z_1, A_1, Y_hat, Y):
    """You divide by the number of features instead of the number of samples."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) / X.shape[1])


@mistake(advice="The slope belongs to each entry alone: which product works entry by entry?")
def slope_in_a_matrix_product(W, X, Z_1, A_1, Y_hat, Y):
    """You join the slope with @, a matrix product; it is multiplied entry by entry."""
    dZ_2 = (Y_hat - Y) / len(Y)
    dZ_1 = dZ_2 @ W[1] @ (A_1 * (1 - A_1))
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@mistake(advice="In each row a single entry loses 1: row i at its own label. Give both a row and a column.")
def one_off_in_whole_columns(W, X, Z_1, A_1, Y_hat, Y):
    """`dscores[:, labels] -= 1` takes 1 off whole columns, not one entry of each row."""
    dZ_2 = Y_hat.copy()
    dZ_2[:, np.argmax(Y, axis=1)] -= 1
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=dZ_2 / len(Y))


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def mean_at_the_end(W, X, Z_1, A_1, Y_hat, Y):
    n = X.shape[0]
    delta_2 = Y_hat - Y
    delta_1 = (W[1].T @ delta_2.T).T * (A_1 - A_1**2)
    weights = [np.dot(delta_1.T, X) / n, np.dot(delta_2.T, A_1) / n]
    return weights, [np.mean(delta_1, axis=0), np.mean(delta_2, axis=0)]


@variant
def slope_from_z_again(W, X, Z_1, A_1, Y_hat, Y):
    s = scipy.special.expit(Z_1)
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    dZ_1 = np.multiply((Y_hat - Y) @ W[1] / len(Y), s * (1 - s))
    return (dZ_1.T @ X, dW_2), (dZ_1.sum(axis=0, keepdims=True), db_2.reshape(1, -1))


@variant
def slope_without_the_sigmoid(W, X, Z_1, A_1, Y_hat, Y):
    dZ_2 = gradient_of_scores(Y_hat, Y)
    dZ_1 = dZ_2 @ W[1] / (2 + np.exp(Z_1) + np.exp(-Z_1))
    ones = np.ones((1, len(X)))
    return [dZ_1.T @ X, dZ_2.T @ A_1], [ones @ dZ_1, ones @ dZ_2]


@variant
def samples_as_columns(W, X, Z_1, A_1, Y_hat, Y):
    inputs, hidden, error = X.T, A_1.T, (Y_hat - Y).T / len(Y)
    back = W[1].T @ error * hidden * (1 - hidden)
    return [back @ inputs.T, error @ hidden.T], [back.sum(axis=1), error.sum(axis=1)]


@variant
def sample_by_sample(W, X, Z_1, A_1, Y_hat, Y):
    weights = [np.zeros_like(w) for w in W]
    biases = [np.zeros(len(w)) for w in W]
    for x, a, p, y in zip(X, A_1, Y_hat, Y, strict=True):
        delta = p - y
        back = (W[1].T @ delta) * a * (1 - a)
        for layer, (error, inputs) in enumerate([(back, x), (delta, a)]):
            weights[layer] += np.outer(error, inputs) / len(X)
            biases[layer] += error / len(X)
    return weights, biases


@variant
def einsum_all_the_way(W, X, Z_1, A_1, Y_hat, Y):
    error = Y_hat - Y
    back = np.einsum("nk,kh,nh,nh->nh", error, W[1], A_1, 1 - A_1)
    weights = [np.einsum("nh,nd->hd", back, X), np.einsum("nk,nh->kh", error, A_1)]
    return [w / len(Y) for w in weights], [np.einsum("nu->u", array) / len(Y) for array in (back, error)]


@variant
def from_the_last_layer_on(W, X, Z_1, A_1, Y_hat, Y):
    """A loop over the layers, from the last one to the first."""
    inputs, weights, biases = [X, A_1], [], []
    delta = (Y_hat - Y) / len(Y)
    for layer in reversed(range(2)):
        weights.insert(0, delta.T @ inputs[layer])
        biases.insert(0, delta.sum(0))
        if layer:
            delta = delta @ W[layer] * (inputs[layer] * (1 - inputs[layer]))
    return weights, biases


class BackProp:
    """An object with ``__call__``; the first weights are never needed."""

    def __init__(self, precision):
        self.precision = precision

    def __call__(self, W, X, Z_1, A_1, Y_hat, Y):
        X, A_1, Y_hat, Y, W_2 = (array.astype(self.precision) for array in (X, A_1, Y_hat, Y, W[1]))
        dZ_2 = np.divide(np.subtract(Y_hat, Y), self.precision(len(Y)))
        dZ_1 = dZ_2 @ W_2 * A_1 * (1 - A_1)
        return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


variant(functools.partial(BackProp(np.float32)))
