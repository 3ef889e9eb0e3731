"""The index of a formula, as between the brackets of ``W[0, 1:]``: whole numbers, slices, lists."""

from __future__ import annotations

from autograd.calculus import Quantity
from autograd.formulas.tokens import Token, fail, quoted

_REMEDY = "write whole numbers and slices, such as [0, 1:]"


def index_of(words: list[Token], at: int, opened: int) -> tuple[Quantity, int, int]:
    """The index that begins at ``words[at]``, the place after its bracket, and the column there."""
    items: list[Quantity] = []
    several = False
    while True:
        item, at = _item(words, at, opened)
        items.append(item)
        closing = _word(words, at, opened)
        at += 1
        if closing.word == "]":
            return tuple(items) if several else items[0], at, closing.end
        if closing.word != ",":
            fail(f"{quoted(closing.word)} is no index; {_REMEDY}", closing.column)
        several = True
        if _word(words, at, opened).word == "]":
            return tuple(items), at + 1, words[at].end


def _word(words: list[Token], at: int, opened: int) -> Token:
    if at >= len(words):
        fail("this bracket is never closed", opened)
    return words[at]


def _item(words: list[Token], at: int, opened: int) -> tuple[Quantity, int]:
    """One item: a whole number, a slice, ``...``, ``None``, or a list of whole numbers."""
    token = _word(words, at, opened)
    if token.word in ("...", "None"):
        return (... if token.word == "..." else None), at + 1
    if token.word == "[":
        places: list[Quantity] = []
        at += 1
        while _word(words, at, opened).word != "]":
            place, at = _whole(words, at, opened)
            if place is None:
                fail(f"{quoted(words[at].word)} is no whole number; {_REMEDY}", words[at].column)
            places.append(place)
            at += _word(words, at, opened).word == ","
        return places, at + 1
    bounds: list[int | None] = []
    bound, at = _whole(words, at, opened)
    bounds.append(bound)
    while _word(words, at, opened).word == ":" and len(bounds) < 3:
        bound, at = _whole(words, at + 1, opened)
        bounds.append(bound)
    if len(bounds) > 1:
        if len(bounds) == 3 and bounds[2] == 0:
            fail("the step of a slice cannot be 0", words[at].column)
        return slice(*bounds), at
    if bound is None:
        fail(f"{quoted(words[at].word)} is no index; {_REMEDY}", words[at].column)
    return bound, at


def _whole(words: list[Token], at: int, opened: int) -> tuple[int | None, int]:
    """A whole number with its sign, or None where there is none."""
    sign = 1
    while _word(words, at, opened).word == "-":
        sign, at = -sign, at + 1
    token = _word(words, at, opened)
    if token.kind != "number":
        if words[at - 1].word == "-":
            fail(f"{quoted(token.word)} is no whole number; {_REMEDY}", token.column)
        return None, at
    if not token.word.isdecimal() or len(token.word) > 15:
        fail(f"{quoted(token.word)} is no whole number; {_REMEDY}", token.column)
    return sign * int(token.word), at + 1
