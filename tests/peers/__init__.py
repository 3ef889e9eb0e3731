"""What a test compares with or runs in and a machine may lack: torch, jax, dot, chromium, ...

Without them a test is skipped. In continuous integration TRACEGRAD_REQUIRE_PEERS=1 is set, and the
same test fails: a second oracle that silently stopped being asked is worse than none.
"""

import importlib
import os
import shutil
from typing import Any

import pytest

PROGRAMS = {
    "cc": ("cc", "gcc", "clang"),
    "dot": ("dot",),
    "ffprobe": ("ffprobe",),
    "pdfinfo": ("pdfinfo",),
    "pdflatex": ("pdflatex",),
    "pdftotext": ("pdftotext",),
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
}


def peers_are_required() -> bool:
    return os.environ.get("TRACEGRAD_REQUIRE_PEERS", "") not in ("", "0")


def require(peer: str) -> Any:
    """The path of a program named in PROGRAMS, else the module `peer`; or skip, or fail."""
    if peer in PROGRAMS:
        found: Any = next(filter(None, map(shutil.which, PROGRAMS[peer])), None)
    else:
        try:
            found = importlib.import_module(peer)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.partition(".")[0] != peer.partition(".")[0]:
                raise
            found = None
    if found is not None:
        return found
    if peers_are_required():
        pytest.fail(f"{peer} is not installed, and TRACEGRAD_REQUIRE_PEERS asks for it")
    pytest.skip(f"{peer} is not installed")
