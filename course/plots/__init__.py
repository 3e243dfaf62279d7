"""Every figure in the notebooks, one call each.

Each function returns a :class:`~course.plots.figure.Figure`: a picture with alt text, a caption and, where the picture is
the point, a table of its data. Leave the call as a cell's last line to show it.
"""

from course.plots.forward_pass import (
    activation_histogram,
    class_probabilities,
    sigmoid_curve,
    small_network,
    softmax_scales,
)
from course.plots.initialisation import (
    hidden_activations,
    normal_histogram,
    spread_by_layer,
    unit_copies,
    weight_histograms,
)
from course.plots.one_hot import image_to_row, label_distances, labelled_digits, one_hot_rows, two_scalings
from course.plots.training_loop import learning_curves
from course.plots.update import losses_by_rate, steps_on_a_parabola

__all__ = [
    "activation_histogram",
    "class_probabilities",
    "hidden_activations",
    "image_to_row",
    "label_distances",
    "labelled_digits",
    "learning_curves",
    "losses_by_rate",
    "normal_histogram",
    "one_hot_rows",
    "sigmoid_curve",
    "small_network",
    "softmax_scales",
    "spread_by_layer",
    "steps_on_a_parabola",
    "two_scalings",
    "unit_copies",
    "weight_histograms",
]
