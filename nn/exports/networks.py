"""A network recorded for one row, or for any number of them."""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograd import Tensor, no_grad
from autograd.calculus import Quantity
from autograd.typing import Array
from nn.exports.recorded import Recorded, recorded
from nn.exports.tabular import TableNetwork
from nn.layers import Linear, Module, Sequential, as_array, count_parameters


@dataclass(frozen=True, eq=False)
class Network:
    """What was recorded for one row, and what it is called."""

    whole: Recorded
    name: str  # of the function
    title: str  # what it is, in one line
    rows: dict[int, int | None]  # by place the axis of rows, which has one
    table: TableNetwork | None = None  # where it takes the cells of a row

    @property
    def inputs(self) -> list[str]:
        return [self.whole.names[place] for place in self.whole.inputs]

    @property
    def results(self) -> list[str]:
        return [f"y{k + 1 if k else ''}" for k in range(len(self.whole.results))]

    def shape(self, place: int) -> tuple[int, ...]:
        """The shape of one row."""
        shape, axis = self.whole.shapes[place], self.rows.get(place)
        return shape if axis is None else (*shape[:axis], *shape[axis + 1 :])

    def count(self, place: int) -> int:
        return math.prod(self.whole.shapes[place])


def example(model: Module, X: Quantity, axis: int | None) -> list[Array]:
    dtypes = [p.dtype for p in model.parameters() if p.dtype.kind == "f"]
    dtype = dtypes[0] if dtypes else None
    if X is None:
        first = next((part for part in model.modules() if not isinstance(part, Sequential)), None)
        if not isinstance(first, Linear) or not isinstance(model, Sequential | Linear):
            raise ValueError(
                f"export: {type(model).__name__} does not say what shape it takes; give an example "
                f"input, export(model, path, X)"
            )
        X = np.zeros((1, first.weight.shape[0]), dtype)
    arrays = []
    for one in X if isinstance(X, tuple) else (X,):
        array = as_array(one)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"export: the example input has dtype {array.dtype}; give numbers")
        arrays.append(
            array.astype(dtype) if dtype is not None and array.dtype.kind == "f" else array
        )
    for array in arrays:
        if axis is not None and (array.ndim <= axis or not array.shape[axis]):
            raise ValueError(
                f"export: the example input of shape {array.shape} has no rows along axis {axis}; "
                f"give at least one row, or batch_axis=None for a single example"
            )
    return arrays


def names_of(model: Module, inputs: Sequence[Array]) -> list[str]:
    """What the inputs are called: ``x``, or several by the parameters of ``forward``."""
    parameters = list(inspect.signature(model.forward).parameters)
    return ["x"] if len(inputs) == 1 else parameters[: len(inputs)]


def one_row(model: Module, inputs: Sequence[Array], axis: int | None, name: str) -> Network:
    """The network recorded for one row of the inputs, whose rows are along ``axis``.

    ValueError where a row's results depend on the rows beside it.
    """
    names, network = names_of(model, inputs), lambda *args: model(*args)
    if axis is None:
        return Network(recorded(network, inputs, names), name, title(model), {})
    many = inputs[0].shape[axis]
    first, last, pair = ([_taken(x, k, axis) for x in inputs] for k in ([0], [-1], [0, -1]))
    whole = recorded(network, first, names)
    together = _results(model, pair)
    rows: dict[int, int | None] = dict.fromkeys(whole.inputs, axis)
    for k, alone in enumerate((_results(model, first), _results(model, last))):
        for place, one, two in zip(whole.results, alone, together):
            differ = [d for d, (n, m) in enumerate(zip(one.shape, two.shape)) if n != m]
            rows[place] = differ[0] if len(differ) == 1 else None
            share = _taken(two, [k], differ[0]) if len(differ) == 1 else two
            if many > 1 and not _alike(share, one):
                raise ValueError(
                    f"export: what {type(model).__name__} says of a row depends on the rows beside "
                    f"it, and an exported function takes one row; if rows are not along axis "
                    f"{axis}, say along which, such as batch_axis={1 - min(axis, 1)}"
                )
    table = model if isinstance(model, TableNetwork) else None
    return Network(whole, name, title(model), rows, table)


def _taken(x: Array, rows: list[int], axis: int) -> Array:
    return np.take(x, rows, axis)


def _results(model: Module, inputs: Sequence[Array]) -> list[Array]:
    with no_grad():
        found = model(*inputs)
    arrays: list[Array] = []

    def visit(x: Quantity) -> None:
        if isinstance(x, tuple | list | dict):
            for part in x.values() if isinstance(x, dict) else x:
                visit(part)
        elif x is not None:
            arrays.append(x.data if isinstance(x, Tensor) else np.asarray(x))

    visit(found)
    return arrays


def _alike(a: Array, b: Array) -> bool:
    loose = 1e-3 if a.dtype == np.float32 else 1e-7
    return a.shape == b.shape and np.allclose(a, b, rtol=loose, atol=loose, equal_nan=True)


def title(model: Module) -> str:
    if isinstance(model, TableNetwork):
        names = ", ".join(field.name for field in model.fields)
        return f"Predicts {model.target} from {names}; trained by tracegrad"
    return f"{type(model).__name__} of {count_parameters(model):,} parameters, by tracegrad"
