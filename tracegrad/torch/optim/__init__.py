"""``torch.optim``: the optimizers of ``optim`` over tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import optim
from tracegrad.torch.optim import lr_scheduler
from tracegrad.torch.tensors import Tensor, lacking, renew

_NAMES = "SGD Adagrad Adadelta RMSprop Adam AdamW NAdam Adamax RAdam Rprop LBFGS".split()


def _nodes(params: Any) -> list[Any]:
    """The parameters as the optimizers see them; groups keep their settings."""
    if isinstance(params, Tensor):
        raise TypeError("params: put a single tensor in brackets, [w]")
    members = list(params)
    return [
        {**member, "params": _nodes(member["params"])}
        if isinstance(member, dict)
        else _node(member[1] if isinstance(member, tuple) else member)
        for member in members
    ]


def _members(params: Any) -> Iterator[Tensor]:
    """The tensors in groups and pairs with a name."""
    for member in params:
        if isinstance(member, dict):
            yield from _members(member["params"])
        elif isinstance(tensor := member[1] if isinstance(member, tuple) else member, Tensor):
            yield tensor


def _lasting(member: Any) -> Any:
    """A group whose parameters are in a list: they may be in an iterator, or be a single one."""
    if not isinstance(member, dict):
        return member
    params = member["params"]
    return {**member, "params": [params] if isinstance(params, Tensor) else list(params)}


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
        groups = params if isinstance(params, Tensor) else [*map(_lasting, params)]
        nodes = _nodes(groups)
        self._tensors = [*_members(groups)]
        theirs.__init__(self, nodes, *args, **kwargs)
        self._made = (groups, args, kwargs, [tensor._x for tensor in self._tensors])

    def follow(self: Any) -> None:
        """Begin anew if a lazy layer has made its weights since; what was set in groups stays."""
        groups, args, kwargs, nodes = self._made
        if any(tensor._x is not node for tensor, node in zip(self._tensors, nodes)):
            settings = [dict(group) for group in self.param_groups]
            __init__(self, groups, *args, **kwargs)
            for group, former in zip(self.param_groups, settings):
                group.update({key: former[key] for key in former if key != "params"})

    def add_param_group(self: Any, param_group: Any) -> None:
        group = _lasting(param_group)
        self._tensors += _members([group])
        theirs.add_param_group(self, {**group, "params": _raw(group["params"])})

    def step(self: Any, closure: Callable[[], Any] | None = None) -> Any:
        follow(self)
        if closure is None and all(tensor.grad is None for tensor in self._tensors):
            return None  # PyTorch passes over what has no gradient
        losses: list[Any] = []

        def node() -> Any:
            losses.append(closure() if closure is not None else None)
            return losses[-1]._x if isinstance(losses[-1], Tensor) else losses[-1]

        theirs.step(self, None if closure is None else node)
        for tensor in self._tensors:  # the step may have moved them in memory
            renew(tensor)
        return losses[0] if losses else None

    def zero_grad(self: Any, set_to_none: bool = True) -> None:
        follow(self)
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
