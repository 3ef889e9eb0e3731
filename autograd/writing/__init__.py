"""How numbers, names, formulas and sentences are written (text, LaTeX, MathML), and files."""

from autograd.calculus import one_line
from autograd.writing import formatting
from autograd.writing.figures import DIGITS, Figures, current_figures, figures
from autograd.writing.files import check_style, extension, write_file
from autograd.writing.formatting import extent, number, shape_text, summary
from autograd.writing.naming import Labels, names_of_things
from autograd.writing.notation import (
    ASCII,
    POWER,
    SUM,
    TEMPLATE,
    TEXT,
    Notation,
    Piece,
    Written,
    spelled,
)
from autograd.writing.notation_latex import LATEX, escaped, portable
from autograd.writing.notation_mathml import MATHML, math
from autograd.writing.sentences import LANGUAGES, column, say, sentences
from autograd.writing.untrusted import csv_text, is_formula

__all__ = [
    "ASCII", "check_style", "column", "csv_text", "current_figures", "DIGITS", "escaped",
    "extension", "extent", "Figures", "figures", "formatting", "is_formula", "Labels", "LANGUAGES",
    "LATEX", "math", "MATHML", "names_of_things", "Notation", "number", "one_line", "Piece",
    "portable", "POWER", "say", "sentences", "shape_text", "spelled", "SUM", "summary", "TEMPLATE",
    "TEXT", "write_file", "Written",
]  # fmt: skip
