"""Every small change of the reference that changes what it does is rejected, by the check and by the grade.

A mutant that may live is equivalent under the contract; it is listed here with the reason.
"""

import pytest

from course.checks import EXERCISES
from course.checks.judge import judge
from course.grading.repository import load_solutions
from tests.conftest import exam
from tests.mutation import every_case_holds, mutants

REFERENCE = load_solutions().reference

# The mutant's changed line → why it is as right as the reference.
SAME_LENGTH = "every argument has n rows"
ONE_MORE = "it adds the same number to every score of a row, which changes no prediction"
BELOW = "it computes the deltas of the inputs as well, and nothing reads them"
NOT_TOLD = "not as right, but no accuracy tells it from an honest run's draw without failing honest ones by chance"
EQUIVALENT = {
    "count_parameters: return sum((array.size for array in [*b, *W]))": "a sum does not depend on the order",
    "sigmoid: x = x.astype(np.float32)": "the contract gives float32 its own tolerance",
    "sigmoid: return np.where(x > 0, 1, small) / (1 + small)": "at 0 both branches are 1",
    "numeric_gradient: gradient = np.ones(theta.shape)": "every entry is written",
    "numeric_gradient: up, down = (theta.copy(), theta.copy())": "the two copies are the same",
    "output_gradients: dZ_2 = (Y_hat - Y) / len(A_1)": SAME_LENGTH,
    "output_gradients: dZ_2 = (Y_hat - Y) / len(Y_hat)": SAME_LENGTH,
    "back_prop: _, dZ_1 = hidden_gradients(W, A_1, (Y_hat - Y) / len(X))": SAME_LENGTH,
    "back_prop: _, dZ_1 = hidden_gradients(W, A_1, (Y_hat - Y) / len(Z_1))": SAME_LENGTH,
    "back_prop: _, dZ_1 = hidden_gradients(W, A_1, (Y_hat - Y) / len(A_1))": SAME_LENGTH,
    "back_prop: _, dZ_1 = hidden_gradients(W, A_1, (Y_hat - Y) / len(Y_hat))": SAME_LENGTH,
    "recall_without: W_2[:, neuron] = 1": ONE_MORE,
    "recall_without: W_2[:, neuron] = -1": ONE_MORE,
    "train_test_split: order = rng.permutation(len(labels))": SAME_LENGTH,
    "train_test_split: size = round(test_fraction * len(labels))": SAME_LENGTH,
    "minibatches: order = rng.permutation(len(Y))": SAME_LENGTH,
    "minibatches: for start in range(0, len(Y), batch_size):": SAME_LENGTH,
    "grid_search: scores = np.ones((len(lrs), len(lmbds)))": "every entry is written",
    "grid_search: W, b = init_weights(X_val.shape[1], 20, Y.shape[1], rng)": "X and X_val have d columns each",
    "grid_search: W, b = init_weights(X.shape[1], 19, Y.shape[1], rng)": NOT_TOLD,
    "grid_search: W, b = init_weights(X.shape[1], 21, Y.shape[1], rng)": NOT_TOLD,
    "grid_search: W, b = sgd(W, b, X, Y, 31, 10, lr, lmbd, rng)": NOT_TOLD,
    "grid_search: W, b = sgd(W, b, X, Y, 30, 9, lr, lmbd, rng)": NOT_TOLD,
    "confusion_matrix: matrix = np.zeros((num_classes, num_classes), dtype=int)": "both sides are equally long",
    "relu_prime: return (z > 0).astype(np.float32)": "0 and 1 are exact in float32",
    "back_prop_binary: dZ_1 = dZ_2 * W[1] * relu_prime(Z_1)": "(n, 1) times (1, h): the product and broadcasting agree",
    "back_prop_binary: dZ_2 = (P - y) / len(Z_1)": SAME_LENGTH,
    "back_prop_binary: dZ_2 = (P - y) / len(A_1)": SAME_LENGTH,
    "back_prop_binary: dZ_2 = (P - y) / len(P)": SAME_LENGTH,
    "back_prop_binary: dZ_2 = (P - y) / len(y)": SAME_LENGTH,
    "back_prop_binary: dZ_1 = dZ_2 @ W[1] * relu_prime(A_1)": "A_1 is above 0 exactly where Z_1 is",
    "backward_layers: grad_W, grad_b = ([], [])": "both lists are empty",
    "neuron_output: return (1.0 if total > 0 else small) / (1 + small)": "at 0 both branches are 1",
    "backpropagate: if True:": BELOW,
    "backpropagate: if number >= 0:": BELOW,
    "backpropagate: if number > -1:": BELOW,
}

FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.is_a == "function"]


def survivors(name):
    """Return the mutants of one exercise that the check or the grade accepts, and how many there were."""
    exams = {"check": exam(name), "grade": exam(name, 5)}
    living, count = {}, 0
    for line, mutant in mutants(getattr(REFERENCE, name), vars(REFERENCE)):
        count += 1
        accepted = [
            who for who, tried in exams.items() if every_case_holds(tried, mutant) and judge(tried, mutant).passed
        ]
        if accepted:
            living[line] = f"{line}, accepted by the {' and the '.join(accepted)}"
    return living, count


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_mutant_is_rejected_by_check_and_grade(name):
    living, count = survivors(name)
    assert count >= 3
    wrong = [text for line, text in living.items() if line not in EQUIVALENT]
    assert not wrong, "\n".join(["these mutants live:", *wrong])
    stale = [line for line in EQUIVALENT if line.startswith(f"{name}: ") and line not in living]
    assert not stale, f"listed as equivalent, but rejected or gone: {stale}"
