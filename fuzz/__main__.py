"""`python -m fuzz`: see the package."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from importlib import import_module

# One core: the threads of BLAS would only get in one another's way.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from fuzz.findings import MOST_SHOWN, Case, Tally, outcome  # noqa: E402

#: The areas, and how many of a hundred cases each gets where no area is named.
SHARES = {
    "programs": 81.0,
    "mutation": 4.0,
    "threads": 0.2,
    "files": 0.6,
    "states": 0.5,
    "shell": 0.2,
    "replays": 2.0,
    "scalars": 10.0,
    "interrupts": 1.5,  # last: what an interrupt were to leave would spoil the others
}

#: After so many seconds a long run says how far it is.
SILENCE = 120.0


def run(area: str, cases: int, seed: int, until: float) -> Tally:
    """Try cases from ``seed`` on, until there were enough or the time is up."""
    case: Case = import_module(f"fuzz.{area}").case
    tally = Tally(area)
    began = said = time.perf_counter()
    for place in range(seed, seed + cases):
        if time.perf_counter() > until:
            break
        found = outcome(area, case, place, tally)
        tally.cases += 1
        if found is not None:
            tally.findings.append(found)
            if sum(one.family == found.family for one in tally.findings) <= MOST_SHOWN:
                print(f"\n{found}\n", flush=True)
        tally.seconds = time.perf_counter() - began
        if time.perf_counter() > said + SILENCE:
            said = time.perf_counter()
            print(f"so far: {tally}", flush=True)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Random programs, tried.")
    parser.add_argument("--programs", type=int, default=20_000, metavar="N", help="how many cases")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="the seed of the first")
    parser.add_argument("--minutes", type=float, default=60.0, metavar="M", help="at most so long")
    parser.add_argument("--area", choices=SHARES, help="one area alone")
    options = parser.parse_args(arguments)
    until = time.perf_counter() + 60 * options.minutes
    wanted = {options.area: 100.0} if options.area else SHARES
    tallies = []
    for area, share in wanted.items():
        cases = max(1, round(options.programs * share / 100))
        tallies.append(run(area, cases, options.seed, until))
        print(tallies[-1], flush=True)
    found = sum(len(tally.findings) for tally in tallies)
    print(f"{sum(tally.cases for tally in tallies):,} cases, {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
