"""Other people's PyTorch scripts by either library, with the imports changed; a count is printed.

    python -m tests.peers.torch_scripts FOLDER [--seconds 60] [--steps 100] [--only NAME]
                                               [--smallest N]

FOLDER has scripts (.py) and notebooks (.ipynb). With ``--smallest`` those count that have the N
shortest texts among the ones that PyTorch runs here. Each runs twice, in processes of its own: by
PyTorch, and with ``import torch`` made ``import tracegrad.torch as torch``. What is random is drawn
by PyTorch's generator in both (:mod:`tests.peers.torch_draws`). What a script would download has a
stand-in (:mod:`tests.peers.downloads`), and ``for i in range(n)`` ends early where n is a thousand
or more, in both.
Compared are the numbers that are printed, and those in the variables at the end.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import math
import os
import random
import re
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tests.peers import downloads, torch_draws

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|inf|nan)\b", re.IGNORECASE)
#: What differs though the numbers do not: addresses, names of nodes, times, the text of a layer.
ASIDE = re.compile(
    r"0x[0-9a-f]+|grad_fn=<[^>]*>|.*(?:second|elapsed|time:|\bms\b).*|^\s*\(\w+\): .*", re.I
)


def source_of(path: Path) -> str:
    """The text of a script, or the cells of a notebook without its commands."""
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return "\n".join(re.sub(r"^(\s*)[%!].*", r"\1pass", cell, flags=re.M) for cell in code)


class Imports(ast.NodeTransformer):
    """``torch`` becomes ``tracegrad.torch`` in imports, and nothing else changes."""

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            if alias.name.partition(".")[0] == "torch":
                if not alias.asname and alias.name != "torch":
                    __import__(f"tracegrad.{alias.name}")
                    alias.name = "torch"
                alias.asname = alias.asname or "torch"
                alias.name = f"tracegrad.{alias.name}"
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if (node.module or "").partition(".")[0] == "torch":
            node.module = f"tracegrad.{node.module}"
        return node


class Loops(ast.NodeTransformer):
    """``for i in range(n)`` with a statement in it ends early, so that a script takes its time."""

    def visit_For(self, node: ast.For) -> ast.For:
        call = node.iter
        called = call.func if isinstance(call, ast.Call) else None
        if isinstance(called, ast.Name) and called.id == "range":
            called.id = "_short_range"
        self.generic_visit(node)
        return node


def shorter(steps: int) -> Any:
    """``range`` that ends early where it would count to a thousand or more."""

    def short_range(*ends: Any) -> range:
        long = len(ends) == 1 and ends[0] >= 1000
        return range(steps) if long else range(*ends)

    return short_range


def numbers(value: Any, depth: int = 0) -> Iterator[float]:
    """The numbers in a variable: in a tensor, a model, a list."""
    if hasattr(value, "state_dict") and hasattr(value, "parameters"):
        for parameter in value.parameters():
            yield from numbers(parameter, depth)
    elif hasattr(value, "detach"):
        value = value.detach().numpy()
    if isinstance(value, bool | int | float | np.generic | np.ndarray):
        array = np.ravel(value)[:500]
        if array.dtype.kind in "fiub":
            yield from map(float, array)
    elif isinstance(value, list | tuple) and depth < 3:
        for item in value[:50]:
            yield from numbers(item, depth + 1)


class OutOfTime(BaseException):
    """A script is still running after its time."""


def run(path: Path, library: str, steps: int, seconds: float) -> dict[str, Any]:
    """Run a script in this process; what it printed, how it ended, and its variables."""
    import torch as peer

    place = Path(tempfile.mkdtemp())
    downloads.write_files(place)
    (place / "out.txt").touch()
    os.chdir(place)
    tree = ast.fix_missing_locations(Loops().visit(ast.parse(source_of(path))))
    torch = peer
    peer.set_num_threads(1)
    os.environ["MPLBACKEND"] = "Agg"
    peer.empty = peer.zeros  # what is in there is left to chance
    os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"
    if library == "tracegrad":
        import tracegrad.torch as ours

        torch, tree = ours, ast.fix_missing_locations(Imports().visit(tree))
        torch_draws.install(peer)
    sys.modules |= downloads.torchvision(torch)
    sys.argv = [path.name]
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 the scripts draw from it
    peer.manual_seed(0)
    warnings.simplefilter("ignore")
    script = ModuleType("__main__")  # where pickle looks for its classes
    sys.modules["__main__"] = script
    variables = vars(script)
    variables["_short_range"] = shorter(steps)

    def stop(*_: object) -> None:
        raise OutOfTime

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    end = "ended"
    with open("out.txt", "w") as out, contextlib.redirect_stdout(out):
        try:
            exec(compile(tree, path.name, "exec"), variables)
        except OutOfTime:
            end = "still running"
        except SystemExit:
            pass
        except BaseException as error:
            place_of_error = traceback.extract_tb(error.__traceback__)
            line = next((s.lineno for s in place_of_error[::-1] if s.filename == path.name), 0)
            end = f"line {line}: {type(error).__name__}: {error}".splitlines()[0][:220]
        signal.setitimer(signal.ITIMER_REAL, 0)
    found: dict[str, list[float]] = {}
    for name, value in variables.items():
        with contextlib.suppress(Exception):
            if name[0] != "_" and not isinstance(value, type) and (x := [*numbers(value)]):
                found[name] = x
    return {"end": end, "out": Path("out.txt").read_text(), "variables": found}


def in_a_process(path: Path, library: str, steps: int, seconds: float) -> dict[str, Any]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            done = run(path.resolve(), library, steps, seconds)
        except BaseException as error:
            done = {"end": f"not run: {error!r}", "out": "", "variables": {}}
        with os.fdopen(write, "w") as pipe:
            json.dump(done, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return dict(json.loads(text)) if text else {"end": "died", "out": "", "variables": {}}


def near(a: float, b: float, digit: float = 0) -> bool:
    if math.isnan(a) and math.isnan(b):
        return True
    return math.isclose(a, b, rel_tol=2e-3, abs_tol=max(2e-4, 1.01 * digit))


def last_digit(text: str) -> float:
    """What the third or a later decimal is worth, if the last one is that."""
    decimals = len(re.sub(r"e.*", "", text, flags=re.I).partition(".")[2])
    return 10.0**-decimals if decimals >= 3 else 0.0


def difference(theirs: dict[str, Any], ours: dict[str, Any]) -> tuple[str, int]:
    """The first difference, or nothing, and how many numbers were compared."""
    lines = [
        [NUMBER.findall(ASIDE.sub("", line)) for line in run["out"].splitlines()]
        for run in (theirs, ours)
    ]
    printed = [[x for line in part for x in line] for part in lines]
    whole = theirs["end"] == ours["end"] == "ended"
    count = min(map(len, printed))
    if whole and len(printed[0]) != len(printed[1]):
        return f"{len(printed[0])} and {len(printed[1])} numbers are printed", count
    for i in range(count):
        a, b = printed[0][i], printed[1][i]
        if not near(float(a), float(b), last_digit(a)):
            return f"printed: {a} and {b} at {i}", count
    for name, expected in theirs["variables"].items() if whole else ():
        got = ours["variables"].get(name, [])
        if expected[0] > 1e9:  # a time
            continue
        if len(got) != len(expected):
            return f"{name}: {len(expected)} numbers and {len(got)}", count
        scale = max(map(abs, expected))
        for a, b in zip(expected, got):
            if not near(a, b) and not abs(a - b) < 2e-3 * scale:
                return f"{name}: {a:g} and {b:g}", count
        count += len(expected)
    return "", count


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="a folder of scripts and notebooks")
    parser.add_argument("--seconds", type=float, default=60, help="for each script and library")
    parser.add_argument("--steps", type=int, default=100, help="of a loop of a thousand and more")
    parser.add_argument("--only", default="", help="those whose name contains this")
    parser.add_argument("--smallest", type=int, help="so many, the shortest that PyTorch runs")
    arguments = parser.parse_args(argv)
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError:
        print("skipped: PyTorch is not installed, and the scripts are compared with it")
        return 1
    import tracegrad.torch  # noqa: F401

    paths = sorted(
        path
        for path in arguments.folder.iterdir()
        if path.suffix in (".py", ".ipynb") and arguments.only in path.name
    )
    if arguments.smallest:
        paths.sort(key=lambda path: len(source_of(path)))
    ran = same = runs_there = 0
    for path in paths:
        if runs_there == arguments.smallest:
            break
        options = (arguments.steps, arguments.seconds)
        theirs = in_a_process(path, "torch", *options)
        if theirs["end"] not in ("ended", "still running"):
            print(f"  {path.name}: not by PyTorch either, {theirs['end']}", flush=True)
            continue
        runs_there += 1
        ours = in_a_process(path, "tracegrad", *options)
        if ours["end"] not in ("ended", "still running"):
            print(f"  {path.name}: {ours['end']}", flush=True)
            continue
        ran += 1
        differs, count = difference(theirs, ours)
        same += not differs
        end = "" if ours["end"] == theirs["end"] == "ended" else f", {ours['end']}"
        print(f"  {path.name}: {differs or f'{count} numbers are equal'}{end}", flush=True)
    print(f"{ran} of {runs_there} scripts ran, {same} with PyTorch's numbers")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
