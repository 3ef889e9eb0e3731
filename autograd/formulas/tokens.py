"""The words of a typed formula, each with its column, and the error that names a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

#: What a word processor or a PDF puts in the place of a sign, one letter for one letter.
_TYPOGRAPHIC = str.maketrans("−–×·⋅∙÷“”„‘’\ufeff\u200b", '--****/"""\'\'  ')

_TOKEN = re.compile(
    r"(?P<space>[^\S\n]+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<text>'[^'\n]*'|\"[^\"\n]*\")|(?P<other>[<>=!]=|[^-+*/%^@(),=;:.\[\]\n])"
    r"|(?P<sign>\*\*|//|\.\.\.|.|\n)"
)


class ExpressionError(ValueError):
    """What is wrong with an expression, and where: ``column`` counts from 1, None for the whole."""

    def __init__(self, message: str, column: int | None = None) -> None:
        where = "" if column is None else f"column {column}: "
        super().__init__(where + message)
        self.column = column


class Token(NamedTuple):
    """A word of a formula; ``end`` is the column after its last letter."""

    kind: str  # number, name, text, sign or other
    word: str
    column: int

    @property
    def end(self) -> int:
        return self.column + len(self.word)


def fail(message: str, column: int | None) -> NoReturn:
    raise ExpressionError(message, column)


def quoted(word: str) -> str:
    """``word`` in quotation marks, cut to one line."""
    return repr(word if len(word) <= 40 else f"{word[:40]}…")


def unquoted(text: str) -> str:
    """``text`` without the quotation marks around all of it, which some shells leave there."""
    text = text.translate(_TYPOGRAPHIC).strip()
    whole = len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and text.count(text[0]) == 2
    return text[1:-1] if whole else text


def statements(text: str) -> Iterator[list[Token]]:
    """The words of each statement; statements are separated by ``;`` or line ends."""
    statement: list[Token] = []
    for token in tokens(text):
        if token.kind == "sign" and token.word in ";\n":
            if statement:
                yield statement
            statement = []
        else:
            statement.append(token)
    if statement:
        yield statement


def tokens(text: str) -> Iterator[Token]:
    text = text.translate(_TYPOGRAPHIC)
    for match in _TOKEN.finditer(text):
        kind, word, column = str(match.lastgroup), match[0], match.start() + 1
        following = text[match.end() : match.end() + 1]
        if kind == "space":
            continue
        if kind == "number" and following and (following.isalnum() or following in "._"):
            rest = re.match(r"[\w.]*", text[match.end() :])
            whole = word + (rest[0] if rest else "")
            if re.fullmatch(r"[\d.]+[^\W\d]\w*", whole) and not re.match(r"\d+[xXoObBeE]\d", whole):
                hint = f"write {word} * {whole[len(word) :]} for a product"
            else:
                hint = "write it like 12, 0.5 or 1e-3"
            fail(f"{quoted(whole)} is no number; {hint}", column)
        yield Token(kind, word, column)
