"""A network as a file of ONNX, whose number of rows is open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.calculus import Function, Rule
from autograd.typing import Array
from nn.exports.onnx_arrays import Arrays, Fixed
from nn.exports.onnx_graph import FORMAT, OPSET, Length, OnnxGraph
from nn.exports.onnx_rows import elementwise
from nn.exports.recorded import Recorded, Step, recorded


def onnx_bytes(
    function: Function,
    inputs: Sequence[Array],
    names: Sequence[str],
    axis: int | None,
    title: str,
) -> bytes:
    """The file's contents, checked; rows are open along ``axis``, as far as that can be said."""
    if axis is not None:
        two, three = (
            recorded(
                function, [np.take(x, np.arange(n) % x.shape[axis], axis) for x in inputs], names
            )
            for n in (2, 3)
        )
        try:
            return _Writing(two, _open(two, three), title, axis).contents()
        except Fixed:
            pass
    whole = recorded(function, inputs, names)
    return _Writing(whole, dict(whole.shapes), title, None).contents()


def _open(two: Recorded, three: Recorded) -> dict[int, tuple[Length, ...]]:
    """The shapes, with what depends on the number of rows; Fixed where it is another program."""
    if [(s.name, s.operands) for s in two.steps] != [(s.name, s.operands) for s in three.steps]:
        raise Fixed
    lengths: dict[int, tuple[Length, ...]] = {}
    for place, shape in two.shapes.items():
        other = three.shapes[place]
        if len(shape) != len(other) or any(3 * n != 2 * m for n, m in zip(shape, other) if n != m):
            raise Fixed
        lengths[place] = tuple(n if n == m else (n // 2,) for n, m in zip(shape, other))
    for place, array in two.constants.items():
        # What is fixed is the same for every row, or it is not fixed.
        if lengths[place] == array.shape and not np.array_equal(array, three.constants[place]):
            raise Fixed
    return lengths


class _Writing:
    def __init__(
        self, whole: Recorded, lengths: dict[int, tuple[Length, ...]], title: str, axis: int | None
    ) -> None:
        self.whole, self.lengths, self.title = whole, lengths, title
        self.graph = OnnxGraph(np.dtype(whole.dtype))
        self.names: dict[int, str] = {}
        self._floats: dict[str, str] = {}
        graph = self.graph
        for place in whole.inputs:
            self.names[place] = whole.names[place]
        if axis is not None:
            shape = graph.add("Shape", self.names[whole.inputs[0]])
            graph.rows = graph.add("Gather", shape, graph.whole(axis), axis=0)
        arrays = Arrays(graph, whole, lengths)
        for step in whole.steps:
            self.names[step.out] = self._step(arrays, step)

    def _step(self, arrays: Arrays, step: Step) -> str:
        graph = self.graph
        if step.name == "astype":
            return self._cast(step)
        if isinstance(step.rule, Rule):
            return elementwise(graph, step.rule, [self._float(p) for p in step.operands])
        if step.name == "take" and len(step.operands) == 2:
            table, indices = self._float(step.operands[0]), self._name(step.operands[1])
            if indices not in {self.whole.names.get(p) for p in self.whole.inputs}:
                indices = graph.cast(indices, np.int64)
            return arrays.write(step, [table, indices])
        return arrays.write(step, [self._float(place) for place in step.operands])

    def _cast(self, step: Step) -> str:
        """A change of the type: all that is computed has the type of the results."""
        x = self._float(step.operands[0])
        before, after = (self.whole.dtypes[place].kind for place in (step.operands[0], step.out))
        if after == "b" and before != "b":
            return self.graph.cast(self.graph.cast(x, bool), self.graph.dtype)
        if after in "iu" and before == "f":
            return self.graph.cast(self.graph.cast(x, np.int64), self.graph.dtype)
        return x

    def _name(self, place: int) -> str:
        """What stands at a place; a fixed array for each of the rows is stretched to them."""
        if place in self.names:
            return self.names[place]
        array, lengths = self.whole.constants[place], self.lengths[place]
        name = self.whole.names.get(place, "")
        if name and not np.isfinite(array).all():
            raise ValueError(
                f"export: the weights {name} are not finite; train again with a lower learning "
                f"rate, or load weights that are finite"
            )
        kind = self.graph.dtype if array.dtype.kind in "fb" else array.dtype
        for axis, length in enumerate(lengths):
            if isinstance(length, tuple):
                one = np.take(array, [0], axis)
                if not np.array_equal(np.broadcast_to(one, array.shape), array):
                    raise Fixed
                array = one
        found = self.graph.fixed(array.astype(kind), name)
        if array.shape != self.whole.shapes[place]:
            found = self.graph.expand(found, lengths)
        self.names[place] = found
        return found

    def _float(self, place: int) -> str:
        """The same in the graph's type, which an input and a fixed array may not have."""
        name = self._name(place)
        fixed = self.whole.constants.get(place)
        given = place in self.whole.inputs or (fixed is not None and fixed.dtype.kind in "iu")
        if not given or self.whole.dtypes[place] == self.graph.dtype:
            return name
        if name not in self._floats:
            self._floats[name] = self.graph.cast(name, self.graph.dtype)
        return self._floats[name]

    def contents(self) -> bytes:
        graph, whole, onnx = self.graph, self.whole, self.graph.onnx
        helper = onnx.helper

        def described(name: str, place: int, kind: np.dtype[np.generic]) -> object:
            lengths = [
                n if isinstance(n, int) else "rows" if n == (1,) else f"{n[0]} * rows"
                for n in self.lengths[place]
            ]
            kind_ = helper.np_dtype_to_tensor_dtype(kind)
            return helper.make_tensor_value_info(name, kind_, lengths)

        ends = []
        for k, place in enumerate(whole.results):
            name = f"y{k + 1 if k else ''}"
            x, kind = self._name(place), whole.dtypes[place]
            if kind != graph.dtype and place not in whole.inputs:
                x = graph.cast(x, kind)
            graph.add("Identity", x, named=name)
            ends.append(described(name, place, kind))
        starts = [described(whole.names[p], p, whole.dtypes[p]) for p in whole.inputs]
        arrays = [onnx.numpy_helper.from_array(a, name) for name, a in graph.arrays.items()]
        made = helper.make_graph(graph.nodes, "network", starts, ends, arrays, self.title)
        version = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(made, opset_imports=version, producer_name="tracegrad")
        model.ir_version = FORMAT
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())
