"""How good predicted classes are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, ArrayOperand
from nn.losses import numbers


def classes_of(output: ArrayOperand) -> Array:
    """The predicted classes: the largest of several scores; of one score, whether it is above 0.

    ``output`` has scores (N, C), one score (N,) or (N, 1), or classes (N,). Returns classes (N,).
    Classes, which are integers, stay as they are.

    >>> from nn.metrics import classes_of
    >>> classes_of([[0.1, 2.0], [3.0, -1.0]]), classes_of([-0.5, 0.5])
    (array([1, 0]), array([0, 1]))
    """
    scores = numbers(output)
    if scores.dtype.kind in "iub":
        return scores.astype(int)
    if scores.ndim >= 2 and scores.shape[1] > 1:
        return np.asarray(np.argmax(scores, axis=1))
    return np.asarray(scores.reshape(scores.shape[0], -1)[:, 0] > 0).astype(int)


def wanted_classes(target: ArrayOperand) -> Array:
    """The classes of a target (N,), (N, 1), or one-hot or soft (N, C); returns (N,)."""
    truth = numbers(target)
    if truth.ndim >= 2 and truth.shape[1] > 1:
        truth = truth.argmax(axis=1)
    return truth.reshape(len(truth), -1)[:, 0].astype(int)


def _answers(output: ArrayOperand, target: ArrayOperand, called: str) -> tuple[Array, Array]:
    if not numbers(target).size or not numbers(output).size:
        raise ValueError(f"{called}: there are 0 rows")
    predicted, wanted = classes_of(output), wanted_classes(target)
    if len(predicted) != len(wanted):
        raise ValueError(f"{called}: {len(predicted)} predictions for {len(wanted)} targets")
    return predicted, wanted


def accuracy(output: ArrayOperand, target: ArrayOperand) -> float:
    """The fraction of rows whose class is right; scores, logits or classes against classes.

    ``output`` has scores or logits (N, C), one score (N,) or (N, 1), or classes (N,); ``target``
    has classes (N,), or is one-hot (N, C). Returns a number from 0 to 1.

    >>> from nn.metrics import accuracy
    >>> accuracy([[0.1, 2.0], [3.0, -1.0], [1.0, 2.0]], [1, 0, 0])
    0.6666666666666666
    """
    predicted, wanted = _answers(output, target, "accuracy")
    return float((predicted == wanted).mean())


def confusion_matrix(
    output: ArrayOperand, target: ArrayOperand, classes: int | None = None
) -> Array:
    """Row i, column j: how many rows of class i were predicted as class j.

    ``output`` has scores or logits (N, C), one score (N,) or (N, 1), or classes (N,); ``target``
    has classes (N,), or is one-hot (N, C). ``classes`` is their number, by default one more than
    the largest. Returns whole numbers (classes, classes).

    >>> from nn.metrics import confusion_matrix
    >>> confusion_matrix([0, 1, 1, 2], [0, 0, 1, 2])
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 0, 1]])
    """
    predicted, wanted = _answers(output, target, "confusion_matrix")
    n = int(max(predicted.max(), wanted.max())) + 1 if classes is None else classes
    if min(predicted.min(), wanted.min()) < 0 or max(predicted.max(), wanted.max()) >= n:
        raise ValueError(f"confusion_matrix: a class is not within 0 and {n - 1}")
    return np.bincount(wanted * n + predicted, minlength=n * n).reshape(n, n)


@dataclass(frozen=True)
class ClassScores:
    """Per class: the fraction of its predictions that are right, of its rows that are found, and
    the harmonic mean of the two; 0 where there are none.

    ``precision``, ``recall`` and ``f1``, each (C,), are these fractions; ``support`` and
    ``predicted``, (C,), are the numbers of rows that are and that are predicted. ``class_scores``
    returns it.

    >>> from nn.metrics import class_scores
    >>> scores = class_scores([0, 1, 1, 1], [0, 0, 1, 1])
    >>> scores.support, scores.predicted
    (array([2, 2]), array([1, 3]))
    """

    precision: Array
    recall: Array
    f1: Array
    support: Array
    predicted: Array


def class_scores(
    output: ArrayOperand, target: ArrayOperand, classes: int | None = None
) -> ClassScores:
    """Precision, recall, F1 and number of rows of every class.

    ``output`` has scores or logits (N, C), one score (N,) or (N, 1), or classes (N,); ``target``
    has classes (N,), or is one-hot (N, C). ``classes`` is their number, by default one more than
    the largest. Returns ``ClassScores`` with arrays (C,).

    >>> from nn.metrics import class_scores
    >>> scores = class_scores([0, 1, 1, 1], [0, 0, 1, 1])
    >>> scores.precision.round(2), scores.recall.round(2)
    (array([1.  , 0.67]), array([0.5, 1. ]))
    """
    matrix = confusion_matrix(output, target, classes)
    right, predicted, support = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    harmonic = _ratio(2 * right, predicted + support)
    precision, recall = _ratio(right, predicted), _ratio(right, support)
    return ClassScores(precision, recall, harmonic, support, predicted)


def _ratio(a: Array, b: Array) -> Array:
    return np.divide(a, b, out=np.zeros(len(b)), where=b > 0)


def _averaged(name: str, output: ArrayOperand, target: ArrayOperand, average: str) -> float:
    scores = class_scores(output, target)
    each, rows = getattr(scores, name), scores.support
    match average:
        case "macro":
            return float(each[rows + scores.predicted > 0].mean())
        case "weighted":
            return float(each @ rows / rows.sum())
        case "binary":
            if len(each) > 2:
                raise ValueError(f"{name}: {len(each)} classes are not binary; average='macro'")
            return float(each[1]) if len(each) == 2 else 0.0
    raise ValueError(f"{name}: average is 'macro', 'weighted' or 'binary', not {short(average)}")


def precision(output: ArrayOperand, target: ArrayOperand, average: str = "macro") -> float:
    """The mean precision of the classes: of the rows predicted as a class, those that are right.

    ``output`` has scores or logits (N, C), one score (N,) or (N, 1), or classes (N,); ``target``
    has classes (N,), or is one-hot (N, C).

    ``average`` is "macro", the mean over the classes; "weighted", by their rows; or "binary", for
    class 1 alone. Returns a number from 0 to 1.

    >>> from nn.metrics import precision
    >>> precision([0, 1, 1, 1], [0, 0, 1, 1], average="binary")
    0.6666666666666666
    """
    return _averaged("precision", output, target, average)


def recall(output: ArrayOperand, target: ArrayOperand, average: str = "macro") -> float:
    """The mean recall of the classes: of the rows of a class, the fraction that is predicted so.

    ``output`` has scores or logits (N, C), one score (N,) or (N, 1), or classes (N,); ``target``
    has classes (N,), or is one-hot (N, C).

    ``average`` is "macro", the mean over the classes; "weighted", by their rows; or "binary", for
    class 1 alone. Returns a number from 0 to 1.

    >>> from nn.metrics import recall
    >>> recall([0, 1, 1, 1], [0, 0, 1, 1])
    0.75
    """
    return _averaged("recall", output, target, average)


def f1(output: ArrayOperand, target: ArrayOperand, average: str = "macro") -> float:
    """The mean F1 of the classes, harmonic mean of precision and recall. Van Rijsbergen (1979).

    ``output`` has scores or logits (N, C), one score (N,) or (N, 1), or classes (N,); ``target``
    has classes (N,), or is one-hot (N, C).

    ``average`` is "macro", the mean over the classes; "weighted", by their rows; or "binary", for
    class 1 alone. Returns a number from 0 to 1.

    >>> from nn.metrics import f1
    >>> f1([0, 1, 1, 1], [0, 0, 1, 1], average="binary")
    0.8
    """
    return _averaged("f1", output, target, average)
