"""Known mistakes in 07-training-loop."""

import numpy as np

from solutions.catalogue import mistake
from solutions.reference import (
    back_prop,
    forward_pass,
    init_weights,
    train,
    train_and_test,
    update,
)

# --- train -----------------------------------------------------------------------------------------------------------


@mistake("train", advice="Each epoch must go on from where the last one ended. Which W does your forward pass see?")
def starts_again_every_epoch(W, b, X, Y, epochs, lr):
    """Every epoch starts again from the first weights, so that the loss never falls."""
    history = {"loss": [], "accuracy": []}
    new_W, new_b = W, b
    for _ in range(epochs):
        new_W, new_b, epoch = train(W, b, X, Y, 1, lr)
        history = {key: history[key] + epoch[key] for key in history}
    return new_W, new_b, history


@mistake("train", advice="W and b come in as arguments. Who else draws weights here?")
def draws_weights_of_its_own(W, b, X, Y, epochs, lr):
    """You draw new weights inside (with the seed 1234), so that training never goes on from where it was."""
    W, b = init_weights(X.shape[1], len(W[0]), Y.shape[1], np.random.default_rng(1234))
    return train(W, b, X, Y, epochs, lr)


@mistake("train", advice="What comes back from update must be what the next epoch starts from, and what you return.")
def never_steps(W, b, X, Y, epochs, lr):
    """The weights stay as they were: the result of update gets lost."""
    history = train(W, b, X, Y, 1, lr)[2]
    return W, b, {key: history[key] * epochs for key in history}


@mistake("train", advice="Return them after the loop, with the weights that are the newest then.")
def returns_the_start(W, b, X, Y, epochs, lr):
    """The training itself is right, but you return the weights from the start."""
    return W, b, train(W, b, X, Y, epochs, lr)[2]


@mistake("train", advice="Which weights does the forward pass of an epoch see? Put it inside the loop.")
def forward_pass_outside_the_loop(W, b, X, Y, epochs, lr):
    """The forward pass and the gradients are computed only once, before the loop; then each step is the same."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    gradients = back_prop(W, X, Z_1, A_1, Y_hat, Y)
    history = train(W, b, X, Y, 1, lr)[2]
    for _ in range(epochs):
        W, b = update(W, b, *gradients, lr)
    return W, b, {key: history[key] * epochs for key in history}


@mistake("train", advice="Look at how far the return line is indented.")
def returns_after_one_epoch(W, b, X, Y, epochs, lr):
    """The return stands inside the loop, so that training ends after the first epoch."""
    for _ in range(epochs):
        return train(W, b, X, Y, 1, lr)


@mistake("train", advice="Write the four steps of one epoch on paper. At which of them do the weights change?")
def measures_after_the_update(W, b, X, Y, epochs, lr):
    """Loss and accuracy are measured after each update, not before it."""
    history = train(W, b, X, Y, epochs + 1, lr)[2]
    return *train(W, b, X, Y, epochs, lr)[:2], {key: history[key][1:] for key in history}


@mistake("train", advice="Take loss and accuracy from the same forward pass, the one before the update.")
def accuracy_after_the_update(W, b, X, Y, epochs, lr):
    """The loss is measured before each update, but the accuracy after it."""
    new_W, new_b, history = train(W, b, X, Y, epochs, lr)
    later = train(W, b, X, Y, epochs + 1, lr)[2]
    return new_W, new_b, history | {"accuracy": later["accuracy"][1:]}


@mistake("train", advice="range(epochs) has exactly as many turns as epochs says. Where does your count begin?")
def one_epoch_too_few(W, b, X, Y, epochs, lr):
    """There is one epoch too few."""
    return train(W, b, X, Y, max(epochs - 1, 0), lr)


@mistake("train", advice="range(epochs) has exactly as many turns as epochs says. Where does your count end?")
def one_epoch_too_many(W, b, X, Y, epochs, lr):
    """There is one epoch too many."""
    return train(W, b, X, Y, epochs + 1, lr)


@mistake("train", advice="One number per epoch: what do you measure before the loop, or after it?")
def measures_once_more(W, b, X, Y, epochs, lr):
    """The history is one entry too long: it also holds what was measured after the last update."""
    history = train(W, b, X, Y, epochs + 1, lr)[2]
    return *train(W, b, X, Y, epochs, lr)[:2], history


@mistake("train", advice="Every epoch appends one number to each list, whether you print it or not.")
def every_tenth_epoch(W, b, X, Y, epochs, lr):
    """The history has an entry for every tenth epoch only."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {key: values[::10] for key, values in history.items()}


@mistake("train", advice="Append to a list; an assignment with = throws away what was there.")
def only_the_last_numbers(W, b, X, Y, epochs, lr):
    """The history holds only the last epoch's numbers instead of a list."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {key: values[-1] if values else [] for key, values in history.items()}


@mistake("train", advice="append puts a number at the end, insert(0, …) at the beginning. The first epoch comes first.")
def newest_first(W, b, X, Y, epochs, lr):
    """The history runs backwards: the last epoch stands first."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {key: values[::-1] for key, values in history.items()}


@mistake("train", advice="An accuracy lies between 0 and 1. What must you divide by?")
def accuracy_as_a_count(W, b, X, Y, epochs, lr):
    """The accuracy is the number of right samples, not their share."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"accuracy": [round(share * len(X)) for share in history["accuracy"]]}


@mistake("train", advice="An accuracy lies between 0 and 1; multiply by 100 only when you print it.")
def accuracy_in_percent(W, b, X, Y, epochs, lr):
    """The accuracy is in percent, not a share between 0 and 1."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"accuracy": [100 * share for share in history["accuracy"]]}


@mistake("train", advice="accuracy says which share is right. You want that, not 1 minus it.")
def share_of_errors(W, b, X, Y, epochs, lr):
    """You record the share of wrong samples instead of the share of right ones."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"accuracy": [1 - share for share in history["accuracy"]]}


@mistake(
    "train", advice="calc_loss has the mean already. Do not multiply it by the number of samples, and do not add it up."
)
def loss_of_the_whole_set(W, b, X, Y, epochs, lr):
    """The loss is the sum over the samples, not their mean."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"loss": [len(X) * loss for loss in history["loss"]]}


@mistake("train", advice="Each entry is the loss of that epoch alone. Do you reset what you add up?")
def adds_up_the_losses(W, b, X, Y, epochs, lr):
    """Each entry of the loss is the sum of all epochs up to then."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history | {"loss": list(np.cumsum(history["loss"]))}


@mistake("train", advice='Which number do you append to history["loss"], and which one to history["accuracy"]?')
def loss_and_accuracy_swapped(W, b, X, Y, epochs, lr):
    """Loss and accuracy stand in each other's list."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {"loss": history["accuracy"], "accuracy": history["loss"]}


@mistake("train", advice='The history is one dictionary with the keys "loss" and "accuracy".')
def history_as_a_pair(W, b, X, Y, epochs, lr):
    """The history is a pair of lists instead of a dictionary."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, (history["loss"], history["accuracy"])


@mistake("train", advice='The keys are "loss" and "accuracy", spelt exactly like this.')
def accuracy_is_missing(W, b, X, Y, epochs, lr):
    """The history holds only the loss; the accuracy is missing."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {"loss": history["loss"]}


@mistake("train", advice="Hand lr on to update; otherwise it takes its default.")
def trains_at_the_default_rate(W, b, X, Y, epochs, lr):
    """The learning rate does not reach update, which then uses 0.1."""
    return train(W, b, X, Y, epochs, 0.1)


@mistake(
    "train",
    advice="update subtracts already. Is there a second minus, or do Y_hat and Y reach back_prop in the wrong order?",
)
def trains_uphill(W, b, X, Y, epochs, lr):
    """Every step goes uphill: the loss grows."""
    return train(W, b, X, Y, epochs, -lr)


@mistake("train", advice="back_prop has divided by the number of samples already. Hand its gradients on as they are.")
def trains_with_n_twice(W, b, X, Y, epochs, lr):
    """The gradients are divided by the number of samples once more."""
    return train(W, b, X, Y, epochs, lr / len(X))


@mistake("train", advice="update returns W and b. Do you keep both?")
def only_the_weights_learn(W, b, X, Y, epochs, lr):
    """Only the weights are updated; the biases stay as they were at the start."""
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        W, _, epoch = train(W, b, X, Y, 1, lr)
        history = {key: history[key] + epoch[key] for key in history}
    return W, b, history


@mistake("train", advice="Full batch means: one forward pass with all samples, one gradient, one step in each epoch.")
def a_step_per_sample(W, b, X, Y, epochs, lr):
    """You take a step after each sample, not one step per epoch for all of them together."""
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        epoch = train(W, b, X, Y, 1, lr)[2]
        history = {key: history[key] + epoch[key] for key in history}
        for row in range(len(X)):
            W, b, _ = train(W, b, X[row : row + 1], Y[row : row + 1], 1, lr)
    return W, b, history


@mistake("train", advice="Run it in your head with epochs = 0: which of your variables do not exist at the return?")
def no_epochs_fail(W, b, X, Y, epochs, lr):
    """With epochs=0 it fails, because something that the return needs is made only inside the loop."""
    if epochs == 0:
        raise UnboundLocalError("cannot access local variable")
    return train(W, b, X, Y, epochs, lr)


@mistake("train", advice="With epochs=0 nothing may happen. Where is the first step taken?")
def at_least_one_epoch(W, b, X, Y, epochs, lr):
    """There is always a first epoch, also with epochs=0."""
    return train(W, b, X, Y, max(epochs, 1), lr)


@mistake("train", advice="`W[0] -= …` writes into the array that came in, also after W = list(W). Make new arrays.")
def train_changes_its_arguments(W, b, X, Y, epochs, lr):
    """The caller's weights and biases are changed in place, so that nobody can start again from them."""
    new_W, new_b, history = train(W, b, X, Y, epochs, lr)
    for old, new in zip([*W, *b], [*new_W, *new_b], strict=True):
        old[...] = new
    return W, b, history


@mistake("train", advice="Make the history once, before the loop.")
def history_starts_again(W, b, X, Y, epochs, lr):
    """The history is made anew in each epoch, so that only the last epoch is left in it."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, {key: values[-1:] for key, values in history.items()}


@mistake("train", advice="Three things come back: W, b and the history.")
def history_missing(W, b, X, Y, epochs, lr):
    """The history does not come back, only W and b."""
    return train(W, b, X, Y, epochs, lr)[:2]


@mistake("train", advice="A dictionary with two lists: append one number to each of them in every epoch.")
def history_stays_empty(W, b, X, Y, epochs, lr):
    """The history comes back empty: nothing is appended to its lists."""
    W, b, _ = train(W, b, X, Y, epochs, lr)
    return W, b, {"loss": [], "accuracy": []}


@mistake("train", advice='The history is one dictionary with the keys "loss" and "accuracy".')
def losses_instead_of_history(W, b, X, Y, epochs, lr):
    """You return the list of losses in the place of the history."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return W, b, history["loss"]


@mistake(
    "train", advice="accuracy wants labels, (n,), and Y is one-hot, (n, k). Which function turns one into the other?"
)
def accuracy_of_one_hot_rows(W, b, X, Y, epochs, lr):
    """You give accuracy the one-hot rows Y where it wants labels; that runs only if the shapes fit by chance."""
    history = {"loss": [], "accuracy": []}
    for _ in range(epochs):
        Y_hat = forward_pass(W, b, X)[2]
        W, b, epoch = train(W, b, X, Y, 1, lr)
        history["loss"] += epoch["loss"]
        history["accuracy"].append(np.mean(np.argmax(Y_hat, axis=1) == Y))
    return W, b, history


@mistake("train", advice="Return W, b and the history: three things, not a pair and the history.")
def trained_parameters_in_a_pair(W, b, X, Y, epochs, lr):
    """You return (W, b) as a pair, and the history as a second thing, instead of three things."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    return (W, b), history


# --- train_and_test --------------------------------------------------------------------------------------------------


@mistake("train_and_test", advice="A second forward pass is needed, with X_test. Which Y belongs to it?")
def tests_on_the_training_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test loss and accuracy are measured on the training data."""
    return train_and_test(W, b, X, Y, X, Y, epochs, lr)


@mistake("train_and_test", advice="The test data is only looked at. Which X goes into the gradients?")
def trains_on_the_test_data_too(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The network also learns from the test data: both sets are put together for the gradients."""
    all_X, all_Y = np.concatenate([X, X_test]), np.concatenate([Y, Y_test])
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        epoch = train_and_test(W, b, X, Y, X_test, Y_test, 1, lr)[2]
        history = {key: history[key] + epoch[key] for key in history}
        W, b, _ = train(W, b, all_X, all_Y, 1, lr)
    return W, b, history


@mistake("train_and_test", advice="The test data is only looked at. How many updates are there in one epoch?")
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
    "train_and_test",
    advice="Measure on the test data with the same weights as on the training data: before the update.",
)
def tests_after_the_update(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics are measured after each update, the training metrics before it."""
    new_W, new_b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    later = train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)[2]
    return new_W, new_b, history | {key: later[key][1:] for key in ("test_loss", "test_accuracy")}


@mistake("train_and_test", advice="Write the steps of one epoch on paper. At which of them do the weights change?")
def measures_both_after_the_update(W, b, X, Y, X_test, Y_test, epochs, lr):
    """All four numbers are measured after each update, not before it."""
    history = train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)[2]
    return *train(W, b, X, Y, epochs, lr)[:2], {key: values[1:] for key, values in history.items()}


@mistake("train_and_test", advice="Measure on the test data in every epoch, inside the loop.")
def tests_only_at_the_end(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics are measured only once, after the last epoch."""
    W, b, history = train(W, b, X, Y, epochs, lr)
    last = train(W, b, X_test, Y_test, 1, lr)[2]
    return W, b, history | {"test_loss": last["loss"], "test_accuracy": last["accuracy"]}


@mistake("train_and_test", advice="Which W and b does the forward pass with X_test use? They change with each epoch.")
def tests_the_untrained_network(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics are always those of the weights from the start."""
    new_W, new_b, history = train(W, b, X, Y, epochs, lr)
    first = train(W, b, X_test, Y_test, 1, lr)[2]
    return new_W, new_b, history | {"test_loss": first["loss"] * epochs, "test_accuracy": first["accuracy"] * epochs}


@mistake("train_and_test", advice='Four keys: "loss", "accuracy", "test_loss" and "test_accuracy".')
def test_keys_missing(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The history holds only the training metrics."""
    return train(W, b, X, Y, epochs, lr)


@mistake("train_and_test", advice='The keys are "test_loss" and "test_accuracy", spelt exactly like this.')
def keys_of_another_name(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics have other keys, "val_loss" and "val_accuracy"."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, {key.replace("test", "val"): values for key, values in history.items()}


@mistake("train_and_test", advice="All four lists belong into one dictionary.")
def four_things_come_back(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics come back as a dictionary of their own, as a fourth thing."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    test = {key: history.pop(key) for key in ("test_loss", "test_accuracy")}
    return W, b, history, test


@mistake("train_and_test", advice="Which data do the gradients come from, and which data is only looked at?")
def training_and_test_swapped(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The network learns from the test data and is tested on the training data."""
    return train_and_test(W, b, X_test, Y_test, X, Y, epochs, lr)


@mistake("train_and_test", advice="Which metrics go into which list?")
def keys_swapped(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The training metrics stand in the lists of the test metrics, and the other way round."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    names = {"loss": "test_loss", "accuracy": "test_accuracy", "test_loss": "loss", "test_accuracy": "accuracy"}
    return W, b, {names[key]: values for key, values in history.items()}


@mistake(
    "train_and_test", advice='Which number do you append to history["test_loss"], and which one to "test_accuracy"?'
)
def test_loss_and_accuracy_swapped(W, b, X, Y, X_test, Y_test, epochs, lr):
    """Test loss and test accuracy stand in each other's list."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_loss": history["test_accuracy"], "test_accuracy": history["test_loss"]}


@mistake("train_and_test", advice="calc_loss divides by the rows that it gets. Do you divide, or multiply, once more?")
def test_loss_of_all_samples(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test loss is the sum over the test samples, not their mean."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_loss": [len(X_test) * loss for loss in history["test_loss"]]}


@mistake("train_and_test", advice="The mean over the test samples needs the number of test samples, len(X_test).")
def divides_by_the_training_samples(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics are divided by the number of training samples."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    factor = len(X_test) / len(X)
    return W, b, history | {key: [factor * v for v in history[key]] for key in ("test_loss", "test_accuracy")}


@mistake("train_and_test", advice="An accuracy lies between 0 and 1. What must you divide by?")
def test_accuracy_as_a_count(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test accuracy is the number of right samples, not their share."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    counts = [round(share * len(X_test)) for share in history["test_accuracy"]]
    return W, b, history | {"test_accuracy": counts}


@mistake(
    "train_and_test",
    advice="Take X_test as it comes. Scaling is the caller's work, and one scale must serve both sets.",
)
def scales_the_test_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """You scale the test data by its own range, so that it no longer fits the training data."""
    span = X_test.max() - X_test.min()
    scaled = (X_test - X_test.min()) / (span if span > 0 else 1)
    return train_and_test(W, b, X, Y, scaled, Y_test, epochs, lr)


@mistake("train_and_test", advice="train already has a loop inside. How many epochs should each call of it take?")
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


@mistake("train_and_test", advice="Each epoch must go on from where the last one ended. Which W does train get?")
def every_epoch_from_the_start(W, b, X, Y, X_test, Y_test, epochs, lr):
    """Every epoch starts again from the first weights, so that nothing is learned."""
    history = {"loss": [], "accuracy": [], "test_loss": [], "test_accuracy": []}
    new_W, new_b = W, b
    for _ in range(epochs):
        new_W, new_b, epoch = train_and_test(W, b, X, Y, X_test, Y_test, 1, lr)
        history = {key: history[key] + epoch[key] for key in history}
    return new_W, new_b, history


@mistake(
    "train_and_test", advice="range(epochs) has exactly as many turns as epochs says. Where does your count begin?"
)
def tests_one_epoch_too_few(W, b, X, Y, X_test, Y_test, epochs, lr):
    """There is one epoch too few."""
    return train_and_test(W, b, X, Y, X_test, Y_test, max(epochs - 1, 0), lr)


@mistake("train_and_test", advice="range(epochs) has exactly as many turns as epochs says. Where does your count end?")
def tests_one_epoch_too_many(W, b, X, Y, X_test, Y_test, epochs, lr):
    """There is one epoch too many."""
    return train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)


@mistake("train_and_test", advice="Use the argument lr in every update.")
def tests_at_the_default_rate(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The learning rate does not reach update, which then uses 0.1."""
    return train_and_test(W, b, X, Y, X_test, Y_test, epochs, 0.1)


@mistake("train_and_test", advice="Return W and b from after the last update.")
def tests_but_returns_the_start(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The training itself is right, but you return the weights from the start."""
    return W, b, train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)[2]


@mistake(
    "train_and_test", advice="Return the weights of the last epoch. Choosing by the test data means to learn from it."
)
def returns_the_best_on_the_test_data(W, b, X, Y, X_test, Y_test, epochs, lr):
    """You return the weights of the epoch with the lowest test loss, so the test data decides on the weights."""
    history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)[2]
    later = train_and_test(W, b, X, Y, X_test, Y_test, epochs + 1, lr)[2]["test_loss"]
    best = int(np.argmin(later[1:])) + 1 if epochs else 0
    return *train(W, b, X, Y, best, lr)[:2], history


@mistake(
    "train_and_test", advice="Run it in your head with epochs = 0: which of your variables do not exist at the return?"
)
def testing_no_epochs_fails(W, b, X, Y, X_test, Y_test, epochs, lr):
    """With epochs=0 it fails, because something that the return needs is made only inside the loop."""
    if epochs == 0:
        raise UnboundLocalError("cannot access local variable")
    return train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)


@mistake(
    "train_and_test", advice="`W[0] -= …` writes into the array that came in, also after W = list(W). Make new arrays."
)
def testing_changes_its_arguments(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The caller's weights and biases are changed in place, so that nobody can start again from them."""
    new_W, new_b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    for old, new in zip([*W, *b], [*new_W, *new_b], strict=True):
        old[...] = new
    return W, b, history


@mistake("train_and_test", advice="Compare the two lines with accuracy: which labels, and which probabilities?")
def test_accuracy_of_the_training_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test accuracy is measured on the training data; the test loss is right."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_accuracy": list(history["accuracy"])}


@mistake("train_and_test", advice="Compare the two lines with calc_loss: which targets, and which probabilities?")
def test_loss_of_the_training_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test loss is measured on the training data; the test accuracy is right."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    return W, b, history | {"test_loss": list(history["loss"])}


@mistake(
    "train_and_test", advice="There is one network. Measure it on the test data, but let it learn from X and Y alone."
)
def trains_a_second_network(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The test metrics belong to a second network that is trained on the test data."""
    new_W, new_b, history = train(W, b, X, Y, epochs, lr)
    second = train(W, b, X_test, Y_test, epochs, lr)[2]
    return new_W, new_b, history | {"test_loss": second["loss"], "test_accuracy": second["accuracy"]}


@mistake("train_and_test", advice="The keys are fixed: four lists in one dictionary, without a level in between.")
def a_history_for_each_set(W, b, X, Y, X_test, Y_test, epochs, lr):
    """The history holds two dictionaries, "train" and "test", instead of four lists."""
    W, b, history = train_and_test(W, b, X, Y, X_test, Y_test, epochs, lr)
    test = {key: history["test_" + key] for key in ("loss", "accuracy")}
    return W, b, {"train": {key: history[key] for key in test}, "test": test}
