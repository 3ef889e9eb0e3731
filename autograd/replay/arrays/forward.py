"""The forward part of a program in fewer and cheaper NumPy calls: results go into buffers.

What pays is here, operation by operation: dense layers, elementwise operations behind them,
cross-entropy over class indices. All else is written as in :mod:`~autograd.replay.arrays.source`.

Buffers lie feature by feature, with a row of ones below. So a layer is one product with its weight
and bias, which lie side by side in the vector of their optimizer.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from autograd.calculus import Quantity, Rule, State
from autograd.engine import numbers
from autograd.replay.arrays.cross_entropy import mean_cross_entropy
from autograd.replay.arrays.dense import KINDS, Dense
from autograd.replay.arrays.elementwise import Expression, Local
from autograd.replay.arrays.program import Apply, Call, Program, Ref
from autograd.replay.arrays.source import Source

#: Inputs of more elements are not copied to have a row of ones.
LARGE = 16384


class Forward(Source):
    """The forward part of such a program, with buffers among the objects that its lines name."""

    tools: ClassVar[State] = {
        "add": np.add, "copyto": np.copyto, "dot": np.dot, "greater": np.greater,
        "isnan": math.isnan, "maximum": np.maximum, "multiply": np.multiply,
        "negative": np.negative, "sign": np.sign,
        "next": next, "numbers": numbers, "vdot": np.vdot,
    }  # fmt: skip

    def __init__(self, program: Program) -> None:
        self.uses = _uses(program)
        self.layers: dict[int, Dense] = {}
        self.features: dict[int, str] = {}  # by place: the buffer that lies feature by feature
        self.with_ones: dict[int, str] = {}  # the same with the row of ones
        #: By place and operand: the local derivative of an elementwise operation.
        self.slopes: dict[tuple[int, int], Local] = {}
        #: What callbacks are given, who may keep it.
        self.called = {
            x.place
            for step in program.steps
            if isinstance(step, Call)
            for x in step.operands
            if isinstance(x, Ref)
        }
        #: Whether leaves may have been given other memory since the program began.
        self.updated = False
        super().__init__(program)

    # -- forward ---------------------------------------------------------------------------------

    def _apply(self, step: Apply) -> None:
        write = getattr(self, f"_write_{step.operation.name}", self._write_elementwise)
        if write(step):
            self.made[step.out] = step
        else:
            super()._apply(step)

    def _write_linear(self, step: Apply) -> bool:
        layer = None if self.updated else Dense.of(step, self.program)
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
            return self._write_elementwise(step)
        # In place: nobody else asks for what was there.
        self.names[step.out] = self.names[place]
        self.features[step.out] = name = self.features[place]
        self.with_ones[step.out] = self.with_ones[place]
        self._line(f"maximum({name}, {self.zeros(name)}, out={name})")
        return True

    def _write_elementwise(self, step: Apply) -> bool:
        """An operation of the table over arrays and numbers, into a buffer."""
        rule, (shape, dtype) = step.operation.rule, self.program.shapes[step.out]
        if not isinstance(rule, Rule) or step.attrs or self.updated or dtype not in KINDS:
            return False
        numbers = [x for x in step.operands if not isinstance(x, Ref)]
        places = [x.place for x in step.operands if isinstance(x, Ref)]
        if not shape or 0 in shape or not places or not all(map(_is_small, numbers)):
            return False
        if any(self.program.shapes[place][1] != dtype for place in places):
            return False
        if step.out in self.called:
            return False
        tree, unnamed = rule.value_tree, dict.fromkeys(rule.args, "")
        plain = Expression(self, tree, unnamed, np.empty(0, dtype)).plain
        # Feature by feature where all operands lie so, and none is stretched.
        by_feature = plain and all(
            place in self.features and self.program.shapes[place][0] == shape for place in places
        )
        names = {
            arg: self._constant(np.array(x, dtype), "k")
            if not isinstance(x, Ref)
            else self.features[x.place]
            if by_feature
            else self._value(x)
            for arg, x in zip(rule.args, step.operands)
        }
        like = np.empty(shape[::-1] if by_feature else shape, dtype)
        if plain:
            out = self._buffer(step.out) if by_feature else self._rows(step.out)
            Expression(self, tree, names, like).write(out, self._line)
        else:
            super()._apply(step)
            out = self.names[step.out]
        for place in step.edges:
            local = Local.of(self, rule.partial_trees[place], {**names, "out": out}, like)
            if local is not None:
                local.by_feature = by_feature
                self.slopes[step.out, place] = local
        return True

    def _rows(self, place: int) -> str:
        """A buffer for what stands at a place, in its own order."""
        shape, dtype = self.program.shapes[place]
        name = self.names[place] = f"v{place}"
        self.space[name] = np.empty(shape, dtype)
        return name

    def _write_mean(self, step: Apply) -> bool:
        """The mean of all elements."""
        x = step.operands[0]
        if not isinstance(x, Ref) or step.attrs["axis"] is not None or step.attrs["keepdims"]:
            return False
        shape, dtype = self.program.shapes[x.place]
        if dtype not in KINDS or not math.prod(shape):
            return False
        total = self._function("total", np.add.reduce)
        name = self.names[step.out] = f"v{step.out}"
        self._line(f"{name} = asarray({total}({self._value(x)}, None) / {math.prod(shape)})")
        return True

    def zeros(self, like: str) -> str:
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
            or dtype not in KINDS
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


def _is_small(x: Quantity) -> bool:
    """Whether a number is one in every dtype."""
    return x.__class__ in (int, float) and abs(x) < 1e30


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
