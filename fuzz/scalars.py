"""Random graphs of numbers, replayed by every executor, against the eager pass.

A graph is rows drawn one by one, or layers of rows that are alike. Some leaves are 0, inf or nan:
nan and inf must stand in the same places.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

import autograd
from autograd import Value
from autograd.calculus import RULES, Rule
from autograd.replay import Replay, row_by_row
from fuzz.findings import Finding, Tally

AREA = "scalars"

#: So small is the difference beside what the numbers of a sum are in size.
ROUNDING = 1e-12
#: One case of so many is compiled by the C compiler, which takes its time.
NATIVE = 10

SPECIAL = (0.0, -0.0, np.inf, -np.inf, np.nan)
#: SciPy's functions have no C.
ROWS = [rule for rule in RULES.values() if not rule.is_special]


def grown(rng: np.random.Generator, leaves: Sequence[Value]) -> Value:
    """A random graph over the leaves; its end is the sum of all that nothing else uses."""
    values: list[Any] = list(leaves)
    ends: list[Any] = []

    def operand() -> Any:
        return values[int(rng.integers(len(values)))] if rng.random() < 0.9 else rng.normal()

    def applied(rule: Rule, *operands: Any) -> Any:
        result = getattr(autograd, rule.name)(*operands)
        if not isinstance(result, Value) or not result.requires_grad:
            return float(np.tanh(getattr(result, "data", result)))  # a row without a gradient
        return result if not abs(result.data) > 10 else autograd.tanh(result)

    for _ in range(1 + int(rng.integers(12))):
        rule = ROWS[int(rng.integers(len(ROWS)))]
        width = int(rng.integers(2, 8))
        kind = int(rng.integers(4))
        if kind == 0:  # a layer of neurons
            weights = [[operand() for _ in range(width)] for _ in range(int(rng.integers(1, 6)))]
            inputs = [operand() for _ in range(width)]
            new = [sum(w * x for w, x in zip(line, inputs)) for line in weights]
        elif kind == 1:  # a row along a list, as an activation is
            new = [applied(rule, *[operand() for _ in rule.args]) for _ in range(width)]
        else:
            new = [applied(rule, *[operand() for _ in rule.args])]
        values += new
        ends += new[:: max(1, kind)]
    total: Any = sum(ends)
    return total if isinstance(total, Value) else leaves[0] * total


def executors(out: Value, leaves: Sequence[Value], native: bool) -> dict[str, Callable[..., Any]]:
    """By name what gives the ends and the gradients at the numbers of the leaves."""
    statements, lines = (
        Replay("f", [out], leaves, since=0, executor=one) for one in ("numpy", "python")
    )

    def at_points(replay: Replay, at: Any, seeds: Any) -> Any:
        ends, slopes = replay.points.both([np.full(3, number) for number in at], 0)
        return ends[:, 1], slopes[:, 1]

    runs: dict[str, Callable[..., Any]] = {"NumPy": statements.both, "Python": lines.both}
    runs["points"] = partial(at_points, lines)
    runs["row by row"] = lambda at, seeds: row_by_row.both(lines.recorded, np.array(at), seeds)
    if native:
        for name in ("numpy", "python"):
            compiled = Replay("f", [out], leaves, since=0, executor=name, native=True)
            runs[f"C by {name}"] = compiled.both
        runs["points in C"] = partial(at_points, compiled)
    return runs


def case(seed: int, tally: Tally) -> Finding | None:
    rng = np.random.default_rng(seed)
    hard = seed % 3 == 0
    numbers = rng.uniform(-1.5, 1.5, int(rng.integers(1, 7)))
    if hard:
        numbers[int(rng.integers(len(numbers)))] = SPECIAL[int(rng.integers(len(SPECIAL)))]
    leaves = [Value(number) for number in numbers.tolist()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = grown(rng, leaves)
        if out.is_leaf:
            return None
        out.backward()
        graph = autograd.trace(out, names={}).backward()
        runs = executors(out, leaves, native=seed % NATIVE == 0)
        parts = np.array([[row.value, row.grad or 0.0] for row in graph])
        size = np.abs(parts[np.isfinite(parts).all(axis=1)])
        widest = [float((size[:, 0] * size[:, 1]).sum()), float(size[:, 1].max(initial=0.0))]
        true = [np.array([out.data]), np.array([x.grad for x in leaves])]
        for name, run in runs.items():
            tally.note(f"by {name}")
            results = run(numbers.tolist(), [1.0])
            for what, ours, eager, scale in zip(("value", "gradients"), results, true, widest):
                ours = ours[: len(eager)]
                if not np.allclose(ours, eager, ROUNDING, ROUNDING * scale, equal_nan=True):
                    line = f"[{name}] the {what}: {ours.tolist()}, eager {eager.tolist()}"
                    return Finding(AREA, seed, "wrong", line, str(graph))
    return None
