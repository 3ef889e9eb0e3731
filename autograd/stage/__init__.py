"""The page that steps through a graph, the catalogue's site, the page of a compiled function."""

from autograd.stage.assembly import script, sheet
from autograd.stage.box_data import formulas, written_forms
from autograd.stage.every_page import header, json_inside, shell, spoken
from autograd.stage.explained import explained, explained_arrays
from autograd.stage.kernels import kernel_names, kernel_of
from autograd.stage.magic import register
from autograd.stage.navigation import Neighbours
from autograd.stage.notebook import mimebundle
from autograd.stage.page import (
    MOST_VALUES,
    controls,
    lesson_page,
    notes_html,
    options,
    page,
    pages,
    quiz_setting,
    table_html,
)
from autograd.stage.page_scene import descent_html
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
    "controls", "descent_html", "explained", "explained_arrays", "figure", "FORMATS", "formulas",
    "header", "html", "json_inside", "kernel_names", "kernel_of", "lesson_page", "mimebundle",
    "MOST_VALUES", "Neighbours", "notes_html", "options", "page", "pages", "paragraphs_of",
    "quiz_setting", "reading_page", "register", "rendered", "save_lessons", "script", "sheet",
    "shell", "spoken", "table_cells", "table_html", "table_latex", "table_lines", "write_site",
    "written_forms",
]  # fmt: skip
