"""What leaves the page: lessons, graphs and examples in files of every format.

A command or a method makes an :class:`Exhibit` of what it shows; the table :data:`FORMATS` writes
it as the extension of a path says.
"""

from autograd.exports.examples import of_example, paragraphs_of
from autograd.exports.exhibit import MOST_FRAMES, Exhibit
from autograd.exports.formats import DOT, FORMATS, KINDS, Settings, save, save_frames
from autograd.exports.graphs import of_graph, save_graph
from autograd.exports.lessons import of_lessons, of_updates, save_lessons
from autograd.exports.paper import text_pages
from autograd.exports.plots import figure_tikz
from autograd.exports.sequence import Part, in_sequence
from autograd.exports.tables import table_cells, table_latex, table_lines

__all__ = [
    "DOT", "Exhibit", "figure_tikz", "FORMATS", "in_sequence", "KINDS", "MOST_FRAMES", "of_example",
    "of_graph", "of_lessons", "of_updates", "paragraphs_of", "Part", "save", "save_frames",
    "save_graph", "save_lessons", "Settings", "table_cells", "table_latex", "table_lines",
    "text_pages",
]  # fmt: skip
