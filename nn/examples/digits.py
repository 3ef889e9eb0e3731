"""A small convolutional network that reads handwritten digits: ``python -m nn.examples.digits``.

>>> import numpy as np
>>> from nn.examples.digits import network
>>> net = network(rng=0)
>>> net(np.zeros((5, 1, 8, 8), np.float32)).shape
(5, 10)
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np

import nn
import optim
from autograd.typing import Array, Seed
from nn.data import load_digits, train_test_split

EPOCHS, BATCH, RATE = 15, 64, 0.003


def network(rng: Seed = None) -> nn.Sequential:
    """Two layers of 3 x 3 kernels, each normalised and rectified, the largest of every 2 x 2."""
    rng = np.random.default_rng(rng)
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, rng=rng),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, rng=rng),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.4, rng=rng),
        nn.Linear(32 * 4 * 4, 10, rng=rng),
    ).float()


def digits(seed: int) -> list[Array]:
    """Pictures and labels to train with, 80 of a hundred, and those to test with."""
    table = load_digits()
    pictures = (table.X / 16).reshape(-1, 1, 8, 8).astype(np.float32)
    X, X_test, y, y_test = train_test_split(
        pictures, table.y, test_size=0.2, rng=seed, stratify=table.y
    )
    return [X, y, X_test, y_test]


def accuracy(seed: int, epochs: int = EPOCHS, rows: int | None = None) -> float:
    """The share of test pictures that are read rightly, after a training that ``seed`` decides.

    ``rows`` is how many pictures to train with, all if it is None.
    """
    X, y, X_test, y_test = digits(seed)
    X, y = X[:rows], y[:rows]
    net = network(seed)
    rate = optim.Cosine(RATE, epochs * -(-len(X) // BATCH))
    optimizer = optim.Adam(net.parameters(), lr=rate)
    loss_fn = nn.CrossEntropyLoss()
    nn.fit(net, (X, y), loss_fn, optimizer, epochs, batch_size=BATCH, seed=seed, progress=False)
    return nn.metrics.accuracy(nn.predict(net, X_test), y_test)


def main(seeds: Iterable[int] = range(5)) -> None:
    """Train once with each seed, and print what each reaches and takes, and their mean."""
    scores = []
    for seed in seeds:
        start = time.perf_counter(), time.process_time()
        scores.append(accuracy(seed))
        wall, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
        print(f"seed {seed}: {scores[-1]:.2%} of the test pictures, {wall:.1f} s (CPU {cpu:.1f} s)")
    print(f"mean: {np.mean(scores):.2%}")


if __name__ == "__main__":
    main()
