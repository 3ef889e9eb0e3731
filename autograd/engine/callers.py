"""The frames of the program that uses this library, found by walking up past our own."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import numpy as np

_ROOT = Path(__file__).parent.parent.parent
#: File names of our own code begin so; stamped functions have a name in angle brackets.
_OURS = ("<tracegrad", *(f"{_ROOT / package}{os.sep}" for package in ("autograd", "nn", "optim")))

_NUMPYS = f"{Path(np.__file__).parent}{os.sep}"


def is_ours(filename: str) -> bool:
    """Whether code of this name is this library's: a file of ours, or a stamped function."""
    return filename.startswith(_OURS)


def calling_frame() -> FrameType:
    """The innermost frame outside this library; the outermost one if all are inside."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


@dataclass(frozen=True)
class ProgramLine:
    """A line of the program that uses this library; as text it is ``file:line: source``."""

    filename: str
    number: int

    def __str__(self) -> str:
        source = linecache.getline(self.filename, self.number).strip()
        return f"{self.filename}:{self.number}: {source}"


def numpys_function() -> str:
    """The function of NumPy that the program called and that called us; empty if there is none."""
    frame, name = sys._getframe(1), ""
    while frame.f_back is not None and (
        is_ours(frame.f_code.co_filename) or frame.f_code.co_filename.startswith(_NUMPYS)
    ):
        name = "" if is_ours(frame.f_code.co_filename) else frame.f_code.co_name
        frame = frame.f_back
    return name


def calling_line() -> ProgramLine:
    """The line at which the innermost frame outside this library is."""
    frame = calling_frame()
    return ProgramLine(frame.f_code.co_filename, frame.f_lineno)


def calling_variables() -> Mapping[str, object]:
    """The variables of the innermost function outside this library, by name."""
    return calling_frame().f_locals


def frames_to_user() -> int:
    """How many frames up from the caller the program stands: what ``warnings.warn`` calls level."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and is_ours(frame.f_code.co_filename):
        level, frame = level + 1, frame.f_back
    return level
