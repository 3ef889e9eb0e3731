"""An expression of CasADi and its gradient, called by buffers, which is its fast way."""

from typing import Any

import casadi
import numpy as np
from numpy.typing import NDArray

from benchmarks.programs import Program


def prepared(parameters: Any, total: Any, starts: NDArray[np.float64], name: str) -> Program:
    """`name` is what the value is called among the results."""
    both = [total, casadi.densify(casadi.gradient(total, parameters))]
    function = casadi.Function("replay", [parameters], both)
    buffer, call = function.buffer()
    value, gradients = np.zeros(1), np.zeros(len(starts))
    buffer.set_arg(0, starts.data)
    buffer.set_res(0, value.data)
    buffer.set_res(1, gradients.data)

    held = buffer, function, starts  # CasADi keeps addresses only

    def run(times: int) -> None:
        assert held
        for _ in range(times):
            call()

    def results() -> dict[str, list[float]]:
        return {name: value.tolist(), "gradients": gradients.tolist()}

    return Program(run, results)
