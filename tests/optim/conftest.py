"""Settings shared by the tests of the optimizers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from optim.races import race
from tests.peers import require


@pytest.fixture
def double_precision() -> Iterator[Any]:
    """PyTorch with its inner counters and products, too, in float64: they take the default."""
    torch = require("torch")
    torch.set_default_dtype(torch.float64)
    yield torch
    torch.set_default_dtype(torch.float32)


@pytest.fixture(scope="module")
def beale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a race of all entrants."""
    path = tmp_path_factory.mktemp("race") / "beale.html"
    return race("beale", "all", steps=60).save(path)
