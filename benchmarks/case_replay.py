"""micrograd's demo graph replayed, against NumPy by hand, CasADi's machine and eager passes."""

from benchmarks.case_micrograd import OURS
from benchmarks.harness import Bench, Contender, Report, Row, race, ratio

REPLAY = Contender("tracegrad, compiled", "benchmarks.programs.demo_replay")
NATIVE = Contender("tracegrad, compiled to C", REPLAY.module, {"what": "native"})
NODE = Contender("the same with backward()", REPLAY.module, {"what": "node"})
COMPILE = Contender("tracegrad, tracing and compiling", REPLAY.module, {"what": "compile"})
BY_HAND = Contender("NumPy by hand", "benchmarks.programs.demo_numpy")
# For the record: the loops one writes by hand for numba.
NUMBA = Contender("numba by hand", "benchmarks.programs.demo_numba")
CASADI = Contender("CasADi", "benchmarks.programs.demo_casadi")


def measure(bench: Bench) -> Report:
    seconds = race([REPLAY, NATIVE, BY_HAND, NUMBA, CASADI, OURS, NODE, COMPILE], bench)
    rows = [
        Row("compiled / NumPy by hand", ratio(seconds, REPLAY.name, BY_HAND.name), 2.0),
        Row("compiled to C / NumPy by hand", ratio(seconds, NATIVE.name, BY_HAND.name), 0.4),
        Row("compiled / CasADi", ratio(seconds, REPLAY.name, CASADI.name), 1 / 3),
        Row("compiled / eager", ratio(seconds, REPLAY.name, OURS.name), 1 / 300),
        Row("compiled, with backward() / eager", ratio(seconds, NODE.name, OURS.name), 1 / 100),
        Row("tracing and compiling / eager", ratio(seconds, COMPILE.name, OURS.name), 3.0),
    ]
    return Report("micrograd's demo graph replayed: loss and 337 gradients", rows, seconds)
