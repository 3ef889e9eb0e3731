"""The page that steps through a graph, the catalogue's site, the page of a compiled function."""

from autograd.stage.explained import explained
from autograd.stage.magic import register
from autograd.stage.notebook import mimebundle
from autograd.stage.page import MOST_VALUES, page, pages
from autograd.stage.site import html, paragraphs_of, rendered, table_lines, write_all

__all__ = [
    "explained", "html", "mimebundle", "MOST_VALUES", "page", "pages", "paragraphs_of", "register",
    "rendered", "table_lines", "write_all",
]  # fmt: skip
