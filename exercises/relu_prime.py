"""relu_prime: the slope of the ReLU."""

import functools

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from exercises.relu import elementwise_cases
from solutions.reference import relu, relu_prime, sigmoid

EXERCISE = Exercise(
    unit="10-two-moons",
    points=1,
    parameters=("z",),
    returns=("slope",),
    hints=(
        "Draw relu on paper. How steep is it on the left, and how steep on the right?",
        "The slope has only two values. Which condition on z separates them, and on which side is 0 itself?",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    rows, columns = different_sizes(rng, 2, smallest=3)
    some_zeros = numbers(rng, rows, columns)
    some_zeros[rng.random(some_zeros.shape) < 0.3] = 0
    some_zeros[0, 0] = 0
    return [
        *elementwise_cases(rng),
        Case("numbers next to zero", (np.array([1e-9, -1e-9, 1e-14, -1e-14, 1e-100, -1e-100]),)),
        Case("exactly zero", (some_zeros,)),
        Case("exactly zero", (np.array(0.0),)),
        Case("exactly zero", (np.array([0.0, -0.0, 1.0]),)),
        Case("exactly zero", (np.array([[0, 2, -1], [3, 0, 0]]),)),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="The slope says how fast the ReLU rises. It is the same at z = 1 and at z = 100.")
def relu_itself(z):
    """You return the ReLU, not its slope."""
    return relu(z)


@mistake(advice="At 0 itself the task says 0. Which sign of comparison leaves 0 out?")
def one_at_zero(z):
    """At exactly 0 you return 1."""
    return (z >= 0).astype(float)


@mistake(advice="At 0 itself the task says 0, neither 1 nor something in between.")
def half_at_zero(z):
    """At exactly 0 you return one half."""
    return np.heaviside(z, 0.5)


@mistake(advice="Where z is negative the ReLU is flat. How steep is a flat line?")
def sign_function(z):
    """You return -1 for negative numbers: this is the sign, or the slope of the absolute value."""
    return np.sign(z)


@mistake(advice="The ReLU rises where z is positive and is flat where z is negative.")
def slope_on_the_wrong_side(z):
    """The two sides are exchanged: your slope is 1 where z is negative."""
    return (z < 0).astype(float)


@mistake(advice="Which numbers have a slope of 1: all except 0, or only those on one side?")
def everything_but_zero(z):
    """Your slope is 1 wherever z is not 0."""
    return (z != 0).astype(float)


@mistake(advice="The corner of the ReLU is at 0.")
def corner_at_one(z):
    """Your slope changes from 0 to 1 at z = 1, not at 0."""
    return (z > 1).astype(float)


@mistake(advice="This ReLU is perfectly flat on the negative side.")
def leaky_slope(z):
    """Negative numbers get a slope of 0.01: this belongs to the leaky ReLU."""
    return np.where(z > 0, 1.0, 0.01)


@mistake(advice="Unit 5 needed the slope of the sigmoid. Here the hidden layer is a ReLU.")
def slope_of_the_sigmoid(z):
    """You return the slope of the sigmoid."""
    return sigmoid(z) * (1 - sigmoid(z))


@mistake(advice="The formula A (1 - A) belongs to the sigmoid.")
def sigmoid_formula_with_relu(z):
    """You put the ReLU into the sigmoid's formula, A (1 - A)."""
    return relu(z) * (1 - relu(z))


@mistake(advice="The slope depends on z: it is not the same on both sides of 0.")
def always_one(z):
    """Your slope is 1 everywhere: this is the slope of z itself."""
    return np.ones(np.shape(z))


@mistake(advice="0 / 0 is NaN. A comparison gives the slope with no division.")
def ratio_of_relu_and_z(z):
    """You divide relu(z) by z, which is 0 / 0 = NaN at exactly 0."""
    with np.errstate(all="ignore"):
        return relu(z) / z


@mistake(advice="An `if` decides once, for one number. Every entry needs a decision of its own.")
def slope_of_one_number(z):
    """Your function works for a single number, not for an array."""
    if np.size(z) > 1:
        raise ValueError("The truth value of an array with more than one element is ambiguous")
    return relu_prime(z)


@mistake(advice="`z[z > 0] = 1` writes into the caller's array. Make a new one.")
def slope_changes_z(z):
    """You work in place, on the caller's array."""
    z[z <= 0] = 0
    z[z > 0] = 1
    return z.copy()


@mistake(advice="A loop over rows and columns needs exactly two dimensions. A comparison takes any shape.")
def slope_of_matrices_only(z):
    """Your function works for a matrix only, not for any other shape."""
    rows, columns = z.shape
    return relu_prime(z).reshape(rows, columns)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def bools(z):
    return z > 0


@variant
def heaviside(z):
    return np.heaviside(z, 0)


@variant
def where_one(z):
    return np.where(z > 0, 1, 0)


@variant
def sign_of_the_relu(z):
    return np.sign(relu(z))


@variant
def ones_with_holes(z):
    result = np.ones_like(z, dtype=np.int8)
    result[z <= 0] = 0
    return result


variant(functools.partial(np.less, 0))


@variant
def number_by_number(z):
    flat = [1.0 if number > 0 else 0.0 for number in np.ravel(z)]
    return np.reshape(flat, np.shape(z))
