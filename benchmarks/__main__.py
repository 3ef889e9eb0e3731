"""`python -m benchmarks [CASE ...]`: measure, and write the sections of benchmarks/results.md."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks import (
    case_chain,
    case_derivatives,
    case_graphs,
    case_import,
    case_kinds,
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
from benchmarks.table import head, measured_before, section, updated

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
    "kinds": case_kinds.measure,
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
    parser.add_argument(
        "--from",
        dest="first",
        choices=CASES,
        metavar="CASE",
        help="this case and those behind it: to go on where a run was broken off",
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
    names = options.cases or list(CASES)
    if options.first:
        names = list(CASES)[list(CASES).index(options.first) :]
    results = ROOT / "benchmarks" / "results.md"
    # A quick run is a look: it fails where results differ, never for a time.
    before = measured_before(results.read_text(encoding="utf-8")) if options.quick else {}
    if not options.quick and not options.cases and not options.first:
        results.write_text("", encoding="utf-8")
    start, missed = time.perf_counter(), 0
    opening = head(bench)
    print(opening)
    for name in names:
        begin = time.perf_counter()
        try:
            report = CASES[name](bench)
        except RuntimeError as error:
            print(f"benchmarks: {name}: {error}", file=sys.stderr)
            return 2
        print("\n".join(section(report, before)), flush=True)
        print(f"benchmarks: {name} took {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        missed += sum(row.measured and not row.met for row in report.rows)
        if not options.quick:
            page = results.read_text(encoding="utf-8")
            results.write_text(updated(page, report, opening), encoding="utf-8")
    print(f"benchmarks: {time.perf_counter() - start:.0f} s in all", file=sys.stderr)
    return 1 if missed and not options.quick else 0


if __name__ == "__main__":
    sys.exit(main())
