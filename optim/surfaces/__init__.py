"""Functions of two numbers to descend on."""

from optim.surfaces.functions import SURFACES, Point, Surface, surface_named

__all__ = ["Point", "Surface", "surface_named", "SURFACES"]


def __dir__() -> list[str]:
    return sorted(__all__)
