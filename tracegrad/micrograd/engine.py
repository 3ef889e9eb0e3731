"""``from micrograd.engine import Value``: tracegrad's own."""

from autograd import Value

__all__ = ["Value"]
