"""The network of `scalar_graphs` in CasADi: scalars, replayed by its machine in C++."""

import random
from typing import Any

import casadi
import numpy as np

from benchmarks.programs import Program
from benchmarks.programs.casadi_call import prepared
from benchmarks.programs.scalar_graphs import network


def prepare(rows: int) -> Program:
    draw = random.Random(0)
    starts: list[float] = []
    leaves: list[Any] = []

    def leaf() -> Any:
        starts.append(draw.uniform(-0.7, 0.7))
        leaves.append(casadi.SX.sym("p"))
        return leaves[-1]

    out = network(leaf, rows, lambda x: casadi.fmax(x, 0.0))
    return prepared(casadi.vertcat(*leaves), out, np.array(starts), "value")
