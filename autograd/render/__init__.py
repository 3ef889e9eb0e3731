"""The picture of a graph, and the page that steps through it."""

from autograd.render.collapse import FOLDED_NODES
from autograd.render.display import display
from autograd.render.dot import to_dot
from autograd.render.layout import LayoutError, available
from autograd.render.notebook import mimebundle
from autograd.render.page import MOST_STEPS, page, pages
from autograd.render.save import save
from autograd.render.site import html, paragraphs_of, rendered, write_all
from autograd.render.svg import to_svg

__all__ = [
    "available", "display", "FOLDED_NODES", "html", "LayoutError", "mimebundle", "MOST_STEPS",
    "page", "pages", "paragraphs_of", "rendered", "save", "to_dot", "to_svg", "write_all",
]  # fmt: skip
