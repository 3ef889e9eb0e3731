"""``tracegrad train``: a multilayer perceptron on the columns of a CSV file."""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

#: Of the hidden layers; a million of them take a second a hundred rows.
MOST_WEIGHTS = 10_000_000


def run(arguments: argparse.Namespace) -> int:
    from nn.tables import train_csv

    try:
        hidden = [int(size) for size in arguments.hidden.split(",") if size.strip()]
    except ValueError:
        raise ValueError(
            f"--hidden takes sizes of layers, such as 16,16; not {arguments.hidden!r}"
        ) from None
    weights = sum(a * b for a, b in pairwise([1, *hidden, 1]))
    if weights > MOST_WEIGHTS:
        raise ValueError(
            f"--hidden makes {weights:,} weights, at most {MOST_WEIGHTS:,} are trained here; "
            f"give smaller sizes, or use nn in a program"
        )
    data = Path(arguments.data)
    train_csv(
        data,
        arguments.target,
        hidden=hidden,
        activation=arguments.activation,
        optimizer=arguments.optimizer,
        lr=arguments.lr,
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        test_size=arguments.test_size,
        seed=arguments.seed,
        dropout=arguments.dropout,
        weight_decay=arguments.weight_decay,
        output=data.stem if arguments.output is None else arguments.output,
        overwrite=arguments.overwrite,
    )
    return 0
