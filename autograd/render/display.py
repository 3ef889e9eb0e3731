"""What a notebook displays for nodes and graphs: a picture, also where untrusted, and text."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from typing import Any

from autograd.calculus import State
from autograd.graph import Graph, trace
from autograd.render.layout import LayoutError
from autograd.render.svg import to_svg
from autograd.render.view import title_of
from autograd.render.words import escape

#: A longer listing is not printed under every cell.
_LONGEST_LISTING = 60


def display(thing: Any) -> dict[str, str]:
    """What a notebook shows for a Value, a Tensor or a Graph: its picture and its text.

    A node is shown as its graph, with gradients after ``backward()``. A leaf, and a graph that
    cannot be laid out, are text alone.
    """
    graph = thing if isinstance(thing, Graph) else trace(thing, names=_notebook_variables())
    graph = graph.shown()
    text = repr(thing)
    if isinstance(thing, Graph) and len(graph) <= _LONGEST_LISTING:
        text = str(graph)
    if len(graph) == 1 and not isinstance(thing, Graph):
        return {"text/plain": text}
    return picture_bundle(text, graph)


def picture_bundle(
    text: str, graph: Graph, page: Callable[[str], str] | None = None
) -> dict[str, str]:
    """``text``, and the picture of ``graph`` as an SVG and in HTML; text alone without a layout.

    GitHub and nbconvert's LaTeX take the SVG. The HTML has it as an image with its data inside,
    which a notebook shows whether trusted or not; ``page`` puts more around the image.
    """
    try:
        svg = to_svg(graph)
    except LayoutError as error:
        return {"text/plain": f"{text}\n(no picture: {error})"}
    data = base64.b64encode(svg.encode()).decode()
    image = (
        f'<div style="overflow-x:auto;max-width:100%"><img alt="{escape(title_of(graph))}" '
        f'style="max-width:none" src="data:image/svg+xml;base64,{data}"></div>'
    )
    html = image if page is None else page(image)
    return {"text/plain": text, "image/svg+xml": svg, "text/html": html}


def _notebook_variables() -> State:
    """The variables of the notebook's user, none outside IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return dict(shell.user_ns) if shell is not None else {}
