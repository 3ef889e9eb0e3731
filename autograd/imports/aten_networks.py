"""PyTorch's operations of networks: convolutions, pools, normalisations, losses, attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import NODES as F
from autograd.engine import Tensor
from autograd.imports.recomputing import NoRow, Theirs
from autograd.imports.shaping import data

_REDUCTIONS = ("none", "mean", "sum")


def _convolution(
    theirs: Theirs,
    x: Quantity,
    w: Quantity,
    b: Quantity,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
) -> Quantity:
    # What is not set is not written on the card.
    written = (("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1))
    settings = {name: _short(sizes) for name, sizes, usual in written if {*sizes} != {usual}}
    settings |= {} if groups == 1 else {"groups": groups}
    if transposed:
        out = F.conv_transpose(x, w, theirs.shape[2:], **settings)
    else:
        out = F.conv(x, w, **settings)
    return out if b is None else F.add(out, F.reshape(b, (-1,) + (1,) * len(stride)))


def _short(sizes: Sequence[int]) -> int | tuple[int, ...]:
    """One number where all axes have the same."""
    return sizes[0] if len({*sizes}) == 1 else tuple(sizes)


def _pooled(
    row: Callable[..., Quantity],
    shape: Sequence[int],
    x: Quantity,
    size: Sequence[int],
    stride: Sequence[int],
    **settings: Quantity,
) -> Quantity:
    """A pool of a batch, or of one picture; ``shape`` is PyTorch's."""
    batch = data(x).ndim == len(size) + 2
    settings = {name: _short(sizes) for name, sizes in settings.items() if any(sizes)}
    if stride and tuple(stride) != tuple(size):
        settings["stride"] = _short(stride)
    out = row(x if batch else F.expand_dims(x, 0), _short(size), **settings)
    out = out if batch else F.squeeze(out, 0)
    if data(out).shape != shape:
        raise NoRow("ceil_mode with a window that is cut off")
    return out


def _max_pool(
    theirs: Theirs,
    x: Quantity,
    size: Sequence[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = (0,),
    dilation: Sequence[int] = (1,),
    ceil_mode: bool = False,
) -> Quantity:
    grown = {"dilation": dilation} if any(n != 1 for n in dilation) else {}
    shape = theirs[0].shape
    return _pooled(F.max_pool, shape, x, size, stride, padding=padding, **grown), theirs[1]


def _avg_pool(
    theirs: Theirs,
    x: Quantity,
    size: Sequence[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = (0,),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor: int | None = None,
) -> Quantity:
    if not count_include_pad and any(padding):
        raise NoRow("count_include_pad=False")
    share = {} if divisor is None else {"divisor": (divisor,)}
    return _pooled(F.avg_pool, theirs.shape, x, size, stride, padding=padding, **share)


def _adaptive(
    pool: Callable[..., Quantity], reduce: Callable[..., Quantity], indices: bool = False
) -> Callable[..., Quantity]:
    """Windows of equal size where they divide the picture; else each of its own."""

    def adaptive(theirs: Theirs, x: Quantity, size: Sequence[int]) -> Quantity:
        spatial = data(x).shape[-len(size) :]
        if not any(n % m for n, m in zip(spatial, size)):
            out = pool(x, tuple(n // m for n, m in zip(spatial, size)))
        else:
            windows = [
                F.getitem(x, (..., *window))
                for place in np.ndindex(*size)
                for window in [_window(place, spatial, size)]
            ]
            axes = tuple(range(-len(size), 0))
            means = F.stack([reduce(window, axis=axes) for window in windows], -1)
            out = F.reshape(means, (*data(x).shape[: -len(size)], *size))
        return (out, theirs[1]) if indices else out

    return adaptive


def _window(place: Sequence[int], spatial: Sequence[int], size: Sequence[int]) -> list[slice]:
    return [slice(i * n // m, -(-(i + 1) * n // m)) for i, n, m in zip(place, spatial, size)]


def _normalised(
    x: Quantity, axes: tuple[int, ...], eps: float, mean: Quantity = None, var: Quantity = None
) -> Quantity:
    mean = F.mean(x, axis=axes, keepdims=True) if mean is None else mean
    var = F.var(x, axis=axes, keepdims=True) if var is None else var
    return F.div(F.sub(x, mean), F.sqrt(F.add(var, eps)))


def _scaled(x: Quantity, weight: Quantity, bias: Quantity, shape: tuple[int, ...]) -> Quantity:
    """``x * weight + bias``, both in a shape that broadcasts."""
    for row, part in ((F.mul, weight), (F.add, bias)):
        if part is not None:
            x = row(x, part if data(part).shape == shape else F.reshape(part, shape))
    return x


def _layer_norm(
    theirs: Theirs,
    x: Quantity,
    shape: Sequence[int],
    weight: Quantity = None,
    bias: Quantity = None,
    eps: float = 1e-5,
    *_: object,
) -> Quantity:
    axes = tuple(range(-len(shape), 0))
    return _scaled(_normalised(x, axes, eps), weight, bias, tuple(shape))


def _native_layer_norm(theirs: Theirs, *args: Quantity) -> Quantity:
    return _layer_norm(theirs, *args), theirs[1], theirs[2]


def _group_norm(
    _: Theirs,
    x: Quantity,
    groups: int,
    weight: Quantity = None,
    bias: Quantity = None,
    eps: float = 1e-5,
    *__: object,
) -> Quantity:
    n, channels, *rest = data(x).shape
    apart = F.reshape(x, (n, groups, channels // groups, *rest))
    normalised = _normalised(apart, tuple(range(2, 3 + len(rest))), eps)
    whole = F.reshape(normalised, (n, channels, *rest))
    return _scaled(whole, weight, bias, (channels, *(1 for _ in rest)))


def _batch_norm(
    x: Quantity, weight: Quantity, bias: Quantity, mean: Quantity, var: Quantity, eps: float
) -> Quantity:
    shape = (-1,) + (1,) * (data(x).ndim - 2)
    channels = (data(x).shape[1], *shape[1:])
    axes = (0, *range(2, data(x).ndim))
    if mean is not None:
        mean, var = (F.reshape(part, channels) for part in (mean, var))
    return _scaled(_normalised(x, axes, eps, mean, var), weight, bias, channels)


def _batch_norm_train(
    theirs: Theirs,
    x: Quantity,
    weight: Quantity,
    bias: Quantity,
    mean: Quantity,
    var: Quantity,
    training: bool,
    momentum: float,
    eps: float,
) -> Quantity:
    if training:
        mean = var = None
    return _batch_norm(x, weight, bias, mean, var, eps), *theirs.result[1:]


def _batch_norm_no_stats(
    theirs: Theirs,
    x: Quantity,
    weight: Quantity,
    bias: Quantity,
    training: bool,
    momentum: float,
    eps: float,
) -> Quantity:
    return _batch_norm(x, weight, bias, None, None, eps), *theirs.result[1:]


def _batch_norm_eval(
    theirs: Theirs,
    x: Quantity,
    weight: Quantity,
    bias: Quantity,
    mean: Quantity,
    var: Quantity,
    momentum: float,
    eps: float,
) -> Quantity:
    return _batch_norm(x, weight, bias, mean, var, eps), *theirs.result[1:]


def _dropout(theirs: Theirs, x: Quantity, p: float, train: bool | None = True) -> Quantity:
    if not train or p == 0:
        return x, theirs[1]
    kept = Tensor(theirs[1] / (1 - p), requires_grad=False, dtype=data(x).dtype, name="mask")
    return F.mul(x, kept), theirs[1]


def _embedding(
    _: Theirs, weight: Quantity, places: Quantity, padding: int = -1, *__: object
) -> Quantity:
    places = data(places)
    out = F.take(weight, places, 0)
    if padding < 0 or not (places == padding).any():
        return out
    return F.where((places != padding)[..., None], out, data(out))  # no gradient for the padding


def _cross_entropy(
    _: Theirs,
    logits: Quantity,
    target: Quantity,
    weight: Quantity = None,
    reduction: int = 1,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> Quantity:
    weight = None if weight is None else data(weight)
    return F.cross_entropy(
        logits, target, weight, label_smoothing, ignore_index, _REDUCTIONS[reduction]
    )


def _attention(
    _: Theirs,
    q: Quantity,
    k: Quantity,
    v: Quantity,
    mask: Quantity = None,
    dropout: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Quantity:
    """softmax(q kᵀ / √d + mask) v."""
    if enable_gqa:
        raise NoRow("enable_gqa=True")
    scores = F.matmul(q, F.swapaxes(k, -1, -2))
    root = sqrt(data(q).shape[-1])
    scores = F.div(scores, root) if scale is None else F.mul(scores, scale)
    if is_causal:
        mask = np.tril(np.ones(data(scores).shape[-2:], dtype=bool))
    if mask is not None and data(mask).dtype == bool:
        scores = F.where(data(mask), scores, -np.inf)
    elif mask is not None:
        scores = F.add(scores, mask)
    return F.matmul(F.softmax(scores, axis=-1), v)


def _softmax(_: Theirs, x: Quantity, axis: int, *__: object) -> Quantity:
    return F.softmax(x, axis=axis)


def _log_softmax(_: Theirs, x: Quantity, axis: int, *__: object) -> Quantity:
    return F.log_softmax(x, axis=axis)


def _logsumexp(_: Theirs, x: Quantity, axes: Sequence[int], keepdim: bool = False) -> Quantity:
    return F.logsumexp(x, axis=tuple(axes), keepdims=keepdim)


def _global_pool(_: Theirs, x: Quantity) -> Quantity:
    return F.mean(x, axis=(-2, -1), keepdims=True)


NETWORKS: dict[str, Callable[..., Quantity]] = {
    "convolution": _convolution,
    "max_pool2d_with_indices": _max_pool,
    "max_pool3d_with_indices": _max_pool,
    **dict.fromkeys(("avg_pool1d", "avg_pool2d", "avg_pool3d"), _avg_pool),
    **dict.fromkeys(
        ("_adaptive_avg_pool2d", "adaptive_avg_pool1d", "_adaptive_avg_pool3d"),
        _adaptive(F.avg_pool, F.mean),
    ),
    **dict.fromkeys(
        ("adaptive_max_pool2d", "adaptive_max_pool3d"), _adaptive(F.max_pool, F.max, indices=True)
    ),
    "layer_norm": _layer_norm,
    "native_layer_norm": _native_layer_norm,
    "group_norm": _group_norm,
    "_native_batch_norm_legit_functional": _batch_norm_train,
    "_native_batch_norm_legit": _batch_norm_no_stats,
    "_native_batch_norm_legit_no_training": _batch_norm_eval,
    "native_dropout": _dropout,
    "embedding": _embedding,
    "cross_entropy_loss": _cross_entropy,
    "scaled_dot_product_attention": _attention,
    "softmax": _softmax,
    "_softmax": _softmax,
    "_log_softmax": _log_softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
}
