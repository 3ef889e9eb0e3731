"""The loss and the metrics of a network over many rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from autograd.calculus import short
from nn.kinds import Data, LossFunction, Metric
from nn.layers import Module
from nn.losses import numbers
from nn.metrics import METRICS
from nn.predicting import check_model, evaluation
from nn.training.arguments import as_loader

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
