"""How long a picture takes, and how large its file is, from 10 values to 10,000."""

from statistics import median

from benchmarks.harness import Bench, Contender, Report, Row, working

#: Values in the graph, and the seconds that its picture may take.
BOUNDS = {10: 1.0, 100: 1.0, 1_000: 2.0, 10_000: 5.0}
ROUNDS = 3


def measure(bench: Bench) -> Report:
    rows: list[Row] = []
    times: dict[str, list[float]] = {}
    for nodes, bound in BOUNDS.items():
        contender = Contender(f"{nodes:,} values", "benchmarks.programs.picture", {"nodes": nodes})
        with working(contender, bench) as worker:
            worker.ask("time", times=1)  # the layout engine is loaded once
            seconds = [worker.ask("time", times=1) for _ in range(ROUNDS)]
            size = worker.ask("results")["size"][0]
        times[f"{contender.name}, a file of {size / 1000:.0f} kB"] = seconds
        rows.append(Row(f"a picture of {contender.name}", median(seconds), bound, "s"))
    return Report("Pictures", rows, times)
