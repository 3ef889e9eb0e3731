"""What a replay consists of, counted: rows, statements and memory, which no slow machine changes.

``python -m benchmarks --counts`` writes benchmarks/counts.json; a test compares it with the code.
"""

import json
import tracemalloc

import autograd
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


def counts(graph: str) -> dict[str, int | str]:
    """The head of the plan as it is printed, and the memory that one replay takes, in KiB."""
    _, again = leaves_and_function(GRAPHS[graph], **SIZES[graph])
    compiled = autograd.compile(again)
    compiled.value_and_grad()
    tracemalloc.start()
    compiled.value_and_grad()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    head = str(compiled).splitlines()[0].partition(": ")[2]
    return {"plan": head, "KiB": round(peak / 1024)}


def recorded() -> dict[str, dict[str, int | str]]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def write() -> None:
    text = json.dumps({graph: counts(graph) for graph in GRAPHS}, indent=2) + "\n"
    FILE.write_text(text, encoding="utf-8")
