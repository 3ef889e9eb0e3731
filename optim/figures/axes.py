"""The axes that a plot is drawn in: those of the caller, or of a new figure."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias, Union

import numpy as np

from optim.kinds import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure

#: Okabe and Ito's colours: apart for every kind of colour blindness.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
#: What ``ax`` may be: an axes, several, the path of old, or nothing for a figure of its own.
Place: TypeAlias = Union["Axes", Sequence["Axes"], Array, str, Path, None]


def pyplot() -> ModuleType:
    """matplotlib.pyplot, or an error that says how to get it."""
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        raise ImportError(
            'plots need matplotlib: pip install "tracegrad[plot]"', name="matplotlib"
        ) from None
    return plt  # type: ignore[no-any-return]


def either(ax: Place, path: str | Path | None) -> tuple[Place, str | Path | None]:
    """The axes and the path of a call, whose first argument may be the path.

    >>> from optim.figures import either
    >>> either("race.svg", None)
    (None, 'race.svg')
    """
    if not isinstance(ax, str | os.PathLike):
        return ax, path
    if path is not None:
        raise TypeError(f"ax is a matplotlib Axes, not the path {str(ax)[:100]!r}")
    return None, ax


def axes_of(ax: Place, panels: Sequence[str] | int) -> list[Axes]:
    """The axes given for the panels of those names, in order; one alone is for the first.

    Of panels without names, as many as ``panels``, none can be left out.
    """
    given: list[Axes] = np.ravel(np.asarray(ax, object)).tolist()
    for one in given:
        if not hasattr(one, "transAxes"):
            kind = type(one).__name__
            raise TypeError(f"ax is a matplotlib Axes, or an array of them, not {kind}")
    n, several = (panels, "") if isinstance(panels, int) else (len(panels), ", ".join(panels))
    if len(given) != n and not (several and len(given) == 1):
        named = f" ({several}), or 1 for {several.partition(', ')[0]}" if several and n > 1 else ""
        raise ValueError(f"ax holds {len(given)} axes: this plot takes {n}{named}")
    return given


def deep(axes: Sequence[Axes]) -> None:
    """Refuse axes in which no surface can be drawn."""
    if not all(hasattr(one, "plot_surface") for one in axes):
        raise ValueError('a surface takes an axes with projection="3d"')


def colour_bar(shades: ScalarMappable, axes: Axes, label: str = "") -> None:
    """The bar that tells the colours: within the axes, whose neighbours keep their size."""
    axes.figure.colorbar(shades, cax=axes.inset_axes((1.03, 0, 0.05, 1)), label=label)


def one_axes(ax: Place, size: tuple[float, float], axes: Axes | None = None) -> Axes:
    """The axes of a plot of one panel, or that of a new figure of ``size`` inches."""
    if axes is not None:
        warnings.warn("axes= is called ax= now", DeprecationWarning, stacklevel=3)
        ax = axes
    if ax is None:
        _, made = pyplot().subplots(figsize=size, layout="constrained")
        return made  # type: ignore[no-any-return]
    return axes_of(ax, ("it",))[0]


def whole_figure(axes: Axes) -> Figure:
    """The figure that an axes stands in; of a part of a figure, the whole one."""
    return axes.figure.figure
