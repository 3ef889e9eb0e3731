"""The rows of the lectures, read from their files, and how a place is found by what is typed."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from autograd.calculus import Attributes, Quantity, short
from autograd.lectures.numbers import Number
from autograd.shipped import read_text
from autograd.writing import Words, in_every_language, words


@dataclass(frozen=True)
class Place:
    """A row: where it stands, what is shown there, the lesson, the numbers to be met, a remark.

    ``at`` is a slide's title, or pages; ``lesson`` a name in the catalogue of examples.
    """

    id: str
    at: str
    what: Words
    lesson: str
    pages: tuple[int, ...] = ()
    numbers: tuple[Number, ...] = ()
    remark: Words | None = None

    @property
    def where(self) -> Words:
        """``at`` in each language: page 3 is ``hlm. 3`` in Indonesian."""
        if not self.pages:
            return in_every_language(self.at)
        return words("p. {pages}", pages=self.at.removeprefix("p. "))


@dataclass(frozen=True)
class Lecture:
    """A lecture: its letter, its title, its places in order."""

    letter: str
    title: str
    places: tuple[Place, ...]


def _number(entry: list[Quantity], by_lecture: bool) -> Number:
    fact, printed, *reason = entry
    return Number(fact, tuple(printed.split()), words(reason[0]) if reason else None, by_lecture)


def _place(name: str, row: Attributes) -> Place:
    pages = tuple(row.get("pages", ()))
    return Place(
        name,
        row.get("at") or f"p. {'-'.join(str(page) for page in sorted({pages[0], pages[-1]}))}",
        words(row["what"]),
        row["lesson"],
        tuple(range(pages[0], pages[-1] + 1)) if pages else (),
        tuple(
            _number(entry, key == "numbers")
            for key in ("numbers", "ours")
            for entry in row.get(key, ())
        ),
        words(row["remark"]) if "remark" in row else None,
    )


@cache
def lecture(letter: str) -> Lecture:
    """The lecture of a letter from A to E."""
    rows = tomllib.loads(read_text(f"lectures/{letter.lower()}.toml"))
    title = rows.pop("title")
    return Lecture(letter, title, tuple(_place(name, row) for name, row in rows.items()))


LECTURES = tuple("ABCDE")


def find(words: str) -> Lecture | Place:
    """The lecture ``E``, the place ``E15``, or the place on a page, ``E p30``.

    ValueError, which names the nearest, where there is none.

    >>> from autograd.lectures import find
    >>> find("e").title, find("C25").lesson
    ('Gradients and Optimization', 'sgd-step')
    """
    wanted = words.strip().upper()
    match = re.fullmatch(r"([A-Z])(?:\s*(P|PAGE|HLM|HALAMAN)[. ]*)?\s*(\d{1,6})?", wanted)
    if match is None or match[1] not in LECTURES:
        raise ValueError(f"no lecture is called {short(words)}; there are {' '.join(LECTURES)}")
    whole = lecture(match[1])
    if match[3] is None:
        return whole
    number = int(match[3])
    return _on_page(whole, number) if match[2] else _numbered(whole, number)


def _numbered(whole: Lecture, number: int) -> Place:
    places = {int(place.id[1:]): place for place in whole.places}
    if number in places:
        return places[number]
    near = " or ".join(f"{whole.letter}{n}" for n in _nearest(number, list(places)))
    raise ValueError(f"lecture {whole.letter} has no place {whole.letter}{number}; try {near}")


def _on_page(whole: Lecture, page: int) -> Place:
    pages = {number: place for place in reversed(whole.places) for number in place.pages}
    if not pages:
        last = whole.places[-1].id
        raise ValueError(
            f"lecture {whole.letter} has no page numbers; its places are {whole.letter}1 to {last}"
        )
    if page in pages:
        return pages[page]
    near = " or ".join(f"p{n} ({pages[n].id})" for n in _nearest(page, list(pages)))
    raise ValueError(f"lecture {whole.letter} shows nothing of ours on page {page}; try {near}")


def _nearest(number: int, known: list[int]) -> list[int]:
    """The known numbers right below and above."""
    below = [n for n in known if n < number]
    above = [n for n in known if n > number]
    return [*([max(below)] if below else []), *([min(above)] if above else [])]
