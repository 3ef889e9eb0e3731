"""A script run as Python would run it, and the graphs of the sweeps that it starts."""

from __future__ import annotations

import ast
import os
import runpy
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from autograd.calculus import Attributes, Quantity
from autograd.engine import Node, source_lines
from autograd.graph import Graph, trace
from autograd.lessons import Sweeps, watching_sweeps
from autograd.writing import one_line

#: What stands for a library that a script imports, module by module.
STAND_INS = {"micrograd": ("", ".engine", ".nn")}


def is_script(word: str) -> bool:
    """Whether a word of the command line names a script, not an expression."""
    return word.endswith(".py")


def defines_lessons(script: str) -> bool:
    """Whether a Python file imports Example from the lessons: a script that is run does not."""
    try:
        tree = ast.parse(Path(script).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return False  # whoever runs it says what is wrong
    return any(
        isinstance(part, ast.ImportFrom)
        and (part.module or "").endswith("lessons.worked_examples")
        and any(alias.name == "Example" for alias in part.names)
        for part in tree.body
    )


def run_script(
    command: str, script: str, arguments: Sequence[str], name: str = "__main__"
) -> tuple[Attributes, object]:
    """Run ``script`` with its arguments, beside its folder's modules; its variables and status.

    ``name`` is its ``__name__``: under another one than Python's, it is imported, not started.
    The status is what it gave to ``sys.exit``. FileNotFoundError for what is no file, ValueError in
    one line for an error that the script does not catch.
    """
    if not Path(script).is_file():
        raise FileNotFoundError(f"{command}: {one_line(script)} is no file; give a Python script")
    words, folder = sys.argv, sys.path[0]
    sys.argv, sys.path[0] = [script, *arguments], str(Path(script).resolve().parent)
    try:
        return runpy.run_path(script, run_name=name), None
    except SystemExit as error:
        frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
        variables = (f.f_globals for f in frames if f.f_code.co_filename == script)
        return next(variables, {}), error.code
    except Exception as error:
        raise ValueError(raised(command, script, error)) from error
    finally:
        sys.argv, sys.path[0] = words, folder


@contextmanager
def standing_in(library: str | None) -> Iterator[None]:
    """Let ``import micrograd`` give tracegrad's modules of these names in the block."""
    parts = STAND_INS[library] if library else ()
    ours = {f"{library}{part}": import_module(f"tracegrad.{library}{part}") for part in parts}
    before = {name: sys.modules.get(name) for name in ours}
    sys.modules.update(ours)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def graph_of_script(
    script: str,
    arguments: Sequence[str] = (),
    *,
    node: str | None = None,
    call: int | None = None,
    library: str | None = None,
) -> tuple[Graph, Quantity]:
    """The graph of a script's last ``backward()``, or of its ``call``-th, and what it began with.

    ``node`` is the name of a variable, as it is when the script ends, in place of a sweep;
    ``library`` the one of STAND_INS for which tracegrad stands in. The graph knows the lines of the
    script. ValueError, naming the remedy, for a script that raises, that calls ``backward`` less
    often, or that has no such variable.
    """
    name = one_line(os.path.basename(script))
    sweeps = Sweeps(call)
    with standing_in(library), source_lines(), watching_sweeps(sweeps):
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


def raised(command: str, script: str, error: Exception) -> str:
    """The error of a script in one line, with the last line of the script on the way to it."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == script]
    if isinstance(error, SyntaxError):
        lines = [error.lineno]
    where = f", line {lines[-1]}" if lines else ""
    name, what = one_line(script), one_line(f"{type(error).__name__}: {error}")
    return f"{command}: {name}{where} raised {what}; run python {name} to see all of it"
