"""The exercises: what each function takes and returns, its points, and the first two steps of its hint.

No formula stands here: what is right comes from the frozen cases (for students) or from the reference (for grading).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from course.checks.measures import any_depth, initialisation


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
    shown : what a probe does, for a reader: ``shown(*args)``
    measure : for results that are random or have many right forms: ``measure(result, *args)`` turns what came back into
        named numbers; or sentences that say what is wrong, empty if nothing is (what follows a line break is a detail)
    tolerances : (relative, absolute) tolerance of each of those numbers, by name
    steady : what a mistake gives does not depend on the numbers drawn, so that grading need not try each one again
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
    shown: Callable | None = None
    measure: Callable | None = None
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
