"""Modules that stood directly in ``autograd`` once: their old paths still lead to them.

A finder at the end of Python's list is asked only for what nobody else finds, so it costs nothing.
"""

from __future__ import annotations

import sys
import warnings
from abc import abstractmethod
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

#: The former names by folder; ``old=new`` where the file is called otherwise now.
_FORMER = {
    "calculus": "rules dialects stamping codegen=javascript array_rules",
    "writing": """
        formatting naming notation notation_latex notation_mathml messages=translations
    """,
    "engine": """
        modes=recording node order pulls=contributions value tensor operations structures=trees
    """,
    "functions": "numpy_protocol methods=tensor_methods",
    "graph": "frozen graph_backward=chain_rule listing",
    "derivatives": """
        transforms jacobians forward_mode recompute custom calls=arguments critical=critical_points
    """,
    "formulas": "expression",
    "checks": """
        checking=gradient_check check_report=report comparison differences anomaly diagnosis
    """,
    "lessons": """
        stepper wording step_json step_latex step_text iterations paths=path_sums geometry
        worked_examples
    """,
}
#: Modules that moved from one room to another, by their whole former path.
_MOVED = {
    f"autograd.render.{name}": f"autograd.stage.{name}"
    for name in ("notebook", "page", "page_scene")
} | {
    "autograd.lessons.expression": "autograd.formulas.expression",
    "autograd.render.site": "autograd.stage.page",
    "autograd.stage.site": "autograd.stage.page",
}
#: Paths that documentation named: they stay, without a warning.
_DOCUMENTED = "rules array_rules expression worked_examples".split()


def _paths() -> dict[str, str]:
    pairs = dict(_MOVED)
    for folder, words in _FORMER.items():
        for word in words.split():
            old, _, new = word.partition("=")
            pairs[f"autograd.{old}"] = f"autograd.{folder}.{new or old}"
    return pairs


_PATHS = _paths()


def _now(name: str) -> str:
    """Where the module of a former path is now, empty for any other path."""
    for former, now in _PATHS.items():
        if name == former or name.startswith(f"{former}."):
            return now + name[len(former) :]
    return ""


class SecondNames(MetaPathFinder, Loader):
    """Finds a module under another name, and gives the one that is there, not a second one."""

    @abstractmethod
    def own_name(self, name: str) -> str:
        """Where the module of that name is, empty for any other name."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if self.own_name(name) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self.own_name(spec.name))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute; the import machinery has replaced the module's own spec."""
        if module.__spec__ is not None:
            module.__spec__ = module.__spec__.loader_state

    def install(self, place: int) -> None:
        """Take part in the search for modules, once."""
        if not any(type(finder).__name__ == type(self).__name__ for finder in sys.meta_path):
            sys.meta_path.insert(place, self)


class _Former(SecondNames):
    """The modules under their former paths."""

    def own_name(self, name: str) -> str:
        return _now(name)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.name.split(".")[1] not in _DOCUMENTED:
            warnings.warn(f"{spec.name} is {_now(spec.name)} now", DeprecationWarning, stacklevel=2)
        return super().create_module(spec)


def install() -> None:
    """Let the former paths lead to the modules."""
    _Former().install(len(sys.meta_path))
