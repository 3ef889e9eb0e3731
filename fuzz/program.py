"""A random program as data: leaves and steps, to be run on any table of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import autograd

Functions = Mapping[str, Callable[..., Any]]

#: Functions that take their arrays as one list.
OF_LISTS = frozenset("concatenate stack vstack hstack column_stack dstack multi_dot".split())

#: What is done with the result of a call: a part of it is taken, and squared.
AFTERWARDS = ("part", "squared")

#: Ways in which the same numbers may lie in memory.
LAYOUTS = ("plain", "fortran", "reversed", "sliced")


def laid_out(array: Any, layout: str) -> Any:
    """The same numbers, with other strides."""
    if not array.ndim:
        return array
    match layout:
        case "fortran":
            return np.asfortranarray(array)
        case "reversed":
            backwards = (slice(None, None, -1),) * array.ndim
            return array[backwards].copy()[backwards]
        case "sliced":
            wide = np.zeros(tuple(2 * n for n in array.shape), array.dtype)
            part = wide[(slice(None, None, 2),) * array.ndim]
            part[...] = array
            return part
    return array


@dataclass(frozen=True)
class Leaf:
    """An operand that is given: a Tensor, a Value, or a constant (an array, or a number)."""

    array: Any  # in float64, or what a constant is
    kind: str = "tensor"  # tensor, value, constant, number
    dtype: str = "float64"
    layout: str = "plain"

    @property
    def moves(self) -> bool:
        """Whether a gradient is asked of it."""
        return self.kind in ("tensor", "value")

    def made(self) -> Any:
        """The operand itself."""
        match self.kind:
            case "number":
                return self.array.item()
            case "value":
                return autograd.Value(self.array.item())
            case "constant":
                return laid_out(self.array, self.layout)
        array = self.array.astype(self.dtype)
        tensor = autograd.Tensor(array)
        if self.layout != "plain":
            tensor.data = laid_out(array, self.layout)
        return tensor

    def __str__(self) -> str:
        numbers = f"array({self.array.tolist()!r}, {self.array.dtype.name!r})"
        if self.array.size == 0:
            numbers = f"zeros({self.array.shape}, {self.array.dtype.name!r})"
        match self.kind:
            case "number":
                return repr(self.array.item())
            case "value":
                return f"Value({self.array.item()!r})"
            case "constant":
                text = numbers
            case _:
                text = f"Tensor({numbers}, dtype={self.dtype!r})"
        return text if self.layout == "plain" else f"{text}  # laid out: {self.layout}"


def call(function: Callable[..., Any], name: str, operands: Sequence[Any], attrs: Any) -> Any:
    """``function(*operands, **attrs)``, in the form that the function has."""
    rest = {key: value for key, value in attrs.items() if key not in AFTERWARDS}
    if name in OF_LISTS:
        out = function(list(operands), **rest)
    elif name == "einsum":
        out = function(attrs["subscripts"], *operands)
    elif name == "select":
        out = function(rest.pop("condlist"), list(operands), **rest)
    elif name == "full":
        out = function(rest.pop("shape"), *operands)
    elif name == "gradient":
        out = function(*operands, *rest.pop("spacings", ()), **rest)
    elif name == "average" and len(operands) == 2:
        out = function(operands[0], weights=operands[1], **rest)
    else:
        out = function(*operands, **rest)
    out = out[attrs["part"]] if "part" in attrs else out
    return out * out if attrs.get("squared") else out


@dataclass(frozen=True)
class Step:
    """``name(*operands, **attrs)``; an operand is the place of an earlier value."""

    name: str
    operands: tuple[int, ...]
    attrs: Mapping[str, Any] = field(default_factory=dict)

    def run(self, functions: Functions, values: Sequence[Any]) -> Any:
        operands = [values[i] for i in self.operands]
        return call(functions[self.name], self.name, operands, self.attrs)

    def __str__(self) -> str:
        names = [f"v{i}" for i in self.operands]
        words = {key: repr(value) for key, value in self.attrs.items() if key not in AFTERWARDS}
        listed = f"[{', '.join(names)}]"
        match self.name:
            case "einsum":
                names.insert(0, words.pop("subscripts"))
            case "select":
                names = [words.pop("condlist"), listed]
            case "full":
                names.insert(0, words.pop("shape"))
            case "gradient":
                names += [repr(x) for x in self.attrs.get("spacings", ())]
                words.pop("spacings", None)
            case "average" if len(names) == 2:
                words["weights"] = names.pop()
            case name if name in OF_LISTS:
                names = [listed]
        text = f"F[{self.name!r}]({', '.join([*names, *(f'{k}={x}' for k, x in words.items())])})"
        text += f"[{self.attrs['part']!r}]" if "part" in self.attrs else ""
        return f"{text} ** 2" if self.attrs.get("squared") else text


@dataclass(frozen=True)
class Program:
    """Leaves and steps; the output is the last value, ``weights`` its upstream gradient.

    ``refused`` says that NumPy raised an error at the last step; ``special`` that the numbers are
    infinite, nan, huge or zero, where differences say nothing.
    """

    leaves: tuple[Leaf, ...]
    steps: tuple[Step, ...]
    weights: Any = None
    refused: bool = False
    special: bool = False

    def run(self, functions: Functions, leaves: Sequence[Any]) -> list[Any]:
        """All values, the leaves first."""
        values = list(leaves)
        for step in self.steps:
            values.append(step.run(functions, values))
        return values

    def without_the_unused(self) -> Program:
        """The same program without leaves and steps that the output does not need."""
        n = len(self.leaves)
        needed = {n + len(self.steps) - 1}
        for place in range(n + len(self.steps) - 1, n - 1, -1):
            if place in needed:
                needed.update(self.steps[place - n].operands)
        order = sorted(needed)
        new = {old: place for place, old in enumerate(order)}
        leaves = tuple(self.leaves[i] for i in order if i < n)
        steps = tuple(
            replace(self.steps[i - n], operands=tuple(new[k] for k in self.steps[i - n].operands))
            for i in order
            if i >= n
        )
        return replace(self, leaves=leaves, steps=steps)

    def __str__(self) -> str:
        lines = [
            "from numpy import *",
            "from autograd import *",
            "from autograd.functions.table import FUNCTIONS as F",
        ]
        lines += [f"v{i} = {leaf}" for i, leaf in enumerate(self.leaves)]
        n = len(self.leaves)
        lines += [f"v{n + i} = {step}" for i, step in enumerate(self.steps)]
        out = f"v{n + len(self.steps) - 1}"
        gradient = "" if self.weights is None else repr(self.weights)
        lines.append(f"{out}.backward({gradient})")
        return "\n".join(lines)
