"""Interleaved timing of contenders, ratios between them, and the claims those must meet."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from benchmarks.programs import Unavailable

ROOT = Path(__file__).resolve().parent.parent

#: By contender: the seconds of its runs, or why it was not measured.
Seconds: TypeAlias = dict[str, list[float] | str]


@dataclass(frozen=True)
class Contender:
    """A program of benchmarks/programs, and the keyword arguments of its `prepare`."""

    name: str
    module: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bench:
    """How a run measures: with which Python, how long a turn, how many rounds."""

    python: str = sys.executable
    rounds: int = 9
    turn: float = 0.15  # seconds


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, how it came out, what it must not exceed."""

    what: str
    value: float
    bound: float
    unit: str = ""  # "" for a ratio
    note: str = ""

    @property
    def measured(self) -> bool:
        return not math.isnan(self.value)

    @property
    def met(self) -> bool:
        return self.value <= self.bound


@dataclass(frozen=True)
class Report:
    """The outcome of a case: the lines that carry a claim, and times for the record."""

    title: str
    rows: list[Row]
    times: Mapping[str, list[float] | str] = field(default_factory=dict)


class Worker:
    """The running process of one contender."""

    def __init__(self, contender: Contender, process: "subprocess.Popen[str]") -> None:
        self.contender = contender
        self.process = process
        self.expect("ready")

    def line(self) -> str:
        assert self.process.stdout is not None
        text = self.process.stdout.readline().strip()
        if not text:
            raise RuntimeError(f"{self.contender.name} stopped; its error is printed above")
        return text

    def expect(self, word: str) -> None:
        text = self.line()
        if text.startswith("missing "):
            raise Unavailable(text.removeprefix("missing "))
        if text != word:
            raise RuntimeError(f"{self.contender.name} said {text!r} instead of {word!r}")

    def ask(self, do: str, **arguments: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.line())


@contextmanager
def working(contender: Contender, bench: Bench) -> Iterator[Worker]:
    command = [bench.python, "-m", "benchmarks.worker", contender.module]
    process = subprocess.Popen(
        [*command, json.dumps(dict(contender.settings))],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Worker(contender, process)
    finally:
        process.kill()
        process.communicate()


def disagreements(
    results: Mapping[str, Mapping[str, Sequence[float]]], rtol: float, atol: float
) -> list[str]:
    """One sentence for each quantity in which a contender differs from the first."""
    (first, wanted), *others = results.items()
    faults = []
    for name, got in others:
        if got.keys() != wanted.keys():
            faults.append(f"{name} gives {sorted(got)}, {first} gives {sorted(wanted)}")
            continue
        for key, values in wanted.items():
            same = len(values) == len(got[key]) and all(
                math.isclose(a, b, rel_tol=rtol, abs_tol=atol)
                for a, b in zip(values, got[key], strict=True)
            )
            if not same:
                faults.append(
                    f"{name} and {first} differ in {key}: {got[key]!r:.80} {values!r:.80}"
                )
    return faults


def race(
    contenders: Sequence[Contender],
    bench: Bench,
    *,
    check_runs: int = 1,
    rtol: float = 1e-9,
    atol: float = 1e-12,
) -> Seconds:
    """Seconds a run, one number a round, for every contender; the same round is the same moment.

    Each first does `check_runs` runs, and their results must agree before anything is timed. With
    no rounds these runs are what is timed: for programs that take minutes. The first contender is
    ours; for a peer that is not here, the result says why.
    """
    with ExitStack() as stack:
        workers: list[Worker] = []
        seconds: Seconds = {}
        for one in contenders:
            try:
                workers.append(stack.enter_context(working(one, bench)))
            except Unavailable as reason:
                seconds[one.name] = str(reason)
                print(f"benchmarks: {one.name} is not measured: {reason}", file=sys.stderr)
        first = {w.contender.name: w.ask("time", times=check_runs) for w in workers}
        results = {worker.contender.name: worker.ask("results") for worker in workers}
        if faults := disagreements(results, rtol, atol):
            raise RuntimeError("not timed, the results differ:\n" + "\n".join(faults))
        if not bench.rounds:
            return {**seconds, **{name: [took / check_runs] for name, took in first.items()}}
        times = {worker.contender.name: repeats(worker, bench.turn) for worker in workers}
        taken: dict[str, list[float]] = {name: [] for name in times}
        for turn in range(bench.rounds):
            # Every other round runs backwards, so that nobody always follows the same neighbour.
            for worker in workers if turn % 2 == 0 else reversed(workers):
                name = worker.contender.name
                taken[name].append(worker.ask("time", times=times[name]) / times[name])
        return {one.name: taken.get(one.name) or seconds[one.name] for one in contenders}


def repeats(worker: Worker, turn: float) -> int:
    """How many runs fill a turn, found by doubling; this is the warm-up too."""
    times = 1
    while (took := worker.ask("time", times=times)) < turn / 2:
        times *= 2
    return max(1, int(times * turn / took))


def weigh(contender: Contender, by: str, bench: Bench) -> float:
    """Bytes a node, in a process of its own (see worker.weigh)."""
    with working(contender, bench) as worker:
        return float(worker.ask("weigh", by=by))


def ratio(seconds: Mapping[str, list[float] | str], ours: str, peer: str) -> float:
    """The median over the rounds of our time by the peer's in the same round; nan without it."""
    mine, theirs = seconds[ours], seconds[peer]
    if isinstance(mine, str) or isinstance(theirs, str):
        return math.nan
    return median(a / b for a, b in zip(mine, theirs, strict=True))


def typical(seconds: Mapping[str, list[float] | str], name: str) -> float:
    """The median of one contender's times; nan where it was not measured."""
    times = seconds[name]
    return math.nan if isinstance(times, str) else median(times)
