"""What is measured of a recipe: a network is trained with it, and tried on writers that it has not seen.

Digits of the same person stand together in the file. So each third of it, left out of the training in turn, holds writers
that the network does not know. scikit-learn's ``MLPClassifier`` trains: with these settings it takes the steps of `sgd`, and
no answer has to lie on a student's machine.
"""

from __future__ import annotations

import functools
import warnings
from dataclasses import astuple, dataclass
from numbers import Real

import numpy as np

from course import data
from course.checks.measures import Malformed

_PARTS = 3
_ROWS = 1198  # of the 1,797 digits, when a third is left out
_LIMITS = {"hidden_size": 100, "epochs": 60, "batch_size": 100_000}  # from 1 to this
_LEARNED = 0.9  # of the training digits: below that, a network has not learned them


@dataclass(frozen=True)
class Settings:
    """A recipe whose numbers can be used."""

    hidden_size: int
    lr: float
    lmbd: float
    epochs: int
    batch_size: int


@dataclass(frozen=True)
class _Trained:
    """What came of a recipe: the accuracies on new writers, those on the training data, and how many digits are named."""

    on_new: tuple[float, ...] = (0.0,) * _PARTS
    on_training: float = 0.0
    named: int = 0
    diverged: bool = False


def probe(answer: dict, least: float) -> dict[str, str]:
    """Train with a recipe, and say what is wrong: ``{"finding": sentence}``, empty if the mean is at least ``least``.

    Raises
    ------
    Malformed : if a number is missing, or cannot be used
    """
    settings = _read(answer)
    trained = _train(*astuple(settings))
    mean = float(np.mean(trained.on_new))
    if mean >= least:
        return {"finding": ""}
    each = ", ".join(f"{share:.0%}" for share in trained.on_new)
    got = f"Of the digits of new writers it names {np.floor(1000 * mean) / 10:.1f}% ({each}); wanted are {least:.0%}."
    return {"finding": f"{_reason(settings, trained)}\n{got}"}


def measure(result: dict[str, str], *_arguments) -> dict[str, str]:
    """Return the finding as it is: it is measured already."""
    return result


def shown(least: float) -> str:
    """Say what is tried, for a reader."""
    return f"your recipe, three times, each time without a third of the digits; on this third at least {least:.0%}"


def _read(answer: dict) -> Settings:
    numbers = {}
    for name in Settings.__annotations__:
        value = answer.get(name)
        if value is None:
            raise Malformed(f"recipe has no number for {name!r} yet")
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real) or not np.isfinite(value):
            raise Malformed(f"recipe[{name!r}] should be a number; yours is {value!r}")
        numbers[name] = float(value)
    for name, most in _LIMITS.items():
        if not numbers[name].is_integer() or not 1 <= numbers[name] <= most:
            raise Malformed(f"recipe[{name!r}] should be a whole number from 1 to {most:,}; yours is {answer[name]!r}")
        numbers[name] = int(numbers[name])
    if numbers["lr"] <= 0:
        raise Malformed(f"recipe['lr'] should be above 0; yours is {answer['lr']!r}")
    if numbers["lmbd"] < 0:
        raise Malformed(f"recipe['lmbd'] should be 0 or more; yours is {answer['lmbd']!r}")
    return Settings(**numbers)


@functools.lru_cache(maxsize=100)
def _train(hidden_size: int, lr: float, lmbd: float, epochs: int, batch_size: int) -> _Trained:
    """Train once for each third of the digits that is left out."""
    from sklearn.neural_network import MLPClassifier  # slow to import

    images, labels = data.load_digits()
    X = images.reshape(len(images), -1) / 16
    on_new, on_training, named = [], [], []
    for start, part in enumerate(np.array_split(np.arange(len(X)), _PARTS)):
        rest = np.setdiff1d(np.arange(len(X)), part)
        size = min(batch_size, len(rest))
        model = MLPClassifier(
            (hidden_size,), activation="logistic", solver="sgd", momentum=0, learning_rate_init=lr, alpha=lmbd * size,
            batch_size=size, max_iter=epochs, n_iter_no_change=epochs, random_state=start,
        )  # fmt: skip
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # it would like to train longer
            try:
                model.fit(X[rest], labels[rest])
            except ValueError:  # weights that became infinite
                return _Trained(diverged=True)
        on_new.append(float(model.score(X[part], labels[part])))
        on_training.append(float(model.score(X[rest], labels[rest])))
        named.append(len(np.unique(model.predict(X[rest]))))
    return _Trained(tuple(on_new), float(np.mean(on_training)), max(named))


def _reason(settings: Settings, trained: _Trained) -> str:
    """Say what can be seen of a recipe that is not good enough; each sentence is a fact."""
    if trained.diverged:
        return "Training diverges: the weights grow without end."
    if trained.named <= 2:
        return "In the end the network names one or two digits only, whatever it sees."
    if trained.on_training >= _LEARNED:
        return "The network has learned its training digits, but those of new writers it does not read well enough."
    not_learned = "The network has not even learned its training digits"
    if settings.epochs * -(-_ROWS // settings.batch_size) < 1000:
        return f"{not_learned}; it made fewer than 1,000 steps."
    if settings.lr < 0.05:
        return f"{not_learned}; its steps are short, with a learning rate below 0.05."
    if settings.hidden_size < 8:
        return f"{not_learned}; it has fewer than 8 hidden units."
    return f"{not_learned}."
