"""The loss around trained weights, on a plane through them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, Seed
from nn.kinds import Data, LossFunction
from nn.layers import Module
from nn.rng import generator
from nn.training import evaluate
from optim.figures import (
    KINDS,
    Parts,
    Place,
    Relief,
    axes_of,
    checked,
    colour_bar,
    deep,
    either,
    pyplot,
    relief_page,
    relief_parts,
    saved,
    whole_figure,
    written,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from mpl_toolkits.mplot3d import Axes3D


TITLE = "The loss around trained weights"


@dataclass(frozen=True, eq=False, repr=False)
class LossSurface:
    """``losses[j, i]`` is the loss at w + alphas[i]·d₁ + betas[j]·d₂; the middle is w itself."""

    alphas: Array
    betas: Array
    losses: Array
    directions: tuple[dict[str, Array], dict[str, Array]]

    def __repr__(self) -> str:
        low, high = self.losses.min(), self.losses.max()
        rows, columns = self.losses.shape
        return f"<LossSurface of {rows} × {columns} losses from {low:.4g} to {high:.4g}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the plot, where matplotlib is installed."""
        try:
            figure = self.plot()
        except ImportError:
            return {"text/plain": repr(self)}
        picture = BytesIO()
        figure.savefig(picture, format="png")
        pyplot().close(figure)  # the notebook would show it a second time
        return {"text/plain": repr(self), "image/png": b64encode(picture.getvalue()).decode()}

    def relief(self, title: tuple[str, ...] | None = None) -> Relief:
        """The landscape as a page draws it, under ``title`` in each language."""
        from autograd.writing import translated

        return Relief(
            title or translated(TITLE), self.alphas, self.betas, self.losses,
            translated("along d1"), translated("along d2"), translated("loss"), [(0.0, 0.0)], True,
        )  # fmt: skip

    def parts(self, lang: str = "en") -> Parts:
        """What a page takes in to show it: level lines that are read, a surface that is turned."""
        return relief_parts([self.relief()], lang)

    def html(self, lang: str = "en") -> str:
        """One offline page of it."""
        one = self.relief()
        return relief_page([one], one.title, lang)

    def save(self, path: str | Path, lang: str = "en") -> Path:
        """Write the page (.html) or the picture (.svg, .png or .pdf); returns the path."""
        target = checked(path, (*KINDS, ".html"))
        if target.suffix.lower() == ".html":
            written(target, self.html(lang))
        else:
            pyplot().close(self.plot(path=target))
        return target

    def plot(
        self, ax: Place = None, path: str | Path | int | None = None, levels: int = 18
    ) -> Figure:
        """Contours beside the surface; returns the matplotlib figure.

        ``ax`` is one matplotlib Axes, for the contours, or two, the second with
        ``projection="3d"``; ``path`` saves the figure (.png, .svg or .pdf).
        """
        if isinstance(path, int):  # the levels stood second when the path was first
            levels, path = path, None
        ax, path = either(ax, path)
        if ax is None:
            figure = pyplot().figure(figsize=(10, 4.3), layout="constrained")
            ax = [figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2, projection="3d")]
        given = axes_of(ax, ("contours", "surface"))
        deep(given[1:])
        left = given[0]
        # On a logarithmic scale the neighbourhood of the minimum is visible beside large losses.
        heights = np.log10(np.maximum(self.losses, 1e-12))
        shades = left.contourf(self.alphas, self.betas, heights, levels, cmap="viridis")
        left.contour(
            self.alphas, self.betas, heights, levels, colors="white", linewidths=0.4, alpha=0.6
        )
        left.plot(0, 0, "*", ms=13, color="#e69f00", mec="black", label="trained weights")
        left.set(xlabel="along d1", ylabel="along d2")
        left.locator_params(nbins=5)
        left.legend(loc="upper right")
        colour_bar(shades, left, "log10 loss")
        for right in given[1:]:
            self._draw_surface(cast("Axes3D", right), heights)
        return saved(whole_figure(left), path)

    def _draw_surface(self, right: Axes3D, heights: Array) -> None:
        a, b = np.meshgrid(self.alphas, self.betas)
        right.plot_surface(a, b, heights, cmap="viridis", linewidth=0, antialiased=True)
        right.set(xlabel="along d1", ylabel="along d2")
        right.set_zlabel("log10 loss", labelpad=9)
        right.tick_params(axis="z", pad=5)
        right.view_init(elev=35, azim=-60)
        right.set_box_aspect(None, zoom=0.85)


def filter_normalised(module: Module, rng: Seed = None) -> dict[str, Array]:
    """A random direction in which every unit's weights move in proportion to their own length.

    Each column of a weight matrix, the weights into one unit, is a normal draw scaled to the length
    of that column; biases and other vectors do not move. Li et al., Visualizing the Loss Landscape
    of Neural Nets (2018): only then are the slopes of two networks comparable.
    """
    rng = generator(rng)
    direction = {}
    for name, p in module.named_parameters():
        d = rng.standard_normal(p.shape) if p.ndim >= 2 else np.zeros(p.shape)
        if p.ndim >= 2:
            lengths = np.linalg.norm(d, axis=0, keepdims=True)
            d *= np.linalg.norm(p.data, axis=0, keepdims=True) / np.maximum(lengths, 1e-300)
        direction[name] = d.astype(p.dtype)
    return direction


def loss_surface(
    module: Module,
    data: Data,
    loss_fn: LossFunction,
    span: float = 1.0,
    resolution: int = 31,
    rng: Seed = None,
) -> LossSurface:
    """The loss on a square of ± ``span`` along two random filter-normalised directions.

    ``data`` is ``(X, y)`` or a DataLoader; ``resolution`` points a side, an odd number so that the
    trained weights are in the middle. The weights are restored afterwards.

    ``module`` and ``loss_fn`` give the loss; ``rng`` is a seed or a generator for the directions.
    Returns a surface with a ``plot`` method.
    """
    if resolution < 3 or resolution % 2 == 0:
        raise ValueError(f"loss_surface: resolution is an odd number from 3, not {resolution}")
    if not span > 0:
        raise ValueError(f"loss_surface: span must be positive, it is {short(span)}")
    rng = generator(rng)
    first, second = filter_normalised(module, rng), filter_normalised(module, rng)
    steps = np.linspace(-span, span, resolution)
    start = {name: p.data for name, p in module.named_parameters()}
    losses = np.empty((resolution, resolution))
    try:
        for j, b in enumerate(steps):
            for i, a in enumerate(steps):
                for name, p in module.named_parameters():
                    p.data = start[name] + (a * first[name] + b * second[name]).astype(p.dtype)
                losses[j, i] = evaluate(module, data, loss_fn)["loss"]
    finally:
        for name, p in module.named_parameters():
            p.data = start[name]
    return LossSurface(steps, steps, losses, (first, second))
