"""Whether a function is one of arrays, or of numbers: read from its arguments and what it uses."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

import numpy as np

from autograd.calculus import Function, Quantity, Tree
from autograd.engine import Tensor, is_ours, leaves_of

#: Python's own modules.
_PYTHONS = f"{sysconfig.get_path('stdlib')}{os.sep}"


def works_on_arrays(function: Function, args: Sequence[Tree]) -> bool:
    """Whether an argument is a Tensor or a matrix, or the function uses Tensors or their modules.

    A one-dimensional array alone does not say: a function of numbers takes it as many points.
    """
    for x in leaves_of(list(args)):
        if isinstance(x, Tensor) or (isinstance(x, np.ndarray) and x.ndim > 1):
            return True
    return any(map(_takes_arrays, objects_used(function)))


def leaves_used(function: Function) -> Iterator[Tensor]:
    """The Tensors that the function refers to, in modules and optimizers too."""
    for x in objects_used(function):
        yield from _tensors_in(x)


def modules_used(function: Function) -> Iterator[Quantity]:
    """The modules that the function refers to, and those in them, which may train or not."""
    for x in objects_used(function):
        if _is_module(x) and hasattr(x, "modules"):
            yield from (module for module in x.modules() if hasattr(module, "training"))


def objects_used(function: Function) -> Iterator[object]:
    """The objects that a function refers to: of enclosing functions, of its module, its own.

    Functions among them are followed, so that a step may be written as several.
    """
    seen: set[int] = set()
    stack: list[object] = [function]
    while stack:
        x = stack.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        yield x
        if x is function or inspect.ismethod(x):
            stack.append(getattr(x, "__self__", None))
        if isinstance(x, functools.partial):
            stack += [x.func, *x.args, *x.keywords.values()]
        inner = inspect.unwrap(getattr(x, "__func__", x)) if callable(x) else x
        if inspect.isfunction(inner) and (x is function or not _is_of_a_library(inner)):
            stack += inner.__defaults__ or ()
            variables = inspect.getclosurevars(inner)
            stack += [*variables.nonlocals.values(), *variables.globals.values()]


@dataclass(frozen=True)
class Captured:
    """A variable around a function that holds a plain number or a text."""

    name: str
    holder: Quantity  # a module, or the cell of an enclosing function
    attribute: str
    value: Quantity

    @property
    def changed(self) -> bool:
        return not alike(getattr(self.holder, self.attribute, None), self.value)


def alike(a: Quantity, b: Quantity) -> bool:
    """Whether two objects are one, or equal and of one kind."""
    return a is b or (a.__class__ is b.__class__ and a == b)


def captured_numbers(function: Function) -> list[Captured]:
    """The global and enclosing variables that the program's own functions read, with numbers."""
    captured: list[Captured] = []
    for x in objects_used(function):
        inner = inspect.unwrap(getattr(x, "__func__", x)) if callable(x) else x
        if not inspect.isfunction(inner) or _is_of_a_library(inner):
            continue
        for name, cell in zip(inner.__code__.co_freevars, inner.__closure__ or ()):
            captured.append(Captured(name, cell, "cell_contents", _contents(cell)))
        module = sys.modules.get(inner.__module__)
        if module is not None and vars(module) is inner.__globals__:
            names = sorted(_names_in(inner.__code__) & inner.__globals__.keys())
            captured += [Captured(n, module, n, inner.__globals__[n]) for n in names]
    return [one for one in captured if isinstance(one.value, bool | int | float | str)]


def _contents(cell: Quantity) -> Quantity:
    try:
        return cell.cell_contents
    except ValueError:  # a variable that has no value yet
        return None


def _names_in(code: CodeType) -> set[str]:
    inside = (_names_in(x) for x in code.co_consts if isinstance(x, CodeType))
    return set(code.co_names).union(*inside)


def _is_of_a_library(function: Function) -> bool:
    """Whether a function is installed: what it refers to is no part of the program."""
    file = function.__code__.co_filename
    return is_ours(file) or file.startswith(_PYTHONS) or "-packages" in file


def _takes_arrays(x: object) -> bool:
    return any(True for _ in _tensors_in(x)) or (_is_module(x) and not _parameters(x))


def _tensors_in(x: object) -> Iterator[Tensor]:
    if isinstance(x, Tensor):
        yield x
    elif inspect.isclass(x) or inspect.ismodule(x):
        return
    elif isinstance(groups := getattr(x, "param_groups", None), list):
        yield from (p for group in groups for p in group["params"] if isinstance(p, Tensor))
    elif _is_module(x):
        yield from (p for p in _parameters(x) if isinstance(p, Tensor))
    elif isinstance(x, list | tuple | dict):
        yield from (leaf for leaf in leaves_of(x) if isinstance(leaf, Tensor))


def _is_module(x: object) -> bool:
    """Whether it is a module of arrays; a loss has no parameters, and takes arrays."""
    return not inspect.isclass(x) and callable(getattr(x, "named_parameters", None))


def _parameters(module: Quantity) -> list[object]:
    return [parameter for _, parameter in module.named_parameters()]
