"""What the tests of networks share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nn.damaged_tables import rows, text, written


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A table as it is, before people and their programs damage it."""
    return written(tmp_path / "clean.csv", text(rows()))
