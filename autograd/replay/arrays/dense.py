"""A dense layer whose weight and bias lie side by side in the vector of their optimizer."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Array
from autograd.replay.arrays.program import Apply, Program, Ref

#: What buffers are made for.
KINDS = (np.dtype(np.float32), np.dtype(np.float64))


class Dense:
    """One dense layer in a program: where its weight, bias and their gradients lie."""

    def __init__(self, step: Apply, program: Program) -> None:
        x, w, b = step.operands
        self.x, self.w, self.b, self.out = (
            x.place,
            w.place,
            None if b is None else b.place,
            step.out,
        )
        (self.n, self.k), _ = program.shapes[self.x]
        (_, self.m), self.dtype = program.shapes[self.w]
        leaves = [program.leaves[p] for p in (self.w, self.b) if p is not None]
        self.values = _joined([leaf._data for leaf in leaves])
        self.slots = _joined([leaf.grad_buffer for leaf in leaves])

    @classmethod
    def of(cls, step: Apply, program: Program) -> Dense | None:
        """A layer over a matrix of rows, all of one dtype, whose leaves lie side by side."""
        if step.operation.name != "linear" or not all(
            isinstance(r, Ref) for r in step.operands[:2]
        ):
            return None
        refs = [r for r in step.operands if r is not None]
        if not all(isinstance(r, Ref) for r in refs):
            return None
        shapes = [program.shapes[r.place] for r in (*refs, Ref(step.out))]
        fits = all(r.place in program.leaves and program.requires[r.place] for r in refs[1:])
        usual = len({dtype for _, dtype in shapes}) == 1 and shapes[0][1] in KINDS
        if not (fits and usual and len(shapes[0][0]) == 2 and math.prod(shapes[-1][0])):
            return None
        layer = cls(step, program)
        if 1 in (layer.n * layer.k, layer.k * layer.m, layer.n * layer.m):
            return None  # dot takes a matrix of one element for a number: 0 times inf is 0 there
        return layer if layer.values is not None and layer.slots is not None else None


def _joined(arrays: list[Array | None]) -> Array | None:
    """One matrix over a weight and, in the row behind, its bias; None where they lie elsewhere."""
    weight = arrays[0]
    if weight is None or any(x is None or not x.flags.c_contiguous for x in arrays):
        return None
    if len(arrays) == 1:
        return weight
    bias, base = arrays[1], weight.base
    if bias is None or base is None or bias.base is not base or base.ndim != 1:
        return None
    start = (_address(weight) - _address(base)) // weight.itemsize
    if _address(bias) != _address(weight) + weight.nbytes:
        return None
    return base[start : start + weight.size + bias.size].reshape(-1, weight.shape[1])


def _address(x: Array) -> int:
    return int(x.__array_interface__["data"][0])
