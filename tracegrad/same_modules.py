"""``tracegrad.nn`` and ``tracegrad.optim``: other names for ``nn`` and ``optim``, not copies.

A finder in front of Python's own answers for these names. Python's would find the files of ``nn``
a second time and make a second ``Linear``, which is no instance of the first.
"""

from __future__ import annotations

from autograd.former_paths import SecondNames

_NAMES = ("tracegrad.nn", "tracegrad.optim")


class SameModules(SecondNames):
    """Gives for ``tracegrad.nn.layers`` what ``import nn.layers`` gives."""

    def own_name(self, name: str) -> str:
        ours = any(f"{name}.".startswith(f"{one}.") for one in _NAMES)
        return name.partition(".")[2] if ours else ""


def install() -> None:
    """Let the second names lead to the modules."""
    SameModules().install(0)
