"""MyGrad's own tests, run on ``tracegrad.mygrad``; the share that passes is printed.

    python -m tests.peers.mygrad FOLDER [--only tests/nnet ...] [--seconds 60]

FOLDER is a checkout of MyGrad; its own package says how many tests there are. Its internals have
empty stand-ins, so that the other tests of the same files run. Hypothesis tries ten examples each.
Each file has a process of its own, which is ended after its time: what passed until then counts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROFILE = """
import hypothesis

phases = hypothesis.Phase.explicit, hypothesis.Phase.generate  # no search for smaller examples
hypothesis.settings.register_profile("peer", max_examples=10, phases=phases, deadline=None)
"""
STAND_INS = """
import importlib.abc
import importlib.machinery
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

import tracegrad.mygrad as mg


# Asked for where a failure is described, to build cases, and after the numbers were compared.
mg.Tensor._constant = property(lambda tensor: tensor.constant)
mg.Tensor.creator, mg.Tensor._ops = None, ()


def tell(outcome, why=""):
    with Path(__file__).with_name("outcomes").open("a") as outcomes:
        outcomes.write(json.dumps([outcome, why]) + "\\n")


def pytest_runtest_logreport(report):
    if report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        tell("failed", crash.message if crash else str(report.longrepr))
    elif report.passed and report.when == "call":
        tell("passed")


def pytest_collectreport(report):
    if report.failed:
        tell("failed", report.longreprtext.strip().splitlines()[-1])


def stop(*_):
    raise TimeoutError


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 5, 1)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


class Internal(ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = vars(mg).get(name) or type(name, (), {})
        setattr(self, name, value)
        return value


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.startswith("mygrad."):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = Internal(spec.name)
        module.MEM_GUARD = module.TRACK_GRAPH = True
        module._views_waiting_for_unlock, module._array_tracker = {}, {}
        module._array_counter = Counter()
        return module

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, Finder())
whole = sys.modules["mygrad"] = Internal("mygrad")
whole.__path__ = []
vars(whole).update({name: getattr(mg, name) for name in mg.__all__})
"""


def pytest_of(place: Path, path: Path, options: list[str], seconds: float | None = None) -> str:
    environment = {**os.environ, "PYTHONPATH": str(path), "HYPOTHESIS_PROFILE": "peer"}
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--rootdir", str(place), "--continue-on-collection-errors", *options],
        cwd=place,
        env=environment,
        text=True,
        capture_output=True,
        timeout=seconds,
    )
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="a checkout of MyGrad")
    parser.add_argument("--only", nargs="*", default=["tests"], help="parts of its tests")
    parser.add_argument("--seconds", type=float, default=60, help="for each file")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if not (folder / "src" / "mygrad").exists():
        print(f"skipped: {folder} is no checkout of MyGrad, it has no src/mygrad")
        return 1
    reasons: Counter[str] = Counter()
    passed = total = 0
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        (place / "tests").symlink_to(folder / "tests")
        (place / "conftest.py").write_text(PROFILE)
        listed = pytest_of(place, folder / "src", ["--collect-only", "-q", *arguments.only])
        (place / "conftest.py").write_text(PROFILE + STAND_INS)
        outcomes = place / "outcomes"
        for file, digits in re.findall(r"^(\S+\.py): (\d+)$", listed, re.MULTILINE):
            outcomes.write_text("")
            late = ""
            try:
                pytest_of(place, ROOT, ["--tb=line", file], arguments.seconds)
            except subprocess.TimeoutExpired:
                late = ", ended after its time"
            ends = [json.loads(line) for line in outcomes.read_text().splitlines()]
            good = sum(outcome == "passed" for outcome, _ in ends)
            reasons.update(cause(why) for outcome, why in ends if outcome == "failed")
            passed, total = passed + good, total + int(digits)
            print(f"  {file}: {good} of {digits}{late}", flush=True)
    for why, times in reasons.most_common(15):
        print(f"  {times} times: {why}")
    print(f"MyGrad: {passed} of {total} tests passed")
    return 0


def cause(why: str) -> str:
    """The first line of a message, without what is of one test."""
    return re.sub(r"0x\w+|\d+", "·", (why.splitlines() or [""])[0])[:90]


if __name__ == "__main__":
    raise SystemExit(main())
