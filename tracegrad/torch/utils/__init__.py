"""``torch.utils``: ``data``."""

import tracegrad.torch.utils.data as data

__all__ = ["data"]
