"""HIPS autograd's own tests and examples, run on this library; the counts are printed.

    python -m tests.peers.hips FOLDER [--seconds 20] [--tests | --examples | --times]

FOLDER is a checkout of HIPS autograd. Its internals (``core``, ``tracer``) are not promised here;
stand-ins for the four names that its tests take from there make the other tests of the same files
run. A test is real-valued if it does not fail for a complex number. An example that is still
running after the time has run. ``--times`` runs the examples by HIPS autograd itself, too, without
matplotlib and with 20 updates at most, and prints the ratio of processor times, ours to theirs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]

STAND_INS = """
import sys
from types import ModuleType

import autograd
import autograd.misc
from autograd.extend import primitive


def _vspace(x):
    raise NotImplementedError("vspace is an internal of HIPS autograd")


def _flat(f, x):
    value, pull = autograd.vjp(f, x)
    return pull, value


core, tracer = ModuleType("autograd.core"), ModuleType("autograd.tracer")
core.make_vjp, core.primitive, core.vspace, core.VSpace = _flat, primitive, _vspace, object
core.make_jvp = lambda f, x: lambda v: autograd.jvp(f, (x,), (v,))
core.primitive_vjps = {}
tracer.primitive = primitive
tracer.isbox = lambda x: isinstance(x, (autograd.Tensor, autograd.Value))
autograd.misc.const_graph = None
sys.modules |= {"autograd.core": core, "autograd.tracer": tracer}
"""
#: How a test that needs complex numbers ends.
COMPLEX = re.compile(r"complex|np\.fft\.|numbers of autograd are real|np\.angle|np\.imag")


def run_tests(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        (place / "conftest.py").write_text(STAND_INS)
        (place / "tests").symlink_to(folder / "tests")
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder / 'tests'}"}
        command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider"]
        options = ["--tb=line", "-rf", "--continue-on-collection-errors", "--rootdir", temporary]
        done = subprocess.run(
            [*command, *options, "tests"],
            cwd=place,
            env={**environment, "COLUMNS": "400"},
            text=True,
            capture_output=True,
        )
    failed = re.findall(r"^FAILED (\S+?)(?: - (.*))?$", done.stdout, re.MULTILINE)
    summary = done.stdout.strip().splitlines()[-1]
    passed = int((re.search(r"(\d+) passed", summary) or [0, 0])[1])
    real = [(name, why) for name, why in failed if not COMPLEX.search(f"{name} {why}")]
    for name, why in real:
        print(f"  {name}: {why[:150]}")
    print(f"tests: {passed} of {passed + len(real)} real-valued passed ({summary})")


def run_examples(folder: Path, seconds: float) -> None:
    names = sorted(
        path.name
        for path in (folder / "examples").glob("*.py")
        if not path.name.startswith(("data", "__"))
    )
    ran = 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    for name in names:
        try:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", name],
                cwd=folder / "examples",
                env=environment,
                timeout=seconds,
                text=True,
                capture_output=True,
            )
            end = "ended" if done.returncode == 0 else done.stderr.strip().splitlines()[-1][:120]
        except subprocess.TimeoutExpired:
            end = f"still running after {seconds:g} s"
        ran += end == "ended" or end.startswith("still running")
        print(f"  {name}: {end}")
    print(f"examples: {ran} of {len(names)} ran")


#: In the place of matplotlib, whose time is not compared.
NO_PICTURES = """
import sys
from unittest.mock import MagicMock

pictures = MagicMock()
pictures.subplots.return_value = MagicMock(), MagicMock()
names = "matplotlib", "matplotlib.pyplot", "matplotlib.cm", "matplotlib.image", "matplotlib.mlab"
sys.modules.update(dict.fromkeys(names, pictures))
"""


#: Runs an example with few updates, its imports not counted.
TIMED = """
import runpy
import sys
import time

import scipy.optimize

import autograd.misc.optimizers as optimizers
import autograd.numpy.random
import autograd.scipy.linalg
import autograd.scipy.signal
import autograd.scipy.special
import autograd.scipy.stats


def few(minimiser, name):
    def run(*args, **kwargs):
        if name == "minimize":
            kwargs["options"] = {**kwargs.get("options", {}), "maxiter": 20}
        else:
            args, kwargs["num_iters"] = args[:3], min(kwargs.get("num_iters", 20), 20)
        return minimiser(*args, **kwargs)

    return run


for place, names in ((optimizers, ("adam", "sgd", "rmsprop")), (scipy.optimize, ("minimize",))):
    for name in names:
        setattr(place, name, few(getattr(place, name), name))
start = time.process_time()
runpy.run_path(sys.argv[1], run_name="__main__")
print("seconds", time.process_time() - start, file=sys.stderr)
"""


def run_times(folder: Path, seconds: float) -> None:
    """Processor seconds of each example by either library, one after the other."""
    ratios = {}
    with tempfile.TemporaryDirectory() as temporary:
        (Path(temporary) / "matplotlib.py").write_text(NO_PICTURES)
        for path in sorted((folder / "examples").glob("*.py")):
            if path.name.startswith(("data", "__")):
                continue
            times = [seconds_of(path, [temporary, str(of)], seconds) for of in (ROOT, folder)]
            ours, theirs = times
            if isinstance(ours, str) or isinstance(theirs, str):
                print(f"  {path.stem}: {ours}; HIPS autograd: {theirs}", flush=True)
                continue
            ratio = ratios[path.stem] = ours / theirs
            print(f"  {path.stem}: {ours:.2f} s, {theirs:.2f} s, ratio {ratio:.2f}", flush=True)
    if ratios:
        print(f"times: the median ratio of {len(ratios)} examples is {median(ratios.values()):.2f}")


def seconds_of(path: Path, places: list[str], seconds: float) -> float | str:
    """The processor's time for an example, or why there is none."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), "OMP_NUM_THREADS": "1"}
    environment["OPENBLAS_NUM_THREADS"] = "1"
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", TIMED, path.name],
            cwd=path.parent,
            env=environment,
            timeout=seconds,
            text=True,
            capture_output=True,
        )
    except subprocess.TimeoutExpired:
        return f"not within {seconds:g} s"
    found = re.search(r"^seconds (\S+)$", done.stderr, re.MULTILINE)
    return float(found[1]) if found else done.stderr.strip().splitlines()[-1][:90]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="a checkout of HIPS autograd")
    parser.add_argument("--seconds", type=float, default=20, help="for each example")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--tests", action="store_true", help="the tests alone")
    which.add_argument("--times", action="store_true", help="of the examples, beside its own")
    which.add_argument("--examples", action="store_true", help="the examples alone")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if not (folder / "tests" / "test_numpy.py").exists():
        print(f"skipped: {folder} is no checkout of HIPS autograd, it has no tests/test_numpy.py")
        return 1
    if arguments.times:
        run_times(folder, arguments.seconds)
        return 0
    if not arguments.examples:
        run_tests(folder)
    if not arguments.tests:
        run_examples(folder, arguments.seconds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
