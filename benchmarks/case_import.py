"""`import autograd` against `import numpy`: whole interpreters, started in turn."""

import os
import subprocess
import tempfile
import time

from benchmarks.harness import ROOT, Bench, Report, Row, ratio

STATEMENTS = {"import autograd": "import autograd", "import numpy": "import numpy"}


def seconds_to_run(statement: str, bench: Bench, environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run([bench.python, "-c", statement], cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - start


def measure(bench: Bench) -> Report:
    seconds: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    with tempfile.TemporaryDirectory() as cache:
        # Both from compiled bytecode, as an installed package is, whatever the caller's settings.
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": cache}
        for statement in STATEMENTS.values():
            seconds_to_run(statement, bench, environment)
        for _ in range(2 * bench.rounds):
            for name, statement in STATEMENTS.items():
                seconds[name].append(seconds_to_run(statement, bench, environment))
    rows = [Row("autograd / numpy", ratio(seconds, "import autograd", "import numpy"), 1.5)]
    return Report("Importing, whole processes", rows, seconds)
