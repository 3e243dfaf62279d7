"""Every figure in the notebooks, one call each.

Each function returns a :class:`~course.plots.figure.Figure`: a picture with alt text, a caption and, where the picture is
the point, a table of its data. Leave the call as a cell's last line to show it.
"""

from course.plots.any_depth import depth_curves, layer_chain, layer_gradients, score_grid
from course.plots.backpropagation import gradient_agreement, loss_changes, secants, step_errors, way_back
from course.plots.error_inspection import (
    confusion_heatmap,
    hidden_weights,
    output_weights,
    recall_by_neuron,
    run_curves,
    surest_mistakes,
    through_the_network,
    training_pictures,
)
from course.plots.forward_pass import (
    bent_border,
    bent_curve,
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
from course.plots.loss import loss_and_accuracy, loss_histogram, price_curves, prices_side_by_side, true_class_prices
from course.plots.mini_batches import (
    accuracy_by_pass,
    accuracy_grids,
    descent_paths,
    samples_per_second,
    weights_by_lambda,
)
from course.plots.neuron_by_neuron import (
    digit_outputs,
    error_by_epoch,
    list_network,
    neuron_weights,
    output_neuron_weights,
)
from course.plots.one_hot import image_to_row, label_distances, labelled_digits, one_hot_rows, two_scalings
from course.plots.training_loop import learning_curves
from course.plots.two_moons import (
    decision_borders,
    hidden_units,
    moons,
    network_of_regressions,
    relu_and_slope,
    training_losses,
)
from course.plots.update import losses_by_rate, steps_on_a_parabola, valley

__all__ = [
    "accuracy_by_pass",
    "accuracy_grids",
    "bent_border",
    "bent_curve",
    "class_probabilities",
    "confusion_heatmap",
    "decision_borders",
    "depth_curves",
    "descent_paths",
    "digit_outputs",
    "error_by_epoch",
    "gradient_agreement",
    "hidden_activations",
    "hidden_units",
    "hidden_weights",
    "image_to_row",
    "label_distances",
    "labelled_digits",
    "layer_chain",
    "layer_gradients",
    "learning_curves",
    "list_network",
    "loss_and_accuracy",
    "loss_changes",
    "loss_histogram",
    "losses_by_rate",
    "moons",
    "network_of_regressions",
    "neuron_weights",
    "normal_histogram",
    "one_hot_rows",
    "output_neuron_weights",
    "output_weights",
    "price_curves",
    "prices_side_by_side",
    "recall_by_neuron",
    "relu_and_slope",
    "run_curves",
    "samples_per_second",
    "score_grid",
    "secants",
    "sigmoid_curve",
    "small_network",
    "softmax_scales",
    "spread_by_layer",
    "step_errors",
    "steps_on_a_parabola",
    "surest_mistakes",
    "through_the_network",
    "training_losses",
    "training_pictures",
    "true_class_prices",
    "two_scalings",
    "unit_copies",
    "valley",
    "way_back",
    "weight_histograms",
    "weights_by_lambda",
]
