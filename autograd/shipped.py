"""The texts that the library reads: files in the repository, one compressed file in a wheel.

The file of a language is compressed by itself: the folder says which languages there are.

This module imports the standard library only: the build of a wheel (hatch_build.py) loads it alone.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType

PACKED = "texts.bz2"
ENDINGS = (".css", ".js", ".toml")
WORDS = "writing/languages"
#: In a script a string, which stays as it is, or what is left out: comments and indentation.
_LEFT_OUT = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|^ *//.*\n|^ +| // .*""",
    re.MULTILINE,
)


@cache
def read_text(path: str) -> str:
    """A text by its path in the package, a script without comments and indentation.

    >>> from autograd.shipped import read_text
    >>> read_text("lectures/e.toml").splitlines()[0]
    'title = "Gradients and Optimization"'
    """
    alone = files("autograd").joinpath(f"{path}.bz2")
    if alone.is_file():
        return expanded(alone.read_bytes()).decode()
    texts = _packed()
    return texts[path] if texts else _read(files("autograd").joinpath(path))


def languages() -> list[str]:
    """The codes of the languages that have a file, of which none is opened."""
    folder = files("autograd").joinpath(WORDS)
    return sorted(file.name.partition(".")[0] for file in folder.iterdir() if ".json" in file.name)


@cache
def _packed() -> dict[str, str]:
    """The texts of a wheel; none in the repository."""
    packed = files("autograd").joinpath(PACKED)
    return unpack(packed.read_bytes()) if packed.is_file() else {}


def _read(file: Traversable) -> str:
    contents = file.read_text(encoding="utf-8")
    if not file.name.endswith(".js"):
        return contents
    return _LEFT_OUT.sub(lambda found: found[1] or "", contents)


def pack(package: Path) -> bytes:
    """One file of all texts, which takes half of what a wheel needs for them one by one.

    Texts of one ending are packed together: they are alike.
    """
    packed = b""
    for ending in ENDINGS:
        paths = sorted(package.rglob(f"*{ending}"))
        parts = [f"{path.relative_to(package).as_posix()}\0{_read(path)}\0" for path in paths]
        packed += _bz2().compress("".join(parts).encode())
    return packed


def pack_languages(package: Path) -> dict[str, bytes]:
    """The file of each language, compressed, by its path in the package."""
    return {
        f"{WORDS}/{path.name}.bz2": _bz2().compress(path.read_bytes())
        for path in sorted(package.joinpath(WORDS).glob("*.json"))
    }


def unpack(packed: bytes) -> dict[str, str]:
    parts = expanded(packed).decode().split("\0")
    return dict(zip(parts[::2], parts[1::2]))


def expanded(packed: bytes) -> bytes:
    """What bz2 has packed; ImportError where this Python was built without it."""
    contents: bytes = _bz2().decompress(packed)
    return contents


def _bz2() -> ModuleType:
    try:  # here, not at the top: a Python without it still imports this package
        import bz2
    except ImportError:
        raise ImportError(
            "this Python was built without bz2, which reads the files that tracegrad ships packed; "
            "take a Python that has it, or install libbz2 and build Python again"
        ) from None
    return bz2
