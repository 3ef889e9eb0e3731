"""A report in a terminal: its sentences, and its tables drawn by rich."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING

from autograd.writing import column
from nn.reports.content import Content, plain_text

if TYPE_CHECKING:
    from rich.console import RenderableType

_MISSING = "the tables need rich: `pip install rich`"


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
            yield Text(plain_text(sentence[place], plain))
        for table in section.tables:
            if table.printed:
                yield Text(plain_text(table.title[place], plain), style="bold")
                yield table.drawn(place, plain)
                if table.note is not None:
                    yield Text(plain_text(table.note[place], plain), style="dim")
