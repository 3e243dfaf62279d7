"""Lazy answers: what somebody may hand in who has understood nothing, for every exercise in the same way.

They give an argument back, the start as it was, a constant, or numbers of the right shape.
"""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from course.checks import EXERCISES
from course.checks.exercises import Exercise
from course.checks.measures.diagnosis import FAULTS, RUNS
from course.grading.repository import load_solutions

CONSTANTS = (None, 0, 1, 0.5, "", [], {}, np.zeros(0))
FILLINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "minus ones": lambda array: -np.ones_like(array),
    "halves": lambda array: np.full(array.shape, 0.5),
    "equal shares": lambda array: np.full(array.shape, 1 / max(array.shape[-1] if array.ndim else 1, 1)),
    "0, 1, 2, …": lambda array: np.arange(array.size).reshape(array.shape),
    "NaN": lambda array: np.full(array.shape, np.nan),
}


def lazy_answers(name: str) -> dict[str, Any]:
    """Return what it is → a lazy answer to an exercise."""
    exercise = EXERCISES[name]
    if exercise.is_a == "class":
        return dict(CLASSES)
    if exercise.is_a == "dict":
        return dict(DICTIONARIES[name])
    answers = {f"gives {one} back": _call(exercise, _same(one)) for one in exercise.argument_names}
    answers |= {f"always {value!r}": _call(exercise, lambda given, value=value: value) for value in CONSTANTS}
    if len(exercise.argument_names) > 1:
        answers["gives all arguments back"] = _call(exercise, lambda given: tuple(given.values()))
        answers["all in one batch"] = _call(exercise, lambda given: [tuple(given.values())[:2]])
    for what, fill in FILLINGS.items():
        answers[what] = _call(exercise, _filled(exercise, fill, start=False))
        if set(exercise.returns) & set(exercise.argument_names):
            answers[f"the start as it was, and {what}"] = _call(exercise, _filled(exercise, fill, start=True))
    return answers | {what: _call(exercise, answer) for what, answer in SPECIAL.get(name, {}).items()}


def _call(exercise: Exercise, answer: Callable[[dict], Any]) -> Callable:
    """Return a function with the exercise's arguments; ``answer`` gets them by name."""
    signature = inspect.signature(getattr(load_solutions().reference, exercise.name))

    def lazy(*args, **kwargs):
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        return answer(copy.deepcopy(given.arguments))

    lazy.__name__, lazy.__signature__ = exercise.name, signature
    return lazy


def _same(name: str) -> Callable[[dict], Any]:
    return lambda given: given[name]


def _filled(exercise: Exercise, fill: Callable, *, start: bool) -> Callable[[dict], Any]:
    """Return what is right with other numbers in it; with ``start`` whatever has an argument's name is this argument."""
    reference = getattr(load_solutions().reference, exercise.name)
    known: dict[bytes, Any] = {}

    def answer(given: dict) -> Any:
        key = pickle.dumps([getattr(value, "__name__", value) for value in given.values()])
        if key not in known:
            result = reference(**copy.deepcopy(given))
            known[key] = list(result) if exercise.consume else result
        right = known[key]
        if not start:
            return _refill(right, fill)
        parts = zip(exercise.returns, right, strict=True)
        return tuple(given[name] if name in given else _refill(part, fill) for name, part in parts)

    return answer


def _refill(value: Any, fill: Callable) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_refill(item, fill) for item in value)
    if isinstance(value, dict):
        return {key: _refill(item, fill) for key, item in value.items()}
    return fill(np.asarray(value))[()] if isinstance(value, np.ndarray | np.generic | float | int) else value


# --- those of one exercise -------------------------------------------------------------------------------------------


def _state_as_weights(given: dict) -> tuple[list, list]:
    d, h, k = given["input_size"], given["hidden_size"], given["output_size"]
    number = given["rng"].bit_generator.state["state"]["state"]
    digits = np.array([int(digit) for digit in str(number)], dtype=float)
    return [np.resize(digits, (h, d)), np.resize(digits, (k, h))], [np.zeros(h), np.zeros(k)]


SPECIAL: dict[str, Mapping[str, Callable[[dict], Any]]] = {
    "init_weights": {"the generator's state as weights": _state_as_weights},
    "train_test_split": {
        "everything twice": lambda given: (given["X"], given["X"], given["labels"], given["labels"]),
        "everything to train on": lambda given: (given["X"], given["X"][:0], given["labels"], given["labels"][:0]),
    },
}
DICTIONARIES: dict[str, Mapping[str, dict]] = {
    "plan": {f"{number} each": dict.fromkeys(("hidden_size", "lr"), number) for number in (None, 0)} | {"empty": {}},
    "recipe": {
        f"{number} each": dict.fromkeys(("hidden_size", "lr", "lmbd", "epochs", "batch_size"), number)
        for number in (None, 0)
    }
    | {"empty": {}},
    "diagnosis": {
        "empty": {},
        "the names as they are printed": dict(zip(RUNS, FAULTS, strict=True)),
        "the runs as names": dict(zip(RUNS, RUNS, strict=True)),
    }
    | {f"always {fault}": dict.fromkeys(RUNS, fault) for fault in FAULTS},
}  # fmt: skip


class _Stores(ClassifierMixin, BaseEstimator):
    """Only the constructor."""

    def __init__(
        self, hidden_layer_sizes=(30,), activation="sigmoid", lr=0.5, lmbd=0.0, epochs=30, batch_size=32, random_state=None
    ):  # fmt: skip
        self.hidden_layer_sizes, self.activation, self.lr, self.lmbd = hidden_layer_sizes, activation, lr, lmbd
        self.epochs, self.batch_size, self.random_state = epochs, batch_size, random_state


class _Refuses(_Stores):
    """Raises whatever is asked of it."""

    def fit(self, X, y):
        raise ValueError("no")

    predict = predict_proba = fit


class _Guesses(_Stores):
    """Checks its input, learns nothing and gives each class the same probability."""

    def fit(self, X, y):
        if self.activation not in ("sigmoid", "relu"):
            raise ValueError(self.activation)
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_, self.loss_curve_ = np.unique(y), [1.0] * self.epochs
        return self._learn(X, y)

    def _learn(self, X, y):
        return self

    def predict_proba(self, X):
        check_is_fitted(self)
        return self._probabilities(validate_data(self, X, reset=False))

    def _probabilities(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def _passes_on(make: Callable) -> type:
    """Return a class that has a ready-made classifier do the work."""

    class Passes(_Guesses):
        def _learn(self, X, y):
            self.model_ = make(self).fit(X, y)
            self.loss_curve_ = getattr(self.model_, "loss_curve_", self.loss_curve_)
            return self

        def _probabilities(self, X):
            return self.model_.predict_proba(X)

    return Passes


def _scikit_learns_network(mine: Any) -> MLPClassifier:
    return MLPClassifier(
        mine.hidden_layer_sizes, activation={"sigmoid": "logistic"}.get(mine.activation, mine.activation), solver="sgd",
        momentum=0, alpha=mine.lmbd, batch_size=mine.batch_size, learning_rate_init=mine.lr, max_iter=mine.epochs,
        random_state=mine.random_state, n_iter_no_change=10**6,
    )  # fmt: skip


class _Patched(MLPClassifier):
    """scikit-learn's network with the attributes that the task asks for."""

    def __init__(
        self, hidden_layer_sizes=(30,), activation="sigmoid", lr=0.5, lmbd=0.0, epochs=30, batch_size=32, random_state=None
    ):  # fmt: skip
        super().__init__(
            hidden_layer_sizes, activation={"sigmoid": "logistic"}.get(activation, activation), solver="sgd", alpha=lmbd,
            batch_size=batch_size, learning_rate_init=lr, max_iter=epochs, random_state=random_state,
        )  # fmt: skip
        self.lr, self.lmbd, self.epochs = lr, lmbd, epochs


CLASSES: dict[str, type] = {
    "a class with nothing in it": type("NeuralNetwork", (), {}),
    "an estimator with nothing in it": BaseEstimator,
    "only the constructor": _Stores,
    "refuses everything": _Refuses,
    "learns nothing": _Guesses,
    "MLPClassifier": MLPClassifier,
    "MLPClassifier with other attributes": _Patched,
    "passes on to MLPClassifier": _passes_on(_scikit_learns_network),
    "passes on to LogisticRegression": _passes_on(lambda mine: LogisticRegression()),
    "passes on to GaussianNB": _passes_on(lambda mine: GaussianNB()),
    "passes on to KNeighborsClassifier": _passes_on(lambda mine: KNeighborsClassifier(1)),
}
