"""Worksheets: exercises on one computation with numbers that are short, and their solutions."""

from autograd.sheets.exercises import BLANKS, Exercise, Gap, Sheet, sheet
from autograd.sheets.files import FORMATS, save
from autograd.sheets.page import page
from autograd.sheets.text import text

__all__ = ["BLANKS", "Exercise", "FORMATS", "Gap", "page", "save", "Sheet", "sheet", "text"]
