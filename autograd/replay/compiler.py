"""The C compiler of this machine, and the folder that keeps what it made.

A library is found again by a hash of its source, the flags, the compiler and the processor. It is
loaded only from a folder, and a file, that nobody else can write.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import platform
import secrets
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from autograd.calculus import one_line

#: How many libraries the folder keeps, and how long a compiler may take, in seconds.
KEPT, PATIENCE = 200, 300


class NoCompiler(Exception):
    """No C compiler is there, or it fails; the message is one line."""


def library(source: str, flags: tuple[str, ...]) -> ctypes.CDLL:
    """The source, compiled and loaded."""
    compiler = _compiler()
    name = _hash(source, *flags, *compiler, _version(compiler), _processor()) + ".so"
    folder = cache_folder()
    path = folder / name
    if not _is_ours(path):
        _compile(compiler, source, flags, path)
        _forget_oldest(folder)
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise NoCompiler(
            f"what {compiler[0]} made cannot be loaded: {one_line(str(error))}"
        ) from None


def _compiler() -> list[str]:
    wanted = [shlex.split(os.environ.get("CC", "")), ["cc"], ["gcc"], ["clang"]]
    for words in wanted:
        path = shutil.which(words[0]) if words else None
        if path is not None:
            return [path, *words[1:]]
    raise NoCompiler("no C compiler (cc, gcc or clang) is on PATH")


@functools.cache
def _version_of(compiler: tuple[str, ...]) -> str:
    try:
        run = subprocess.run([*compiler, "--version"], capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoCompiler(f"{compiler[0]} does not run: {one_line(str(error))}") from None
    return run.stdout.decode(errors="replace")


def _version(compiler: list[str]) -> str:
    return _version_of(tuple(compiler))


@functools.cache
def _processor() -> str:
    """What -march=native depends on: a folder may be shared by machines."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        return "".join(dict.fromkeys(x for x in lines if x.startswith(("model name", "flags"))))
    return f"{platform.machine()} {platform.processor()} {platform.node()}"


def _hash(*texts: str) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:40]


def _compile(compiler: list[str], source: str, flags: tuple[str, ...], path: Path) -> None:
    """Compile to a neighbour of ``path``, then give it the name."""
    neighbour = path.with_name(f".{secrets.token_hex(8)}.part")
    words = [
        *compiler,
        *flags,
        "-w",
        "-shared",
        "-fPIC",
        "-x",
        "c",
        "-",
        "-o",
        str(neighbour),
        "-lm",
    ]
    try:
        for native in (["-march=native"], []):  # not every compiler knows its processor
            run = subprocess.run(
                [*words[:-3], *native, *words[-3:]],
                input=source.encode(),
                capture_output=True,
                timeout=PATIENCE,
                cwd=path.parent,
            )
            if run.returncode == 0 and neighbour.is_file():
                os.chmod(neighbour, 0o700)
                os.replace(neighbour, path)
                return
        said = run.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        error = next((line for line in said if "error" in line), said[0])
        raise NoCompiler(f"{compiler[0]} fails: {one_line(str(error))}")
    except (OSError, subprocess.SubprocessError) as error:
        raise NoCompiler(f"{compiler[0]} does not run: {one_line(str(error))}") from None
    finally:
        with suppress(OSError):
            os.unlink(neighbour)


# -- the folder ----------------------------------------------------------------------------------


def cache_folder() -> Path:
    """The user's folder of libraries, or a private one of this process where that is not safe."""
    folder = _wanted_folder()
    if folder is not None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _nobody_else_writes(folder.resolve()):
                return folder.resolve()
    return Path(_private_folder().name)


def _wanted_folder() -> Path | None:
    base = os.environ.get("XDG_CACHE_HOME")
    if base and os.path.isabs(base):
        return Path(base) / "tracegrad"
    try:
        home = Path.home()
    except RuntimeError:  # no home is known
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "tracegrad"


@functools.cache
def _private_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="tracegrad-")  # it goes when the process ends


def _nobody_else_writes(folder: Path) -> bool:
    """Whether the folder is the user's, and nobody else can put another one in its place."""
    if not hasattr(os, "getuid"):
        return False
    here = os.lstat(folder)
    if not stat.S_ISDIR(here.st_mode) or here.st_uid != os.getuid() or here.st_mode & 0o022:
        return False
    for parent in folder.parents:
        above = os.lstat(parent)
        others = above.st_mode & 0o022 and not above.st_mode & stat.S_ISVTX
        if others or above.st_uid not in (0, os.getuid()):
            return False
    return True


def _is_ours(path: Path) -> bool:
    """Whether the file is there, the user's, and nobody else's to write."""
    try:
        here = os.lstat(path)
    except OSError:
        return False
    own = not hasattr(os, "getuid") or here.st_uid == os.getuid()
    return stat.S_ISREG(here.st_mode) and own and not here.st_mode & 0o022


def _forget_oldest(folder: Path) -> None:
    with suppress(OSError):
        files = sorted(folder.glob("*.so"), key=lambda file: file.stat().st_mtime)
        for file in files[:-KEPT]:
            file.unlink(missing_ok=True)
