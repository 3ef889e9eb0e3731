"""The frames of the program that uses this library, found by walking up past our own."""

from __future__ import annotations

import itertools
import linecache
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from pathlib import Path
from types import CodeType, FrameType

import numpy as np

_ROOT = Path(__file__).parent.parent.parent
_PACKAGES = ("autograd", "nn", "optim", "tracegrad")
#: File names of our own code begin so; stamped functions have a name in angle brackets.
_OURS = ("<tracegrad", *(f"{_ROOT / package}{os.sep}" for package in _PACKAGES))

_NUMPYS = f"{Path(np.__file__).parent}{os.sep}"


#: What was found out about file names: a program has few, and asks for every node.
_known: dict[str, bool] = {}


def is_ours(filename: str) -> bool:
    """Whether code of this name is this library's: a file of ours, or a stamped function."""
    ours = _known.get(filename)
    if ours is None:
        ours = _known[filename] = filename.startswith(_OURS)
    return ours


def calling_frame() -> FrameType:
    """The innermost frame outside this library; the outermost one if all are inside."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


@dataclass(slots=True, unsafe_hash=True)
class ProgramLine:
    """A line of the program that uses this library; as text it is ``file:line: source``.

    ``code`` and ``instruction`` say where in the line: of ``x * y + z`` the product or the sum.
    ``call`` is another number for every call of this library: it tells the turns of a loop apart.
    """

    filename: str
    number: int
    code: CodeType | None = field(default=None, repr=False, compare=False)
    instruction: int = field(default=-1, repr=False, compare=False)
    call: int = field(default=0, repr=False, compare=False)

    def __str__(self) -> str:
        source = linecache.getline(self.filename, self.number).strip()
        return f"{self.filename}:{self.number}: {source}"

    @property
    def span(self) -> tuple[int, int, int, int] | None:
        """First and last line and first and last column, in bytes, of the expression, if known."""
        if self.code is None:
            return None
        places = itertools.islice(self.code.co_positions(), self.instruction // 2, None)
        line, last, begin, end = next(places, (None, None, None, None))
        if line is None or last is None or begin is None or end is None:
            return None
        return line, last, begin, end

    @property
    def columns(self) -> tuple[int, int] | None:
        """Where in the line the expression begins and ends, in characters; None if not known.

        An expression of several lines ends with the first.
        """
        span = self.span
        if span is None or span[0] != self.number:
            return None
        text = linecache.getline(self.filename, self.number).rstrip("\n").encode()
        end = span[3] if span[0] == span[1] else len(text)
        return len(text[: span[2]].decode(errors="ignore")), len(text[:end].decode(errors="ignore"))


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


class _LastCall(threading.local):
    """Our frame that the program called last. It is held, so that no later one is the same."""

    frame: FrameType | None = None
    number = 0
    #: The program's frame, for all nodes that are made by calls from one frame of ours.
    program: FrameType | None = None
    maker: FrameType | None = None
    line: ProgramLine | None = None


_last_call = _LastCall()


def recorded_line() -> ProgramLine:
    """The same, with the place in the line and the number of the call: for a node that is made.

    It is called for every node, below two more functions of ours. It is one object for the nodes
    that a function of ours makes one after the other.
    """
    last = _last_call
    inner = sys._getframe(2)
    maker = inner.f_back
    if maker is None or maker is not last.maker:
        frame, known = inner, _known.get
        while True:
            code = frame.f_code
            name = code.co_filename
            if not (known(name) or is_ours(name)) or (back := frame.f_back) is None:
                break
            inner, frame = frame, back
        if inner is not last.frame:
            last.frame, last.number = inner, last.number + 1
        # A generator may go on in a call from elsewhere, and the program calls from another line.
        fixed = maker is not None and maker is not frame and not maker.f_code.co_flags & _RESUMED
        last.program, last.maker, last.line = frame, maker if fixed else None, None
    program = last.program
    assert program is not None
    line, place = last.line, program.f_lasti
    if line is None or line.instruction != place:
        code = program.f_code
        line = ProgramLine(code.co_filename, program.f_lineno, code, place, last.number)
        last.line = line
    return line


_RESUMED = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


def calling_variables() -> Mapping[str, object]:
    """The variables of the innermost function outside this library, by name."""
    return calling_frame().f_locals


def frames_to_user() -> int:
    """How many frames up from the caller the program stands: what ``warnings.warn`` calls level."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and is_ours(frame.f_code.co_filename):
        level, frame = level + 1, frame.f_back
    return level
