"""The outputs of a network for many rows, their loss and their metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from autograd import no_grad
from autograd.calculus import short
from autograd.typing import Array, ArrayOperand
from nn.data import DataLoader
from nn.kinds import Data, LossFunction, Metric
from nn.layers import Module
from nn.losses import numbers
from nn.metrics import METRICS
from nn.training.arguments import as_loader, check_model

Metrics = Iterable[str] | Mapping[str, Metric]


def metric_table(metrics: Metrics) -> dict[str, Metric]:
    """The metrics by name: those of the library, or a mapping of functions."""
    if isinstance(metrics, Mapping):
        return dict(metrics)
    if isinstance(metrics, str):
        metrics = (metrics,)
    for name in metrics:
        if name not in METRICS:
            raise ValueError(
                f"metric {short(name)} is unknown; use one of {', '.join(METRICS)}, or a dict of "
                f"functions of output and target"
            )
    return {name: METRICS[name] for name in metrics}


@contextmanager
def evaluation(model: Module) -> Iterator[None]:
    """The model in ``eval()`` mode and without recording; afterwards every part is as before."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with no_grad():
            yield
    finally:
        for module, training in modes:
            module.__dict__["training"] = training


def predict(model: Module, X: Data | ArrayOperand, batch_size: int = 1024) -> Array:
    """The outputs for the rows of ``X`` as one array, in ``eval()`` mode, batch by batch.

    ``model`` is any module; ``batch_size`` rows go through it at a time. Returns (n, ...), n the
    number of rows.

    >>> import numpy as np
    >>> import nn
    >>> nn.predict(nn.Linear(2, 3), np.zeros((5, 2))).shape
    (5, 3)
    """
    check_model("predict", model)
    with evaluation(model):
        loader = X if isinstance(X, DataLoader) else DataLoader(X, batch_size=batch_size)
        outputs = [
            numbers(model(batch[0] if isinstance(batch, tuple) else batch)) for batch in loader
        ]
    return np.concatenate(outputs)


def evaluate(
    model: Module,
    data: Data,
    loss_fn: LossFunction | None = None,
    metrics: Metrics = (),
    batch_size: int = 1024,
) -> dict[str, float]:
    """Mean loss and metrics over ``data``, a DataLoader or ``(X, y)``; the model does not change.

    ``loss_fn`` and ``metrics`` (names of ``nn.metrics``, or functions) get the outputs and the
    targets, ``batch_size`` rows at a time. Returns a dict of means by name.

    >>> import numpy as np
    >>> from nn import evaluate
    >>> import nn
    >>> net = nn.Linear(1, 1)
    >>> net.weight.data, net.bias.data = np.array([[2.0]]), np.array([1.0])
    >>> X = np.array([[0.0], [1.0]])
    >>> evaluate(net, (X, 2 * X), nn.MSELoss(), ["mae"])
    {'loss': 1.0, 'mae': 1.0}
    """
    table = metric_table(metrics)
    check_model("evaluate", model)
    if not (loss_fn is None or callable(loss_fn)):
        raise TypeError(f"evaluate: the loss is not a function but {short(loss_fn)}")
    loader = as_loader("evaluate", data, "data", batch_size, finite=False)
    total, rows = 0.0, 0
    outputs, targets = [], []
    with evaluation(model):
        for X, y in loader:
            output = model(X)
            if loss_fn is not None:
                loss = numbers(loss_fn(output, y))
                total += float(loss.sum() if loss.ndim else loss * len(X.data))
            rows += len(X.data)
            if table:
                outputs.append(numbers(output))
                targets.append(numbers(y))
    if not rows:
        raise ValueError("evaluate: there are 0 rows")
    scores = {} if loss_fn is None else {"loss": total / rows}
    if table:
        whole, target = np.concatenate(outputs), np.concatenate(targets)
        scores |= {name: float(metric(whole, target)) for name, metric in table.items()}
    return scores
