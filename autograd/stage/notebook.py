"""Steps in a notebook: the picture, and where scripts may run the whole page in its place.

A notebook that trusts nobody keeps the image without its attributes. In a trusted one the image,
once loaded, puts the page in its place: in a frame that may run its own script and reach nothing
else. No address outside is used.
"""

from __future__ import annotations

from html import escape

from autograd.lessons import Steps
from autograd.render import picture_bundle
from autograd.stage.page import MOST_STEPS, has_page

#: An attribute, not a script: what is not allowed disappears, where tags might be shown as text.
_SHOW = (
    "const frame=document.createElement('iframe'),box=this.closest('[data-tracegrad-page]');"
    "frame.sandbox='allow-scripts';frame.title=this.alt;"
    "frame.style.cssText='width:100%;height:40rem;border:0;resize:vertical';"
    "frame.srcdoc=box.dataset.tracegradPage;box.replaceChildren(frame)"
)


def mimebundle(steps: Steps) -> dict[str, str]:
    """The text of the steps, their picture, and with it the page."""
    graph = steps.graph
    if steps.mode == "reverse":
        graph = graph.backward(steps.gradients[-1])
    if not has_page(steps):
        return picture_bundle(repr(steps), graph)

    def page(image: str) -> str:
        live = image.replace("<img ", f'<img onload="{_SHOW}" ', 1)
        return f'<div data-tracegrad-page="{escape(steps.html())}">{live}</div>'

    text = steps.text() if len(steps) <= MOST_STEPS else repr(steps)
    return picture_bundle(text, graph, page)
