"""Random calls of convolution, pooling, unfold and fold."""

from __future__ import annotations

from typing import Any

from fuzz.attributes import Call, Wish
from fuzz.draw import Draw, Shape
from fuzz.operands import Operands
from fuzz.windows_reference import count_of, each


def _extents(draw: Draw) -> Shape:
    return tuple(draw.between(2, 4) for _ in range(draw.of((1, 1, 2))))


def _steps(draw: Draw, extent: Shape, dilated: bool = True) -> tuple[Shape, dict[str, Any]]:
    """The size of a window that fits, and how the windows lie; padding is less than a window."""
    size = tuple(draw.between(1, min(n, 3)) for n in extent)
    attrs: dict[str, Any] = {}
    if draw.chance(0.4):
        attrs["stride"] = draw.of((2, tuple(draw.between(1, 3) for _ in extent)))
    if draw.chance(0.4) and min(size) > 1:
        attrs["padding"] = draw.of((1, tuple((draw.below(2), draw.below(2)) for _ in extent)))
    if dilated and draw.chance(0.3) and all(2 * k - 1 <= n for k, n in zip(size, extent)):
        attrs["dilation"] = 2
    return size, attrs


def _grown(attrs: dict[str, Any], extent: Shape, size: Shape) -> Shape:
    ndim = len(extent)
    strides, spread = (each(attrs.get(name, 1), ndim) for name in ("stride", "dilation"))
    return count_of(extent, size, strides, attrs.get("padding", 0), spread)


def _numbers(program: Operands, a: int, shape: Shape) -> int:
    return program.near(program.draw.uniform(-1.5, 1.5, shape), a)


def _pictures(program: Operands, a: int) -> int:
    """``a`` where it is pictures already, or new ones."""
    draw, shape = program.draw, program.shape(a)
    if 3 <= len(shape) <= 4 and all(shape[2:]):
        return a
    return _numbers(program, a, (draw.of((1, 2, 1, 0)), draw.of((1, 2, 1, 0)), *_extents(draw)))


def unfolding(program: Operands, a: int) -> Call:
    a = _pictures(program, a)
    size, attrs = _steps(program.draw, program.shape(a)[2:])
    return (a,), {"size": size, **attrs} | program.draw.of(({}, {"fill": -2.0}))


def pooling(program: Operands, a: int) -> Call:
    a = _pictures(program, a)
    size, attrs = _steps(program.draw, program.shape(a)[2:], dilated=False)
    return (a,), {"size": size, **attrs}


def folding(program: Operands, a: int) -> Call:
    draw = program.draw
    extent = _extents(draw)
    size, attrs = _steps(draw, extent)
    shape = (draw.of((1, 2, 0)), draw.between(1, 2), *size, *_grown(attrs, extent, size))
    return (_numbers(program, a, shape),), {"size": extent, **attrs}


def convolution(which: str) -> Wish:
    def wish(program: Operands, a: int) -> Call:
        draw = program.draw
        extent = _extents(draw)
        size, attrs = _steps(draw, extent)
        groups = draw.of((1, 1, 2))
        inputs, outputs = (groups * draw.between(1, 2) for _ in range(2))
        samples = draw.of((1, 2, 1, 0))
        if groups > 1:
            attrs["groups"] = groups
        picture = (samples, inputs, *extent)
        kernels = (outputs, inputs // groups, *size)
        seen = (samples, outputs, *_grown(attrs, extent, size))
        shapes = {"conv": (picture, kernels), "conv_transpose": (seen, kernels)}
        first, second = shapes.get(which, (picture, seen))
        if which == "conv_transpose":
            attrs["size"] = extent
        elif which == "conv_kernel":
            attrs["size"] = size
        return (_numbers(program, a, first), _numbers(program, a, second)), attrs

    return wish


WINDOWS: dict[str, Wish] = {
    "unfold": unfolding, "fold": folding, "max_pool": pooling, "avg_pool": pooling,
    **{name: convolution(name) for name in ("conv", "conv_transpose", "conv_kernel")},
}  # fmt: skip
