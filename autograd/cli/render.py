"""``tracegrad render``: the graph of an expression as a picture or a page."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from autograd.cli.building import graph_of, typed
from autograd.cli.console import Console
from autograd.cli.output_files import asked, leave
from autograd.exports import DOT, of_graph
from autograd.render import FOLDED_NODES
from autograd.writing import in_every_language, say, words


def run(arguments: argparse.Namespace) -> int:
    if not asked(arguments, more=(DOT,)):
        raise ValueError("render draws into a file; give -o/--output FILE.svg")
    with typed(arguments):
        graph = graph_of(arguments, arguments.forward_only)
    if not arguments.forward_only:
        graph = graph.backward()
    began = time.perf_counter()
    exhibit = of_graph(
        graph,
        arguments.lang,
        arguments.quiz,
        " ".join(arguments.expression.split()),
        arguments.style,
        detail=True if arguments.detail else None,
        theme=arguments.theme,
        engine=arguments.engine,
    )
    console, path = Console(lang=arguments.lang), arguments.output
    leave(exhibit, arguments, console)
    if path is None:
        return 0
    dot = path.lower().endswith(DOT)
    if not dot and len(graph) > FOLDED_NODES and not arguments.detail:
        console.print(say(arguments.lang, "folded", values=f"{len(graph):,}"), "muted")
    if arguments.verbose:
        from autograd.render import available

        seconds = time.perf_counter() - began
        engine = arguments.engine or available()[0]
        laid = in_every_language("") if dot else words("laid out by {engine}, ", engine=engine)
        size = f"{Path(path).stat().st_size:,}"
        took = f"{seconds:.2f}"
        console.tell(
            words(
                "  {n} values, {laid}{bytes} bytes, {seconds} s",
                n=len(graph), laid=laid, bytes=size, seconds=took,
            ),
            "muted",
        )  # fmt: skip
    return 0
