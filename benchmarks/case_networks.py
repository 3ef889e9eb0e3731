"""What `nn.fit` costs over the loop that one writes by hand."""

from benchmarks.case_steps import MIDDLE, PROGRAM
from benchmarks.harness import Bench, Contender, Report, Row, race, ratio


def measure(bench: Bench) -> Report:
    loops = [
        Contender(f"{name}, 8 batches", PROGRAM.format("tracegrad"), {**MIDDLE, "loop": loop})
        for name, loop in (("a loop over a loader", "loader"), ("nn.fit", "fit"))
    ]
    by_hand, fit = (one.name for one in loops)
    epochs = race(loops, bench, check_runs=2)
    rows = [Row("nn.fit / the loop by hand", ratio(epochs, fit, by_hand), 1.1)]
    return Report("An epoch of nn.fit (64-128-64-10, Adam, float32)", rows, epochs)
