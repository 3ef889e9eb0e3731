"""The page that steps through a graph, the catalogue's site, the page of a compiled function."""

from autograd.stage.assembly import script, sheet
from autograd.stage.box_data import formulas
from autograd.stage.explained import explained, explained_arrays
from autograd.stage.kernels import kernel_names, kernel_of
from autograd.stage.magic import register
from autograd.stage.notebook import mimebundle
from autograd.stage.page import (
    MOST_VALUES,
    controls,
    header,
    notes_html,
    options,
    page,
    pages,
    shell,
    spoken,
    table_html,
)
from autograd.stage.page_scene import descent_html
from autograd.stage.reading import figure, reading_page
from autograd.stage.site import html, write_site

__all__ = [
    "controls", "descent_html", "explained", "explained_arrays", "figure", "formulas", "header",
    "html", "kernel_names", "kernel_of", "mimebundle", "MOST_VALUES", "notes_html", "options",
    "page", "pages", "reading_page", "register", "script", "sheet", "shell", "spoken", "table_html",
    "write_site",
]  # fmt: skip
