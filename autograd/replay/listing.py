"""The plan of a replay as text: which rows became which statement."""

from __future__ import annotations

from autograd.calculus import one_line
from autograd.replay.native import Native
from autograd.replay.numpy_source import Writer
from autograd.replay.plan import Plan


def listing(name: str, rows: int, inputs: int, executor: object) -> str:
    """One line for each statement: how many rows it stands for, its shape, what it does.

    ``rows`` are those of the trace. What a statement covers may be less in sum: equal rows are
    computed once, and rows of constants not at all.
    """
    head = f"compiled {name}: {_counted(rows, 'row')} of the trace, {_counted(inputs, 'input')}"
    plan: Plan | None = getattr(executor, "plan", None)
    language = "C" if isinstance(executor, Native) else "NumPy" if plan else "Python"
    if plan is None:
        return f"{head}, as {_counted(rows, 'line')} of {language} at most"
    lines = [f"{head}, {_counted(len(plan.statements), 'statement')} of {language}"]
    table = [("rows", "operations", "shape", "scope", "statement")]
    for statement, texts in zip(plan.statements, listing_of(plan)):
        table.append(
            (
                f"{statement.covers:,}",
                f"{statement.operations:,}",
                " × ".join(map(str, statement.shape)),
                one_line(".".join(statement.scope)),
                "; ".join(texts),
            )
        )
    widths = [max(len(line[column]) for line in table) for column in range(4)]
    for line in table:
        numbers = "  ".join(line[column].rjust(widths[column]) for column in range(2))
        words = "  ".join(line[column].ljust(widths[column]) for column in (2, 3) if widths[column])
        lines.append(f"  {numbers}  {words}  {line[4]}".rstrip())
    return "\n".join(lines)


def listing_of(plan: Plan) -> list[list[str]]:
    """By statement the lines of NumPy that compute it."""
    return Writer(plan).forward


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
