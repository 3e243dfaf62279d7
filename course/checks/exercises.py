"""The exercises: what each function takes and returns, its points, and the first two steps of its hint.

No formula stands here: what is right comes from the frozen cases (for students) or from the reference (for grading).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from course.checks.measures import any_depth, binary_loss, diagnosis, initialisation, inspection, mini_batches


@dataclass(frozen=True)
class Exercise:
    """One function (or class, or dictionary) that a student writes.

    Attributes
    ----------
    parameters : the names of the arguments in order, with their defaults: ``("x", "axis=1")``
    returns : the names of what comes back, in order; a single name means the value itself, and a tuple of names stands for
        a list: ``(("dW_1", "dW_2"), ("db_1", "db_2"))``. Each name is scored on its own
    hints : a nudge, then where to look; the third step of a hint is the cause that the last check found
    is_a : "function", "class" or "dict"
    dtype : "int", "float64" or "list" (plain lists, no arrays) where the task names a type, else ""
    biases : which of the returned values are biases, so that (1, h) is as good as (h,)
    uses : the other exercises that the answer may call
    consume : what comes back is an iterable, whose items are compared
    probe : how to call an answer that is no function: ``probe(answer, *args)``
    shown : what a probe does, for a reader: ``shown(*args)``
    measure : for results that are random or have many right forms: ``measure(result, *args)`` turns what came back into
        named numbers; or sentences that say what is wrong, empty if nothing is (what follows a line break is a detail)
    canonical : for results with ties: ``canonical(result, *args)`` rewrites each of the right forms to the same one, and
        gives anything else back as it is
    tolerances : (relative, absolute) tolerance of each of those numbers, by name
    steady : what a mistake gives does not depend on the numbers drawn, so that grading need not try each one again
    norm_tolerance : if above 0, how large the norm of the error may be, as a share of the norm of what is right
    """

    name: str
    unit: str
    points: int
    parameters: tuple[str, ...]
    returns: tuple[str | tuple[str, ...], ...]
    hints: tuple[str, str]
    is_a: str = "function"
    dtype: str = ""
    biases: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    consume: bool = False
    probe: Callable | None = None
    shown: Callable | None = None
    measure: Callable | None = None
    canonical: Callable | None = None
    tolerances: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    steady: bool = False
    norm_tolerance: float = 0.0

    @property
    def random(self) -> bool:
        """Whether the answer draws random numbers from an ``rng`` argument."""
        return "rng" in self.parameters

    @property
    def argument_names(self) -> tuple[str, ...]:
        """The names of the arguments, without their defaults."""
        return tuple(parameter.split("=")[0] for parameter in self.parameters)


_ALL = (
    Exercise(
        name="min_max",
        unit="01-one-hot",
        points=3,
        parameters=("x",),
        returns=("scaled",),
        dtype="float64",
        hints=(
            "Two numbers describe the range of x. Which two? Where must each of them land?",
            "Convert x to float64 before you subtract, and think of an array in which all numbers are equal.",
        ),
    ),
    Exercise(
        name="one_hot",
        unit="01-one-hot",
        points=4,
        parameters=("labels", "num_classes=10"),
        returns=("Y",),
        hints=(
            "Write the rows for the labels 0, 1 and 2 on paper. Which matrix do you see?",
            "Look at three things: the number of columns, which entry of each row is 1, and labels with no column.",
        ),
    ),
    Exercise(
        name="from_one_hot",
        unit="01-one-hot",
        points=3,
        parameters=("Y",),
        returns=("labels",),
        dtype="int",
        hints=(
            "In each row one entry is larger than all others. You want its position.",
            "NumPy has a function for the position of the largest entry. Along which axis do the classes lie?",
        ),
    ),
    Exercise(
        name="init_weights",
        unit="02-initialisation",
        points=6,
        parameters=("input_size", "hidden_size", "output_size", "rng"),
        returns=("W", "b"),
        hints=(
            "One row for each unit, one column for each number that the unit reads.",
            "Check four things: the shape of each matrix, the spread of its numbers, that they come from rng, zero biases.",
        ),
        measure=initialisation.init_weights,
        tolerances=initialisation.TOLERANCES,
    ),
    Exercise(
        name="count_parameters",
        unit="02-initialisation",
        points=4,
        parameters=("W", "b"),
        returns=("count",),
        dtype="int",
        hints=(
            "Training changes every number in every weight matrix and in every bias vector.",
            "An array knows how many numbers it holds. Go through all arrays in W and in b, however many there are.",
        ),
    ),
    Exercise(
        name="sigmoid",
        unit="03-forward-pass",
        points=2,
        parameters=("x",),
        returns=("result",),
        hints=(
            "The result is 1/2 at 0, close to 1 far to the right, close to 0 far to the left.",
            "Look at the sign in the exponent, and at the type of your result when x holds whole numbers.",
        ),
    ),
    Exercise(
        name="softmax",
        unit="03-forward-pass",
        points=3,
        parameters=("x", "axis=1"),
        returns=("probabilities",),
        hints=(
            "Every entry becomes positive, and the entries of each row then share 1 among them.",
            "Look at the axis of each sum and maximum, at keepdims, and at what you subtract before exp.",
        ),
    ),
    Exercise(
        name="forward_pass",
        unit="03-forward-pass",
        points=3,
        parameters=("W", "b", "X"),
        returns=("Z_1", "A_1", "Y_hat"),
        uses=("sigmoid", "softmax"),
        hints=(
            "Two layers do the same: multiply, add the bias, then a function. Only the function differs.",
            "Write the shape of each step beside it: X (n, d), W_1 (h, d), Z_1 (n, h). What must be transposed?",
        ),
    ),
    Exercise(
        name="predict",
        unit="03-forward-pass",
        points=2,
        parameters=("W", "b", "X"),
        returns=("labels",),
        dtype="int",
        uses=("sigmoid", "softmax", "forward_pass"),
        hints=(
            "The forward pass gives a probability for each class. Which class do you name?",
            "You want a position, not a probability, and one for each row.",
        ),
    ),
    Exercise(
        name="calc_loss",
        unit="04-loss",
        points=6,
        parameters=("Y_hat", "Y"),
        returns=("loss",),
        hints=(
            "Each sample has a price: minus the logarithm of the probability that its true class got.",
            "Look at four things: the sign, which logarithm, what you divide by, and what you get where a probability is 0.",
        ),
    ),
    Exercise(
        name="accuracy",
        unit="04-loss",
        points=4,
        parameters=("labels", "Y_hat"),
        returns=("share",),
        hints=(
            "For each row, ask one question: is the largest probability at the label?",
            "You need the position of the largest entry of each row, a comparison of two (n,) arrays, and a share.",
        ),
    ),
    Exercise(
        name="numeric_gradient",
        unit="05-backpropagation",
        points=3,
        parameters=("f", "theta", "eps=1e-5"),
        returns=("gradient",),
        norm_tolerance=1e-6,
        hints=(
            "One entry at a time: move it a little up and a little down. What does f do, per unit of the way?",
            "Look at three things: the distance that you divide by, that only one entry moves, and the shape of f's argument.",
        ),
    ),
    Exercise(
        name="output_gradients",
        unit="05-backpropagation",
        points=3,
        parameters=("A_1", "Y_hat", "Y"),
        returns=("dW_2", "db_2"),
        biases=("db_2",),
        hints=(
            "dW_2 has the shape of W_2, (k, h), and db_2 that of b_2, (k,). Over what is summed in each?",
            "Write the shapes down: dZ_2 is (n, k), A_1 is (n, h). Which product has no n left? 1/n belongs in once.",
        ),
    ),
    Exercise(
        name="back_prop",
        unit="05-backpropagation",
        points=4,
        parameters=("W", "X", "Z_1", "A_1", "Y_hat", "Y"),
        returns=(("dW_1", "dW_2"), ("db_1", "db_2")),
        biases=("db_1", "db_2"),
        uses=("output_gradients",),
        hints=(
            "Go back through the network, one step at a time: Z_2, then A_1, then Z_1. Which rule belongs to each step?",
            "Each gradient has the shape of what it belongs to. The message says which of the four are right: start there.",
        ),
    ),
    Exercise(
        name="update",
        unit="06-update",
        points=6,
        parameters=("W", "b", "grad_W", "grad_b", "lr=0.1"),
        returns=("W", "b"),
        biases=("b",),
        hints=(
            "The gradient points uphill. You want to go downhill, and lr says how far.",
            "Look at three things: the sign, that weights and biases of every layer move, and whose arrays you write into.",
        ),
    ),
    Exercise(
        name="train_step",
        unit="06-update",
        points=4,
        parameters=("W", "b", "X", "Y", "lr"),
        returns=("W", "b", "loss"),
        biases=("b",),
        uses=("sigmoid", "softmax", "forward_pass", "calc_loss", "output_gradients", "back_prop", "update"),
        hints=(
            "Four functions that you have written stand in a row here. What does each of them need from the one before?",
            "Look at when the loss is measured, at the order of the arguments, and at whether lr reaches update.",
        ),
    ),
    Exercise(
        name="train",
        unit="07-training-loop",
        points=6,
        parameters=("W", "b", "X", "Y", "epochs", "lr"),
        returns=("W", "b", "history"),
        biases=("b",),
        uses=(
            "from_one_hot",
            "sigmoid",
            "softmax",
            "forward_pass",
            "predict",
            "calc_loss",
            "accuracy",
            "output_gradients",
            "back_prop",
            "update",
            "train_step",
        ),
        hints=(
            "Each epoch does the same four things in the same order: predict, measure, find the gradients, step.",
            "Look at what stands inside the loop and what before it, and at which weights the next epoch starts from.",
        ),
    ),
    Exercise(
        name="train_and_test",
        unit="07-training-loop",
        points=4,
        parameters=("W", "b", "X", "Y", "X_test", "Y_test", "epochs", "lr"),
        returns=("W", "b", "history"),
        biases=("b",),
        uses=(
            "from_one_hot",
            "sigmoid",
            "softmax",
            "forward_pass",
            "predict",
            "calc_loss",
            "accuracy",
            "output_gradients",
            "back_prop",
            "update",
            "train_step",
            "train",
        ),
        hints=(
            "Measure twice in each epoch, on the training data and on the test data. Step only once.",
            "Both measurements use the same weights, those before the step. Which data may the step see?",
        ),
    ),
    Exercise(
        name="misclassified",
        unit="08-error-inspection",
        points=3,
        parameters=("labels", "Y_hat"),
        returns=("indices",),
        canonical=inspection.misclassified,
        hints=(
            "Two questions: which rows are wrong, and how probable was the true class in each of them?",
            "Look at three things: the axis of argmax, whose probability you sort by, and which rows your indices count.",
        ),
    ),
    Exercise(
        name="confusion_matrix",
        unit="08-error-inspection",
        points=2,
        parameters=("labels", "predicted", "num_classes"),
        returns=("matrix",),
        hints=(
            "Take a sample with the label 4 that was predicted as 9. Which single entry of the matrix counts it?",
            "Look at the shape, at which of the two numbers chooses the row, and at a pair that occurs several times.",
        ),
    ),
    Exercise(
        name="top_confusions",
        unit="08-error-inspection",
        points=2,
        parameters=("matrix", "count"),
        returns=("confusions",),
        canonical=inspection.top_confusions,
        hints=(
            "Write down all entries that are not on the diagonal, each with its row and its column. Then sort.",
            "Look at the diagonal, at zeros, at the order of true and predicted, and at a count larger than what there is.",
        ),
    ),
    Exercise(
        name="diagnosis",
        unit="08-error-inspection",
        points=3,
        parameters=("run",),
        returns=("fault",),
        is_a="dict",
        probe=diagnosis.look_up,
        measure=diagnosis.fault,
        hints=(
            "Curves raise a suspicion, a measurement proves it. Take one fault, and find the number that only it changes.",
            "Go through the checklist from its first line for each run, and compare with the healthy run.",
        ),
    ),
    Exercise(
        name="train_test_split",
        unit="09-mini-batches",
        points=2,
        parameters=("X", "labels", "test_fraction", "rng"),
        returns=("X_train", "X_test", "labels_train", "labels_test"),
        hints=(
            "Think of the row numbers 0 to n - 1 in a random order. Which of them go into the test part?",
            "Use the same row numbers for X and for labels. How many are for the test, and what if that number is 0?",
        ),
        measure=mini_batches.train_test_split,
        tolerances=mini_batches.TOLERANCES_SPLIT,
    ),
    Exercise(
        name="minibatches",
        unit="09-mini-batches",
        points=2,
        parameters=("X", "Y", "batch_size", "rng"),
        returns=("batches",),
        hints=(
            "Put the row numbers in a random order once, then take the first few of them, the next few, and so on.",
            "Look at the last batch, and at whether X and Y are indexed by the same row numbers.",
        ),
        consume=True,
        measure=mini_batches.minibatches,
        tolerances=mini_batches.TOLERANCES_BATCHES,
    ),
    Exercise(
        name="sgd",
        unit="09-mini-batches",
        points=4,
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
        measure=mini_batches.sgd,
        tolerances=mini_batches.TOLERANCES_SGD,
    ),
    Exercise(
        name="grid_search",
        unit="09-mini-batches",
        points=2,
        parameters=("X", "Y", "X_val", "labels_val", "lrs", "lmbds", "rng"),
        returns=("scores",),
        uses=(
            "init_weights",
            "sigmoid",
            "softmax",
            "forward_pass",
            "predict",
            "accuracy",
            "output_gradients",
            "back_prop",
            "update",
            "minibatches",
            "sgd",
        ),
        hints=(
            "One row for each learning rate, one column for each lambda. What has to happen for one entry?",
            "Look at where each network starts, on which data it is trained, and on which data it is scored.",
        ),
        measure=mini_batches.grid_search,
        tolerances=mini_batches.TOLERANCES_GRID,
    ),
    Exercise(
        name="relu",
        unit="10-two-moons",
        points=1,
        parameters=("z",),
        returns=("result",),
        hints=(
            "Two kinds of numbers: those below zero and those above. What happens to each kind?",
            "You want, for each entry, the larger one of two numbers. One of the two is always the same.",
        ),
    ),
    Exercise(
        name="relu_prime",
        unit="10-two-moons",
        points=1,
        parameters=("z",),
        returns=("slope",),
        hints=(
            "Draw relu on paper. How steep is it on the left, and how steep on the right?",
            "The slope has only two values. Which condition on z separates them, and on which side is 0 itself?",
        ),
    ),
    Exercise(
        name="binary_cross_entropy",
        unit="10-two-moons",
        points=3,
        parameters=("p", "y"),
        returns=("loss",),
        hints=(
            "For a sample of class 1 the network gave its class the probability p. What did it give a sample of class 0?",
            "Check the sign, the mean, that both classes count, and what your logarithms do where p is exactly 0 or 1.",
        ),
        measure=binary_loss.binary_cross_entropy,
        tolerances=binary_loss.TOLERANCES,
    ),
    Exercise(
        name="forward_binary",
        unit="10-two-moons",
        points=2,
        parameters=("W", "b", "X"),
        returns=("Z_1", "A_1", "P"),
        uses=("relu", "sigmoid"),
        hints=(
            "It is the forward pass of unit 3 with two changes. Which function stands where?",
            "X (n, d), W_1 (h, d), A_1 (n, h), W_2 (1, h): write the shape of each product, and add each bias.",
        ),
    ),
    Exercise(
        name="back_prop_binary",
        unit="10-two-moons",
        points=3,
        parameters=("W", "X", "Z_1", "A_1", "P", "y"),
        returns=("grad_W", "grad_b"),
        biases=("grad_b",),
        uses=("relu_prime",),
        hints=(
            "Go through the network from right to left. At the output you need how far P is from y.",
            "Four things to compare with unit 5: the 1/n, the matrix that leads back, the slope, and each shape.",
        ),
    ),
    Exercise(
        name="neuron_output",
        unit="11-neuron-by-neuron",
        points=3,
        parameters=("weights", "inputs"),
        returns=("output",),
        dtype="list",
        hints=(
            "Each input has its own weight. How many numbers are left over in weights, and what is the last one for?",
            "Look at the pairs of weight and input, at the bias, and at math.exp when the sum is -10000 or 10000.",
        ),
    ),
    Exercise(
        name="feed_forward",
        unit="11-neuron-by-neuron",
        points=2,
        parameters=("network", "inputs"),
        returns=("outputs",),
        dtype="list",
        uses=("neuron_output",),
        hints=(
            "All neurons of one layer read the same numbers. Which numbers does the next layer read?",
            "Look at two things: what each layer reads, and that you keep one list of outputs for each layer.",
        ),
    ),
    Exercise(
        name="backpropagate",
        unit="11-neuron-by-neuron",
        points=5,
        parameters=("network", "inputs", "target", "rate=1.0"),
        returns=("new_network",),
        dtype="list",
        uses=("neuron_output", "feed_forward"),
        hints=(
            "Go from the last layer to the first. What does a neuron need to know to change its weights?",
            "Each neuron has one delta. Look at what its layer read, at the old weights of the layer above, at the bias.",
        ),
    ),
    Exercise(
        name="NeuralNetwork",
        unit="12-any-depth",
        points=10,
        parameters=("scenario", "X", "y", "random_state"),  # of the probe
        returns=("finding",),
        is_a="class",
        hints=(
            "Get one part right after the other: the constructor only stores, fit learns, predict_proba asks, predict names.",
            "The message says which part fails. Try that call in a cell of its own, on a few rows and one small layer.",
        ),
        probe=any_depth.probe,
        shown=any_depth.shown,
        measure=any_depth.measure,
        steady=True,
    ),
)

EXERCISES: dict[str, Exercise] = {exercise.name: exercise for exercise in _ALL}
UNITS: tuple[str, ...] = tuple(dict.fromkeys(exercise.unit for exercise in _ALL))
