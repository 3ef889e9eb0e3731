"""``torch.utils``: ``data``; ``tensorboard`` where it is imported."""

from __future__ import annotations

from typing import Any

import tracegrad.torch.utils.data as data
from tracegrad.torch.tensors import lacking


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, ["data", "tensorboard"])


__all__ = ["data"]
