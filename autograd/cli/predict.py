"""``tracegrad predict``: what a trained network says of the rows of a CSV file."""

from __future__ import annotations

import argparse


def run(arguments: argparse.Namespace) -> int:
    from nn.tables import predict_csv

    predict_csv(arguments.weights, arguments.data, output=arguments.output)
    return 0
