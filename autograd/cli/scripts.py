"""A script run as Python would run it, and the graphs of the sweeps that it starts."""

from __future__ import annotations

import ast
import io
import os
import runpy
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

from autograd.calculus import Attributes, Quantity
from autograd.engine import Node, source_lines
from autograd.graph import Graph, trace
from autograd.imports import is_foreign
from autograd.lessons import Sweeps, watching_sweeps
from autograd.writing import one_line

#: What stands for a library that a script imports, module by module.
STAND_INS = {
    "micrograd": ("", ".engine", ".nn"),
    "torch": (
        "", ".autograd", ".distributions", ".nn", ".nn.functional", ".nn.init", ".nn.utils",
        ".optim", ".optim.lr_scheduler", ".utils", ".utils.data",
    ),
}  # fmt: skip


def is_script(word: str) -> bool:
    """Whether a word of the command line names a script, not an expression."""
    return word.endswith(".py")


def defines_lessons(script: str, unread: bool = False) -> bool:
    """Whether a Python file imports Example from the lessons: a script that is run does not.

    ``unread`` is the answer for one that cannot be read: whoever runs it says what is wrong.
    """
    try:
        tree = ast.parse(Path(script).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return unread
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
    The status is what it gave to ``sys.exit``, None where it did not call it. The folder that one
    is in and the streams are afterwards as they were. FileNotFoundError for what is no file,
    ValueError in one line for an error that the script does not catch, or for Ctrl-C
    KeyboardInterrupt with such a line.
    """
    if not Path(script).is_file():
        raise FileNotFoundError(f"{command}: {one_line(script)} is no file; give a Python script")
    words, folder, here = sys.argv, sys.path[0], os.getcwd()
    streams = sys.stdin, sys.stdout, sys.stderr
    sys.argv, sys.path[0] = [script, *arguments], str(Path(script).resolve().parent)
    try:
        return runpy.run_path(script, run_name=name), None
    except SystemExit as error:
        frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
        variables = (f.f_globals for f in frames if f.f_code.co_filename == script)
        return next(variables, {}), error.code or 0
    except KeyboardInterrupt as error:
        remedy = "the lesson is made when it has ended; shorten its loops"
        raise KeyboardInterrupt(raised(command, script, error, remedy)) from error
    except BaseException as error:
        remedy = f"run python {one_line(script)} to see all of it"
        known = _remedy(error, arguments, name)
        raise ValueError(raised(command, script, error, known or remedy)) from error
    finally:
        sys.argv, sys.path[0] = words, folder
        os.chdir(here)
        sys.stdin, sys.stdout, sys.stderr = streams
        if sys.stdout.closed:
            sys.stdout = io.StringIO()  # for what is flushed when the command ends
            raise ValueError(
                f"{command}: {one_line(script)} closed sys.stdout, which {command} prints on; "
                "leave the call out"
            )


@contextmanager
def standing_in(library: str | None) -> Iterator[None]:
    """Let ``import micrograd`` give tracegrad's modules of these names in the block.

    Other modules of the library, which was loaded before, are not to be had there.
    """
    parts = STAND_INS[library] if library else ()
    ours = {f"{library}{part}": import_module(f"tracegrad.{library}{part}") for part in parts}

    def theirs() -> list[str]:
        return [name for name in sys.modules if name.partition(".")[0] == library]

    before = {name: sys.modules.pop(name) for name in theirs()}
    sys.modules.update(ours)
    try:
        yield
    finally:
        for name in theirs():
            del sys.modules[name]
        sys.modules.update(before)


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
    if node is not None and call is not None:
        raise ValueError("step: --node and --call exclude each other; leave one of them out")
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
    if status is not None:
        remedy = "its own arguments come after --" if status else "leave the call out"
        ended = f"{name} ended by sys.exit({one_line(repr(status))})"
        raise ValueError(f"step: {ended} before a backward(); {remedy}")
    foreign = [key for key, thing in variables.items() if is_foreign(thing, ())]
    model = f"step {one_line(script)}:{one_line(foreign[-1])}" if foreign else ""
    for stand_in in STAND_INS if library is None else ():
        if any(module_of(thing).split(".")[0] == stand_in for thing in variables.values()):
            its_model = f", or step its model: {model}" if model else ""
            raise ValueError(
                f"step: {name} calls {stand_in}; let tracegrad stand in for it with "
                f"--as {stand_in}{its_model}"
            )
    if foreign:
        raise ValueError(
            f"step: {name} calls no backward() of tracegrad; for its model write {model}"
        )
    some = [key for key, thing in variables.items() if isinstance(thing, Node)]
    hint = f", such as --node {one_line(some[-1])}" if some else ""
    raise ValueError(
        f"step: {name} never calls backward(); call it, or name a variable with --node{hint}"
    )


def module_of(thing: object) -> str:
    """The module that a variable is, or that its class or it as a class is of."""
    if isinstance(thing, ModuleType):
        return thing.__name__
    return str(thing.__module__ if isinstance(thing, type) else type(thing).__module__)


def _variable(variables: Attributes, wanted: str, script: str) -> Node:
    thing = variables.get(wanted)
    if isinstance(thing, Node):
        return thing
    some = [key for key, other in variables.items() if isinstance(other, Node)][:8]
    there = f"it has {', '.join(map(one_line, some))}" if some else "it has none"
    raise ValueError(
        f"step: {script} has no Value or Tensor called {one_line(wanted)} when it ends; {there}"
    )


def raised(command: str, script: str, error: BaseException, remedy: str) -> str:
    """The error of a script in one line, with the last line of the script on the way to it."""
    frames = traceback.extract_tb(error.__traceback__)
    lines: list[int | None] = [frame.lineno for frame in frames if frame.filename == script]
    if isinstance(error, SyntaxError):
        lines = [error.lineno]
    where = f", line {lines[-1]}" if lines and lines[-1] is not None else ""
    text = f"{type(error).__name__}: {error}".removesuffix(": ")
    return f"{command}: {one_line(script)}{where} raised {one_line(text)}; {remedy}"


def _remedy(error: BaseException, arguments: Sequence[str], name: str) -> str | None:
    """What to do about an error that comes from how the script was run."""
    if isinstance(error, ModuleNotFoundError) and error.name in STAND_INS:
        if name != "__main__":
            return f"install {error.name}: its own operations are traced"
        return f"let tracegrad stand in for it with --as {error.name}"
    if isinstance(error, EOFError):
        return "it reads more than there is; give it its input with < FILE"
    frames = traceback.extract_tb(error.__traceback__)
    if not arguments and isinstance(error, IndexError) and "argv" in (frames[-1].line or ""):
        return "its own arguments come after --"
    return None
