"""``tracegrad predict``: what a trained network says of the rows of a table."""

from __future__ import annotations

import argparse

from autograd.cli.arguments import language, separator


def arguments(predict: argparse.ArgumentParser) -> None:
    """What follows the word ``predict``."""
    predict.add_argument("weights", metavar="NAME.safetensors")
    predict.add_argument("data", metavar="DATA", help="a .csv, .tsv, .txt or .parquet file")
    predict.add_argument("-o", "--output", metavar="FILE.csv", help="where the predictions go")
    separator(predict)
    predict.add_argument(
        "--unseen",
        choices=("refuse", "ignore"),
        default="refuse",
        help="what becomes of a category that was not there in training",
    )
    language(predict)


def run(arguments: argparse.Namespace) -> int:
    from nn.tables import predict_table

    predict_table(
        arguments.weights,
        arguments.data,
        separator=arguments.separator,
        unseen=arguments.unseen,
        output=arguments.output,
        lang=arguments.lang,
    )
    return 0
