"""Text that came from data, a file or a command line, made safe where it is shown.

Names of columns and classes, paths and messages may hold anything: a terminal obeys an escape
sequence, a spreadsheet runs a cell that begins with an equals sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """``rows`` as CSV in which no cell is a formula to a spreadsheet.

    A text that a spreadsheet would compute gets an apostrophe in front, as OWASP advises; numbers
    stay as they are.

    >>> from autograd.writing import csv_text
    >>> csv_text([["class", "p"], ["=1+1", "-0.5"]])
    "class,p\\n'=1+1,-0.5\\n"
    """
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may compute the cell instead of showing it."""
    if not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def _cell(text: str) -> str:
    text = f"'{text}" if is_formula(text) else text
    # The csv module leaves a carriage return unquoted, after which a spreadsheet sees a new row.
    return '"{}"'.format(text.replace('"', '""')) if re.search('[",\r\n]', text) else text
