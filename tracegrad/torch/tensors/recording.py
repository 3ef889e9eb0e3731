"""The block in which operations are recorded."""

from __future__ import annotations

from autograd.engine import Block, Mode


class enable_grad(Block):
    """A block, or a decorated function, in which operations are recorded, inside ``no_grad`` too.

    >>> from tracegrad import torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> with torch.no_grad(), torch.enable_grad():
    ...     (x * 2).requires_grad
    True
    """

    def change(self, mode: Mode) -> Mode:
        return mode.but(recording=True)
