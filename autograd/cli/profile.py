"""``tracegrad profile``: where a script spends its time, by scope, forward and backward."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import autograd
from autograd.cli.console import Console
from autograd.cli.scripts import run_script
from autograd.engine import Node, current_scope, reachable
from autograd.lessons import watching_sweeps
from autograd.writing import column, extension, in_every_language, one_line, words, write_file

#: The time between two looks, of processor time, in seconds.
INTERVAL = 0.001
#: So many sweeps are counted; those of a training are alike.
COUNTED = 20

ROOT = Path(autograd.__file__).resolve().parent.parent
SWEEPS = tuple(str(ROOT / "autograd" / "engine" / name) for name in ("fast_lanes.py", "sweep.py"))
PARTS = {
    "update": (str(ROOT / "optim") + os.sep,),
    "replay": (str(ROOT / "autograd" / "replay") + os.sep,),
    "forward": (str(ROOT / "autograd") + os.sep, str(ROOT / "nn") + os.sep, "<tracegrad "),
}  # fmt: skip

#: How the parts are called where they are printed, and what is in no scope.
PRINTED = {
    "forward": words("forward ms"),
    "backward": words("backward ms"),
    "update": words("update ms"),
    "replay": words("replay ms"),
    "other": words("other ms"),
}
NO_SCOPE = words("(no scope)")

Place = tuple[str, tuple[str, ...]]  # what is done, and in which scope


class Profile:
    """Looks at the running program at short intervals, and counts the rows of its sweeps."""

    def __init__(self) -> None:
        self.samples: list[tuple[Place, float]] = []
        self.rows: Counter[tuple[str, ...]] = Counter()
        self.bytes: Counter[tuple[str, ...]] = Counter()
        self.sweeps = 0
        self._last = 0.0
        self._paused = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Looks at what the block does."""
        before = signal.signal(signal.SIGPROF, self._look)
        self._last = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        try:
            with watching_sweeps(self._sweep):
                yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _look(self, _: int, frame: FrameType | None) -> None:
        now = time.process_time()
        if not self._paused:
            self.samples.append((place_of(frame), now - self._last))
        self._last = now

    def _sweep(self, node: Node, _: object) -> None:
        if self.sweeps < COUNTED:
            self._paused = True
            try:
                self._count(node)
            finally:
                self._paused = False
        self.sweeps += 1

    def _count(self, root: Node) -> None:
        for node in reachable(root, leaves=True):
            scope = node._origin.scope
            self.rows[scope] += 1
            data = node.data
            size = getattr(data, "nbytes", 0) if hasattr(data, "shape") else sys.getsizeof(data)
            self.bytes[scope] += sys.getsizeof(node) + size

    # -- what was seen -----------------------------------------------------------------------------

    def table(self, lang: str = "en") -> list[str]:
        """The lines of the report, the scope that took longest first."""
        place = column(lang)
        times: dict[tuple[str, ...], dict[str, float]] = {scope: {} for scope in self.rows}
        for (what, scope), seconds in self.samples:
            of = times.setdefault(scope, {})
            of[what] = of.get(what, 0.0) + seconds
        parts = [part for part in PRINTED if any(part in of for of in times.values())] or [
            "forward"
        ]
        counted = max(min(self.sweeps, COUNTED), 1)
        columns = [words("scope"), words("rows"), in_every_language("kB")]
        lines = [[name[place] for name in (*columns, *(PRINTED[part] for part in parts))]]
        for scope, of in sorted(times.items(), key=lambda item: (-sum(item[1].values()), item[0])):
            numbers = self.rows[scope] // counted, self.bytes[scope] // counted // 1000
            cells = [one_line(".".join(scope)) or NO_SCOPE[place], *(f"{n:,}" for n in numbers)]
            lines.append([*cells, *(f"{1000 * of.get(part, 0.0):,.1f}" for part in parts)])
        widths = [max(map(len, cells)) for cells in zip(*lines)]
        return [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(line, widths))
            )
            for line in lines
        ]

    def speedscope(self, name: str) -> str:
        """The samples in the format of speedscope's flame charts."""
        frames: dict[str, int] = {}
        stacks = [
            [frames.setdefault(one, len(frames)) for one in (what, *scope)]
            for (what, scope), _ in self.samples
        ]
        weights = [seconds for _, seconds in self.samples]
        return json.dumps(
            {
                "$schema": "https://www.speedscope.app/file-format-schema.json",
                "exporter": "tracegrad",
                "name": name,
                "shared": {"frames": [{"name": frame} for frame in frames]},
                "profiles": [
                    {
                        "type": "sampled",
                        "name": name,
                        "unit": "seconds",
                        "startValue": 0,
                        "endValue": sum(weights),
                        "samples": stacks,
                        "weights": weights,
                    }
                ],
            }
        )


def place_of(frame: FrameType | None) -> Place:
    """What the program does in this frame, and in which scope."""
    what = "other"
    while frame is not None:
        file = frame.f_code.co_filename
        if file == __file__:
            break
        if file in SWEEPS:
            node = frame.f_locals.get("node")
            if isinstance(node, Node):
                return "backward", node._origin.scope
            what = "backward"
        for part, start in PARTS.items():
            if file.startswith(start) and what in ("other", "forward") and file not in SWEEPS:
                what = part
        frame = frame.f_back
    return what, () if what != "forward" else current_scope().scope.path


def run(arguments: argparse.Namespace) -> int:
    if not hasattr(signal, "setitimer"):
        raise OSError("profile: this system has no timer of processor time (setitimer)")
    script, path = arguments.script, arguments.output
    if path is not None:
        extension(path, (".json",))
    profile, began = Profile(), time.process_time()
    with profile.running():
        run_script("profile", script, arguments.values)
    console = Console(lang=arguments.lang)
    seconds = time.process_time() - began
    console.tell(
        words(
            "{script}: {seconds} s of processor time, {n} sweeps",
            script=one_line(script), seconds=f"{seconds:.2f}", n=profile.sweeps,
        )
    )  # fmt: skip
    print("\n".join(profile.table(arguments.lang)), file=console.stream)
    console.tell(words("rows and kB are those of one sweep; times are sampled every millisecond"))
    if path is not None:
        write_file(path, profile.speedscope(os.path.basename(script)))
        console.wrote(path)
    return 0
