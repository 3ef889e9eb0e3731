"""Windows that move over the spatial axes of (N, C, *spatial): where they stand, unfold, fold.

``stride``, ``padding`` and ``dilation`` are a number for all spatial axes or one for each; an entry
of ``padding`` may be a pair (before, after).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from autograd.calculus import Namespace, Padding, Quantity, Shape, Sizes, short
from autograd.calculus.array_rules.core import Array, ArrayRule, linear_tangent, sample

#: Of each axis how much is put on before it and after it.
Pairs: TypeAlias = tuple[tuple[int, int], ...]
#: An index of spatial axes. Any: NumPy's own types do not know (..., *slices).
Places: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Windows:
    """Where the windows stand: their size and number, and their steps, by spatial axis."""

    size: Shape
    stride: Shape
    padding: Pairs
    dilation: Shape
    extent: Shape
    padded: Shape
    count: Shape

    @property
    def is_padded(self) -> bool:
        return self.padded != self.extent

    @property
    def inside(self) -> Places:
        """The picture in the padded picture."""
        return tuple([slice(p[0], p[0] + n) for p, n in zip(self.padding, self.extent)])

    def taps(self) -> Iterator[tuple[Shape, Places]]:
        """Each place in a window, and where the padded picture has it in all windows."""
        for place in itertools.product(*map(range, self.size)):
            where = (
                slice(i * d, i * d + (n - 1) * s + 1, s)
                for i, d, s, n in zip(place, self.dilation, self.stride, self.count)
            )
            yield place, tuple(where)


def windows_over(
    name: str, extent: Shape, size: Sizes, stride: Sizes, padding: Padding, dilation: Sizes
) -> Windows:
    """The windows of ``size`` over a picture of shape ``extent``, or a ValueError by ``name``."""
    return _windows(name, extent, _fixed(size), _fixed(stride), _fixed(padding), _fixed(dilation))


def _fixed(x: object) -> object:
    if x.__class__ is int:
        return x
    if isinstance(x, np.ndarray):
        x = x.tolist()
    return tuple([_fixed(item) for item in x]) if isinstance(x, list | tuple) else x


@lru_cache(maxsize=512, typed=True)
def _windows(
    name: str, extent: Shape, size: object, stride: object, padding: object, dilation: object
) -> Windows:
    ndim = len(extent)
    k = each(name, "the size of a window", size, ndim, 1)
    s = each(name, "stride", stride, ndim, 1)
    d = each(name, "dilation", dilation, ndim, 1)
    borders = pairs(name, padding, ndim)
    padded = tuple(n + sum(pair) for n, pair in zip(extent, borders))
    reach = tuple((n - 1) * step + 1 for n, step in zip(k, d))
    if any(n < r for n, r in zip(padded, reach)):
        spread = "" if reach == k else f" that reaches over {reach}"
        with_padding = "" if padded == extent else f" that padding makes {padded}"
        raise ValueError(
            f"{name}: a window of {k}{spread} does not fit into a picture of {extent}"
            f"{with_padding}; take a smaller window, or more padding"
        )
    count = tuple((n - r) // step + 1 for n, r, step in zip(padded, reach, s))
    return Windows(k, s, borders, d, extent, padded, count)


def pairs(name: str, padding: object, ndim: int) -> Pairs:
    """Padding as a pair (before, after) for every axis."""
    padding = _fixed(padding)
    entries = padding if isinstance(padding, tuple) else (padding,) * ndim
    if any(isinstance(entry, tuple) and len(entry) != 2 for entry in entries):
        raise ValueError(f"{name}: padding {padding} is no number or pair (before, after) per axis")
    sides = (
        tuple([entry[i] if isinstance(entry, tuple) else entry for entry in entries])
        for i in (0, 1)
    )
    before, after = (each(name, "padding", side, ndim, 0) for side in sides)
    return tuple(zip(before, after))


def each(name: str, what: str, x: object, ndim: int, least: int) -> Shape:
    """``x``, whole numbers from ``least``, as one for each of ``ndim`` axes; or a ValueError."""
    x = _fixed(x)
    numbers: tuple[Quantity, ...] = x if isinstance(x, tuple) else (x,) * ndim
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in numbers)
    if not whole or any(n < least for n in numbers):
        raise ValueError(f"{name}: {what} must be of whole numbers from {least}, not {short(x)}")
    if len(numbers) != ndim:
        raise ValueError(f"{name}: {what} is {x}, but there are {ndim} spatial axes; give {ndim}")
    return tuple([int(n) for n in numbers])


def framed(a: Array, windows: Windows, fill: float) -> Array:
    """``a`` (..., *spatial) with the padding around it."""
    if not windows.is_padded:
        return a
    lead = a.shape[: a.ndim - len(windows.extent)]
    wide = np.full(lead + windows.padded, fill, a.dtype)
    wide[(..., *windows.inside)] = a
    return wide


def unfold(
    x: Array,
    size: Sizes,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    fill: float = 0.0,
) -> Array:
    """All windows of x (N, C, *spatial) side by side: (N, C, *size, *number of windows).

    ``fill`` is what stands in the padding.

    >>> import numpy as np
    >>> import autograd
    >>> x = np.arange(4.0).reshape(1, 1, 4)
    >>> print(autograd.unfold(x, 2)[0, 0].T)
    [[0. 1.]
     [1. 2.]
     [2. 3.]]
    """
    pictures("unfold", x.shape)
    windows = windows_over("unfold", x.shape[2:], size, stride, padding, dilation)
    wide = np.ascontiguousarray(framed(x, windows, fill))
    steps = wide.strides[2:]
    shape = (*wide.shape[:2], *windows.size, *windows.count)
    strides = (
        *wide.strides[:2],
        *[step * d for step, d in zip(steps, windows.dilation)],
        *[step * s for step, s in zip(steps, windows.stride)],
    )
    return overlapping(wide, shape, strides)


def overlapping(wide: Array, shape: Shape, strides: Shape) -> Array:
    """A view of a contiguous array in which its elements occur many times; not to be written to."""
    view: Array = np.ndarray(shape, wide.dtype, wide, 0, strides)
    view.flags.writeable = False
    return view


def fold(
    x: Array, size: Sizes, stride: Sizes = 1, padding: Padding = 0, dilation: Sizes = 1
) -> Array:
    """Windows x, as ``unfold`` gives them, added up where they stood: (N, C, *size).

    ``size`` is that of the picture; what stood in its padding is dropped.

    >>> import numpy as np
    >>> import autograd
    >>> x = np.arange(4.0).reshape(1, 1, 4)
    >>> print(autograd.fold(autograd.unfold(x, 2), 4))
    [[[0. 2. 4. 3.]]]
    """
    ndim = (x.ndim - 2) // 2
    if x.ndim < 4 or x.ndim % 2:
        raise ValueError(f"fold: shape {x.shape} is not (N, C, *size of a window, *number of them)")
    picture = each("fold", "the size of the picture", size, ndim, 1)
    windows = windows_over("fold", picture, x.shape[2 : 2 + ndim], stride, padding, dilation)
    if x.shape[2 + ndim :] != windows.count:
        raise ValueError(
            f"fold: a picture of {picture} has {windows.count} windows of {windows.size}, but x "
            f"{x.shape} has {x.shape[2 + ndim :]}"
        )
    wide = np.zeros((*x.shape[:2], *windows.padded), x.dtype)
    for place, where in windows.taps():
        wide[(..., *where)] += x[(slice(None), slice(None), *place)]
    return wide[(..., *windows.inside)] if windows.is_padded else wide


def pictures(name: str, shape: Shape) -> None:
    """Raise ValueError unless ``shape`` is that of pictures."""
    if len(shape) < 3:
        raise ValueError(
            f"{name}: shape {shape} is not (samples, channels, *spatial); reshape it first"
        )


def unfold_x(
    F: Namespace,
    g: Array,
    out: Array,
    x: Array,
    size: Sizes,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    fill: float = 0.0,
) -> Array:
    return F.fold(g, x.shape[2:], stride, padding, dilation)


def fold_x(
    F: Namespace,
    g: Array,
    out: Array,
    x: Array,
    size: Sizes,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Array:
    return F.unfold(g, x.shape[2 : x.ndim // 2 + 1], stride, padding, dilation)


def unfold_tangent(
    F: Namespace,
    tangents: tuple[Array],
    out: Array,
    x: Array,
    size: Sizes,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    fill: float = 0.0,
) -> Array:
    return F.unfold(tangents[0], size, stride, padding, dilation)


def said(**attrs: object) -> str:
    """The arguments that differ from 0 for padding, and from 1 for all others.

    >>> from autograd.calculus.array_rules.windows import said
    >>> said(stride=(2, 2), padding=0, dilation=1)
    ', stride=2'
    """
    parts = []
    for name, value in attrs.items():
        fixed = _fixed(value)
        written = one_or_all(fixed) if isinstance(fixed, tuple) else str(fixed)
        if written != ("0" if name == "padding" else "1"):
            parts.append(f", {name}={written}")
    return "".join(parts)


def one_or_all(sizes: Sequence[object]) -> str:
    """What holds by axis as one writes it: ``3`` where all are alike."""
    return str(sizes[0]) if len(set(sizes)) == 1 else str(tuple(sizes))


def unfold_printed(
    x: Array, size: Sizes, stride: Sizes, padding: Padding, dilation: Sizes, fill: float
) -> tuple[str, ...]:
    steps = said(stride=stride, padding=padding, dilation=dilation)
    return (f"dx = fold(g, {one_or_all(x.shape[2:])}{steps})",)


def fold_printed(
    x: Array, size: Sizes, stride: Sizes, padding: Padding, dilation: Sizes
) -> tuple[str, ...]:
    steps = said(stride=stride, padding=padding, dilation=dilation)
    return (f"dx = unfold(g, {one_or_all(x.shape[2 : x.ndim // 2 + 1])}{steps})",)


RULES = (
    ArrayRule(
        "unfold",
        unfold,
        (unfold_x,),
        unfold_printed,
        unfold_tangent,
        (
            sample((2, 3, 5), size=2),
            sample((2, 1, 5), size=2, stride=2),
            sample((1, 2, 4, 4), size=3),
            sample((1, 2, 5, 4), size=(3, 2), stride=(2, 1), padding=(1, 0)),
            sample((1, 1, 5, 5), size=2, dilation=2, padding=((0, 1), (1, 0)), fill=-3.0),
            sample((1, 1, 3, 4, 3), size=2, stride=2, padding=1),
            sample((0, 2, 4, 4), size=2, smooth=False),
            sample((2, 0, 4), size=2, smooth=False),
        ),
    ),
    ArrayRule(
        "fold",
        fold,
        (fold_x,),
        fold_printed,
        linear_tangent("fold"),
        (
            sample((2, 3, 2, 4), size=5),
            sample((2, 1, 2, 2), size=(5,), stride=2),
            sample((1, 2, 3, 2, 3, 3), size=(5, 4), stride=(2, 1), padding=(1, 0)),
            sample((1, 1, 2, 2, 4, 4), size=5, dilation=2, padding=((0, 1), (1, 0))),
            sample((0, 2, 2, 2, 3, 3), size=4, smooth=False),
        ),
    ),
)
