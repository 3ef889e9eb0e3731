"""A file that is to be read, and one that is to be written when a long work is done."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from autograd.calculus import path_text


def existing_file(path: str | Path, stream: bool = False) -> Path:
    """The path of a file that is there; OSError or ValueError, in one line, where none can be.

    What is no regular file (a pipe, a device) is taken only where it is read as a ``stream``.
    """
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(f"{path_text(path)}: no such file") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise type(error)(f"{path_text(path)}: {reason}; give another path") from None
    except ValueError as error:  # a character that no path has
        raise ValueError(f"{path_text(path)}: {error}; give another path") from None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(f"{path_text(path)}: this is a folder; give a file in it")
    if not stream and not stat.S_ISREG(mode):
        raise OSError(f"{path_text(path)}: this is no regular file; give another path")
    return Path(path)


def new_file(path: str | Path, overwrite: bool) -> Path:
    """The path of a file that can be written later; OSError where its folder or the file forbids.

    With ``overwrite`` it may be there.
    """
    folder = Path(path).parent
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"{path_text(path)}: there is no folder {path_text(folder)!r}")
    if not overwrite and os.path.lexists(path):
        raise FileExistsError(
            f"{path_text(path)} exists; give another name, or --overwrite (overwrite=True)"
        )
    return Path(path)
