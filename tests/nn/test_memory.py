"""A data set larger than the memory that the process may have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# RLIMIT_DATA counts what no file stands behind: the heap and anonymous mappings.
PROGRAM = """
import resource, sys
import numpy as np
import nn, optim
from nn.examples.batches import anonymous_megabytes, train_streamed
path, allowed = sys.argv[1], int(sys.argv[2]) * 2**20
before = anonymous_megabytes()
resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))
updates, _ = train_streamed(path, 99, batch_size=1000)
print(updates, anonymous_megabytes() - before)
try:
    np.fromfile(path, np.float32)
except MemoryError:
    print("does not fit")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits are Linux's")
def test_training_through_a_file_that_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "rows.f32"
    rows = 700_000
    with path.open("wb") as file:
        file.truncate(rows * 400)  # a hole: the disk need not hold it
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), "200"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    first, second = done.stdout.splitlines()
    updates, added = first.split()
    assert updates == "700" and float(added) < 60
    assert second == "does not fit"
