"""``tracegrad.nn`` and ``tracegrad.optim``: other names for ``nn`` and ``optim``, not copies.

A finder in front of Python's own answers for these names. Python's would find the files of ``nn``
a second time and make a second ``Linear``, which is no instance of the first.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_NAMES = ("tracegrad.nn", "tracegrad.optim")


class _SameModule(MetaPathFinder, Loader):
    """Loads ``tracegrad.nn.layers`` as what ``import nn.layers`` gives."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name.startswith(_NAMES) and any(f"{name}.".startswith(f"{one}.") for one in _NAMES):
            return ModuleSpec(name, self)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(spec.name.partition(".")[2])
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute; the import machinery has replaced the module's own spec."""
        if module.__spec__ is not None:
            module.__spec__ = module.__spec__.loader_state


def install() -> None:
    """Take part in the search for modules, once."""
    if not any(type(finder).__name__ == _SameModule.__name__ for finder in sys.meta_path):
        sys.meta_path.insert(0, _SameModule())
