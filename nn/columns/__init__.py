"""The columns of a table as people have them: read as texts, given a kind, and encoded.

``read_sheet`` takes a text file, a Parquet file or a data frame as columns of texts. ``prepare``
finds out the kind of each column and repairs what it can, and says so. ``Encoder.learnt`` knows the
training rows, and ``encode`` makes the inputs of a network.
"""

from nn.columns.cells import plain
from nn.columns.choosing import Asked, Treatment
from nn.columns.kinds import Column
from nn.columns.listing import column_place, listed
from nn.columns.preparing import Encoder, Prepared, prepare, read_answers, read_sheet
from nn.columns.sheets import Sheet
from nn.columns.targets import class_codes, encode

__all__ = [
    "Asked", "Column", "Encoder", "Prepared", "Sheet", "Treatment", "class_codes", "column_place",
    "encode", "listed", "plain", "prepare", "read_answers", "read_sheet",
]  # fmt: skip
