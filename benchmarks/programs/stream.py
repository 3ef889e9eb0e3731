"""One pass of training over a file of 4 GB that is mapped, not read, into memory."""

import tempfile
from pathlib import Path

from benchmarks.programs import Program
from nn.examples.batches import anonymous_megabytes, train_streamed

FEATURES = 99  # and a target: 400 bytes a row


def prepare(gigabytes: float = 4.0) -> Program:
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "rows.f32"
    row = 4 * (FEATURES + 1)
    with path.open("wb") as file:
        # Rows of zeros: a file with a hole, so that the disk need not hold it.
        file.truncate(int(gigabytes * 2**30) // row * row)
    before = anonymous_megabytes() or 0.0
    largest = 0.0

    def run(times: int) -> None:
        nonlocal largest
        for _ in range(times):
            train_streamed(path, FEATURES, batch_size=4096)
            largest = max(largest, (anonymous_megabytes() or 0.0))

    def results() -> dict[str, list[float]]:
        return {"megabytes before": [before], "megabytes": [largest], "kept": [bool(folder)]}

    return Program(run, results)
