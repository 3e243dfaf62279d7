"""diagnosis: which fault each of six broken runs has."""

import collections
import types

import numpy as np

from course.checks.calls import Case
from course.checks.measures.diagnosis import RUNS
from exercises.catalogue import Exercise, cases, mistake, variant
from solutions import reference

EXERCISE = Exercise(
    unit="08-error-inspection",
    points=3,
    parameters=("run",),
    returns=("fault",),
    is_a="dict",
    hints=(
        "Curves raise a suspicion, a measurement proves it. Take one fault, and find the number that only it changes.",
        "Go through the checklist from its first line for each run, and compare with the healthy run.",
    ),
)


# --- cases -----------------------------------------------------------------------------------------------------------


@cases
def draw(rng):
    return [Case("the six runs", (run,)) for run in RUNS]


# --- mistakes --------------------------------------------------------------------------------------------------------


def _with(run, fault):
    return {**reference.diagnosis, run: fault}


@mistake(advice="How large are its steps, compared with its weights? Compare with the healthy run.")
def run_a_wrong_gradient(run="run A"):
    """Run A hardly learns, but its gradient is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake(advice="How large are its steps, compared with its weights? Compare with the healthy run.")
def run_a_zero_weights(run="run A"):
    """Run A hardly learns, but its weights are not zero at the start, and its hidden units differ."""
    return _with(run, "zero weights")


@mistake(advice="How large are its steps, compared with its weights? Compare with the healthy run.")
def run_a_shuffled(run="run A"):
    """Run A hardly learns, but its pictures carry the right labels."""
    return _with(run, "images and labels shuffled apart")


@mistake(advice="Its curve is plausible, so do not trust the curve. Look at the gradient check.")
def run_b_too_small(run="run B"):
    """Run B learns more slowly than the healthy run, but its steps are not tiny: it is not the learning rate."""
    return _with(run, "learning rate too small")


@mistake(advice="Its curve is plausible, so do not trust the curve. Look at the gradient check.")
def run_b_tested_on_training(run="run B"):
    """Run B was tested on other images than it was trained on: its test numbers differ from its training numbers."""
    return _with(run, "tested on the training data")


@mistake(advice="How large are its weights at the start, and how much do its hidden units differ?")
def run_c_too_small(run="run C"):
    """Run C hardly learns, but its steps are not small compared with its weights."""
    return _with(run, "learning rate too small")


@mistake(advice="How large are its weights at the start, and how much do its hidden units differ?")
def run_c_shuffled(run="run C"):
    """Run C hardly learns, but its pictures carry the right labels."""
    return _with(run, "images and labels shuffled apart")


@mistake(advice="How large are its weights at the start, and how much do its hidden units differ?")
def run_c_wrong_gradient(run="run C"):
    """Run C hardly learns, but its gradient is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake(advice="The first step of the checklist finds this one: look at its pictures.")
def run_d_too_small(run="run D"):
    """Run D stays near a guess, but its first steps are as large as those of the healthy run."""
    return _with(run, "learning rate too small")


@mistake(advice="The first step of the checklist finds this one: look at its pictures.")
def run_d_zero_weights(run="run D"):
    """Run D stays near a guess, but its weights are not zero at the start, and its hidden units differ."""
    return _with(run, "zero weights")


@mistake(advice="The first step of the checklist finds this one: look at its pictures.")
def run_d_wrong_gradient(run="run D"):
    """Run D stays near a guess, but its gradient is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake(advice="It looks too good. Put its two curves side by side: what was measured on what?")
def run_e_wrong_gradient(run="run E"):
    """The gradient of run E is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake(advice="It looks too good. Put its two curves side by side: what was measured on what?")
def run_e_too_small(run="run E"):
    """Run E learns as fast as the healthy run, so its learning rate is fine."""
    return _with(run, "learning rate too small")


@mistake(advice="How large are its first steps, compared with its weights? Compare with the healthy run.")
def run_f_wrong_gradient(run="run F"):
    """The loss of run F jumps, but its gradient is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake(advice="How large are its first steps, compared with its weights? Compare with the healthy run.")
def run_f_shuffled(run="run F"):
    """The loss of run F jumps, but its pictures carry the right labels."""
    return _with(run, "images and labels shuffled apart")


@mistake(advice="How large are its first steps, compared with its weights? Compare with the healthy run.")
def run_f_zero_weights(run="run F"):
    """The hidden units of run F are alike only at the end. At the start they differ, and its weights are not zero."""
    return _with(run, "zero weights")


# --- variants --------------------------------------------------------------------------------------------------------


@variant
def another_order():
    return dict(reversed(reference.diagnosis.items()))


@variant
def an_ordered_dict():
    return collections.OrderedDict(reference.diagnosis)


@variant
def with_the_healthy_run():
    return {"healthy": None, **reference.diagnosis}


@variant
def capital_letters_and_spaces():
    return {f" {run.title()}": fault.capitalize() + " " for run, fault in reference.diagnosis.items()}


@variant
def numpy_strings():
    return dict(zip(map(np.str_, reference.diagnosis), np.array(list(reference.diagnosis.values())), strict=True))


@variant
def a_default_dict():
    return collections.defaultdict(str, types.MappingProxyType(reference.diagnosis))
