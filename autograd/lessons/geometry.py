"""What a derivative is: a limit, six rules, the steepest way up, a chord above the graph."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.calculus import Quantity
from autograd.derivatives import grad
from autograd.engine import Value, data_of
from autograd.graph import Graph, trace
from autograd.writing import number

Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Quotient:
    """One row: the step h, the difference quotients, how far they are from the derivative."""

    h: float
    forward: float
    central: float
    forward_error: float
    central_error: float


@dataclass(frozen=True)
class Quotients:
    """What :func:`difference_quotients` found; ``print`` it to read the table."""

    x: float
    derivative: float
    rows: tuple[Quotient, ...]

    @property
    def best(self) -> Quotient:
        """The row whose forward quotient comes closest: smaller steps lose it to rounding."""
        return min(self.rows, key=lambda row: row.forward_error)

    def __str__(self) -> str:
        lines = [f"derivative at {number(self.x)} by the chain rule: {self.derivative:.12f}"]
        lines.append(f"{'h':>8}  {'(f(x+h)-f(x))/h':>18}  {'off by':>8}  {'central':>18}  off by")
        lines += [
            f"{row.h:8.0e}  {row.forward:18.12f}  {row.forward_error:8.1e}  "
            f"{row.central:18.12f}  {row.central_error:.1e}"
            + ("  <- best forward" if row is self.best else "")
            for row in self.rows
        ]
        return "\n".join(lines)


STEPS = tuple(10.0**-k for k in range(16))


def difference_quotients(f: Function, x: float, steps: Sequence[float] = STEPS) -> Quotients:
    """The limit h → 0 as a table: (f(x+h) - f(x))/h and (f(x+h) - f(x-h))/2h beside f′(x).

    The error falls with h (with h² for the central quotient) until the subtraction of two nearly
    equal numbers leaves rounding only; the best forward step is near 1e-8.

    >>> from autograd.lessons import difference_quotients
    >>> table = difference_quotients(lambda x: x**2, 3.0)
    >>> [round(row.forward, 6) for row in table.rows[:3]], table.derivative
    ([7.0, 6.1, 6.01], 6.0)
    >>> 1e-9 <= table.best.h <= 1e-7
    True
    """
    slope = float(grad(f)(float(x)))

    def at(z: float) -> float:
        return float(data_of(f(z)))

    rows = []
    for h in steps:
        forward = (at(x + h) - at(x)) / h
        central = (at(x + h) - at(x - h)) / (2 * h)
        rows.append(Quotient(h, forward, central, abs(forward - slope), abs(central - slope)))
    return Quotients(float(x), slope, tuple(rows))


@dataclass(frozen=True)
class DifferentiationRule:
    """A rule of differentiation at one point: its statement, a small graph, both numbers.

    ``graph`` is swept, its leaf is x. ``derivative`` is what backpropagation gives; ``by_rule``
    what the statement gives, written out in ``worked``.
    """

    name: str
    statement: str
    example: str
    graph: Graph
    derivative: float
    by_rule: float
    worked: str

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.statement}\n  {self.example}: {self.worked} = "
            f"{number(self.by_rule)}, backpropagation gives {number(self.derivative)}"
        )


def rules_of_differentiation(x: float = 0.8) -> tuple[DifferentiationRule, ...]:
    """Sum, product, quotient and chain rule, eᵘ and log u, with u = x² and v = sin x, as graphs.

    >>> from autograd.lessons import rules_of_differentiation
    >>> for rule in rules_of_differentiation(0.5)[:2]:
    ...     print(rule)
    sum rule: (u + v)' = u' + v'
      x² + sin x: 1 + 0.8776 = 1.878, backpropagation gives 1.878
    product rule: (u v)' = u' v + u v'
      x² sin x: 1 · 0.4794 + 0.25 · 0.8776 = 0.6988, backpropagation gives 0.6988
    """
    u, v, du, dv = x * x, math.sin(x), 2 * x, math.cos(x)
    U, V, dU, dV = map(number, (u, v, du, dv))
    inner = number(math.cos(u))
    table: tuple[tuple[str, str, str, Callable[[Any, Any], Any], float, str], ...] = (
        (
            "sum rule",
            "(u + v)' = u' + v'",
            "x² + sin x",
            lambda u, v: u + v,
            du + dv,
            f"{dU} + {dV}",
        ),
        (
            "product rule",
            "(u v)' = u' v + u v'",
            "x² sin x",
            lambda u, v: u * v,
            du * v + u * dv,
            f"{dU} · {V} + {U} · {dV}",
        ),
        (
            "quotient rule",
            "(u / v)' = (u' v - u v') / v²",
            "x² / sin x",
            lambda u, v: u / v,
            (du * v - u * dv) / v**2,
            f"({dU} · {V} - {U} · {dV}) / {V}²",
        ),
        (
            "chain rule",
            "v(u(x))' = v'(u) u'",
            "sin x²",
            lambda u, v: u.sin(),
            math.cos(u) * du,
            f"{inner} · {dU}",
        ),
        (
            "exponential",
            "(eᵘ)' = eᵘ u'",
            "e^x²",
            lambda u, v: u.exp(),
            math.exp(u) * du,
            f"{number(math.exp(u))} · {dU}",
        ),
        (
            "logarithm",
            "(log u)' = u' / u",
            "log x²",
            lambda u, v: u.log(),
            du / u,
            f"{dU} / {U}",
        ),
    )
    return tuple(_rule_at(x, *entry) for entry in table)


def _rule_at(
    x: float, name: str, statement: str, example: str, combine: Any, by_rule: float, worked: str
) -> DifferentiationRule:
    leaf = Value(x, name="x")
    u = leaf * leaf
    u.name = "u"
    v = leaf.sin()
    v.name = "v"
    graph = trace(combine(u, v), names={}).backward()
    return DifferentiationRule(
        name, statement, example, graph, float(graph["x"].grad), by_rule, worked
    )


@dataclass(frozen=True)
class SteepestAscent:
    """The slope of a function of two numbers in every direction, and where it is largest.

    Angles are in radians, from the first axis. ``angle`` is the direction of the largest measured
    slope, ``gradient_angle`` that of the gradient, and the largest slope is the gradient's norm.
    """

    gradient: Quantity
    angles: Any = field(repr=False)
    slopes: Any = field(repr=False)
    angle: float
    gradient_angle: float

    @property
    def miss(self) -> float:
        """How far the two directions are apart, at most half the spacing of the angles if true."""
        return abs(math.remainder(self.angle - self.gradient_angle, 2 * math.pi))


def steepest_ascent(
    f: Function, x: Quantity, directions: int = 360, h: float = 1e-5
) -> SteepestAscent:
    """Measure the slope of ``f`` at ``x`` along ``directions`` evenly spaced directions.

    The slopes are central differences of ``f`` alone; the gradient is not used to find them. ``x``
    holds two numbers. ValueError for another shape, or where the gradient is 0: there no direction
    is steepest.

    >>> import numpy as np
    >>> from autograd.lessons import steepest_ascent
    >>> ascent = steepest_ascent(lambda p: p[0] ** 2 + 3 * p[1], np.array([1.0, 0.0]))
    >>> ascent.miss <= np.pi / 360, round(float(ascent.slopes.max()), 3)
    (True, 3.605)
    """
    x = np.asarray(x, dtype=float)
    if x.shape != (2,):
        raise ValueError(f"steepest_ascent: x holds two numbers; its shape is {x.shape}")
    gradient = grad(f)(x)
    if not np.any(gradient):
        raise ValueError("steepest_ascent: the gradient is 0 here, no direction is the steepest")
    angles = 2 * math.pi * np.arange(directions) / directions
    units = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    slopes = np.array(
        [(float(data_of(f(x + h * d))) - float(data_of(f(x - h * d)))) / (2 * h) for d in units]
    )
    return SteepestAscent(
        gradient,
        angles,
        slopes,
        float(angles[int(np.argmax(slopes))]),
        math.atan2(float(gradient[1]), float(gradient[0])),
    )


@dataclass(frozen=True)
class ChordTest:
    """Whether every chord tried lay above the graph; ``a``, ``b`` and ``t`` are the worst one.

    ``gap`` is chord minus graph there: negative means that the chord runs below, and the function
    is not convex.
    """

    convex: bool
    trials: int
    gap: float
    a: Quantity
    b: Quantity
    t: float

    def __bool__(self) -> bool:
        return self.convex

    def __str__(self) -> str:
        if self.convex:
            return f"no chord of {self.trials} runs below the graph: as convex as can be seen"
        return (
            f"not convex: between {self.a} and {self.b} the chord at t = {number(self.t)} lies "
            f"{number(-self.gap)} below the graph"
        )


def chord_test(f: Function, low: Any, high: Any, trials: int = 2000, seed: int = 0) -> ChordTest:
    """Try whether t f(a) + (1-t) f(b) ≥ f(t a + (1-t) b) for random a, b in a box, and t in [0, 1].

    That is convexity: the chord lies above the graph. A chord below disproves it; that none was
    found proves nothing. ``low`` and ``high`` are the corners of the box, floats or arrays.

    >>> import numpy as np
    >>> from autograd.lessons import chord_test
    >>> bool(chord_test(lambda x: x**2, -3.0, 3.0)), bool(chord_test(np.sin, 0.0, 6.0))
    (True, False)
    """
    rng = np.random.default_rng(seed)
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    worst = ChordTest(True, trials, math.inf, None, None, 0.0)
    for _ in range(trials):
        a, b = (rng.uniform(low, high) for _ in range(2))
        t = float(rng.uniform())
        fa, fb, middle = (float(data_of(f(z))) for z in (a, b, t * a + (1 - t) * b))
        gap = t * fa + (1 - t) * fb - middle
        if gap < worst.gap:
            rounding = 1e-12 * (1 + abs(fa) + abs(fb) + abs(middle))
            worst = ChordTest(worst.convex and gap >= -rounding, trials, gap, a, b, t)
    return worst
