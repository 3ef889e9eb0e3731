"""Convolutions over sequences and pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

import autograd
from autograd import Tensor
from autograd.calculus import short
from autograd.typing import Array, DTypeLike, Seed, Shape
from nn.kinds import Sizes
from nn.layers.module import Module, Parameter
from nn.rng import generator

#: What a border is filled with: PyTorch's names, and those of ``autograd.pad``.
PADDING_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def conv1d(
    x: Tensor | Array,
    weight: Tensor | Array,
    bias: Tensor | Array | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Σ over channels and places of weight · x, plus bias: x (N, C, L), weight (O, C / groups, k).

    ``bias`` is (O,); ``stride`` and ``dilation`` are the steps of the window and within it;
    ``padding`` is as in ``conv2d``. Returns (N, O, L'); x may be (C, L). LeCun et al. (1998).

    >>> import numpy as np
    >>> from nn.layers import conv1d
    >>> conv1d(np.array([[[1.0, 2.0, 4.0]]]), np.array([[[-1.0, 1.0]]]), np.array([10.0]))
    array([[[11., 12.]]])
    """
    return convolved("conv1d", 1, x, weight, bias, stride, padding, dilation, groups)


def conv2d(
    x: Tensor | Array,
    weight: Tensor | Array,
    bias: Tensor | Array | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Σ over channels and places of weight · x, plus bias: x (N, C, H, W), weight (O, C / groups,
    kh, kw).

    ``padding`` is "valid" (none), "same" (as much as keeps the size), or a number of zeros on every
    side. ``stride`` and ``dilation`` are the steps of the window and within it, each a number or
    (height, width). ``bias`` is (O,). Returns (N, O, H', W'). x may be one picture, (C, H, W).
    LeCun et al. (1998).

    >>> import numpy as np
    >>> from nn.layers import conv2d
    >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)))
    array([[[[4., 4.],
             [4., 4.]]]])
    """
    return convolved("conv2d", 2, x, weight, bias, stride, padding, dilation, groups)


def convolved(
    name: str,
    ndim: int,
    x: Tensor | Array,
    weight: Tensor | Array,
    bias: Tensor | Array | None,
    stride: Sizes,
    padding: Sizes | str | Sequence[Sequence[int]],
    dilation: Sizes,
    groups: int,
) -> Tensor:
    """``conv`` of x, or of one sample, and the bias; ``name`` is what an error calls it."""
    x, alone = batched(name, ndim, x)
    if len(weight.shape) != ndim + 2:
        raise ValueError(
            f"{name}: weight {weight.shape} is not (outputs, channels, *{ndim} sizes of a kernel)"
        )
    if isinstance(padding, str):
        padding = border(name, padding, weight.shape[2:], stride, dilation)
    out = autograd.conv(x, weight, stride, padding, dilation, groups)
    if bias is not None:
        if bias.shape != weight.shape[:1]:
            raise ValueError(
                f"{name}: the bias {bias.shape} needs shape ({weight.shape[0]},), one per output"
            )
        out = out + bias.reshape((-1,) + (1,) * ndim)
    return autograd.squeeze(out, axis=0) if alone else out


def batched(name: str, ndim: int, x: Tensor | Array) -> tuple[Tensor, bool]:
    """x with an axis of samples, and whether it had none."""
    shape = np.shape(x) if not hasattr(x, "shape") else x.shape
    if len(shape) not in (ndim + 1, ndim + 2):
        axes = ("length",) if ndim == 1 else ("height", "width")[:ndim]
        picture = ", ".join(("channels", *axes))
        raise ValueError(f"{name}: input {shape} is not (samples, {picture}) or ({picture})")
    alone = len(shape) == ndim + 1
    return (autograd.expand_dims(x, 0) if alone else x), alone  # type: ignore[return-value]


def border(
    name: str, padding: str, size: Shape, stride: Sizes, dilation: Sizes
) -> tuple[tuple[int, int], ...]:
    """What "valid" and "same" put before and after each axis."""
    if padding == "valid":
        return ((0, 0),) * len(size)
    if padding != "same":
        raise ValueError(
            f"{name}: padding {short(padding)} is unknown; use 'same', 'valid' or sizes"
        )
    if any(step != 1 for step in each(stride, len(size))):
        raise ValueError(f"{name}: padding 'same' needs stride 1, not {stride}")
    reach = [d * (k - 1) for k, d in zip(size, each(dilation, len(size)))]
    return tuple([(n // 2, n - n // 2) for n in reach])


def each(sizes: Sizes, ndim: int) -> Shape:
    """A number for every axis, from one for all or from one for each."""
    return (sizes,) * ndim if isinstance(sizes, int | np.integer) else tuple(sizes)


class _Conv(Module):
    """What the convolutions over 1 and 2 spatial axes share."""

    _ndim: int

    in_channels: int
    out_channels: int
    kernel_size: Shape
    stride: Shape
    padding: Shape | str
    dilation: Shape
    groups: int
    padding_mode: str
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros",
        dtype: DTypeLike = np.float64,
        rng: Seed = None,
    ) -> None:
        name, ndim = type(self).__name__, self._ndim
        self.in_channels = count(name, "in_channels", in_channels)
        self.out_channels = count(name, "out_channels", out_channels)
        self.groups = count(name, "groups", groups)
        for what, n in (("in_channels", in_channels), ("out_channels", out_channels)):
            if n % groups:
                raise ValueError(f"{name}: {what}={n} does not divide into {groups} groups")
        if padding_mode not in PADDING_MODES:
            raise ValueError(
                f"{name}: padding_mode {short(padding_mode)} is unknown; use "
                f"{', '.join(map(repr, PADDING_MODES))}"
            )
        self.kernel_size = sizes_of(name, "kernel_size", kernel_size, ndim)
        self.stride = sizes_of(name, "stride", stride, ndim)
        self.dilation = sizes_of(name, "dilation", dilation, ndim)
        self.padding_mode = padding_mode
        if isinstance(padding, str):
            border(name, padding, self.kernel_size, self.stride, self.dilation)  # refuses others
            self.padding = padding
        else:
            self.padding = sizes_of(name, "padding", padding, ndim, least=0)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        rng, bound = generator(rng), 1 / math.sqrt(math.prod(shape[1:]))
        self.weight = Parameter(rng.uniform(-bound, bound, shape), dtype=dtype)
        self.bias = (
            Parameter(rng.uniform(-bound, bound, out_channels), dtype=dtype) if bias else None
        )

    def forward(self, x: Tensor) -> Tensor:
        ndim, shape = self._ndim, np.shape(x)
        if len(shape) not in (ndim + 1, ndim + 2) or shape[-ndim - 1] != self.in_channels:
            axes = ", ".join([str(self.in_channels), *("length", "height width")[ndim - 1].split()])
            raise ValueError(f"{self._path()}: input {shape} is not (samples, {axes}) or ({axes})")
        padding = self.padding
        if self.padding_mode != "zeros":
            if isinstance(padding, str):
                name = type(self).__name__
                sides = border(name, padding, self.kernel_size, self.stride, self.dilation)
            else:
                sides = tuple((n, n) for n in padding)
            lead = ((0, 0),) * (len(shape) - ndim)
            x = autograd.pad(x, (*lead, *sides), mode=PADDING_MODES[self.padding_mode])
            padding = "valid"
        return convolved(
            self._path(),
            ndim,
            x,
            self.weight,
            self.bias,
            self.stride,
            padding,
            self.dilation,
            self.groups,
        )

    def _path(self) -> str:
        path = (self.weight.name or "weight").rpartition(".")[0]
        return f"{type(self).__name__} {path!r}" if path else type(self).__name__

    def extra_repr(self) -> str:
        words = [str(self.in_channels), str(self.out_channels), f"kernel_size={self.kernel_size}"]
        words.append(f"stride={self.stride}")
        if self.padding != (0,) * self._ndim:
            words.append(f"padding={self.padding!r}")
        if self.dilation != (1,) * self._ndim:
            words.append(f"dilation={self.dilation}")
        if self.groups != 1:
            words.append(f"groups={self.groups}")
        if self.bias is None:
            words.append("bias=False")
        if self.padding_mode != "zeros":
            words.append(f"padding_mode={self.padding_mode}")
        return ", ".join(words)


def count(name: str, what: str, n: int) -> int:
    """``n``, a whole number from 1, or ValueError."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"{name}: {what} must be a whole number from 1, not {short(n)}")
    return int(n)


def sizes_of(name: str, what: str, sizes: Sizes, ndim: int, least: int = 1) -> Shape:
    """One whole number from ``least`` for each spatial axis, or ValueError."""
    numbers = each(sizes, ndim) if isinstance(sizes, int | np.integer | Sequence) else ()
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in numbers)
    if len(numbers) != ndim or not whole or min(numbers) < least:
        many = "a whole number" if ndim == 1 else f"a whole number, or {ndim} of them,"
        raise ValueError(f"{name}: {what} must be {many} from {least}, not {short(sizes)}")
    return tuple([int(n) for n in numbers])


class Conv1d(_Conv):
    """A convolution over sequences (N, C, L): weight (O, C / groups, k), bias (O,).

    Weights and their names are PyTorch's; so are the initial values, uniform in ±1/√(C k / groups).

    ``padding`` is a number, "same" or "valid". Returns (N, O, L').

    >>> import numpy as np
    >>> import nn
    >>> nn.Conv1d(2, 3, kernel_size=3, padding=1)(np.ones((5, 2, 7))).shape
    (5, 3, 7)
    """

    _ndim = 1


class Conv2d(_Conv):
    """A convolution over pictures (N, C, H, W): weight (O, C / groups, kh, kw), bias (O,).

    Weights and their names are PyTorch's; so are the initial values, uniform in
    ±1/√(C kh kw / groups). ``padding`` is a number of pixels, "same" or "valid", and
    ``padding_mode`` says what they are: "zeros", "reflect", "replicate" or "circular".

    Returns (N, O, H', W').

    >>> import numpy as np
    >>> import nn
    >>> layer = nn.Conv2d(1, 16, 3, padding="same")
    >>> layer(np.ones((5, 1, 8, 8))).shape, layer.weight.shape
    ((5, 16, 8, 8), (16, 1, 3, 3))
    """

    _ndim = 2
