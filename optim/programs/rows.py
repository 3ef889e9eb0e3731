"""The rows of a graph as JavaScript: each calls its rule of the table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from optim.kinds import Function, State, StateLike


@dataclass(frozen=True)
class Row:
    """A row of a graph: its rule of the table by name, ``form`` over ``names``, its operands.

    One without a rule is an input, or the number ``value``.
    """

    label: str
    value: float
    rule: str | None = None
    args: tuple[int, ...] = ()
    form: str = ""
    names: tuple[str, ...] = ()
    defaults: tuple[float, ...] = ()

    def call(self, place: str) -> str:
        """``R["mul"].value(r[0],r[4])``, its operands named by ``place``, such as ``r[{}]``."""
        operands = [*map(place.format, self.args), *map(number, self.defaults)]
        return f'R["{self.rule}"].value({",".join(operands)})'


@dataclass(frozen=True)
class Rows:
    """The rows of a graph in order, the place of its output, and the rules that they call."""

    rows: tuple[Row, ...]
    output: int
    rules: State = field(compare=False)

    @classmethod
    def of(cls, traced: Function) -> Rows:
        """The rows of the graph that ``traced`` returns."""
        graph = traced()
        rows = []
        for row in graph:
            if row.rule is None:
                rows.append(Row(row.label, float(row.value)))
                continue
            rule, args = row.rule, tuple(row.args)
            left_out = tuple(rule.defaults[name] for name in rule.args[len(args) :])
            made = Row(row.label, 0.0, rule.name, args, rule.value, tuple(rule.args), left_out)
            rows.append(made)
        return cls(
            tuple(rows), graph.output.index, {rule.name: rule for rule in graph.rules if rule}
        )

    @property
    def statements(self) -> str:
        """``r[5]=R["mul"].value(r[0],r[4]);`` for each computed row."""
        return "".join(
            f"r[{i}]={row.call('r[{}]')};" for i, row in enumerate(self.rows) if row.rule
        )


def number(value: float) -> str:
    from autograd.calculus import JAVASCRIPT

    return JAVASCRIPT.number(float(value))


def rules_of(rows: Iterable[Rows], more: StateLike | None = None) -> str:
    """``R``, the table of the rules that these rows call, and of ``more``, rules by name.

    A square is a product in the rules and in the surfaces: Math.pow rounds otherwise.
    """
    from autograd.calculus import rules_javascript

    used = dict(more or {}) | {name: rule for one in rows for name, rule in one.rules.items()}
    return re.sub(r"Math\.pow\((\w+), 2\.0\)", r"(\1 * \1)", rules_javascript(used.values()))
