"""Settings shared by every test."""

import os
from collections.abc import Callable
from typing import Any

import matplotlib
import pytest
from hypothesis import settings

from tests import peers

# No deadline: the first example of a test may pay for an import or share a core with another test.
# In continuous integration the examples are the same in every run.
settings.register_profile("tracegrad", deadline=None, derandomize=peers.peers_are_required())
settings.load_profile("tracegrad")

matplotlib.use("agg")
os.environ.setdefault("MPLBACKEND", "agg")  # for the programs that a test starts


@pytest.fixture(scope="session")
def require() -> Callable[[str], Any]:
    """`torch = require("torch")`, `path = require("chromium")`: see tests/peers.py."""
    return peers.require
