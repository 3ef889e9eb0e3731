"""``tracegrad profile``: where a script spends its time, by scope, forward and backward."""

from __future__ import annotations

import argparse
import functools
import json
import os
import runpy
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import autograd
from autograd.cli.console import Console, extension
from autograd.engine import Node, current_scope, reachable
from autograd.writing import one_line, write_file

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
        methods = [(kind, kind.backward) for kind in (autograd.Value, autograd.Tensor)]
        for kind, method in methods:
            setattr(kind, "backward", self._counting(method))  # noqa: B010  (a method for mypy)
        before = signal.signal(signal.SIGPROF, self._look)
        self._last = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
            for kind, method in methods:
                setattr(kind, "backward", method)  # noqa: B010

    def _look(self, _: int, frame: FrameType | None) -> None:
        now = time.process_time()
        if not self._paused:
            self.samples.append((place_of(frame), now - self._last))
        self._last = now

    def _counting(self, method: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(method)
        def backward(node: Node, *args: object) -> None:
            if self.sweeps < COUNTED:
                self._paused = True
                try:
                    self._count(node)
                finally:
                    self._paused = False
            self.sweeps += 1
            method(node, *args)

        return backward

    def _count(self, root: Node) -> None:
        for node in reachable(root, leaves=True):
            scope = node._origin.scope
            self.rows[scope] += 1
            data = node.data
            size = getattr(data, "nbytes", 0) if hasattr(data, "shape") else sys.getsizeof(data)
            self.bytes[scope] += sys.getsizeof(node) + size

    # -- what was seen -----------------------------------------------------------------------------

    def table(self) -> list[str]:
        """The lines of the report, the scope that took longest first."""
        times: dict[tuple[str, ...], dict[str, float]] = {scope: {} for scope in self.rows}
        for (what, scope), seconds in self.samples:
            of = times.setdefault(scope, {})
            of[what] = of.get(what, 0.0) + seconds
        parts = ["forward", "backward", "update", "replay", "other"]
        parts = [part for part in parts if any(part in of for of in times.values())] or ["forward"]
        counted = max(min(self.sweeps, COUNTED), 1)
        lines = [["scope", "rows", "kB", *(f"{part} ms" for part in parts)]]
        for scope, of in sorted(times.items(), key=lambda item: (-sum(item[1].values()), item[0])):
            numbers = self.rows[scope] // counted, self.bytes[scope] // counted // 1000
            cells = [one_line(".".join(scope)) or "(no scope)", *(f"{n:,}" for n in numbers)]
            lines.append([*cells, *(f"{1000 * of.get(part, 0.0):,.1f}" for part in parts)])
        widths = [max(map(len, column)) for column in zip(*lines)]
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
    if not Path(script).is_file():
        raise FileNotFoundError(f"profile: {one_line(script)} is no file; give a Python script")
    profile, began = Profile(), time.process_time()
    words, folder = sys.argv, sys.path[0]
    sys.argv, sys.path[0] = [script, *arguments.values], str(Path(script).resolve().parent)
    try:
        with profile.running(), suppress(SystemExit):
            runpy.run_path(script, run_name="__main__")
    except Exception as error:
        raise ValueError(_raised(script, error)) from error
    finally:
        sys.argv, sys.path[0] = words, folder
    console = Console()
    seconds = time.process_time() - began
    console.print(f"{one_line(script)}: {seconds:.2f} s of processor time, {profile.sweeps} sweeps")
    print("\n".join(profile.table()), file=console.stream)
    console.print("rows and kB are those of one sweep; times are sampled every millisecond")
    if path is not None:
        write_file(path, profile.speedscope(os.path.basename(script)))
        console.print(f"wrote {one_line(str(path))}")
    return 0


def _raised(script: str, error: Exception) -> str:
    """The error of a script in one line, with the last line of the script on the way to it."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == script]
    if isinstance(error, SyntaxError):
        lines = [error.lineno]
    where = f", line {lines[-1]}" if lines else ""
    name, what = one_line(script), one_line(f"{type(error).__name__}: {error}")
    return f"profile: {name}{where} raised {what}; run python {name} to see all of it"
