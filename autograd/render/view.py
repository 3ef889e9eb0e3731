"""The content of a picture of a graph: the words of its cards, and the arrows between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from autograd.calculus import Quantity, Rule
from autograd.calculus.array_rules import printed_adjoints
from autograd.graph import Columns, Contribution, Graph, Row, noise, terms
from autograd.render.cells import cells_of, is_written, letters_of, strip_of
from autograd.render.collapse import (
    FOLDED_NODES,
    Box,
    box_of_rows,
    boxes_of,
    edges_between,
    literals,
)
from autograd.render.folded import folded_card
from autograd.render.frames import frames_of
from autograd.render.parts import Arrow, Card, Line, View
from autograd.render.words import LONGEST, clean, isolate, shorten
from autograd.writing import formatting, say

#: A picture of more values shows arrays by their ranges.
MOST_WITH_CELLS = 100
#: A printed adjoint longer than this stays in the tooltip.
LONGEST_LOCAL = 18
#: A sum of more terms than this shows its first ones.
LONGEST_SUM = 4


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
            folded_card(graph, box, owner, i, lang)
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
        _spoken(node, value, grad, lang),
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


def _spoken(node: Row, value: Quantity, grad: Quantity, lang: str) -> str:
    text = f"{shorten(clean(node.label))}"
    if node.expression:
        text += f" = {shorten(clean(node.expression))}"
    text += f" = {formatting.summary(value)}"
    if grad is None:
        return text
    return say(lang, "with gradient", value=text, gradient=formatting.summary(grad))


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
