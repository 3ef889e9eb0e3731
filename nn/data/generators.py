"""Small generated data sets: ``X`` of shape (n, 2) or (n, 1), ``y`` classes or numbers.

All take the number of points, the ``noise`` (standard deviation of what is added to the points) and
``rng``; classes are as equal in size as ``n`` allows, the rows are shuffled.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, Seed
from nn.rng import generator

Points = tuple[Array, Array]


def _check(n: int, noise: float, classes: int, called: str) -> None:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < classes:
        raise ValueError(f"{called}: n must be a whole number from {classes}, not {short(n)}")
    if not noise >= 0:
        raise ValueError(f"{called}: noise is a standard deviation, not {short(noise)}")


def _shuffled(parts: list[Array], noise: float, rng: np.random.Generator) -> Points:
    X = np.concatenate(parts)
    y = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    order = rng.permutation(len(X))
    return X[order] + rng.normal(0.0, noise, X.shape), y[order]


def _shares(n: int, classes: int) -> list[int]:
    return [n // classes + (i < n % classes) for i in range(classes)]


def moons(n: int = 200, noise: float = 0.1, rng: Seed = None) -> Points:
    """Two interleaved half circles, as scikit-learn's ``make_moons``.

    There are ``n`` points, each moved by normal noise with the standard deviation ``noise``;
    ``rng`` is a generator or a seed. Returns X (n, 2) and the classes y (n,), 0 and 1.

    >>> import numpy as np
    >>> from nn.data import moons
    >>> X, y = moons(100, rng=0)
    >>> X.shape, np.bincount(y)
    ((100, 2), array([50, 50]))
    """
    _check(n, noise, 2, "moons")
    rng = generator(rng)
    a, b = (np.linspace(0, np.pi, share) for share in _shares(n, 2))
    upper = np.column_stack([np.cos(a), np.sin(a)])
    lower = np.column_stack([1 - np.cos(b), 0.5 - np.sin(b)])
    return _shuffled([upper, lower], noise, rng)


def circles(n: int = 200, noise: float = 0.05, factor: float = 0.5, rng: Seed = None) -> Points:
    """A circle of radius 1, and inside it, class 1, one of radius ``factor``.

    There are ``n`` points, each moved by normal noise with the standard deviation ``noise``;
    ``rng`` is a generator or a seed. Returns X (n, 2) and the classes y (n,), 0 and 1.

    >>> from nn.data import circles
    >>> X, y = circles(100, noise=0.0, rng=0)
    >>> round(float((X[y == 1] ** 2).sum(axis=1).max()), 6)
    0.25
    """
    _check(n, noise, 2, "circles")
    rng = generator(rng)
    rings = []
    for radius, share in zip((1.0, factor), _shares(n, 2)):
        angle = np.linspace(0, 2 * np.pi, share, endpoint=False)
        rings.append(radius * np.column_stack([np.cos(angle), np.sin(angle)]))
    return _shuffled(rings, noise, rng)


def blobs(
    n: int = 200, noise: float = 1.0, classes: int = 3, features: int = 2, rng: Seed = None
) -> Points:
    """Normal clouds around centres drawn uniformly from [-10, 10].

    There are ``n`` points, each moved by normal noise with the standard deviation ``noise``;
    ``rng`` is a generator or a seed. Returns X (n, ``features``) and y (n,), which counts
    ``classes`` from 0.

    >>> from nn.data import blobs
    >>> X, y = blobs(90, classes=3, features=5, rng=0)
    >>> X.shape, sorted(set(y.tolist()))
    ((90, 5), [0, 1, 2])
    """
    _check(n, noise, classes, "blobs")
    rng = generator(rng)
    centres = rng.uniform(-10, 10, (classes, features))
    parts = [np.tile(c, (share, 1)) for c, share in zip(centres, _shares(n, classes))]
    return _shuffled(parts, noise, rng)


def spirals(
    n: int = 300, noise: float = 0.05, classes: int = 3, turns: float = 0.75, rng: Seed = None
) -> Points:
    """Arms that wind outwards from the origin to radius 1, one per class.

    There are ``n`` points, each moved by normal noise with the standard deviation ``noise``;
    ``rng`` is a generator or a seed. ``turns`` is how often an arm goes round. Returns X (n, 2) and
    y (n,), which counts ``classes`` from 0. Lang and Witbrock (1988) asked for two arms.

    >>> import numpy as np
    >>> from nn.data import spirals
    >>> X, y = spirals(300, rng=0)
    >>> X.shape, np.bincount(y)
    ((300, 2), array([100, 100, 100]))
    """
    _check(n, noise, classes, "spirals")
    rng = generator(rng)
    arms = []
    for i, share in enumerate(_shares(n, classes)):
        radius = np.linspace(0.05, 1, share)
        angle = 2 * np.pi * (i / classes + turns * radius)
        arms.append(radius[:, None] * np.column_stack([np.sin(angle), np.cos(angle)]))
    return _shuffled(arms, noise, rng)


def xor(n: int = 200, noise: float = 0.1, rng: Seed = None) -> Points:
    """Clouds at the corners of a square, (±1, ±1); opposite corners are one class.

    The class is 1 where the signs differ; no straight line separates the two (Minsky and Papert,
    1969). There are ``n`` points, each moved by normal noise with the standard deviation ``noise``;
    ``rng`` is a generator or a seed. Returns X (n, 2) and y (n,).

    >>> from nn.data import xor
    >>> X, y = xor(100, noise=0.0, rng=0)
    >>> bool(((X[:, 0] * X[:, 1] < 0) == y).all())
    True
    """
    _check(n, noise, 4, "xor")
    rng = generator(rng)
    corners = np.array([(-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (1.0, -1.0)])
    parts = [np.tile(c, (share, 1)) for c, share in zip(corners, _shares(n, 4))]
    X, corner = _shuffled(parts, noise, rng)
    return X, corner // 2


def line(
    n: int = 50,
    noise: float = 0.1,
    slope: float = 3.0,
    intercept: float = 1.0,
    rng: Seed = None,
) -> Points:
    """y = slope x + intercept + noise, for x uniform in [-1, 1]; X is (n, 1) and y (n, 1).

    ``noise`` is the standard deviation of what is added, ``rng`` a generator or a seed. Returns X
    and y.

    >>> import numpy as np
    >>> from nn.data import line
    >>> X, y = line(4, noise=0.0, rng=0)
    >>> bool(np.allclose(y, 3 * X + 1))
    True
    """
    _check(n, noise, 1, "line")
    rng = generator(rng)
    X = rng.uniform(-1, 1, (n, 1))
    return X, slope * X + intercept + rng.normal(0.0, noise, X.shape)


#: The generators by name.
GENERATORS: dict[str, Callable[..., Points]] = {
    "moons": moons,
    "circles": circles,
    "blobs": blobs,
    "spirals": spirals,
    "xor": xor,
    "line": line,
}
