"""A function of two numbers at a million points, values and gradients, against JAX's jit."""

from benchmarks.harness import Bench, Contender, Report, Row, Seconds, race, ratio
from benchmarks.programs.point_functions import POINTS

FUNCTIONS = {"short": "10 operations", "long": "38 operations"}


def measure(bench: Bench) -> Report:
    rows = []
    seconds: Seconds = {}
    for name, what in FUNCTIONS.items():
        ours, native, peer = (
            Contender(f"{who}, {what}", f"benchmarks.programs.{module}", {"function": name} | how)
            for who, module, how in (
                ("tracegrad", "points_tracegrad", {}),
                ("tracegrad compiled to C", "points_tracegrad", {"native": True}),
                ("JAX jit", "points_jax", {}),
            )
        )
        times = race([ours, native, peer], bench, rtol=1e-6)
        for contender, wanted in ((ours, 1.5), (native, 1.0)):
            who = contender.name.partition(",")[0]
            row = Row(f"{what}: {who} / JAX jit", ratio(times, contender.name, peer.name), wanted)
            rows.append(row)
        seconds |= times
    return Report(f"{POINTS:,} points: value and gradients", rows, seconds)
