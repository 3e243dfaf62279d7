"""Known mistakes in 03-forward-pass."""

import numpy as np

from solutions.catalogue import mistake
from solutions.reference import forward_pass, sigmoid, softmax

# --- sigmoid ---------------------------------------------------------------------------------------------------------


@mistake("sigmoid", advice="The result must grow with x. Which sign belongs in the exponent?")
def exp_of_plus_x(x):
    """The sign in the exponent is wrong: the curve falls instead of rising."""
    return sigmoid(-x)


@mistake("sigmoid", advice="exp of a large number is infinite, and inf / inf is NaN. Which sign keeps exp small?")
def exp_overflows(x):
    """exp(x) / (1 + exp(x)) becomes inf / inf = NaN for large x."""
    return np.exp(x) / (1 + np.exp(x))


@mistake("sigmoid", advice="Division comes before addition. Put brackets around the denominator.")
def no_brackets(x):
    """Without brackets you compute 1/1 + exp(-x)."""
    return 1 / 1 + np.exp(-x)


@mistake("sigmoid", advice="The denominator is never smaller than 1. Which sign stands before exp?")
def minus_in_the_denominator(x):
    """The denominator is 1 - exp(-x), which is zero at x = 0."""
    return 1 / (1 - np.exp(-x))


@mistake("sigmoid", advice="np.empty_like(x) and zeros_like(x) take the type of x. Ask for float.")
def keeps_integer_type(x):
    """For whole numbers in x the result is whole too, so that every fraction is cut off."""
    result = np.empty_like(x)
    result[...] = sigmoid(x)
    return result


@mistake("sigmoid", advice="tanh runs from -1 to 1. How must it be shifted and scaled, and what happens to x?")
def plain_tanh(x):
    """This is tanh, which runs from -1 to 1."""
    return np.tanh(x)


@mistake("sigmoid", advice="tanh(x / 2), not tanh(x): compare both at x = 1 with the formula.")
def tanh_without_half(x):
    """(1 + tanh(x)) / 2 is twice as steep as the sigmoid."""
    return (1 + np.tanh(x)) / 2


@mistake("sigmoid", advice="Return the sigmoid itself. Its slope is needed only in unit 05.")
def returns_the_slope(x):
    """You return the derivative of the sigmoid."""
    return sigmoid(x) * (1 - sigmoid(x))


@mistake("sigmoid", advice="Between 0 and 1 the curve is smooth. Only exp gives that.")
def step_function(x):
    """You return only 0 or 1: this is a step, not the sigmoid."""
    return np.where(x > 0, 1.0, 0.0)


@mistake("sigmoid", advice="math.exp takes one number, np.exp a whole array.")
def one_number_only(x):
    """Your function takes a single number, not an array."""
    if np.size(x) > 1:
        raise TypeError("only length-1 arrays can be converted to Python scalars")
    return sigmoid(x)


@mistake("sigmoid", advice="A loop over rows needs exactly two dimensions. np.exp works on any shape.")
def two_dimensions_only(x):
    """Your function works for a matrix only, not for any other shape."""
    rows, columns = x.shape
    return sigmoid(x).reshape(rows, columns)


@mistake("sigmoid", advice="`x *= -1` and `np.exp(x, out=x)` write into the caller's array. Make a new one.")
def changes_its_argument(x):
    """You work in place, on the caller's array."""
    result = sigmoid(x)
    x *= -1
    return result


def _clipped(x, bound):
    return sigmoid(np.clip(x, -bound, bound))


@mistake("sigmoid", advice="np.exp overflows only beyond 700. How far can the bound be?")
def clipped_at_ten(x):
    """You clip x at 10: beyond that the sigmoid is still on its way, but your curve is flat."""
    return _clipped(x, 10)


@mistake("sigmoid", advice="np.exp overflows only beyond 700. How far can the bound be?")
def clipped_at_five(x):
    """You clip x at 5: beyond that the sigmoid is still on its way, but your curve is flat."""
    return _clipped(x, 5)


@mistake("sigmoid", advice="np.exp overflows only beyond 700. How far can the bound be?")
def clipped_at_fifteen(x):
    """You clip x at 15: beyond that the sigmoid is still on its way, but your curve is flat."""
    return _clipped(x, 15)


@mistake("sigmoid", advice="A comparison with an array gives an array. np.where chooses for each entry.")
def if_of_a_whole_array(x):
    """You write `if x >= 0`, but a whole array is neither true nor false; that runs only for a single number."""
    if x.size > 1:
        raise ValueError("The truth value of an array is ambiguous")
    return sigmoid(x)


@mistake("sigmoid", advice="exp(-abs(x)) is safe, but it forgets the sign of x. What is the formula for x < 0?")
def forgets_the_sign(x):
    """You use the absolute value of x on both sides, so that a negative x gives what a positive one gives."""
    return sigmoid(np.abs(x))


@mistake("sigmoid", advice="The sigmoid never leaves the range from 0 to 1. Which function does the task name?")
def relu_instead(x):
    """This is ReLU, max(x, 0), not the sigmoid."""
    return np.maximum(x, 0)


# --- softmax ---------------------------------------------------------------------------------------------------------


@mistake("softmax", advice="A number subtracted from a whole row cancels. Which number makes exp safe?")
def softmax_overflows(x, axis=1):
    """exp of a large score is infinite, and inf / inf is NaN."""
    powers = np.exp(x)
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake("softmax", advice="Each row needs its own maximum: use the axis, and keepdims.")
def global_maximum(x, axis=1):
    """You subtract the maximum of the whole matrix, so that a row far below it becomes 0 / 0 = NaN."""
    powers = np.exp(x - x.max())
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake("softmax", advice="The argument axis says along which axis the probabilities sum to 1, by default axis 1.")
def always_over_samples(x, axis=1):
    """The probabilities sum to 1 over the samples (axis 0), not over the classes."""
    return softmax(x, 0)


@mistake("softmax", advice="Use the argument axis in every maximum and in every sum.")
def ignores_axis(x, axis=1):
    """The argument axis is not used: the rows always sum to 1."""
    return softmax(x, 1)


@mistake("softmax", advice="Sum along the axis, so that each row gets a sum of its own.")
def whole_matrix(x, axis=1):
    """All entries of the matrix together sum to 1, not those of each row."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum()


@mistake(
    "softmax", advice="A sum over axis 1 has the shape (n,). keepdims=True makes it (n, 1), which divides row by row."
)
def sum_without_keepdims(x, axis=1):
    """Without keepdims each column, not each row, is divided by its sum; for a square matrix nobody notices."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis)


@mistake("softmax", advice="A maximum over axis 1 has the shape (n,). keepdims=True makes it (n, 1).")
def maximum_without_keepdims(x, axis=1):
    """Without keepdims you subtract the rows' maxima from the columns; for a square matrix nobody notices."""
    powers = np.exp(x - x.max(axis=axis))
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake("softmax", advice="Both have the shape (n,) for axis 1. keepdims=True makes them (n, 1), one for each row.")
def nothing_keeps_its_dimensions(x, axis=1):
    """Without keepdims neither the maximum nor the sum fits the rows; for a square matrix nobody notices."""
    powers = np.exp(x - x.max(axis=axis))
    return powers / powers.sum(axis=axis)


@mistake("softmax", advice="`x -= …` writes into the caller's array. Write x - … instead.")
def changes_the_scores(x, axis=1):
    """You subtract the maximum in place, which changes the caller's scores."""
    x -= x.max(axis=axis, keepdims=True)
    return softmax(x, axis)


@mistake("softmax", advice="Negative scores must become positive numbers first. Which function does that?")
def no_exponential(x, axis=1):
    """You divide the scores themselves by their sum, without exp."""
    with np.errstate(all="ignore"):
        return x / x.sum(axis=axis, keepdims=True)


@mistake("softmax", advice="The mean can be far below the largest score. What must the largest exponent be at most?")
def subtracts_the_mean(x, axis=1):
    """You subtract the mean of each row, which does not prevent the overflow."""
    powers = np.exp(x - x.mean(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake("softmax", advice="After that step the logarithm must be undone, or never taken.")
def log_softmax(x, axis=1):
    """You return the logarithm of the probabilities."""
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


@mistake("softmax", advice="Divide by the sum along the axis.")
def not_normalised(x, axis=1):
    """The division by the sum is missing: the largest entry of each row is 1."""
    return np.exp(x - x.max(axis=axis, keepdims=True))


@mistake("softmax", advice="Every class competes with all others. The sigmoid looks at one score alone.")
def sigmoid_of_each(x, axis=1):
    """You apply the sigmoid to each score, so that a row need not sum to 1."""
    return sigmoid(x)


@mistake("softmax", advice="The task has a second argument, axis, which is 1 if it is left out.")
def no_axis_argument(x):
    """The argument axis is missing."""
    return softmax(x, 1)


@mistake("softmax", advice="Sum along the axis, so that each row gets a sum of its own.")
def whole_matrix_at_once(x, axis=1):
    """All entries of the matrix together sum to 1: maximum and sum both go over the whole matrix."""
    powers = np.exp(x - x.max())
    return powers / powers.sum()


@mistake("softmax", advice="A sum over axis 1 has the shape (n,). keepdims=True keeps it (n, 1), which fits the rows.")
def plain_sum_without_keepdims(x, axis=1):
    """Without keepdims the sum (n,) meets the columns, not the rows; besides, exp of a large score overflows."""
    powers = np.exp(x)
    return powers / powers.sum(axis=axis)


@mistake("softmax", advice="keepdims=True keeps the sum in the right place for every axis; [:, np.newaxis] does not.")
def new_axis_fits_rows_only(x, axis=1):
    """[:, np.newaxis] makes a column of each maximum and sum: that fits axis 1 only."""
    powers = np.exp(x - x.max(axis=axis)[:, np.newaxis])
    return powers / powers.sum(axis=axis)[:, np.newaxis]


@mistake("softmax", advice="Use the argument axis in the maximum too.")
def maximum_ignores_axis(x, axis=1):
    """The maximum always goes along axis 1, whatever the argument axis says."""
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@mistake("softmax", advice="Use the argument axis in the sum too.")
def sum_ignores_axis(x, axis=1):
    """The sum always goes along axis 1, whatever the argument axis says."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@mistake("softmax", advice="Two steps are missing: no power may overflow, and each row must sum to 1.")
def exponential_alone(x, axis=1):
    """You return exp of the scores: the division by the sum is missing."""
    return np.exp(x)


@mistake("softmax", advice="A large score should get a large probability. Which sign belongs in the exponent?")
def sign_in_the_exponent(x, axis=1):
    """The sign in the exponent is wrong: the largest score gets the smallest probability."""
    return softmax(-x, axis)


@mistake(
    "softmax", advice="Clipping makes different scores equal. What can be subtracted from a row without changing it?"
)
def clips_the_scores(x, axis=1):
    """You clip the scores, so that all scores beyond the bound become equal."""
    return softmax(np.clip(x, -500, 500), axis)


@mistake("softmax", advice="The probabilities of a row sum to 1. By what do you divide: the sum or the mean?")
def divides_by_the_mean(x, axis=1):
    """You divide by the mean instead of the sum."""
    return softmax(x, axis) * x.shape[axis]


# --- forward_pass ----------------------------------------------------------------------------------------------------


@mistake("forward_pass", advice="Each layer is weights and bias: add b[0] in the first, b[1] in the second.")
def no_biases(W, b, X):
    """The biases are left out, which nobody notices as long as they are zero."""
    Z_1 = X @ W[0].T
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T)


@mistake("forward_pass", advice="Which bias belongs to the second layer?")
def no_second_bias(W, b, X):
    """The bias of the second layer is left out."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T)


@mistake("forward_pass", advice="X is (n, d) and W_1 is (h, d). What makes the inner sizes meet?")
def first_not_transposed(W, b, X):
    """W_1 is not transposed; for square matrices nobody notices."""
    Z_1 = X @ W[0] + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="A_1 is (n, h) and W_2 is (k, h). What makes the inner sizes meet?")
def second_not_transposed(W, b, X):
    """W_2 is not transposed; for square matrices nobody notices."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1] + b[1])


@mistake("forward_pass", advice="The second layer reads what comes out of the sigmoid.")
def feeds_z_on(W, b, X):
    """The second layer gets Z_1 instead of A_1."""
    Z_1 = X @ W[0].T + b[0]
    return Z_1, sigmoid(Z_1), softmax(Z_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="At the output the classes share one whole: which of your functions does that?")
def sigmoid_at_the_output(W, b, X):
    """The output layer ends with the sigmoid instead of softmax, so that the rows do not sum to 1."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, sigmoid(A_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="Y_hat holds probabilities. Which step makes them from the scores Z_2?")
def no_softmax(W, b, X):
    """You return the scores Z_2 instead of the probabilities."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, A_1 @ W[1].T + b[1]


@mistake("forward_pass", advice="softmax belongs to the output only. What does the hidden layer end with?")
def softmax_in_the_hidden_layer(W, b, X):
    """The hidden layer uses softmax instead of the sigmoid."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = softmax(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="The probabilities of one sample sum to 1: softmax goes along axis 1.")
def softmax_over_samples(W, b, X):
    """softmax runs over the samples (axis 0) instead of the classes."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1], 0)


@mistake("forward_pass", advice="The second layer has weights of its own, W[1].")
def first_weights_twice(W, b, X):
    """The first layer's weights are used in both layers; that works only if d = h = k."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[0].T + b[1])


@mistake("forward_pass", advice="Return Z_1 first, then A_1, then Y_hat.")
def wrong_order(W, b, X):
    """Z_1 and A_1 come back in the wrong order."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return A_1, Z_1, Y_hat


@mistake("forward_pass", advice="Backpropagation will need Z_1 and A_1 too: return all three.")
def only_the_output(W, b, X):
    """Only Y_hat comes back; Z_1 and A_1 are missing."""
    return forward_pass(W, b, X)[2]


@mistake("forward_pass", advice="Columns are swapped with rows somewhere. Samples are rows in the result too.")
def samples_as_columns(W, b, X):
    """The results are transposed: samples have become columns."""
    return tuple(array.T for array in forward_pass(W, b, X))


@mistake("forward_pass", advice="`Z += …` on an array that is X itself writes into X. Make new arrays.")
def changes_x_in_place(W, b, X):
    """You change the caller's X."""
    result = forward_pass(W, b, X)
    X -= X.mean(axis=0)
    return result


@mistake("forward_pass", advice="softmax wants the scores as they are. What stands between them and it?")
def sigmoid_before_softmax(W, b, X):
    """The scores go through the sigmoid before they go through softmax."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(sigmoid(A_1 @ W[1].T + b[1]))


@mistake("forward_pass", advice="Rows are samples: A_1 stands first, (n, h), and W_2 must bring (h, k).")
def second_layer_turned(W, b, X):
    """In the second layer you compute W_2 @ A_1.T: then the samples are columns, and the bias does not fit."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(W[1] @ A_1.T + b[1])


@mistake("forward_pass", advice="Rows are samples: A_1 stands first, (n, h), and W_2 must bring (h, k).")
def second_layer_in_columns(W, b, X):
    """In the second layer you compute W_2 @ A_1.T: the samples are columns there, and softmax goes over them."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(W[1] @ A_1.T + b[1][:, np.newaxis])


@mistake("forward_pass", advice="Rows are samples here: X stands first, (n, d), and W_1 must bring (d, h).")
def both_layers_in_columns(W, b, X):
    """You compute with samples as columns, W @ X.T, so that everything is turned and softmax goes over the samples."""
    Z_1 = W[0] @ X.T + b[0][:, np.newaxis]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(W[1] @ A_1 + b[1][:, np.newaxis])


@mistake("forward_pass", advice="X is (n, d), W_1 is (h, d), W_2 is (k, h). What makes the inner sizes meet?")
def neither_transposed(W, b, X):
    """Neither W_1 nor W_2 is transposed; for square matrices nobody notices."""
    Z_1 = X @ W[0] + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1] + b[1])


@mistake("forward_pass", advice="Each layer is weights and bias. Which bias belongs to the hidden layer?")
def no_first_bias(W, b, X):
    """The bias of the first layer is left out."""
    Z_1 = X @ W[0].T
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="The second layer has a bias of its own, b[1].")
def first_bias_twice(W, b, X):
    """The first layer's bias is added in both layers; that works only if h = k."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = sigmoid(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[0])


@mistake("forward_pass", advice="Between Z_1 and A_1 stands a function that bends. Which one?")
def no_sigmoid(W, b, X):
    """The hidden layer has no sigmoid: A_1 is the same as Z_1."""
    Z_1 = X @ W[0].T + b[0]
    return Z_1, Z_1.copy(), softmax(Z_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="This course's hidden layer uses the sigmoid until unit 10.")
def relu_in_the_hidden_layer(W, b, X):
    """The hidden layer uses ReLU instead of the sigmoid."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = np.maximum(Z_1, 0)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="This course's hidden layer uses the sigmoid until unit 10.")
def tanh_in_the_hidden_layer(W, b, X):
    """The hidden layer uses tanh instead of the sigmoid."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = np.tanh(Z_1)
    return Z_1, A_1, softmax(A_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="Which of the two makes probabilities that sum to 1? It belongs to the output.")
def functions_swapped(W, b, X):
    """Sigmoid and softmax are swapped: softmax in the hidden layer, the sigmoid at the output."""
    Z_1 = X @ W[0].T + b[0]
    A_1 = softmax(Z_1)
    return Z_1, A_1, sigmoid(A_1 @ W[1].T + b[1])


@mistake("forward_pass", advice="Return Z_1, A_1 and Y_hat. The scores of the output layer stay inside.")
def scores_for_a_1(W, b, X):
    """You return the scores Z_2 in the place of A_1."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return Z_1, A_1 @ W[1].T + b[1], Y_hat


@mistake("forward_pass", advice="Return Z_1, A_1 and Y_hat. The scores of the output layer stay inside.")
def four_things(W, b, X):
    """You return four things: the scores Z_2 are among them."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return Z_1, A_1, A_1 @ W[1].T + b[1], Y_hat


@mistake("forward_pass", advice="Y_hat holds the probabilities. The most likely class is the next exercise.")
def classes_for_probabilities(W, b, X):
    """You return the most likely classes in the place of the probabilities."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return Z_1, A_1, np.argmax(Y_hat, axis=1)


# --- predict ---------------------------------------------------------------------------------------------------------


@mistake("predict", advice="The classes lie along axis 1: one answer for each row.")
def predict_over_samples(W, b, X):
    """You look for the most likely sample of each class instead of the most likely class of each sample."""
    return np.argmax(forward_pass(W, b, X)[2], axis=0)


@mistake("predict", advice="Name the axis, so that each row gets an answer of its own.")
def predict_without_axis(W, b, X):
    """argmax without an axis gives one number for the whole matrix."""
    return np.argmax(forward_pass(W, b, X)[2])


@mistake("predict", advice="You want the position of the largest probability, not its value.")
def largest_probability(W, b, X):
    """You return the largest probability of each row, not its class."""
    return np.max(forward_pass(W, b, X)[2], axis=1)


@mistake("predict", advice="One step is missing: from the probabilities of a row to one class.")
def returns_probabilities(W, b, X):
    """You return the probabilities, not the classes."""
    return forward_pass(W, b, X)[2]


@mistake("predict", advice="forward_pass returns three things. Which of them holds the probabilities?")
def largest_hidden_unit(W, b, X):
    """You look for the largest hidden unit (Z_1 or A_1) instead of the largest probability (Y_hat)."""
    return np.argmax(forward_pass(W, b, X)[1], axis=1)


@mistake("predict", advice="Which class is the network most sure of: the largest or the smallest probability?")
def least_likely(W, b, X):
    """You name the least likely class of each sample."""
    return np.argmin(forward_pass(W, b, X)[2], axis=1)


@mistake("predict", advice="A label is the number of a class, a whole number. A row of 0 and 1 is its one-hot form.")
def one_hot_prediction(W, b, X):
    """You return one-hot rows instead of labels."""
    Y_hat = forward_pass(W, b, X)[2]
    return np.eye(Y_hat.shape[1], dtype=int)[np.argmax(Y_hat, axis=1)]


@mistake("predict", advice="The first column belongs to class 0.")
def predicts_from_one(W, b, X):
    """Every class is one too large, as if they were counted from 1."""
    return np.argmax(forward_pass(W, b, X)[2], axis=1) + 1


@mistake("predict", advice="(n, 1) is a matrix. Labels are a plain vector, (n,).")
def column_of_predictions(W, b, X):
    """The labels come back as a matrix with a single column."""
    return np.argmax(forward_pass(W, b, X)[2], axis=1, keepdims=True)


@mistake("predict", advice="A class is a whole number, so that it can be used as an index.")
def float_predictions(W, b, X):
    """The labels are right, but they come back as floats."""
    return np.argmax(forward_pass(W, b, X)[2], axis=1).astype(float)


@mistake(
    "predict",
    advice="A probability above 1/2 need not exist when there are many classes. Compare the classes with each other.",
)
def threshold_one_half(W, b, X):
    """You ask whether a probability is above one half instead of which one is the largest."""
    return np.argmax(forward_pass(W, b, X)[2] > 0.5, axis=1)


@mistake("predict", advice="forward_pass returns three things. Take the probabilities out before you use argmax.")
def argmax_of_the_tuple(W, b, X):
    """You use argmax on all three things that forward_pass returns, not on the probabilities."""
    return np.argmax(forward_pass(W, b, X), axis=1)


@mistake("predict", advice="forward_pass returns three things. Take the probabilities out, and name the axis.")
def argmax_of_everything(W, b, X):
    """You use argmax without an axis on all three things that forward_pass returns."""
    return np.argmax(forward_pass(W, b, X))


@mistake("predict", advice="forward_pass returns three things. Take the probabilities, and name a class for each row.")
def returns_the_tuple(W, b, X):
    """You return all three things that forward_pass returns, not the classes."""
    return forward_pass(W, b, X)


@mistake(
    "predict", advice="A rounded row is full of 0 if no probability is above one half. Which function gives a position?"
)
def rounds_the_probabilities(W, b, X):
    """You round the probabilities instead of looking for the largest of each row."""
    return np.round(forward_pass(W, b, X)[2])
