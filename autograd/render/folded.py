"""The card of a folded box, which stands for many values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.graph import INTERIOR, Graph
from autograd.render.collapse import Box
from autograd.render.parts import Card, Line
from autograd.render.words import clean, isolate, shorten, span
from autograd.writing import formatting, say


def folded_card(graph: Graph, box: Box, owner: Any, position: int, lang: str) -> Card:
    """The card of a folded box: what it does, how large it is, and its one result if it has one."""
    kinds = graph._kinds
    rows = np.asarray(box.rows, dtype=np.int64)
    inner = rows[kinds[rows] == INTERIOR].tolist()
    leaves = rows[kinds[rows] != INTERIOR].tolist()
    lines = []
    if inner:
        codes = Counter(graph._codes[inner].tolist())
        counts = Counter({graph.rules[code].name: n for code, n in codes.items()})
        listed = [
            f"{n // box.times} {op}" if n > box.times else op for op, n in counts.most_common()
        ]
        text = shorten(", ".join(listed[:3]) + _more(len(listed) - 3, lang))
        lines.append(Line(say(lang, "card ops"), text, "plain"))
    sizes = [np.size(graph[row].value) for row in leaves if graph[row].kind == "parameter"]
    if sizes and inner:
        lines.append(Line(say(lang, "card parameters"), f"{sum(sizes):,}", "plain"))
    exits = _exits(graph, box, owner, position)
    if len(exits) == 1 and box.times == 1:
        node = graph[exits[0]]
        if np.ndim(node.value):
            shape = formatting.shape_text(node.value.shape)
            lines.append(Line(say(lang, "card shape"), shape, "plain"))
        lines.append(Line("data", formatting.on_card(node.value), "data"))
        lines.append(
            Line("grad", "" if node.grad is None else formatting.on_card(node.grad), "grad")
        )
    elif not inner:
        lines += _ranges(graph, leaves)
    name = _group_name(graph, box, inner, lang)
    kind = "scope" if inner else str(graph[leaves[0]].kind)
    classes = (kind, *(["output"] if box.rows[-1] == len(graph) - 1 else []))
    spoken = "; ".join(f"{line.word} {line.text}" for line in lines if line.text)
    names = ", ".join(clean(graph[row].label) for row in box.rows[:30])
    values = say(lang, "values", n=len(box.rows))
    return Card(
        isolate(shorten(name)),
        "",
        tuple(lines),
        f"{name}\n{values}: {names}{_more(len(box.rows) - 30, lang)}",
        f"{name}{f' ×{box.times}' if box.times > 1 else ''}: {spoken}",
        classes,
        tuple(box.rows),
        None,
        box.times,
    )


def _more(n: int, lang: str) -> str:
    return f", … {say(lang, 'more', n=n)}" if n > 0 else ""


def _ranges(graph: Graph, rows: Sequence[int]) -> list[Line]:
    """Data and gradients of merged leaves, as one range each."""
    lines = []
    values = np.concatenate([np.ravel(graph[row].value) for row in rows])
    lines.append(Line("data", formatting.extent(values), "data"))
    grads = [graph[row].grad for row in rows]
    if graph[rows[0]].kind != "constant":
        known = [np.ravel(grad) for grad in grads if grad is not None]
        text = formatting.extent(np.concatenate(known)) if known else ""
        lines.append(Line("grad", text, "grad"))
    return lines


def _exits(graph: Graph, box: Box, owner: Any, position: int) -> list[int]:
    """The rows of a box that something outside uses, or that are the output."""
    heads = owner[np.repeat(np.arange(len(graph)), np.diff(graph._starts))]
    used = np.unique(graph._args[(owner[graph._args] == position) & (heads != position)])
    last = len(graph) - 1
    return [*used.tolist(), *([last] if owner[last] == position else [])]


def _group_name(graph: Graph, box: Box, inner: Sequence[int], lang: str) -> str:
    if not inner:
        return span([clean(graph[row].label) for row in box.rows])
    name = span([clean(name) for name in box.called])
    count = len(inner) // box.times
    return name or say(lang, "one operation" if count == 1 else "operations", n=count)
