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
from autograd.writing import say


def run(arguments: argparse.Namespace) -> int:
    if not asked(arguments, more=(DOT,)):
        raise ValueError("render draws into a file; give -o/--output FILE.svg")
    with typed(arguments):
        graph = graph_of(arguments, arguments.forward_only)
    if not arguments.forward_only:
        graph = graph.backward()
    began = time.perf_counter()
    words = arguments.lang, arguments.quiz, " ".join(arguments.expression.split())
    exhibit = of_graph(
        graph,
        *words,
        arguments.style,
        detail=True if arguments.detail else None,
        theme=arguments.theme,
        engine=arguments.engine,
    )
    console, path = Console(), arguments.output
    leave(exhibit, arguments, console)
    if path is None:
        return 0
    dot = path.lower().endswith(DOT)
    if not dot and len(graph) > FOLDED_NODES and not arguments.detail:
        console.print(say(arguments.lang, "folded", values=f"{len(graph):,}"), "muted")
    if arguments.verbose:
        from autograd.render import available

        seconds = time.perf_counter() - began
        engine = "" if dot else f"laid out by {arguments.engine or available()[0]}, "
        size = Path(path).stat().st_size
        console.print(f"  {len(graph)} values, {engine}{size:,} bytes, {seconds:.2f} s", "muted")
    return 0
