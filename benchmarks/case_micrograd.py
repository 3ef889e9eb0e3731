"""micrograd's demo graph against micrograd and XAD, and what a node weighs."""

from benchmarks.harness import Bench, Contender, Report, Row, race, ratio, weigh

DEMO = "benchmarks.programs.micrograd_demo"
TRACEGRAD_MODULES = {"engine": "autograd", "network": "nn.scalar"}
MICROGRAD_MODULES = {"engine": "micrograd.engine", "network": "micrograd.nn"}
OURS = Contender("tracegrad", DEMO, TRACEGRAD_MODULES)
OURS_OFF = Contender("tracegrad, gc off", DEMO, TRACEGRAD_MODULES | {"gc": False})
MICROGRAD = Contender("micrograd", DEMO, MICROGRAD_MODULES)
MICROGRAD_OFF = Contender("micrograd, gc off", DEMO, MICROGRAD_MODULES | {"gc": False})
XAD = Contender("XAD", "benchmarks.programs.xad_demo")
XAD_OFF = Contender("XAD, gc off", "benchmarks.programs.xad_demo", {"gc": False})


def measure(bench: Bench) -> Report:
    seconds = race([MICROGRAD, OURS, XAD, MICROGRAD_OFF, OURS_OFF, XAD_OFF], bench)
    rows = [
        Row("tracegrad / micrograd", ratio(seconds, OURS.name, MICROGRAD.name), 1 / 12),
        Row("the same, both gc off", ratio(seconds, OURS_OFF.name, MICROGRAD_OFF.name), 1 / 2.2),
        Row("tracegrad / XAD", ratio(seconds, OURS.name, XAD.name), 1.35),
        Row("the same, both gc off", ratio(seconds, OURS_OFF.name, XAD_OFF.name), 1.35),
        Row("a node, by tracemalloc", weigh(OURS, "tracemalloc", bench), 200, "bytes"),
        Row("a node, by resident memory", weigh(OURS, "system", bench), 200, "bytes"),
    ]
    title = "micrograd's demo graph (2-16-16-1, 100 points), forward and backward"
    return Report(title, rows, seconds)
