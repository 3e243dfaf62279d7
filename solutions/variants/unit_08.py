"""Right answers in unusual styles for 08-error-inspection."""

import collections
import heapq
import types

import numpy as np

from solutions import reference
from solutions.catalogue import variant

# --- misclassified ---------------------------------------------------------------------------------------------------


@variant("misclassified")
def a_list_of_ints(labels, Y_hat):
    found = []
    for row, (label, probabilities) in enumerate(zip(labels, Y_hat, strict=True)):
        if max(range(len(probabilities)), key=lambda c: probabilities[c]) != label:
            found.append((probabilities[label], row))
    return [row for _, row in sorted(found)]


@variant("misclassified")
def last_of_equals_first(labels, Y_hat):
    found = [(row, labels[row]) for row in reversed(range(len(labels))) if np.any(Y_hat[row] > Y_hat[row, labels[row]])]
    return tuple(row for row, label in sorted(found, key=lambda pair: Y_hat[pair]))


@variant("misclassified")
def highest_cost_first(labels, Y_hat):
    with np.errstate(divide="ignore"):
        cost = -np.log(np.take_along_axis(Y_hat, labels[:, np.newaxis], axis=1)[:, 0])
    rows = np.nonzero(Y_hat.argmax(axis=-1) - labels)[0]
    return rows[np.argsort(cost[rows])[::-1]].astype(np.int32)


@variant("misclassified")
def with_one_hot_rows(labels, Y_hat):
    Y = np.eye(Y_hat.shape[1])[labels]
    true = np.sum(Y * Y_hat, axis=1)
    wrong = Y_hat.max(axis=1) > true
    indices = np.argwhere(wrong).ravel()
    if not wrong.any():
        return np.array([])
    return indices[np.lexsort((-indices, true[indices]))]


@variant("misclassified")
def wrong_rows_moved_to_the_front(labels, Y_hat):
    true = Y_hat[range(len(labels)), labels]
    wrong = np.argmax(Y_hat, axis=1) != labels
    return np.argsort(np.where(wrong, true, np.inf), kind="stable")[: np.count_nonzero(wrong)]


@variant("misclassified")
def by_the_other_classes(labels, Y_hat):
    mask = np.ones(Y_hat.shape, dtype=bool)
    mask[np.arange(len(labels)), labels] = False
    order = np.argsort(-Y_hat.sum(axis=1, where=mask), kind="stable")
    return [int(row) for row in order if Y_hat[row].argmax() != labels[row]]


@variant("misclassified")
class Inspector:
    """A class whose objects are called."""

    def __new__(cls, labels, Y_hat):
        return reference.misclassified(labels, Y_hat).tolist()


# --- confusion_matrix ------------------------------------------------------------------------------------------------


@variant("confusion_matrix")
def nested_loops(labels, predicted, num_classes):
    matrix = [[0] * num_classes for _ in range(num_classes)]
    for t, p in zip(labels, predicted, strict=True):
        matrix[t][p] += 1
    return matrix


@variant("confusion_matrix")
def product_of_one_hot(labels, predicted, num_classes):
    eye = np.eye(num_classes)
    return eye[labels].T @ eye[predicted]


@variant("confusion_matrix")
def bincount(labels, predicted, num_classes):
    flat = np.bincount(labels * num_classes + predicted, minlength=num_classes**2)
    return flat.reshape(num_classes, -1)


@variant("confusion_matrix")
def two_dimensional_histogram(labels, predicted, num_classes):
    edges = np.arange(num_classes + 1) - 0.5
    return np.histogram2d(labels, predicted, bins=(edges, edges))[0]


@variant("confusion_matrix")
def from_scikit_learn(labels, predicted, num_classes):
    from sklearn import metrics  # imported here, because it takes a second

    return metrics.confusion_matrix(labels, predicted, labels=range(num_classes))


@variant("confusion_matrix")
def a_counter(labels, predicted, num_classes):
    counter = collections.Counter(zip(labels.tolist(), predicted.tolist(), strict=True))
    return np.array([[counter[t, p] for p in range(num_classes)] for t in range(num_classes)], dtype=np.uint16)


@variant("confusion_matrix")
def a_comparison_for_each_entry(labels, predicted, num_classes):
    classes = np.arange(num_classes)
    hits = (labels == classes[:, None])[:, None, :] & (predicted == classes[:, None])[None]
    return hits.sum(axis=-1).astype(np.float32)


# --- top_confusions --------------------------------------------------------------------------------------------------


@variant("top_confusions")
def rows_of_an_array(matrix, count):
    off = matrix - np.diag(np.diag(matrix))
    order = np.argsort(-off, axis=None, kind="stable")[:count]
    t, p = np.unravel_index(order, off.shape)
    triples = np.stack([t, p, off[t, p]], axis=1)
    return triples[triples[:, 2] > 0]


@variant("top_confusions")
def last_of_equals(matrix, count):
    t, p = np.nonzero(matrix)
    found = [(int(matrix[pair]), *map(int, pair)) for pair in zip(t, p, strict=True) if pair[0] != pair[1]]
    return [[t, p, number] for number, t, p in sorted(found, reverse=True)][:count]


@variant("top_confusions")
def a_heap(matrix, count):
    k = len(matrix)
    triples = ((t, p, matrix[t, p]) for p in reversed(range(k)) for t in reversed(range(k)))
    return tuple(heapq.nlargest(count, (x for x in triples if x[0] != x[1] and x[2]), key=lambda x: x[2]))


@variant("top_confusions")
def one_after_the_other(matrix, count):
    left = matrix.astype(float)
    left[np.diag_indices(len(left))] = -1
    found = []
    while len(found) < count and left.max() > 0:
        t, p = divmod(int(left.argmax()), len(left))
        found.append((t, p, left[t, p]))
        left[t, p] = -1
    return found


@variant("top_confusions")
def counter_of_pairs(matrix, count):
    pairs = {(t, p): n for t, row in enumerate(matrix.tolist()) for p, n in enumerate(row) if t != p}
    return [np.array([t, p, n]) for (t, p), n in (+collections.Counter(pairs)).most_common(count)]


@variant("top_confusions")
def partition_then_sort(matrix, count):
    off = np.where(np.eye(len(matrix), dtype=bool), 0, matrix).ravel()
    count = min(count, np.count_nonzero(off))
    if count == 0:
        return np.array([])
    best = np.argpartition(off, -count)[-count:]
    best = best[np.argsort(off[best])][::-1]
    return np.column_stack([best // len(matrix), best % len(matrix), off[best]]).astype(np.float32)


# --- diagnosis -------------------------------------------------------------------------------------------------------


@variant("diagnosis")
def another_order():
    return dict(reversed(reference.diagnosis.items()))


@variant("diagnosis")
def an_ordered_dict():
    return collections.OrderedDict(reference.diagnosis)


@variant("diagnosis")
def with_the_healthy_run():
    return {"healthy": None, **reference.diagnosis}


@variant("diagnosis")
def capital_letters_and_spaces():
    return {f" {run.title()}": fault.capitalize() + " " for run, fault in reference.diagnosis.items()}


@variant("diagnosis")
def numpy_strings():
    return dict(zip(map(np.str_, reference.diagnosis), np.array(list(reference.diagnosis.values())), strict=True))


@variant("diagnosis")
def a_default_dict():
    return collections.defaultdict(str, types.MappingProxyType(reference.diagnosis))
