"""How rare minima are among critical points of many variables: counted on random Hessians."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import Quantity, short
from autograd.writing import number


@dataclass(frozen=True)
class SaddleCount:
    """How many of ``trials`` random Hessians of one size were minima, maxima and saddles."""

    size: int
    ensemble: str
    minima: int
    maxima: int
    saddles: int
    #: What :func:`saddle_odds` says: saddles for each minimum, if signs are independent coins.
    expected: float

    @property
    def saddles_per_minimum(self) -> float:
        """Saddles for each minimum; minima and maxima are equally likely, so both are counted."""
        ends = self.minima + self.maxima
        return 2 * self.saddles / ends if ends else float("inf")

    def __str__(self) -> str:
        ratio = number(self.saddles_per_minimum)
        return (
            f"size {self.size}, {self.ensemble}: {self.minima} minima, {self.maxima} maxima, "
            f"{self.saddles} saddles, {ratio} saddles to a minimum; independent signs give "
            f"{number(self.expected)}"
        )


def saddle_odds(size: int) -> float:
    """2ᵖ - 2, the saddles to each minimum when every eigenvalue's sign is a fair coin.

    >>> from autograd.lessons import saddle_odds
    >>> [saddle_odds(p) for p in (1, 2, 4, 10)]
    [0.0, 2.0, 14.0, 1022.0]
    """
    return 2.0**size - 2.0


ENSEMBLES = ("coins", "gaussian")


def count_saddles(
    size: int, trials: int = 10_000, ensemble: str = "coins", seed: int = 0
) -> SaddleCount:
    """Draw random symmetric matrices of ``size`` and count what critical points they would make.

    "coins": QΛQᵀ with Q random orthogonal and the signs of Λ independent fair coins; minima, maxima
    and saddles come as 1 : 1 : 2ᵖ - 2. "gaussian": (A + Aᵀ)/2 with normal A, whose eigenvalues
    repel each other, so that saddles are far more frequent still. ValueError for another ensemble
    or a size below 1.

    Dauphin and others, Identifying and attacking the saddle point problem (2014).

    >>> from autograd.lessons import count_saddles
    >>> counts = count_saddles(2, trials=4000)
    >>> abs(counts.saddles_per_minimum - 2) < 0.2
    True
    """
    if ensemble not in ENSEMBLES:
        raise ValueError(f"count_saddles: ensemble is one of {ENSEMBLES}, not {short(ensemble)}")
    if size < 1 or trials < 1:
        raise ValueError(f"count_saddles: size and trials are at least 1, not {size} and {trials}")
    rng = np.random.default_rng(seed)
    minima = maxima = 0
    left = trials
    while left:
        batch = min(left, max(1, 200_000 // size**2))
        positive = (_signed(rng, batch, size, ensemble) > 0).sum(axis=1)
        minima += int((positive == size).sum())
        maxima += int((positive == 0).sum())
        left -= batch
    saddles = trials - minima - maxima
    return SaddleCount(size, ensemble, minima, maxima, saddles, saddle_odds(size))


def _signed(rng: np.random.Generator, batch: int, size: int, ensemble: str) -> Quantity:
    """The eigenvalues of ``batch`` matrices, found from the matrices themselves."""
    A = rng.standard_normal((batch, size, size))
    if ensemble == "coins":
        Q, R = np.linalg.qr(A)
        # The signs of R's diagonal make the distribution of Q uniform (Mezzadri, 2007).
        Q = Q * np.sign(np.diagonal(R, axis1=1, axis2=2))[:, None, :]
        signs = rng.choice((-1.0, 1.0), (batch, 1, size))
        A = (Q * (signs * rng.uniform(0.5, 1.5, (batch, 1, size)))) @ np.swapaxes(Q, 1, 2)
    return np.linalg.eigvalsh((A + np.swapaxes(A, 1, 2)) / 2)
