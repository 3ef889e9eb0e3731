"""Settings shared by the tests of the optimizers."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.peers import require


@pytest.fixture
def double_precision() -> Iterator[Any]:
    """PyTorch with its inner counters and products, too, in float64: they take the default."""
    torch = require("torch")
    torch.set_default_dtype(torch.float64)
    yield torch
    torch.set_default_dtype(torch.float32)
