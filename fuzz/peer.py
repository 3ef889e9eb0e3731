"""The gradients of a program in PyTorch, where it is installed and has all the operations."""

from __future__ import annotations

import importlib
import importlib.util
import operator
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from fuzz.program import Program

_SAME_NAME = (
    "exp exp2 expm1 log log1p log2 log10 logaddexp sin cos tan arcsin arccos arctan arctan2 sinh "
    "cosh tanh arcsinh arccosh arctanh deg2rad rad2deg sigmoid relu erf abs neg reciprocal square "
    "sqrt hypot maximum minimum sign floor ceil round matmul where inner outer kron"
)


@cache
def functions() -> dict[str, Callable[..., Any]]:
    """PyTorch's functions by our names; none where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        return {}
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    deeper: Any = torch.nn.functional

    def over_axes(function: Any) -> Callable[..., Any]:
        def call(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
            axes = tuple(range(a.ndim)) if axis is None else axis
            return a if axes == () else function(a, axes, keepdim=keepdims)

        return call

    return {
        **{name: getattr(torch, name) for name in _SAME_NAME.split()},
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": operator.truediv,
        "softplus": lambda a: deeper.softplus(a, threshold=1e3),
        "silu": deeper.silu,
        "gelu": deeper.gelu,
        "gelu_tanh": lambda a: deeper.gelu(a, approximate="tanh"),
        "sum": over_axes(torch.sum),
        "mean": over_axes(torch.mean),
        "max": over_axes(torch.amax),
        "min": over_axes(torch.amin),
        "reshape": torch.reshape,
        "ravel": torch.ravel,
        "swapaxes": torch.swapaxes,
        "moveaxis": torch.moveaxis,
        "broadcast_to": torch.broadcast_to,
        "linear": lambda x, w, b=None: x @ w if b is None else x @ w + b,
        "concatenate": lambda parts, axis=0: torch.cat(parts, axis),
        "stack": lambda parts, axis=0: torch.stack(parts, axis),
        "vdot": lambda a, b: torch.sum(a * b),
    }


def torch_gradients(program: Program) -> list[Any] | None:
    """The gradient of each moving leaf, or None where PyTorch does not have the program."""
    known = functions()
    if not known or any(step.name not in known for step in program.steps):
        return None
    if any(leaf.array.size == 0 for leaf in program.leaves):
        return None  # PyTorch refuses some reductions of empty arrays
    torch: Any = importlib.import_module("torch")
    leaves = [torch.tensor(leaf.array, requires_grad=leaf.moves) for leaf in program.leaves]
    try:
        out = program.run(known, leaves)[-1]
    except (RuntimeError, TypeError, ValueError, IndexError):
        return None  # a signature or a broadcast that it does not have
    if not out.requires_grad:
        return None
    weights = np.ones(tuple(out.shape)) if program.weights is None else program.weights
    if tuple(out.shape) != weights.shape:
        return None
    out.backward(torch.tensor(weights))
    grads = [leaf.grad for leaf, mine in zip(leaves, program.leaves) if mine.moves]
    return [
        np.zeros(mine.array.shape) if grad is None else grad.numpy()
        for grad, mine in zip(grads, [leaf for leaf in program.leaves if leaf.moves])
    ]
