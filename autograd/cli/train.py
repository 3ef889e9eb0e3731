"""``tracegrad train``: a multilayer perceptron on the columns of a table."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from autograd.calculus import short
from autograd.cli.arguments import MOST_EPOCHS, count, language, number, rate, separator, workers
from autograd.cli.parallel import cluster

#: Of the hidden layers; a million of them take a second a hundred rows.
MOST_WEIGHTS = 10_000_000
MOST_TRAININGS = 1_000


def arguments(train: argparse.ArgumentParser) -> None:
    """What follows the word ``train``."""
    train.add_argument("data", metavar="DATA", help="a .csv, .tsv, .txt or .parquet file")
    train.add_argument("--target", metavar="COL", help="the column to predict; the last otherwise")
    columns = train.add_argument_group("columns", "names with commas between them")
    for name, what in (
        ("drop", "leave them out"),
        ("keep", "use them although they number the rows, are constant or come twice"),
        ("categorical", "an input for each value, whatever their number"),
        ("hash", "hashed into 32 inputs, for texts of many values"),
    ):
        columns.add_argument(f"--{name}", action="append", metavar="COLS", help=what)
    columns.add_argument(
        "--ordinal", action="append", metavar="COL=A,B,C", help="words in an order, as 0, 1, 2"
    )
    columns.add_argument(
        "--dates", action="append", metavar="COL=dmy", help="day or month first: dmy or mdy"
    )
    columns.add_argument(
        "--missing",
        choices=("mean", "median", "indicator", "drop"),
        help="what becomes of missing values; the mean otherwise",
    )
    columns.add_argument(
        "--na", action="append", metavar="TEXT", help="a text that stands for a missing value"
    )
    separator(columns)
    network = train.add_argument_group("network and training")
    network.add_argument("--hidden", default="16,16", metavar="SIZES", help="of hidden layers")
    network.add_argument("--activation", default="relu", help="relu, tanh, sigmoid, ...")
    network.add_argument("--optimizer", default="adam", help="adam, sgd, rmsprop, ...")
    network.add_argument("--lr", type=rate, metavar="RATE", help="the optimizer's usual otherwise")
    network.add_argument("--epochs", type=count(1, MOST_EPOCHS), default=200, metavar="N")
    network.add_argument("--batch-size", type=count(1), default=32, metavar="N")
    network.add_argument("--test-size", type=number, default=0.2, metavar="SHARE")
    network.add_argument("--seed", type=count(0), default=0, metavar="N")
    network.add_argument("--dropout", type=number, default=0.0, metavar="P")
    network.add_argument("--weight-decay", type=number, default=0.0, metavar="RATE")
    network.add_argument("--class-weight", choices=("balanced",), help="as if classes were equal")
    network.add_argument(
        "--patience",
        type=count(0),
        default=20,
        metavar="N",
        help="stop N epochs after the best, and go back to it; 0 trains all epochs",
    )
    network.add_argument(
        "--folds", type=count(2, MOST_TRAININGS), metavar="K", help="cross-validate in K folds"
    )
    network.add_argument(
        "--seeds", type=count(1, MOST_TRAININGS), default=1, metavar="N", help="median of N"
    )
    workers(network)
    train.add_argument(
        "--why", action="store_true", help="what holds the training back, a line each"
    )
    train.add_argument("--report", metavar="FILE.html", help="how good it is, as a page")
    train.add_argument(
        "-o", "--output", metavar="NAME", help="NAME.safetensors, NAME-graph.svg, ..."
    )
    train.add_argument("--overwrite", action="store_true", help="replace files of that name")
    train.add_argument("--resume", action="store_true", help="go on with an interrupted training")
    language(train)


def run(arguments: argparse.Namespace) -> int:
    from nn.columns import Asked
    from nn.tables import train_table

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
    asked = Asked(
        drop=names(arguments.drop),
        keep=names(arguments.keep),
        categorical=names(arguments.categorical),
        hashed=names(arguments.hash),
        ordinal={name: names([order]) for name, order in pairs("--ordinal", arguments.ordinal)},
        dates=dict(pairs("--dates", arguments.dates, "dmy")),
        na=[text.strip() for text in arguments.na or ()],
        missing=arguments.missing,
    )
    with cluster(arguments) as executor:
        train_table(
            data,
            arguments.target,
            asked=asked,
            separator=arguments.separator,
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
            class_weight=arguments.class_weight,
            patience=arguments.patience,
            fold_count=arguments.folds,
            seeds=arguments.seeds,
            jobs=arguments.jobs,
            executor=executor,
            resume=arguments.resume,
            why=arguments.why,
            report=arguments.report,
            output=data.stem if arguments.output is None else arguments.output,
            overwrite=arguments.overwrite,
            lang=arguments.lang,
        )
    return 0


def names(given: Sequence[str] | None) -> list[str]:
    """The names in arguments such as "a,b"; a comma in quotation marks is part of a name."""
    import csv

    cells = [cell for text in given or () for cell in next(csv.reader([text.strip()]), [])]
    return [cell.strip() for cell in cells if cell.strip()]


def pairs(
    option: str, given: Sequence[str] | None, example: str = "low,medium,high"
) -> list[tuple[str, str]]:
    """The names and values in arguments such as "size=small,big"; an order may be left out."""
    found = []
    for text in given or ():
        name, equals, value = text.strip().rpartition("=")
        if not equals and option != "--ordinal":
            raise ValueError(f"{option} takes {short(f'{text.strip()}={example}')}")
        found.append((name, value) if equals else (value, ""))
    return found
