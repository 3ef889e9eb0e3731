"""A function of two numbers at a million points, values and gradients, against JAX's jit."""

from benchmarks.harness import Bench, Contender, Report, Row, Seconds, race, ratio
from benchmarks.programs.point_functions import POINTS

FUNCTIONS = {"short": "10 operations", "long": "38 operations"}


def measure(bench: Bench) -> Report:
    rows = []
    seconds: Seconds = {}
    for name, what in FUNCTIONS.items():
        ours, peer = (
            Contender(f"{who}, {what}", f"benchmarks.programs.{module}", {"function": name})
            for who, module in (("tracegrad", "points_tracegrad"), ("JAX jit", "points_jax"))
        )
        times = race([ours, peer], bench, rtol=1e-6)
        rows.append(Row(f"{what}: tracegrad / JAX jit", ratio(times, ours.name, peer.name), 1.5))
        seconds |= times
    return Report(f"{POINTS:,} points: value and gradients", rows, seconds)
