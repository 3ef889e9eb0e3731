"""Optimizers run against one another on a surface, drawn and tabulated."""

from optim.races.plots import (
    COLOURS,
    DASHES,
    KINDS,
    MARKERS,
    bytes_of,
    checked,
    draw_contours,
    draw_losses,
    draw_path,
    save_figure,
)
from optim.races.results import Run
from optim.races.themed import svg_of
from optim.races.trajectories import ENTRANTS, Place, Race, race

__all__ = [
    "bytes_of", "checked", "COLOURS", "DASHES", "draw_contours", "draw_losses", "draw_path",
    "ENTRANTS", "KINDS", "MARKERS", "Place", "race", "Race", "Run", "save_figure", "svg_of",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
