"""Products of arrays: matmul dot inner outer, and the fused linear layer."""

from __future__ import annotations

import math

import numpy as np
from numpy import ndarray

from autograd.calculus import Namespace
from autograd.calculus.array_rules.core import (
    Array,
    ArrayRule,
    linear_tangent,
    ones,
    product,
    sample,
    unbroadcast,
)
from autograd.calculus.array_rules.printed import summed


def matmul(a: Array, b: Array) -> Array:
    """Matrix product of vectors, matrices or stacks of them; dA = g Bᵀ and dB = Aᵀ g.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.matmul(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])))
    [-1. -1.]
    """
    # To the last digit what the adjoints compute, which take dot for its speed.
    return a.dot(b) if 0 < a.ndim < 3 and 0 < b.ndim < 3 else np.matmul(a, b)


def matmul_a(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    if b.ndim == 2:
        return product(g, b.T)
    if b.ndim == 1:
        return g * b if a.ndim == 1 else F.expand_dims(g, -1) * b
    if a.ndim == 1:
        da = F.matmul(b, F.expand_dims(g, -1))  # one column per matrix of the stack
        return unbroadcast(F, F.squeeze(da, -1), a.shape)
    return unbroadcast(F, F.matmul(g, F.swapaxes(b, -1, -2)), a.shape)


def matmul_b(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    if a.ndim == 2 and b.ndim <= 2:
        return product(a.T, g)
    if a.ndim == 1:
        return g * a if b.ndim == 1 else _stacked_outer(F, g, a, b)
    if b.ndim <= 2:  # one b for the whole stack: a single product, not a stack of them to be summed
        rows = F.reshape(a, (math.prod(a.shape[:-1]), a.shape[-1]))
        return rows.T @ F.reshape(g, (rows.shape[0], *b.shape[1:]))
    return unbroadcast(F, F.matmul(F.swapaxes(a, -1, -2), g), b.shape)


def _stacked_outer(F: Namespace, g: Array, a: Array, b: Array) -> Array:
    return F.expand_dims(a, -1) * F.expand_dims(g, -2)


def linear(x: Array, w: Array, b: Array = None) -> Array:
    """A dense layer, x @ w + b: x (..., n), w (n, m), b (m,) or None; dw = xᵀ g, db = Σ g.

    Returns (..., m).

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.linear(np.array([1.0, 2.0]), np.eye(2), np.array([0.5, 0.5])))
    [1.5 2.5]
    """
    if w.ndim != 2 or not x.ndim:
        raise ValueError("the weight must be a matrix, and x at least a vector")
    out = x.dot(w) if x.__class__ is ndarray and x.ndim < 3 else product(x, w)
    return out if b is None else out + b


def linear_x(F: Namespace, g: Array, out: Array, x: Array, w: Array, b: Array = None) -> Array:
    return g.dot(w.T) if g.__class__ is w.__class__ is ndarray and g.ndim == 2 else product(g, w.T)


def linear_w(F: Namespace, g: Array, out: Array, x: Array, w: Array, b: Array = None) -> Array:
    axes = x.ndim
    if axes == 2 and g.__class__ is x.__class__ is ndarray:
        return x.T.dot(g)  # what most layers need, without one more Python call
    if axes == 1:
        x, g = F.expand_dims(x, 0), F.expand_dims(g, 0)
    elif axes > 2:
        rows = math.prod(x.shape[:-1])
        x, g = F.reshape(x, (rows, x.shape[-1])), F.reshape(g, (rows, g.shape[-1]))
    return product(x.T, g)


def linear_b(F: Namespace, g: Array, out: Array, x: Array, w: Array, b: Array = None) -> Array:
    if g.__class__ is ndarray and g.ndim == 2 and (shape := g.shape)[1:] == b.shape:
        return ones(shape[0], g.dtype).dot(g)  # takes a third of the time of a sum over the axis
    return unbroadcast(F, g, b.shape)


def linear_tangent_of(
    F: Namespace,
    tangents: tuple[Array, ...],
    out: Array,
    x: Array,
    w: Array,
    b: Array = None,
) -> Array:
    dx, dw, db = tangents if len(tangents) == 3 else (*tangents, None)
    total = None
    if dx is not None:
        total = dx @ w
    if dw is not None:
        total = x @ dw if total is None else total + x @ dw
    if db is not None:
        total = F.broadcast_to(db, out.shape) if total is None else total + db
    return total


def _ravelled(F: Namespace, a: Array) -> Array:
    return F.reshape(a, (math.prod(a.shape),))


def dot(a: Array, b: Array) -> Array:
    """Sum over the last axis of a and the last but one of b; for 0-d operands a * b, for 1-D Σ a b.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.dot(np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    11.0
    """
    return np.dot(a, b)


def _dot_matrices(F: Namespace, g: Array, a: Array, b: Array) -> tuple[Array, Array, Array]:
    """g, a and b of a ``dot`` as the three matrices of one matrix product."""
    n = a.shape[-1]
    rows = math.prod(a.shape[:-1])
    columns = math.prod(b.shape[:-2] + b.shape[-1:]) if b.ndim > 1 else 1
    if b.ndim > 2:
        b = F.moveaxis(b, -2, 0)
    return F.reshape(g, (rows, columns)), F.reshape(a, (rows, n)), F.reshape(b, (n, columns))


def dot_a(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    if not a.ndim or not b.ndim:
        return unbroadcast(F, g * b, a.shape)
    G, _, B = _dot_matrices(F, g, a, b)
    return F.reshape(G @ B.T, a.shape)


def dot_b(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    if not a.ndim or not b.ndim:
        return unbroadcast(F, g * a, b.shape)
    G, A, _ = _dot_matrices(F, g, a, b)
    if b.ndim <= 2:
        return F.reshape(A.T @ G, b.shape)
    return F.moveaxis(F.reshape(A.T @ G, (b.shape[-2], *b.shape[:-2], b.shape[-1])), 0, -2)


def inner(a: Array, b: Array) -> Array:
    """Sum over the last axis of both operands; for 0-d operands a * b.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.inner(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([3.0, 4.0])))
    [11.  4.]
    """
    return np.inner(a, b)


def _inner_matrix(F: Namespace, a: Array) -> Array:
    return F.reshape(a, (math.prod(a.shape[:-1]), a.shape[-1]))


def inner_a(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    if not a.ndim or not b.ndim:
        return unbroadcast(F, g * b, a.shape)
    A, B = _inner_matrix(F, a), _inner_matrix(F, b)
    return F.reshape(F.reshape(g, (A.shape[0], B.shape[0])) @ B, a.shape)


def inner_b(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    if not a.ndim or not b.ndim:
        return unbroadcast(F, g * a, b.shape)
    A, B = _inner_matrix(F, a), _inner_matrix(F, b)
    return F.reshape(F.reshape(g, (A.shape[0], B.shape[0])).T @ A, b.shape)


def outer(a: Array, b: Array) -> Array:
    """Every product aᵢ bⱼ of the elements of a and b, both flattened: shape (a.size, b.size).

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.outer(np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    [[3. 4.]
     [6. 8.]]
    """
    return np.outer(a, b)


def outer_a(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    return F.reshape(g @ _ravelled(F, b), a.shape)


def outer_b(F: Namespace, g: Array, out: Array, a: Array, b: Array) -> Array:
    return F.reshape(_ravelled(F, a) @ g, b.shape)


def matmul_printed(A: Array, B: Array) -> tuple[str, ...]:
    if A.ndim == B.ndim == 1:
        return "dA = g * B", "dB = g * A"
    if B.ndim == 1:
        return (
            f"dA = {_outer('g', A.ndim - 1, 'B')}",
            f"dB = {_rows('A', A)}.T @ {_rows('g', A, B)}",
        )
    if A.ndim == 1 and B.ndim == 2:
        return "dA = g @ B.T", "dB = outer(A, g)"
    stack = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    if A.ndim == 1:
        da = "squeeze(B @ expand_dims(g, axis=-1), axis=-1)"
        db = "expand_dims(A, axis=-1) * expand_dims(g, axis=-2)"
        return f"dA = {summed(da, (*stack, A.size), A.shape)}", f"dB = {db}"
    turned = ["T" if x.ndim == 2 else "mT" for x in (A, B)]
    da = summed(f"g @ B.{turned[1]}", (*stack, *A.shape[-2:]), A.shape)
    if B.ndim == 2:
        return f"dA = {da}", f"dB = {_rows('A', A)}.T @ {_rows('g', A, B)}"
    return f"dA = {da}", f"dB = {summed(f'A.{turned[0]} @ g', (*stack, *B.shape[-2:]), B.shape)}"


def _outer(a: str, ndim: int, b: str) -> str:
    """Each of the numbers ``a`` times the vector ``b``."""
    return f"outer({a}, {b})" if ndim == 1 else f"expand_dims({a}, axis=-1) * {b}"


def _rows(name: str, a: Array, b: Array | None = None) -> str:
    """``name`` as one matrix of all rows of ``a``; with the last axis of the product a @ b."""
    if a.ndim == 2:
        return name
    if b is not None and b.ndim == 1:
        return f"ravel({name})"
    return f"reshape({name}, (-1, {(a if b is None else b).shape[-1]}))"


def linear_printed(x: Array, W: Array, b: Array | None = None) -> tuple[str, ...]:
    dw = f"{_rows('x', x)}.T @ {_rows('g', x, W)}" if x.ndim > 1 else "outer(x, g)"
    lines = "dx = g @ W.T", f"dW = {dw}"
    if b is None:
        return lines
    return *lines, f"db = {summed('g', (*x.shape[:-1], W.shape[1]), b.shape)}"


def _scaled_printed(A: Array, B: Array) -> tuple[str, ...]:
    """The product with a 0-d operand."""
    shape = np.broadcast_shapes(A.shape, B.shape)
    return f"dA = {summed('g * B', shape, A.shape)}", f"dB = {summed('g * A', shape, B.shape)}"


def dot_printed(A: Array, B: Array) -> tuple[str, ...]:
    if not A.ndim or not B.ndim:
        return _scaled_printed(A, B)
    if B.ndim <= 2:
        return matmul_printed(A, B)
    rows = tuple(range(A.ndim - 1))
    columns = tuple(range(A.ndim - 1, A.ndim + B.ndim - 2))
    free = (*range(B.ndim - 2), B.ndim - 1)
    return (
        f"dA = tensordot(g, B, ({columns}, {free}))",
        f"dB = moveaxis(tensordot(A, g, ({rows}, {rows})), 0, -2)",
    )


def inner_printed(A: Array, B: Array) -> tuple[str, ...]:
    if not A.ndim or not B.ndim:
        return _scaled_printed(A, B)
    if A.ndim == B.ndim == 1:
        return "dA = g * B", "dB = g * A"
    da = "g @ B" if B.ndim == 2 else f"tensordot(g, B, {B.ndim - 1})"
    rows = tuple(range(A.ndim - 1))
    db = "g.T @ A" if A.ndim == 2 else f"tensordot(g, A, ({rows}, {rows}))"
    da = _outer("g", A.ndim - 1, "B") if B.ndim == 1 else da
    db = _outer("g", B.ndim - 1, "A") if A.ndim == 1 else db
    return f"dA = {da}", f"dB = {db}"


def outer_printed(a: Array, b: Array) -> tuple[str, ...]:
    flat = [f"ravel({name})" if x.ndim != 1 else name for name, x in (("a", a), ("b", b))]
    da, db = f"g @ {flat[1]}", f"{flat[0]} @ g"
    return (
        f"da = {da if a.ndim == 1 else f'reshape({da}, a.shape)'}",
        f"db = {db if b.ndim == 1 else f'reshape({db}, b.shape)'}",
    )


RULES = (
    ArrayRule(
        "matmul",
        matmul,
        (matmul_a, matmul_b),
        matmul_printed,
        linear_tangent("matmul", 2),
        (
            sample((3,), (3,)),
            sample((3,), (3, 2)),
            sample((2, 3), (3,)),
            sample((2, 3), (3, 4)),
            sample((3,), (2, 3, 4)),
            sample((2, 4, 3), (3,)),
            sample((2, 4, 3), (3, 2)),
            sample((2, 3), (4, 3, 2)),
            sample((5, 2, 3), (5, 3, 4)),
            sample((5, 1, 2, 3), (4, 3, 2)),
            sample((1, 2, 3), (4, 3, 2)),
            sample((0, 3), (3, 2), smooth=False),
        ),
        arity=2,
    ),
    ArrayRule(
        "linear",
        linear,
        (linear_x, linear_w, linear_b),
        linear_printed,
        linear_tangent_of,
        (
            sample((4, 3), (3, 2), (2,)),
            sample((4, 3), (3, 2), None),
            sample((4, 3), (3, 2), (1,)),
            sample((3,), (3, 2), (2,)),
            sample((3,), (3, 2), None),
            sample((2, 4, 3), (3, 2), (2,)),
            sample((0, 3), (3, 2), (2,), smooth=False),
        ),
        arity=3,
        optional=1,
    ),
    ArrayRule(
        "dot",
        dot,
        (dot_a, dot_b),
        dot_printed,
        linear_tangent("dot", 2),
        (
            sample((), (2, 3)),
            sample((2, 3), ()),
            sample((3,), (3,)),
            sample((2, 3), (3,)),
            sample((3,), (3, 2)),
            sample((2, 3), (3, 4)),
            sample((2, 4, 3), (3,)),
            sample((2, 4, 3), (5, 3, 2)),
        ),
        arity=2,
    ),
    ArrayRule(
        "inner",
        inner,
        (inner_a, inner_b),
        inner_printed,
        linear_tangent("inner", 2),
        (
            sample((), (2, 3)),
            sample((3,), (3,)),
            sample((2, 3), (3,)),
            sample((2, 3), (4, 3)),
            sample((2, 4, 3), (5, 3)),
        ),
        arity=2,
    ),
    ArrayRule(
        "outer",
        outer,
        (outer_a, outer_b),
        outer_printed,
        linear_tangent("outer", 2),
        (sample((2,), (3,)), sample((2, 2), (3,)), sample((), (3,))),
        arity=2,
    ),
)
