"""The same program in fewer and cheaper NumPy calls: results are written into buffers.

What pays is here, operation by operation: dense layers, relu, cross-entropy over class indices. All
else is written as in :mod:`~autograd.replay.arrays.source`.

Buffers lie feature by feature, with a row of ones below. So a layer is one product with its weight
and bias, which lie side by side in the vector of their optimizer, and their gradient is one product
too, written where the optimizer reads it. Terms are products without the repair of 0 times
infinity: where a nan comes up, the lines of ``source`` follow, which repair.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from autograd.calculus import Array, Quantity, State
from autograd.replay.arrays.cross_entropy import mean_cross_entropy
from autograd.replay.arrays.program import Apply, Backward, Program, Ref
from autograd.replay.arrays.source import Source

#: With fewer elements a mask of numbers costs less than one of truth values, which is converted.
SMALL = 4096
#: Inputs of more elements are not copied to have a row of ones.
LARGE = 16384


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
        usual = len({dtype for _, dtype in shapes}) == 1 and shapes[0][1] in _KINDS
        if not (fits and usual and len(shapes[0][0]) == 2 and math.prod(shapes[-1][0])):
            return None
        layer = cls(step, program)
        return layer if layer.values is not None and layer.slots is not None else None


_KINDS = (np.dtype(np.float32), np.dtype(np.float64))


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


class Buffered(Source):
    """The text of a program that updates leaves, with buffers among the objects it names."""

    tools: ClassVar[State] = {
        "copyto": np.copyto, "dot": np.dot, "errstate": np.errstate, "greater": np.greater,
        "isnan": math.isnan, "maximum": np.maximum, "multiply": np.multiply, "sign": np.sign,
        "add": np.add,
    }  # fmt: skip

    def __init__(self, program: Program) -> None:
        self.uses = _uses(program)
        self.layers: dict[int, Dense] = {}
        self.features: dict[int, str] = {}  # by place: the buffer that lies feature by feature
        self.with_ones: dict[int, str] = {}  # the same with the row of ones
        super().__init__(program)

    # -- forward ---------------------------------------------------------------------------------

    def _apply(self, step: Apply) -> None:
        write = getattr(self, f"_write_{step.operation.name}", None)
        if write is not None and write(step):
            self.made[step.out] = step
        else:
            super()._apply(step)

    def _write_linear(self, step: Apply) -> bool:
        layer = Dense.of(step, self.program)
        if layer is None:
            return False
        x, out = self._value(step.operands[0]), self._buffer(step.out)
        self.layers[step.out] = layer
        ones = layer.b is not None and (layer.x in self.features or layer.n * layer.k < LARGE)
        if ones:
            if layer.x not in self.features:  # an argument, or of another operation
                self._buffer(layer.x, f"in{layer.x}")
                self._line(f"copyto({self.features[layer.x]}, {x}.T)")
            weights = self._constant(layer.values.T, "weights")  # type: ignore[union-attr]
            self._line(f"dot({weights}, {self.with_ones[layer.x]}, {out})")
            return True
        self._line(f"dot(leaf{layer.w}._data.T, {x}.T, {out})")
        if layer.b is not None:
            self._line(f"add({out}, leaf{layer.b}._data[:, None], {out})")
        return True

    def _write_relu(self, step: Apply) -> bool:
        place = step.operands[0].place if isinstance(step.operands[0], Ref) else -1
        if place not in self.layers or self.uses[place] != 1:
            return False
        # In place: nobody else asks for what was there.
        self.names[step.out] = self.names[place]
        self.features[step.out] = name = self.features[place]
        self.with_ones[step.out] = self.with_ones[place]
        self._line(f"maximum({name}, {self._zeros(name)}, out={name})")
        return True

    def _zeros(self, like: str) -> str:
        """Zeros of the same shape: NumPy is slower with a single one."""
        shape, dtype = self.space[like].shape, self.space[like].dtype
        name = f"zeros_{'x'.join(map(str, shape))}_{dtype.name}"
        if name not in self.space:
            self.space[name] = np.zeros(shape, dtype)
        return name

    def _write_cross_entropy(self, step: Apply) -> bool:
        logits, targets = step.operands
        attrs = step.attrs
        if not (isinstance(logits, Ref) and isinstance(targets, Ref)) or step.edges != (0,):
            return False
        (shape, dtype), (many, kind) = (self.program.shapes[r.place] for r in (logits, targets))
        usual = attrs["weight"] is None and not attrs["label_smoothing"]
        if (
            len(shape) != 2
            or many != shape[:1]
            or kind != np.intp
            or not (usual and attrs["reduction"] == "mean")
            or 0 <= attrs["ignore_index"] < shape[1]
            or dtype not in _KINDS
            or not shape[0] * shape[1]
        ):
            return False
        loss = self._constant(mean_cross_entropy(shape, dtype, attrs["ignore_index"]), "loss")
        self.names[step.out] = out = f"v{step.out}"
        values = f"{self._value(logits)}, {self._value(targets)}"
        self._line(f"{out}, s{step.out} = {loss}({values})")
        return True

    def _buffer(self, place: int, name: str = "") -> str:
        """A buffer for what stands at a place; by its usual name it is seen row by row."""
        (n, m), dtype = self.program.shapes[place]
        whole = np.ones((m + 1, n), dtype)
        self.with_ones[place] = f"h{place}"
        self.features[place] = f"z{place}"
        self.space[f"h{place}"], self.space[f"z{place}"] = whole, whole[:m]
        if not name:
            self.names[place] = f"v{place}"
            self.space[f"v{place}"] = whole[:m].T
        return f"z{place}"

    # -- backward --------------------------------------------------------------------------------

    def _backward(self, step: Backward) -> None:
        wanted = {place for place in self.program.leaves if self.program.requires[place]}
        order = self._order(step.root, wanted) if step.root in self.made else []
        reached = [s.operands[i].place for s in order for i in s.edges]
        direct = {
            s.out: layer
            for s in order
            if (layer := self.layers.get(s.out)) is not None
            and all(reached.count(p) == 1 for p in (layer.w, layer.b) if p is not None)
        }
        if step.gradient is not None or not direct:
            super()._backward(step)
            return
        self._callbacks()
        self._read_leaves()
        places = [p for layer in direct.values() for p in (layer.w, layer.b) if p is not None]
        for place in places:
            self.space[f"d{place}"] = self.program.leaves[place].grad_buffer
        tests = [f"leaf{p}._grad is None" for p in places]
        tests += [f"leaf{p}.grad_buffer is d{p}" for p in places]
        self._line(f"direct = {' and '.join(tests)}")
        self._line("if direct:")
        Sweep(self, order, reached, wanted, direct, places).write(step.root)
        vectors = {
            id(base): base for p in places if (base := _vector(self.space[f"d{p}"])) is not None
        }
        squares = [
            f"{g}.dot({g})" for g in (self._constant(v, "gradients") for v in vectors.values())
        ]
        self._line(f"    if isnan({' + '.join(squares)}):")
        for place in sorted(wanted.intersection(reached)):
            self._line(f"        leaf{place}._grad = None")
        self._line("        direct = False")
        self._line("if not direct:")
        start = len(self.lines)
        super()._backward(step)
        self.lines[start:] = [f"    {line}" for line in self.lines[start:]]


class Sweep:
    """The lines of the reverse sweep over buffers."""

    def __init__(
        self,
        source: Buffered,
        order: list[Apply],
        reached: list[int],
        wanted: set[int],
        direct: dict[int, Dense],
        places: list[int],
    ) -> None:
        self.source, self.order, self.reached, self.wanted = source, order, reached, wanted
        self.direct, self.places = direct, places
        self.own: dict[int, str] = {}  # by place: the buffer that its gradient alone is in
        self.rest: list[str] = []

    def line(self, line: str) -> None:
        self.source.lines.append(f"        {line}")

    def write(self, root: int) -> None:
        source = self.source
        shape, dtype = source.program.shapes[root]
        self.one = source._constant(np.ones(shape, dtype), "one")
        source.terms = {root: self.one}
        # Products with a mask may meet inf times 0.
        source.lines.append("    with errstate(all='ignore'):")
        for step in reversed(self.order):
            if step.out in self.direct:
                self.dense(self.direct[step.out])
                continue
            for place in step.edges:
                operand = step.operands[place].place
                if operand in self.wanted or source._leads(operand, self.wanted):
                    self.contribution(step, place, operand)
        for place in self.places:
            source.lines.append(f"    leaf{place}._grad = d{place}")
        if self.rest:
            source.lines.append(f"    add_to_leaves([{', '.join(self.rest)}])")

    def dense(self, layer: Dense) -> None:
        """The gradients of a layer's leaves, straight into their slots, and that of its input."""
        source = self.source
        g = source.terms[layer.out]
        x = source.names[layer.x]
        if layer.b is not None and layer.x in source.with_ones:
            slots = source._constant(layer.slots, "slots")
            self.line(f"dot({source.with_ones[layer.x]}, {g}, {slots})")
        else:
            self.line(f"dot({x}.T, {g}, d{layer.w})")
            if layer.b is not None:
                ones = source._constant(np.ones(layer.n, layer.dtype), "ones")
                self.line(f"dot({ones}, {g}, d{layer.b})")
        if not source._leads(layer.x, self.wanted):
            return
        if self.reached.count(layer.x) > 1:
            self.add(layer.x, f"{g}.dot(leaf{layer.w}._data.T)")
            return
        buffer = np.empty((layer.k, layer.n), layer.dtype)
        name = self.own[layer.x] = source._constant(buffer, "slope")
        source.space[f"{name}_rows"] = buffer.T
        source.terms[layer.x] = f"{name}_rows"
        upstream = self.own.get(layer.out, f"{g}.T")
        self.line(f"dot(leaf{layer.w}._data, {upstream}, {name})")

    def contribution(self, step: Apply, place: int, operand: int) -> None:
        source = self.source
        name = step.operation.name
        alone = operand not in self.wanted and self.reached.count(operand) == 1
        if name == "relu" and alone and step.out in source.features and step.out in self.own:
            self.masked(step.out, operand)
            return
        if name == "cross_entropy" and source.terms[step.out] == self.one:
            term = f"s{step.out}"
        else:
            term = source._term(step, place)
        if operand in self.wanted:
            self.line(f"t{len(self.rest)} = {term}")
            self.rest.append(f"(leaf{operand}, t{len(self.rest)})")
        else:
            self.add(operand, f"cast({term}, {source._dtype(operand)})")

    def masked(self, out: int, operand: int) -> None:
        source = self.source
        value, g = source.features[out], self.own[out]
        like = source.space[g]
        small = like.size < SMALL
        mask = source._constant(np.empty(like.shape, like.dtype if small else bool), "mask")
        zeros = source._zeros(value)
        self.line(f"sign({value}, {mask})" if small else f"greater({value}, {zeros}, {mask})")
        self.line(f"multiply({g}, {mask}, {g})")
        source.terms[operand], self.own[operand] = source.terms[out], g

    def add(self, operand: int, term: str) -> None:
        before = self.source.terms.get(operand)
        self.line(f"g{operand} = {term}" if before is None else f"g{operand} = {before} + {term}")
        self.source.terms[operand] = f"g{operand}"


def _vector(slot: Array) -> Array:
    return slot if slot.base is None else slot.base


def _uses(program: Program) -> dict[int, int]:
    """How often each place is read."""
    uses = dict.fromkeys(range(len(program.shapes)), 0)

    def count(x: Quantity) -> None:
        if isinstance(x, Ref):
            uses[x.place] += 1
        elif isinstance(x, tuple | list):
            for item in x:
                count(item)

    for step in program.steps:
        for name in ("operands", "gradient", "args"):
            count(getattr(step, name, None))
        for name in ("place", "root"):
            if isinstance(place := getattr(step, name, None), int):
                uses[place] += 1
        if isinstance(step, Apply):
            count(tuple(step.attrs.values()))
    count(tuple(program.results))
    return uses
