"""The cells of an array: a heat map with numbers where it is small, a strip of colours where not.

Blue is positive and orange negative, paler towards 0, measured by the largest element; a number
shows its sign as well. A strip averages neighbours into at most 24 columns and 4 rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import Array
from autograd.render.theme import ADVANCE, LEVELS, SMALL, level_key, paint
from autograd.render.words import escape
from autograd.writing import formatting

#: Arrays of up to so many rows and columns are written out.
MOST = 8
#: How many letters a number takes in a cell; one less where rows are long, so that a card of eight
#: columns can be read on a telephone.
FEWEST_LETTERS, MOST_LETTERS = 5, 7
_LONG_ROW = 8
ROW = 15.0
_STRIP_ROWS, _STRIP_COLUMNS, _PIXEL = 4, 24, 6.0


@dataclass(frozen=True)
class Cells:
    """Rows of numbers as text, empty for a strip, and the level of the colour of each."""

    texts: tuple[tuple[str, ...], ...]
    levels: tuple[tuple[int, ...], ...]
    letters: int = 0

    @property
    def column(self) -> float:
        return round(self.letters * SMALL * ADVANCE + 5, 1) if self.letters else _PIXEL

    @property
    def row(self) -> float:
        return ROW if self.letters else _PIXEL

    @property
    def width(self) -> float:
        return len(self.levels[0]) * self.column

    @property
    def height(self) -> float:
        return len(self.levels) * self.row


def is_written(value: Array) -> bool:
    """Whether an array is small enough for cells with numbers; a vector is one row of them.

    Leading axes of length 1 take no room.

    >>> import numpy as np
    >>> from autograd.render import is_written
    >>> is_written(np.ones((8, 8))), is_written(np.ones(9)), is_written(np.ones(()))
    (True, False, False)
    >>> is_written(np.ones((1, 1, 2, 3))), is_written(np.ones((2, 2, 1)))
    (True, False)
    """
    grid = _grid(value)
    return grid.ndim in (1, 2) and all(0 < n <= MOST for n in grid.shape)


def _grid(value: Array) -> Array:
    """The array without those of its leading axes of length 1 that a matrix has no room for."""
    while value.ndim > 2 and value.shape[0] == 1:
        value = value[0]
    return value


def letters_of(*values: Array | None) -> int:
    """How many letters the cells of these arrays take, one width for all of them."""
    longest = FEWEST_LETTERS
    for value in values:
        if value is not None:
            most = MOST_LETTERS - (value.shape[-1] >= _LONG_ROW)
            longest = max(longest, *(len(cell_text(x, most)) for x in value.ravel().tolist()))
    return longest


def cell_text(number: float, letters: int = MOST_LETTERS) -> str:
    """A number with as many of its first 4 digits as there are letters for.

    >>> from autograd.render.cells import cell_text
    >>> cell_text(-0.034125), cell_text(-0.034125, 5), cell_text(12345.6), cell_text(-1.7e-7)
    ('-0.0341', '-0.03', '12346', '-2e-07')
    """
    text = formatting.number(number)
    for digits in (3, 2, 1):
        if len(text) <= letters:
            break
        text = f"{float(number):.{digits}g}"
    return text


def cells_of(value: Array, letters: int) -> Cells:
    """The cells of a small array."""
    matrix = np.atleast_2d(_grid(value))
    texts = tuple(tuple(cell_text(v, letters) for v in row) for row in matrix.tolist())
    return Cells(texts, _levels(matrix), letters)


def strip_of(value: Array) -> Cells:
    """A large array as a strip of colours: its last axis to the right, the others downwards."""
    matrix = np.asarray(value, float).reshape(-1, value.shape[-1])
    return Cells((), _levels(_averaged(_averaged(matrix, _STRIP_ROWS).T, _STRIP_COLUMNS).T))


def _averaged(matrix: Array, most: int) -> Array:
    """Rows averaged into at most ``most``, each of the same number but for one."""
    n = len(matrix)
    if n <= most:
        return matrix
    starts = np.arange(most) * n // most
    counts = np.diff([*starts, n])[:, None]
    return np.asarray(np.add.reduceat(matrix, starts, axis=0) / counts)


def _levels(matrix: Array) -> tuple[tuple[int, ...], ...]:
    """Levels from -4 to 4; what is not finite has none of them and counts 0."""
    numbers = np.where(np.isfinite(matrix), matrix, 0.0)
    largest = np.abs(numbers).max()
    parts = np.ceil(LEVELS * np.abs(numbers / largest)) if largest > 0 else numbers
    signed = np.copysign(np.minimum(parts, LEVELS), numbers).astype(int)
    return tuple(map(tuple, signed.tolist()))


def drawn(cells: Cells, key: str, right: float, top: float, theme: str) -> str:
    """The cells as SVG, with their right upper corner there; ``key`` is data or grad."""
    left = right - cells.width
    if not cells.letters:
        return _strip(cells, key, left, top, theme)
    boxes, texts = [], []
    for i, (row, levels) in enumerate(zip(cells.texts, cells.levels)):
        y = top + i * ROW
        for k, (text, level) in enumerate(zip(row, levels)):
            x = left + k * cells.column
            boxes.append(
                f'<rect {paint(level_key(level), theme)} x="{_n(x)}" y="{_n(y)}" '
                f'width="{_n(cells.column - 1)}" height="{_n(ROW - 1)}"/>'
            )
            middle = x + (cells.column - 1) / 2
            texts.append(f'<text x="{_n(middle)}" y="{_n(y + 10.7)}">{escape(text)}</text>')
    numbers = f'<g {paint("number", theme)} text-anchor="middle" font-size="{_n(SMALL)}">'
    return (
        f'<g class="cells {key}" data-columns="{len(cells.levels[0])}" '
        f'data-letters="{cells.letters}">{"".join(boxes)}{numbers}{"".join(texts)}</g></g>'
    )


def _strip(cells: Cells, key: str, left: float, top: float, theme: str) -> str:
    """One path for each level."""
    paths = dict.fromkeys(range(-LEVELS, LEVELS + 1), "")
    for i, levels in enumerate(cells.levels):
        for k, level in enumerate(levels):
            paths[level] += f"M{_n(left + k * _PIXEL)} {_n(top + i * _PIXEL)}h6v6h-6z"
    inside = "".join(
        f'<path {paint(level_key(level), theme)} d="{path}"/>' for level, path in paths.items()
    )
    return (
        f'<g class="cells strip {key}" data-columns="{len(cells.levels[0])}" '
        f'data-rows="{len(cells.levels)}" data-left="{_n(left)}" data-top="{_n(top)}">{inside}</g>'
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
