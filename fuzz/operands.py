"""The operands that a random program has so far: leaves and computed values, by place."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from fuzz.draw import Draw, Shape
from fuzz.program import LAYOUTS, Leaf, Step
from fuzz.reference import REFERENCE, is_tame

#: Points at which conventions, overflows and lost digits show.
SPECIAL = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    -3.0,
    1e8,
    -1e8,
    1e17,
    1e300,
    1e-300,
    np.inf,
    -np.inf,
    np.nan,
)

#: Stretches of numbers, each from its lowest to its highest.
Parts = tuple[tuple[float, float], ...]


class Refused(Exception):
    """NumPy has no value for the step that was drawn."""


class Operands:
    """Leaves and computed values, in the order in which they were made; new leaves are drawn."""

    def __init__(self, draw: Draw, scalar: bool, special: bool) -> None:
        self.draw = draw
        self.scalar = scalar
        self.special = special
        self.dtype = draw.of(("float64",) * 7 + ("float32",) * 2 + ("float16",))
        self.leaves: list[Leaf] = []
        self.values: list[Any] = []
        self.is_leaf: list[bool] = []
        self.steps: list[Step] = []

    def shape(self, place: int) -> Shape:
        return np.shape(self.values[place])

    def ndim(self, place: int) -> int:
        return len(self.shape(place))

    def with_axes(self, place: int, least: int = 1) -> int:
        """``place``, or a new leaf where it has too few axes."""
        return place if self.ndim(place) >= least else self.leaf(self.draw.shape(least, 3))

    def _add(self, leaf: Leaf) -> int:
        self.leaves.append(leaf)
        self.values.append(leaf.array)
        self.is_leaf.append(True)
        return len(self.values) - 1

    def constant(self, array: Any) -> int:
        return self._add(Leaf(array, "constant", layout=self._layout()))

    def _layout(self) -> str:
        return "plain" if self.draw.chance(0.6) else self.draw.of(LAYOUTS)

    def leaf(self, shape: Shape, parts: Parts = ((-1.5, -0.3), (0.3, 1.5))) -> int:
        """A new operand, in one of the stretches: mostly a Tensor, sometimes a constant."""
        draw = self.draw
        moves = not any(leaf.moves for leaf in self.leaves)
        if self.special:
            array = np.asarray(draw.numbers.choice(np.array(SPECIAL), shape))
        else:
            array = draw.uniform(0.0, 1.0, shape)
            sides = draw.numbers.integers(0, len(parts), shape)
            low, high = (np.array([part[end] for part in parts])[sides] for end in (0, 1))
            array = np.asarray(low + (high - low) * array)
        dtype = self.dtype if draw.chance(0.95) else draw.of(("float64", "float32"))
        if dtype != "float64":
            with np.errstate(over="ignore"):
                array = array.astype(dtype).astype(float)
        if self.scalar:
            return self._add(Leaf(array, "value" if moves or draw.chance(0.85) else "number"))
        if not moves and not shape and draw.chance(0.2):
            return self._add(Leaf(array, "number"))
        if not moves and draw.chance(0.15):
            return self._add(Leaf(array.astype(dtype), "constant", dtype, self._layout()))
        return self._add(Leaf(array, "tensor", dtype, self._layout()))

    def given(self, array: Any, of_linalg: bool = False) -> int:
        """A Tensor of these numbers; NumPy's linear algebra has no float16."""
        dtype = "float32" if of_linalg and self.dtype == "float16" else self.dtype
        array = np.asarray(array).astype(dtype).astype(float)
        return self._add(Leaf(array, "tensor", dtype, self._layout()))

    def near(self, array: Any, a: int, of_linalg: bool = False) -> int:
        """These numbers, now and then made larger or smaller by what stands at place ``a``."""
        leaf = self.given(array, of_linalg)
        if self.special or (of_linalg and self.dtype == "float16") or self.draw.chance(0.5):
            return leaf
        tenth = self._add(Leaf(np.asarray(0.1), "number"))
        self.step("sum", (a,), {"axis": None})
        for name, others in (("tanh", ()), ("mul", (tenth,)), ("exp", ()), ("mul", (leaf,))):
            self.step(name, (len(self.values) - 1, *others), {})
        return len(self.values) - 1

    def step(self, name: str, operands: tuple[int, ...], attrs: dict[str, Any]) -> bool:
        """Add a step if its value is fit to be built upon; raises Refused where NumPy has none."""
        step = Step(name, operands, attrs)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            try:
                value = np.asarray(step.run(REFERENCE, self.values), float)
            except (ValueError, IndexError, TypeError, ZeroDivisionError) as error:
                self._append(step, np.zeros(()))
                raise Refused(str(error)) from None
        if value.size > 200 or not (self.special or is_tame(value)):
            return False
        self._append(step, value)
        return True

    def _append(self, step: Step, value: Any) -> None:
        self.steps.append(step)
        self.values.append(value)
        self.is_leaf.append(False)
