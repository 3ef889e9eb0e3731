"""One-line errors for operands that do not fit: which operation, both shapes, what to do.

The forwards let NumPy find the fault, so that a call that succeeds pays nothing. Whoever calls them
catches what NumPy raises and raises :func:`explained` in its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from autograd.calculus import Attributes, Shape
from autograd.calculus.array_rules.core import Array

Shapes = tuple[Shape, ...]


def explained(
    name: str, error: Exception, operands: tuple[Array, ...], attrs: Attributes
) -> Exception:
    """``error``, raised by the forward of row ``name``, in words that name the shapes and a remedy.

    >>> import numpy as np
    >>> from autograd.calculus.array_rules import explained
    >>> a, b = np.ones((3, 4)), np.ones((5, 2))
    >>> print(explained("matmul", ValueError("core dimension"), (a, b), {}))
    matmul: shapes (3, 4) and (5, 2) do not fit: 4 != 5; transpose one of them, or swap the two
    """
    if not isinstance(error, (ValueError, IndexError, TypeError)):
        return error
    numpys = str(error).strip().partition("\n")[0]
    shapes = tuple(np.shape(x) for x in operands if x is not None)
    text = None
    if isinstance(error, np.exceptions.AxisError):
        text = _axis(shapes, attrs, numpys)
    elif not isinstance(error, TypeError) and name in _REMEDIES:
        text = _REMEDIES[name](shapes, attrs)
    if "float16 is unsupported" in numpys:
        text = "NumPy has no linear algebra of float16; use .astype('float32')"
    if text is None and "broadcast" in numpys:
        text = _do_not_fit(shapes, "axes must be equal or 1, counted from the last")
    if text is None:
        if numpys.startswith(f"{name}: "):
            return error  # the forward's own words
        listed = " and ".join(map(str, shapes))
        text = f"shape{'s' * (len(shapes) > 1)} {listed}: {numpys}"
    return type(error)(f"{name}: {text}")


def _axis(shapes: Shapes, attrs: Attributes, numpys: str) -> str | None:
    axis = attrs.get("axis")
    if axis is None or not shapes:
        return None
    ndim = len(shapes[0])
    use = f"use -{ndim}..{ndim - 1}" if ndim else "leave it out"
    return f"axis {axis} is out of range for shape {shapes[0]}; {use}"


def _do_not_fit(shapes: Shapes, why: str) -> str:
    return f"shapes {' and '.join(map(str, shapes))} do not fit: {why}"


def _matmul(shapes: Shapes, attrs: Attributes) -> str:
    a, b = shapes
    if not a or not b:
        return _do_not_fit(shapes, "a number is not a matrix; use * to scale")
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        return _do_not_fit(shapes, f"{a[-1]} != {inner}; transpose one of them, or swap the two")
    return _do_not_fit(
        shapes, f"the stacks {a[:-2]} and {b[:-2]} do not broadcast; their axes must be equal or 1"
    )


def _linear(shapes: Shapes, attrs: Attributes) -> str:
    x, w = shapes[:2]
    if len(w) != 2:
        return f"x {x} and w {w} do not fit: w must be a matrix, (inputs, outputs)"
    if not x or x[-1] != w[0]:
        return (
            f"x {x} and w {w} do not fit: the last axis of x must be {w[0]}, the inputs of w; "
            f"w is (inputs, outputs)"
        )
    return f"w {w} and b {shapes[2]} do not fit: the bias needs shape ({w[1]},), one per output"


def _dot(shapes: Shapes, attrs: Attributes) -> str:
    a, b = shapes
    inner = b[-2] if len(b) > 1 else b[0]
    return _do_not_fit(shapes, f"{a[-1]} != {inner}; transpose one of them, or swap the two")


def _inner(shapes: Shapes, attrs: Attributes) -> str:
    a, b = shapes
    return _do_not_fit(shapes, f"{a[-1]} != {b[-1]}; the last axes must be equal")


def _einsum(shapes: Shapes, attrs: Attributes) -> str:
    text = attrs["subscripts"]
    terms = text.replace(" ", "").partition("->")[0].split(",")
    if len(terms) != len(shapes):
        return f"{text!r} describes {len(terms)} operands but {len(shapes)} are given"
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes):
        if "..." in term:
            continue
        if len(term) != len(shape):
            return f"{text!r}: {term!r} names {len(term)} axes but the operand has shape {shape}"
        for letter, n in zip(term, shape):
            if sizes.setdefault(letter, n) != n:
                return f"{text!r}: {letter!r} is {sizes[letter]} in one operand and {n} in another"
    return f"{text!r} does not fit {' and '.join(map(str, shapes))}; give one letter for each axis"


def _reshape(shapes: Shapes, attrs: Attributes) -> str:
    old, new = shapes[0], attrs["shape"]
    return (
        f"shape {old} ({math.prod(old)} elements) does not fit into {new}; "
        f"the numbers of elements must agree, one axis may be -1"
    )


def _transpose(shapes: Shapes, attrs: Attributes) -> str:
    return (
        f"axes {attrs['axes']} do not permute shape {shapes[0]}; "
        f"name each of its {len(shapes[0])} axes once"
    )


def _squeeze(shapes: Shapes, attrs: Attributes) -> str:
    return (
        f"axis {attrs['axis']} of shape {shapes[0]} is longer than 1; "
        f"only axes of length 1 can go, index the others"
    )


def _broadcast_to(shapes: Shapes, attrs: Attributes) -> str:
    return (
        f"shape {shapes[0]} does not stretch to {attrs['shape']}; "
        f"axes must be equal or 1, counted from the last"
    )


def _concatenate(shapes: Shapes, attrs: Attributes) -> str:
    if not shapes:
        return "there is nothing to join; give at least one array"
    axis = attrs.get("axis", 0)
    return (
        f"shapes {' and '.join(map(str, shapes))} do not join along axis {axis}; "
        f"their other axes must be equal"
    )


def _stack(shapes: Shapes, attrs: Attributes) -> str:
    if not shapes:
        return "there is nothing to stack; give at least one array"
    listed = " and ".join(map(str, shapes))
    return f"shapes {listed} differ; stack wants one shape, concatenate joins different ones"


def _extreme(shapes: Shapes, attrs: Attributes) -> str | None:
    if 0 not in shapes[0]:
        return None
    return f"shape {shapes[0]} has no element to choose; check for an empty array first"


def _square(shapes: Shapes) -> str | None:
    """Why a stack of matrices is not one of square matrices, or None."""
    a = shapes[0]
    if len(a) < 2:
        return f"shape {a} is no matrix; give (n, n), or a stack of such"
    if a[-1] != a[-2]:
        return f"shape {a}: the matrix must be square"
    return None


def _inv(shapes: Shapes, attrs: Attributes) -> str:
    why = _square(shapes)
    if why is not None:
        return f"{why}; pinv takes any"
    return f"a matrix of shape {shapes[0]} is singular; pinv gives the inverse of what is regular"


def _solve(shapes: Shapes, attrs: Attributes) -> str:
    why = _square(shapes)
    if why is not None:
        return f"{why}; lstsq takes any"
    a, b = shapes
    rows = b[0] if len(b) == 1 else b[-2] if b else 0
    if rows != a[-1] or not b:
        return _do_not_fit(shapes, f"b needs {a[-1]} rows")
    return f"a matrix of shape {a} is singular; lstsq gives the shortest of the best solutions"


def _of_square(shapes: Shapes, attrs: Attributes) -> str | None:
    return _square(shapes)


def _of_any(shapes: Shapes, attrs: Attributes) -> str | None:
    return _square(shapes) if len(shapes[0]) < 2 else None


def _cholesky(shapes: Shapes, attrs: Attributes) -> str:
    return _square(shapes) or (
        f"a matrix of shape {shapes[0]} is not positive definite; add a little to its diagonal"
    )


_REMEDIES: dict[str, Callable[[Shapes, Attributes], str | None]] = {
    "matmul": _matmul,
    "linear": _linear,
    "dot": _dot,
    "inner": _inner,
    "einsum": _einsum,
    "reshape": _reshape,
    "transpose": _transpose,
    "squeeze": _squeeze,
    "broadcast_to": _broadcast_to,
    "concatenate": _concatenate,
    "stack": _stack,
    "max": _extreme,
    "min": _extreme,
    "inv": _inv,
    "solve": _solve,
    "cholesky": _cholesky,
    "det": _of_square,
    "logabsdet": _of_square,
    "expm": _of_square,
    "eigh_terms": _of_square,
    "svd_terms": _of_any,
    "pinv": _of_any,
}
