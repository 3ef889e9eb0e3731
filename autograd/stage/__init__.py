"""The page that steps through a graph, the catalogue's site, the page of a compiled function."""

from autograd.stage.assembly import script, sheet
from autograd.stage.box_data import formulas, written_forms
from autograd.stage.contents import HEIGHT, WIDTH, Entry, Section, contents_page, graph_sketch
from autograd.stage.every_page import header, json_inside, shell, spoken
from autograd.stage.explained import explained, explained_arrays
from autograd.stage.inline_picture import figure
from autograd.stage.kernels import kernel_names, kernel_of
from autograd.stage.magic import register
from autograd.stage.navigation import Neighbours, linked
from autograd.stage.notebook import mimebundle
from autograd.stage.page import (
    MOST_VALUES,
    controls,
    html,
    lesson_page,
    notes_html,
    options,
    page,
    pages,
    quiz_setting,
    table_html,
)
from autograd.stage.page_scene import descent_html
from autograd.stage.reading import reading_page

__all__ = [
    "contents_page", "controls", "descent_html", "Entry", "explained", "explained_arrays",
    "figure", "formulas", "graph_sketch", "header", "HEIGHT", "html", "json_inside",
    "kernel_names", "kernel_of", "lesson_page", "linked", "mimebundle", "MOST_VALUES", "Neighbours",
    "notes_html", "options", "page", "pages", "quiz_setting", "reading_page", "register",
    "script", "Section", "sheet", "shell", "spoken", "table_html", "WIDTH", "written_forms",
]  # fmt: skip
