"""The exercises: what each function takes and returns, its points, and the first two steps of its hint.

No formula stands here: what is right comes from the frozen cases (for students) or from the reference (for grading).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from course.checks.measures import initialisation, mini_batches


@dataclass(frozen=True)
class Exercise:
    """One function (or class, or dictionary) that a student writes.

    Attributes
    ----------
    parameters : the names of the arguments in order, with their defaults: ``("x", "axis=1")``
    returns : the names of what comes back, in order; a single name means the value itself
    hints : a nudge, then where to look; the third step of a hint is the cause that the last check found
    is_a : "function", "class" or "dict"
    dtype : "int", "float64" or "list" (plain lists, no arrays) where the contract names a type, else ""
    biases : which of the returned values are biases, so that (1, h) is as good as (h,)
    uses : the other exercises that the answer may call
    consume : what comes back is an iterable, whose items are compared
    probe : how to call an answer that is no function: ``probe(answer, *args)``
    measure : for results that are random or have many right forms: ``measure(result, *args)`` turns what came back into
        named numbers
    tolerances : (relative, absolute) tolerance of each of those numbers, by name
    norm_tolerance : if above 0, how large the norm of the error may be, as a share of the norm of what is right
    """

    name: str
    unit: str
    points: int
    parameters: tuple[str, ...]
    returns: tuple[str, ...]
    hints: tuple[str, str]
    is_a: str = "function"
    dtype: str = ""
    biases: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    consume: bool = False
    probe: Callable | None = None
    measure: Callable | None = None
    tolerances: Mapping[str, tuple[float, float]] = field(default_factory=dict)
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
        uses=("sigmoid", "softmax", "forward_pass", "back_prop", "update", "minibatches"),
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
        uses=("init_weights", "sigmoid", "softmax", "forward_pass", "predict", "minibatches", "sgd"),
        hints=(
            "One row for each learning rate, one column for each lambda. What has to happen for one entry?",
            "Look at where each network starts, on which data it is trained, and on which data it is scored.",
        ),
        measure=mini_batches.grid_search,
        tolerances=mini_batches.TOLERANCES_GRID,
    ),
)

EXERCISES: dict[str, Exercise] = {exercise.name: exercise for exercise in _ALL}
UNITS: tuple[str, ...] = tuple(dict.fromkeys(exercise.unit for exercise in _ALL))
