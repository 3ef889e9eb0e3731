"""What a function reads around it: numbers, texts, and which objects its names stand for.

The code of the function says which names it reads: variables, attributes of objects, keys. Another
value behind one of them calls for another trace.
"""

from __future__ import annotations

import dis
import inspect
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from keyword import iskeyword
from types import CodeType, ModuleType

import numpy as np

from autograd.calculus import Function, Quantity
from autograd.engine import Node
from autograd.replay.arrays.choosing import hooks_of, is_module, is_of_a_library, objects_used

#: Containers with more elements are data, and deeper ones are not looked into.
MANY, DEEP = 16, 5
#: What is compared by value.
PLAIN = bool | int | float | complex | str | bytes | None


@dataclass(frozen=True, eq=False)
class Element:
    """An element of a list or dict, read as an attribute."""

    container: Quantity
    key: Quantity

    @property
    def value(self) -> Quantity:
        try:
            return self.container[self.key]
        except LookupError:
            return None


class Length(Element):
    """How many elements there are; its key is the function ``len``, which no key of theirs is."""

    @property
    def value(self) -> Quantity:
        return len(self.container)


@dataclass(frozen=True)
class Captured:
    """A variable around a function, or an attribute or element of an object that it reads."""

    name: str  # as one writes it
    holder: Quantity  # a module, a cell of an enclosing function, an object, an Element
    attribute: str
    value: Quantity

    @property
    def is_variable(self) -> bool:
        return self.name.isidentifier()

    @property
    def described(self) -> str:
        return f"the variable {self.name}" if self.is_variable else self.name

    @property
    def changed(self) -> bool:
        return not alike(getattr(self.holder, self.attribute, None), self.value)


def alike(a: Quantity, b: Quantity) -> bool:
    """Whether two objects are one, or equal and of one kind; arrays and nodes are not compared."""
    if a is b:
        return True
    if a.__class__ is not b.__class__ or isinstance(a, np.ndarray | Node):
        return False
    try:
        return bool(a == b)
    except ValueError:  # a list with an array in it
        return False


def same_settings(
    some: Sequence[tuple[object, str, Quantity]], others: Sequence[tuple[object, str, Quantity]]
) -> bool:
    """Whether what is in both lists of holders, attributes and values has the same value in both.

    A list that grows has elements that it had not.
    """
    values = {_place(holder, name): value for holder, name, value in some}
    pairs = ((values.get(_place(holder, name), value), value) for holder, name, value in others)
    return all(alike(before, now) for before, now in pairs)


def _place(holder: object, name: str) -> tuple[int, Quantity]:
    return (id(holder.container), holder.key) if isinstance(holder, Element) else (id(holder), name)


def captured_settings(function: Function) -> list[Captured]:
    """What the program's own functions read of the variables and objects around them."""
    names: set[str] = set()
    while True:  # a method that is called reads more names
        reader = _Reader(frozenset(names))
        for x in objects_used(function):
            reader.visit(x, "", 0)
        if reader.names <= names:
            return list(reader.captured.values())
        names |= reader.names


@dataclass
class _Reader:
    """Looks into objects for what has one of the names."""

    wanted: frozenset[str]
    names: set[str] = field(default_factory=set)
    captured: dict[tuple[int, Quantity], Captured] = field(default_factory=dict)
    seen: dict[int, object] = field(default_factory=dict)

    def visit(self, x: Quantity, called: str, depth: int) -> None:
        if (
            isinstance(x, PLAIN | Node | np.ndarray | np.generic)
            or depth > DEEP
            or id(x) in self.seen
        ):
            return
        self.seen[id(x)] = x
        for hook in hooks_of(x):
            self.visit(hook, "", depth)
        inner: Quantity = getattr(x, "__func__", x)
        inner = inspect.unwrap(inner) if callable(inner) else inner
        if inspect.isfunction(inner):
            self.read(inner)
            self.visit(getattr(x, "__self__", None), "self", depth)
        elif isinstance(x, list | tuple | dict):
            if not isinstance(x, tuple):
                self.note(f"len({called})", Length(x, len), "value", len(x), depth, (id(x), len))
            if len(x) <= MANY:
                items = x.items() if isinstance(x, dict) else enumerate(x)
                for key, value in list(items):
                    if not isinstance(x, tuple):
                        name, holder = f"{called}[{key!r}]", Element(x, key)
                        self.note(name, holder, "value", value, depth, (id(x), key))
                    self.visit(value, f"{called}[{key!r}]", depth + 1)
        elif isinstance(groups := getattr(x, "param_groups", None), list):
            if "param_groups" in self.wanted:
                self.visit(groups, f"{called}.param_groups", depth)
            if "lr" in self.wanted and hasattr(type(x), "lr"):
                self.note(f"{called}.lr", x, "lr", x.lr, depth, (id(x), "lr"))
        else:
            for name in self.attributes(x):
                value = getattr(x, name, None)
                self.note(f"{called}.{name}", x, name, value, depth, (id(x), name))

    def note(
        self, name: str, holder: object, attribute: str, value: Quantity, depth: int, key: Quantity
    ) -> None:
        if attribute.isidentifier() and not iskeyword(attribute):  # code reads it by its name
            self.captured.setdefault(key, Captured(name.lstrip("."), holder, attribute, value))
        self.visit(value, name, depth + 1)

    def read(self, function: Function) -> None:
        """The variables that a function reads, and all names in its code."""
        code = function.__code__
        if is_of_a_library(code.co_filename):
            return
        self.names |= _names_in(code)
        for name, default in zip(
            reversed(inspect.getargs(code).args), reversed(function.__defaults__ or ())
        ):
            self.visit(default, name, 0)
        for name, cell in zip(code.co_freevars, function.__closure__ or ()):
            try:
                value = cell.cell_contents
            except ValueError:  # a variable that has no value yet
                continue
            self.note(name, cell, "cell_contents", value, 0, (id(cell), name))
        module = sys.modules.get(function.__module__)
        if module is not None and vars(module) is function.__globals__:
            for name in sorted(_globals_in(code) & function.__globals__.keys()):
                value = function.__globals__[name]
                self.note(name, module, name, value, 0, (id(module), name))

    def attributes(self, x: Quantity) -> Iterable[str]:
        """The names of what the program may read of an object: of our layers, every setting."""
        if isinstance(x, ModuleType):
            if is_of_a_library(getattr(x, "__file__", None) or "") or _is_installed(x):
                return ()
            return sorted(self.wanted & vars(x).keys())
        kind = x if isinstance(x, type) else type(x)
        own = getattr(x, "__dict__", {})
        if _is_installed(sys.modules.get(kind.__module__)):
            if not (is_module(x) and hasattr(x, "training")):
                return sorted(self.wanted & own.keys())
            # Our layers read their buffers in callbacks alone.
            rest = {n for n, v in own.items() if n[:1] != "_" and not isinstance(v, np.ndarray)}
            return sorted((self.wanted & own.keys() | rest) - {"training"})
        for base in kind.__mro__:
            for name, method in vars(base).items():
                if name in self.wanted or name in ("forward", "__call__"):
                    method = getattr(method, "__func__", method)
                    method = method.fget if isinstance(method, property) else method
                    if inspect.isfunction(method):
                        self.read(method)
        slots = {name for base in kind.__mro__ for name in getattr(base, "__slots__", ())}
        of_class = {n for base in kind.__mro__ for n, v in vars(base).items() if _is_setting(v)}
        return sorted(self.wanted & (own.keys() | slots | of_class) - {"training"})


def _is_setting(x: object) -> bool:
    return isinstance(x, PLAIN | np.ndarray | Node | list | dict)


def _is_installed(module: ModuleType | None) -> bool:
    if module is None or module.__name__ == "__main__":
        return False
    file = getattr(module, "__file__", None)
    return file is None or is_of_a_library(file)


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for x in code.co_consts:
        if isinstance(x, CodeType):
            yield from _codes_in(x)


def _names_in(code: CodeType) -> set[str]:
    """The names of attributes and variables in a piece of code."""
    return {name for one in _codes_in(code) for name in one.co_names}


@lru_cache(1000)
def _globals_in(code: CodeType) -> frozenset[str]:
    """The global variables that a piece of code reads."""
    return frozenset(
        step.argval
        for one in _codes_in(code)
        for step in dis.get_instructions(one)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    )
