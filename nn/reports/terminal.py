"""A report in a terminal: its sentences, and its tables drawn by rich."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING

from autograd.calculus import one_line
from autograd.writing import column
from nn.notebook import is_number
from nn.reports.content import Cell, Content, Table

if TYPE_CHECKING:
    from rich.console import RenderableType

_MISSING = "the tables need rich: `pip install rich`"
_PLAIN = str.maketrans({"²": "2", "–": "-", "±": "+-"})


def printed(content: Content, lang: str = "en", width: int | None = None) -> str:
    """A report as text, ``width`` columns wide; in ASCII where the output has no more."""
    try:
        from rich.console import Console
    except ImportError:
        raise ImportError(_MISSING, name="rich") from None
    wide = shutil.get_terminal_size((100, 24)).columns if width is None else width
    out = StringIO()
    plain = width is None and not _has_letters()
    console = Console(file=out, width=wide, color_system=None, highlight=False, emoji=False)
    for part in parts(content, lang, plain):
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _has_letters() -> bool:
    """Whether the output can show the borders of a table."""
    try:
        "│²–±".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def parts(content: Content, lang: str, plain: bool) -> Iterator[RenderableType]:
    """What a console prints, one after another."""
    try:
        from rich.text import Text
    except ImportError:
        raise ImportError(_MISSING, name="rich") from None
    place = column(lang)
    first = True
    for section in content.sections:
        if not first:
            yield Text()
        first = False
        for sentence in section.sentences:
            yield Text(_plain(sentence[place], plain))
        for table in section.tables:
            if table.printed:
                yield Text(_plain(table.title[place], plain), style="bold")
                yield drawn(table, place, plain)
                if table.note is not None:
                    yield Text(_plain(table.note[place], plain), style="dim")


def drawn(table: Table, place: int = 0, plain: bool = False) -> RenderableType:
    """A table whose numbers are on the right; names from data are not markup."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    def text(cell: Cell) -> Text:
        return Text(_plain(cell if isinstance(cell, str) else cell[place], plain))

    made = RichTable(box=box.ASCII if plain else box.HEAVY_HEAD)
    for i, name in enumerate(table.columns):
        numeric = all(is_number(str(row[i])) for row in table.rows)
        made.add_column(text(name), justify="right" if numeric else "left", overflow="fold")
    for row in table.rows:
        made.add_row(*map(text, row))
    return made


def _plain(text: str, plain: bool) -> str:
    line = one_line(text)
    return line.translate(_PLAIN).encode("ascii", "replace").decode() if plain else line
