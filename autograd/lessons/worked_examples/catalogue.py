"""A lesson: a program, the numbers that it must show, and notes, in each language.

The examples of the catalogue are written so, and lessons of one's own: see docs/lessons.md.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from autograd.calculus import Attributes, Quantity, State, short
from autograd.engine import Node
from autograd.formulas import formula, used_names
from autograd.graph import Graph
from autograd.graph import trace as freeze
from autograd.lessons import UPDATE, Steps, name_once, steps
from autograd.lessons.worked_examples.texts import Titled
from autograd.writing import TEXT, Piece, Words, summary, words


@dataclass(frozen=True, eq=False)
class Scene(Titled):
    """One computation of an example and how it is to be stepped.

    ``output`` is a node, a graph, or the steps of one: ``Scene("Twice", steps("2 * x", x=3))``.
    """

    title: Quantity  # given as AnyWords, read as Words
    output: Quantity
    lr: float | None = None
    wrt: tuple[str, ...] | None = None
    gradient: Quantity = None
    gradient_names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        """The computation, frozen; nodes are named by the program that made them."""
        if isinstance(self.output, Steps):
            return self.output.graph
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


#: A cell that is a number, numbers, or nothing.
NUMERIC = re.compile(r"[-+−\d.,e×%∞/ …]*")


@dataclass(frozen=True, eq=False)
class Table(Titled):
    """Numbers side by side that belong to an example but are no graph.

    A heading or a cell is a number, an array, a text, or a text in each language.
    """

    title: Quantity  # given as AnyWords, read as Words
    columns: tuple[str | Words, ...]
    rows: Sequence[Sequence[Quantity]]

    def worded(self) -> list[bool]:
        """Whether each column is set to the left: the first, and those without a number."""

        def number(cell: Quantity) -> bool:
            text = cell[0] if isinstance(cell, tuple) else cell
            return not isinstance(text, str) or NUMERIC.fullmatch(text) is not None

        cells = [[row[i] for row in self.rows] for i in range(len(self.columns))]
        return [not i or not any(map(number, column)) for i, column in enumerate(cells)]


@dataclass(frozen=True, eq=False)
class Lesson:
    """An example, computed: its scenes, its tables, and every quantity by name.

    Facts of the second scene are called ``2: f``, of the third ``3: f``; ``more`` are those that no
    graph holds. ``identities`` are facts and the formulas that they come to, over names of facts:
    ``{"dl/db": "a - y"}``. They close the lesson as a table. ValueError where one is false.
    """

    scenes: tuple[Scene, ...]
    tables: tuple[Table, ...] = ()
    more: Attributes = field(default_factory=dict)
    identities: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.identities:
            return
        rows = []
        for name, text in self.identities.items():
            facts = {used: self.facts[used] for used in used_names(text) if used in self.facts}
            found: Quantity = formula(text, facts)
            derived = np.asarray(getattr(found, "data", found))
            if not Expected(name, derived).holds(self):
                raise ValueError(
                    f"the identity {name} = {text} is false: {Expected(name, derived).unmet(self)}"
                )
            pieces = {one: Piece(one, array=np.ndim(value) > 0) for one, value in facts.items()}
            written = TEXT.write(ast.parse(text, mode="eval").body, pieces).text
            rows.append((name, written, derived if derived.ndim else float(derived)))
        title = words("derived identities, equal to the gradients of the steps")
        table = Table(title, ("", words("formula"), words("value")), rows)
        object.__setattr__(self, "tables", (*self.tables, table))

    @cached_property
    def parts(self) -> tuple[tuple[Words, Steps], ...]:
        """The title and the steps of each scene; the first product of the lesson is named."""
        name_once(scene.steps for scene in self.scenes)
        return tuple((scene.title, scene.steps) for scene in self.scenes)

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

    def unmet(self, lesson: Lesson) -> str:
        """What the lesson shows in place of the number."""
        decimals = "" if self.digits is None else f" to {self.digits} decimals"
        expected = f"{self.fact} is expected to be {_written(self.value)}{decimals}"
        if self.fact not in lesson.facts:
            near = difflib.get_close_matches(self.fact, lesson.facts, 1)
            there = near or [", ".join(list(lesson.facts)[:8])]
            return f"{expected}, and is not computed; there is {there[0]}"
        return f"{expected}, and is {_written(lesson.facts[self.fact])}"

    def holds(self, lesson: Lesson) -> bool:
        if self.fact not in lesson.facts:
            return False
        computed = np.asarray(lesson.facts[self.fact], dtype=float)
        value = np.asarray(self.value, dtype=float)
        if computed.shape != value.shape:
            return False
        if self.digits is None:
            return bool(np.allclose(computed, value, rtol=1e-12, atol=1e-12))
        return bool(np.all(np.abs(computed - value) <= 0.5 * 10.0**-self.digits + 1e-9))


@dataclass(frozen=True, eq=False)
class Example(Titled):
    """An entry of the catalogue. ``notes`` say where a lecture prints something else, and why."""

    code: str
    name: str
    title: Quantity  # given as AnyWords, read as Words
    make: Callable[[], Lesson | Scene | Sequence[Scene] | Steps | Node]
    expected: tuple[Expected, ...] = ()
    notes: Quantity = ()  # several of the same

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.name, str):
            raise TypeError(f"the name of an Example is a string, not {short(self.name)}")
        if not all(isinstance(one, Expected) for one in self.expected):
            raise TypeError(
                f"{self.name}: expected is exactly({{...}}) or rounded(3, {{...}}), "
                f"not {short(self.expected)}"
            )

    def lesson(self) -> Lesson:
        """The example's lesson, computed anew at each call.

        TypeError where the program returns something else than a lesson, or its parts.
        """
        made = self.make()
        if isinstance(made, Lesson):
            return made
        if isinstance(made, Node | Graph | Steps):
            made = Scene(self.title, made)
        scenes = (made,) if isinstance(made, Scene) else made
        several = isinstance(scenes, list | tuple) and scenes
        if not several or not all(isinstance(s, Scene) for s in scenes):
            raise TypeError(
                f"{self.name}: the program returned {short(made)}; return a Scene, several, or the "
                "node that it computes"
            )
        return Lesson(tuple(scenes))

    def unmet(self) -> list[str]:
        """One sentence for each expected number that the lesson does not show, with both values."""
        lesson = self.lesson()
        return [one.unmet(lesson) for one in self.expected if not one.holds(lesson)]


def _written(value: Quantity) -> str:
    """A number with the digits in which two may differ; a large array in short."""
    array = np.asarray(value, dtype=float)
    if array.size > 12:
        return summary(array)
    text = np.array2string(array, separator=", ", formatter={"float_kind": "{:.12g}".format})
    return " ".join(text.split())


def exactly(facts: Attributes) -> tuple[Expected, ...]:
    return tuple(Expected(name, value) for name, value in facts.items())


def rounded(digits: int, facts: Attributes) -> tuple[Expected, ...]:
    """Facts as a lecture prints them, to ``digits`` decimals."""
    return tuple(Expected(name, value, digits) for name, value in facts.items())


def named(node: Quantity, name: str) -> Quantity:
    """``node`` with a name, under which the steps of a lesson show it."""
    node.name = name
    return node
