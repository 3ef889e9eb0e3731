"""``tracegrad examples --formats``: every lesson of the catalogue, or of a folder, in files."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from autograd.calculus import short
from autograd.cli.catalogue import demonstrations, entry
from autograd.cli.console import Console
from autograd.cli.drawn import Drawn
from autograd.cli.lesson_files import lessons_of_folder
from autograd.cli.output_files import check_folder, settings_of
from autograd.cli.parallel import shared
from autograd.exports import KINDS, Exhibit, Settings, of_example, save
from autograd.lessons.worked_examples import EXAMPLES, Example
from autograd.writing import one_line, words


def formats_of(text: str) -> tuple[str, ...]:
    """``svg,png`` as extensions, ``all`` as all; ValueError for an unknown one."""
    wanted = [f".{word.lstrip('.')}" for word in re.split(r"[,\s]+", text.strip().lower()) if word]
    if wanted == [".all"]:
        return KINDS
    unknown = [kind for kind in wanted if kind not in KINDS]
    if unknown or not wanted:
        named = short(unknown[0]) if unknown else "nothing"
        raise ValueError(f"--formats: {named} is no format; take some of {' '.join(KINDS)}, or all")
    return tuple(kind for kind in KINDS if kind in wanted)


def write_formats(arguments: argparse.Namespace, console: Console) -> None:
    """A file for each lesson and format, named after the lesson, in the folder of ``-o``.

    The lessons are shared among ``--jobs`` processes; each computes its lesson once, and its frames
    once for all formats.
    """
    check_folder(arguments.output)
    kinds, place = formats_of(arguments.formats), Path(arguments.output)
    settings = settings_of(arguments)
    for name, value in vars(settings).items():
        alone = Settings(**{name: value})
        if not any(_fits(alone, kind) for kind in kinds):
            alone.check(kinds[0])
    place.mkdir(parents=True, exist_ok=True)
    if arguments.dir is None:
        names = [*EXAMPLES, *(each.name for each in demonstrations())]
    else:
        names = [each.name for each in lessons_of_folder(arguments.dir)]
    manner = arguments.lang, arguments.quiz, arguments.style
    write = partial(_write, arguments.dir, place, kinds, settings, manner)
    sizes = shared(arguments, write, names)
    console.tell(
        words(
            "wrote {n} files, {bytes} bytes, into {place}",
            n=len(names) * len(kinds),
            bytes=f"{sum(sizes):,}",
            place=one_line(str(arguments.output)),
        )
    )


def _fits(settings: Settings, kind: str) -> bool:
    try:
        settings.check(kind)
    except ValueError:
        return False
    return True


def _write(
    folder: str | None,
    place: Path,
    kinds: Sequence[str],
    settings: Settings,
    manner: tuple[str, bool, str],
    name: str,
) -> int:
    """One lesson in each format; the bytes that were written."""
    exhibit = _exhibit(folder, name, *manner)
    return sum(save(exhibit, place / f"{name}{kind}", settings).stat().st_size for kind in kinds)


def _exhibit(folder: str | None, name: str, lang: str, quiz: bool, style: str) -> Exhibit:
    if folder is None:
        found = entry(name)
    else:
        found = next(each for each in lessons_of_folder(folder) if each.name == name)
    if isinstance(found, Example):
        return of_example(found, lang, quiz, style)
    return Drawn.of(found()).exhibit(lang)
