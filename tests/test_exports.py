"""What ``autograd`` offers from its upper floors: loaded when asked for, typed for checkers."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

SOURCE = Path(autograd.__file__).read_text(encoding="utf-8")


def checked_imports() -> dict[str, str]:
    """The names that the type checker imports, and from which module."""
    found: dict[str, str] = {}
    for block in ast.parse(SOURCE).body:
        if isinstance(block, ast.If):
            for statement in block.body:
                assert isinstance(statement, ast.ImportFrom) and statement.module is not None
                found |= {a.name: statement.module.partition(".")[2] for a in statement.names}
    return found


def test_the_type_checker_sees_what_the_program_gets() -> None:
    assert checked_imports() == autograd._UPSTAIRS


@pytest.mark.parametrize("name", autograd._UPSTAIRS)
def test_every_name_is_there_and_documented(name: str) -> None:
    thing = getattr(autograd, name)
    assert name in autograd.__all__ and name in dir(autograd)
    assert thing.__module__ == f"autograd.{autograd._UPSTAIRS[name]}"
    assert thing.__doc__ and ">>>" in thing.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'gradient_of'"):
        autograd.gradient_of  # noqa: B018


def test_the_upper_floors_are_loaded_when_asked_for() -> None:
    code = (
        "import sys, autograd\n"
        "upper = {f'autograd.{m}' for m in autograd._UPSTAIRS.values()}\n"
        "assert not upper & set(sys.modules), upper & set(sys.modules)\n"
        "from autograd import grad\n"
        "assert grad(lambda x: x * x)(3.0) == 6.0\n"
        "assert 'autograd.paths' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
