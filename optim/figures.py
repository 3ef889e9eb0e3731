"""matplotlib, which is loaded only where something is drawn (extra ``plot``)."""

from __future__ import annotations

from types import ModuleType

__all__ = ["pyplot"]


def pyplot() -> ModuleType:
    """matplotlib.pyplot, or an error that says how to get it."""
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        raise ImportError(
            "plots need matplotlib: pip install 'tracegrad[plot]'", name="matplotlib"
        ) from None
    return plt  # type: ignore[no-any-return]
