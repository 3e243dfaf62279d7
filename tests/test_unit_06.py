"""What unit 06 says and promises beyond the matrix."""

import itertools

import numpy as np
import pytest

from course import plots
from course.checks import frozen
from course.checks.judge import judge


def parameters(*sizes):
    rng = np.random.default_rng(6)
    W = [rng.normal(size=(rows, columns)) for columns, rows in itertools.pairwise(sizes)]
    return W, [rng.normal(size=rows) for rows in sizes[1:]]


@pytest.mark.parametrize("sizes", [(3, 2), (4, 3, 2), (2, 5, 3, 4, 1)])
def test_update_takes_what_it_returned_for_any_number_of_layers(reference, sizes):
    W, b = parameters(*sizes)
    once = reference.update(*reference.update(W, b, W, b, 0.5), W, b, lr=0.25)
    for new, old in zip([*once[0], *once[1]], [*W, *b], strict=True):
        assert np.allclose(new, 0.25 * old)


def test_changing_the_lists_instead_of_the_arrays_is_told_as_a_change_of_the_caller(reference):
    def update(W, b, grad_W, grad_b, lr=0.1):
        for layer, (w, bias) in enumerate(zip(W, b, strict=True)):
            W[layer], b[layer] = w - lr * grad_W[layer], bias - lr * grad_b[layer]
        return W, b

    verdict = judge(frozen.load("update"), update)
    assert (verdict.kind, verdict.mistake) == ("property", "changes_the_callers_arrays")
    assert 0 < verdict.score < 1


def test_a_buffer_that_is_used_again_is_rejected(reference):
    buffers = {}

    def update(W, b, grad_W, grad_b, lr=0.1):
        new = reference.update(W, b, grad_W, grad_b, lr)
        key = tuple(w.shape for w in W)
        for old, array in zip(sum(buffers.setdefault(key, new), []), sum(new, []), strict=True):  # noqa: RUF017
            old[...] = array
        return buffers[key]

    assert not judge(frozen.load("update"), update).passed


def test_the_loss_falls_by_what_the_gradient_promises(reference):
    W, b = parameters(4, 3, 2)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(7, 4)), np.eye(2)[rng.integers(0, 2, size=7)]
    new_W, new_b, before = reference.train_step(W, b, X, Y, 1e-4)
    squares = sum(np.sum(g**2) for g in sum(reference.back_prop(W, X, *reference.forward_pass(W, b, X), Y), []))  # noqa: RUF017
    after = reference.calc_loss(reference.forward_pass(new_W, new_b, X)[2], Y)
    assert before - after == pytest.approx(1e-4 * squares, rel=1e-2)


def test_figures_say_in_words_what_they_show():
    parabola = plots.steps_on_a_parabola((0.25, 1.05))
    assert "lr 0.25: w goes from 2 to 0.06" in parabola.alt and len(parabola.table) == 7
    rates = plots.losses_by_rate({0.1: [2.0, 1.5, 1.0], 30: [2.0, 9.0, 16.0]})
    assert "The lowest is lr 0.1." in rates.alt and rates.table[-1] == (2, "1.00", "16.00")
    assert rates.to_html() == plots.losses_by_rate({0.1: [2.0, 1.5, 1.0], 30: [2.0, 9.0, 16.0]}).to_html()
