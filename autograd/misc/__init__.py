"""Helpers under HIPS autograd's names: ``flatten``, ``optimizers``, ``fixed_points``."""

from autograd.misc.flatten import flatten, flatten_func

__all__ = ["flatten", "flatten_func"]


def __dir__() -> list[str]:
    return sorted(__all__)
