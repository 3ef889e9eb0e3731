"""The words of lessons that are run, in Indonesian: a table of sentences with places for numbers.

The lessons of ``nn.examples`` and ``optim.examples`` say what they found in English. Here each
sentence has its other language; ``{}`` stands for whatever is in its place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable

from autograd.shipped import read_text

SENTENCES: dict[str, str] = tomllib.loads(read_text("cli/indonesian.toml"))["sentences"]
#: Those with places, the longest first.
PATTERNS = [
    (re.compile(re.escape(english).replace(r"\{\}", "(.+?)"), re.DOTALL), words)
    for english, words in sorted(SENTENCES.items(), key=lambda pair: -len(pair[0]))
    if "{}" in english
]


def both(text: str) -> tuple[str, str]:
    """The text, and the same in Indonesian; in English twice where the table has it not.

    >>> from autograd.cli.indonesian import both
    >>> both("a distance"), both("x")
    (('a distance', 'jarak'), ('x', 'x'))
    """
    return text, translated(text) or text


def in_both(cells: Iterable[object]) -> list[object]:
    """Cells whose words are in each language."""
    return [both(cell) if isinstance(cell, str) and cell else cell for cell in cells]


def translated(text: str) -> str | None:
    """The Indonesian of a sentence and of those in it, None where the table does not have it."""
    if text in SENTENCES:
        return SENTENCES[text]
    for pattern, words in PATTERNS:
        found = pattern.fullmatch(text)
        if found is not None:
            return words.format(*(translated(part) or part for part in found.groups()))
    return None
