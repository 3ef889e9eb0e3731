"""Formulas as a person types them, drawn from the grammar with a seed, and slips in them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

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


#: Ways to write a number, a vector of 3 and of 2, a matrix of 2 by 3 and of 3 by 3; {v} is any v.
WAYS = {
    "n": """s|2|0.5|sum({v})|mean({M})|norm({v})|{v} @ {v}|max({v})|{v}[-1]|{M}[0, 1]|{v}.sum()
        var({v})|std({M}, ddof=1)|logsumexp({v})|trace({Q})|vdot({v}, {v})|dot({w}, {w})
        median({v})|prod({v})|average({v}, weights=[1, 2, 3])|trapezoid({v})
        einsum("i,i->", {v}, {v})|min({v}, axis=0)|cross_entropy({v}, 2)|cross_entropy({M}, c)
        quantile({v}, 0.3)|inner({v}, {v})|{n} * {n}|sum({M}, axis=(0, 1))|norm({M}, ord=1)
        {n} - {n}|tanh({n})|interp({n}, [0.0, 1.0, 3.0], {v})|cov({v})|percentile({v}, 50)
        polyval({v}, {n})|{v}.shape[0]|multi_dot([{w}, {M}, {v}])
        cross_entropy({v}, softmax({v}))|norm({v}, ord=3)|sum(max_pool(img, 2))|{M}.size / 4""",
    "v": """x|y|[1, 2, 3]|{v} + {v}|{v} * {n}|{v} - {v}|{v} / [1, 2, 4]|{M}[0]|{M}.sum(axis=0)
        softmax({v})|cumsum({v})|sort({v})|flip({v})|roll({v}, 1)|tanh({v})|{w} @ {M}
        exp({v} / 10)|{Q} @ {v}|where(greater({v}, 0), {v}, {n})|clip({v}, -1, 1)
        cross({v}, {v})|diag({Q})|-{v}|{v}**2|concatenate([{w}, [{n}]])|append({w}, {n})
        linspace(0, {n}, 3)|full((3,), {n})|relu({v})|polyval({v}, {v})|gradient({v})
        squeeze(reshape({v}, (1, 3)))|take({v}, [0, 2, 1])|interp({v}, [0.0, 1.0, 2.0], {v})
        [{n}, {n}, {n}]|stack([{n}, {n}, {n}])|{v}[[2, 0, 0]]|{v}[::-1]|maximum({v}, {v})
        cumprod({v})|log_softmax({v})|repeat({v}[:1], 3)|tile({v}[1:2], 3)|{M}.mean(0)
        convolve({v}, [1, 2], mode="same")|fftshift({v})|{v}.tanh()|sigmoid({v})|expit({v})
        {M}[1, :]|select([greater({v}, 1)], [{v}], {n})|normal_logpdf({v}, {n}, 2)
        pad({w}, (0, 1))|hstack([{w}, 1])|logspace(0, 1, 3)|split({M}, 2)[1][0]
        round({v}, decimals=1)|{v}.clip(-2, 2)""",
    "w": """b|{M} @ {v}|{M}.mean(axis=1)|{v}[:2]|{v}[1:]|diff({v})|{M}[:, 1]|max({M}, axis=1)
        {w} - {w}|norm({M}, axis=-1)|logsumexp({M}, axis=1)|{w} * {n}|split({v}, [2])[0]
        array_split({v}, 2)[0]|median({M}, axis=1)|[{n}, {n}]|ravel({M})[2:4]|std({M}, axis=1)
        {M}[[0, 1], [2, 0]]|correlate({v}, [1, 1])|trapezoid({M})|average({M}, axis=1)
        squeeze({M}[:, 1:2])""",
    "M": """W|{M} * {M}|{M} + {v}|outer({w}, {v})|stack([{v}, {v}])|vstack([{v}, {v}])
        softmax({M}, axis=0)|{M}[::-1]|tril({M})|triu({M}, k=1)|{M} @ {Q}|{M} / 2|[{v}, {v}]
        flip({M}, axis=1)|{M}.T.T|transpose({Q}[:, :2])|broadcast_to({v}, (2, 3))
        expand_dims({w}, 1) * {v}|sort({M}, axis=0)|reshape(concatenate([{v}, {v}]), (2, 3))
        column_stack([{w}, {w}, {w}])|cumsum({M}, axis=1)|rot90(rot90({M}))|flipud({M})
        fliplr({M})|matrix_transpose({Q}[:, 1:])|take({Q}, [0, 2], axis=0)
        tensordot({w}, {v}, axes=0)|diff({Q}, axis=0)|swapaxes({Q}[:, :2], 0, 1)
        {M}.reshape(3, 2).T|moveaxis({Q}[:, :2], 0, 1)
        take_along_axis({M}, [[0, 0, 1], [2, 1, 0]], axis=1)|S[:, :, 1]
        einsum("ij,j->ij", {M}, {v})|S.sum(axis=2)|roll({M}, 1, axis=0)
        append({M}[:1], [{v}], axis=0)|atleast_2d({M})|vsplit({Q}, [2])[0]|where({M}, {v}, {n})
        kron({w}, {v}).reshape((2, 3))""",
    "Q": """outer({v}, {v})|{M}.T @ {M}|diag({v})|matrix_power({Q}, 2)|triu({Q})|{Q} + {Q}.T
        {Q} * {n}|tile({v}, (3, 1))|repeat(expand_dims({v}, 0), 3, axis=0)|vstack([{M}, {v}])
        {Q}[:, [1, 0, 2]]|cov({Q})|pad({M}, ((0, 1), (0, 0)), constant_values=1)
        einsum("i,j", {v}, {v})|cov({M}.T)|rollaxis({Q}, 1)|{Q}.mT|dot({Q}, {Q})
        cumprod({Q}, axis=0)|hsplit(S[0], [3])[0][:3]""",
}


class Arrays:
    """Draws formulas over arrays."""

    known: ClassVar[Known] = {
        "x": np.array([1.0, -2.0, 0.5]),
        "y": np.array([0.5, 2.0, 3.0]),
        "b": np.array([0.1, 0.2]),
        "s": 2.0,
        "c": np.array([0.0, 2.0]),
        "W": np.array([[1.0, 0.0, 2.0], [2.0, 1.0, -1.0]]),
        "S": np.arange(24.0).reshape(2, 3, 4) / 10,
        "img": np.arange(25.0).reshape(1, 1, 5, 5),
        "ker": np.array([[[[1.0, 0.0], [-1.0, 2.0]]]]),
    }

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.ways = {
            kind: [way.strip() for way in text.replace("\n", "|").split("|")]
            for kind, text in WAYS.items()
        }

    def statement(self) -> str:
        kind = self.draw.choice("nnvvwMMQ")
        if self.draw.random() < 0.15:
            return f"q = {self.part(kind, 1)}; r = q * q; sum(r + q)"
        return self.part(kind, self.draw.choice([1, 1, 2, 2, 3]))

    def part(self, kind: str, depth: int) -> str:
        ways = self.ways[kind]
        if depth <= 0:
            ways = [way for way in ways if "{" not in way] or ["outer(y, x)"]
        way = self.draw.choice(ways)
        return re.sub(r"\{(\w)\}", lambda slot: self.part(slot[1], depth - 1), way)


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
