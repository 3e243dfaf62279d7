"""Unit 03: what the notebook says of a bend, and of untrained networks."""

import numpy as np

from course import data, plots
from course.plots.forward_pass import FLAT
from tests.test_rules import read

HILL = np.array([4.0, 3.0]), np.array([4.0, -3.0]), np.array([0.5, -0.5])
BORDER = (
    np.array([[0.0, 2.4], [1.8, -1.0], [-1.2, -0.8]]), np.array([2.0, 2.0, 1.4]), np.array([1.6, 1.0, 0.7]), -2.2
)  # fmt: skip


def test_without_a_bend_the_output_is_a_line_and_with_it_a_hill():
    figure = plots.bent_curve(*HILL, bend=np.tanh)
    assert "without a bend from 2.00 at x = -3 over 3.50 at 0 to 5.00 at 3" in figure.alt
    assert "with the bend from 0.00 at x = -3 over 1.00 at 0 to 0.00 at 3" in figure.alt
    straight = [float(row[1]) for row in figure.table[1:]]
    assert np.allclose(np.diff(straight, 2), 0)


def test_without_a_bend_the_border_is_open_and_with_it_closed():
    assert [row[2] for row in plots.bent_border(*BORDER, bend=np.tanh).table[1:]] == ["open", "closed"]
    assert [row[2] for row in plots.bent_border(*BORDER, bend=lambda z: z).table[1:]] == ["open", "open"]


def test_the_output_bias_moves_the_border_as_the_cell_invites_to_try():
    *layers, _ = BORDER
    (_, smaller), (_, open_again) = (
        [row[1:] for row in plots.bent_border(*layers, bias, bend=np.tanh).table[1:]] for bias in (-2.8, -1.5)
    )
    assert smaller[1] == "closed" and open_again[1] == "open"
    assert int(smaller[0].rstrip("%")) < int(plots.bent_border(*BORDER, bend=np.tanh).table[2][1].rstrip("%"))


def test_untrained_networks_only_guess_and_the_first_one_names_the_class_with_the_largest_weights(reference):
    images, labels = data.load_digits()
    X = reference.min_max(images).reshape(len(images), -1)
    rng = np.random.default_rng(1234)
    networks = [reference.init_weights(64, 20, 10, rng) for _ in range(100)]
    named = [reference.predict(W, b, X) for W, b in networks]
    assert abs(np.mean([np.mean(classes == labels) for classes in named]) - 0.1) < 0.01
    assert np.unique(named[0]).tolist() == [5] and networks[0][0][1].sum(axis=1).argmax() == 5
    assert sum(len(np.unique(classes)) > 1 for classes in named[1:3]) >= 1  # "not all networks are so stubborn"
    A_1 = reference.forward_pass(*networks[0], X)[1]
    assert A_1.min() > 0 and abs(A_1.mean() - 0.5) < 0.1


def test_the_figures_of_two_units_draw_one_border_for_saturation():
    text = " ".join(cell.source for cell in read("source", "02-initialisation") if cell.cell_type == "markdown")
    assert f"below {FLAT} or above {1 - FLAT}" in " ".join(text.split())
    assert f"within {FLAT} of 0 or 1" in plots.sigmoid_curve(lambda z: 1 / (1 + np.exp(-z))).caption


def test_the_small_network_worked_by_hand(reference):
    W = [np.array([[1.0, 1.0], [2.0, -1.0]]), np.array([[2.0, 1.0], [0.0, 3.0]])]
    b = [np.array([-1.0, 0.0]), np.array([0.0, 0.5])]
    Z_1, A_1, Y_hat = (part[0] for part in reference.forward_pass(W, b, np.array([[1.0, 2.0]])))
    assert (
        Z_1.tolist() == [2, 0] and A_1.round(3).tolist() == [0.881, 0.5] and Y_hat.round(3).tolist() == [0.565, 0.435]
    )
    powers = np.exp([2.262, 2.0])
    assert powers.round(2).tolist() == [9.60, 7.39] and powers.sum().round(2) == 16.99
