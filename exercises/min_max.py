"""min_max: numbers are scaled linearly to the range from 0 to 1."""

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers

EXERCISE = Exercise(
    unit="01-one-hot",
    points=3,
    parameters=("x",),
    returns=("scaled",),
    dtype="float64",
    hints=(
        "Two numbers describe the range of x. Which two? Where must each of them land?",
        "Convert x to float64 before you subtract, and think of an array in which all numbers are equal.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    rows, columns = different_sizes(rng, 2)
    far_from_zero = numbers(rng, rows, columns, scale=3) + 20
    around_zero = numbers(rng, rows + columns)
    int8 = rng.integers(-128, 128, size=(rows, columns)).astype(np.int8)
    int8.flat[:2] = -128, 127  # the difference does not fit into an int8
    int32 = rng.integers(-(2**31), 2**31, size=columns + 1).astype(np.int32)
    int32[:2] = -2_000_000_000, 2_000_000_000
    return [
        Case("ordinary numbers", (far_from_zero,)),
        Case("ordinary numbers", (around_zero,)),
        Case("ordinary numbers", (numbers(rng, 2, rows, columns, scale=5) - 40,)),
        Case("whole numbers", (rng.integers(3, 250, size=(rows, columns)).astype(np.uint8),)),
        Case("whole numbers", (int8,)),
        Case("whole numbers", (int32,)),
        Case("whole numbers", (np.array([[-30_000, 30_000], [int(rng.integers(99)), 2]], dtype=np.int16),)),
        Case("whole numbers", (np.array([-(2**62) - 2**61, 2**62 + 2**61, int(rng.integers(99))]),)),
        *(
            Case("whole numbers", (rng.integers(5, 5000, size=(columns, rows)).astype(unsigned),))
            for unsigned in (np.uint16, np.uint32, np.uint64)
        ),
        Case("an array of equal numbers", (np.full((rows, columns), float(rng.integers(2, 9))),)),
        Case("an array of equal numbers", (np.full(columns, 7, dtype=np.uint8),)),
        Case("an array of equal numbers", (np.zeros((2, 3)),)),
        Case("an array of equal numbers", (np.full((3, 3), -0.1),)),  # whose mean is not exactly the same number
        Case("an array of equal numbers", (np.array(float(rng.integers(2, 9))),)),
        Case("a single row or column", (numbers(rng, 1, columns),)),
        Case("a single row or column", (numbers(rng, rows, 1),)),
        Case("a single row or column", (np.asfortranarray(numbers(rng, rows, columns)),)),
        Case("numbers that lie close together", (numbers(rng, rows, columns) * 2.0**-42,)),
        Case("numbers that lie far apart", (numbers(rng, rows, columns) * 2.0**42,)),
    ]


# --- mistakes --------------------------------------------------------------------------------------------------------


@mistake(advice="Subtract in float64: convert x before you compute with it.")
def subtracts_in_integers(x):
    """The difference of two small integers wraps around, as it does not fit into their type."""
    with np.errstate(all="ignore"):
        span = x.max() - x.min()
        if span == 0:
            return np.zeros(x.shape)
        return (x - x.min()) / float(span)


@mistake(advice="What is max - min if all numbers are equal? Say what shall come out then.")
def divides_by_zero(x):
    """If all numbers are equal, you divide zero by zero, and that is NaN."""
    x = x.astype(np.float64)
    return (x - x.min()) / (x.max() - x.min())


@mistake(advice="The smallest number must become 0. What do you subtract for that?")
def forgets_the_minimum(x):
    """You divide by the largest number, but the smallest does not move to 0."""
    x = x.astype(np.float64)
    return x / x.max() if x.max() != 0 else np.zeros(x.shape)


@mistake(advice="After the subtraction the range is from 0 to max - min. Divide by that width.")
def divides_by_the_maximum(x):
    """You subtract the minimum and then divide by the maximum, so that the largest number does not become 1."""
    x = x.astype(np.float64)
    if x.max() == x.min():
        return np.zeros(x.shape)
    return (x - x.min()) / x.max()


@mistake(advice="The task asks for one minimum and one maximum of the whole array: no axis.")
def scales_each_column(x):
    """Each column is scaled by its own range, not the whole array by one."""
    x = x.astype(np.float64)
    span = x.max(axis=0) - x.min(axis=0)
    return (x - x.min(axis=0)) / np.where(span == 0, 1, span)


@mistake(advice="Use the minimum and the maximum; mean and standard deviation are another kind of scaling.")
def standardises(x):
    """You subtract the mean and divide by the standard deviation."""
    x = x.astype(np.float64)
    return (x - x.mean()) / (x.std() if x.std() else 1)


@mistake(advice="Check the order of the two differences: the smallest number should become 0.")
def upside_down(x):
    """The largest number becomes 0 and the smallest 1."""
    x = x.astype(np.float64)
    span = x.max() - x.min()
    return np.zeros(x.shape) if span == 0 else (x.max() - x) / span


@mistake(advice="Write the brackets out: first the difference, then the division.")
def misses_brackets(x):
    """Without brackets the division comes before the subtraction."""
    x = x.astype(np.float64)
    span = x.max() - x.min()
    return np.zeros(x.shape) if span == 0 else x - x.min() / span


@mistake(advice="The range of the data is not always 0 to 255. Ask the array for its minimum and maximum.")
def assumes_bytes(x):
    """You divide by 255, whatever the range of the data is."""
    return x.astype(np.float64) / 255


@mistake(advice="Ask for float64 where you convert.")
def returns_float32(x):
    """The numbers are right, but they come back as float32."""
    x = x.astype(np.float64)
    span = x.max() - x.min()
    return (np.zeros(x.shape) if span == 0 else (x - x.min()) / span).astype(np.float32)


@mistake(advice="np.zeros_like and empty_like copy the type too. Which type has x here?")
def keeps_the_integer_type(x):
    """The result has the integer type of x, so that all fractions are cut off."""
    result = np.zeros_like(x)
    wide = x.astype(np.float64)
    span = wide.max() - wide.min()
    if span:
        result[...] = ((wide - wide.min()) / span).astype(x.dtype)
    return result


@mistake(advice="`x -= …` changes the array that the caller gave you. Make a new one.")
def changes_x(x):
    """You work in place, on the caller's array."""
    wide = x.astype(np.float64)
    span = wide.max() - wide.min()
    result = np.zeros(x.shape) if span == 0 else (wide - wide.min()) / span
    x[...] = result.astype(x.dtype)
    return result


@mistake(advice="The task asks for one minimum and one maximum of the whole array: no axis.")
def scales_each_row(x):
    """Each row is scaled by its own range, not the whole array by one; an array with one axis stops with an error."""
    x = x.astype(np.float64)
    span = x.max(axis=1, keepdims=True) - x.min(axis=1, keepdims=True)
    return (x - x.min(axis=1, keepdims=True)) / np.where(span == 0, 1, span)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def python_loop(x):
    numbers = [float(value) for value in x.ravel()]
    low, high = min(numbers), max(numbers)
    scaled = [(value - low) / (high - low) if high > low else 0.0 for value in numbers]
    return np.array(scaled).reshape(x.shape)


@variant
def interpolation(x):
    low, high = float(x.min()), float(x.max())
    if low == high:
        return np.zeros(x.shape)
    return np.interp(x, [low, high], [0, 1])


@variant
def guarded_divide(x):
    x = np.array(x, dtype=float)
    shifted = x - x.min()
    return np.divide(shifted, np.ptp(x), out=np.zeros_like(x), where=np.ptp(x) > 0)


@variant
def nan_to_num(x):
    wide = x * 1.0
    with np.errstate(invalid="ignore"):
        return np.nan_to_num((wide - wide.min()) / (wide.max() - wide.min()), nan=0.0)


@variant
def in_place_on_a_copy(x):
    result = x.astype(float)
    result -= result.min()
    if result.max() > 0:
        result /= result.max()
    return result


@variant
def nested_lists(x):
    wide = x.astype(float)
    span = (wide.max() - wide.min()) or 1.0
    return ((wide - wide.min()) / span).tolist()
