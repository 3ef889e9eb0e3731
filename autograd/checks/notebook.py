"""What a notebook shows of a report: its sentences, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd.writing import one_line


def shown(
    passed: bool,
    sentences: Sequence[str],
    header: Sequence[str] = (),
    rows: Iterable[Sequence[str]] = (),
) -> str:
    """HTML whose text is escaped: the first sentence in bold, the others, the table under them.

    >>> from autograd.checks.notebook import shown
    >>> shown(True, ["passed", "a < b"])
    '<div><p><strong>✓ passed</strong></p><p>a &lt; b</p></div>'
    """
    # A program without a notebook loads no escaping.
    from html import escape

    def text(words: str) -> str:
        return escape(one_line(words))

    first, *others = sentences
    body = [f"<p><strong>{'✓' if passed else '✗'} {text(first)}</strong></p>"]
    body += [f"<p>{text(sentence)}</p>" for sentence in others]
    lines = [
        "".join(
            f'<{tag} style="text-align:{"right" if i else "left"}">{text(cell)}</{tag}>'
            for i, cell in enumerate(cells)
        )
        for tag, cells in (("th", header), *(("td", row) for row in rows))
    ]
    if len(lines) > 1:
        head, *rest = (f"<tr>{line}</tr>" for line in lines)
        table = f"<table><thead>{head}</thead><tbody>{''.join(rest)}</tbody></table>"
        body.append(f'<div style="overflow-x:auto">{table}</div>')
    return f"<div>{''.join(body)}</div>"
