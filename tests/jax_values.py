"""What JAX gives for the functions that PyTorch has not: kept in jax_values.json.

JAX is 380 MB, and it needs minutes to compile these calls; the tests compare with its numbers. In
an environment with JAX and the test extra, ``python -m tests.jax_values`` writes the file anew.
A value or a gradient is kept as one number, the sum of its elements with unequal weights.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import autograd
from tests.test_composed import CASES, arrays
from tests.test_special import DENSITIES

FILE = Path(__file__).with_suffix(".json")

#: What JAX does not have, by the name of the case.
NOT_IN_JAX = {
    "eigh of a triangle": "jax.numpy.linalg.eigh takes the symmetric part, whatever UPLO is",
    "gradient of second order": "jax.numpy.gradient has no edge_order",
    "quantile by another method": "jax.numpy.quantile has five methods, and not weibull",
    "partition of all": "jax.numpy.partition needs an axis",
}
X = np.array([0.3, 0.9, 2.4])
POSITIVE = np.array([0.7, 1.6, 2.5])

#: Elementwise rows: operands, the place of those with a derivative, and the call.
ROWS: dict[str, tuple[tuple[Any, ...], tuple[int, ...], Callable[..., Any]]] = {
    "cbrt": ((X,), (0,), lambda jax, a: jax.numpy.cbrt(a)),
    "gamma": ((X,), (0,), lambda jax, a: jax.scipy.special.gamma(a)),
    "beta": ((X, POSITIVE), (0, 1), lambda jax, a, b: jax.scipy.special.beta(a, b)),
    "betaln": ((X, POSITIVE), (0, 1), lambda jax, a, b: jax.scipy.special.betaln(a, b)),
    "betainc": (
        (POSITIVE, X, np.array([0.15, 0.5, 0.8])),
        (2,),
        lambda jax, a, b, x: jax.scipy.special.betainc(a, b, x),
    ),
}
STATS: dict[str, Callable[..., Any]] = {
    "normal_logpdf": lambda stats, *xs: stats.norm.logpdf(*xs),
    "multivariate_normal_logpdf": lambda stats, *xs: stats.multivariate_normal.logpdf(*xs),
    "t_logpdf": lambda stats, *xs: stats.t.logpdf(*xs),
    "gamma_logpdf": lambda stats, *xs: stats.gamma.logpdf(*xs),
    "beta_logpdf": lambda stats, *xs: stats.beta.logpdf(*xs),
    "chi2_logpdf": lambda stats, *xs: stats.chi2.logpdf(*xs),
    "poisson_logpmf": lambda stats, mu: stats.poisson.logpmf(np.array([0, 2, 5]), mu),
    "dirichlet_logpdf": lambda stats, *xs: stats.dirichlet.logpdf(*xs),
}

#: Operands, the places of those with a derivative, our call, and the call in JAX.
Call = tuple[tuple[Any, ...], tuple[int, ...], Callable[..., Any], Callable[..., Any]]


def calls() -> dict[str, Call]:
    table: dict[str, Call] = {}
    for name, (operands, places, theirs) in ROWS.items():
        table[name] = operands, places, getattr(autograd, name), theirs
    for name, (shapes, call) in CASES.items():
        table[name] = (
            arrays(name),
            tuple(range(len(shapes))),
            lambda *xs, f=call: f(autograd, *xs),
            lambda jax, *xs, f=call: f(jax.numpy, *xs),
        )
    for name, theirs in STATS.items():
        ours, _, operands = DENSITIES[name]
        table[name] = (
            operands,
            tuple(range(len(operands))),
            ours,
            lambda jax, *xs, f=theirs: f(jax.scipy.stats, *xs),
        )
    return {name: call for name, call in table.items() if name not in NOT_IN_JAX}


def weighted(x: Any) -> Any:
    """The sum of the elements, each with a weight of its own."""
    return (x * np.cos(1.0 + np.arange(x.size)).reshape(x.shape)).sum()


def numbers(
    call: Callable[..., Any], operands: tuple[Any, ...], slopes: Callable[..., Any], places: Any
) -> list[float]:
    """The weighted value and the weighted gradient by each place."""
    value, gradients = slopes(lambda *xs: weighted(call(*xs)), places)(*operands)
    return [float(value), *(float(weighted(np.asarray(g))) for g in gradients)]


def main() -> None:
    jax: Any = importlib.import_module("jax")
    for part in ("numpy", "scipy.special", "scipy.stats"):
        importlib.import_module(f"jax.{part}")
    jax.config.update("jax_enable_x64", True)
    lines = []
    for name, (operands, places, _, theirs) in calls().items():
        call = partial(theirs, jax)
        lines.append(f'"{name}": {numbers(call, operands, jax.value_and_grad, places)}')
        print(lines[-1])
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
