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
from course.plots.mini_batches import accuracy_by_pass, accuracy_grids, samples_per_second
from course.plots.one_hot import image_to_row, label_distances, labelled_digits, one_hot_rows, two_scalings

__all__ = [
    "accuracy_by_pass",
    "accuracy_grids",
    "activation_histogram",
    "class_probabilities",
    "hidden_activations",
    "image_to_row",
    "label_distances",
    "labelled_digits",
    "normal_histogram",
    "one_hot_rows",
    "samples_per_second",
    "sigmoid_curve",
    "small_network",
    "softmax_scales",
    "spread_by_layer",
    "two_scalings",
    "unit_copies",
    "weight_histograms",
]
