"""Where a loss that is not finite came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn.evaluating import evaluation
from nn.loss_functions import numbers
from nn.module import Module


def not_finite_because(
    model: Module, loss_fn: Callable[..., Any], X: Any, y: Any, epoch: int, batch: int
) -> str:
    """One line: the first of data, parameters, layers and loss that has nan or infinity in it."""
    return f"the loss is not finite in epoch {epoch + 1}, batch {batch + 1}: " + (
        _in("the inputs", X)
        or _in("the targets", y)
        or next(filter(None, (_in(f"parameter {n}", p) for n, p in model.named_parameters())), "")
        or _in_a_layer(model, X)
        or f"every layer is finite, {type(loss_fn).__name__} of their output is not"
    )


def _in(what: str, values: Any) -> str:
    """What is wrong with the values, or nothing."""
    array = numbers(values)
    bad = np.argwhere(~np.isfinite(array))
    if not len(bad):
        return ""
    place = f" at [{', '.join(map(str, bad[0]))}]" if array.ndim else ""
    kind = "nan" if np.isnan(array[tuple(bad[0])]) else "infinite"
    remedy = {
        "the inputs": "clean or drop those rows",
        "the targets": "clean or drop those rows",
    }.get(what, "try a smaller learning rate, or nn.ClipGradients")
    return (
        f"{what} hold {len(bad)} values that are not finite, the first is {kind}{place}; {remedy}"
    )


def _in_a_layer(model: Module, X: Any) -> str:
    """The first module, in the order of their calls, whose output is not finite."""
    found: list[str] = []

    def watch(path: str) -> Callable[..., None]:
        def hook(module: Module, args: Any, output: Any) -> None:
            if not found and hasattr(output, "shape"):
                said = _in(f"the outputs of {path or type(model).__name__}", output)
                if said:
                    found.append(said)

        return hook

    handles = [m.register_forward_hook(watch(path)) for path, m in model.named_modules()]
    try:
        with evaluation(model), np.errstate(all="ignore"):
            for module in model.modules():
                module.__dict__["training"] = False
            model(X)
    finally:
        for handle in handles:
            handle.remove()
    return found[0] if found else ""
