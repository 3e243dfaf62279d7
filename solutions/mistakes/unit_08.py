"""Known mistakes in 08-error-inspection."""

import numpy as np

from solutions import reference
from solutions.catalogue import mistake
from solutions.reference import confusion_matrix, top_confusions

# --- misclassified ---------------------------------------------------------------------------------------------------


def _order(keys):
    return np.argsort(keys, kind="stable")  # NumPy's default puts equal numbers in another order on another processor


def _sorted_wrong_rows(labels, Y_hat, keys):
    rows = np.flatnonzero(np.argmax(Y_hat, axis=1) != labels)
    return rows[_order(keys[rows])]


def _right_answer(labels, Y_hat):
    return _sorted_wrong_rows(labels, Y_hat, _true_probability(labels, Y_hat))


def _true_probability(labels, Y_hat):
    return Y_hat[np.arange(len(labels)), labels]


@mistake("misclassified", advice="The classes lie side by side in a row. Along which axis do you look for the largest?")
def largest_of_each_column(labels, Y_hat):
    """argmax runs down the columns (axis 0), so that it compares samples, not classes; with n = k nobody notices."""
    true = _true_probability(labels, Y_hat)
    wrong = np.flatnonzero(np.argmax(Y_hat, axis=0) != labels)
    return wrong[_order(true[wrong])]


@mistake("misclassified", advice="Print the shape of the comparison: it must be (n,), one answer for each sample.")
def compares_with_a_column(labels, Y_hat):
    """You compare (n,) with (n, 1): NumPy makes an (n, n) table of every prediction with every label."""
    true = _true_probability(labels, Y_hat)
    wrong = np.where(np.argmax(Y_hat, axis=1) != labels[:, np.newaxis])[0]
    return wrong[_order(true[wrong])]


@mistake("misclassified", advice="The surest mistakes come first: there the true class has almost no probability.")
def highest_true_probability_first(labels, Y_hat):
    """The order is reversed: the highest probability of the true class comes first."""
    return _right_answer(labels, Y_hat)[::-1]


@mistake("misclassified", advice="Sort by the probability in the column of the label, lowest first.")
def highest_predicted_probability_first(labels, Y_hat):
    """You sort by the probability of the predicted class, not of the true one."""
    return _sorted_wrong_rows(labels, Y_hat, -Y_hat.max(axis=1))


@mistake(
    "misclassified", advice="Sort by the probability in the column of the label. The largest of a row is another one."
)
def least_confident_first(labels, Y_hat):
    """You sort by the probability of the predicted class, lowest first: the most doubtful mistakes, not the surest."""
    return _sorted_wrong_rows(labels, Y_hat, Y_hat.max(axis=1))


@mistake("misclassified", advice="The task asks for the probability of the true class alone.")
def sorts_by_the_gap(labels, Y_hat):
    """You sort by the gap between the probabilities of the true and of the predicted class."""
    return _sorted_wrong_rows(labels, Y_hat, _true_probability(labels, Y_hat) - Y_hat.max(axis=1))


@mistake("misclassified", advice="Which row numbers belong to the wrong samples? Keep only those.")
def right_rows_left_in(labels, Y_hat):
    """You sort all samples; those that the network gets right are still among them."""
    return _order(_true_probability(labels, Y_hat))


@mistake("misclassified", advice="Which sign says that the predicted class is not the label?")
def the_right_rows(labels, Y_hat):
    """You return the samples that the network gets right."""
    true = _true_probability(labels, Y_hat)
    rows = np.flatnonzero(np.argmax(Y_hat, axis=1) == labels)
    return rows[_order(true[rows])]


@mistake("misclassified", advice="argsort counts within what it is given. Which row of the data set is its entry 0?")
def indices_into_the_wrong_rows(labels, Y_hat):
    """Your indices count the wrong rows only: 0 means the first wrong row, not row 0 of the data set."""
    wrong = np.argmax(Y_hat, axis=1) != labels
    return _order(_true_probability(labels, Y_hat)[wrong])


@mistake("misclassified", advice="Now put them in order: the lowest probability of the true class first.")
def not_sorted(labels, Y_hat):
    """The rows are the right ones, but they are not sorted by probability."""
    return np.flatnonzero(np.argmax(Y_hat, axis=1) != labels)


@mistake("misclassified", advice="argsort gives the order itself. Applied once more, it gives the rank of each row.")
def ranks(labels, Y_hat):
    """You return the rank of each wrong row instead of the rows in order."""
    wrong = np.argmax(Y_hat, axis=1) != labels
    return _order(_order(_true_probability(labels, Y_hat)[wrong]))


@mistake("misclassified", advice="np.flatnonzero turns answers of yes and no into row numbers. Then sort these.")
def a_mask(labels, Y_hat):
    """You return True or False for each sample, not the row numbers of the wrong ones."""
    return np.argmax(Y_hat, axis=1) != labels


@mistake("misclassified", advice="The probabilities decide the order. What is asked for are the row numbers.")
def probabilities_instead_of_rows(labels, Y_hat):
    """You return the probabilities of the true classes, not the numbers of the rows."""
    return _true_probability(labels, Y_hat)[_right_answer(labels, Y_hat)]


@mistake("misclassified", advice="How many there are is the length of the list. Return the row numbers.")
def how_many(labels, Y_hat):
    """You return the number of wrong samples."""
    return np.sum(np.argmax(Y_hat, axis=1) != labels)


@mistake(
    "misclassified", advice="With several classes the largest probability may be below one half, and still be right."
)
def below_one_half(labels, Y_hat):
    """You call a sample wrong if its true class has less than one half. But a class can win with less."""
    true = _true_probability(labels, Y_hat)
    rows = np.flatnonzero(true < 0.5)
    return rows[_order(true[rows])]


@mistake("misclassified", advice="argwhere gives one row for each hit. np.flatnonzero gives plain numbers.")
def a_column_of_rows(labels, Y_hat):
    """The row numbers are right, but they stand in a column of shape (m, 1)."""
    return _right_answer(labels, Y_hat)[:, np.newaxis]


@mistake("misclassified", advice="The network names the class with the largest probability.")
def smallest_probability_wins(labels, Y_hat):
    """You take the class with the smallest probability for the predicted one."""
    true = _true_probability(labels, Y_hat)
    rows = np.flatnonzero(np.argmin(Y_hat, axis=1) != labels)
    return rows[_order(true[rows])]


@mistake("misclassified", advice="Return the predicted class nowhere: only the numbers of the rows are asked for.")
def wrong_classes_instead_of_rows(labels, Y_hat):
    """You return the classes that were predicted wrongly, not the numbers of the rows."""
    return np.argmax(Y_hat, axis=1)[_right_answer(labels, Y_hat)]


@mistake("misclassified", advice="Take out a copy of the probabilities before you change or sort them.")
def changes_the_probabilities(labels, Y_hat):
    """You write into Y_hat, which belongs to the caller."""
    rows = _right_answer(labels, Y_hat)
    Y_hat[np.arange(len(labels)), labels] = 0
    return rows


@mistake(
    "misclassified", advice="np.where returns a tuple with one array for each axis. Take the array out, then sort."
)
def tuple_of_where(labels, Y_hat):
    """np.where gives a tuple, and you return that tuple; besides, nothing is sorted."""
    return np.where(np.argmax(Y_hat, axis=1) != labels)


@mistake(
    "misclassified", advice="After sorting, row 0 of the mask belongs to another sample. Put the mask in order too."
)
def mask_out_of_order(labels, Y_hat):
    """You sort all samples first, and then filter with a mask that is still in the old order."""
    order = _order(_true_probability(labels, Y_hat))
    return order[np.argmax(Y_hat, axis=1) != labels]


# --- confusion_matrix ------------------------------------------------------------------------------------------------


@mistake("confusion_matrix", advice="The true class chooses the row, the predicted one the column.")
def rows_are_the_predicted_class(labels, predicted, num_classes):
    """The matrix is transposed: your rows are the predicted classes."""
    return confusion_matrix(predicted, labels, num_classes)


@mistake("confusion_matrix", advice="`matrix[t, p] += 1` with arrays t and p adds 1 once, even if a pair occurs often.")
def repeats_count_once(labels, predicted, num_classes):
    """A pair that occurs several times is counted once."""
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    matrix[labels, predicted] += 1
    return matrix


@mistake("confusion_matrix", advice="The size is num_classes, also if the last class does not occur.")
def as_large_as_the_largest_label(labels, predicted, num_classes):
    """The size comes from the largest label that occurs, not from num_classes."""
    return confusion_matrix(labels, predicted, int(max(labels.max(), predicted.max())) + 1)


@mistake("confusion_matrix", advice="A class that does not occur still has its row and its column, full of zeros.")
def only_classes_that_occur(labels, predicted, num_classes):
    """Classes that do not occur have no row and no column."""
    present = np.unique([labels, predicted])
    return confusion_matrix(labels, predicted, num_classes)[np.ix_(present, present)]


@mistake("confusion_matrix", advice="Use num_classes for the size.")
def always_ten_classes(labels, predicted, num_classes):
    """The matrix always has ten rows and columns, whatever num_classes says."""
    return confusion_matrix(labels, predicted, 10)


@mistake("confusion_matrix", advice="Leave out the division by the sum of the row.")
def shares_of_the_row(labels, predicted, num_classes):
    """You divide each row by its sum: shares, not counts."""
    matrix = confusion_matrix(labels, predicted, num_classes)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


@mistake("confusion_matrix", advice="Leave out the division by the number of samples.")
def shares_of_all(labels, predicted, num_classes):
    """You divide by the number of samples: shares, not counts."""
    return confusion_matrix(labels, predicted, num_classes) / len(labels)


@mistake("confusion_matrix", advice="The diagonal counts what the network gets right. It belongs to the matrix.")
def empty_diagonal(labels, predicted, num_classes):
    """The samples that the network gets right are not counted."""
    matrix = confusion_matrix(labels, predicted, num_classes)
    np.fill_diagonal(matrix, 0)
    return matrix


@mistake("confusion_matrix", advice="Count the wrong samples too, each at the column of its predicted class.")
def diagonal_only(labels, predicted, num_classes):
    """You count only the samples that the network gets right."""
    return np.diag(np.diag(confusion_matrix(labels, predicted, num_classes)))


@mistake("confusion_matrix", advice="The column comes from predicted, the row from labels.")
def labels_twice(labels, predicted, num_classes):
    """Row and column both come from the labels, so that every sample lands on the diagonal."""
    return confusion_matrix(labels, labels, num_classes)


@mistake("confusion_matrix", advice="Nothing is counted yet at the start: begin with zeros.")
def starts_from_ones(labels, predicted, num_classes):
    """The counts start from 1 instead of 0."""
    return confusion_matrix(labels, predicted, num_classes) + 1


@mistake("confusion_matrix", advice="range(len(labels)) reaches the last sample by itself.")
def last_sample_missing(labels, predicted, num_classes):
    """The last sample is not counted."""
    return confusion_matrix(labels[:-1], predicted[:-1], num_classes)


@mistake("confusion_matrix", advice="range(len(labels)) starts at 0, with the first sample.")
def first_sample_missing(labels, predicted, num_classes):
    """The first sample is not counted."""
    return confusion_matrix(labels[1:], predicted[1:], num_classes)


@mistake("confusion_matrix", advice="Row num_classes - 1 is the last one. No extra row is needed.")
def one_class_too_many(labels, predicted, num_classes):
    """The matrix has one row and one column too many."""
    return confusion_matrix(labels, predicted, num_classes + 1)


@mistake("confusion_matrix", advice="Each class needs a row of its own: the shape is (num_classes, num_classes).")
def one_long_row(labels, predicted, num_classes):
    """The counts stand in one long row instead of a square."""
    return confusion_matrix(labels, predicted, num_classes).ravel()


@mistake("confusion_matrix", advice="bincount stops at the largest number that occurs. Which argument makes it longer?")
def bincount_too_short(labels, predicted, num_classes):
    """bincount is too short if the last pair of classes does not occur, and then it cannot become a square."""
    return np.bincount(labels * num_classes + predicted).reshape(num_classes, num_classes)


@mistake(
    "confusion_matrix", advice="4 read as 9 and 9 read as 4 are two different confusions. Count each in its place."
)
def both_ways(labels, predicted, num_classes):
    """You add the two directions of a confusion, so that the matrix is symmetric."""
    matrix = confusion_matrix(labels, predicted, num_classes)
    return matrix + matrix.T


@mistake("confusion_matrix", advice="`labels *= …` writes into the caller's array. Write labels * … instead.")
def changes_the_labels(labels, predicted, num_classes):
    """You compute in place, in the caller's array of labels."""
    matrix = confusion_matrix(labels, predicted, num_classes)
    labels *= num_classes
    labels += predicted
    return matrix


@mistake("confusion_matrix", advice="[row] * k repeats the same list k times. Make each row anew, or use np.zeros.")
def one_row_many_times(labels, predicted, num_classes):
    """All rows are one and the same list, so that every count appears in all of them."""
    return np.tile(confusion_matrix(labels, predicted, num_classes).sum(axis=0), (num_classes, 1))


@mistake("confusion_matrix", advice="The row comes from labels, the column from predicted.")
def predicted_twice(labels, predicted, num_classes):
    """Row and column both come from the predictions, so that every sample lands on the diagonal."""
    return confusion_matrix(predicted, predicted, num_classes)


@mistake(
    "confusion_matrix", advice="Counts of true classes divide by nothing. Leave out the division by the column's sum."
)
def shares_of_the_column(labels, predicted, num_classes):
    """You divide each column by its sum: shares, not counts."""
    counts = confusion_matrix(labels, predicted, num_classes)
    return counts / np.maximum(counts.sum(axis=0), 1)


@mistake("confusion_matrix", advice="Look at how far the return line is indented.")
def returns_in_the_loop(labels, predicted, num_classes):
    """The return stands inside the loop, so that only the first sample is counted."""
    return confusion_matrix(labels[:1], predicted[:1], num_classes)


# --- top_confusions --------------------------------------------------------------------------------------------------


def _pairs(matrix):
    """Return all off-diagonal entries as (true, predicted, number), row by row."""
    return [(t, p, int(number)) for (t, p), number in np.ndenumerate(matrix) if t != p]


def _largest_first(triples):
    return sorted(triples, key=lambda triple: -triple[2])


@mistake("top_confusions", advice="The diagonal counts what is right. Leave it out.")
def diagonal_left_in(matrix, count):
    """The diagonal is still there: these are no confusions."""
    triples = [(t, p, int(number)) for (t, p), number in np.ndenumerate(matrix) if number > 0]
    return _largest_first(triples)[:count]


@mistake("top_confusions", advice="The largest number comes first.")
def smallest_of_them_first(matrix, count):
    """You found the right confusions, but the smallest of them comes first."""
    return top_confusions(matrix, count)[::-1]


@mistake("top_confusions", advice="sorted() and argsort() begin with the smallest. Which end do you need?")
def the_smallest_ones(matrix, count):
    """You list the smallest confusions instead of the largest."""
    return top_confusions(matrix, matrix.size)[::-1][:count]


@mistake("top_confusions", advice="The row is the true class and comes first; the column is the predicted one.")
def predicted_first(matrix, count):
    """True and predicted are swapped in your triples."""
    return [(p, t, number) for t, p, number in top_confusions(matrix, count)]


@mistake("top_confusions", advice="The order inside a triple is true, predicted, number.")
def number_first(matrix, count):
    """The number stands first in your triples instead of last."""
    return [(number, t, p) for t, p, number in top_confusions(matrix, count)]


@mistake(
    "top_confusions", advice="A pair that never occurred is no confusion. Leave it out, even if the list gets short."
)
def zeros_left_in(matrix, count):
    """Pairs with the number 0 are in your list."""
    return _largest_first(_pairs(matrix))[:count]


@mistake(
    "top_confusions", advice="4 read as 9 is another confusion than 9 read as 4. Look at both sides of the diagonal."
)
def upper_half_only(matrix, count):
    """You look only above the diagonal."""
    return top_confusions(np.triu(matrix), count)


@mistake("top_confusions", advice="4 read as 9 is another confusion than 9 read as 4. Count each on its own.")
def both_ways_together(matrix, count):
    """You add the two directions of a confusion."""
    return top_confusions(np.triu(matrix + matrix.T), count)


@mistake("top_confusions", advice="One class can have several frequent confusions. Sort all pairs together.")
def one_for_each_class(matrix, count):
    """You take only the largest confusion of each true class."""
    best = [max((pair for pair in _pairs(matrix) if pair[0] == t), default=None, key=lambda x: x[2]) for t in range(len(matrix))]  # fmt: skip
    return _largest_first([pair for pair in best if pair and pair[2] > 0])[:count]


@mistake("top_confusions", advice="Return at most count triples.")
def all_of_them(matrix, count):
    """You return all confusions, whatever count says."""
    return top_confusions(matrix, matrix.size)


@mistake("top_confusions", advice="[:count] already gives count items.")
def one_too_few(matrix, count):
    """Your list is one too short."""
    return top_confusions(matrix, max(count - 1, 0))


@mistake("top_confusions", advice="[:count] already gives count items.")
def one_too_many(matrix, count):
    """Your list is one too long."""
    return top_confusions(matrix, count + 1)


@mistake("top_confusions", advice="Which part does a slice like [-count:] give if count is 0?")
def last_zero_items(matrix, count):
    """For a count of 0 your list is not empty: [-0:] is the whole list, not none of it."""
    return sorted(top_confusions(matrix, matrix.size), key=lambda triple: triple[2])[-count:][::-1]


@mistake("top_confusions", advice="Add the number to each pair.")
def pairs_without_numbers(matrix, count):
    """Your list holds pairs; the number is missing."""
    return [(t, p) for t, p, _ in top_confusions(matrix, count)]


@mistake("top_confusions", advice="np.unravel_index or divmod turns a position in the flat matrix into row and column.")
def flat_positions(matrix, count):
    """You give positions in the flattened matrix instead of row and column."""
    return [(t * len(matrix) + p, number) for t, p, number in top_confusions(matrix, count)]


@mistake("top_confusions", advice="The task sorts by the number itself, not by its share of the class.")
def sorts_by_share(matrix, count):
    """You sort by the share of the true class, not by the number."""
    sums = matrix.sum(axis=1)
    triples = [triple for triple in _pairs(matrix) if triple[2] > 0]
    return sorted(triples, key=lambda triple: -triple[2] / sums[triple[0]])[:count]


@mistake("top_confusions", advice="Sort before you cut the list.")
def first_ones_found(matrix, count):
    """You take the first confusions of the matrix, not the largest."""
    return [triple for triple in _pairs(matrix) if triple[2] > 0][:count]


@mistake(
    "top_confusions", advice="Two pairs may have the same number. A dictionary with the number as its key keeps one."
)
def equal_numbers_lost(matrix, count):
    """Of several pairs with the same number only one is left."""
    by_number = {number: (t, p) for t, p, number in _pairs(matrix) if number > 0}
    return [(*by_number[number], number) for number in sorted(by_number, reverse=True)[:count]]


@mistake("top_confusions", advice="If there are fewer than count, return those that there are.")
def too_few_is_an_error(matrix, count):
    """Your function stops with an error if there are fewer confusions than count."""
    found = top_confusions(matrix, matrix.size)
    return [found[place] for place in range(count)]


@mistake(
    "top_confusions", advice="np.fill_diagonal, and `matrix[t, p] = 0`, write into what they are given. Use a copy."
)
def changes_the_matrix(matrix, count):
    """You write zeros into the caller's matrix."""
    np.fill_diagonal(matrix, 0)
    return top_confusions(matrix, count)


@mistake("top_confusions", advice="The first class has the number 0, as in the matrix.")
def counts_from_one(matrix, count):
    """You count the classes from 1 instead of 0."""
    return [(t + 1, p + 1, number) for t, p, number in top_confusions(matrix, count)]


@mistake("top_confusions", advice="sorted() looks at the first entry of a triple first. Which entry should decide?")
def sorts_by_class(matrix, count):
    """You sort the triples by the number of the class, not by how often they occur."""
    return sorted(top_confusions(matrix, matrix.size), reverse=True)[:count]


@mistake("top_confusions", advice="Leave the diagonal out first, then cut.")
def diagonal_removed_too_late(matrix, count):
    """You cut the list first and leave the diagonal out afterwards, so that too few are left."""
    cells = sorted(np.ndindex(matrix.shape), key=lambda cell: -matrix[cell])[:count]
    return [(t, p, int(matrix[t, p])) for t, p in cells if t != p and matrix[t, p] > 0]


# --- diagnosis -------------------------------------------------------------------------------------------------------


def _with(run, fault):
    return {**reference.diagnosis, run: fault}


@mistake("diagnosis", advice="How large are its steps, compared with its weights? Compare with the healthy run.")
def run_a_wrong_gradient(run="run A"):
    """Run A hardly learns, but its gradient is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake("diagnosis", advice="How large are its steps, compared with its weights? Compare with the healthy run.")
def run_a_zero_weights(run="run A"):
    """Run A hardly learns, but its weights are not zero at the start, and its hidden units differ."""
    return _with(run, "zero weights")


@mistake("diagnosis", advice="How large are its steps, compared with its weights? Compare with the healthy run.")
def run_a_shuffled(run="run A"):
    """Run A hardly learns, but its pictures carry the right labels."""
    return _with(run, "images and labels shuffled apart")


@mistake("diagnosis", advice="Its curve is plausible, so do not trust the curve. Look at the gradient check.")
def run_b_too_small(run="run B"):
    """Run B learns more slowly than the healthy run, but its steps are not tiny: it is not the learning rate."""
    return _with(run, "learning rate too small")


@mistake("diagnosis", advice="Its curve is plausible, so do not trust the curve. Look at the gradient check.")
def run_b_tested_on_training(run="run B"):
    """Run B was tested on other images than it was trained on: its test numbers differ from its training numbers."""
    return _with(run, "tested on the training data")


@mistake("diagnosis", advice="How large are its weights at the start, and how much do its hidden units differ?")
def run_c_too_small(run="run C"):
    """Run C hardly learns, but its steps are not small compared with its weights."""
    return _with(run, "learning rate too small")


@mistake("diagnosis", advice="How large are its weights at the start, and how much do its hidden units differ?")
def run_c_shuffled(run="run C"):
    """Run C hardly learns, but its pictures carry the right labels."""
    return _with(run, "images and labels shuffled apart")


@mistake("diagnosis", advice="How large are its weights at the start, and how much do its hidden units differ?")
def run_c_wrong_gradient(run="run C"):
    """Run C hardly learns, but its gradient is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake("diagnosis", advice="The first step of the checklist finds this one: look at its pictures.")
def run_d_too_small(run="run D"):
    """Run D stays near a guess, but its first steps are as large as those of the healthy run."""
    return _with(run, "learning rate too small")


@mistake("diagnosis", advice="The first step of the checklist finds this one: look at its pictures.")
def run_d_zero_weights(run="run D"):
    """Run D stays near a guess, but its weights are not zero at the start, and its hidden units differ."""
    return _with(run, "zero weights")


@mistake("diagnosis", advice="The first step of the checklist finds this one: look at its pictures.")
def run_d_wrong_gradient(run="run D"):
    """Run D stays near a guess, but its gradient is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake("diagnosis", advice="It looks too good. Put its two curves side by side: what was measured on what?")
def run_e_wrong_gradient(run="run E"):
    """The gradient of run E is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake("diagnosis", advice="It looks too good. Put its two curves side by side: what was measured on what?")
def run_e_too_small(run="run E"):
    """Run E learns as fast as the healthy run, so its learning rate is fine."""
    return _with(run, "learning rate too small")


@mistake("diagnosis", advice="How large are its first steps, compared with its weights? Compare with the healthy run.")
def run_f_wrong_gradient(run="run F"):
    """The loss of run F jumps, but its gradient is right: it agrees with central differences in all four arrays."""
    return _with(run, "wrong gradient")


@mistake("diagnosis", advice="How large are its first steps, compared with its weights? Compare with the healthy run.")
def run_f_shuffled(run="run F"):
    """The loss of run F jumps, but its pictures carry the right labels."""
    return _with(run, "images and labels shuffled apart")


@mistake("diagnosis", advice="How large are its first steps, compared with its weights? Compare with the healthy run.")
def run_f_zero_weights(run="run F"):
    """The hidden units of run F are alike only at the end. At the start they differ, and its weights are not zero."""
    return _with(run, "zero weights")
