"""Known mistakes in 10-two-moons."""

import numpy as np

from solutions.catalogue import mistake
from solutions.reference import back_prop_binary, binary_cross_entropy, forward_binary, relu, relu_prime, sigmoid

# --- relu ------------------------------------------------------------------------------------------------------------


@mistake("relu", advice="np.max finds the largest entry of an array. Its sister compares two arrays entry by entry.")
def max_along_an_axis(z):
    """np.max(z, 0) takes the maximum along axis 0; it does not compare z with 0."""
    return np.max(z, 0) if np.ndim(z) else relu(z)


@mistake("relu", advice="`max` and `if` decide once, for one number. Every entry needs a decision of its own.")
def relu_of_one_number(z):
    """Your function works for a single number, not for an array."""
    if np.size(z) > 1:
        raise ValueError("The truth value of an array with more than one element is ambiguous")
    return relu(z)


@mistake("relu", advice="A negative number becomes 0, not its own opposite.")
def absolute_value(z):
    """You return the absolute value: negative numbers come back positive."""
    return np.abs(z)


@mistake("relu", advice="Which of two numbers, z and 0, do you want: the larger or the smaller one?")
def keeps_the_negative_side(z):
    """You keep the negative numbers and replace the positive ones by 0."""
    return np.minimum(z, 0)


@mistake("relu", advice="Compare with z = 2: the result is 2, as nothing turns the sign around.")
def relu_of_minus_z(z):
    """The sign is turned around: you keep what is negative, as a positive number."""
    return np.maximum(-z, 0)


@mistake("relu", advice="Where z is positive, the result is z itself. relu_prime is the one with 0 and 1 only.")
def step_instead_of_relu(z):
    """You return 1 where z is positive: this is the slope of the ReLU, not the ReLU."""
    return (z > 0).astype(float)


@mistake("relu", advice="Here all that is negative becomes exactly 0.")
def leaky_relu(z):
    """Negative numbers keep a small slope: this is the leaky ReLU."""
    return np.where(z > 0, z, 0.01 * z)


@mistake("relu", advice="The ReLU has no upper end: 3 stays 3, and 1000 stays 1000.")
def clipped_at_one(z):
    """You cut off above 1 as well."""
    return np.clip(z, 0, 1)


@mistake("relu", advice="No exp is needed: the ReLU is straight on both sides of 0.")
def softplus_instead_of_relu(z):
    """You return log(1 + exp(z)), the softplus: a ReLU with a rounded corner."""
    return np.logaddexp(0, z)


@mistake("relu", advice="The sigmoid is the function of the output. The hidden layer gets another one now.")
def sigmoid_instead_of_relu(z):
    """You return the sigmoid."""
    return sigmoid(z)


@mistake(
    "relu", advice="z[z > 0] picks entries out. The result needs the shape of z, with a 0 for each negative entry."
)
def drops_the_negative_entries(z):
    """You leave the negative numbers out, so that the shape changes."""
    return z[z > 0]


@mistake("relu", advice="An array made with an integer type, or astype(int), holds no fractions.")
def relu_cuts_fractions_off(z):
    """The result has an integer type, so that every fraction is cut off."""
    return relu(z).astype(int)


@mistake("relu", advice="`z[z < 0] = 0` and `out=z` write into the caller's array. Make a new one.")
def relu_changes_z(z):
    """You work in place, on the caller's array."""
    return np.maximum(z, 0, out=z)


@mistake("relu", advice="A loop over rows and columns needs exactly two dimensions. NumPy's functions take any shape.")
def relu_of_matrices_only(z):
    """Your function works for a matrix only, not for any other shape."""
    rows, columns = z.shape
    return relu(z).reshape(rows, columns)


# --- relu_prime ------------------------------------------------------------------------------------------------------


@mistake("relu_prime", advice="The slope says how fast the ReLU rises. It is the same at z = 1 and at z = 100.")
def relu_itself(z):
    """You return the ReLU, not its slope."""
    return relu(z)


@mistake("relu_prime", advice="At 0 itself the task says 0. Which sign of comparison leaves 0 out?")
def one_at_zero(z):
    """At exactly 0 you return 1."""
    return (z >= 0).astype(float)


@mistake("relu_prime", advice="At 0 itself the task says 0, neither 1 nor something in between.")
def half_at_zero(z):
    """At exactly 0 you return one half."""
    return np.heaviside(z, 0.5)


@mistake("relu_prime", advice="Where z is negative the ReLU is flat. How steep is a flat line?")
def sign_function(z):
    """You return -1 for negative numbers: this is the sign, or the slope of the absolute value."""
    return np.sign(z)


@mistake("relu_prime", advice="The ReLU rises where z is positive and is flat where z is negative.")
def slope_on_the_wrong_side(z):
    """The two sides are exchanged: your slope is 1 where z is negative."""
    return (z < 0).astype(float)


@mistake("relu_prime", advice="Which numbers have a slope of 1: all except 0, or only those on one side?")
def everything_but_zero(z):
    """Your slope is 1 wherever z is not 0."""
    return (z != 0).astype(float)


@mistake("relu_prime", advice="The corner of the ReLU is at 0.")
def corner_at_one(z):
    """Your slope changes from 0 to 1 at z = 1, not at 0."""
    return (z > 1).astype(float)


@mistake("relu_prime", advice="This ReLU is perfectly flat on the negative side.")
def leaky_slope(z):
    """Negative numbers get a slope of 0.01: this belongs to the leaky ReLU."""
    return np.where(z > 0, 1.0, 0.01)


@mistake("relu_prime", advice="Unit 5 needed the slope of the sigmoid. Here the hidden layer is a ReLU.")
def slope_of_the_sigmoid(z):
    """You return the slope of the sigmoid."""
    return sigmoid(z) * (1 - sigmoid(z))


@mistake("relu_prime", advice="The formula A (1 - A) belongs to the sigmoid.")
def sigmoid_formula_with_relu(z):
    """You put the ReLU into the sigmoid's formula, A (1 - A)."""
    return relu(z) * (1 - relu(z))


@mistake("relu_prime", advice="The slope depends on z: it is not the same on both sides of 0.")
def always_one(z):
    """Your slope is 1 everywhere: this is the slope of z itself."""
    return np.ones(np.shape(z))


@mistake("relu_prime", advice="0 / 0 is NaN. A comparison gives the slope with no division.")
def ratio_of_relu_and_z(z):
    """You divide relu(z) by z, which is 0 / 0 = NaN at exactly 0."""
    with np.errstate(all="ignore"):
        return relu(z) / z


@mistake("relu_prime", advice="An `if` decides once, for one number. Every entry needs a decision of its own.")
def slope_of_one_number(z):
    """Your function works for a single number, not for an array."""
    if np.size(z) > 1:
        raise ValueError("The truth value of an array with more than one element is ambiguous")
    return relu_prime(z)


@mistake("relu_prime", advice="`z[z > 0] = 1` writes into the caller's array. Make a new one.")
def slope_changes_z(z):
    """You work in place, on the caller's array."""
    z[z <= 0] = 0
    z[z > 0] = 1
    return z.copy()


@mistake(
    "relu_prime", advice="A loop over rows and columns needs exactly two dimensions. A comparison takes any shape."
)
def slope_of_matrices_only(z):
    """Your function works for a matrix only, not for any other shape."""
    rows, columns = z.shape
    return relu_prime(z).reshape(rows, columns)


# --- binary_cross_entropy --------------------------------------------------------------------------------------------


def _costs(p, y, epsilon=1e-12):
    """Return the cost of each sample, (n, 1)."""
    p = np.clip(p, epsilon, 1 - epsilon)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


@mistake("binary_cross_entropy", advice="The logarithm of a probability is negative. A cost must be positive.")
def no_minus_sign(p, y):
    """The minus sign is missing, so that the loss is negative."""
    return -binary_cross_entropy(p, y)


@mistake("binary_cross_entropy", advice="Put brackets around the sum of both terms, and the minus sign before them.")
def minus_before_one_term(p, y):
    """The minus sign stands before the first term only, not before the sum of both."""
    return np.mean(np.where(y == 1, 1, -1) * _costs(p, y))


@mistake("binary_cross_entropy", advice="The loss is a mean: it should not grow because there are more samples.")
def sum_over_samples(p, y):
    """You add the costs up instead of taking their mean."""
    return np.sum(_costs(p, y))


@mistake("binary_cross_entropy", advice="Each sample has one cost. Count the samples, not the terms.")
def half_the_mean(p, y):
    """The loss is half as large as it should be: you divide by 2 n, not by n."""
    return binary_cross_entropy(p, y) / 2


@mistake("binary_cross_entropy", advice="One number for all samples is missing: their mean.")
def one_cost_for_each_sample(p, y):
    """You return the cost of each sample, not their mean."""
    return _costs(p, y)


@mistake("binary_cross_entropy", advice="np.mean without an axis gives one plain number.")
def mean_along_an_axis(p, y):
    """You take the mean along axis 0, which leaves an array of shape (1,) instead of a number."""
    return np.mean(_costs(p, y), axis=0)


@mistake(
    "binary_cross_entropy", advice="What does a sample of class 0 cost in your formula? It needs a term of its own."
)
def only_class_one_counts(p, y):
    """Only the samples of class 1 cost something; the term for class 0 is missing."""
    return np.mean(y * _costs(p, y))


@mistake(
    "binary_cross_entropy", advice="What does a sample of class 1 cost in your formula? It needs a term of its own."
)
def only_class_zero_counts(p, y):
    """Only the samples of class 0 cost something; the term for class 1 is missing."""
    return np.mean((1 - y) * _costs(p, y))


@mistake(
    "binary_cross_entropy", advice="For y = 1, which probability did the network give to the true class: p or 1 - p?"
)
def classes_exchanged(p, y):
    """The classes are exchanged: a sample of class 1 is charged for 1 - p."""
    return binary_cross_entropy(1 - p, y)


@mistake("binary_cross_entropy", advice="p is the probability of class 1. What is the probability of class 0?")
def always_log_p(p, y):
    """You take the logarithm of p for both classes, not of 1 - p for class 0."""
    return -np.mean(np.log(np.maximum(p, 1e-12)))


@mistake(
    "binary_cross_entropy", advice="log(0) is minus infinity, and 0 times that is NaN. Keep p away from 0 and from 1."
)
def log_of_zero(p, y):
    """Where p is exactly 0 or 1 you take the logarithm of 0: the loss becomes NaN or infinite."""
    with np.errstate(all="ignore"):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@mistake(
    "binary_cross_entropy", advice="A certain and wrong prediction needs a finite cost. Keep the probability above 0."
)
def log_of_zero_when_wrong(p, y):
    """Where the true class got the probability 0 you take the logarithm of 0: the loss becomes infinite."""
    with np.errstate(all="ignore"):
        return -np.mean(np.log(np.where(y == 1, p, 1 - p)))


@mistake("binary_cross_entropy", advice="Two logarithms, so two of them can meet a 0. Think of p = 1 as well.")
def only_zero_is_protected(p, y):
    """You keep p away from 0 but not from 1, where log(1 - p) is minus infinity."""
    p = np.maximum(p, 1e-12)
    with np.errstate(all="ignore"):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@mistake("binary_cross_entropy", advice="Two logarithms, so two of them can meet a 0. Think of p = 0 as well.")
def only_one_is_protected(p, y):
    """You keep p away from 1 but not from 0, where log(p) is minus infinity."""
    p = np.minimum(p, 1 - 1e-12)
    with np.errstate(all="ignore"):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@mistake("binary_cross_entropy", advice="-log(0.00001) is only 11.5. Take a much smaller number, such as 1e-12.")
def clips_too_early(p, y):
    """You keep p too far from 0 and 1, so that a certain and wrong prediction costs too little."""
    return np.mean(_costs(p, y, 1e-5))


@mistake(
    "binary_cross_entropy",
    advice="A larger number changes the ordinary probabilities too. Take a smaller one, such as 1e-12.",
)
def adds_too_much(p, y):
    """The small number that you add inside the logarithm is too large: it changes every cost."""
    return -np.mean(y * np.log(p + 1e-5) + (1 - y) * np.log(1 - p + 1e-5))


@mistake("binary_cross_entropy", advice="The worst prediction of all must not be free. Keep p away from 0 instead.")
def infinite_becomes_free(p, y):
    """Where the logarithm is infinite you count 0, so that a certain and wrong prediction costs nothing."""
    costs = _costs(p, y)
    return np.mean(np.where(costs > 20, 0, costs))


@mistake("binary_cross_entropy", advice="This course uses the natural logarithm, np.log.")
def binary_logarithm(p, y):
    """You use the logarithm to base 2."""
    return binary_cross_entropy(p, y) / np.log(2)


@mistake("binary_cross_entropy", advice="This course uses the natural logarithm, np.log.")
def decimal_logarithm(p, y):
    """You use the logarithm to base 10."""
    return binary_cross_entropy(p, y) / np.log(10)


@mistake(
    "binary_cross_entropy",
    advice="A cross-entropy needs a logarithm: it charges a confident mistake far more than a square does.",
)
def mean_squared_error(p, y):
    """You return the mean squared error."""
    return np.mean((p - y) ** 2)


@mistake("binary_cross_entropy", advice="A cross-entropy needs the logarithm of the true class's probability.")
def mean_absolute_error(p, y):
    """You return the mean of |p - y|, without a logarithm."""
    return np.mean(np.abs(p - y))


@mistake(
    "binary_cross_entropy", advice="The loss must feel a change from 0.6 to 0.7, which a count of errors does not."
)
def share_of_errors(p, y):
    """You count the wrong decisions; how sure the network was does not matter in it."""
    return np.mean((p > 0.5) != (y == 1))


@mistake(
    "binary_cross_entropy",
    advice="`np.clip(…, out=p)` and `p[p == 0] = …` write into the caller's array. Make a new one.",
)
def clips_in_place(p, y):
    """You change the caller's p where it is 0 or 1."""
    np.clip(p, 1e-9, 1 - 1e-9, out=p)
    return binary_cross_entropy(p, y)


# --- forward_binary --------------------------------------------------------------------------------------------------


def _layers(W, b, X, hidden=relu, output=sigmoid):
    Z_1 = X @ W[0].T + b[0]
    A_1 = hidden(Z_1)
    return Z_1, A_1, output(A_1 @ W[1].T + b[1])


@mistake("forward_binary", advice="Each layer is weights and bias: add b[0] in the first, b[1] in the second.")
def both_biases_left_out(W, b, X):
    """The biases are left out, which nobody notices as long as they are zero."""
    return _layers(W, [0 * bias for bias in b], X)


@mistake("forward_binary", advice="Which bias belongs to the hidden layer?")
def first_bias_left_out(W, b, X):
    """The bias of the hidden layer is left out."""
    return _layers(W, [0 * b[0], b[1]], X)


@mistake("forward_binary", advice="Which bias belongs to the output?")
def second_bias_left_out(W, b, X):
    """The bias of the output is left out."""
    return _layers(W, [b[0], 0 * b[1]], X)


@mistake("forward_binary", advice="A bias shifts z, so that the corner of the ReLU moves. Add it before the ReLU.")
def bias_after_the_relu(W, b, X):
    """The first bias is added after the ReLU, not before."""
    Z_1 = X @ W[0].T
    A_1 = relu(Z_1) + b[0]
    return Z_1, A_1, sigmoid(A_1 @ W[1].T + b[1])


@mistake("forward_binary", advice="X is (n, d) and W_1 is (h, d). What makes the inner sizes meet?")
def w_1_not_transposed(W, b, X):
    """W_1 is not transposed; for square matrices nobody notices."""
    return _layers([W[0].T, W[1]], b, X)


@mistake("forward_binary", advice="A_1 is (n, h) and W_2 is (1, h). What makes the inner sizes meet?")
def w_2_not_transposed(W, b, X):
    """W_2 is not transposed, which works only with a single hidden unit."""
    return _layers([W[0], W[1].T], b, X)


@mistake("forward_binary", advice="`A_1 * W[1]` multiplies only; the products of a row must be added up as well.")
def products_not_added(W, b, X):
    """A_1 and W_2 are multiplied entry by entry, and their products are not added up."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = relu(Z_1)
    return Z_1, A_1, sigmoid(A_1 * W[1] + b[1])


@mistake("forward_binary", advice="The hidden layer of this unit ends with the ReLU.")
def sigmoid_in_the_hidden_layer(W, b, X):
    """The hidden layer uses the sigmoid, as in unit 3, instead of the ReLU."""
    return _layers(W, b, X, hidden=sigmoid)


@mistake("forward_binary", advice="The output reads what comes out of the ReLU.")
def relu_skipped(W, b, X):
    """The output gets Z_1 instead of A_1, so that the network can only draw a straight border."""
    Z_1 = X @ W[0].T + b[0]
    return Z_1, relu(Z_1), sigmoid(Z_1 @ W[1].T + b[1])


@mistake("forward_binary", advice="Where does the ReLU belong, and where its slope?")
def slope_in_the_forward_pass(W, b, X):
    """The hidden layer uses relu_prime, the slope, instead of relu."""
    return _layers(W, b, X, hidden=relu_prime)


@mistake("forward_binary", advice="P holds probabilities. Which function turns the last number into one?")
def no_sigmoid_at_the_output(W, b, X):
    """The sigmoid at the output is missing: P can be negative or above 1."""
    return _layers(W, b, X, output=lambda z: z)


@mistake("forward_binary", advice="The ReLU has no upper end. Which function ends between 0 and 1?")
def relu_at_the_output(W, b, X):
    """The output ends with the ReLU instead of the sigmoid."""
    return _layers(W, b, X, output=relu)


@mistake(
    "forward_binary",
    advice="With one column there is nothing to share among classes. The sigmoid looks at one number alone.",
)
def softmax_of_one_column(W, b, X):
    """Softmax over a single column gives 1 for every sample."""
    return _layers(W, b, X, output=np.ones_like)


@mistake("forward_binary", advice="Each sample has a probability of its own: the sigmoid looks at one number alone.")
def softmax_over_the_samples(W, b, X):
    """The output is a softmax over the samples, so that all samples share a probability of 1."""

    def share(z):
        powers = np.exp(z - z.max())
        return powers / powers.sum()

    return _layers(W, b, X, output=share)


@mistake("forward_binary", advice="One sigmoid is enough: it stands at the very end.")
def sigmoid_twice(W, b, X):
    """The output goes through the sigmoid twice, so that P lies between 0.5 and 0.73."""
    return _layers(W, b, X, output=lambda z: sigmoid(sigmoid(z)))


@mistake("forward_binary", advice="Where z is large, P should be close to 1. Which sign belongs in the exponent?")
def probability_of_class_zero(W, b, X):
    """You return the probability of class 0 instead of class 1."""
    return _layers(W, b, X, output=lambda z: sigmoid(-z))


@mistake("forward_binary", advice="Return the probabilities. To decide between the classes comes later.")
def classes_for_probabilities(W, b, X):
    """P holds 0 and 1, the decisions, instead of the probabilities."""
    return _layers(W, b, X, output=lambda z: (z > 0).astype(float))


@mistake("forward_binary", advice="The task says P (n, 1): a matrix with one column, as y is.")
def p_as_a_row(W, b, X):
    """P comes back with the shape (n,) instead of (n, 1)."""
    Z_1, A_1, P = forward_binary(W, b, X)
    return Z_1, A_1, P.ravel()


@mistake("forward_binary", advice="Return Z_1 first, then A_1, then P.")
def z_and_a_exchanged(W, b, X):
    """Z_1 and A_1 come back in the wrong order."""
    Z_1, A_1, P = forward_binary(W, b, X)
    return A_1, Z_1, P


@mistake(
    "forward_binary",
    advice="`np.maximum(…, out=Z_1)` and `Z_1[Z_1 < 0] = 0` change Z_1 too. A_1 needs an array of its own.",
)
def relu_in_place(W, b, X):
    """The ReLU works in place, so that Z_1 has lost its negative numbers."""
    _, A_1, P = forward_binary(W, b, X)
    return A_1, A_1, P


@mistake("forward_binary", advice="Backpropagation will need Z_1 and A_1 too: return all three.")
def only_p(W, b, X):
    """Only P comes back; Z_1 and A_1 are missing."""
    return forward_binary(W, b, X)[2]


@mistake("forward_binary", advice="Columns are exchanged with rows somewhere. Samples are rows in the result too.")
def samples_in_columns(W, b, X):
    """The results are transposed: samples have become columns."""
    return tuple(array.T for array in forward_binary(W, b, X))


@mistake(
    "forward_binary",
    advice="Scaling the data is not part of the forward pass, and `X -= …` writes into the caller's array.",
)
def x_changed_in_place(W, b, X):
    """You change the caller's X."""
    result = forward_binary(W, b, X)
    X -= X.mean(axis=0) + 1
    return result


# --- back_prop_binary ------------------------------------------------------------------------------------------------


def _gradients(W, X, Z_1, A_1, P, y, error=None, leads_back=None, slope=None):
    """Return the four gradients, with the given pieces in the place of the right ones."""
    dZ_2 = (P - y) / len(X) if error is None else error
    slope = relu_prime(Z_1) if slope is None else slope
    dZ_1 = (dZ_2 @ (W[1] if leads_back is None else leads_back)) * slope
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@mistake(
    "back_prop_binary",
    advice="What leads from the output back to the hidden layer: the weights, or how they will change?",
)
def gradient_in_place_of_weights(W, X, Z_1, A_1, P, y):
    """The error goes back to the hidden layer through dW_2, not through W_2. It may still learn something."""
    dW_2 = ((P - y) / len(X)).T @ A_1
    return _gradients(W, X, Z_1, A_1, P, y, leads_back=dW_2)


@mistake("back_prop_binary", advice="The loss is a mean over n samples. Where does this n appear in the gradient?")
def no_division_by_n(W, X, Z_1, A_1, P, y):
    """The gradients are those of the sum: the division by n is missing."""
    return _gradients(W, X, Z_1, A_1, P, y, error=P - y)


@mistake("back_prop_binary", advice="If dZ_2 is divided by n, everything computed from it is too. Divide once.")
def hidden_layer_divided_twice(W, X, Z_1, A_1, P, y):
    """The gradients of the hidden layer are divided by n twice."""
    (dW_1, dW_2), (db_1, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1 / len(X), dW_2], [db_1 / len(X), db_2]


@mistake(
    "back_prop_binary",
    advice="The biases belong to the same mean as the weights. Divide once, early, and all four have it.",
)
def biases_not_divided(W, X, Z_1, A_1, P, y):
    """The gradients of the biases are not divided by n."""
    grad_W, grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [gradient * len(X) for gradient in grad_b]


@mistake("back_prop_binary", advice="Where P is above y, the loss falls if z falls. Which sign must the error have?")
def y_minus_p(W, X, Z_1, A_1, P, y):
    """The error is y - P instead of P - y: all gradients point downhill instead of uphill."""
    return _gradients(W, X, Z_1, A_1, P, y, error=(y - P) / len(X))


@mistake(
    "back_prop_binary", advice="For sigmoid and cross-entropy together, the slopes cancel. What remains at the output?"
)
def sigmoid_slope_at_the_output(W, X, Z_1, A_1, P, y):
    """The error at the output is multiplied by P (1 - P), which belongs to the squared error."""
    return _gradients(W, X, Z_1, A_1, P, y, error=(P - y) * P * (1 - P) / len(X))


@mistake(
    "back_prop_binary",
    advice="Cross-entropy punishes a confident mistake. The error P - y stays as it is, with no square.",
)
def twice_the_error(W, X, Z_1, A_1, P, y):
    """All gradients are twice as large: the 2 belongs to a squared error."""
    return _gradients(W, X, Z_1, A_1, P, y, error=2 * (P - y) / len(X))


@mistake(
    "back_prop_binary",
    advice="On the way back, each step of the forward pass has its own slope. The ReLU is one of them.",
)
def no_relu_slope(W, X, Z_1, A_1, P, y):
    """The slope of the ReLU is missing on the way back to the hidden layer."""
    return _gradients(W, X, Z_1, A_1, P, y, slope=1)


@mistake("back_prop_binary", advice="The hidden layer ends with another function now, so its slope is another one too.")
def sigmoid_slope_of_a(W, X, Z_1, A_1, P, y):
    """The slope of the hidden layer is A_1 (1 - A_1), which belongs to the sigmoid."""
    return _gradients(W, X, Z_1, A_1, P, y, slope=A_1 * (1 - A_1))


@mistake("back_prop_binary", advice="The hidden layer ends with another function now, so its slope is another one too.")
def sigmoid_slope_of_z(W, X, Z_1, A_1, P, y):
    """The slope of the hidden layer is that of the sigmoid."""
    return _gradients(W, X, Z_1, A_1, P, y, slope=sigmoid(Z_1) * (1 - sigmoid(Z_1)))


@mistake("back_prop_binary", advice="On the way back you need the slope of the ReLU, relu_prime.")
def relu_for_its_slope(W, X, Z_1, A_1, P, y):
    """On the way back you multiply by relu(Z_1) instead of its slope."""
    return _gradients(W, X, Z_1, A_1, P, y, slope=relu(Z_1))


@mistake(
    "back_prop_binary",
    advice="Only the hidden units that were on pass something back. Apply the slope to both of dW_1 and db_1.",
)
def b_1_without_slope(W, X, Z_1, A_1, P, y):
    """db_1 is computed without the slope of the ReLU; dW_1 has it."""
    grad_W, (_, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [((P - y) / len(X) @ W[1]).sum(axis=0), db_2]


@mistake("back_prop_binary", advice="dW_2 needs what the output layer received. Was that before or after the ReLU?")
def z_1_for_a_1(W, X, Z_1, A_1, P, y):
    """dW_2 is computed with Z_1 instead of A_1."""
    return _gradients(W, X, Z_1, Z_1, P, y)


@mistake("back_prop_binary", advice="dW_1 needs what the hidden layer received.")
def a_1_for_x(W, X, Z_1, A_1, P, y):
    """dW_1 is computed with A_1 instead of X, which fits only if h = d."""
    _, (db_1, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    dZ_2 = (P - y) / len(X)
    dZ_1 = (dZ_2 @ W[1]) * relu_prime(Z_1)
    return [dZ_1.T @ A_1, dZ_2.T @ A_1], [db_1, db_2]


@mistake("back_prop_binary", advice="dZ_2 is (n, 1) and W_2 is (1, h). Which product is (n, h)?")
def w_2_transposed_on_the_way_back(W, X, Z_1, A_1, P, y):
    """W_2 is transposed on the way back, which fits only with a single hidden unit."""
    return _gradients(W, X, Z_1, A_1, P, y, leads_back=W[1].T)


@mistake("back_prop_binary", advice="A gradient has the shape of what it belongs to: W_1 is (h, d).")
def dw_1_transposed(W, X, Z_1, A_1, P, y):
    """dW_1 is transposed; for a square W_1 the shape does not show it."""
    (dW_1, dW_2), grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1.T, dW_2], grad_b


@mistake("back_prop_binary", advice="A gradient has the shape of what it belongs to: W_2 is (1, h).")
def dw_2_transposed(W, X, Z_1, A_1, P, y):
    """dW_2 is transposed: it has the shape (h, 1)."""
    (dW_1, dW_2), grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1, dW_2.T], grad_b


@mistake("back_prop_binary", advice="A gradient has the shape of what it belongs to: W_2 is (1, h), a matrix.")
def dw_2_as_a_row(W, X, Z_1, A_1, P, y):
    """dW_2 has the shape (h,) instead of (1, h)."""
    (dW_1, dW_2), grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_1, dW_2.ravel()], grad_b


@mistake("back_prop_binary", advice="b_2 is (1,), so its gradient is too. A sum along axis 0 keeps the columns.")
def db_2_lost_its_shape(W, X, Z_1, A_1, P, y):
    """db_2 is a plain number: it has lost its shape (1,)."""
    grad_W, (db_1, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [db_1, db_2.sum()]


@mistake(
    "back_prop_binary", advice="Each hidden unit has a bias of its own. Sum over the samples only, which is axis 0."
)
def biases_summed_to_one_number(W, X, Z_1, A_1, P, y):
    """db_1 and db_2 are summed over everything, to a single number each."""
    grad_W, grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [gradient.sum() for gradient in grad_b]


@mistake("back_prop_binary", advice="Each hidden unit has a bias of its own: sum over the samples, which is axis 0.")
def biases_summed_over_units(W, X, Z_1, A_1, P, y):
    """The gradients of the biases are summed over axis 1, the units, instead of over the samples."""
    grad_W, _ = back_prop_binary(W, X, Z_1, A_1, P, y)
    dZ_2 = (P - y) / len(X)
    dZ_1 = (dZ_2 @ W[1]) * relu_prime(Z_1)
    return grad_W, [dZ_1.sum(axis=1), dZ_2.sum(axis=1)]


@mistake(
    "back_prop_binary", advice="The 1/n is in the error already. Over the samples you add up, and take no second mean."
)
def biases_averaged(W, X, Z_1, A_1, P, y):
    """The gradients of the biases are divided by n twice: once in the error, once by a mean."""
    grad_W, grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_W, [gradient / len(X) for gradient in grad_b]


@mistake("back_prop_binary", advice="The first in each list belongs to the hidden layer: [dW_1, dW_2], [db_1, db_2].")
def layers_exchanged(W, X, Z_1, A_1, P, y):
    """The gradients of the two layers are in the wrong order in their lists."""
    (dW_1, dW_2), (db_1, db_2) = back_prop_binary(W, X, Z_1, A_1, P, y)
    return [dW_2, dW_1], [db_2, db_1]


@mistake(
    "back_prop_binary",
    advice="Return the list of the weights' gradients first, then the list of the biases' gradients.",
)
def biases_first(W, X, Z_1, A_1, P, y):
    """The two lists come back in the wrong order: biases first."""
    grad_W, grad_b = back_prop_binary(W, X, Z_1, A_1, P, y)
    return grad_b, grad_W


@mistake(
    "back_prop_binary",
    advice="The update is a step of its own. Here only the gradients are wanted, of the weights as they are.",
)
def w_2_updated_first(W, X, Z_1, A_1, P, y):
    """W_2 takes its step before the error goes back through it."""
    dW_2 = ((P - y) / len(X)).T @ A_1
    return _gradients(W, X, Z_1, A_1, P, y, leads_back=W[1] - 0.1 * dW_2)


@mistake("back_prop_binary", advice="`P -= y` writes into the caller's P. Write P - y, which makes a new array.")
def p_changed_in_place(W, X, Z_1, A_1, P, y):
    """You subtract y from the caller's P in place."""
    result = back_prop_binary(W, X, Z_1, A_1, P, y)
    P -= y
    return result
