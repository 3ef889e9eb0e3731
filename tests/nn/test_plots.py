"""The plots: what is in them, as far as a test can see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from nn import plots

X, Y = nn.data.moons(60, rng=0)


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    plots.pyplot().close("all")


def history() -> nn.History:
    rows = [
        {"epoch": i, "loss": 1 / i, "accuracy": i / 9, "val_loss": 1.1 / i} for i in range(1, 8)
    ]
    return nn.History(rows)


def test_curves_show_training_beside_validation() -> None:
    axes: Any = plots.curves(history()).axes
    loss, accuracy = axes
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    assert list(loss.lines[0].get_ydata()) == [1 / i for i in range(1, 8)]
    assert len(accuracy.lines) == 1 and accuracy.get_ylabel() == "accuracy"


def test_the_same_plot_is_saved_as_the_same_bytes(tmp_path: Path) -> None:
    paths = tmp_path / "first.svg", tmp_path / "second.svg"
    for path in paths:
        plots.curves(history(), path)
    first, second = (path.read_bytes() for path in paths)
    assert first == second


def test_the_boundary_lies_where_the_score_is_zero() -> None:
    def score(points: Any) -> Any:
        return points[:, :1] - 0.5  # the line x0 = 0.5

    figure: Any = plots.decision_boundary(score, X, Y)
    (axes,) = figure.axes
    lines = [c for c in axes.collections if c.get_linewidth()[0] == 1.2]
    crossing = np.concatenate([path.vertices for c in lines for path in c.get_paths()])
    np.testing.assert_allclose(crossing[:, 0], 0.5, atol=1e-6)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["class 0", "class 1"]


@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_boundaries_of_networks(outputs: int) -> None:
    y = Y if outputs < 3 else np.arange(60) % 3
    figure = plots.decision_boundary(nn.MLP(2, [4, outputs], rng=0), X, y, resolution=20)
    assert len(figure.axes) == 1


def test_the_confusion_matrix_holds_the_counts() -> None:
    figure = plots.confusion_matrix([0, 1, 1, 1], [0, 0, 1, 1], ["no", "yes"])
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.texts] == ["1", "1", "0", "2"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["no", "yes"]


def test_histograms_of_values_and_gradients() -> None:
    net = nn.MLP(2, [4, 1], rng=0)
    axes: Any = plots.histograms(net).axes
    assert len(axes) == 8 and sum(len(ax.texts) for ax in axes) == 4  # no gradient yet
    net(X).sum().backward()
    axes = plots.histograms(net).axes
    assert sum(len(ax.texts) for ax in axes) == 0
    assert sum(bar.get_height() for bar in axes[0].patches) == 8


def test_a_film(tmp_path: Path) -> None:
    from PIL import Image

    film = nn.BoundaryMovie(X, Y, every=2, resolution=10)
    net = nn.MLP(2, [4, 2], rng=0)
    nn.fit(net, (X, Y), nn.CrossEntropyLoss(), optim.Adam(net.parameters()), 4, callbacks=[film])
    assert [title.split(",")[0] for title, _ in film.frames] == ["epoch 0", "epoch 2", "epoch 4"]
    with Image.open(film.save(tmp_path / "film.gif", fps=2)) as picture:
        assert getattr(picture, "n_frames", 1) >= 3
    with pytest.raises(ValueError, match=r"use \.gif"):
        film.save(tmp_path / "film.mp4")


def test_a_loss_surface_leaves_the_weights_alone() -> None:
    net = nn.MLP(2, [4, 2], rng=0)
    before = net.state_dict()
    surface = nn.loss_surface(net, (X, Y), nn.CrossEntropyLoss(), span=0.5, resolution=5, rng=0)
    assert all((before[name] == array).all() for name, array in net.state_dict().items())
    whole = nn.evaluate(net, (X, Y), nn.CrossEntropyLoss())["loss"]
    assert surface.losses[2, 2] == pytest.approx(whole)
    first, second = surface.directions
    net.load_state_dict({k: v + 0.5 * first[k] - 0.25 * second[k] for k, v in before.items()})
    moved = nn.evaluate(net, (X, Y), nn.CrossEntropyLoss())["loss"]
    assert surface.losses[1, 4] == pytest.approx(moved)
    weights = before["0.weight"]
    np.testing.assert_allclose(
        np.linalg.norm(first["0.weight"], axis=0), np.linalg.norm(weights, axis=0)
    )


def test_the_summary_counts_and_shows_shapes() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(6, 4), nn.BatchNorm1d(4), nn.ReLU())
    net[1].weight.requires_grad = False
    found = nn.summary(net, (2, 3))
    assert [line.output for line in found.lines] == [(2, 6), (2, 4), (2, 4), (2, 4)]
    assert found.parameters == 36 and found.trainable == 12
    assert "(N, 4)" in str(found) and "24 of them frozen" in str(found)
    assert net[2].num_batches_tracked == 0 and net.training
    assert [line.parameters for line in nn.summary(nn.Linear(2, 1)).lines] == [3]


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: plots.curves(nn.History()), "no epoch"),
        (lambda: plots.curves(history(), "a.bmp"), "must end in .svg, .png, .pdf"),
        (lambda: plots.decision_boundary(nn.Linear(3, 2), np.ones((5, 3)), Y[:5]), r"\(5, 3\)"),
        (lambda: plots.histograms(nn.ReLU()), "no parameters"),
        (lambda: nn.BoundaryMovie(np.ones((5, 3)), Y), r"\(5, 3\)"),
        (lambda: nn.BoundaryMovie(X, Y, every=0), "every"),
        (lambda: nn.BoundaryMovie(X, Y).save("a.gif"), "callback"),
        (lambda: nn.loss_surface(nn.Linear(2, 2), (X, Y), nn.MSELoss(), resolution=4), "odd"),
        (lambda: nn.loss_surface(nn.Linear(2, 2), (X, Y), nn.MSELoss(), span=0), "span"),
    ],
)
def test_bad_input(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
