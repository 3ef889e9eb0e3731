"""The texts that the library reads: files in the repository, one compressed file in a wheel.

This module imports the standard library only: the build of a wheel (hatch_build.py) loads it alone.
"""

from __future__ import annotations

import codecs
import json
import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

PACKED = "texts.json.bz2"
ENDINGS = (".css", ".js", ".toml")


@cache
def read_text(path: str) -> str:
    """A text by its path in the package, a script without the lines of comments.

    >>> from autograd.shipped import read_text
    >>> read_text("lectures/e.toml").splitlines()[0]
    'title = "Gradients and Optimization"'
    """
    texts = _packed()
    return texts[path] if texts else _read(files("autograd").joinpath(path))


@cache
def _packed() -> dict[str, str]:
    """The texts of a wheel; none in the repository."""
    packed = files("autograd").joinpath(PACKED)
    return unpack(packed.read_bytes()) if packed.is_file() else {}


def _read(file: Traversable) -> str:
    contents = file.read_text(encoding="utf-8")
    if not file.name.endswith(".js"):
        return contents
    return re.sub(r"^ *//.*\n", "", contents, flags=re.MULTILINE)


# The codec imports bz2 at its first use: a Python built without it still imports this package.
def pack(package: Path) -> bytes:
    """One file of all texts, which takes half of what a wheel needs for them one by one."""
    paths = sorted(path for path in package.rglob("*") if path.suffix in ENDINGS)
    texts = {path.relative_to(package).as_posix(): _read(path) for path in paths}
    return codecs.encode(json.dumps(texts, ensure_ascii=False).encode(), "bz2")


def unpack(packed: bytes) -> dict[str, str]:
    texts: dict[str, str] = json.loads(codecs.decode(packed, "bz2"))
    return texts
