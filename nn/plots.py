"""Plots of a training and of what was trained; each returns the matplotlib figure (extra ``plot``).

Every function takes ``path=``, where to save the figure: ``.png``, ``.svg`` or ``.pdf``, and
``ax=``, a matplotlib Axes to draw in, or as many as there are panels: then no figure is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograd.typing import Array, ArrayOperand
from nn.layers import Module
from nn.metrics import classes_of
from nn.metrics import confusion_matrix as _matrix
from nn.training import History, predict
from optim.figures import COLOURS as COLOURS
from optim.figures import Place, axes_of, one_axes, whole_figure
from optim.figures import pyplot as pyplot
from optim.figures import saved as saved

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS", "confusion_matrix", "curves", "decision_boundary", "histograms", "MARKERS",
    "pyplot", "saved",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def curves(history: History, ax: Place = None, path: str | Path | None = None) -> Figure:
    """Loss and metrics over the epochs, training beside validation: a panel for each.

    It is ``history.plot``. One ``ax`` alone gets the first panel, the loss.
    """
    return history.plot(ax, path)


def decision_boundary(
    model: Module | Callable[[Array], ArrayOperand],
    X: ArrayOperand,
    y: ArrayOperand,
    path: str | Path | None = None,
    names: Sequence[str] | None = None,
    axes: Axes | None = None,
    resolution: int = 200,
    ax: Place = None,
) -> Figure:
    """The class that the model gives to every point of the plane, with the data on top.

    Of two classes the shade is the probability; ``X`` must have two columns. ``ax`` was called
    ``axes`` once.
    """
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"decision_boundary: points in the plane (n, 2) are wanted, not {X.shape}")
    axes = one_axes(ax, (5.2, 4.4), axes)
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.12 * (high - low).max()
    xs, ys = (
        np.linspace(a - margin, b + margin, resolution) for a, b in zip(low, high, strict=True)
    )
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    scores = predict(model, grid) if isinstance(model, Module) else np.asarray(model(grid))
    classes = int(y.max()) + 1
    _shade(axes, xs, ys, scores, max(classes, 2))
    for k in range(classes):
        label = names[k] if names else f"class {k}"
        axes.scatter(
            X[y == k, 0], X[y == k, 1], s=22, color=COLOURS[k % 7],
            marker=MARKERS[k % 7], edgecolor="white", linewidth=0.6, label=label,
        )  # fmt: skip
    axes.set(xlabel="x0", ylabel="x1", xlim=xs[[0, -1]], ylim=ys[[0, -1]])
    axes.legend(loc="best", framealpha=0.9)
    return saved(whole_figure(axes), path)


def _shade(axes: Axes, xs: Array, ys: Array, scores: Array, classes: int) -> None:
    from matplotlib.colors import LinearSegmentedColormap, ListedColormap

    shape = (len(ys), len(xs))
    if scores.ndim == 1 or scores.shape[1] <= 2:
        logit = scores.reshape(len(scores), -1)
        logit = logit[:, 1] - logit[:, 0] if logit.shape[1] == 2 else logit[:, 0]
        with np.errstate(over="ignore"):
            chance = (1 / (1 + np.exp(-logit))).reshape(shape)
        colours = LinearSegmentedColormap.from_list("two", [COLOURS[0], "white", COLOURS[1]])
        axes.pcolormesh(xs, ys, chance, cmap=colours, vmin=0, vmax=1, alpha=0.45, rasterized=True)
        if chance.min() < 0.5 < chance.max():
            axes.contour(xs, ys, chance, levels=[0.5], colors="black", linewidths=1.2)
        return
    best = classes_of(scores).reshape(shape)
    count = max(classes, int(best.max()) + 1)
    many = ListedColormap([COLOURS[k % 7] for k in range(count)])
    axes.pcolormesh(
        xs, ys, best, cmap=many, vmin=-0.5, vmax=count - 0.5, alpha=0.3, rasterized=True
    )
    for k in range(scores.shape[1]):
        # By how much class k leads the best of the others: 0 on its border.
        lead = scores[:, k] - np.delete(scores, k, axis=1).max(axis=1)
        if lead.min() < 0 < lead.max():
            axes.contour(xs, ys, lead.reshape(shape), levels=[0], colors="black", linewidths=0.8)


def confusion_matrix(
    output: ArrayOperand,
    target: ArrayOperand,
    names: Sequence[str] | None = None,
    path: str | Path | None = None,
    ax: Place = None,
) -> Figure:
    """How many rows of each class (row) were predicted as each class (column)."""
    counts = _matrix(output, target, None if names is None else len(names))
    n = len(counts)
    names = [str(k) for k in range(n)] if names is None else names
    size = 2.2 + 0.6 * n
    axes = one_axes(ax, (size + 0.8, size))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for i in range(n):
        for j in range(n):
            colour = "white" if share[i, j] > 0.6 else "black"
            axes.text(j, i, str(counts[i, j]), ha="center", va="center", color=colour)
    turned = 45 if max(map(len, names)) > 4 else 0
    axes.set_xticks(range(n), names, rotation=turned, ha="right" if turned else "center")
    axes.set_yticks(range(n), names)
    axes.set(xlabel="predicted", ylabel="true")
    return saved(whole_figure(axes), path)


def histograms(
    model: Module, path: str | Path | None = None, bins: int = 40, ax: Place = None
) -> Figure:
    """The values of every parameter and, below, its gradients: two rows of panels."""
    parameters = list(model.named_parameters())
    if not parameters:
        raise ValueError("histograms: the module has no parameters")
    columns = len(parameters)
    if ax is None:
        _, ax = pyplot().subplots(
            2, columns, figsize=(2.6 * columns, 4.6), layout="constrained", squeeze=False
        )
    panels = [(name, p, what) for what in ("value", "gradient") for name, p in parameters]
    given = axes_of(ax, [f"{what} of {name}" for name, _, what in panels])
    for i, (axes, (name, p, what)) in enumerate(zip(given, panels)):
        values = p.data if what == "value" else p.grad
        if values is None:
            axes.text(0.5, 0.5, "no gradient", ha="center", va="center", transform=axes.transAxes)
            axes.set(xticks=[], yticks=[])
        else:
            bars = min(bins, 4 + int(2 * values.size**0.5))
            axes.hist(np.ravel(values), bins=bars, color=COLOURS[i // columns])
            axes.ticklabel_format(axis="x", scilimits=(-3, 4))
        if i % columns == 0:
            axes.set_ylabel(f"{what}s: count")
        if i < columns:
            axes.set_title(f"{name}\n{' × '.join(map(str, p.shape))}", fontsize=9)
    return saved(whole_figure(given[0]), path)
