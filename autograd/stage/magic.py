"""``%load_ext autograd``, then ``%%steps`` on a cell: the lesson of what the cell computes."""

from __future__ import annotations

import argparse
import ast
import shlex
from typing import NoReturn

from autograd.calculus import Quantity, short
from autograd.engine import Node, source_lines
from autograd.graph import trace
from autograd.lessons import Steps, Sweeps, steps, watching_sweeps

#: The variable of the notebook that holds for a moment what its cell ends with.
_LAST = "_tracegrad_last"


class _KeepLast(ast.NodeTransformer):
    """Keeps what a cell ends with, which IPython would show."""

    def visit_Module(self, cell: ast.Module) -> ast.Module:
        last = cell.body[-1] if cell.body else None
        if isinstance(last, ast.Expr):
            kept = ast.Assign([ast.Name(_LAST, ast.Store())], last.value)
            cell.body[-1] = ast.fix_missing_locations(ast.copy_location(kept, last))
        return cell


class _Options(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(f"%%steps: {message}; it takes --call K and --node NAME")


def _options(line: str) -> argparse.Namespace:
    options = _Options(prog="%%steps", add_help=False, exit_on_error=False)
    options.add_argument("--call", type=int)
    options.add_argument("--node")
    return options.parse_args(shlex.split(line))


def register(shell: Quantity) -> None:
    """Give an IPython shell the cell magic ``%%steps``."""

    def cell_steps(line: str, cell: str) -> Steps | None:
        """Run the cell, and step through its last backward() or through what it ends with.

        ``--call K`` takes its K-th backward(), ``--node NAME`` a variable.
        """
        options = _options(line)
        sweeps = Sweeps(options.call)
        keep = _KeepLast()
        shell.ast_transformers.append(keep)
        try:
            with source_lines(), watching_sweeps(sweeps):
                shell.run_cell(cell, silent=True).raise_error()
        finally:
            shell.ast_transformers.remove(keep)
            last = shell.user_ns.pop(_LAST, None)
        if options.node is not None:
            last = shell.user_ns.get(options.node)
        if isinstance(last, Node):
            return steps(trace(last, shell.user_ns))
        if options.node is not None:
            raise ValueError(f"%%steps: there is no Value or Tensor called {short(options.node)}")
        if sweeps.graph is None:
            raise ValueError(
                "%%steps: the cell calls backward() "
                f"{sweeps.count} times; end it with a Value or a Tensor, or call backward()"
            )
        return steps(sweeps.graph, gradient=sweeps.gradient)

    shell.register_magic_function(cell_steps, "cell", "steps")
