"""Random calls of structural operations: attributes and further operands that fit an array.

Each function gets the operands of a program so far and the place of an array, and returns the
operands and the attributes of a call. Now and then they do not fit: the library must refuse what
NumPy refuses.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from fuzz.draw import Draw, Shape
from fuzz.operands import Operands

Call = tuple[tuple[int, ...], dict[str, Any]]
Wish = Callable[[Operands, int], Call]


def an_axis(draw: Draw, ndim: int) -> int:
    """An axis counted from either end; seldom one that is not there."""
    if not ndim or draw.chance(0.01):
        return draw.between(-1, 1) * (ndim + 1) if ndim else 0
    return draw.below(2 * ndim) - ndim


def axes(draw: Draw, ndim: int) -> Any:
    """None, an axis, or several."""
    if not ndim or draw.chance(0.25):
        return None
    if draw.chance(0.6):
        return an_axis(draw, ndim)
    chosen = draw.order(ndim)[: draw.between(0, ndim)]
    return tuple(i - ndim if draw.chance(0.3) else i for i in chosen)


def optional_axis(draw: Draw, ndim: int) -> Any:
    return None if not ndim or draw.chance(0.25) else an_axis(draw, ndim)


def reduction(program: Operands, a: int) -> Call:
    draw = program.draw
    attrs: dict[str, Any] = {"axis": axes(draw, program.ndim(a))}
    if draw.chance(0.4):
        attrs["keepdims"] = True
    return (a,), attrs


def spread(program: Operands, a: int) -> Call:
    operands, attrs = reduction(program, a)
    return operands, attrs | {"ddof": program.draw.of((0, 0, 1))}


def norm(program: Operands, a: int) -> Call:
    operands, attrs = reduction(program, a)
    axis = attrs["axis"]
    several = len(axis) if isinstance(axis, tuple) else program.ndim(a) if axis is None else 1
    orders: tuple[Any, ...] = (None,)
    if several == 1:
        orders = (None, 1, 2, 3, 2.5, math.inf, -math.inf)
    elif several == 2:
        orders = (None, "fro", 1, -1, math.inf, -math.inf)
    return operands, attrs | {"ord": program.draw.of(orders)}


def along(program: Operands, a: int) -> Call:
    return (a,), {"axis": axes(program.draw, program.ndim(a))}


def running(program: Operands, a: int) -> Call:
    return (a,), {"axis": optional_axis(program.draw, program.ndim(a))}


def reshape(program: Operands, a: int) -> Call:
    draw, shape = program.draw, program.shape(a)
    size = math.prod(shape)
    divisors = [k for k in range(1, size + 1) if size % k == 0] or [0]
    first = draw.of(divisors)
    rest = size // first if first else draw.length()
    wanted = [-1, (first, rest), (first, -1), shape[::-1], (1, *shape), (first, 1, rest), ()]
    return (a,), {"shape": draw.of(wanted)}


def nothing(program: Operands, a: int) -> Call:
    return (a,), {}


def transpose(program: Operands, a: int) -> Call:
    draw, n = program.draw, program.ndim(a)
    order = tuple(i - n if draw.chance(0.2) else i for i in draw.order(n))
    return (a,), {"axes": None if draw.chance(0.3) else order}


def swapaxes(program: Operands, a: int) -> Call:
    a = program.with_axes(a)
    n = program.ndim(a)
    return (a,), {"axis1": an_axis(program.draw, n), "axis2": an_axis(program.draw, n)}


def moveaxis(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    n = program.ndim(a)
    if draw.chance(0.5):
        return (a,), {"source": an_axis(draw, n), "destination": an_axis(draw, n)}
    k = draw.between(1, n)
    return (a,), {"source": tuple(draw.order(n)[:k]), "destination": tuple(draw.order(n)[:k])}


def squeeze(program: Operands, a: int) -> Call:
    shape = program.shape(a)
    single = [i for i, n in enumerate(shape) if n == 1]
    wanted: list[Any] = [None, tuple(single)]
    if single:
        wanted.append(program.draw.of(single) - len(shape))
    return (a,), {"axis": program.draw.of(wanted)}


def expand_dims(program: Operands, a: int) -> Call:
    draw, n = program.draw, program.ndim(a)
    if draw.chance(0.6):
        return (a,), {"axis": draw.below(2 * n + 2) - n - 1}
    return (a,), {"axis": tuple(draw.order(n + 2)[:2])}


def broadcast_to(program: Operands, a: int) -> Call:
    draw = program.draw
    stretched = tuple(draw.length() if n == 1 else n for n in program.shape(a))
    return (a,), {"shape": draw.shape(0, 1) + stretched}


def astype(program: Operands, a: int) -> Call:
    return (a,), {"dtype": np.dtype(program.draw.of(("float64", "float32")))}


def flip(program: Operands, a: int) -> Call:
    return (a,), {"axis": axes(program.draw, program.ndim(a))}


def roll(program: Operands, a: int) -> Call:
    draw, n = program.draw, program.ndim(a)
    if n and draw.chance(0.3):
        k = draw.between(1, n)
        shift = tuple(draw.between(-4, 4) for _ in range(k))
        return (a,), {"shift": shift, "axis": tuple(draw.order(n)[:k])}
    return (a,), {"shift": draw.between(-4, 4), "axis": optional_axis(draw, n)}


def repeat(program: Operands, a: int) -> Call:
    draw, shape = program.draw, program.shape(a)
    axis = optional_axis(draw, len(shape))
    if draw.chance(0.6):
        return (a,), {"repeats": draw.between(0, 3), "axis": axis}
    n = math.prod(shape) if axis is None else shape[axis] if -len(shape) <= axis < len(shape) else 2
    return (a,), {"repeats": [draw.between(0, 2) for _ in range(n)], "axis": axis}


def tile(program: Operands, a: int) -> Call:
    draw = program.draw
    many = tuple(draw.between(0, 2) for _ in range(draw.between(0, 3)))
    return (a,), {"reps": draw.between(0, 3) if draw.chance(0.4) else many}


def pad(program: Operands, a: int) -> Call:
    draw, n = program.draw, program.ndim(a)
    pairs = tuple((draw.below(3), draw.below(3)) for _ in range(n))
    wanted: list[Any] = [draw.below(3), (draw.below(3), draw.below(3)), pairs]
    attrs: dict[str, Any] = {"pad_width": draw.of(wanted) if n else 0}
    if draw.chance(0.5):
        attrs["constant_values"] = draw.of((1.5, 0, (1.0, 2.0)))
    return (a,), attrs


def diag(program: Operands, a: int) -> Call:
    return (a,), {"k": program.draw.between(-2, 2)}


def diagonal(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a, 2)
    n = program.ndim(a)
    attrs: dict[str, Any] = {"offset": draw.between(-2, 2)}
    if draw.chance(0.7):
        attrs["axis1"], attrs["axis2"] = draw.order(n)[:2]
        if draw.chance(0.3):
            attrs["axis1"] -= n
    return (a,), attrs


def triangle(program: Operands, a: int) -> Call:
    return (program.with_axes(a, 2),), {"k": program.draw.between(-2, 2)}


def places(draw: Draw, n: int, shape: Shape) -> Any:
    """Whole numbers that index an axis of length n, from either end."""
    return draw.numbers.integers(-n, n, shape) if n else np.zeros((0,), int)


def an_index(draw: Draw, shape: Shape) -> Any:
    """Any index that NumPy has for ``shape``."""
    if shape and draw.chance(0.15):
        return np.asarray(draw.numbers.random(shape[: draw.between(1, len(shape))]) < 0.5)
    fancy = draw.shape(0, 2)
    parts: list[Any] = []
    for n in shape[: draw.between(0, len(shape))]:
        kind = draw.below(7)
        if kind == 0 and n:
            parts.append(draw.below(2 * n) - n)
        elif kind == 1:
            parts.append(places(draw, n, fancy))
        elif kind == 2 and n:
            parts.append(places(draw, n, (draw.between(1, 3),)).tolist())
        elif kind == 3:
            ends = [None, 0, 1, -1, 2]
            parts.append(slice(draw.of(ends), draw.of(ends), draw.of((None, 1, -1, 2, -2))))
        elif kind == 4 and n:
            parts.append(np.asarray(draw.numbers.random(n) < 0.5))
        else:
            parts.append(slice(None))
    if draw.chance(0.2):
        parts.insert(draw.below(len(parts) + 1), None)
    if draw.chance(0.2):
        parts.insert(len(parts), Ellipsis)
    return parts[0] if len(parts) == 1 and draw.chance(0.5) else tuple(parts)


def getitem(program: Operands, a: int) -> Call:
    return (a,), {"index": an_index(program.draw, program.shape(a))}


def put_index(program: Operands, a: int) -> Call:
    draw = program.draw
    shape = draw.shape(1, 3)
    index = an_index(draw, shape)
    try:
        wanted = np.zeros(shape)[index].shape
    except (IndexError, ValueError):
        index, wanted = (), shape
    return (program.leaf(wanted),), {"index": index, "shape": shape}


def take(program: Operands, a: int) -> Call:
    draw, shape = program.draw, program.shape(a)
    axis = optional_axis(draw, len(shape))
    n = math.prod(shape) if axis is None else shape[axis] if -len(shape) <= axis < len(shape) else 1
    indices = places(draw, n, draw.shape(0, 2))
    return (a,), {"indices": indices, "axis": axis}


def take_along_axis(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    shape = program.shape(a)
    axis = draw.below(len(shape))
    wanted = (*shape[:axis], draw.between(0, 3), *shape[axis + 1 :])
    indices = places(draw, shape[axis], wanted)
    return (a,), {"indices": indices, "axis": axis - len(shape) if draw.chance(0.3) else axis}


def diff(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    return (a,), {"n": draw.of((1, 1, 2)), "axis": an_axis(draw, program.ndim(a))}


def split(program: Operands, a: int) -> Call:
    draw, a = program.draw, program.with_axes(a)
    shape = program.shape(a)
    axis = draw.below(len(shape))
    if draw.chance(0.5):
        cuts = sorted(draw.between(0, shape[axis]) for _ in range(2))
        return (a,), {"indices_or_sections": cuts, "axis": axis, "part": draw.below(3)}
    sections = draw.between(1, 3)
    return (a,), {"indices_or_sections": sections, "axis": axis, "part": draw.below(sections)}


#: How each operation of one array is called.
ONE_ARRAY: dict[str, Wish] = {
    **dict.fromkeys("sum mean max min prod logsumexp".split(), reduction),
    **dict.fromkeys("var std".split(), spread),
    **dict.fromkeys("softmax log_softmax".split(), along),
    **dict.fromkeys("cumsum cumprod sort".split(), running),
    **dict.fromkeys("triu tril".split(), triangle),
    **dict.fromkeys("split array_split".split(), split),
    "trace": diagonal,
    "ravel": nothing,
    "norm": norm, "reshape": reshape, "transpose": transpose, "swapaxes": swapaxes,
    "moveaxis": moveaxis, "squeeze": squeeze, "expand_dims": expand_dims,
    "broadcast_to": broadcast_to, "astype": astype, "flip": flip, "roll": roll, "repeat": repeat,
    "tile": tile, "pad": pad, "diag": diag, "diagonal": diagonal, "getitem": getitem,
    "put_index": put_index, "take": take, "take_along_axis": take_along_axis, "diff": diff,
}  # fmt: skip
