"""A report that has been made: what it says, and the forms it is shown and saved in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.writing import extension, write_file
from nn.reports.content import Content, Section, Table

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

#: What the name of a report's file may end in.
ENDINGS = (".html", ".htm", ".txt", ".json")


class Report:
    """How good a network is, as tables, sentences and pictures. ``nn.report`` returns it.

    ``content`` is what it says, ``numbers`` is the same for a program; ``tables`` are its tables in
    order, and ``verdict`` is the sentence that compares it with the best constant answer.
    ``print(report)`` shows tables, in the language ``lang``, a notebook pictures too.

    >>> import numpy as np
    >>> import nn
    >>> report = nn.report(lambda X: X, (np.array([[-1.0], [2.0], [1.0]]), [0, 1, 1]))
    >>> report
    <Report on y: Hardly better than always answering 1, by 1 of 3 rows, which may be chance: ...>
    >>> report.numbers["scores"]["accuracy"], len(report.tables)
    (1.0, 5)
    """

    content: Content
    lang: str

    def __init__(self, content: Content, lang: str = "en") -> None:
        self.content, self.lang = content, lang

    @property
    def sections(self) -> list[Section]:
        """Its parts in order."""
        return self.content.sections

    @property
    def tables(self) -> list[Table]:
        """The tables of all parts."""
        return [table for section in self.sections for table in section.tables]

    @property
    def numbers(self) -> dict[str, object]:
        """What it says as numbers, lists and texts: the contents of its file of JSON."""
        return self.content.numbers

    @property
    def verdict(self) -> str:
        """Whether it is better than the best constant answer, in a sentence."""
        return str(self.numbers["verdict"])

    def text(self, lang: str = "en", width: int | None = None) -> str:
        """The sentences and the tables, ``width`` columns wide, by default as the terminal is."""
        from nn.reports.terminal import printed

        return printed(self.content, lang, width)

    def html(self, lang: str = "en") -> str:
        """One page that loads nothing, in every language, of which it shows ``lang`` first."""
        from nn.reports.page import page

        return page(self.content, lang)

    def json(self) -> str:
        """Its numbers as JSON; what is not finite is null."""
        return json.dumps(self.numbers, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def save(self, path: str | Path, lang: str = "en") -> Path:
        """Write it to a file by its ending, .html, .txt or .json, in one step; returns the path."""
        match extension(path, ENDINGS):
            case ".txt":
                contents = self.text(lang, width=100)
            case ".json":
                contents = self.json()
            case _:
                contents = self.html(lang)
        write_file(path, contents)
        return Path(path)

    def __str__(self) -> str:
        return self.text(self.lang)

    def __repr__(self) -> str:
        return f"<{self.content.title[0]}: {self.verdict}>"

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        from nn.reports.terminal import parts

        yield from parts(self.content, self.lang, options.ascii_only)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: sentences, tables and pictures."""
        from nn.reports.notebook import html

        return {"text/plain": repr(self), "text/html": html(self.content)}
