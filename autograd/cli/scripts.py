"""A script run as Python would run it, and the graphs of the sweeps that it starts."""

from __future__ import annotations

import functools
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograd.calculus import Attributes, Function, Quantity
from autograd.engine import Node, Tensor, Value, calling_frame, source_lines
from autograd.graph import Graph, trace
from autograd.writing import one_line

Watcher = Callable[[Node, Quantity], None]


def is_script(word: str) -> bool:
    """Whether a word of the command line names a script, not an expression."""
    return word.endswith(".py")


def run_script(command: str, script: str, arguments: Sequence[str]) -> tuple[Attributes, object]:
    """Run ``script`` with its arguments, beside its folder's modules; its variables and status.

    The status is what it gave to ``sys.exit``. FileNotFoundError for what is no file, ValueError in
    one line for an error that the script does not catch.
    """
    if not Path(script).is_file():
        raise FileNotFoundError(f"{command}: {one_line(script)} is no file; give a Python script")
    words, folder = sys.argv, sys.path[0]
    sys.argv, sys.path[0] = [script, *arguments], str(Path(script).resolve().parent)
    try:
        return runpy.run_path(script, run_name="__main__"), None
    except SystemExit as error:
        frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
        variables = (f.f_globals for f in frames if f.f_code.co_filename == script)
        return next(variables, {}), error.code
    except Exception as error:
        raise ValueError(_raised(command, script, error)) from error
    finally:
        sys.argv, sys.path[0] = words, folder


@contextmanager
def watching_sweeps(watcher: Watcher) -> Iterator[None]:
    """Call ``watcher(node, gradient)`` before every ``node.backward(gradient)`` in the block."""

    def watched(method: Function) -> Function:
        @functools.wraps(method)
        def backward(node: Node, gradient: Quantity = None) -> None:
            watcher(node, gradient)
            method(node, gradient)

        return backward

    methods = [(kind, kind.backward) for kind in (Value, Tensor)]
    for kind, method in methods:
        setattr(kind, "backward", watched(method))  # noqa: B010  (a method for mypy)
    try:
        yield
    finally:
        for kind, method in methods:
            setattr(kind, "backward", method)  # noqa: B010


@dataclass
class Sweeps:
    """The graph of the last sweep of a script, or of the one that was asked for."""

    wanted: int | None
    count: int = 0
    graph: Graph | None = None
    gradient: Quantity = None

    def __call__(self, node: Node, gradient: Quantity) -> None:
        self.count += 1
        if self.wanted in (None, self.count):
            frame = calling_frame()
            # Now, because a step of an optimizer changes the leaves.
            self.graph = trace(node, {**frame.f_globals, **frame.f_locals})
            self.gradient = gradient


def graph_of_script(
    script: str, arguments: Sequence[str] = (), *, node: str | None = None, call: int | None = None
) -> tuple[Graph, Quantity]:
    """The graph of a script's last ``backward()``, or of its ``call``-th, and what it began with.

    ``node`` is the name of a variable, as it is when the script ends, in place of a sweep. The
    graph knows the lines of the script. ValueError, naming the remedy, for a script that raises,
    that calls ``backward`` less often, or that has no such variable.
    """
    name = one_line(os.path.basename(script))
    sweeps = Sweeps(call)
    with source_lines(), watching_sweeps(sweeps):
        variables, status = run_script("step", script, arguments)
    if node is not None:
        return trace(_variable(variables, node, name), variables), None
    if sweeps.graph is not None:
        return sweeps.graph, sweeps.gradient
    if sweeps.count:
        there = "1" if sweeps.count == 1 else f"1 to {sweeps.count:,}"
        raise ValueError(f"step: {name} has no {call}. call of backward(); give --call {there}")
    if status:
        raise ValueError(
            f"step: {name} ended by sys.exit({one_line(repr(status))}) before a backward(); "
            "its own arguments come after --"
        )
    some = [key for key, thing in variables.items() if isinstance(thing, Node)]
    hint = f", such as --node {one_line(some[-1])}" if some else ""
    raise ValueError(
        f"step: {name} never calls backward(); call it, or name a variable with --node{hint}"
    )


def _variable(variables: Attributes, wanted: str, script: str) -> Node:
    thing = variables.get(wanted)
    if isinstance(thing, Node):
        return thing
    some = [key for key, other in variables.items() if isinstance(other, Node)][:8]
    there = f"it has {', '.join(map(one_line, some))}" if some else "it has none"
    raise ValueError(
        f"step: {script} has no Value or Tensor called {one_line(wanted)} when it ends; {there}"
    )


def _raised(command: str, script: str, error: Exception) -> str:
    """The error of a script in one line, with the last line of the script on the way to it."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == script]
    if isinstance(error, SyntaxError):
        lines = [error.lineno]
    where = f", line {lines[-1]}" if lines else ""
    name, what = one_line(script), one_line(f"{type(error).__name__}: {error}")
    return f"{command}: {name}{where} raised {what}; run python {name} to see all of it"
