"""Data larger than memory: CSV files read line by line, arrays on disk, a shuffle buffer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from autograd.calculus import one_line, path_text, short
from autograd.typing import Array, DTypeLike, Seed
from nn.columns import column_place
from nn.data.files import numbers_of, open_rows
from nn.paths import existing_file
from nn.rng import seed_from

#: Rows one by one: an iterable that starts anew each time, or a function that returns an iterator.
Rows: TypeAlias = Iterable[object] | Callable[[], Iterable[object]]


class CSVStream:
    """The rows of a CSV file, ``(features, target)``, read anew in every iteration.

    ``path`` is the file. Only one line is in memory at a time. ``classes`` lists the texts of the
    ``target`` column, by default the last, in the order of their indices; without it the target
    must be a number. A row returns its features as an array of ``dtype``. ``len()`` counts the rows
    once, in a pass over the file.

    >>> from nn.data import CSVStream
    >>> from nn.data.files import IRIS
    >>> rows = CSVStream(IRIS, classes=["setosa", "versicolor", "virginica"])
    >>> next(iter(rows))
    (array([5.1, 3.5, 1.4, 0.2]), 0)
    """

    path: Path
    file: str
    dtype: np.dtype[Any]
    target: str
    place: int
    features: list[str]

    def __init__(
        self,
        path: str | Path,
        target: str | None = None,
        classes: list[str] | None = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.path, self.dtype = Path(path), np.dtype(dtype)
        self.file = path_text(path)  # as messages quote it
        header, _ = open_rows(self.path)
        self.target = header[-1] if target is None else target
        self.place = column_place(self.file, header, self.target)
        self.features = [name for i, name in enumerate(header) if i != self.place]
        self.classes = classes
        self._codes = None if classes is None else {name: i for i, name in enumerate(classes)}
        self._length: int | None = None

    def __iter__(self) -> Iterator[tuple[Array, Array | int]]:
        _, rows = open_rows(self.path)
        for line, row in rows:
            answer = row.pop(self.place).strip()
            x = np.array(numbers_of(self.file, line, self.features, row), self.dtype)
            if self._codes is None:
                number = numbers_of(self.file, line, [self.target], [answer])[0]
                yield x, np.asarray(number, self.dtype)[()]
            elif answer in self._codes:
                yield x, self._codes[answer]
            else:
                raise ValueError(
                    f"{self.file}, line {line}: target {short(answer)} is none of the classes "
                    f"{', '.join(map(str, self.classes or ()))}"
                )

    def __len__(self) -> int:
        if self._length is None:
            self._length = sum(1 for _ in open_rows(self.path)[1])
        return self._length


class shuffled:
    """Rows in an order that is random within a window of ``buffer`` rows, another in every epoch.

    Each row is drawn at random from a buffer, whose place the next row then takes. ``rows`` is an
    iterable that starts anew each time, or a function that returns an iterator. The order is a
    function of ``seed`` and ``epoch``, which ``DataLoader`` sets.

    >>> from nn.data import shuffled
    >>> rows = shuffled(range(6), buffer=3, seed=0)
    >>> sorted(rows)
    [0, 1, 2, 3, 4, 5]
    """

    rows: Rows
    buffer: int
    epoch: int
    seed: int

    def __init__(
        self,
        rows: Rows,
        buffer: int = 10_000,
        seed: Seed = None,
    ) -> None:
        if buffer < 1:
            raise ValueError(f"shuffled: buffer must be at least 1 row, not {buffer}")
        self.rows, self.buffer, self.epoch = rows, buffer, 0
        self.seed = seed_from(seed)

    def __iter__(self) -> Iterator[object]:
        rng = np.random.default_rng([self.seed, self.epoch])
        window: list[object] = []
        for row in self.rows() if callable(self.rows) else self.rows:
            if len(window) < self.buffer:
                window.append(row)
                continue
            place = int(rng.integers(self.buffer))
            yield window[place]
            window[place] = row
        for place in rng.permutation(len(window)):
            yield window[place]


def memory_map(
    path: str | Path, shape: tuple[int, ...] | None = None, dtype: DTypeLike | None = None
) -> Array:
    """An array on disk, read where it is indexed: an ``.npy`` file, or raw numbers.

    ``path`` is the file. For raw numbers give their ``dtype`` and ``shape``; -1 for the rows takes
    as many as there are. Returns an array that cannot be written into.

    >>> import numpy as np
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from nn.data import memory_map
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "x.raw"
    ...     np.arange(6.0).tofile(path)
    ...     print(memory_map(path, (-1, 3), np.float64)[1])
    [3. 4. 5.]
    """
    path = existing_file(path)
    if dtype is None:
        try:
            return np.load(path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]
        except (ValueError, OSError, EOFError) as error:
            why = one_line(str(error))
            raise ValueError(
                f"{path_text(path)}: "
                f"not an .npy file ({why:.80}); give dtype= and shape= for raw numbers"
            ) from None
    if shape is None:
        raise ValueError(f"memory_map: give shape= of the raw numbers in {path_text(path)}")
    row = int(np.prod(shape[1:])) * np.dtype(dtype).itemsize
    size = path.stat().st_size
    rows = size // row if shape[0] == -1 else shape[0]
    if rows * row != size or rows == 0:
        raise ValueError(
            f"{path_text(path)}: "
            f"{size} bytes are no {'whole number of ' if shape[0] == -1 else ''}rows of "
            f"shape {shape[1:]} and dtype {np.dtype(dtype)}"
        )
    return np.memmap(path, np.dtype(dtype), "r", shape=(rows, *shape[1:]))


@dataclass(frozen=True)
class Counts:
    """Epochs, batches and updates of a training, by arithmetic.

    ``rows`` and ``batch_size`` are what was asked; ``updates_per_epoch`` is the number of batches,
    ``last_batch`` the rows of the last one; ``updates`` and ``samples`` are those of the whole
    training. ``count_batches`` returns it.

    >>> from nn.data import count_batches
    >>> count_batches(10, 4, epochs=2).samples
    20
    """

    rows: int
    batch_size: int
    updates_per_epoch: int
    last_batch: int
    updates: int
    samples: int


def count_batches(rows: int, batch_size: int, epochs: int = 1, drop_last: bool = False) -> Counts:
    """How many batches an epoch has, how many rows the last of them, how many updates there are.

    ``rows`` in batches of ``batch_size``, ``epochs`` times; ``drop_last`` leaves out a last batch
    that is not full. Returns ``Counts``.

    >>> from nn.data import count_batches
    >>> count_batches(1153, 128).updates_per_epoch, count_batches(1153, 128).last_batch
    (10, 1)
    >>> count_batches(50_000_000, 1000).updates_per_epoch
    50000
    """
    for name, value in (("rows", rows), ("batch_size", batch_size), ("epochs", epochs)):
        if value < 1:
            raise ValueError(f"count_batches: {name} must be at least 1, not {value}")
    full, rest = divmod(rows, batch_size)
    an_epoch = full + (rest > 0 and not drop_last)
    last = rest if rest and not drop_last else min(batch_size, rows) if an_epoch else 0
    samples = (full * batch_size if drop_last else rows) * epochs
    return Counts(rows, batch_size, an_epoch, last, an_epoch * epochs, samples)
