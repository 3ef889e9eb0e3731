"""Time a node must not grow with the graph: chains of 10^3 to 10^6 scalars, the collector off."""

from statistics import median

from benchmarks.harness import Bench, Contender, Report, Row, race

LENGTHS = [10**3, 10**4, 10**5, 10**6]


def measure(bench: Bench) -> Report:
    lengths = {f"{nodes:,} nodes": nodes for nodes in LENGTHS}
    contenders = [
        Contender(name, "benchmarks.programs.chain", {"nodes": nodes, "gc": False})
        for name, nodes in lengths.items()
    ]
    seconds = race(contenders, bench)
    a_node = {
        name: [t / lengths[name] for t in times]
        for name, times in seconds.items()
        if not isinstance(times, str)
    }
    typical = [median(times) for times in a_node.values()]
    spread = max(typical) / min(typical)
    rows = [Row("slowest / fastest time a node", spread, 1.75)]
    return Report("A chain built, swept and freed: time a node", rows, a_node)
