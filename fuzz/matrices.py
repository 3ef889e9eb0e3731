"""Random calls of linear algebra: matrices far from singular, their singular values apart."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from fuzz.attributes import Call, Wish
from fuzz.draw import Draw, Shape
from fuzz.operands import Operands


def lead(draw: Draw) -> Shape:
    """The axes before those of a matrix: mostly none."""
    return draw.of(((), (), (), (2,), (1,), (0,), (2, 1)))


def rectangle(draw: Draw, m: int, n: int, stack: Shape = ()) -> Any:
    """Matrices whose singular values lie between 0.7 and 3, each a third larger than the next."""
    k = min(m, n)
    left, right = (
        np.linalg.qr(draw.numbers.standard_normal((*stack, rows, k)))[0] for rows in (m, n)
    )
    values = 0.7 * 1.4 ** np.arange(k) * draw.uniform(1.0, 1.04, (*stack, k))
    return (left * values[..., None, :]) @ np.swapaxes(right, -1, -2)


def definite(draw: Draw, n: int, stack: Shape = ()) -> Any:
    """Symmetric positive definite matrices, and a little that is not symmetric."""
    root = rectangle(draw, n, n, stack)
    return root @ np.swapaxes(root, -1, -2) + draw.uniform(-0.01, 0.01, (*stack, n, n))


def _square(program: Operands, a: int) -> int:
    draw = program.draw
    n = draw.of((2, 3, 2, 3, 1, 4, 0))
    return program.near(rectangle(draw, n, n, lead(draw)), a, of_linalg=True)


def square(program: Operands, a: int) -> Call:
    return (_square(program, a),), {}


def singular(program: Operands, a: int) -> Call:
    """As ``square``; now and then of a matrix that is singular."""
    draw = program.draw
    if draw.chance(0.05):
        n = draw.between(2, 3)
        matrix = rectangle(draw, n, n)
        matrix[:, 0] = 0.0
        return (program.near(matrix, a, of_linalg=True),), {}
    return square(program, a)


def symmetric(program: Operands, a: int) -> Call:
    draw = program.draw
    n = draw.of((2, 3, 2, 3, 1, 0))
    return (program.near(definite(draw, n, lead(draw)), a, of_linalg=True),), {}


def of_triangle(program: Operands, a: int) -> Call:
    return symmetric(program, a)[0], {"UPLO": program.draw.of((None, "L", "U"))}


def eigh(program: Operands, a: int) -> Call:
    """The values, or the squares of the vectors: their signs are left open."""
    operands, attrs = of_triangle(program, a)
    part = program.draw.below(2)
    return operands, attrs | {"part": part, "squared": part == 1}


def _rectangle(program: Operands, a: int) -> int:
    draw = program.draw
    m, n = (draw.of((2, 3, 1, 4, 2, 3, 0)) for _ in range(2))
    return program.near(rectangle(draw, m, n, lead(draw)), a, of_linalg=True)


def any_matrix(program: Operands, a: int) -> Call:
    return (_rectangle(program, a),), {}


def svd(program: Operands, a: int) -> Call:
    part = program.draw.below(3)
    attrs = {"full_matrices": False, "part": part, "squared": part != 1}
    return (_rectangle(program, a),), attrs


def qr(program: Operands, a: int) -> Call:
    return (_rectangle(program, a),), {"part": program.draw.below(2), "squared": True}


def terms(wish: Wish) -> Wish:
    """The squares of what a decomposition gives."""

    def squares(program: Operands, a: int) -> Call:
        operands, attrs = wish(program, a)
        return operands, attrs | {"squared": True}

    return squares


def high(program: Operands, a: int) -> Call:
    draw = program.draw
    n = draw.between(0, 3)
    matrix = rectangle(draw, n + draw.below(3), n, lead(draw))
    return (program.near(matrix, a, of_linalg=True),), {}


def slogdet(program: Operands, a: int) -> Call:
    return (_square(program, a),), {"part": 1}


def solve(program: Operands, a: int) -> Call:
    draw = program.draw
    matrix = _square(program, a)
    *stack, n, _ = program.shape(matrix)
    wanted: list[Shape] = [(n,), (n, draw.length()), (*stack, n, draw.length())]
    b = draw.uniform(-1.5, 1.5, draw.of(wanted))
    return (matrix, program.given(b, of_linalg=True)), {}


def lstsq(program: Operands, a: int) -> Call:
    draw = program.draw
    n = draw.between(1, 3)
    m = n + draw.below(3)
    matrix = program.near(rectangle(draw, m, n), a, of_linalg=True)
    b = draw.uniform(-1.5, 1.5, draw.of(((m,), (m, draw.between(1, 3)))))
    attrs = {"rcond": None, "part": int(m > n and draw.chance(0.4))}
    return (matrix, program.given(b, of_linalg=True)), attrs


def matrix_power(program: Operands, a: int) -> Call:
    return (_square(program, a),), {"n": program.draw.between(-3, 5)}


def cond(program: Operands, a: int) -> Call:
    draw = program.draw
    p = draw.of((None, 2, -2, 1, -1, math.inf, "fro"))
    return (_rectangle(program, a) if p in (None, 2, -2) else _square(program, a),), {"p": p}


def multi_dot(program: Operands, a: int) -> Call:
    draw = program.draw
    sizes = [draw.length() for _ in range(draw.between(3, 5))]
    shapes = [(m, n) for m, n in itertools.pairwise(sizes)]
    first: Shape = shapes[0][1:] if draw.chance(0.3) else shapes[0]
    last: Shape = shapes[-1][:1] if draw.chance(0.3) else shapes[-1]
    return tuple(program.leaf(shape) for shape in (first, *shapes[1:-1], last)), {}


MATRICES: dict[str, Wish] = {
    "inv": singular, "det": singular, "expm": square, "cholesky": symmetric, "slogdet": slogdet,
    "eigh": eigh, "eigvalsh": of_triangle, "svd": svd, "svdvals": any_matrix, "qr": qr,
    "pinv": any_matrix, "solve": solve, "lstsq": lstsq, "matrix_power": matrix_power,
    "cond": cond, "multi_dot": multi_dot, "logabsdet": square, "eigh_terms": terms(symmetric),
    "svd_terms": terms(any_matrix), "qr_terms": terms(high),
}  # fmt: skip
