"""Reports as Markdown."""

import json
import platform
import subprocess
from collections.abc import Iterable
from statistics import median

from benchmarks.harness import Bench, Report, Row

PEERS = ("numpy", "micrograd", "casadi", "xad", "torch", "jax", "scikit-learn")


def quantity(value: float, unit: str) -> str:
    """ "1.32", "1/14.2" for a ratio under one, "168 bytes"."""
    if unit:
        return f"{value:.2f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"1/{1 / value:.3g}" if value < 0.995 else f"{value:.3g}"


def duration(seconds: float) -> str:
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def claim_line(row: Row) -> str:
    verdict = "yes" if row.met else "**no**"
    bound = quantity(row.bound, row.unit)
    return f"| {row.what} | {quantity(row.value, row.unit)} | ≤ {bound} | {verdict} |"


def section(report: Report) -> Iterable[str]:
    yield from (
        f"## {report.title}",
        "",
        "| ratio | measured | wanted | met |",
        "|---|---|---|---|",
    )
    yield from map(claim_line, report.rows)
    yield from ("", "| median (fastest round) | |", "|---|---|")
    for name, times in report.times.items():
        yield f"| {name} | {duration(median(times))} ({duration(min(times))}) |"
    yield ""


def versions(bench: Bench) -> str:
    code = (
        "import json, importlib.metadata as m, platform;"
        f"print(json.dumps([(name, m.version(name)) for name in {PEERS}]"
        "+ [('Python', platform.python_version())]))"
    )
    done = subprocess.run([bench.python, "-c", code], capture_output=True, text=True, check=True)
    return ", ".join(f"{name} {version}" for name, version in json.loads(done.stdout))


def page(reports: Iterable[Report], bench: Bench) -> str:
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. A ratio is the median over the rounds of our time by the peer's",
        "in the same round; 1/12 means twelve times faster. Results are compared first.",
        "",
        f"{platform.machine()}, {platform.system()}; {versions(bench)}.",
        "",
    ]
    for report in reports:
        lines += section(report)
    return "\n".join(lines)
