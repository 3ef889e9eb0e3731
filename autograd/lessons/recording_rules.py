"""An update rule run on nodes, and what it computed as a graph: one row for each of its variables.

The rule is an ordinary function. It is called once on nodes, which record what it does to them; its
local variables give the rows their names.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from autograd.calculus import Function, Quantity
from autograd.engine import Node, Tensor, Value
from autograd.lessons.folding import Recorded, folded
from autograd.lessons.metrics import Told
from autograd.lessons.naming import Names
from autograd.lessons.symbols import indexed, symbol


def record(
    rule: Function,
    parameter: tuple[str, Quantity],
    gradient: Quantity,
    states: Mapping[str, Quantity],
    settings: Mapping[str, Quantity],
    schedules: Mapping[str, Quantity],
    turn: int,
    effective: bool = True,
    told: Told | None = None,
) -> Recorded:
    """Run ``rule(theta, g, *states, **settings)`` on nodes and take down what it computes.

    ``schedules`` are the settings that follow one, or of whose entries some do: they are called
    with ``turn`` as a node. ``told`` is what a schedule made of a metric. The
    last row is the effective rate, by which plain descent would have moved the parameter as far;
    there is none without ``effective``, or where the gradient is 0.
    """
    name, theta = parameter
    leaves: dict[int, tuple[str, bool]] = {}
    kept: list[Node] = []

    def node(value: Quantity, label: str, setting: bool = False) -> Quantity:
        made = _node_like(theta, value)
        leaves[made._number] = label, setting
        kept.append(made)
        return made

    at = int(settings.get("t", turn + 1))
    hyper = {key: _setting(key, value, node) for key, value in settings.items()}
    names, scheduled = Names(), set[str]()
    counted = node(float(turn), "k", True)
    with np.errstate(all="ignore"):
        for key, schedule in schedules.items():
            entries = isinstance(schedule, tuple)
            own = [*hyper[key]] if entries else [hyper[key]]
            for i, follows in enumerate(schedule if entries else [schedule]):
                rate = rate_of(follows, counted, node, told) if callable(follows) else None
                if rate is not None:
                    leaves.pop(getattr(own[i], "_number", -1), None)  # a rate of 0 is no node
                    label = indexed(symbol(key), i + 1) if entries else symbol(key)
                    names.given[rate._number] = label
                    scheduled.add(label)
                    kept.append(rate)
                    own[i] = rate
            hyper[key] = tuple(own) if entries else own[0]
        inputs = [node(theta, name), node(gradient, "g")]
        inputs += [node(value, indexed(symbol(key), at - 1)) for key, value in states.items()]
        results = names.watch(rule, *inputs, **hyper)
    after = results if isinstance(results, tuple) else (results,)
    fresh = dict(zip((f"{name}'", *map(symbol, states)), after, strict=True))
    moved = {
        label: result
        for (label, result), before in zip(fresh.items(), (None, *inputs[2:]))
        if isinstance(result, Node) and result is not before
    }
    if f"{name}'" not in moved:
        raise TypeError(f"steps: the rule {rule_name(rule)} returns no new parameter")
    ends = [inputs[0], after[0], inputs[1]] if effective else None
    facts = told.facts if told is not None else {}
    return folded(moved, leaves, names.given, scheduled, ends, facts)


def _node_like(theta: Quantity, value: Quantity) -> Node:
    if isinstance(theta, np.ndarray):
        return Tensor(np.asarray(value, theta.dtype), requires_grad=True)
    return Value(float(value))


def _setting(key: str, value: Quantity, node: Function) -> Quantity:
    """A setting as the rule gets it: flags, choices and zeros are facts, which it may branch on."""
    if isinstance(value, tuple):
        return tuple(
            _setting(indexed(symbol(key), i + 1), part, node) for i, part in enumerate(value)
        )
    if value is None or isinstance(value, bool | str) or value == 0:
        return value
    return node(float(value), symbol(key), True)


def rate_of(
    schedule: Callable[[Quantity], Quantity],
    counted: Node,
    node: Function,
    told: Told | None = None,
) -> Node | None:
    """What the schedule's formula computes; None where it computes on plain numbers alone."""
    if told is not None and schedule is told.schedule:
        rate = told.rate(node)
        return rate if rate._operands() else None
    own = schedule
    if dataclasses.is_dataclass(schedule):
        own = object.__new__(type(schedule))
        for part in dataclasses.fields(schedule):
            value = getattr(schedule, part.name)
            number = isinstance(value, float) and value != 0 and math.isfinite(value)
            made = node(value, symbol(f"schedule {part.name}"), True) if number else value
            object.__setattr__(own, part.name, made)
    try:
        rate = own(counted)
    except (TypeError, ValueError, AttributeError):
        return None
    return rate if isinstance(rate, Node) and rate._operands() else None


def rule_name(rule: Function) -> str:
    """What a rule is called; of a partial function, its first argument."""
    inner = rule.args[0] if isinstance(rule, partial) and rule.args else rule
    return str(getattr(inner, "__name__", type(inner).__name__))
