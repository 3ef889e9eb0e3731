"""A table of an example in each form: lines of text, LaTeX, JSON."""

from __future__ import annotations

from autograd.calculus import Quantity
from autograd.lessons import jsonable, latex_heading
from autograd.lessons.worked_examples import Table
from autograd.render import columns
from autograd.writing import LANGUAGES, escaped, formatting


def table_lines(table: Table, place: int = 0) -> list[str]:
    """A table in columns, numbers to the right."""
    cells = [[_cell(v, place) for v in row] for row in (table.columns, *table.rows)]
    worded = table.worded()
    widths = [max(columns(row[i]) for row in cells) for i in range(len(table.columns))]
    return [
        "  ".join(
            c + " " * (width - columns(c)) if left else " " * (width - columns(c)) + c
            for c, width, left in zip(row, widths, worded)
        ).rstrip()
        for row in cells
    ]


def _cell(value: Quantity, place: int) -> str:
    if isinstance(value, tuple):
        return str(value[place])
    return value if isinstance(value, str) else formatting.summary(value)


def table_latex(table: Table, place: int) -> str:
    """A table under its heading."""
    rows = [[_cell(v, place) for v in row] for row in (table.columns, *table.rows)]
    inner = " \\\\\n".join(" & ".join(map(escaped, row)) for row in rows)
    shape = "".join("rl"[left] for left in table.worded())
    return (
        (latex_heading(table.title[place], 2) + "\n\n" if table.title[place] else "")
        + rf"\begin{{tabular}}{{{shape}}}"
        + f"\n{inner}\n"
        + r"\end{tabular}"
    )


def table_cells(table: Table) -> dict[str, Quantity]:
    """A table as JSON has it: its numbers, and words that differ in each language."""
    return {
        "title": dict(zip(LANGUAGES, table.title)),
        "columns": [_of_json(value) for value in table.columns],
        "rows": [[_of_json(value) for value in row] for row in table.rows],
    }


def _of_json(value: Quantity) -> Quantity:
    if not isinstance(value, tuple):
        return jsonable(value)
    return dict(zip(LANGUAGES, value)) if len(set(value)) > 1 else value[0]
