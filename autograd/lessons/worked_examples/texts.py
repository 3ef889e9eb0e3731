"""Texts of a lesson, in each language: how they are given, and what a reader of a lesson gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from autograd.calculus import short
from autograd.writing import LANGUAGES, Words

#: A sentence in each language, by the codes of languages, or one sentence for all of them.
AnyWords: TypeAlias = Words | str | Mapping[str, str]


def in_each_language(text: AnyWords) -> Words:
    """``text`` once for each language; one that is missing is taken from English, or the first.

    >>> from autograd.lessons.worked_examples.texts import in_each_language
    >>> in_each_language({"en": "Twice", "id": "Dua kali"})[:2]
    ('Twice', 'Dua kali')
    """
    if isinstance(text, str):
        return (text,) * len(LANGUAGES)
    there = text.values() if isinstance(text, Mapping) else text
    strings = isinstance(text, Mapping | tuple) and all(isinstance(one, str) for one in there)
    if not strings or not there or (isinstance(text, tuple) and len(text) > len(LANGUAGES)):
        each = ", ".join(f"{code!r}: '...'" for code in LANGUAGES)
        raise TypeError(f"a text is one string, or {{{each}}}, not {short(text)}")
    if isinstance(text, tuple):
        return text + text[:1] * (len(LANGUAGES) - len(text))
    usual = text.get("en", next(iter(text.values())))
    return tuple(text.get(code, usual) for code in LANGUAGES)


class Titled:
    """Keeps the ``title`` of a frozen dataclass, and its ``notes``, in each language."""

    def __post_init__(self) -> None:
        fields = vars(self)
        fields["title"] = in_each_language(fields["title"])
        if "notes" in fields:
            if not isinstance(fields["notes"], list | tuple):
                raise TypeError(f"notes are several texts, [...], not {short(fields['notes'])}")
            fields["notes"] = tuple(map(in_each_language, fields["notes"]))
