"""Tensors made of numbers, of shapes, and of draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nn
from autograd.calculus import short
from nn.rng import generator as rng_of
from tracegrad.torch.tensors.dtypes import as_dtype, get_default_dtype
from tracegrad.torch.tensors.facts import Device, array_of
from tracegrad.torch.tensors.tensor import Tensor, wrapped


class Generator:
    """A source of draws of its own, which are NumPy's: ``Generator().manual_seed(42)``."""

    def __init__(self, device: Any = "cpu") -> None:
        self.manual_seed(0)

    def manual_seed(self, seed: int) -> Generator:
        """Start anew from a seed."""
        self._seed, self.rng = seed, np.random.default_rng(seed)
        return self

    def initial_seed(self) -> int:
        """The seed that the draws began with."""
        return self._seed


def rng(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator: that of a ``generator=``, or the default one of ``nn``."""
    return rng_of(None) if generator is None else generator.rng


def manual_seed(seed: int) -> Generator:
    """Start the default generator anew. The draws after it are NumPy's, not PyTorch's."""
    made = Generator()
    made._seed, made.rng = seed, nn.manual_seed(seed)
    return made


def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
    """A copy of numbers, lists or arrays; Python's floats become the default dtype."""
    source = _numbers(data)
    numpys = isinstance(data, np.ndarray | np.generic | Tensor)
    array = np.array(source)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"tensor: real numbers are wanted, not {short(data)}")
    if dtype is not None:
        array = array.astype(as_dtype(dtype))
    elif not numpys and array.dtype.kind == "f":
        array = array.astype(get_default_dtype())
    return _finished(array, device, requires_grad)


def _numbers(data: Any) -> Any:
    """Tensors in lists as their numbers."""
    if isinstance(data, list | tuple):
        return [_numbers(item) for item in data]
    return array_of(data)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Any:
    """As ``tensor``, sharing the memory of an array or tensor where the dtype is the same."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.type(dtype)
    if isinstance(data, np.ndarray):
        return wrapped(data if dtype is None else data.astype(as_dtype(dtype), copy=False))
    return tensor(data, dtype=dtype)


def from_numpy(ndarray: Any) -> Any:
    """A tensor that shares the memory of an array."""
    return wrapped(ndarray)


def _finished(array: Any, device: Any = None, requires_grad: bool = False) -> Any:
    if device is not None:
        Device(device)
    made = wrapped(array)
    return made.requires_grad_() if requires_grad else made


def _shape(size: Any) -> tuple[int, ...]:
    if len(size) == 1 and isinstance(size[0], list | tuple):
        size = size[0]
    return tuple(map(int, size))


def _of_shape(text: str, draw: Callable[..., Any]) -> Callable[..., Any]:
    """``zeros(2, 3)``, ``zeros((2, 3))`` and ``zeros(size=(2, 3))``."""

    def make(
        *size: Any,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        generator: Generator | None = None,
        **size_by_name: Any,
    ) -> Any:
        shape = _shape((size_by_name["size"],) if "size" in size_by_name else size)
        wanted = as_dtype(dtype) or get_default_dtype()
        array = np.asarray(draw(shape, rng(generator)))
        return _finished(array.astype(wanted), device, requires_grad)

    make.__doc__ = f"A tensor of {text}; its shape is given as (2, 3) or as 2, 3."
    return make


def _like(name: str) -> Callable[..., Any]:
    make = CREATION[name]

    def made(input: Any, *args: Any, dtype: Any = None, **options: Any) -> Any:
        return make(tuple(input.shape), *args, dtype=dtype or input.dtype, **options)

    made.__name__ = f"{name}_like"
    made.__doc__ = f"As ``{name}``, in the shape and the dtype of ``input``."
    return made


zeros = _of_shape("zeros", lambda shape, rng: np.zeros(shape))
ones = _of_shape("ones", lambda shape, rng: np.ones(shape))
rand = _of_shape("draws from 0 to 1", lambda shape, rng: rng.random(shape))
randn = _of_shape("draws of mean 0 and variance 1", lambda shape, rng: rng.standard_normal(shape))


def full(size: Any, fill_value: Any, *, dtype: Any = None, **options: Any) -> Any:
    """A tensor of a shape, filled with one number."""
    value = np.full(tuple(size), array_of(fill_value))
    if dtype is None and value.dtype.kind == "f":
        dtype = get_default_dtype()
    return _finished(value.astype(as_dtype(dtype) or value.dtype), **options)


def arange(start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None, **options: Any) -> Any:
    """Numbers from ``start``, 0 if left out, by ``step``, up to ``end`` and without it."""
    start, end = (0, start) if end is None else (start, end)
    numbers = np.arange(array_of(start), array_of(end), array_of(step))
    whole = numbers.dtype.kind in "iu"
    wanted = as_dtype(dtype) or (np.dtype(np.int64) if whole else get_default_dtype())
    return _finished(numbers.astype(wanted), **options)


def linspace(start: float, end: float, steps: int, *, dtype: Any = None, **options: Any) -> Any:
    """``steps`` numbers from ``start`` to ``end``, both included, at equal distances."""
    return _finished(
        np.linspace(start, end, steps).astype(as_dtype(dtype) or get_default_dtype()), **options
    )


def logspace(start: float, end: float, steps: int, base: float = 10.0, **options: Any) -> Any:
    """Powers of ``base``, whose exponents go from ``start`` to ``end`` at equal distances."""
    return _finished(
        np.logspace(start, end, steps, base=base).astype(get_default_dtype()), **options
    )


def eye(n: int, m: int | None = None, *, dtype: Any = None, **options: Any) -> Any:
    """A matrix with 1 on its diagonal and 0 elsewhere."""
    return _finished(np.eye(n, m, dtype=as_dtype(dtype) or get_default_dtype()), **options)


def meshgrid(*tensors: Any, indexing: str = "ij") -> Any:
    """The coordinates of the points of a grid: a tensor for each axis."""
    parts = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], list | tuple) else tensors
    grids: Any = np.meshgrid
    return tuple(map(wrapped, grids(*map(array_of, parts), indexing=indexing)))


# -- draws ----------------------------------------------------------------------------------------


def randint(
    low: int, high: Any = None, size: Any = None, *, generator: Any = None, dtype: Any = None,
    **options: Any,
) -> Any:  # fmt: skip
    """Whole numbers from ``low`` to ``high - 1``; ``randint(10, (3,))`` starts at 0."""
    if size is None:
        low, high, size = 0, low, high
    numbers = rng(generator).integers(low, high, tuple(size))
    return _finished(numbers.astype(as_dtype(dtype) or np.int64), **options)


def randperm(n: int, *, generator: Any = None, **options: Any) -> Any:
    """The numbers from 0 to ``n - 1`` in an order that is drawn."""
    return _finished(rng(generator).permutation(n), **options)


def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: Any = None, **options: Any
) -> Any:
    """Draws of normal distributions; ``mean`` and ``std`` are broadcast."""
    mean, std = array_of(mean), array_of(std)
    shape = np.broadcast_shapes(np.shape(mean), np.shape(std)) if size is None else tuple(size)
    draws = rng(generator).standard_normal(shape).astype(get_default_dtype())
    return _finished(mean + std * draws, **options)


def bernoulli(input: Any, *, generator: Any = None) -> Any:
    """1 with the probability that ``input`` says, else 0, for each element."""
    p = array_of(input)
    return wrapped((rng(generator).random(p.shape) < p).astype(p.dtype))


def multinomial(
    input: Any, num_samples: int, replacement: bool = False, *, generator: Any = None
) -> Any:
    """Indices drawn with the probabilities that the rows of ``input`` are proportional to."""
    weights = np.asarray(array_of(input), np.float64)
    rows = np.atleast_2d(weights)
    if (rows < 0).any() or not np.isfinite(rows).all() or not rows.sum(-1).all():
        raise RuntimeError("multinomial: weights are finite, from 0, and not all 0")
    if not replacement and (np.count_nonzero(rows, axis=-1) < num_samples).any():
        raise RuntimeError(
            f"multinomial: {num_samples} draws without replacement need as many weights above 0; "
            f"pass replacement=True"
        )
    draw = rng(generator)
    out = [draw.choice(len(row), num_samples, replacement, p=row / row.sum()) for row in rows]
    return wrapped(np.array(out if weights.ndim > 1 else out[0]))


def _drawn(name: str, draw: Callable[..., Any]) -> Callable[..., Any]:
    def in_place(self: Tensor, *args: Any, generator: Any = None, **kwargs: Any) -> Tensor:
        return self.write(np.asarray(draw(rng(generator), self.shape, *args, **kwargs)))

    in_place.__doc__ = f"Write draws into all elements: {name.strip('_')}."
    return in_place


_DRAWS: dict[str, Callable[..., Any]] = {
    "normal_": lambda rng, shape, mean=0.0, std=1.0: rng.normal(mean, std, shape),
    "uniform_": lambda rng, shape, a=0.0, b=1.0: rng.uniform(a, b, shape),
    "bernoulli_": lambda rng, shape, p=0.5: rng.random(shape) < p,
}
for _name, _draw in _DRAWS.items():
    setattr(Tensor, _name, _drawn(_name, _draw))

CREATION: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        tensor, as_tensor, from_numpy, full, arange, linspace, logspace, eye, meshgrid, randint,
        randperm, normal, bernoulli, multinomial, manual_seed,
    )
}  # fmt: skip
CREATION |= {"zeros": zeros, "ones": ones, "empty": zeros, "rand": rand, "randn": randn}
for _name in "zeros ones rand randn".split():
    CREATION[_name].__name__ = _name
CREATION |= {f"{name}_like": _like(name) for name in "zeros ones empty rand randn full".split()}
