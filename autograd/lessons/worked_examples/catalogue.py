"""An example of the catalogue: a program, the numbers it must show, notes on misprints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from autograd.calculus import Attributes, Quantity, State
from autograd.graph import Graph
from autograd.graph import trace as freeze
from autograd.lessons import UPDATE, Steps, steps

#: A sentence in each language: English, Indonesian.
Words = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Scene:
    """One computation of an example and how it is to be stepped."""

    title: Words
    output: Quantity
    lr: float | None = None
    wrt: tuple[str, ...] | None = None
    gradient: Quantity = None
    gradient_names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        """The computation, frozen; nodes are named by the program that made them."""
        return self.output if isinstance(self.output, Graph) else freeze(self.output, names={})

    @cached_property
    def steps(self) -> Steps:
        return steps(
            self.graph,
            lr=self.lr,
            wrt=self.wrt,
            gradient=self.gradient,
            gradient_names=self.gradient_names,
        )

    @cached_property
    def facts(self) -> State:
        """The scene's numbers: ``f`` and ``df/dx`` by label, ``w'`` and ``f after`` an update."""
        lesson = self.steps
        output = lesson.graph.output.label
        facts: State = {}
        for node in lesson.graph:
            facts[node.label] = node.value
            gradient = lesson.gradients[node.index]
            if gradient is not None:
                facts[f"d{output}/d{node.label}"] = gradient
        for step in lesson:
            if step.phase == UPDATE:
                facts[f"{step.node.label}'"] = step.value
        if lesson.after is not None:
            facts[f"{output} after"] = lesson.after
        return facts


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers side by side that belong to an example but are no graph.

    A heading or a cell is a number, an array, a text, or a text in each language.
    """

    title: Words
    columns: tuple[str | Words, ...]
    rows: Sequence[Sequence[Quantity]]


@dataclass(frozen=True, eq=False)
class Lesson:
    """An example, computed: its scenes, its tables, and every quantity by name.

    Facts of the second scene are called ``2: f``, of the third ``3: f``; ``more`` are those that no
    graph holds.
    """

    scenes: tuple[Scene, ...]
    tables: tuple[Table, ...] = ()
    more: Attributes = field(default_factory=dict)

    @cached_property
    def facts(self) -> State:
        facts: State = {}
        for i, scene in enumerate(self.scenes, 1):
            prefix = "" if i == 1 else f"{i}: "
            facts |= {prefix + name: value for name, value in scene.facts.items()}
        return facts | dict(self.more)


@dataclass(frozen=True, eq=False)
class Expected:
    """A number that the example must show, to ``digits`` decimals (None: all of them)."""

    fact: str
    value: Quantity
    digits: int | None = None

    def holds(self, lesson: Lesson) -> bool:
        computed = np.asarray(lesson.facts[self.fact], dtype=float)
        value = np.asarray(self.value, dtype=float)
        if computed.shape != value.shape:
            return False
        if self.digits is None:
            return bool(np.allclose(computed, value, rtol=1e-12, atol=1e-12))
        return bool(np.all(np.abs(computed - value) <= 0.5 * 10.0**-self.digits + 1e-9))


@dataclass(frozen=True, eq=False)
class Example:
    """An entry of the catalogue. ``notes`` say where a lecture prints something else, and why."""

    code: str
    name: str
    title: Words
    make: Callable[[], Lesson]
    expected: tuple[Expected, ...]
    notes: tuple[Words, ...] = ()

    def lesson(self) -> Lesson:
        """The example's lesson, computed anew at each call."""
        return self.make()


def exactly(facts: Attributes) -> tuple[Expected, ...]:
    return tuple(Expected(name, value) for name, value in facts.items())


def rounded(digits: int, facts: Attributes) -> tuple[Expected, ...]:
    """Facts as a lecture prints them, to ``digits`` decimals."""
    return tuple(Expected(name, value, digits) for name, value in facts.items())


def named(node: Quantity, name: str) -> Quantity:
    """``node`` with a name, under which the steps of a lesson show it."""
    node.name = name
    return node
