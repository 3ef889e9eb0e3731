"""What each language has of what the library says: ``python -m tests.languages`` prints it.

The English texts of the program are those in calls of ``words``, ``translated`` and ``worded``, the
sentences of the lectures' tables, and what lessons say that are run (tests/words.py has those).
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from autograd.shipped import WORDS
from autograd.writing import LANGUAGES
from tests.house import ROOT
from tests.words import is_the_same

FOLDER = ROOT / "autograd" / WORDS


def file_of(lang: str) -> dict[str, Any]:
    contents: dict[str, Any] = json.loads((FOLDER / f"{lang}.json").read_text(encoding="utf-8"))
    return contents


#: Where sentences stand by their keys.
SECTIONS = tuple(name for name in file_of("en") if name not in ("name", "phrases"))


@cache
def texts_of_the_program() -> frozenset[str]:
    """Every English text that the program hands over to be translated."""
    found = set()
    for package in ("autograd", "nn", "optim"):
        for path in sorted((ROOT / package).rglob("*.py")):
            found |= set(_texts(path))
    for path in sorted((ROOT / "autograd" / "lectures").glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8")).values():
            if isinstance(row, dict):
                found |= {row[key] for key in ("what", "remark") if key in row}
                numbers = row.get("numbers", []) + row.get("ours", [])
                found |= {number[2] for number in numbers if len(number) > 2}
    return frozenset(found)


def _texts(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if not re.search(r"\b(words|translated|worded)\(", source):
        return
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        text = node.args[0]
        if node.func.id in ("words", "translated", "worded") and isinstance(text, ast.Constant):
            yield str(text.value)


def slots(text: str) -> list[str]:
    """What is to be filled in, as often as it is; the nameless in their order."""
    return sorted(re.findall(r"\{\w*\}", text))


def lacking(lang: str) -> list[str]:
    """What a language does not have: ``section: key``, and English texts."""
    own, english = file_of(lang), file_of("en")
    gone = [
        f"{section}: {key}"
        for section in SECTIONS
        for key in english[section]
        if not own.get(section, {}).get(key, "").strip()
    ]
    known = {text for code in LANGUAGES[1:] for text in file_of(code)["phrases"]}
    wanted = sorted(known | {text for text in texts_of_the_program() if not is_the_same(text)})
    return gone + [text for text in wanted if not own.get("phrases", {}).get(text, "").strip()]


def table() -> str:
    """A line for each language: how many texts of each section it has, and how many it lacks."""
    rows: list[tuple[str, ...]] = [("", *SECTIONS, "phrases", "lacking")]
    for lang in LANGUAGES:
        own = file_of(lang)
        counts = [str(len(own.get(section, {}))) for section in (*SECTIONS, "phrases")]
        rows.append(
            (f"{lang} {own['name']}", *counts, str(len(lacking(lang)) if lang != "en" else 0))
        )
    return "\n".join(f"{row[0]:<16}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)


if __name__ == "__main__":
    print(table())
    for code in LANGUAGES[1:]:
        for text in lacking(code):
            print(f"{code} lacks {text!r}")
