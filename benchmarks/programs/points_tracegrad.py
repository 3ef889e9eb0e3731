"""A compiled function of two numbers at a million points, with its gradients."""

import autograd
from benchmarks.programs import Program
from benchmarks.programs.point_functions import FUNCTIONS, points, sums


def prepare(function: str, native: bool = False) -> Program:
    f = autograd.compile(lambda x, y: FUNCTIONS[function](x, y, autograd), native=native)
    x, y = points()
    value, slopes = f.value_and_grad(x, y)

    def run(times: int) -> None:
        nonlocal value, slopes
        for _ in range(times):
            value, slopes = f.value_and_grad(x, y)

    return Program(run, lambda: sums(value, *slopes))
