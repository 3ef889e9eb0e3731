"""The scalar node. Its methods are stamped from the rows of the table, in ``value_methods``.

A node keeps its operands and its local derivatives in flat slots, both filled by the forward pass;
it never refers to its consumers or to itself, so a graph is freed by reference counts alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.calculus import (
    ARRAY,
    FLOAT,
    Attributes,
    Quantity,
    Rule,
    value_function,
)
from autograd.engine.arrays import described
from autograd.engine.contributions import (
    NODES,
    node_pulls,
    partial_of_floats,
    repaired_number,
)
from autograd.engine.fast_lanes import sweep_values
from autograd.engine.method_types import ValueMethods
from autograd.engine.node import Node
from autograd.engine.recording import Origin, leaf_origin, numbers, present
from autograd.engine.sweep import seed


class Value(ValueMethods["Value"], Node):
    """A number that remembers how it was made, so that derivatives can flow back through it.

    ``data`` is a float; ``grad`` is the derivative of the last swept output with respect to this
    node (0.0 before any sweep). Leaves add up the gradients of several sweeps until they are set to
    zero again; nodes in between hold those of the last. Equality and hash are identity; ordering
    compares ``data``. Local derivatives are taken in the forward pass: assigning ``data``
    afterwards does not change the gradients of what was computed before.

    >>> from autograd import Value
    >>> x, y = Value(3.0, name="x"), Value(-2.0, name="y")
    >>> f = x * y + x.tanh()
    >>> f.backward()
    >>> f"{x.grad:.4f} {y.grad:.4f}"
    '-1.9901 3.0000'
    """

    # Unary and binary nodes: operands in _a and _b, their local derivatives in _da and _db; None
    # for an operand that takes no gradient. Wider nodes: _a and _b are the tuples of both.
    __slots__ = {
        **dict.fromkeys(("_a", "_b", "_da", "_db", "_number", "_origin")),
        "data": "The number, a float.",
        "grad": "The derivative of the swept output by this node, a float; 0.0 before a sweep.",
    }

    data: float
    grad: float
    _data: float  # the slots ``data`` and ``grad``, by names that are not watched
    _grad: float
    _a: Any
    _b: Any
    _da: Any
    _db: Any
    _origin: Origin

    def __init__(self, data: Quantity, name: str | None = None) -> None:
        self._data = data if data.__class__ is float else _number(data)
        self._grad = 0.0
        self._a = self._b = self._da = self._db = None
        self._origin = leaf_origin()
        self._number = next(numbers)
        if name is not None:
            self.name = name

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to or through this node."""
        return True

    def _operands(self) -> tuple[Quantity, ...]:
        if self._da is None and self._db is None:  # a leaf or a wide node
            return self._a or ()
        return (self._a,) if self._b is None else (self._a, self._b)

    def _as_given(self) -> tuple[Quantity, ...]:
        return self._operands()

    def _edge_list(self) -> list[tuple[int, Value]]:
        if self._da is None and self._db is None:
            parts: Any = zip(self._a or (), self._b or (), strict=True)
            return [(i, a) for i, (a, d) in enumerate(parts) if d is not None]
        pairs = (self._a, self._da), (self._b, self._db)
        return [(i, a) for i, (a, d) in enumerate(pairs) if d is not None]

    def _tracked(self) -> list[Value]:
        return [operand for _, operand in self._edge_list()]

    def _term(self, place: int, g: Quantity, create_graph: bool) -> Quantity:
        """The contribution of the upstream gradient ``g`` to one operand: a float, or a node."""
        wide = self._da is None and self._db is None
        d = self._b[place] if wide else (self._da, self._db)[place]
        if create_graph:
            self._refuse_stale(place, d)
            pull: Any = node_pulls(self._origin.rule)[place]
            return pull(NODES, g, self, *self._operands())
        c = g * d
        return repaired_number(g, d) if c != c else c

    def _refuse_stale(self, place: int, d: float) -> None:
        """A recorded derivative reads the operands again: they must still be what they were."""
        floats = [x.data if isinstance(x, Value) else x for x in self._operands()]
        now = partial_of_floats(self._origin.rule, place, self.data, floats)
        if now != d and not (now != now and d != d):
            raise RuntimeError(
                f"gradients: data was assigned to a Value after {self._origin.rule.name} had used "
                f"it; run the forward pass again before create_graph=True"
            )

    def _constant(self, data: float) -> Value:
        return Constant(data)

    def _attrs(self) -> Attributes:
        return {}

    def backward(self, gradient: float | None = None) -> None:
        """Add ``gradient`` (1 by default) times d self / d leaf to the ``grad`` of every leaf."""
        sweep_values(self, 1.0 if gradient is None else seed("backward", self.data, gradient))

    def detach(self) -> Value:
        """The same number as a constant: no gradient flows through it."""
        return Constant(self.data)

    def item(self) -> float:
        """The number, as a float of Python."""
        return self.data

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name is not None else ""
        return f"Value(data={self.data!r}, grad={self.grad!r}{name})"

    def __float__(self) -> float:
        """The number."""
        return self.data

    def __int__(self) -> int:
        """The number without its decimals."""
        return int(self.data)

    def __bool__(self) -> bool:
        """Whether the number is not 0."""
        return self.data != 0.0

    def __format__(self, spec: str) -> str:
        """The number in the format of a float, such as ``.4f``; the repr without a format."""
        return format(self.data, spec) if spec else repr(self)

    def __pos__(self) -> Value:
        """The Value itself."""
        return self

    def conjugate(self) -> Value:
        """Itself, as of a float: NumPy's ``var`` of Values asks for it."""
        return self

    def __lt__(self, other: Quantity) -> bool:
        """Whether the number is less than that of ``other``."""
        return self.data < _comparable(other)

    def __le__(self, other: Quantity) -> bool:
        """Whether the number is less than or equal to that of ``other``."""
        return self.data <= _comparable(other)

    def __gt__(self, other: Quantity) -> bool:
        """Whether the number is greater than that of ``other``."""
        return self.data > _comparable(other)

    def __ge__(self, other: Quantity) -> bool:
        """Whether the number is greater than or equal to that of ``other``."""
        return self.data >= _comparable(other)

    def __reduce__(self) -> tuple[type[Value], tuple[float, str | None]]:
        self._refuse_unless_leaf("pickled or copied")
        return type(self), (self.data, self.name)


for _slot in ("data", "grad"):
    setattr(Value, f"_{_slot}", Value.__dict__[_slot])


class Constant(Value):
    """A Value that takes no gradient: a detached one, or one made in ``no_grad``."""

    __slots__ = ()

    @property
    def requires_grad(self) -> bool:
        return False


def _number(data: Quantity) -> float:
    if isinstance(data, Value):
        raise TypeError("Value: the data is already a Value; use it as it is, or .detach() it")
    if isinstance(data, (int, float, np.number, np.bool_)) and not isinstance(
        data, np.complexfloating
    ):
        return float(data)
    if isinstance(data, np.ndarray) and data.ndim == 0 and data.dtype.kind in "fiub":
        return float(data)
    raise TypeError(
        f"Value: one real number is wanted, not {described(data)}; use Tensor for an array"
    )


def _comparable(other: Quantity) -> float:
    if isinstance(other, Value):
        return other.data
    return other if other.__class__ is float else _operand(other, "comparison")


def _operand(other: Quantity, operation: str) -> float:
    """An operand that is no Value, as a float; what cannot be one is refused by name."""
    try:
        return _number(other)
    except TypeError:
        raise TypeError(
            f"{operation}: a Value works with numbers and Values, not with {described(other)}; "
            f"use Tensor for both operands"
        ) from None


def apply_to_values(rule: Rule, operands: tuple[Quantity, ...]) -> Value:
    """Make the node of ``rule`` over ``operands``: the general way, for what the fast lane is not.

    Here belong constants, wide rules, ``no_grad``, source lines, and points where Python's math
    raises and NumPy says nan or inf (and warns).
    """
    nodes = [x if isinstance(x, Value) else _operand(x, rule.name) for x in operands]
    floats = [x.data if isinstance(x, Value) else x for x in nodes]
    try:
        data = value_function(rule, FLOAT)(*floats)
    except (ArithmeticError, ValueError):
        data = float(value_function(rule, ARRAY)(*map(np.float64, floats)))
    tracked = [
        (text is not None or arg in rule.refused) and isinstance(x, Value) and x.requires_grad
        for x, text, arg in zip(nodes, rule.partials, rule.args, strict=True)
    ]
    mode = present()
    if not mode.recording or not any(tracked):
        return Constant(data)
    places = enumerate(tracked)
    locals_ = [partial_of_floats(rule, i, data, floats) if wanted else None for i, wanted in places]
    node = object.__new__(Value)
    node.data, node.grad = data, 0.0
    if len(nodes) <= 2 and any(d is not None for d in locals_):
        node._a, node._da = nodes[0], locals_[0]
        node._b, node._db = (nodes[1], locals_[1]) if len(nodes) == 2 else (None, None)
    else:
        node._a, node._b, node._da, node._db = tuple(nodes), tuple(locals_), None, None
    node._origin = mode.scope.origin(rule.name)
    node._number = next(numbers)
    if mode.lines:
        node._origin = node._origin.at_line()
    for watcher in mode.watchers:
        watcher(node)
    return node
