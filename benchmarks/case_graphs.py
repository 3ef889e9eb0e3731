"""Graphs of Values replayed against eager passes; how the time grows with the rows."""

from statistics import median

from benchmarks.harness import Bench, Contender, Report, Row, race, ratio

MODULE = "benchmarks.programs.scalar_graphs"
#: Every kind of graph but the network, which the case of the replay has at its own size.
KINDS = ("convolution", "attention", "softmax network", "recurrent", "random graph", "chain")
#: The graph that is replayed at several sizes, in rows.
SIZES = (1_000, 10_000, 100_000, 1_000_000)
#: What a row may take to compile in the largest, by that in the second: linear, but for the caches.
GROWTH = 4.0


def measure(bench: Bench) -> Report:
    rows = []
    seconds: dict[str, list[float]] = {}
    for kind in KINDS:
        replay = Contender(f"{kind}, compiled", MODULE, {"graph": kind})
        eager = Contender(f"{kind}, eager", MODULE, {"graph": kind, "what": "eager"})
        times = race([replay, eager], bench)
        rows.append(Row(f"{kind}: compiled / eager", ratio(times, replay.name, eager.name), 0.1))
        seconds |= times
    return Report("Graphs of Values replayed: value and gradients", rows, seconds)


def growth(bench: Bench) -> Report:
    """The same network over more and more points: replayed, eager, and compiled anew."""
    rows = []
    seconds: dict[str, list[float]] = {}
    for size in SIZES:
        few = Bench(bench.python, min(bench.rounds, 5), bench.turn)
        of_size = {"graph": "network", "rows": size}
        replay, eager, compiling = (
            Contender(f"{size:,} rows, {what}", MODULE, {**of_size, "what": what})
            for what in ("replay", "eager", "compile")
        )
        times = race([replay, eager, compiling], few, rtol=1e-7)
        rows.append(
            Row(f"{size:,} rows: compiled / eager", ratio(times, replay.name, eager.name), 0.1)
        )
        rows.append(
            Row(f"{size:,} rows: compiling / eager", ratio(times, compiling.name, eager.name), 3.0)
        )
        seconds |= times
    a_row = [median(seconds[f"{size:,} rows, compile"]) / size for size in SIZES]
    rows.append(Row("a row compiled, largest / second graph", a_row[-1] / a_row[1], GROWTH))
    return Report("A network replayed, from 1,000 to 1,000,000 rows", rows, seconds)
