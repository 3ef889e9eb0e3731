"""The files that a command writes of what it shows: ``-o FILE`` in any format, ``--frames DIR``."""

from __future__ import annotations

import argparse
import os

from autograd.calculus import path_text, short
from autograd.cli.console import Console
from autograd.exports import KINDS, Exhibit, Settings, save, save_frames
from autograd.writing import check_place, check_style, extension, one_line, words


def settings_of(arguments: argparse.Namespace) -> Settings:
    return Settings(arguments.pace, arguments.n_up, arguments.limit)


def asked(arguments: argparse.Namespace, more: tuple[str, ...] = ()) -> bool:
    """Whether files are wanted; ValueError where what is asked of them does not fit.

    ``more`` are extensions that the command writes in a way of its own.
    """
    style = getattr(arguments, "style", "cards")
    for option, path in (("-o", arguments.output), ("--frames", arguments.frames)):
        if path is not None:
            _check_named(option, path)
    if arguments.output is not None:
        suffix = extension(arguments.output, (*KINDS, *more))
        settings_of(arguments).check(suffix, folder=arguments.frames is not None)
        if arguments.frames is None:
            check_style(style, suffix)
        return True
    if arguments.frames is not None:
        settings_of(arguments).check("", folder=True)
        return True
    for name, value in vars(settings_of(arguments)).items():
        if value is not None:
            option = name.replace("_", "-")
            raise ValueError(f"--{option} {short(value)} is for a file; say where with -o FILE")
    return False


def _check_named(option: str, path: str) -> None:
    """Before anything is computed: that there is a name, and a folder that can be written to."""
    if not path.strip():
        raise ValueError(f"{option} has no name; give that of a file or a folder")
    check_place(path)
    if option == "--frames" and os.path.exists(path) and not os.path.isdir(path):
        raise NotADirectoryError(f"{path_text(path)} is a file; give the name of a folder")


def check_folder(path: str) -> None:
    """ValueError where many files are written, and the folder for them is called as one file."""
    suffix = os.path.splitext(path)[1]
    if suffix.lower() in KINDS:
        raise ValueError(f"{path_text(path)}: a folder of files is written; leave {suffix} out")


def check_site(arguments: argparse.Namespace) -> None:
    """ValueError for what is asked of files, where a site is written."""
    check_folder(arguments.output)
    for name in ("frames", *vars(settings_of(arguments))):
        if getattr(arguments, name) is not None:
            option = name.replace("_", "-")
            raise ValueError(f"--{option} is for a file, and a site has pages; leave it out")


def leave(exhibit: Exhibit, arguments: argparse.Namespace, console: Console) -> None:
    """Write the files that :func:`asked` has found to be wanted."""
    if arguments.output is not None:
        path = save(exhibit, arguments.output, settings_of(arguments))
        console.wrote(path)
    if arguments.frames is not None:
        frames = save_frames(exhibit, arguments.frames, arguments.limit)
        place = one_line(str(arguments.frames))
        console.tell(words("wrote {n} frames into {place}", n=len(frames), place=place))
