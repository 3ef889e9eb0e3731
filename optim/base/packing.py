"""Parameters laid side by side in one vector, and their gradients in another.

An update rule then costs a dozen NumPy calls whatever the number of layers. The contract with the
engine that makes this safe: a leaf writes the first gradient of a sweep into its ``grad_buffer``
and binds it to ``.grad``; here, each step looks whether ``.data`` and ``.grad`` *are* the views
into the vectors, and copies in whatever is not (a replaced ``.data``, a gradient set by hand, a
parameter that another optimizer has packed as well). Assigning ``.data`` afterwards tells the
engine of the change.

A view that was given away may be held under another name: as the ``.data`` of another parameter
after a swap, or in a variable that is assigned back later. So nothing is copied into it: a
parameter whose ``.data`` was replaced gives the pack a new vector of values, and gradients that
come from elsewhere are gathered in a vector that no parameter sees.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import attrgetter
from struct import Struct
from struct import error as StructError

import numpy as np

from optim.kinds import Array, Parameter


def title(parameter: Parameter, index: int | None = None) -> str:
    """How an error names a parameter: by its name, otherwise by its place."""
    name = getattr(parameter, "name", None)
    if name:
        return f"parameter {name!r}"
    return "a parameter" if index is None else f"parameter {index}"


class Pack(ABC):
    """Parameters of one kind and dtype, as one vector of values and one of gradients."""

    parameters: list[Parameter]
    slices: list[slice]

    def __init__(self, parameters: Sequence[Parameter], dtype: np.dtype[np.floating]) -> None:
        self.parameters = list(parameters)
        sizes = [np.size(p.data) for p in self.parameters]
        ends = np.cumsum(sizes, dtype=int).tolist()
        self.slices = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        self.size: int = ends[-1]
        self.values: Array = np.empty(self.size, dtype)
        self.gradients: Array = np.zeros(self.size, dtype)
        self.layout = 0  # how often another vector has taken the place of one of the two
        self.dtype = dtype

    @abstractmethod
    def collect(self) -> Sequence[int]:
        """Bring values and gradients into the vectors; return the places that have no gradient."""

    @abstractmethod
    def publish(self, missing: Sequence[int] = ()) -> None:
        """Assign the updated values to the parameters, except to those that were left out."""

    @abstractmethod
    def zero_grad(self) -> None:
        """Forget the gradients."""

    def shaped(self, index: int, vector: Array) -> Array:
        """The part of ``vector`` that belongs to one parameter, in the parameter's shape."""
        return vector[self.slices[index]].reshape(np.shape(self.parameters[index].data))


class ArrayPack(Pack):
    """Parameters whose ``.data`` is an array: after the first step it is a view into ``values``."""

    def __init__(self, parameters: Sequence[Parameter], dtype: np.dtype[np.floating]) -> None:
        super().__init__(parameters, dtype)
        self._slots: Array = self.gradients  # what sweeps write into
        self._gathered: Array | None = None  # takes its place for gradients from elsewhere
        self._swept = False  # whether a sweep can write into the slots
        self._rows: list[tuple[Parameter, Array, Array]] = []
        for i, parameter in enumerate(self.parameters):
            slot = self.shaped(i, self._slots)
            if hasattr(parameter, "grad_buffer"):
                parameter.grad_buffer = slot
                self._swept = True
            self._rows.append((parameter, self.shaped(i, self.values), slot))
        self._exposed = [False] * len(self._rows)  # whether the view is, or was, some ``.data``
        self._all_exposed = [True] * len(self._rows)

    @property
    def rows(self) -> Sequence[tuple[Parameter, Array, Array]]:
        """Each parameter, the view of its values, and that of its gradient."""
        return self._rows

    @property
    def is_published(self) -> bool:
        """Whether every view was given to its parameter: a plain update gives it no other."""
        return self._exposed is self._all_exposed

    def collect(self) -> Sequence[int]:
        if self.gradients is self._slots:
            for parameter, view, slot in self._rows:
                if parameter.data is not view or parameter.grad is not slot:
                    break
            else:
                return ()
        self._bring_values()
        self._bring_gradients()
        return [i for i, parameter in enumerate(self.parameters) if parameter.grad is None]

    def _bring_values(self) -> None:
        """Copy in what was assigned to ``.data``; into a new vector if this one may be in use."""
        replaced = [i for i, (p, view, _) in enumerate(self._rows) if p.data is not view]
        for i in replaced:
            parameter, view, _ = self._rows[i]
            _check(parameter.data, view.shape, "data", parameter, i)
        sharing = [getattr(self._rows[i][0].data, "base", None) is self.values for i in replaced]
        if any(sharing) or any(self._exposed[i] for i in replaced):
            self.values = self.values.copy()
            self.layout += 1
            self._rows = [
                (parameter, self.shaped(i, self.values), slot)
                for i, (parameter, _, slot) in enumerate(self._rows)
            ]
            self._exposed = [False] * len(self._rows)
        for i in replaced:
            parameter, view, _ = self._rows[i]
            np.copyto(view, parameter.data, casting="same_kind")

    def _bring_gradients(self) -> None:
        """Choose the vector that holds the gradients of this step, and copy them in."""
        present = [(i, p, slot) for i, (p, _, slot) in enumerate(self._rows) if p.grad is not None]
        foreign = any(p.grad is not slot for _, p, slot in present)
        gradients = self._slots
        if foreign and self._swept:
            if self._gathered is None:
                self._gathered = np.empty_like(gradients)
            gradients = self._gathered
        if gradients is not self.gradients:
            self.gradients = gradients
            self.layout += 1
        if foreign:
            for i, parameter, slot in present:
                _check(parameter.grad, slot.shape, "gradient", parameter, i)
                np.copyto(self.shaped(i, gradients), parameter.grad, casting="same_kind")

    def publish(self, missing: Sequence[int] = ()) -> None:
        rows, exposed = self._rows, self._all_exposed
        if missing:
            left_out = set(missing)
            exposed = [old or i not in left_out for i, old in enumerate(self._exposed)]
            rows = [row for i, row in enumerate(rows) if i not in left_out]
        for parameter, view, _ in rows:
            parameter.data = view
        self._exposed = exposed

    def zero_grad(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None


class NumberPack(Pack):
    """Parameters whose ``.data`` is a float: gathered before each update, scattered after it."""

    def __init__(self, parameters: Sequence[Parameter], dtype: np.dtype[np.floating]) -> None:
        super().__init__(parameters, dtype)
        self._published: list[float] = []
        # The fastest way from a list of floats into an array.
        self._doubles = Struct(f"{len(self.parameters)}d")
        self._into_values = self.values.data
        self._into_gradients = self.gradients.data

    def collect(self) -> Sequence[int]:
        data = list(map(_DATA, self.parameters))
        if data != self._published:
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
        self._published = self.values.tolist()
        parameters, numbers = self.parameters, self._published
        if missing:
            left_out = set(missing)
            rows = [
                (p, x) for i, (p, x) in enumerate(zip(parameters, numbers)) if i not in left_out
            ]
            parameters, numbers = [p for p, _ in rows], [x for _, x in rows]
        # A loop that runs in C.
        deque(map(setattr, parameters, repeat("data"), numbers), maxlen=0)

    def zero_grad(self) -> None:
        deque(map(setattr, self.parameters, repeat("grad"), repeat(0.0)), maxlen=0)


_DATA, _GRAD = attrgetter("data"), attrgetter("grad")


def _check(
    source: Array | float, shape: tuple[int, ...], what: str, parameter: Parameter, index: int
) -> None:
    if np.shape(source) != shape:
        raise ValueError(
            f"the {what} of {title(parameter, index)} has shape {np.shape(source)}, but it had"
            f" {shape} when the optimizer was made: make a new optimizer for a new shape"
            if what == "data"
            else f"the gradient of {title(parameter, index)} has shape {np.shape(source)}, but the"
            f" parameter has {shape}"
        )


def packs(parameters: Sequence[Parameter]) -> Iterator[Pack]:
    """Lay out parameters: one pack for each dtype among the arrays, one for the plain numbers."""
    arrays: dict[np.dtype[np.floating], list[Parameter]] = {}
    numbers: list[Parameter] = []
    for parameter in parameters:
        if isinstance(parameter.data, np.ndarray):
            arrays.setdefault(parameter.data.dtype, []).append(parameter)
        else:
            numbers.append(parameter)
    for dtype, members in arrays.items():
        yield ArrayPack(members, dtype)
    if numbers:
        yield NumberPack(numbers, np.dtype(np.float64))
