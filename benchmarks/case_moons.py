"""The moons training of micrograd's demo to its end: compiled, eager, and micrograd's own."""

from benchmarks.case_micrograd import MICROGRAD_MODULES, TRACEGRAD_MODULES
from benchmarks.harness import Bench, Contender, Report, Row, race, ratio

MODULE = "benchmarks.programs.moons_training"
COMPILED = Contender("tracegrad, compiled", MODULE, TRACEGRAD_MODULES | {"compiled": True})
EAGER = Contender("tracegrad", MODULE, TRACEGRAD_MODULES)
MICROGRAD = Contender("micrograd", MODULE, MICROGRAD_MODULES)


def measure(bench: Bench) -> Report:
    # micrograd takes minutes for one run, which is long enough to be even.
    once = Bench(bench.python, rounds=0)
    seconds = race([COMPILED, EAGER, MICROGRAD], once, rtol=1e-6, atol=1e-9)
    rows = [
        Row("compiled / micrograd", ratio(seconds, COMPILED.name, MICROGRAD.name), 1 / 100),
        Row("compiled / eager", ratio(seconds, COMPILED.name, EAGER.name), 1 / 10),
    ]
    return Report("micrograd's moons training, 100 steps, tracing included", rows, seconds)
