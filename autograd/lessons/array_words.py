"""Arrays in a lesson's equations: their shapes, their rows, and which of them are one-hot."""

from __future__ import annotations

import ast

import numpy as np

from autograd.calculus import OPERATORS, Array, Quantity, Rule
from autograd.graph import Row
from autograd.writing import formatting

#: Arrays up to this many elements are written out under a step.
WRITTEN_ELEMENTS = 36


def shape(value: Quantity) -> str:
    return shape_of(np.shape(value))


def shape_of(dimensions: tuple[int, ...]) -> str:
    """A shape without spaces: ``(4,3)``.

    >>> from autograd.lessons.array_words import shape_of
    >>> shape_of((4, 3)), shape_of((5,)), shape_of(())
    ('(4,3)', '(5,)', '()')
    """
    return formatting.shape_text(dimensions).replace(" ", "")


def origin(node: Row, shapes: list[str], made_from: str) -> str:
    """How the operands' shapes make a result's: ``= (1,3) @ (3,4)``; empty where none changes."""
    if node.op == "matmul":
        return "= " + " @ ".join(shapes)
    if node.op == "linear":
        return f"= {shapes[0]} @ {shapes[1]}" + (f" + {shapes[2]}" if len(shapes) > 2 else "")
    if set(shapes) == {shape(node.value)}:
        return ""
    tree = node.rule.value_tree if isinstance(node.rule, Rule) and node.rule.is_infix else None
    if isinstance(tree, ast.BinOp) and len(shapes) == 2:
        return f"= {shapes[0]} {OPERATORS[type(tree.op)]} {shapes[1]}"
    return f"{made_from} {', '.join(shapes)}"


def rows_of(value: Quantity, most: int) -> list[list[str]] | None:
    """The elements of a vector or matrix as text, None where there are too many of them."""
    if value.ndim not in (1, 2) or not 0 < value.size <= most:
        return None
    return [[formatting.number(float(v)) for v in row] for row in np.atleast_2d(value)]


def written_rows(value: Quantity) -> list[list[str]] | None:
    """The rows to print under a step whose value is a moderate array."""
    return rows_of(value, WRITTEN_ELEMENTS)


def places_of(value: Array, turned: bool = False) -> list[list[int]]:
    """Where the elements of the rows stand in row-major order, also of the array transposed."""
    places = np.atleast_2d(np.arange(value.size).reshape(value.shape))
    return [list(map(int, row)) for row in (places.T if turned else places)]


def is_one_hot(value: Array) -> bool:
    """Whether every row is zeros but for a single 1.

    >>> import numpy as np
    >>> from autograd.lessons.array_words import is_one_hot
    >>> is_one_hot(np.array([0, 1, 0])), is_one_hot(np.array([0.0, 2.0])), is_one_hot(np.ones(1))
    (True, False, False)
    """
    rows = np.atleast_2d(value)
    if rows.ndim != 2 or rows.shape[1] < 2 or not rows.size:
        return False
    return bool(((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all())
