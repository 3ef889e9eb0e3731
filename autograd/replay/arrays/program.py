"""A traced function of arrays: a list of steps over numbered places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from autograd.calculus import Function, Quantity, State, Tree, short
from autograd.engine import Operation, ProgramLine, Rebuild, Tensor
from autograd.replay.arrays.journal import Journal


@dataclass(frozen=True)
class Ref:
    """What stands at a place: an argument, a captured leaf, or what a step computed."""

    place: int


@dataclass(frozen=True, eq=False)
class Apply:
    """An operation of either table. ``edges`` are the operands that a gradient flows to."""

    out: int
    operation: Operation
    operands: tuple[Quantity, ...]  # Refs, and constants as they are
    attrs: State
    edges: tuple[int, ...]
    scope: tuple[str, ...]
    line: ProgramLine


@dataclass(frozen=True, eq=False)
class Call:
    """A function of arrays that every replay calls; ``out`` is None where it returns None."""

    out: int | None
    function: Function
    operands: tuple[Quantity, ...]
    line: ProgramLine


@dataclass(frozen=True, eq=False)
class Guard:
    """The truth of a number: where it comes out otherwise, the program is another one."""

    place: int
    outcome: bool
    line: ProgramLine


@dataclass(frozen=True, eq=False)
class Backward:
    """``backward()``: the gradients of ``root`` are added to those of the captured leaves."""

    root: int
    gradient: Quantity  # None, a Ref or an array


@dataclass(frozen=True, eq=False)
class Clear:
    """``grad = None``."""

    leaf: Tensor


@dataclass(frozen=True, eq=False)
class Effect:
    """What an optimizer does to parameters and gradients: called again as it was."""

    function: Function
    args: tuple[Quantity, ...]
    kwargs: State


Step: TypeAlias = Apply | Call | Guard | Backward | Clear | Effect


@dataclass(eq=False)
class Program:
    """The steps of a traced function, its arguments, captured leaves and results."""

    name: str
    arguments: list[int]
    leaves: dict[int, Tensor]
    steps: list[Step]
    journal: Journal
    results: list[Quantity] = field(default_factory=list)  # Refs and constants
    outputs: Rebuild = list  # puts the results into the structure that was returned
    assumed: list[tuple[object, str, Quantity]] = field(default_factory=list)
    #: By place: the array that stood there, as it was traced.
    shapes: list[tuple[tuple[int, ...], np.dtype[np.generic]]] = field(default_factory=list)
    requires: list[bool] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    acts: bool = False  # whether it changes anything: gradients, parameters
    sweeps: bool = False  # whether it calls ``backward()``

    def add(self, step: Step) -> None:
        """The next step, as it is traced."""
        self.steps.append(step)
        self.acts |= isinstance(step, Backward | Clear | Effect)
        self.sweeps |= isinstance(step, Backward)

    def kinds(self) -> dict[str, Counter[str]]:
        """By scope how often there is each kind of step; an optimizer's by its own name."""
        counts: dict[str, Counter[str]] = {}
        for step in self.steps:
            scope, kind = "(no scope)", type(step).__name__.lower()
            if isinstance(step, Apply):
                scope, kind = ".".join(step.scope) or scope, step.operation.name
            elif isinstance(step, Effect):
                kind = step.function.__qualname__
            counts.setdefault(scope, Counter())[kind] += 1
        return counts


def same_course(a: Program, b: Program) -> bool:
    """Whether two traces of one function took the same steps."""
    return (
        len(a.steps) == len(b.steps)
        and a.leaves.keys() == b.leaves.keys()
        and all(leaf is b.leaves[place] for place, leaf in a.leaves.items())
        and all(_frame(one) == _frame(two) for one, two in zip(a.steps, b.steps))
        and _refs(a.results) == _refs(b.results)
    )


def _frame(step: Step) -> Tree:
    if isinstance(step, Apply):
        named = {name: _refs((x,)) for name, x in step.attrs.items()}
        return step.operation.name, step.out, step.edges, _refs(step.operands), named
    if isinstance(step, Call):
        return "callback", step.out, _refs(step.operands)
    if isinstance(step, Guard):
        return "guard", step.place, step.outcome
    if isinstance(step, Backward):
        return "backward", step.root, _refs((step.gradient,))
    if isinstance(step, Clear):
        return "clear", id(step.leaf)
    return "effect", step.function, len(step.args), list(step.kwargs)


def _refs(tree: Quantity) -> Tree:
    """The places in a tree; None for each constant."""
    if isinstance(tree, list | tuple):
        return [_refs(x) for x in tree]
    return tree.place if isinstance(tree, Ref) else None


def changed_constant(a: Program, b: Program) -> str | None:
    """What two traces of the same course took for a constant, and was not the same in both."""
    for one, two in zip(a.steps, b.steps):
        if isinstance(one, Apply) and isinstance(two, Apply):
            pairs = [*zip(one.operands, two.operands), *zip(one.attrs.values(), two.attrs.values())]
            for x, y in pairs:
                if not _same(x, y):
                    return f"{_described(y)} that {two.operation.name} takes in {two.line}"
        elif isinstance(one, Call) and isinstance(two, Call):
            for x, y in zip(one.operands, two.operands):
                if not _same(x, y):
                    return f"{_described(y)} that a callback takes in {two.line}"
    for x, y in zip(a.results, b.results):
        if not _same(x, y):
            return f"{_described(y)} that it returns"
    return None


def _described(x: Quantity) -> str:
    return (
        f"an array of shape {x.shape}"
        if isinstance(x, np.ndarray)
        else f"the number {short(x, 40)}"
    )


def _same(x: Quantity, y: Quantity) -> bool:
    if isinstance(x, tuple | list):
        return len(x) == len(y) and all(map(_same, x, y))
    if isinstance(x, np.ndarray) and isinstance(y, np.ndarray) and x is not y:
        # An array that is kept is read again in every replay; only one that was made anew counts.
        return x.dtype == y.dtype and np.array_equal(x, y, equal_nan=x.dtype.kind == "f")
    return x is y or bool(x == y) or (x != x and y != y)
