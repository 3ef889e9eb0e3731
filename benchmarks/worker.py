"""A contender in a process of its own: one command a line comes in, one line of JSON goes out.

Separate processes keep a peer's threads, memory and import-time settings away from the others, and
let the runs be interleaved: a slow spell of the machine then falls on every contender alike.
"""

import gc
import importlib
import json
import os
import sys
import time
import tracemalloc
from typing import Any

from benchmarks.programs import Program, Unavailable

#: What a run cannot do without; any other module is a peer.
OURS = {"autograd", "benchmarks", "nn", "numpy", "optim"}


def resident_bytes() -> int:
    """The memory of this process that lies in RAM (Linux)."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def weigh(program: Program, by: str) -> float:
    """Bytes a node of what `program.weigh` builds, counted by tracemalloc or by the system."""
    assert program.weigh is not None
    program.weigh()  # what is cached on a first use is not the graph's weight
    gc.collect()
    if by == "tracemalloc":
        tracemalloc.start()
        kept, nodes = program.weigh()
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    else:
        # Several graphs at once: the allocator first fills what the warm-up left behind.
        before = resident_bytes()
        graphs = [program.weigh() for _ in range(8)]
        size = resident_bytes() - before
        kept, nodes = graphs, sum(count for _, count in graphs)
    del kept
    return size / nodes


def answer(program: Program, command: dict[str, Any]) -> Any:
    match command["do"]:
        case "time":
            start = time.perf_counter()
            program.run(command["times"])
            return time.perf_counter() - start
        case "results":
            return program.results()
        case "weigh":
            return weigh(program, command["by"])
        case unknown:
            raise ValueError(f"unknown command {unknown!r}")


def main() -> None:
    # Whatever a peer prints goes to the error stream; the answers have the pipe to themselves.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    module, settings = sys.argv[1], json.loads(sys.argv[2])
    collect = settings.pop("gc", True)
    try:
        program: Program = importlib.import_module(module).prepare(**settings)
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] in OURS:
            raise
        answers.write(f"missing {error.name} is not installed\n")
        return
    except Unavailable as error:
        answers.write(f"missing {error}\n")
        return
    if not collect:
        gc.collect()
        gc.disable()
    answers.write("ready\n")
    for line in sys.stdin:
        answers.write(json.dumps(answer(program, json.loads(line))) + "\n")


if __name__ == "__main__":
    main()
