"""What is measured of a plan: what 100 epochs with it reach on digits that were kept aside, from starts of their own.

The engine is scikit-learn's network, set up so that each of its epochs is one full-batch step of gradient descent: the same
numbers as the course's own ``train``, but for the last bits.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Mapping
from numbers import Real

import numpy as np

from course.checks.measures import as_number
from course.data import load_digits

EPOCHS, SPLITS, MOST_UNITS = 100, 3, 100
FEW_UNITS = 8  # with fewer, no learning rate reaches the second goal
BORDERS = {"goal 0.93": 0.93, "goal 0.955": 0.955}  # half of the points each
REACHED = "is reached"


def probe(answer: dict, seed: int) -> dict:
    """Return the plan itself: it is a dictionary, and nothing is called."""
    return answer


def shown(seed: int) -> str:
    """Say what is done with a plan."""
    return f"{EPOCHS} epochs with your plan, on {SPLITS} splits of the digits"


def measure(plan: dict, seed: int) -> dict[str, str]:
    """Train as the plan says, and return for each goal that it is reached, or why not; a detail after a line break."""
    plan = {name: as_number(value) for name, value in plan.items()}
    problem = _problem(plan)
    if problem:
        return dict.fromkeys(BORDERS, problem)
    accuracy, losses = try_plan(int(plan["hidden_size"]), float(plan["lr"]), int(seed))
    seen = _what_happened(int(plan["hidden_size"]), losses)
    if seen == DIVERGED:
        return dict.fromkeys(BORDERS, seen)
    cut = math.floor(1000 * accuracy) / 1000  # not rounded: 0.9549 must not look like 0.955
    detail = f"\nThe mean accuracy on the unseen digits is {cut:.3f}."
    return {name: REACHED if accuracy >= border else seen + detail for name, border in BORDERS.items()}


def _problem(plan: Mapping) -> str:
    for name in ("hidden_size", "lr"):
        if plan.get(name) is None:
            return f"plan[{name!r}] is not there yet."
        value = plan[name]
        if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value) or value <= 0:
            return f"plan[{name!r}] should be a number above 0."
    if plan["hidden_size"] != int(plan["hidden_size"]):
        return "plan['hidden_size'] should be a whole number."
    return f"plan['hidden_size'] is above {MOST_UNITS}." if plan["hidden_size"] > MOST_UNITS else ""


DIVERGED = "In at least one split the loss ended no lower than it began."
JUMPED = "The training loss rose again and again."
SMALL = f"The hidden layer has fewer than {FEW_UNITS} units."
SLOW = f"The training loss fell in nearly every epoch, but {EPOCHS} epochs did not bring it far enough."


def _what_happened(hidden_size: int, losses: np.ndarray) -> str:
    """Say one true thing about the training losses, (splits, epochs)."""
    if not np.isfinite(losses).all() or np.any(losses[:, -1] >= losses[:, 0]):
        return DIVERGED
    if hidden_size < FEW_UNITS:
        return SMALL
    rises = np.mean(np.diff(losses[:, 5:]) > 0)  # the first steps of a good plan may jump
    return JUMPED if rises > 0.1 else SLOW


@functools.lru_cache(maxsize=64)
def try_plan(hidden_size: int, lr: float, seed: int) -> tuple[float, np.ndarray]:
    """Train on 80% of the digits, three times, and return the mean accuracy on the rest and the losses (splits, epochs)."""
    tried = [_train(hidden_size, lr, np.random.default_rng([seed, split])) for split in range(SPLITS)]
    return float(np.mean([accuracy for accuracy, _ in tried])), np.array([losses for _, losses in tried])


def _train(hidden_size: int, lr: float, rng: np.random.Generator) -> tuple[float, list[float]]:
    from sklearn.neural_network import MLPClassifier  # takes a second to import

    images, labels = load_digits()
    X = images.reshape(len(images), -1) / 16
    order = rng.permutation(len(X))
    learn, unseen = np.split(order, [round(0.8 * len(X))])
    start = [rng.normal(0, math.sqrt(2 / size[1]), size) for size in ((hidden_size, 64), (10, hidden_size))]
    net = MLPClassifier(
        (hidden_size,), activation="logistic", solver="sgd", learning_rate_init=lr, alpha=0.0, momentum=0.0,
        nesterovs_momentum=False, batch_size=len(learn), shuffle=False, random_state=0,
    )  # fmt: skip
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            net.partial_fit(X[learn], labels[learn], classes=np.arange(10))
            for array, W in zip(net.coefs_, start, strict=True):
                array[...] = W.T
            for array in net.intercepts_:
                array[...] = 0
            for _ in range(EPOCHS):
                net.partial_fit(X[learn], labels[learn])
        except ValueError:  # scikit-learn's word for weights that are no numbers any more
            return 0.0, [math.inf] * EPOCHS
        return net.score(X[unseen], labels[unseen]), net.loss_curve_[-EPOCHS:]
