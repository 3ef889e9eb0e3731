"""``tracegrad render``: the graph of an expression as a picture or a page."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from autograd.cli.building import graph_of, typed
from autograd.cli.console import Console
from autograd.lessons import steps
from autograd.render import FOLDED_NODES
from autograd.stage import MOST_VALUES
from autograd.writing import check_style, extension, one_line, say, write_file

FORMATS = (".svg", ".html", ".dot", ".png", ".pdf")


def run(arguments: argparse.Namespace) -> int:
    path = arguments.output
    suffix = extension(path, FORMATS)
    check_style(arguments.style, suffix)
    with typed(arguments):
        graph = graph_of(arguments, arguments.forward_only)
    if not arguments.forward_only:
        graph = graph.backward()
    began = time.perf_counter()
    wishes = {
        "detail": True if arguments.detail else None,
        "theme": arguments.theme,
        "engine": arguments.engine,
        "style": arguments.style,
    }
    console = Console()
    if suffix == ".html" and not arguments.forward_only and len(graph) <= MOST_VALUES:
        title = " ".join(arguments.expression.split())
        page = steps(graph).html(lang=arguments.lang, quiz=arguments.quiz, title=title)
        write_file(path, page)
    else:
        graph.save(path, **wishes)
    console.print(f"wrote {one_line(str(path))}")
    if suffix != ".dot" and len(graph) > FOLDED_NODES and not arguments.detail:
        console.print(say(arguments.lang, "folded", values=f"{len(graph):,}"), "muted")
    if arguments.verbose:
        from autograd.render import available

        seconds = time.perf_counter() - began
        engine = "" if suffix == ".dot" else f"laid out by {arguments.engine or available()[0]}, "
        size = Path(path).stat().st_size
        console.print(f"  {len(graph)} values, {engine}{size:,} bytes, {seconds:.2f} s", "muted")
    return 0
