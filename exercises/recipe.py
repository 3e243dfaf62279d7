"""recipe: the settings of a training, judged on writers that the network has not seen."""

import collections

import numpy as np

from course.checks.calls import Case
from exercises.catalogue import Exercise, cases, mistake, variant
from solutions import reference

EXERCISE = Exercise(
    unit="09-mini-batches",
    points=2,
    parameters=("least",),
    returns=("finding",),
    is_a="dict",
    hints=(
        "The digits of one writer stand together in the file. So which rows would you leave out, to try a recipe yourself?",
        "Change one number at a time, and look at both accuracies: on the rows it learned from, and on the others.",
    ),
    steady=True,
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    return [Case("90% of new writers' digits", (0.90,)), Case("93% of new writers' digits", (0.93,))]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _with(**numbers):
    return {**reference.recipe, **numbers}


@mistake(advice="Multiply your learning rate by your lambda. What does one step make of a weight if that is above 2?")
def diverges():
    """In each step the penalty turns the weights around and makes them larger: lr times lmbd is too large."""
    return _with(lr=20.0, lmbd=1.0)


@mistake(advice="What pulls the weights to 0 all the time, and what pushes them away from there?")
def names_one_digit():
    """Nothing is left of the differences between digits: the penalty is too strong, or the steps are far too long."""
    return _with(lmbd=1.0)


@mistake(advice="An epoch has as many steps as there are batches. How many steps does your recipe make?")
def too_few_steps():
    """There are too few steps: the batches are too large, or the epochs too few."""
    return _with(batch_size=1198)


@mistake(advice="The way that a weight can go is the number of steps times their length. Which of the two is small?")
def steps_too_short():
    """The learning rate is so small that the training does not get anywhere in time."""
    return _with(lr=0.003)


@mistake(advice="Ten classes, and hardly any numbers to tell them apart by. How wide is the hidden layer?")
def too_few_hidden_units():
    """The hidden layer is too narrow to learn ten digits."""
    return _with(hidden_size=3)


@mistake(advice="Look at the accuracy on the training digits first. Which of your numbers keeps it down?")
def does_not_learn_its_own_digits():
    """There are enough steps and enough units, but the penalty or the length of the steps keeps the network from learning."""
    return _with(lmbd=0.02)


@mistake(
    advice="It is nearly there. Try more epochs, smaller batches, longer steps or a weaker penalty, one at a time."
)
def reads_its_own_writers_only():
    """The recipe learns the digits it is given; for writers that it has not seen it is not good enough yet."""
    return _with(lr=0.05, epochs=20)


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def a_narrow_network():
    return {"hidden_size": 30, "lr": 1, "lmbd": 0, "epochs": 40, "batch_size": 10}


@variant
def long_steps():
    return {"batch_size": 10, "epochs": 30, "lmbd": 0.0, "lr": 2.0, "hidden_size": 50}


@variant
def a_little_penalty():
    return collections.OrderedDict(hidden_size=100, lr=1.0, lmbd=1e-4, epochs=40, batch_size=10)


@variant
def numpy_numbers():
    whole = {"hidden_size": np.int64(60), "epochs": np.int32(40), "batch_size": np.float64(20)}
    return {**whole, "lr": np.float64(2), "lmbd": np.float64(0), "momentum": "none"}
