"""Random programs: graphs with shared nodes, repeated operands, broadcasts and structural steps.

One generator serves a seeded NumPy generator (thousands of graphs, quickly) and Hypothesis (which
shrinks what fails): it asks ``choose(n)`` for every decision. A program is data, and runs on any
table of functions: the library's, the oracle's, PyTorch's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.functions.table import FUNCTIONS

Choose = Callable[[int], int]
Functions = Mapping[str, Callable[..., Any]]
Shape = tuple[int, ...]

UNARY = "neg square exp sin tanh sigmoid softplus relu abs arctan".split()
BINARY = "add sub mul div maximum minimum hypot".split()
STRUCTURAL = (
    "sum mean max cumsum reshape transpose flip slice fancy mask broadcast_to concatenate stack "
    "matmul softmax where"
).split()

#: Rows with a kink somewhere: a second derivative is not asked of them.
KINKED = {"relu", "abs", "maximum", "minimum", "max"}

#: Shapes of leaves: few, so that operands often fit, and small, so that a graph costs little.
SHAPES: tuple[Shape, ...] = ((), (3,), (2, 3), (1, 3), (2, 1), (2, 1, 3))


@dataclass(frozen=True)
class Step:
    """One line of a program: ``op(*operands, **attrs)``.

    An operand is the place of an earlier value, or a float: a constant that was never a node.
    """

    op: str
    operands: tuple[int | float, ...]
    attrs: dict[str, Any] = field(default_factory=dict)

    def run(self, functions: Functions, values: list[Any]) -> Any:
        operands = [values[i] if isinstance(i, int) else i for i in self.operands]
        function = functions[self.op]
        if self.op in ("concatenate", "stack"):
            return function(operands, **self.attrs)
        if self.op == "where":
            return function(self.attrs["mask"], *operands)
        return function(*operands, **self.attrs)


@dataclass
class Program:
    """Leaves and steps; the output is the last value, a scalar."""

    leaves: list[Any]
    steps: list[Step] = field(default_factory=list)

    def __call__(self, functions: Functions, *leaves: Any) -> Any:
        values = list(leaves)
        for step in self.steps:
            values.append(step.run(functions, values))
        return values[-1]

    def __str__(self) -> str:
        shapes = ", ".join(str(leaf.shape) for leaf in self.leaves)
        n = len(self.leaves)
        lines = [f"%{n + i} = {s.op}{s.operands} {s.attrs}" for i, s in enumerate(self.steps)]
        return "\n".join([f"leaves {shapes}", *lines])


class Growth:
    """A program on its way, with the values it has on its own leaves: they keep it tame."""

    def __init__(self, choose: Choose, shapes: list[Shape], smooth: bool) -> None:
        rng = np.random.default_rng(choose(2**16))
        self.choose = choose
        self.smooth = smooth
        self.program = Program([np.asarray(rng.uniform(-1.5, 1.5, shape)) for shape in shapes])
        self.values: list[Any] = list(self.program.leaves)
        self.tame = list(range(len(self.values)))  # the places that may be built upon

    def one_of(self, names: list[str]) -> str:
        allowed = [name for name in names if not (self.smooth and name in KINKED)]
        return allowed[self.choose(len(allowed))]

    def pick(self) -> int:
        """An earlier value; recent ones more often, so that graphs grow deep as well as wide."""
        n = len(self.tame)
        return self.tame[max(self.choose(n), self.choose(n))]

    def shape(self, place: int) -> Shape:
        shape: Shape = self.values[place].shape
        return shape

    def axis(self, place: int) -> int:
        """An axis, counted from either end; the value must have one."""
        ndim = len(self.shape(place))
        return self.choose(2 * ndim) - ndim

    def add(self, op: str, *operands: int | float, **attrs: Any) -> int:
        step = Step(op, operands, attrs)
        value = np.asarray(step.run(FUNCTIONS, self.values))
        self.program.steps.append(step)
        self.values.append(value)
        place = len(self.values) - 1
        if not np.all(np.abs(value) < 10):  # what is exponentiated next must not overflow
            return self.add("tanh", place)
        self.tame.append(place)
        return place

    def with_axis(self) -> int:
        """A value that has an axis to work on."""
        a = self.pick()
        return a if self.shape(a) else self.add("broadcast_to", a, shape=(2, 2))

    def unary(self) -> None:
        self.add(self.one_of(UNARY), self.pick())

    def binary(self) -> None:
        op = self.one_of(BINARY)
        a, b = self.fitting(self.pick(), self.pick())
        if op == "div" or op == "hypot":  # away from the pole and from the kink
            b = self.add("add", self.add("sigmoid", b), 1.0)
        if op in ("add", "sub", "mul", "div") and not self.choose(4):
            number = 0.5 + self.choose(3)
            self.add(op, *((number, b) if self.choose(2) else (a, number)))
        else:
            self.add(op, a, b)

    def fitting(self, a: int, b: int) -> tuple[int, int]:
        """The two, the second summed up if it does not broadcast against the first."""
        try:
            fits = len(np.broadcast_shapes(self.shape(a), self.shape(b))) <= 4
        except ValueError:
            fits = False
        return (a, b) if fits else (a, self.add("sum", b, axis=None))

    def structural(self) -> None:
        op = self.one_of(STRUCTURAL)
        a = self.with_axis()
        shape = self.shape(a)
        n = shape[0]
        match op:
            case "sum" | "mean":
                axis = [None, self.axis(a), tuple(range(len(shape)))][self.choose(3)]
                self.add(op, a, axis=axis, keepdims=bool(self.choose(2)))
            case "max" | "cumsum" | "flip" | "softmax":
                self.add(op, a, axis=self.axis(a))
            case "reshape":
                self.add(op, a, shape=[(-1,), shape[::-1], (1, *shape)][self.choose(3)])
            case "transpose":
                axes = tuple(range(len(shape)))
                self.add(op, a, axes=axes[::-1] if self.choose(2) else (*axes[1:], axes[0]))
            case "slice":
                index = [(..., slice(None, 1)), slice(None, None, -1), n - 1, (None, ..., 0)]
                self.add("getitem", a, index=index[self.choose(4)])
            case "fancy":
                self.add("getitem", a, index=np.array([self.choose(n) for _ in range(3)]))
            case "mask":
                mask = np.arange(n) % 2 == self.choose(2)
                self.add("getitem", a, index=mask if mask.any() else ~mask)
            case "broadcast_to":
                if len(shape) < 4:
                    self.add(op, a, shape=(2, *shape))
            case "concatenate" | "stack":
                self.add(op, a, a, axis=self.axis(a))
            case "matmul":
                if len(shape) <= 2:
                    axes = tuple(range(len(shape)))[::-1]
                    self.add(op, a, self.add("transpose", a, axes=axes))
            case "where":
                a, b = self.fitting(a, self.pick())
                mask = np.arange(n) % 2 == 0
                mask = mask.reshape(n, *(1,) * (len(shape) - 1))
                self.add(op, a, b, mask=mask)

    def finish(self) -> Program:
        """The sum of everything that no step used, squashed: every leaf and branch counts."""
        used = {i for step in self.program.steps for i in step.operands if isinstance(i, int)}
        total: int | None = None
        for place in range(len(self.values)):
            if place not in used:
                term = self.add("mean", place, axis=None, keepdims=False)
                total = term if total is None else self.add("add", total, term)
        return self.program


def grow(choose: Choose, length: int = 14, smooth: bool = False, scalar: bool = False) -> Program:
    """A random program; ``scalar`` ones have 0-d leaves and elementwise steps, as Values do."""
    shapes = [() if scalar else SHAPES[choose(len(SHAPES))] for _ in range(1 + choose(3))]
    growth = Growth(choose, shapes, smooth)
    kinds = [growth.unary, growth.binary, growth.binary, growth.structural, growth.structural]
    for _ in range(1 + choose(length)):
        kinds[choose(3 if scalar else 5)]()
    return growth.finish()


def random_program(seed: int, **wishes: Any) -> Program:
    rng = np.random.default_rng(seed)
    return grow(lambda n: int(rng.integers(n)), **wishes)


@st.composite
def programs(draw: st.DrawFn, /, **wishes: Any) -> Program:
    """The same programs, drawn by Hypothesis."""
    return grow(lambda n: draw(st.integers(0, n - 1)), **wishes)
