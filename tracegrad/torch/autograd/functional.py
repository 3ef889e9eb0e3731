"""``torch.autograd.functional``: derivatives of functions of tensors, as tensors.

>>> import tracegrad.torch as torch
>>> x = torch.tensor([1.0, 2.0])
>>> torch.autograd.functional.jacobian(lambda x: x**3, x)
tensor([[ 3.,  0.],
        [ 0., 12.]])
>>> torch.autograd.functional.hessian(lambda x: (x**3).sum(), x)
tensor([[ 6.,  0.],
        [ 0., 12.]])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tracegrad.torch.autograd.gradients import grad
from tracegrad.torch.tensors import NAMES, Tensor, lacking

Function = Callable[..., Any]


def _leaves(inputs: Any, create_graph: bool = False) -> list[Any]:
    """The inputs of a function: the tensors themselves where gradients of gradients are wanted."""
    tensors = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    return [x if create_graph and x.requires_grad else x.detach().requires_grad_() for x in tensors]


def _gradients(output: Any, leaves: list[Any], v: Any = None, create_graph: bool = False) -> Any:
    """One for each leaf, zeros where the output does not depend on it."""
    found: Any = [None] * len(leaves)
    if output.requires_grad:
        found = grad(output, leaves, v, create_graph=create_graph, allow_unused=True)
    return [x.new_zeros(x.shape) if g is None else g for x, g in zip(leaves, found)]


def _as_given(inputs: Any, each: list[Any]) -> Any:
    return each[0] if isinstance(inputs, Tensor) else tuple(each)


def jacobian(
    func: Function, inputs: Any, create_graph: bool = False, strict: bool = False,
    vectorize: bool = False,
) -> Any:  # fmt: skip
    """The derivatives of each element of ``func(*inputs)`` by each element of an input.

    The shape is that of the output, then that of the input. Of several inputs it is a tuple, of
    several outputs a tuple of these.
    """
    leaves = _leaves(inputs, create_graph)
    outputs = func(*leaves)
    rows = []
    for output in [outputs] if isinstance(outputs, Tensor) else outputs:
        flat = output.reshape(-1)
        each = [_gradients(flat[i], leaves, None, create_graph) for i in range(len(flat))]
        columns = [
            NAMES["stack"](column).reshape(*output.shape, *x.shape)
            for x, column in zip(leaves, zip(*each))
        ]
        rows.append(_as_given(inputs, columns))
    return rows[0] if isinstance(outputs, Tensor) else tuple(rows)


def hessian(
    func: Function, inputs: Any, create_graph: bool = False, strict: bool = False,
    vectorize: bool = False,
) -> Any:  # fmt: skip
    """The second derivatives of a function with one number, by each two elements."""

    def gradients(*leaves: Any) -> tuple[Any, ...]:
        loss = _one_number("hessian", func(*leaves))
        return tuple(_gradients(loss, list(leaves), None, True))

    tensors = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    found = jacobian(gradients, tensors, create_graph)
    return found[0][0] if isinstance(inputs, Tensor) else found


def vjp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False) -> Any:
    """The output, and ``v`` times the Jacobian; without ``v`` the output is one number."""
    leaves = _leaves(inputs, create_graph)
    output = func(*leaves)
    if v is None:
        _one_number("vjp", output)
    found = _as_given(inputs, _gradients(output, leaves, v, create_graph))
    return output if create_graph else output.detach(), found


def hvp(func: Function, inputs: Any, v: Any = None) -> Any:
    """The output, and the Hessian of a function with one number times ``v``."""
    leaves = _leaves(inputs)
    output = _one_number("hvp", func(*leaves))
    first = _gradients(output, leaves, None, True)
    vectors = [v] if isinstance(v, Tensor) else list(v)
    along = sum((g * u).sum() for g, u in zip(first, vectors))
    return output.detach(), _as_given(inputs, _gradients(along, leaves))


def _one_number(name: str, output: Any) -> Any:
    if output.numel() != 1:
        raise RuntimeError(
            f"{name}: the function gives one number, not shape {tuple(output.shape)}; sum it"
        )
    return output.reshape(())


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


__all__ = ["hessian", "hvp", "jacobian", "vjp"]
