"""train_and_test: many steps, measured on the test data too."""

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network
from exercises.train_step import is_clear, samples
from solutions.reference import accuracy, back_prop, calc_loss, forward_pass, train, train_and_test, train_step, update

EXERCISE = Exercise(
    unit="07-training-loop",
    points=3,
    parameters=("W", "b", "X", "Y", "X_test", "Y_test", "epochs", "lr"),
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
        "train",
    ),
    hints=(
        "Measure twice in each epoch, on the training data and on the test data. Step only once.",
        "Both measurements use the same weights, those before the step. Which data may the step see?",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    d, h, k = different_sizes(rng, 3, largest=5)
    n = int(rng.integers(7, 9))
    m = int(rng.integers(4, 6))
    size = int(rng.integers(3, 5))
    lr, other_lr, third_lr = (round(float(value), 3) for value in rng.permutation([0.7, 0.4, 1.2]))
    ordinary = _start_with_test(rng, n, m, d, h, k, 4, lr)
    return [
        Case("a few epochs", (*ordinary, 4, lr)),
        Case("a few epochs", (*_start_with_test(rng, m, n, k, d, h, 3, other_lr), 3, other_lr)),
        Case("a few epochs", (*_start_with_test(rng, *[size] * 5, 3, third_lr), 3, third_lr)),
        Case("a single epoch", (*_start_with_test(rng, n, m, d, h, k, 1, third_lr), 1, third_lr)),
        Case("no epoch at all", (*ordinary, 0, lr)),
        Case("a test loss that rises", _rising(rng, n, m, d, h, k, 6, third_lr)),
        Case("many epochs of a tiny network", (*_start_with_test(rng, 3, 2, 1, 1, 2, 0, 0.02), 25, 0.02)),
        Case("very small steps", (*_start_with_test(rng, n, m, d, h, k, 1, 1e-6), 6, 1e-6)),
        Case("a single test sample", (*_start_with_test(rng, n, 1, d, h, k, 2, other_lr), 2, other_lr)),
    ]


def _start_with_test(rng, n, m, d, h, k, epochs, lr):
    """Draw ``(W, b, X, Y, X_test, Y_test)`` with n and m samples in the same way; the accuracies differ, the test loss rises."""
    while True:
        W, b = network(rng, d, h, k)
        X, Y = samples(rng, n, d, k)
        X_test, Y_test = samples(rng, m, d, k)
        if not is_clear(W, b, X, Y, [(X, Y), (X_test, Y_test)], epochs, lr):
            continue
        history = train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)[2]
        pairs = zip(history["accuracy"], history["test_accuracy"], strict=True)
        if not all(one != other for one, other in pairs) or (m > 1 and max(history["test_accuracy"]) == 0):
            continue
        best = int(np.argmin(history["test_loss"]))
        # The last epoch is not the best one; and with four of them, neither is the first.
        if epochs < 3 or (best < epochs and (epochs != 4 or best >= 2)):
            return W, b, X, Y, X_test, Y_test


def _rising(rng, n, m, d, h, k, epochs, lr):
    """Draw arguments with which the test loss rises long before the last epoch, and not at once."""
    while True:
        start = _start_with_test(rng, n, m, d, h, k, epochs, lr)
        losses = train_and_test(*start, epochs, lr)[2]["test_loss"]
        if losses[2] > losses[1]:
            return *start, epochs, lr


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="A second forward pass is needed, with X_test. Which Y belongs to it?")
def tests_on_the_training_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test loss and accuracy are measured on the training data."""
    return train_and_test(W, b, X, Y, X, Y, epochs, lr)


@mistake(advice="The test data is only looked at. Which X goes into the gradients?")
def trains_on_the_test_data_too(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The network also learns from the test data: both sets are put together for the gradients."""
    all_X, all_Y = np.concatenate([X, X_test]), np.concatenate([Y, Y_test])
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        epoch = train_and_test(W, b, X, Y, X_test, Y_test, 1, lr)[2]
        history = {key: history[key] + epoch[key] for key in history}
        W, b, _ = train(W, b, all_X, all_Y, 1, lr)
    return W, b, history


@mistake(advice="The test data is only looked at. How many updates are there in one epoch?")
def steps_on_the_test_data(W, b, X, Y, X_test, Y_test, epochs, lr):
    """Each epoch takes a second step, on the test data: the test data changes the weights."""
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        epoch = train_and_test(W, b, X, Y, X_test, Y_test, 1, lr)[2]
        history = {key: history[key] + epoch[key] for key in history}
        W, b, _ = train(W, b, X, Y, 1, lr)
        W, b, _ = train(W, b, X_test, Y_test, 1, lr)
    return W, b, history


@mistake(
    advice="Measure on the test data with the same weights as on the training data: before the update.",
)
def tests_after_the_update(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics are measured after each update, the training metrics before it."""
    new_W, new_b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    later = train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)[2]
    return new_W, new_b, history | {key: later[key][1:] for key in ("test_loss", "test_accuracy")}


@mistake(advice="Write the steps of one epoch on paper. At which of them do the weights change?")
def measures_both_after_the_update(W, b, X, Y, X_test, Y_test, epochs, lr):
    """All four numbers are measured after each update, not before it."""
    history = train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)[2]
    return *train(W, b, X, Y, epochs, lr)[:2], {key: values[1:] for key, values in history.items()}


@mistake(advice="Measure on the test data in every epoch, inside the loop.")
def tests_only_at_the_end(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics are measured only once, after the last epoch."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    last = train(W, b, X_test, Y_test, 1, lr)[2]
    return W, b, history | {"test_loss": last["loss"], "test_accuracy": last["accuracy"]}


@mistake(advice="Which W and b does the forward pass with X_test use? They change with each epoch.")
def tests_the_untrained_network(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics are always those of the weights from the start."""
    new_W, new_b, history = train(W, b, X, Y, epochs, lr)
    first = train(W, b, X_test, Y_test, 1, lr)[2]
    return new_W, new_b, history | {"test_loss": first["loss"] * epochs, "test_accuracy": first["accuracy"] * epochs}


@mistake(advice='Four keys: "loss", "accuracy", "test_loss" and "test_accuracy".')
def test_keys_missing(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The history holds only the training metrics."""
    return train(W, b, X, Y, epochs, lr)


@mistake(advice='The keys are "test_loss" and "test_accuracy", spelt exactly like this.')
def keys_of_another_name(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics have other keys, "val_loss" and "val_accuracy"."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, {key.replace("test", "val"): values for key, values in history.items()}


@mistake(advice="All four lists belong into one dictionary.")
def four_things_come_back(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics come back as a dictionary of their own, as a fourth thing."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    test = {key: history.pop(key) for key in ("test_loss", "test_accuracy")}
    return W, b, history, test


@mistake(advice="Which data do the gradients come from, and which data is only looked at?")
def training_and_test_swapped(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The network learns from the test data and is tested on the training data."""
    return train_and_test(W, b, X_test, Y_test, X, Y, epochs, lr)


@mistake(advice="Which metrics go into which list?")
def keys_swapped(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The training metrics stand in the lists of the test metrics, and the other way round."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    names = {"loss": "test_loss", "accuracy": "test_accuracy", "test_loss": "loss", "test_accuracy": "accuracy"}
    return W, b, {names[key]: values for key, values in history.items()}


@mistake(advice='Which number do you append to history["test_loss"], and which one to "test_accuracy"?')
def test_loss_and_accuracy_swapped(W, b, X, Y, X_test, Y_test, epochs, lr):
    """Test loss and test accuracy stand in each other's list."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_loss": history["test_accuracy"], "test_accuracy": history["test_loss"]}


@mistake(advice="calc_loss divides by the rows that it gets. Do you divide, or multiply, once more?")
def test_loss_of_all_samples(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test loss is the sum over the test samples, not their mean."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_loss": [len(X_test) * loss for loss in history["test_loss"]]}


@mistake(advice="The mean over the test samples needs the number of test samples, len(X_test).")
def divides_by_the_training_samples(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics are divided by the number of training samples."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    factor = len(X_test) / len(X)
    return W, b, history | {key: [factor * v for v in history[key]] for key in ("test_loss", "test_accuracy")}


@mistake(advice="An accuracy lies between 0 and 1. What must you divide by?")
def test_accuracy_as_a_count(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test accuracy is the number of right samples, not their share."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    counts = [round(share * len(X_test)) for share in history["test_accuracy"]]
    return W, b, history | {"test_accuracy": counts}


@mistake(
    advice="Take X_test as it comes. Scaling is the caller's work, and one scale must serve both sets.",
)
def scales_the_test_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """You scale the test data by its own range, so that it no longer fits the training data."""
    span = X_test.max() - X_test.min()
    scaled = (X_test - X_test.min()) / (span if span > 0 else 1)
    return train_and_test(W, b, X, Y, scaled, Y_test, epochs, lr)


@mistake(advice="train already has a loop inside. How many epochs should each call of it take?")
def epochs_times_epochs(W, b, X, Y, X_test, Y_test, epochs, lr):
    """Each turn of your loop calls train with all epochs instead of one, so that far too many steps are taken."""
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        test = train(W, b, X_test, Y_test, 1, lr)[2]
        W, b, more = train(W, b, X, Y, epochs, lr)
        history["loss"] += more["loss"]
        history["accuracy"] += more["accuracy"]
        history["test_loss"] += test["loss"]
        history["test_accuracy"] += test["accuracy"]
    return W, b, history


@mistake(advice="Each epoch must go on from where the last one ended. Which W does train get?")
def every_epoch_from_the_start(W, b, X, Y, X_test, Y_test, epochs, lr):
    """Every epoch starts again from the first weights, so that nothing is learned."""
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    new_W, new_b = W, b
    for _ in range(epochs):
        new_W, new_b, epoch = train_and_test(W, b, X, Y, X_test, Y_test, 1, lr)
        history = {key: history[key] + epoch[key] for key in history}
    return new_W, new_b, history


@mistake(advice="range(epochs) has exactly as many turns as epochs says. Where does your count begin?")
def tests_one_epoch_too_few(W, b, X, Y, X_test, Y_test, epochs, lr):
    """There is one epoch too few."""
    return train_and_test(W, b, X, Y, X_test, Y_test, max(epochs - 1, 0), lr)


@mistake(advice="range(epochs) has exactly as many turns as epochs says. Where does your count end?")
def tests_one_epoch_too_many(W, b, X, Y, X_test, Y_test, epochs, lr):
    """There is one epoch too many."""
    return train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)


@mistake(advice="Use the argument lr in every update.")
def tests_at_the_default_rate(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The learning rate does not reach update, which then uses 0.1."""
    return train_and_test(W, b, X, Y, X_test, Y_test, epochs, 0.1)


@mistake(advice="Return W and b from after the last update.")
def tests_but_returns_the_start(W, b, X, Y, X_test, Y_test, epochs, lr):
    """You return the weights from the start, not the trained ones."""
    return W, b, train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)[2]


@mistake(advice="Return the weights of the last epoch. Choosing by the test data means to learn from it.")
def returns_the_best_on_the_test_data(W, b, X, Y, X_test, Y_test, epochs, lr):
    """You return the weights of the epoch with the lowest test loss, so the test data decides on the weights."""
    history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)[2]
    later = train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)[2]["test_loss"]
    best = int(np.argmin(later[1:])) + 1 if epochs else 0
    return *train(W, b, X, Y, best, lr)[:2], history


@mistake(advice="Run it in your head with epochs = 0: which of your variables do not exist at the return?")
def testing_no_epochs_fails(W, b, X, Y, X_test, Y_test, epochs, lr):
    """With epochs=0 it fails, because something that the return needs is made only inside the loop."""
    if epochs == 0:
        raise UnboundLocalError("cannot access local variable")
    return train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)


@mistake(advice="`W[0] -= …` writes into the array that came in, also after W = list(W). Make new arrays.")
def testing_changes_its_arguments(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The caller's weights and biases are changed in place, so that nobody can start again from them."""
    new_W, new_b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    for old, new in zip([*W, *b], [*new_W, *new_b], strict=True):
        old[...] = new
    return W, b, history


@mistake(advice="Compare the two lines with accuracy: which labels, and which probabilities?")
def test_accuracy_of_the_training_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test accuracy is measured on the training data; the test loss is right."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_accuracy": list(history["accuracy"])}


@mistake(advice="Compare the two lines with calc_loss: which targets, and which probabilities?")
def test_loss_of_the_training_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test loss is measured on the training data; the test accuracy is right."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_loss": list(history["loss"])}


@mistake(advice="There is one network. Measure it on the test data, but let it learn from X and Y alone.")
def trains_a_second_network(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics belong to a second network that is trained on the test data."""
    new_W, new_b, history = train(W, b, X, Y, epochs, lr)
    second = train(W, b, X_test, Y_test, epochs, lr)[2]
    return new_W, new_b, history | {"test_loss": second["loss"], "test_accuracy": second["accuracy"]}


@mistake(advice="The keys are fixed: four lists in one dictionary, without a level in between.")
def a_history_for_each_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The history holds two dictionaries, "train" and "test", instead of four lists."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    test = {key: history["test_" + key] for key in ("loss", "accuracy")}
    return W, b, {"train": {key: history[key] for key in test}, "test": test}


@mistake(advice="The task asks for all epochs. The test data may be looked at, but it decides nothing.")
def stops_when_the_test_loss_rises(W, b, X, Y, X_test, Y_test, epochs, lr):
    """You stop as soon as the test loss rises, so that epochs are missing and the test data decides on the weights."""
    for done in range(epochs + 1):
        result = train_and_test(W, b, X, Y, X_test, Y_test, done, lr)
        losses = result[2]["test_loss"]
        if len(losses) > 1 and losses[-1] > losses[-2]:
            break
    return result


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def written_out(W, b, X, Y, X_test, Y_test, epochs, lr):
    history = {key: np.zeros(epochs) for key in ("test_accuracy", "test_loss", "accuracy", "loss")}
    for epoch in range(epochs):
        for prefix, some_X, some_Y in (("test_", X_test, Y_test), ("", X, Y)):
            Z_1, A_1, Y_hat = forward_pass(W, b, some_X)
            history[prefix + "loss"][epoch] = calc_loss(Y_hat, some_Y)
            history[prefix + "accuracy"][epoch] = accuracy(some_Y.argmax(axis=1), Y_hat)
        W, b = update(W, b, *back_prop(W, X, Z_1, A_1, Y_hat, Y), lr)
    return W, b, history


@variant
def both_sets_in_one_forward_pass(W, b, X, Y, X_test, Y_test, epochs, lr):
    n, both = len(X), np.vstack([X, X_test])
    rows = []
    for _ in range(epochs):
        Z_1, A_1, Y_hat = forward_pass(W, b, both)
        measured = [(Y_hat[:n], Y), (Y_hat[n:], Y_test)]
        rows.append(
            [f(*pair) for pair in measured for f in (calc_loss, lambda p, y: (p.argmax(1) == y.argmax(1)).mean())]
        )
        W, b = update(W, b, *back_prop(W, X, Z_1[:n], A_1[:n], Y_hat[:n], Y), lr)
    columns = np.array(rows).reshape(epochs, 4).T
    return W, b, dict(zip(("loss", "accuracy", "test_loss", "test_accuracy"), columns, strict=True))


@variant
def trained_first_and_tested_later(W, b, X, Y, X_test, Y_test, epochs, lr):
    stations = [(W, b)]
    for _ in range(epochs):
        stations.append(train_step(*stations[-1], X, Y, lr)[:2])
    _, _, history = train(W, b, X, Y, epochs, lr)
    # A training step at rate 0 only measures.
    tests = [train(*station, X_test, Y_test, 1, 0.0)[2] for station in stations[:-1]]
    history["test_loss"] = [test["loss"][0] for test in tests]
    history["test_accuracy"] = tuple(test["accuracy"][0] for test in tests)
    return (*stations[-1], history)


@variant
def recursive_test(W, b, X, Y, X_test, Y_test, epochs, lr):
    if not epochs:
        return [W, b, {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}]
    before_W, before_b, history = recursive_test(W, b, X, Y, X_test, Y_test, epochs - 1, lr)
    now = {"test_" + key: value for key, value in train(before_W, before_b, X_test, Y_test, 1, lr)[2].items()}
    W, b, epoch = train(before_W, before_b, X, Y, 1, lr)
    return [W, b, {key: history[key] + value for key, value in (epoch | now).items()}]


@variant
def single_precision_with_test(W, b, X, Y, X_test, Y_test, epochs, lr):
    W, b = [w.astype(np.float32) for w in W], [bias.astype(np.float32) for bias in b]
    sets = [(x.astype(np.float32), y.astype(np.float32)) for x, y in ((X, Y), (X_test, Y_test))]
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        for prefix, (x, y) in zip(("test_", ""), sets[::-1], strict=True):
            A = scipy.special.expit(x @ W[0].T + b[0])
            P = scipy.special.softmax(A @ W[1].T + b[1], axis=1)
            history[prefix + "loss"].append(-np.mean(np.log(np.sum(P * y, axis=1))))
            history[prefix + "accuracy"].append(np.float32(np.mean(P.argmax(1) == y.argmax(1))))
        D_2 = (P - y) / np.float32(len(x))
        D_1 = D_2 @ W[1] * A * (1 - A)
        W = [W[0] - np.float32(lr) * D_1.T @ x, W[1] - np.float32(lr) * D_2.T @ A]
        b = [b[0] - np.float32(lr) * D_1.sum(0), b[1] - np.float32(lr) * D_2.sum(0)]
    return W, b, history


class _Trainer:
    """A trainer as an object, which keeps nothing between two calls."""

    def __call__(self, W, b, X, Y, X_test, Y_test, epochs, lr):
        history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
        for epoch in range(1, epochs + 1):
            for prefix, some_X, some_Y in (("", X, Y), ("test_", X_test, Y_test)):
                Y_hat = forward_pass(W, b, some_X)[-1]
                history[f"{prefix}loss"] += [calc_loss(Y_hat, some_Y)]
                history[f"{prefix}accuracy"] += [accuracy(some_Y @ np.arange(some_Y.shape[1]), Y_hat)]
            W, b, loss = train_step(W, b, X, Y, lr)
            print(f"epoch {epoch} of {epochs}: loss {loss:.3f}", end="\r")
        return W, b, history


variant(_Trainer())
