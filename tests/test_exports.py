"""What ``autograd`` offers from its upper floors: loaded when asked for, typed for checkers."""

from __future__ import annotations

import ast
import builtins
import importlib
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest

import autograd
from autograd import former_paths, lessons

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
    assert checked_imports() == autograd._HOME_OF


@pytest.mark.parametrize("name", autograd._HOME_OF)
def test_every_name_is_there_and_documented(name: str) -> None:
    thing = getattr(autograd, name)
    # A star import does not hide a function of Python.
    assert name in autograd.__all__ or hasattr(builtins, name)
    assert name in dir(autograd)
    assert f"{thing.__module__}.".startswith(f"autograd.{autograd._HOME_OF[name]}.")
    assert thing.__doc__ and ">>>" in thing.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'gradient_of'"):
        autograd.gradient_of  # noqa: B018


def test_the_upper_floors_are_loaded_when_asked_for() -> None:
    code = (
        "import sys, autograd\n"
        "upper = {f'autograd.{m}' for m in autograd._HOMES}\n"
        "assert not upper & set(sys.modules), upper & set(sys.modules)\n"
        "from autograd import grad\n"
        "assert grad(lambda x: x * x)(3.0) == 6.0\n"
        "assert 'autograd.lessons' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)


@pytest.mark.parametrize("name", autograd._MOVED)
def test_a_demonstration_that_moved_is_found_and_says_where(name: str) -> None:
    assert name not in autograd.__all__
    with pytest.warns(DeprecationWarning, match=f"from autograd.lessons import {name}"):
        assert getattr(autograd, name) is getattr(lessons, name)


@pytest.mark.parametrize("path", sorted(former_paths._PATHS))
def test_a_former_path_leads_to_the_module_it_named(path: str) -> None:
    """The same module, not a second copy; one that documentation named says nothing."""
    documented = path.partition(".")[2] in former_paths._DOCUMENTED
    now = former_paths._PATHS[path]
    sys.modules.pop(path, None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        module = importlib.import_module(path)
    try:
        assert module is sys.modules[now] and module.__spec__ is not None
        assert module.__name__ == module.__spec__.name == now
        said = [str(w.message) for w in caught if w.category is DeprecationWarning]
        assert said == ([] if documented else [f"{path} is {now} now"])
    finally:
        sys.modules.pop(path, None)


def test_a_path_that_never_was_is_not_found() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"autograd\.nowhere"):
        importlib.import_module("autograd.nowhere")


@pytest.mark.parametrize(
    "name",
    "autograd autograd.extend autograd.misc autograd.test_util nn nn.data nn.functional nn.init "
    "nn.metrics nn.plots nn.scalar optim tracegrad tracegrad.micrograd tracegrad.mygrad "
    "tracegrad.torch".split(),
)
def test_a_module_lists_its_public_names(name: str) -> None:
    """No module that it is made of and none that it imports; every name is there."""
    module = importlib.import_module(name)
    public = [thing for thing in dir(module) if thing != "__version__"]
    assert set(public) >= set(module.__all__)
    for thing in public:
        value = getattr(module, thing)
        assert not thing.startswith("_"), thing
        assert not isinstance(value, ModuleType) or thing in module.__all__, thing
