"""Known mistakes in 12-any-depth: each is the reference with one piece replaced."""

import numpy as np

from solutions.catalogue import mistake
from solutions.reference import (
    BaseEstimator,
    ClassifierMixin,
    NeuralNetwork,
    backward_layers,
    calc_loss,
    check_classification_targets,
    check_is_fitted,
    forward_layers,
    init_layers,
    minibatches,
    one_hot,
    relu_prime,
    sigmoid,
    softmax,
    update,
    validate_data,
)


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


# --- gradients --------------------------------------------------------------------------------------------------------


_ENTROPY = np.random.default_rng(
    12
)  # stands for what default_rng() takes from the machine, so that builds are the same


@mistake("NeuralNetwork", advice="The loop runs from the last layer to the first, and update must get all gradients.")
class only_the_last_layer_learns(_Pieces):
    """Only the last layer learns: the hidden layers keep their random weights."""

    def _backward(self, A, Y):
        grad_W, grad_b = super()._backward(A, Y)
        for layer in range(len(grad_W) - 1):
            grad_W[layer], grad_b[layer] = 0 * grad_W[layer], 0 * grad_b[layer]
        return grad_W, grad_b


@mistake("NeuralNetwork", advice="Which layers does your loop visit if there are two hidden layers, or three?")
class middle_layers_do_not_learn(_Pieces):
    """The first and the last layer learn, but the hidden layers between them do not."""

    def _backward(self, A, Y):
        grad_W, grad_b = super()._backward(A, Y)
        for layer in range(1, len(grad_W) - 1):
            grad_W[layer], grad_b[layer] = 0 * grad_W[layer], 0 * grad_b[layer]
        return grad_W, grad_b


@mistake(
    "NeuralNetwork", advice="dZ is the mean's gradient only once it was divided by the number of rows in the batch."
)
class summed_gradients(_Pieces):
    """The gradients are summed over the batch instead of averaged, so a larger batch takes larger steps."""

    def _backward(self, A, Y):
        grad_W, grad_b = super()._backward(A, Y)
        return [grad * len(Y) for grad in grad_W], [grad * len(Y) for grad in grad_b]


@mistake(
    "NeuralNetwork", advice="Divide by n once, where dZ of the last layer is made. What comes after carries it along."
)
class divides_in_every_layer(_Pieces):
    """You divide by the number of rows again in every layer, so that hidden layers learn far too slowly."""

    def _backward(self, A, Y):
        grad_W, grad_b = super()._backward(A, Y)
        shares = [len(Y) ** (layer + 1 - len(grad_W)) for layer in range(len(grad_W))]
        scaled = [[grad * share for grad, share in zip(grads, shares, strict=True)] for grads in (grad_W, grad_b)]
        return scaled[0], scaled[1]


@mistake(
    "NeuralNetwork", advice="After dZ @ W, what does the chain rule multiply by on the way back through the activation?"
)
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


@mistake("NeuralNetwork", advice="The slope depends on the activation: look where backward chooses between the two.")
class sigmoid_slope_for_relu(slope_left_out):
    """The slope a * (1 - a) of the sigmoid is used for ReLU as well."""

    def _slope(self, A):
        return A * (1 - A)


@mistake("NeuralNetwork", advice="The slope depends on the activation: look where backward chooses between the two.")
class relu_slope_for_sigmoid(slope_left_out):
    """The slope of ReLU is used for the sigmoid as well."""

    def _slope(self, A):
        return relu_prime(A)


@mistake(
    "NeuralNetwork", advice="dZ is (n, out) and W is (out, in). Which product gives (n, in), and also for in = out?"
)
class square_weights_transposed(slope_left_out):
    """On the way back W is transposed, which nobody notices where two layers have the same size."""

    def _slope(self, A):
        return A * (1 - A) if self.activation == "sigmoid" else relu_prime(A)

    def _onwards(self, dZ, w):
        return dZ @ (w.T if w.shape[0] == w.shape[1] else w)


@mistake("NeuralNetwork", advice="First compute all gradients with the old weights, then change the weights.")
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


# --- layers -----------------------------------------------------------------------------------------------------------


@mistake(
    "NeuralNetwork", advice='What happens to the argument activation="relu" on its way from fit to the hidden layers?'
)
class relu_is_a_sigmoid(_Pieces):
    """With activation="relu" the hidden layers still use the sigmoid."""

    def _forward(self, X):
        return forward_layers(self.W_, self.b_, X, "sigmoid")

    def _backward(self, A, Y):
        return backward_layers(self.W_, A, Y, "sigmoid")


@mistake(
    "NeuralNetwork", advice="Every number in hidden_layer_sizes is a layer: the list of sizes is d, all of them, k."
)
class one_hidden_layer_only(_Pieces):
    """Only the first of the hidden layers is built."""

    def _start(self, sizes, rng):
        super()._start([*sizes[:-1][:2], sizes[-1]], rng)


@mistake("NeuralNetwork", advice="hidden_layer_sizes=() means a single layer, from the inputs straight to the classes.")
class always_a_hidden_layer(_Pieces):
    """With hidden_layer_sizes=() there is a hidden layer all the same."""

    def _start(self, sizes, rng):
        super()._start(sizes if len(sizes) > 2 else [sizes[0], 50, sizes[-1]], rng)


@mistake("NeuralNetwork", advice="At the output the classes share one whole. Which function does that?")
class sigmoid_at_the_end(_Pieces):
    """The last layer ends with the sigmoid instead of softmax, so that the probabilities do not sum to 1."""

    def _forward(self, X):
        A = super()._forward(X)
        A[-1] = sigmoid(A[-2] @ self.W_[-1].T + self.b_[-1])
        return A


@mistake("NeuralNetwork", advice="The probabilities of one row sum to 1: softmax goes along axis 1.")
class softmax_over_the_rows(_Pieces):
    """softmax runs over the samples instead of the classes."""

    def _forward(self, X):
        A = super()._forward(X)
        A[-1] = softmax(A[-2] @ self.W_[-1].T + self.b_[-1], axis=0)
        return A


@mistake("NeuralNetwork", advice="Zero weights make all units of a layer equal, for ever. Draw them from rng.")
class starts_at_zero(_Pieces):
    """All weights start at zero, so that the units of a layer stay copies of each other."""

    def _start(self, sizes, rng):
        super()._start(sizes, rng)
        self.W_ = [0 * w for w in self.W_]


# --- lmbd -------------------------------------------------------------------------------------------------------------


@mistake(
    "NeuralNetwork", advice="The step needs the gradient plus lmbd times the weights. Where does self.lmbd come in?"
)
class ignores_lmbd(_Pieces):
    """lmbd is stored, but never used."""

    def _step(self, grad_W, grad_b):
        self.W_, self.b_ = update(self.W_, self.b_, grad_W, grad_b, self.lr)


@mistake("NeuralNetwork", advice="Only weights are regularised. The gradients of the biases stay as they are.")
class regularises_biases(_Pieces):
    """lmbd shrinks the biases as well."""

    def _step(self, grad_W, grad_b):
        super()._step(grad_W, [grad + self.lmbd * bias for grad, bias in zip(grad_b, self.b_, strict=True)])


@mistake("NeuralNetwork", advice="As in sgd: the gradient plus lmbd * W. The 2 of the square is in lmbd already.")
class doubles_lmbd(_Pieces):
    """lmbd acts twice as strongly as it should: 2 * lmbd * W instead of lmbd * W."""

    def _step(self, grad_W, grad_b):
        super()._step([grad + self.lmbd * w for grad, w in zip(grad_W, self.W_, strict=True)], grad_b)


@mistake("NeuralNetwork", advice="As in sgd: lr multiplies the sum of the gradient and lmbd * W.")
class decay_without_lr(_Pieces):
    """The weights lose lmbd * W in each step, without the factor lr."""

    def _step(self, grad_W, grad_b):
        old = self.W_
        self.W_, self.b_ = update(self.W_, self.b_, grad_W, grad_b, self.lr)
        self.W_ = [w - self.lmbd * before for w, before in zip(self.W_, old, strict=True)]


# --- epochs and batches -----------------------------------------------------------------------------------------------


@mistake("NeuralNetwork", advice="The last batch may be smaller. range(0, n, batch_size) reaches it.")
class drops_the_last_batch(_Pieces):
    """The last batch is left out if it is smaller than the others."""

    def _batches(self, X, Y, rng):
        batches = list(super()._batches(X, Y, rng))
        return [batch for batch in batches if len(batch[0]) == len(batches[0][0])]


@mistake("NeuralNetwork", advice="With 10 rows and a batch_size of 50 there is one batch, of 10 rows. Count yours.")
class full_batches_only(_Pieces):
    """Only full batches are used, so with fewer rows than batch_size the network never learns."""

    def _batches(self, X, Y, rng):
        return [batch for batch in super()._batches(X, Y, rng) if len(batch[0]) == self.batch_size]


@mistake("NeuralNetwork", advice="Draw one order of the rows, and use it for X and for Y.")
class shuffles_apart(_Pieces):
    """X and the labels are shuffled apart from each other, so that rows get the labels of others."""

    def _batches(self, X, Y, rng):
        return super()._batches(X, Y[rng.permutation(len(Y))], rng)


@mistake("NeuralNetwork", advice="Where does self.batch_size come in? Each step should see so many rows, not all.")
class ignores_batch_size(_Pieces):
    """batch_size is not used: every step sees all rows."""

    def _batches(self, X, Y, rng):
        return [(X, Y)]


@mistake("NeuralNetwork", advice="fit draws new weights each time. Nothing that an earlier fit left may play a part.")
class goes_on_learning(_Pieces):
    """A second fit goes on from the weights of the first instead of starting anew."""

    def _start(self, sizes, rng):
        old = [w.shape for w in getattr(self, "W_", [])]
        if old != list(zip(sizes[1:], sizes[:-1], strict=True)):
            super()._start(sizes, rng)


@mistake("NeuralNetwork", advice="np.random.default_rng(self.random_state) gives a generator that repeats itself.")
class ignores_random_state(_Pieces):
    """random_state is not used, so that no result can be repeated."""

    def _generator(self):
        return np.random.default_rng(_ENTROPY.integers(2**32))


@mistake(
    "NeuralNetwork", advice="Make a generator of your own, np.random.default_rng(self.random_state), and draw from it."
)
class seeds_the_global_generator(_Pieces):
    """You seed NumPy's global random numbers, which changes them for everybody else."""

    def _generator(self):
        np.random.seed(self.random_state)
        return np.random.mtrand._rand


@mistake("NeuralNetwork", advice="`X -= …` writes into the caller's array. Write X = X - … instead.")
class centres_x_in_place(_Pieces):
    """fit changes the caller's X."""

    def _checked(self, X, y):
        checked, y = super()._checked(X, y)
        checked = checked.copy()
        if isinstance(X, np.ndarray) and X.dtype == np.float64 and X.flags.writeable:
            X -= X.mean(axis=0)
        return checked, y


# --- loss_curve_ ------------------------------------------------------------------------------------------------------


@mistake("NeuralNetwork", advice="Add up the losses of all batches of the epoch, each times its number of rows.")
class loss_of_the_last_batch(_Pieces):
    """loss_curve_ holds the loss of each epoch's last batch only."""

    def _epoch_loss(self, losses, sizes):
        return losses[-1]


@mistake(
    "NeuralNetwork", advice="A batch of 1 row must count less than one of 50: weight each loss by the batch's rows."
)
class batches_count_alike(_Pieces):
    """loss_curve_ holds the plain mean of the batches' losses, so that the rows of a small batch count more."""

    def _epoch_loss(self, losses, sizes):
        return np.mean(losses)


@mistake("NeuralNetwork", advice="A mean, not a sum: divide by the number of rows at the end of the epoch.")
class sums_the_loss(_Pieces):
    """loss_curve_ holds the sum over the rows instead of the mean."""

    def _epoch_loss(self, losses, sizes):
        return np.sum(losses * sizes)


@mistake(
    "NeuralNetwork",
    advice="lmbd acts through the gradient. The loss that loss_curve_ reports is the cross-entropy alone.",
)
class penalty_in_the_loss(_Pieces):
    """loss_curve_ contains the penalty of lmbd."""

    def _loss(self, Y_hat, Y):
        return calc_loss(Y_hat, Y) + self.lmbd / 2 * sum(np.sum(w**2) for w in self.W_)


@mistake("NeuralNetwork", advice="At the end of each epoch, append its mean loss to self.loss_curve_.")
class records_no_loss(_Pieces):
    """loss_curve_ stays empty."""

    def fit(self, X, y):
        super().fit(X, y)
        self.loss_curve_ = []
        return self


@mistake("NeuralNetwork", advice="Append once an epoch, after the loop over its batches.")
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


# --- labels -----------------------------------------------------------------------------------------------------------


@mistake(
    "NeuralNetwork", advice="np.unique(y, return_inverse=True) gives the different labels, and their numbers from 0 on."
)
class labels_must_count_from_zero(_Pieces):
    """The labels must be 0, 1, 2 and so on: other labels, such as strings, fail."""

    def _encoded(self, y):
        self.classes_ = np.unique(y)
        return one_hot(y, len(self.classes_))


@mistake("NeuralNetwork", advice="argmax gives the number of a column. classes_ knows which label belongs to it.")
class predicts_columns(_Pieces):
    """predict returns the number of the class's column instead of its label."""

    def predict(self, X):
        return np.argmax(self.predict_proba(X), axis=1)


@mistake("NeuralNetwork", advice="Which axis of the (n, k) probabilities holds the classes of one row?")
class predicts_one_label_for_all(_Pieces):
    """argmax has no axis, so predict finds the largest probability of all rows together."""

    def predict(self, X):
        return self.classes_[np.argmax(self.predict_proba(X))]


# --- scikit-learn's rules ---------------------------------------------------------------------------------------------


@mistake(
    "NeuralNetwork", advice="Store every argument as it came: self.name = name. What is made of it belongs into fit."
)
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


@mistake(
    "NeuralNetwork", advice="Let the constructor store anything. set_params goes past it, so fit must look anyway."
)
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
    "NeuralNetwork",
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


@mistake(
    "NeuralNetwork", advice="`X, y = validate_data(self, X, y)` in fit looks for all that can be wrong with the data."
)
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
    "NeuralNetwork",
    advice="Which line of predict reads an attribute that only fit sets? check_is_fitted must run first.",
)
class predict_reads_too_early(_Pieces):
    """Before fit, predict stops with an AttributeError: it reads what only fit sets."""

    def predict(self, X):
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def predict_proba(self, X):
        self.W_[0].shape[1]
        return super().predict_proba(X)


@mistake("NeuralNetwork", advice="The last line of fit is `return self`, so that fit(X, y).predict(X) works.")
class fit_returns_nothing(_Pieces):
    """fit does not return the network."""

    def fit(self, X, y):
        super().fit(X, y)


@mistake("NeuralNetwork", advice="check_classification_targets(y) refuses numbers such as 0.37.")
class takes_measurements_as_classes(_Pieces):
    """fit accepts targets that are no classes, such as 0.37."""

    def _checked(self, X, y):
        if self.activation not in ("sigmoid", "relu"):
            raise ValueError(f"unknown activation {self.activation!r}")
        return validate_data(self, X, y)


@mistake("NeuralNetwork", advice="Write class NeuralNetwork(ClassifierMixin, BaseEstimator), in this order.")
class bases_in_the_wrong_order(BaseEstimator, ClassifierMixin):
    """The base classes stand in the wrong order: ClassifierMixin must come before BaseEstimator."""

    __init__ = NeuralNetwork.__init__
    fit = NeuralNetwork.fit
    _checked = NeuralNetwork._checked
    predict_proba = NeuralNetwork.predict_proba
    predict = NeuralNetwork.predict
