"""The inputs of a page: a field for a number, a field for each cell of an array."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Quantity
from autograd.graph import Row
from autograd.render import clean, escape
from autograd.stage.array_data import MOST_NUMBERS
from autograd.writing import formatting, say

#: An array with more elements than this has no fields.
MOST_FIELDS = 64
#: What a field for a number has; typed.js reads it, with a decimal point or comma.
NUMERIC = 'type="text" inputmode="decimal" autocomplete="off" data-step="1"'


def field(node: Row) -> str:
    """What a reader edits to change an input; a large array's shape and range instead.

    The cells of a matrix are fields in rows and columns, named as the program would: ``W[0, 1]``.
    """
    value = node.value
    name = escape(clean(node.label))
    if not np.ndim(value):
        return _field(node, "", value, name)
    if value.ndim > 2 or not 0 < value.size <= MOST_FIELDS:
        return f'<span data-summary="{node.index}">{escape(formatting.summary(value))}</span>'
    matrix = np.atleast_2d(value)
    rows = []
    for i, row in enumerate(matrix):
        cells = []
        for k, number in enumerate(row):
            place = f"{i}, {k}" if value.ndim == 2 else str(k)
            at = f' data-at="{i * matrix.shape[1] + k}"'
            cells.append(_field(node, at, number, f"{name}[{place}]"))
        rows.append(f'<span class="row">{"".join(cells)}</span>')
    return f'<span class="grid" role="group" aria-label="{name}">{"".join(rows)}</span>'


def _field(node: Row, at: str, value: Quantity, name: str) -> str:
    held = f'value="{exact(value)}"'
    if not math.isfinite(value):  # which such a field cannot hold
        held += f' placeholder="{formatting.number(float(value))}"'
    whole = " data-whole" if np.asarray(node.value).dtype.kind in "iub" else ""
    return f'<input {NUMERIC}{whole} data-row="{node.index}"{at} {held} aria-label="{name}">'


def exact(value: Quantity) -> str:
    """All digits of a number, short where it is whole; empty for what an input cannot hold."""
    number = float(value)
    if not math.isfinite(number):
        return ""
    return f"{number:.0f}" if number == int(number) and abs(number) < 1e15 else repr(number)


def fixed_note(operations: list[str], numbers: int, lang: str) -> str:
    """Why nothing can be edited: operations that the page cannot compute, or too many numbers."""
    if operations:
        key, what = "fixed", ", ".join(operations)
    elif numbers > MOST_NUMBERS:
        key, what = "many numbers", f"{numbers:,} > {MOST_NUMBERS:,}"
    else:
        return ""
    words = f'<span data-say="{key}">{escape(say(lang, key))}</span>'
    return f'<p class="fixed">{words} {escape(what)}</p>'
