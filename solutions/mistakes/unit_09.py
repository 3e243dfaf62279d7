"""Known mistakes in 09-mini-batches."""

import math

import numpy as np

from solutions import reference
from solutions.catalogue import mistake
from solutions.reference import back_prop, forward_pass, init_weights, predict, update

# --- train_test_split ------------------------------------------------------------------------------------------------


def _split(X, labels, order, size):
    test, train = order[:size], order[size:]
    return X[train], X[test], labels[train], labels[test]


@mistake("train_test_split", advice="Draw one order of the row numbers, and use it for X and for labels.")
def split_shuffles_apart(X, labels, test_fraction, rng):
    """X and labels are shuffled apart from each other, so that rows lose their own labels."""
    size = round(test_fraction * len(X))
    X, labels = X[rng.permutation(len(X))], labels[rng.permutation(len(X))]
    return X[size:], X[:size], labels[size:], labels[:size]


@mistake(
    "train_test_split", advice="Data is often sorted. Which rows end up in the test part if you take the last ones?"
)
def split_takes_the_end(X, labels, test_fraction, rng):
    """The test part is the block of rows at the end, not a random choice."""
    return _split(X, labels, np.arange(len(X))[::-1], round(test_fraction * len(X)))


@mistake(
    "train_test_split", advice="Data is often sorted. Which rows end up in the test part if you take the first ones?"
)
def split_takes_the_beginning(X, labels, test_fraction, rng):
    """The test part is the block of rows at the beginning, not a random choice."""
    return _split(X, labels, np.arange(len(X)), round(test_fraction * len(X)))


@mistake("train_test_split", advice="A block is no random subset, wherever it begins. Draw an order of all rows.")
def split_takes_a_block(X, labels, test_fraction, rng):
    """The test part is a block of neighbouring rows; only its beginning is random."""
    order = np.roll(np.arange(len(X)), -int(rng.integers(len(X))))
    return _split(X, labels, order, round(test_fraction * len(X)))


@mistake("train_test_split", advice="int cuts the fraction off. The contract wants Python's round.")
def split_cuts_off(X, labels, test_fraction, rng):
    """The number of test rows is cut off with int (or //), not rounded."""
    return _split(X, labels, rng.permutation(len(X)), int(test_fraction * len(X)))


@mistake("train_test_split", advice="The contract wants Python's round, which goes to the nearest whole number.")
def split_rounds_up(X, labels, test_fraction, rng):
    """The number of test rows is always rounded up."""
    return _split(X, labels, rng.permutation(len(X)), math.ceil(test_fraction * len(X)))


@mistake("train_test_split", advice="Round test_fraction * n; the training part gets the rest.")
def split_rounds_the_training_part(X, labels, test_fraction, rng):
    """You round the number of training rows; with a half, that is one row off."""
    return _split(X, labels, rng.permutation(len(X)), len(X) - round((1 - test_fraction) * len(X)))


@mistake(
    "train_test_split", advice="test_fraction is the share of the test part, and the training part comes back first."
)
def split_parts_swapped(X, labels, test_fraction, rng):
    """The two parts are swapped: the training part has the size that the test part should have."""
    return _split(X, labels, rng.permutation(len(X)), len(X) - round(test_fraction * len(X)))


@mistake("train_test_split", advice="Return X_train, X_test, labels_train, labels_test, in this order.")
def split_wrong_order(X, labels, test_fraction, rng):
    """The four arrays come back in another order: X_train, labels_train, X_test, labels_test."""
    X_train, X_test, labels_train, labels_test = reference.train_test_split(X, labels, test_fraction, rng)
    return X_train, labels_train, X_test, labels_test


@mistake(
    "train_test_split", advice="With 0 test rows, what are order[:-0] and order[-0:]? Count from the front instead."
)
def split_minus_zero(X, labels, test_fraction, rng):
    """`[:-m]` and `[-m:]` go wrong for m = 0: the training part is then empty and the test part holds everything."""
    order, size = rng.permutation(len(X)), round(test_fraction * len(X))
    return X[order[:-size]], X[order[-size:]], labels[order[:-size]], labels[order[-size:]]


@mistake(
    "train_test_split", advice="Every row may be drawn once only. Which method of rng puts things in a random order?"
)
def split_draws_with_replacement(X, labels, test_fraction, rng):
    """The row numbers are drawn with replacement: some rows come twice, others never."""
    return _split(X, labels, rng.integers(0, len(X), size=len(X)), round(test_fraction * len(X)))


@mistake(
    "train_test_split", advice="A row that the network trains on is not unseen. Take the test rows out of the rest."
)
def split_trains_on_everything(X, labels, test_fraction, rng):
    """The training part holds all rows, those of the test part too."""
    order = rng.permutation(len(X))
    test = order[: round(test_fraction * len(X))]
    return X[order], X[test], labels[order], labels[test]


@mistake("train_test_split", advice="rng.shuffle works in place. Draw an order of row numbers instead.")
def split_shuffles_in_place(X, labels, test_fraction, rng):
    """You shuffle the caller's arrays."""
    order = rng.permutation(len(X))
    X[:], labels[:] = X[order], labels[order]
    size = round(test_fraction * len(X))
    return X[size:].copy(), X[:size].copy(), labels[size:].copy(), labels[:size].copy()


@mistake(
    "train_test_split",
    advice="Whoever calls chooses the seed: use the argument rng, and make no generator of your own.",
)
def split_own_seed(X, labels, test_fraction, rng):
    """You make a generator of your own, so that every seed gives the same split."""
    return reference.train_test_split(X, labels, test_fraction, np.random.default_rng(0))


@mistake(
    "train_test_split", advice="np.random.permutation and np.random.shuffle use a hidden global state. rng has both."
)
def split_global_random(X, labels, test_fraction, rng):
    """You draw from NumPy's global random numbers instead of from rng."""
    return _split(X, labels, np.random.permutation(len(X)), round(test_fraction * len(X)))


# --- minibatches -----------------------------------------------------------------------------------------------------


def _batches(X, Y, batch_size, order, other=None):
    """Cut two orders of the rows into batches, one order for X and one for Y."""
    other = order if other is None else other
    for start in range(0, len(X), batch_size):
        yield X[order[start : start + batch_size]], Y[other[start : start + batch_size]]


@mistake("minibatches", advice="If you shuffle X, what must happen to Y? Index both with the same row numbers.")
def batches_shuffle_apart(X, Y, batch_size, rng):
    """X and Y are shuffled apart from each other (or only one of them is), so that rows meet other rows' targets."""
    return _batches(X, Y, batch_size, rng.permutation(len(X)), rng.permutation(len(X)))


@mistake("minibatches", advice="Draw a random order of the row numbers before you cut it into batches.")
def batches_not_shuffled(X, Y, batch_size, rng):
    """The rows are not shuffled."""
    return _batches(X, Y, batch_size, np.arange(len(X)))


@mistake("minibatches", advice="Shuffle the rows first, then cut. Neighbours must be able to part.")
def batches_shuffled_as_blocks(X, Y, batch_size, rng):
    """The batches come in a random order, but each is a block of neighbouring rows."""
    starts = rng.permutation(np.arange(0, len(X), batch_size))
    blocks = [(X[start : start + batch_size], Y[start : start + batch_size]) for start in starts]
    return sorted(blocks, key=lambda pair: -len(pair[0]))  # a smaller block comes last


@mistake(
    "minibatches", advice="What happens to the last rows if batch_size does not divide n? They are a batch as well."
)
def batches_drop_the_last(X, Y, batch_size, rng):
    """The last batch is dropped if it is smaller than the others."""
    order = rng.permutation(len(X))
    for number in range(len(X) // batch_size):
        rows = order[number * batch_size : (number + 1) * batch_size]
        yield X[rows], Y[rows]


@mistake(
    "minibatches", advice="If batch_size divides n, there is no smaller batch at the end. How many batches are there?"
)
def batches_empty_at_the_end(X, Y, batch_size, rng):
    """If batch_size divides n, an empty batch comes at the end."""
    order = rng.permutation(len(X))
    for number in range(len(X) // batch_size + 1):
        rows = order[number * batch_size : (number + 1) * batch_size]
        yield X[rows], Y[rows]


@mistake(
    "minibatches", advice="Only the last batch may be smaller. np.array_split makes all of them about equal instead."
)
def batches_evened_out(X, Y, batch_size, rng):
    """The rows are shared out evenly, so that batches before the last one are smaller than batch_size too."""
    for rows in np.array_split(rng.permutation(len(X)), math.ceil(len(X) / batch_size)):
        yield X[rows], Y[rows]


@mistake("minibatches", advice="Let the last batch be smaller; no row may come twice.")
def batches_filled_up(X, Y, batch_size, rng):
    """The last batch is filled up with rows that were there before."""
    order = rng.permutation(len(X))
    order = np.append(order, np.resize(order, -len(X) % batch_size))
    for rows in np.split(order, len(order) // batch_size):
        yield X[rows], Y[rows]


@mistake("minibatches", advice="Draw one order of all rows, and cut it; do not draw rows anew for each batch.")
def batches_with_replacement(X, Y, batch_size, rng):
    """Rows are drawn anew for each batch, so that some come several times and others never."""
    for start in range(0, len(X), batch_size):
        rows = rng.integers(0, len(X), size=min(batch_size, len(X) - start))
        yield X[rows], Y[rows]


@mistake("minibatches", advice="In which line does the beginning of the slice move on?")
def batches_always_the_first(X, Y, batch_size, rng):
    """Every batch holds the same rows, the first ones."""
    rows = rng.permutation(len(X))[:batch_size]
    for _ in range(0, len(X), batch_size):
        yield X[rows], Y[rows]


@mistake("minibatches", advice="`return` inside the loop ends it. What hands out one item and then goes on?")
def batches_only_one(X, Y, batch_size, rng):
    """Only the first batch comes back."""
    rows = rng.permutation(len(X))[:batch_size]
    return [(X[rows], Y[rows])]


@mistake("minibatches", advice="batch_size is the number of rows in a batch, not the number of batches.")
def batches_number_for_size(X, Y, batch_size, rng):
    """You make batch_size batches, instead of batches of batch_size rows."""
    for rows in np.array_split(rng.permutation(len(X)), batch_size):
        yield X[rows], Y[rows]


@mistake("minibatches", advice="list(minibatches(…)) keeps all batches. Make new arrays for each of them.")
def batches_reuse_a_buffer(X, Y, batch_size, rng):
    """Each batch is written into the same arrays, so that earlier batches change when the next one comes."""
    order = rng.permutation(len(X))
    X_buffer, Y_buffer = np.zeros((batch_size, X.shape[1])), np.zeros((batch_size, Y.shape[1]))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        X_buffer[: len(rows)], Y_buffer[: len(rows)] = X[rows], Y[rows]
        yield X_buffer[: len(rows)], Y_buffer[: len(rows)]


@mistake("minibatches", advice="rng.shuffle works in place. Draw an order of row numbers instead.")
def batches_shuffle_in_place(X, Y, batch_size, rng):
    """You shuffle the caller's arrays."""
    order = rng.permutation(len(X))
    X[:], Y[:] = X[order], Y[order]
    return [(x.copy(), y.copy()) for x, y in _batches(X, Y, batch_size, np.arange(len(X)))]


@mistake(
    "minibatches", advice="Whoever calls chooses the seed: use the argument rng, and make no generator of your own."
)
def batches_own_seed(X, Y, batch_size, rng):
    """You make a generator of your own, so that every epoch of every run has the same order."""
    return _batches(X, Y, batch_size, np.random.default_rng(0).permutation(len(X)))


@mistake("minibatches", advice="np.random.permutation and np.random.shuffle use a hidden global state. rng has both.")
def batches_global_random(X, Y, batch_size, rng):
    """You draw from NumPy's global random numbers instead of from rng."""
    return _batches(X, Y, batch_size, np.random.permutation(len(X)))


# --- sgd -------------------------------------------------------------------------------------------------------------


def _gradients(W, b, X, Y):
    return back_prop(W, X, *forward_pass(W, b, X), Y)


def _train(W, b, X, Y, epochs, batch_size, lr, rng, step):
    """Go through mini-batches; ``step(W, b, X_batch, Y_batch)`` gives new ``(W, b)``, as all mistakes below do."""
    for _ in range(epochs):
        for batch in reference.minibatches(X, Y, batch_size, rng):
            W, b = step(W, b, *batch)
    return W, b


def _scaled(factor):
    """Make sgd with a gradient that is ``factor(size of the batch, batch_size, n)`` times the mean."""

    def train(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
        def step(W, b, x, y):
            grad_W, grad_b = _gradients(W, b, x, y)
            times = factor(len(x), batch_size, len(X))
            grad_W = [times * grad + lmbd * w for grad, w in zip(grad_W, W, strict=True)]
            return update(W, b, grad_W, [times * grad for grad in grad_b], lr)

        return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)

    return train


def _penalised(penalty, of_biases=0):
    """Make sgd that adds ``penalty(lmbd, size of the batch, n) * W`` to the gradient."""

    def train(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
        def step(W, b, x, y):
            grad_W, grad_b = _gradients(W, b, x, y)
            times = penalty(lmbd, len(x), len(X), lr)
            grad_W = [grad + times * w for grad, w in zip(grad_W, W, strict=True)]
            grad_b = [grad + of_biases * times * bias for grad, bias in zip(grad_b, b, strict=True)]
            return update(W, b, grad_W, grad_b, lr)

        return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)

    return train


@mistake("sgd", advice="Gradient descent goes against the gradient. Which sign has your step?")
def sgd_uphill(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You add the gradient instead of subtracting it."""
    return reference.sgd(W, b, X, Y, epochs, batch_size, -lr, lmbd, rng)


@mistake("sgd", advice="Divide by the number of rows in the batch, so that the step does not grow with it.")
def sgd_sums_gradients(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The gradients of the batch are summed, not averaged, so that the step grows with the batch."""
    return _scaled(lambda size, batch_size, n: size)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="The mean is over the rows of the batch. How many are these?")
def sgd_divides_by_n(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The sum over the batch is divided by n, the number of all rows, instead of by the rows of the batch."""
    return _scaled(lambda size, batch_size, n: size / n)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="How many rows has the last batch? Ask the batch, not batch_size.")
def sgd_divides_by_batch_size(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You divide by batch_size, also where the last batch has fewer rows."""
    return _scaled(lambda size, batch_size, n: size / batch_size)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="back_prop gives the gradient of the mean already. Do not divide once more.")
def sgd_divides_twice(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The mean gradient is divided by the size of the batch once more."""
    return _scaled(lambda size, batch_size, n: 1 / size)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="What becomes of the rows at the end if batch_size does not divide n?")
def sgd_drops_the_last_batch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The last batch is left out if it is smaller than the others."""
    for _ in range(epochs):
        batches = list(reference.minibatches(X, Y, batch_size, rng))
        for x, y in batches if len(batches) == 1 else [pair for pair in batches if len(pair[0]) == batch_size]:
            W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake("sgd", advice="Draw the order inside the loop over the epochs.")
def sgd_shuffles_once(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The order is drawn once, before the first epoch, and every epoch repeats it."""
    batches = list(reference.minibatches(X, Y, batch_size, rng))
    for _ in range(epochs):
        for x, y in batches:
            W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake("sgd", advice="Where do the batches come from, and where is rng used?")
def sgd_never_shuffles(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The rows are taken in the order in which they stand, in every epoch."""
    for _ in range(epochs):
        for start in range(0, len(X), batch_size):
            x, y = X[start : start + batch_size], Y[start : start + batch_size]
            W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake("sgd", advice="Shuffle X and Y with the same row numbers, or leave it all to minibatches.")
def sgd_shuffles_apart(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """X and Y are shuffled apart from each other, so that rows meet other rows' targets."""
    for _ in range(epochs):
        shuffled = X[rng.permutation(len(X))], Y[rng.permutation(len(X))]
        W, b = reference.sgd(W, b, *shuffled, 1, batch_size, lr, lmbd, rng)
    return W, b


@mistake("sgd", advice="In which line does the next batch take its rows from? It must move on.")
def sgd_first_batch_only(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Every step of an epoch uses the same batch."""
    for _ in range(epochs):
        x, y = next(iter(reference.minibatches(X, Y, batch_size, rng)))
        for _ in range(0, len(X), batch_size):
            W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake("sgd", advice="An epoch goes through all batches. Does your loop end, or return, after the first one?")
def sgd_one_batch_an_epoch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Each epoch makes a single step, with one batch."""
    for _ in range(epochs):
        x, y = next(iter(reference.minibatches(X, Y, batch_size, rng)))
        W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake("sgd", advice="Use the rows of the batch in the forward pass and in back_prop, not X and Y.")
def sgd_always_all_rows(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Every step uses all rows, whatever the batch is."""
    rng.permutation(len(X))
    return reference.sgd(W, b, X, Y, epochs * math.ceil(len(X) / batch_size), len(X), lr, lmbd, rng)


@mistake("sgd", advice="Each step starts from the weights that the step before it made.")
def sgd_old_gradients(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The gradients of a whole epoch are computed with the weights from its beginning."""
    for _ in range(epochs):
        old_W, old_b = W, b
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            grad_W, grad_b = _gradients(old_W, old_b, x, y)
            grad_W = [grad + lmbd * w for grad, w in zip(grad_W, W, strict=True)]
            W, b = update(W, b, grad_W, grad_b, lr)
    return W, b


@mistake("sgd", advice="Call update with what the last step returned, and keep what it returns.")
def sgd_loses_the_steps(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Every step starts from the first weights again, so that only the last step counts."""
    result = W, b
    for _ in range(epochs):
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            result = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return result


@mistake("sgd", advice="The second epoch goes on where the first one ended.")
def sgd_restarts_every_epoch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Every epoch starts from the first weights again."""
    result = W, b
    for _ in range(epochs):
        result = reference.sgd(W, b, X, Y, 1, batch_size, lr, lmbd, rng)
    return result


@mistake("sgd", advice="Count the rounds of your outer loop for epochs = 1 and epochs = 0.")
def sgd_one_epoch_too_few(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """There is one epoch too few."""
    return reference.sgd(W, b, X, Y, max(epochs - 1, 0), batch_size, lr, lmbd, rng)


@mistake("sgd", advice="Count the rounds of your outer loop for epochs = 1 and epochs = 0.")
def sgd_one_epoch_too_many(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """There is one epoch too many."""
    return reference.sgd(W, b, X, Y, epochs + 1, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="Where does lmbd come in? Its term belongs to the gradient of each weight matrix.")
def sgd_forgets_lmbd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The penalty is left out: lmbd changes nothing."""
    return _penalised(lambda lmbd, size, n, lr: 0)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="The contract leaves the biases out of the penalty. To which gradients do you add it?")
def sgd_penalises_biases(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The biases are penalised too."""
    return _penalised(lambda lmbd, *_: lmbd, 1)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="The penalty is lmbd / 2 times the sum of squares. What is its derivative?")
def sgd_factor_two(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You add 2 * lmbd * W to the gradient instead of lmbd * W."""
    return _penalised(lambda lmbd, *_: 2 * lmbd)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="The penalty is lmbd / 2 times the sum of squares. What is its derivative?")
def sgd_factor_one_half(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You add lmbd / 2 * W to the gradient: the derivative of a square brings a 2 that cancels the half."""
    return _penalised(lambda lmbd, *_: lmbd / 2)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="A weight decays towards 0. In which direction does your penalty pull?")
def sgd_penalty_with_wrong_sign(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The penalty has the wrong sign, so that the weights grow."""
    return _penalised(lambda lmbd, *_: -lmbd)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="The penalty is a part of the gradient, and the learning rate multiplies the whole gradient.")
def sgd_penalty_without_lr(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The penalty is not multiplied by the learning rate: the weights lose the share lmbd in each step."""
    return _penalised(lambda lmbd, size, n, lr: lmbd / lr)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="In this course's contract lmbd * W is added as it is, not shared among the samples.")
def sgd_penalty_divided_by_n(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You divide lmbd by the number of all rows."""
    return _penalised(lambda lmbd, size, n, lr: lmbd / n)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake("sgd", advice="In this course's contract lmbd * W is added as it is, not shared among the samples.")
def sgd_penalty_divided_by_batch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You divide lmbd by the number of rows in the batch."""
    return _penalised(lambda lmbd, size, n, lr: lmbd / size)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(
    "sgd", advice="The square of a weight has the derivative 2 w, not the sign of w. Add lmbd times the weight itself."
)
def sgd_l1_penalty(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You add lmbd times the sign of the weights, which belongs to another penalty, L1."""

    def step(W, b, x, y):
        grad_W, grad_b = _gradients(W, b, x, y)
        return update(W, b, [grad + lmbd * np.sign(w) for grad, w in zip(grad_W, W, strict=True)], grad_b, lr)

    return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)


@mistake("sgd", advice="Each step adds lmbd * W to its own gradient.")
def sgd_decays_once_an_epoch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The weights decay once in an epoch instead of in each step."""
    for _ in range(epochs):
        W = [w * (1 - lr * lmbd) for w in W]
        W, b = reference.sgd(W, b, X, Y, 1, batch_size, lr, 0.0, rng)
    return W, b


@mistake("sgd", advice="Both terms of the step use the weights from before the step.")
def sgd_decays_after_the_step(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The weights decay after the step, so that the step itself shrinks as well."""

    def step(W, b, x, y):
        W, b = update(W, b, *_gradients(W, b, x, y), lr)
        return [w * (1 - lr * lmbd) for w in W], b

    return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)


@mistake("sgd", advice="Compute the gradients first, with the weights as they are; then let the weights decay.")
def sgd_decays_before_the_gradient(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The weights decay before the gradients are computed, so that these belong to other weights."""

    def step(W, b, x, y):
        W = [w * (1 - lr * lmbd) for w in W]
        return update(W, b, *_gradients(W, b, x, y), lr)

    return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)


@mistake("sgd", advice="Every weight matrix has the penalty: W[0] and W[1].")
def sgd_penalises_one_layer(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Only the first weight matrix is penalised."""

    def step(W, b, x, y):
        grad_W, grad_b = _gradients(W, b, x, y)
        return update(W, b, [grad_W[0] + lmbd * W[0], grad_W[1]], grad_b, lr)

    return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)


@mistake("sgd", advice="update has a default learning rate. Give it yours.")
def sgd_ignores_lr(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The learning rate is always 0.1, whatever lr says."""
    return reference.sgd(W, b, X, Y, epochs, batch_size, 0.1, lmbd, rng)


@mistake("sgd", advice="`-=` on an array of the list W writes into the caller's weights. Make new arrays.")
def sgd_changes_the_weights(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You change the caller's weights and biases in place."""
    new_W, new_b = reference.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)
    for old, new in zip([*W, *b], [*new_W, *new_b], strict=True):
        old[...] = new
    return [w.copy() for w in W], [bias.copy() for bias in b]


@mistake("sgd", advice="Return W, b: both are needed to go on.")
def sgd_returns_the_weights_only(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Only the weights come back, without the biases."""
    return reference.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)[0]


@mistake("sgd", advice="`return` must stand to the left, below the loops and not inside them.")
def sgd_returns_too_early(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You return after the first step: `return` stands inside the loop."""
    for _ in range(epochs):
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            return reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


# --- grid_search -----------------------------------------------------------------------------------------------------


def _search(X, Y, X_val, labels_val, lrs, lmbds, rng, *, hidden=20, epochs=30, batch_size=10, score=None):
    """Fill the grid like the reference, with other settings or another ``score(W, b)``."""
    score = score or (lambda W, b: np.mean(predict(W, b, X_val) == labels_val))

    def run(lr, lmbd):
        W, b = init_weights(X.shape[1], hidden, Y.shape[1], rng)
        return score(*reference.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng))

    with np.errstate(all="ignore"):
        return np.array([[run(lr, lmbd) for lmbd in lmbds] for lr in lrs])


@mistake("grid_search", advice="One row for each learning rate, one column for each lambda.")
def grid_transposed(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Rows and columns are swapped: the rows belong to the lambdas."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng).T


@mistake("grid_search", advice="sgd takes lr first and lmbd after it. What do you pass?")
def grid_lr_and_lmbd_swapped(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """The learning rate and lambda are passed to sgd in the wrong order."""
    return _search(X, Y, X_val, labels_val, lmbds, lrs, rng).T


@mistake("grid_search", advice="A network may know the training data by heart. On which data do you want to compare?")
def grid_scores_training_data(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """The accuracies are measured on the training data, not on the validation data."""
    labels = np.argmax(Y, axis=1)
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, score=lambda W, b: np.mean(predict(W, b, X) == labels))


@mistake("grid_search", advice="Call init_weights inside the inner loop: every run starts anew.")
def grid_goes_on_training(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Each run goes on with the network of the run before, instead of starting anew."""
    W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
    scores = np.zeros((len(lrs), len(lmbds)))
    with np.errstate(all="ignore"):
        for i, lr in enumerate(lrs):
            for j, lmbd in enumerate(lmbds):
                W, b = reference.sgd(W, b, X, Y, 30, 10, lr, lmbd, rng)
                scores[i, j] = np.mean(predict(W, b, X_val) == labels_val)
    return scores


@mistake("grid_search", advice="Call init_weights inside the inner loop, not once for each learning rate.")
def grid_starts_once_a_row(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Only the first run of each row starts anew; the others go on with the network of the run before."""
    rows = [grid_goes_on_training(X, Y, X_val, labels_val, [lr], lmbds, rng)[0] for lr in lrs]
    return np.array(rows)


@mistake("grid_search", advice="The contract wants the share of right answers, a number from 0 to 1.")
def grid_counts(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You count the right answers instead of taking their share."""
    return _search(
        X, Y, X_val, labels_val, lrs, lmbds, rng, score=lambda W, b: np.sum(predict(W, b, X_val) == labels_val)
    )


@mistake("grid_search", advice="The contract wants a number from 0 to 1.")
def grid_percent(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """The accuracies are percentages, 100 times too large."""
    return 100 * _search(X, Y, X_val, labels_val, lrs, lmbds, rng)


@mistake("grid_search", advice="An accuracy is the share of right answers.")
def grid_error_rates(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You return the share of wrong answers."""
    return 1 - _search(X, Y, X_val, labels_val, lrs, lmbds, rng)


@mistake("grid_search", advice="The contract says which class NaN counts as. What does predict say of such a row?")
def grid_diverged_is_zero(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """A run that diverged scores 0, instead of what its network scores with NaN as class 0."""

    def score(W, b):
        finite = all(np.isfinite(array).all() for array in [*W, *b])
        return np.mean(predict(W, b, X_val) == labels_val) if finite else 0.0

    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, score=score)


@mistake("grid_search", advice="The contract says which class NaN counts as. What does predict say of such a row?")
def grid_diverged_is_nan(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """A run that diverged scores NaN, instead of what its network scores with NaN as class 0."""

    def score(W, b):
        finite = all(np.isfinite(array).all() for array in [*W, *b])
        return np.mean(predict(W, b, X_val) == labels_val) if finite else np.nan

    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, score=score)


@mistake("grid_search", advice="A run that diverges ends only itself. What happens to the runs after it?")
def grid_stops_at_divergence(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """After a run that diverged, the other runs are left out."""
    scores = np.zeros((len(lrs), len(lmbds)))
    with np.errstate(all="ignore"):
        for i, lr in enumerate(lrs):
            for j, lmbd in enumerate(lmbds):
                W, b = init_weights(X.shape[1], 20, Y.shape[1], rng)
                W, b = reference.sgd(W, b, X, Y, 30, 10, lr, lmbd, rng)
                scores[i, j] = np.mean(predict(W, b, X_val) == labels_val)
                if not np.isfinite(W[0]).all():
                    return scores
    return scores


@mistake("grid_search", advice="Which of the arguments of sgd is lmbd? Give it the lambda of the column.")
def grid_forgets_lmbd(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Every run is trained without a penalty."""
    return _search(X, Y, X_val, labels_val, lrs, [0.0 for _ in lmbds], rng)


@mistake("grid_search", advice="Which of the arguments of sgd is lr? Give it the learning rate of the row.")
def grid_first_lr_only(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Every run uses the first learning rate."""
    return _search(X, Y, X_val, labels_val, [lrs[0] for _ in lrs], lmbds, rng)


@mistake("grid_search", advice="The contract wants 30 epochs.")
def grid_one_epoch(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Each run trains far fewer epochs than 30."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, epochs=1)


@mistake("grid_search", advice="The contract wants 20 hidden units.")
def grid_too_few_hidden_units(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """The networks have far fewer hidden units than 20."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, hidden=3)


@mistake("grid_search", advice="The contract wants batches of 10, so that an epoch has about n / 10 steps.")
def grid_full_batch(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """Each step uses all rows instead of a batch of 10."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng, batch_size=len(X))


@mistake("grid_search", advice="Which pair is the best is asked later. Return all accuracies.")
def grid_best_only(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You return only the best accuracy."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, rng).max()


@mistake(
    "grid_search", advice="Whoever calls chooses the seed: use the argument rng, and make no generator of your own."
)
def grid_own_seed(X, Y, X_val, labels_val, lrs, lmbds, rng):
    """You make a generator of your own, so that every seed gives the same grid."""
    return _search(X, Y, X_val, labels_val, lrs, lmbds, np.random.default_rng(1))
