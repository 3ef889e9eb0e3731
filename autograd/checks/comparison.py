"""One function at one point: its derivatives by the rules compared with those by differences."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd.calculus import Array, Function, Quantity, Shape
from autograd.checks.differences import complex_step, slopes
from autograd.checks.report import Entry, Report
from autograd.derivatives import checked_output, inside, push
from autograd.engine import (
    Constant,
    Node,
    Tensor,
    Value,
    by_number,
    data_of,
    flatten,
    gradients,
    reachable,
)

#: Up to so many inputs every entry is tried, else so many random directions; outputs likewise.
EVERY_INPUT, DIRECTIONS = 100, 12
EVERY_OUTPUT, COTANGENTS = 40, 6


def is_moving(leaf: Quantity) -> bool:
    return isinstance(leaf, Value) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f")


class Settings(NamedTuple):
    """How close the derivatives must be, and the seed of the random directions."""

    rtol: float
    atol: float
    seed: int


class Comparison:
    """One function at one point: its values, its outputs' nodes, and :meth:`report`."""

    f: Function
    leaves: list[Quantity]
    labels: list[str]
    order: int
    settings: Settings
    rng: np.random.Generator
    moving: list[int]
    shapes: list[Shape]
    sizes: list[int]
    x: Array
    variables: list[Quantity]
    outs: list[Quantity]
    out_names: list[str]
    out_shapes: list[Shape]
    y: Array

    def __init__(
        self,
        f: Function,
        leaves: list[Quantity],
        labels: list[str],
        order: int,
        settings: Settings,
        output_names: list[str] | None = None,
    ) -> None:
        self.f, self.leaves, self.labels, self.order = f, leaves, labels, order
        self.settings = settings
        self.rng = np.random.default_rng(settings.seed)
        self.moving = [i for i, leaf in enumerate(leaves) if is_moving(leaf)]
        self.shapes = [np.shape(data_of(leaves[i])) for i in self.moving]
        self.sizes = [int(np.prod(shape)) for shape in self.shapes]
        self.x = np.concatenate([np.ravel(data_of(leaves[i])) for i in self.moving])
        with inside():
            self.variables = [self._node(i, leaves[i], True) for i in self.moving]
            self.outs = self._outputs(f(*self._with(self.variables)))
        self.out_names = output_names or [
            "output" + (f"[{i}]" if len(self.outs) > 1 else "") for i in range(len(self.outs))
        ]
        self.out_shapes = [np.shape(data_of(out)) for out in self.outs]
        self.y = np.concatenate([np.ravel(data_of(out)).astype(float) for out in self.outs])
        if not np.all(np.isfinite(self.y)):
            i = int(np.flatnonzero(~np.isfinite(self.y))[0])
            raise ValueError(
                f"gradcheck: {self._name(self.out_names, self.out_shapes, i)} is {self.y[i]} "
                f"at this point; choose a point at which the function is finite"
            )

        self._refuse_low_precision()

    def _refuse_low_precision(self) -> None:
        """Difference quotients in float32 have three digits, too few to check a rule."""
        moving = {id(x) for x in self.variables}
        ends = [out for out in self.outs if isinstance(out, Node)]
        nodes = {id(node): node for end in ends for node in reachable(end)}
        for node in sorted(nodes.values(), key=by_number):
            if any(id(x) in moving for x in node._tracked()):
                moving.add(id(node))
                dtype = getattr(node.data, "dtype", np.dtype(float))
                if dtype.kind == "f" and dtype.itemsize < 8:
                    raise TypeError(
                        f"gradcheck: {node._origin.rule.name} computes in {dtype}, too coarse for "
                        f"difference quotients; let the function keep float64 and check it again"
                    )

    def _outputs(self, out: Quantity) -> list[Quantity]:
        ends, _, _ = flatten(out)
        return [checked_output("gradcheck", end) for end in ends]

    def _node(self, i: int, data: Quantity, requires_grad: bool) -> Quantity:
        if isinstance(self.leaves[i], Value):
            kind = Value if requires_grad else Constant
            return kind(float(data_of(data)))
        node = Tensor(data, requires_grad=requires_grad)
        node.data.flags.writeable = False
        return node

    def _with(self, moved: Sequence[Quantity]) -> list[Quantity]:
        arguments = list(self.leaves)
        for i, node in zip(self.moving, moved):
            arguments[i] = node
        return arguments

    def _cut(self, vector: Array) -> list[Array]:
        parts = np.split(vector, np.cumsum(self.sizes)[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, self.shapes)]

    def value(self, vector: Array) -> Array:
        """The outputs, end to end, with the inputs at ``vector``."""
        nodes = [self._node(i, part, False) for i, part in zip(self.moving, self._cut(vector))]
        ends = flatten(self.f(*self._with(nodes)))[0]
        return np.concatenate([np.ravel(data_of(end)).astype(float) for end in ends])

    def complex_value(self, vector: Array) -> Array:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ends = flatten(self.f(*self._with(self._cut(vector))))[0]
            if any(isinstance(end, Node) for end in ends):
                raise TypeError("nodes hold real numbers")
            return np.concatenate([np.ravel(np.asarray(end)) for end in ends])

    def report(self) -> Report:
        every_in, every_out = len(self.x) <= EVERY_INPUT, len(self.y) <= EVERY_OUTPUT
        V = np.eye(len(self.x)) if every_in else self._random(DIRECTIONS, len(self.x))
        U = np.eye(len(self.y)) if every_out else self._random(COTANGENTS, len(self.y))
        if not np.array_equal(self.value(self.x), self.y):
            reason = (
                "the function gives another value when it is called again: seed its random "
                "numbers, or check it without what changes"
            )
            return Report(self.order, 0, "nothing compared", None, (), reason)
        rows = np.array([self._row(u) for u in U]).reshape(len(U), len(self.x))
        analytic = self.order == 1 and not any(isinstance(x, Value) for x in self.leaves)
        entries, stepped = [], 0
        for j, v in enumerate(V):
            scale = max(1.0, float(np.abs(self.x[j]))) if every_in else 1.0
            numerical = slopes(lambda s, v=v: U @ self.value(self.x + s * v), scale)  # type: ignore[misc]
            exact = None
            if analytic:
                exact = complex_step(lambda s, v=v: U @ self.complex_value(self.x + s * v))  # type: ignore[misc]
                analytic = exact is not None
            for i in range(len(U)):
                numeric, doubt = float(numerical.value[i]), float(numerical.error[i])
                if exact is not None and abs(exact[i] - numeric) <= 1e-5 * max(1, abs(numeric)):
                    numeric, doubt, stepped = float(exact[i]), 0.0, stepped + 1
                entries.append(
                    self._entry(
                        self._output_name(i, every_out),
                        self._input_name(j, every_in),
                        float(rows[i] @ v),
                        numeric,
                        doubt,
                        (float(numerical.left[i]), float(numerical.right[i])),
                        bool(numerical.kink[i]),
                    )
                )
        method = "complex step" if entries and stepped == len(entries) else "central differences"
        if not (every_in and every_out):
            method += " along random directions"
        return self._judged(entries, method, self._forward_fault(U, rows))

    def _random(self, count: int, size: int) -> Quantity:
        return self.rng.standard_normal((count, size)) / np.sqrt(size)

    def _row(self, u: Quantity) -> Quantity:
        """uᵀJ by the reverse sweep."""
        total = np.zeros(len(self.x))
        start = 0
        for out, shape in zip(self.outs, self.out_shapes):
            size = int(np.prod(shape))
            part, start = u[start : start + size].reshape(shape), start + size
            if isinstance(out, Node) and out.requires_grad and part.any():
                seed = float(part) if isinstance(out, Value) else part.astype(out.data.dtype)
                grads = gradients(out, self.variables, seed)
                total += np.concatenate(
                    [
                        np.zeros(size) if g is None else np.ravel(data_of(g))
                        for g, size in zip(grads, self.sizes)
                    ]
                )
        return total

    def _forward_fault(self, U: Array, rows: Array) -> str:
        """What is wrong with forward mode: it must give uᵀJv as reverse mode does."""
        v = self.rng.standard_normal(len(self.x))
        ends = [out for out in self.outs if isinstance(out, Node)]
        if not ends:
            return ""
        seeds = {
            id(x): float(part) if isinstance(x, Value) else part
            for x, part in zip(self.variables, self._cut(v))
        }
        tangents = iter(push(ends, self.variables, seeds, False))
        parts = []
        for out, shape in zip(self.outs, self.out_shapes):
            t = next(tangents) if isinstance(out, Node) else None
            parts.append(np.zeros(int(np.prod(shape))) if t is None else np.ravel(data_of(t)))
        forward, reverse = U @ np.concatenate(parts), rows @ v
        scale = np.abs(rows) @ np.abs(v) + np.abs(U) @ np.abs(np.concatenate(parts))
        off = np.abs(forward - reverse) > 1e-9 + 1e-8 * scale
        both = np.isfinite(forward) | np.isfinite(reverse)
        if not np.any(off & both):
            return ""
        i = int(np.argmax(off & both))
        return (
            f"forward mode disagrees with reverse mode: {forward[i]:.10g} against "
            f"{reverse[i]:.10g} along one direction"
        )

    def _entry(
        self,
        output: str,
        input_: str,
        ours: float,
        numeric: float,
        doubt: float,
        sides: tuple[float, float],
        kink: bool,
    ) -> Entry:
        tolerance = self.settings.atol + self.settings.rtol * max(abs(ours), abs(numeric))
        if kink:
            low, high = sorted(sides)
            near = [abs(side) for side in sides if np.isfinite(side)]
            loose = tolerance + 1e-4 * max(1.0, *near)
            passed = low - loose <= ours <= high + loose
        else:
            settled = doubt <= 1e-4 * max(1.0, abs(numeric))
            passed = settled and abs(ours - numeric) <= tolerance + 10 * doubt
        return Entry(output, input_, ours, numeric, tolerance, *sides, kink, bool(passed))

    def _judged(self, entries: list[Entry], method: str, forward: str) -> Report:
        failed = [e for e in entries if not e.passed]
        kinks = tuple(e for e in entries if e.kink)
        pool = failed or [e for e in entries if not e.kink] or entries
        worst = max(pool, key=_badness, default=None)
        reason = ""
        if failed:
            assert worst is not None
            if not np.isfinite(worst.numeric):
                reason = (
                    f"{len(failed)} of {len(entries)} derivatives cannot be compared: the function "
                    f"is not finite on both sides of this point (the edge of its domain?)"
                )
            else:
                reason = f"{len(failed)} of {len(entries)} derivatives are wrong"
        elif forward:
            reason = forward
        return Report(self.order, len(entries), method, worst, kinks, reason)

    def _output_name(self, i: int, every: bool) -> str:
        return self._name(self.out_names, self.out_shapes, i) if every else f"random blend {i}"

    def _input_name(self, j: int, every: bool) -> str:
        names = [self.labels[i] for i in self.moving]
        return self._name(names, self.shapes, j) if every else f"random direction {j}"

    @staticmethod
    def _name(names: Sequence[str], shapes: Sequence[Quantity], i: int) -> str:
        for name, shape in zip(names, shapes):
            size = int(np.prod(shape))
            if i < size:
                where = ", ".join(str(int(k)) for k in np.unravel_index(i, shape)) if shape else ""
                return f"{name}[{where}]" if shape else name
            i -= size
        raise IndexError(i)


def _badness(entry: Entry) -> float:
    if not np.isfinite(entry.error):
        return np.inf
    return entry.error / (entry.tolerance or 1.0)
