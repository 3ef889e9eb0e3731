"""``torch.optim``: the optimizers of ``optim`` over tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import optim
from tracegrad.torch.optim import lr_scheduler
from tracegrad.torch.tensors import Tensor, lacking

_NAMES = "SGD Adagrad Adadelta RMSprop Adam AdamW NAdam Adamax RAdam Rprop LBFGS".split()


def _nodes(params: Any) -> list[Any]:
    """The parameters as the optimizers see them; groups keep their settings."""
    if isinstance(params, Tensor):
        raise TypeError("params: put a single tensor in brackets, [w]")
    members = list(params)
    return [
        {**member, "params": _nodes(_listed(member["params"]))}
        if isinstance(member, dict)
        else _node(member[1] if isinstance(member, tuple) else member)
        for member in members
    ]


def _listed(params: Any) -> Any:
    return [params] if isinstance(params, Tensor) else params


def _node(tensor: Any) -> Any:
    if not isinstance(tensor, Tensor) or not tensor.is_leaf or not hasattr(tensor._x, "grad"):
        raise ValueError(
            "an optimizer takes leaves with requires_grad=True; make it with "
            "torch.tensor(..., requires_grad=True), or .detach().requires_grad_()"
        )
    return tensor._x


def _class(name: str) -> type[optim.Optimizer]:
    theirs = getattr(optim, name)

    def __init__(self: Any, params: Any, *args: Any, **kwargs: Any) -> None:
        for fast in ("foreach", "fused", "capturable", "differentiable"):
            kwargs.pop(fast, None)
        theirs.__init__(self, _nodes(params), *args, **kwargs)

    def add_param_group(self: Any, param_group: Any) -> None:
        theirs.add_param_group(
            self, {**param_group, "params": _raw(_listed(param_group["params"]))}
        )

    def step(self: Any, closure: Callable[[], Any] | None = None) -> Any:
        losses: list[Any] = []

        def node() -> Any:
            losses.append(closure() if closure is not None else None)
            return losses[-1]._x if isinstance(losses[-1], Tensor) else losses[-1]

        theirs.step(self, None if closure is None else node)
        return losses[0] if losses else None

    def zero_grad(self: Any, set_to_none: bool = True) -> None:
        theirs.zero_grad(self)

    inside = {f.__name__: f for f in (__init__, add_param_group, step, zero_grad)}
    return type(name, (theirs,), {**inside, "__doc__": theirs.__doc__, "__module__": __name__})


def _raw(params: Any) -> list[Any]:
    return [_node(p) if isinstance(p, Tensor) else p for p in params]


OPTIMIZERS: dict[str, type[optim.Optimizer]] = {name: _class(name) for name in _NAMES}
globals().update(OPTIMIZERS)
Optimizer = optim.Optimizer


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


__all__ = ["Optimizer", "lr_scheduler", *OPTIMIZERS]
