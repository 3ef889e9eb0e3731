"""`python -m benchmarks [CASE ...]`: measure, print the table, write benchmarks/results.md."""

import argparse
import sys
from collections.abc import Callable, Sequence

from benchmarks import (
    case_chain,
    case_derivatives,
    case_graphs,
    case_import,
    case_micrograd,
    case_moons,
    case_networks,
    case_optimizers,
    case_pictures,
    case_points,
    case_replay,
    case_scores,
    case_steps,
    case_stream,
    case_training,
    counts,
)
from benchmarks.environment import peer_python
from benchmarks.harness import ROOT, Bench, Report
from benchmarks.table import measured_before, page

CASES: dict[str, Callable[[Bench], Report]] = {
    "micrograd": case_micrograd.measure,
    "replay": case_replay.measure,
    "moons": case_moons.measure,
    "graphs": case_graphs.measure,
    "growth": case_graphs.growth,
    "points": case_points.measure,
    "training": case_training.measure,
    "chain": case_chain.measure,
    "import": case_import.measure,
    "optimizers": case_optimizers.measure,
    "networks": case_networks.measure,
    "steps": case_steps.measure,
    "scores": case_scores.measure,
    "stream": case_stream.measure,
    "derivatives": case_derivatives.measure,
    "pictures": case_pictures.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; else all")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="fewer and shorter rounds beside what is recorded; no file",
    )
    parser.add_argument(
        "--python", help="an interpreter that has the peers, instead of .venv-bench"
    )
    parser.add_argument("--counts", action="store_true", help="write benchmarks/counts.json")
    options = parser.parse_args(arguments)
    if options.counts:
        counts.write()
        return 0
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"no case {', '.join(sorted(unknown))}; the cases are {', '.join(CASES)}")
    python = options.python or peer_python()
    bench = Bench(python, rounds=5, turn=0.05) if options.quick else Bench(python)
    try:
        reports = [CASES[name](bench) for name in options.cases or CASES]
    except RuntimeError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    results = ROOT / "benchmarks" / "results.md"
    if options.quick:
        # A quick run is a look: it fails where results differ, never for a time.
        print(page(reports, bench, measured_before(results.read_text(encoding="utf-8"))))
        return 0
    text = page(reports, bench)
    print(text)
    if not options.cases:
        results.write_text(text, encoding="utf-8")
    return 0 if all(row.met for report in reports for row in report.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
