"""predict: the most probable class of each sample."""

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers
from exercises.forward_pass import network_cases
from solutions.reference import forward_pass, sigmoid

EXERCISE = Exercise(
    unit="03-forward-pass",
    points=2,
    parameters=("W", "b", "X"),
    returns=("labels",),
    dtype="int",
    uses=("sigmoid", "softmax", "forward_pass"),
    hints=(
        "The forward pass gives a probability for each class. Which class do you name?",
        "You want a position, not a probability, and one for each row.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    d, h, k = different_sizes(rng, 3, smallest=3)
    return [
        *network_cases(rng),
        Case("scores that overflow", _hard_to_divide(rng, d, h, k, scale=500)),
        Case("scores that overflow", _hard_to_divide(rng, d, h, k, scale=3000)),
        Case("many classes", _many_classes(rng, d)),
    ]


def _hard_to_divide(rng, d, h, k, scale):
    """Draw a network whose classes go wrong if softmax overflows, or subtracts one maximum from all rows."""
    while True:
        W, b = network(rng, d, h, k)
        W[1] *= scale
        X = numbers(rng, 7, d)
        scores = sigmoid(X @ W[0].T + b[0]) @ W[1].T + b[1]
        right = np.argmax(scores, axis=1)
        with np.errstate(all="ignore"):
            wrong = [
                np.argmax(p / p.sum(axis=1, keepdims=True), axis=1)
                for p in map(np.exp, (scores, scores - scores.max()))
            ]
        if all(np.sum(labels != right) >= 2 for labels in wrong) and np.ptp(np.sort(scores)[:, -2:], axis=1).min() > 1:
            return W, b, X


def _many_classes(rng, d):
    """Draw a network of 300 classes, of which it names none below 256."""
    W, b = network(rng, d, 2, 300, scale=0.3)
    b[1][256:] += 20
    return W, b, numbers(rng, 3, d)


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="The classes lie along axis 1: one answer for each row.")
def predict_over_samples(W, b, X):
    """You look for the most likely sample of each class instead of the most likely class of each sample."""
    return np.argmax(forward_pass(W, b, X)[2], axis=0)


@mistake(advice="Name the axis, so that each row gets an answer of its own.")
def predict_without_axis(W, b, X):
    """argmax without an axis gives one number for the whole matrix."""
    return np.argmax(forward_pass(W, b, X)[2])


@mistake(advice="You want the position of the largest probability, not its value.")
def largest_probability(W, b, X):
    """You return the largest probability of each row, not its class."""
    return np.max(forward_pass(W, b, X)[2], axis=1)


@mistake(advice="One step is missing: from the probabilities of a row to one class.")
def returns_probabilities(W, b, X):
    """You return the probabilities, not the classes."""
    return forward_pass(W, b, X)[2]


@mistake(advice="forward_pass returns three things. Which of them holds the probabilities?")
def largest_hidden_unit(W, b, X):
    """You look for the largest hidden unit (Z_1 or A_1) instead of the largest probability (Y_hat)."""
    return np.argmax(forward_pass(W, b, X)[1], axis=1)


@mistake(advice="Which class is the network most sure of: the largest or the smallest probability?")
def least_likely(W, b, X):
    """You name the least likely class of each sample."""
    return np.argmin(forward_pass(W, b, X)[2], axis=1)


@mistake(advice="A label is the number of a class, a whole number. A row of 0 and 1 is its one-hot form.")
def one_hot_prediction(W, b, X):
    """You return one-hot rows instead of labels."""
    Y_hat = forward_pass(W, b, X)[2]
    return np.eye(Y_hat.shape[1], dtype=int)[np.argmax(Y_hat, axis=1)]


@mistake(advice="The first column belongs to class 0.")
def predicts_from_one(W, b, X):
    """Every class is one too large, as if they were counted from 1."""
    return np.argmax(forward_pass(W, b, X)[2], axis=1) + 1


@mistake(advice="(n, 1) is a matrix. Labels are a plain vector, (n,).")
def column_of_predictions(W, b, X):
    """The labels come back as a matrix with a single column."""
    return np.argmax(forward_pass(W, b, X)[2], axis=1, keepdims=True)


@mistake(advice="A class is a whole number, so that it can be used as an index.")
def float_predictions(W, b, X):
    """The labels are right, but they come back as floats."""
    return np.argmax(forward_pass(W, b, X)[2], axis=1).astype(float)


@mistake(
    advice="A probability above 1/2 need not exist when there are many classes. Compare the classes with each other.",
)
def threshold_one_half(W, b, X):
    """You ask whether a probability is above one half instead of which one is the largest."""
    return np.argmax(forward_pass(W, b, X)[2] > 0.5, axis=1)


@mistake(advice="forward_pass returns three things. Take the probabilities out before you use argmax.")
def argmax_of_the_tuple(W, b, X):
    """You use argmax on all three things that forward_pass returns, not on the probabilities."""
    return np.argmax(forward_pass(W, b, X), axis=1)


@mistake(advice="forward_pass returns three things. Take the probabilities out, and name the axis.")
def argmax_of_everything(W, b, X):
    """You use argmax without an axis on all three things that forward_pass returns."""
    return np.argmax(forward_pass(W, b, X))


@mistake(advice="forward_pass returns three things. Take the probabilities, and name a class for each row.")
def returns_the_tuple(W, b, X):
    """You return all three things that forward_pass returns, not the classes."""
    return forward_pass(W, b, X)


@mistake(advice="A rounded row is full of 0 if no probability is above one half. Which function gives a position?")
def rounds_the_probabilities(W, b, X):
    """You round the probabilities instead of looking for the largest of each row."""
    return np.round(forward_pass(W, b, X)[2])


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def largest_score(W, b, X):
    Z_2 = sigmoid(X @ W[0].T + b[0]) @ W[1].T + b[1]
    return Z_2.argmax(-1)  # softmax does not change which score is the largest


@variant
def one_sample_at_a_time(W, b, X):
    return [int(np.argmax(forward_pass(W, b, x[np.newaxis])[2])) for x in X]


@variant
def sorted_classes(W, b, X):
    return np.argsort(-forward_pass(W, b, X)[2], axis=1)[:, 0].astype(np.int32)


@variant
def running_maximum(W, b, X):
    _, _, Y_hat = forward_pass(W, b, X)
    best = np.zeros(len(X), dtype=int)
    for c in range(1, Y_hat.shape[1]):
        best = np.where(Y_hat[:, c] > Y_hat[np.arange(len(X)), best], c, best)
    return best
