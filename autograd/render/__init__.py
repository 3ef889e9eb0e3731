"""The picture of a graph, and what pages around it are made of."""

from autograd.render.cells import is_written
from autograd.render.collapse import DETAIL_NODES, FOLDED_NODES
from autograd.render.display import display, picture_bundle
from autograd.render.document import document_page
from autograd.render.dot import to_dot
from autograd.render.film import Film, Known
from autograd.render.layout import LayoutError, available
from autograd.render.svg import texts_of, to_svg
from autograd.render.theme import (
    CELL_PAINT,
    CIRCUIT_PAINT,
    DARK,
    FONTS,
    LIGHT,
    cell_css,
    css,
)
from autograd.render.tikz import to_tikz
from autograd.render.words import clean, columns, escape

__all__ = [
    "available", "cell_css", "CELL_PAINT", "CIRCUIT_PAINT", "clean", "columns", "css", "DARK",
    "DETAIL_NODES", "display", "document_page", "escape", "Film", "FOLDED_NODES", "FONTS",
    "is_written", "Known", "LayoutError", "LIGHT", "picture_bundle", "texts_of", "to_dot", "to_svg",
    "to_tikz",
]  # fmt: skip
