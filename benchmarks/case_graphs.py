"""Graphs of Values replayed against eager passes; how the time grows with the rows."""

from benchmarks.harness import Bench, Contender, Report, Row, Seconds, race, ratio, typical

MODULE = "benchmarks.programs.scalar_graphs"
#: Every kind of graph but the network, which the case of the replay has at its own size.
KINDS = ("convolution", "attention", "softmax network", "recurrent", "random graph", "chain")
#: The graph that is replayed at several sizes, in rows.
SIZES = (1_000, 10_000, 100_000, 1_000_000)
#: Who goes through it, and what the program calls that.
WHO = {
    "compiled": "replay",
    "compiled to C": "native",
    "tracing and compiling": "compile",
    "eager": "eager",
    "micrograd": "micrograd",
}
CASADI = "CasADi"
#: What the compiled pass must not exceed by a peer's, and from how many rows on.
CLAIMS = {"eager": (1_000, 0.2), "micrograd": (10_000, 0.05), CASADI: (100_000, 0.5)}
#: What a row may take to compile in the largest, by that in the second: linear, but for the caches.
GROWTH = 4.0


def measure(bench: Bench) -> Report:
    rows = []
    seconds: Seconds = {}
    for kind in KINDS:
        replay = Contender(f"{kind}, compiled", MODULE, {"graph": kind})
        eager = Contender(f"{kind}, eager", MODULE, {"graph": kind, "what": "eager"})
        times = race([replay, eager], bench)
        rows.append(Row(f"{kind}: compiled / eager", ratio(times, replay.name, eager.name), 0.1))
        seconds |= times
    return Report("Graphs of Values replayed: value and gradients", rows, seconds)


def growth(bench: Bench) -> Report:
    """The same network over more and more points, by every machine for graphs of scalars."""
    rows = []
    seconds: Seconds = {}
    for size in SIZES:
        graph = {"graph": "network", "rows": size}
        replay, native, compiling, eager, micrograd = (
            Contender(f"{size:,} rows, {who}", MODULE, {**graph, "what": what})
            for who, what in WHO.items()
        )
        program = "benchmarks.programs.graph_casadi"
        casadi = Contender(f"{size:,} rows, {CASADI}", program, {"rows": size})
        few = Bench(bench.python, min(bench.rounds, 5), bench.turn)
        # A pass of micrograd over the largest takes half a minute: one is checked, and is the time.
        once = few if size < 100_000 else Bench(bench.python, rounds=0)
        slow = race([replay, eager, compiling, micrograd], once, rtol=1e-7)
        times = slow | race([replay, native, casadi], few, rtol=1e-7)
        for peer, (start, bound) in CLAIMS.items():
            if size >= start:
                value = typical(times, replay.name) / typical(times, f"{size:,} rows, {peer}")
                rows.append(Row(f"{size:,} rows: compiled / {peer}", value, bound))
        if size >= 10_000:
            value = typical(times, compiling.name) / typical(times, eager.name)
            rows.append(Row(f"{size:,} rows: {[*WHO][2]} / eager", value, 3.0))
        seconds |= times
    a_row = [typical(seconds, f"{size:,} rows, {[*WHO][2]}") / size for size in SIZES]
    rows.append(Row("a row compiled, largest / second graph", a_row[-1] / a_row[1], GROWTH))
    return Report("A network replayed, from 1,000 to 1,000,000 rows", rows, seconds)
