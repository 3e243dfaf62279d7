"""back_prop_binary: the gradients of the binary network."""

import numpy as np

from course.checks.calls import Case
from exercises.binary_cross_entropy import draw_targets
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers
from solutions.reference import back_prop_binary, relu, relu_prime, sigmoid

EXERCISE = Exercise(
    unit="10-two-moons",
    points=3,
    parameters=("W", "X", "Z_1", "A_1", "P", "y"),
    returns=("grad_W", "grad_b"),
    biases=("grad_b",),
    uses=("relu_prime",),
    hints=(
        "Go through the network from right to left. At the output you need how far P is from y.",
        "Four things to compare with unit 5: the 1/n, the matrix that leads back, the slope, and each shape.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, d, h = different_sizes(rng, 3, smallest=3)
    size = int(rng.integers(3, 6))
    W, X, Z_1, A_1, P, y = _after_a_forward_pass(rng, n + 2, d, h)
    return [
        Case("ordinary samples", _after_a_forward_pass(rng, n, d, h)),
        Case("ordinary samples", _after_a_forward_pass(rng, size, size, size)),
        Case("ordinary samples", _after_a_forward_pass(rng, size, d, size)),
        Case("ordinary samples", _after_a_forward_pass(rng, n + 8, 2, 5)),
        Case("ordinary samples", _after_a_forward_pass(rng, n, d, 1)),
        Case("many samples", _after_a_forward_pass(rng, 24, 2, 2)),
        Case("large inputs", _with_large_inputs(rng)),
        Case("targets that are whole numbers", (W, X, Z_1, A_1, P, y.astype(np.int64))),
        Case("a single sample", _after_a_forward_pass(rng, 1, d, h)),
        Case("a single sample", _after_a_forward_pass(rng, 1, 1, 1)),
    ]


def _after_a_forward_pass(rng, n, d, h):
    """Draw W, X, Z_1, A_1, P, y: no entry of Z_1 at the kink of the ReLU, both its sides in use, P not near 0 or 1."""
    while True:
        W, b = network(rng, d, h, 1)
        X = numbers(rng, n, d)
        Z_1 = np.round(X @ W[0].T + b[0], 6)  # exact: three decimals times three; so every machine has the same
        A_1 = relu(Z_1)
        Z_2 = np.round(A_1 @ W[1].T + b[1], 9)
        on = A_1 > 0
        if np.abs(Z_1).min() > 0.002 and np.abs(Z_2).max() < 6 and on.any() and (n * h == 1 or not on.all()):
            return W, X, Z_1, A_1, np.round(sigmoid(Z_2), 12), draw_targets(rng, n)


def _with_large_inputs(rng):
    """Draw arguments for which the gradient of W_1 has entries above 20."""
    while True:
        W, X, Z_1, A_1, P, y = _after_a_forward_pass(rng, 4, 2, 3)
        X, W = 200 * X, [W[0] / 200, W[1]]
        if np.abs(((P - y) / 4 * W[1] * (Z_1 > 0)).T @ X).max() > 20:
            return W, np.asfortranarray(X), Z_1, A_1, P, y


# --- mistakes --------------------------------------------------------------------------------------------------------


def _gradients(W, X, Z_1, A_1, P, y, error=None, leads_back=None, slope=None):
    """Return the four gradients, with the given pieces in the place of the right ones."""
    dZ_2 = (P - y) / len(X) if error is None else error
    slope = relu_prime(Z_1) if slope is None else slope
    dZ_1 = (dZ_2 @ (W[1] if leads_back is None else leads_back)) * slope
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@mistake(
    advice="What leads from the output back to the hidden layer: the weights, or how they will change?",
)
def gradient_in_place_of_weights(W, X, Z_1, A_1, P, y):
    """The error goes back to the hidden layer through dW_2, not through W_2. It may still learn something."""
    dW_2 = ((P - y) / len(X)).T @ A_1
    return _gradients(W, X, Z_1, A_1, P, y, leads_back=dW_2)


@mistake(advice="The loss is a mean over n samples. Where does this n appear in the gradient?")
def no_division_by_n(W, X, Z_1, A_1, P, y):
    """The gradients are those of the sum: the division by n is missing."""
    return _gradients(W, X, Z_1, A_1, P, y, error=P - y)


@mistake(advice="If dZ_2 is divided by n, everything computed from it is too. Divide once.")
def hidden_layer_divided_twice(W, X, Z_1, A_1, P, y):
    """The gradients of the hidden layer are divided by n twice."""
    (dW_1, dW_2), (db_1, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1 / len(X), dW_2], [db_1 / len(X), db_2]


@mistake(
    advice="The biases belong to the same mean as the weights. Divide once, early, and all four have it.",
)
def biases_not_divided(W, X, Z_1, A_1, P, y):
    """The gradients of the biases are not divided by n."""
    grad_W, grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [gradient * len(X) for gradient in grad_b]


@mistake(advice="Where P is above y, the loss falls if z falls. Which sign must the error have?")
def y_minus_p(W, X, Z_1, A_1, P, y):
    """The error is y - P instead of P - y: all gradients point downhill instead of uphill."""
    return _gradients(W, X, Z_1, A_1, P, y, error=(y - P) / len(X))


@mistake(advice="For sigmoid and cross-entropy together, the slopes cancel. What remains at the output?")
def sigmoid_slope_at_the_output(W, X, Z_1, A_1, P, y):
    """The error at the output is multiplied by P (1 - P), which belongs to the squared error."""
    return _gradients(W, X, Z_1, A_1, P, y, error=(P - y) * P * (1 - P) / len(X))


@mistake(
    advice="Cross-entropy punishes a confident mistake. The error P - y stays as it is, with no square.",
)
def twice_the_error(W, X, Z_1, A_1, P, y):
    """All gradients are twice as large: the 2 belongs to a squared error."""
    return _gradients(W, X, Z_1, A_1, P, y, error=2 * (P - y) / len(X))


@mistake(
    advice="On the way back, each step of the forward pass has its own slope. The ReLU is one of them.",
)
def no_relu_slope(W, X, Z_1, A_1, P, y):
    """The slope of the ReLU is missing on the way back to the hidden layer."""
    return _gradients(W, X, Z_1, A_1, P, y, slope=1)


@mistake(advice="The hidden layer ends with another function now, so its slope is another one too.")
def sigmoid_slope_of_a(W, X, Z_1, A_1, P, y):
    """The slope of the hidden layer is A_1 (1 - A_1), which belongs to the sigmoid."""
    return _gradients(W, X, Z_1, A_1, P, y, slope=A_1 * (1 - A_1))


@mistake(advice="The hidden layer ends with another function now, so its slope is another one too.")
def sigmoid_slope_of_z(W, X, Z_1, A_1, P, y):
    """The slope of the hidden layer is that of the sigmoid."""
    return _gradients(W, X, Z_1, A_1, P, y, slope=sigmoid(Z_1) * (1 - sigmoid(Z_1)))


@mistake(advice="On the way back you need the slope of the ReLU, relu_prime.")
def relu_for_its_slope(W, X, Z_1, A_1, P, y):
    """On the way back you multiply by relu(Z_1) instead of its slope."""
    return _gradients(W, X, Z_1, A_1, P, y, slope=relu(Z_1))


@mistake(
    advice="Only the hidden units that were on pass something back. Apply the slope to both of dW_1 and db_1.",
)
def b_1_without_slope(W, X, Z_1, A_1, P, y):
    """db_1 is computed without the slope of the ReLU; dW_1 has it."""
    grad_W, (_, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [((P - y) / len(X) @ W[1]).sum(axis=0), db_2]


@mistake(advice="dW_2 needs what the output layer received. Was that before or after the ReLU?")
def z_1_for_a_1(W, X, Z_1, A_1, P, y):
    """dW_2 is computed with Z_1 instead of A_1."""
    return _gradients(W, X, Z_1, Z_1, P, y)


@mistake(advice="dW_1 needs what the hidden layer received.")
def a_1_for_x(W, X, Z_1, A_1, P, y):
    """dW_1 is computed with A_1 instead of X, which fits only if h = d."""
    _, (db_1, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    dZ_2 = (P - y) / len(X)
    dZ_1 = (dZ_2 @ W[1]) * relu_prime(Z_1)
    return [dZ_1.T @ A_1, dZ_2.T @ A_1], [db_1, db_2]


@mistake(advice="dZ_2 is (n, 1) and W_2 is (1, h). Which product is (n, h)?")
def w_2_transposed_on_the_way_back(W, X, Z_1, A_1, P, y):
    """W_2 is transposed on the way back, which fits only with a single hidden unit."""
    return _gradients(W, X, Z_1, A_1, P, y, leads_back=W[1].T)


@mistake(advice="A gradient has the shape of what it belongs to: W_1 is (h, d).")
def dw_1_transposed(W, X, Z_1, A_1, P, y):
    """dW_1 is transposed; for a square W_1 the shape does not show it."""
    (dW_1, dW_2), grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1.T, dW_2], grad_b


@mistake(advice="A gradient has the shape of what it belongs to: W_2 is (1, h).")
def dw_2_transposed(W, X, Z_1, A_1, P, y):
    """dW_2 is transposed: it has the shape (h, 1)."""
    (dW_1, dW_2), grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1, dW_2.T], grad_b


@mistake(advice="A gradient has the shape of what it belongs to: W_2 is (1, h), a matrix.")
def dw_2_as_a_row(W, X, Z_1, A_1, P, y):
    """dW_2 has the shape (h,) instead of (1, h)."""
    (dW_1, dW_2), grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1, dW_2.ravel()], grad_b


@mistake(advice="b_2 is (1,), so its gradient is too. A sum along axis 0 keeps the columns.")
def db_2_lost_its_shape(W, X, Z_1, A_1, P, y):
    """db_2 is a plain number: it has lost its shape (1,)."""
    grad_W, (db_1, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [db_1, db_2.sum()]


@mistake(advice="Each hidden unit has a bias of its own. Sum over the samples only, which is axis 0.")
def biases_summed_to_one_number(W, X, Z_1, A_1, P, y):
    """db_1 and db_2 are summed over everything, to a single number each."""
    grad_W, grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [gradient.sum() for gradient in grad_b]


@mistake(advice="Each hidden unit has a bias of its own: sum over the samples, which is axis 0.")
def biases_summed_over_units(W, X, Z_1, A_1, P, y):
    """The gradients of the biases are summed over axis 1, the units, instead of over the samples."""
    grad_W, _ = back_prop_binary(W, X, Z_1, A_1, P, y)
    dZ_2 = (P - y) / len(X)
    dZ_1 = (dZ_2 @ W[1]) * relu_prime(Z_1)
    return grad_W, [dZ_1.sum(axis=1), dZ_2.sum(axis=1)]


@mistake(advice="The 1/n is in the error already. Over the samples you add up, and take no second mean.")
def biases_averaged(W, X, Z_1, A_1, P, y):
    """The gradients of the biases are divided by n twice: once in the error, once by a mean."""
    grad_W, grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [gradient / len(X) for gradient in grad_b]


@mistake(advice="The first in each list belongs to the hidden layer: [dW_1, dW_2], [db_1, db_2].")
def layers_exchanged(W, X, Z_1, A_1, P, y):
    """The gradients of the two layers are in the wrong order in their lists."""
    (dW_1, dW_2), (db_1, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_2, dW_1], [db_2, db_1]


@mistake(
    advice="Return the list of the weights' gradients first, then the list of the biases' gradients.",
)
def biases_first(W, X, Z_1, A_1, P, y):
    """The two lists come back in the wrong order: biases first."""
    grad_W, grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_b, grad_W


@mistake(
    advice="The update is a step of its own. Here only the gradients are wanted, of the weights as they are.",
)
def w_2_updated_first(W, X, Z_1, A_1, P, y):
    """W_2 takes its step before the error goes back through it."""
    dW_2 = ((P - y) / len(X)).T @ A_1
    return _gradients(W, X, Z_1, A_1, P, y, leads_back=W[1] - 0.1 * dW_2)


@mistake(advice="`P -= y` writes into the caller's P. Write P - y, which makes a new array.")
def p_changed_in_place(W, X, Z_1, A_1, P, y):
    """You subtract y from the caller's P in place."""
    result = back_prop_binary(W, X, Z_1, A_1, P, y)
    P -= y
    return result


@mistake(advice="The ReLU lets pass where its input Z_1 was positive, whatever the sign of the gradient.")
def masked_by_its_own_sign(W, X, Z_1, A_1, P, y):
    """You set the hidden gradient to 0 where it is negative itself, as in `dh[dh <= 0] = 0`."""
    dA_1 = (P - y) / len(X) @ W[1]
    return _gradients(W, X, Z_1, A_1, P, y, slope=(dA_1 > 0).astype(float))


@mistake(advice="A bias has no input. Which matrices do you sum for the biases, dZ or dW?")
def biases_from_the_weights(W, X, Z_1, A_1, P, y):
    """You sum the rows of dW_1 and dW_2 for the biases; their gradients are sums of dZ over the samples."""
    (dW_1, dW_2), _ = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1, dW_2], [dW_1.sum(axis=1), dW_2.sum(axis=1)]


@mistake(advice="The mean is over the samples. Which axis of X counts them?")
def divides_by_the_features(W, X, Z_1, A_1, P, y):
    """You divide by the number of features instead of the number of samples."""
    return _gradients(W, X, Z_1, A_1, P, y, error=(P - y) / X.shape[1])


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def divided_late(W, X, Z_1, A_1, P, y):
    n = y.shape[0]
    dZ_2 = P - y
    dZ_1 = np.where(Z_1 > 0, dZ_2 * W[1], 0)  # (n, 1) * (1, h)
    return (dZ_1.T @ X / n, dZ_2.T @ A_1 / n), (dZ_1.mean(axis=0), dZ_2.mean(axis=0))


@variant
def slope_from_a_1(W, X, Z_1, A_1, P, y):
    dZ_2 = (P - y) / len(y)
    dZ_1 = dZ_2 @ W[1]
    dZ_1[A_1 <= 0] = 0
    grad_b = [np.sum(dZ, axis=0, keepdims=True) for dZ in (dZ_1, dZ_2)]  # (1, h)
    return [np.einsum("nh,nd->hd", dZ_1, X), np.einsum("nk,nh->kh", dZ_2, A_1)], grad_b


@variant
def through_the_probability(W, X, Z_1, A_1, P, y):
    dP = (-(y / P) + (1 - y) / (1 - P)) / len(P)
    dZ_2 = dP * P * (1 - P)
    dZ_1 = np.dot(dZ_2, W[1]) * np.heaviside(Z_1, 0)
    ones = np.ones(len(P))
    return [np.dot(dZ_1.T, X), np.dot(dZ_2.T, A_1)], [ones @ dZ_1, ones @ dZ_2]


@variant
def sum_of_outer_products(W, X, Z_1, A_1, P, y):
    dW, db = [np.zeros_like(w) for w in W], [np.zeros(len(w)) for w in W]
    for x, z, a, p, target in zip(X, Z_1, A_1, P, y, strict=True):
        delta_2 = (p - target) / len(X)
        delta_1 = W[1].T @ delta_2 * (z > 0)
        dW[0] += np.outer(delta_1, x)
        dW[1] += np.outer(delta_2, a)
        db[0] += delta_1
        db[1] += delta_2
    return dW, db


@variant
def samples_in_columns_inside(W, X, Z_1, A_1, P, y):
    dZ_2 = (P - y).T / X.shape[0]
    dZ_1 = (W[1].T @ dZ_2) * (Z_1.T > 0)
    ones = np.ones((X.shape[0], 1))
    full_1, full_2 = dZ_1 @ np.hstack([X, ones]), dZ_2 @ np.hstack([A_1, ones])
    return [full_1[:, :-1], full_2[:, :-1]], [full_1[:, -1], full_2[:, -1]]


@variant
def plain_python(W, X, Z_1, A_1, P, y):
    n, d, h = len(X), len(X[0]), len(W[0])
    error = [(float(P[i, 0]) - float(y[i, 0])) / n for i in range(n)]
    back = [[error[i] * float(W[1][0, j]) if Z_1[i, j] > 0 else 0.0 for j in range(h)] for i in range(n)]
    dW_1 = [[sum(back[i][j] * float(X[i, f]) for i in range(n)) for f in range(d)] for j in range(h)]
    dW_2 = [[sum(error[i] * float(A_1[i, j]) for i in range(n)) for j in range(h)]]
    return [np.array(dW_1), np.array(dW_2)], [[sum(back[i][j] for i in range(n)) for j in range(h)], [sum(error)]]


@variant
def gradients_in_single_precision(W, X, Z_1, A_1, P, y):
    X, A_1, error = (array.astype(np.float32) for array in (X, A_1, (P - y) / len(X)))
    back = error @ W[1].astype(np.float32) * relu_prime(Z_1).astype(np.float32)
    return [back.T @ X, error.T @ A_1], [back.sum(0), error.sum(0)]
