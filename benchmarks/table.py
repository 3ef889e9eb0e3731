"""Reports as Markdown."""

import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from statistics import median
from types import MappingProxyType

from benchmarks.harness import Bench, Report, Row

PEERS = ("numpy", "micrograd", "casadi", "xad", "torch", "jax", "numba", "scikit-learn")


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
    bound = quantity(row.bound, row.unit)
    if not row.measured:
        return f"| {row.what} | – | ≤ {bound} | not measured |"
    verdict = "yes" if row.met else "**no**"
    return f"| {row.what} | {quantity(row.value, row.unit)} | ≤ {bound} | {verdict} |"


def measured_before(text: str) -> dict[str, str]:
    """What a page that was written says was measured, by the title of the section and the row."""
    before = {}
    title = ""
    for line in text.splitlines():
        if line.startswith("## "):
            title = line
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and cells[3].startswith("≤"):  # a claim: what it was, what is wanted
            before[f"{title} {cells[1]}"] = cells[2]
    return before


def section(report: Report, before: Mapping[str, str] = MappingProxyType({})) -> Iterable[str]:
    """The lines of one case; beside each ratio what it was ``before``, where that is given."""
    yield from (f"## {report.title}", "")
    if before:
        yield from ("| ratio | measured | wanted | met | recorded |", "|---|---|---|---|---|")
    else:
        yield from ("| ratio | measured | wanted | met |", "|---|---|---|---|")
    for row in report.rows:
        recorded = before.get(f"## {report.title} {row.what}", "")
        yield claim_line(row) + (f" {recorded} |" if before else "")
    yield from ("", "| median (fastest round) | |", "|---|---|")
    for name, times in report.times.items():
        if isinstance(times, str):
            yield f"| {name} | not measured: {times} |"
        else:
            yield f"| {name} | {duration(median(times))} ({duration(min(times))}) |"
    yield ""


def versions(bench: Bench) -> str:
    code = (
        "import json, importlib.metadata as m, platform;"
        "here = {d.metadata['Name'].lower(): d.version for d in m.distributions()};"
        f"print(json.dumps([(name, here[name]) for name in {PEERS} if name in here]"
        "+ [('Python', platform.python_version())]))"
    )
    done = subprocess.run([bench.python, "-c", code], capture_output=True, text=True, check=True)
    return ", ".join(f"{name} {version}" for name, version in json.loads(done.stdout))


def head(bench: Bench) -> str:
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`. A ratio is the median over the rounds of our time by the",
            "peer's in the same round; 1/12 means twelve times faster. Results are compared first.",
            "",
            f"{platform.machine()}, {platform.system()}; {versions(bench)}.",
            "",
            "",
        ]
    )


def updated(page: str, report: Report, head: str) -> str:
    """The page with the section of one case written anew, or added behind the others."""
    sections = {text.partition("\n")[0]: text for text in page.split("## ")[1:]}
    text = "\n".join(section(report)).removeprefix("## ")
    sections[report.title] = text.rstrip("\n") + "\n"
    return head + "\n".join(f"## {text.rstrip(chr(10))}\n" for text in sections.values())
