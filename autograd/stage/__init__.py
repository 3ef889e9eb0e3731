"""The page that steps through a graph: its document, its script, the catalogue's site."""

from autograd.stage.notebook import mimebundle
from autograd.stage.page import MOST_VALUES, page, pages
from autograd.stage.site import html, paragraphs_of, rendered, write_all

__all__ = [
    "html", "mimebundle", "MOST_VALUES", "page", "pages", "paragraphs_of", "rendered", "write_all",
]  # fmt: skip
