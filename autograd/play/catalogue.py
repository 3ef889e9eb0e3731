"""The worked examples as typed formulas: where one starts in the playground."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np

from autograd.calculus import Quantity
from autograd.formulas import ExpressionError, formula
from autograd.graph import Graph, trace
from autograd.lessons.worked_examples import EXAMPLES
from autograd.writing import Words

#: An experiment beside the formula takes seconds.
LONG = frozenset(["minima-vs-saddles"])

WORD = re.compile(r"([^\W\d]\w*)")
CALL = re.compile(r"\w+\([^()]*\)")


@dataclass(frozen=True)
class Start:
    """A formula with the values of its variables; those of ``held`` stay in a descent."""

    title: Words
    text: str
    values: dict[str, Quantity]
    held: tuple[str, ...] = ()


@cache
def starts() -> tuple[Start, ...]:
    """The scenes of the catalogue that are formulas, each formula once: typed, it gives the same
    numbers."""
    found: dict[str, Start] = {}
    for example in EXAMPLES.values():
        if example.name in LONG:
            continue
        for scene in example.lesson().scenes:
            typed = _typed(scene.graph)
            if typed is not None:
                titles = zip(example.title, scene.title, strict=True)
                title = tuple(f"{example.code} {whole}: {part}" for whole, part in titles)
                found.setdefault(typed[0], Start(title, *typed))
    return tuple(found.values())


def _typed(graph: Graph) -> tuple[str, dict[str, Quantity], tuple[str, ...]] | None:
    """The statements of a graph, its inputs, and those that are constants; None where a formula
    cannot say it."""
    names = _names(graph)
    text = _statements(graph, names)
    inputs = [node for node in graph if node.rule is None and not node.is_literal]
    values = {names[node.label]: node.value for node in inputs}
    try:
        again = trace(formula(text, values), names={})
    except (ExpressionError, TypeError, ValueError):
        return None
    if np.size(graph.output.value) != 1 or not _same(graph, again, names):
        return None
    return text, values, tuple(names[node.label] for node in inputs if node.kind == "constant")


def _same(graph: Graph, typed: Graph, names: dict[str, str]) -> bool:
    """Whether both have one output and one gradient for each input that is no constant."""
    found = {node.label: node.grad for node in typed.backward() if node.rule is None}
    inputs = [n for n in graph.backward() if n.rule is None and n.kind != "constant"]
    return np.allclose(typed.output.value, graph.output.value) and all(
        names[n.label] in found and np.allclose(found[names[n.label]], n.grad) for n in inputs
    )


def _names(graph: Graph) -> dict[str, str]:
    """What a formula calls each value: ``o*`` is no name there, ``o_`` is."""
    names = {node.label: node.label for node in graph if node.label.isidentifier()}
    for node in graph:
        if node.label not in names:
            name = "".join(c for c in node.label if c.isalnum())
            while name in names.values():
                name += "_"
            names[node.label] = name
    return names


def _statements(graph: Graph, names: dict[str, str]) -> str:
    """``d = x + y; f = d * z``; what has no name of its own and one use stands where it is used."""
    odd = sorted((label for label, name in names.items() if label != name), key=len, reverse=True)
    lines: dict[str, str] = {}
    for node in graph:
        if node.rule is not None:
            text = str(node.expression)
            for label in odd:
                text = text.replace(label, names[label])
            lines[names[node.label]] = text
    uses = Counter(word for text in lines.values() for word in WORD.findall(text))
    own = {names[label] for label in graph.labels.names.values()}
    inline: dict[str, str] = {}
    parts = []
    for name, text in lines.items():
        whole = "".join(inline.pop(word, word) for word in WORD.split(text))
        if name not in own and uses[name] == 1:
            inline[name] = whole if CALL.fullmatch(whole) else f"({whole})"
        else:
            parts.append(f"{name} = {whole}")
    return "; ".join(parts)
