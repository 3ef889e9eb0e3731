"""Which library a model is of, and the way from it to a graph of ours."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from contextlib import suppress

from autograd.calculus import Quantity
from autograd.graph import Graph
from autograd.imports.recomputing import leaves


def is_foreign(model: object, inputs: Sequence[object]) -> bool:
    """Whether ``model(*inputs)`` is PyTorch's to compute, or JAX's."""
    return _library(model, inputs) is not None


def recomputed(model: Quantity, inputs: Sequence[Quantity], gradient: Quantity = None) -> Graph:
    """The graph of ``model(*inputs)``, computed by the rows of this library.

    Every operation gives the other library's numbers, and so do the gradients of all parameters:
    to 1e-10 of the largest entry, in float32 to 1e-5. ValueError where they differ, or where an
    operation has no row. An output of several numbers is summed, unless ``gradient`` is given.
    """
    if _library(model, inputs) == "torch":
        from autograd.imports import torch_export

        return torch_export.recomputed(model, inputs, gradient)
    from autograd.imports import jaxpr

    return jaxpr.recomputed(model, inputs, gradient)


def _library(model: object, inputs: Sequence[object]) -> str | None:
    torch, jax = sys.modules.get("torch"), sys.modules.get("jax")
    if torch is not None and isinstance(model, torch.nn.Module):
        return "torch"
    if (torch is None and jax is None) or not callable(model) or isinstance(model, type):
        return None
    arrays = leaves(list(inputs))
    used = _packages(model)
    if torch is not None and ("torch" in used or any(isinstance(x, torch.Tensor) for x in arrays)):
        return "torch"
    if jax is not None and ("jax" in used or any(isinstance(x, jax.Array) for x in arrays)):
        return "jax"
    return None


def _packages(function: Quantity) -> set[str]:
    """The packages that a function is of, or whose names it uses."""
    modules = {type(function).__module__}
    inner = inspect.unwrap(function)
    if inspect.isfunction(inner):
        with suppress(ValueError):  # a variable around it that has no value yet
            variables = inspect.getclosurevars(inner)
            for thing in (*variables.globals.values(), *variables.nonlocals.values()):
                modules |= {getattr(thing, "__module__", None) or "", type(thing).__module__}
                modules |= {thing.__name__} if inspect.ismodule(thing) else set()
    return {"jax" if name.startswith("jax") else name.partition(".")[0] for name in modules}
