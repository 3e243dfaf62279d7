"""What unit 06 says and promises beyond the matrix."""

import itertools

import numpy as np
import pytest

from course import data, plots
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


@pytest.mark.parametrize("nudge", [0, 1e-12])
def test_the_best_rate_after_15_steps_is_not_the_best_after_200(reference, nudge):
    """And the runs that unit 06 shows do not depend on the last bits."""
    images, labels = data.load_digits()
    X, Y = images.reshape(len(images), -1) / 16, reference.one_hot(labels)
    start_W, start_b = reference.init_weights(64, 20, 10, np.random.default_rng(1234))
    losses = {}
    for lr, steps in ((0.1, 200), (1, 200), (5, 200), (30, 15)):
        W, b, losses[lr] = [w * (1 + nudge) for w in start_W], start_b, []
        for _ in range(steps + 1):
            W, b, loss = reference.train_step(W, b, X, Y, lr)
            losses[lr].append(loss)
    assert np.all(np.diff(losses[0.1]) < 0) and np.all(np.diff(losses[1]) < 0)
    assert losses[5][1] > losses[5][0] and np.sum(np.diff(losses[5]) > 0) > 10  # worse at first, and it jumps about
    assert losses[30][15] > 5 * losses[30][0]
    assert [losses[lr][15] for lr in losses] == pytest.approx([2.304, 1.940, 1.956, 15.321], abs=1e-3)
    assert [losses[lr][200] for lr in (0.1, 1, 5)] == pytest.approx([1.779, 0.226, 0.065], abs=1e-3)


def test_what_is_said_of_the_valley():
    """Twenty steps from (4, 1); the height is w_1^2 / 2 + 10 w_2^2 / 2."""
    ends = {lr: (4 * (1 - lr) ** 20, (1 - 10 * lr) ** 20) for lr in (0.02, 0.15, 0.19, 0.205)}
    assert ends[0.02][0] > 2.5 and abs(ends[0.02][1]) < 0.05  # across it is done, along it hardly
    assert abs(ends[0.15][0]) < 0.2 and abs(ends[0.19][1]) < 1 < abs(ends[0.205][1])
    assert all(1 - 10 * lr < 0.9 * (1 - lr) for lr in ends)  # no first step points at (0, 0): w_2 shrinks faster


def test_only_who_goes_uphill_grows_at_a_small_rate():
    def height_after(lr):
        return (4 * (1 - lr) ** 5) ** 2 / 2 + 10 * ((1 - 10 * lr) ** 5) ** 2 / 2

    assert height_after(0.3) > 13 and height_after(-0.3) > 13 > height_after(0.03)
    assert all(height_after(-lr) > 13 for lr in (0.03, 0.003, 1e-6))
    assert np.random.default_rng(6).permutation([1, -1]).tolist() == [-1, 1]  # it is A


def test_figures_say_in_words_what_they_show():
    parabola = plots.steps_on_a_parabola((0.25, 1.05))
    assert "lr 0.25: w goes from 2 to 0.06" in parabola.alt and len(parabola.table) == 7
    rates = plots.losses_by_rate({0.1: [2.0, 1.5, 1.0], 30: [2.0, 9.0]})
    assert "lr 0.1: 1.00 after 2; lr 30: 9.00 after 1." in rates.alt and rates.table[-1] == (2, "1.00", "")
    assert rates.to_html() == plots.losses_by_rate({0.1: [2.0, 1.5, 1.0], 30: [2.0, 9.0]}).to_html()
    paths = {lr: [(4, 1), (3, 0.5)] for lr in (0.1, 0.2, 0.3, 0.4)}
    valley = plots.valley(lambda w_1, w_2: w_1**2 + w_2**2, paths)
    assert "lr 0.1 ends at (3.00, 0.50)" in valley.alt and len(valley.table) == 3
