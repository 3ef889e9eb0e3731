"""Worksheets as records: exercises of one graph with other numbers, and what is to be filled in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np

from autograd.calculus import Quantity, Shape, short
from autograd.graph import Graph, Row, noise
from autograd.lessons import Steps, Wording, steps, with_leaves
from autograd.sheets.numbers import drawn, inputs_of, short_number
from autograd.writing import TEXT, Notation

BLANKS = ("values", "grads", "both")
#: What fits on a page, and can be computed by hand.
MOST_VALUES, MOST_ELEMENTS = 40, 16


@dataclass(frozen=True)
class Gap:
    """A number, or a small array, to be filled in: the value or the gradient of a row."""

    node: Row
    key: str  # "data" or "grad", as in a picture
    #: How far the answer may be from the exact one: rounding noise is 0.
    bound: Quantity = None

    @property
    def answer(self) -> Quantity:
        value = self.node.value if self.key == "data" else self.node.grad
        return noise.meant(value, self.bound)

    @property
    def shape(self) -> Shape:
        return np.shape(self.answer)

    @property
    def numbers(self) -> list[float]:
        """The numbers of the answer, row by row."""
        return [float(x) + 0.0 for x in np.ravel(self.answer)]  # 0 for -0


@dataclass(frozen=True)
class Exercise:
    """A graph whose inputs are given; the gaps stand in the order in which they are computed.

    The graph has gradients where they are asked for.
    """

    graph: Graph
    gaps: tuple[Gap, ...]

    @property
    def blanks(self) -> set[tuple[int, str]]:
        """The gaps as a picture names them."""
        return {(gap.node.index, gap.key) for gap in self.gaps}

    @cached_property
    def steps(self) -> Steps:
        return steps(self.graph)

    def given(self, notation: Notation = TEXT) -> list[str]:
        """The equations of what is known: the inputs, and the values where gradients are asked."""
        asked = {gap.node.index for gap in self.gaps if gap.key == "data"}
        wording = Wording(self.steps, notation)
        known = [node for node in self.graph if not node.is_literal and node.index not in asked]
        return [
            notation.equation([wording.symbol(node).text, written(value, notation)])
            for node in known
            for value in [wording.meant(node.value, f"v{node.index}")]
        ]

    def line(self, gap: Gap, solved: bool, notation: Notation = TEXT) -> str:
        """The equation that ends in a gap, or in its answer: ``d = x + y = 3``."""
        wording = Wording(self.steps, notation)
        if gap.key == "grad":
            sides = [wording.gradient(gap.node)]
        else:
            sides = [wording.symbol(gap.node), wording.expression(gap.node)]
        last = written(gap.answer, notation) if solved else blank(gap.shape, notation)
        return notation.equation([*(side.text for side in sides), last])


#: What stands for a number that is to be written.
GAPS = {"text": "______", "latex": r"\underline{\hspace{14mm}}", "mathml": "________"}


def written(value: Quantity, notation: Notation = TEXT) -> str:
    """A number as one writes it by hand, or an array of them.

    >>> written(np.array([[1.0, 0.25], [4 / 9, -3.0]]))
    '[[1, 0.25], [4/9, -3]]'
    """
    return _filled(np.shape(value), [short_number(float(x)) for x in np.ravel(value)], notation)


def blank(shape: Shape, notation: Notation = TEXT) -> str:
    """A line to write a number on, or an array of them."""
    return _filled(shape, [GAPS[notation.name]] * math.prod(shape), notation)


def _filled(shape: Shape, texts: Sequence[str], notation: Notation) -> str:
    if not shape:
        return notation.number(texts[0]).text
    if len(shape) == 1:
        return notation.vector(texts).text
    columns = shape[1]
    rows = [texts[i : i + columns] for i in range(0, len(texts), columns)]
    return notation.matrix(rows).text


@dataclass(frozen=True)
class Sheet:
    """``exercises`` of one computation; the same ``seed`` gives the same sheet."""

    title: str
    seed: int
    blank: str
    exercises: tuple[Exercise, ...]


def sheet(
    graph: Graph, count: int = 6, seed: int = 0, blank: str = "both", title: str = ""
) -> Sheet:
    """A worksheet: ``count`` exercises on the computation of ``graph``, each with other inputs.

    The inputs (leaves that want a gradient) are drawn so that the numbers are short: whole numbers
    and small fractions where the computation allows. ``blank`` is what is left out: ``values`` of
    the forward pass, ``grads`` of the backward pass, or ``both``. ValueError for a graph that does
    not end in one number, is too large for a page, has nothing that varies, or whose inputs give no
    finite numbers.

    >>> from autograd import Value, trace
    >>> x, y, z = Value(1.0, "x"), Value(-3.0, "y"), Value(4.0, "z")
    >>> d = x + y
    >>> d.name = "d"
    >>> one = sheet(trace(d * z, names={}), count=2, seed=3).exercises[0]
    >>> for gap in one.gaps[:3]:
    ...     print(one.line(gap, solved=False))
    d = x + y = ______
    out = d · z = ______
    ∂out/∂d = ______
    """
    if blank not in BLANKS:
        raise ValueError(f"blank {short(blank)} is unknown; use one of {', '.join(BLANKS)}")
    _check(graph)
    random, graphs = Random(seed), list[Graph]()
    for _ in range(count):
        graphs.append(drawn(graph, random, graphs))
    exercises = tuple(_exercise(one, blank) for one in graphs)
    return Sheet(title or graph.output.label, seed, blank, exercises)


def _check(graph: Graph) -> None:
    computed = [node for node in graph if node.rule is not None]
    if np.ndim(graph.output.value):
        raise ValueError("a worksheet ends in one number; put sum(...) around the expression")
    if not computed or not inputs_of(graph):
        raise ValueError("nothing is computed from an input; write an expression, such as x * y")
    if len(computed) > MOST_VALUES:
        raise ValueError(
            f"a worksheet has room for {MOST_VALUES} operations, this has {len(computed)}; "
            "take a shorter expression"
        )
    for node in graph:
        if np.size(node.value) > MOST_ELEMENTS or np.ndim(node.value) > 2:
            raise ValueError(
                f"{node.label} has the shape {np.shape(node.value)}; a worksheet has room for "
                f"matrices of up to {MOST_ELEMENTS} numbers"
            )


def _exercise(graph: Graph, blank: str) -> Exercise:
    gaps = []
    if blank == "values":
        graph = with_leaves(graph, {})  # without the gradients
    known = noise.bounds(graph, [node.grad for node in graph])
    if blank != "grads":
        gaps += [
            Gap(node, "data", known.get(f"v{node.index}"))
            for node in graph
            if node.rule is not None
        ]
    if blank != "values":
        wanted = [node for node in graph if _is_asked(node)]
        # From the output back, then the inputs in their order.
        order = sorted(wanted, key=lambda node: -node.index if node.rule is not None else 1)
        gaps += [Gap(node, "grad", known.get(f"g{node.index}")) for node in order]
    return Exercise(graph, tuple(gaps))


def _is_asked(node: Row) -> bool:
    """The gradient of the output is 1 and is given; that of a constant is not asked."""
    return node.grad is not None and not node.is_output and node.kind != "constant"
