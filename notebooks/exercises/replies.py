"""What is said to an answer, in each language: a TOML file for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

HERE = Path(__file__).resolve().parent
LANGUAGES = tuple(sorted(path.stem for path in HERE.glob("*.toml")))

Texts: TypeAlias = Mapping[str, str]


@cache
def replies(lang: str) -> Mapping[str, Texts]:
    """For each exercise ``why`` (it is right), ``hint`` (it is not), and what a slip forgot."""
    texts: dict[str, Texts] = tomllib.loads((HERE / f"{lang}.toml").read_text(encoding="utf-8"))
    return texts
