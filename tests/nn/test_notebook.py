"""What a notebook shows of networks and trainings, as outputs and in a real kernel."""

from __future__ import annotations

import math
import re
import sys
from base64 import b64decode
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
from nn.notebook import curves, table
from tests import peers

SVG = "{http://www.w3.org/2000/svg}"


def history(epochs: int = 6) -> nn.History:
    return nn.History(
        [{"epoch": i, "loss": 1 / i, "val_loss": 2 / i, "lr": 0.1} for i in range(1, epochs + 1)]
    )


def lines(svg: str) -> list[str]:
    """The ways of the curves, without the axes and the keys of the legend."""
    paths = ElementTree.fromstring(svg).iter(f"{SVG}path")
    return [p.get("d", "") for p in paths if "class" in p.attrib and "h20" not in p.get("d", "")]


def test_a_module_shows_a_table_of_its_layers() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    shown = net._repr_mimebundle_()
    assert shown["text/plain"] == repr(net)
    assert "Linear(2, 3)" in shown["text/html"] and "9 parameters" in shown["text/html"]
    assert "output" not in shown["text/html"]
    assert "(N, 3)" in nn.summary(net, (2,))._repr_mimebundle_()["text/html"]


def test_a_history_shows_curves_and_a_table() -> None:
    shown = history(100)._repr_mimebundle_()
    assert shown["text/plain"] == repr(history(100))
    training, validation = lines(shown["image/svg+xml"])
    assert training.count("L") == validation.count("L") == 99
    image = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', shown["text/html"])
    assert image and lines(b64decode(image[1]).decode()) == [training, validation]
    rows = re.findall(r"<tr>", shown["text/html"])
    assert 7 < len(rows) < 12
    assert nn.History()._repr_mimebundle_() == {"text/plain": "History of 0 epochs"}


def test_curves_of_one_epoch_of_a_constant_and_of_many() -> None:
    (dot,) = lines(curves([1], {"loss": {"training": [0.5]}}))
    assert dot.endswith("h0")
    (flat,) = lines(curves([1, 2, 3], {"loss": {"training": [2.0, 2.0, 2.0]}}))
    heights = {point.split()[1] for point in flat[1:].split("L")}
    assert len(heights) == 1
    (many,) = lines(curves(range(1, 10_001), {"loss": {"training": [1.0] * 10_000}}))
    assert 300 < many.count("L") < 900


def test_the_ends_of_an_axis_are_told_apart() -> None:
    svg = curves([1, 2], {"loss": {"training": [0.58721, 0.58682]}})
    assert ">0.5872<" in svg and ">0.5868<" in svg


def test_curves_leave_out_what_is_not_finite() -> None:
    values = [math.nan, 1.0, math.inf, 2.0]
    (line,) = lines(curves([1, 2, 3, 4], {"loss": {"training": values}}))
    assert line.count("L") == 1 and "nan" not in line and "inf" not in line
    assert lines(curves([1], {"loss": {"training": [math.nan]}})) == []


def test_a_table_shows_its_first_rows() -> None:
    shown = nn.data.load_iris()._repr_mimebundle_()
    assert shown["text/plain"] == "<Table of 150 rows, 4 features, target 'species' (3 classes)>"
    assert shown["text/html"].count("<tr>") == 6 and "setosa" in shown["text/html"]
    numbers = nn.data.Table(np.ones((2, 1)), np.array([0.5, 1.5]), ["x"], "y")
    assert "1.5" in numbers._repr_mimebundle_()["text/html"]


def test_a_loss_surface_shows_its_plot(monkeypatch: pytest.MonkeyPatch) -> None:
    peers.require("matplotlib")
    net, data = nn.Linear(1, 1, rng=0), (np.ones((2, 1)), np.ones((2, 1)))
    surface = nn.loss_surface(net, data, nn.MSELoss(), resolution=3, rng=0)
    shown = surface._repr_mimebundle_()
    assert shown["text/plain"].startswith("<LossSurface of 3 × 3 losses from ")
    assert b64decode(shown["image/png"]).startswith(b"\x89PNG")
    assert nn.plots.pyplot().get_fignums() == []
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert set(surface._repr_mimebundle_()) == {"text/plain"}


def test_names_are_text_in_every_form() -> None:
    name = "<script>alert(1)</script>\x1b[2J"
    shown = nn.History([{"epoch": 1, name: 1.0}])._repr_mimebundle_()
    assert "<script" not in shown["text/html"] + shown["image/svg+xml"]
    assert "\x1b" not in shown["text/html"] + shown["image/svg+xml"]
    ElementTree.fromstring(shown["image/svg+xml"])
    assert "<script" not in table([name], [[name]], name)


CELLS = """
import nn, optim
from autograd import Value, steps
X, y = nn.data.moons(60, rng=0)
net = nn.MLP(2, [4, 2], rng=0)
history = nn.fit(net, (X, y), nn.CrossEntropyLoss(), optim.SGD(net.parameters()), 3, seed=0)
---
history
---
net
---
x = Value(3.0, "x")
x * x
---
steps(x * x)
---
_ = nn.fit(net, (X, y), nn.CrossEntropyLoss(), optim.SGD(net.parameters()), 3, progress=False)
---
nn.report(net, (X, y), history=history)
---
_ = nn.fit(net, (X, y), nn.CrossEntropyLoss(), optim.SGD(net.parameters()), 3, progress="log")
"""


def test_a_kernel_shows_bars_curves_tables_pictures_and_pages() -> None:
    nbclient, nbformat = peers.require("nbclient"), peers.require("nbformat")
    peers.require("ipykernel")
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS.split("---\n")]
    )
    nbclient.NotebookClient(book, timeout=60, kernel_name="python3").execute()
    outputs: list[list[Any]] = [cell.outputs for cell in book.cells]
    (bar,), (curve,), (layers,), (picture,), (page,), nothing, (report,), log = outputs
    # One output, drawn again and again: the last state is what a file keeps.
    assert bar.data["text/plain"].startswith("epoch 3/3") and "loss" in bar.data["text/plain"]
    assert '<progress value="1.0000"' in bar.data["text/html"]
    assert nothing == []
    assert report.data["text/html"].count("<img alt=") == 3
    assert report.data["text/plain"].startswith("<Report on y: ")
    assert {part.name for part in log} == {"stdout"}
    assert "".join(part.text for part in log).startswith("epoch 1/3  loss")
    assert set(layers.data) == {"text/plain", "text/html"}
    for output in (curve, picture, page):
        assert set(output.data) == {"text/plain", "text/html", "image/svg+xml"}
    assert "data-tracegrad-page" in page.data["text/html"] and "<img" in page.data["text/html"]
