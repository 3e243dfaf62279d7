"""Every figure in the notebooks, one call each.

Each function returns a :class:`~course.plots.figure.Figure`: a picture with alt text, a caption and, where the picture is
the point, a table of its data. Leave the call as a cell's last line to show it.
"""

from course.plots.any_depth import depth_curves, layer_chain, layer_gradients, score_grid
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

__all__ = [
    "activation_histogram",
    "class_probabilities",
    "depth_curves",
    "hidden_activations",
    "image_to_row",
    "label_distances",
    "labelled_digits",
    "layer_chain",
    "layer_gradients",
    "normal_histogram",
    "one_hot_rows",
    "score_grid",
    "sigmoid_curve",
    "small_network",
    "softmax_scales",
    "spread_by_layer",
    "two_scalings",
    "unit_copies",
    "weight_histograms",
]
