"""Gradients of tensors, beside those that ``backward`` adds to ``grad``."""

from __future__ import annotations

from typing import Any

import autograd
from tracegrad.torch.tensors import Tensor, enable_grad, raw, wrapped


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Any, ...]:
    """The derivatives of an output by each input; no ``grad`` is touched.

    With ``create_graph=True`` they can be differentiated again.
    """
    output = outputs[0] if isinstance(outputs, tuple | list) else outputs
    upstream = grad_outputs[0] if isinstance(grad_outputs, tuple | list) else grad_outputs
    wanted = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    for tensor in (output, *wanted):
        if not tensor.requires_grad:
            raise RuntimeError("grad: one of the tensors takes no gradient; set requires_grad")
    nodes = [tensor._x for tensor in wanted]
    with enable_grad():
        found = autograd.gradients(output._x, nodes, raw(upstream), create_graph)
    if not allow_unused and any(g is None for g in found):
        raise RuntimeError("grad: an input was not used for the output; pass allow_unused=True")
    return tuple(None if g is None else wrapped(g) for g in found)


def backward(tensors: Any, grad_tensors: Any = None) -> None:
    """``backward`` of each of the tensors."""
    outputs = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    upstream = grad_tensors if isinstance(grad_tensors, tuple | list) else [grad_tensors]
    for output, g in zip(outputs, [*upstream] * (1 if len(upstream) > 1 else len(outputs))):
        output.backward(g)


def Variable(data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
    """PyTorch's former name: a tensor is one. ``volatile`` stood for ``no_grad``."""
    return data.requires_grad_() if requires_grad else data


__all__ = ["Variable", "backward", "grad"]
