"""Random calls of functions composed of rows: statistics, samples of a function, densities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fuzz.attributes import Call, Wish, an_axis, axes, nothing, optional_axis
from fuzz.draw import Shape
from fuzz.matrices import definite
from fuzz.operands import Operands

POSITIVE = ((0.3, 2.5),)
ANYWHERE = ((-1.5, 1.5),)
INSIDE = ((0.1, 0.9),)

#: Ways to read a quantile from sorted elements.
METHODS = "linear linear linear lower higher nearest midpoint weibull hazen median_unbiased".split()


def full_of(program: Operands, a: int, least: int = 0) -> int:
    """``a``, or a new leaf where it has no elements or too few axes."""
    shape = program.shape(a)
    if len(shape) >= least and math.prod(shape) > 0:
        return a
    return program.leaf(tuple(program.draw.between(1, 4) for _ in range(max(least, 1))))


def with_axes(least: int) -> Wish:
    return lambda program, a: ((program.with_axes(a, least),), {})


def append(program: Operands, a: int) -> Call:
    draw = program.draw
    if draw.chance(0.4):
        return (a, program.leaf(draw.shape(0, 2))), {"axis": None}
    a = program.with_axes(a)
    shape = program.shape(a)
    axis = draw.below(len(shape))
    other = (*shape[:axis], draw.length(), *shape[axis + 1 :])
    return (a, program.leaf(other)), {"axis": axis}


def average(program: Operands, a: int) -> Call:
    draw = program.draw
    a = full_of(program, a)
    shape = program.shape(a)
    axis = axes(draw, len(shape))
    attrs: dict[str, Any] = {"axis": axis}
    if draw.chance(0.3):
        attrs["keepdims"] = True
    if draw.chance(0.3):
        return (a,), attrs
    if isinstance(axis, int) and -len(shape) <= axis < len(shape) and draw.chance(0.5):
        return (a, program.leaf((shape[axis],), POSITIVE)), attrs
    return (a, program.leaf(shape, POSITIVE)), attrs


def median(program: Operands, a: int) -> Call:
    draw = program.draw
    a = full_of(program, a)
    return (a,), {"axis": axes(draw, program.ndim(a)) or None, "keepdims": draw.chance(0.3)}


def _quantile(highest: float) -> Wish:
    def wish(program: Operands, a: int) -> Call:
        draw = program.draw
        operands, attrs = median(program, a)
        q = draw.uniform(0.0, highest, ()).item()
        several = draw.uniform(0.0, highest, (draw.between(1, 3),)).tolist()
        attrs["q"] = draw.of((q, q, several, 0.0, highest, highest / 2))
        return operands, attrs | {"method": draw.of(METHODS)}

    return wish


def partition(program: Operands, a: int) -> Call:
    """The elements that are sorted; the order of the rest is left open."""
    draw = program.draw
    a = full_of(program, a, 1)
    shape = program.shape(a)
    if draw.chance(0.3):
        kth = draw.below(math.prod(shape))
        return (a,), {"kth": kth, "axis": None, "part": kth}
    kth = draw.below(shape[-1])
    return (a,), {"kth": kth, "axis": -1, "part": (..., kth)}


def cov(program: Operands, a: int) -> Call:
    draw = program.draw
    variables, seen = draw.between(1, 3), draw.between(2, 5)
    attrs: dict[str, Any] = {"rowvar": draw.chance(0.7)}
    shape = (variables, seen) if attrs["rowvar"] else (seen, variables)
    operands: tuple[int, ...] = (program.leaf(draw.of((shape, shape, (seen,)))),)
    if program.ndim(operands[0]) == 2 and draw.chance(0.3):
        operands += (program.leaf(shape),)
    attrs["bias"] = draw.chance(0.3)
    attrs["ddof"] = draw.of((None, None, 0, 1))
    if draw.chance(0.3):
        attrs["fweights"] = draw.numbers.integers(1, 4, seen)
    if draw.chance(0.3):
        attrs["aweights"] = draw.uniform(0.3, 2.0, (seen,))
    return operands, attrs


def corrcoef(program: Operands, a: int) -> Call:
    operands, attrs = cov(program, a)
    return operands, {"rowvar": attrs["rowvar"]}


def gradient(program: Operands, a: int) -> Call:
    draw = program.draw
    a = full_of(program, a, 1)
    shape = program.shape(a)
    axis = optional_axis(draw, len(shape))
    attrs: dict[str, Any] = {"axis": axis, "edge_order": draw.of((1, 1, 2)), "spacings": ()}
    if axis is None and len(shape) > 1:
        attrs["part"] = draw.below(len(shape))
    elif draw.chance(0.4):
        n = shape[0 if axis is None else axis] if axis is None or abs(axis) <= len(shape) else 2
        attrs["spacings"] = (np.cumsum(draw.uniform(0.3, 1.0, (n,))),)
    if not attrs["spacings"] and draw.chance(0.3):
        attrs["spacings"] = (0.5,)
    return (a,), attrs


def trapezoid(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    shape = program.shape(a)
    axis = draw.below(len(shape))
    if draw.chance(0.5):
        return (a,), {"dx": draw.of((1.0, 0.5)), "axis": axis}
    places: Shape = (shape[axis],) if draw.chance(0.6) else shape
    return (a, program.leaf(places)), {"axis": axis}


def interp(program: Operands, a: int) -> Call:
    draw = program.draw
    n = draw.between(2, 5)
    places = program.given(np.cumsum(draw.uniform(0.3, 0.9, (n,))) - 1.2)
    attrs = draw.of(({}, {}, {"left": -2.0, "right": 3.0}, {"period": 2.5}))
    return (a, places, program.leaf((n,))), attrs


def polyval(program: Operands, a: int) -> Call:
    draw = program.draw
    if draw.chance(0.3):
        a = program.leaf(draw.shape(0, 2), ANYWHERE)
    return (program.leaf((draw.between(1, 4),)), a), {}


def of_vectors(*modes: str) -> Wish:
    def wish(program: Operands, a: int) -> Call:
        draw = program.draw
        sizes = [(draw.between(1, 5),) for _ in range(2)]
        first = a if program.ndim(a) == 1 else program.leaf(sizes[0])
        return (first, program.leaf(sizes[1])), {"mode": draw.of(modes)}

    return wish


def linspace(program: Operands, a: int) -> Call:
    draw = program.draw
    other = program.leaf(draw.part_of(program.shape(a)))
    n = len(np.broadcast_shapes(program.shape(a), program.shape(other)))
    attrs: dict[str, Any] = {"num": draw.between(0, 5), "axis": draw.of((0, n, -1))}
    if draw.chance(0.3):
        attrs["endpoint"] = False
    return (a, other) if draw.chance(0.5) else (other, a), attrs


def logspace(program: Operands, a: int) -> Call:
    draw = program.draw
    ends = [program.leaf(draw.shape(0, 1), INSIDE) for _ in range(1)]
    ends.append(program.leaf(program.shape(ends[0]), INSIDE))
    return tuple(ends), {"num": draw.between(0, 5), "base": draw.of((10.0, 2.0))}


def full(program: Operands, a: int) -> Call:
    return (a,), {"shape": program.draw.shape(0, 1) + program.shape(a)}


def select(program: Operands, a: int) -> Call:
    draw, shape = program.draw, program.shape(a)
    n = draw.between(1, 3)
    choices = [a, *(program.leaf(shape) for _ in range(n - 1))]
    masks = [np.asarray(draw.numbers.random(shape) < 0.5) for _ in range(n)]
    return tuple(choices), {"condlist": masks, "default": draw.of((0.0, 7.0))}


def nan_to_num(program: Operands, a: int) -> Call:
    return (a,), program.draw.of(({}, {"nan": 1.0}, {"posinf": 2.0, "neginf": -3.0}))


def rot90(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a, 2)
    return (a,), {"k": draw.between(-3, 5), "axes": tuple(draw.order(program.ndim(a))[:2])}


def rollaxis(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    n = program.ndim(a)
    return (a,), {"axis": an_axis(draw, n), "start": draw.between(-n, n)}


def shift(program: Operands, a: int) -> Call:
    draw, n = program.draw, program.ndim(a)
    chosen = tuple(draw.order(n)[: draw.between(0, n)])
    return (a,), {"axes": None if draw.chance(0.4) else chosen}


def split_along(least: int, axis: int) -> Wish:
    """hsplit, vsplit and dsplit: at places, or into equal parts."""

    def wish(program: Operands, a: int) -> Call:
        draw, a = program.draw, program.with_axes(a, least)
        shape = program.shape(a)
        n = shape[0 if len(shape) == 1 else axis]
        if draw.chance(0.5):
            cuts = sorted(draw.between(0, n) for _ in range(2))
            return (a,), {"indices_or_sections": cuts, "part": draw.below(3)}
        sections = draw.of([k for k in range(1, n + 1) if n % k == 0] or [1])
        return (a,), {"indices_or_sections": sections, "part": draw.below(sections)}

    return wish


def density(*parts: Any) -> Wish:
    """A density of x and of its parameters, each in its own stretch."""

    def wish(program: Operands, a: int) -> Call:
        shape = program.draw.shape(0, 2)
        rest = (program.leaf(program.draw.part_of(shape), part) for part in parts[1:])
        return (program.leaf(shape, parts[0]), *rest), {}

    return wish


def poisson(program: Operands, a: int) -> Call:
    shape = program.draw.shape(0, 2)
    events = program.constant(program.draw.numbers.integers(0, 6, shape).astype(float))
    return (events, program.leaf(program.draw.part_of(shape), POSITIVE)), {}


def multivariate_normal(program: Operands, a: int) -> Call:
    draw = program.draw
    n = draw.between(1, 3)
    covariance = definite(draw, n)
    covariance = (covariance + covariance.T) / 2
    x = draw.uniform(-1.0, 1.0, (draw.between(2, 3), n))
    arrays = (x, draw.uniform(-1.0, 1.0, (n,)), covariance)
    return tuple(program.given(array, of_linalg=True) for array in arrays), {}


def dirichlet(program: Operands, a: int) -> Call:
    n = program.draw.between(2, 4)
    return (program.leaf((n,), INSIDE), program.leaf((n,), POSITIVE)), {}


_NORMAL = density(ANYWHERE, ANYWHERE, POSITIVE)

COMPOSITIONS: dict[str, Wish] = {
    **dict.fromkeys("atleast_1d atleast_2d atleast_3d".split(), nothing),
    **dict.fromkeys("flipud".split(), with_axes(1)),
    **dict.fromkeys("fliplr matrix_transpose".split(), with_axes(2)),
    **dict.fromkeys("fftshift ifftshift".split(), shift),
    "append": append, "average": average, "median": median, "quantile": _quantile(1.0),
    "percentile": _quantile(100.0), "partition": partition, "cov": cov, "corrcoef": corrcoef,
    "gradient": gradient, "trapezoid": trapezoid, "interp": interp, "polyval": polyval,
    "convolve": of_vectors("full", "same", "valid"),
    "correlate": of_vectors("full", "same", "valid"), "linspace": linspace, "logspace": logspace,
    "full": full, "select": select, "nan_to_num": nan_to_num, "rot90": rot90,
    "rollaxis": rollaxis, "hsplit": split_along(1, 1), "vsplit": split_along(2, 0),
    "dsplit": split_along(3, 2), "normal_logpdf": _NORMAL,
}  # fmt: skip

#: Those that need SciPy, as their references do.
DENSITIES: dict[str, Wish] = {
    "t_logpdf": density(ANYWHERE, POSITIVE, ANYWHERE, POSITIVE),
    "gamma_logpdf": density(POSITIVE, POSITIVE),
    "beta_logpdf": density(INSIDE, POSITIVE, POSITIVE), "chi2_logpdf": density(POSITIVE, POSITIVE),
    "poisson_logpmf": poisson, "multivariate_normal_logpdf": multivariate_normal,
    "dirichlet_logpdf": dirichlet,
}  # fmt: skip
