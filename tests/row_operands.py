"""Operands on which a row of the derivative table is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograd.calculus import Rule


def nodes(rule: Rule, make: Callable[[Any], Any], numbers: Iterable[Any]) -> list[Any]:
    """A node for each number; a number itself where the derivative by it is refused."""
    return [
        x if arg in rule.refused else make(x) for x, arg in zip(numbers, rule.args, strict=True)
    ]
