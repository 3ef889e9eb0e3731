"""The stubs say what the tables stamp."""

from collections.abc import Callable
from pathlib import Path

import pytest

import autograd
from autograd import stubs


@pytest.mark.parametrize(("name", "text"), stubs.STUBS.items())
def test_stubs_are_fresh(name: str, text: Callable[[], str]) -> None:
    written = (Path(autograd.__file__).parent / name).read_text(encoding="utf-8")
    assert text() == written, "run: python -m autograd.stubs"
