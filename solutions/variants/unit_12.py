"""Odd but right answers to 12-any-depth: other layouts, other first weights, other orders of random draws."""

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

from solutions.catalogue import variant


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


@variant("NeuralNetwork")
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


@variant("NeuralNetwork")
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


@variant("NeuralNetwork")
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


@variant("NeuralNetwork")
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


@variant("NeuralNetwork")
class SinglePrecision(WithScipy):
    """float32 all the way, and probabilities kept away from 0 and 1."""

    _precision = np.float32

    def predict_proba(self, X):
        return np.clip(super().predict_proba(X), 1e-12, 1)


@variant("NeuralNetwork")
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
