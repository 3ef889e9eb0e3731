"""How convolutions and pooling go over a batch; see ``batching_rows`` for the form.

A row over pictures (N, C, *spatial) has a batch of its own: what has no kernel of its own for each
example joins it. With kernels that differ the examples are groups of channels, beside one another.
"""

from __future__ import annotations

from autograd.calculus import Function, Quantity
from autograd.derivatives.batching import Batch, rank
from autograd.engine import NODES, Tensor


def _joined(batch: Batch, x: Quantity) -> Tensor:
    """(B, N, ...) as (B N, ...)."""
    node: Tensor = NODES.reshape(x.node, (batch.size * x.shape[0], *x.shape[1:]))
    return node


def _apart(batch: Batch, x: Tensor) -> Tensor:
    node: Tensor = NODES.reshape(x, (batch.size, x.shape[0] // max(batch.size, 1), *x.shape[1:]))
    return node


def _channels(batch: Batch, x: Quantity) -> Tensor:
    """(B, N, C, ...) as (N, B C, ...)."""
    node = NODES.moveaxis(batch.spread(x), 0, 1)
    beside: Tensor = NODES.reshape(
        node, (node.shape[0], batch.size * node.shape[2], *node.shape[3:])
    )
    return beside


def _over_pictures(name: str) -> Function:
    def rule(batch: Batch, x: Quantity, **attrs: Quantity) -> Quantity:
        if rank(x) < 3 or not batch.size:
            return NotImplemented
        return _apart(batch, getattr(NODES, name)(_joined(batch, x), **attrs))

    return rule


def _with_kernels(name: str) -> Function:
    """``conv`` and ``conv_transpose``."""

    def rule(
        batch: Batch, x: Quantity, w: Quantity, groups: int = 1, **attrs: Quantity
    ) -> Quantity:
        function = getattr(NODES, name)
        if rank(x) < 3 or rank(x) != rank(w) or not batch.size:
            return NotImplemented
        if not batch.holds(w):
            return _apart(batch, function(_joined(batch, x), w, groups=groups, **attrs))
        kernels = NODES.reshape(w.node, (batch.size * w.shape[0], *w.shape[1:]))
        out = function(_channels(batch, x), kernels, groups=batch.size * groups, **attrs)
        out = NODES.reshape(
            out, (out.shape[0], batch.size, out.shape[1] // batch.size, *out.shape[2:])
        )
        return NODES.moveaxis(out, 1, 0)

    return rule


def _conv_kernel(
    batch: Batch, x: Quantity, y: Quantity, size: Quantity, groups: int = 1, **attrs: Quantity
) -> Quantity:
    if rank(x) < 3 or rank(x) != rank(y) or not batch.size:
        return NotImplemented
    out = NODES.conv_kernel(
        _channels(batch, x), _channels(batch, y), size=size, groups=batch.size * groups, **attrs
    )
    return _apart(batch, out)


RULES: dict[str, Function] = {
    **{name: _over_pictures(name) for name in "unfold fold max_pool avg_pool".split()},
    **{name: _with_kernels(name) for name in "conv conv_transpose".split()},
    "conv_kernel": _conv_kernel,
}
