"""An error is one printable line, whatever the object is that it quotes."""

from __future__ import annotations

import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot

import autograd
import nn
import optim
from autograd import Tensor
from autograd.calculus import short
from autograd.engine import is_ours
from tests.house import PACKAGES, ROOT


class Odd:
    """Its repr has lines, and an escape sequence that clears a terminal."""

    def __repr__(self) -> str:
        return "Odd(\n  1,\n\x1b[2J)"


MATRIX = np.arange(24.0).reshape(4, 6) / 7
BAD = [Odd(), MATRIX, [Odd(), Odd()], Tensor(MATRIX), nn.Sequential(nn.ReLU()), "a\nb\x1b"]
GOOD = [Tensor(MATRIX), nn.Linear(6, 2), 3]
#: They would change what later tests stand in.
LASTING = ("enter_scope", "leave_scope", "manual_seed")
ENTRIES = [
    getattr(package, name)
    for package in (autograd, nn, optim)
    for name in sorted(package.__all__)
    if name not in LASTING
]


def calls(function: Callable[..., Any]) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """Arguments for calls of ``function``, of which one, or each that is required, is bad."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # it is written in C
        return
    options = [p.name for p in parameters if p.default is not p.empty]
    required = sum(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        for p in parameters
    )
    for bad in BAD:
        yield [bad] * max(1, required), {}
        for good in GOOD:
            for place in range(required if required > 1 else 0):
                yield [bad if i == place else good for i in range(required)], {}
            for option in options:
                yield [good] * required, {option: bad}


def message(function: Callable[..., Any], args: list[Any], options: dict[str, Any]) -> str | None:
    """What an error of the library says; None if the call succeeds, or NumPy or Python raises."""
    try:
        function(*args, **options)
    except OSError:
        return None  # of the operating system; the console writes it on one line
    except Exception as error:
        *_, last = traceback.extract_tb(error.__traceback__)
        return str(error) if is_ours(last.filename) else None
    return None


def test_a_message_is_one_line_whatever_it_quotes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    messages: set[str] = set()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for entry in filter(callable, ENTRIES):
            said = {message(entry, args, options) for args, options in calls(entry)}
            messages |= said - {None}  # type: ignore[arg-type]
    pyplot.close("all")
    assert [text for text in messages if not text.isprintable()] == []
    assert sum("Odd" in text for text in messages) > 50
    assert sum("array" in text for text in messages) > 50


def test_what_a_message_quotes_is_bounded() -> None:
    assert short(np.zeros((3, 3))).startswith("array([[0., 0., 0.], [0., 0., 0.]")
    assert len(short("x" * 1000)) == 60 and len(short("x" * 1000, 20)) == 20
    assert short(Odd()) == "Odd( 1, �[2J)"


def test_no_source_cuts_a_repr_by_hand() -> None:
    """``{x!r:.60}`` keeps the lines of an array; ``short(x)`` does not."""
    sources = [path for top in PACKAGES for path in (ROOT / top).rglob("*.py")]
    assert [path for path in sources if "!r:." in path.read_text(encoding="utf-8")] == []
