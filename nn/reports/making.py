"""From a network and rows that it has not seen to a report."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, ArrayOperand, Numbers, Seed
from autograd.writing import Words, in_every_language, words
from nn.data import DataLoader, check_finite
from nn.kinds import Data, LossFunction
from nn.layers import Module
from nn.losses import numbers
from nn.metrics import permutation_importance, r2
from nn.predicting import predict
from nn.reports.answers import (
    class_answers,
    is_of_classes,
    link_of,
    number_answers,
    numbered,
    predicted_classes,
)
from nn.reports.around import (
    history_section,
    importance_numbers,
    importance_section,
    rows_to_shuffle,
)
from nn.reports.content import Content, Section, json_number
from nn.reports.of_classes import sections as sections_of_classes
from nn.reports.of_numbers import sections as sections_of_numbers
from nn.reports.result import Report
from nn.training import History

#: Squares of larger numbers overflow.
_LARGEST = 1e150


def report(
    model: Module | Callable[[Array], ArrayOperand],
    data: Data | tuple[Numbers, Numbers],
    loss: LossFunction | None = None,
    *,
    history: History | None = None,
    classes: Sequence[str] | None = None,
    features: Sequence[str] | None = None,
    target: str | Sequence[str] = "y",
    classification: bool | None = None,
    y_train: Numbers | None = None,
    undo: object = None,
    repeats: int = 5,
    seed: Seed = 0,
) -> Report:
    """How good ``model`` is on rows it was not trained on, beside the best constant answer.

    Of classes: accuracy, precision, recall and F1, the confusion matrix, and whether 80 % comes
    true in 80 of 100 rows. Of numbers: R², RMSE, MAE and the residuals. Of both: by how much it
    falls when a column is shuffled.

    ``model`` is a module, in ``eval()`` mode, or a function from inputs to outputs; ``data`` is
    ``(X, y)``, X (n, ...) and y (n,), (n, 1) or (n, targets), or a DataLoader. ``loss`` is the one
    that was trained with: it says whether the rows have classes and how outputs become
    probabilities, which is told from the outputs otherwise; ``classification`` decides it.
    ``history`` adds the curves. ``classes`` and ``target`` are names, ``features`` a name for each
    column, one name for columns that belong together. ``y_train`` are the targets that the constant
    is taken from, by default those of ``data``. ``undo`` leads predictions and targets, those of
    ``y_train`` too, back to their unit: the ``Standardizer`` of the targets, or a function. Each
    feature is shuffled ``repeats`` times by ``seed``; 0 leaves that out. Returns a ``Report``.

    >>> import numpy as np
    >>> import nn
    >>> X = np.linspace(-1, 1, 40).reshape(20, 2)
    >>> report = nn.report(lambda X: 3 * X[:, :1], (X, 3 * X[:, 0] + 1), target="price")
    >>> print(report.verdict)
    Better than always answering the mean, 0.9231: RMSE 1, against 1.774; R² 0.682.
    """
    if isinstance(model, type) or not callable(model):
        raise TypeError(
            f"report: the model comes first, a Module or a function, not {short(model)}"
        )
    if loss is not None and not callable(loss):
        raise TypeError(
            f"report: the third argument is the loss, a function, not {short(loss)}; inputs and "
            f"targets are one argument, report(model, (X, y))"
        )
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 0:
        raise ValueError(f"report: repeats is a whole number, not {short(repeats)}")
    if isinstance(classes, str):
        raise TypeError(f"report: classes is a list of names, not {short(classes)}")
    if features is None and isinstance(data, tuple) and hasattr(data[0], "columns"):
        features = [str(name) for name in data[0].columns]  # those of a data frame
    X, y = _rows(data)
    output = _outputs(model, X)
    if len(output) != len(y):
        raise ValueError(f"report: {len(output)} outputs of the model for {len(y)} targets")
    _check(output, "the model's outputs")
    if abs(output).max() > _LARGEST:
        raise ValueError(
            f"report: the model's outputs reach {abs(output).max():.3g}; its training has diverged"
        )
    trained = None if y_train is None else _two_dimensional(numbers(y_train), "y_train")
    names = [target] if isinstance(target, str) else list(map(str, target))
    of = is_of_classes(output, y, loss, classes, classification)
    if of:
        part = _of_classes(output, y, link_of(output, y, model, loss), classes, trained)
    else:
        part = _of_numbers(output, y, _undo(undo), trained, names)
    content = Content(_title(names), list(part.sections), {})
    content.numbers |= {
        "format": "tracegrad-report", "version": 1, "kind": "classes" if of else "numbers",
        "rows": len(y), "target": names if len(names) > 1 else names[0],
        "verdict": part.sections[0].sentences[0][0], **part.numbers,
    }  # fmt: skip
    if repeats and X.ndim > 1:
        several = math.prod(min(n, 4) for n in X.shape[1:])  # the areas of pictures
        rows = rows_to_shuffle(len(X), repeats * (X.shape[1] if X.ndim == 2 else several))
        importance = permutation_importance(
            lambda X: _outputs(model, X), X[rows], part.targets[rows], part.score,
            features=features, repeats=repeats, seed=seed,
        )  # fmt: skip
        content.sections.append(importance_section(importance, part.measured, len(rows), len(X)))
        content.numbers["importance"] = importance_numbers(importance)
    if history is not None and len(history):
        content.sections.append(history_section(history))
        content.numbers["history"] = [
            {name: json_number(value) for name, value in row.items()} for row in history.rows
        ]
    return Report(content)


class _Part(NamedTuple):
    """What is said of the answers; how the outputs are scored against ``targets``, and its name."""

    sections: list[Section]
    numbers: dict[str, object]
    targets: Array
    score: Callable[[Array, Array], float]
    measured: Words


def _of_classes(
    output: Array,
    y: Array,
    link: str | None,
    classes: Sequence[str] | None,
    trained: Array | None,
) -> _Part:
    found = class_answers(output, y, link, classes)
    known = None if trained is None else numbered(trained, classes, "y_train")
    if known is not None and not 0 <= known.min() <= known.max() < len(found.names):
        raise ValueError(f"report: y_train has other classes than 0 to {len(found.names) - 1}")
    sections, said = sections_of_classes(found, known)

    def score(output: Array, wanted: Array) -> float:
        return float((predicted_classes(output, link) == wanted).mean())

    return _Part(sections, said, found.wanted, score, words("accuracy"))


def _of_numbers(
    output: Array,
    y: Array,
    undo: Callable[[Array], Array],
    trained: Array | None,
    names: Sequence[str],
) -> _Part:
    _check(y, "y")
    found = number_answers(output, y, undo)
    count = found.wanted.shape[1]
    if len(names) != count:
        names = [f"{names[0]}{k}" for k in range(count)]
    if trained is not None:
        _check(trained, "y_train")
        trained = np.asarray(undo(trained.astype(float)), float)
    sections, said = sections_of_numbers(found, trained, names)

    def score(output: Array, wanted: Array) -> float:
        return r2(np.asarray(undo(output.astype(float)), float), wanted)

    return _Part(sections, said, found.wanted, score, in_every_language("R²"))


def _rows(data: object) -> tuple[Array, Array]:
    """The inputs, and the targets (n, targets)."""
    if isinstance(data, DataLoader):
        pairs = [tuple(map(numbers, batch)) for batch in data if isinstance(batch, tuple)]
        data = tuple(np.concatenate(part) for part in zip(*pairs))
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(
            f"report: data is a pair (X, y) or a DataLoader of pairs, not {short(data)}"
        )
    X, y = map(numbers, data)
    if not X.ndim or not y.ndim or len(X) != len(y) or not len(y):
        raise ValueError(
            f"report: X and y have the shapes {X.shape} and {y.shape}, not n rows each"
        )
    return X, _two_dimensional(y, "y")


def _two_dimensional(y: Array, called: str) -> Array:
    if y.ndim not in (1, 2) or not y.size:
        raise ValueError(f"report: {called} is (n,) or (n, targets), not {y.shape}")
    return y.reshape(len(y), -1)


def _outputs(model: Module | Callable[[Array], ArrayOperand], X: Array) -> Array:
    """What the model says of each row, (n, outputs)."""
    output = predict(model, X) if isinstance(model, Module) else numbers(model(X))
    if output.ndim == 1:
        return output.reshape(-1, 1)
    if output.ndim != 2:
        raise ValueError(f"report: the model's outputs are {output.shape}, not (n, outputs)")
    return output


def _check(values: Array, called: str) -> None:
    if values.dtype.kind not in "iufb":
        raise ValueError(
            f"report: {called} has {short(values.reshape(-1)[:1].tolist()[0])}, which is no number"
        )
    check_finite(values, f"report: {called}")


def _undo(undo: object) -> Callable[[Array], Array]:
    """The function that leads back to the unit of the targets."""
    if undo is None:
        return lambda values: values
    function = getattr(undo, "undo", undo)
    if not callable(function):
        raise TypeError(f"report: undo is a Standardizer or a function, not {short(undo)}")
    return cast(Callable[[Array], Array], function)


def _title(names: Sequence[str]) -> Words:
    return words("Report on {names}", names=", ".join(names))
