"""Optimizers run against one another on a surface, drawn and tabulated."""

from optim.figures import COLOURS, KINDS, bytes_of, checked, save_figure, svg_of
from optim.races.page import race_page, race_parts
from optim.races.plots import (
    DASHES,
    MARKERS,
    draw_contours,
    draw_losses,
    draw_path,
)
from optim.races.results import Place, Run
from optim.races.shown import exhibit_of
from optim.races.trajectories import ENTRANTS, Race, race

__all__ = [
    "bytes_of", "checked", "COLOURS", "DASHES", "draw_contours", "draw_losses", "draw_path",
    "ENTRANTS", "exhibit_of", "KINDS", "MARKERS", "Place", "race", "Race", "race_page",
    "race_parts", "Run", "save_figure", "svg_of",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
