"""Known mistakes in 05-backpropagation."""

import numpy as np

from solutions.catalogue import mistake
from solutions.reference import back_prop, numeric_gradient, output_gradients, sigmoid

# --- numeric_gradient ------------------------------------------------------------------------------------------------


def _moved(theta, index, step):
    result = theta.copy()
    result[index] += step
    return result


def _entry_by_entry(theta, slope):
    """Fill an array of theta's shape with ``slope(index)``."""
    result = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        result[index] = slope(index)
    return result


@mistake("numeric_gradient", advice="Compare a step up with a step down, not with where you stand.")
def forward_difference(f, theta, eps=1e-5):
    """You step to one side only. This forward difference is much less exact than a step to both sides."""
    return _entry_by_entry(theta, lambda i: (f(_moved(theta, i, eps)) - f(theta)) / eps)


@mistake("numeric_gradient", advice="Compare a step up with a step down, not with where you stand.")
def backward_difference(f, theta, eps=1e-5):
    """You step down only. This backward difference is much less exact than a step to both sides."""
    return _entry_by_entry(theta, lambda i: (f(theta) - f(_moved(theta, i, -eps))) / eps)


@mistake("numeric_gradient", advice="How far is it from theta - eps to theta + eps?")
def divides_by_one_step(f, theta, eps=1e-5):
    """You step eps up and eps down, but divide by eps alone: the slope is twice too large."""
    return 2 * numeric_gradient(f, theta, eps)


@mistake("numeric_gradient", advice="How far is it from theta - eps / 2 to theta + eps / 2?")
def divides_by_twice_the_way(f, theta, eps=1e-5):
    """You divide by twice the way that you went: the slope is half of what it should be."""
    return numeric_gradient(f, theta, eps / 2) / 2


@mistake("numeric_gradient", advice="A slope is a difference divided by a distance. By what do you divide?")
def not_divided(f, theta, eps=1e-5):
    """You return the difference of two values of f, without dividing it by the distance."""
    return 2 * eps * numeric_gradient(f, theta, eps)


@mistake("numeric_gradient", advice="2 * eps in a denominator needs brackets: (2 * eps).")
def multiplies_by_eps(f, theta, eps=1e-5):
    """Without brackets `/ 2 * eps` divides by 2 and then multiplies by eps."""
    return numeric_gradient(f, theta, eps) * eps * eps


@mistake(
    "numeric_gradient", advice="A function that grows has a positive slope. Which value do you subtract from which?"
)
def down_minus_up(f, theta, eps=1e-5):
    """You subtract the upper value from the lower one, so that the sign is wrong."""
    return -numeric_gradient(f, theta, eps)


@mistake(
    "numeric_gradient",
    advice="Each entry gets a slope of its own: move one entry, and leave all others where they are.",
)
def all_entries_at_once(f, theta, eps=1e-5):
    """You move all entries of theta together, so that every entry gets the same number."""
    return np.full(theta.shape, (f(theta + eps) - f(theta - eps)) / (2 * eps))


@mistake(
    "numeric_gradient", advice="theta may have any number of axes. np.ndindex(theta.shape) visits every single entry."
)
def rows_at_once(f, theta, eps=1e-5):
    """You go through the rows of theta, and move all entries of a row together."""
    if theta.ndim == 0:
        raise TypeError("len() of unsized object")
    return _entry_by_entry(theta, lambda i: (f(_moved(theta, i[0], eps)) - f(_moved(theta, i[0], -eps))) / (2 * eps))


@mistake("numeric_gradient", advice="The gradient has the shape of theta.")
def flat_gradient(f, theta, eps=1e-5):
    """The gradient comes back as one long vector instead of in theta's shape."""
    return numeric_gradient(f, theta, eps).ravel()


@mistake("numeric_gradient", advice="f wants an array of theta's shape. Do you give it one?")
def f_of_a_flat_array(f, theta, eps=1e-5):
    """You call f with a flat vector instead of an array of theta's shape."""
    return numeric_gradient(f, theta.ravel(), eps).reshape(theta.shape)


@mistake("numeric_gradient", advice="f needs the whole array, in which only one entry has moved.")
def f_of_one_entry(f, theta, eps=1e-5):
    """You call f with one entry of theta instead of the whole array."""
    return _entry_by_entry(theta, lambda i: numeric_gradient(f, np.array([theta[i]]), eps)[0])


@mistake("numeric_gradient", advice="`up = theta` makes a second name, not a second array. Which method makes a copy?")
def the_same_place_twice(f, theta, eps=1e-5):
    """The step up and the step down end at the same place, perhaps in the same array, so that every slope is 0."""
    return np.zeros(theta.shape)


@mistake("numeric_gradient", advice="Put each entry back before you move the next one, or work on copies.")
def leaves_the_steps(f, theta, eps=1e-5):
    """You move the entries of theta itself and do not put them back, so that the caller's theta changes."""
    gradient = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        theta[index] += eps
        upper = f(theta)
        theta[index] -= 2 * eps
        gradient[index] = (upper - f(theta)) / (2 * eps)
    return gradient


@mistake("numeric_gradient", advice="Put each entry back to where it was: two steps down need two steps up again.")
def shifts_theta(f, theta, eps=1e-5):
    """The slopes are right, but afterwards every entry of theta is off by eps."""
    gradient = numeric_gradient(f, theta, eps)
    theta -= eps
    return gradient


@mistake("numeric_gradient", advice="Use the argument eps wherever a step is made or divided by.")
def step_of_its_own(f, theta, eps=1e-5):
    """You use a step of your own instead of the argument eps."""
    return numeric_gradient(f, theta)


@mistake("numeric_gradient", advice="After one step up, how far down must you go to stand as far on the other side?")
def one_sided_over_two_steps(f, theta, eps=1e-5):
    """Your second value is at theta itself, not at theta - eps, but you divide by 2 eps: the slope is half of it."""
    return _entry_by_entry(theta, lambda i: (f(_moved(theta, i, eps)) - f(theta)) / (2 * eps))


@mistake("numeric_gradient", advice="The difference belongs to the distance between both places, which is 2 * eps.")
def divides_by_two_only(f, theta, eps=1e-5):
    """You divide by 2, not by 2 * eps: the result is far too small."""
    return eps * numeric_gradient(f, theta, eps)


@mistake("numeric_gradient", advice="Division comes before subtraction. Put brackets around the difference.")
def no_brackets_around_the_difference(f, theta, eps=1e-5):
    """Without brackets only the second value is divided by the distance."""
    return _entry_by_entry(theta, lambda i: f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps)) / (2 * eps))


@mistake(
    "numeric_gradient", advice="theta may have any number of axes. np.ndindex(theta.shape) visits every single entry."
)
def two_axes_only(f, theta, eps=1e-5):
    """Two loops over rows and columns work for a matrix only, not for any other shape."""
    result = np.zeros(theta.shape)
    for row in range(theta.shape[0]):
        for column in range(theta.shape[1]):
            i = row, column
            result[i] = (f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps)
    return result


@mistake(
    "numeric_gradient", advice="theta may have any number of axes. np.ndindex(theta.shape) visits every single entry."
)
def one_axis_only(f, theta, eps=1e-5):
    """A loop over range(theta.size) with one index works for a vector only."""
    result = np.zeros(theta.shape)
    for i in range(theta.size):
        result[i] = (f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps)
    return result


@mistake("numeric_gradient", advice="Each entry gets a slope of its own: a loop, and an array of theta's shape.")
def one_slope_for_all(f, theta, eps=1e-5):
    """You move all entries of theta together and return a single number."""
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


@mistake("numeric_gradient", advice="Look at how far the return line is indented.")
def returns_in_the_loop(f, theta, eps=1e-5):
    """The return stands inside the loop, so that only the first entry gets its slope."""
    right = numeric_gradient(f, theta, eps)
    return np.where(np.arange(theta.size).reshape(theta.shape) == 0, right, 0)


# --- output_gradients ------------------------------------------------------------------------------------------------


@mistake("output_gradients", advice="The loss is a mean over n samples. What does that make of each sample's share?")
def no_mean(A_1, Y_hat, Y):
    """The factor 1/n is missing: these are the gradients of the sum over the samples, not of the mean."""
    n = len(Y)
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return n * dW_2, n * db_2


@mistake("output_gradients", advice="When a probability is too high, the gradient of its score must be positive.")
def truth_minus_prediction(A_1, Y_hat, Y):
    """You take Y - Y_hat instead of Y_hat - Y, so that every sign is wrong."""
    return output_gradients(A_1, Y, Y_hat)


@mistake("output_gradients", advice="Over what does the loss take its mean: over samples, or over all entries of Y?")
def mean_over_all_entries(A_1, Y_hat, Y):
    """You divide by all entries of Y, n times k, instead of by the n samples."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2 / Y.shape[1], db_2 / Y.shape[1]


@mistake("output_gradients", advice="Samples are rows. Which number in Y.shape counts them?")
def divides_by_classes(A_1, Y_hat, Y):
    """You divide by the number of classes k instead of by the number of samples n."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2 * len(Y) / Y.shape[1], db_2 * len(Y) / Y.shape[1]


@mistake("output_gradients", advice="The mean is over samples for both gradients: db_2 needs the 1/n too.")
def bias_without_mean(A_1, Y_hat, Y):
    """The factor 1/n is missing in db_2."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2, len(Y) * db_2


@mistake("output_gradients", advice="The mean is over samples for both gradients: dW_2 needs the 1/n too.")
def weights_without_mean(A_1, Y_hat, Y):
    """The factor 1/n is missing in dW_2."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return len(Y) * dW_2, db_2


@mistake("output_gradients", advice="If 1/n is in dZ_2 already, what is left to do over the samples: a mean or a sum?")
def bias_mean_twice(A_1, Y_hat, Y):
    """In db_2 you divide by n twice: once in dZ_2 and once more, perhaps by np.mean."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2, db_2 / len(Y)


@mistake("output_gradients", advice="1/n belongs in once. Is it in dZ_2 already?")
def mean_twice(A_1, Y_hat, Y):
    """You divide by n twice: once in dZ_2, and once more afterwards."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2 / len(Y), db_2 / len(Y)


@mistake("output_gradients", advice="dW_2 has the shape of W_2, (k, h). Which factor of the product comes first?")
def weights_transposed(A_1, Y_hat, Y):
    """dW_2 is transposed: its rows should be classes, its columns hidden units."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2.T, db_2


@mistake(
    "output_gradients", advice="The n samples must vanish in the product: (k, n) times (n, h). What must be transposed?"
)
def nothing_transposed(A_1, Y_hat, Y):
    """You multiply dZ_2 by A_1 without transposing dZ_2; that runs only if n = k."""
    _, db_2 = output_gradients(A_1, Y_hat, Y)
    return (Y_hat - Y) / len(Y) @ A_1, db_2


@mistake("output_gradients", advice="db_2 has one entry for each class. Sum over the samples, which lie along axis 0.")
def bias_over_classes(A_1, Y_hat, Y):
    """In db_2 you sum over the classes instead of over the samples."""
    dW_2, _ = output_gradients(A_1, Y_hat, Y)
    return dW_2, np.sum((Y_hat - Y) / len(Y), axis=1)


@mistake("output_gradients", advice="Each class has a bias of its own. Name the axis of the sum.")
def bias_as_one_number(A_1, Y_hat, Y):
    """You sum db_2 over everything, so that a single number is left."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2, np.sum(db_2)


@mistake("output_gradients", advice="The bias is added to every sample's scores. So what happens to their gradients?")
def bias_not_summed(A_1, Y_hat, Y):
    """db_2 is not summed over the samples: it still has a row for each of them."""
    dW_2, _ = output_gradients(A_1, Y_hat, Y)
    return dW_2, (Y_hat - Y) / len(Y)


@mistake("output_gradients", advice="A bias is a plain vector, (k,), and so is its gradient.")
def bias_as_a_column(A_1, Y_hat, Y):
    """db_2 comes back as a column, (k, 1)."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2, db_2[:, np.newaxis]


@mistake("output_gradients", advice="Return the gradient of the weights first, then that of the biases.")
def bias_first(A_1, Y_hat, Y):
    """The two gradients come back in the wrong order."""
    return output_gradients(A_1, Y_hat, Y)[::-1]


@mistake(
    "output_gradients", advice="Softmax and cross-entropy together give Y_hat - Y. Nothing is left to multiply by."
)
def squared_error_habit(A_1, Y_hat, Y):
    """You multiply by Y_hat * (1 - Y_hat) as well; that belongs to a squared error after a sigmoid."""
    dZ_2 = (Y_hat - Y) * Y_hat * (1 - Y_hat) / len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@mistake(
    "output_gradients", advice="-Y / Y_hat is how the loss depends on Y_hat. How does Y_hat depend on the scores Z_2?"
)
def without_softmax(A_1, Y_hat, Y):
    """You take -Y / Y_hat, the gradient for the probabilities, as if it were the one for the scores."""
    dZ_2 = -Y / Y_hat / len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@mistake("output_gradients", advice="-Y / Y_hat times the slope of softmax: each probability depends on every score.")
def softmax_diagonal_only(A_1, Y_hat, Y):
    """Of softmax you use only how a probability depends on its own score, not how it depends on the others."""
    dZ_2 = -Y * (1 - Y_hat) / len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@mistake("output_gradients", advice="A perfect prediction needs no change. What is left then, if you use Y_hat alone?")
def forgets_the_truth(A_1, Y_hat, Y):
    """You use Y_hat alone: the true labels Y are missing."""
    return output_gradients(A_1, Y_hat, np.zeros(Y.shape))


@mistake("output_gradients", advice="Cross-entropy has no square, so nothing brings a 2.")
def factor_two(A_1, Y_hat, Y):
    """A factor 2 is too much; it belongs to the squared error."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return 2 * dW_2, 2 * db_2


@mistake("output_gradients", advice="`Y_hat -= Y` and `Y_hat[…] -= 1` write into the caller's array. Make a new one.")
def changes_the_probabilities(A_1, Y_hat, Y):
    """You subtract in place, which changes the caller's Y_hat."""
    result = output_gradients(A_1, Y_hat, Y)
    Y_hat -= Y
    return result


@mistake("output_gradients", advice="The slope of the sigmoid belongs to the hidden layer, which back_prop adds later.")
def slope_of_the_hidden_layer(A_1, Y_hat, Y):
    """In dW_2 you use A_1 * (1 - A_1), the slope of the sigmoid, instead of A_1 itself."""
    return output_gradients(A_1 * (1 - A_1), Y_hat, Y)


@mistake("output_gradients", advice="Samples are rows. Which number in A_1.shape counts them?")
def divides_by_hidden_units(A_1, Y_hat, Y):
    """You divide by the number of hidden units h instead of by the number of samples n."""
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return dW_2 * len(Y) / A_1.shape[1], db_2 * len(Y) / A_1.shape[1]


# --- back_prop -------------------------------------------------------------------------------------------------------


def _back(W, X, Z_1, A_1, Y_hat, Y, *, dZ_2=None, W_2=None, slope=None, A=None, inputs=None):
    """Backpropagation in which a step can be replaced."""
    dZ_2 = (Y_hat - Y) / len(Y) if dZ_2 is None else dZ_2
    dZ_1 = dZ_2 @ (W[1] if W_2 is None else W_2) * (A_1 * (1 - A_1) if slope is None else slope)
    dW_2 = dZ_2.T @ (A_1 if A is None else A)
    dW_1 = dZ_1.T @ (X if inputs is None else inputs)
    return [dW_1, dW_2], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@mistake("back_prop", advice="The loss is a mean over n samples. Put 1/n in once, at the start of the way back.")
def no_mean_anywhere(W, X, Z_1, A_1, Y_hat, Y):
    """The factor 1/n is missing everywhere: these are the gradients of the sum over the samples, not of the mean."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=Y_hat - Y)


@mistake("back_prop", advice="1/n is in dZ_2, and travels with it into the hidden layer. Put it in once.")
def mean_twice_in_the_hidden_layer(W, X, Z_1, A_1, Y_hat, Y):
    """In the hidden layer you divide by n a second time."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1 / len(Y), dW_2], [db_1 / len(Y), db_2]


@mistake("back_prop", advice="The hidden layer's gradients belong to the mean loss too. Does the 1/n reach them?")
def no_mean_in_the_hidden_layer(W, X, Z_1, A_1, Y_hat, Y):
    """In the hidden layer the factor 1/n is missing."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [len(Y) * dW_1, dW_2], [len(Y) * db_1, db_2]


@mistake("back_prop", advice="Both layers start from Y_hat - Y, and the slope of the sigmoid is positive: a * (1 - a).")
def wrong_sign_in_the_hidden_layer(W, X, Z_1, A_1, Y_hat, Y):
    """In the hidden layer every sign is wrong."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [-dW_1, dW_2], [-db_1, db_2]


@mistake("back_prop", advice="The mean is over samples for the biases too. Does the 1/n reach db_1?")
def first_bias_without_mean(W, X, Z_1, A_1, Y_hat, Y):
    """In db_1 the factor 1/n is missing."""
    dW, (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [len(Y) * db_1, db_2]


@mistake("back_prop", advice="If 1/n is in dZ_1 already, what is left to do over the samples: a mean or a sum?")
def first_bias_mean_twice(W, X, Z_1, A_1, Y_hat, Y):
    """In db_1 you divide by n twice, perhaps because of np.mean."""
    dW, (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [db_1 / len(Y), db_2]


@mistake("back_prop", advice="When a probability is too high, the gradient of its score must be positive.")
def wrong_sign(W, X, Z_1, A_1, Y_hat, Y):
    """You start from Y - Y_hat instead of Y_hat - Y, so that every sign is wrong."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y - Y_hat) / len(Y))


@mistake("back_prop", advice="Between dA_1 and dZ_1 lies the sigmoid. By what does it multiply a small change?")
def no_sigmoid_slope(W, X, Z_1, A_1, Y_hat, Y):
    """The derivative of the sigmoid is missing: you use dA_1 where dZ_1 belongs."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=1)


@mistake("back_prop", advice="The slope of the sigmoid is a * (1 - a). Is a the value before or after the sigmoid?")
def slope_of_z_as_if_it_were_a(W, X, Z_1, A_1, Y_hat, Y):
    """You use Z_1 * (1 - Z_1) as the derivative of the sigmoid; the formula wants what comes out of the sigmoid."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=Z_1 * (1 - Z_1))


@mistake("back_prop", advice="A_1 has been through the sigmoid already. Where is the slope taken: at Z_1 or at A_1?")
def sigmoid_applied_twice(W, X, Z_1, A_1, Y_hat, Y):
    """You take the derivative of the sigmoid at A_1 instead of at Z_1, so that the sigmoid is applied twice."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=sigmoid(A_1) * (1 - sigmoid(A_1)))


@mistake("back_prop", advice="Which function does the hidden layer use? Its slope belongs here.")
def slope_of_tanh(W, X, Z_1, A_1, Y_hat, Y):
    """You use 1 - A_1 ** 2, the derivative of tanh; the hidden layer has a sigmoid."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=1 - A_1**2)


@mistake("back_prop", advice="W_2 multiplies what comes out of the sigmoid. So what stands in dW_2?")
def z_for_a(W, X, Z_1, A_1, Y_hat, Y):
    """In dW_2 you use Z_1 instead of A_1."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, A=Z_1)


@mistake(
    "back_prop", advice="dZ_2 is (n, k), W_2 is (k, h), dA_1 is (n, h). Must anything be transposed on the way back?"
)
def way_back_transposed(W, X, Z_1, A_1, Y_hat, Y):
    """On the way back W_2 is turned the wrong way; if h = k, nobody notices."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, W_2=W[1].T)


@mistake("back_prop", advice="The scores depend on A_1 through the weights W_2. Where do you use W_2 itself?")
def gradient_in_place_of_the_weights(W, X, Z_1, A_1, Y_hat, Y):
    """On the way back you multiply by the gradient dW_2 instead of by the weights W_2."""
    dW_2 = ((Y_hat - Y) / len(Y)).T @ A_1
    return _back(W, X, Z_1, A_1, Y_hat, Y, W_2=dW_2)


@mistake("back_prop", advice="From the scores back to the hidden layer: through which weights did the numbers come?")
def way_back_through_the_first_weights(W, X, Z_1, A_1, Y_hat, Y):
    """On the way back you use W_1 instead of W_2; that runs only if the shapes fit by chance."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, W_2=W[0])


@mistake("back_prop", advice="W_1 multiplies the inputs of the network. So what stands in dW_1?")
def a_for_x(W, X, Z_1, A_1, Y_hat, Y):
    """In dW_1 you use A_1 instead of X; if h = d, nobody notices."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, inputs=A_1)


@mistake(
    "back_prop", advice="back_prop only measures slopes: compute all four gradients from the weights as they were."
)
def updates_first(W, X, Z_1, A_1, Y_hat, Y):
    """You change W_2 before the hidden layer's gradients are computed from it."""
    dW_2 = ((Y_hat - Y) / len(Y)).T @ A_1
    W[1] -= 0.1 * dW_2
    return _back(W, X, Z_1, A_1, Y_hat, Y)


@mistake("back_prop", advice="dW_2 has the shape of W_2, (k, h). Which factor of the product comes first?")
def second_weights_transposed(W, X, Z_1, A_1, Y_hat, Y):
    """dW_2 is transposed: its rows should be classes, its columns hidden units."""
    (dW_1, dW_2), db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1, dW_2.T], db


@mistake("back_prop", advice="dW_1 has the shape of W_1, (h, d). Which factor of the product comes first?")
def first_weights_transposed(W, X, Z_1, A_1, Y_hat, Y):
    """dW_1 is transposed: its rows should be hidden units, its columns features."""
    (dW_1, dW_2), db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1.T, dW_2], db


@mistake("back_prop", advice="A bias belongs to a unit. Sum over the samples, which lie along axis 0.")
def first_bias_over_units(W, X, Z_1, A_1, Y_hat, Y):
    """In db_1 you sum over the hidden units (axis 1) instead of over the samples."""
    dW, (_, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    dZ_1 = (Y_hat - Y) / len(Y) @ W[1] * A_1 * (1 - A_1)
    return dW, [dZ_1.sum(axis=1), db_2]


@mistake("back_prop", advice="Each hidden unit has a bias of its own. Name the axis of the sum.")
def first_bias_as_one_number(W, X, Z_1, A_1, Y_hat, Y):
    """You sum db_1 over everything, so that a single number is left."""
    dW, (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [db_1.sum(), db_2]


@mistake("back_prop", advice="A bias is a plain vector, (h,), and so is its gradient.")
def first_bias_as_a_column(W, X, Z_1, A_1, Y_hat, Y):
    """db_1 comes back as a column, (h, 1)."""
    dW, (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [db_1[:, np.newaxis], db_2]


@mistake("back_prop", advice="b_1 is added before the sigmoid, to Z_1. Whose gradients must be summed?")
def first_bias_without_slope(W, X, Z_1, A_1, Y_hat, Y):
    """In db_1 you sum dA_1 instead of dZ_1: the derivative of the sigmoid is missing there."""
    dW, (_, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [np.sum((Y_hat - Y) / len(Y) @ W[1], axis=0), db_2]


@mistake("back_prop", advice="The first layer comes first in both lists.")
def biases_swapped(W, X, Z_1, A_1, Y_hat, Y):
    """The gradients of the two biases come back in the wrong order."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, db[::-1]


@mistake("back_prop", advice="The first layer comes first in both lists.")
def weights_swapped(W, X, Z_1, A_1, Y_hat, Y):
    """The gradients of the two weight matrices come back in the wrong order."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW[::-1], db


@mistake("back_prop", advice="You compute the output layer first, but the first layer comes first in both lists.")
def last_layer_first(W, X, Z_1, A_1, Y_hat, Y):
    """Both lists begin with the output layer."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW[::-1], db[::-1]


@mistake("back_prop", advice="Return two lists: [dW_1, dW_2] and [db_1, db_2].")
def grouped_by_layer(W, X, Z_1, A_1, Y_hat, Y):
    """You group by layer, [dW_1, db_1] and [dW_2, db_2], instead of weights and biases."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [dW_1, db_1], [dW_2, db_2]


@mistake(
    "back_prop", advice="Put the two gradients of the weights into one list, and those of the biases into another."
)
def four_in_a_row(W, X, Z_1, A_1, Y_hat, Y):
    """Four gradients come back one after the other instead of in two lists."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return *dW, *db


@mistake("back_prop", advice="Softmax and cross-entropy together give Y_hat - Y. Nothing is left to multiply by.")
def squared_error_at_the_output(W, X, Z_1, A_1, Y_hat, Y):
    """At the output you multiply by Y_hat * (1 - Y_hat) as well; that belongs to a squared error after a sigmoid."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) * Y_hat * (1 - Y_hat) / len(Y))


@mistake("back_prop", advice="-Y / Y_hat is how the loss depends on Y_hat. How does Y_hat depend on the scores Z_2?")
def starts_without_softmax(W, X, Z_1, A_1, Y_hat, Y):
    """You start from -Y / Y_hat: the step back through softmax is missing."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=-Y / Y_hat / len(Y))


@mistake("back_prop", advice="`Y_hat -= Y` and `Y_hat[…] -= 1` write into the caller's array. Make a new one.")
def changes_y_hat(W, X, Z_1, A_1, Y_hat, Y):
    """You subtract in place, which changes the caller's Y_hat."""
    result = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    Y_hat -= Y
    return result


@mistake("back_prop", advice="The slope of the sigmoid is a * (1 - a). Which half of it is missing?")
def slope_is_a_alone(W, X, Z_1, A_1, Y_hat, Y):
    """You multiply by A_1 alone: in the derivative of the sigmoid the factor 1 - A_1 is missing."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=A_1)


@mistake("back_prop", advice="The slope of the sigmoid is a * (1 - a). Which half of it is missing?")
def slope_is_one_minus_a(W, X, Z_1, A_1, Y_hat, Y):
    """You multiply by 1 - A_1 alone: in the derivative of the sigmoid the factor A_1 is missing."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=1 - A_1)


@mistake("back_prop", advice="Multiplication comes before subtraction. Which brackets does a * (1 - a) need?")
def slope_without_brackets(W, X, Z_1, A_1, Y_hat, Y):
    """Without brackets dA_1 * A_1 * 1 - A_1 subtracts A_1 at the end."""
    dZ_2 = (Y_hat - Y) / len(Y)
    dZ_1 = dZ_2 @ W[1] * A_1 * 1 - A_1
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@mistake("back_prop", advice="The slope of the sigmoid is a * (1 - a). Which sign stands in the brackets?")
def slope_with_plus(W, X, Z_1, A_1, Y_hat, Y):
    """You use A_1 * (1 + A_1) as the derivative of the sigmoid: one sign is wrong."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=A_1 * (1 + A_1))


@mistake("back_prop", advice="Which function does the hidden layer use? Its slope belongs here.")
def slope_of_relu(W, X, Z_1, A_1, Y_hat, Y):
    """You use Z_1 > 0, the derivative of ReLU; the hidden layer has a sigmoid."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, slope=Z_1 > 0)


@mistake("back_prop", advice="Return the two gradients of the weights first, then those of the biases.")
def biases_before_weights(W, X, Z_1, A_1, Y_hat, Y):
    """The two lists come back in the wrong order: the biases first."""
    dW, db = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return db, dW


@mistake(
    "back_prop", advice="Put the two gradients of the weights into one list, and those of the biases into another."
)
def four_layer_by_layer(W, X, Z_1, A_1, Y_hat, Y):
    """Four gradients come back, layer by layer, instead of two lists."""
    (dW_1, dW_2), (db_1, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW_1, db_1, dW_2, db_2


@mistake("back_prop", advice="The bias is added to every sample's Z_1. So what happens to their gradients?")
def first_bias_not_summed(W, X, Z_1, A_1, Y_hat, Y):
    """db_1 is not summed over the samples: it still has a row for each of them."""
    dW, (_, db_2) = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return dW, [(Y_hat - Y) / len(Y) @ W[1] * A_1 * (1 - A_1), db_2]


@mistake("back_prop", advice="Samples are rows. Which number in Y.shape counts them?")
def divides_everything_by_classes(W, X, Z_1, A_1, Y_hat, Y):
    """You divide by the number of classes k instead of by the number of samples n."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) / Y.shape[1])


@mistake("back_prop", advice="Over what does the loss take its mean: over samples, or over all entries of Y?")
def divides_by_all_entries(W, X, Z_1, A_1, Y_hat, Y):
    """You divide by all entries of Y, n times k, instead of by the n samples."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) / Y.size)


@mistake("back_prop", advice="1/n belongs in once. Is it in dZ_2 already?")
def mean_twice_everywhere(W, X, Z_1, A_1, Y_hat, Y):
    """You divide by n twice in both layers."""
    return _back(W, X, Z_1, A_1, Y_hat, Y, dZ_2=(Y_hat - Y) / len(Y) ** 2)
