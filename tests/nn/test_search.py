"""A search: the same table for any number of workers, whatever happens to them."""

from __future__ import annotations

import concurrent.futures
import csv
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.hyperparameters import Range, Trial, Trials, spread
from tests.house import ROOT
from tests.nn.objectives import bowl, deadly, deadly_once, fragile, halved, slow
from tests.peers import require

SPACE: dict[str, Any] = {"x": (0.0, 2.0), "k": [0, 1, 2]}
NUMBERS = {"k": list(range(8))}
search: Any = nn.search


@pytest.fixture(scope="module")
def pool() -> Any:
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        yield executor


def test_the_table_does_not_depend_on_the_workers(pool: Any) -> None:
    here = search(SPACE, bowl, 40, jobs=1)
    assert search(SPACE, bowl, 40, jobs=2).rows == here.rows
    assert search(SPACE, bowl, 40, pool).rows == here.rows
    with ThreadPoolExecutor(3) as threads:
        assert str(search(SPACE, bowl, 40, threads)) == str(here)
    assert search(SPACE, bowl, 20, jobs=1).rows == here.rows[:20]
    assert search(SPACE, bowl, 40, jobs=1, seed=1).rows != here.rows
    assert len({row["seed"] for row in here.rows}) == 40


def test_200_trials_over_two_workers_of_dask_of_which_one_is_killed() -> None:
    """The same table as in one process."""
    distributed = require("distributed")
    import dask

    # A client waits so long for an answer of a worker that is not there any more.
    quick = {"distributed.comm.timeouts.connect": "1s", "distributed.logging.distributed": "error"}
    settings: dict[str, Any] = {"threads_per_worker": 1, "dashboard_address": None}
    killed = []

    def kill_one_at_80(line: str) -> None:
        if line.startswith("80/"):
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], getattr(signal, "SIGKILL", signal.SIGTERM))

    with (
        dask.config.set(quick),
        distributed.LocalCluster(2, processes=True, silence_logs=50, **settings) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = search(SPACE, bowl, 200, client, log=kill_one_at_80)
    assert killed and found.rows == search(SPACE, bowl, 200, jobs=1).rows


def test_a_killed_worker_costs_its_trial_once(tmp_path: Path) -> None:
    wanted = list(map(float, NUMBERS["k"]))
    flag = tmp_path / "killed"
    assert (
        values(search({**NUMBERS, "file": [str(flag)]}, deadly_once, method="grid", jobs=2))
        == wanted
    )
    flag.unlink()
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:  # which is of no use any more
        found = search({**NUMBERS, "file": [str(flag)]}, deadly_once, None, pool, method="grid")
    assert flag.exists() and values(found) == wanted


def values(found: Trials) -> list[float]:
    return [found.value(trial) for trial in found.trials]


def test_a_trial_that_ends_every_worker_is_named_and_no_other() -> None:
    found = search(NUMBERS, deadly, method="grid", jobs=2, retries=2)
    errors = {trial.config["k"]: trial.error for trial in found.trials if trial.error}
    assert errors == {3: "its worker died 2 times"}
    assert [v for v in values(found) if not math.isnan(v)] == [0, 1, 2, 4, 5, 6, 7]


def test_what_an_objective_raises_is_a_row(pool: Any) -> None:
    found = search(SPACE, fragile, 30, pool)
    for row in found.rows:
        assert row.get("error") == ("ValueError: k is one" if row["k"] == 1 else None)
    assert found.best.config["k"] == 0
    assert found.best.scores["value"] == min(row["x"] for row in found.rows if row["k"] == 0)
    assert str(found).startswith("30 trials, the least value first, ")
    none = search({"k": [1]}, fragile, 2, jobs=1)
    with pytest.raises(ValueError, match="none of the 2 trials gave a value, such as: ValueError"):
        none.best  # noqa: B018


def test_a_file_goes_on_exactly(tmp_path: Path, pool: Any) -> None:
    path = tmp_path / "trials.jsonl"
    whole = search(SPACE, fragile, 30, jobs=1)
    first = search(SPACE, fragile, 12, pool, resume=path)
    assert len(first) == 12 and len(path.read_text().splitlines()) == 13
    asked: list[str] = []
    again = search(SPACE, fragile, 30, jobs=1, resume=path, log=asked.append)
    assert len(asked) == 18 and str(again.rows) == str(whole.rows)
    # The last line was being written when the machine went out.
    text = path.read_bytes()
    path.write_bytes(text[:-9])
    torn = search(SPACE, fragile, 30, jobs=1, resume=path, log=asked.append)
    assert len(asked) == 19 and str(torn.rows) == str(whole.rows)
    assert len(path.read_bytes().splitlines()) == 31
    assert all(json.loads(line) for line in path.read_text().splitlines())


OTHERS: list[tuple[str, Callable[[Any], Any]]] = [
    (
        "another seed, 0 there, 1 here",
        lambda f: search(SPACE, fragile, 3, jobs=1, resume=f, seed=1),
    ),
    (
        r"another space, in which k is \[0, 1, 2\], here \[0, 1\]",
        lambda f: search({**SPACE, "k": [0, 1]}, fragile, 3, jobs=1, resume=f),
    ),
    (
        "another method, random there, grid here",
        lambda f: search({"k": [0, 1]}, fragile, jobs=1, resume=f, method="grid"),
    ),
]


@pytest.mark.parametrize("message, work", OTHERS)
def test_the_file_of_another_search_is_refused(
    message: str, work: Callable[[Any], Any], tmp_path: Path
) -> None:
    path = tmp_path / "trials.jsonl"
    search(SPACE, fragile, 3, jobs=1, resume=path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=message):
        work(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda lines: [*lines[:2], "{", *lines[3:]], "line 3 is no trial"),
        (lambda lines: [*lines[:2], '{"trial": 1}', *lines[3:]], "line 3 is no trial"),
        (lambda lines: ["[1]", *lines[1:]], "line 1 is no trial"),
        (lambda lines: ['{"a": 1}'], "this is no file of a search"),
        (lambda lines: ["x,y"], "line 1 is no trial"),
    ],
)
def test_a_damaged_file_is_refused(
    damage: Callable[[list[str]], list[str]], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "trials.jsonl"
    search(SPACE, fragile, 3, jobs=1, resume=path)
    path.write_text("\n".join([*damage(path.read_text().splitlines()), ""]))
    with pytest.raises(ValueError, match=message):
        search(SPACE, fragile, 3, jobs=1, resume=path)


PROGRAM = """
import sys
import nn
from tests.nn.objectives import slow

if __name__ == "__main__":
    space = {"k": list(range(60))}
    nn.search(space, slow, 60, jobs=2, resume=sys.argv[1], log=lambda line: print(line, flush=True))
"""


def test_an_interrupt_leaves_what_is_done(tmp_path: Path) -> None:
    path, program = tmp_path / "trials.jsonl", tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, str(program), str(path)]
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        for _ in range(5):
            running.stdout.readline()
        started = time.monotonic()
        running.send_signal(signal.SIGINT)
        try:
            said = running.communicate(timeout=60)[1]
        finally:
            running.kill()
    assert time.monotonic() - started < 5
    assert re.search(r"KeyboardInterrupt: search: interrupted; \d+ of 60 trials are in", said), said
    done = len(path.read_text().splitlines()) - 1
    assert 5 <= done < 60 and said.count("Traceback") == 1, said
    rest: list[str] = []
    space = {"k": list(range(60))}
    with ThreadPoolExecutor(20) as threads:
        found = search(space, slow, 60, threads, resume=path, log=rest.append)
        assert len(rest) == 60 - done and found.rows == search(space, slow, 60, threads).rows


def test_an_interrupt_is_heeded_outside_of_the_locks_of_an_executor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It came while a lock was taken, once in some runs, and the program never ended."""
    reached: list[bool] = []

    def interrupted(futures: Any, *options: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        reached.append(True)
        return wait(futures, *options)

    wait = concurrent.futures.wait
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("concurrent.futures.wait", interrupted)
    with ThreadPoolExecutor(2) as threads, pytest.raises(KeyboardInterrupt):
        list(spread(abs, [-1, 2, 3], executor=threads))
    assert reached and signal.getsignal(signal.SIGINT) is before


def test_a_script_without_its_guard_is_told(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import nn\ndef f(config):\n    return 1\nprint(nn.search({'k': [1, 2]}, f, 4, jobs=2))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1 and done.stderr.count("Traceback") == 1, done.stderr
    assert 'put what starts them under `if __name__ == "__main__":`' in done.stderr


def test_where_there_are_no_processes_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*words: object) -> None:
        raise OSError(138, "emscripten does not support processes.")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess._Popen", none)
    with pytest.raises(RuntimeError, match=r"emscripten does not .*\); pass jobs=1"):
        search(SPACE, bowl, 5, jobs=2)


def test_a_grid_and_lists_are_gone_through() -> None:
    space: dict[str, Any] = {"x": np.array([0.0, 0.5]), "k": range(3), "f": [math.sin, None]}
    found = search(space, lambda config: 0.0, method="grid", jobs=1)
    assert [(r["x"], r["k"], r["f"]) for r in found.rows[:4]] == [
        (0.0, 0, math.sin), (0.0, 0, None), (0.0, 1, math.sin), (0.0, 1, None),
    ]  # fmt: skip
    assert len(found) == 12
    drawn = search(space, lambda config: 0.0, 24, jobs=1).rows
    points = [(r["x"], r["k"], str(r["f"])) for r in drawn]
    assert len({*points[:12]}) == len({*points[12:]}) == 12 and points[:12] != points[12:]


def test_a_halving_keeps_the_best_third() -> None:
    found = search(SPACE, halved, 27, method="halving", budgets=(1, 12), jobs=1)
    budgets = [trial.budget for trial in found.trials]
    assert budgets == [1] * 27 + [3] * 9 + [9] * 3 + [12]
    first = sorted(found.trials[:27], key=lambda trial: trial.scores["value"])
    assert {t.index for t in first[:9]} == {t.index for t in found.trials[27:36]}
    assert found.best is found.trials[-1] and found.best.budget == 12
    assert found.rows[0]["budget"] == 1


def test_the_halving_of_a_file_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl"
    settings: dict[str, Any] = {"method": "halving", "budgets": (1, 9), "jobs": 1}
    whole = search(SPACE, halved, 9, **settings, resume=path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:5] + lines[-1:]))
    asked: list[str] = []
    again = search(SPACE, halved, 9, **settings, resume=path, log=asked.append)
    assert len(asked) == len(lines) - 6 and again.rows == whole.rows
    with pytest.raises(ValueError, match="another trials, 9 there, 18 here"):
        search(SPACE, halved, 18, **settings, resume=path)


def test_which_number_counts() -> None:
    scores = lambda config: {"loss": config["x"], "accuracy": config["x"]}
    assert search(SPACE, scores, 20, jobs=1).metric == "loss"
    most = search(SPACE, scores, 20, jobs=1, metric="accuracy")
    assert most.greatest and most.best.config["x"] == max(row["x"] for row in most.rows)
    least = search(SPACE, scores, 20, jobs=1, metric="accuracy", mode="min")
    assert least.best.config["x"] == min(row["x"] for row in most.rows)


def test_ranges() -> None:
    rng = np.random.default_rng(0)
    draws = [nn.loguniform(1e-4, 1.0).draw(rng) for _ in range(2000)]
    assert 1e-4 <= min(draws) < 2e-4 and 0.5 < max(draws) <= 1.0
    assert abs(np.mean(np.log10(draws)) + 2) < 0.1
    whole = [nn.integers(1, 3).draw(rng) for _ in range(3000)]
    assert all(isinstance(k, int) for k in whole)
    assert np.abs(np.bincount(whole)[1:] - 1000).max() < 120
    factors = [nn.integers(1, 7, log=True).draw(rng) for _ in range(4000)]
    # As many from 1 to 1, from 2 to 3 and from 4 to 7: each doubles.
    assert np.abs(np.histogram(factors, [1, 2, 4, 8])[0] - 4000 / 3).max() < 150
    assert repr(Range(1, 7, log=True, whole=True)) == "integers(1, 7, log=True)"


def test_a_table_is_saved_and_shown(tmp_path: Path) -> None:
    trials = [
        Trial(
            i,
            {"lr": 0.1 / (i + 1), "kind": nn.ReLU, "name": "=<b>"},
            i,
            None,
            {"loss": 1 / (i + 3)},
        )
        for i in range(14)
    ]
    found = Trials(trials, "loss", False)
    found.save(tmp_path / "x.csv")
    rows = list(csv.DictReader((tmp_path / "x.csv").read_text().splitlines()))
    assert [float(row["lr"]) for row in rows] == [0.1 / (i + 1) for i in range(14)]
    assert rows[0]["kind"] == "ReLU" and rows[0]["name"].startswith("'=")
    lines = str(found).splitlines()
    assert lines[0] == "14 trials, the least loss first" and lines[-1] == "and 4 more in .rows"
    assert lines[2].split()[0] == "13"
    html = found._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt;" in html and "<b>" not in html


def test_spread_raises_what_a_piece_raises(pool: Any) -> None:
    assert dict(spread(math.exp, [0, 1, -1], executor=pool))[0] == 1.0
    with pytest.raises(OverflowError):
        list(spread(math.exp, [1, 1000], executor=pool))
    assert list(spread(math.exp, [], executor=pool)) == []


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: search({}, bowl, 5), "the space is a dict, such as"),
    (lambda: search(bowl, SPACE, 5), "the space is a dict, such as"),
    (lambda: search({"x": (1.0, 0.0)}, bowl, 5), "x: a range goes from a lower to a higher number"),
    (lambda: search({"x": ("relu", "tanh")}, bowl, 5), "x: a range is of two numbers, not 'relu'"),
    (lambda: search({"x": "relu"}, bowl, 5), "x is a list of choices"),
    (lambda: search({"x": []}, bowl, 5), "x has no choices"),
    (lambda: search({"budget": [1, 2]}, bowl, 5), "budget is a column of the table"),
    (lambda: search({"x": [1]}, lambda config: {"x": 2}, 5, jobs=1), "a name of the space as well"),
    (lambda: nn.loguniform(0, 1), "a logarithmic range begins above 0"),
    (lambda: nn.integers(1, 2.5), "no whole numbers"),  # type: ignore[arg-type]
    (lambda: search(SPACE, 3, 5), "the objective is a function of a configuration"),
    (lambda: search(SPACE, bowl), "say how many trials"),
    (lambda: search(SPACE, bowl, 0), "n is a whole number from 1"),
    (lambda: search(SPACE, bowl, 5, 4), "executor is one of concurrent.futures"),
    (lambda: search(SPACE, bowl, 5, jobs=0), "jobs is a whole number from 1"),
    (lambda: search(SPACE, bowl, 5, seed=-1), "seed is a whole number from 0"),
    (lambda: search(SPACE, bowl, 5, method="tpe"), "'tpe' is unknown; use random, grid, halving"),
    (lambda: search(SPACE, bowl, 5, mode="most"), "mode is 'min', 'max' or 'auto'"),
    (lambda: search(SPACE, bowl, 5, jobs=1, metric="f1"), "returns loss, seed, and no f1"),
    (lambda: search(SPACE, bowl, method="grid"), "x is a range, and a grid takes lists"),
    (lambda: search(NUMBERS, bowl, 5, method="grid"), "the grid has 8 points, not n=5"),
    (lambda: search(SPACE, halved, 5, method="halving"), r"budgets=\(least, most\)"),
    (lambda: search(SPACE, bowl, 5, method="halving", budgets=(1, 3)), "needs an argument budget"),
    (lambda: search(SPACE, halved, 5), "has no argument budget"),
    (lambda: search(SPACE, lambda config: 0.0, 5, jobs=2), "<lambda> cannot be sent to another"),
    (lambda: search({"x": [lambda: 0]}, bowl, 5, jobs=2), "a setting cannot be sent"),
]  # fmt: skip


@pytest.mark.parametrize("work, message", WRONG, ids=[message for _, message in WRONG])
def test_what_is_wrong_is_said_in_one_line(work: Callable[[], Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        work()
    assert "\n" not in str(caught.value)
