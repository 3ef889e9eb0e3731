"""A network as a table: its layers, their output shapes, their numbers of parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nn.layers import Module, Parameter
from nn.training import evaluation


@dataclass(frozen=True)
class Line:
    """A module that holds no other, or that holds parameters itself."""

    path: str
    kind: str
    output: tuple[int, ...] | None
    parameters: int
    trainable: int


class Summary:
    """The lines of a network; printed, it is a table."""

    name: str
    lines: list[Line]

    def __init__(self, name: str, lines: list[Line]) -> None:
        self.name, self.lines = name, lines

    @property
    def parameters(self) -> int:
        return sum(line.parameters for line in self.lines)

    @property
    def trainable(self) -> int:
        return sum(line.trainable for line in self.lines)

    def __str__(self) -> str:
        from autograd.writing import one_line

        rows = [("layer", "type", "output", "parameters")]
        rows += [
            (one_line(line.path), line.kind, _shape(line.output), f"{line.parameters:,}")
            for line in self.lines
        ]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        texts = [
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:<{widths[2]}}  {d:>{widths[3]}}"
            for a, b, c, d in rows
        ]
        rule = "-" * len(texts[0])
        frozen = self.parameters - self.trainable
        last = f"{self.name}: {self.parameters:,} parameters"
        if frozen:
            last += f", {frozen:,} of them frozen"
        return "\n".join([texts[0], rule, *texts[1:], rule, last])

    __repr__ = __str__


def _shape(shape: tuple[int, ...] | None) -> str:
    return "" if shape is None else f"({', '.join(['N', *map(str, shape[1:])])})"


def summary(module: Module, input_shape: tuple[int, ...] | None = None) -> Summary:
    """A table of the layers with their output shapes (if ``input_shape`` of a row is given).

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
    seen: set[int] = set()
    lines = []
    for path, part in module.named_modules():
        own = [p for p in vars(part).values() if isinstance(p, Parameter) and id(p) not in seen]
        seen |= {id(p) for p in own}
        if own or not any(True for _ in part.children()):
            count = sum(p.size for p in own)
            trainable = sum(p.size for p in own if p.requires_grad)
            shape = shapes.get(id(part))
            lines.append(Line(path or "-", type(part).__name__, shape, count, trainable))
    return Summary(type(module).__name__, lines)
