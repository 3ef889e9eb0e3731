"""One pass of training over a large file that is mapped, not read, into memory."""

from pathlib import Path

from benchmarks.programs import Program
from nn.examples.batches import anonymous_megabytes, train_streamed

FEATURES = 99  # and a target: 400 bytes a row
ROW = 4 * (FEATURES + 1)


def prepare(path: str, gigabytes: float = 4.0) -> Program:
    """Make the file at `path`, rows of zeros: a hole, so that the disk need not hold it."""
    with Path(path).open("wb") as file:
        file.truncate(int(gigabytes * 2**30) // ROW * ROW)
    largest = 0.0

    def run(times: int) -> None:
        nonlocal largest
        for _ in range(times):
            train_streamed(Path(path), FEATURES, batch_size=8192)
            largest = max(largest, anonymous_megabytes() or 0.0)

    return Program(run, lambda: {"megabytes": [largest]})
