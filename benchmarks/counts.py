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
from benchmarks.programs.kinds_tracegrad import KINDS, step_of
from benchmarks.programs.scalar_graphs import GRAPHS, leaves_and_function

FILE = ROOT / "benchmarks" / "counts.json"
#: Small enough for every run of the tests.
SIZES: dict[str, dict[str, Any]] = {
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


#: What is counted: graphs, steps of networks, steps of other kinds.
NAMES = (*GRAPHS, *STEPS, *KINDS)


def counts(name: str) -> dict[str, int | str]:
    """What a replay of a graph, or of a training step, consists of."""
    if name in GRAPHS:
        return counts_of_graph(name)
    if name in KINDS:
        step, _, x, y = step_of(name)
        return counts_of_step(step, x, y)
    return counts_of_step(*classifier(*STEPS[name]))


def classifier(sizes: list[int], batch: int) -> tuple[Callable[[Any, Any], Any], Any, Any]:
    """A step of Adam, and a batch for it."""
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

    return step, x, y


def counts_of_step(step: Callable[[Any, Any], Any], x: Any, y: Any) -> dict[str, int | str]:
    """The lines of a compiled step, and the memory that one replay takes, in KiB."""
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
    text = json.dumps({graph: counts(graph) for graph in NAMES}, indent=2) + "\n"
    FILE.write_text(text, encoding="utf-8")
