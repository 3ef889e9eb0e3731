"""Plots in TikZ: what they cost TeX, and what is seen of them."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from autograd.exports import figure_tikz
from autograd.exports.plots import _rectangles


@pytest.mark.parametrize("shape, most", [((7, 5), 35), ((130, 260), 10_000)])
def test_a_grid_is_drawn_as_few_rectangles_of_its_colours(
    shape: tuple[int, int], most: int
) -> None:
    rng = np.random.default_rng(0)
    rows, columns = shape
    xs, ys = np.cumsum(rng.uniform(1, 2, columns + 1)), np.cumsum(rng.uniform(1, 2, rows + 1))
    down, across = np.mgrid[:rows, :columns] / max(shape)
    colours = np.stack([down, across, 0 * down, np.where(across < 0.3, 0.0, 0.5)], axis=2)
    found = _rectangles(xs, ys, colours)
    seen = 0
    for colour, corners in found.items():
        for left, low, right, high in corners:
            (top, bottom), (first, last) = (
                np.searchsorted(ys, (low, high)), np.searchsorted(xs, (left, right))
            )  # fmt: skip
            part = colours[top:bottom, first:last]
            assert part.size and part[..., 3].any()
            seen += part[..., 3].astype(bool).sum()
            on_white = part[..., :3] * part[..., 3:] + 1 - part[..., 3:]
            fully = part[..., 3] > 0
            assert np.abs(on_white[fully] - colour).max() < 0.03
    assert seen == (colours[..., 3] > 0).sum()
    assert sum(map(len, found.values())) <= most


def test_a_mesh_in_tikz_takes_little_memory_and_no_space() -> None:
    figure = Figure(figsize=(4, 3))
    axes = figure.add_subplot()
    x = np.linspace(-1, 1, 241)
    axes.pcolormesh(x, x, np.add.outer(x**2, x**2)[1:, 1:], alpha=0.45)
    drawn = figure_tikz(figure)
    assert 100 < drawn.count(r"\tgcell") < 6000 and drawn.count(r"\begin{scope}") < 10
    head = drawn[: drawn.index(r"\resizebox")].splitlines()
    assert len(head) > 10 and all(line.endswith("%") for line in head)
    sheared = Figure()
    x, y = np.meshgrid([0.0, 1.0, 2.0], [0.0, 1.0])
    sheared.add_subplot().pcolormesh(x + y, y, [[1, 2]])
    assert r"\tgcell" not in figure_tikz(sheared)
