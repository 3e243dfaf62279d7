"""NeuralNetwork: a classifier of any depth that scikit-learn can use.

The cases are small sets of points, and what is tried with them. Each mistake is the reference with one piece replaced."""

import math
from itertools import pairwise

import numpy as np
import scipy.special
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import check_array, check_random_state, check_X_y
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from solutions.reference import (
    NeuralNetwork,
    backward_layers,
    calc_loss,
    forward_layers,
    init_layers,
    minibatches,
    one_hot,
    relu_prime,
    sigmoid,
    softmax,
    update,
)

EXERCISE = Exercise(
    unit="12-any-depth",
    points=5,
    parameters=("scenario", "X", "y", "random_state"),
    returns=("finding",),
    is_a="class",
    uses=("forward_layers", "backward_layers"),
    hints=(
        "fit goes forward, backward and one step on, for each batch. predict_proba only goes forward; predict names labels.",
        "Are forward_layers and backward_layers right? Then try the call in the message in a cell of its own, on a few rows.",
    ),
    steady=True,
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    three, corners = _three_groups(rng), _xor(rng)
    small = _few_rows(rng, [0] * 5 + [1] * 4 + [2] * 3)
    seeds = (int(seed) for seed in rng.integers(0, 2**31 - 100, size=100))

    def case(part, scenario, data=small):
        return Case(part, (scenario, *data, next(seeds)))

    return [
        case("three groups of points", "groups", three),
        case("probabilities and score", "probabilities", three),
        case("a network without hidden layers", "no hidden layer"),
        case("mini-batches", "mini-batches", _few_rows(rng, [0, 1, 2, 0])),
        case("a hidden layer with one sigmoid unit", "one hidden unit"),
        case("ReLU", "ReLU"),
        case("deep networks", "deep", _few_rows(rng, [0] * 5 + [1, 2, 1, 2], d=3, scale=2)),
        case("lmbd", "weight decay"),
        case("XOR, which needs a hidden layer", "XOR", corners),
        case("loss_curve_", "loss curve", _few_rows(rng, [0, 0, 1, 1, 1, 2, 2])),
        case("labels of any kind", "labels", three),
        case("settings, and fits one after the other", "settings", three),
        case("a constructor that only stores", "unknown activation stored"),
        case("an unknown activation", "unknown activation"),
        case("input that cannot be used", "not fitted"),
        case("input that cannot be used", "missing number"),
        case("input that cannot be used", "another width"),
        case("scikit-learn's rules", "estimator rules", three),
    ]


def _few_rows(rng, labels, d=2, scale=1):
    """Draw points whose classes overlap, so that a network never gets certain."""
    y = rng.permutation(np.array(labels))
    return np.round(scale * (rng.normal(size=(len(y), d)) + 0.5 * np.eye(3)[y][:, :d]), 3), y


def _three_groups(rng, each=12):
    """Draw three groups of points, far apart, none of them between the two others."""
    y = rng.permutation(np.repeat([0, 1, 2], each))
    centres = np.array([[0.0, 2.0], [-2.0, -1.5], [2.0, -1.0]])
    return np.round(centres[y] + rng.normal(scale=0.4, size=(len(y), 2)), 3), y


def _xor(rng, each=8):
    """Draw points around the corners of a square; opposite corners are of the same class."""
    corners = np.repeat([[-1, -1], [-1, 1], [1, -1], [1, 1]], each, axis=0)[rng.permutation(4 * each)]
    y = (corners[:, 0] != corners[:, 1]).astype(np.int64)
    return np.round(corners + rng.normal(scale=0.2, size=corners.shape), 3), y


# --- mistakes --------------------------------------------------------------------------------------------------------


class _Pieces(NeuralNetwork):
    """The reference, cut into pieces that a mistake can replace one by one."""

    def fit(self, X, y):
        X, y = self._checked(X, y)
        Y = self._encoded(y)
        rng = self._generator()
        self._start([X.shape[1], *self.hidden_layer_sizes, Y.shape[1]], rng)
        self.loss_curve_ = []
        for _ in range(self.epochs):
            losses, sizes = [], []
            for X_batch, Y_batch in self._batches(X, Y, rng):
                A = self._forward(X_batch)
                losses.append(self._loss(A[-1], Y_batch))
                sizes.append(len(X_batch))
                self._step(*self._backward(A, Y_batch))
            self.loss_curve_.append(self._epoch_loss(np.array(losses), np.array(sizes)))
        return self

    def _checked(self, X, y):
        if self.activation not in ("sigmoid", "relu"):
            raise ValueError(f"unknown activation {self.activation!r}")
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        return X, y

    def _encoded(self, y):
        self.classes_, labels = np.unique(y, return_inverse=True)
        return one_hot(labels, len(self.classes_))

    def _generator(self):
        return np.random.default_rng(self.random_state)

    def _start(self, sizes, rng):
        self.W_, self.b_ = init_layers(sizes, rng)

    def _batches(self, X, Y, rng):
        return minibatches(X, Y, self.batch_size, rng)

    def _forward(self, X):
        return forward_layers(self.W_, self.b_, X, self.activation)

    def _loss(self, Y_hat, Y):
        return calc_loss(Y_hat, Y)

    def _backward(self, A, Y):
        return backward_layers(self.W_, A, Y, self.activation)

    def _step(self, grad_W, grad_b):
        grad_W = [grad + self.lmbd * w for grad, w in zip(grad_W, self.W_, strict=True)]
        self.W_, self.b_ = update(self.W_, self.b_, grad_W, grad_b, self.lr)

    def _epoch_loss(self, losses, sizes):
        return np.sum(losses * sizes) / np.sum(sizes)

    def predict_proba(self, X):
        check_is_fitted(self)
        return self._forward(validate_data(self, X, reset=False))[-1]


_ENTROPY = np.random.default_rng(
    12
)  # stands for what default_rng() takes from the machine, so that builds are the same


@mistake(advice="The loop runs from the last layer to the first, and update must get all gradients.")
class only_the_last_layer_learns(_Pieces):
    """Only the last layer learns: the hidden layers keep their random weights."""

    def _backward(self, A, Y):
        grad_W, grad_b = super()._backward(A, Y)
        for layer in range(len(grad_W) - 1):
            grad_W[layer], grad_b[layer] = 0 * grad_W[layer], 0 * grad_b[layer]
        return grad_W, grad_b


@mistake(advice="Which layers does your loop visit if there are two hidden layers, or three?")
class middle_layers_do_not_learn(_Pieces):
    """The first and the last layer learn, but the hidden layers between them do not."""

    def _backward(self, A, Y):
        grad_W, grad_b = super()._backward(A, Y)
        for layer in range(1, len(grad_W) - 1):
            grad_W[layer], grad_b[layer] = 0 * grad_W[layer], 0 * grad_b[layer]
        return grad_W, grad_b


@mistake(advice="dZ is the mean's gradient only once it was divided by the number of rows in the batch.")
class summed_gradients(_Pieces):
    """The gradients are summed over the batch instead of averaged, so a larger batch takes larger steps."""

    def _backward(self, A, Y):
        grad_W, grad_b = super()._backward(A, Y)
        return [grad * len(Y) for grad in grad_W], [grad * len(Y) for grad in grad_b]


@mistake(advice="Divide by n once, where dZ of the last layer is made. What comes after carries it along.")
class divides_in_every_layer(_Pieces):
    """You divide by the number of rows again in every layer, so that hidden layers learn far too slowly."""

    def _backward(self, A, Y):
        grad_W, grad_b = super()._backward(A, Y)
        shares = [len(Y) ** (layer + 1 - len(grad_W)) for layer in range(len(grad_W))]
        scaled = [[grad * share for grad, share in zip(grads, shares, strict=True)] for grads in (grad_W, grad_b)]
        return scaled[0], scaled[1]


@mistake(advice="After dZ @ W, what does the chain rule multiply by on the way back through the activation?")
class slope_left_out(_Pieces):
    """On the way back, the slope of the activation is left out."""

    def _slope(self, A):
        return 1

    def _backward(self, A, Y):
        grad_W, grad_b = [], []
        dZ = (A[-1] - Y) / len(Y)
        for layer in reversed(range(len(self.W_))):
            grad_W.insert(0, dZ.T @ A[layer])
            grad_b.insert(0, dZ.sum(axis=0))
            dZ = self._onwards(dZ, self.W_[layer]) * self._slope(A[layer])
        return grad_W, grad_b

    def _onwards(self, dZ, w):
        return dZ @ w


@mistake(advice="The slope depends on the activation: look where backward chooses between the two.")
class sigmoid_slope_for_relu(slope_left_out):
    """The slope a * (1 - a) of the sigmoid is used for ReLU as well."""

    def _slope(self, A):
        return A * (1 - A)


@mistake(advice="The slope depends on the activation: look where backward chooses between the two.")
class relu_slope_for_sigmoid(slope_left_out):
    """The slope of ReLU is used for the sigmoid as well."""

    def _slope(self, A):
        return relu_prime(A)


@mistake(advice="dZ is (n, out) and W is (out, in). Which product gives (n, in), and also for in = out?")
class square_weights_transposed(slope_left_out):
    """On the way back W is transposed, which nobody notices where two layers have the same size."""

    def _slope(self, A):
        return A * (1 - A) if self.activation == "sigmoid" else relu_prime(A)

    def _onwards(self, dZ, w):
        return dZ @ (w.T if w.shape[0] == w.shape[1] else w)


@mistake(advice="First compute all gradients with the old weights, then change the weights.")
class updates_too_early(_Pieces):
    """A layer's weights are changed before the layer below has used them for its gradient."""

    def _backward(self, A, Y):
        grad_W, grad_b = [], []
        dZ = (A[-1] - Y) / len(Y)
        for layer in reversed(range(len(self.W_))):
            grad_W.insert(0, dZ.T @ A[layer])
            grad_b.insert(0, dZ.sum(axis=0))
            slope = A[layer] * (1 - A[layer]) if self.activation == "sigmoid" else relu_prime(A[layer])
            dZ = dZ @ (self.W_[layer] - self.lr * grad_W[0]) * slope
        return grad_W, grad_b


@mistake(advice='What happens to the argument activation="relu" on its way from fit to the hidden layers?')
class relu_is_a_sigmoid(_Pieces):
    """With activation="relu" the hidden layers still use the sigmoid."""

    def _forward(self, X):
        return forward_layers(self.W_, self.b_, X, "sigmoid")

    def _backward(self, A, Y):
        return backward_layers(self.W_, A, Y, "sigmoid")


@mistake(advice="Every number in hidden_layer_sizes is a layer: the list of sizes is d, all of them, k.")
class one_hidden_layer_only(_Pieces):
    """Only the first of the hidden layers is built."""

    def _start(self, sizes, rng):
        super()._start([*sizes[:-1][:2], sizes[-1]], rng)


@mistake(advice="hidden_layer_sizes=() means a single layer, from the inputs straight to the classes.")
class always_a_hidden_layer(_Pieces):
    """With hidden_layer_sizes=() there is a hidden layer all the same."""

    def _start(self, sizes, rng):
        super()._start(sizes if len(sizes) > 2 else [sizes[0], 50, sizes[-1]], rng)


@mistake(advice="At the output the classes share one whole. Which function does that?")
class sigmoid_at_the_end(_Pieces):
    """The last layer ends with the sigmoid instead of softmax, so that the probabilities do not sum to 1."""

    def _forward(self, X):
        A = super()._forward(X)
        A[-1] = sigmoid(A[-2] @ self.W_[-1].T + self.b_[-1])
        return A


@mistake(advice="The probabilities of one row sum to 1: softmax goes along axis 1.")
class softmax_over_the_rows(_Pieces):
    """softmax runs over the samples instead of the classes."""

    def _forward(self, X):
        A = super()._forward(X)
        A[-1] = softmax(A[-2] @ self.W_[-1].T + self.b_[-1], axis=0)
        return A


@mistake(advice="Zero weights make all units of a layer equal, for ever. Draw them from rng.")
class starts_at_zero(_Pieces):
    """All weights start at zero, so that the units of a layer stay copies of each other."""

    def _start(self, sizes, rng):
        super()._start(sizes, rng)
        self.W_ = [0 * w for w in self.W_]


@mistake(advice="The step needs the gradient plus lmbd times the weights. Where does self.lmbd come in?")
class ignores_lmbd(_Pieces):
    """lmbd is stored, but never used."""

    def _step(self, grad_W, grad_b):
        self.W_, self.b_ = update(self.W_, self.b_, grad_W, grad_b, self.lr)


@mistake(advice="Only weights are regularised. The gradients of the biases stay as they are.")
class regularises_biases(_Pieces):
    """lmbd shrinks the biases as well."""

    def _step(self, grad_W, grad_b):
        super()._step(grad_W, [grad + self.lmbd * bias for grad, bias in zip(grad_b, self.b_, strict=True)])


@mistake(advice="As in sgd: the gradient plus lmbd * W. The 2 of the square is in lmbd already.")
class doubles_lmbd(_Pieces):
    """lmbd acts twice as strongly as it should: 2 * lmbd * W instead of lmbd * W."""

    def _step(self, grad_W, grad_b):
        super()._step([grad + self.lmbd * w for grad, w in zip(grad_W, self.W_, strict=True)], grad_b)


@mistake(advice="As in sgd: lr multiplies the sum of the gradient and lmbd * W.")
class decay_without_lr(_Pieces):
    """The weights lose lmbd * W in each step, without the factor lr."""

    def _step(self, grad_W, grad_b):
        old = self.W_
        self.W_, self.b_ = update(self.W_, self.b_, grad_W, grad_b, self.lr)
        self.W_ = [w - self.lmbd * before for w, before in zip(self.W_, old, strict=True)]


@mistake(advice="The last batch may be smaller. range(0, n, batch_size) reaches it.")
class drops_the_last_batch(_Pieces):
    """The last batch is left out if it is smaller than the others."""

    def _batches(self, X, Y, rng):
        batches = list(super()._batches(X, Y, rng))
        return [batch for batch in batches if len(batch[0]) == len(batches[0][0])]


@mistake(advice="With 10 rows and a batch_size of 50 there is one batch, of 10 rows. Count yours.")
class full_batches_only(_Pieces):
    """Only full batches are used, so with fewer rows than batch_size the network never learns."""

    def _batches(self, X, Y, rng):
        return [batch for batch in super()._batches(X, Y, rng) if len(batch[0]) == self.batch_size]


@mistake(advice="Draw one order of the rows, and use it for X and for Y.")
class shuffles_apart(_Pieces):
    """X and the labels are shuffled apart from each other, so that rows get the labels of others."""

    def _batches(self, X, Y, rng):
        return super()._batches(X, Y[rng.permutation(len(Y))], rng)


@mistake(advice="Where does self.batch_size come in? Each step should see so many rows, not all.")
class ignores_batch_size(_Pieces):
    """batch_size is not used: every step sees all rows."""

    def _batches(self, X, Y, rng):
        return [(X, Y)]


@mistake(advice="fit draws new weights each time. Nothing that an earlier fit left may play a part.")
class goes_on_learning(_Pieces):
    """A second fit goes on from the weights of the first instead of starting anew."""

    def _start(self, sizes, rng):
        old = [w.shape for w in getattr(self, "W_", [])]
        if old != list(zip(sizes[1:], sizes[:-1], strict=True)):
            super()._start(sizes, rng)


@mistake(advice="np.random.default_rng(self.random_state) gives a generator that repeats itself.")
class ignores_random_state(_Pieces):
    """random_state is not used, so that no result can be repeated."""

    def _generator(self):
        return np.random.default_rng(_ENTROPY.integers(2**32))


@mistake(advice="Make a generator of your own, np.random.default_rng(self.random_state), and draw from it.")
class seeds_the_global_generator(_Pieces):
    """You seed NumPy's global random numbers, which changes them for everybody else."""

    def _generator(self):
        np.random.seed(self.random_state)
        return np.random.mtrand._rand


@mistake(advice="`X -= …` writes into the caller's array. Write X = X - … instead.")
class centres_x_in_place(_Pieces):
    """fit changes the caller's X."""

    def _checked(self, X, y):
        checked, y = super()._checked(X, y)
        checked = checked.copy()
        if isinstance(X, np.ndarray) and X.dtype == np.float64 and X.flags.writeable:
            X -= X.mean(axis=0)
        return checked, y


@mistake(advice="Add up the losses of all batches of the epoch, each times its number of rows.")
class loss_of_the_last_batch(_Pieces):
    """loss_curve_ holds the loss of each epoch's last batch only."""

    def _epoch_loss(self, losses, sizes):
        return losses[-1]


@mistake(advice="A batch of 1 row must count less than one of 50: weight each loss by the batch's rows.")
class batches_count_alike(_Pieces):
    """loss_curve_ holds the plain mean of the batches' losses, so that the rows of a small batch count more."""

    def _epoch_loss(self, losses, sizes):
        return np.mean(losses)


@mistake(advice="A mean, not a sum: divide by the number of rows at the end of the epoch.")
class sums_the_loss(_Pieces):
    """loss_curve_ holds the sum over the rows instead of the mean."""

    def _epoch_loss(self, losses, sizes):
        return np.sum(losses * sizes)


@mistake(
    advice="lmbd acts through the gradient. The loss that loss_curve_ reports is the cross-entropy alone.",
)
class penalty_in_the_loss(_Pieces):
    """loss_curve_ contains the penalty of lmbd."""

    def _loss(self, Y_hat, Y):
        return calc_loss(Y_hat, Y) + self.lmbd / 2 * sum(np.sum(w**2) for w in self.W_)


@mistake(advice="At the end of each epoch, append its mean loss to self.loss_curve_.")
class records_no_loss(_Pieces):
    """loss_curve_ stays empty."""

    def fit(self, X, y):
        super().fit(X, y)
        self.loss_curve_ = []
        return self


@mistake(advice="Append once an epoch, after the loop over its batches.")
class one_loss_per_batch(_Pieces):
    """loss_curve_ holds a number for each batch instead of one for each epoch."""

    def fit(self, X, y):
        self._all = []
        super().fit(X, y)
        self.loss_curve_ = [float(loss) for losses in self._all for loss in losses]
        del self._all
        return self

    def _epoch_loss(self, losses, sizes):
        self._all.append(losses)
        return 0.0


@mistake(advice="np.unique(y, return_inverse=True) gives the different labels, and their numbers from 0 on.")
class labels_must_count_from_zero(_Pieces):
    """The labels must be 0, 1, 2 and so on: other labels, such as strings, fail."""

    def _encoded(self, y):
        self.classes_ = np.unique(y)
        return one_hot(y, len(self.classes_))


@mistake(advice="argmax gives the number of a column. classes_ knows which label belongs to it.")
class predicts_columns(_Pieces):
    """predict returns the number of the class's column instead of its label."""

    def predict(self, X):
        return np.argmax(self.predict_proba(X), axis=1)


@mistake(advice="Which axis of the (n, k) probabilities holds the classes of one row?")
class predicts_one_label_for_all(_Pieces):
    """argmax has no axis, so predict finds the largest probability of all rows together."""

    def predict(self, X):
        return self.classes_[np.argmax(self.predict_proba(X))]


@mistake(advice="Store every argument as it came: self.name = name. What is made of it belongs into fit.")
class constructor_converts(_Pieces):
    """The constructor changes what it is given, so that scikit-learn cannot copy the network."""

    def __init__(
        self,
        hidden_layer_sizes=(50,),
        activation="sigmoid",
        lr=0.5,
        lmbd=0.0,
        epochs=20,
        batch_size=50,
        random_state=None,
    ):
        super().__init__(list(hidden_layer_sizes), activation, lr, lmbd, epochs, batch_size, random_state)


@mistake(advice="Let the constructor store anything. set_params goes past it, so fit must look anyway.")
class constructor_checks(_Pieces):
    """The constructor refuses an unknown activation; that is the task of fit."""

    def __init__(
        self,
        hidden_layer_sizes=(50,),
        activation="sigmoid",
        lr=0.5,
        lmbd=0.0,
        epochs=20,
        batch_size=50,
        random_state=None,
    ):
        if activation not in ("sigmoid", "relu"):
            raise ValueError(f"unknown activation {activation!r}")
        super().__init__(hidden_layer_sizes, activation, lr, lmbd, epochs, batch_size, random_state)


@mistake(
    advice='Before training, fit should raise a ValueError unless self.activation is "sigmoid" or "relu".',
)
class takes_any_activation(_Pieces):
    """An unknown activation is taken for the sigmoid, without a word."""

    def _checked(self, X, y):
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        return X, y

    def _forward(self, X):
        return forward_layers(self.W_, self.b_, X, "relu" if self.activation == "relu" else "sigmoid")


@mistake(advice="`X, y = validate_data(self, X, y)` in fit looks for all that can be wrong with the data.")
class takes_any_data(_Pieces):
    """The data are not checked: NaN and wrong shapes go straight into the network."""

    def _checked(self, X, y):
        if self.activation not in ("sigmoid", "relu"):
            raise ValueError(f"unknown activation {self.activation!r}")
        self.n_features_in_ = np.shape(X)[1]
        return np.asarray(X), np.asarray(y)

    def predict_proba(self, X):
        check_is_fitted(self)
        return self._forward(np.asarray(X))[-1]


@mistake(
    advice="Which line of predict reads an attribute that only fit sets? check_is_fitted must run first.",
)
class predict_reads_too_early(_Pieces):
    """Before fit, predict stops with an AttributeError: it reads what only fit sets."""

    def predict(self, X):
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def predict_proba(self, X):
        self.W_[0].shape[1]
        return super().predict_proba(X)


@mistake(advice="The last line of fit is `return self`, so that fit(X, y).predict(X) works.")
class fit_returns_nothing(_Pieces):
    """fit does not return the network."""

    def fit(self, X, y):
        super().fit(X, y)


@mistake(advice="check_classification_targets(y) refuses numbers such as 0.37.")
class takes_measurements_as_classes(_Pieces):
    """fit accepts targets that are no classes, such as 0.37."""

    def _checked(self, X, y):
        if self.activation not in ("sigmoid", "relu"):
            raise ValueError(f"unknown activation {self.activation!r}")
        return validate_data(self, X, y)


@mistake(advice="Write class NeuralNetwork(ClassifierMixin, BaseEstimator), in this order.")
class bases_in_the_wrong_order(BaseEstimator, ClassifierMixin):
    """The base classes stand in the wrong order: ClassifierMixin must come before BaseEstimator."""

    __init__ = NeuralNetwork.__init__
    fit = NeuralNetwork.fit
    _checked = NeuralNetwork._checked
    predict_proba = NeuralNetwork.predict_proba
    predict = NeuralNetwork.predict


# --- variants --------------------------------------------------------------------------------------------------------


class _Settings(ClassifierMixin, BaseEstimator):
    """The constructor that all of them share."""

    def __init__(
        self,
        hidden_layer_sizes=(50,),
        activation="sigmoid",
        lr=0.5,
        lmbd=0.0,
        epochs=20,
        batch_size=50,
        random_state=None,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.lr = lr
        self.lmbd = lmbd
        self.epochs = epochs
        self.batch_size = batch_size
        self.random_state = random_state


@variant
class WithScipy(_Settings):
    """SciPy's functions, weights after Glorot, and the loss measured after each epoch."""

    _precision = np.float64
    _functions = {  # noqa: RUF012
        "sigmoid": (scipy.special.expit, lambda a: a - a**2),
        "relu": (lambda z: z * (z > 0), np.sign),
    }

    def fit(self, X, y):
        X, y = validate_data(self, X, y, dtype=self._precision)
        check_classification_targets(y)
        if self.activation not in self._functions:
            raise ValueError("activation must be one of " + ", ".join(self._functions))
        self.classes_, targets = np.unique(y, return_inverse=True)
        rng = np.random.default_rng(self.random_state)
        sizes = (X.shape[1], *self.hidden_layer_sizes, len(self.classes_))
        limits = [math.sqrt(6 / sum(pair)) for pair in pairwise(sizes)]
        self.coefs_ = [
            rng.uniform(-r, r, size=pair).astype(self._precision)
            for r, pair in zip(limits, pairwise(sizes), strict=True)
        ]
        self.intercepts_ = [
            rng.uniform(-r, r, size=size).astype(self._precision) for r, size in zip(limits, sizes[1:], strict=True)
        ]
        self.loss_curve_ = []
        for _ in range(self.epochs):
            order = np.arange(len(X))
            rng.shuffle(order)
            for rows in np.array_split(order, range(self.batch_size, len(X), self.batch_size)):
                self._learn(X[rows], targets[rows])
            scores = self._layers(X)[-1]
            logs = scipy.special.log_softmax(scores, axis=1)
            self.loss_curve_.append(-logs[np.arange(len(X)), targets].mean())
        return self

    def _layers(self, X):
        function, _ = self._functions[self.activation]
        outputs = [X]
        for depth, (w, b) in enumerate(zip(self.coefs_, self.intercepts_, strict=True), start=1):
            z = np.einsum("nd,dh->nh", outputs[-1], w) + b
            outputs.append(z if depth == len(self.coefs_) else function(z))
        return outputs

    def _learn(self, X, targets):
        outputs = self._layers(X)
        error = scipy.special.softmax(outputs[-1], axis=1)
        error[np.arange(len(X)), targets] -= 1
        _, slope = self._functions[self.activation]
        for depth in range(len(self.coefs_) - 1, -1, -1):
            below = error @ self.coefs_[depth].T * slope(outputs[depth])
            self.coefs_[depth] *= 1 - self.lr * self.lmbd
            self.coefs_[depth] -= self.lr / len(X) * outputs[depth].T @ error
            self.intercepts_[depth] -= self.lr * error.mean(axis=0)
            error = below

    def predict_proba(self, X):
        check_is_fitted(self, "coefs_")
        X = validate_data(self, X, reset=False, dtype=self._precision)
        return scipy.special.softmax(self._layers(X)[-1], axis=1)

    def predict(self, X):
        columns = self.predict_proba(X).argmax(-1)
        return self.classes_.take(columns)


class _Layer:
    """One layer with its bias as the last column of its weights; samples are columns."""

    def __init__(self, fan_in, fan_out, random_state):
        self.weights = np.hstack([random_state.randn(fan_out, fan_in) / math.sqrt(fan_in), np.zeros((fan_out, 1))])

    def forward(self, columns):
        self.inputs = np.vstack([columns, np.ones((1, columns.shape[1]))])
        return self.weights @ self.inputs

    def backward(self, errors):
        self.gradient = errors @ self.inputs.T / errors.shape[1]
        return self.weights[:, :-1].T @ errors

    def step(self, lr, lmbd):
        decay = np.array(self.weights)
        decay[:, -1] = 0
        self.weights = self.weights - lr * (self.gradient + lmbd * decay)


@variant
class LayerObjects(_Settings):
    """A list of layer objects, a bias column, everything transposed, and NumPy's legacy RandomState."""

    def fit(self, X, y):
        X, y = check_X_y(X, y)
        if self.activation not in {"relu", "sigmoid"}:
            raise ValueError(self.activation)
        check_classification_targets(y)
        self.n_features_in_ = X.shape[1]
        binarizer = LabelBinarizer()
        Y = binarizer.fit_transform(y)
        self.classes_ = binarizer.classes_
        if Y.shape[1] == 1:  # what LabelBinarizer makes of two classes, or of one
            Y = np.hstack([1 - Y, Y])[:, : len(self.classes_)]
        random_state = check_random_state(self.random_state)
        sizes = [X.shape[1]] + list(self.hidden_layer_sizes) + [len(self.classes_)]  # noqa: RUF005
        self.layers_ = [_Layer(*pair, random_state) for pair in pairwise(sizes)]
        self.loss_curve_ = np.zeros(self.epochs)
        for epoch in range(self.epochs):
            order = random_state.permutation(len(X))
            while len(order):
                batch, order = order[: self.batch_size], order[self.batch_size :]
                P = self._forward(X[batch].T)
                self.loss_curve_[epoch] -= np.log(P[Y[batch].T == 1] + 1e-12).sum() / len(X)
                errors = P - Y[batch].T
                for position in range(len(self.layers_) - 1, -1, -1):
                    errors = self.layers_[position].backward(errors)
                    if position:
                        A = self.layers_[position].inputs[:-1]
                        errors = errors * (A * (1 - A) if self.activation == "sigmoid" else A > 0)
                for layer in self.layers_:
                    layer.step(self.lr, self.lmbd)
        return self

    def _forward(self, columns):
        for layer in self.layers_[:-1]:
            columns = layer.forward(columns)
            columns = np.maximum(columns, 0) if self.activation == "relu" else 0.5 * (1 + np.tanh(columns / 2))
        scores = self.layers_[-1].forward(columns)
        powers = np.exp(scores - scores.max(axis=0))
        return powers / powers.sum(axis=0)

    def predict_proba(self, X):
        check_is_fitted(self)
        X = check_array(X)
        if X.shape[1] != self.n_features_in_:
            name = type(self).__name__
            raise ValueError(
                f"X has {X.shape[1]} features, but {name} is expecting {self.n_features_in_} features as input"
            )
        before = [getattr(layer, "inputs", None) for layer in self.layers_]
        P = self._forward(X.T).T
        for layer, inputs in zip(self.layers_, before, strict=True):
            layer.inputs = inputs  # predicting leaves the network as it was
        return P

    def predict(self, X):
        return np.array([self.classes_[c] for c in self.predict_proba(X).argmax(axis=1)])

    def score(self, X, y, sample_weight=None):
        return accuracy_score(y, self.predict(X), sample_weight=sample_weight)


@variant
class RankThree(_Settings):
    """Lesson C: samples as columns of their own, weights (1, out, in), a gradient for each sample, averaged late."""

    def fit(self, X, y):
        if self.activation not in ("sigmoid", "relu"):
            raise ValueError(f"no such activation: {self.activation}")
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_ = unique_labels(y)
        Y = (y[:, np.newaxis] == self.classes_)[:, :, np.newaxis].astype(float)
        rng = np.random.default_rng(self.random_state)
        sizes = [X.shape[1], *self.hidden_layer_sizes, len(self.classes_)]
        self.biases_ = [rng.normal(scale=0.1, size=(1, size, 1)) for size in sizes[1:]]
        self.weights_ = [rng.normal(scale=0.5, size=(1, out, into)) for into, out in pairwise(sizes)]
        self.loss_curve_ = []
        for _ in range(self.epochs):
            pairs = list(zip(X[:, :, np.newaxis], Y, strict=True))
            losses = []
            order = rng.permutation(len(pairs))
            for start in range(0, len(pairs), self.batch_size):
                chosen = [pairs[i] for i in order[start : start + self.batch_size]]
                A = self._activations(np.array([x for x, _ in chosen]))
                targets = np.array([t for _, t in chosen])
                losses += list(-np.log(np.sum(A[-1] * targets, axis=(1, 2))))
                self._learn(A, targets)
            self.loss_curve_.append(float(np.mean(losses)))
        return self

    def _activations(self, samples):
        A = [samples]
        for w, b in zip(self.weights_, self.biases_, strict=True):
            z = w @ A[-1] + b
            if len(A) == len(self.weights_):
                powers = np.exp(z - z.max(axis=1, keepdims=True))
                A.append(powers / powers.sum(axis=1, keepdims=True))
            else:
                A.append(np.where(z > 0, z, 0) if self.activation == "relu" else np.exp(-np.logaddexp(0, -z)))
        return A

    def _learn(self, A, targets):
        error = A[-1] - targets
        steps = []
        for layer in range(len(self.weights_))[::-1]:
            steps.append((layer, error @ A[layer].swapaxes(1, 2), error))  # (batch, out, in): one for each sample
            slope = A[layer] * (1 - A[layer]) if self.activation == "sigmoid" else A[layer] > 0
            error = self.weights_[layer].swapaxes(1, 2) @ error * slope
        for layer, by_weight, by_bias in steps:
            w, b = self.weights_[layer], self.biases_[layer]
            self.weights_[layer] = w - self.lr * (by_weight.mean(axis=0, keepdims=True) + self.lmbd * w)
            self.biases_[layer] = b - self.lr * by_bias.mean(axis=0, keepdims=True)

    def predict_proba(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return self._activations(X[:, :, np.newaxis])[-1][:, :, 0]

    def predict(self, X):
        probabilities = self.predict_proba(X)
        return self.classes_[np.argsort(probabilities, axis=1)[:, -1]]


@variant
class RowByRow(_Settings):
    """A loop over the rows of each batch, outer products summed, one long vector for all parameters, no shuffling."""

    def fit(self, X, y):
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        if self.activation != "sigmoid" and self.activation != "relu":
            raise ValueError("The activation is 'sigmoid' or 'relu'.")
        self.classes_ = np.array(sorted(set(y.tolist())), dtype=y.dtype)
        number = {label: i for i, label in enumerate(self.classes_.tolist())}
        targets = [number[label] for label in y.tolist()]
        self._sizes = [X.shape[1], *self.hidden_layer_sizes, len(self.classes_)]
        rng = np.random.default_rng(self.random_state)
        self.theta_ = rng.standard_normal(sum((i + 1) * o for i, o in zip(self._sizes, self._sizes[1:], strict=False)))
        self.theta_ *= 0.4
        self.loss_curve_ = []
        for _ in range(self.epochs):
            total = 0
            for start in range(0, len(X), self.batch_size):
                rows = range(start, min(start + self.batch_size, len(X)))
                gradient = np.zeros_like(self.theta_)
                for row in rows:
                    total += self._add_gradient(X[row], targets[row], gradient)
                decay = np.concatenate([np.r_[w.ravel(), 0 * b] for w, b in self._views(self.theta_)])
                self.theta_ = self.theta_ - self.lr * (gradient / len(rows) + self.lmbd * decay)
            self.loss_curve_.append(total / len(X))
        return self

    def _views(self, theta):
        place = 0
        for into, out in zip(self._sizes, self._sizes[1:], strict=False):
            w = theta[place : place + into * out].reshape(out, into)
            place += into * out
            yield w, theta[place : place + out]
            place += out

    def _outputs(self, x):
        layers = list(self._views(self.theta_))
        outputs = [x]
        for w, b in layers[:-1]:
            z = w.dot(outputs[-1]) + b
            outputs.append(z.clip(min=0) if self.activation == "relu" else scipy.special.expit(z))
        w, b = layers[-1]
        return layers, [*outputs, scipy.special.softmax(w.dot(outputs[-1]) + b)]

    def _add_gradient(self, x, target, gradient):
        layers, outputs = self._outputs(x)
        error = outputs[-1].copy()
        error[target] -= 1
        for (w, _), (grad_w, grad_b), a in zip(
            layers[::-1], list(self._views(gradient))[::-1], outputs[-2::-1], strict=True
        ):
            grad_w += np.outer(error, a)
            grad_b += error
            error = w.T.dot(error) * (a * (1 - a) if self.activation == "sigmoid" else (a > 0))
        return -math.log(outputs[-1][target] + 1e-15)

    def predict_proba(self, X):
        check_is_fitted(self)
        return np.array([self._outputs(x)[1][-1] for x in validate_data(self, X, reset=False)])

    def predict(self, X):
        columns = [int(np.argmax(row)) for row in self.predict_proba(X)]
        return self.classes_[columns]


@variant
class SinglePrecision(WithScipy):
    """float32 all the way, and probabilities kept away from 0 and 1."""

    _precision = np.float32

    def predict_proba(self, X):
        return np.clip(super().predict_proba(X), 1e-12, 1)


@variant
class PlainLists(_Settings):
    """Lists of lists and floats, one number at a time, as in unit 11."""

    def fit(self, X, y):
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        if self.activation not in ("sigmoid", "relu"):
            raise ValueError("unknown activation")
        self.classes_, targets = np.unique(y, return_inverse=True)
        rows, targets = X.tolist(), targets.tolist()
        rng = np.random.default_rng(self.random_state)
        sizes = [X.shape[1], *self.hidden_layer_sizes, len(self.classes_)]
        self.network_ = [
            [[float(w) for w in rng.uniform(-1, 1, size=into)] + [0.0] for _ in range(out)]
            for into, out in pairwise(sizes)
        ]
        self.loss_curve_ = []
        for _ in range(self.epochs):
            order = rng.permutation(len(rows)).tolist()
            losses = []
            for start in range(0, len(rows), self.batch_size):
                batch = order[start : start + self.batch_size]
                sums = [[[0.0] * len(neuron) for neuron in layer] for layer in self.network_]
                for row in batch:
                    losses.append(self._add(rows[row], targets[row], sums))
                for layer, layer_sums in zip(self.network_, sums, strict=True):
                    for neuron, total in zip(layer, layer_sums, strict=True):
                        for i, value in enumerate(total):
                            decay = self.lmbd * neuron[i] if i + 1 < len(neuron) else 0.0
                            neuron[i] -= self.lr * (value / len(batch) + decay)
            self.loss_curve_.append(sum(losses) / len(losses))
        return self

    def _outputs(self, row):
        outputs = [row]
        for depth, layer in enumerate(self.network_, start=1):
            sums = [
                neuron[-1] + sum(w * x for w, x in zip(neuron, outputs[-1], strict=False))  # the last one is the bias
                for neuron in layer
            ]
            if depth == len(self.network_):
                powers = [math.exp(z - max(sums)) for z in sums]
                outputs.append([power / sum(powers) for power in powers])
            elif self.activation == "relu":
                outputs.append([max(z, 0.0) for z in sums])
            else:
                outputs.append([1 / (1 + math.exp(-z)) if z > -700 else 0.0 for z in sums])
        return outputs

    def _add(self, row, target, sums):
        outputs = self._outputs(row)
        errors = [p - (c == target) for c, p in enumerate(outputs[-1])]
        for layer, total, inputs in zip(self.network_[::-1], sums[::-1], outputs[-2::-1], strict=True):
            for neuron_total, error in zip(total, errors, strict=True):
                for i, value in enumerate([*inputs, 1.0]):
                    neuron_total[i] += error * value
            back = [
                sum(neuron[i] * error for neuron, error in zip(layer, errors, strict=True)) for i in range(len(inputs))
            ]
            slopes = [a * (1 - a) if self.activation == "sigmoid" else float(a > 0) for a in inputs]
            errors = [value * slope for value, slope in zip(back, slopes, strict=True)]
        return -math.log(max(outputs[-1][target], 1e-12))

    def predict_proba(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return np.array([self._outputs(row)[-1] for row in X.tolist()])

    def predict(self, X):
        columns = self.predict_proba(X).argmax(axis=1)
        return self.classes_[columns]
