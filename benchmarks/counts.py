"""What a replay consists of, counted: rows, statements and memory, which no slow machine changes.

``python -m benchmarks --counts`` writes benchmarks/counts.json; a test compares it with the code.
"""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
import nn
import optim
from benchmarks.harness import ROOT
from benchmarks.programs.scalar_graphs import GRAPHS, leaves_and_function

FILE = ROOT / "benchmarks" / "counts.json"
#: Small enough for every run of the tests.
SIZES: dict[str, dict[str, int]] = {
    "convolution": {"side": 10},
    "attention": {"tokens": 6, "width": 4},
    "softmax network": {"points": 6},
    "recurrent": {"length": 8},
    "random graph": {"size": 400},
    "chain": {"size": 400},
    "network": {"rows": 4_000},
}


#: Compiled training steps: the sizes of a network, and the rows of a batch.
STEPS: dict[str, tuple[list[int], int]] = {
    "step of 2-16-16-2": ([2, 16, 16, 2], 32),
    "step of 64-128-64-10": ([64, 128, 64, 10], 128),
}


def counts(name: str) -> dict[str, int | str]:
    """What a replay of a graph, or of a training step, consists of."""
    return counts_of_step(*STEPS[name]) if name in STEPS else counts_of_graph(name)


def counts_of_step(sizes: list[int], batch: int) -> dict[str, int | str]:
    """The lines of a compiled step of Adam, and the memory that one replay takes, in KiB."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(batch, sizes[0])), rng.integers(0, sizes[-1], batch)
    model = nn.MLP(sizes[0], sizes[1:], rng=0)
    optimizer = optim.Adam(model.parameters())

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    compiled = autograd.compile(step)
    for _ in range(4):
        compiled(x, y)
    lines = len(compiled.source.splitlines())
    return {"plan": f"{lines} lines", "KiB": _peak(lambda: compiled(x, y))}


def counts_of_graph(graph: str) -> dict[str, int | str]:
    """The head of the plan as it is printed, and the memory that one replay takes, in KiB."""
    _, again = leaves_and_function(GRAPHS[graph], **SIZES[graph])
    compiled = autograd.compile(again)
    compiled.value_and_grad()
    peak = _peak(compiled.value_and_grad)
    head = str(compiled).splitlines()[0].partition(": ")[2]
    return {"plan": head, "KiB": peak}


def _peak(call: Callable[[], object]) -> int:
    """The most memory that a call has at once, in KiB."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round(peak / 1024)


def recorded() -> dict[str, dict[str, int | str]]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def write() -> None:
    text = json.dumps({graph: counts(graph) for graph in (*GRAPHS, *STEPS)}, indent=2) + "\n"
    FILE.write_text(text, encoding="utf-8")
