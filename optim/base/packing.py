"""Parameters laid side by side in one vector, and their gradients in another.

An update rule then costs a dozen NumPy calls whatever the number of layers. The contract with the
engine that makes this safe: a leaf writes the first gradient of a sweep into its ``grad_buffer``
and binds it to ``.grad``; here, each step looks whether ``.data`` and ``.grad`` *are* the views
into the vectors, and copies in whatever is not (a replaced ``.data``, a gradient set by hand, a
parameter that another optimizer has packed as well). Assigning ``.data`` afterwards tells the
engine of the change.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import attrgetter
from struct import Struct
from struct import error as StructError
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Parameter(Protocol):
    """Whatever can be optimized: ``.data`` a float or a floating array, ``.grad`` of the same
    shape.

    ``.grad`` may be None: no gradient. ``.name`` and ``.grad_buffer`` are used where they exist.
    """

    data: Any
    grad: Any


def title(parameter: Parameter, index: int | None = None) -> str:
    """How an error names a parameter: by its name, otherwise by its place."""
    name = getattr(parameter, "name", None)
    if name:
        return f"parameter {name!r}"
    return "a parameter" if index is None else f"parameter {index}"


class Pack:
    """Parameters of one kind and dtype, as one vector of values and one of gradients."""

    def __init__(self, parameters: Sequence[Parameter], dtype: np.dtype[Any]) -> None:
        self.parameters = list(parameters)
        sizes = [np.size(p.data) for p in self.parameters]
        ends = np.cumsum(sizes, dtype=int).tolist()
        self.slices = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        self.size: int = ends[-1]
        self.values: Array = np.empty(self.size, dtype)
        self.gradients: Array = np.zeros(self.size, dtype)
        self.dtype = dtype

    def collect(self) -> Sequence[int]:
        """Bring values and gradients into the vectors; return the places that have no gradient."""
        raise NotImplementedError

    def publish(self, missing: Sequence[int] = ()) -> None:
        """Assign the updated values to the parameters, except to those that were left out."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients."""
        raise NotImplementedError

    def shaped(self, index: int, vector: Array) -> Array:
        """The part of ``vector`` that belongs to one parameter, in the parameter's shape."""
        return vector[self.slices[index]].reshape(np.shape(self.parameters[index].data))


class ArrayPack(Pack):
    """Parameters whose ``.data`` is an array: after the first step it is a view into ``values``."""

    def __init__(self, parameters: Sequence[Parameter], dtype: np.dtype[Any]) -> None:
        super().__init__(parameters, dtype)
        self._rows: list[tuple[Any, Array, Array]] = []
        for i, parameter in enumerate(self.parameters):
            view, slot = self.shaped(i, self.values), self.shaped(i, self.gradients)
            if hasattr(parameter, "grad_buffer"):
                parameter.grad_buffer = slot
            self._rows.append((parameter, view, slot))

    def collect(self) -> Sequence[int]:
        missing: list[int] | None = None
        for i, (parameter, view, slot) in enumerate(self._rows):
            if parameter.data is not view:
                _copy(parameter.data, view, "data", parameter, i)
            gradient = parameter.grad
            if gradient is not slot:
                if gradient is None:
                    missing = [*missing, i] if missing else [i]
                else:
                    _copy(gradient, slot, "gradient", parameter, i)
        return missing or ()

    def publish(self, missing: Sequence[int] = ()) -> None:
        if missing:
            left_out = set(missing)
            rows = [row for i, row in enumerate(self._rows) if i not in left_out]
        else:
            rows = self._rows
        for parameter, view, _ in rows:
            parameter.data = view

    def zero_grad(self) -> None:
        for parameter, _, _ in self._rows:
            parameter.grad = None


class NumberPack(Pack):
    """Parameters whose ``.data`` is a float: gathered before each update, scattered after it."""

    def __init__(self, parameters: Sequence[Parameter], dtype: np.dtype[Any]) -> None:
        super().__init__(parameters, dtype)
        self._held: list[float] = []
        # The quickest way from a list of floats into an array.
        self._doubles = Struct(f"{len(self.parameters)}d")
        self._into_values = self.values.data
        self._into_gradients = self.gradients.data

    def collect(self) -> Sequence[int]:
        data = list(map(_DATA, self.parameters))
        if data != self._held:
            self._doubles.pack_into(self._into_values, 0, *data)
        gradients = list(map(_GRAD, self.parameters))
        try:
            self._doubles.pack_into(self._into_gradients, 0, *gradients)
        except StructError:
            filled = [0.0 if g is None else float(g) for g in gradients]
            self._doubles.pack_into(self._into_gradients, 0, *filled)
            return [i for i, g in enumerate(gradients) if g is None]
        return ()

    def publish(self, missing: Sequence[int] = ()) -> None:
        self._held = self.values.tolist()
        parameters, numbers = self.parameters, self._held
        if missing:
            left_out = set(missing)
            rows = [
                (p, x) for i, (p, x) in enumerate(zip(parameters, numbers)) if i not in left_out
            ]
            parameters, numbers = [p for p, _ in rows], [x for _, x in rows]
        # A loop that runs in C: each assignment costs little more than itself.
        deque(map(setattr, parameters, repeat("data"), numbers), maxlen=0)

    def zero_grad(self) -> None:
        deque(map(setattr, self.parameters, repeat("grad"), repeat(0.0)), maxlen=0)


_DATA, _GRAD = attrgetter("data"), attrgetter("grad")


def _copy(source: Any, target: Array, what: str, parameter: Parameter, index: int) -> None:
    if np.shape(source) != target.shape:
        raise ValueError(
            f"the {what} of {title(parameter, index)} has shape {np.shape(source)}, but it had"
            f" {target.shape} when the optimizer was made: make a new optimizer for a new shape"
            if what == "data"
            else f"the gradient of {title(parameter, index)} has shape {np.shape(source)}, but the"
            f" parameter has {target.shape}"
        )
    np.copyto(target, source, casting="same_kind")


def packs(parameters: Sequence[Parameter]) -> Iterator[Pack]:
    """Lay out parameters: one pack for each dtype among the arrays, one for the plain numbers."""
    arrays: dict[np.dtype[Any], list[Parameter]] = {}
    numbers: list[Parameter] = []
    for parameter in parameters:
        if isinstance(parameter.data, np.ndarray):
            arrays.setdefault(parameter.data.dtype, []).append(parameter)
        else:
            numbers.append(parameter)
    for dtype, members in arrays.items():
        yield ArrayPack(members, dtype)
    if numbers:
        yield NumberPack(numbers, np.dtype(float))
