"""A chain of scalars traced, swept and drawn as SVG."""

from autograd import Value, scope, trace
from benchmarks.programs import Program


def prepare(nodes: int) -> Program:
    x = y = Value(0.5, name="x")
    for i in range(nodes // 10):
        with scope(f"block{i}"):
            for _ in range(5):
                y = (y + x).tanh()
    size = [0]

    def run(times: int) -> None:
        for _ in range(times):
            size[0] = len(trace(y, names={}).backward().to_svg())

    return Program(run, lambda: {"size": [float(size[0])]})
