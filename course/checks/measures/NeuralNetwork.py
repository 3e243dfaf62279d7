"""What is measured of a network class: its behaviour, seen through fit, predict, predict_proba, score and loss_curve_.

Nothing here knows the class's private names, its order of random draws or its initialisation. Small networks give away
all their weights through ``predict_proba``; then a few steps of training are repeated with numerical derivatives and
compared. Larger ones are held against what every right gradient obeys. Where an honest class could differ, nothing is
said. A scenario returns what is wrong, in a sentence, or an empty string. Behind a line break there may be a detail.

Everything goes through the class, its instances' methods and attributes, and plain values, so that the class may live in
another process.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import pickle
import warnings
from collections.abc import Callable

import numpy as np

from course.checks.measures import Malformed

_TINY = 1e-12  # as a learning rate: the network stays as it was initialised
_CLOSE = 0.01  # relative; an honest answer in float32 stays far below, a wrong factor far above
_FAR = 1e6  # out here a sigmoid is 0 or 1, unless its weights are nearly zero


class _Found(Exception):
    """Ends a scenario with a finding."""


def probe(network: type, scenario: str, X, y, random_state: int) -> dict[str, str]:
    """Try one thing with the class, and return what is wrong: ``{"finding": sentence}``, empty if all is well.

    Raises
    ------
    Malformed : if something that came back cannot be measured
    """
    try:
        return {"finding": SCENARIOS[scenario](network, X, y, random_state) or ""}
    except _Found as found:
        return {"finding": str(found)}


def measure(result: dict[str, str], *_arguments) -> dict[str, str]:
    """Return the finding as it is: it is measured already."""
    return result


def shown(scenario: str, *_arguments) -> str:
    """Say what a scenario does, for a student who wants to try it."""
    return " ".join((SCENARIOS[scenario].__doc__ or "").split())


def _fit(network, X, y, **settings):
    """Return a fitted network. The data are copies, so that a class that changes them errs in one scenario only."""
    net = network(**settings)
    net.fit(X.copy(), y.copy())
    return net


def _probabilities(net, X, k: int) -> np.ndarray:
    """Return ``predict_proba(X)`` as an (n, k) float array."""
    result = net.predict_proba(X.copy())
    try:
        P = np.asarray(result, dtype=np.float64)
    except (TypeError, ValueError):
        raise Malformed("predict_proba should return an array of numbers") from None
    if P.shape != (len(X), k):
        raise Malformed(f"predict_proba should return the shape {(len(X), int(k))} here, (n, k); yours has {P.shape}")
    if np.isnan(P).any():
        raise _Found("predict_proba gives NaN (not a number).")
    return P


def _logits(net, X, k: int) -> np.ndarray:
    """Return the logarithms of the probabilities, less the mean of each row: all that softmax keeps of its scores."""
    with np.errstate(all="ignore"):
        logs = np.log(_probabilities(net, X, k))
        return logs - logs.mean(axis=1, keepdims=True)


def _predictions(net, X) -> np.ndarray:
    labels = np.asarray(net.predict(X.copy()))
    if labels.shape != (len(X),):
        raise Malformed(
            f"predict should return one label for each row, the shape {(len(X),)}; yours has {labels.shape}"
        )
    return labels


def _curve(net, epochs: int) -> np.ndarray:
    try:
        curve = np.asarray(net.loss_curve_, dtype=np.float64)
    except (TypeError, ValueError):
        raise Malformed("loss_curve_ should be a list of numbers, one for each epoch") from None
    if curve.size == 0:
        raise _Found("loss_curve_ is empty after fit.")
    if curve.shape != (epochs,):
        raise _Found(f"loss_curve_ should hold one number for each epoch.\n{epochs} epochs gave {curve.shape}.")
    return curve


def _cross_entropy(P, y) -> float:
    return float(-np.mean(np.log(P[np.arange(len(y)), y])))


def _accuracy(net, X, y) -> float:
    return float(np.mean(_predictions(net, X) == y))


def _learns(network, X, y, random_state, enough: float, epochs: int, good: int = 2, **settings) -> bool:
    """Return whether the network names enough labels of its training data, from ``good`` of three starts.

    A right network may be unlucky once, and a wrong one lucky. A quarter of the epochs may do: then the answer comes sooner.
    """

    def from_start(start: int) -> bool:
        random = {"random_state": random_state + start}
        fits = (_fit(network, X, y, epochs=some, **random, **settings) for some in (epochs // 4, epochs))
        return any(np.mean(_predictions(net, X) == y) >= enough for net in fits)

    return sum(itertools.islice(filter(None, map(from_start, range(3))), good)) == good


# --- what it does -------------------------------------------------------------------------------------------------------


def groups(network, X, y, random_state):
    """NeuralNetwork(hidden_layer_sizes=(10,), epochs=100, batch_size=10).fit(X, y): three groups of points, far apart."""
    options = {"hidden_layer_sizes": (10,), "epochs": 100, "batch_size": 10}
    if not _learns(network, X, y, random_state, enough=0.9, **options):
        return "After 100 epochs the network does not tell three groups of points apart that lie far from each other."
    return _is_no_own_network(network, X, y, random_state)


def _is_no_own_network(network, X, y, random_state) -> str:
    """Say whether a class passes a ready-made classifier on, of which much of what follows is true as well."""
    k, random = int(y.max()) + 1, {"batch_size": 10, "random_state": random_state}
    few, many = (
        _probabilities(_fit(network, X, y, lr=lr, epochs=n, **random), X, k) for lr, n in ((1e-3, 1), (0.5, 30))
    )
    if np.array_equal(few, many):
        return (
            "Neither lr nor epochs changes anything. A network learns step by step: epochs says how often, lr how far."
        )
    start = _logits(_fit(network, X, y, hidden_layer_sizes=(3,), lr=_TINY, epochs=1, **random), X, k)
    theirs = _logits(_scikit_learns(X, y, random_state), X, k)
    if np.abs(start - theirs).max() < 0.05 * np.abs(theirs).max():
        return "The weights start as those of scikit-learn's own MLPClassifier. The network is to be yours."
    return ""


def _scikit_learns(X, y, random_state):
    """Return scikit-learn's network with three hidden units, as it is before it has learned anything."""
    from sklearn.neural_network import MLPClassifier  # slow to import

    net = MLPClassifier((3,), "logistic", solver="sgd", learning_rate_init=_TINY, max_iter=1, random_state=random_state)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like to train longer
        return net.fit(X, y)


def probabilities(network, X, y, random_state):
    """net = NeuralNetwork((4,), epochs=10).fit(X, y), then predict_proba, predict and score."""
    k = y.max() + 1
    net = _fit(network, X, y, hidden_layer_sizes=(4,), epochs=10, random_state=random_state)
    P = _probabilities(net, X, k)
    if not np.isfinite(P).all() or P.min() < 0 or P.max() > 1 + 1e-6:
        return "predict_proba should give numbers from 0 to 1."
    if not np.allclose(P.sum(axis=1), 1, atol=1e-5):
        return "The rows of predict_proba should sum to 1."
    if not np.allclose(_probabilities(net, X[:1], k), P[:1], atol=1e-5):
        return "The probabilities of a row should not depend on the other rows that are predicted with it."
    predicted = _predictions(net, X)
    if not np.array_equal(predicted, np.asarray(net.classes_)[P.argmax(axis=1)]):
        return "predict should name the class with the largest probability: classes_[c] for column c of predict_proba."
    if abs(float(net.score(X.copy(), y.copy())) - np.mean(predicted == y)) > 1e-6:
        return "score(X, y) should be the share of rows for which predict names the label y."


def xor(network, X, y, random_state):
    """NeuralNetwork(hidden_layer_sizes=(16,), epochs=200, batch_size=8).fit(X, y), with each activation."""
    # A wrong slope of ReLU often learns it, and "deep" finds that; so one start of three must do, whichever numbers are drawn.
    for activation, lr, good in (("sigmoid", 3.0, 2), ("relu", 0.2, 1)):
        options = {"activation": activation, "hidden_layer_sizes": (16,), "lr": lr, "epochs": 200, "batch_size": 8}
        if not _learns(network, X, y, random_state, enough=0.85, good=good, **options):
            return f"With one hidden layer and {activation}, the network does not learn XOR."


def labels(network, X, y, random_state):
    """net.fit(X, y) with labels such as "cat" and "dog", -3 and 7, True and False, then net.predict(X)."""
    kinds = {
        "strings": np.array(["bird", "cat", "dog"])[y],
        "negative numbers": np.array([-3, 7, 100])[y],
        "bools": y == 1,
        "floats": np.array([1.0, 2.0, 4.0])[y],
    }
    options = {"hidden_layer_sizes": (6,), "epochs": 50, "batch_size": 6}
    for kind, names in kinds.items():
        net = _fit(network, X, names, epochs=2, random_state=random_state)
        if not np.array_equal(np.asarray(net.classes_), np.unique(names)):
            return f"classes_ should hold the different labels, sorted. With {kind} as labels it does not."
        if not np.isin(_predictions(net, X), names).all():
            return f"predict should return labels as fit got them. With {kind} as labels it does not."
        if not _learns(network, X, names, random_state, enough=0.9, **options):
            return f"With {kind} as labels the network does not learn what it learns with 0, 1, 2."


def settings(network, X, y, random_state):
    """net.fit(X, y) twice, with other data in between, with other settings, and with random_state=None."""
    k = int(y.max()) + 1
    given = {  # with steps so small that a wrong gradient does not run away to NaN, which is not what is tried here
        "hidden_layer_sizes": (5,), "activation": "relu", "lr": 0.001, "lmbd": 0.01,
        "epochs": 3, "batch_size": 6, "random_state": random_state,
    }  # fmt: skip
    first_X, first_y = X.copy(), y.copy()
    net = network(**given)
    net.fit(first_X, first_y)
    if not np.array_equal(first_X, X) or not np.array_equal(first_y, y):
        return "fit should leave X and y as they were: work on copies."
    if {name: net.get_params()[name] for name in given} != given:
        return "fit should leave the settings as they were given to the constructor."
    P = _probabilities(net, X, k)
    if not np.allclose(_probabilities(_fit(network, X, y, **given), X, k), P, atol=1e-5):
        return "Two fits with the same random_state should give the same network."
    for other_X, other_y in ((X[:, ::-1], y), (X[y > 0][:, :1], y[y > 0])):
        net.fit(other_X.copy(), other_y.copy())
        net.fit(X.copy(), y.copy())
        if not np.allclose(_probabilities(net, X, k), P, atol=1e-5):
            return "A second fit should start anew, and not go on from the first."
    others = {
        "random_state": random_state + 1, "lr": 0.002, "lmbd": 0.5, "epochs": 6, "batch_size": 50,
        "hidden_layer_sizes": (6,), "activation": "sigmoid",
    }  # fmt: skip
    for name, value in others.items():
        net = network(**given)
        net.set_params(**{name: value})
        net.fit(X.copy(), y.copy())
        if np.allclose(_probabilities(net, X, k), P, rtol=0, atol=1e-9):
            return f"{name} changes nothing. Does fit use self.{name}?"
    with _global_random_state_kept():
        _probabilities(_fit(network, X, y, **(given | {"random_state": None})), X, k)
    if int(getattr(net, "n_features_in_", 0)) != X.shape[1]:
        return "n_features_in_ should be the number of columns of X. validate_data(self, X, y) sets it."


@contextlib.contextmanager
def _global_random_state_kept():
    """Without a random_state, NumPy's global state is as good a source as any: put it back afterwards."""
    state = np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


# --- what it should refuse ----------------------------------------------------------------------------------------------


def unknown_activation_stored(network, X, y, random_state):
    """NeuralNetwork(activation="wobbly"), without fit: the constructor only stores."""
    net = network(activation="wobbly")
    return "" if net.get_params()["activation"] == "wobbly" else "The constructor should store what it is given."


def unknown_activation(network, X, y, random_state):
    """NeuralNetwork(activation="wobbly").fit(X, y)"""
    network(activation="wobbly", random_state=random_state).fit(X, y)


def not_fitted(network, X, y, random_state):
    """NeuralNetwork().predict(X), before fit"""
    network().predict(X)


def missing_number(network, X, y, random_state):
    """NeuralNetwork().fit(X, y), with a NaN in X"""
    X = X.copy()
    X[1, 0] = np.nan
    network(random_state=random_state).fit(X, y)


def another_width(network, X, y, random_state):
    """NeuralNetwork().fit(X, y).predict(X[:, :1]), a column too few"""
    net = _fit(network, X, y, epochs=2, random_state=random_state)
    net.predict(X[:, :-1].copy())


# --- small networks, step by step ---------------------------------------------------------------------------------------
# theta holds all that can be seen of a network without hidden layers: a (k, d) matrix and k biases, each column less its
# mean, since softmax does not see it. A training step of these is the same as one of the weights themselves.


def no_hidden_layer(network, X, y, random_state):
    """NeuralNetwork(hidden_layer_sizes=(), epochs=4).fit(X, y), step by step, all rows in one batch."""
    first, second, _, last = (_linear(net, X, y) for net in _epoch_by_epoch(network, X, y, random_state))
    options = {"hidden_layer_sizes": (4,), "epochs": 1, "random_state": random_state}
    twice = [_logits(_fit(network, X, y, **options), X, int(y.max()) + 1) for _ in range(2)]
    if np.abs(twice[0] - twice[1]).max() > 1e-4:
        return "Two fits with the same random_state give different networks, so that no step can be followed."
    one_step = _descend(_linear_loss, first, X, y, [None], lr=0.5)
    if _agree(first, one_step, second):
        wanted = _descend(_linear_loss, one_step, X, y, [None] * 2, lr=0.5)
        return "" if _agree(first, wanted, last) else "The first steps are right, but not those in later epochs."
    right, got = one_step - first, second - first
    if np.abs(got).max() < _CLOSE * np.abs(right).max():
        return "fit changes nothing if all rows fit into one batch. Is there a batch at all with fewer rows than batch_size?"
    ratio = float(right @ got / (right @ right))
    if np.abs(got - ratio * right).max() > _CLOSE * np.abs(got).max():
        return "Without hidden layers, a step of training does not follow the gradient of the mean loss."
    if ratio < 0:
        return "Without hidden layers, a step of training goes uphill: its sign is wrong."
    if abs(ratio - len(X)) < _CLOSE * len(X):
        return "The gradient is a sum over the rows of the batch. It should be the mean."
    return f"Without hidden layers, a step is not lr times the mean gradient.\nIt is {ratio:.2g} times as long."


def _epoch_by_epoch(network, X, y, random_state):
    """Return networks without hidden layers after 1, 2, 3 and 4 epochs."""
    options = {"hidden_layer_sizes": (), "lr": 0.5, "random_state": random_state}
    return [_fit(network, X, y, epochs=epochs, **options) for epochs in (1, 2, 3, 4)]


def mini_batches(network, X, y, random_state):
    """NeuralNetwork((), epochs=1, batch_size=3).fit(X, y) with 4 rows: a batch of 3, then one of 1."""
    n, options = len(y), {"hidden_layer_sizes": (), "epochs": 1, "batch_size": 3}
    orders = [[[*range(row), *range(row + 1, n)], [row]] for row in range(n)]
    for seed in range(random_state, random_state + 3):
        before, after = (_linear(_fit(network, X, y, random_state=seed, lr=lr, **options), X, y) for lr in (_TINY, 0.5))
        if not any(_leads_to(after, before, X, y, order) for order in orders):
            return _wrong_batches(after, before, X, y, orders)


def _leads_to(after, before, X, y, batches, summed=False) -> bool:
    """Return whether a step for each batch leads from one network to the other."""
    theta = before
    for rows in batches:
        theta = _descend(_linear_loss, theta, X, y, [rows], lr=0.5 * len(rows) if summed else 0.5)
    return _agree(before, theta, after)


def _wrong_batches(after, before, X, y, orders) -> str:
    if any(_leads_to(after, before, X, y, order[:1]) for order in orders):
        return "The last batch, which is smaller than the others, is left out."
    if _leads_to(after, before, X, y, [range(len(y))]):
        return "batch_size is not used: all rows are in one batch."
    if any(_leads_to(after, before, X, y, order, summed=True) for order in orders):
        return "The gradient is a sum over the rows of the batch. It should be the mean."
    labels = itertools.permutations(y)
    if any(_leads_to(after, before, X, np.array(each), order) for each, order in itertools.product(labels, orders)):
        return "Rows get the labels of other rows."
    return (
        "4 rows in batches of 3: no order of the rows gives this result. Each row should be used once an epoch, and each "
        "batch's gradient is the mean over its own rows."
    )


def weight_decay(network, X, y, random_state):
    """NeuralNetwork((), lmbd=0.4, epochs=4).fit(X, y), step by step; then networks with hidden layers."""
    options = {"hidden_layer_sizes": (), "lr": 0.25, "lmbd": 0.4, "random_state": random_state}
    before, after = (_linear(_fit(network, X, y, epochs=epochs, **options), X, y) for epochs in (1, 4))
    d = X.shape[1]
    steps = {
        "": {"lmbd": 0.4},
        "lmbd changes nothing.": {"lmbd": 0.0},
        "lmbd shrinks the biases too. Only weights are regularised.": {"lmbd": 0.4, "bias_lmbd": 0.4},
        "lmbd shrinks the biases, and not the weights.": {"lmbd": 0.0, "bias_lmbd": 0.4},
        "lmbd acts twice as strongly as it should.": {"lmbd": 0.8},
        "lmbd acts half as strongly as it should.": {"lmbd": 0.2},
        "lmbd is divided by the number of rows.": {"lmbd": 0.4 / len(X)},
        "lmbd makes the weights grow: its sign is wrong.": {"lmbd": -0.4},
        "The step of the weight decay is lmbd times the weights; lr is left out of it.": {"lmbd": 0.4 / 0.25},
    }
    for finding, strengths in steps.items():
        wanted = _descend(_linear_loss, before, X, y, [None] * 3, lr=0.25, decays=_decays(len(before), d, **strengths))
        if _agree(before, wanted, after):
            return finding or _decays_in_hidden_layers(network, X, y, random_state)
    if not no_hidden_layer(network, X, y, random_state):  # else that is the finding, in its own scenario
        return "With lmbd, a step is not lr times (the mean gradient plus lmbd times the weights)."


def _decays_in_hidden_layers(network, X, y, random_state) -> str:
    if _unit_differs(network, X, y, random_state, lmbd=0.1) and not _unit_differs(
        network, X, y, random_state, lmbd=0.0
    ):
        return "lmbd should shrink the weights of a hidden layer as it does those of the last one, and no biases."
    if not 2.9 < _layers_that_shrink(network, X, y, random_state) < 3.1:
        return "In a network of three layers, lmbd should shrink the weights of all three. Here it does not."
    return ""


def _decays(size, d, lmbd, bias_lmbd=0.0):
    """Return the strength of the weight decay for each entry of theta: the first d of d + 1 columns hold weights."""
    return np.tile(np.append(np.full(d, lmbd), bias_lmbd), size // (d + 1))


def _layers_that_shrink(network, X, y, random_state) -> float:
    """Halve all weights of a network with two hidden layers, and say of how many layers this is seen: it should be 3.

    The scores of a ReLU network without biases are halved once for each layer.
    """
    k = int(y.max()) + 1
    options = {"hidden_layer_sizes": (5, 4), "activation": "relu", "epochs": 1}
    for seed in range(random_state, random_state + 3):
        start = _fit(network, X, y, lr=_TINY, random_state=seed, **options)
        scores = _logits(start, X, k)
        size = np.abs(scores).max()
        if size > 1e-3 and np.abs(_logits(start, 2 * X, k) - 2 * scores).max() < 1e-3 * size:
            halved = _logits(_fit(network, X, y, lr=1e-6, lmbd=0.5e6, random_state=seed, **options), X, k)
            return -np.log2(max(np.sum(halved * scores) / np.sum(scores * scores), 1e-9))
    return 3.0  # biases that do not start at zero, or next to nothing to see: no finding


def one_hidden_unit(network, X, y, random_state):
    """NeuralNetwork(hidden_layer_sizes=(1,), epochs=12).fit(X, y), step by step, all rows in one batch."""
    findings = (_unit_differs(network, X, y, random_state + start, lmbd=0.0) for start in range(3))
    return next(filter(None, findings), "")


def _unit_differs(network, X, y, random_state, lmbd) -> str:
    """Return how training from epoch 3 to epoch 12 differs from what it should be."""
    d, k = X.shape[1], int(y.max()) + 1
    options = {"hidden_layer_sizes": (1,), "lr": 2.0, "lmbd": lmbd, "random_state": random_state}
    early, late = (_single_unit(_fit(network, X, y, epochs=epochs, **options), d, k) for epochs in (3, 12))
    decays = np.concatenate([np.full(d, lmbd), [0.0], np.full(k, lmbd), np.zeros(k)])
    parts = np.split(np.arange(len(decays)), np.cumsum([d, 1, k]))
    divided = np.append(np.full(d + 1, 1 / len(X)), np.ones(2 * k))  # once more, in the hidden layer
    tried, is_divided = [], False
    for before, after in itertools.product(early, late):  # which of the two is which may change on the way
        wanted = _descend(_unit_loss, before, X, y, [None] * 9, lr=2.0, decays=decays)
        if all(_agree(before[part], wanted[part], after[part], slack=2e-4) for part in parts):
            return ""
        slow = _descend(_unit_loss, before, X, y, [None] * 9, lr=2.0 * divided, decays=decays)
        is_divided |= all(_agree(before[part], slow[part], after[part], slack=2e-4) for part in parts)
        tried.append((np.abs(after - wanted).max(), before, after, wanted))
    _, before, after, wanted = min(tried, key=lambda item: item[0])
    way, right = (np.abs(end - before)[: d + 1].max() for end in (after, wanted))
    if way < 1e-4 * right:
        return "A hidden layer with one sigmoid unit does not learn: its weights stay as they are."
    if is_divided:
        return "A hidden layer with one sigmoid unit learns much too slowly. Is its gradient divided too often?"
    return "With one sigmoid unit in the hidden layer, a step of training is not lr times the mean gradient."


def _descend(loss, theta, X, y, batches, lr, decays=0.0):
    """Take one step for each batch (a list of rows, or None for all), along derivatives found numerically."""
    from scipy.optimize import approx_fprime

    for rows in batches:
        chosen = slice(None) if rows is None else rows
        theta = theta - lr * (approx_fprime(theta, loss, 1e-7, X[chosen], y[chosen], int(y.max()) + 1) + decays * theta)
    return theta


def _linear(net, X, y) -> np.ndarray:
    """Read theta off a network that should have no hidden layer.

    Returns
    -------
    theta : (k * (d + 1),) array, for each class its d weights and its bias
    """
    d, k = X.shape[1], int(y.max()) + 1
    scores = _logits(net, np.vstack([np.eye(d), np.zeros((1, d))]), k)
    theta = np.column_stack([(scores[:-1] - scores[-1]).T, scores[-1]])
    if not np.isfinite(theta).all():
        raise _Found("Without hidden layers, the probabilities at simple points are 0, 1 or NaN.")
    points = 3 * np.vstack([-np.eye(d), np.ones((1, d))])
    expected = np.column_stack([points, np.ones(len(points))]) @ theta.T
    if np.abs(_logits(net, points, k) - expected).max() > 0.3 * _CLOSE * max(np.abs(theta).max(), 1e-3):
        raise _Found("With hidden_layer_sizes=() the network should have a single layer, and so straight borders.")
    return theta.ravel()


def _linear_loss(theta, X, y, k) -> float:
    from scipy.special import log_softmax

    scores = np.column_stack([X, np.ones(len(X))]) @ theta.reshape(k, -1).T
    return -np.mean(log_softmax(scores, axis=1)[np.arange(len(y)), y])


def _single_unit(net, d: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Read a network with one sigmoid unit off its probabilities: far away the unit is 0 or 1.

    Returns
    -------
    theta, mirrored : (d + 1 + 2 k,) arrays: the unit's weights and bias, the k weights behind it, k biases; and the same
        with the unit's sign turned, since sigmoid(-z) = 1 - sigmoid(z) gives the same scores
    """
    ends = _logits(net, _FAR * np.vstack([np.eye(d), -np.eye(d)]), k)
    low, high = ends[0], ends[d]
    step = high - low
    if not np.isfinite(ends).all() or np.abs(step).max() < 1e-6:
        raise _Found(
            "The hidden layer with activation sigmoid does not go from one level to another, as a sigmoid does."
        )
    points = np.vstack([np.eye(d), np.zeros((1, d)), -np.eye(d), np.full((1, d), 0.5)])
    share = (_logits(net, points, k) - low) @ step / (step @ step)
    with np.errstate(all="ignore"):
        z = np.log(share) - np.log1p(-share)
    weights, bias = z[:d] - z[d], z[d]
    if not np.isfinite(z).all() or np.abs(points @ weights + bias - z).max() > 2 * _CLOSE * np.abs(z).max():
        raise _Found("The hidden layer with activation sigmoid does not follow the curve of a sigmoid.")
    return np.concatenate([weights, [bias], step, low]), np.concatenate([-weights, [-bias], -step, high])


def _unit_scores(theta, X, k: int) -> np.ndarray:
    from scipy.special import expit

    d = X.shape[1]
    return expit(X @ theta[:d] + theta[d])[:, np.newaxis] * theta[d + 1 : d + 1 + k] + theta[d + 1 + k :]


def _unit_loss(theta, X, y, k) -> float:
    from scipy.special import log_softmax

    return -np.mean(log_softmax(_unit_scores(theta, X, k), axis=1)[np.arange(len(y)), y])


def _agree(before, wanted, after, slack=0.0) -> bool:
    """Return whether training went to where it should, by the length of the way."""
    return bool(np.abs(after - wanted).max() <= _CLOSE * np.abs(wanted - before).max() + slack)


# --- larger networks ----------------------------------------------------------------------------------------------------


def rectifier(network, X, y, random_state):
    """NeuralNetwork(hidden_layer_sizes=(1,), activation="relu").fit(X, y), then predict_proba along straight lines."""
    bent = False
    for start in range(6):
        options = {"activation": "relu", "lr": 0.1, "epochs": 2, "random_state": random_state + start}
        net = _fit(network, X, y, hidden_layer_sizes=(1,), **options)
        bent = _is_rectifier(net, X, y) or bent
        _require_straight_pieces(_fit(network, X, y, hidden_layer_sizes=(3, 3), **options), X, y)
    if not bent:
        return "The hidden layer with activation relu does not bend anything: all scores are straight lines."


def _is_rectifier(net, X, y) -> bool:
    """Return whether a bend was seen; if it is not ReLU's, that is a finding."""
    line = _steepest_line(net, X.shape[1], int(y.max()) + 1)
    slopes = np.diff(line)
    steepest, left, right = np.abs(slopes).max(), slopes[0], slopes[-1]
    if np.ptp(line) < 1e-4 or np.ptp(slopes) < _CLOSE * steepest:
        return False  # straight from end to end
    if (abs(left) < _CLOSE * steepest) == (abs(right) < _CLOSE * steepest):
        raise _Found("The hidden layer with activation relu does not follow ReLU: it should be flat on one side only.")
    steps = np.arange(len(line))
    pieces = (line[0] + left * steps, line[-1] + right * (steps - steps[-1]))
    if np.minimum(*(np.abs(line - piece) for piece in pieces)).max() > _CLOSE * np.ptp(line):
        raise _Found("The hidden layer with activation relu does not follow ReLU: its bend is round.")
    return True


def _steepest_line(net, d, k) -> np.ndarray:
    """Return a score of the network along a straight line through 0, a line along which it changes much."""
    t = np.linspace(-1, 1, 129)[:, np.newaxis]
    for reach in (8, 4, 2, 1, 0.5):
        lines = [_logits(net, reach * t * direction, k) for direction in (*np.eye(d), np.ones(d))]
        if np.ptp(lines) < 10:  # else the probabilities are close to 0, where someone may have clipped them
            break
    return max((line for scores in lines for line in scores.T), key=np.ptp)


def _require_straight_pieces(net, X, y) -> None:
    """Require that the scores of a small ReLU network are straight almost everywhere along a line."""
    t = np.linspace(-3, 3, 241)
    scores = _logits(net, t[:, np.newaxis] * np.ones(X.shape[1]), int(y.max()) + 1)
    curved = np.abs(np.diff(scores, n=2, axis=0)).max(axis=1) > max(1e-5 * np.ptp(scores), 1e-6)
    if np.mean(curved) > 0.3:  # at most 15 bends, each at two of 239 places
        raise _Found("In a deep network with activation relu, the scores should be straight between a few bends.")


def deep(network, X, y, random_state):
    """NeuralNetwork(hidden_layer_sizes=(4, 4)), one step with each activation: does every layer follow its gradient?"""
    wrong = []
    for activation, tolerance in (("sigmoid", 0.003), ("relu", _CLOSE)):
        asymmetry: list[float] = []
        for start in range(5):
            K = _responses(network, X, y, activation, random_state + start)
            asymmetry += [_asymmetry(K)] if len(K) > 2 else []
            if sum(one <= tolerance for one in asymmetry) == 3:
                break  # whatever the others are, the median of five is no larger
        if asymmetry and np.median(asymmetry) > tolerance:
            wrong.append(activation)
    if wrong:
        return f"With two hidden layers and {' or '.join(wrong)}, a step of training does not follow the gradient."
    if min(abs(_layers_that_shrink(network, X, y, random_state) - fewer) for fewer in (1, 2)) < 0.1:
        return "Two hidden layers make three layers of weights. This network behaves as if it had fewer."
    return _every_layer_learns(network, X, y, random_state)


def _responses(network, X, y, activation, random_state) -> np.ndarray:
    """Measure how a small step moves the scores.

    Returns
    -------
    K : (m, m) array, m pairs of a row of class 0 and another class; entry [i, j] says how far the score of row i moves
        (its other class against class 0) if the label of row j changes from class 0 to its other class. Every gradient
        step gives a symmetric K: products of the derivatives of two scores. Only a ReLU that stands just at its bend has
        no derivative; so a single K proves nothing.
    """
    k = int(y.max()) + 1
    options = {"hidden_layer_sizes": (4, 4), "activation": activation, "epochs": 1, "random_state": random_state}
    start = _fit(network, X, y, lr=_TINY, **options)
    # Where a whole layer of ReLUs is zero, the next one stands at its bend as long as its biases are zero.
    alive = np.abs(_logits(start, X, k) - _logits(start, X / 2, k)).max(axis=1)
    rows = np.flatnonzero((y == 0) & (alive > 1e-3 * alive.max()))
    if not rows.size or not np.isfinite(alive).all():
        return np.empty((0, 0))

    def scores(labels):
        logits = _logits(_fit(network, X, labels, lr=1e-3, **options), X[rows], k)
        return (logits[:, 1:] - logits[:, :1]).ravel()

    unchanged = scores(y)
    columns = [
        scores(np.where(np.arange(len(y)) == row, other, y)) - unchanged for row in rows for other in range(1, k)
    ]
    return np.array(columns).T


def _asymmetry(K) -> float:
    if not np.isfinite(K).all():
        return np.inf
    return float(np.abs(K - K.T).max() / max(np.abs(K).max(), 1e-300))


def _every_layer_learns(network, X, y, random_state) -> str:
    """With lr * lmbd = 1 a step leaves nothing of the old weights: each layer holds its gradient alone, times -lr.

    If one of them does not learn, it is exactly zero then, and the same probabilities come out for every row.
    """
    options = {"activation": "sigmoid", "epochs": 1, "random_state": random_state}
    for sizes in ((4,), (4, 4)):
        scores = [
            _logits(_fit(network, X, y, hidden_layer_sizes=sizes, lr=lr, lmbd=1 / lr, **options), X, int(y.max()) + 1)
            for lr in (4.0, 32.0)  # powers of two, so that nothing is rounded
        ]
        if max(np.ptp(each, axis=0).max() for each in scores) < 1e-12:
            return "In a deep network, not every layer learns: the gradient of at least one is zero."
    return ""


def loss_curve(network, X, y, random_state):
    """net = NeuralNetwork((4,), batch_size=3).fit(X, y), then net.loss_curve_ against the probabilities."""
    k = int(y.max()) + 1
    options = {"hidden_layer_sizes": (4,), "random_state": random_state}
    nets = [_fit(network, X, y, lr=_TINY, epochs=1, **options)]
    nets += [_fit(network, X, y, lr=0.5, epochs=epochs, **options) for epochs in (1, 2, 3, 4)]
    losses = np.array([_cross_entropy(_probabilities(net, X, k), y) for net in nets])
    curve = _curve(nets[-1], 4)
    if not np.isfinite(curve).all():
        return "loss_curve_ holds numbers that are not finite."
    if _close(curve, len(X) * losses[:-1]) or _close(curve, len(X) * losses[1:]):
        return "loss_curve_ holds sums over the rows. It should hold means."
    if not _close(curve, losses[:-1]) and not _close(curve, losses[1:]):
        return (
            "With all rows in one batch, loss_curve_ should hold the mean cross-entropy (natural logarithm) of each epoch, "
            f"the first one first: as it was during the epoch, or after it.\nIt is {curve[0]:.4g} in the first epoch; "
            f"predict_proba gives {losses[0]:.4g} before it and {losses[1]:.4g} after it."
        )
    return _loss_of_batches(network, X, y, options)


def _loss_of_batches(network, X, y, options) -> str:
    """With a tiny learning rate nothing changes: each epoch's loss is the one that predict_proba gives."""
    net = _fit(network, X, y, lr=1e-9, epochs=2, batch_size=3, **options)
    P = _probabilities(net, X, int(y.max()) + 1)
    curve, loss = _curve(net, 2), _cross_entropy(P, y)
    if not _close(curve, loss):
        each = -np.log(P[np.arange(len(y)), y])
        if all(np.isclose(each, value, rtol=2e-3).any() for value in curve):  # 7 rows in batches of 3: the last has 1
            return "loss_curve_ holds the loss of each epoch's last batch only."
        return (
            "loss_curve_ should count each row once, whatever the size of its batch: weight each batch by its rows.\n"
            f"It is {curve[-1]:.4g} with nearly no learning; predict_proba gives {loss:.4g}."
        )
    curve = _curve(_fit(network, X, y, lr=1e-9, lmbd=2.0, epochs=2, batch_size=3, **options), 2)
    if not _close(curve, loss):
        return "loss_curve_ should not contain the penalty of lmbd."
    return ""


def _close(one, other) -> bool:
    return bool(np.allclose(one, other, rtol=2e-3))


# --- scikit-learn's own rules -------------------------------------------------------------------------------------------

RULES = {
    "check_no_attributes_set_in_init": "The constructor may set nothing but its own arguments.",
    "check_parameters_default_constructible": "The constructor should only store its arguments, each as it came and under "
    "its own name.",
    "check_do_not_raise_errors_in_init_or_set_params": "The constructor should accept anything. fit is the place to complain.",
    "check_estimator_cloneable": "scikit-learn cannot clone the class: the constructor changes what it is given.",
    "check_get_params_invariance": "get_params should return what the constructor was given.",
    "check_set_params": "set_params should store a value, and get_params return it.",
    "check_mixin_order": "ClassifierMixin should stand before BaseEstimator in the list of base classes.",
    "check_estimator_tags_renamed": "The class should not define tags of its own in the old way.",
    "check_valid_tag_types": "The class's tags should come from its base classes, ClassifierMixin and BaseEstimator.",
    "check_estimator_repr": "Printing the network should work: do not change what the base class does.",
    "check_estimators_unfitted": "Before fit, predict and predict_proba should raise NotFittedError. check_is_fitted(self) "
    "does, if it is the first thing that happens.",
    "check_fit_check_is_fitted": "check_is_fitted should see that fit was called: its results should end with an underscore.",
    "check_estimators_fit_returns_self": "fit should return self.",
    "check_fit_idempotent": "A second fit on the same data should give the same network.",
    "check_estimators_overwrite_params": "fit should not change the settings that the constructor stored.",
    "check_dont_overwrite_parameters": "What fit finds should be stored under names that end with an underscore.",
    "check_dict_unchanged": "predict and predict_proba should not change the network.",
    "check_n_features_in": "fit should set n_features_in_. validate_data(self, X, y) does.",
    "check_n_features_in_after_fitting": "predict_proba should refuse another number of columns than fit saw. "
    "validate_data(self, X, reset=False) does.",
    "check_estimators_nan_inf": "fit, predict and predict_proba should refuse NaN and infinity with a ValueError. "
    "validate_data does.",
    "check_supervised_y_no_nan": "fit should refuse NaN or infinity in y. validate_data(self, X, y) does.",
    "check_estimators_empty_data_messages": "fit should refuse data without rows or columns. validate_data does.",
    "check_complex_data": "fit should refuse complex numbers. validate_data does.",
    "check_dtype_object": "fit should accept numbers in an array of objects, and refuse anything else. validate_data does.",
    "check_fit1d": "fit should refuse an X with a single dimension. validate_data does.",
    "check_fit2d_predict1d": "predict_proba should refuse an X with a single dimension. validate_data does.",
    "check_estimator_sparse_tag": "fit should refuse sparse matrices with a TypeError. validate_data does.",
    "check_estimator_sparse_array": "fit should refuse sparse arrays with a TypeError. validate_data does.",
    "check_estimator_sparse_matrix": "fit should refuse sparse matrices with a TypeError. validate_data does.",
    "check_requires_y_none": "fit should refuse y=None with a ValueError. validate_data(self, X, y) does.",
    "check_supervised_y_2d": "fit should take y as a column, with a DataConversionWarning. validate_data(self, X, y) does.",
    "check_classifiers_regression_target": "fit should refuse targets that are no classes, such as 0.37. "
    "check_classification_targets(y) does.",
    "check_classifiers_classes": "The labels should be in classes_, and predict should return them.",
    "check_classifiers_one_label": "With a single class in y, fit should work, or raise a ValueError that says so.",
    "check_classifiers_train": "On simple groups of points, fit, predict and predict_proba should be right, in shape and in "
    "value, and refuse bad input.",
    "check_estimators_dtypes": "fit and predict should work with every type of number in X, whole numbers included.",
    "check_estimators_pickle": "The network should survive being pickled: keep no functions, lambdas or generators in it.",
    "check_readonly_memmap_input": "fit should work on arrays that cannot be written to: do not change X or y in place.",
    "check_methods_sample_order_invariance": "The predictions should not depend on the order of the rows.",
    "check_methods_subset_invariance": "The predictions should not depend on which rows are predicted together.",
    "check_decision_proba_consistency": "decision_function and predict_proba should put the rows in the same order.",
    "check_classifier_data_not_an_array": "fit should take lists as well as arrays. validate_data does.",
    "check_f_contiguous_array_estimator": "fit should take arrays that lie in memory column by column.",
    "check_pipeline_consistency": "Inside a pipeline the network should give the same as alone.",
    "check_fit_score_takes_y": "fit and score should take X and y in this order.",
    "check_fit2d_1sample": "With a single row, fit should work, or raise a ValueError that says so.",
    "check_fit2d_1feature": "fit should work with a single column in X.",
    "check_positive_only_tag_during_fit": "fit should work with negative numbers in X.",
}  # fmt: skip
_NEEDS_PANDAS = ("check_dataframe_column_names_consistency",)  # a verdict should not depend on what else is installed


def estimator_rules(network, X, y, random_state):
    """sklearn.utils.estimator_checks.check_estimator(NeuralNetwork()), then cross_val_score and GridSearchCV."""
    if not isinstance(network, type):
        network = network.as_estimator()  # it lives in another process
    failed: dict[str, str] = {}
    with _global_random_state_kept(), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stderr(io.StringIO()), np.errstate(all="ignore"):
            try:
                failed = _failed_checks(network)
            except Exception as problem:
                return f"scikit-learn's check_estimator cannot even start with this class.\n{_first_line(problem)}"
            if not failed:
                return _fails_in_a_search(network, X, y, random_state)
    name = min(failed, key=[*RULES, *failed].index)
    return f"{RULES.get(name, f'The class breaks the rule {name} of scikit-learn.')}\n({name}: {failed[name]})"


def _failed_checks(network) -> dict[str, str]:
    """Return the names of the rules that the class breaks, each with scikit-learn's own words."""
    from sklearn.utils.estimator_checks import check_estimator

    # Fewer units, smaller batches and fewer epochs than the defaults: quicker, and enough for every honest initialisation.
    net = network(hidden_layer_sizes=(10,), batch_size=10, epochs=5)
    ignored = _NEEDS_PANDAS if _found_by_its_name(network) else (*_NEEDS_PANDAS, "check_estimators_pickle")
    results = check_estimator(net, on_skip=None, on_fail=None)
    return {
        result["check_name"]: _first_line(result["exception"])
        for result in results
        if result["status"] == "failed" and result["check_name"] not in ignored
    }


def _found_by_its_name(network) -> bool:
    """Return whether pickle finds the class; if not, that is due to where the cell runs, and no fault of the class."""
    try:
        pickle.dumps(network)
    except Exception:
        return False
    return True


def _fails_in_a_search(network, X, y, random_state) -> str:
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    net = network(epochs=2, random_state=random_state)
    try:
        cross_val_score(net, X, y, cv=2, error_score="raise")
        pipeline = make_pipeline(StandardScaler(), net)
        grid = {f"{pipeline.steps[-1][0]}__hidden_layer_sizes": [(), (3, 2)]}
        GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(X, y)
    except Exception as problem:
        return f"cross_val_score or GridSearchCV cannot use the class.\n{_first_line(problem)}"
    return ""


def _first_line(problem: BaseException) -> str:
    text = " ".join(str(problem).split())
    return f"{type(problem).__name__}: {text[:200]}"


SCENARIOS: dict[str, Callable] = {
    "groups": groups,
    "probabilities": probabilities,
    "labels": labels,
    "no hidden layer": no_hidden_layer,
    "mini-batches": mini_batches,
    "weight decay": weight_decay,
    "one hidden unit": one_hidden_unit,
    "ReLU": rectifier,
    "XOR": xor,
    "deep": deep,
    "loss curve": loss_curve,
    "settings": settings,
    "unknown activation stored": unknown_activation_stored,
    "unknown activation": unknown_activation,
    "not fitted": not_fitted,
    "missing number": missing_number,
    "another width": another_width,
    "estimator rules": estimator_rules,
}
