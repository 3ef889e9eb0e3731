"""Formulas as a person types them, drawn from the grammar with a seed, and slips in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, ClassVar

from autograd.calculus import RULES

Known = dict[str, Any]
Case = tuple[str, Known]

#: What is typed by mistake.
SLIPS = [*list("+-*/%^()[],.=:;@?!#'e1 x"), *"** // == axis=0 sqr( 1e999 2x".split(), " y "]


def number(draw: random.Random) -> str:
    return draw.choice(["0", "1", "2", "3", "0.5", "1.5", "1e-3", "10", "pi", ".25", "2.", "0.1"])


class Scalars:
    """Draws formulas over the numbers x, y, z and pos, which is positive."""

    known: ClassVar[Known] = {"x": 2.0, "y": -3.0, "z": 0.5, "pos": 1.25, "long_name": 1e-3}

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.functions = [name for name, rule in RULES.items() if not rule.is_special]

    def statement(self) -> str:
        if self.draw.random() < 0.15:
            return (
                f"q = {self.part(2)}; {self.draw.choice(['q * x', 'r = q - 1; r / pos', 'q + q'])}"
            )
        return self.part(self.draw.choice([1, 2, 2, 3, 4]))

    def part(self, depth: int) -> str:
        kind = self.draw.random()
        if depth == 0 or kind < 0.1:
            return self.draw.choice([*self.known, number(self.draw), "x", "y", "z"])
        if kind < 0.55:
            sign = self.draw.choice(["+", "-", "*", "/", "%", "**", " + ", " - ", " * "])
            return f"{self.part(depth - 1)}{sign}{self.part(depth - 1)}"
        if kind < 0.65:
            return f"-{self.part(depth - 1)}"
        if kind < 0.75:
            return f"({self.part(depth - 1)})"
        return self.call(depth)

    def call(self, depth: int) -> str:
        name = self.draw.choice([*self.functions, "max", "min", "ln", "atan", "greater", "equal"])
        most = RULES[name].arity if name in RULES else 2
        operands = [self.part(depth - 1) for _ in range(most)]
        if name in RULES and RULES[name].defaults and self.draw.random() < 0.5:
            operands.pop()
        if self.draw.random() < 0.1 and most == 1 and name in RULES:
            return f"({operands[0]}).{name}()"
        return f"{name}({', '.join(operands)})"


def slipped(text: str, draw: random.Random) -> str:
    """``text`` with a letter or a sign too many, too few, or another."""
    place = draw.randrange(len(text) + 1)
    end = min(len(text), place + draw.choice([0, 0, 1, 1, 2]))
    return text[:place] + draw.choice([*SLIPS, "", ""]) + text[end:]


def cases(kind: Callable[[random.Random], Any], count: int, seed: int) -> list[Case]:
    """``count`` formulas of a kind, of which a third has a slip."""
    draw = random.Random(seed)
    drawn = kind(draw)
    texts = [drawn.statement() for _ in range(count)]
    return [(slipped(t, draw) if draw.random() < 0.35 else t, drawn.known) for t in texts]
