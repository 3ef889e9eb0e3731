"""The files of ``assets``: a folder in the repository, one compressed file in a wheel.

This module imports the standard library only: the build of a wheel (hatch_build.py) loads it alone.
"""

from __future__ import annotations

import codecs
import json
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

PACKED = "assets.json.bz2"


@cache
def assets() -> dict[str, str]:
    """The texts by name of file, of scripts without the lines of comments, which no page needs."""
    here = files("autograd.stage")
    folder = here.joinpath("assets")
    return texts(folder) if folder.is_dir() else unpack(here.joinpath(PACKED).read_bytes())


def texts(folder: Traversable) -> dict[str, str]:
    found = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        text = path.read_text(encoding="utf-8")
        script = path.name.endswith(".js")
        found[path.name] = re.sub(r"^ *//.*\n", "", text, flags=re.MULTILINE) if script else text
    return found


# The codec imports bz2 at its first use: a Python built without it still imports this package.
def pack(contents: dict[str, str]) -> bytes:
    """One file of all texts, which takes half of what a wheel needs for them one by one."""
    return codecs.encode(json.dumps(contents, ensure_ascii=False).encode(), "bz2")


def unpack(raw: bytes) -> dict[str, str]:
    contents: dict[str, str] = json.loads(codecs.decode(raw, "bz2"))
    return contents
