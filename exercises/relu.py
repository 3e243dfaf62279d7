"""relu: what is negative becomes 0."""

import functools

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from solutions.reference import relu, sigmoid

EXERCISE = Exercise(
    unit="10-two-moons",
    points=1,
    parameters=("z",),
    returns=("result",),
    hints=(
        "Two kinds of numbers: those below zero and those above. What happens to each kind?",
        "You want, for each entry, the larger one of two numbers. One of the two is always the same.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    return elementwise_cases(rng)


def elementwise_cases(rng):
    rows, columns = different_sizes(rng, 2)
    whole = rng.integers(1, 10, size=(rows, columns)) * rng.choice([-1, 1], size=(rows, columns))
    return [
        Case("ordinary numbers", (numbers(rng, rows, columns, scale=2),)),
        Case("ordinary numbers", (numbers(rng, columns, rows, scale=0.3),)),
        Case("ordinary numbers", (np.array([[-1.5, 0.25, 0.5], [3.0, -0.125, -2.0]]),)),
        Case("other shapes", (np.append(numbers(rng, rows), [-0.5, 0.75]),)),
        Case("other shapes", (numbers(rng, 2, rows, columns),)),
        Case("other shapes", (np.array(float(rng.integers(1, 9)) / 4),)),
        Case("other shapes", (np.array(-float(rng.integers(1, 9)) / 4),)),
        Case("other shapes", (numbers(rng, 1, columns),)),
        Case("other shapes", (numbers(rng, rows, 1),)),
        Case("other shapes", (np.asfortranarray(numbers(rng, rows, columns)),)),
        Case("whole numbers", (whole,)),
        Case("whole numbers", (np.array([-3, 1, 2, -1], dtype=np.int32),)),
        Case("numbers of every size", (np.arange(-20, 21) + 0.5 + numbers(rng, 41, scale=0.1),)),
        Case("numbers of every size", (np.array([-300.0, -90.0, -0.03, -0.002, 0.002, 0.03, 90.0, 300.0]),)),
        Case(
            "very large and very small numbers", (np.array([[-1e4, 1e4, 700.0, -700.0], [1e-4, -1e-4, 2e-6, -2e-6]]),)
        ),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="np.max finds the largest entry of an array. Its sister compares two arrays entry by entry.")
def max_along_an_axis(z):
    """np.max(z, 0) takes the maximum along axis 0; it does not compare z with 0."""
    return np.max(z, 0) if np.ndim(z) else relu(z)


@mistake(advice="`max` and `if` decide once, for one number. Every entry needs a decision of its own.")
def relu_of_one_number(z):
    """Your function works for a single number, not for an array."""
    if np.size(z) > 1:
        raise ValueError("The truth value of an array with more than one element is ambiguous")
    return relu(z)


@mistake(advice="A negative number becomes 0, not its own opposite.")
def absolute_value(z):
    """You return the absolute value: negative numbers come back positive."""
    return np.abs(z)


@mistake(advice="Which of two numbers, z and 0, do you want: the larger or the smaller one?")
def keeps_the_negative_side(z):
    """You keep the negative numbers and replace the positive ones by 0."""
    return np.minimum(z, 0)


@mistake(advice="Compare with z = 2: the result is 2, as nothing turns the sign around.")
def relu_of_minus_z(z):
    """The sign is turned around: you keep what is negative, as a positive number."""
    return np.maximum(-z, 0)


@mistake(advice="Where z is positive, the result is z itself. relu_prime is the one with 0 and 1 only.")
def step_instead_of_relu(z):
    """You return 1 where z is positive: this is the slope of the ReLU, not the ReLU."""
    return (z > 0).astype(float)


@mistake(advice="Here all that is negative becomes exactly 0.")
def leaky_relu(z):
    """Negative numbers keep a small slope: this is the leaky ReLU."""
    return np.where(z > 0, z, 0.01 * z)


@mistake(advice="The ReLU has no upper end: 3 stays 3, and 1000 stays 1000.")
def clipped_at_one(z):
    """You cut off above 1 as well."""
    return np.clip(z, 0, 1)


@mistake(advice="No exp is needed: the ReLU is straight on both sides of 0.")
def softplus_instead_of_relu(z):
    """You return log(1 + exp(z)), the softplus: a ReLU with a rounded corner."""
    return np.logaddexp(0, z)


@mistake(advice="The sigmoid is the function of the output. The hidden layer gets another one now.")
def sigmoid_instead_of_relu(z):
    """You return the sigmoid."""
    return sigmoid(z)


@mistake(advice="z[z > 0] picks entries out. The result needs the shape of z, with a 0 for each negative entry.")
def drops_the_negative_entries(z):
    """You leave the negative numbers out, so that the shape changes."""
    return z[z > 0]


@mistake(advice="An array made with an integer type, or astype(int), holds no fractions.")
def relu_cuts_fractions_off(z):
    """The result has an integer type, so that every fraction is cut off."""
    return relu(z).astype(int)


@mistake(advice="`z[z < 0] = 0` and `out=z` write into the caller's array. Make a new one.")
def relu_changes_z(z):
    """You work in place, on the caller's array."""
    return np.maximum(z, 0, out=z)


@mistake(advice="A loop over rows and columns needs exactly two dimensions. NumPy's functions take any shape.")
def relu_of_matrices_only(z):
    """Your function works for a matrix only, not for any other shape."""
    rows, columns = z.shape
    return relu(z).reshape(rows, columns)


# --- variants --------------------------------------------------------------------------------------------------------


variant(functools.partial(np.maximum, 0))  # a ufunc: no signature, no source


@variant
def masked(z):
    return z * (z > 0)


@variant
def half_of_z_and_its_size(z):
    return (z + np.abs(z)) / 2


@variant
def clipped_from_below(z):
    return np.clip(z, 0, None)


@variant
def chosen_into_a_copy(z):
    result = np.array(z)
    result[result < 0] = 0
    return result


@variant
def as_nested_lists(z):
    return np.where(z > 0, z, 0).tolist()


def _relu_of_one(number):
    return float(max(0.0, number))


variant(np.vectorize(_relu_of_one, otypes=[float]))


@variant
def relu_in_single_precision(z):
    return np.fmax(z.astype(np.float32), np.float32(0))
