"""What an update rule is recorded on: symbols of vectors and numbers, and the calls they note.

A vector over a number is not divided at once. The number is carried along, through roots and
quotients, to the next number that the vector is multiplied by, so that a rule may be written as it
is printed: η(m/c₁)/(√(v/c₂) + ε) takes no more calls than (η√c₂/c₁)·m/(√v + ε√c₂).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeAlias, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from optim.kinds import Function

P = ParamSpec("P")
#: A symbol, or a number in its place: what a rule computes with.
Operand: TypeAlias = Any

_SCALAR_TEXT = {
    "add": "({} + {})",
    "subtract": "({} - {})",
    "multiply": "({} * {})",
    "divide": "({} / {})",
    "power": "({} ** {})",
    "negative": "(-{})",
    "greater": "({} > {})",
}


class Symbol(NDArrayOperatorsMixin):
    """A vector (by its name) or a number (by its expression) in a rule that is being recorded."""

    trace: Trace
    text: str
    names: frozenset[str]
    vector: bool
    #: Numbers that a vector is still to be multiplied by and divided by.
    up: Symbol | float
    down: Symbol | float

    def __init__(self, trace: Trace, text: str, names: frozenset[str], vector: bool) -> None:
        self.trace, self.text, self.names, self.vector = trace, text, names, vector
        self.up = self.down = 1.0

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Symbol | float, **options: object
    ) -> Symbol:
        if method != "__call__" or options:
            raise TypeError(f"an update rule may call {ufunc.__name__} only on its operands")
        symbols = [x for x in inputs if isinstance(x, Symbol)]
        if any(x.vector for x in symbols):
            return self.trace.carried(ufunc.__name__, inputs)
        if ufunc.__name__ not in _SCALAR_TEXT:
            raise TypeError(f"an update rule may not take {ufunc.__name__} of a hyper-parameter")
        text = _SCALAR_TEXT[ufunc.__name__].format(*map(_text, inputs))
        return Symbol(self.trace, text, _names(symbols), vector=False)

    def __bool__(self) -> bool:
        # A hyper-parameter is a symbol only where it is not zero; a result of arithmetic may be
        # anything.
        if self.text in self.trace.hyper:
            return True
        raise TypeError(f"an update rule may not branch on {self.text}")


def _text(operand: Symbol | float) -> str:
    return operand.text if isinstance(operand, Symbol) else repr(float(operand))


def _names(symbols: Sequence[Symbol]) -> frozenset[str]:
    return frozenset().union(*(x.names for x in symbols))


def scalar(function: Callable[P, float]) -> Callable[P, float]:
    """Let a rule call ``function`` of numbers (it may branch as it likes) on hyper-parameters."""

    def call(*operands: Operand) -> Symbol | float:
        symbols = [x for x in operands if isinstance(x, Symbol)]
        if not symbols:
            number: float = cast(Function, function)(*operands)
            return number
        trace = symbols[0].trace
        trace.functions[function.__name__] = function
        text = f"{function.__name__}({', '.join(map(_text, operands))})"
        return Symbol(trace, text, _names(symbols), vector=False)

    return cast(Callable[P, float], call)


@scalar
def nonnegative_root(number: Operand) -> Operand:
    """√c for √(x/c), which is √x/√c where c is not negative."""
    if number < 0:
        raise ValueError(f"an update rule takes the root of a vector over {number:g}")
    return number**0.5


def times(a: Operand, b: Operand) -> Operand:
    """The product of two numbers, without the factor 1."""
    if isinstance(a, float) and a == 1.0:
        return b
    return a if isinstance(b, float) and b == 1.0 else a * b


def is_scaled(vector: Symbol) -> bool:
    """Whether a vector is still to be multiplied or divided by a number."""
    return (
        isinstance(vector.up, Symbol)
        or isinstance(vector.down, Symbol)
        or ((vector.up, vector.down) != (1.0, 1.0))
    )


def over(number: Operand, vector: Symbol) -> Operand:
    """The number over what the vector is still divided by."""
    one = isinstance(vector.down, float) and vector.down == 1.0
    return number if one else number / vector.down


@dataclass
class Call:
    """One recorded NumPy call: ``name = ufunc(*operands)``."""

    name: str
    ufunc: str
    operands: tuple[Symbol, ...]

    def reads(self) -> list[str]:
        return [x.text for x in self.operands if x.vector]


class Trace:
    """What a rule does, as a list of NumPy calls in order."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.functions: dict[str, Callable[..., float]] = {}
        self.hyper: set[str] = set()

    def vector(self, name: str) -> Symbol:
        return Symbol(self, name, frozenset(), vector=True)

    def number(self, text: str, name: str) -> Symbol:
        self.hyper.add(text)
        return Symbol(self, text, frozenset([name]), vector=False)

    def carried(self, ufunc: str, inputs: Sequence[Symbol | float]) -> Symbol:
        """The call, with the numbers that its vectors are still divided by moved past it."""
        match ufunc, [*inputs]:
            case "sqrt", [Symbol() as a]:
                up, down = nonnegative_root(a.up), nonnegative_root(a.down)
                return self._scaled("sqrt", [a], up, down)
            case "divide", [Symbol(vector=True) as a, Symbol(vector=True) as b]:
                return self._scaled("divide", [a, b], times(a.up, b.down), times(a.down, b.up))
            case "divide", [Symbol(vector=True) as a, number]:
                return self._vector(a.text, a.up, times(a.down, number))
            case "multiply", [Symbol(vector=True) as a, Symbol(vector=True) as b]:
                return self._scaled("multiply", [a, b], times(a.up, b.up), times(a.down, b.down))
            case ("multiply", [Symbol(vector=True) as a, number]) | (
                "multiply",
                [number, Symbol(vector=True) as a],
            ) if is_scaled(a):
                return self.record("multiply", [self.vector(a.text), over(times(number, a.up), a)])
            case ("add", [Symbol(vector=True) as a, number]) | (
                "add",
                [number, Symbol(vector=True) as a],
            ) if is_scaled(a) and not (isinstance(number, Symbol) and number.vector):
                other = times(number, a.down) if a.up == 1.0 else times(number, a.down) / a.up
                return self._vector(
                    self.record("add", [self.vector(a.text), other]).text, a.up, a.down
                )
        return self.record(ufunc, [*map(self.settled, inputs)])

    def settled(self, operand: Operand) -> Operand:
        """A vector with the numbers that it was still divided by worked in; others as they are."""
        if not isinstance(operand, Symbol) or not is_scaled(operand):
            return operand
        bare = self.vector(operand.text)
        if isinstance(operand.up, float):
            return self.record("divide", [bare, operand.down])
        return self.record("multiply", [bare, over(operand.up, operand)])

    def _scaled(
        self, ufunc: str, vectors: list[Symbol], up: Symbol | float, down: Symbol | float
    ) -> Symbol:
        bare = self.record(ufunc, [self.vector(x.text) for x in vectors])
        return self._vector(bare.text, up, down)

    def _vector(self, name: str, up: Symbol | float, down: Symbol | float) -> Symbol:
        scaled = self.vector(name)
        scaled.up, scaled.down = up, down
        return scaled

    def record(self, ufunc: str, inputs: Sequence[Symbol | float]) -> Symbol:
        operands = tuple(
            x if isinstance(x, Symbol) else Symbol(self, _text(x), frozenset(), vector=False)
            for x in inputs
        )
        name = f"x{len(self.calls)}"
        self.calls.append(Call(name, ufunc, operands))
        return self.vector(name)
