"""Known mistakes in 06-update."""

import numpy as np

from solutions.catalogue import mistake
from solutions.reference import (
    accuracy,
    back_prop,
    calc_loss,
    forward_pass,
    output_gradients,
    train_step,
    update,
)

# --- update ----------------------------------------------------------------------------------------------------------


@mistake("update", advice="The gradient points to where the loss grows. Which way do you want to go?")
def goes_uphill(W, b, grad_W, grad_b, lr=0.1):
    """You add the step instead of subtracting it, so that the loss grows."""
    return update(W, b, grad_W, grad_b, -lr)


@mistake(
    "update", advice="Use the argument lr; the 0.1 in the first line is only what it is when the caller says nothing."
)
def lr_hard_coded(W, b, grad_W, grad_b, lr=0.1):
    """The learning rate is always 0.1, whatever the caller asks for."""
    return update(W, b, grad_W, grad_b, 0.1)


@mistake("update", advice="The step is a share of the gradient. Which argument says how large a share?")
def lr_left_out(W, b, grad_W, grad_b, lr=0.1):
    """You subtract the whole gradient: the learning rate is not used."""
    return update(W, b, grad_W, grad_b, 1)


@mistake("update", advice="A large learning rate means a large step. Multiply by it.")
def divides_by_lr(W, b, grad_W, grad_b, lr=0.1):
    """You divide the gradient by the learning rate instead of multiplying."""
    return update(W, b, grad_W, grad_b, 1 / lr)


@mistake("update", advice="The biases need the same treatment as the weights. What do you return for b?")
def biases_forgotten(W, b, grad_W, grad_b, lr=0.1):
    """Only the weights take a step; the biases stay as they were."""
    return update(W, b, grad_W, grad_b, lr)[0], [bias.copy() for bias in b]


@mistake("update", advice="The weights need the same treatment as the biases. What do you return for W?")
def weights_forgotten(W, b, grad_W, grad_b, lr=0.1):
    """Only the biases take a step; the weights stay as they were."""
    return [w.copy() for w in W], update(W, b, grad_W, grad_b, lr)[1]


@mistake("update", advice="Write the line for the weights and the line for the biases below each other, and compare.")
def biases_replaced_by_gradients(W, b, grad_W, grad_b, lr=0.1):
    """You return the gradients of the biases instead of new biases."""
    return update(W, b, grad_W, grad_b, lr)[0], [gradient.copy() for gradient in grad_b]


@mistake("update", advice="A step starts somewhere: new bias = old bias, minus the step.")
def biases_replaced_by_the_step(W, b, grad_W, grad_b, lr=0.1):
    """The new biases are only the step: the old biases are missing."""
    return update(W, b, grad_W, grad_b, lr)[0], [-lr * gradient for gradient in grad_b]


@mistake("update", advice="A step starts somewhere: new parameter = old parameter, minus the step.")
def only_the_step(W, b, grad_W, grad_b, lr=0.1):
    """You return the steps alone, without the old weights and biases."""
    return [-lr * gradient for gradient in grad_W], [-lr * gradient for gradient in grad_b]


@mistake("update", advice="Compare the signs in the line for the weights and in the line for the biases.")
def biases_uphill(W, b, grad_W, grad_b, lr=0.1):
    """The weights go downhill, but the biases go uphill."""
    return update(W, b, grad_W, grad_b, lr)[0], update(W, b, grad_W, grad_b, -lr)[1]


@mistake("update", advice="Both kinds of parameters use the same learning rate.")
def biases_without_lr(W, b, grad_W, grad_b, lr=0.1):
    """The biases move by their whole gradient: there the learning rate is missing."""
    return update(W, b, grad_W, grad_b, lr)[0], update(W, b, grad_W, grad_b, 1)[1]


@mistake(
    "update",
    advice="W = list(W) or W.copy() makes a new list that holds the same arrays. Where is an array written into?",
)
def changes_the_callers_arrays(W, b, grad_W, grad_b, lr=0.1):
    """You change what the caller handed over: the lists W and b, or the arrays in them, which a copy of a list shares."""
    W, b = list(W), list(b)
    for layer in range(len(W)):
        W[layer] -= lr * grad_W[layer]
        b[layer] -= lr * grad_b[layer]
    return W, b


@mistake("update", advice="Which line copies W, and which line copies b?")
def changes_the_callers_biases(W, b, grad_W, grad_b, lr=0.1):
    """The weights are new arrays, but the caller's biases are changed in place."""
    new_W, _ = update(W, b, grad_W, grad_b, lr)
    for layer in range(len(b)):
        b[layer] -= lr * grad_b[layer]
    return new_W, b


@mistake("update", advice="`gradient *= lr` writes into the array. `lr * gradient` makes a new one.")
def changes_the_gradients(W, b, grad_W, grad_b, lr=0.1):
    """You multiply the caller's gradients by the learning rate in place."""
    result = update(W, b, grad_W, grad_b, lr)
    for gradient in [*grad_W, *grad_b]:
        gradient *= lr
    return result


@mistake("update", advice="End with a line that returns W and b. And do you change the caller's arrays on the way?")
def returns_nothing(W, b, grad_W, grad_b, lr=0.1):
    """You change the caller's arrays and return nothing, instead of returning new ones."""
    changes_the_callers_arrays(W, b, grad_W, grad_b, lr)


@mistake("update", advice="Go through all layers, however many there are: len(W), or a loop over the lists themselves.")
def two_layers_hard_coded(W, b, grad_W, grad_b, lr=0.1):
    """You write down exactly two layers: a deeper network loses the others, and a network of one layer fails."""
    first, second = (update([W[i]], [b[i]], [grad_W[i]], [grad_b[i]], lr) for i in (0, 1))
    return [first[0][0], second[0][0]], [first[1][0], second[1][0]]


@mistake("update", advice="Go through all layers, however many there are: len(W), or a loop over the lists themselves.")
def only_two_layers_move(W, b, grad_W, grad_b, lr=0.1):
    """Only the first two layers take a step; the others stay as they were."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [*new_W[:2], *W[2:]], [*new_b[:2], *b[2:]]


@mistake("update", advice="Is there a loop over all layers, and does it begin at layer 0 and end at the last one?")
def only_the_first_layer(W, b, grad_W, grad_b, lr=0.1):
    """Only the first layer takes a step; the others stay as they were."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [new_W[0], *W[1:]], [new_b[0], *b[1:]]


@mistake("update", advice="range(len(W)) ends at the last layer by itself. Is there a `- 1` or a `[:-1]` too much?")
def all_but_the_last_layer(W, b, grad_W, grad_b, lr=0.1):
    """The last layer takes no step."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [*new_W[:-1], W[-1]], [*new_b[:-1], b[-1]]


@mistake("update", advice="A count in Python begins at 0. Where does your loop begin?")
def all_but_the_first_layer(W, b, grad_W, grad_b, lr=0.1):
    """The first layer takes no step."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [W[0], *new_W[1:]], [b[0], *new_b[1:]]


@mistake("update", advice="back_prop has divided by the number of samples already. Use the gradient as it is.")
def divides_by_the_rows(W, b, grad_W, grad_b, lr=0.1):
    """You divide each gradient by its number of rows; nothing is left to divide by."""
    return update(W, b, [g / len(g) for g in grad_W], [g / len(g) for g in grad_b], lr)


@mistake(
    "update", advice="Every weight has its own entry in the gradient. Which function makes one number of them all?"
)
def averages_the_gradient(W, b, grad_W, grad_b, lr=0.1):
    """All weights of a layer move by the same amount, the mean of the gradient."""
    return update(W, b, [g.mean() for g in grad_W], [g.mean() for g in grad_b], lr)


@mistake("update", advice="Where the gradient is small, the step should be small too. Do not divide by its length.")
def normalises_the_gradient(W, b, grad_W, grad_b, lr=0.1):
    """You divide each gradient by its length, so that every step is equally long."""
    return update(W, b, [g / np.linalg.norm(g) for g in grad_W], [g / np.linalg.norm(g) for g in grad_b], lr)


@mistake("update", advice="Only the direction of the slope is left after np.sign. How steep is it?")
def sign_of_the_gradient(W, b, grad_W, grad_b, lr=0.1):
    """Every number moves by the same amount, because you use only the sign of the gradient."""
    return update(W, b, [np.sign(g) for g in grad_W], [np.sign(g) for g in grad_b], lr)


@mistake(
    "update", advice="The gradient is subtracted from the parameter. Does the parameter also stand in the product?"
)
def multiplies_by_the_weights(W, b, grad_W, grad_b, lr=0.1):
    """The step is multiplied by the weights and biases themselves."""
    return update(
        W, b, [g * w for g, w in zip(grad_W, W, strict=True)], [g * w for g, w in zip(grad_b, b, strict=True)], lr
    )


@mistake("update", advice="The gradients lie in the same order as the layers: first layer first.")
def gradients_in_reverse(W, b, grad_W, grad_b, lr=0.1):
    """The last layer's gradients are used for the first layer; that works only if all layers have equal shapes."""
    return update(W, b, grad_W[::-1], grad_b[::-1], lr)


@mistake("update", advice="Return W first, then b.")
def biases_first(W, b, grad_W, grad_b, lr=0.1):
    """W and b come back in the wrong order."""
    return update(W, b, grad_W, grad_b, lr)[::-1]


@mistake("update", advice="The first line says `lr=0.1`: then the caller may leave it out.")
def lr_without_a_default(W, b, grad_W, grad_b, lr):
    """The learning rate has no default."""
    return update(W, b, grad_W, grad_b, lr)


@mistake("update", advice="Look at the first line of the function: which learning rate did the exercise ask for?")
def another_default(W, b, grad_W, grad_b, lr=0.01):
    """The default learning rate is 0.01 instead of 0.1."""
    return update(W, b, grad_W, grad_b, lr)


@mistake("update", advice="Is the step subtracted, and is what you return what you computed?")
def no_step_at_all(W, b, grad_W, grad_b, lr=0.1):
    """Weights and biases come back as they were: no step is taken."""
    return [w.copy() for w in W], [bias.copy() for bias in b]


@mistake("update", advice="Look at how far the return line is indented.")
def returns_in_the_loop(W, b, grad_W, grad_b, lr=0.1):
    """The return stands inside the loop, so that only the first layer comes back."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return new_W[:1], new_b[:1]


@mistake("update", advice="Compare the signs in the line for the weights and in the line for the biases.")
def weights_uphill(W, b, grad_W, grad_b, lr=0.1):
    """The biases go downhill, but the weights go uphill."""
    return update(W, b, grad_W, grad_b, -lr)[0], update(W, b, grad_W, grad_b, lr)[1]


@mistake("update", advice="Return two lists: all weights, then all biases.")
def a_pair_for_each_layer(W, b, grad_W, grad_b, lr=0.1):
    """You return one pair of weights and biases for each layer instead of two lists."""
    return list(zip(*update(W, b, grad_W, grad_b, lr), strict=True))


@mistake("update", advice="New = old - lr * gradient. What is subtracted from what?")
def gradient_minus_parameter(W, b, grad_W, grad_b, lr=0.1):
    """You subtract the old weights and biases from the step instead of the step from them."""
    new_W, new_b = update(W, b, grad_W, grad_b, lr)
    return [-w for w in new_W], [-bias for bias in new_b]


# --- train_step ------------------------------------------------------------------------------------------------------


@mistake(
    "train_step", advice="Measure the loss from the forward pass that the gradients also use, before you call update."
)
def loss_after_the_step(W, b, X, Y, lr):
    """The loss is measured after the step, not before it."""
    W, b, _ = train_step(W, b, X, Y, lr)
    return W, b, calc_loss(forward_pass(W, b, X)[2], Y)


@mistake("train_step", advice="Hand lr on to update; otherwise it takes its default.")
def lr_not_handed_on(W, b, X, Y, lr):
    """The learning rate does not reach update, which then uses 0.1."""
    return train_step(W, b, X, Y, 0.1)


@mistake("train_step", advice="update returns the new W and b. Do you return those, or the ones that came in?")
def returns_the_old_parameters(W, b, X, Y, lr):
    """You return the old weights and biases: the result of update gets lost."""
    return [w.copy() for w in W], [bias.copy() for bias in b], train_step(W, b, X, Y, lr)[2]


@mistake("train_step", advice="Three things come back: W, b and the loss.")
def loss_missing(W, b, X, Y, lr):
    """The loss does not come back, only W and b."""
    return train_step(W, b, X, Y, lr)[:2]


@mistake("train_step", advice="Return W, then b, then the loss.")
def loss_first(W, b, X, Y, lr):
    """The order of what comes back is wrong: the loss stands first."""
    W, b, loss = train_step(W, b, X, Y, lr)
    return loss, W, b


@mistake("train_step", advice="calc_loss has the mean already. Do not multiply it by the number of samples.")
def loss_of_all_samples(W, b, X, Y, lr):
    """The loss is the sum over the samples, not their mean."""
    W, b, loss = train_step(W, b, X, Y, lr)
    return W, b, loss * len(X)


@mistake("train_step", advice="Which function says how wrong the probabilities are?")
def accuracy_instead_of_loss(W, b, X, Y, lr):
    """You return the accuracy, not the loss."""
    W_new, b_new, _ = train_step(W, b, X, Y, lr)
    return W_new, b_new, accuracy(np.argmax(Y, axis=1), forward_pass(W, b, X)[2])


@mistake(
    "train_step",
    advice="update subtracts already. Is there a second minus, or do Y_hat and Y reach back_prop in the wrong order?",
)
def step_uphill(W, b, X, Y, lr):
    """The step goes uphill: the loss grows."""
    return train_step(W, b, X, Y, -lr)


@mistake(
    "train_step", advice="back_prop has divided by the number of samples already. Hand its gradients on as they are."
)
def divides_by_n_again(W, b, X, Y, lr):
    """The gradients are divided by the number of samples once more."""
    return train_step(W, b, X, Y, lr / len(X))


@mistake("train_step", advice="The gradient belongs to the mean loss: there is a 1/n in it. Where did it go?")
def gradient_of_the_sum(W, b, X, Y, lr):
    """The step is n times too long: it follows the gradient of the summed loss."""
    return train_step(W, b, X, Y, lr * len(X))


@mistake("train_step", advice="What does update return, and what do you do with both parts of it?")
def step_without_biases(W, b, X, Y, lr):
    """Only the weights take a step; the biases come back as they were."""
    new_W, _, loss = train_step(W, b, X, Y, lr)
    return new_W, [bias.copy() for bias in b], loss


@mistake(
    "train_step", advice="output_gradients sees the last layer only. Which function gives the gradients of both layers?"
)
def step_of_the_output_layer(W, b, X, Y, lr):
    """Only the output layer takes a step; the hidden layer stays as it was."""
    _, A_1, Y_hat = forward_pass(W, b, X)
    dW_2, db_2 = output_gradients(A_1, Y_hat, Y)
    return [W[0], W[1] - lr * dW_2], [b[0], b[1] - lr * db_2], calc_loss(Y_hat, Y)


@mistake("train_step", advice="All gradients belong to the same, old weights: first find all of them, then step.")
def second_layer_first(W, b, X, Y, lr):
    """W_2 has taken its step before the hidden layer's gradients are computed with it."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    new_W, new_b, loss = train_step(W, b, X, Y, lr)
    (dW_1, _), (db_1, _) = back_prop(new_W, X, Z_1, A_1, Y_hat, Y)
    return [W[0] - lr * dW_1, new_W[1]], [b[0] - lr * db_1, new_b[1]], loss


@mistake(
    "train_step", advice="back_prop(W, X, Z_1, A_1, Y_hat, Y): compare with the order in which you hand them over."
)
def z_and_a_swapped(W, b, X, Y, lr):
    """Z_1 and A_1 reach back_prop in the wrong order."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    new_W, new_b = update(W, b, *back_prop(W, X, A_1, Z_1, Y_hat, Y), lr)
    return new_W, new_b, calc_loss(Y_hat, Y)


@mistake("train_step", advice="One call, one step: is there a loop, or a second call of update?")
def two_steps(W, b, X, Y, lr):
    """You take two steps instead of one."""
    W, b, loss = train_step(W, b, X, Y, lr)
    return *train_step(W, b, X, Y, lr)[:2], loss


@mistake("train_step", advice="Full batch means: one forward pass with all samples, one gradient, one step.")
def a_step_for_each_sample(W, b, X, Y, lr):
    """You take a step after each sample, not one step for all of them together."""
    loss = calc_loss(forward_pass(W, b, X)[2], Y)
    for row in range(len(X)):
        W, b, _ = train_step(W, b, X[row : row + 1], Y[row : row + 1], lr)
    return W, b, loss


@mistake("train_step", advice="What does back_prop return, and what does update make of it?")
def returns_the_gradients(W, b, X, Y, lr):
    """You return the gradients instead of the new weights and biases."""
    Z_1, A_1, Y_hat = forward_pass(W, b, X)
    return *back_prop(W, X, Z_1, A_1, Y_hat, Y), calc_loss(Y_hat, Y)


@mistake("train_step", advice="Does every assignment make a new array? `W[0] -= …` writes into the one that came in.")
def step_changes_the_callers_arrays(W, b, X, Y, lr):
    """The caller's weights and biases are changed in place."""
    new_W, new_b, loss = train_step(W, b, X, Y, lr)
    for old, new in zip([*W, *b], [*new_W, *new_b], strict=True):
        old[...] = new
    return W, b, loss


@mistake("train_step", advice="update returns two things. Unpack them, and return three: W, b, loss.")
def parameters_in_a_pair(W, b, X, Y, lr):
    """You return (W, b) as a pair, and the loss as a second thing, instead of three things."""
    W, b, loss = train_step(W, b, X, Y, lr)
    return (W, b), loss
