"""plan: a learning rate and a number of hidden units, judged by what 100 epochs with them reach."""

import collections
import types

import numpy as np

from course.checks.calls import Case
from course.checks.measures.plan import BORDERS, REACHED
from exercises.catalogue import Exercise, cases, mistake, variant
from solutions import reference

EXERCISE = Exercise(
    unit="07-training-loop",
    points=2,
    parameters=("seed",),
    returns=("accuracy",),
    is_a="dict",
    hints=(
        "Try it on your own split first: change one of the two numbers, train 100 epochs, write down what you get.",
        "Look at the curve of the training loss: smooth and not yet down, or jumping? Each says how to change lr.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


# Three splits that are drawn at random move the mean by 0.01 either way. On these a plan scores about what it scores in the
# mean of many draws, so that luck decides nothing.
STARTS = (10, 12, 14, 19)


@cases
def draw(rng):
    return [Case("three splits", (int(rng.choice(STARTS)),), expected=dict.fromkeys(BORDERS, REACHED))]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _with(**changes):
    return {**reference.plan, **changes}


@mistake(advice="The plan needs both: hidden_size and lr.")
def no_learning_rate():
    """The plan names no learning rate."""
    return {"hidden_size": 50}


@mistake(advice="The plan needs both: hidden_size and lr.")
def no_hidden_size():
    """The plan does not say how many hidden units there are."""
    return {"lr": 1.0}


@mistake(advice="At most 100 hidden units are allowed. Which number do you really need?")
def too_many_units():
    """More hidden units than allowed: with enough of them, nobody needs a plan."""
    return _with(hidden_size=500)


@mistake(advice="Write the number itself, without quotes. A step downhill has a positive learning rate.")
def rate_is_no_number():
    """The learning rate is no positive number."""
    return _with(lr="0.5")


@mistake(advice="Write the number itself, without quotes: at least 1.")
def hidden_size_is_no_number():
    """The number of hidden units is no positive number."""
    return _with(hidden_size="50")


@mistake(advice="There is no half unit.")
def half_a_unit():
    """The number of hidden units is not whole."""
    return _with(hidden_size=20.5)


@mistake(advice="Draw the training loss. Does it come down smoothly? Then what would a larger step do?")
def steps_too_small():
    """For steps of this size 100 epochs are too few: the network had not finished learning."""
    return {"hidden_size": 20, "lr": 0.1}


@mistake(advice="Draw the training loss. Where it jumps up, a step has gone too far.")
def steps_rather_large():
    """The steps are too large: many of them jump over the valley and end higher than they began."""
    return {"hidden_size": 10, "lr": 10.5}


@mistake(advice="Divide the learning rate by 3 until the loss ends below where it began.")
def steps_far_too_large():
    """The steps are much too large: the network gets worse instead of better."""
    return {"hidden_size": 50, "lr": 300.0}


@mistake(advice="Up to 100 hidden units are allowed.")
def too_few_units():
    """So few hidden units cannot tell ten digits apart well enough, whatever the learning rate."""
    return {"hidden_size": 4, "lr": 3.0}


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def numpy_numbers():
    return {"lr": np.float32(4), "hidden_size": np.int64(60)}


@variant
def whole_numbers():
    return collections.OrderedDict(hidden_size=50.0, lr=5)


@variant
def with_a_remark():
    return {**reference.plan, "epochs": 100, "remark": "the third that I tried"}


@variant
def another_good_choice():
    return dict(types.MappingProxyType({"hidden_size": 100, "lr": 4.0}))
