"""micrograd's moons training to its end, written with Values: eager, or compiled."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks.programs import Program
from benchmarks.programs.micrograd_demo import demo

STEPS = 100


def prepare(engine: str, network: str, compiled: bool = False) -> Program:
    """One run is the whole training from new weights, tracing and compiling included.

    The modules are loaded before: how long that takes is a case of its own.
    """
    for module in (engine, network):
        import_module(module)
    decorated: Callable[[Any], Any] = import_module(engine).compile if compiled else lambda f: f
    last, parameters = 0.0, [0.0]

    def run(times: int) -> None:
        nonlocal last, parameters
        for _ in range(times):
            function, model = demo(engine, network)
            loss = decorated(function)
            for step in range(STEPS):
                total = loss()
                model.zero_grad()
                total.backward()
                rate = 1.0 - 0.9 * step / STEPS
                for p in model.parameters():
                    p.data -= rate * p.grad
            last, parameters = total.data, [p.data for p in model.parameters()]

    return Program(run, lambda: {"loss": [last], "parameters": parameters})
