"""Steps as LaTeX: one ``align*`` per phase, or a file that compiles alone or in a document."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.lessons.array_words import written_rows
from autograd.lessons.records import LeftOut, Records, written
from autograd.lessons.wording import Line, Wording
from autograd.writing import LATEX, escaped, portable, say

#: Once a document has begun, LaTeX lets ``\@nodocument`` be ``\relax``: then the file is an input.
_DOCUMENT = r"""%% Compile this, or \input it in a document or in a beamer frame; it needs %s.
\expandafter\ifx\csname @nodocument\endcsname\relax\else
\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
%s\allowdisplaybreaks
\def\tracegradend{\end{document}}
\begin{document}
\fi
%s
\csname tracegradend\endcsname
"""
_FOR_PICTURES = "\\usepackage{tikz}\n\\usepackage[margin=2cm]{geometry}\n"
SIZES = ("\\Large", "\\large", "")


def heading(text: str, level: int) -> str:
    """A heading of level 0, 1 or 2, which a frame of beamer takes as well."""
    return rf"\par\medskip\noindent{{{SIZES[level]}\bfseries {escaped(text)}\par}}\nopagebreak"


def latex(steps: Records, lang: str = "en", document: bool = False) -> str:
    """The phases of ``steps``, each under its heading."""
    body = portable("\n\n".join(sections(steps, lang)))
    return whole(body) if document else body


def whole(body: str, pictures: bool = False) -> str:
    """``body`` as a document; with ``pictures`` it loads tikz, and has narrow margins."""
    needed = "amsmath and tikz" if pictures else "amsmath"
    return _DOCUMENT % (needed, _FOR_PICTURES if pictures else "", portable(body))


def sections(steps: Records, lang: str = "en") -> Iterator[str]:
    """A heading and an ``align*`` per phase; a step's number stands beside its first equation."""
    wording = Wording(steps, LATEX)
    yield _section(
        say(lang, "inputs"),
        [
            _omission(node, lang) if isinstance(node, LeftOut) else _line(wording.input(node))
            for node in written(steps.inputs)
        ],
    )
    title, lines = "", list[str]()
    for step in written(steps):
        if isinstance(step, LeftOut):
            lines.append(_omission(step, lang))
            continue
        own = say(lang, step.title or step.phase)
        if step.seed is not None:
            own = say(lang, "tangents", name=step.seed.label)
        if own != title and lines:
            yield _section(title, lines)
            lines = []
        title = own
        for i, line in enumerate(wording.lines(step)):
            tag = rf" \tag*{{({step.number})}}" if not i else ""
            lines.append(_line(line) + tag)
    if lines:
        yield _section(title, lines)
    lines = [_line(wording.input(node)) for node in steps.results]
    lines += [
        _omission(node, lang) if isinstance(node, LeftOut) else _line(wording.result(node))
        for node in written(steps.with_gradient)
    ]
    yield _section(say(lang, "result"), lines)


def _section(title: str, lines: list[str]) -> str:
    inner = " \\\\\n  ".join(lines)
    return f"{heading(title, 2)}\n\\begin{{align*}}\n  {inner}\n\\end{{align*}}"


def _omission(left_out: LeftOut, lang: str) -> str:
    return LATEX.words(left_out.sentence(lang)).text


def _line(line: Line) -> str:
    text = line.text
    if line.value is not None:
        rows = written_rows(line.value)
        if rows is not None:
            text += f" = {LATEX.matrix(rows).text}"
    if line.shapes:
        text += rf" \qquad {LATEX.words(line.shapes).text}"
    return text
