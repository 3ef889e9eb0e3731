"""What the library says, in each language: a file of ``languages`` for each, named by its code.

A file has the sentences of the pages and of printed texts by their keys (:func:`say`), and, but for
English, the ``phrases``: texts that stand in the program in English, and the same in its language
(:func:`words`). What a file does not have is said in English. Another file is another language.

>>> from autograd.writing import say, words
>>> say("id", "backward")
'Proses backward'
>>> words("rows")[:2]
('rows', 'baris')
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TypeAlias

from autograd.calculus import State, short
from autograd.shipped import WORDS, languages, read_text

#: A text in each language, in the order of LANGUAGES.
Words: TypeAlias = tuple[str, ...]

#: The codes of the languages, English first. A pair of texts without codes was English, Indonesian.
LANGUAGES: tuple[str, ...] = (
    "en",
    "id",
    *(code for code in languages() if code not in ("en", "id")),
)


def column(lang: str) -> int:
    """The place of a language in LANGUAGES, and in Words. ValueError for another language."""
    if lang not in LANGUAGES:
        raise ValueError(f"language {short(lang)} is not here; there are {', '.join(LANGUAGES)}")
    return LANGUAGES.index(lang)


@cache
def _file(lang: str) -> State:
    contents: State = json.loads(read_text(f"{WORDS}/{lang}.json"))
    return contents


def language_name(lang: str) -> str:
    """What a language calls itself, short enough for a telephone."""
    return str(_file(lang)["name"])


def say(lang: str, key: str, **values: object) -> str:
    """The sentence ``key`` in ``lang``, its ``{slots}`` filled. ValueError for another language."""
    section = "page" if key in _file("en")["page"] else "printed"
    return sentences(lang, section)[key].format(**values)


@cache
def sentences(lang: str, section: str = "page") -> dict[str, str]:
    """The sentences of a section by their keys, in English where ``lang`` does not have one."""
    column(lang)
    english: dict[str, str] = _file("en")[section]
    own = _file(lang).get(section, {})
    return {key: own.get(key, text) for key, text in english.items()}


def sentences_in_each(section: str) -> dict[str, Words]:
    """The sentences of a section by their keys, each in every language."""
    each = [sentences(code, section) for code in LANGUAGES]
    return {key: tuple(own[key] for own in each) for key in each[0]}


@cache
def phrases(lang: str) -> dict[str, str]:
    """What ``lang`` has for English texts of the program."""
    found: dict[str, str] = _file(lang).get("phrases", {})
    return found


def words(text: str, /, **slots: object) -> Words:
    """``text``, which is English, in each language, its ``{slots}`` filled.

    What fills a slot is the same in each language, or words of each.

    >>> from autograd.writing import words
    >>> words("{n} of {of}", n=2, of=words("rows"))[0]
    '2 of rows'
    """
    each = tuple(phrases(code).get(text, text) for code in LANGUAGES)
    if not slots:
        return each
    return tuple(
        one.format(**{k: v[place] if isinstance(v, tuple) else v for k, v in slots.items()})
        for place, one in enumerate(each)
    )


def in_every_language(text: object) -> Words:
    """What is the same in every language: a name, a formula, a number."""
    return (str(text),) * len(LANGUAGES)


def joined(*parts: str | Words, between: str = "") -> Words:
    """Texts one after the other; a string is the same in each language."""
    each = [in_every_language(part) if isinstance(part, str) else part for part in parts]
    return tuple(map(between.join, zip(*each)))


def translated(text: str) -> Words:
    """``text``, which a program made, in each language.

    Beside the texts that :func:`words` knows, those are known that differ from one of them in the
    places of its ``{}``; what stands there is translated too.

    >>> from autograd.writing import translated
    >>> translated("3 rows")[1], translated("x")[1]
    ('3 baris', 'x')
    """
    return tuple(_in(code, text) or text for code in LANGUAGES)


@cache
def _patterns(lang: str) -> list[tuple[re.Pattern[str], str]]:
    """The phrases with places, the longest first."""
    return [
        (re.compile(re.escape(english).replace(r"\{\}", "(.+?)"), re.DOTALL), own)
        for english, own in sorted(phrases(lang).items(), key=lambda pair: -len(pair[0]))
        if "{}" in english
    ]


def _in(lang: str, text: str) -> str | None:
    known = phrases(lang)
    if text in known:
        return known[text]
    for pattern, own in _patterns(lang):
        found = pattern.fullmatch(text)
        if found is not None:
            return own.format(*(_in(lang, part) or part for part in found.groups()))
    return None
