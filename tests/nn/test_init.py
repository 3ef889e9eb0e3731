"""Initialisers: their distributions against theory and against PyTorch's, and their seeds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import init

SHAPE = (300, 200)  # (n_in, n_out)

# Initialiser, its settings, and the mean, standard deviation and bounds that it must show.
TABLE: list[tuple[str, dict[str, Any], float, float, float, float]] = [
    ("zeros_", {}, 0, 0, 0, 0),
    ("ones_", {}, 1, 0, 1, 1),
    ("constant_", {"val": -2.5}, -2.5, 0, -2.5, -2.5),
    ("normal_", {"mean": 1.0, "std": 0.5}, 1, 0.5, -np.inf, np.inf),
    ("uniform_", {"a": -1.0, "b": 3.0}, 1, 4 / math.sqrt(12), -1, 3),
    ("trunc_normal_", {}, 0, 0.8796256610342398, -2, 2),
    ("trunc_normal_", {"std": 1.0, "a": 0.0, "b": 50.0}, math.sqrt(2 / math.pi),
     math.sqrt(1 - 2 / math.pi), 0, 50),
    ("xavier_uniform_", {}, 0, math.sqrt(2 / 500), -math.sqrt(6 / 500), math.sqrt(6 / 500)),
    ("xavier_uniform_", {"gain": 2.0}, 0, 2 * math.sqrt(2 / 500), -0.22, 0.22),
    ("xavier_normal_", {"gain": 0.5}, 0, 0.5 * math.sqrt(2 / 500), -np.inf, np.inf),
    ("kaiming_uniform_", {"nonlinearity": "relu"}, 0, math.sqrt(2 / 300), -0.1415, 0.1415),
    ("kaiming_uniform_", {"a": math.sqrt(5)}, 0, 1 / math.sqrt(900), -1 / math.sqrt(300),
     1 / math.sqrt(300)),
    ("kaiming_normal_", {"mode": "fan_out"}, 0, math.sqrt(2 / 200), -np.inf, np.inf),
    ("kaiming_normal_", {"nonlinearity": "tanh"}, 0, 5 / 3 / math.sqrt(300), -np.inf, np.inf),
    ("orthogonal_", {"gain": 1.5}, 0, 1.5 / math.sqrt(300), -1.5, 1.5),
    ("sparse_", {"sparsity": 0.25, "std": 1.0}, 0, math.sqrt(0.75), -np.inf, np.inf),
]  # fmt: skip


@pytest.mark.parametrize("name, settings, mean, std, low, high", TABLE)
def test_distribution(
    name: str, settings: dict[str, Any], mean: float, std: float, low: float, high: float
) -> None:
    random = {} if name in ("zeros_", "ones_", "constant_") else {"rng": 1}
    w = nn.Parameter(np.full(SHAPE, np.nan))
    assert getattr(init, name)(w, **settings, **random) is w
    values = w.data
    assert low <= values.min() <= values.max() <= high
    # 60,000 draws: the mean is within 6 of its standard errors.
    assert abs(values.mean() - mean) <= 6 * std / math.sqrt(values.size) + 1e-12
    assert abs(values.std() - std) <= 0.015 * std + 1e-12


@pytest.mark.parametrize("name, settings, mean, std, low, high", TABLE)
def test_like_pytorch(
    name: str,
    settings: dict[str, Any],
    mean: float,
    std: float,
    low: float,
    high: float,
    require: Callable[[str], Any],
) -> None:
    torch = require("torch")
    torch.manual_seed(2)
    theirs = getattr(torch.nn.init, name)(torch.empty(SHAPE[::-1]).double(), **settings).numpy().T
    random = {} if name in ("zeros_", "ones_", "constant_") else {"rng": 2}
    ours = getattr(init, name)(np.empty(SHAPE), **settings, **random)
    quantiles = np.linspace(0.04, 0.96, 24)
    np.testing.assert_allclose(
        np.quantile(ours, quantiles), np.quantile(theirs, quantiles), atol=0.04 * std + 1e-12
    )
    axes = np.linalg.norm(ours, axis=0), np.linalg.norm(theirs, axis=0)
    np.testing.assert_allclose(axes[0].mean(), axes[1].mean(), rtol=0.02, atol=1e-12)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (1, 1)])
def test_orthogonal(shape: tuple[int, int]) -> None:
    w = init.orthogonal_(np.empty(shape), gain=2.0, rng=0)
    small = w.T @ w if shape[0] >= shape[1] else w @ w.T
    np.testing.assert_allclose(small, 4 * np.eye(min(shape)), atol=1e-12)


def test_sparse_zeros_per_unit() -> None:
    w = init.sparse_(np.empty((10, 4)), 0.3, rng=0)
    assert ((w == 0).sum(axis=0) == 3).all()


def test_the_seed_decides() -> None:
    def draw(rng: Any) -> Any:
        return init.normal_(np.empty(8), rng=rng)

    assert (draw(3) == draw(3)).all()
    assert (draw(3) != draw(4)).any()
    generator = np.random.default_rng(3)
    first = draw(generator)
    assert (first == draw(3)).all()
    assert (first != draw(generator)).any()
    nn.manual_seed(9)
    default = draw(None)
    nn.manual_seed(9)
    assert (default == draw(None)).all()


def test_kinds_and_dtypes_are_kept() -> None:
    w = nn.Parameter(np.zeros((3, 2)), dtype=np.float32, name="w")
    init.xavier_normal_(w, rng=0)
    assert w.dtype == np.float32 and w.name == "w" and w.requires_grad
    out = (Tensor(np.ones((1, 3))) @ w).sum()
    init.ones_(w)
    with pytest.raises(RuntimeError, match="'w'"):  # the graph was built on the old values
        out.backward()


def test_the_gains_are_pytorchs(require: Callable[[str], Any]) -> None:
    torch = require("torch")
    for name in (*init.GAINS, "leaky_relu"):
        if name != "identity":
            assert math.isclose(init.calculate_gain(name), torch.nn.init.calculate_gain(name))
    wanted = torch.nn.init.calculate_gain("leaky_relu", 0.3)
    assert math.isclose(init.calculate_gain("leaky_relu", 0.3), wanted)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Linear(400, 300, rng=0),
        nn.Conv1d(200, 300, 4, groups=2, rng=0),
        nn.Conv2d(50, 300, (2, 4), rng=0),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_over_400_numbers_starts_as_pytorchs(layer: nn.Module) -> None:
    for name, p in layer.named_parameters():
        assert abs(p.data).max() <= 0.05, name
        assert abs(p.data.std() - 0.05 / math.sqrt(3)) < 0.002, name


@pytest.mark.parametrize(
    "make, error, said",
    [
        (lambda: init.xavier_uniform_(np.empty(3)), ValueError, r"\(n_in, n_out\)"),
        (lambda: init.kaiming_normal_(np.empty((2, 3)), mode="fan"), ValueError, "fan_in"),
        (lambda: init.kaiming_normal_(np.empty((2, 3)), nonlinearity="x"), ValueError, "'x'"),
        (lambda: init.normal_(np.empty(3), std=-1), ValueError, "negative"),
        (lambda: init.uniform_(np.empty(3), 2, 1), ValueError, "empty"),
        (lambda: init.trunc_normal_(np.empty(3), a=2, b=1), ValueError, "a < b"),
        (lambda: init.trunc_normal_(np.empty(3), a=90, b=91), ValueError, "too far"),
        (lambda: init.sparse_(np.empty((2, 3)), 2.0), ValueError, "fraction"),
        (lambda: init._fill([1, 2], 0), TypeError, "is filled"),  # type: ignore[type-var]
        (lambda: init.normal_(np.empty(3), rng=-1), TypeError, "rng"),
    ],
)
def test_bad_input(make: Callable[[], Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        make()
