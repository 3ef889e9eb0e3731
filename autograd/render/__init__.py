"""Pictures of graphs: layout, SVG, DOT, files, and what a notebook shows."""

from autograd.render.display import display
from autograd.render.dot import to_dot
from autograd.render.layout import LayoutError, available
from autograd.render.save import save
from autograd.render.svg import to_svg

__all__ = ["LayoutError", "available", "display", "save", "to_dot", "to_svg"]
