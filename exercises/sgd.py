"""sgd: training on mini-batches, with an L2 penalty.

An honest answer may draw any order, so what is expected is right for every order."""

import itertools
import math

import numpy as np

from course.checks.calls import Case
from course.checks.measures.sgd import measure
from course.plain import AnyOf
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, network, numbers
from exercises.minibatches import draw_targets
from exercises.train_test_split import draw_seed, expected_of
from solutions import reference
from solutions.reference import back_prop, forward_pass, sigmoid, softmax, update

EXERCISE = Exercise(
    unit="09-mini-batches",
    points=3,
    parameters=("W", "b", "X", "Y", "epochs", "batch_size", "lr", "lmbd", "rng"),
    returns=("W", "b"),
    uses=(
        "sigmoid",
        "softmax",
        "forward_pass",
        "calc_loss",
        "output_gradients",
        "back_prop",
        "update",
        "train_step",
        "minibatches",
    ),
    hints=(
        "Two loops: over the epochs, and over the batches of each epoch. What happens with one batch?",
        "Look at where the order is drawn, at which weights each step starts from, and at what lmbd is added to.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    n, d, h, k = different_sizes(rng, 4, smallest=2, largest=5)
    size = int(rng.integers(3, 5))
    lr, lmbd = (round(float(rng.uniform(*limits)), 2) for limits in ((0.3, 0.9), (0.15, 0.4)))
    more = int(rng.integers(3, 9))
    last = "a smaller last batch"

    def whole(part, sizes, epochs, batch_size, lmbd, lr=lr, input_scale=1.0):
        n, d, h, k = sizes
        args = (
            *network(rng, d, h, k, scale=1 / input_scale**0.5),
            numbers(rng, n, d, scale=input_scale),
            draw_targets(rng, n, k),
            epochs,
            batch_size,
            lr,
            lmbd,
            draw_seed(rng),
        )
        return Case(part, args)

    def listed(part, n, epochs, batch_size, lmbd):
        args = *network(rng, 3, 2, 2), numbers(rng, n, 3, scale=2), draw_targets(rng, n, 2), epochs, batch_size
        args = *args, 1.5, lmbd, draw_seed(rng)
        return Case(part, args, expected=AnyOf(tuple(_every_result(*args[:-1]))))

    return [
        _trace(rng, "mini-batches", 1, batch_size=6, remainder=0, decay=0),
        whole("mini-batches", (n, d, h, k), 1, n, 0.0),
        whole("mini-batches", (size, size, size, size), 1, size, 0.0),
        _trace(rng, last, 1, batch_size=8, remainder=5, decay=0),
        listed(last, 3, 2, 2, 0.2),
        listed("batches of one row", 4, 1, 1, 0.0),
        whole("the penalty", (3, 1, 2, 4), 1, 3, lmbd),
        _trace(rng, "several epochs", 10, batch_size=6, remainder=0, decay=0.8),
        whole("several epochs", (4, 2, 1, 3), 3, 4, lmbd),
        whole("many epochs", (2, 1, 1, 2), 45, 2, 0.0, lr=0.01),
        whole("many epochs", (3, 2, 2, 2), 25, 3, lmbd, lr=2.0**-12),
        whole("large inputs", (3, 2, 2, 2), 1, 3, 0.0, input_scale=400.0),
        whole("a batch size above the number of rows", (1, 2, 3, 2), 2, more, lmbd),
        whole("a batch size above the number of rows", (2, 3, 2, 1), 2, more, lmbd),
        whole("no epochs at all", (n, d, h, k), 0, 2, lmbd),
    ]


def _every_result(W, b, X, Y, epochs, batch_size, lr, lmbd):
    """Return what sgd gives, as measured, for every order of the rows in each epoch; orders with equal batches once."""
    n = len(X)
    starts = range(0, n, batch_size)
    orders = {tuple(frozenset(order[s : s + batch_size]) for s in starts) for order in itertools.permutations(range(n))}
    orders = sorted(orders, key=lambda batches: [sorted(batch) for batch in batches])
    for epochs_of_batches in itertools.product(orders, repeat=epochs):
        result = W, b
        for batch in itertools.chain(*epochs_of_batches):
            rows = sorted(batch)
            result = reference.sgd(*result, X[rows], Y[rows], 1, n, lr, lmbd, np.random.default_rng(0))
        yield measure(result, W, b, X, Y, epochs, batch_size, lr)


def _trace(rng, part, epochs, batch_size, remainder, decay):
    """Make a case in which the weights show afterwards when each row was used, and with which target.

    Row i of X is (i, -1), and the hidden unit j is 1 for the rows from j on, else 0, with not the least slope between.
    The network is sure of class 0 all the time, and no row belongs to it. So each row i adds lr / (size of its batch) to
    the columns up to i of its class in W_2, and nothing else moves. What was added early has decayed since.

    Parameters
    ----------
    remainder : the size of the last batch, if it is smaller than batch_size
    decay : how much of the weights the penalty takes away over all steps, from 0 to 1
    """
    n = 60 // batch_size * batch_size + remainder
    k, lr = 5, 0.001
    steps = epochs * -(-n // batch_size)
    keep = round(float((1 - decay) ** (1 / steps)), 4)  # the share that each step leaves
    X = np.column_stack([np.arange(n), -np.ones(n)])
    W = [np.column_stack([np.full(n, 800.0), 800.0 * np.arange(n) - 400]), np.zeros((k, n))]
    b = [numbers(rng, n), np.append(12.0, numbers(rng, k - 1))]
    Y = np.eye(k)[rng.permutation(np.arange(n) % (k - 1) + 1)]
    args = W, b, X, Y, epochs, batch_size, lr, round((1 - keep) / lr, 6), draw_seed(rng)
    known = {}
    if decay or remainder:  # otherwise all rows have the same influence, whenever they are used
        known["correlation of place in X and time of use"] = 0.0
        known["correlation of neighbours' times of use"] = 0.0
    if epochs > 1:
        # Each epoch spreads the rows alike, in an order of its own; the earlier epochs have decayed more.
        weights = keep ** (steps // epochs * np.arange(epochs))
        one = keep ** np.arange(steps // epochs)
        spread = np.std(one) / np.mean(one) * np.sqrt(np.sum(weights**2)) / np.sum(weights)
        known["spread of the rows' influence on W_2"] = float(spread)
    return Case(part, args, expected=expected_of(reference.sgd, measure, args, **known))


# --- mistakes --------------------------------------------------------------------------------------------------------


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


@mistake(advice="Gradient descent goes against the gradient. Which sign has your step?")
def sgd_uphill(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You add the gradient instead of subtracting it."""
    return reference.sgd(W, b, X, Y, epochs, batch_size, -lr, lmbd, rng)


@mistake(advice="Divide by the number of rows in the batch, so that the step does not grow with it.")
def sgd_sums_gradients(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The gradients of the batch are summed, not averaged, so that the step grows with the batch."""
    return _scaled(lambda size, batch_size, n: size)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="The mean is over the rows of the batch. How many are these?")
def sgd_divides_by_n(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The sum over the batch is divided by n, the number of all rows, instead of by the rows of the batch."""
    return _scaled(lambda size, batch_size, n: size / n)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="How many rows has the last batch? Ask the batch, not batch_size.")
def sgd_divides_by_batch_size(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You divide by batch_size, also where the last batch has fewer rows."""
    return _scaled(lambda size, batch_size, n: size / batch_size)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="back_prop gives the gradient of the mean already. Do not divide once more.")
def sgd_divides_twice(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The mean gradient is divided by the size of the batch once more."""
    return _scaled(lambda size, batch_size, n: 1 / size)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="What becomes of the rows at the end if batch_size does not divide n?")
def sgd_drops_the_last_batch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The last batch is left out if it is smaller than the others."""
    for _ in range(epochs):
        batches = list(reference.minibatches(X, Y, batch_size, rng))
        for x, y in batches if len(batches) == 1 else [pair for pair in batches if len(pair[0]) == batch_size]:
            W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake(advice="Draw the order inside the loop over the epochs.")
def sgd_shuffles_once(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The order is drawn once, before the first epoch, and every epoch repeats it."""
    batches = list(reference.minibatches(X, Y, batch_size, rng))
    for _ in range(epochs):
        for x, y in batches:
            W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake(advice="Where do the batches come from, and where is rng used?")
def sgd_never_shuffles(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The rows are taken in the order in which they stand, in every epoch."""
    for _ in range(epochs):
        for start in range(0, len(X), batch_size):
            x, y = X[start : start + batch_size], Y[start : start + batch_size]
            W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake(advice="Shuffle X and Y with the same row numbers, or leave it all to minibatches.")
def sgd_shuffles_apart(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """X and Y are shuffled apart from each other, so that rows meet other rows' targets."""
    for _ in range(epochs):
        shuffled = X[rng.permutation(len(X))], Y[rng.permutation(len(X))]
        W, b = reference.sgd(W, b, *shuffled, 1, batch_size, lr, lmbd, rng)
    return W, b


@mistake(advice="In which line does the next batch take its rows from? It must move on.")
def sgd_first_batch_only(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Every step of an epoch uses the same batch."""
    for _ in range(epochs):
        x, y = next(iter(reference.minibatches(X, Y, batch_size, rng)))
        for _ in range(0, len(X), batch_size):
            W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake(advice="An epoch goes through all batches. Does your loop end, or return, after the first one?")
def sgd_one_batch_an_epoch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Each epoch makes a single step, with one batch."""
    for _ in range(epochs):
        x, y = next(iter(reference.minibatches(X, Y, batch_size, rng)))
        W, b = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


@mistake(advice="Use the rows of the batch in the forward pass and in back_prop, not X and Y.")
def sgd_always_all_rows(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Every step uses all rows, whatever the batch is."""
    rng.permutation(len(X))
    return reference.sgd(W, b, X, Y, epochs * math.ceil(len(X) / batch_size), len(X), lr, lmbd, rng)


@mistake(advice="Each step starts from the weights that the step before it made.")
def sgd_old_gradients(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The gradients of a whole epoch are computed with the weights from its beginning."""
    for _ in range(epochs):
        old_W, old_b = W, b
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            grad_W, grad_b = _gradients(old_W, old_b, x, y)
            grad_W = [grad + lmbd * w for grad, w in zip(grad_W, W, strict=True)]
            W, b = update(W, b, grad_W, grad_b, lr)
    return W, b


@mistake(advice="Call update with what the last step returned, and keep what it returns.")
def sgd_loses_the_steps(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Every step starts from the first weights again, so that only the last step counts."""
    result = W, b
    for _ in range(epochs):
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            result = reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return result


@mistake(
    advice="Which weights does the second epoch start from? And does it get batches of its own? `yield` hands each out once."
)
def sgd_restarts_every_epoch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Only one epoch is in your result: the others start over, or have no batches left."""
    result = W, b
    for _ in range(epochs):
        result = reference.sgd(W, b, X, Y, 1, batch_size, lr, lmbd, rng)
    return result


@mistake(advice="Count the rounds of your outer loop for epochs = 1 and epochs = 0.")
def sgd_one_epoch_too_few(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """There is one epoch too few."""
    return reference.sgd(W, b, X, Y, max(epochs - 1, 0), batch_size, lr, lmbd, rng)


@mistake(advice="Count the rounds of your outer loop for epochs = 1 and epochs = 0.")
def sgd_one_epoch_too_many(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """There is one epoch too many."""
    return reference.sgd(W, b, X, Y, epochs + 1, batch_size, lr, lmbd, rng)


@mistake(advice="Where does lmbd come in? Its term belongs to the gradient of each weight matrix.")
def sgd_forgets_lmbd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The penalty is left out: lmbd changes nothing."""
    return _penalised(lambda lmbd, size, n, lr: 0)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="The task leaves the biases out of the penalty. To which gradients do you add it?")
def sgd_penalises_biases(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The biases are penalised too."""
    return _penalised(lambda lmbd, *_: lmbd, 1)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="The penalty is lmbd / 2 times the sum of squares. What is its derivative?")
def sgd_factor_two(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You add 2 * lmbd * W to the gradient instead of lmbd * W."""
    return _penalised(lambda lmbd, *_: 2 * lmbd)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="The penalty is lmbd / 2 times the sum of squares. What is its derivative?")
def sgd_factor_one_half(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You add lmbd / 2 * W to the gradient: the derivative of a square brings a 2 that cancels the half."""
    return _penalised(lambda lmbd, *_: lmbd / 2)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="A weight decays towards 0. In which direction does your penalty pull?")
def sgd_penalty_with_wrong_sign(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The penalty has the wrong sign, so that the weights grow."""
    return _penalised(lambda lmbd, *_: -lmbd)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="The penalty is a part of the gradient, and the learning rate multiplies the whole gradient.")
def sgd_penalty_without_lr(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The penalty is not multiplied by the learning rate: the weights lose the share lmbd in each step."""
    return _penalised(lambda lmbd, size, n, lr: lmbd / lr)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="In this task lmbd * W is added as it is, not shared among the samples.")
def sgd_penalty_divided_by_n(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You divide lmbd by the number of all rows."""
    return _penalised(lambda lmbd, size, n, lr: lmbd / n)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="In this task lmbd * W is added as it is, not shared among the samples.")
def sgd_penalty_divided_by_batch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You divide lmbd by the number of rows in the batch."""
    return _penalised(lambda lmbd, size, n, lr: lmbd / size)(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)


@mistake(advice="The square of a weight has the derivative 2 w, not the sign of w. Add lmbd times the weight itself.")
def sgd_l1_penalty(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You add lmbd times the sign of the weights, which belongs to another penalty, L1."""

    def step(W, b, x, y):
        grad_W, grad_b = _gradients(W, b, x, y)
        return update(W, b, [grad + lmbd * np.sign(w) for grad, w in zip(grad_W, W, strict=True)], grad_b, lr)

    return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)


@mistake(advice="Each step adds lmbd * W to its own gradient.")
def sgd_decays_once_an_epoch(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The weights decay once in an epoch instead of in each step."""
    for _ in range(epochs):
        W = [w * (1 - lr * lmbd) for w in W]
        W, b = reference.sgd(W, b, X, Y, 1, batch_size, lr, 0.0, rng)
    return W, b


@mistake(advice="Both terms of the step use the weights from before the step.")
def sgd_decays_after_the_step(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The weights decay after the step, so that the step itself shrinks as well."""

    def step(W, b, x, y):
        W, b = update(W, b, *_gradients(W, b, x, y), lr)
        return [w * (1 - lr * lmbd) for w in W], b

    return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)


@mistake(advice="Compute the gradients first, with the weights as they are; then let the weights decay.")
def sgd_decays_before_the_gradient(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The weights decay before the gradients are computed, so that these belong to other weights."""

    def step(W, b, x, y):
        W = [w * (1 - lr * lmbd) for w in W]
        return update(W, b, *_gradients(W, b, x, y), lr)

    return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)


@mistake(advice="Every weight matrix has the penalty: W[0] and W[1].")
def sgd_penalises_one_layer(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Only the first weight matrix is penalised."""

    def step(W, b, x, y):
        grad_W, grad_b = _gradients(W, b, x, y)
        return update(W, b, [grad_W[0] + lmbd * W[0], grad_W[1]], grad_b, lr)

    return _train(W, b, X, Y, epochs, batch_size, lr, rng, step)


@mistake(advice="update has a default learning rate. Give it yours.")
def sgd_ignores_lr(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """The learning rate is always 0.1, whatever lr says."""
    return reference.sgd(W, b, X, Y, epochs, batch_size, 0.1, lmbd, rng)


@mistake(advice="`-=` on an array of the list W writes into the caller's weights. Make new arrays.")
def sgd_changes_the_weights(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You change the caller's weights and biases in place."""
    new_W, new_b = reference.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)
    for old, new in zip([*W, *b], [*new_W, *new_b], strict=True):
        old[...] = new
    return [w.copy() for w in W], [bias.copy() for bias in b]


@mistake(advice="Return W, b: both are needed to go on.")
def sgd_returns_the_weights_only(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """Only the weights come back, without the biases."""
    return reference.sgd(W, b, X, Y, epochs, batch_size, lr, lmbd, rng)[0]


@mistake(advice="`return` must stand to the left, below the loops and not inside them.")
def sgd_returns_too_early(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    """You return after the first step: `return` stands inside the loop."""
    for _ in range(epochs):
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            return reference.sgd(W, b, x, y, 1, len(x), lr, lmbd, rng)
    return W, b


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def weight_decay(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    for _ in range(epochs):
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            grad_W, grad_b = back_prop(W, x, *forward_pass(W, b, x), y)
            decayed = [w * (1 - lr * lmbd) for w in W]
            W, b = update(decayed, b, grad_W, grad_b, lr)
    return W, b


@variant
def copies_in_place(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    W, b = [np.array(w) for w in W], [np.array(bias) for bias in b]
    order = np.arange(len(X))
    for _ in range(epochs):
        rng.shuffle(order)  # shuffles the last order on
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            hidden = sigmoid(X[rows] @ W[0].T + b[0])
            error = (softmax(hidden @ W[1].T + b[1]) - Y[rows]) / rows.size
            back = (error @ W[1]) * hidden * (1 - hidden)
            W[1] -= lr * (error.T @ hidden + lmbd * W[1])
            W[0] -= lr * (back.T @ X[rows] + lmbd * W[0])
            b[1] -= lr * error.sum(0)
            b[0] -= lr * back.sum(0)
    return W, b


@variant
def one_sample_at_a_time(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    for _ in range(epochs):
        for x, y in reference.minibatches(X, Y, batch_size, rng):
            total = [0 * array for array in [*W, *b]]
            for i in range(len(x)):
                grad_W, grad_b = back_prop(W, x[i : i + 1], *forward_pass(W, b, x[i : i + 1]), y[i : i + 1])
                total = [t + grad for t, grad in zip(total, [*grad_W, *grad_b], strict=True)]
            mean = [t / len(x) for t in total]
            W = [w - lr * (grad + lmbd * w) for w, grad in zip(W, mean[:2], strict=True)]
            b = [bias - lr * grad for bias, grad in zip(b, mean[2:], strict=True)]
    return tuple(W), tuple(b)


@variant
def recursive_epochs_and_rows_of_biases(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    b = [np.reshape(bias, (1, -1)) for bias in b]
    if epochs == 0:
        return W, b
    for x, y in list(reference.minibatches(X, Y, batch_size, rng)):
        grad_W, grad_b = back_prop(W, x, *forward_pass(W, b, x), y)
        W = [w - lr * lmbd * w - lr * grad for w, grad in zip(W, grad_W, strict=True)]
        b = [bias - lr * grad for bias, grad in zip(b, grad_b, strict=True)]
    return recursive_epochs_and_rows_of_biases(W, b, X, Y, epochs - 1, batch_size, lr, lmbd, rng)


@variant
def single_precision(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    W, b = [w.astype(np.float32) for w in W], [bias.astype(np.float32) for bias in b]
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            x, y = X[order[start : start + batch_size]], Y[order[start : start + batch_size]]
            hidden = 0.5 * (1 + np.tanh(0.5 * (x @ W[0].T + b[0])))
            scores = hidden @ W[1].T + b[1]
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = (powers / powers.sum(axis=1, keepdims=True) - y) / np.float32(len(x))
            back = error @ W[1] * hidden * (1 - hidden)
            grad_W = [back.T @ x, error.T @ hidden]
            W = [(w - lr * (grad + lmbd * w)).astype(np.float32) for w, grad in zip(W, grad_W, strict=True)]
            b = [(v - lr * grad.sum(axis=0)).astype(np.float32) for v, grad in zip(b, (back, error), strict=True)]
    return W, b


@variant
def plain_python(W, b, X, Y, epochs, batch_size, lr, lmbd, rng):
    (W_1, W_2), (b_1, b_2) = ([w.tolist() for w in W], [v.tolist() for v in b])
    h, k, d = len(W_1), len(W_2), X.shape[1]
    for _ in range(epochs):
        rows = rng.permutation(len(X)).tolist()
        while rows:
            batch, rows = rows[:batch_size], rows[batch_size:]
            G_1, G_2 = [[0.0] * d for _ in range(h)], [[0.0] * h for _ in range(k)]
            g_1, g_2 = [0.0] * h, [0.0] * k
            for i in batch:
                x, y = X[i].tolist(), Y[i].tolist()
                z = [sum(w * v for w, v in zip(W_1[j], x, strict=True)) + b_1[j] for j in range(h)]
                a = [1 / (1 + math.exp(-min(max(v, -700), 700))) for v in z]
                s = [sum(w * v for w, v in zip(W_2[c], a, strict=True)) + b_2[c] for c in range(k)]
                e = [math.exp(v - max(s)) for v in s]
                delta = [e[c] / sum(e) - y[c] for c in range(k)]
                for c in range(k):
                    g_2[c] += delta[c]
                    for j in range(h):
                        G_2[c][j] += delta[c] * a[j]
                for j in range(h):
                    back = sum(delta[c] * W_2[c][j] for c in range(k)) * a[j] * (1 - a[j])
                    g_1[j] += back
                    for m in range(d):
                        G_1[j][m] += back * x[m]
            m = len(batch)
            W_1 = [
                [w - lr * (g / m + lmbd * w) for w, g in zip(*pair, strict=True)] for pair in zip(W_1, G_1, strict=True)
            ]
            W_2 = [
                [w - lr * (g / m + lmbd * w) for w, g in zip(*pair, strict=True)] for pair in zip(W_2, G_2, strict=True)
            ]
            b_1 = [v - lr * g / m for v, g in zip(b_1, g_1, strict=True)]
            b_2 = [v - lr * g / m for v, g in zip(b_2, g_2, strict=True)]
    return [np.array(W_1), np.array(W_2)], [b_1, b_2]
