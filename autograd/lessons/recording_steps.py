"""A whole step of an optimizer run on nodes, with the calls of its closure as rows of their own.

Such an optimizer sees all parameters as one vector. It passes every number that its arithmetic
begins with through ``noted(what, value)``; here they become nodes. The step that is recorded is the
step that is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import Tensor
from autograd.lessons.folding import Recorded, folded
from autograd.lessons.metrics import Told
from autograd.lessons.naming import Names
from autograd.lessons.recording_rules import rate_of
from autograd.lessons.symbols import indexed, symbol

#: What is measured at a point: the symbol of the number, and of the function.
MEASURED = {"loss": ("f", "f"), "gradient": ("g", "grad_f"), "hessian": ("H", "hess_f")}


def record_step(
    optimizer: Quantity,
    closure: Callable[[], Quantity],
    names: Sequence[str],
    told: Told | None = None,
) -> tuple[str, Recorded]:
    """Take one step; the name of the vector and what was computed.

    ``names`` are those of ``optimizer.packed``. The last results are the parameters, if there are
    several.
    """
    watched = Names(every=True)
    recorder = _Recorder(optimizer, names, watched, told)

    def quietly() -> Quantity:
        with watched.aside():
            return closure()

    optimizer.noted = recorder
    try:
        watched.watch(optimizer.step, quietly)
    finally:
        del optimizer.noted
    return recorder.name, recorder.recorded()


class _Recorder:
    """What becomes of the numbers of a step: nodes, with labels."""

    def __init__(
        self, optimizer: Quantity, names: Sequence[str], watched: Names, told: Told | None
    ) -> None:
        self.optimizer, self.watched, self.told = optimizer, watched, told
        self.leaves: dict[int, tuple[str, bool]] = {}
        self.calls: dict[int, tuple[str, Tensor]] = {}
        self.points: dict[int, Tensor] = {}
        self.alike: dict[str, list[int]] = {}
        self.kept: list[Tensor] = []
        self.rate: Quantity = None
        parameters = optimizer.packed
        self.name = names[0] if len(names) == 1 else "θ"
        self.names, self.shapes = names, [np.shape(p.data) for p in parameters]
        # One number is a number, and no vector of one entry.
        self.is_number = len(parameters) == 1 and np.size(parameters[0].data) == 1
        leaves = [self.leaf(p.data, name) for p, name in zip(parameters, names)]
        if self.is_number:
            self.theta = leaves[0]
        else:
            self.theta = self.joined(leaves)
        if self.theta is not leaves[0]:
            self.name = "θ"
        self.point = self.theta

    def joined(self, leaves: Sequence[Tensor]) -> Tensor:
        """All parameters as one vector."""
        if not any(self.shapes):
            whole: Quantity = np.stack(leaves)
        else:
            flat = [leaf if leaf.ndim == 1 else leaf.reshape(-1) for leaf in leaves]
            whole = np.concatenate(flat) if len(flat) > 1 else flat[0]
        return whole  # type: ignore[no-any-return]

    def parts(self) -> dict[str, Tensor]:
        """Each parameter out of the vector."""
        parts, start = dict[str, Tensor](), 0
        for name, shape in zip(self.names, self.shapes):
            size = math.prod(shape)
            part = self.point
            if len(self.names) > 1:
                part = part[start : start + size] if any(self.shapes) else part[start]
            parts[f"{name}'"] = part if part.shape == shape else part.reshape(shape)
            start += size
        return parts

    def __call__(self, what: str, value: Quantity) -> Quantity:
        if what == "theta":
            return self.point
        if what == "point":
            self.point = value
            return value
        if what == "lr":
            return self.rate_node(value)
        if what in MEASURED:
            return self.measured(what, value)
        if isinstance(value, float | int):
            return self.setting(value, symbol(what)) if value else value
        return self.one_of(value, symbol(what))

    def leaf(self, value: Quantity, label: str, setting: bool = False) -> Tensor:
        array = np.asarray(value, float)
        node = Tensor(array.reshape(()) if self.is_number else array, requires_grad=True)
        self.leaves[node._number] = label, setting
        self.kept.append(node)
        return node

    def setting(self, value: float, label: str, _: bool = True) -> Tensor:
        """A node of a number that the optimizer was given."""
        return self.leaf(value, label, True)

    def rate_node(self, value: float) -> Quantity:
        """η, with the formula of the schedule that it follows; one node for the whole step."""
        if self.rate is None:
            schedule = self.optimizer.param_groups[0]["lr"]
            made = None
            if callable(schedule):
                counted = self.setting(float(self.optimizer.updates), "k")
                made = rate_of(schedule, counted, self.setting, self.told)
            if made is not None:
                self.watched.given[made._number] = "η"
            self.rate = value if not value else made or self.setting(value, "η")
        return self.rate

    def measured(self, what: str, value: Quantity) -> Tensor:
        """The number that a call gave at the point where the parameters are."""
        label, function = MEASURED[what]
        index = self.index_of_point()
        node = self.one_of(value, indexed(label, index))
        self.calls[node._number] = function, self.point
        return node

    def index_of_point(self) -> int:
        """Which of the points it is, from 0, which gets a label now."""
        number = self.point._number
        if self.point is self.theta:
            return 0
        if number not in self.points:
            self.points[number] = self.point
            self.watched.given[number] = indexed(self.name, len(self.points))
        return [*self.points].index(number) + 1

    def one_of(self, value: Quantity, label: str) -> Tensor:
        """A node of that label, which gets an index where there are several."""
        node = self.leaf(value, label)
        self.alike.setdefault(label, []).append(node._number)
        return node

    def recorded(self) -> Recorded:
        for label, numbers in self.alike.items():
            for i, number in enumerate(numbers if len(numbers) > 1 else (), 1):
                self.leaves[number] = indexed(label, i), False
        # Where nothing has moved, the new vector is a row of its own all the same.
        results = {f"{self.name}'": self.theta * 1.0 if self.point is self.theta else self.point}
        if self.name not in self.names:
            results |= self.parts()
        rows = {self.leaves[n._number][0]: n for n in self.kept if n._number in self.calls}
        rows |= {self.watched.given[number]: node for number, node in self.points.items()}
        if self.name not in self.names:
            rows["θ"] = self.theta
        whole = {**results, **rows}
        names = self.watched.given
        facts = self.told.facts if self.told is not None else {}
        return folded(whole, self.leaves, names, ("η",), None, facts, self.calls, len(results))
