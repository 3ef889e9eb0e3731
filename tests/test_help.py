"""What ``help`` says: every public name is documented, and its signature names its arguments."""

from __future__ import annotations

import ast
import doctest
import fnmatch
import inspect
import pydoc
import re
import types
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

import autograd
import nn
import optim
import tracegrad
import tracegrad.torch as torch
from autograd import Tensor, Value, render, stubs
from autograd.calculus import OPERATOR_METHODS, RULES
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.calculus.composed import COMPOSED
from autograd.exports import save_graph
from autograd.functions import FUNCTIONS

PACKAGES = (autograd, nn, optim, tracegrad)
#: What Python calls by a sign or a word of its own.
OPERATORS = frozenset(
    "__abs__ __array__ __bool__ __call__ __contains__ __enter__ __exit__ __float__ __format__ "
    "__getitem__ __int__ __iter__ __len__ __neg__ __pos__ __setitem__".split()
) | {
    f"__{prefix}{name}__"
    for name in "add sub mul truediv floordiv mod pow matmul".split()
    for prefix in ("", "r", "i")
}


@cache
def public_things() -> dict[str, Any]:
    """Functions and classes of the four packages, and methods and properties of the classes."""
    things: dict[str, Any] = {}
    for package in PACKAGES:
        for name in dir(package):
            thing = getattr(package, name)
            if name.startswith("_") or isinstance(thing, types.ModuleType) or not callable(thing):
                continue
            things[f"{package.__name__}.{name}"] = thing
            if not isinstance(thing, type) or issubclass(thing, BaseException):
                continue
            for member in dir(thing):
                if member in OPERATORS or not member.startswith("_"):
                    value = inspect.getattr_static(thing, member)
                    if not hasattr(value, "fget"):
                        value = getattr(thing, member)
                    if callable(value) or inspect.isdatadescriptor(value):
                        things[f"{package.__name__}.{name}.{member}"] = value
    return things


def test_everything_public_is_documented() -> None:
    silent = [name for name, thing in public_things().items() if not inspect.getdoc(thing)]
    assert silent == []


#: Who takes arguments without a name for each, and why.
UNNAMED = {
    "as many as there are operands": (
        "*.atleast_?d *.einsum *.gradient *.callback *.gradcheck *.vjp *.custom_rule "
        "nn.Sequential nn.DataLoader"
    ),
    "lengths and axes, as NumPy's": (
        "*.Tensor.reshape *.Tensor.view *.Tensor.transpose nn.Parameter.*"
    ),
    "what a with statement passes": "*.__exit__",
    "those of forward, which says them: see the test below": "nn.*.__call__ nn.Module*.forward",
    "any, which it ignores, as PyTorch's does": "nn.Identity",
    "what matplotlib takes": "optim.*.plot",
    "the states of any optimizer, the variables of a formula": "*.update_steps *.steps",
    "a function of C, whose arguments nobody can ask for": "*.current_scope",
}


def is_unnamed(name: str) -> bool:
    patterns = " ".join(UNNAMED.values()).split()
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def test_every_signature_names_its_arguments() -> None:
    stars = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    unnamed = set()
    for name, thing in public_things().items():
        if not callable(thing) or (isinstance(thing, type) and issubclass(thing, BaseException)):
            continue
        try:
            parameters = inspect.signature(thing).parameters.values()
        except ValueError:
            unnamed.add(name)
        else:
            if any(parameter.kind in stars for parameter in parameters):
                unnamed.add(name)
    assert {name for name in unnamed if not is_unnamed(name)} == set()
    for pattern in " ".join(UNNAMED.values()).split():
        assert any(fnmatch.fnmatchcase(name, pattern) for name in unnamed), pattern


def test_a_module_has_the_signature_of_its_forward() -> None:
    layer = nn.Linear(2, 3, rng=0)
    assert inspect.signature(layer) == inspect.signature(layer.forward)
    assert list(inspect.signature(nn.Linear).parameters)[:2] == ["n_in", "n_out"]


def stubbed() -> Iterator[tuple[str, ast.FunctionDef, Any]]:
    """Every function and method of the stubs, and what it is at run time."""
    kinds = {"ValueMethods": Value, "TensorMethods": Tensor}
    for name, text in stubs.STUBS.items():
        if name.endswith(".pyi"):
            for node in ast.parse(text()).body:
                if isinstance(node, ast.FunctionDef):
                    yield node.name, node, FUNCTIONS[node.name]
                if isinstance(node, ast.ClassDef) and node.name in kinds:
                    for method in node.body:
                        assert isinstance(method, ast.FunctionDef)
                        thing = getattr(kinds[node.name], method.name)
                        yield f"{node.name}.{method.name}", method, thing


def test_the_stubs_name_the_arguments_that_there_are() -> None:
    checked = 0
    for name, written, thing in stubbed():
        if isinstance(thing, property):
            continue
        parameters = inspect.signature(thing).parameters
        by_place = [p for p, x in parameters.items() if x.kind is not x.KEYWORD_ONLY]
        places = [x.arg for x in (*written.args.posonlyargs, *written.args.args)]
        if places[:1] == ["self"]:
            places, by_place = places[1:], by_place[1:]
        assert places == by_place[: len(places)], name
        assert {x.arg for x in written.args.kwonlyargs} <= set(parameters), name
        checked += 1
    assert checked > 300


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.__name__))
def test_help_of_a_package_fits_on_a_screen_and_names_what_there_is(package: Any) -> None:
    text = inspect.getdoc(package) or ""
    assert text.count("\n") < 40 and ">>>" in text
    assert all(len(line) <= 100 for line in text.splitlines())
    quoted = [part for part in re.findall(r"``(.*?)``", text, re.S) if re.match(r"[\w.\s]+$", part)]
    names = [name.strip(".").removeprefix("tg.") for part in quoted for name in part.split()]
    homes = (package, autograd, Tensor, optim.Optimizer)
    for name in (name for name in names if name not in ("", "import", "tg", "x.grad")):
        there = any(hasattr(home, name) for home in homes)
        assert there or pydoc.locate(name) is not None, name


def promised() -> Iterator[tuple[str, Any]]:
    """What a reader of help looks for first: layers, losses, optimizers, schedules, the tools."""
    families = (nn.Module, optim.Optimizer, optim.Schedule)
    bases = (*families, optim.FirstOrder)  # of classes that a program writes
    for package in (nn, optim):
        for name in dir(package):
            thing = getattr(package, name)
            if isinstance(thing, type) and issubclass(thing, families) and thing not in bases:
                yield name, thing
    for function in (nn.fit, nn.evaluate, nn.predict, optim.warmup, optim.find_lr):
        yield function.__name__, function
    for name in ("compile", "trace", "steps", "gradcheck", "diagnose"):
        yield name, getattr(autograd, name)
    for name in ("to_svg", "to_dot"):
        yield name, getattr(render, name)
    yield "save_graph", save_graph
    for module in (nn.functional, nn.init, nn.metrics, nn.data, nn.scalar):
        for name in dir(module):
            thing = getattr(module, name)
            if not name.startswith("_") and (inspect.isfunction(thing) or inspect.isclass(thing)):
                yield f"{module.__name__}.{name}", thing


def test_help_says_each_argument_what_is_returned_and_an_example() -> None:
    lacking = []
    for name, thing in promised():
        text = inspect.getdoc(thing) or ""
        own, prompt, _ = text.partition(">>>")
        said = set(re.findall(r"\w+", own))
        unsaid = [x for x in inspect.signature(thing).parameters if x not in said]
        if unsaid or not said & {"returns", "Returns"} or not prompt:
            lacking.append((name, unsaid, prompt))
    assert lacking == []


def of_tables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions, and the methods of rows: what the doctests of files do not find."""
    yield from FUNCTIONS.items()
    for name in RULES:
        for kind in (Value, Tensor):
            for method in (name, *OPERATOR_METHODS.get(name, ())):
                yield name, getattr(kind, method)


def test_every_function_and_every_method_of_a_row_has_an_example_that_runs_as_pasted(
    require: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    require("scipy")
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    for name, function in of_tables():
        text = str(function.__doc__)
        assert ">>>" in text, function.__qualname__
        if name in ARRAY_RULES or name in COMPOSED:
            continue  # run where it is written
        runner.run(parser.get_doctest(text, {}, function.__qualname__, name, 0))
    assert runner.failures == 0, capsys.readouterr().out


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_method_of_a_row_says_the_derivative_of_the_row(kind: type) -> None:
    for name, rule in RULES.items():
        for method in (name, *OPERATOR_METHODS.get(name, ())):
            function = getattr(kind, method)
            if method in ("clip", "round") and kind is Tensor:
                continue  # functions that do more than their row
            text = str(function.__doc__)
            assert function.__qualname__ == f"{kind.__name__}.{method}"
            assert (rule.shown or rule.value) in text
            for arg, partial in zip(rule.args, rule.shown_partials or rule.partials):
                assert partial is None or f"d/d{arg} = {partial}" in text


def test_everything_in_pytorchs_names_is_documented() -> None:
    for home in (torch, torch.Tensor):
        for name in dir(home):
            thing = inspect.getattr_static(home, name)
            if not name.startswith("_") and (callable(thing) or hasattr(thing, "fget")):
                assert inspect.getdoc(thing), f"{home.__name__}.{name}"
