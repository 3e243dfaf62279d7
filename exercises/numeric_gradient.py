"""numeric_gradient: the gradient by central differences, one entry at a time."""

import numpy as np

from course.checks import functions
from course.checks.calls import Case
from course.plain import AnyOf, Function
from exercises.catalogue import Exercise, cases, mistake, variant
from exercises.draw import different_sizes, numbers
from solutions.reference import numeric_gradient

EXERCISE = Exercise(
    unit="05-backpropagation",
    points=3,
    parameters=("f", "theta", "eps=1e-5"),
    returns=("gradient",),
    norm_tolerance=1e-6,
    hints=(
        "One entry at a time: move it a little up and a little down. What does f do, per unit of the way?",
        "Look at three things: the distance that you divide by, that only one entry moves, and the shape of f's argument.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    rows, columns = different_sizes(rng, 2, smallest=2, largest=4)
    return [
        Case("a matrix", (Function("quartic"), numbers(rng, rows, columns))),
        Case("a matrix", (Function("neighbours"), numbers(rng, columns, rows))),
        Case("a matrix", (Function("quartic"), numbers(rng, rows, rows))),
        Case("other shapes", (Function("bells"), numbers(rng, rows + 1, scale=0.3) + 3)),  # a small gradient
        Case("other shapes", (Function("neighbours"), numbers(rng, 2, columns, rows))),
        Case("other shapes", (Function("quartic"), np.array(2 + float(rng.integers(0, 10)) / 8))),
        Case("other shapes", (Function("bells"), np.array([[0.1 + float(rng.integers(0, 9)) / 100]]))),
        Case("other shapes", (Function("neighbours"), np.asfortranarray(numbers(rng, columns, rows)))),
        Case("other shapes", (Function("bells"), numbers(rng, 1, columns))),
        Case("other shapes", (Function("quartic"), numbers(rng, columns, 1, scale=5))),
        Case("other shapes", (Function("neighbours"), np.array([0.0, 1e-3, -2e-4, 40.0]))),
        _either_step(Function("neighbours"), numbers(rng, rows + 1) + 4, 0.25),
        # For steps of 0.5 and of 0.25 central differences of `wave` at 0 agree with each other, not with the slope there.
        Case("another eps", (Function("wave"), np.zeros((rows, columns)), 0.5)),
        Case("another eps", (Function("wave"), np.zeros(columns + 1)), {"eps": 0.5}),
        Case("another eps", (Function("quartic"), numbers(rng, columns, 2)), {"eps": 1e-4}),
    ]


def _either_step(f, theta, eps):
    """Make a case in which a step of eps and one of half of it give different slopes, and both are right."""
    slopes = [numeric_gradient(getattr(functions, f.name), theta, step) for step in (eps, eps / 2)]
    return Case("another eps", (f, theta, eps), expected=AnyOf(tuple(slopes)))


# --- mistakes --------------------------------------------------------------------------------------------------------


def _moved(theta, index, step):
    result = theta.copy()
    result[index] += step
    return result


def _entry_by_entry(theta, slope):
    """Fill an array of theta's shape with ``slope(index)``."""
    result = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        result[index] = slope(index)
    return result


@mistake(advice="Compare a step up with a step down, not with where you stand.")
def forward_difference(f, theta, eps=1e-5):
    """You step to one side only. This forward difference is much less exact than a step to both sides."""
    return _entry_by_entry(theta, lambda i: (f(_moved(theta, i, eps)) - f(theta)) / eps)


@mistake(advice="Compare a step up with a step down, not with where you stand.")
def backward_difference(f, theta, eps=1e-5):
    """You step down only. This backward difference is much less exact than a step to both sides."""
    return _entry_by_entry(theta, lambda i: (f(theta) - f(_moved(theta, i, -eps))) / eps)


@mistake(advice="How far is it from theta - eps to theta + eps?")
def divides_by_one_step(f, theta, eps=1e-5):
    """You step eps up and eps down, but divide by eps alone: the slope is twice too large."""
    return 2 * numeric_gradient(f, theta, eps)


@mistake(advice="How far is it from theta - eps / 2 to theta + eps / 2?")
def divides_by_twice_the_way(f, theta, eps=1e-5):
    """You divide by twice the way that you went: the slope is half of what it should be."""
    return numeric_gradient(f, theta, eps / 2) / 2


@mistake(advice="A slope is a difference divided by a distance. By what do you divide?")
def not_divided(f, theta, eps=1e-5):
    """You return the difference of two values of f, without dividing it by the distance."""
    return 2 * eps * numeric_gradient(f, theta, eps)


@mistake(advice="2 * eps in a denominator needs brackets: (2 * eps).")
def multiplies_by_eps(f, theta, eps=1e-5):
    """Without brackets `/ 2 * eps` divides by 2 and then multiplies by eps."""
    return numeric_gradient(f, theta, eps) * eps * eps


@mistake(advice="A function that grows has a positive slope. Which value do you subtract from which?")
def down_minus_up(f, theta, eps=1e-5):
    """You subtract the upper value from the lower one, so that the sign is wrong."""
    return -numeric_gradient(f, theta, eps)


@mistake(
    advice="Each entry gets a slope of its own: move one entry, and leave all others where they are.",
)
def all_entries_at_once(f, theta, eps=1e-5):
    """You move all entries of theta together, so that every entry gets the same number."""
    return np.full(theta.shape, (f(theta + eps) - f(theta - eps)) / (2 * eps))


@mistake(advice="theta may have any number of axes. np.ndindex(theta.shape) visits every single entry.")
def rows_at_once(f, theta, eps=1e-5):
    """You go through the rows of theta, and move all entries of a row together."""
    if theta.ndim == 0:
        raise TypeError("len() of unsized object")
    return _entry_by_entry(theta, lambda i: (f(_moved(theta, i[0], eps)) - f(_moved(theta, i[0], -eps))) / (2 * eps))


@mistake(advice="The gradient has the shape of theta.")
def flat_gradient(f, theta, eps=1e-5):
    """The gradient comes back as one long vector instead of in theta's shape."""
    return numeric_gradient(f, theta, eps).ravel()


@mistake(advice="f wants an array of theta's shape. Do you give it one?")
def f_of_a_flat_array(f, theta, eps=1e-5):
    """You call f with a flat vector instead of an array of theta's shape."""
    return numeric_gradient(f, theta.ravel(), eps).reshape(theta.shape)


@mistake(advice="f needs the whole array, in which only one entry has moved.")
def f_of_one_entry(f, theta, eps=1e-5):
    """You call f with one entry of theta instead of the whole array."""
    return _entry_by_entry(theta, lambda i: numeric_gradient(f, np.array([theta[i]]), eps)[0])


@mistake(advice="f needs the whole array, in which only one entry has moved.")
def f_of_a_single_number(f, theta, eps=1e-5):
    """You call f with a single number instead of the whole array."""
    return _entry_by_entry(theta, lambda i: (f(theta[i] + eps) - f(theta[i] - eps)) / (2 * eps))


@mistake(advice="`up = theta` makes a second name, not a second array. Which method makes a copy?")
def the_same_place_twice(f, theta, eps=1e-5):
    """The step up and the step down end at the same place, perhaps in the same array, so that every slope is 0."""
    return np.zeros(theta.shape)


@mistake(advice="Put each entry back before you move the next one, or work on copies.")
def leaves_the_steps(f, theta, eps=1e-5):
    """You move the entries of theta itself and do not put them back, so that the caller's theta changes."""
    gradient = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        theta[index] += eps
        upper = f(theta)
        theta[index] -= 2 * eps
        gradient[index] = (upper - f(theta)) / (2 * eps)
    return gradient


@mistake(advice="Put each entry back to where it was: two steps down need two steps up again.")
def shifts_theta(f, theta, eps=1e-5):
    """The slopes are right, but afterwards every entry of theta is off by eps."""
    gradient = numeric_gradient(f, theta, eps)
    theta -= eps
    return gradient


@mistake(advice="Use the argument eps wherever a step is made or divided by.")
def step_of_its_own(f, theta, eps=1e-5):
    """You use a step of your own instead of the argument eps."""
    return numeric_gradient(f, theta)


@mistake(advice="After one step up, how far down must you go to stand as far on the other side?")
def one_sided_over_two_steps(f, theta, eps=1e-5):
    """Your second value is at theta itself, not at theta - eps, but you divide by 2 eps: the slope is half of it."""
    return _entry_by_entry(theta, lambda i: (f(_moved(theta, i, eps)) - f(theta)) / (2 * eps))


@mistake(advice="The difference belongs to the distance between both places, which is 2 * eps.")
def divides_by_two_only(f, theta, eps=1e-5):
    """You divide by 2, not by 2 * eps: the result is far too small."""
    return eps * numeric_gradient(f, theta, eps)


@mistake(advice="Division comes before subtraction. Put brackets around the difference.")
def no_brackets_around_the_difference(f, theta, eps=1e-5):
    """Without brackets only the second value is divided by the distance."""
    return _entry_by_entry(theta, lambda i: f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps)) / (2 * eps))


@mistake(advice="theta may have any number of axes. np.ndindex(theta.shape) visits every single entry.")
def two_axes_only(f, theta, eps=1e-5):
    """Two loops over rows and columns work for a matrix only, not for any other shape."""
    result = np.zeros(theta.shape)
    for row in range(theta.shape[0]):
        for column in range(theta.shape[1]):
            i = row, column
            result[i] = (f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps)
    return result


@mistake(advice="theta may have any number of axes. np.ndindex(theta.shape) visits every single entry.")
def one_axis_only(f, theta, eps=1e-5):
    """A loop over range(theta.size) with one index works for a vector only."""
    result = np.zeros(theta.shape)
    for i in range(theta.size):
        result[i] = (f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps)
    return result


@mistake(advice="Each entry gets a slope of its own: a loop, and an array of theta's shape.")
def one_slope_for_all(f, theta, eps=1e-5):
    """You move all entries of theta together and return a single number."""
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


@mistake(advice="Look at how far the return line is indented.")
def returns_in_the_loop(f, theta, eps=1e-5):
    """The return stands inside the loop, so that only the first entry gets its slope."""
    right = numeric_gradient(f, theta, eps)
    return np.where(np.arange(theta.size).reshape(theta.shape) == 0, right, 0)


@mistake(advice="Look at how far the return line is indented, and at what it returns.")
def returns_one_slope(f, theta, eps=1e-5):
    """You return the slope of the first entry, a single number, from within the loop."""
    return numeric_gradient(f, theta, eps).flat[0]


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def in_place_and_back(f, theta, eps=1e-5):
    gradient = np.empty_like(theta)
    with np.nditer(theta, flags=["multi_index"], op_flags=["readwrite"]) as entries:
        for entry in entries:
            old = float(entry)
            entry[...] = old + eps
            upper = f(theta)
            entry[...] = old - eps
            gradient[entries.multi_index] = (upper - f(theta)) / (2 * eps)
            entry[...] = old
    return gradient


@variant
def half_a_step_each_way(f, theta, eps=1e-5):
    steps = eps / 2 * np.eye(theta.size).reshape(theta.size, *theta.shape)
    return np.array([(f(theta + step) - f(theta - step)) / eps for step in steps]).reshape(theta.shape)


@variant
def flat_view_of_a_copy(f, theta, eps=1e-5):
    work = np.array(theta, order="C")
    flat, slopes = work.reshape(-1), []
    for place in range(work.size):
        flat[place] += eps
        upper = f(work)
        flat[place] -= 2 * eps
        slopes.append((upper - f(work)) / 2 / eps)
        flat[place] += eps
    return np.reshape(slopes, theta.shape)


@variant
def undone_by_adding(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for index, _ in np.ndenumerate(theta.copy()):
        theta[index] += eps
        gradient[index] += f(theta)
        theta[index] -= eps
        theta[index] -= eps
        gradient[index] -= f(theta)
        theta[index] += eps  # back to within the last bit
    gradient /= 2 * eps
    return gradient


@variant
def mean_of_two_one_sided(f, theta, eps=1e-5):
    here, slopes = f(theta), {}
    for index in np.ndindex(theta.shape):
        move = np.zeros(theta.shape)
        move[index] = eps
        slopes[index] = ((f(theta + move) - here) / eps + (here - f(theta - move)) / eps) / 2
    return np.array(list(slopes.values())).reshape(theta.shape)


@variant
def lists_in_lists(f, theta, eps=1e-5):
    def slopes(where):
        if len(where) == theta.ndim:
            up, down = np.array(theta), np.array(theta)
            up[where], down[where] = theta[where] + eps, theta[where] - eps
            return (f(up) - f(down)) / (up[where] - down[where])
        return [slopes((*where, i)) for i in range(theta.shape[len(where)])]

    return slopes(())
