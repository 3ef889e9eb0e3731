"""Where a loss that is not finite came from."""

from __future__ import annotations

import numpy as np

from autograd import Tensor
from autograd.typing import ArrayOperand
from nn.findings import Findings, why
from nn.kinds import LossFunction
from nn.layers import Module
from nn.losses import numbers
from nn.training.run import Run


def not_finite_because(run: Run, loss_fn: LossFunction, loss: Tensor, X: Tensor, y: Tensor) -> str:
    """One line: the first of data, parameters and operations that has nan or infinity in it.

    Where the data has none, what ``why`` finds first is the remedy.
    """
    begin = f"the loss is not finite in epoch {run.epoch + 1}, batch {run.batch + 1}: "
    spoilt = _in("the inputs", X) or _in("the targets", y)
    if spoilt:
        return f"{begin}{spoilt}; clean or drop those rows"
    named = run.model.named_parameters()
    place = next(filter(None, (_in(f"parameter {n}", p) for n, p in named)), "")
    place = place or _in_the_graph(loss, run.model)
    run.optimizer.zero_grad()
    return f"{begin}{place}; {first_cause(run, loss_fn)}"


def first_cause(run: Run, loss_fn: LossFunction) -> str:
    """What ``why`` finds first in a training that has failed."""
    try:
        found = why(run.model, run.loader, loss_fn, run.optimizer, run.history)
    except (TypeError, ValueError):  # rows that can be read only once
        found = Findings()
    causes = [str(one) for one in found if one.name != "not_finite_weights"]
    return causes[0] if causes else "try a smaller learning rate, or nn.ClipGradients"


def _in(what: str, values: ArrayOperand) -> str:
    """What is wrong with the values, or nothing."""
    array = numbers(values)
    bad = np.argwhere(~np.isfinite(array))
    if not len(bad):
        return ""
    place = f" at [{', '.join(map(str, bad[0]))}]" if array.ndim else ""
    kind = "nan" if np.isnan(array[tuple(bad[0])]) else "infinite"
    return f"{what} hold {len(bad)} values that are not finite, the first is {kind}{place}"


def _in_the_graph(loss: Tensor, model: Module) -> str:
    """The first operation of the forward pass whose result is not finite."""
    from autograd import diagnose

    with np.errstate(all="ignore"):
        begin = diagnose(loss, model).forward
    return str(begin) if begin else "no operation has it from finite numbers"
