"""The table of formats, and the one way in which what is shown gets into a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from autograd.calculus import path_text, short
from autograd.exports.bitmaps import check_n_up, missing, pdf, png
from autograd.exports.exhibit import Exhibit, Make
from autograd.exports.films import PACE, check_pace, ffmpeg, gif, mp4
from autograd.lessons import whole
from autograd.writing import check_place, extension, write_file

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Settings:
    """``pace`` is in seconds a frame, ``n_up`` pictures a page, ``limit`` the most frames."""

    pace: float | None = None
    n_up: int | None = None
    limit: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, float | None], *beside: str) -> Settings:
        """The settings of a call of ``save``, which has the arguments ``beside`` as well.

        TypeError, which names all of them, for another.
        """
        names = [*beside, *cls.__dataclass_fields__]
        for name in given:
            if name not in names:
                near = get_close_matches(name, names, 1)
                meant = f"did you mean {near[0]}=? It" if near else "it"
                raise TypeError(
                    f"save: there is no argument {name[:40]}=; {meant} takes {', '.join(names)}"
                )
        return cls(**given)  # type: ignore[arg-type]

    def check(self, suffix: str, folder: bool = False) -> None:
        """ValueError for a setting out of range, or one that the format has no use for."""
        for name, value in vars(self).items():
            number = (int, float) if name == "pace" else int
            if value is not None and (not isinstance(value, number) or isinstance(value, bool)):
                wanted = "a number of seconds" if name == "pace" else "a whole number"
                raise ValueError(f"{name}={short(value)}: give {wanted}")
        if self.pace is not None:
            check_pace(self.pace)
        if self.n_up is not None:
            check_n_up(self.n_up)
        used = {
            "pace": (".gif", ".mp4"), "n_up": (".pdf",), "limit": (".gif", ".mp4", ".pdf"),
        }  # fmt: skip
        for name, kinds in used.items():
            fits = suffix in kinds or (folder and name == "limit")
            if getattr(self, name) is not None and not fits:
                option = name.replace("_", "-")
                raise ValueError(f"--{option} ({name}) is for {' and '.join(kinds)} files")


def _tikz(exhibit: Exhibit) -> str:
    drawn = _there(exhibit.tikz, exhibit, ".tikz")
    return f"% \\input this in a document or in a beamer frame; it needs tikz.\n{drawn}"


def _png(exhibit: Exhibit) -> bytes:
    return _or_otherwise(exhibit, "png", lambda: png(exhibit.picture()))


def _pdf(exhibit: Exhibit, settings: Settings) -> bytes:
    if exhibit.pages is None:
        pages: Sequence[str] = exhibit.stills(settings.limit)
    elif settings.limit is None:
        pages = exhibit.pages()
    else:
        raise ValueError(
            f"{exhibit.name}: its .pdf is a picture and has no steps; leave --limit (limit) out, "
            "or write a .gif"
        )
    more = [] if exhibit.beside is None else exhibit.beside()
    return _or_otherwise(exhibit, "pdf", lambda: pdf([*pages, *more], settings.n_up, exhibit.name))


def _film(exhibit: Exhibit, settings: Settings) -> tuple[Sequence[Image], float, Sequence[int]]:
    """The images, the seconds of one, and how many times as long each of them stays."""
    images = exhibit.images(settings.limit)
    stays = [1] * len(images) if exhibit.stays is None else exhibit.stays(len(images))
    return images, settings.pace or exhibit.pace or PACE, stays


def _or_otherwise(exhibit: Exhibit, kind: str, make: Callable[[], bytes]) -> bytes:
    """What is made, or where Typst is not installed what the exhibit draws without it."""
    try:
        return make()
    except ImportError:
        drawn = None if exhibit.otherwise is None else exhibit.otherwise(kind)
        if drawn is None:
            raise
        return drawn


def _there(make: Make | None, exhibit: Exhibit, suffix: str) -> str:
    if make is None:
        raise ValueError(f"{exhibit.name} has no graph for a {suffix}; write a .svg or .html")
    return make()


DEFAULT = Settings()
Writer = Callable[[Exhibit, Settings], bytes | str]
#: How each format is made of what is shown.
FORMATS: Mapping[str, Writer] = MappingProxyType(
    {
        ".html": lambda shown, _: shown.html(),
        ".svg": lambda shown, _: shown.picture(),
        ".png": lambda shown, _: _png(shown),
        ".pdf": _pdf,
        ".gif": lambda shown, how: gif(*_film(shown, how)),
        ".mp4": lambda shown, how: mp4(*_film(shown, how)),
        ".tex": lambda shown, _: whole(shown.latex()),
        ".tikz": lambda shown, _: _tikz(shown),
        ".json": lambda shown, _: shown.json(),
        ".txt": lambda shown, _: shown.text(),
    }
)
KINDS = tuple(FORMATS)
#: What Graphviz reads, of a graph alone.
DOT = ".dot"


def save(exhibit: Exhibit, path: str | os.PathLike[str], settings: Settings = DEFAULT) -> Path:
    """Write ``exhibit`` to ``path`` in the format of its extension, whole or not at all.

    ValueError for another extension or a setting that does not fit, ImportError or RuntimeError
    where what makes the format is not installed, OSError for an unwritable path.
    """
    if exhibit.long:
        _check_made(extension(path, KINDS))
    if exhibit.dot is not None and extension(path, (*KINDS, DOT)) == DOT:
        write_file(path, exhibit.dot())
    else:
        write_file(path, FORMATS[extension(path, KINDS)](exhibit, settings))
    return Path(path)


def _check_made(suffix: str) -> None:
    """The error of :func:`save` for what is not installed, before anything long is computed."""
    if suffix in (".png", ".pdf", ".gif", ".mp4") and find_spec("typst") is None:
        raise missing("typst", f"a {suffix}")
    if suffix == ".mp4":
        ffmpeg()


def save_frames(
    exhibit: Exhibit, folder: str | os.PathLike[str], limit: int | None = None
) -> list[Path]:
    """Write one SVG for each step into ``folder``: 01.svg, 02.svg, ...; each stands alone.

    The folder is made where it is not there. OSError for one that cannot be written to.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(f"{path_text(place)} is a file; give the name of a folder")
    check_place(place)
    frames = exhibit.stills(limit)
    place.mkdir(exist_ok=True)
    width = max(len(str(len(frames))), 2)
    paths = [place / f"{number:0{width}}.svg" for number in range(1, len(frames) + 1)]
    for path, frame in zip(paths, frames):
        write_file(path, frame)
    return paths
