"""Every figure in the notebooks, one call each.

Each function returns a :class:`~course.plots.figure.Figure`: a picture with alt text, a caption and, where the picture is
the point, a table of its data. Leave the call as a cell's last line to show it.
"""

from course.plots.error_inspection import (
    confusion_heatmap,
    hidden_weights,
    output_weights,
    run_curves,
    surest_mistakes,
    through_the_network,
    training_pictures,
)
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
    "confusion_heatmap",
    "hidden_activations",
    "hidden_weights",
    "image_to_row",
    "label_distances",
    "labelled_digits",
    "normal_histogram",
    "one_hot_rows",
    "output_weights",
    "run_curves",
    "sigmoid_curve",
    "small_network",
    "softmax_scales",
    "spread_by_layer",
    "surest_mistakes",
    "through_the_network",
    "training_pictures",
    "two_scalings",
    "unit_copies",
    "weight_histograms",
]
