"""matplotlib's axes and files, for every plot; it is loaded only where something is drawn.

Every plot takes ``ax=``, the axes to draw in, one for each panel, and ``path=``, where to save the
figure. Without ``ax`` a new figure is made.
"""

from optim.figures.axes import (
    COLOURS,
    Place,
    axes_of,
    colour_bar,
    deep,
    either,
    one_axes,
    pyplot,
    whole_figure,
)
from optim.figures.reliefs import NO_LESSON, Parts, Relief, relief_page, relief_parts
from optim.figures.saving import KINDS, bytes_of, checked, save_figure, saved, written
from optim.figures.themed import svg_of

__all__ = [
    "axes_of", "bytes_of", "checked", "colour_bar", "COLOURS", "deep", "either", "KINDS",
    "NO_LESSON", "one_axes", "Parts", "Place", "pyplot", "Relief", "relief_page", "relief_parts",
    "save_figure", "saved", "svg_of", "whole_figure", "written",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
