"""A local derivative that a learner types as an expression, such as ``1 - out * out`` for tanh.

>>> from autograd.lessons.local_derivatives import local_of
>>> from autograd import Value
>>> from autograd.lessons import steps
>>> (term,) = steps(Value(0.5, "n").tanh(), names={})[-1].terms
>>> local = local_of(term)
>>> local.text, local.names, local.slips[1]
('1 - out * out', ('n', 'out'), ('no square', '1 - out'))
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import product

import numpy as np

from autograd.calculus import Rule, parse
from autograd.lessons.records import Term

#: So many points tell two expressions apart.
POINTS = 6


@dataclass(frozen=True)
class Local:
    """The derivative of row ``op`` by its operand ``slot`` as ``text``, in the nodes' own names.

    ``names`` are those of the operands and, at the end, of the result. Two expressions are the same
    where they agree at ``points``, each with a number for each operand. ``slips`` are names and the
    expressions that they give.
    """

    op: str
    slot: int
    text: str
    names: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    slips: tuple[tuple[str, str], ...]


def local_of(term: Term) -> Local | None:
    """The derivative of an elementwise term, where it takes more than a name or a number."""
    node, rule = term.consumer, term.consumer.rule
    operands = node.operands
    if not isinstance(rule, Rule) or rule.is_special or len({*node.args}) < len(node.args):
        return None
    text = (rule.shown_partials or rule.partials)[term.slot] or rule.partials[term.slot]
    fixed = [operand.value for operand in operands if operand.is_literal]
    if text is None or any(np.ndim(value) or not np.isfinite(value) for value in fixed):
        return None  # a bound that is infinite is no point to try an expression at
    tree = parse(text, (*rule.args, "out"))
    named = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    varying = {arg for arg, operand in zip(rule.args, operands) if not operand.is_literal} | {"out"}
    called = {part.func.id for part in ast.walk(tree) if isinstance(part, ast.Call)
              and isinstance(part.func, ast.Name)}  # fmt: skip
    bare = isinstance(tree, ast.Name) or not named & varying
    if bare or called & {"where", "equal", "less", "greater"}:
        return None
    places = [
        (float(operand.value),) if operand.is_literal else samples
        for operand, samples in zip(operands, rule.samples)
    ]
    points = list(product(*places))
    names = (*(row.text for row in operands), node.label)
    own = dict(zip((*rule.args[: len(operands)], "out"), names))
    slips = [("sign", f"-({text})"), ("itself", "out")]
    if (shorter := re.sub(r"\b(\w+) \* \1\b", r"\1", text)) != text:
        slips.insert(1, ("no square", shorter))
    return Local(
        node.op,
        term.slot,
        _renamed(text, own),
        names,
        tuple(points[:: -(-len(points) // POINTS)]),
        tuple((name, _renamed(slip, own)) for name, slip in slips),
    )


def _renamed(text: str, names: dict[str, str]) -> str:
    named = re.sub(r"[A-Za-z_]\w*", lambda word: names.get(word[0], word[0]), text)
    # n * a ** (n - 1) with a number for n
    power = re.sub(r"\((\d+) - 1\)", lambda found: str(int(found[1]) - 1), named)
    return power.removesuffix(" ** 1")
