"""The picture as SVG: one card per value and arrows between them; screen readers can read it.

Elements and their hooks, the same every time for the same content (``ID`` is ``tg`` and a hash)::

    <svg class="tracegrad" id="ID" role="img" aria-labelledby="ID-title ID-desc">
      <title id="ID-title">, <desc id="ID-desc">     what it is; every value, one by one
      <style>, <defs>                                 dark colours; arrow heads ID-head, ID-back
      <rect class="background">
      <g class="edge" id="ID-e{head}-{slot}" data-from="ROW" data-to="ROW" data-slot="N">
        <path class="line">                           marker-end: url(#ID-head)
        <text class="local">                          × local derivative (in a swept graph)
      <g class="node KIND" id="ID-n{row}" data-node="ROW">
        <title>                                       all digits, scope, products: the tooltip
        <rect class="card">, <text class="name">, <text class="expression">
        <text class="data">, <text class="grad">, <text class="terms">   numbers, right-aligned
        <g class="cells data">, <g class="cells grad">  an array's: <rect class="cell">, <text>
      <text class="note">

KIND is constant, leaf, parameter, interior or scope, then ``output`` if it is. A scope (a folded
group) has no ``data-node`` and the id ``ID-g{first row}``. Arrows at folded boxes have ids
``ID-e{tail}-{head}`` (positions) and neither ``data-to`` nor a label. Row numbers are those of the
graph. ``ID-back`` is an arrow head of the gradient's colour, for ``marker-start``. A circuit has
the same groups: its card is the gate, its data and grad stand at the wire that leaves the gate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from autograd.calculus import short
from autograd.render.cards import Cards
from autograd.render.circuit import Circuit, as_circuit
from autograd.render.drawing import ID, Drawing, described
from autograd.render.theme import check_theme
from autograd.render.unfilled import Place, unfilled
from autograd.render.view import view

STYLES = ("cards", "circuit")


def to_svg(
    graph: Any,
    *,
    detail: bool | int | None = None,
    theme: str = "auto",
    engine: str | None = None,
    style: str = "cards",
    sheet: bool = True,
    blanks: Collection[Place] = (),
    lang: str = "en",
) -> str:
    """``graph`` drawn left to right as an SVG document.

    ``detail`` True draws every value; None folds a graph of more than 60 values by its scopes and
    one of more than 300 in any case; a number folds scopes of that depth; False folds all.
    ``theme`` is ``light``, ``dark`` or ``auto`` (light, dark where the reader prefers it).
    ``style`` is ``cards`` or ``circuit``: gates joined by wires, values above a wire and gradients
    below it, as slides draw them.
    ``lang`` is the language of the legend, of tooltips and of what is read out.
    ``sheet=False`` leaves out the style sheet, for a page that includes :func:`theme.css` itself.
    ``blanks`` are pairs of a row and ``"data"`` or ``"grad"``: lines to write that number on.
    LayoutError when no layout engine is installed; ValueError for an unknown theme, style or
    engine.

    ``engine`` is "dot" or "wasm", by default what is installed. Returns the text.

    >>> from autograd.render import to_svg
    >>> from autograd import Value, trace
    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> svg = to_svg(trace(x * y, names={}).backward())
    >>> ">6</text>" in svg, "× 3" in svg
    (True, True)
    """
    check_theme(theme)
    if style not in STYLES:
        raise ValueError(f"style {short(style)} is unknown; use one of {', '.join(STYLES)}")
    seen = unfilled(view(graph, detail, lang), blanks)
    drawing: Drawing
    if style == "circuit":
        drawing = Circuit(as_circuit(seen, graph, lang), theme, sheet, engine, lang)
    else:
        drawing = Cards(seen, theme, sheet, engine, lang)
    body = drawing.document()
    digest = hashlib.sha256(body.encode()).hexdigest()
    return body.replace(ID, f"tg{digest[:10]}")


def texts_of(graph: Any, lang: str) -> list[str]:
    """What ``<title>`` and ``<desc>`` hold in the picture of ``graph`` in a language, in order.

    >>> from autograd.render.svg import texts_of
    >>> from autograd import Value, trace
    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> texts_of(trace(x * y, names={}), "id")[:2]
    ['Perhitungan out: 3 nilai', 'x = 2; y = 3; out = x * y = 6']
    """
    seen = view(graph, None, lang)
    arrows = [arrow.tooltip for arrow in seen.arrows if arrow.tooltip]
    return [seen.title, described(seen, lang), *arrows, *(card.tooltip for card in seen.cards)]
