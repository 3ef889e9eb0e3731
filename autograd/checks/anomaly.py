"""Where a nan or an infinity begins: the operation, its operands, its line in the program."""

from __future__ import annotations

import sys
from contextlib import ContextDecorator
from dataclasses import dataclass

import numpy as np

from autograd.calculus import Quantity
from autograd.derivatives import push
from autograd.engine import Mode, Node, Value, backpropagate, data_of, gradients, opened, reachable
from autograd.writing import formatting


@dataclass(frozen=True)
class Anomaly:
    """The first nan or infinity of a pass.

    ``where`` is "forward" or "backward"; ``operation`` made it (for the backward pass: its local
    derivative did), ``operands`` are the values it had, ``found`` what came out. ``line`` is the
    line of the program, where lines were recorded.
    """

    where: str
    operation: str
    operands: tuple[str, ...]
    found: str
    line: str | None

    def __str__(self) -> str:
        at = f" at {self.line}" if self.line else ""
        listed = "; ".join(f"operand {i} = {text}" for i, text in enumerate(self.operands, 1))
        listed = f" ({listed})" if listed else ""
        if self.where == "forward":
            return f"forward: {self.operation} gave {self.found}{at}{listed}"
        return f"backward: the gradient through {self.operation} became {self.found}{at}{listed}"


def finite(data: Quantity) -> bool:
    """Whether a number or an array of numbers has neither nan nor infinity."""
    if isinstance(data, float):
        return data - data == 0.0
    array = np.asarray(data)
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def _described(data: Quantity) -> str:
    """``data`` in a few words; for an array that is not finite, its first bad element too."""
    text = formatting.summary(data if isinstance(data, np.ndarray) else np.asarray(data)[()])
    if isinstance(data, np.ndarray) and data.ndim and not finite(data):
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(data))[0])
        text += f", {data[place]} at {list(place)}"
    return text


def anomaly(where: str, node: Quantity, data: Quantity) -> Anomaly:
    rule = node._origin.rule
    operation = rule.name if rule is not None else f"the leaf {node.name or 'without a name'}"
    operands = tuple(_described(data_of(x)) for x in node._operands() if x is not None)
    line = node._origin.line and str(node._origin.line)
    return Anomaly(where, operation, operands, _described(data), line)


def begins(node: Quantity) -> bool:
    """Whether ``node`` is not finite although all its operands are, or nan although none is."""
    data = node.data
    if finite(data):
        return False
    operands = [data_of(x) for x in node._operands() if x is not None]
    if all(map(finite, operands)):
        return True
    return _has_nan(data) and not any(map(_has_nan, operands))


def _has_nan(data: Quantity) -> bool:
    array = np.asarray(data)
    return array.dtype.kind == "f" and bool(np.isnan(array).any())


def forward_anomaly(root: Quantity) -> Anomaly | None:
    """The oldest node under ``root`` at which a nan begins, else an infinity, else None."""
    first = None
    for node in reachable(root, leaves=True):
        if begins(node):
            if _has_nan(node.data):
                return anomaly("forward", node, node.data)
            first = first or anomaly("forward", node, node.data)
    return first


def careful_sweep(root: Quantity, gradient: Quantity) -> tuple[dict[int, Quantity], Anomaly | None]:
    """The gradient of every node under ``root`` by id, and where they first are not finite."""
    grads: dict[int, Quantity] = {}
    first: Anomaly | None = None

    def arrived(node: Quantity, g: Quantity) -> Quantity:
        grads[id(node)] = g
        return g

    def sent(node: Quantity, g: Quantity, c: Quantity) -> None:
        nonlocal first
        if first is None and finite(g) and not finite(c):
            first = anomaly("backward", node, c)

    with np.errstate(all="ignore"):
        backpropagate(root, gradient, arrived, sent=sent)
    return grads, first


class detect_anomaly(ContextDecorator):
    """In this block the first nan or infinity raises, with operation, operands and source line.

    Forward, every recorded operation is checked when it is made; backward, every gradient when it
    is complete, in ``backward()`` and in the transforms. NumPy's own warnings are silenced, since
    the error says more. Inside the block every array is checked and source lines are recorded;
    outside it nothing is slower. FloatingPointError.

    >>> from autograd import Value, detect_anomaly
    >>> x = Value(0.0)
    >>> with detect_anomaly():
    ...     y = x.sqrt()
    ...     y.backward()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FloatingPointError: backward: the gradient through sqrt became inf at ...
    """

    def __init__(self) -> None:
        self._quiet: list[Quantity] = []  # a decorated function may call itself
        self._open: list[Quantity] = []
        self._seeds: tuple[Node | None, Quantity] = None, None

    def __enter__(self) -> detect_anomaly:
        """Begin to watch."""
        self._quiet.append(np.errstate(all="ignore"))
        self._quiet[-1].__enter__()
        self._open.append(opened(self._watched))
        return self

    def __exit__(self, *exc: object) -> None:
        """Watch no longer."""
        self._open.pop()
        self._seeds = None, None
        self._quiet.pop().__exit__(None, None, None)

    def _watched(self, mode: Mode) -> Mode:
        return mode.but(
            lines=True,
            watchers=(*mode.watchers, self._made),
            guards=(*mode.guards, self._completed),
        )

    @staticmethod
    def _made(node: Quantity) -> None:
        if begins(node) and not _in_a_sweep():
            raise FloatingPointError(str(anomaly("forward", node, node.data)))

    def _completed(self, root: Quantity, node: Quantity, gradient: Quantity) -> None:
        if node is root:
            self._seeds = root, gradient
        gradient = data_of(gradient)
        if finite(gradient):
            return
        if node is root:
            raise FloatingPointError(
                f"backward: the upstream gradient given is {_described(gradient)} already"
            )
        seed = data_of(self._seeds[1]) if self._seeds[0] is root else _ones(root)
        _, first = careful_sweep(root, seed)
        raise FloatingPointError(str(first or anomaly("backward", node, gradient)))


def _ones(root: Quantity) -> Quantity:
    return 1.0 if isinstance(root, Value) else np.ones_like(root.data)


#: The functions that record derivatives, in which 0 · inf is repaired after it was made.
_SWEEPS = {gradients.__code__, push.__code__}


def _in_a_sweep() -> bool:
    frame = sys._getframe(1)
    while frame.f_back is not None:
        if frame.f_code in _SWEEPS:
            return True
        frame = frame.f_back
    return False
