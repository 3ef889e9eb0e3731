"""The content of a picture: cards with their words, and the arrows between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd.calculus import Quantity, Rule
from autograd.calculus.array_rules import printed_adjoints
from autograd.graph import INTERIOR, Columns, Contribution, Graph, Row, noise, terms
from autograd.render.cells import Cells, cells_of, is_written, letters_of, strip_of
from autograd.render.collapse import (
    FOLDED_NODES,
    Box,
    box_of_rows,
    boxes_of,
    edges_between,
    literals,
)
from autograd.render.frames import frames_of
from autograd.render.layout import NO_FRAMES, Frames
from autograd.render.words import LONGEST, clean, isolate, shorten, span
from autograd.writing import formatting, say

#: A picture of more values shows arrays by their ranges.
MOST_WITH_CELLS = 100
#: A printed adjoint longer than this stays in the tooltip.
LONGEST_LOCAL = 18
#: A sum of more terms than this shows its first ones.
LONGEST_SUM = 4


@dataclass(frozen=True)
class Line:
    """A row of a card: a word on the left and what it says on the right, painted as ``key``.

    An array has ``cells`` in place of a text, or below it.
    """

    word: str
    text: str
    key: str
    cells: Cells | None = None


@dataclass(frozen=True)
class Card:
    """One box: ``row`` is its value's row in the graph, None for a folded group."""

    name: str
    expression: str
    lines: tuple[Line, ...]
    tooltip: str
    spoken: str
    kinds: tuple[str, ...]
    rows: tuple[int, ...]
    row: int | None = None
    times: int = 1


@dataclass(frozen=True)
class Arrow:
    """From card ``tail`` to card ``head``; ``ends`` are (operand's row, consumer's row, slot)."""

    tail: int
    head: int
    ends: tuple[int, int, int] | None = None
    local: str = ""
    tooltip: str = ""
    lit: bool = False


@dataclass(frozen=True)
class Mark:
    """The card of a step: a ring around it, painted as ``key``."""

    card: int
    key: str


@dataclass(frozen=True)
class View:
    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]
    title: str
    notes: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    places: Frames = NO_FRAMES
    mark: Mark | None = None


def view(graph: Graph, detail: bool | int | None = None, lang: str = "en") -> View:
    """The cards and arrows that show ``graph``; see :func:`boxes_of` for ``detail``."""
    boxes = boxes_of(graph, detail)
    folded = any(box.folded for box in boxes)
    count = sum(len(box.rows) for box in boxes)
    title = title_of(graph, lang)
    notes = _notes(graph, folded, count, len(boxes), detail, lang)
    if folded:
        owner = box_of_rows(graph, boxes)
        cards = [
            _group(graph, box, owner, i, lang)
            if box.folded
            else _value(graph, box.first, None, lang)
            for i, box in enumerate(boxes)
        ]
        arrows = [Arrow(tail, head) for tail, head in edges_between(graph, boxes)]
        return View(tuple(cards), tuple(arrows), title, notes)
    known = noise.bounds(graph, [node.grad for node in graph])
    sent = _sent(graph, known) if graph.swept else {}
    cells = len(boxes) <= MOST_WITH_CELLS
    cards = [_value(graph, box.first, sent.get(box.first), lang, cells, known) for box in boxes]
    frames, places = frames_of(graph, [box.first for box in boxes])
    names = tuple(isolate(shorten(clean(name))) for name in frames)
    return View(tuple(cards), tuple(_arrows(graph, boxes, sent, lang)), title, notes, names, places)


def title_of(graph: Graph, lang: str = "en") -> str:
    """What a picture of ``graph`` is called."""
    count = len(graph) - len(literals(graph))
    name = isolate(shorten(clean(graph.output.label)))
    values = say(lang, "one value") if count == 1 else say(lang, "values", n=count)
    return say(lang, "computation", name=name, count=values)


def _notes(
    graph: Graph, folded: bool, count: int, drawn: int, detail: bool | int | None, lang: str
) -> tuple[str, ...]:
    notes = []
    if graph.swept:
        name = shorten(clean(graph.output.text), 20)
        legend = say(lang, "grad legend", name=isolate(name))
        notes.append(legend if folded else f"{legend}; {say(lang, 'local legend')}")
    if folded:
        said = say(lang, "in one box" if drawn == 1 else "in boxes", n=count, boxes=drawn)
        large = detail is None and count > FOLDED_NODES
        notes.append(say(lang, "too large", folded=said) if large else said)
    return tuple(notes)


Sent = dict[int, list[Contribution]]


def _sent(graph: Graph, known: noise.Bounds) -> Sent:
    """For each row the contributions to its gradient, in the order in which they arrive.

    What is rounding noise by its bound, which is ``known``, is 0 here.
    """
    sent: Sent = {}
    for consumer in range(len(graph) - 1, -1, -1):
        for row, term in terms(graph, consumer):
            key = f"{consumer}.{term.slot}"
            value = noise.shown(term.value, f"p{key}", known)
            local = noise.shown(term.local, f"l{key}", known)
            upstream = noise.shown(term.upstream, f"g{consumer}", known)
            clean = term._replace(upstream=upstream, local=local, value=value)
            sent.setdefault(row, []).append(clean)
    return sent


def _value(
    graph: Graph,
    row: int,
    received: list[Contribution] | None,
    lang: str,
    cells: bool = False,
    known: noise.Bounds = MappingProxyType({}),
) -> Card:
    node = graph[row]
    value = noise.shown(node.value, f"v{row}", known)
    grad = noise.shown(node.grad, f"g{row}", known)
    lines = []
    if np.ndim(node.value):
        shape = formatting.shape_text(node.value.shape)
        lines.append(Line(say(lang, "card shape"), shape, "plain"))
    letters = letters_of(value, grad) if cells and _is_grid(node) else 0
    lines += _numbers("data", value, cells, letters)
    read_only = isinstance(node.rule, Rule) and not node.rule.takes_gradient
    read_only |= any(getattr(rule, "of_update", False) for rule in graph.rules)
    if not read_only and (node.kind != "constant" or node.is_output):
        lines += _numbers("grad", grad, cells, letters)
        if received is not None and len(received) > 1:
            lines.append(Line("", _sum(received, lang), "terms"))
    kinds = (node.kind, *(["output"] if node.is_output else []))
    return Card(
        isolate(shorten(clean(node.label))),
        isolate(shorten(clean(node.expression))),
        tuple(lines),
        _tooltip(node, received, lang),
        _spoken(node, lang),
        kinds,
        (row,),
        row,
    )


def grad_lines(node: Row, sum_so_far: Quantity, lines: Sequence[Line]) -> list[Line]:
    """What the card whose ``lines`` are given shows while terms of its gradient are to come."""
    given = [line.cells for line in lines if line.key == "grad" and line.cells is not None]
    letters = given[0].letters if given else 0
    return _numbers("grad", sum_so_far, bool(given), letters)


def _is_grid(node: Row) -> bool:
    return isinstance(node.value, np.ndarray) and is_written(node.value)


def _numbers(key: str, value: Quantity, cells: bool, letters: int) -> list[Line]:
    """A value or a gradient: a number, the cells of a small array, the range of a large one."""
    if value is None:
        return [Line(key, "", key)]
    if letters:
        return [Line(key, "", key, cells_of(value, letters))]
    line = Line(key, formatting.on_card(value), key)
    large = cells and isinstance(value, np.ndarray) and value.size > 1 and value.dtype != bool
    return [line, Line("", "", key, strip_of(value))] if large and value.ndim else [line]


def _sum(received: Sequence[Contribution], lang: str) -> str:
    """``= 1 + 3 - 2``, the middle left out where it is long."""
    if isinstance(received[0].value, np.ndarray) and received[0].value.size > 1:
        return say(lang, "sum of terms", n=len(received))
    numbers = [formatting.extent(term.value) for term in received[:LONGEST_SUM]]
    signed = [f"- {number[1:]}" if number.startswith("-") else f"+ {number}" for number in numbers]
    text = " ".join(["=", numbers[0], *signed[1:]])
    if len(received) <= LONGEST_SUM and len(text) <= LONGEST:
        return text
    return f"= {numbers[0]} {signed[1]} … ({say(lang, 'terms', n=len(received))})"


def _tooltip(node: Row, received: Sequence[Contribution] | None, lang: str) -> str:
    definition = f" = {clean(node.expression)}" if node.expression else ""
    kind = say(lang, node.kind)
    if node.scope:
        kind = say(lang, "in scope", kind=kind, scope=clean(".".join(node.scope)))
    lines = [f"{clean(node.label)}{definition}", kind, f"data {formatting.full(node.value)}"]
    if node.grad is not None:
        lines.append(f"grad {formatting.full(node.grad)}")
    lines += [f"  {_product(node.graph, term, lang)}" for term in (received or ())[:20]]
    if node.accumulated is not None and node.kind in ("leaf", "parameter"):
        lines.append(say(lang, "accumulated", value=formatting.full(node.accumulated)))
    return "\n".join(lines)


def _product(graph: Columns, term: Contribution, lang: str) -> str:
    consumer = shorten(clean(graph[term.consumer].label))
    value = formatting.summary(term.value)
    if term.local is None:
        product = f"{_printed(graph, term)} = {value}"
    else:
        upstream, local = map(formatting.summary, (term.upstream, np.asarray(term.local)))
        product = f"{upstream} · {local} = {value}"
    return say(lang, "from", name=consumer, product=product)


def _printed(graph: Columns, term: Contribution) -> str:
    """The right-hand side of a structural rule's adjoint, its letters replaced by the operands."""
    node = graph[term.consumer]
    lines = printed_adjoints(node.rule, [o.value for o in node.operands], node.attrs)
    names = {letter: operand.text for (letter, _), operand in zip(lines, node.operands)}
    right = lines[term.slot][1]
    return clean(re.sub(r"'[^']*'|[A-Za-z]\w*", lambda m: names.get(m[0], m[0]), right))


def _spoken(node: Row, lang: str) -> str:
    text = f"{shorten(clean(node.label))}"
    if node.expression:
        text += f" = {shorten(clean(node.expression))}"
    text += f" = {formatting.summary(node.value)}"
    if node.grad is None:
        return text
    return say(lang, "with gradient", value=text, gradient=formatting.summary(node.grad))


def _arrows(graph: Graph, boxes: Sequence[Box], sent: Sent, lang: str) -> list[Arrow]:
    place = {box.first: i for i, box in enumerate(boxes)}
    by_slot = {(term.consumer, term.slot): term for terms in sent.values() for term in terms}
    arrows = []
    for box in boxes:
        consumer = box.first
        for slot, row in enumerate(graph[consumer].args):
            if row not in place:
                continue
            local = tooltip = ""
            if (consumer, slot) in by_slot:
                term = by_slot[consumer, slot]
                local, tooltip = _local(graph, term), _product(graph, term, lang)
            arrows.append(Arrow(place[row], place[consumer], (row, consumer, slot), local, tooltip))
    return arrows


def _local(graph: Graph, term: Contribution) -> str:
    if term.local is None:
        printed = _printed(graph, term)
        if len(printed) <= LONGEST_LOCAL:
            return printed
        to = graph[term.consumer]
        return f"∂{shorten(clean(to.label), 8)}/∂{shorten(clean(to.operands[term.slot].text), 8)}"
    local = np.asarray(term.local)
    if local.size == 1:
        return f"× {formatting.number(local.item())}"
    return f"× {formatting.shape_text(local.shape)}"


def _group(graph: Graph, box: Box, owner: Any, position: int, lang: str) -> Card:
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
