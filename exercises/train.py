"""train: many steps, with the loss and the accuracy before each."""

import collections
import copy
import math
import operator

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network
from exercises.train_step import is_clear, samples, small_loss
from solutions.reference import (
    accuracy,
    back_prop,
    calc_loss,
    forward_pass,
    init_weights,
    predict,
    train,
    train_step,
    update,
)

EXERCISE = Exercise(
    unit="07-training-loop",
    points=5,
    parameters=("W", "b", "X", "Y", "epochs", "lr"),
    returns=("W", "b", "history"),
    biases=("b",),
    uses=(
        "from_one_hot",
        "sigmoid",
        "softmax",
        "forward_pass",
        "predict",
        "calc_loss",
        "accuracy",
        "output_gradients",
        "hidden_gradients",
        "back_prop",
        "update",
        "train_step",
    ),
    hints=(
        "Each epoch does the same four things in the same order: predict, measure, find the gradients, step.",
        "Look at what stands inside the loop and what before it, and at which weights the next epoch starts from.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    d, h, k = different_sizes(rng, 3, largest=4)
    n = int(rng.integers(6, 9))
    size = int(rng.integers(3, 5))
    lr, other_lr, third_lr = (round(float(value), 3) for value in rng.permutation([0.7, 0.4, 1.2]))
    return [
        Case("a few epochs", (*_start(rng, n, d, h, k, 5, lr), 5, lr)),
        Case("a few epochs", (*_start(rng, n + 3, k, d, h, 3, other_lr), 3, other_lr)),
        Case("a few epochs", (*_start(rng, size, size, size, size, 4, third_lr), 4, third_lr)),
        Case("a single epoch", (*_start(rng, n, d, h, k, 1, third_lr), 1, third_lr)),
        Case("no epoch at all", (*_start(rng, n, d, h, k, 0, lr), 0, lr)),
        Case("many epochs of a tiny network", (*_start(rng, n, 1, 1, 2, 20, other_lr), 20, other_lr)),
        Case("many epochs of a tiny network", (*_start(rng, 4, 1, 1, 2, 0, 0.01), 60, 0.01)),
        Case("very small steps", (*_start(rng, n, d, h, k, 1, 1e-6), 6, 1e-6)),
        Case("a loss that rises", _rising(rng, n, d, h, k)),
        Case("a small loss", (*small_loss(rng, n, d, h, k)[:4], 4, lr)),
        Case("a single sample", (*_start(rng, 1, d, h, k, 2, other_lr), 2, other_lr)),
    ]


def _start(rng, n, d, h, k, epochs, lr):
    """Draw ``(W, b, X, Y)`` until training is clear, and with more samples than one the accuracy tells something."""
    while True:
        W, b = network(rng, d, h, k)
        X, Y = samples(rng, n, d, k)
        if not is_clear(W, b, X, Y, [(X, Y)], epochs, lr):
            continue
        accuracies = train(W, b, X, Y, epochs + 1, lr)[2]["accuracy"]
        if n == 1 or (0 < min(accuracies) < 1 and (epochs < 3 or len(set(accuracies[:5])) > 1)):
            return W, b, X, Y


def _rising(rng, n, d, h, k, epochs=4, lr=9.0):
    """Draw arguments with which the loss rises in between: the steps are too large."""
    while True:
        W, b = network(rng, d, h, k)
        X, Y = samples(rng, n, d, k)
        if is_clear(W, b, X, Y, [(X, Y)], epochs, lr):
            loss = train(W, b, X, Y, epochs, lr)[2]["loss"]
            if loss[2] > loss[1]:
                return W, b, X, Y, epochs, lr


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="Each epoch must go on from where the last one ended. Which W does your forward pass see?")
def starts_again_every_epoch(W, b, X, Y, epochs, lr):
    """Every epoch starts again from the first weights, so that the loss never falls."""
    history = {"loss": [], "accuracy": []}
    new_W, new_b = W, b
    for _ in range(epochs):
        new_W, new_b, epoch = train(W, b, X, Y, 1, lr)
        history = {key: history[key] + epoch[key] for key in history}
    return new_W, new_b, history


@mistake(advice="W and b come in as arguments. Who else draws weights here?")
def draws_weights_of_its_own(W, b, X, Y, epochs, lr):
    """You draw new weights inside (with the seed 1234), so that training never goes on from where it was."""
    W, b = init_weights(X.shape[1], len(W[0]), Y.shape[1], np.random.default_rng(1234))
    return train(W, b, X, Y, epochs, lr)


@mistake(advice="What comes back from update must be what the next epoch starts from, and what you return.")
def never_steps(W, b, X, Y, epochs, lr):
    """The weights stay as they were: the result of update gets lost."""
    history = train(W, b, X, Y, 1, lr)[2]
    return W, b, {key: history[key] * epochs for key in history}


@mistake(advice="Return them after the loop, with the weights that are the newest then.")
def returns_the_start(W, b, X, Y, epochs, lr):
    """You return the weights from the start, not the trained ones."""
    return W, b, train(W, b, X, Y, epochs, lr)[2]


@mistake(advice="Which weights does the forward pass of an epoch see? Put it inside the loop.")
def forward_pass_outside_the_loop(W, b, X, Y, epochs, lr):
    """The forward pass and the gradients are computed only once, before the loop; then each step is the same."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    gradients = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    history = train(W, b, X, Y, 1, lr)[2]
    for _ in range(epochs):
        W, b = update(W, b, *gradients, lr)
    return W, b, {key: history[key] * epochs for key in history}


@mistake(advice="Look at how far the return line is indented.")
def returns_after_one_epoch(W, b, X, Y, epochs, lr):
    """The return stands inside the loop, so that training ends after the first epoch."""
    for _ in range(epochs):
        return train(W, b, X, Y, 1, lr)


@mistake(advice="Write the four steps of one epoch on paper. At which of them do the weights change?")
def measures_after_the_update(W, b, X, Y, epochs, lr):
    """Loss and accuracy are measured after each update, not before it."""
    history = train(W, b, X, Y, epochs + 1, lr)[2]
    return *train(W, b, X, Y, epochs, lr)[:2], {key: history[key][1:] for key in history}


@mistake(advice="Take loss and accuracy from the same forward pass, the one before the update.")
def accuracy_after_the_update(W, b, X, Y, epochs, lr):
    """The loss is measured before each update, but the accuracy after it."""
    new_W, new_b, history = train(W, b, X, Y, epochs, lr)
    later = train(W, b, X, Y, epochs + 1, lr)[2]
    return new_W, new_b, history | {"accuracy": later["accuracy"][1:]}


@mistake(advice="range(epochs) has exactly as many turns as epochs says. Where does your count begin?")
def one_epoch_too_few(W, b, X, Y, epochs, lr):
    """There is one epoch too few."""
    return train(W, b, X, Y, max(epochs - 1, 0), lr)


@mistake(advice="range(epochs) has exactly as many turns as epochs says. Where does your count end?")
def one_epoch_too_many(W, b, X, Y, epochs, lr):
    """There is one epoch too many."""
    return train(W, b, X, Y, epochs + 1, lr)


@mistake(advice="One number per epoch: what do you measure before the loop, or after it?")
def measures_once_more(W, b, X, Y, epochs, lr):
    """The history is one entry too long: it also holds what was measured after the last update."""
    history = train(W, b, X, Y, epochs + 1, lr)[2]
    return *train(W, b, X, Y, epochs, lr)[:2], history


@mistake(advice="Every epoch appends one number to each list, whether you print it or not.")
def every_tenth_epoch(W, b, X, Y, epochs, lr):
    """The history has an entry for every tenth epoch only."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {key: values[::10] for key, values in history.items()}


@mistake(advice="Append to a list; an assignment with = throws away what was there.")
def only_the_last_numbers(W, b, X, Y, epochs, lr):
    """The history holds only the last epoch's numbers instead of a list."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {key: values[-1] if values else [] for key, values in history.items()}


@mistake(advice="append puts a number at the end, insert(0, …) at the beginning. The first epoch comes first.")
def newest_first(W, b, X, Y, epochs, lr):
    """The history runs backwards: the last epoch stands first."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {key: values[::-1] for key, values in history.items()}


@mistake(advice="An accuracy lies between 0 and 1. What must you divide by?")
def accuracy_as_a_count(W, b, X, Y, epochs, lr):
    """The accuracy is the number of right samples, not their share."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"accuracy": [round(share * len(X)) for share in history["accuracy"]]}


@mistake(advice="An accuracy lies between 0 and 1; multiply by 100 only when you print it.")
def accuracy_in_percent(W, b, X, Y, epochs, lr):
    """The accuracy is in percent, not a share between 0 and 1."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"accuracy": [100 * share for share in history["accuracy"]]}


@mistake(advice="accuracy says which share is right. You want that, not 1 minus it.")
def share_of_errors(W, b, X, Y, epochs, lr):
    """You record the share of wrong samples instead of the share of right ones."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"accuracy": [1 - share for share in history["accuracy"]]}


@mistake(advice="calc_loss has the mean already. Do not multiply it by the number of samples, and do not add it up.")
def loss_of_the_whole_set(W, b, X, Y, epochs, lr):
    """The loss is the sum over the samples, not their mean."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"loss": [len(X) * loss for loss in history["loss"]]}


@mistake(advice="Each entry is the loss of that epoch alone. Do you reset what you add up?")
def adds_up_the_losses(W, b, X, Y, epochs, lr):
    """Each entry of the loss is the sum of all epochs up to then."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"loss": list(np.cumsum(history["loss"]))}


@mistake(advice='Which number do you append to history["loss"], and which one to history["accuracy"]?')
def loss_and_accuracy_swapped(W, b, X, Y, epochs, lr):
    """Loss and accuracy stand in each other's list."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {"loss": history["accuracy"], "accuracy": history["loss"]}


@mistake(advice='The history is one dictionary with the keys "loss" and "accuracy".')
def history_as_a_pair(W, b, X, Y, epochs, lr):
    """The history is a pair of lists instead of a dictionary."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, (history["loss"], history["accuracy"])


@mistake(advice='The keys are "loss" and "accuracy", spelt exactly like this.')
def accuracy_is_missing(W, b, X, Y, epochs, lr):
    """The history holds only the loss; the accuracy is missing."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {"loss": history["loss"]}


@mistake(advice="Hand lr on to update; otherwise it takes its default.")
def trains_at_the_default_rate(W, b, X, Y, epochs, lr):
    """The learning rate does not reach update, which then uses 0.1."""
    return train(W, b, X, Y, epochs, 0.1)


@mistake(
    advice="update subtracts already. Is there a second minus, or do Y_hat and Y reach back_prop in the wrong order?",
)
def trains_uphill(W, b, X, Y, epochs, lr):
    """Every step goes uphill: the loss grows."""
    return train(W, b, X, Y, epochs, -lr)


@mistake(advice="back_prop has divided by the number of samples already. Hand its gradients on as they are.")
def trains_with_n_twice(W, b, X, Y, epochs, lr):
    """The gradients are divided by the number of samples once more."""
    return train(W, b, X, Y, epochs, lr / len(X))


@mistake(advice="update returns W and b. Do you keep both?")
def only_the_weights_learn(W, b, X, Y, epochs, lr):
    """Only the weights are updated; the biases stay as they were at the start."""
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        W, _, epoch = train(W, b, X, Y, 1, lr)
        history = {key: history[key] + epoch[key] for key in history}
    return W, b, history


@mistake(advice="Full batch means: one forward pass with all samples, one gradient, one step in each epoch.")
def a_step_per_sample(W, b, X, Y, epochs, lr):
    """You take a step after each sample, not one step per epoch for all of them together."""
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        epoch = train(W, b, X, Y, 1, lr)[2]
        history = {key: history[key] + epoch[key] for key in history}
        for row in range(len(X)):
            W, b, _ = train(W, b, X[row : row + 1], Y[row : row + 1], 1, lr)
    return W, b, history


@mistake(advice="Run it in your head with epochs = 0: which of your variables do not exist at the return?")
def no_epochs_fail(W, b, X, Y, epochs, lr):
    """With epochs=0 it fails, because something that the return needs is made only inside the loop."""
    if epochs == 0:
        raise UnboundLocalError("cannot access local variable")
    return train(W, b, X, Y, epochs, lr)


@mistake(advice="With epochs=0 nothing may happen. Where is the first step taken?")
def at_least_one_epoch(W, b, X, Y, epochs, lr):
    """There is always a first epoch, also with epochs=0."""
    return train(W, b, X, Y, max(epochs, 1), lr)


@mistake(advice="`W[0] -= …` writes into the array that came in, also after W = list(W). Make new arrays.")
def train_changes_its_arguments(W, b, X, Y, epochs, lr):
    """The caller's weights and biases are changed in place, so that nobody can start again from them."""
    new_W, new_b, history = train(W, b, X, Y, epochs, lr)
    for old, new in zip([*W, *b], [*new_W, *new_b], strict=True):
        old[...] = new
    return W, b, history


@mistake(advice="Make the history once, before the loop.")
def history_starts_again(W, b, X, Y, epochs, lr):
    """The history is made anew in each epoch, so that only the last epoch is left in it."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {key: values[-1:] for key, values in history.items()}


@mistake(advice="Three things come back: W, b and the history.")
def history_missing(W, b, X, Y, epochs, lr):
    """The history does not come back, only W and b."""
    return train(W, b, X, Y, epochs, lr)[:2]


@mistake(advice="A dictionary with two lists: append one number to each of them in every epoch.")
def history_stays_empty(W, b, X, Y, epochs, lr):
    """The history comes back empty: nothing is appended to its lists."""
    W, b, _ = train(W, b, X, Y, epochs, lr)
    return W, b, {"loss": [], "accuracy": []}


@mistake(advice='The history is one dictionary with the keys "loss" and "accuracy".')
def losses_instead_of_history(W, b, X, Y, epochs, lr):
    """You return the list of losses in the place of the history."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history["loss"]


@mistake(advice="accuracy wants labels, (n,), and Y is one-hot, (n, k). Which function turns one into the other?")
def accuracy_of_one_hot_rows(W, b, X, Y, epochs, lr):
    """You give accuracy the one-hot rows Y where it wants labels; that runs only if the shapes fit by chance."""
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        Y_hat = forward_pass(W, b, X)[2]
        W, b, epoch = train(W, b, X, Y, 1, lr)
        history["loss"] += epoch["loss"]
        history["accuracy"].append(np.mean(np.argmax(Y_hat, axis=1) == Y))
    return W, b, history


@mistake(advice="Return W, b and the history: three things, not a pair and the history.")
def trained_parameters_in_a_pair(W, b, X, Y, epochs, lr):
    """You return (W, b) as a pair, and the history as a second thing, instead of three things."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return (W, b), history


@mistake(advice="After a step the network is another one: its gradient must be computed anew, in every epoch.")
def gradients_before_the_loop(W, b, X, Y, epochs, lr):
    """The gradients are computed once, before the loop; only the measurements see the network of each epoch."""
    gradients = back_prop(W, X, *forward_pass(W, b, X), Y)
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        measured = train(W, b, X, Y, 1, lr)[2]
        history = {key: history[key] + measured[key] for key in history}
        W, b = update(W, b, *gradients, lr)
    return W, b, history


@mistake(advice="What does back_prop get: the forward pass of this epoch, or the first one?")
def forward_pass_before_the_loop(W, b, X, Y, epochs, lr):
    """The forward pass stands before the loop: loss, accuracy and gradients all use its old results, with new weights."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    history = train(W, b, X, Y, 1, lr)[2]
    for _ in range(epochs):
        W, b = update(W, b, *back_prop(W, X, Z_1, A_1, Y_hat, Y), lr)
    return W, b, {key: history[key] * epochs for key in history}


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def one_train_step_per_epoch(W, b, X, Y, epochs, lr):
    history = collections.defaultdict(list, loss=[], accuracy=[])
    for _ in range(epochs):
        history["accuracy"].append(float((predict(W, b, X) == Y.argmax(axis=1)).mean()))
        W, b, loss = train_step(W, b, X, Y, lr)
        history["loss"].append(float(loss))
    return W, b, history


@variant
def arrays_for_the_history(W, b, X, Y, epochs, lr):
    W, b = copy.deepcopy(W), copy.deepcopy(b)
    history = {"accuracy": np.zeros(epochs), "loss": np.zeros(epochs)}
    epoch = 0
    while epoch < epochs:
        Z_1, A_1, Y_hat = forward_pass(W, b, X)
        history["loss"][epoch] = -np.log(Y_hat[Y == 1] + 1e-12).mean()
        history["accuracy"][epoch] = accuracy(np.argmax(Y, axis=1), Y_hat)
        for array, gradient in zip(W + b, operator.add(*back_prop(W, X, Z_1, A_1, Y_hat, Y)), strict=True):
            array -= lr * gradient
        epoch += 1
    return W, b, history


@variant
def epoch_by_recursion(W, b, X, Y, epochs, lr):
    if epochs == 0:
        return W, b, {"loss": [], "accuracy": []}
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    loss, share = calc_loss(Y_hat, Y), np.mean([row.argmax() == y.argmax() for row, y in zip(Y_hat, Y, strict=True)])
    W, b = update(W, b, *back_prop(W, X, Z_1, A_1, Y_hat, Y), lr=lr)
    W, b, later = epoch_by_recursion(W, b, X, Y, epochs - 1, lr)
    return W, b, {"loss": (loss, *later["loss"]), "accuracy": (share, *later["accuracy"])}


@variant
def single_precision_all_the_way(W, b, X, Y, epochs, lr):
    (W_1, W_2), (b_1, b_2) = ([array.astype(np.float32) for array in part] for part in (W, b))
    X, Y, lr = X.astype(np.float32), Y.astype(np.float32), np.float32(lr)
    losses, accuracies = np.empty(epochs, np.float32), np.empty(epochs, np.float32)
    for epoch in range(epochs):
        A = scipy.special.expit(X @ W_1.T + b_1)
        P = scipy.special.softmax(A @ W_2.T + b_2, axis=1)
        losses[epoch] = -np.mean(np.log(np.sum(P * Y, axis=1)))
        accuracies[epoch] = np.mean(P.argmax(1) == Y.argmax(1))
        D_2 = (P - Y) / np.float32(len(X))
        D_1 = D_2 @ W_2 * A * (1 - A)
        W_1, W_2 = W_1 - lr * D_1.T @ X, W_2 - lr * D_2.T @ A
        b_1, b_2 = b_1 - lr * D_1.sum(0), b_2 - lr * D_2.sum(0)
    return [W_1, W_2], [b_1, b_2], {"loss": losses, "accuracy": accuracies}


@variant
def measured_afterwards(W, b, X, Y, epochs, lr):
    """Keep the weights of every epoch, and measure them all at the end; the biases are rows."""
    stations = [(W, b)]
    for _ in range(epochs):
        W, b, _ = train_step(*stations[-1], X, Y, lr)
        stations.append((W, b))
    outputs = [forward_pass(*station, X)[2] for station in stations[:-1]]
    history = {
        "loss": [np.array(calc_loss(Y_hat, Y)) for Y_hat in outputs],
        "accuracy": [np.count_nonzero(Y_hat.argmax(1) == Y.argmax(1)) / len(Y) for Y_hat in outputs],
        "epochs": epochs,
    }
    return tuple(stations[-1][0]), tuple(bias[np.newaxis] for bias in stations[-1][1]), history


@variant
def plain_loops(W, b, X, Y, epochs, lr):
    W, b, history = [w.tolist() for w in W], [bias.tolist() for bias in b], {"loss": [], "accuracy": []}
    n = len(X)
    for _ in range(epochs):
        steps_W, steps_b = [np.zeros(np.shape(w)) for w in W], [np.zeros(len(bias)) for bias in b]
        loss, right = 0.0, 0
        for x, y in zip(X.tolist(), Y.tolist(), strict=True):
            a = [1 / (1 + math.exp(-_weighted(row, x) - c)) for row, c in zip(W[0], b[0], strict=True)]
            powers = [math.exp(_weighted(row, a) + c) for row, c in zip(W[1], b[1], strict=True)]
            p = [power / sum(powers) for power in powers]
            loss -= math.log(p[y.index(1)]) / n
            right += p.index(max(p)) == y.index(1)
            errors = [(one - other) / n for one, other in zip(p, y, strict=True)]
            for c, error in enumerate(errors):
                steps_b[1][c] += error
                for j in range(len(a)):
                    steps_W[1][c, j] += error * a[j]
            for j in range(len(a)):
                back = sum(error * W[1][c][j] for c, error in enumerate(errors)) * a[j] * (1 - a[j])
                steps_b[0][j] += back
                for i, value in enumerate(x):
                    steps_W[0][j, i] += back * value
        W = [(np.array(w) - lr * step).tolist() for w, step in zip(W, steps_W, strict=True)]
        b = [(np.array(bias) - lr * step).tolist() for bias, step in zip(b, steps_b, strict=True)]
        history["loss"].append(loss)
        history["accuracy"].append(right / n)
    return W, b, history


def _weighted(row, values):
    return sum(w * value for w, value in zip(row, values, strict=True))
