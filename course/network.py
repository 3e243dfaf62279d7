"""One network that reads digits, from the first cell of the course on.

:func:`so_far` runs scikit-learn's network with the reader's own parts in place of scikit-learn's; :func:`paint` shows what
a network that is all borrowed thinks of a digit which the reader changes. No answer stands here: whatever is computed for
the reader, scikit-learn and SciPy compute.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import html
import io
import math
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from course import data
from course.checks import check_answer
from course.checks.limit import TimeUp, run_for
from course.checks.notebook import Refused
from course.checks.show import Text
from course.plots import figure
from course.plots.figure import BLUE, ORANGE, RED, Figure, draw, show_image

_CLASSES = 10
_INK = 16  # the largest grey value
_CHECK_SECONDS = 1.5  # for the checks of all parts together
_RUN_SECONDS = 2.5  # for what the parts do in all epochs together
_MOST = {"hidden_size": 100, "epochs": 500}
_TOO_SLOW = "is right, but too slow for so many digits and epochs"


@dataclass(frozen=True)
class _Place:
    """Something that a network does.

    Attributes
    ----------
    borrowed : who does it unless the reader has a function for it
    names : these functions; the first that is there is taken, but for the parts of a forward pass
    """

    borrowed: str
    names: tuple[str, ...]


_PLACES = {
    "scaling": _Place("scikit-learn's MinMaxScaler", ("min_max",)),
    "one-hot rows": _Place("scikit-learn's LabelBinarizer", ("one_hot",)),
    "labels back": _Place("scikit-learn's LabelBinarizer", ("from_one_hot",)),
    "start": _Place("scikit-learn's MLPClassifier", ("init_weights",)),
    "forward pass": _Place("scikit-learn and SciPy", ("forward_pass", "sigmoid", "softmax")),
    "prediction": _Place("scikit-learn's LabelBinarizer", ("predict",)),
    "loss": _Place("scikit-learn's log_loss", ("calc_loss",)),
    "accuracy": _Place("scikit-learn's accuracy_score", ("accuracy",)),
    "gradients": _Place("scikit-learn's MLPClassifier", ("back_prop", "output_gradients")),
    "step": _Place("scikit-learn's SGDOptimizer", ("train_step", "update")),
    "loop": _Place("this cell", ("train_and_test", "train")),
}
_INSIDE = {  # the places of what a function calls
    "train_step": ("forward pass", "loss", "gradients"),
    "train": ("forward pass", "loss", "accuracy", "gradients", "step"),
    "train_and_test": ("forward pass", "loss", "accuracy", "gradients", "step"),
}
_EVERY_EPOCH = {
    name for place in ("forward pass", "loss", "gradients", "step", "loop") for name in _PLACES[place].names
}
_NAMES = [*(name for place in _PLACES.values() for name in place.names), "misclassified"]


# --- your network so far -----------------------------------------------------------------------------------------------


def so_far(*, hidden_size: int = 20, lr: float = 1.0, epochs: int = 200, seed: int = 0, **parts: Callable) -> SoFar:
    """Train a network on the small digits, with the parts that are handed over and right, and scikit-learn's for the rest.

    Parameters
    ----------
    hidden_size : how many hidden units, up to 100
    lr : the learning rate
    epochs : how many steps, each on all training digits; up to 500
    seed : of the start
    parts : functions of the exercises, by their names: ``one_hot=one_hot``. A blank, and what is wrong, slow or stops on
        the digits, is left out; the result says so

    Raises
    ------
    ValueError : if there is no place for a part, or a number is none that a network can have
    """
    _require_numbers(hidden_size=hidden_size, lr=lr, epochs=epochs, seed=seed)
    for name in parts:
        if name not in _NAMES:
            close = difflib.get_close_matches(name, _NAMES, n=1)
            more = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(_NAMES)}."
            raise Refused(f"The network has no place for {name}. {more}")
    if not figure.pictures:
        return _not_trained(int(epochs))
    with _quietly():
        yours = _Parts(parts, int(epochs))
        while True:
            try:
                return _run(yours, int(hidden_size), float(lr), int(epochs), int(seed))
            except _Unfit as unfit:  # once more without it
                yours.leave_out(unfit)


def _require_numbers(**numbers: Any) -> None:
    for name, value in numbers.items():
        kinds = int | np.integer | float | np.floating if name == "lr" else int | np.integer
        if not isinstance(value, kinds) or isinstance(value, bool) or not math.isfinite(value):
            raise Refused(f"{name} must be a {'number' if name == 'lr' else 'whole number'}, not {value!r}.")
        least, most = (0, 2**32 - 1) if name == "seed" else (1, _MOST.get(name))
        if name != "lr" and not least <= value <= most:
            raise Refused(f"{name} must be from {least} to {most}, not {value}.")


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Show neither what a part prints nor a warning, and use one thread: matrices as small as these gain by none."""
    with (
        _one_thread(),
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield


def _one_thread() -> contextlib.AbstractContextManager:
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    try:
        return threadpool_limits(1)
    except OSError:  # a grader's kernel does not see /proc, where this looks for the libraries
        return contextlib.nullcontext()


class _Unfit(Exception):
    """A part that is right by its check cannot do it here."""

    def __init__(self, name: str, reason: str):
        self.name, self.reason = name, reason


class _Parts:
    """The reader's functions that pass their checks.

    Attributes
    ----------
    reasons : name → why a function does not take part
    """

    def __init__(self, functions: dict[str, Any], epochs: int):
        self._functions, self._epochs, self.reasons = {}, epochs, {}
        end = time.process_time() + _CHECK_SECONDS
        for name in sorted(functions, key=_NAMES.index):
            if reason := _why_not(name, functions[name], end - time.process_time()):
                self.reasons[name] = reason
            else:
                self._functions[name] = functions[name]
        self.start()

    def __contains__(self, name: str) -> bool:
        return name in self._functions

    def start(self) -> None:
        """Begin to measure how long the parts take."""
        self._seconds, self._calls = dict.fromkeys(self._functions, 0.0), dict.fromkeys(self._functions, 0)

    def leave_out(self, unfit: _Unfit) -> None:
        del self._functions[unfit.name]
        self.reasons[unfit.name] = unfit.reason

    def first(self, place: str) -> str:
        """Return the name of the part that does it, or an empty string."""
        return next((name for name in _PLACES[place].names if name in self), "")

    def whose(self, name: str) -> str:
        given = getattr(self._functions[name], "__module__", "") == "given"
        return f"{name} of given.py" if given else f"your {name}"

    def call(self, name: str, *args: Any, epochs: int = 1) -> Any:
        """Call a part, which does so many epochs at once.

        Raises
        ------
        _Unfit : if it stops; or if all parts would take too long, for the slowest of them
        """
        start = time.process_time()
        unknown = self._calls[name] == 0 or epochs > 1  # how long it takes
        try:
            result = run_for(_RUN_SECONDS if unknown else None, lambda: self._functions[name](*args))
        except TimeUp:
            raise _Unfit(name, _TOO_SLOW) from None
        except Exception as problem:
            raise _Unfit(name, f"stops here with {type(problem).__name__}") from None
        self._seconds[name] += time.process_time() - start
        self._calls[name] += epochs
        if sum(map(self._expected, self._functions)) > _RUN_SECONDS:
            raise _Unfit(max(self._functions, key=self._expected), _TOO_SLOW)
        return result

    def _expected(self, name: str) -> float:
        """Return how many seconds a part is going to take in all epochs, as far as its calls tell by now."""
        calls, seconds = self._calls[name], self._seconds[name]
        return seconds / calls * max(self._epochs, calls) if name in _EVERY_EPOCH and calls > 1 else seconds


def _why_not(name: str, function: Any, seconds: float) -> str:
    """Say why a function does not take part; an empty string if it does."""
    slow = "is too slow in its check"
    if seconds <= 0:
        return "was not tried: the checks of other parts took too long"
    try:
        verdict = run_for(seconds, lambda: check_answer(name, function))
    except TimeUp:
        return slow
    if verdict.passed:
        return ""
    return {"not attempted": "is a blank", "not judged": slow}.get(verdict.kind, "does not pass its check")


class _Network:
    """A network whose every part is the reader's where it takes part, and borrowed elsewhere.

    Parameters
    ----------
    X, labels : what to learn from: (n, 64) floats and (n,) ints
    """

    def __init__(self, yours: _Parts, X: np.ndarray, labels: np.ndarray, hidden_size: int, seed: int):
        from sklearn.preprocessing import LabelBinarizer

        self.yours, self.X = yours, X
        self._binarizer = LabelBinarizer().fit(np.arange(_CLASSES))
        self.Y = self.one_hot(labels)
        self.labels = self._from_one_hot(self.Y)
        self._stepper = _classifier(X, self.labels, hidden_size, seed, rate=1.0)
        self.W, self.b = self._start(hidden_size, seed)

    def one_hot(self, labels: np.ndarray) -> np.ndarray:
        return self.yours.call("one_hot", labels) if "one_hot" in self.yours else self._binarizer.transform(labels)

    def _from_one_hot(self, Y: np.ndarray) -> np.ndarray:
        if "from_one_hot" in self.yours:
            return self.yours.call("from_one_hot", Y)
        return self._binarizer.inverse_transform(np.asarray(Y))

    def _start(self, hidden_size: int, seed: int) -> tuple[list, list]:
        if "init_weights" in self.yours:
            rng = np.random.default_rng(seed)
            return self.yours.call("init_weights", self.X.shape[1], hidden_size, _CLASSES, rng)
        untrained = _classifier(self.X, self.labels, hidden_size, seed, rate=1e-30)  # too small to change a number
        return [coefs.T.copy() for coefs in untrained.coefs_], untrained.intercepts_

    def forward(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what the hidden layer gets, what it gives, and the probabilities."""
        if "forward_pass" in self.yours:
            return self.yours.call("forward_pass", self.W, self.b, X)
        from scipy import special  # comes with scikit-learn

        into = _linear(self.W[0], self.b[0], X)
        out = self.yours.call("sigmoid", into) if "sigmoid" in self.yours else special.expit(into)
        scores = _linear(self.W[1], self.b[1], out)
        if "softmax" in self.yours:
            return into, out, self.yours.call("softmax", scores)
        return into, out, special.softmax(scores, axis=1)

    def loss(self, Y_hat: np.ndarray) -> float:
        if "calc_loss" in self.yours:
            return float(self.yours.call("calc_loss", Y_hat, self.Y))
        from sklearn.metrics import log_loss

        return float(log_loss(self.labels, Y_hat, labels=np.arange(_CLASSES)))

    def accuracy(self, labels: np.ndarray, Y_hat: np.ndarray) -> float:
        if "accuracy" in self.yours:
            return float(self.yours.call("accuracy", labels, Y_hat))
        from sklearn.metrics import accuracy_score

        return float(accuracy_score(labels, self._binarizer.inverse_transform(Y_hat)))

    def predict(self, X: np.ndarray, Y_hat: np.ndarray) -> np.ndarray:
        if "predict" in self.yours:
            return np.asarray(self.yours.call("predict", self.W, self.b, X))
        return self._binarizer.inverse_transform(Y_hat)

    def _gradients(self, into: np.ndarray, out: np.ndarray, Y_hat: np.ndarray) -> tuple[list, list]:
        if "back_prop" in self.yours:
            return self.yours.call("back_prop", self.W, self.X, into, out, Y_hat, self.Y)
        grad_W, grad_b = self._borrowed_gradients()
        if "output_gradients" in self.yours:
            grad_W[1], grad_b[1] = self.yours.call("output_gradients", out, Y_hat, self.Y)
        return grad_W, grad_b

    def _borrowed_gradients(self) -> tuple[list, list]:
        """Let scikit-learn take one step with a rate of 1: the way back from where it comes to is its gradient."""
        stepper = self._stepper
        before = [np.array(np.transpose(part), float) for part in (*self.W, *map(np.ravel, self.b))]
        stepper.coefs_, stepper.intercepts_ = [part.copy() for part in before[:2]], [part.copy() for part in before[2:]]
        stepper.partial_fit(self.X, self.labels)
        after = (*stepper.coefs_, *stepper.intercepts_)
        back = [np.subtract(old, new).T for old, new in zip(before, after, strict=True)]
        return back[:2], back[2:]

    def _step(self, grad_W: list, grad_b: list, lr: float) -> None:
        if "update" in self.yours:
            self.W, self.b = self.yours.call("update", self.W, self.b, grad_W, grad_b, lr)
            return
        from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

        moved = [np.array(part, float) for part in (*self.W, *map(np.ravel, self.b))]
        SGDOptimizer(moved, lr, momentum=0, nesterov=False).update_params(moved, [*grad_W, *map(np.ravel, grad_b)])
        self.W, self.b = moved[:2], moved[2:]

    def _one_epoch(self, lr: float) -> float:
        """Take one step, and return the loss before it."""
        if "train_step" in self.yours:
            self.W, self.b, loss = self.yours.call("train_step", self.W, self.b, self.X, self.Y, lr)
            return float(loss)
        into, out, Y_hat = self.forward(self.X)
        loss = self.loss(Y_hat)
        self._step(*self._gradients(into, out, Y_hat), lr)
        return loss

    def train(self, epochs: int, lr: float, X_test: np.ndarray, labels_test: np.ndarray) -> dict[str, list[float]]:
        """Train, and return the history: at least {"loss": one number for each epoch}."""
        loop = self.yours.first("loop")
        if not loop:
            return {"loss": [self._one_epoch(lr) for _ in range(epochs)]}
        start = (self.W, self.b, self.X, self.Y)
        if loop == "train_and_test":
            start = (*start, X_test, self.one_hot(labels_test))
        few = min(epochs, 2)
        self.yours.call(loop, *start, few, lr, epochs=few)  # tells how long all of them are going to take
        self.W, self.b, history = self.yours.call(loop, *start, epochs, lr, epochs=epochs)
        return history


def _classifier(X: np.ndarray, labels: np.ndarray, hidden_size: int, seed: int, rate: float) -> Any:
    """Return scikit-learn's network after one step of plain gradient descent on all rows."""
    from sklearn.neural_network import MLPClassifier

    plain = {"alpha": 0, "batch_size": len(X), "momentum": 0, "nesterovs_momentum": False, "shuffle": False}
    classifier = MLPClassifier(
        (hidden_size,), activation="logistic", solver="sgd", learning_rate_init=rate, random_state=seed, **plain
    )
    return classifier.partial_fit(X, labels, classes=np.arange(_CLASSES))


def _linear(weights: np.ndarray, shifts: np.ndarray, X: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LinearRegression

    layer = LinearRegression()
    layer.coef_, layer.intercept_ = np.asarray(weights), np.ravel(shifts)
    return layer.predict(X)


@functools.cache
def _split() -> tuple[np.ndarray, ...]:
    """Return the images and labels to learn from, and those that are not seen: one fifth, each digit alike."""
    from sklearn.model_selection import train_test_split

    images, labels = data.load_digits()
    train, test = train_test_split(np.arange(len(labels)), test_size=0.2, random_state=0, stratify=labels)
    return images[train], labels[train], images[test], labels[test]


# --- what comes out ----------------------------------------------------------------------------------------------------


class SoFar(Figure):
    """Who did what in a network, one sentence, and a figure.

    Attributes
    ----------
    parts : what is done → by whom
    accuracy : the share of the unseen digits that are right
    loss : of the training digits, before the last step
    history : {"loss": [...], ...}, one number for each epoch
    """

    def __init__(self, shown: Figure, parts: dict[str, str], summary: str, accuracy: float, history: dict):
        super().__init__(shown.svg, shown.alt, shown.caption, shown.table)
        self.parts, self.summary, self.accuracy, self.history = parts, summary, accuracy, history
        self.loss = float(history["loss"][-1])

    def __repr__(self) -> str:
        width = max(map(len, _PLACES))
        lines = [f"{place:<{width}}  {whose}" for place, whose in self.parts.items()]
        return "\n".join([*lines, self.summary, super().__repr__()])

    def to_html(self) -> str:
        """Return a table of the parts, the sentence, and the figure."""
        left = 'style="text-align:left"'
        rows = "".join(
            f'<tr><th scope="row" {left}>{place}</th><td {left}>{html.escape(whose)}</td></tr>'
            for place, whose in self.parts.items()
        )
        head = f'<tr><th scope="col" {left}>what is done</th><th scope="col" {left}>by whom</th></tr>'
        return f"<table>{head}{rows}</table><p>{html.escape(self.summary)}</p>{super().to_html()}"


def _run(yours: _Parts, hidden_size: int, lr: float, epochs: int, seed: int) -> SoFar:
    """Train once, with the parts that are left.

    Raises
    ------
    _Unfit : for a part that has to go
    Refused : if numbers become infinite or NaN
    """
    yours.start()
    images, labels, images_test, labels_test = _split()
    X, X_test = (_scaled(yours, some).reshape(len(some), -1) for some in (images, images_test))
    network = _Network(yours, X, labels, hidden_size, seed)
    no_numbers = Refused(f"With lr={lr:g} some numbers became infinite or NaN. Try a smaller lr.")
    try:
        history = network.train(epochs, lr, X_test, labels_test)
        Y_hat = np.asarray(network.forward(X_test)[2])
    except ValueError:  # scikit-learn's, of weights that are no numbers
        raise no_numbers from None
    if not np.isfinite(Y_hat).all() or not np.isfinite(history["loss"]).all():
        raise no_numbers
    accuracy, said = network.accuracy(labels_test, Y_hat), network.predict(X_test, Y_hat)
    parts = _by_whom(yours)
    borrowed = sum(whose == _PLACES[place].borrowed or whose.endswith(")") for place, whose in parts.items())
    share = f"{borrowed} of {len(parts)} parts {'is' if borrowed == 1 else 'are'}" if borrowed else "Nothing is"
    summary = (
        f"{share} borrowed. After {epochs} epochs the loss is {history['loss'][-1]:.2f}, "
        f"and {accuracy:.0%} of {len(labels_test)} digits that the network has not seen are right."
    )
    chosen = _ten(yours, labels_test, Y_hat)
    shown = _figure(history["loss"], images_test[chosen], labels_test[chosen], said[chosen], Y_hat[chosen])
    return SoFar(shown, parts, summary, accuracy, history)


def _not_trained(epochs: int) -> SoFar:
    """Return what stands for a network where nobody looks: a grader's kernel has no second to spare for each submission."""
    told = "Your network so far is not trained while a notebook is graded."
    return SoFar(Figure("", told, ""), {}, told, math.nan, {"loss": [math.nan] * epochs})


def _scaled(yours: _Parts, images: np.ndarray) -> np.ndarray:
    """Return images from 0 to 1. Paper (0) and ink (16) are in both parts of the digits: their range is one and the same."""
    if "min_max" in yours:
        return np.asarray(yours.call("min_max", images))
    from sklearn.preprocessing import MinMaxScaler

    return MinMaxScaler().fit_transform(images.reshape(-1, 1))


def _ten(yours: _Parts, labels: np.ndarray, Y_hat: np.ndarray) -> np.ndarray:
    """Return which ten digits to show: the first of each class, or the surest mistakes where the reader finds them."""
    if "misclassified" in yours:
        return np.asarray(yours.call("misclassified", labels, Y_hat), int)[:_CLASSES]
    return np.array([np.flatnonzero(labels == digit)[0] for digit in range(_CLASSES)])


def _by_whom(yours: _Parts) -> dict[str, str]:
    """Return what is done → by whom."""
    parts = {}
    inside = {
        place: name for name in ("train_step", "train", "train_and_test") if name in yours for place in _INSIDE[name]
    }
    for place, entry in _PLACES.items():
        mine = [name for name in entry.names if name in yours]
        if mine:
            whole = mine[0] == entry.names[0] or place in ("step", "loop")
            told = (
                yours.whose(mine[0]) if whole else f"{' and '.join(map(yours.whose, mine))}, the rest {entry.borrowed}"
            )
        elif place in inside:
            told = f"inside {yours.whose(inside[place])}"
        else:
            left_out = [f"{name} {yours.reasons[name]}" for name in entry.names if name in yours.reasons]
            told = f"{entry.borrowed} ({'; '.join(left_out)})" if left_out else entry.borrowed
        parts[place] = told
    return parts


def _figure(losses: list[float], images: np.ndarray, labels: np.ndarray, said: np.ndarray, Y_hat: np.ndarray) -> Figure:
    shares = [round(100 * float(row[digit])) for row, digit in zip(Y_hat, said, strict=True)]
    right = int((said == labels).sum())

    def paint_on(axes):
        curve, digits = axes
        curve.plot(np.arange(1, len(losses) + 1), losses)
        curve.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
        digits.set_axis_off()
        for number, (image, label, digit, share) in enumerate(zip(images, labels, said, shares, strict=True)):
            row, column = divmod(number, 5)
            place = digits.inset_axes([column / 5 + 0.01, 0.52 - 0.5 * row, 0.18, 0.32])
            show_image(place, image, vmax=_INK)
            wrong = "" if digit == label else f", is {label}"
            place.set_title(f"{digit}: {share}%{wrong}", size=8, color=RED if wrong else BLUE)

    return draw(
        paint_on,
        alt=f"Left, a curve of the loss from {losses[0]:.2f} to {losses[-1]:.2f} in {len(losses)} epochs. Right, {len(labels)} "
        f"digits that the network has not seen; above each, its answer and how sure it is: {right} are right.",
        caption="Left: the loss on the training digits. Right: unseen digits. Above each: what the network says, and how "
        "sure it is. Red, with the true label, where it is wrong.",
        table=[
            ["true label", "network says", "sure"],
            *([label, digit, f"{share}%"] for label, digit, share in zip(labels, said, shares, strict=True)),
        ],
        size=(9, 2.8),
        columns=2,
        width_ratios=[2, 3],
    )


# --- paint -------------------------------------------------------------------------------------------------------------


@functools.cache
def borrow() -> Any:
    """Return scikit-learn's network, trained to read small digits; its rows are images of 64 numbers from 0 to 1."""
    from sklearn.neural_network import MLPClassifier

    images, labels, _, _ = _split()
    network = MLPClassifier(
        (20,),
        activation="logistic",
        solver="sgd",
        batch_size=len(labels),  # one step an epoch on all digits goes nearly the same way on every machine
        learning_rate_init=0.5,
        max_iter=60,  # 95% of unseen digits; a network that is surer of itself hardly moves when a pixel does
        random_state=0,
        shuffle=False,
        tol=0,
    )
    with _quietly():
        return network.fit(images.reshape(len(images), -1) / _INK, labels)


def paint(image: Any, changes: Iterable[tuple[int, int, float]] = ()) -> Figure:
    """Paint over pixels of a digit, and show what scikit-learn's network thinks of it before and after, or without changes now.

    Parameters
    ----------
    image : (8, 8) array from 0 (paper) to 16 (ink); it stays as it is
    changes : one (row, column, grey) for each pixel to paint, rows and columns from 0 to 7

    Raises
    ------
    ValueError : if the image or a change is none of these
    """
    before = np.asarray(image)
    if before.shape != (8, 8) or before.dtype.kind not in "iuf":
        raise Refused("paint needs one image of 8 rows and 8 columns, for instance images[3].")
    after, places = _painted(before, changes)
    with _quietly():
        chances = borrow().predict_proba(np.stack([before, after]).reshape(2, -1) / _INK)
    return _painting(before, after, places, chances) if places else _portrait(before, chances[0])


def _painted(image: np.ndarray, changes: Any) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Return a changed copy of an image, and the places that changed.

    Raises
    ------
    Refused : if a change is none
    """
    after, places = image.astype(float), []
    try:
        changes = [(int(row), int(column), float(grey)) for row, column, grey in changes]
    except (TypeError, ValueError):
        raise Refused("Each change is (row, column, grey), for instance [(3, 4, 16), (3, 5, 0)].") from None
    for row, column, grey in changes:
        if not (0 <= row <= 7 and 0 <= column <= 7 and 0 <= grey <= _INK):
            raise Refused(
                f"({row}, {column}, {grey:g}) is no change: row and column go from 0 to 7, grey from 0 to {_INK}."
            )
        after[row, column] = grey
        places.append((row, column))
    return after, places


def _portrait(image: np.ndarray, chances: np.ndarray) -> Figure:
    percent = [round(100 * float(share)) for share in chances]
    said = f"a {chances.argmax()} ({max(percent)}%)"

    def paint_on(axes):
        left, bars = axes
        show_image(left, image, vmax=_INK)
        left.set_title(said, size=10)
        bars.bar(np.arange(_CLASSES), percent, 0.5, color=BLUE)
        _label_percent(bars)

    return draw(
        paint_on,
        alt=f"An image of a digit, and bars with the probability of each digit. The network says {said}.",
        caption=f"The network says {said}.",
        table=[["digit", "probability"], *([digit, f"{share}%"] for digit, share in enumerate(percent))],
        size=(7, 2.8),
        columns=2,
        width_ratios=[1, 2],
    )


def _label_percent(bars: Any) -> None:
    bars.set(xlabel="digit", ylabel="probability in %", ylim=(0, 100))
    bars.set_xticks(np.arange(_CLASSES))


def _painting(before: np.ndarray, after: np.ndarray, places: list[tuple[int, int]], chances: np.ndarray) -> Figure:
    percent = [[round(100 * float(share)) for share in row] for row in chances]
    said = chances.argmax(axis=1)
    first, second = (f"a {digit} ({row[digit]}%)" for digit, row in zip(said, percent, strict=True))

    def paint_on(axes):
        left, middle, bars = axes
        for ax, image, title in ((left, before, f"before: {first}"), (middle, after, f"after: {second}")):
            show_image(ax, image, vmax=_INK)
            ax.set_title(title, size=10)
        for row, column in places:
            middle.plot(
                [column, column + 1, column + 1, column, column], [row, row, row + 1, row + 1, row], color=ORANGE
            )
        digits = np.arange(_CLASSES)
        bars.bar(digits - 0.2, percent[0], 0.4, label="before", color="0.7")
        bars.bar(digits + 0.2, percent[1], 0.4, label="after", color=BLUE)
        _label_percent(bars)
        bars.legend()

    return draw(
        paint_on,
        alt=f"Two images of a digit, before and after {len(places)} pixels were painted over, and bars with the probability of "
        f"each digit. Before, the network says {first}; after, {second}.",
        caption=f"Before, the network says {first}; after, {second}. Painted pixels have an orange frame.",
        table=[
            ["digit", "before", "after"],
            *([digit, f"{percent[0][digit]}%", f"{percent[1][digit]}%"] for digit in range(_CLASSES)),
        ],
        size=(9, 2.8),
        columns=3,
        width_ratios=[1, 1, 2],
    )


def slider(image: Any) -> Any:
    """Return sliders for one pixel of a digit, where ipywidgets is installed; elsewhere a sentence."""
    try:
        from ipywidgets import interactive
    except ImportError:
        return Text("Sliders need ipywidgets. Without it, change the numbers in network.paint(…).")
    from IPython.display import display

    def show(row: int = 3, column: int = 4, grey: int = _INK) -> None:
        display(paint(image, [(row, column, grey)]))

    return interactive(show, row=(0, 7), column=(0, 7), grey=(0, _INK))
