"""The array rows of the table as operators of ONNX."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Quantity
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.stage import kernel_of
from autograd.typing import Array, State
from nn.exports.onnx_graph import Length, OnnxGraph
from nn.exports.recorded import Recorded, Step

#: Rows whose result has the elements of the operand in the same order.
_SAME_ORDER = ("reshape", "ravel", "squeeze", "expand_dims")
_REDUCED = {"mean": "ReduceMean", "max": "ReduceMax", "min": "ReduceMin", "prod": "ReduceProd"}


class Fixed(Exception):
    """A step that needs to know how many rows there are."""


class Arrays:
    """Writes the steps over arrays; ``lengths`` are the shapes with the rows open."""

    def __init__(
        self, graph: OnnxGraph, whole: Recorded, lengths: dict[int, tuple[Length, ...]]
    ) -> None:
        self.graph, self.whole, self.lengths = graph, whole, lengths

    def write(self, step: Step, operands: list[str]) -> str:
        name = step.name
        method = getattr(self, f"_{name}", None)
        if method is not None:
            return str(method(step, operands))
        if name in _SAME_ORDER:
            return self.graph.reshape(operands[0], self.lengths[step.out])
        found = self._kernel(step)
        if found is not None and found[0] == "moved":
            return self._moved(step, operands, found[1])
        if found is not None and found[0] == "product":
            terms = ",".join(found[1]["terms"])
            return self.graph.add("Einsum", *operands, equation=f"{terms}->{found[1]['result']}")
        if name in ("sum", "logsumexp", "var", "std", *_REDUCED) and found is not None:
            return self._over_axes(step, operands, found[1])
        raise ValueError(
            f"export: {name} has no operators of ONNX here; use other functions of autograd"
        )

    def _kernel(self, step: Step) -> tuple[str, State] | None:
        blank = [
            self.whole.constants.get(place, np.zeros(self.whole.shapes[place]))
            for place in step.operands
        ]
        return kernel_of(step.rule, blank, step.attrs, np.zeros(self.whole.shapes[step.out]))

    def _shape(self, step: Step) -> tuple[int, ...]:
        return self.whole.shapes[step.operands[0]]

    # -- products --------------------------------------------------------------------------------

    def _matmul(self, step: Step, operands: list[str]) -> str:
        return self.graph.add("MatMul", *operands)

    def _linear(self, step: Step, operands: list[str]) -> str:
        out = self.graph.add("MatMul", *operands[:2])
        return self.graph.add("Add", out, operands[2]) if len(operands) > 2 else out

    # -- reductions ------------------------------------------------------------------------------

    def _reduce(self, operator: str, x: str, axes: Sequence[int], keepdims: bool = True) -> str:
        keep = int(keepdims)
        if operator == "ReduceSum":
            return self.graph.add(operator, x, self.graph.whole(*axes), keepdims=keep)
        return self.graph.add(operator, x, axes=list(axes), keepdims=keep)

    def _over_axes(self, step: Step, operands: list[str], settings: State) -> str:
        graph, (x,), axes = self.graph, operands, settings["axes"]
        keepdims = len(self.lengths[step.out]) == len(self._shape(step))
        if not axes:
            return x
        if step.name in _REDUCED:
            return self._reduce(_REDUCED[step.name], x, axes, keepdims)
        if step.name == "sum":
            return self._reduce("ReduceSum", x, axes, keepdims)
        if step.name == "logsumexp":
            largest = self._reduce("ReduceMax", x, axes)
            sums = self._reduce("ReduceSum", graph.add("Exp", graph.add("Sub", x, largest)), axes)
            out = graph.add("Add", graph.add("Log", sums), largest)
            return graph.reshape(out, self.lengths[step.out])
        if any(isinstance(self.lengths[step.operands[0]][axis], tuple) for axis in axes):
            raise Fixed
        n = math.prod(self._shape(step)[axis] for axis in axes)
        less = graph.add("Sub", x, self._reduce("ReduceMean", x, axes))
        sums = self._reduce("ReduceSum", graph.add("Mul", less, less), axes, keepdims)
        out = graph.add("Div", sums, graph.number(max(n - settings["ddof"], 0)))
        return graph.add("Sqrt", out) if step.name == "std" else out

    def _softmax(self, step: Step, operands: list[str]) -> str:
        found = self._kernel(step)
        assert found is not None
        graph, (x,), axes = self.graph, operands, found[1]["axes"]
        if len(axes) == 1:
            return graph.add(
                "LogSoftmax" if step.name == "log_softmax" else "Softmax", x, axis=axes[0]
            )
        less = graph.add("Sub", x, self._reduce("ReduceMax", x, axes))
        sums = self._reduce("ReduceSum", graph.add("Exp", less), axes)
        if step.name == "log_softmax":
            return graph.add("Sub", less, graph.add("Log", sums))
        return graph.add("Div", graph.add("Exp", less), sums)

    _log_softmax = _softmax

    def _cumsum(self, step: Step, operands: list[str]) -> str:
        axis = step.attrs.get("axis")
        if axis is None:
            raise ValueError("export: cumsum over all axes has no operator in ONNX; give an axis")
        return self.graph.add("CumSum", operands[0], self.graph.fixed(np.array(axis, np.int64)))

    # -- elements moved --------------------------------------------------------------------------

    def _transpose(self, step: Step, operands: list[str]) -> str:
        # The row itself says which axis goes where.
        ndim = len(self._shape(step))
        blank = np.zeros(tuple(range(2, ndim + 2)))
        order = [n - 2 for n in step.rule.forward(blank, **step.attrs).shape]
        return self.graph.add("Transpose", operands[0], perm=order)

    _swapaxes = _moveaxis = _transpose

    def _broadcast_to(self, step: Step, operands: list[str]) -> str:
        return self.graph.expand(operands[0], self.lengths[step.out])

    def _concatenate(self, step: Step, operands: list[str]) -> str:
        axis = step.attrs.get("axis", 0)
        if axis is None:
            operands = [self.graph.reshape(x, [-1]) for x in operands]
        return self.graph.add("Concat", *operands, axis=axis or 0)

    def _stack(self, step: Step, operands: list[str]) -> str:
        axis = step.attrs.get("axis", 0) % len(self.lengths[step.out])
        parts = [self.graph.add("Unsqueeze", x, self.graph.whole(axis)) for x in operands]
        return self.graph.add("Concat", *parts, axis=axis)

    def _take(self, step: Step, operands: list[str]) -> str:
        axis = step.attrs.get("axis")
        if len(operands) == 1:
            indices = np.asarray(step.attrs["indices"], np.int64)
            operands = [operands[0], self.graph.fixed(indices)]
        if axis is None:
            operands[0], axis = self.graph.reshape(operands[0], [-1]), 0
        return self.graph.add("Gather", *operands, axis=axis)

    def _getitem(self, step: Step, operands: list[str]) -> str:
        """Slices and whole numbers by Slice; arrays of indices as elements that are moved."""
        index = step.attrs["index"]
        index = index if isinstance(index, tuple) else (index,)
        if not all(x is None or x is Ellipsis or isinstance(x, slice | int) for x in index):
            found = self._kernel(step)
            assert found is not None
            return self._moved(step, operands, found[1])
        lengths, (out,) = self.lengths[step.operands[0]], operands
        used = sum(x is not None and x is not Ellipsis for x in index)
        rest = [slice(None)] * (len(lengths) - used)
        if Ellipsis not in index:
            index = (*index, Ellipsis)
        k = index.index(Ellipsis)
        every = [*index[:k], *rest, *index[k + 1 :]]
        starts, ends, axes, steps = [], [], [], []
        for axis, x in enumerate(x for x in every if x is not None):
            if isinstance(x, int):
                x = slice(x, x + 1 if x != -1 else None)
            if x == slice(None):
                continue
            back = x.step is not None and x.step < 0
            far = np.iinfo(np.int64).max
            starts.append((far if back else 0) if x.start is None else x.start)
            ends.append((-far if back else far) if x.stop is None else x.stop)
            axes.append(axis)
            steps.append(x.step or 1)
        if axes:
            out = self.graph.add(
                "Slice", out, *(self.graph.whole(*x) for x in (starts, ends, axes, steps))
            )
        if any(x is None or isinstance(x, int) for x in every):
            out = self.graph.reshape(out, self.lengths[step.out])
        return out

    def _moved(self, step: Step, operands: list[str], settings: State) -> str:
        """Each element from its place, the same in every row."""
        if "from" not in settings:
            return self.graph.reshape(operands[0], self.lengths[step.out])
        places = np.array(settings["from"], dtype=np.int64)
        rest = np.array([float(x) for x in settings["rest"]]) if "rest" in settings else None
        n, every = self._rows(step.out), [self._rows(place) for place in step.operands]
        if len(operands) > 1 or (n is None) != (every[0] is None):
            raise Fixed
        size = math.prod(self._shape(step))
        if n is None or every[0] is None:
            return self._gathered(operands[0], places, rest, size, self.lengths[step.out], ())
        own, theirs = len(places) // n, size // every[0]
        first = places[:own]
        for row in range(n):
            moved = np.where(first < 0, first, first + row * theirs)
            if not np.array_equal(places[row * own : (row + 1) * own], moved):
                raise Fixed
        if n != every[0] or (first >= theirs).any():
            raise Fixed
        one = None if rest is None else rest[:own]
        return self._gathered(operands[0], first, one, theirs, self.lengths[step.out], ((1,),))

    def _rows(self, place: int) -> int | None:
        """How many rows there were where the first axis is that of rows; None where none is."""
        lengths = self.lengths[place]
        if not any(isinstance(length, tuple) for length in lengths):
            return None
        first, *others = lengths
        if not isinstance(first, tuple) or any(isinstance(length, tuple) for length in others):
            raise Fixed
        return self.whole.shapes[place][0] // first[0]

    def _gathered(
        self,
        x: str,
        places: Array,
        rest: Array | None,
        size: int,
        lengths: Sequence[Length],
        rows: tuple[Length, ...],
    ) -> str:
        graph = self.graph
        flat = graph.reshape(x, (*rows, size))
        indices = graph.fixed(np.maximum(places, 0))
        out = graph.add("Gather", flat, indices, axis=len(rows))
        if (places < 0).any():
            assert rest is not None
            other = graph.fixed(np.where(places < 0, rest, 0).astype(graph.dtype))
            out = graph.add("Where", graph.fixed(places < 0), other, out)
        return graph.reshape(out, lengths)

    # -- windows ---------------------------------------------------------------------------------

    def _windows(self, step: Step, operands: list[str], size: Sequence[int]) -> str:
        """All windows of a picture, (rows, channels, taps, places), 0 in the margin."""
        shape, attrs = self._shape(step), step.attrs
        numbers = np.arange(1.0, math.prod(shape[1:]) + 1).reshape(1, *shape[1:])
        stride = attrs.get("stride") or tuple(size)
        steps = stride, attrs["padding"], attrs.get("dilation", 1)
        places = ARRAY_RULES["unfold"].forward(numbers, tuple(size), *steps).astype(np.int64) - 1
        taps = math.prod(size)
        rows = self.lengths[step.operands[0]][0]
        lengths = rows, shape[1], taps, places.size // (shape[1] * taps)
        each = math.prod(shape[1:])
        return self._gathered(
            operands[0], places.ravel(), np.zeros(places.size), each, lengths, (rows,)
        )

    def _conv(self, step: Step, operands: list[str]) -> str:
        graph, attrs = self.graph, step.attrs
        weights = self.whole.shapes[step.operands[1]]
        if not graph.is_double:
            pads = _pads(attrs["padding"])
            return graph.add(
                "Conv", *operands, strides=list(attrs["stride"]), pads=pads,
                dilations=list(attrs["dilation"]), group=attrs["groups"],
            )  # fmt: skip
        # Runtimes have no Conv of 64 bits: the windows, and a matrix product.
        outputs, channels, *size = weights
        groups, taps = attrs["groups"], math.prod(size)
        columns = self._windows(step, operands, size)
        first = self.lengths[step.out][0]
        spots = math.prod(self.whole.shapes[step.out][2:])
        columns = graph.reshape(columns, (first, groups, channels * taps, spots))
        matrix = graph.reshape(operands[1], (groups, outputs // groups, channels * taps))
        return graph.reshape(graph.add("MatMul", matrix, columns), self.lengths[step.out])

    def _max_pool(self, step: Step, operands: list[str]) -> str:
        attrs = step.attrs
        return self.graph.add(
            "MaxPool", operands[0], kernel_shape=list(attrs["size"]),
            strides=list(attrs["stride"] or attrs["size"]), pads=_pads(attrs["padding"]),
            dilations=list(attrs["dilation"]),
        )  # fmt: skip

    def _avg_pool(self, step: Step, operands: list[str]) -> str:
        graph, size = self.graph, step.attrs["size"]
        windows = self._windows(step, operands, size)
        sums = self._reduce("ReduceSum", windows, [2], False)
        divisor = step.attrs["divisor"]
        by = np.asarray(math.prod(size) if divisor is None else divisor, graph.dtype)
        out = graph.reshape(sums, self.lengths[step.out])
        return graph.add("Div", out, graph.fixed(by))


def _pads(padding: Sequence[Quantity]) -> list[int]:
    """Before each axis, and then behind each."""
    pairs = [(p, p) if isinstance(p, int) else tuple(p) for p in padding]
    return [before for before, _ in pairs] + [behind for _, behind in pairs]
