"""What is particular to 05-backpropagation: verdicts that say which gradient is right, and what the prose claims."""

import numpy as np
import pytest

from course import data, plots
from course.checks import check_answer, functions
from course.checks.compare import find_relation
from course.grading import verdict as graded


@pytest.fixture
def answer(reference):
    """Return a function that makes a wrong back_prop: what happens to the four right gradients."""

    def spoil(change):
        def back_prop(W, X, Z_1, A_1, Y_hat, Y):
            (dW_1, dW_2), (db_1, db_2) = reference.back_prop(W, X, Z_1, A_1, Y_hat, Y)
            return change(len(Y), dW_1, dW_2, db_1, db_2)

        return back_prop

    return spoil


def test_a_verdict_says_which_gradients_are_right_and_the_ratio_of_the_others(answer):
    result = check_answer("back_prop", answer(lambda n, w1, w2, b1, b2: ([5 * w1, w2], [5 * b1, b2])))
    assert result.message.startswith("dW_2 and db_2 are right; all of dW_1 and db_1 are 5 times as large. ")


def test_each_gradient_earns_its_share(answer):
    scores = [
        check_answer("back_prop", answer(change)).score
        for change in (
            lambda n, w1, w2, b1, b2: ([3 * w1, 3 * w2], [3 * b1, 3 * b2]),
            lambda n, w1, w2, b1, b2: ([3 * w1, 3 * w2], [3 * b1, b2]),
            lambda n, w1, w2, b1, b2: ([3 * w1, w2], [3 * b1, b2]),
            lambda n, w1, w2, b1, b2: ([3 * w1, w2], [b1, b2]),
        )
    ]
    assert scores[0] == 0
    assert np.allclose(np.diff(scores), 6 / 25)  # six parts of four gradients, and good behaviour


@pytest.mark.parametrize("change", [
    lambda n, w1, w2, b1, b2: [w1, w2],
    lambda n, w1, w2, b1, b2: ([w1, w2], b1),
    lambda n, w1, w2, b1, b2: ([w1, w2], [b1]),
    lambda n, w1, w2, b1, b2: None,
])  # fmt: skip
def test_another_structure_is_told_in_one_sentence(answer, change):
    result = check_answer("back_prop", answer(change))
    assert result.kind == "type" and result.score == 0
    assert "([dW_1, dW_2], [db_1, db_2])" in result.message


def test_a_mistake_is_named_though_the_biases_are_rows(answer):
    def change(n, w1, w2, b1, b2):
        return (n * w1, n * w2), (n * b1[np.newaxis], n * b2[np.newaxis])

    assert check_answer("back_prop", answer(change)).mistake == "no_mean_anywhere"


def test_one_of_two_mistakes_is_named(answer):
    result = check_answer("back_prop", answer(lambda n, w1, w2, b1, b2: ([w1.T, 1.7 * w2], [b1, b2])))
    assert result.mistake == "first_weights_transposed"


@pytest.mark.parametrize("factor", [1.7, 0.3])
def test_nobody_is_accused_by_coincidence(answer, factor):
    """With a single class or sample many mistakes look alike."""
    result = check_answer("back_prop", answer(lambda n, w1, w2, b1, b2: ([factor * w1, w2], [b1, b2])))
    assert result.mistake is None
    squeezed = check_answer("back_prop", answer(lambda n, w1, w2, b1, b2: ([w1, w2], [np.squeeze(b1), b2])))
    assert squeezed.mistake is None and 0.8 < squeezed.score < 1


def test_a_wrong_value_and_a_changed_argument_are_both_told(reference):
    def back_prop(W, X, Z_1, A_1, Y_hat, Y):
        W[1] *= 2
        return reference.back_prop(W, X, Z_1, A_1, Y_hat, Y)

    assert "changes its argument W" in str(check_answer("back_prop", back_prop))


def test_a_wrong_helper_is_named_and_costs_once(reference):
    namespace = {"np": np, "output_gradients": lambda A_1, Y_hat, Y: (np.zeros((Y.shape[1], A_1.shape[1])), 0)}
    code = """
def back_prop(W, X, Z_1, A_1, Y_hat, Y):
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    dZ_1 = (Y_hat - Y) @ W[1] / len(Y) * A_1 * (1 - A_1)
    return [dZ_1.T @ X, dW_2], [dZ_1.sum(axis=0), db_2]
"""
    exec(code, namespace)
    assert "Mend output_gradients first" in check_answer("back_prop", namespace["back_prop"]).message
    assert graded("back_prop", namespace["back_prop"], seed=3).passed


def test_relations():
    right = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert find_relation(right, 6 * right) == "all of {} are 6 times as large"
    assert find_relation(right, -right) == "only the sign of {} is wrong"
    assert find_relation(right, right.T) == "rows and columns of {} are swapped"
    assert find_relation(right, right[::-1]) == "the right numbers are in {}, but in another order"
    assert find_relation(right, right - 2) == "all of {} are off by -2"
    assert find_relation(right, 0 * right) == "all of {} are 0"
    assert find_relation(right, right**2) == ""


# --- numeric_gradient ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("eps", [0.5, 0.25])
def test_at_zero_the_wave_gives_the_same_for_a_step_and_for_half_of_it(eps, reference):
    assert np.isclose(reference.numeric_gradient(functions.wave, np.zeros(1), eps)[0], 1.1)
    assert np.isclose(reference.numeric_gradient(functions.wave, np.zeros(1))[0], 1)


def test_the_functions_have_the_gradients_that_the_reference_finds(reference):
    theta = np.random.default_rng(1).normal(size=(3, 2))
    weights = 1 + np.arange(6).reshape(3, 2) / 4
    quartic = weights * (4 * theta**3 - 6 * theta**2 + 1)
    neighbours = 9 * theta**2
    neighbours[:-1] += 2 * theta[:-1] * theta[1:]
    neighbours[1:] += theta[:-1] ** 2
    bells = -8 * theta * (2 + np.arange(6).reshape(3, 2) / 3) / (1 + 4 * theta**2) ** 2
    for name, right in (("quartic", quartic), ("neighbours", neighbours), ("bells", bells)):
        error = reference.numeric_gradient(getattr(functions, name), theta) - right
        assert np.linalg.norm(error) < 1e-7 * np.linalg.norm(right), name


def test_steps_to_one_side_are_told_apart_from_steps_to_both(reference):
    def forward(f, theta, eps=1e-5):
        return np.array(
            [(f(theta + step) - f(theta)) / eps for step in eps * np.eye(theta.size).reshape(theta.size, *theta.shape)]
        ).reshape(theta.shape)

    result = check_answer("numeric_gradient", forward)
    assert result.mistake == "forward_difference" and result.score == 0
    assert "Close, but the error is" in result.message


def test_theta_must_be_put_back(reference):
    def shifted(by):
        def numeric_gradient(f, theta, eps=1e-5):
            gradient = reference.numeric_gradient(f, theta, eps)
            theta += by
            return gradient

        return numeric_gradient

    assert check_answer("numeric_gradient", shifted(1e-14)).passed
    assert check_answer("numeric_gradient", shifted(1e-7)).kind == "property"


# --- back_prop and the prose -----------------------------------------------------------------------------------------


def test_the_reference_agrees_with_its_numeric_gradient(reference):
    rng = np.random.default_rng(2)
    W = [rng.normal(size=(3, 4)), rng.normal(size=(5, 3))]
    b = [rng.normal(size=3), rng.normal(size=5)]
    X, Y = rng.normal(size=(6, 4)), np.eye(5)[rng.integers(0, 5, size=6)]
    ours = reference.back_prop(W, X, *reference.forward_pass(W, b, X), Y)
    for parameters, gradients in zip((W, b), ours, strict=True):
        for place, gradient in enumerate(gradients):

            def loss(theta, parameters=parameters, place=place):
                changed = list(parameters)
                changed[place] = theta
                pair = (changed, b) if parameters is W else (W, changed)
                return reference.calc_loss(reference.forward_pass(*pair, X)[2], Y)

            numeric = reference.numeric_gradient(loss, parameters[place])
            assert np.linalg.norm(gradient - numeric) < 1e-6 * np.linalg.norm(numeric)


def test_what_the_relative_error_is_for_a_wrong_factor_and_a_wrong_sign():
    right = np.random.default_rng(0).normal(size=(3, 4))
    for wrong, error in ((right, 0), (-right, 1), (6 * right, 0.714)):
        lengths = np.linalg.norm(wrong) + np.linalg.norm(right)
        assert np.linalg.norm(wrong - right) / lengths == pytest.approx(error, abs=5e-4)


def test_the_network_worked_by_hand(reference):
    W = [np.array([[1.0, 1.0], [2.0, -1.0]]), np.array([[2.0, 1.0], [0.0, 3.0]])]
    b = [np.array([-1.0, 0.0]), np.array([0.0, 0.5])]
    X, Y = np.array([[1.0, 2.0]]), np.array([[0.0, 1.0]])
    (dW_1, dW_2), (db_1, db_2) = reference.back_prop(W, X, *reference.forward_pass(W, b, X), Y)
    assert dW_1.round(3).tolist() == [[0.119, 0.237], [-0.283, -0.565]]
    assert dW_2.round(3).tolist() == [[0.498, 0.283], [-0.498, -0.283]]
    assert db_1.round(3).tolist() == [0.119, -0.283]
    assert db_2.round(3).tolist() == [0.565, -0.565]


def test_the_slopes_by_hand_of_the_figures(reference):
    """What unit 05 hands to plots.way_back as literals."""
    W = [np.array([[1.0, 1.0], [2.0, -1.0]]), np.array([[2.0, 1.0], [0.0, 3.0]])]
    b = [np.array([-1.0, 0.0]), np.array([0.0, 0.5])]
    X, Y = np.array([[1.0, 2.0]]), np.array([[0.0, 1.0]])
    _, A_1, Y_hat = reference.forward_pass(W, b, X)
    assert (A_1 @ W[1].T + b[1]).round(3).tolist() == [[2.262, 2.0]]
    assert reference.calc_loss(Y_hat, Y).round(3) == 0.832
    dA_1, dZ_1 = reference.hidden_gradients(W, A_1, Y_hat - Y)
    np.testing.assert_allclose([*dA_1, *dZ_1], [[1.1301, -1.1301], [0.1187, -0.2825]], atol=1e-4)  # of rounded factors


def test_central_differences_are_best_near_a_step_of_1e_5():
    def error(step):
        cube = [(1.3 + side) * (1.3 + side) * (1.3 + side) for side in (step, -step)]
        return abs((cube[0] - cube[1]) / (2 * step) - 3 * 1.3**2)

    assert min((10.0**-power for power in range(1, 14)), key=error) == pytest.approx(1e-5)


def test_no_random_direction_comes_near_the_gradient(reference):
    images, labels = data.load_digits()
    X, Y = images.reshape(len(images), -1) / 16, reference.one_hot(labels)
    W, b = reference.init_weights(64, 20, 10, np.random.default_rng(1234))
    start = reference.calc_loss(reference.forward_pass(W, b, X)[2], Y)

    def fall(direction):
        scale = 0.1 / np.sqrt(sum(np.sum(array**2) for array in direction))
        moved = [p + scale * move for p, move in zip([*W, *b], direction, strict=True)]
        return start - reference.calc_loss(reference.forward_pass(moved[:2], moved[2:], X)[2], Y)

    rng = np.random.default_rng(0)
    best = max(fall([rng.normal(size=p.shape) for p in [*W, *b]]) for _ in range(200))
    grad_W, grad_b = reference.back_prop(W, X, *reference.forward_pass(W, b, X), Y)
    against = fall([-array for array in (*grad_W, *grad_b)])
    assert best == pytest.approx(0.004, abs=0.0006)
    assert against == pytest.approx(0.060, abs=0.001) and against > 10 * best


def test_a_matrix_product_at_the_sigmoid_is_named(reference):
    def hidden_gradients(W, A_1, dZ_2):
        dA_1 = dZ_2 @ W[1]
        return dA_1, dA_1 @ (A_1 * (1 - A_1))

    assert check_answer("hidden_gradients", hidden_gradients).mistake == "matrix_product_at_the_sigmoid"


def test_a_wrong_hidden_layer_costs_once(reference):
    namespace = {"np": np, "output_gradients": reference.output_gradients}
    namespace["hidden_gradients"] = lambda W, A_1, dZ_2: (dZ_2 @ W[1], dZ_2 @ W[1])
    code = """
def back_prop(W, X, Z_1, A_1, Y_hat, Y):
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    dZ_1 = hidden_gradients(W, A_1, (Y_hat - Y) / len(Y))[1]
    return [dZ_1.T @ X, dW_2], [dZ_1.sum(axis=0), db_2]
"""
    exec(code, namespace)
    assert "Mend hidden_gradients first" in check_answer("back_prop", namespace["back_prop"]).message
    assert graded("back_prop", namespace["back_prop"], seed=3).passed


def test_figures_tell_in_words_what_they_show():
    assert "slope 4.75, a line through the first and the last 3.25" in plots.secants(lambda x: x**3, 1.0, 0.5, 3.0).alt
    assert "at a step of 1e-02" in plots.step_errors([0.1, 0.01, 0.001], {"central": [1, 0.1, 0.2]}).alt
    assert "has the slope 3.00" in plots.secants(lambda x: x**3, 1.0, 0.5, 3.0).alt
    values = {"x": [1, 2, 3], "Z_1": [[0.5]], "A_1": [[0.25]], "Z_2": [2, 4], "loss": 1.0}
    figure = plots.way_back(
        [np.ones((1, 3)), np.ones((2, 1))], values, {"Z_2": [0.25, -0.25]}, [[[0.5], [0.75]]], paths=True
    )
    assert ("Z_2", "2.000, 4.000", "0.250, -0.250") in figure.table and (
        "W_1",
        "1.000, 1.000, 1.000",
        "",
    ) in figure.table
    assert ("W_2", "1.000, 1.000", "0.500, 0.750") in figure.table and "Two paths" in figure.alt
    apart = {"W_1": np.array([[1.0, 2.0]]), "b_1": np.array([0.5])}
    assert "W_1 0.500, b_1 0.000" in plots.gradient_agreement(apart, apart | {"W_1": np.array([[1.0, 2.5]])}).alt
    assert "uphill: +0.300" in plots.loss_changes([0.01, -0.02], {"uphill": 0.3}).alt
