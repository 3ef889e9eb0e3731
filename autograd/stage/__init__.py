"""The page that steps through a graph, the catalogue's site, the page of a compiled function."""

from autograd.stage.explained import explained, explained_arrays
from autograd.stage.magic import register
from autograd.stage.notebook import mimebundle
from autograd.stage.page import MOST_VALUES, notes_html, page, pages, spoken, table_html
from autograd.stage.reading import figure, reading_page
from autograd.stage.saving import FORMATS, save_lessons
from autograd.stage.site import (
    html,
    paragraphs_of,
    rendered,
    table_cells,
    table_latex,
    table_lines,
    write_site,
)

__all__ = [
    "explained", "explained_arrays", "figure", "FORMATS", "html", "mimebundle", "MOST_VALUES",
    "notes_html", "page", "pages", "paragraphs_of", "reading_page", "register", "rendered",
    "save_lessons", "spoken", "table_cells", "table_html", "table_latex", "table_lines",
    "write_site",
]  # fmt: skip
