"""Whether a function is one of arrays, or of numbers: read from its arguments and what it uses."""

from __future__ import annotations

import functools
import inspect
import os
import sysconfig
from collections.abc import Iterable, Iterator, Sequence

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


def modules_in(objects: Iterable[object]) -> list[Quantity]:
    """The modules among objects, and those in them, which may train or not and have hooks."""
    modules: dict[int, Quantity] = {}
    for x in objects:
        if is_module(x) and hasattr(x, "modules"):
            modules |= {id(module): module for module in x.modules() if hasattr(module, "training")}
    return list(modules.values())


def hooks_of(x: object) -> list[Function]:
    """The hooks of a module and of those in it: functions that a call of it calls."""
    pairs = [getattr(module, "_hooks", ()) for module in modules_in([x])]
    return [hook for pair in pairs for hooks in pair for hook in hooks]


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
        stack += hooks_of(x)
        inner = inspect.unwrap(getattr(x, "__func__", x)) if callable(x) else x
        if inspect.isfunction(inner) and (
            x is function or not is_of_a_library(inner.__code__.co_filename)
        ):
            stack += inner.__defaults__ or ()
            variables = inspect.getclosurevars(inner)
            stack += [*variables.nonlocals.values(), *variables.globals.values()]


def is_of_a_library(file: str) -> bool:
    """Whether code of this file is installed: what it refers to is no part of the program."""
    return is_ours(file) or file.startswith(_PYTHONS) or "-packages" in file


def _takes_arrays(x: object) -> bool:
    return any(True for _ in _tensors_in(x)) or (is_module(x) and not _parameters(x))


def _tensors_in(x: object) -> Iterator[Tensor]:
    if isinstance(x, Tensor):
        yield x
    elif inspect.isclass(x) or inspect.ismodule(x):
        return
    elif isinstance(groups := getattr(x, "param_groups", None), list):
        yield from (p for group in groups for p in group["params"] if isinstance(p, Tensor))
    elif is_module(x):
        yield from (p for p in _parameters(x) if isinstance(p, Tensor))
    elif isinstance(x, list | tuple | dict):
        yield from (leaf for leaf in leaves_of(x) if isinstance(leaf, Tensor))


def is_module(x: object) -> bool:
    """Whether it is a module of arrays; a loss has no parameters, and takes arrays."""
    return not inspect.isclass(x) and callable(getattr(x, "named_parameters", None))


def _parameters(module: Quantity) -> list[object]:
    return [parameter for _, parameter in module.named_parameters()]
