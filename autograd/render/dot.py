"""The same cards as a ``graphviz.Digraph``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd.render.parts import Card
from autograd.render.theme import LIGHT
from autograd.render.view import view
from autograd.render.words import printable

if TYPE_CHECKING:
    import graphviz


def to_dot(graph: Any, *, detail: bool | int | None = None) -> graphviz.Digraph:
    """``graph`` as a ``graphviz.Digraph``, to edit or to pipe through Graphviz.

    ``detail`` is that of :func:`to_svg`. ImportError when the ``graphviz`` package is missing.

    ``graph`` is a Graph or a node. Returns it with a node for each card.

    >>> from autograd.render import to_dot
    >>> from autograd import Value, trace
    >>> x = Value(2.0, "x")
    >>> to_dot(trace(x * x, names={})).source.count(" -> ")
    2
    """
    try:
        import graphviz
    except ImportError:
        raise ImportError("to_dot() needs the graphviz package; `pip install graphviz`") from None

    seen = view(graph, detail)
    digraph = graphviz.Digraph(
        "tracegrad",
        graph_attr={"rankdir": "LR", "ranksep": "0.6"},
        node_attr={"shape": "box", "style": "filled", "fillcolor": LIGHT["card"]},
        edge_attr={"color": LIGHT["edge"], "fontcolor": LIGHT["grad"], "fontsize": "10"},
    )
    for i, card in enumerate(seen.cards):
        digraph.node(str(i), _literal(_label(card), left=True), **_attributes(card))
    for arrow in seen.arrows:
        label = _literal(f" {arrow.local} ") if arrow.local else None
        digraph.edge(str(arrow.tail), str(arrow.head), label)
    return digraph


def _label(card: Card) -> list[str]:
    times = f"  ×{card.times}" if card.times > 1 else ""
    head = f"{card.name} = {card.expression}" if card.expression else card.name
    return [head + times, *(f"{line.word} {line.text}".strip() for line in card.lines)]


def _literal(words: str | list[str], *, left: bool = False) -> str:
    """DOT text that Graphviz shows as it is: no escapes, no HTML, lines ended to the left."""
    import graphviz

    lines = [words] if isinstance(words, str) else words
    # The package escapes quotation marks only, and Graphviz reads HTML's entities in any label.
    escaped = [printable(line).replace("\\", "\\\\").replace("&", "&amp;") for line in lines]
    text = "".join(f"{line}\\l" for line in escaped) if left else escaped[0]
    return str(graphviz.nohtml(text))


def _attributes(card: Card) -> dict[str, str]:
    styles, more = ["filled"], dict[str, str]()
    if "interior" not in card.kinds and "scope" not in card.kinds:
        styles.append("rounded")
    if "constant" in card.kinds:
        styles.append("dashed")
    if "parameter" in card.kinds:
        more |= {"color": LIGHT["parameter"], "penwidth": "2"}
    if "output" in card.kinds:
        more |= {"peripheries": "2"}
    return {"style": ",".join(styles), **more}
