"""Steps in a notebook: the picture, and where scripts may run the whole page in its place.

An untrusted notebook keeps the image and drops the rest; a trusted one runs a line that shows the
page, in a frame that may run its own script and reach nothing else. No address outside is used.
"""

from __future__ import annotations

import base64
from html import escape

from autograd.lessons import Steps
from autograd.render import LayoutError, to_svg
from autograd.stage.page import MOST_STEPS

_SHOW = (
    'for(const box of document.querySelectorAll("[data-tracegrad-steps]")){'
    'box.querySelector("img").style.display="none";'
    'box.querySelector("iframe").style.display="block"}'
)


def mimebundle(steps: Steps) -> dict[str, str]:
    """``text/plain`` always, and ``text/html`` where the picture can be laid out."""
    text = steps.text() if len(steps) <= MOST_STEPS else repr(steps)
    try:
        return {"text/plain": text, "text/html": html(steps)}
    except LayoutError as error:
        return {"text/plain": f"{text}\n(no picture: {error})"}


def html(steps: Steps) -> str:
    """The picture, and hidden behind it the page."""
    graph = steps.graph
    if steps.mode == "reverse":
        graph = graph.backward(steps.gradients[-1])
    data = base64.b64encode(to_svg(graph).encode()).decode()
    name = escape(repr(steps), quote=True)
    image = f'<img alt="{name}" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'
    if len(steps) > MOST_STEPS:
        return f"<div>{image}</div>"
    page = escape(steps.html(), quote=True)
    frame = (
        f'<iframe title="{name}" sandbox="allow-scripts" style="display:none;width:100%;'
        f'height:40rem;border:0;resize:vertical" srcdoc="{page}"></iframe>'
    )
    return f"<div data-tracegrad-steps>{image}{frame}<script>{_SHOW}</script></div>"
