"""A report as the output of a cell: its sentences, tables and pictures."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from nn.notebook import escaped, table
from nn.reports.content import Cell, Content, Section


def html(content: Content) -> str:
    """HTML that a notebook shows whether it is trusted or not: pictures are images."""
    return f"<div>{''.join(map(_section, content.sections))}</div>"


def _section(section: Section) -> str:
    return f"<h4>{escaped(section.title[0])}</h4>{''.join(_parts(section))}"


def _parts(section: Section) -> Iterator[str]:
    for sentence in section.sentences:
        yield f"<p>{escaped(sentence[0])}</p>"
    for figure in section.figures:
        data = b64encode(figure.draw(0, True).encode()).decode()
        yield f'<img alt="{escaped(figure.words[0])}" src="data:image/svg+xml;base64,{data}">'
    for one in section.tables:
        if one.printed:
            note = "" if one.note is None else one.note[0]
            yield f"<div><b>{escaped(one.title[0])}</b></div>"
            yield table(
                list(map(_text, one.columns)), [list(map(_text, r)) for r in one.rows], note
            )


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[0]
