"""How products, matrix functions and losses go over a batch; see ``batching_rows`` for the form."""

from __future__ import annotations

import math
from string import ascii_letters

import numpy as np

from autograd.calculus import Function, Quantity
from autograd.calculus.array_rules import explicit
from autograd.derivatives.batching import Batch, Batched, as_node, rank
from autograd.engine import NODES


def _matmul(batch: Batch, a: Quantity, b: Quantity) -> Quantity:
    n, m = rank(a), rank(b)
    if not n or not m:
        return NotImplemented
    if (not batch.holds(b) and m <= 2) or (n == m == 2 and not batch.holds(a)):
        x = a.node if batch.holds(a) else a
        return NODES.matmul(x, b.node if batch.holds(b) else b)
    if m == 1 and n == 2 and not batch.holds(a):
        return NODES.matmul(b.node, NODES.swapaxes(a, 0, 1))
    # Vectors become matrices, and the stacks get one rank.
    x = NODES.expand_dims(a, 0) if n == 1 else a
    y = NODES.expand_dims(b, 1) if m == 1 else b
    x, y = batch.aligned((x, y))
    out = NODES.matmul(x, y)
    if n == 1 and m == 1:
        return NODES.squeeze(out, (-2, -1))
    return out if n > 1 and m > 1 else NODES.squeeze(out, -2 if n == 1 else -1)


def _linear(batch: Batch, x: Quantity, w: Quantity, b: Quantity = None) -> Quantity:
    if rank(w) != 2 or not rank(x):
        return NotImplemented
    if not batch.holds(w) and not batch.holds(b):
        return NODES.linear(x.node, w, b)
    out = NODES.matmul(x, w)
    return batch.spread(out if b is None else NODES.add(out, b))


def _einsum(batch: Batch, *operands: Quantity, subscripts: str) -> Quantity:
    terms, out = explicit(subscripts, tuple(map(rank, operands)))
    used = {*out, *"".join(terms)}
    letter = next(c for c in ascii_letters if c not in used)
    terms = [letter * batch.holds(x) + term for x, term in zip(operands, terms)]
    nodes = [x.node if batch.holds(x) else x for x in operands]
    return NODES.einsum(f"{','.join(terms)}->{letter}{out}", *nodes)


def _contracted(batch: Batch, a: Quantity, b: Quantity, place: int) -> Quantity:
    """The sum over the last axis of a and axis ``place`` of b; a product where one is a number."""
    if not rank(a) or not rank(b):
        return batch.spread(NODES.mul(a, b))
    names = iter(ascii_letters)
    left = [next(names) for _ in range(rank(a))]
    right = [next(names) for _ in range(rank(b))]
    place = max(place, -len(right))
    right[place] = left[-1]
    rest = [c for i, c in enumerate(right) if i != len(right) + place]
    subscripts = f"{''.join(left)},{''.join(right)}->{''.join(left[:-1] + rest)}"
    return _einsum(batch, a, b, subscripts=subscripts)


def _outer(batch: Batch, a: Quantity, b: Quantity) -> Quantity:
    return batch.spread(NODES.mul(NODES.reshape(a, (-1, 1)), NODES.reshape(b, (1, -1))))


def _of_matrices(name: str) -> Function:
    """A row over the last two axes, which takes stacks of matrices."""

    def rule(batch: Batch, a: Batched, **attrs: Quantity) -> Quantity:
        return NotImplemented if a.ndim < 2 else getattr(NODES, name)(a.node, **attrs)

    return rule


def _solve(batch: Batch, a: Quantity, b: Quantity) -> Quantity:
    if rank(a) < 2 or not rank(b):
        return NotImplemented
    x, y = batch.aligned((a, NODES.expand_dims(b, 1) if rank(b) == 1 else b))
    out = NODES.solve(as_node(x), y)
    return NODES.squeeze(out, -1) if rank(b) == 1 else out


# -- losses ---------------------------------------------------------------------------------------


def _cross_entropy(
    batch: Batch,
    logits: Quantity,
    targets: Quantity,
    weight: Quantity = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Quantity:
    x, y = batch.spread(logits), batch.spread(targets)
    if batch.holds(weight) or y.__class__ is Batched or not rank(logits):
        return NotImplemented
    single = rank(logits) == 1  # one row of logits, which has no batch axis of its own
    soft = rank(targets) == rank(logits)
    each = 0 if single else x.shape[1]
    if not single:
        x, y = (NODES.reshape(z, (batch.size * z.shape[1], *z.shape[2:])) for z in (x, y))
    losses = NODES.cross_entropy(x, y, weight, label_smoothing, ignore_index, "none")
    if not single:
        losses = NODES.reshape(losses, (batch.size, each, *losses.shape[1:]))
    if reduction == "none":
        return losses
    axes = tuple(range(1, losses.ndim))
    total = NODES.sum(losses, axis=axes) if axes else losses
    if reduction == "sum":
        return total
    if reduction != "mean":
        return NotImplemented
    if soft:
        return NODES.div(total, math.prod(losses.shape[1:]))
    labels = y.data.reshape(losses.shape)
    counted = labels != ignore_index
    if weight is not None:
        counted = counted * np.asarray(weight)[np.where(counted, labels, 0)]
    shares = counted.sum(axes) if axes else counted
    return NODES.div(total, shares.astype(losses.dtype))


RULES: dict[str, Function] = {
    **{
        name: _of_matrices(name)
        for name in "triu tril inv det logabsdet cholesky pinv expm eigh_terms svd_terms "
        "qr_terms".split()
    },
    "cross_entropy": _cross_entropy,
    "dot": lambda batch, a, b: _contracted(batch, a, b, -2),
    "einsum": _einsum,
    "inner": lambda batch, a, b: _contracted(batch, a, b, -1),
    "linear": _linear,
    "matmul": _matmul,
    "outer": _outer,
    "solve": _solve,
}
