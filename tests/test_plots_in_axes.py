"""Every plot draws in the axes that it is given, and leaves everything else of matplotlib alone."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt

import nn
import optim
from nn.examples import EXAMPLES as LESSONS
from optim.examples import EXAMPLES
from optim.races import race
from optim.schedules.range_test import RangeTest
from optim.schedules.schedule import plot_rates
from tests.house import ROOT

X, Y = nn.data.moons(40, rng=0)
NET = nn.MLP(2, [3, 2], rng=0)
HISTORY = nn.History([{"epoch": i, "loss": 1 / i, "accuracy": i / 9} for i in range(1, 8)])
RATES = np.geomspace(1e-3, 1, 9)
#: A plot of ``ax`` and ``path``, and the projections of its panels.
PLOTS: dict[str, tuple[Callable[..., Any], list[str | None]]] = {
    "Race": (race("beale", "all", steps=5).plot, [None, None]),
    "RangeTest": (RangeTest(RATES, 1 / RATES, 1 / RATES, 0.1).plot, [None]),
    "Schedule": (lambda *at, **to: optim.Cosine(0.1, 10).plot(20, *at, **to), [None]),
    "plot_rates": (lambda *at, **to: plot_rates(optim.Constant(0.1), 9, *at, **to), [None]),
    "ReduceOnPlateau": (
        lambda *at, **to: optim.ReduceOnPlateau(1.0).plot([3.0, 2.0], *at, **to), [None]
    ),
    "LossSurface": (
        nn.loss_surface(NET, (X, Y), nn.CrossEntropyLoss(), resolution=5, rng=0).plot,
        [None, "3d"],
    ),
    "History": (HISTORY.plot, [None, None]),
    "curves": (lambda *at, **to: nn.plots.curves(HISTORY, *at, **to), [None, None]),
    "decision_boundary": (lambda **to: nn.plots.decision_boundary(NET, X, Y, **to), [None]),
    "confusion_matrix": (lambda **to: nn.plots.confusion_matrix(Y, Y, **to), [None]),
    "histograms": (lambda **to: nn.plots.histograms(NET, **to), [None] * 8),
    "Demonstration": (EXAMPLES["stopping-rule"]().plot, [None]),
}  # fmt: skip


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    plt.close("all")
    yield
    plt.close("all")


def grid(projections: list[str | None]) -> tuple[Any, list[Any], Any]:
    """A figure with the axes wanted and one more, which nothing may touch."""
    figure = plt.figure(figsize=(12, 4))
    n = len(projections) + 1
    axes = [figure.add_subplot(1, n, i + 1, projection=p) for i, p in enumerate(projections)]
    return figure, axes, figure.add_subplot(1, n, n)


def touched(axes: Any) -> bool:
    """Whether anything was drawn or written in an axes."""
    words = axes.get_title(), axes.get_xlabel(), axes.get_ylabel()
    return bool(axes.has_data() or axes.texts or axes.get_legend() or any(words))


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_stays_within_its_axes(name: str) -> None:
    draw, projections = PLOTS[name]
    figure, axes, other = grid(projections)
    settings = dict(matplotlib.rcParams)
    places = [one.get_position().bounds for one in axes]
    given = axes[0] if len(axes) == 1 else np.array(axes, object)
    draw(ax=given)
    figure.canvas.draw()
    assert plt.get_fignums() == [figure.number] and figure.axes == [*axes, other]
    assert dict(matplotlib.rcParams) == settings and not figure.legends and not figure.texts
    assert all(one.has_data() or one.texts for one in axes) and not touched(other)
    if name != "confusion_matrix":  # its cells are squares
        assert [one.get_position().bounds for one in axes] == places


@pytest.mark.parametrize("name", [name for name, (_, panels) in PLOTS.items() if len(panels) > 1])
def test_one_axes_alone_gets_the_first_panel(name: str) -> None:
    draw, projections = PLOTS[name]
    figure, axes, other = grid(projections)
    draw(ax=axes[0])
    assert axes[0].has_data() or axes[0].texts
    assert not any(map(touched, (*axes[1:], other)))
    with pytest.raises(ValueError, match=rf"ax holds {len(axes) + 1} axes: this plot takes"):
        draw(ax=[*axes, other])
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize("name", PLOTS)
def test_without_axes_it_makes_a_figure_and_saves_it(name: str, tmp_path: Path) -> None:
    draw, projections = PLOTS[name]
    made = draw(path=tmp_path / "own.png")
    assert plt.get_fignums() == [1] and (tmp_path / "own.png").stat().st_size > 1000
    figure, axes, _ = grid(projections)
    again = draw(ax=axes if len(axes) > 1 else axes[0], path=str(tmp_path / "given.png"))
    assert type(again) is type(made) and again in (figure, *axes)
    assert (tmp_path / "given.png").stat().st_size > 1000


@pytest.mark.parametrize("name", ["Race", "LossSurface", "curves", "History", "Schedule"])
def test_the_path_may_stand_first_as_it_once_did(name: str, tmp_path: Path) -> None:
    draw = PLOTS[name][0]
    draw(str(tmp_path / "first.svg"))
    draw(tmp_path / "second.svg")
    assert (tmp_path / "first.svg").read_text() == (tmp_path / "second.svg").read_text()
    with pytest.raises(TypeError, match=r"ax is a matplotlib Axes, not the path 'a.svg'"):
        draw("a.svg", "b.svg")


@pytest.mark.parametrize("name", PLOTS)
def test_what_is_no_axes_is_named(name: str) -> None:
    draw = PLOTS[name][0]
    figure = plt.figure()
    with pytest.raises(TypeError, match="ax is a matplotlib Axes, or an array of them, not Figure"):
        draw(ax=figure)
    assert plt.get_fignums() == [figure.number]


def test_a_surface_wants_an_axes_with_depth() -> None:
    _, axes = plt.subplots(1, 2)
    with pytest.raises(ValueError, match='projection="3d"'):
        PLOTS["LossSurface"][0](ax=axes)
    with pytest.raises(ValueError, match='projection="3d"'):
        LESSONS["bowl-and-saddle"]().plot(axes)
    with pytest.raises(ValueError, match=r"ax holds 1 axes: this plot takes 2$"):
        LESSONS["bowl-and-saddle"]().plot(axes[0])


def test_the_former_name_of_ax_is_deprecated() -> None:
    _, axes = plt.subplots()
    with pytest.warns(DeprecationWarning, match="axes= is called ax= now"):
        assert optim.Cosine(0.1, 10).plot(5, axes=axes) is axes
    with pytest.warns(DeprecationWarning, match="ax= now"):
        nn.plots.decision_boundary(NET, X, Y, axes=axes, resolution=9)
    assert PLOTS["LossSurface"][0](None, 4) is not None  # the levels


def modules() -> Iterator[ModuleType]:
    for top in (nn, optim):
        for found in pkgutil.walk_packages(top.__path__, f"{top.__name__}."):
            yield import_module(found.name)


def test_no_plot_is_forgotten() -> None:
    plots: dict[str, Callable[..., Any]] = {
        name: getattr(nn.plots, name)
        for name in nn.plots.__all__
        if inspect.isfunction(getattr(nn.plots, name))
    }
    for module in modules():
        for name, thing in vars(module).items():
            if inspect.isclass(thing) and thing.__module__ == module.__name__:
                if "plot" in vars(thing):
                    plots[name] = vars(thing)["plot"]
            elif inspect.isfunction(thing) and name.startswith("plot_"):
                plots[name] = thing
    helpers = {"pyplot", "saved", "plot_race"}
    assert set(plots) - helpers == set(PLOTS)
    for name in PLOTS:
        assert {"ax", "path"} <= set(inspect.signature(plots[name]).parameters), name


MISSING = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Without())
"""
PYTHON = (
    MISSING
    + """
import numpy as np
import nn, optim
from optim.races import race
from optim.examples import EXAMPLES
from optim.schedules.range_test import RangeTest

X, y = nn.data.moons(40, rng=0)
net = nn.MLP(2, [3, 2], rng=0)
history = nn.History([{"epoch": 1, "loss": 0.5}])
surface = nn.loss_surface(net, (X, y), nn.CrossEntropyLoss(), resolution=3, rng=0)
film = nn.BoundaryMovie(X, y)
film.frames.append(("epoch 0", np.zeros((6400, 2))))
rates = np.ones(3)
for work in [
    race("beale", ["sgd"], steps=2).plot,
    RangeTest(rates, rates, rates, 1.0).plot,
    lambda: optim.Cosine(0.1, 10).plot(5),
    lambda: optim.ReduceOnPlateau(1.0).plot([1.0]),
    EXAMPLES["stopping-rule"]().plot,
    EXAMPLES["optimizer-forms"]().plot,
    surface.plot,
    history.plot,
    lambda: nn.plots.curves(history),
    lambda: nn.plots.decision_boundary(net, X, y),
    lambda: nn.plots.confusion_matrix(y, y),
    lambda: nn.plots.histograms(net),
    lambda: film.save("film.gif"),
    lambda: race("beale", ["sgd"], steps=2).save("race.gif"),
]:
    try:
        work()
    except ImportError as error:
        print(error)
"""
)
SAID = 'plots need matplotlib: pip install "tracegrad[plot]"\n'


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""}, check=False,
    )  # fmt: skip


def test_without_matplotlib_each_plot_says_what_to_install(tmp_path: Path) -> None:
    done = run(PYTHON, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == SAID * 14
    assert not [*tmp_path.iterdir()]


def test_without_matplotlib_the_commands_say_it_in_one_line(tmp_path: Path) -> None:
    for words in (
        ["race", "--surface", "beale", "--steps", "2", "-o", "race.svg"],
        ["race", "--surface", "beale", "--steps", "2", "-o", "race.gif"],
        ["race", "--surface", "beale", "--steps", "2", "-o", "race.pdf"],
        ["race", "--surface", "beale", "--steps", "2", "--frames", "frames"],
        ["examples", "decay", "-o", "picture.svg"],
        ["examples", "decay", "-o", "picture.pdf"],
        ["examples", "decay", "-o", "film.mp4"],
        ["examples", "decay", "--frames", "frames"],
    ):
        done = run(f"{MISSING}\nfrom autograd.cli import main\nsys.exit(main({words!r}))", tmp_path)
        assert done.returncode == 2, done
        assert SAID in done.stderr and len(done.stderr.splitlines()) == 1
        assert not [*tmp_path.iterdir()]
