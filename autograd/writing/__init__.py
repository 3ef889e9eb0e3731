"""How numbers, names, formulas and sentences are written (text, LaTeX, MathML), and files."""

from autograd.calculus import one_line
from autograd.writing import formatting
from autograd.writing.figures import DIGITS, FIGURES, Figures, current_figures, figures, pointed
from autograd.writing.files import check_place, check_style, extension, write_file
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
from autograd.writing.translations import (
    LANGUAGES,
    Words,
    column,
    in_every_language,
    joined,
    language_name,
    phrases,
    say,
    sentences,
    sentences_in_each,
    translated,
    words,
)
from autograd.writing.untrusted import csv_text, is_formula

__all__ = [
    "ASCII", "check_place", "check_style", "column", "csv_text", "current_figures", "DIGITS",
    "escaped", "extension", "extent", "FIGURES", "Figures", "figures", "formatting",
    "in_every_language", "is_formula", "joined", "Labels", "language_name", "LANGUAGES",
    "LATEX", "math", "MATHML", "names_of_things", "Notation", "number", "one_line", "phrases",
    "Piece", "pointed", "portable", "POWER", "say", "sentences", "sentences_in_each",
    "shape_text", "spelled", "SUM", "summary", "TEMPLATE", "TEXT", "translated", "words",
    "Words", "write_file", "Written",
]  # fmt: skip
