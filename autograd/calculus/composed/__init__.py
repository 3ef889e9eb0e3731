"""Functions that are no rows of their own: each is a few rows, in the namespace it is given."""

from autograd.calculus import Function
from autograd.calculus.composed import (
    assembling,
    contractions,
    decompositions,
    densities,
    differences,
    filling,
    padding,
    statistics,
)

__all__ = ["COMPOSED", "DENSITIES", "det_sign", "of_triangle"]

#: By name. ``trace`` of a matrix is for NumPy and the method: ``autograd.trace`` traces graphs.
COMPOSED: dict[str, Function] = {
    function.__name__: function
    for family in (
        assembling,
        filling,
        contractions,
        decompositions,
        densities,
        differences,
        padding,
        statistics,
    )
    for function in family.FUNCTIONS
}

#: Those whose arguments are all arrays.
DENSITIES = densities.FUNCTIONS
det_sign = decompositions.det_sign
of_triangle = decompositions.of_triangle
