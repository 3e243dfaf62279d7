"""sigmoid: every number is squashed into the range from 0 to 1."""

import math

import numpy as np
import scipy.special

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from solutions.reference import sigmoid

EXERCISE = Exercise(
    unit="03-forward-pass",
    points=2,
    parameters=("x",),
    returns=("result",),
    hints=(
        "The result is 1/2 at 0, close to 1 far to the right, close to 0 far to the left.",
        "Look at the sign in the exponent, and at the type of your result when x holds whole numbers.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    rows, columns = different_sizes(rng, 2)
    large = np.array([-1e4, -800.0, -50.0, 0.0, 50.0, 800.0, 1e4]) + numbers(rng, 7)
    return [
        Case("ordinary numbers", (numbers(rng, rows, columns, scale=2),)),
        Case("ordinary numbers", (np.array([-1.5, 0.0, 0.5, 3.0]),)),
        Case("other shapes", (numbers(rng, rows),)),
        Case("other shapes", (numbers(rng, 2, rows, columns),)),
        Case("other shapes", (np.array(float(numbers(rng, 1)[0])),)),
        Case("other shapes", (numbers(rng, 1, columns),)),
        Case("other shapes", (numbers(rng, rows, 1),)),
        Case("other shapes", (np.asfortranarray(numbers(rng, rows, columns)),)),
        Case("other shapes", (np.array([-0.5]),)),
        Case("whole numbers", (np.array([[-3, 0, 2], [1, -1, 4]]),)),
        Case("whole numbers", (rng.integers(-9, 10, size=columns).astype(np.int32),)),
        Case("whole numbers", (np.array([-10_000, -2, 3, 10_000]),)),
        Case("numbers of every size", (np.arange(-18, 19) + numbers(rng, 37, scale=0.2),)),
        Case("numbers of every size", (np.array([-700.0, -300.0, -95.0, -30.0, 30.0, 95.0, 300.0, 700.0]),)),
        Case("very large numbers", (large,)),
        Case("very large numbers", (rng.permutation(large)[:6].reshape(2, 3),)),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="The result must grow with x. Which sign belongs in the exponent?")
def exp_of_plus_x(x):
    """The sign in the exponent is wrong: the curve falls instead of rising."""
    return sigmoid(-x)


@mistake(advice="exp of a large number is infinite, and inf / inf is NaN. Which sign keeps exp small?")
def exp_overflows(x):
    """exp(x) / (1 + exp(x)) becomes inf / inf = NaN for large x."""
    return np.exp(x) / (1 + np.exp(x))


@mistake(advice="Division comes before addition. Put brackets around the denominator.")
def no_brackets(x):
    """Without brackets you compute 1/1 + exp(-x)."""
    return 1 / 1 + np.exp(-x)


@mistake(advice="The denominator is never smaller than 1. Which sign stands before exp?")
def minus_in_the_denominator(x):
    """The denominator is 1 - exp(-x), which is zero at x = 0."""
    return 1 / (1 - np.exp(-x))


@mistake(advice="np.empty_like(x) and zeros_like(x) take the type of x. Ask for float.")
def keeps_integer_type(x):
    """For whole numbers in x the result is whole too, so that every fraction is cut off."""
    result = np.empty_like(x)
    result[...] = sigmoid(x)
    return result


@mistake(advice="tanh runs from -1 to 1. How must it be shifted and scaled, and what happens to x?")
def plain_tanh(x):
    """This is tanh, which runs from -1 to 1."""
    return np.tanh(x)


@mistake(advice="Compare at x = 1 with the formula: what belongs in the exponent, or in tanh?")
def tanh_without_half(x):
    """This is sigmoid(2 * x), twice as steep as the sigmoid; (1 + tanh(x)) / 2 is the same."""
    return (1 + np.tanh(x)) / 2


@mistake(advice="Return the sigmoid itself. Its slope is needed only in unit 05.")
def returns_the_slope(x):
    """You return the derivative of the sigmoid."""
    return sigmoid(x) * (1 - sigmoid(x))


@mistake(advice="Between 0 and 1 the curve is smooth. Only exp gives that.")
def step_function(x):
    """You return only 0 or 1: this is a step, not the sigmoid."""
    return np.where(x > 0, 1.0, 0.0)


@mistake(advice="math.exp takes one number, np.exp a whole array.")
def one_number_only(x):
    """Your function takes a single number, not an array."""
    if np.size(x) > 1:
        raise TypeError("only length-1 arrays can be converted to Python scalars")
    return sigmoid(x)


@mistake(advice="A loop over rows needs exactly two dimensions. np.exp works on any shape.")
def two_dimensions_only(x):
    """Your function works for a matrix only, not for any other shape."""
    rows, columns = x.shape
    return sigmoid(x).reshape(rows, columns)


@mistake(advice="`x *= -1` and `np.exp(x, out=x)` write into the caller's array. Make a new one.")
def changes_its_argument(x):
    """You work in place, on the caller's array."""
    result = sigmoid(x)
    x *= -1
    return result


def _clipped(x, bound):
    return sigmoid(np.clip(x, -bound, bound))


@mistake(advice="np.exp overflows only beyond 700. How far can the bound be?")
def clipped_at_ten(x):
    """You clip x at 10: beyond that the sigmoid is still on its way, but your curve is flat."""
    return _clipped(x, 10)


@mistake(advice="np.exp overflows only beyond 700. How far can the bound be?")
def clipped_at_five(x):
    """You clip x at 5: beyond that the sigmoid is still on its way, but your curve is flat."""
    return _clipped(x, 5)


@mistake(advice="np.exp overflows only beyond 700. How far can the bound be?")
def clipped_at_fifteen(x):
    """You clip x at 15: beyond that the sigmoid is still on its way, but your curve is flat."""
    return _clipped(x, 15)


@mistake(advice="A comparison with an array gives an array. np.where chooses for each entry.")
def if_of_a_whole_array(x):
    """You write `if x >= 0`, but a whole array is neither true nor false; that runs only for a single number."""
    if x.size > 1:
        raise ValueError("The truth value of an array is ambiguous")
    return sigmoid(x)


@mistake(advice="exp(-abs(x)) is safe, but it forgets the sign of x. What is the formula for x < 0?")
def forgets_the_sign(x):
    """You use the absolute value of x on both sides, so that a negative x gives what a positive one gives."""
    return sigmoid(np.abs(x))


@mistake(advice="The sigmoid never leaves the range from 0 to 1. Which function does the task name?")
def relu_instead(x):
    """This is ReLU, max(x, 0), not the sigmoid."""
    return np.maximum(x, 0)


# --- variants --------------------------------------------------------------------------------------------------------


variant(scipy.special.expit)  # a ufunc: no signature, no source


@variant
def plain_formula(x):
    return 1 / (1 + np.exp(-x))  # warns of an overflow; the value is right


@variant
def half_tanh(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


@variant
def through_the_logarithm(x):
    return np.exp(-np.logaddexp(0, -x))


@variant
def two_branches(x):
    result = np.empty(x.shape)
    positive = x >= 0
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    powers = np.exp(x[~positive])
    result[~positive] = powers / (1 + powers)
    return result


@variant
def clipped(x):
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def _sigmoid_of_one(number):
    return 1 / (1 + math.exp(-number)) if number > -700 else 0.0


variant(np.vectorize(_sigmoid_of_one, otypes=[float]))


@variant
def single_precision(x):
    return scipy.special.expit(x.astype(np.float32))
