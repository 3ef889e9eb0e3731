"""A long chain of scalars, built, swept and freed: x -> tanh(0.999 * x) + w, over and over."""

from autograd import Value
from benchmarks.programs import Program

NODES_A_LINK = 3


def prepare(nodes: int) -> Program:
    links = nodes // NODES_A_LINK
    start, shift = Value(0.5), Value(0.001)

    def run(times: int) -> None:
        for _ in range(times):
            start.grad = shift.grad = 0.0
            x = start
            for _ in range(links):
                x = (0.999 * x).tanh() + shift
            x.backward()
            del x

    # Chains of different lengths have different gradients: nothing to compare.
    return Program(run, dict)
