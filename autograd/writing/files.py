"""The one way in which the three packages write a file."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from autograd.calculus import path_text, short


def write_file(path: str | os.PathLike[str], content: bytes | str) -> None:
    """Write ``content`` (text as UTF-8) to ``path``; OSError, in one line, where that fails.

    A regular file is replaced in one step: a crash, an interrupt or a full disk leaves the previous
    file as it was, and nothing beside it. The new file keeps the mode of the old one and, where
    the system allows, its owner; a link is followed, and one that leads nowhere gets its file. What
    is neither a file nor a folder (a terminal, /dev/null, a named pipe) is written to. A file that
    may be written to in a folder that may not is written in place, and restored after an error.
    """
    data = content.encode() if isinstance(content, str) else content
    target = Path(path)
    try:
        # Not the resolved path: that of a pipe behind /dev/stdout names nothing.
        before = os.stat(target)
    except FileNotFoundError:
        before = None
    except OSError as error:
        raise _explained(error, target) from None
    try:
        _write(target, data, before)
    except OSError as error:
        regular = before is not None and stat.S_ISREG(before.st_mode)
        raise _explained(
            error, target, "; the previous file is intact" if regular else ""
        ) from None


def check_place(path: str | os.PathLike[str]) -> None:
    """The error of :func:`write_file` for where a file is to be, before its content is computed."""
    place = Path(path)
    if not os.path.isdir(place.parent):
        a_file = os.path.exists(place.parent)
        kind, number = (
            (NotADirectoryError, errno.ENOTDIR) if a_file else (FileNotFoundError, errno.ENOENT)
        )
        raise _explained(kind(number, os.strerror(number)), place)
    if not os.access(place if os.path.lexists(place) else place.parent, os.W_OK):
        raise _explained(PermissionError(errno.EACCES, "the place is read-only"), place)


def _write(path: Path, data: bytes, before: os.stat_result | None) -> None:
    real = Path(os.path.realpath(path))
    if before is None:
        _replace(real, data, None)
        return
    if stat.S_ISDIR(before.st_mode):
        raise IsADirectoryError
    if not os.access(path, os.W_OK):  # a replacement would need the right to the folder only
        raise PermissionError(errno.EACCES, "the file is read-only")
    if not stat.S_ISREG(before.st_mode):
        _write_into(path, data)
        return
    if _leads_to(real, before):
        try:
            _replace(real, data, before)
            return
        except OSError as error:
            # The folder is read-only or sticky, or the file is a container's mount point.
            if not isinstance(error, PermissionError) and error.errno not in _FOLDER_ONLY:
                raise
    _rewrite(path, data)


_FOLDER_ONLY = (errno.EROFS, errno.EBUSY)


def _leads_to(real: Path, before: os.stat_result) -> bool:
    """Whether a name is the file's; /proc/self/fd/1 may be a file without a name."""
    try:
        return os.path.samestat(before, os.stat(real))
    except OSError:
        return False


def _replace(path: Path, data: bytes, before: os.stat_result | None) -> None:
    """Write a neighbour of ``path``, then give it the name."""
    neighbour = path.with_name(f".{secrets.token_hex(8)}.part")
    # Nobody else may read the neighbour of a private file, not even while it is written.
    mode = 0o666 if before is None else 0o600
    try:
        with open(neighbour, "xb", opener=lambda name, how: os.open(name, how, mode)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if before is not None:
            for ids in ((before.st_uid, -1), (-1, before.st_gid)):
                with suppress(OSError, AttributeError):  # AttributeError: Windows
                    os.chown(neighbour, *ids)
            os.chmod(neighbour, stat.S_IMODE(before.st_mode))
        os.replace(neighbour, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(neighbour)
        raise
    _sync_folder(path.parent)


def _write_into(path: Path, data: bytes) -> None:
    """Write to what is there; nothing is created, and no pipe is kept open for reading."""
    with os.fdopen(os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0)), "wb") as file:
        file.write(data)


def _rewrite(path: Path, data: bytes) -> None:
    """Write over a regular file; the old bytes come back where that fails.

    It is cut to its length at the end only, so that a full disk has room for the old bytes.
    """
    with open(path, "r+b", buffering=0) as file:
        old = file.read()
        try:
            _overwrite(file.fileno(), data)
        except BaseException:
            _overwrite(file.fileno(), old)
            raise


def _overwrite(handle: int, data: bytes) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.ftruncate(handle, len(data))
    os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk as well, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _explained(error: OSError, path: Path, kept: str = "") -> OSError:
    """The same kind of error with a message that names the path and the remedy."""
    if isinstance(error, IsADirectoryError):
        why = "it is a folder; give the name of a file"
    elif isinstance(error, FileNotFoundError) and not os.path.isdir(path.parent):
        why = f"the folder {path_text(path.parent)} is not there; create it"
    else:
        reason = error.strerror or type(error).__name__
        why = f"{reason[:1].lower()}{reason[1:]}{kept}; choose another place"
    return type(error)(f"{path_text(path)} cannot be written: {why}")


def extension(path: str | os.PathLike[str], known: tuple[str, ...]) -> str:
    """The extension of ``path``; ValueError, naming those there are, for another."""
    suffix = Path(path).suffix.lower()
    if suffix not in known:
        what = f"extension {short(suffix)}" if suffix else "a name without extension"
        raise ValueError(f"{path_text(path)}: {what} is not known here; use {' '.join(known)}")
    return suffix


_DRAWN = (".svg", ".png", ".pdf", ".gif", ".mp4")


def check_style(style: str, suffix: str) -> None:
    """ValueError where a graph is not drawn in the style of cards, and the file has no picture."""
    if style != "cards" and suffix not in _DRAWN:
        raise ValueError(f"style {style} is for a picture; give a .svg in place of {suffix}")
