"""``tracegrad export``: a trained network as a file that runs without this library."""

from __future__ import annotations

import argparse

from autograd.cli.arguments import language


def arguments(export: argparse.ArgumentParser) -> None:
    """What follows the word ``export``."""
    export.add_argument("weights", metavar="NAME.safetensors", help="what tracegrad train wrote")
    export.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="a .c .py .js .onnx or .html file"
    )
    export.add_argument("--name", default="predict", help="of the function in it")
    export.add_argument("--overwrite", action="store_true", help="replace a file of that name")
    language(export)


def run(arguments: argparse.Namespace) -> int:
    from autograd.cli.console import Console
    from nn.exports import export_table

    path = export_table(
        arguments.weights,
        arguments.output,
        name=arguments.name,
        overwrite=arguments.overwrite,
        lang=arguments.lang,
    )
    Console(lang=arguments.lang).wrote(path)
    return 0
