"""The executor of machine code: a plan, or the rows one by one, through the C compiler."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import numpy as np

from autograd.calculus import Array
from autograd.replay.c_lines import LONG, lines_in_c
from autograd.replay.c_loops import loops
from autograd.replay.c_points import points_in_c
from autograd.replay.c_source import LOOPS, CSource
from autograd.replay.compiler import NoCompiler, library
from autograd.replay.plan import Plan
from autograd.replay.program import Program


def native_executor(program: Program, plan: Plan | None) -> Native:
    """By loops over the statements of the plan, or without one row by row."""
    special = [rule.name for rule in program.rules if rule.is_special]
    if special:
        raise NoCompiler(f"{special[0]} is SciPy's and has no C")
    return Native(lines_in_c(program) if plan is None else loops(plan), plan)


class Native:
    """Runs a C source. One thread at a time: it has one pair of vectors."""

    kind = "machine code"

    def __init__(self, source: CSource, plan: Plan | None) -> None:
        self.source, self.plan = source.text, plan
        loaded = library(source.text, source.optimize)
        self._V, self._G = np.zeros(source.size), np.zeros(source.size)
        self._inputs, self._gradients = np.zeros(source.inputs), np.zeros(source.inputs)
        self._ends, self._seeds = np.zeros(source.ends), np.zeros(source.ends)
        loaded.begin(ctypes.c_void_p(self._V.ctypes.data))
        self._forward, self._both = loaded.forward, loaded.both
        ends, gradients = self._ends, self._gradients
        self._forward_arguments = _pointers(self._inputs, self._V, ends)
        self._both_arguments = _pointers(
            self._inputs, self._seeds, self._V, self._G, ends, gradients
        )

    def forward(self, inputs: Array) -> Array:
        self._inputs[...] = inputs
        self._forward(*self._forward_arguments)
        return self._ends.copy()

    def both(self, inputs: Array, seeds: list[float]) -> tuple[Array, Array]:
        self._inputs[...] = inputs
        self._seeds[: len(seeds)] = seeds
        self._both(*self._both_arguments)
        return self._ends.copy(), self._gradients.copy()


class NativePoints:
    """Runs a C source over pieces of many points; any number of threads may."""

    def __init__(self, program: Program, derived: int | None, wanted: int) -> None:
        if len(program.computed) > LONG:
            raise NoCompiler(f"a program of more than {LONG} rows is not compiled for many points")
        self._points = library(points_in_c(program, derived, wanted), LOOPS).points

    def worker(self, size: int) -> Callable[[list[Array], list[Array]], None]:
        """What one thread calls with the inputs and the results of a piece, ``size`` at most."""
        return self._run

    def _run(self, inputs: list[Array], results: list[Array]) -> None:
        lines = [line if line.flags.aligned else line.copy() for line in inputs]
        steps = [line.strides[0] // line.itemsize for line in lines]
        self._points(
            ctypes.c_ssize_t(len(results[0])),
            (ctypes.c_void_p * len(lines))(*[line.ctypes.data for line in lines]),
            (ctypes.c_ssize_t * len(lines))(*steps),
            (ctypes.c_void_p * len(results))(*[line.ctypes.data for line in results]),
        )


def _pointers(*arrays: Array) -> list[ctypes.c_void_p]:
    return [ctypes.c_void_p(array.ctypes.data) for array in arrays]
