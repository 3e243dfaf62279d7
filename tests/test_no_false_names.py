"""Wrong answers that the catalogue does not hold: near misses, two faults at once, faults that share a symptom.

Such an answer gets no name, or one that is true of its code; never another one. What it gets beside a name is an exact gap.
"""

import itertools
import math

import numpy as np
import pytest

from course.checks import EXERCISES
from course.checks.judge import judge
from course.grading.repository import load_solutions
from solutions import reference as right
from tests.conftest import exam

INVENTED = []


def invented(*true):
    """Register a wrong answer to the exercise that its name begins with; ``true`` are the names that are true of it."""

    def register(function):
        exercise = max((name for name in EXERCISES if function.__name__.startswith(f"{name}__")), key=len)
        INVENTED.append(pytest.param(exercise, function, true, id=function.__name__))
        return function

    return register


# --- 01 and 02 -----------------------------------------------------------------------------------------------------------


@invented()
def min_max__from_minus_one(x):
    return 2 * right.min_max(x) - 1


@invented()
def min_max__epsilon(x):
    x = x.astype(float)
    return (x - x.min()) / (x.max() - x.min() + 1e-9)


@invented()
def min_max__squared(x):
    return right.min_max(x) ** 2


@invented("divides_by_the_maximum")
def min_max__by_the_largest_size(x):
    return x.astype(float) / np.max(np.abs(x.astype(float)))


@invented("many_hot")
def one_hot__many_and_a_bad_check(labels, num_classes=10):
    Y = np.zeros((len(labels), num_classes))
    Y[:, labels] = 1
    return Y


@invented()
def one_hot__first_row_repeated(labels, num_classes=10):
    right.one_hot(labels, num_classes)
    return np.tile(np.eye(num_classes)[labels[:1]], (len(labels), 1))


@invented()
def one_hot__reversed_columns(labels, num_classes=10):
    return right.one_hot(labels, num_classes)[:, ::-1]


@invented()
def one_hot__two_ones(labels, num_classes=10):
    return np.maximum(right.one_hot(labels, num_classes), np.eye(num_classes)[(labels + 1) % num_classes])


@invented()
def from_one_hot__counts_from_the_end(Y):
    return Y.shape[1] - 1 - np.argmax(Y, axis=1)


@invented()
def from_one_hot__sorted(Y):
    return np.sort(np.argmax(Y, axis=1))


@invented()
def from_one_hot__always_the_first(Y):
    return np.full(len(Y), np.argmax(Y[0]))


@invented("zero_weights")
def init_weights__constant(input_size, hidden_size, output_size, rng):
    W, b = right.init_weights(input_size, hidden_size, output_size, rng)
    return [np.full_like(w, 0.1) for w in W], b


@invented("xavier")
def init_weights__spread_of_the_sum(input_size, hidden_size, output_size, rng):
    W, b = right.init_weights(input_size, hidden_size, output_size, rng)
    return [w * np.sqrt(w.shape[1] / sum(w.shape)) for w in W], b


@invented()
def init_weights__truncated_at_one(input_size, hidden_size, output_size, rng):
    W, b = right.init_weights(input_size, hidden_size, output_size, rng)
    return [np.clip(w, -np.std(w), np.std(w)) for w in W], b


@invented()
def count_parameters__biases_twice(W, b):
    return right.count_parameters(W, b) + sum(len(bias) for bias in b)


@invented()
def count_parameters__one_too_many(W, b):
    return right.count_parameters(W, b) + 1


@invented()
def count_parameters__product_of_all(W, b):
    return math.prod(w.size for w in W)


# --- 03 and 04 -----------------------------------------------------------------------------------------------------------


@invented("tanh_without_half")
def sigmoid__twice_as_steep(x):
    return right.sigmoid(2 * x)


@invented()
def sigmoid__shifted(x):
    return right.sigmoid(x + 0.1)


@invented("returns_the_slope")
def sigmoid__hard(x):
    return np.clip(0.25 * x + 0.5, 0, 1)


@invented()
def softmax__temperature(x, axis=1):
    return right.softmax(x / 2, axis)


@invented()
def softmax__squares(x, axis=1):
    powers = x**2 + 1e-9
    return powers / powers.sum(axis=axis, keepdims=True)


@invented("plain_sum_without_keepdims", "sum_without_keepdims")
def softmax__log_sum_exp_without_keepdims(x, axis=1):
    largest = x.max(axis=axis, keepdims=True)
    return np.exp(x - largest) / np.exp(x - largest).sum(axis=axis)


@invented()
def softmax__base_two(x, axis=1):
    return right.softmax(x * np.log(2), axis)


@invented("no_second_bias", "no_biases")
def forward_pass__no_second_bias_and_relu(W, b, X):
    Z_1 = X @ W[0].T + b[0]
    A_1 = right.relu(Z_1)
    return Z_1, A_1, right.softmax(A_1 @ W[1].T)


@invented()
def forward_pass__bias_before_the_weights(W, b, X):
    Z_1 = (X + b[0].mean()) @ W[0].T
    A_1 = right.sigmoid(Z_1)
    return Z_1, A_1, right.softmax(A_1 @ W[1].T + b[1])


@invented()
def forward_pass__scaled_hidden_layer(W, b, X):
    Z_1, A_1, _ = right.forward_pass(W, b, X)
    A_1 = 2 * A_1 - 1
    return Z_1, A_1, right.softmax(A_1 @ W[1].T + b[1])


@invented()
def predict__second_best(W, b, X):
    return np.argsort(right.forward_pass(W, b, X)[2], axis=1)[:, -2] if len(W[1]) > 1 else np.zeros(len(X), int)


@invented()
def predict__class_of_the_first_row(W, b, X):
    return np.full(len(X), right.predict(W, b, X)[0])


@invented()
def predict__sorted(W, b, X):
    return np.sort(right.predict(W, b, X))


@invented()
def calc_loss__median(Y_hat, Y):
    return float(np.median(-np.log(np.maximum(np.sum(Y_hat * Y, axis=1), 1e-12))))


@invented()
def calc_loss__largest(Y_hat, Y):
    return float(np.max(-np.log(np.maximum(np.sum(Y_hat * Y, axis=1), 1e-12))))


@invented()
def calc_loss__without_the_last_row(Y_hat, Y):
    return right.calc_loss(Y_hat[:-1], Y[:-1]) if len(Y) > 1 else right.calc_loss(Y_hat, Y)


@invented()
def calc_loss__squared(Y_hat, Y):
    return right.calc_loss(Y_hat, Y) ** 2


@invented("sum_over_samples")
def calc_loss__sum_and_zero(Y_hat, Y):
    with np.errstate(all="ignore"):
        return -np.sum(np.log(np.sum(Y_hat * Y, axis=1)))


@invented("whole_number_division")
def accuracy__all(labels, Y_hat):
    return float(np.all(np.argmax(Y_hat, axis=1) == labels))


@invented()
def accuracy__any(labels, Y_hat):
    return float(np.any(np.argmax(Y_hat, axis=1) == labels))


@invented()
def accuracy__divided_by_n_minus_one(labels, Y_hat):
    return np.sum(np.argmax(Y_hat, axis=1) == labels) / max(len(labels) - 1, 1)


@invented()
def accuracy__of_distinct_labels(labels, Y_hat):
    return np.mean(np.isin(np.argmax(Y_hat, axis=1), labels))


# --- 05 ------------------------------------------------------------------------------------------------------------------


@invented("down_minus_up")
def numeric_gradient__absolute(f, theta, eps=1e-5):
    return np.abs(right.numeric_gradient(f, theta, eps))


@invented()
def numeric_gradient__clipped(f, theta, eps=1e-5):
    return np.clip(right.numeric_gradient(f, theta, eps), -1, 1)


@invented()
def numeric_gradient__of_the_square(f, theta, eps=1e-5):
    return right.numeric_gradient(lambda t: f(t) ** 2, theta, eps)


@invented("truth_minus_prediction")
def output_gradients__sign_and_sum(A_1, Y_hat, Y):
    dZ_2 = Y - Y_hat
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@invented()
def output_gradients__absolute_error(A_1, Y_hat, Y):
    dZ_2 = np.sign(Y_hat - Y) / len(Y)
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@invented()
def output_gradients__root_of_n(A_1, Y_hat, Y):
    dZ_2 = (Y_hat - Y) / np.sqrt(len(Y))
    return dZ_2.T @ A_1, dZ_2.sum(axis=0)


@invented("wrong_sign_in_the_hidden_layer")
def back_prop__sign_in_one_gradient(W, X, Z_1, A_1, Y_hat, Y):
    (dW_1, dW_2), db = right.back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [-dW_1, dW_2], db


@invented()
def back_prop__doubled_hidden_layer(W, X, Z_1, A_1, Y_hat, Y):
    (dW_1, dW_2), (db_1, db_2) = right.back_prop(W, X, Z_1, A_1, Y_hat, Y)
    return [2 * dW_1, dW_2], [2 * db_1, db_2]


@invented()
def back_prop__slope_twice(W, X, Z_1, A_1, Y_hat, Y):
    dZ_2 = (Y_hat - Y) / len(Y)
    dZ_1 = dZ_2 @ W[1] * (A_1 * (1 - A_1)) ** 2
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@invented("no_sigmoid_slope", "no_mean_anywhere", "no_mean_in_the_hidden_layer")
def back_prop__no_slope_and_no_mean(W, X, Z_1, A_1, Y_hat, Y):
    dZ_2 = Y_hat - Y
    dZ_1 = dZ_2 @ W[1]
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@invented()
def hidden_gradients__slope_twice(W, A_1, dZ_2):
    dA_1 = dZ_2 @ W[1]
    return dA_1, dA_1 * (A_1 * (1 - A_1)) ** 2


@invented()
def hidden_gradients__absolute_weights(W, A_1, dZ_2):
    dA_1 = dZ_2 @ np.abs(W[1])
    return dA_1, dA_1 * A_1 * (1 - A_1)


@invented()
def hidden_gradients__root_of_the_slope(W, A_1, dZ_2):
    dA_1 = dZ_2 @ W[1]
    return dA_1, dA_1 * np.sqrt(A_1 * (1 - A_1))


@invented()
def hidden_gradients__mean_over_the_classes(W, A_1, dZ_2):
    dA_1, dZ_1 = right.hidden_gradients(W, A_1, dZ_2)
    return dA_1 / len(W[1]), dZ_1 / len(W[1])


@invented("no_slope", "mean_again")
def hidden_gradients__no_slope_and_mean_again(W, A_1, dZ_2):
    dA_1 = dZ_2 @ W[1] / len(A_1)
    return dA_1, dA_1


# --- 06 and 07 -----------------------------------------------------------------------------------------------------------


@invented()
def update__decaying_rate(W, b, grad_W, grad_b, lr=0.1):
    return (
        [w - lr / (i + 1) * g for i, (w, g) in enumerate(zip(W, grad_W, strict=True))],
        [w - lr / (i + 1) * g for i, (w, g) in enumerate(zip(b, grad_b, strict=True))],
    )


@invented()
def update__squared_rate(W, b, grad_W, grad_b, lr=0.1):
    return right.update(W, b, grad_W, grad_b, lr * lr)


@invented()
def update__absolute_gradient(W, b, grad_W, grad_b, lr=0.1):
    return right.update(W, b, [np.abs(g) for g in grad_W], [np.abs(g) for g in grad_b], lr)


@invented("loss_of_all_samples")
def train_step__loss_times_rate(W, b, X, Y, lr):
    W, b, loss = right.train_step(W, b, X, Y, lr)
    return W, b, loss * lr


@invented()
def train_step__clipped(W, b, X, Y, lr):
    new_W, new_b, loss = right.train_step(W, b, X, Y, lr)
    return [w + np.clip(n - w, -0.01, 0.01) for w, n in zip(W, new_W, strict=True)], new_b, loss


@invented()
def train_step__rate_halved(W, b, X, Y, lr):
    return right.train_step(W, b, X, Y, lr / 2)


@invented()
def train__half_of_the_epochs(W, b, X, Y, epochs, lr):
    return right.train(W, b, X, Y, (epochs + 1) // 2, lr)


@invented()
def train__decaying_rate(W, b, X, Y, epochs, lr):
    history = {"loss": [], "accuracy": []}
    for epoch in range(epochs):
        W, b, one = right.train(W, b, X, Y, 1, lr / (epoch + 1))
        history = {key: history[key] + one[key] for key in history}
    return W, b, history


@invented()
def train__stops_when_the_loss_rises(W, b, X, Y, epochs, lr):
    for done in range(epochs + 1):
        result = right.train(W, b, X, Y, done, lr)
        loss = result[2]["loss"]
        if len(loss) > 1 and loss[-1] > loss[-2]:
            break
    return result


@invented("stops_when_the_test_loss_rises")
def train_and_test__stops_early(W, b, X, Y, X_test, Y_test, epochs, lr):
    for done in range(epochs + 1):
        result = right.train_and_test(W, b, X, Y, X_test, Y_test, done, lr)
        loss = result[2]["test_loss"]
        if len(loss) > 2 and loss[-1] > loss[-2]:
            break
    return result


@invented()
def train_and_test__test_loss_of_the_epoch_before(W, b, X, Y, X_test, Y_test, epochs, lr):
    W, b, history = right.train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_loss": history["test_loss"][:1] + history["test_loss"][:-1]}


@invented()
def train_and_test__smoothed(W, b, X, Y, X_test, Y_test, epochs, lr):
    W, b, history = right.train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    smooth = [float(np.mean(history["loss"][: i + 1])) for i in range(epochs)]
    return W, b, history | {"loss": smooth}


# --- 08 ------------------------------------------------------------------------------------------------------------------


@invented()
def misclassified__at_most_ten(labels, Y_hat):
    return right.misclassified(labels, Y_hat)[:10]


@invented()
def misclassified__sorted_by_label(labels, Y_hat):
    wrong = np.sort(right.misclassified(labels, Y_hat))
    return wrong[np.argsort(labels[wrong], kind="stable")]


@invented()
def misclassified__without_the_last(labels, Y_hat):
    return right.misclassified(labels, Y_hat)[:-1]


@invented("both_ways")
def confusion_matrix__symmetric(labels, predicted, num_classes):
    matrix = right.confusion_matrix(labels, predicted, num_classes)
    return matrix + matrix.T


@invented("empty_diagonal")
def confusion_matrix__no_diagonal(labels, predicted, num_classes):
    matrix = right.confusion_matrix(labels, predicted, num_classes)
    return matrix - np.diag(np.diag(matrix))


@invented()
def confusion_matrix__one_more(labels, predicted, num_classes):
    matrix = right.confusion_matrix(labels, predicted, num_classes)
    return matrix + (matrix > 0)


@invented()
def top_confusions__counts_of_the_row(matrix, count):
    return [(t, p, int(matrix[t].sum())) for t, p, _ in right.top_confusions(matrix, count)]


@invented()
def top_confusions__every_second(matrix, count):
    return right.top_confusions(matrix, 2 * count)[::2]


@invented("smallest_of_them_first", "the_smallest_ones")
def top_confusions__turned_round(matrix, count):
    return right.top_confusions(matrix, count)[::-1]


@invented("silent_before_the_sigmoid")
def recall_without__activation_of_one_half(W, b, X, labels, neuron):
    b = [b[0], b[1] + W[1][:, neuron] / 2]
    return right.recall_without(W, b, X, labels, neuron)


@invented()
def recall_without__activation_of_one(W, b, X, labels, neuron):
    b = [b[0], b[1] + W[1][:, neuron]]
    return right.recall_without(W, b, X, labels, neuron)


@invented()
def recall_without__unit_turned_round(W, b, X, labels, neuron):
    W_2 = W[1].copy()
    W_2[:, neuron] *= -1
    hit = right.predict([W[0], W_2], b, X) == labels
    return np.array([hit[labels == c].mean() if np.any(labels == c) else np.nan for c in range(len(W_2))])


@invented()
def recall_without__two_units_off(W, b, X, labels, neuron):
    W_2 = W[1].copy()
    W_2[:, (neuron + 1) % W_2.shape[1]] = 0
    return right.recall_without([W[0], W_2], b, X, labels, neuron)


@invented()
def recall_without__sorted(W, b, X, labels, neuron):
    return np.sort(right.recall_without(W, b, X, labels, neuron))


# --- 09 ------------------------------------------------------------------------------------------------------------------


@invented()
def train_test_split__one_row_more(X, labels, test_fraction, rng):
    order = rng.permutation(len(X))
    size = min(round(test_fraction * len(X)) + 1, len(X))
    return X[order[size:]], X[order[:size]], labels[order[size:]], labels[order[:size]]


@invented()
def train_test_split__labels_of_the_test_part_sorted(X, labels, test_fraction, rng):
    X_train, X_test, labels_train, labels_test = right.train_test_split(X, labels, test_fraction, rng)
    return X_train, X_test, labels_train, np.sort(labels_test)


@invented("split_takes_a_block")
def train_test_split__a_block_that_wraps(X, labels, test_fraction, rng):
    order = np.roll(np.arange(len(X)), int(rng.integers(len(X))))
    size = round(test_fraction * len(X))
    return X[order[size:]], X[order[:size]], labels[order[size:]], labels[order[:size]]


@invented("batches_always_the_first", "batches_reuse_a_buffer")
def minibatches__the_first_slice(X, Y, batch_size, rng):
    return [(X[:batch_size], Y[:batch_size]) for _ in range(0, len(X), batch_size)]


@invented("batches_not_shuffled")
def minibatches__backwards(X, Y, batch_size, rng):
    order = np.arange(len(X))[::-1]
    return [(X[order[i : i + batch_size]], Y[order[i : i + batch_size]]) for i in range(0, len(X), batch_size)]


@invented()
def minibatches__targets_of_the_first_batch(X, Y, batch_size, rng):
    batches = list(right.minibatches(X, Y, batch_size, rng))
    return [(x, batches[0][1][: len(x)]) for x, _ in batches]


@invented()
def sgd__momentum(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    speed_W, speed_b = [0 * w for w in W], [0 * bias for bias in b]
    for _, (x, y) in itertools.product(range(epochs), [(X, Y)]):
        for some_x, some_y in right.minibatches(x, y, batch_size, rng):
            grad_W, grad_b = right.back_prop(W, some_x, *right.forward_pass(W, b, some_x), some_y)
            speed_W = [0.9 * s + g + lmbd * w for s, g, w in zip(speed_W, grad_W, W, strict=True)]
            speed_b = [0.9 * s + g for s, g in zip(speed_b, grad_b, strict=True)]
            W, b = right.update(W, b, speed_W, speed_b, lr)
    return W, b


@invented()
def sgd__squared_penalty(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    return right.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd**2, rng)


@invented()
def sgd__clips(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    W, b = right.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)
    return [np.clip(w, -1, 1) for w in W], b


@invented("grid_trains_on_validation_data")
def grid_search__second_column_on_validation_data(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = right.grid_search(X, Y, X_val, labels_val, lrs, lmbds, rng)
    scores[:, 1:] = right.grid_search(
        X_val, np.eye(Y.shape[1])[labels_val], X_val, labels_val, lrs, lmbds[1:] or [0.0], rng
    )[:, : len(lmbds) - 1]
    return scores


@invented()
def grid_search__mean_with_training_data(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = right.grid_search(X, Y, X_val, labels_val, lrs, lmbds, rng)
    return (scores + right.grid_search(X, Y, X, np.argmax(Y, axis=1), lrs, lmbds, rng)) / 2


@invented()
def grid_search__best_of_each_row(X, Y, X_val, labels_val, lrs, lmbds, rng):
    scores = right.grid_search(X, Y, X_val, labels_val, lrs, lmbds, rng)
    return np.maximum.accumulate(scores, axis=1)


# --- 10 and 11 -----------------------------------------------------------------------------------------------------------


@invented()
def relu__shifted(z):
    return np.maximum(z - 0.1, 0)


@invented()
def relu__six(z):
    return np.clip(z, 0, 6)


@invented("relu_of_minus_z")
def relu__of_the_negative(z):
    return np.where(z < 0, -z, 0)


@invented()
def relu_prime__two(z):
    return 2.0 * (z > 0)


@invented("slope_on_the_wrong_side")
def relu_prime__minus_one_below(z):
    return -(z < 0).astype(float)


@invented()
def relu_prime__with_epsilon(z):
    return (z > 1e-3).astype(float)


@invented()
def binary_cross_entropy__weighted(p, y):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(2 * y * np.log(p) + (1 - y) * np.log(1 - p))


@invented()
def binary_cross_entropy__focal(p, y):
    p = np.clip(np.where(y == 1, p, 1 - p), 1e-12, 1)
    return -np.mean((1 - p) ** 2 * np.log(p))


@invented()
def binary_cross_entropy__largest(p, y):
    return float(-np.log(np.clip(np.where(y == 1, p, 1 - p), 1e-12, 1)).min())


@invented()
def forward_binary__relu_six(W, b, X):
    Z_1 = X @ W[0].T + b[0]
    A_1 = np.clip(Z_1, 0, 1)
    return Z_1, A_1, right.sigmoid(A_1 @ W[1].T + b[1])


@invented("second_bias_left_out")
def forward_binary__no_second_bias_and_tanh(W, b, X):
    Z_1, A_1, _ = right.forward_binary(W, b, X)
    return Z_1, A_1, np.tanh(A_1 @ W[1].T)


@invented()
def forward_binary__steeper(W, b, X):
    Z_1, A_1, _ = right.forward_binary(W, b, X)
    return Z_1, A_1, right.sigmoid(2 * (A_1 @ W[1].T + b[1]))


@invented()
def back_prop_binary__leaky(W, X, Z_1, A_1, P, y):
    dZ_2 = (P - y) / len(X)
    dZ_1 = dZ_2 @ W[1] * np.where(Z_1 > 0, 1, 0.01)
    return [dZ_1.T @ X, dZ_2.T @ A_1], [dZ_1.sum(axis=0), dZ_2.sum(axis=0)]


@invented()
def back_prop_binary__root_of_n(W, X, Z_1, A_1, P, y):
    (dW_1, dW_2), (db_1, db_2) = right.back_prop_binary(W, X, Z_1, A_1, P, y)
    root = np.sqrt(len(X))
    return [root * dW_1, root * dW_2], [root * db_1, root * db_2]


@invented()
def back_prop_binary__first_bias_negative(W, X, Z_1, A_1, P, y):
    dW, (db_1, db_2) = right.back_prop_binary(W, X, Z_1, A_1, P, y)
    return dW, [-db_1, db_2]


@invented()
def neuron_output__half_the_bias(weights, inputs):
    return right.neuron_output([*weights[:-1], weights[-1] / 2], inputs)


@invented()
def neuron_output__squared(weights, inputs):
    return right.neuron_output(weights, inputs) ** 2


@invented()
def neuron_output__absolute_weights(weights, inputs):
    return right.neuron_output([*map(abs, weights)], inputs)


@invented()
def feed_forward__halved(network, inputs):
    outputs = []
    for layer in network:
        inputs = [right.neuron_output(neuron, inputs) / 2 for neuron in layer]
        outputs.append(inputs)
    return outputs


@invented()
def feed_forward__reversed_neurons(network, inputs):
    return [layer[::-1] for layer in right.feed_forward(network, inputs)]


@invented()
def feed_forward__rounded(network, inputs):
    return [[round(output, 2) for output in layer] for layer in right.feed_forward(network, inputs)]


@invented()
def hidden_deltas__half_of_the_blame(next_layer, next_deltas, outputs):
    return [delta / 2 for delta in right.hidden_deltas(next_layer, next_deltas, outputs)]


@invented()
def hidden_deltas__absolute_weights(next_layer, next_deltas, outputs):
    return right.hidden_deltas([[*map(abs, neuron)] for neuron in next_layer], next_deltas, outputs)


@invented()
def hidden_deltas__slope_twice(next_layer, next_deltas, outputs):
    deltas = right.hidden_deltas(next_layer, next_deltas, outputs)
    return [delta * o * (1 - o) for delta, o in zip(deltas, outputs, strict=True)]


@invented()
def hidden_deltas__backwards(next_layer, next_deltas, outputs):
    return right.hidden_deltas(next_layer, next_deltas, outputs)[::-1]


@invented("no_slope", "sign_turned")
def hidden_deltas__no_slope_and_sign_turned(next_layer, next_deltas, outputs):
    pairs = list(zip(next_layer, next_deltas, strict=True))
    return [-sum(delta * neuron[i] for neuron, delta in pairs) for i in range(len(outputs))]


@invented()
def backpropagate__half_the_rate(network, inputs, target, rate=1.0):
    return right.backpropagate(network, inputs, target, rate / 2)


@invented()
def backpropagate__clipped(network, inputs, target, rate=1.0):
    new = right.backpropagate(network, inputs, target, rate)
    return [[[max(-1.0, min(1.0, w)) for w in neuron] for neuron in layer] for layer in new]


@invented("only_the_last_layer_learns")
def backpropagate__first_layer_stays(network, inputs, target, rate=1.0):
    return [network[0], *right.backpropagate(network, inputs, target, rate)[1:]]


# --- 12 ------------------------------------------------------------------------------------------------------------------


@invented()
def forward_layers__temperature(W, b, X, activation):
    return right.forward_layers([*W[:-1], W[-1] / 2], [*b[:-1], b[-1] / 2], X, activation)


@invented()
def forward_layers__bias_twice(W, b, X, activation):
    return right.forward_layers(W, [2 * bias for bias in b], X, activation)


@invented()
def forward_layers__clipped(W, b, X, activation):
    return [X, *(np.minimum(a, 0.5) for a in right.forward_layers(W, b, X, activation)[1:])]


@invented("bias_forgotten", "scores_at_the_end")
def forward_layers__no_biases_and_scores(W, b, X, activation):
    A = right.forward_layers(W, [0 * bias for bias in b], X, activation)
    return [*A[:-1], A[-2] @ W[-1].T]


@invented()
def backward_layers__leaky(W, A, Y, activation):
    grad_W, grad_b = [], []
    dZ = (A[-1] - Y) / len(Y)
    for layer in reversed(range(len(W))):
        grad_W.insert(0, dZ.T @ A[layer])
        grad_b.insert(0, dZ.sum(axis=0))
        a = A[layer]
        dZ = dZ @ W[layer] * (a * (1 - a) if activation == "sigmoid" else np.where(a > 0, 1, 0.01))
    return grad_W, grad_b


@invented()
def backward_layers__root_of_n(W, A, Y, activation):
    grad_W, grad_b = right.backward_layers(W, A, Y, activation)
    return [g * np.sqrt(len(Y)) for g in grad_W], [g * np.sqrt(len(Y)) for g in grad_b]


@invented()
def backward_layers__first_layer_negative(W, A, Y, activation):
    (first, *grad_W), (bias, *grad_b) = right.backward_layers(W, A, Y, activation)
    return [-first, *grad_W], [-bias, *grad_b]


@invented()
def backward_layers__clipped(W, A, Y, activation):
    grad_W, grad_b = right.backward_layers(W, A, Y, activation)
    return [np.clip(g, -0.02, 0.02) for g in grad_W], [np.clip(g, -0.02, 0.02) for g in grad_b]


# --- the test ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["check", "grade"])
@pytest.mark.parametrize(("name", "answer", "true"), INVENTED)
def test_what_the_catalogue_does_not_hold_gets_no_false_name(name, answer, true, who):
    verdict = judge(exam(name, None if who == "check" else 1), answer)
    assert not verdict.passed
    assert verdict.mistake in (None, *true), f"{verdict.mistake} is not true of it\n{verdict}"
    assert verdict.message


def test_there_are_three_for_each_function_and_each_true_name_exists():
    counts = {name: 0 for name, exercise in EXERCISES.items() if exercise.is_a == "function"}
    for name, *_ in (param.values for param in INVENTED):
        counts[name] += 1
    assert all(count >= 3 for count in counts.values()), counts
    known = {name: {one.name for one in load_solutions().mistakes[name]} for name in counts}
    assert [true for name, _, trues in (p.values for p in INVENTED) for true in trues if true not in known[name]] == []
