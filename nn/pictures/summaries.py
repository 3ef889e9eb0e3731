"""A network as a table, with the shapes of its outputs."""

from __future__ import annotations

import numpy as np

from nn.layers import Line, Module, Summary, outline
from nn.training import evaluation

__all__ = ["Line", "Summary", "summary"]


def summary(module: Module, input_shape: tuple[int, ...] | None = None) -> Summary:
    """A table of the layers with their output shapes (if ``input_shape`` of a row is given).

    ``module`` is any module. Returns a table that prints itself, here and in a notebook.

    >>> from nn import summary
    >>> import nn
    >>> print(summary(nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1)), (2,)))
    layer  type    output   parameters
    ----------------------------------
    0      Linear  (N, 16)          48
    1      ReLU    (N, 16)           0
    2      Linear  (N, 1)           17
    ----------------------------------
    Sequential: 65 parameters
    """
    shapes: dict[int, tuple[int, ...]] = {}

    def watch(part: Module, args: tuple[object, ...], output: object) -> None:
        if hasattr(output, "shape"):
            shapes[id(part)] = tuple(output.shape)

    if input_shape is not None:
        handles = [part.register_forward_hook(watch) for part in module.modules()]
        try:
            with evaluation(module):
                module(np.zeros((2, *input_shape)))
        finally:
            for handle in handles:
                handle.remove()
    return outline(type(module).__name__, module.named_modules(), shapes)
