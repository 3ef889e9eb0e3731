"""A program as C, row by row: for deep, narrow programs, whose rows have no like.

A short program is a line for each row. A compiler takes milliseconds for a line; of a long program
the rows are tables, and one loop goes through them.
"""

from __future__ import annotations

import numpy as np

from autograd.calculus import C
from autograd.replay.c_source import LINES, CSource, number, table, unit
from autograd.replay.program import CONSTANT, Program
from autograd.replay.straight_line import backward
from autograd.replay.texts import texts

#: Programs of more rows are tables.
LONG = 500


def lines_in_c(program: Program) -> CSource:
    is_long = len(program.computed) > LONG
    forward, back, declarations = (_tables if is_long else _lines)(program)
    ends = np.concatenate([program.outputs, program.compared.ravel()]).astype(np.int64)
    fixed = np.flatnonzero(program.codes == CONSTANT)
    return unit(
        program.rules,
        declarations,
        [("forward_rows", forward)],
        [("backward_rows", back)],
        size=len(program),
        inputs=program.inputs,
        outputs=program.outputs,
        ends=ends,
        constants=(fixed, program.values[fixed]),
        names={row: name for row, name in zip(program.inputs.tolist(), program.names) if name},
        optimize=LINES,
        zeros=[(0, len(program))] if is_long else None,
    )


def _lines(program: Program) -> tuple[list[str], list[str], list[str]]:
    names = [f"V[{row}]" for row in range(len(program))]
    for row in np.flatnonzero(program.codes == CONSTANT).tolist():
        names[row] = number(float(program.values[row]))
    forward = [
        f"{names[row]} = "
        f"{texts(program.rules[code], C).value.format(*[names[operand] for operand in operands])};"
        for row, code, operands in program.lists()
    ]
    slopes = [f"G[{row}]" for row in range(len(program))]
    return forward, [f"{line};" for line in backward(program, names, slopes, C)], []


def _tables(program: Program) -> tuple[list[str], list[str], list[str]]:
    rows = program.computed
    width = max(2, *map(len, program.wide.values())) if program.wide else 2
    columns = np.zeros((width, len(program)), np.int64)
    columns[:2] = np.maximum([program.left, program.right], 0)
    for wide, several in program.wide.items():
        columns[: len(several), wide] = several
    declarations = [table("int", "row", rows), table("int", "rule", program.codes[rows])]
    declarations += [table("int", f"of{n}", column[rows]) for n, column in enumerate(columns)]
    reads = [f"double x{place} = V[of{place}[n]];" for place in range(width)]
    forward, back = [], []
    for code, rule in enumerate(program.rules):
        of_rule = texts(rule, C)
        operands = tuple(f"x{place}" for place in range(rule.arity))
        value = of_rule.value.format(*operands)
        forward.append(f"case {code}: out = {value}; break;")
        back.append(f"case {code}:")
        for place in range(rule.arity):
            term = of_rule.term(place, "g", operands, "out")
            if term is not None:
                back.append(f"  G[of{place}[n]] += {term};")
        back.append("  break;")
    return (
        [
            f"for (int n = 0; n < {len(rows)}; n++) {{",
            *(f"  {read}" for read in [*reads, "double out = 0.0;", "switch (rule[n]) {"]),
            *(f"    {line}" for line in forward),
            "  }",
            "  V[row[n]] = out;",
            "}",
        ],
        [
            f"for (int n = {len(rows) - 1}; n >= 0; n--) {{",
            *(f"  {read}" for read in [*reads, "double out = V[row[n]], g = G[row[n]];"]),
            "  switch (rule[n]) {",
            *(f"    {line}" for line in back),
            "  }",
            "}",
        ],
        declarations,
    )
