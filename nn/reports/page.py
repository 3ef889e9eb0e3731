"""A report as one offline page, in the style of the other pages and in every language at once."""

from __future__ import annotations

import re

from autograd.stage import reading_page, spoken
from autograd.writing import LANGUAGES, column, in_every_language
from nn.notebook import STYLE, is_number
from nn.reports.content import Cell, Content, Figure, Section, Table

#: Its look beside that of every page to read. The shades of a matrix are those of cells.
_STYLE = (
    STYLE
    + """
.tg-curves rect{fill:none}.tg-curves text{fill:var(--text)}.tg-curves path{stroke:var(--line)}
.tg-curves .tg-a{stroke:var(--data)}.tg-curves .tg-b{stroke:var(--grad)}
.tg-curves .tg-f{fill:var(--data);stroke:none}
.reading h2{font-size:1.15em;margin-top:1.6rem}
.verdict{font-size:1.15em;font-weight:600}
.shown{display:flex;flex-wrap:wrap;gap:.3rem 2.5rem;align-items:flex-start}
.shown>*{min-width:0;max-width:100%}
.shown p{margin:.2rem 0 .8rem;max-width:34rem;color:var(--muted);font-size:.85em}
caption{text-align:left;font-weight:600;padding:.4rem 0;white-space:nowrap}
.reading :is(th,td).left{text-align:left}
.reading tbody th{font-weight:400}
.reading .number{text-align:right}
.reading .shown figure{margin:.4rem 0;flex:0 1 22em}
.shown svg{width:100%;height:auto;display:block}
figcaption{color:var(--muted);font-size:.85em}
.matrix{border:0;padding:0;margin:0;border-radius:0}
.reading .matrix td{padding:.2rem .5rem;border:1px solid var(--back)}
.matrix :is(tbody th,thead th:first-child){position:sticky;left:0;background:var(--back)}
.r1{background:#e1eefa}.r2{background:#bddaf4}.r3{background:#94c3ec}.r4{background:#6aabe2}
.w1{background:#fdeadb}.w2{background:#fbd0ae}.w3{background:#f5b27e}.w4{background:#ea9550}
@media screen and (prefers-color-scheme:dark){
.r1{background:#172c42}.r2{background:#1c4166}.r3{background:#20568a}.r4{background:#2468a6}
.w1{background:#38281a}.w2{background:#563719}.w3{background:#734714}.w4{background:#8c550c}}
@media print{:root{--data:#0072b2;--grad:#b34700;--line:#7d8590;--muted:#444}
.shown>*{break-inside:avoid}.matrix td{print-color-adjust:exact}}
"""
)


def page(content: Content, lang: str = "en") -> str:
    """The whole page; its policy lets nothing in but its own styles and script."""
    column(lang)
    sections = [_section(section, i == 0, lang) for i, section in enumerate(content.sections)]
    return reading_page(content.title, sections, lang, styles=_STYLE)


def _section(section: Section, first: bool, lang: str) -> str:
    parts = [f"<h2>{spoken(section.title, lang)}</h2>"]
    for i, sentence in enumerate(section.sentences):
        kind = ' class="verdict"' if first and not i else ""
        parts.append(f"<p{kind}>{spoken(sentence, lang)}</p>")
    figures = "".join(_figure(figure, lang) for figure in section.figures)
    tables = "".join(_table(table, lang) for table in section.tables)
    parts.append(f'<div class="shown">{figures}{tables}</div>')
    return "\n".join(parts)


def _figure(figure: Figure, lang: str) -> str:
    """The picture in each language, and under it what it shows."""
    pictures = "".join(
        f'<div data-lang="{code}" lang="{code}"{"" if code == lang else " hidden"}>'
        f"{figure.draw(place, False)}</div>"
        for place, code in enumerate(LANGUAGES)
    )
    return f"<figure>{pictures}<figcaption>{spoken(figure.words, lang)}</figcaption></figure>"


def _table(table: Table, lang: str) -> str:
    numeric = [
        all(isinstance(row[i], str) and is_number(str(row[i])) for row in table.rows)
        for i in range(len(table.columns))
    ]

    def cell(value: Cell) -> str:
        return spoken(in_every_language(value) if isinstance(value, str) else value, lang)

    def head(i: int, value: Cell) -> str:
        kind = "number" if numeric[i] else "left"
        # A column without a name has no header, which a screen reader would announce as empty.
        return f'<th scope="col" class="{kind}">{cell(value)}</th>' if value else "<td></td>"

    def row(n: int, values: tuple[Cell, ...]) -> str:
        cells = [
            f'<th scope="row" class="{"number" if numeric[0] else "left"}">{cell(values[0])}</th>'
        ]
        for i, value in enumerate(values[1:], 1):
            level = table.levels[n][i - 1] if table.levels else 0
            shade = f" {'r' if level > 0 else 'w'}{abs(level)}" if level else ""
            cells.append(
                f'<td class="{"number" if numeric[i] else "left"}{shade}">{cell(value)}</td>'
            )
        return f"<tr>{''.join(cells)}</tr>"

    heads = "".join(head(i, value) for i, value in enumerate(table.columns))
    rows = "".join(row(n, values) for n, values in enumerate(table.rows))
    note = f"<p>{spoken(table.note, lang)}</p>" if table.note else ""
    kind = ' class="matrix"' if table.levels else ""
    label = f"of-{'-'.join(re.findall('[a-z0-9]+', table.title[0].lower()))}"
    return (
        f'<div><div class="wide" tabindex="0" role="region" aria-labelledby="{label}"><table{kind}>'
        f'<caption id="{label}">{spoken(table.title, lang)}</caption>'
        f"<thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{note}</div>"
    )
