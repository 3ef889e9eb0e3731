"""Steps as LaTeX: one ``align*`` per phase, or a file that compiles alone or in a document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograd.lessons.array_words import written_rows
from autograd.lessons.lines import Line
from autograd.lessons.notes import noted
from autograd.lessons.records import LeftOut, Records, written
from autograd.lessons.wording import Wording
from autograd.writing import LATEX, escaped, portable, say

#: Once a document has begun, LaTeX lets ``\@nodocument`` be ``\relax``: then the file is an input.
#: Editors look for the class of a document to find the main file: here its command is built.
#: A block of equations that is not broken would run off the slide that it is input on.
_DOCUMENT = r"""%% Compile this, or \input it in a document or in a beamer frame; it needs %s.
\expandafter\ifx\csname @nodocument\endcsname\relax\else
\csname documentclass\endcsname{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
%s\def\tracegradend{\end{document}}
\begin{document}
\fi
\begingroup\allowdisplaybreaks
%s
\endgroup
\csname tracegradend\endcsname
"""
_FOR_PICTURES = "\\usepackage{tikz}\n\\usepackage[margin=2cm]{geometry}\n"
#: About how many letters of a formula a line of a page takes.
ROOM = 54
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
            text
            for node in written(steps.inputs)
            for text in (
                [_omission(node, lang)]
                if isinstance(node, LeftOut)
                else map(_line, wording.given(node))
            )
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
            first, *more = broken(_line(line))
            lines += [first + tag, *more]
            lines += [rf"&\qquad {LATEX.words(say(lang, line.note)).text}"] if line.note else []
        for note in noted(wording, step):
            lines += [part for word, line in note for part in broken(_worded(word, line, lang))]
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


def broken(text: str) -> list[str]:
    """An equation in lines that a page has room for: it goes on at its signs outside of brackets.

    >>> from autograd.lessons.step_latex import broken
    >>> broken("a &= " + "b" * 40 + " = " + "c" * 40)[1][:6], broken("a &= b = c")
    ('&= ccc', ['a &= b = c'])
    """
    lines = [""]
    for side in _cut(text, (" = ",)):
        if not lines[0] or _seen(lines[-1] + side) <= ROOM:
            lines[-1] += side
            continue
        lines.append("&" + side.lstrip())
    return [part for line in lines for part in _terms(line)]


def _terms(line: str) -> list[str]:
    """A side that is longer than a line, before its signs."""
    if _seen(line) <= ROOM:
        return [line]
    lines = [""]
    for term in _cut(line, (" + ", " - ")):
        if not lines[-1] or _seen(lines[-1] + term) <= ROOM:
            lines[-1] += term
        else:
            lines.append(r"&\qquad {}" + term.lstrip())
    return lines


def _cut(text: str, signs: tuple[str, ...]) -> list[str]:
    """The text before each sign that stands outside of all brackets."""
    parts, depth, start = list[str](), 0, 0
    for match in re.finditer(
        r"\\(?:left|begin)\b|\\(?:right|end)\b|\\.|[{}]|(?<= )[-+=](?= )", text
    ):
        found, at = match[0], match.start() - 1
        if found in ("{", r"\left", r"\begin"):
            depth += 1
        elif found in ("}", r"\right", r"\end"):
            depth -= 1
        elif not depth and f" {found} " in signs:
            parts.append(text[start:at])
            start = at
    return [*parts, text[start:]]


def _seen(text: str) -> int:
    """About how many letters of the text are seen."""
    shown = re.sub(
        r"\\(left|right|begin|end|text|mathrm|operatorname)\b|pmatrix|smallmatrix", "", text
    )
    return len(re.sub(r"\\[a-zA-Z]+|\\.", "x", shown).translate(str.maketrans("", "", "{}&_^ ")))


def _omission(left_out: LeftOut, lang: str) -> str:
    return LATEX.words(left_out.sentence(lang)).text


def _worded(word: str, line: Line, lang: str) -> str:
    return (LATEX.words(f"{say(lang, word)} ").text if word else "") + _line(line)


def _line(line: Line) -> str:
    text = line.text
    if line.value is not None:
        rows = written_rows(line.value)
        if rows is not None:
            text += f" = {LATEX.matrix(rows).text}"
    if line.shapes:
        text += rf" \qquad {LATEX.words(line.shapes).text}"
    return text
