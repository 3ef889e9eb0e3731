"""Watches a function while it is traced: comparisons are noted, and numbers are not given out.

While a trace is on, reading ``data`` of a Value, ``float(v)`` and their like by the program raise:
the number would be the same in every replay. The library itself goes on reading. Another thread
that traces nothing is not disturbed, only slower.
"""

from __future__ import annotations

import operator
import sys
import threading
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from weakref import WeakSet, ref

import numpy as np

from autograd.calculus import Function, Quantity
from autograd.checks import detect_anomaly
from autograd.engine import ProgramLine, Value, calling_line, is_ours
from autograd.functions import questioned
from autograd.graph import Columns


@dataclass(frozen=True)
class Comparison:
    """``left sign right`` came out as ``outcome`` while the function was traced."""

    left: Value
    sign: str
    right: Value | float
    outcome: bool
    line: ProgramLine

    def __str__(self) -> str:
        return f"{self.line}"


#: How a comparison is repeated over arrays, and what says the same with the sides exchanged.
SIGNS: dict[str, Callable[[Quantity, Quantity], Quantity]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "!=": operator.ne,
    "==": operator.eq,
}  # fmt: skip
EXCHANGED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
ASKED: dict[Function, str] = {
    np.less: "<", np.less_equal: "<=", np.greater: ">", np.greater_equal: ">=",
    np.not_equal: "!=", np.equal: "==",
}  # fmt: skip


class Trace:
    """One function being traced; it is on as long as this object lives."""

    def __init__(self) -> None:
        self.comparisons: list[Comparison] = []


def _none() -> Trace | None:
    return None


_trace: ContextVar[Callable[[], Trace | None]] = ContextVar("compile", default=_none)
_lock = threading.RLock()
_traces: WeakSet[Trace] = WeakSet()
_originals: dict[tuple[type, str], Quantity] = {}
_ours: dict[object, bool] = {}


def traced(function: Function, *args: Quantity) -> tuple[Quantity, list[Comparison]]:
    """``function(*args)`` and the comparisons of nodes that it made on its way."""
    trace = Trace()
    before = _trace.get()
    try:
        _install(trace)
        _trace.set(ref(trace))
        return function(*args), trace.comparisons
    finally:
        _trace.set(before)
        _remove(trace)


def is_tracing() -> bool:
    """Whether a function is being traced here."""
    return _trace.get()() is not None


def _install(trace: Trace) -> None:
    with _lock:
        first = not _traces
        if first:
            _restore()
        _traces.add(trace)
        if first:
            for owner, name in _REPLACEMENTS:
                _originals[owner, name] = owner.__dict__.get(name)
            for (owner, name), make in _REPLACEMENTS.items():
                setattr(owner, name, make(name, _originals[owner, name]))
            questioned.append(_note)


def _remove(trace: Trace) -> None:
    with _lock:
        _traces.discard(trace)
        if not _traces:
            _restore()


def _restore() -> None:
    """Take away what watches, and what an interrupt has left of it: ``data``, if anything."""
    questioned[:] = [note for note in questioned if note is not _note]
    for (owner, name), original in reversed(_originals.items()):
        if original is not None:
            setattr(owner, name, original)
        elif name in owner.__dict__:
            delattr(owner, name)


def _asked_by_the_program() -> Trace | None:
    """The trace that is on, if the one who asks is the traced program and not the library."""
    trace = _trace.get()()
    if trace is None:
        if not _traces:  # an interrupt ended the last trace before it could restore
            with _lock:
                if not _traces:
                    _restore()
        return None
    code = sys._getframe(2).f_code
    ours = _ours.get(code)
    if ours is None:
        ours = _ours[code] = is_ours(code.co_filename)
    return None if ours else trace


def _refusal(
    what: str, remedy: str = "return the node and take its number outside"
) -> RuntimeError:
    return RuntimeError(
        f"compile: {what} in {calling_line()}; a compiled function runs again with other numbers: "
        f"{remedy}"
    )


def _note(function: Function, operands: Sequence[Quantity]) -> None:
    """Note a comparison by a function: by the program, or in the derivative of relu or maximum."""
    trace = _trace.get()()
    if trace is None or not any(isinstance(x, Value) for x in operands):
        return
    sign = ASKED.get(function)
    if function is np.isnan:
        operands, sign = (operands[0], operands[0]), "!="
    if sign is None:
        raise _refusal(f"{function.__name__} of a node is taken")
    left, right = operands
    data = _originals[Value, "data"]
    numbers = [data.__get__(x) if isinstance(x, Value) else x for x in operands]
    outcome = bool(SIGNS[sign](*numbers))
    if not isinstance(left, Value):
        left, right, sign = right, left, EXCHANGED.get(sign, sign)
    right = right if isinstance(right, Value) else float(right)
    trace.comparisons.append(Comparison(left, sign, right, outcome, calling_line()))


def _slot(name: str, member: Quantity) -> property:
    def read(node: Value) -> float:
        if _asked_by_the_program() is not None:
            raise _refusal(f".{name} of a node is taken")
        number: float = member.__get__(node)
        return number

    def write(node: Value, number: float) -> None:
        if _asked_by_the_program() is not None:
            raise _refusal(f".{name} of a node is assigned")
        member.__set__(node, number)

    return property(read, write)


def _taking(name: str, original: Function) -> Function:
    def method(node: Value, *args: Quantity) -> Quantity:
        if _asked_by_the_program() is not None:
            called = "copy" if name == "__reduce__" else name.strip("_")
            raise _refusal(f"{called}() of a node is called", *_REMEDIES.get(name, ()))
        return original(node, *args)

    return method


_REMEDIES = {
    "__float__": (
        "take the function of autograd in place of that of math, or return the node and take its "
        "number outside",
    ),
    "__format__": ("print the node itself, or return it and take its number outside",),
}


def _counting(name: str, original: None) -> Function:
    def method(node: Value) -> int:
        if _asked_by_the_program() is not None:
            raise _refusal(
                "a node is used as an integer, as in range(n) or a[n],",
                "bind the integer by functools.partial, or pass a bool or a str, which are none",
            )
        raise TypeError("'Value' object cannot be interpreted as an integer")

    return method


def _comparing(name: str, original: Function) -> Function:
    sign = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}[name]

    def method(node: Value, other: Value | float) -> bool:
        outcome: bool = original(node, other)
        trace = _asked_by_the_program()
        if trace is not None:
            right = other if isinstance(other, Value) else float(other)
            trace.comparisons.append(Comparison(node, sign, right, outcome, calling_line()))
        return outcome

    return method


def _truth(name: str, original: Function) -> Function:
    def method(node: Value) -> bool:
        outcome: bool = original(node)
        trace = _asked_by_the_program()
        if trace is not None:
            trace.comparisons.append(Comparison(node, "!=", 0.0, outcome, calling_line()))
        return outcome

    return method


def _equating(name: str, original: None) -> Function:
    def method(node: Value, other: object) -> bool:
        if isinstance(other, int | float | np.number) and _asked_by_the_program() is not None:
            raise _refusal(
                "== of a node and a number is asked, which is False for every number,",
                "compare by <= or >=, or pass a bool or a str, which are no nodes",
            )
        return NotImplemented  # type: ignore[no-any-return]

    return method


def _showing(name: str, original: Function) -> Function:
    def method(node: Value) -> str:
        """Without the numbers: a text that is printed may stay, one that is read may not."""
        if _trace.get()() is None:
            return original(node)  # type: ignore[no-any-return]
        return f"Value(traced{f', name={node.name!r}' if node.name is not None else ''})"

    return method


def _looking(name: str, original: Function) -> Function:
    def method(block: detect_anomaly) -> detect_anomaly:
        if _trace.get()() is not None:
            raise _refusal(
                "detect_anomaly is used", "call .__wrapped__ of the compiled function inside it"
            )
        entered: detect_anomaly = original(block)
        return entered

    return method


def _freezing(name: str, original: Function) -> Function:
    def method(graph: Columns, builder: Quantity) -> None:
        if _trace.get()() is not None:
            raise _refusal("the graph of a node is traced, with its numbers,")
        original(graph, builder)

    return method


_REPLACEMENTS: dict[tuple[type, str], Callable[[str, Quantity], Quantity]] = {
    (Value, "data"): _slot,
    (Columns, "__init__"): _freezing,
    (detect_anomaly, "__enter__"): _looking,
    (Value, "grad"): _slot,
    (Value, "__repr__"): _showing,
    (Value, "__eq__"): _equating,
    (Value, "__index__"): _counting,
    **{
        (Value, name): _taking
        for name in (
            "__float__", "__int__", "item", "__format__", "__reduce__", "backward", "detach",
        )
    },
    **{(Value, name): _comparing for name in ("__lt__", "__le__", "__gt__", "__ge__")},
    (Value, "__bool__"): _truth,
}  # fmt: skip
