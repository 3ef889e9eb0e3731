"""Types that say something: what a checker infers, and how much of the packages is ``Any``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import autograd
import nn
import optim
from tests import peers

ROOT = Path(__file__).parent.parent
#: How often ``Any`` may stand in the three packages.
ANY = 221


def test_the_checker_infers_what_programs_get(monkeypatch: pytest.MonkeyPatch) -> None:
    api = peers.require("mypy.api")
    monkeypatch.chdir(ROOT)
    report, errors, status = api.run(["tests/typing_cases.py"])
    assert status == 0, report + errors


def words(path: Path) -> int:
    """How often ``Any`` stands in a file."""
    return len(re.findall(r"\bAny\b", path.read_text(encoding="utf-8")))


def test_any_does_not_spread() -> None:
    """A new ``Any`` needs an old one to go, or a reason to raise the number."""
    counted = sum(
        words(path)
        for package in ("autograd", "nn", "optim")
        for path in (ROOT / package).rglob("*.py*")
        if path.suffix in (".py", ".pyi")
    )
    assert counted <= ANY


def bare(function: ast.FunctionDef) -> Iterator[str]:
    """The parameters, and "return", that have no annotation or only ``Any``."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    for argument in every:
        says = None if argument.annotation is None else ast.unparse(argument.annotation)
        if says in (None, "Any") and argument.arg not in ("self", "cls"):
            yield argument.arg
    says = None if function.returns is None else ast.unparse(function.returns)
    if says in (None, "Any"):
        yield "return"


def vague(source: str, exported: set[str]) -> Iterator[str]:
    """The exported functions, and the methods of exported classes, with a bare ``Any``.

    A comment "Any: why" in the lines of the signature is a reason.
    """
    lines = source.splitlines()

    def visit(function: ast.FunctionDef, name: str) -> Iterator[str]:
        signature = lines[function.lineno - 1 : function.body[0].lineno]
        if not any("# Any: " in line for line in signature):
            yield from (f"{name}({argument})" for argument in bare(function))

    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name in exported:
            yield from visit(node, node.name)
        elif isinstance(node, ast.ClassDef) and node.name in exported:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield from visit(method, f"{node.name}.{method.name}")


@pytest.mark.parametrize("package", [autograd, nn, optim], ids=lambda package: package.__name__)
def test_a_public_signature_says_what_it_takes(package: Any) -> None:
    exported = set(package.__all__)
    paths = sorted((ROOT / package.__name__).rglob("*.py"))
    faults = [fault for p in paths for fault in vague(p.read_text(encoding="utf-8"), exported)]
    assert faults == []


def test_a_vague_signature_is_noticed() -> None:
    source = "def f(x, y: Any) -> int: ...\nclass C:\n    def m(self) -> Any: ...\n"
    assert list(vague(source, {"f", "C"})) == ["f(x)", "f(y)", "C.m(return)"]
    assert list(vague("def f(x: Any) -> int:  # Any: a test\n    ...\n", {"f"})) == []
