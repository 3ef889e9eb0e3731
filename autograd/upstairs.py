"""The stairs to the upper floors, for methods that only show what is below.

A graph can draw itself, but whoever computes must not depend on whoever draws: so such a method
finds its function by name at the moment it is called.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def upstairs(module: str) -> Any:
    """The module ``autograd.<module>``, loaded now."""
    return import_module(f"autograd.{module}")
