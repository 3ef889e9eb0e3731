"""Settings shared by every test."""

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from hypothesis import settings

from tests import peers
from tests.browser import Shared

# No deadline: the first example of a test may pay for an import or share a core with another test.
# In continuous integration the examples are the same in every run.
settings.register_profile("tracegrad", deadline=None, derandomize=peers.peers_are_required())
settings.load_profile("tracegrad")

matplotlib.use("agg")
# For the programs that a test starts. Where Python is told to keep no compiled files, as in
# containers, each of them would compile the library anew, at a third of a second.
os.environ.setdefault("MPLBACKEND", "agg")
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    kept = Path(__file__).resolve().parent.parent / ".pytest_cache" / "compiled"
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(kept))
# For the workers too: two of them with two threads each wait for one another.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def pytest_itemcollected(item: pytest.Item) -> None:
    """An example in a docstring runs as it is pasted: it imports every name that it uses."""
    example = getattr(item, "dtest", None)
    if example is not None:
        example.globs.clear()
        example.globs["__name__"] = "__main__"


def pytest_collection_finish() -> None:
    """Spare each collection of garbage the 12,000 tests and what they import: they stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def require() -> Callable[[str], Any]:
    """`torch = require("torch")`, `path = require("chromium")`: see tests/peers."""
    return peers.require


@pytest.fixture(scope="module")
def browser() -> Any:
    """A running Chromium, the same for the modules in a row that ask for it."""
    return Shared.browser()


@pytest.hookimpl(trylast=True)  # when the fixtures of the module have closed their pages
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End Chromium before tests of another kind: Playwright's event loop admits none beside it."""
    if nextitem is None or (
        nextitem.path != item.path and "browser" not in getattr(nextitem, "fixturenames", ())
    ):
        Shared.stop()
