"""What a network answers to the rows: classes, with probabilities where it has them, or numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

import nn.losses as losses
from autograd import sigmoid, softmax
from autograd.calculus import short
from autograd.typing import Array
from nn.layers import Module
from nn.layers import Sigmoid as SigmoidLayer

#: The losses of classes, and how their operand becomes probabilities; None where it does not.
_LINKS: dict[type[Module], str | None] = {
    losses.CrossEntropyLoss: "softmax",
    losses.NLLLoss: "exp",
    losses.KLDivLoss: "exp",
    losses.BCEWithLogitsLoss: "sigmoid",
    losses.BCELoss: "as it is",
    losses.HingeLoss: None,
    losses.SquaredHingeLoss: None,
}


@dataclass(frozen=True)
class ClassAnswers:
    """Of every row the predicted class and the right one; ``p`` (rows, classes) or None."""

    predicted: Array
    wanted: Array
    p: Array | None
    names: list[str]


@dataclass(frozen=True)
class NumberAnswers:
    """Of every row what is predicted and what is right, each (rows, targets)."""

    predicted: Array
    wanted: Array


def is_of_classes(
    output: Array, y: Array, loss: object, classes: Sequence[str] | None, said: bool | None
) -> bool:
    """Whether the rows have classes: said so, or told from the loss, or from the targets."""
    if said is not None:
        return said
    if classes is not None or y.dtype.kind in "OSUb" or _is_one_hot(y):
        return True
    if isinstance(loss, losses.Loss):
        return isinstance(loss, tuple(_LINKS))
    if y.ndim == 2 and y.shape[1] > 1:
        return False
    values, count = np.unique(y), output.shape[1]
    whole = bool((values == values.round()).all())
    return whole and values[0] >= 0 and values[-1] < max(count, 2)


def _is_one_hot(y: Array) -> bool:
    return (
        y.ndim == 2
        and y.shape[1] > 1
        and bool(np.isin(y, (0, 1)).all())
        and bool((y.sum(axis=1) == 1).all())
    )


def numbered(y: Array, classes: Sequence[str] | None, called: str) -> Array:
    """Classes as whole numbers: names are looked up among ``classes``."""
    if y.ndim == 2 and y.shape[1] > 1:
        if not _is_one_hot(y):
            raise ValueError(
                f"report: {called} has several classes in a row; report one of them at a time, "
                f"nn.report(lambda X: model(X)[:, k], (X, y[:, k]))"
            )
        return np.asarray(y.argmax(axis=1))
    flat = y.reshape(len(y), -1)[:, 0]
    if flat.dtype.kind in "OSU":
        if classes is None:
            raise ValueError(
                f"report: {called} has names such as {short(flat.tolist()[0])}; pass classes=, "
                f"the names in the order of the outputs"
            )
        places = {str(name): i for i, name in enumerate(classes)}
        unknown = next((name for name in flat.tolist() if str(name) not in places), None)
        if unknown is not None:
            raise ValueError(f"report: {called} has {short(unknown)}, which is not among classes=")
        return np.array([places[str(name)] for name in flat.tolist()])
    if not bool((flat == np.round(flat)).all()):
        raise ValueError(
            f"report: {called} has {short(float(flat[flat != np.round(flat)][0]))}, which is no "
            f"class; classification=False reports numbers"
        )
    if flat.min() == -1 and bool(np.isin(flat, (-1, 1)).all()):
        flat = (flat + 1) / 2  # as the hinge loss has them
    return flat.astype(int)


def class_answers(
    output: Array, y: Array, link: str | None, classes: Sequence[str] | None
) -> ClassAnswers:
    """The classes that the outputs (rows, C) or (rows, 1) say, beside the right ones."""
    wanted = numbered(y, classes, "y")
    count = max(output.shape[1], 2)
    if wanted.min() < 0 or wanted.max() >= count:
        wrong = int(wanted.min() if wanted.min() < 0 else wanted.max())
        raise ValueError(f"report: y has class {wrong}, the model has outputs for 0 to {count - 1}")
    names = [str(k) for k in range(count)] if classes is None else [str(name) for name in classes]
    if len(names) != count:
        raise ValueError(f"report: {len(names)} names in classes= for {count} classes")
    p = _probabilities(output.astype(float), link)
    return ClassAnswers(predicted_classes(output, link), wanted, p, names)


def predicted_classes(output: Array, link: str | None) -> Array:
    """The class of the largest output; of one output, whether it is above its middle."""
    if output.shape[1] > 1:
        return np.asarray(output.argmax(axis=1))
    return (output[:, 0] > (0.5 if link in ("as it is", "half") else 0.0)).astype(int)


def link_of(output: Array, y: Array, model: object, loss: object) -> str | None:
    """How outputs become probabilities: by the loss, and without one by what they look like.

    None and "half" are of outputs that do not; one output of the latter is fitted to 0 and 1.
    """
    for kind, link in _LINKS.items():
        if isinstance(loss, kind):
            return link
    if output.shape[1] == 1:
        link = "as it is" if _ends_in_sigmoid(model) else "sigmoid"
    elif _sums_to_one(output):
        link = "as it is"
    elif _sums_to_one(np.exp(np.minimum(output, 1.0))):
        link = "exp"
    else:
        link = "softmax"
    if isinstance(loss, losses.Loss) and link in ("softmax", "sigmoid"):
        return None if (y == -1).any() else "half"  # a loss of numbers: outputs near the targets
    return link


def _probabilities(output: Array, link: str | None) -> Array | None:
    if link is None or link == "half":
        return None
    one = output.shape[1] == 1
    if link == "softmax":
        return np.asarray(softmax(output, axis=1))
    if link == "exp":
        return np.exp(np.minimum(output, 0.0))
    p = np.asarray(sigmoid(output)) if link == "sigmoid" else output
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            f"report: {float(output.min()):.4g} to {float(output.max()):.4g} are no probabilities, "
            f"which this loss is of; nn.BCEWithLogitsLoss is of scores"
        )
    return np.hstack([1 - p, p]) if one else p


def _sums_to_one(rows: Array) -> bool:
    return bool((rows >= 0).all() and (abs(rows.sum(axis=1) - 1) < 1e-4).all())


def _ends_in_sigmoid(model: object) -> bool:
    """Whether the last layer is a Sigmoid; of a model of one's own class it is not known."""
    last = list(model.modules())[-1] if isinstance(model, Module) else None
    return isinstance(last, SigmoidLayer)


def number_answers(output: Array, y: Array, undo: Callable[[Array], Array]) -> NumberAnswers:
    """What is predicted and what is right, in the unit that ``undo`` leads back to."""
    if output.shape != y.shape:
        raise ValueError(f"report: the model's outputs are {output.shape}, the targets {y.shape}")
    predicted, wanted = (np.asarray(undo(part.astype(float)), float) for part in (output, y))
    return NumberAnswers(predicted, wanted)
