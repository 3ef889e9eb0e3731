"""micrograd's demo compiled: loss and gradients by a replay of its 65,000 rows."""

import autograd
from benchmarks.programs import Program
from benchmarks.programs.micrograd_demo import demo


def prepare(what: str = "replay") -> Program:
    """`what`: "replay" for numbers, "native" for them by way of C, "node" for a node and its
    backward, "compile" for a new one."""
    loss, model = demo("autograd", "nn.scalar")
    compiled = autograd.compile(loss, native=what == "native")
    last, gradients = compiled.value_and_grad()

    def replay(times: int) -> None:
        nonlocal last, gradients
        for _ in range(times):
            last, gradients = compiled.value_and_grad()

    def node(times: int) -> None:
        nonlocal last, gradients
        for _ in range(times):
            model.zero_grad()
            total = compiled()
            total.backward()
            last = total.data
        gradients = tuple(p.grad for p in model.parameters())

    def compile_anew(times: int) -> None:
        for _ in range(times):
            autograd.compile(loss).value()

    def results() -> dict[str, list[float]]:
        return {"loss": [last], "gradients": list(gradients)}

    return Program(
        {"replay": replay, "native": replay, "node": node, "compile": compile_anew}[what], results
    )
