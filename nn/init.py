"""Initial values, written into a parameter: ``nn.init.kaiming_normal_(layer.weight, rng=0)``.

Every initialiser takes a Parameter, a Tensor or an array, fills it and returns it; random ones take
``rng=``, a generator or a seed. Weights are (n_in, n_out): the fan-in is the first axis, where
PyTorch, which keeps the transpose, has it second.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TypeVar

import numpy as np

from autograd import Tensor
from autograd.calculus import short
from autograd.typing import Array, Numbers, Seed
from nn.rng import generator

__all__ = [
    "calculate_gain", "constant_", "GAINS", "kaiming_normal_", "kaiming_uniform_", "normal_",
    "ones_", "orthogonal_", "sparse_", "trunc_normal_", "uniform_", "xavier_normal_",
    "xavier_uniform_", "zeros_",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


GAINS = {
    "linear": 1.0, "identity": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2),
    "selu": 3 / 4,
}  # fmt: skip

#: The parameter, or the array, that is filled and returned.
T = TypeVar("T", bound=Tensor | Array)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights before a non-linearity are enlarged, so that the variance stays.

    √2 for relu, which halves it; 5/3 for tanh; √(2 / (1 + slope²)) for leaky_relu. ``nonlinearity``
    is a name, ``param`` the slope of leaky_relu, 0.01 if None. Returns a number. He et al. (2015).

    >>> from nn.init import calculate_gain
    >>> round(calculate_gain("relu"), 6), round(calculate_gain("leaky_relu", 0.5), 6)
    (1.414214, 1.264911)
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity not in GAINS:
        raise ValueError(
            f"calculate_gain: {short(nonlinearity)} is unknown; use one of "
            f"{', '.join([*GAINS, 'leaky_relu'])}"
        )
    return GAINS[nonlinearity]


def _fill(tensor: T, values: Numbers) -> T:
    if isinstance(tensor, Tensor):
        # Assigned, not written into: the engine notices, and the view of an optimizer is replaced.
        tensor.data = np.asarray(values, tensor.dtype)
    elif isinstance(tensor, np.ndarray):
        tensor[...] = values
    else:
        raise TypeError(f"init: a Parameter, Tensor or array is filled, not {short(tensor)}")
    return tensor


def _fans(tensor: T, called: str) -> tuple[int, int]:
    shape = tensor.shape
    if len(shape) != 2:
        raise ValueError(f"{called}: a weight (n_in, n_out) is wanted, the shape is {shape}")
    return shape[0], shape[1]


def zeros_(tensor: T) -> T:
    """All 0. Weights that all start at 0 stay equal to one another: for biases only.

    Fills ``tensor``, a Parameter, a Tensor or an array of any shape, and returns it.

    >>> import numpy as np
    >>> from nn.init import zeros_
    >>> zeros_(np.empty(2))
    array([0., 0.])
    """
    return constant_(tensor, 0.0)


def ones_(tensor: T) -> T:
    """All 1.

    Fills ``tensor``, a Parameter, a Tensor or an array of any shape, and returns it.

    >>> import numpy as np
    >>> from nn.init import ones_
    >>> ones_(np.empty(2))
    array([1., 1.])
    """
    return constant_(tensor, 1.0)


def constant_(tensor: T, val: float) -> T:
    """All ``val``.

    Fills ``tensor``, a Parameter, a Tensor or an array of any shape, and returns it.

    >>> import numpy as np
    >>> from nn.init import constant_
    >>> constant_(np.empty(2), 0.5)
    array([0.5, 0.5])
    """
    return _fill(tensor, np.full(tensor.shape, val))


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, rng: Seed = None) -> T:
    """N(mean, std²), with the mean ``mean`` and the standard deviation ``std``.

    Fills ``tensor``, a Parameter, a Tensor or an array of any shape, and returns it. ``rng`` is a
    generator or a seed.

    >>> import numpy as np
    >>> from nn.init import normal_
    >>> normal_(np.empty(3), mean=5.0, std=0.1, rng=0).round(3)
    array([5.013, 4.987, 5.064])
    """
    if std < 0:
        raise ValueError(f"normal_: std must not be negative, it is {std}")
    return _fill(tensor, generator(rng).normal(mean, std, tensor.shape))


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, rng: Seed = None) -> T:
    """Uniform in [a, b), from ``a`` on and below ``b``.

    Fills ``tensor``, a Parameter, a Tensor or an array of any shape, and returns it. ``rng`` is a
    generator or a seed.

    >>> import numpy as np
    >>> from nn.init import uniform_
    >>> uniform_(np.empty(3), -1.0, 1.0, rng=0).round(3)
    array([ 0.274, -0.46 , -0.918])
    """
    if b < a:
        raise ValueError(f"uniform_: the interval from {a} to {b} is empty")
    return _fill(tensor, generator(rng).uniform(a, b, tensor.shape))


def trunc_normal_(
    tensor: T,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    rng: Seed = None,
) -> T:
    """N(mean, std²) conditioned on [a, b]; its ends are values, as in PyTorch, no multiples of std.

    Drawn by the inverse of the distribution function, so that no draw is thrown away. Fills
    ``tensor``, a Parameter, a Tensor or an array of any shape, and returns it. ``rng`` is a
    generator or a seed.

    >>> import numpy as np
    >>> from nn.init import trunc_normal_
    >>> w = trunc_normal_(np.empty((100, 10)), std=1.0, a=-0.5, b=0.5, rng=0)
    >>> bool(abs(w).max() <= 0.5)
    True
    """
    if not a < b or not std > 0:
        raise ValueError(f"trunc_normal_: a < b and std > 0 are wanted, not {a}, {b} and {std}")
    normal = NormalDist()
    low, high = normal.cdf((a - mean) / std), normal.cdf((b - mean) / std)
    if low == high:
        raise ValueError(f"trunc_normal_: [{a}, {b}] lies too far from the mean {mean}")
    draws = generator(rng).uniform(low, high, math.prod(tensor.shape))
    inverse = [normal.inv_cdf(min(max(p, 1e-300), 1 - 1e-16)) for p in draws.tolist()]
    values = np.array(inverse).reshape(tensor.shape) * std + mean
    return _fill(tensor, np.clip(values, a, b))


def xavier_uniform_(tensor: T, gain: float = 1.0, rng: Seed = None) -> T:
    """Uniform in ±gain √(6 / (n_in + n_out)). Glorot and Bengio (2010).

    Fills ``tensor``, a Parameter, a Tensor or an array, (n_in, n_out), and returns it. ``gain`` is
    that of the activation (``calculate_gain``), ``rng`` is a generator or a seed.

    >>> import numpy as np
    >>> from nn.init import xavier_uniform_
    >>> w = xavier_uniform_(np.empty((100, 50)), rng=0)
    >>> bool(abs(w).max() <= (6 / 150) ** 0.5)
    True
    """
    n_in, n_out = _fans(tensor, "xavier_uniform_")
    bound = gain * math.sqrt(6 / (n_in + n_out))
    return uniform_(tensor, -bound, bound, rng)


def xavier_normal_(tensor: T, gain: float = 1.0, rng: Seed = None) -> T:
    """N(0, gain² 2 / (n_in + n_out)). Glorot and Bengio (2010).

    Fills ``tensor``, a Parameter, a Tensor or an array, (n_in, n_out), and returns it. ``gain`` is
    that of the activation (``calculate_gain``), ``rng`` is a generator or a seed.

    >>> import numpy as np
    >>> from nn.init import xavier_normal_
    >>> w = xavier_normal_(np.empty((300, 100)), rng=0)
    >>> round(float(w.std()), 3), round((2 / 400) ** 0.5, 3)
    (0.071, 0.071)
    """
    n_in, n_out = _fans(tensor, "xavier_normal_")
    return normal_(tensor, 0.0, gain * math.sqrt(2 / (n_in + n_out)), rng)


def _kaiming_std(tensor: T, a: float, mode: str, nonlinearity: str, called: str) -> float:
    n_in, n_out = _fans(tensor, called)
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"{called}: mode is 'fan_in' or 'fan_out', not {short(mode)}")
    return calculate_gain(nonlinearity, a) / math.sqrt(n_in if mode == "fan_in" else n_out)


def kaiming_uniform_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    rng: Seed = None,
) -> T:
    """Uniform in ±gain √(3 / fan). He et al. (2015); ``a`` is the slope of a leaky relu.

    Fills ``tensor``, a Parameter, a Tensor or an array, (n_in, n_out), and returns it. ``mode`` is
    "fan_in" for n_in (the variance of the forward pass stays) or "fan_out" for n_out (that of the
    backward pass), ``nonlinearity`` is a name that ``calculate_gain`` takes, ``rng`` is a generator
    or a seed.

    >>> import numpy as np
    >>> from nn.init import kaiming_uniform_
    >>> w = kaiming_uniform_(np.empty((50, 20)), nonlinearity="relu", rng=0)
    >>> bool(abs(w).max() <= (6 / 50) ** 0.5)
    True
    """
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity, "kaiming_uniform_")
    return uniform_(tensor, -bound, bound, rng)


def kaiming_normal_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    rng: Seed = None,
) -> T:
    """N(0, gain² / fan). He et al. (2015); ``a`` is the slope of a leaky relu.

    Fills ``tensor``, a Parameter, a Tensor or an array, (n_in, n_out), and returns it. ``mode`` is
    "fan_in" for n_in (the variance of the forward pass stays) or "fan_out" for n_out (that of the
    backward pass), ``nonlinearity`` is a name that ``calculate_gain`` takes, ``rng`` is a generator
    or a seed.

    >>> import numpy as np
    >>> from nn.init import kaiming_normal_
    >>> w = kaiming_normal_(np.empty((200, 100)), nonlinearity="relu", rng=0)
    >>> round(float(w.std()), 2), (2 / 200) ** 0.5
    (0.1, 0.1)
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity, "kaiming_normal_")
    return normal_(tensor, 0.0, std, rng)


def orthogonal_(tensor: T, gain: float = 1.0, rng: Seed = None) -> T:
    """gain times a random matrix with orthonormal rows or columns. Saxe et al. (2013).

    Fills ``tensor``, a Parameter, a Tensor or an array, (n_in, n_out), and returns it. ``gain`` is
    a factor, ``rng`` is a generator or a seed.

    >>> import numpy as np
    >>> from nn.init import orthogonal_
    >>> w = orthogonal_(np.empty((3, 2)), rng=0)
    >>> (w.T @ w).round(10) + 0.0
    array([[1., 0.],
           [0., 1.]])
    """
    n_in, n_out = _fans(tensor, "orthogonal_")
    tall = generator(rng).standard_normal((max(n_in, n_out), min(n_in, n_out)))
    q, r = np.linalg.qr(tall)
    # QR fixes the signs of R; undoing that makes Q uniform over all orthogonal matrices.
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)
    return _fill(tensor, gain * (q if n_in >= n_out else q.T))


def sparse_(tensor: T, sparsity: float, std: float = 0.01, rng: Seed = None) -> T:
    """N(0, std²) with a fraction ``sparsity`` of each unit's incoming weights 0. Martens (2010).

    Fills ``tensor``, a Parameter, a Tensor or an array, (n_in, n_out), and returns it. ``std`` is a
    standard deviation, ``rng`` is a generator or a seed.

    >>> import numpy as np
    >>> from nn.init import sparse_
    >>> (sparse_(np.empty((4, 3)), sparsity=0.5, rng=0) == 0).sum(axis=0)
    array([2, 2, 2])
    """
    n_in, n_out = _fans(tensor, "sparse_")
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparse_: sparsity is a fraction from 0 to 1, not {sparsity}")
    rng = generator(rng)
    values = rng.normal(0.0, std, (n_in, n_out))
    zeros = math.ceil(sparsity * n_in)
    for column in values.T:
        column[rng.permutation(n_in)[:zeros]] = 0.0
    return _fill(tensor, values)
