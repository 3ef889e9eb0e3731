"""MyGrad's own tests, run on ``tracegrad.mygrad``; the share that passes is printed.

    python -m tests.peers.mygrad FOLDER [--only tests/nnet]

FOLDER is a checkout of MyGrad; its own package says how many tests there are. Its internals have
empty stand-ins, so that the other tests of the same files run. Hypothesis tries ten examples each.
"""

from __future__ import annotations

import argparse
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
import signal
import sys
from collections import Counter
from types import ModuleType

import pytest

import tracegrad.mygrad as mg


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


def pytest_of(place: Path, path: list[str], options: list[str]) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "COLUMNS": "300"}
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--rootdir", str(place), "--continue-on-collection-errors", *options],
        cwd=place,
        env={**environment, "HYPOTHESIS_PROFILE": "peer"},
        text=True,
        capture_output=True,
    )
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="a checkout of MyGrad")
    parser.add_argument("--only", default="tests", help="a part of its tests")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if not (folder / "src" / "mygrad").exists():
        print(f"skipped: {folder} is no checkout of MyGrad, it has no src/mygrad")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        (place / "tests").symlink_to(folder / "tests")
        (place / "conftest.py").write_text(PROFILE)
        listed = pytest_of(place, [str(folder / "src")], ["--collect-only", arguments.only])
        (place / "conftest.py").write_text(PROFILE + STAND_INS)
        run = pytest_of(place, [str(ROOT)], ["--tb=line", "-rfE", arguments.only])
    count = int((re.search(r"(\d+)(?:/\d+)? tests? collected", listed) or [0, 0])[1])
    passed = int((re.search(r"(\d+) passed", run) or [0, 0])[1])
    reasons = Counter(
        re.sub(r"0x\w+|\d+|'[^']*'", "·", why)[:90]
        for why in re.findall(r"^(?:FAILED|ERROR) \S.*? - (.*)$", run, re.MULTILINE)
    )
    for why, times in reasons.most_common(15):
        print(f"  {times} times: {why}")
    print(f"MyGrad: {passed} of {count} tests passed ({run.strip().splitlines()[-1]})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
