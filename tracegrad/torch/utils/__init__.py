"""``torch.utils``: ``data``."""

from tracegrad.torch.utils import data

__all__ = ["data"]
